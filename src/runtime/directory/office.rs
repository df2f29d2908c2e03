//! An office: a directory that is ready to use.

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeBounds;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::book::Book;
use super::{Absence, Appointment, Directory, OfficeError, Person};
use crate::id::{ProcedureId, RoleId};
use crate::time::{Period, Timestamp};

/// A [`Directory`] that is ready to use: people with their roles, absences, deputies, delegations and teams.
///
/// It is shared in an [`Arc`] and changed while an engine runs; a change holds for every question that is asked after it.
/// Nothing in it reads a clock: dates are written down, and each question names its moment.
///
/// | who | acts for a role while |
/// |---|---|
/// | holder | he holds it |
/// | Plh (*pelaksana harian*) | the dates last, and the incumbent holds the role and is absent |
/// | Plt (*pelaksana tugas*) | the dates last, and nobody holds the role; one who is absent still holds it |
/// | delegate | the dates last, and the one who delegates holds the role, present or not |
///
/// Who is absent does not act, in no capacity. Only holders have deputies and delegates: a right that is itself deputised
/// or delegated goes no further. An office says with a [`Scope`](super::Scope) how far a deputy may go.
///
/// # Sources
///
/// Undang-Undang 30/2014 (administrasi pemerintahan), article 14, as Surat Edaran Kepala BKN 1/SE/I/2021 (kewenangan Plh dan
/// Plt dalam aspek kepegawaian) takes it up: a Plh does the routine work of an officer who is prevented for a while, a Plt
/// that of one who is prevented for good; both act by mandate, and take no strategic decisions that change legal status in
/// matters of organisation, staff or budget.
///
/// For how long somebody may be appointed differs between institutions: Peraturan Menteri P2MI 21/2025, article 15, has 3 to
/// 30 days for a Plh, and 1 to 3 months for a Plt, once renewed. So any dates are taken, and their length is for the office
/// to observe.
///
/// # Examples
///
/// ```
/// use sopflow::Capacity;
/// use sopflow::runtime::{Appointment, Directory, Office};
/// use sopflow::time::Timestamp;
///
/// let office = Office::with_people(["Agus", "Ani", "Dewi"])?;
/// office.appoint(Appointment::holder("Ani", "staff"))?;
/// office.appoint(Appointment::holder("Agus", "head"))?;
/// office.appoint(Appointment::plh("Dewi", "head", "Agus"))?;
///
/// let [monday, tuesday, friday] =
///     ["2026-11-02T00:00:00+07:00", "2026-11-03T08:00:00+07:00", "2026-11-06T00:00:00+07:00"]
///         .map(|text| text.parse::<Timestamp>().unwrap());
/// office.absent("Agus", monday..friday, "leave")?;
///
/// let who = |at| office.people_for(&"head".into(), &"letter".into(), at);
/// assert_eq!(*who(tuesday), ["Dewi".into()]);
/// assert_eq!(*who(friday), ["Agus".into()]);
///
/// let dewi = office.person("Dewi").unwrap();
/// let [right] = dewi.rights() else { panic!("one right") };
/// assert_eq!((right.capacity, right.period.until), (Capacity::Plh, friday));
/// # Ok::<(), sopflow::runtime::OfficeError>(())
/// ```
#[derive(Default)]
pub struct Office {
    state: RwLock<State>,
    /// That of the state, so that it can be read without the lock.
    edition: AtomicU64,
}

#[derive(Default)]
struct State {
    book: Book,
    /// The people who were asked for since the last change.
    known: RwLock<HashMap<usize, Arc<Person>>>,
}

