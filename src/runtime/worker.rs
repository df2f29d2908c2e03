//! Carries out commands, many in one commit.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;
use rustc_hash::FxBuildHasher;
use uuid::Uuid;

use super::answer::{Done, Failure, closed};
use super::ask::{Ask, Request};
use super::core::Core;
use super::decide::unknown;
use super::file::CaseFile;
use super::round::{Round, answer_again, check, opens_on};
use super::telemetry;
use crate::error::{Error, ErrorKind};
use crate::id::CaseId;
use crate::limits::ROUNDS_MAX;
use crate::store::{CaseCommit, StoredEvent, Verdict, Writer};
use crate::time::Timestamp;

/// A command, and where its answer goes.
pub(super) struct Job {
    pub(super) request: Request,
    pub(super) reply: Reply,
}

/// Where the answer to a command goes.
pub(super) type Reply = oneshot::Sender<Result<Done, Failure>>;

/// Holds the connection that writes, and the cases in use.
pub(super) struct Worker {
    core: Arc<Core>,
    /// `None` after a failure, until it is needed again.
    writer: Option<Box<dyn Writer>>,
    cases: LruCache<CaseId, Box<CaseFile>, FxBuildHasher>,
    serial: u64,
}

/// What becomes of a command in a round.
enum Fate {
    /// It has its answer, whatever becomes of the round.
    Settled(Result<Done, Failure>),
    /// It has this answer, unless the round comes into conflict about the case.
    Depends(CaseId, Result<Done, Failure>),
    /// Another command of the round has the same id.
    Later,
}

impl Worker {
    /// A worker that keeps so many cases in memory.
    pub(super) fn new(core: Arc<Core>, cases_cached: NonZeroUsize) -> Result<Self, Error> {
        let writer = Some(core.store.writer()?);
        let serial = Uuid::new_v4().as_u64_pair().0;
        Ok(Self { core, writer, cases: LruCache::with_hasher(cases_cached, FxBuildHasher), serial })
    }

