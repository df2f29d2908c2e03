//! What a file says, taken down in an office entry by entry, and everything that is wrong with it.

use std::collections::BTreeMap;

use chrono::FixedOffset;

use super::file::{Dates, File};
use super::moment::{Moment, start_of};
use super::{Appointment, Directory, Office, OfficeError, Scope};
use crate::error::Fault;
use crate::error::{did_you_mean, shown};
use crate::id::{ProcedureId, StepId};
use crate::limits::DIAGNOSTICS_MAX;
use crate::model::Tree;
use crate::time::{Period, Timestamp};

/// Faults for which a name is looked up that may have been meant.
const HELPED_MAX: usize = 20;

/// An office on its way from a file.
#[derive(Debug)]
pub(super) struct Reading {
    offset: Option<FixedOffset>,
    pub(super) office: Office,
    pub(super) faults: Vec<Fault>,
    /// Whether all holders could be taken down: if not, nobody can say who never holds a role.
    knows_holders: bool,
    /// Whether all faults are about bounds.
    pub(super) is_limit: bool,
}

impl Reading {
    pub(super) fn new() -> Self {
        Self { offset: None, office: Office::new(), faults: Vec::new(), knows_holders: false, is_limit: true }
    }

    /// Takes down what the file says: first who is there and holds what, since the rest rests on it.
    pub(super) fn read(&mut self, root: &Tree, file: &File) {
        if let (Some(offset), Some(node)) = (&file.offset, root.get("offset")) {
            self.offset = offset.parse().ok();
            if self.offset.is_none() {
                self.note(node, "the offset from UTC has to be one such as \"+07:00\"", None);
                // Every day would be a fault now.
                return;
            }
        }
        for (name, node) in file.people.iter().zip(root.list("people")) {
            let is_new = self.office.person(name).is_none();
            let added = if is_new { self.office.add(name) } else { Err(OfficeError::AlreadyThere) };
            self.note_error(node, added);
        }
        for (entry, node) in file.holders.iter().zip(root.list("holders")) {
            let holder = Appointment::holder(&entry.person, entry.role.clone()).because(&entry.reason);
            self.appoint(node, entry.dates(), holder);
        }
        self.knows_holders = self.faults.is_empty();
        for (entry, node) in file.absences.iter().zip(root.list("absences")) {
            if let Some(period) = self.period(node, entry.dates()) {
                let taken = self.office.absent(&entry.person, period.from..period.until, &entry.reason);
                self.note_error(node, taken);
            }
        }
        for (entry, node) in file.plh.iter().zip(root.list("plh")) {
            let plh = Appointment::plh(&entry.person, entry.role.clone(), &entry.incumbent).because(&entry.reason);
            self.appoint(node, entry.dates(), plh.limited(scope(entry.procedures.as_deref(), &entry.except)));
        }
        for (entry, node) in file.plt.iter().zip(root.list("plt")) {
            let plt = Appointment::plt(&entry.person, entry.role.clone()).because(&entry.reason);
            self.appoint(node, entry.dates(), plt.limited(scope(entry.procedures.as_deref(), &entry.except)));
        }
        for (entry, node) in file.delegates.iter().zip(root.list("delegates")) {
            let delegate = Appointment::delegate(&entry.person, entry.role.clone(), &entry.holder);
            let delegate = delegate.because(&entry.reason);
            self.appoint(node, entry.dates(), delegate.limited(scope(entry.procedures.as_deref(), &entry.except)));
        }
        for (team, node) in file.teams.iter().zip(root.list("teams")) {
            let members: Vec<&str> = team.members.iter().map(String::as_str).collect();
            let is_new = self.office.team(&team.name).is_none();
            let set = if is_new { self.office.set_team(&team.name, &members) } else { Err(OfficeError::AlreadyThere) };
            self.note_error(node, set);
        }
    }

    fn appoint(&mut self, node: &Tree, dates: Dates, appointment: Appointment) {
        if let Some(period) = self.period(node, dates) {
            let taken = self.office.appoint(appointment.within(period.from..period.until));
            self.note_error(node, taken);
        }
    }