impl Office {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With these people, who have no roles yet.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn with_people(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, OfficeError> {
        let office = Self::new();
        names.into_iter().try_for_each(|name| office.add(name.as_ref()))?;
        Ok(office)
    }

    /// Adds a person. One who is there stays as he is. Nobody is ever taken out, since histories name people: one who
    /// leaves has appointments that have [ended](Self::end).
    ///
    /// # Errors
    ///
    /// When it is no name, or there are [`OFFICE_PEOPLE_MAX`](crate::limits::OFFICE_PEOPLE_MAX) people.
    pub fn add(&self, name: &str) -> Result<(), OfficeError> {
        self.change(|book| book.add(name).map(|is_new| (is_new, ())))
    }

    /// Takes down who holds a role, or acts for it.
    ///
    /// Two deputies of one incumbent may act at the same time, and so may two holders.
    ///
    /// # Errors
    ///
    /// When somebody is not known, the period is empty, somebody is to act in his own place, a holder is to have limits, or the one in
    /// whose place somebody is to act does not hold the role at any time of it; and when the very same is there.
    pub fn appoint(&self, appointment: Appointment) -> Result<(), OfficeError> {
        self.change(|book| book.appoint(appointment).map(|()| (true, ())))
    }

    /// Ends an appointment at a moment: a holder leaves the post, a deputy goes, a delegation is revoked. Of one that begins
    /// at that moment or after it nothing is left.
    ///
    /// The deputies and delegates of a holder end with him, since there is no reason for them any more. What could never have
    /// an effect now is taken out, and does not come back with another term of the holder.
    ///
    /// `false` when no such appointment is there or it has ended by then; nothing has changed then.
    pub fn end(&self, appointment: &Appointment, at: Timestamp) -> bool {
        self.change_if(|book| book.end(appointment, at))
    }

    /// Takes down that a person is away, with the reason or an empty one. Absences may overlap.
    ///
    /// # Errors
    ///
    /// When the person is not known, the period is empty, or the very same is there.
    pub fn absent(&self, person: &str, period: impl RangeBounds<Timestamp>, reason: &str) -> Result<(), OfficeError> {
        let absence = Absence { period: Period::of(period), reason: reason.into() };
        self.change(|book| book.absent(person, absence).map(|()| (true, ())))
    }

    /// Takes down that a person is back at a moment: the absences that it lies in end there. Of one that begins at that very
    /// moment nothing is left.
    ///
    /// `false` when the person is not absent at the moment; nothing has changed then.
    ///
    /// # Errors
    ///
    /// When the person is not known.
    pub fn back(&self, person: &str, at: Timestamp) -> Result<bool, OfficeError> {
        self.change(|book| book.back(person, at).map(|was_away| (was_away, was_away)))
    }

    /// Sets the members of a team, each once, in the place of those it had.
    ///
    /// # Errors
    ///
    /// When it is no name, a member is not known, or there are too many of either.
    pub fn set_team(&self, name: &str, members: &[&str]) -> Result<(), OfficeError> {
        self.change(|book| book.set_team(name, members).map(|is_other| (is_other, ())))
    }

    /// Takes out a team; `false` when there is no such team.
    pub fn disband(&self, name: &str) -> bool {
        self.change_if(|book| book.disband(name))
    }

    /// Puts all of another office in the place of this one, in one change: after a file was edited and read again.
    pub fn replace(&self, office: Self) {
        let other = office.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.change_if(|book| {
            *book = other.book;
            true
        });
    }

    /// The names of all people, in the order in which they were added.
    pub fn people(&self) -> Vec<Arc<str>> {
        self.read().book.pages().map(|(name, _)| name.clone()).collect()
    }

    /// All appointments of a person, in the order in which they were taken down.
    pub fn appointments(&self, person: &str) -> Vec<Appointment> {
        self.read().book.page(person).map_or_else(Vec::new, |page| page.appointments.clone())
    }

    /// All absences of a person with their reasons, in the order in which they were taken down.
    pub fn absences(&self, person: &str) -> Vec<Absence> {
        self.read().book.page(person).map_or_else(Vec::new, |page| page.absences.clone())
    }

    /// The names of all teams, in the order in which they were added.
    pub fn teams(&self) -> Vec<Arc<str>> {
        self.read().book.teams().map(|(name, _)| name.clone()).collect()
    }

    /// Changes the book; `change` tells whether it did.
    fn change<T>(&self, change: impl FnOnce(&mut Book) -> Result<(bool, T), OfficeError>) -> Result<T, OfficeError> {
        // A book is changed after all checks and by steps that do not panic, so it is whole even in a poisoned lock.
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let (has_changed, answer) = change(&mut state.book)?;
        if has_changed {
            state.known.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
            // Still under the lock: whoever reads this edition and asks then waits until the change can be seen.
            self.edition.fetch_add(1, Ordering::Release);
        }
        Ok(answer)
    }

    fn change_if(&self, change: impl FnOnce(&mut Book) -> bool) -> bool {
        let changed = self.change(|book| {
            let has_changed = change(book);
            Ok((has_changed, has_changed))
        });
        changed.unwrap_or(false)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is written down, for as long as the file takes to write.
    pub(super) fn with_book<T>(&self, read: impl FnOnce(&Book) -> T) -> T {
        read(&self.read().book)
    }
}

impl State {
    fn person(&self, position: usize) -> Arc<Person> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&position).cloned();
        known.unwrap_or_else(|| {
            let person = Arc::new(self.book.person(position));
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.entry(position).or_insert(person).clone()
        })
    }
}

impl Directory for Office {
    fn person(&self, name: &str) -> Option<Arc<Person>> {
        let state = self.read();
        state.book.position(name).map(|position| state.person(position))
    }

    fn people_for(&self, role: &RoleId, procedure: &ProcedureId, at: Timestamp) -> Vec<Arc<str>> {
        let state = self.read();
        state.book.people_for(role, procedure, at, |position| state.person(position))
    }

    fn team(&self, name: &str) -> Option<Vec<Arc<str>>> {
        self.read().book.team(name).map(<[Arc<str>]>::to_vec)
    }

    fn edition(&self) -> u64 {
        self.edition.load(Ordering::Acquire)
    }
}

impl Clone for Office {
    fn clone(&self) -> Self {
        let state = State { book: self.read().book.clone(), ..State::default() };
        Self { state: RwLock::new(state), edition: AtomicU64::new(0) }
    }
}

/// What is written down.
impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Office").field(&self.read().book).finish()
    }
}
