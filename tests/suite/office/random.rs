//! Random offices against the definition of each right, asked moment by moment.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;

const PEOPLE: [&str; 4] = ["Agus", "Ani", "Budi", "Dewi"];
const ROLES: [&str; 2] = ["head", "staff"];
const PROCEDURES: [&str; 2] = ["letter", "purchase"];
/// Moments at which anything begins or ends; the last is after all.
const MOMENTS: std::ops::RangeInclusive<i64> = -1..=11;

/// What is written down, as plainly as it can be.
#[derive(Debug, Clone, PartialEq)]
struct Fact {
    person: usize,
    role: usize,
    capacity: Capacity,
    in_place_of: Option<usize>,
    from: i64,
    until: i64,
    /// Limited to this procedure.
    only: Option<usize>,
}

#[derive(Debug, Clone)]
enum Deed {
    Appoint(Fact),
    Absent(usize, i64, i64),
    Back(usize, i64),
    /// Ends one of the facts that there are.
    End(prop::sample::Index, i64),
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Naive {
    facts: Vec<Fact>,
    absences: Vec<(usize, i64, i64)>,
}

impl Fact {
    fn is_dated(&self, moment: i64) -> bool {
        self.from <= moment && moment < self.until
    }

    fn appointment(&self) -> Appointment {
        let (person, role) = (PEOPLE[self.person], ROLES[self.role]);
        let other = self.in_place_of.map_or("", |other| PEOPLE[other]);
        let appointment = match self.capacity {
            Capacity::Holder => Appointment::holder(person, role),
            Capacity::Plh => Appointment::plh(person, role, other),
            Capacity::Plt => Appointment::plt(person, role),
            _ => Appointment::delegate(person, role, other),
        };
        let appointment = appointment.within(at(self.from)..at(self.until));
        match self.only {
            Some(procedure) => appointment.limited(Scope::only([PROCEDURES[procedure]])),
            None => appointment,
        }
    }
}

impl Naive {
    fn is_absent(&self, person: usize, moment: i64) -> bool {
        self.absences.iter().any(|(who, from, until)| *who == person && *from <= moment && moment < *until)
    }

    fn holds(&self, person: usize, role: usize, moment: i64) -> bool {
        let is_holder = |fact: &&Fact| fact.capacity == Capacity::Holder && fact.person == person && fact.role == role;
        self.facts.iter().filter(is_holder).any(|fact| fact.is_dated(moment))
    }

    /// The definition.
    fn is_due(&self, fact: &Fact, moment: i64) -> bool {
        let holds = |person| self.holds(person, fact.role, moment);
        let other = fact.in_place_of;
        fact.is_dated(moment)
            && match fact.capacity {
                Capacity::Holder => true,
                Capacity::Plh => other.is_some_and(|other| holds(other) && self.is_absent(other, moment)),
                Capacity::Plt => !(0..PEOPLE.len()).any(holds),
                _ => other.is_some_and(holds),
            }
    }

    fn is_ever_due(&self, fact: &Fact) -> bool {
        let holds =
            |other| MOMENTS.into_iter().any(|moment| fact.is_dated(moment) && self.holds(other, fact.role, moment));
        fact.in_place_of.is_none_or(holds)
    }

    /// Does a deed; why not, by the code of the office.
    fn carry_out(&mut self, deed: &Deed) -> Result<(), &'static str> {
        match deed {
            Deed::Appoint(fact) if fact.from >= fact.until => return Err("empty-period"),
            Deed::Appoint(fact) if fact.capacity == Capacity::Holder && fact.only.is_some() => {
                return Err("limited-holder");
            }
            Deed::Appoint(fact) if fact.in_place_of == Some(fact.person) => return Err("for-oneself"),
            Deed::Appoint(fact) if !self.is_ever_due(fact) => return Err("never-holds"),
            Deed::Appoint(fact) if self.facts.contains(fact) => return Err("already-there"),
            Deed::Appoint(fact) => self.facts.push(fact.clone()),
            Deed::Absent(_, from, until) if from >= until => return Err("empty-period"),
            Deed::Absent(person, from, until) if self.absences.contains(&(*person, *from, *until)) => {
                return Err("already-there");
            }
            Deed::Absent(person, from, until) => self.absences.push((*person, *from, *until)),
            Deed::Back(person, moment) => {
                for (who, from, until) in &mut self.absences {
                    if who == person && *from <= *moment && *moment < *until {
                        *until = *moment;
                    }
                }
                let mut known = Vec::new();
                self.absences.retain(|absence| {
                    let is_new = absence.1 < absence.2 && !known.contains(absence);
                    known.push(*absence);
                    is_new
                });
            }
            Deed::End(which, moment) => {
                if self.facts.is_empty() {
                    return Ok(());
                }
                let which = which.index(self.facts.len());
                let mut fact = self.facts[which].clone();
                fact.until = fact.until.min(*moment);
                if fact != self.facts[which] && (fact.from >= fact.until || self.facts.contains(&fact)) {
                    self.facts.remove(which);
                } else {
                    self.facts[which] = fact;
                }
                let before = self.clone();
                self.facts.retain(|fact| before.is_ever_due(fact));
            }
        }
        Ok(())
    }

