//! What waits, for whom.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use super::acting::Acting;
use super::answer::{Failure, Pending};
use super::authority::{self, Work};
use super::core::Core;
use super::decide::unknown;
use super::engine::Engine;
use super::hosting::{person_list, role_list};
use super::projection::{Listed, WorkItem};
use crate::error::{Error, ErrorKind};
use crate::id::{CaseId, ProcedureId, RoleId};
use crate::limits::{ITEMS_COUNTED_MAX, ITEMS_PER_PAGE_MAX, ITEMS_SCANNED_MAX};
use crate::store::{Item, ItemOrder, ItemQuery, Reader};
use crate::time::Timestamp;

/// A list of what waits for a person, a role or a team, to be filtered, sorted and read page by page.
///
/// For a person it has what the person may do now: by the roles held, as deputy or delegate, and what the person holds or is
/// asked to review. It asks the same function as the commands, so nothing on it is refused for reasons of authority. For a
/// team it has what waits for any of its members. For a role it has everything, also what somebody holds; who may see that
/// is for the embedding program.
#[derive(Debug, Clone)]
#[must_use = "nothing is read until `page` or `count`"]
pub struct Inbox {
    engine: Engine,
    whose: Whose,
    procedure: Option<ProcedureId>,
    query: ItemQuery,
}

#[derive(Debug, Clone)]
enum Whose {
    Person(Arc<str>),
    Team(Arc<str>),
    Role(RoleId),
}

/// Some of the work that waits, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// The work.
    pub items: Vec<WorkItem>,
    /// Where the next page begins; none on the last one. A page with a next one may have fewer items than asked for, where
    /// much of what was looked at is not for the person.
    pub next: Option<Mark>,
}

/// A place in the order of an [`Inbox`]. It is written as text, so that a client can keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    moment: i64,
    case: CaseId,
    name: Arc<str>,
}

/// How much work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// So much, or at least so much.
    pub number: usize,
    /// Whether there is no more than that. Counting stops at [`ITEMS_COUNTED_MAX`], or where a great deal was looked at that is
    /// not for the person.
    pub is_exact: bool,
}

impl Engine {
    /// What waits for a role, whoever holds it.
    pub fn inbox_of_role(&self, role: impl Into<RoleId>) -> Inbox {
        Inbox::new(self, Whose::Role(role.into()))
    }

    /// What waits for the members of a team.
    pub fn inbox_of_team(&self, team: impl Into<Arc<str>>) -> Inbox {
        Inbox::new(self, Whose::Team(team.into()))
    }
}

impl Acting {
    /// What waits for the person.
    pub fn inbox(&self) -> Inbox {
        Inbox::new(self.engine(), Whose::Person(self.name().clone()))
    }
}

impl Inbox {
    fn new(engine: &Engine, whose: Whose) -> Self {
        Self { engine: engine.clone(), whose, procedure: None, query: ItemQuery { limit: 50, ..ItemQuery::default() } }
    }

    /// Only work of one procedure.
    pub fn of_procedure(mut self, procedure: impl Into<ProcedureId>) -> Self {
        self.procedure = Some(procedure.into());
        self
    }

    /// Only work due before a moment.
    pub fn due_before(mut self, moment: Timestamp) -> Self {
        self.query.due_before = Some(moment.as_millis());
        self
    }

    /// Only work that has waited since before a moment.
    pub fn waiting_since_before(mut self, moment: Timestamp) -> Self {
        self.query.since_before = Some(moment.as_millis());
        self
    }

    /// In this order; by due time unless told otherwise.
    pub fn order(mut self, order: ItemOrder) -> Self {
        self.query.order = order;
        self
    }

    /// From where another page has ended.
    pub fn after(mut self, mark: Mark) -> Self {
        self.query.after = Some((mark.moment, mark.case, mark.name));
        self
    }

    /// At most so many on a page: 1 to [`ITEMS_PER_PAGE_MAX`], 50 unless told otherwise.
    pub fn limit(mut self, limit: usize) -> Self {
        self.query.limit = limit.clamp(1, ITEMS_PER_PAGE_MAX);
        self
    }

    /// Reads a page.
    ///
    /// The answer is a refusal where the directory knows no such person or team.
    pub fn page(self) -> Pending<Page, Failure> {
        let Self { engine, whose, procedure, query } = self;
        engine.readers().ask(move |core, reader| {
            let mut search = Search::new(core, &whose, procedure.as_ref(), query)?;
            Ok(search.page(reader)?)
        })
    }

    /// Counts the work, on all pages.
    ///
    /// The answer is a refusal where the directory knows no such person or team.
    pub fn count(self) -> Pending<Count, Failure> {
        let Self { engine, whose, procedure, query } = self;
        engine.readers().ask(move |core, reader| {
            let query = ItemQuery { after: None, limit: ITEMS_COUNTED_MAX + 1, ..query };
            let mut search = Search::new(core, &whose, procedure.as_ref(), query)?;
            let (number, is_all) = if search.members.is_some() {
                let page = search.page(reader)?;
                (page.items.len(), page.next.is_none())
            } else {
                (reader.count(&search.query)?.into_iter().sum(), true)
            };
            let is_exact = is_all && number <= ITEMS_COUNTED_MAX;
            Ok(Count { number: number.min(ITEMS_COUNTED_MAX), is_exact })
        })
    }
}

