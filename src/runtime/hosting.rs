//! The procedures that an engine runs, in all their versions.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::{Error, ErrorKind};
use crate::id::{ProcedureId, RoleId, RoleIx, StepIx};
use crate::model::{Procedure, Seal};
use crate::store::Definition;
use crate::time::{DayPolicy, Due, StandardTime, Timestamp, WorkCalendar};
use crate::verify::SoundProcedure;

/// When work is due. A [`WorkCalendar`] is such a rule; an embedder may have its own.
pub trait Deadlines: Send + Sync {
    /// When work that came up at `since` and may take `time` is due; nothing where no deadline can be told. `day` is what the
    /// procedure means by a day.
    fn due(&self, since: Timestamp, time: StandardTime, day: DayPolicy) -> Option<Due>;
}

impl Deadlines for WorkCalendar {
    fn due(&self, since: Timestamp, time: StandardTime, day: DayPolicy) -> Option<Due> {
        WorkCalendar::due(self, since, time, day)
    }
}

/// One version of a procedure, with what the engine needs to run it.
pub(super) struct Hosted {
    pub(super) procedure: Arc<SoundProcedure>,
    pub(super) key: VersionKey,
    lists: Vec<RoleLists>,
    deadlines: Option<Arc<dyn Deadlines>>,
}

/// The lists of work of a role: what nobody holds, and what somebody holds.
struct RoleLists {
    free: Arc<str>,
    held: Arc<str>,
}

/// What lists of work name a version by: the first half of its hash.
pub(super) type VersionKey = u128;

/// Every version that the engine knows.
pub(super) struct Procedures {
    known: RwLock<Known>,
    deadlines: Option<Arc<dyn Deadlines>>,
}

#[derive(Default)]
struct Known {
    versions: HashMap<VersionKey, Arc<Hosted>>,
    /// By procedure, the version that was hosted last: the one that new cases run on.
    current: HashMap<ProcedureId, Arc<Hosted>>,
    /// By role, the procedures that have it in any version.
    by_role: HashMap<RoleId, Vec<ProcedureId>>,
    /// Versions kept with their cases that are no longer found sound, and why.
    unsound: HashMap<VersionKey, String>,
}

impl Hosted {
    fn new(procedure: Arc<SoundProcedure>, deadlines: Option<Arc<dyn Deadlines>>) -> Self {
        let id = &procedure.procedure().id;
        let lists = procedure.procedure().roles.iter().map(|role| RoleLists {
            free: role_list(id.as_str(), role.id.as_str(), false),
            held: role_list(id.as_str(), role.id.as_str(), true),
        });
        Self { key: key_of(procedure.seal()), lists: lists.collect(), deadlines, procedure }
    }

    /// The list that a step of this role stands in.
    pub(super) fn list(&self, role: RoleIx, held: bool) -> &Arc<str> {
        let lists = &self.lists[role.index()];
        if held { &lists.held } else { &lists.free }
    }

    /// When a step is due that came up at a moment.
    pub(super) fn due(&self, step: StepIx, since: Timestamp) -> Option<Due> {
        let time = self.procedure.step_at(step).time?;
        self.deadlines.as_ref()?.due(since, time, self.procedure.procedure().day)
    }
}

/// The name of the list of what waits for a role: what nobody holds, or what somebody does.
pub(super) fn role_list(procedure: &str, role: &str, held: bool) -> Arc<str> {
    format!("{procedure}/{role}{}", if held { "!" } else { "" }).into()
}

/// The name of the list of what a person holds or is asked to review.
pub(super) fn person_list(person: &str) -> Arc<str> {
    format!("@{person}").into()
}

fn key_of(seal: &Seal) -> VersionKey {
    seal.hash.get(..32).and_then(|half| u128::from_str_radix(half, 16).ok()).unwrap_or_default()
}

impl Procedures {
    pub(super) fn new(deadlines: Option<Arc<dyn Deadlines>>) -> Self {
        Self { known: RwLock::default(), deadlines }
    }

