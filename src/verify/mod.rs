//! From a [`Procedure`] to a [`SoundProcedure`], or to a [`Report`] of everything that is wrong with it.
//!
//! *Sound* is meant as van der Aalst defined it for workflow nets: from every marking that a case can reach it can still
//! end (option to complete), when it ends nothing is left behind (proper completion), and every step can happen (no dead
//! step). It includes *safe*: no flow ever holds two tokens. Returns are moves like any other; recalls are moves that
//! must never be needed to get to the end.
//!
//! Source: W.M.P. van der Aalst, *The Application of Petri Nets to Workflow Management*, Journal of Circuits, Systems
//! and Computers 8(1), 1998, definition 8.

mod assumptions;
mod change;
mod documents;
mod duties;
mod quest;
mod reduce;
mod replay;
mod report;
mod rules;
mod sound;
mod space;
mod stall;
mod structure;
mod stubborn;
mod subject;
mod together;

pub(crate) use change::Transfer;
pub use change::{Comparison, MarkingGroup, Obstacle, compare, compare_with};
pub(crate) use duties::Duties;
pub use replay::Replayed;
pub use report::{Method, Report};
pub use rules::Rule;
pub use sound::SoundProcedure;
pub(crate) use stubborn::{Dependence, Stubborn};

use std::borrow::Cow;

use crate::limits::{MARKINGS_BYTES_MAX, MARKINGS_MAX};
use crate::model::{Code, Diagnostic, Place, Procedure, Severity, check};
use crate::net::Net;
use quest::{Enabled, shortest};
use reduce::is_proved_sound;
use rules::Rules;
use space::Space;
use subject::{Subject, Taken};

/// All markings are visited before some are left out, as long as there are no more than this.
const WHOLE_MARKINGS_MAX: usize = 5_000;

/// Markings times steps to look at for ways to what is odd rather than wrong.
const ODDITIES_WORK_MAX: usize = 1_000_000;

/// How a procedure is verified.
///
/// ```
/// use sopflow::{Procedure, Step, Verifier};
///
/// let note = Procedure::new("note", "1", "Note").role("staff", "Staff").step(Step::new("1", "staff", "Write").next("end"));
/// let sound = Verifier::new().markings_max(1_000).verify(&note)?;
/// assert_eq!(sound.report().errors().count(), 0);
/// # Ok::<(), sopflow::Report>(())
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    markings_max: usize,
    method: Option<Method>,
    rules: Rules,
}

/// How soundness was decided, and what was visited for it.
enum Explored {
    /// It reduces to one place.
    Proved,
    /// It does not reduce, from which nothing follows.
    Nothing,
    Markings(Space),
    PartialOrder(Space),
}

impl Explored {
    fn method(&self) -> Method {
        match self {
            Self::Proved | Self::Nothing => Method::Reduction,
            Self::Markings(_) => Method::Markings,
            Self::PartialOrder(_) => Method::PartialOrder,
        }
    }

    fn space(&self) -> Option<&Space> {
        match self {
            Self::Proved | Self::Nothing => None,
            Self::Markings(space) | Self::PartialOrder(space) => Some(space),
        }
    }

    fn examine(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        match self {
            Self::Proved => Vec::new(),
            Self::Nothing => {
                let message = "it does not reduce to one place, from which nothing follows";
                vec![Diagnostic::new(Code::Undecided, Place::Procedure, message).help("visit the markings")]
            }
            Self::Markings(space) | Self::PartialOrder(space) => space.examine(subject),
        }
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self { markings_max: MARKINGS_MAX, method: None, rules: Rules::default() }
    }
}

impl Verifier {
    /// Visits up to [`MARKINGS_MAX`] markings, and has every [`Rule`] at its own severity.
    pub fn new() -> Self {
        Self::default()
    }

    /// Visits at most so many markings before the answer is `undecided`.
    #[must_use]
    pub const fn markings_max(mut self, markings_max: usize) -> Self {
        self.markings_max = markings_max;
        self
    }

