//! The people of the model: what is written down of them, and what follows from it at a moment.

use sopflow::{Capacity, RoleId};

use crate::reference::Right;

/// That somebody holds a role or acts for it; moments in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) person: &'static str,
    pub(crate) role: RoleId,
    pub(crate) capacity: Capacity,
    pub(crate) in_place_of: Option<&'static str>,
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// The procedures in which it does not hold, and the steps of procedures that it does not reach.
    pub(crate) not_in: Option<String>,
    pub(crate) not_for: Option<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct People {
    pub(crate) names: Vec<&'static str>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) absences: Vec<(&'static str, i64, i64)>,
}

impl People {
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| *known == name)
    }

    pub(crate) fn is_absent(&self, name: &str, at: i64) -> bool {
        self.absences.iter().any(|(person, from, until)| *person == name && *from <= at && at < *until)
    }

    fn is_holder(&self, name: &str, role: &RoleId, at: i64) -> bool {
        let mut facts = self.facts.iter().filter(|fact| fact.capacity == Capacity::Holder && fact.role == *role);
        facts.any(|fact| fact.person == name && fact.from <= at && at < fact.until)
    }

    /// Whether there is a reason for it at a moment within its dates.
    fn holds(&self, fact: &Fact, at: i64) -> bool {
        let by = |name: Option<&str>| name.is_some_and(|name| self.is_holder(name, &fact.role, at));
        fact.from <= at
            && at < fact.until
            && match fact.capacity {
                Capacity::Holder => true,
                Capacity::Plh => {
                    by(fact.in_place_of) && fact.in_place_of.is_some_and(|incumbent| self.is_absent(incumbent, at))
                }
                Capacity::Plt => self.names.iter().all(|name| !self.is_holder(name, &fact.role, at)),
                Capacity::Delegate => by(fact.in_place_of),
                _ => unreachable!("there are four capacities"),
            }
    }

    /// Whether there ever is a reason for it: whatever it depends on changes at the moments that are written down.
    fn ever_holds(&self, fact: &Fact) -> bool {
        let moments = self.facts.iter().flat_map(|fact| [fact.from, fact.until]);
        let moments = moments.chain(self.absences.iter().flat_map(|(_, from, until)| [*from, *until]));
        moments.chain([i64::MIN]).any(|moment| self.holds(fact, moment))
    }

    fn of<'a>(&'a self, name: &'a str, procedure: &'a str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| fact.person == name && fact.not_in.as_deref() != Some(procedure))
    }

    fn reaches(fact: &Fact, procedure: &str, step: &str) -> bool {
        fact.not_for.as_ref().is_none_or(|(of, left_out)| of != procedure || left_out != step)
    }

    /// The rights in a procedure, those that reach the step where it is about one. One that holds now is told as one for
    /// ever, and one that holds at another time as one that never does: only that can be told from a refusal.
    pub(crate) fn rights(&self, name: &str, procedure: &str, step: Option<&str>, now: i64) -> Vec<Right> {
        let reaching =
            self.of(name, procedure).filter(|fact| step.is_none_or(|step| Self::reaches(fact, procedure, step)));
        let right = |fact: &Fact| {
            let holds_now = self.holds(fact, now).then_some(i64::MAX);
            let until = holds_now.or_else(|| self.ever_holds(fact).then_some(i64::MIN))?;
            Some(Right { role: fact.role.to_string(), from: i64::MIN, until })
        };
        reaching.filter_map(right).collect()
    }

    /// Whether the only rights for the role that hold do not reach the step.
    pub(crate) fn is_out_of_scope(&self, name: &str, procedure: &str, step: &str, role: &RoleId, now: i64) -> bool {
        let mut holding =
            self.of(name, procedure).filter(|fact| fact.role == *role && self.holds(fact, now)).peekable();
        holding.peek().is_some() && holding.all(|fact| !Self::reaches(fact, procedure, step))
    }
}