    /// The connection that writes; a new one where the last one has failed.
    pub(super) fn writer(&mut self) -> Result<&mut dyn Writer, Error> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.core.store.writer()?,
        };
        Ok(&mut **self.writer.insert(writer))
    }

    /// Forgets the connection that writes, and what was read through it.
    pub(super) fn forget(&mut self) {
        self.writer = None;
        self.cases.clear();
    }

    /// Carries out one command.
    pub(super) fn carry_out_one(&mut self, request: Request) -> Result<Done, Failure> {
        let (reply, answer) = oneshot::channel();
        self.carry_out(vec![Job { request, reply }]);
        answer.try_recv().unwrap_or_else(|_| Err(closed().into()))
    }

    /// Carries out a batch of commands in their order, and answers each.
    pub(super) fn carry_out(&mut self, mut jobs: Vec<Job>) {
        let mut rounds = 0;
        while !jobs.is_empty() {
            rounds += 1;
            jobs = self.round(jobs, rounds == ROUNDS_MAX);
        }
    }

    /// Decides and commits once. What came into conflict is left, to be tried again; nothing in the last round.
    fn round(&mut self, jobs: Vec<Job>, is_last: bool) -> Vec<Job> {
        let mut round = Round::default();
        let made = self.decide_all(&mut round, &jobs).and_then(|fates| self.commit(&mut round).map(|()| fates));
        let fates = match made {
            Ok(fates) => fates,
            Err(error) => {
                self.forget();
                telemetry::store_failed(&error);
                for job in jobs {
                    answer(job, Err(error.clone().into()));
                }
                return Vec::new();
            }
        };
        let mut left = Vec::new();
        for (job, fate) in jobs.into_iter().zip(fates) {
            match fate {
                Fate::Settled(settled) => answer(job, settled),
                Fate::Depends(case, settled) if !round.is_in_conflict(case) => answer(job, settled),
                Fate::Depends(case, _) if is_last => answer(job, Err(contended(case).into())),
                Fate::Depends(..) | Fate::Later => left.push(job),
            }
        }
        for file in round.into_files() {
            self.cases.push(file.id, file);
        }
        left
    }

    /// Decides on each command, on the cases as those before it leave them.
    fn decide_all(&mut self, round: &mut Round, jobs: &[Job]) -> Result<Vec<Fate>, Error> {
        let known = self.known(jobs)?;
        let mut ids: Vec<&Arc<str>> = Vec::new();
        let mut fates = Vec::with_capacity(jobs.len());
        for (position, Job { request, .. }) in jobs.iter().enumerate() {
            fates.push(match (&request.once, known.get(&position)) {
                (Some(_), Some(stored)) => Fate::Settled(answer_again(request, stored)),
                (Some(id), None) if ids.contains(&id) => Fate::Later,
                (once, _) => {
                    ids.extend(once);
                    self.decide(round, request)?
                }
            });
        }
        Ok(fates)
    }

    /// The events of commands that have been carried out already, by position of the command.
    fn known(&mut self, jobs: &[Job]) -> Result<HashMap<usize, StoredEvent>, Error> {
        let with_id =
            jobs.iter().enumerate().filter_map(|(position, job)| Some((position, &**job.request.once.as_ref()?)));
        let (positions, ids): (Vec<usize>, Vec<&str>) = with_id.unzip();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.writer()?.commands(&ids)?;
        Ok(positions.into_iter().zip(found).filter_map(|(position, found)| Some((position, found?))).collect())
    }

    fn decide(&mut self, round: &mut Round, request: &Request) -> Result<Fate, Error> {
        let now = self.core.now();
        if let Err(failure) = check(request) {
            return Ok(Fate::Settled(Err(failure)));
        }
        let case = match self.case_for(round, request, now)? {
            Ok(case) => case,
            Err(failure) => return Ok(Fate::Settled(Err(failure))),
        };
        self.serial = self.serial.wrapping_add(1);
        let mut answer = round.carry_out(&self.core, case, request, now, self.serial);
        if answer.is_err() && self.core.store.is_shared() && self.is_outdated(round, case)? {
            answer = round.carry_out(&self.core, case, request, now, self.serial);
        }
        Ok(Fate::Depends(case, answer))
    }

    /// Takes the case of a request into the round.
    fn case_for(
        &mut self,
        round: &mut Round,
        request: &Request,
        now: Timestamp,
    ) -> Result<Result<CaseId, Failure>, Error> {
        let Ask::Open { procedure, version, .. } = &request.ask else {
            let Some(case) = request.case else { return Ok(Err(unknown("case", "").into())) };
            if round.has(case) {
                return Ok(Ok(case));
            }
            return Ok(match self.load(case)? {
                Some(file) => {
                    round.take(file);
                    Ok(case)
                }
                None => Err(unknown("case", &case.to_string()).into()),
            });
        };
        let case = request.case.unwrap_or_else(|| self.core.new_id(now));
        if round.has(case) {
            return Ok(Ok(case));
        }
        let known = if request.case.is_some() { self.load(case)? } else { None };
        let file = match known {
            Some(file) => file,
            None => match opens_on(&self.core, procedure.as_str(), version.as_deref()) {
                Ok(hosted) => Box::new(CaseFile::new(case, hosted)),
                Err(failure) => return Ok(Err(failure)),
            },
        };
        round.take(file);
        Ok(Ok(case))
    }

    /// Whether the store has more of a case than the round knows, which then knows it. A case that the round has already
    /// changed is not: then the commit will tell.
    fn is_outdated(&mut self, round: &mut Round, case: CaseId) -> Result<bool, Error> {
        let Some(version) = round.unchanged(case) else { return Ok(false) };
        if self.writer()?.events(case, version, 1)?.is_empty() {
            return Ok(false);
        }
        self.cases.pop(&case);
        if let Some(file) = self.load(case)? {
            round.take(file);
        }
        Ok(true)
    }

    /// A case from memory or else from the store.
    fn load(&mut self, case: CaseId) -> Result<Option<Box<CaseFile>>, Error> {
        if let Some(file) = self.cases.pop(&case) {
            return Ok(Some(file));
        }
        let core = self.core.clone();
        Ok(core.read(self.writer()?, case)?.map(Box::new))
    }

    /// Commits what the round has made.
    fn commit(&mut self, round: &mut Round) -> Result<(), Error> {
        let commits = round.commits(&self.core);
        if commits.is_empty() {
            return Ok(());
        }
        let begun = telemetry::begin();
        let verdicts = match self.writer()?.commit(&commits) {
            Err(error) if error.is_uncertain() => self.look_after(&commits, &error)?,
            verdicts => verdicts?,
        };
        telemetry::committed(&begun, commits.len(), commits.iter().map(|commit| commit.events.len()).sum());
        for (commit, verdict) in commits.iter().zip(verdicts) {
            round.settle(commit.case, verdict);
        }
        Ok(())
    }

    /// Looks what became of a commit that failed in such a way that nobody knows.
    fn look_after(&mut self, commits: &[CaseCommit], error: &Error) -> Result<Vec<Verdict>, Error> {
        self.forget();
        let writer = self.writer().map_err(|_| error.clone())?;
        let verdict = |commit: &CaseCommit| {
            let found = writer.events(commit.case, commit.expected, 1).map_err(|_| error.clone())?;
            let is_own = |found: &StoredEvent| Some(found.link) == commit.events.first().map(|new| new.link);
            Ok(found
                .first()
                .filter(|found| is_own(found))
                .map_or(Verdict::Conflict, |found| Verdict::Committed(found.cursor)))
        };
        commits.iter().map(verdict).collect()
    }
}

/// Answers; nobody may be waiting any more.
fn answer(job: Job, answer: Result<Done, Failure>) {
    telemetry::answered(&job.request.ask, &answer);
    drop(job.reply.send(answer));
}

fn contended(case: CaseId) -> Error {
    let message = format!("other engines have changed case {case} each of {ROUNDS_MAX} times; try again");
    Error::single(ErrorKind::Conflict, message)
}