    /// All rights of a person that hold at a moment.
    fn rights(&self, person: usize, moment: i64) -> BTreeSet<String> {
        let due = self.facts.iter().filter(|fact| fact.person == person && self.is_due(fact, moment));
        let only = |fact: &Fact| fact.only.map(|procedure| PROCEDURES[procedure]);
        let other = |fact: &Fact| fact.in_place_of.map(|other| PEOPLE[other]);
        due.map(|fact| format!("{} {} {:?} {:?}", ROLES[fact.role], fact.capacity, other(fact), only(fact))).collect()
    }

    fn people_for(&self, role: usize, procedure: usize, moment: i64) -> Vec<&'static str> {
        let order = [Capacity::Holder, Capacity::Plh, Capacity::Plt, Capacity::Delegate];
        let mut people: Vec<&str> = Vec::new();
        for capacity in order {
            for (person, name) in PEOPLE.into_iter().enumerate() {
                let fits = |fact: &Fact| {
                    (fact.person, fact.role, fact.capacity) == (person, role, capacity)
                        && fact.only.is_none_or(|only| only == procedure)
                        && self.is_due(fact, moment)
                };
                if !self.is_absent(person, moment) && !people.contains(&name) && self.facts.iter().any(fits) {
                    people.push(name);
                }
            }
        }
        people
    }
}

fn carry_out(office: &Office, naive: &Naive, deed: &Deed) -> Result<(), &'static str> {
    let taken = match deed {
        Deed::Appoint(fact) => office.appoint(fact.appointment()),
        Deed::Absent(person, from, until) => office.absent(PEOPLE[*person], at(*from)..at(*until), ""),
        Deed::Back(person, moment) => office.back(PEOPLE[*person], at(*moment)).map(drop),
        Deed::End(_, _) if naive.facts.is_empty() => Ok(()),
        Deed::End(which, moment) => {
            office.end(&naive.facts[which.index(naive.facts.len())].appointment(), at(*moment));
            Ok(())
        }
    };
    taken.map_err(|error| error.code())
}

fn told(right: &Right) -> String {
    let only = right.scope.procedures().and_then(|procedures| procedures.first()).map(|only| only.as_str().to_owned());
    format!("{} {} {:?} {only:?}", right.role, right.capacity, right.on_behalf_of)
}

/// The office answers by the definition, at every moment.
fn same_answers(office: &Office, naive: &Naive) -> TestCaseResult {
    for (who, name) in PEOPLE.into_iter().enumerate() {
        let person = person(office, name);
        for moment in MOMENTS {
            let rights: Vec<String> =
                person.rights().iter().filter(|right| right.period.contains(at(moment))).map(told).collect();
            let set: BTreeSet<String> = rights.iter().cloned().collect();
            prop_assert_eq!(set, naive.rights(who, moment), "{} at {}", name, moment);
            prop_assert_eq!(person.absence_at(at(moment)).is_some(), naive.is_absent(who, moment));
        }
    }
    for (role, procedure) in (0..2).flat_map(|role| (0..2).map(move |procedure| (role, procedure))) {
        let (role_id, procedure_id) = (ROLES[role].into(), PROCEDURES[procedure].into());
        for moment in MOMENTS {
            let people = office.people_for(&role_id, &procedure_id, at(moment));
            let people: Vec<&str> = people.iter().map(|name| &**name).collect();
            prop_assert_eq!(&people, &naive.people_for(role, procedure, moment), "{} at {}", role_id, moment);
            for name in PEOPLE {
                let right = person(office, name).right_at(&role_id, &procedure_id, at(moment)).is_some();
                prop_assert_eq!(right, people.contains(&name));
            }
        }
    }
    Ok(())
}

fn fact() -> impl Strategy<Value = Fact> {
    let capacity = prop_oneof![
        3 => Just(Capacity::Holder),
        2 => Just(Capacity::Plh),
        2 => Just(Capacity::Plt),
        2 => Just(Capacity::Delegate),
    ];
    let limit = prop_oneof![3 => Just(None), 1 => (0..2_usize).prop_map(Some)];
    (0..4_usize, 0..2_usize, capacity, 0..4_usize, 0..8_i64, 0..5_i64, limit).prop_map(
        |(person, role, capacity, other, from, length, only)| Fact {
            person,
            role,
            capacity,
            in_place_of: matches!(capacity, Capacity::Plh | Capacity::Delegate).then_some(other),
            from,
            // Now and then before it begins.
            until: (from + 2 * length - 1).min(10),
            only,
        },
    )
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => fact().prop_map(Deed::Appoint),
        3 => (0..4_usize, 0..8_i64, 0..6_i64).prop_map(|(person, from, length)| Deed::Absent(person, from, from + length)),
        1 => (0..4_usize, 0..10_i64).prop_map(|(person, moment)| Deed::Back(person, moment)),
        2 => (any::<prop::sample::Index>(), -1..11_i64).prop_map(|(which, moment)| Deed::End(which, moment)),
    ]
}

proptest! {
    #[test]
    fn every_right_holds_exactly_when_its_definition_says(deeds in prop::collection::vec(deed(), 0..24)) {
        let (office, mut naive) = (Office::with_people(PEOPLE).unwrap(), Naive::default());
        for deed in &deeds {
            let (before, edition) = (naive.clone(), office.edition());
            let taken = carry_out(&office, &before, deed);
            prop_assert_eq!(taken, naive.carry_out(deed), "{:?}", deed);
            prop_assert_eq!(office.edition() != edition, naive != before, "{:?}", deed);
            same_answers(&office, &naive)?;
        }
        let text = office.to_toml();
        let again = Office::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(again.to_toml(), text);
        same_answers(&again, &naive)?;
    }
}
