//! The rules of the chain of command, which an office may set to its own habits.

mod initials;
mod ranks;
mod route;
mod ways;

use super::subject::Subject;
use crate::model::{Code, Diagnostic, Flow, Severity};
use route::Routes;
use ways::Ways;

/// A rule of the chain of command that a sound procedure may break.
///
/// Whatever breaks a rule is told as a [`Diagnostic`] with the [code](Self::code) of the rule and the severity that the
/// [`Verifier`](crate::Verifier) has for it. Only [`Severity::Error`] stops a procedure.
///
/// The rules are about flows that are no returns, since a return voids the endorsements given since the step that it
/// leads to. Roles rank as the procedure lists them, lowest first.
///
/// ```
/// use sopflow::{Code, Endorsement, Procedure, Rule, Severity, Step, Verifier};
///
/// let initials = |id: &str, role: &str| Step::new(id, role, "Initial it").endorses(Endorsement::Initials);
/// let letter = Procedure::new("letter", "1", "Letter")
///     .role("section", "Section head").role("division", "Division head").role("head", "Head")
///     .step(initials("1", "division").next("2"))
///     .step(initials("2", "section").outcome(sopflow::Outcome::new("done").to("3").direct()))
///     .step(Step::new("3", "head", "Sign it").endorses(Endorsement::Signature).next("end"));
///
/// let sound = letter.verify()?;
/// let found = sound.report().with_code(Code::InitialsOutOfOrder).next().expect("the division head was first");
/// assert_eq!(found.to_string().lines().next(), Some(
///     "warning[initials-out-of-order] step 2: `section` initials after the higher-ranked `division` initialled at step 1"
/// ));
///
/// let strict = Verifier::new().rule(Rule::InitialsInTiers, Severity::Error).verify(&letter);
/// assert!(strict.is_err());
/// let lax = Verifier::new().without(Rule::InitialsInTiers).verify(&letter)?;
/// assert!(lax.report().diagnostics.is_empty());
/// # Ok::<(), sopflow::Report>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// A paper on its way up passes through every rank, unless the outcome is [`direct`](crate::Outcome::direct).
    SkippedRole,
    /// Initials are given in tiers (*paraf berjenjang*): nobody initials or signs after the initials of a higher rank.
    ///
    /// Broken by a step that endorses, where a way leads to it from a step that initials and has a higher-ranked role,
    /// and no other step on that way endorses. A signature closes the tiers: what follows is a new paper. Each such step
    /// is told once, with the highest-ranked of those that initialled too early.
    ///
    /// A way that comes back to a step which every way to the earlier initials has passed (in a graph of flows, the step
    /// *dominates* them) has gone round and begins a new round of initials; so a loop by an ordinary outcome breaks
    /// nothing.
    ///
    /// Source of the habit: Peraturan Menteri Dalam Negeri 54/2009 (*Tata Naskah Dinas di Lingkungan Pemerintah Daerah*),
    /// annex, on *paraf hierarkhis*: before it is signed, a letter is initialled by officials *secara berjenjang*.
    InitialsInTiers,
    /// An instruction (*disposisi*) leads only downward: an outcome that gives work to a lower-ranked role gives none to
    /// a higher-ranked one.
    MixedDisposal,
    /// At most so many steps on one way initial a paper, from a signature or the start up to the next signature.
    ///
    /// Off until [`Verifier::initials_max`](crate::Verifier::initials_max) sets the number. The regulation named at
    /// [`InitialsInTiers`](Self::InitialsInTiers) says three (*maksimal tiga orang pejabat*).
    ///
    /// A step counts once, however often a way goes round it. Of parallel branches each is a way of its own. Told at
    /// each step where the number is first exceeded.
    TooManyInitials,
}

impl Rule {
    /// Every rule there is.
    pub const ALL: &'static [Self] =
        &[Self::SkippedRole, Self::InitialsInTiers, Self::MixedDisposal, Self::TooManyInitials];

    /// The code of the diagnostics that tell what breaks the rule; its severity is that of the rule unless set otherwise.
    pub const fn code(self) -> Code {
        match self {
            Self::SkippedRole => Code::SkippedRole,
            Self::InitialsInTiers => Code::InitialsOutOfOrder,
            Self::MixedDisposal => Code::MixedDisposal,
            Self::TooManyInitials => Code::TooManyInitials,
        }
    }
}

/// Which rules hold, and how much each matters.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    severities: [Option<Severity>; Rule::ALL.len()],
    pub(super) initials_max: Option<usize>,
}

impl Default for Rules {
    fn default() -> Self {
        let mut rules = Self { severities: [None; Rule::ALL.len()], initials_max: None };
        for rule in Rule::ALL {
            rules.set(*rule, Some(rule.code().severity()));
        }
        rules
    }
}

impl Rules {
    pub(super) const fn set(&mut self, rule: Rule, severity: Option<Severity>) {
        self.severities[rule as usize] = severity;
    }
}

/// What breaks the rules; the ways there are sought among at most so many markings.
pub(super) fn examine(subject: &Subject<'_>, rules: &Rules, markings_max: usize) -> Vec<Diagnostic> {
    let (procedure, net) = (subject.procedure, subject.net);
    let flows: Vec<Flow<'_>> = procedure.flows().collect();
    let ways = Ways::new(subject);
    let mut routes = Routes::new(subject, markings_max);
    let mut found: Vec<Diagnostic> = Vec::new();
    for rule in Rule::ALL {
        let Some(severity) = rules.severities[*rule as usize] else { continue };
        let broken = match rule {
            Rule::SkippedRole => ranks::skipped(procedure, net, &flows),
            Rule::InitialsInTiers => initials::out_of_order(&ways, &mut routes),
            Rule::MixedDisposal => ranks::mixed_disposals(&flows),
            Rule::TooManyInitials => {
                rules.initials_max.map_or_else(Vec::new, |most| initials::too_many(&ways, &mut routes, most))
            }
        };
        found.extend(broken.into_iter().map(|diagnostic| diagnostic.severity(severity)));
    }
    found.extend(ranks::idle(procedure));
    found
}
