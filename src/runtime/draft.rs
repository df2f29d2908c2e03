//! A command decided for somebody who commits it together with rows of their own.

use uuid::Uuid;

use super::answer::{Done, Failure, Pending};
use super::ask::{Ask, Request};
use super::core::Core;
use super::decide::unknown;
use super::engine::Engine;
use super::file::CaseFile;
use super::round::{Round, answer_again, check, opens_on};
use crate::store::{CaseCommit, Reader};

/// A command that has been decided and not carried out.
///
/// An embedder that keeps tables of its own in the database of the store commits it in a transaction of its own, together with
/// its rows: either all is there, or nothing. A store that can do this says how; where the verdict on it is a conflict, the
/// case has gone on meanwhile, and a new draft is made.
#[derive(Debug, Clone)]
#[must_use = "nothing is carried out until it is committed"]
pub struct Draft {
    done: Done,
    commits: Vec<CaseCommit>,
}

impl Draft {
    /// The answer, once it is committed.
    pub const fn done(&self) -> Done {
        self.done
    }

    /// What is to be committed; nothing where a command with this id has been carried out already.
    pub fn commits(&self) -> &[CaseCommit] {
        &self.commits
    }
}

impl Engine {
    /// Decides on what somebody asks, and leaves it to the caller to commit.
    pub fn draft(&self, request: Request) -> Pending<Draft, Failure> {
        self.readers().ask(move |core, reader| draft(core, reader, &request))
    }
}

fn draft(core: &Core, reader: &mut dyn Reader, request: &Request) -> Result<Draft, Failure> {
    check(request)?;
    if let Some(id) = &request.once
        && let Some(stored) = reader.commands(&[id])?.pop().flatten()
    {
        return Ok(Draft { done: answer_again(request, &stored)?, commits: Vec::new() });
    }
    let now = core.now();
    let (case, file) = if let Ask::Open { procedure, version, .. } = &request.ask {
        let case = request.case.unwrap_or_else(|| core.new_id(now));
        let known = core.read(reader, case)?;
        let new = || Ok(CaseFile::new(case, opens_on(core, procedure.as_str(), version.as_deref())?));
        (case, known.map_or_else(new, Ok::<_, Failure>)?)
    } else {
        let case = request.case.ok_or_else(|| unknown("case", ""))?;
        (case, core.read(reader, case)?.ok_or_else(|| unknown("case", &case.to_string()))?)
    };
    let mut round = Round::default();
    round.take(Box::new(file));
    let serial = Uuid::new_v4().as_u64_pair().0;
    let done = round.carry_out(core, case, request, now, serial)?;
    Ok(Draft { done, commits: round.commits(core) })
}