    /// Knows a version from now on; new cases of the procedure run on it.
    pub(super) fn host(&self, procedure: SoundProcedure) -> Arc<Hosted> {
        let hosted = Arc::new(Hosted::new(Arc::new(procedure), self.deadlines.clone()));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.add(&hosted);
        known.current.insert(hosted.procedure.procedure().id.clone(), hosted.clone());
        hosted
    }

    /// Knows a version that is kept in the store, where no such is hosted.
    pub(super) fn recall(&self, definition: &Definition) -> Result<(), Error> {
        let key =
            u128::from_str_radix(definition.name.get(..32).unwrap_or_default(), 16).map_err(|_| lost(definition))?;
        if self.version(key).is_ok() {
            return Ok(());
        }
        let text = std::str::from_utf8(&definition.body).map_err(|_| lost(definition))?;
        let procedure = Procedure::from_json(text)?;
        let verified = procedure.verify();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match verified {
            Ok(sound) if key_of(sound.seal()) == key => {
                known.add(&Arc::new(Hosted::new(Arc::new(sound), self.deadlines.clone())));
            }
            Ok(_) => return Err(lost(definition)),
            Err(report) => drop(known.unsound.insert(key, report.to_string())),
        }
        Ok(())
    }

    /// What is kept of a version in the store.
    pub(super) fn definition(hosted: &Hosted) -> Definition {
        let seal = hosted.procedure.seal();
        Definition { name: seal.hash.as_str().into(), body: hosted.procedure.procedure().to_json().into_bytes() }
    }

    /// The version with a key.
    pub(super) fn version(&self, key: VersionKey) -> Result<Arc<Hosted>, Error> {
        let known = self.known();
        if let Some(hosted) = known.versions.get(&key) {
            return Ok(hosted.clone());
        }
        let message = match known.unsound.get(&key) {
            Some(report) => {
                format!("the case runs on a version of its procedure that is no longer found sound: {report}")
            }
            None => "the case runs on a version of its procedure that the engine does not know; host it".to_owned(),
        };
        Err(Error::single(ErrorKind::ProcedureChanged, message))
    }

    /// The version with a seal.
    pub(super) fn sealed(&self, seal: &Seal) -> Result<Arc<Hosted>, Error> {
        let hosted = self.version(key_of(seal))?;
        if hosted.procedure.seal().hash == seal.hash { Ok(hosted) } else { self.version(0) }
    }

    /// The version that new cases of a procedure run on, or the one asked for.
    pub(super) fn find(&self, procedure: &str, version: Option<&str>) -> Option<Arc<Hosted>> {
        let known = self.known();
        let current = known.current.get(procedure);
        let Some(version) = version else { return current.cloned() };
        let is_it = |hosted: &&Arc<Hosted>| {
            let found = hosted.procedure.procedure();
            found.id == *procedure && found.version == *version
        };
        current.filter(|hosted| is_it(hosted)).or_else(|| known.versions.values().find(is_it)).cloned()
    }

    /// The procedures that have a role in any version, each once.
    pub(super) fn with_role(&self, role: &RoleId) -> Vec<ProcedureId> {
        self.known().by_role.get(role).cloned().unwrap_or_default()
    }

    /// Every version known.
    fn all(&self) -> Vec<Arc<Hosted>> {
        self.known().versions.values().cloned().collect()
    }

    fn known(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn add(&mut self, hosted: &Arc<Hosted>) {
        let procedure = hosted.procedure.procedure();
        for role in &procedure.roles {
            let with_role = self.by_role.entry(role.id.clone()).or_default();
            if !with_role.contains(&procedure.id) {
                with_role.push(procedure.id.clone());
            }
        }
        self.versions.insert(hosted.key, hosted.clone());
    }
}

fn lost(definition: &Definition) -> Error {
    Error::damaged(format!("the definition of version {} of a procedure is damaged in the store", definition.name))
}

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.procedure.seal(), f)
    }
}

impl fmt::Debug for Procedures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all()).finish()
    }
}
