//! What an office has written down, and the rights that follow from it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::{Absence, Appointment, OfficeError, Person, Right, rank};
use crate::error::shown;
use crate::id::{ProcedureId, RoleId, is_well_formed};
use crate::kernel::Capacity;
use crate::limits::{
    ACTOR_BYTES_MAX, LIST_MAX, OFFICE_PEOPLE_MAX, OFFICE_TEAMS_MAX, REMARK_BYTES_MAX, TEAM_MEMBERS_MAX,
};
use crate::time::{Period, Timestamp};

/// The position of a person in a [`Book`]; people are never taken out.
type Position = usize;

/// All that an office has written down.
#[derive(Debug, Clone, Default)]
pub(super) struct Book {
    people: IndexMap<Arc<str>, Page>,
    /// Those with an appointment for each role.
    appointed: HashMap<RoleId, BTreeSet<Position>>,
    teams: IndexMap<Arc<str>, Vec<Arc<str>>>,
}

/// What is written down about one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub(super) appointments: Vec<Appointment>,
    pub(super) absences: Vec<Absence>,
}

// ── Asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

impl Book {
    pub(super) fn pages(&self) -> impl Iterator<Item = (&Arc<str>, &Page)> {
        self.people.iter()
    }

    pub(super) fn page(&self, name: &str) -> Option<&Page> {
        self.people.get(name)
    }

    pub(super) fn teams(&self) -> impl Iterator<Item = (&Arc<str>, &[Arc<str>])> {
        self.teams.iter().map(|(name, members)| (name, members.as_slice()))
    }

    pub(super) fn team(&self, name: &str) -> Option<&[Arc<str>]> {
        self.teams.get(name).map(Vec::as_slice)
    }

    pub(super) fn position(&self, name: &str) -> Option<Position> {
        self.people.get_index_of(name)
    }

    /// The rights of a person that follow from what is written down, and the absences.
    pub(super) fn person(&self, position: Position) -> Person {
        let Some((_, page)) = self.people.get_index(position) else { return Person::default() };
        let rights = page.appointments.iter().enumerate().flat_map(|(at, appointment)| {
            let role = appointment.role();
            let is_told = appointment.is_holder_of(role)
                && page.appointments[..at].iter().any(|earlier| earlier.is_holder_of(role));
            let times = if is_told { Vec::new() } else { self.times(page, appointment) };
            times.into_iter().map(|period| Right {
                role: role.clone(),
                capacity: appointment.capacity(),
                on_behalf_of: appointment.in_place_of().cloned(),
                period,
                scope: appointment.scope().clone(),
            })
        });
        Person::new(rights.collect(), page.absences.iter().map(|absence| absence.period))
    }

    /// The times at which an appointment gives a right: of a holder, those of all his terms; of others, those of the dates
    /// at which there is a reason.
    fn times(&self, page: &Page, appointment: &Appointment) -> Vec<Period> {
        let role = appointment.role();
        let incumbent = appointment.in_place_of().and_then(|incumbent| self.page(incumbent));
        let within = |reasons: &[Period], period: Period| -> Vec<Period> {
            reasons.iter().filter_map(|reason| reason.intersect(period)).collect()
        };
        match (appointment.capacity(), incumbent) {
            (Capacity::Holder, _) => page.holds(role),
            (Capacity::Plt, _) => within(&self.vacancies(role), appointment.period()),
            (Capacity::Plh, Some(incumbent)) => {
                let held = within(&incumbent.holds(role), appointment.period());
                let absences = Period::union(incumbent.absences.iter().map(|absence| absence.period));
                absences.into_iter().flat_map(|absence| within(&held, absence)).collect()
            }
            (Capacity::Delegate, Some(delegator)) => within(&delegator.holds(role), appointment.period()),
            (Capacity::Plh | Capacity::Delegate, None) => Vec::new(),
        }
    }

    /// The times at which nobody holds a role.
    fn vacancies(&self, role: &RoleId) -> Vec<Period> {
        let pages = self.appointed(role).filter_map(|position| self.people.get_index(position));
        let held = Period::union(pages.flat_map(|(_, page)| page.holds(role)));
        held.iter().fold(vec![Period::ALWAYS], |mut vacant, held| {
            // In order of time, so only the last one can be cut.
            if let Some(last) = vacant.pop() {
                vacant.extend(last.minus(*held));
            }
            vacant
        })
    }

    fn appointed(&self, role: &RoleId) -> impl Iterator<Item = Position> {
        self.appointed.get(role).into_iter().flatten().copied()
    }

