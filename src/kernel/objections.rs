//! Two ways to examine a command by the same rules: stop at the first objection, or gather all of them.

use super::Refusal;

/// The examination cannot go on.
#[derive(Debug)]
pub(super) struct Stop;

/// What to do with an objection. Checks are written once and run with either implementation.
pub(super) trait Objections {
    /// Takes an objection; says whether to go on.
    fn object(&mut self, refusal: impl FnOnce() -> Refusal) -> Result<(), Stop>;

    /// Takes an objection without which nothing more can be examined.
    fn give_up<T>(&mut self, refusal: impl FnOnce() -> Refusal) -> Result<T, Stop> {
        self.object(refusal).and(Err(Stop))
    }
}

/// Stops at the first objection without telling it: the fast way to find out whether there is one.
#[derive(Debug)]
pub(super) struct AtFirst;

/// Gathers all objections.
#[derive(Debug, Default)]
pub(super) struct Gather(pub(super) Vec<Refusal>);

impl Objections for AtFirst {
    #[inline(always)]
    fn object(&mut self, _: impl FnOnce() -> Refusal) -> Result<(), Stop> {
        Err(Stop)
    }
}

impl Objections for Gather {
    fn object(&mut self, refusal: impl FnOnce() -> Refusal) -> Result<(), Stop> {
        self.0.push(refusal());
        Ok(())
    }
}
