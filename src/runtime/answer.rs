//! What an engine answers.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::id::CaseId;
use crate::kernel::Refused;
use crate::time::Timestamp;

/// A command has been carried out, and is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Done {
    /// The case.
    pub case: CaseId,
    /// The number of its event in the case, which is the version that the case has with it.
    pub version: u32,
    /// When.
    pub at: Timestamp,
}

/// A command has not been carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The procedure does not allow it: all the reasons. Nothing has changed.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// Something could not be read or written, or the caller knew another version of the case. Nothing has changed, unless
    /// [`Error::is_uncertain`].
    #[error("{0}")]
    Error(#[from] Error),
}

impl Failure {
    /// The reasons of a refusal.
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Error(_) => None,
        }
    }

    /// Whether it is a refusal with a reason of this code.
    pub fn has(&self, code: &str) -> bool {
        self.refused().is_some_and(|refused| refused.has(code))
    }

    /// The error, where it is one.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Refused(_) => None,
            Self::Error(error) => Some(error),
        }
    }
}

/// An answer that is still to come: something to `await`, or to [`wait`](Self::wait) for where nothing is asynchronous.
///
/// What was asked is carried out whether or not anybody waits for the answer.
#[must_use = "the answer tells whether it was carried out"]
pub struct Pending<T, E>(State<T, E>);

enum State<T, E> {
    Here(Result<T, E>),
    ToCome(oneshot::Receiver<Result<T, E>>),
}

/// The future of a [`Pending`] answer. It needs no particular runtime.
#[must_use = "futures do nothing unless they are awaited"]
pub struct Answer<T, E>(Coming<T, E>);

enum Coming<T, E> {
    Here(Option<Result<T, E>>),
    ToCome(oneshot::AsyncReceiver<Result<T, E>>),
}

impl<T, E> Pending<T, E> {
    pub(super) fn here(answer: Result<T, E>) -> Self {
        Self(State::Here(answer))
    }

    /// An answer, and where to send it.
    pub(super) fn to_come() -> (oneshot::Sender<Result<T, E>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(State::ToCome(receiver)))
    }
}

impl<T, E: From<Error>> Pending<T, E> {
    /// Waits for the answer on this thread.
    ///
    /// # Errors
    ///
    /// When it was not carried out; also when the engine was closed before it came to it.
    pub fn wait(self) -> Result<T, E> {
        match self.0 {
            State::Here(answer) => answer,
            State::ToCome(receiver) => receiver.recv().unwrap_or_else(|_| Err(closed().into())),
        }
    }
}

impl<T: Unpin, E: From<Error> + Unpin> IntoFuture for Pending<T, E> {
    type Output = Result<T, E>;
    type IntoFuture = Answer<T, E>;

    fn into_future(self) -> Answer<T, E> {
        Answer(match self.0 {
            State::Here(answer) => Coming::Here(Some(answer)),
            State::ToCome(receiver) => Coming::ToCome(receiver.into_future()),
        })
    }
}

impl<T: Unpin, E: From<Error> + Unpin> Future for Answer<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T, E>> {
        match &mut self.0 {
            Coming::Here(answer) => Poll::Ready(answer.take().unwrap_or_else(|| Err(closed().into()))),
            Coming::ToCome(receiver) => {
                Pin::new(receiver).poll(context).map(|answer| answer.unwrap_or_else(|_| Err(closed().into())))
            }
        }
    }
}

pub(super) fn closed() -> Error {
    Error::single(ErrorKind::Closed, "the engine has been closed")
}

impl<T, E> fmt::Debug for Pending<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

impl<T, E> fmt::Debug for Answer<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}