    /// Those of whom `person` tells a right, by capacity and then in the order of people.
    pub(super) fn people_for(
        &self,
        role: &RoleId,
        procedure: &ProcedureId,
        at: Timestamp,
        mut person: impl FnMut(Position) -> Arc<Person>,
    ) -> Vec<Arc<str>> {
        let able = self.appointed(role).filter_map(|position| {
            let capacity = person(position).right_at(role, procedure, at)?.capacity;
            Some((rank(capacity), position))
        });
        let mut able: Vec<(u8, Position)> = able.collect();
        able.sort_unstable();
        let name = |(_, position): (u8, Position)| self.people.get_index(position).map(|(name, _)| name.clone());
        able.into_iter().filter_map(name).collect()
    }
}

impl Page {
    /// The times at which the person holds a role.
    fn holds(&self, role: &RoleId) -> Vec<Period> {
        let terms = self.appointments.iter().filter(|appointment| appointment.is_holder_of(role));
        Period::union(terms.map(Appointment::period))
    }
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

impl Book {
    /// Whether the person is new.
    pub(super) fn add(&mut self, name: &str) -> Result<bool, OfficeError> {
        check_name(name)?;
        if self.people.contains_key(name) {
            return Ok(false);
        }
        room_for_one(self.people.len(), "people", OFFICE_PEOPLE_MAX)?;
        self.people.insert(name.into(), Page::default());
        Ok(true)
    }

    pub(super) fn appoint(&mut self, appointment: Appointment) -> Result<(), OfficeError> {
        self.check(&appointment)?;
        let (position, page) = self.page_mut(appointment.person())?;
        if page.appointments.contains(&appointment) {
            return Err(OfficeError::AlreadyThere);
        }
        room_for_one(page.appointments.len(), "appointments of one person", LIST_MAX)?;
        let role = appointment.role().clone();
        page.appointments.push(appointment);
        self.appointed.entry(role).or_default().insert(position);
        Ok(())
    }

    fn check(&self, appointment: &Appointment) -> Result<(), OfficeError> {
        let (person, role, capacity) = (appointment.person(), appointment.role(), appointment.capacity());
        let (period, scope) = (appointment.period(), appointment.scope());
        check_id(role.as_str())?;
        scope.procedures().into_iter().flatten().try_for_each(|procedure| check_id(procedure.as_str()))?;
        for (procedure, step) in scope.left_out() {
            check_id(procedure.as_str())?;
            check_id(step.as_str())?;
        }
        for (count, what) in [
            (scope.procedures().map_or(0, BTreeSet::len), "procedures in one scope"),
            (scope.left_out().len(), "steps left out of one scope"),
        ] {
            room_for(count, what, LIST_MAX)?;
        }
        if scope.procedures().is_some_and(BTreeSet::is_empty) {
            return Err(OfficeError::EmptyScope);
        }
        check_reason(appointment.reason())?;
        check_period(period)?;
        self.known(person)?;
        if capacity == Capacity::Holder && !scope.is_all() {
            return Err(OfficeError::LimitedHolder { person: person.clone(), role: role.clone() });
        }
        let Some(incumbent) = appointment.in_place_of() else { return Ok(()) };
        self.known(incumbent)?;
        if incumbent == person {
            return Err(OfficeError::ForOneself { person: person.clone(), capacity });
        }
        if !self.is_ever_due(appointment) {
            return Err(OfficeError::NeverHolds { person: incumbent.clone(), role: role.clone(), period });
        }
        Ok(())
    }

    /// Whether the one in whose place somebody acts holds the role at any time of the appointment.
    fn is_ever_due(&self, appointment: &Appointment) -> bool {
        let page = appointment.in_place_of().and_then(|incumbent| self.page(incumbent));
        page.is_some_and(|page| {
            let held = page.holds(appointment.role());
            held.iter().any(|held| held.intersect(appointment.period()).is_some())
        })
    }

    /// Ends an appointment; whether it was there and went on.
    pub(super) fn end(&mut self, appointment: &Appointment, at: Timestamp) -> bool {
        let Ok((position, page)) = self.page_mut(appointment.person()) else { return false };
        let found = page.appointments.iter().position(|known| known == appointment);
        let Some(found) = found.filter(|_| at < appointment.period().until) else { return false };
        let rest = appointment.ended(at).filter(|rest| !page.appointments.contains(rest));
        match rest {
            Some(rest) => page.appointments[found] = rest,
            None => drop(page.appointments.remove(found)),
        }
        self.tidy(position, appointment.role());
        self.drop_void(appointment.in_place_of().unwrap_or(appointment.person()), appointment.role());
        true
    }