    /// The period that dates stand for; `None` where something is wrong with them, which is noted.
    fn period(&mut self, node: &Tree, dates: Dates) -> Option<Period> {
        let from = match dates.from {
            Some(Moment::At(from)) => from,
            Some(Moment::Day(day)) => start_of(day, self.offset_for(node.get("from")?)?),
            None => Timestamp::MIN,
        };
        let until = match (dates.until, dates.through) {
            (Some(_), Some(_)) => {
                self.note(node.get("through")?, "`until` and `through` exclude each other", None);
                return None;
            }
            (Some(Moment::At(until)), None) => until,
            (Some(Moment::Day(day)), None) => {
                let help = format!("for a last day write `through = {day}`");
                self.note(node.get("until")?, "`until` needs a moment", Some(help));
                return None;
            }
            (None, Some(Moment::Day(day))) => {
                let offset = self.offset_for(node.get("through")?)?;
                day.succ_opt().map_or(Timestamp::MAX, |next| start_of(next, offset))
            }
            (None, Some(Moment::At(moment))) => {
                let help = format!("for a moment write `until = {moment}`");
                self.note(node.get("through")?, "`through` needs a day", Some(help));
                return None;
            }
            (None, None) => Timestamp::MAX,
        };
        Some(Period { from, until })
    }

    fn offset_for(&mut self, node: &Tree) -> Option<FixedOffset> {
        if self.offset.is_none() {
            let help = "write one at the top, such as `offset = \"+07:00\"`".to_owned();
            self.note(node, "a day needs the offset of the office from UTC", Some(help));
        }
        self.offset
    }

    fn note(&mut self, node: &Tree, message: impl Into<String>, help: Option<String>) {
        self.is_limit = false;
        self.push(node, message.into(), help);
    }

    fn note_error(&mut self, node: &Tree, taken: Result<(), OfficeError>) {
        let Err(error) = taken else { return };
        if matches!(error, OfficeError::NeverHolds { .. }) && !self.knows_holders {
            return;
        }
        let help = match &error {
            OfficeError::UnknownPerson { name } if self.faults.len() < HELPED_MAX => {
                did_you_mean(name, self.office.people().iter().map(|name| &**name))
            }
            _ => None,
        };
        self.is_limit &= matches!(error, OfficeError::TooMany { .. });
        self.push(culprit(node, &error), error.to_string(), help);
    }

    fn push(&mut self, node: &Tree, message: String, help: Option<String>) {
        if self.faults.len() <= DIAGNOSTICS_MAX {
            self.faults.push(Fault { span: Some(node.span.clone()), message, help, ..Fault::default() });
        }
    }
}

fn scope(procedures: Option<&[ProcedureId]>, except: &BTreeMap<ProcedureId, Vec<StepId>>) -> Scope {
    let scope = procedures.map_or_else(Scope::all, |procedures| Scope::only(procedures.iter().cloned()));
    except.iter().fold(scope, |scope, (procedure, steps)| scope.except(procedure.clone(), steps.iter().cloned()))
}

/// The part of an entry that an error is about.
fn culprit<'a>(node: &'a Tree, error: &OfficeError) -> &'a Tree {
    let field = |names: &[&str]| names.iter().find_map(|name| node.get(name));
    let found = match error {
        OfficeError::UnknownPerson { name } => {
            let named = ["person", "incumbent", "holder"].into_iter().filter_map(|field| node.get(field));
            named.chain(node.list("members")).find(|node| node.text().is_some_and(|text| shown(text) == *name))
        }
        OfficeError::BadName { .. } | OfficeError::AlreadyThere => field(&["name"]),
        OfficeError::ForOneself { .. } | OfficeError::NeverHolds { .. } => field(&["incumbent", "holder"]),
        OfficeError::EmptyPeriod { .. } => field(&["until", "through", "from"]),
        OfficeError::BadReason => field(&["reason"]),
        OfficeError::EmptyScope => field(&["procedures"]),
        OfficeError::BadId { .. } | OfficeError::LimitedHolder { .. } | OfficeError::TooMany { .. } => None,
    };
    found.unwrap_or(node)
}