/// A search through lists of work.
struct Search<'a> {
    core: &'a Core,
    now: Timestamp,
    /// For whom; everything where nobody is asked about in particular.
    members: Option<Vec<Arc<str>>>,
    query: ItemQuery,
}

impl<'a> Search<'a> {
    fn new(core: &'a Core, whose: &Whose, procedure: Option<&ProcedureId>, query: ItemQuery) -> Result<Self, Failure> {
        let now = core.now();
        let directory = &core.people.directory;
        let members = match whose {
            Whose::Person(person) => Some(vec![person.clone()]),
            Whose::Team(team) => Some(directory.team(team).ok_or_else(|| unknown("team", team))?),
            Whose::Role(_) => None,
        };
        let mut lists = HashSet::new();
        let mut add = |role: &RoleId, held: &[bool], reaches: &dyn Fn(&ProcedureId) -> bool| {
            let wanted = |known: &ProcedureId| procedure.is_none_or(|wanted| wanted == known) && reaches(known);
            for procedure in core.procedures.with_role(role).into_iter().filter(wanted) {
                lists.extend(held.iter().map(|held| role_list(procedure.as_str(), role.as_str(), *held)));
            }
        };
        match (whose, &members) {
            (Whose::Role(role), _) => add(role, &[false, true], &|_| true),
            (_, members) => {
                for name in members.iter().flatten() {
                    let person = directory.person(name).ok_or_else(|| unknown("person", name))?;
                    for right in person.rights().iter().filter(|right| right.period.contains(now)) {
                        add(&right.role, &[false], &|procedure| right.scope.includes(procedure));
                    }
                }
            }
        }
        lists.extend(members.iter().flatten().map(|name| person_list(name)));
        let mut lists: Vec<Arc<str>> = lists.into_iter().collect();
        lists.sort_unstable();
        Ok(Self { core, now, members, query: ItemQuery { lists, ..query } })
    }

    /// The next page: what is found among the next entries, as long as not too many have been looked at.
    fn page(&mut self, reader: &mut dyn Reader) -> Result<Page, Error> {
        let (wanted, mut looked_at) = (self.query.limit, 0);
        let mut items: Vec<WorkItem> = Vec::new();
        loop {
            self.query.limit = (wanted - items.len()).clamp(1, ITEMS_PER_PAGE_MAX);
            let entries = reader.items(&self.query)?;
            let is_last = entries.len() < self.query.limit;
            looked_at += entries.len();
            for entry in &entries {
                self.query.after = Some(entry.place(self.query.order));
                items.extend(self.shown(entry)?);
            }
            if is_last || items.len() >= wanted || looked_at >= ITEMS_SCANNED_MAX.max(wanted) {
                let next = self.query.after.take().filter(|_| !is_last);
                let next = next.map(|(moment, case, name)| Mark { moment, case, name });
                return Ok(Page { items, next });
            }
        }
    }

    /// What is shown of an entry; nothing where nobody asked about may work on it.
    fn shown(&self, entry: &Item) -> Result<Option<WorkItem>, Error> {
        let listed = Listed::read(entry, &self.core.procedures, &self.core.people)?;
        let Some(members) = &self.members else { return Ok(Some(listed.item)) };
        for name in members {
            if self.is_for(name, entry, &listed)? {
                return Ok(Some(listed.item));
            }
        }
        Ok(None)
    }

    fn is_for(&self, name: &str, entry: &Item, listed: &Listed) -> Result<bool, Error> {
        let Listed { hosted, step, holder, reservation, item } = listed;
        let Some(party) = self.core.people.party(name, hosted)? else { return Ok(false) };
        if item.is_review {
            return Ok(entry.key.list == person_list(name) && authority::absence(&party, self.now).is_none());
        }
        let work = Work { step: *step, holder: holder.as_ref(), reservation };
        let grants = authority::grants_on(hosted, &self.core.people, *step, holder.as_ref(), &party)?;
        Ok(authority::may_work(hosted, work, &party, &grants, self.now).is_ok())
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}~{}", self.moment, self.case, self.name)
    }
}

impl FromStr for Mark {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong =
            || Error::single(ErrorKind::Format, "this is no mark; the engine gives one with each page but the last");
        let mut parts = text.splitn(3, '~');
        let (Some(moment), Some(case), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        let (moment, case) = (moment.parse().map_err(|_| wrong())?, case.parse().map_err(|_| wrong())?);
        Ok(Self { moment, case, name: name.into() })
    }
}

impl Serialize for Mark {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