    /// Takes out the deputies and delegates of one who, as it is now, does not hold the role at any time of theirs.
    fn drop_void(&mut self, incumbent: &Arc<str>, role: &RoleId) {
        for position in self.appointed(role).collect::<Vec<_>>() {
            let Some((_, page)) = self.people.get_index(position) else { continue };
            let is_void = |appointment: &Appointment| {
                appointment.role() == role
                    && appointment.in_place_of() == Some(incumbent)
                    && !self.is_ever_due(appointment)
            };
            let kept: Vec<Appointment> = page.appointments.iter().filter(|one| !is_void(one)).cloned().collect();
            if kept.len() < page.appointments.len() {
                self.people[position].appointments = kept;
                self.tidy(position, role);
            }
        }
    }

    /// Forgets that a person has an appointment for a role where there is none any more.
    fn tidy(&mut self, position: Position, role: &RoleId) {
        let Some((_, page)) = self.people.get_index(position) else { return };
        if page.appointments.iter().any(|appointment| appointment.role() == role) {
            return;
        }
        if let Some(appointed) = self.appointed.get_mut(role) {
            appointed.remove(&position);
            if appointed.is_empty() {
                self.appointed.remove(role);
            }
        }
    }

    pub(super) fn absent(&mut self, person: &str, absence: Absence) -> Result<(), OfficeError> {
        check_period(absence.period)?;
        check_reason(&absence.reason)?;
        let (_, page) = self.page_mut(person)?;
        if page.absences.contains(&absence) {
            return Err(OfficeError::AlreadyThere);
        }
        room_for_one(page.absences.len(), "absences of one person", LIST_MAX)?;
        page.absences.push(absence);
        Ok(())
    }

    /// Ends the absences that a moment is in; whether there was one.
    pub(super) fn back(&mut self, person: &str, at: Timestamp) -> Result<bool, OfficeError> {
        let (_, page) = self.page_mut(person)?;
        let is_away = page.absences.iter().any(|absence| absence.period.contains(at));
        for absence in std::mem::take(&mut page.absences) {
            let period =
                if absence.period.contains(at) { Period { until: at, ..absence.period } } else { absence.period };
            let absence = Absence { period, ..absence };
            if !period.is_empty() && !page.absences.contains(&absence) {
                page.absences.push(absence);
            }
        }
        Ok(is_away)
    }

    /// Whether the team is another one than before.
    pub(super) fn set_team(&mut self, name: &str, members: &[&str]) -> Result<bool, OfficeError> {
        check_name(name)?;
        room_for(members.len(), "members of one team", TEAM_MEMBERS_MAX)?;
        let team = members.iter().map(|member| self.known(member).cloned());
        let team = team.collect::<Result<IndexSet<Arc<str>>, _>>()?.into_iter().collect();
        if self.team(name).is_none() {
            room_for_one(self.teams.len(), "teams", OFFICE_TEAMS_MAX)?;
        }
        let before = self.teams.insert(name.into(), team);
        Ok(before.as_deref() != self.team(name))
    }

    pub(super) fn disband(&mut self, name: &str) -> bool {
        self.teams.shift_remove(name).is_some()
    }

    fn page_mut(&mut self, name: &str) -> Result<(Position, &mut Page), OfficeError> {
        let found = self.people.get_full_mut(name);
        found.map(|(position, _, page)| (position, page)).ok_or_else(|| unknown(name))
    }

    fn known(&self, name: &str) -> Result<&Arc<str>, OfficeError> {
        self.people.get_key_value(name).map(|(name, _)| name).ok_or_else(|| unknown(name))
    }
}

fn unknown(name: &str) -> OfficeError {
    OfficeError::UnknownPerson { name: shown(name) }
}

fn check_name(name: &str) -> Result<(), OfficeError> {
    let is_fine = !name.is_empty()
        && name.len() <= ACTOR_BYTES_MAX
        && name.trim().len() == name.len()
        && !name.chars().any(char::is_control);
    if is_fine { Ok(()) } else { Err(OfficeError::BadName { name: shown(name) }) }
}

fn check_id(id: &str) -> Result<(), OfficeError> {
    if is_well_formed(id) { Ok(()) } else { Err(OfficeError::BadId { id: shown(id) }) }
}

fn check_reason(reason: &str) -> Result<(), OfficeError> {
    let is_bad = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    let is_fine = reason.len() <= REMARK_BYTES_MAX && !reason.chars().any(is_bad);
    if is_fine { Ok(()) } else { Err(OfficeError::BadReason) }
}

fn check_period(period: Period) -> Result<(), OfficeError> {
    if period.is_empty() { Err(OfficeError::EmptyPeriod { period }) } else { Ok(()) }
}

fn room_for_one(count: usize, what: &'static str, max: usize) -> Result<(), OfficeError> {
    room_for(count.saturating_add(1), what, max)
}

fn room_for(count: usize, what: &'static str, max: usize) -> Result<(), OfficeError> {
    if count > max { Err(OfficeError::TooMany { what, max }) } else { Ok(()) }
}