    /// Decides soundness in this way alone, to hold one way against another. What it cannot decide is `undecided`.
    #[must_use]
    pub const fn only_by(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Tells what breaks a rule with this severity; with [`Severity::Error`] it stops the procedure.
    #[must_use]
    pub const fn rule(mut self, rule: Rule, severity: Severity) -> Self {
        self.rules.set(rule, Some(severity));
        self
    }

    /// Does not ask whether a rule is broken.
    #[must_use]
    pub const fn without(mut self, rule: Rule) -> Self {
        self.rules.set(rule, None);
        self
    }

    /// Allows so many steps on one way to initial a paper ([`Rule::TooManyInitials`]).
    #[must_use]
    pub const fn initials_max(mut self, initials_max: usize) -> Self {
        self.rules.initials_max = Some(initials_max);
        self
    }

    /// Proves that a procedure is sound, or tells everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// As [`Procedure::verify`].
    pub fn verify(&self, procedure: &Procedure) -> Result<SoundProcedure, Report> {
        let mut report = Report::new(procedure.id.clone());
        report.extend(check(procedure));
        if report.has(Code::OverLimit) {
            return Err(report);
        }
        let net = Net::compile(procedure);
        let subject = Subject::new(procedure, &net);
        let most = self.markings_max.min(MARKINGS_BYTES_MAX / net.marking_bytes());
        let explored = self.explore(&subject, most);
        report.method = explored.method();
        report.markings = explored.space().map_or(0, Space::len);
        report.extend(structure::examine(&subject));
        report.extend(explored.examine(&subject));
        let is_unsound = report.has_errors();
        let most = if is_unsound { most.min(WHOLE_MARKINGS_MAX) } else { most };
        let of_documents = documents::examine(&subject, most).into_iter();
        report.extend(of_documents.filter(|found| !(is_unsound && found.code == Code::Undecided)));
        report.extend(rules::examine(&subject, &self.rules, most.min(subject.odd_markings_max())));
        report.extend(assumptions::examine(procedure));
        report.finish();
        add_witnesses(&subject, explored.space(), &mut report);
        if report.has_errors() {
            return Err(report);
        }
        Ok(SoundProcedure::new(procedure.clone(), net, report))
    }

    /// Decides soundness, in the cheapest way that can.
    fn explore(&self, subject: &Subject<'_>, most: usize) -> Explored {
        let net = subject.net;
        let by_reduction = || if is_proved_sound(net) { Explored::Proved } else { Explored::Nothing };
        let by_partial_order = || Space::explore_stubborn(net, subject.dependence(), most);
        match self.method {
            Some(Method::Reduction) => return by_reduction(),
            Some(Method::Markings) => return Explored::Markings(Space::explore(net, most)),
            Some(Method::PartialOrder) => return Explored::PartialOrder(by_partial_order()),
            None => {}
        }
        if is_proved_sound(net) {
            return Explored::Proved;
        }
        let first = Space::explore(net, most.min(WHOLE_MARKINGS_MAX));
        if first.is_within_limit() || first.has_defect() || most <= WHOLE_MARKINGS_MAX {
            return Explored::Markings(first);
        }
        let fewer = by_partial_order();
        if fewer.is_decisive(net) {
            return Explored::PartialOrder(fewer);
        }
        Explored::Markings(Space::explore(net, most))
    }
}

/// Adds a shortest way to where each finding shows that has none yet.
fn add_witnesses(subject: &Subject<'_>, space: Option<&Space>, report: &mut Report) {
    let is_without = |found: &&mut Diagnostic| found.witness.is_none() && found.code.is_about_a_way();
    let mut lacking = report.diagnostics.iter_mut().filter(is_without).peekable();
    if lacking.peek().is_none() {
        return;
    }
    let mut left = subject.odd_markings_max();
    let near = || Space::explore_finishes(subject.net, left.min(WHOLE_MARKINGS_MAX));
    let whole = space.filter(|space| space.is_whole()).map_or_else(|| Cow::Owned(near()), Cow::Borrowed);
    for diagnostic in lacking {
        let (step, then) = match &diagnostic.place {
            Place::Step(step) => (step, None),
            Place::Outcome(step, outcome) => (step, Some(outcome)),
            _ => continue,
        };
        let Some(step) = subject.net.step_ids.get(step.as_str()) else { continue };
        let then = then.and_then(|outcome| subject.net.number(subject.procedure, *step, outcome));
        let way = whole.way_to(*step).or_else(|| shortest(subject, &Enabled(*step), &mut left).way());
        diagnostic.witness = way.and_then(|mut way| {
            way.extend(then.map(Taken::Finish));
            subject.witness(&way)
        });
    }
}

impl Procedure {
    /// Proves that the procedure is sound, or tells everything that is wrong with it.
    ///
    /// Warnings and notes do not stop a procedure; they are in the [report](SoundProcedure::report) of the sound one.
    /// [`Verifier`] does the same with other settings.
    ///
    /// # Errors
    ///
    /// The report, when it has at least one diagnostic of [`Severity::Error`].
    ///
    /// # Complexity
    ///
    /// Close to linear in steps and flows where the procedure reduces; else markings are visited, as many as there are
    /// flows in a sequential procedure, up to the product over branches in a parallel one whose branches depend on each
    /// other. It stops at [`MARKINGS_MAX`] with the verdict `undecided`.
    pub fn verify(&self) -> Result<SoundProcedure, Report> {
        Verifier::new().verify(self)
    }
}
