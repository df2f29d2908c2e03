//! How far a right reaches.

use std::collections::BTreeSet;

use crate::id::{ProcedureId, StepId};

/// How far a right reaches: everywhere, or only in some procedures, and not in some steps.
///
/// This is how an office keeps a Plh or Plt from what is reserved to the incumbent: it names the steps. Undang-Undang
/// 30/2014, article 14(7), has those who act by mandate take no strategic decisions that change legal status in matters of
/// organisation, staff or budget; which steps of a procedure are such is for the office to say.
///
/// ```
/// use sopflow::runtime::Scope;
///
/// let scope = Scope::only(["forum-bisnis", "leave"]).except("forum-bisnis", ["14"]);
/// assert!(scope.reaches(&"forum-bisnis".into(), &"13".into()));
/// assert!(!scope.reaches(&"forum-bisnis".into(), &"14".into()));
/// assert!(!scope.reaches(&"purchase".into(), &"1".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// `None` for all.
    procedures: Option<BTreeSet<ProcedureId>>,
    except: BTreeSet<(ProcedureId, StepId)>,
}

impl Scope {
    /// Every step of every procedure.
    pub fn all() -> Self {
        Self::default()
    }

    /// Every step of these procedures.
    pub fn only(procedures: impl IntoIterator<Item = impl Into<ProcedureId>>) -> Self {
        Self { procedures: Some(procedures.into_iter().map(Into::into).collect()), except: BTreeSet::new() }
    }

    /// The same scope without these steps of a procedure.
    #[must_use]
    pub fn except(
        mut self,
        procedure: impl Into<ProcedureId>,
        steps: impl IntoIterator<Item = impl Into<StepId>>,
    ) -> Self {
        let procedure = procedure.into();
        self.except.extend(steps.into_iter().map(|step| (procedure.clone(), step.into())));
        self
    }

    /// Whether it reaches into a procedure, as far as procedures go: steps may be left out.
    pub fn includes(&self, procedure: &ProcedureId) -> bool {
        self.procedures.as_ref().is_none_or(|procedures| procedures.contains(procedure))
    }

    /// Whether it reaches a step.
    pub fn reaches(&self, procedure: &ProcedureId, step: &StepId) -> bool {
        self.includes(procedure) && !self.steps_left_out(procedure).any(|left_out| left_out == step)
    }

    /// Whether it reaches every step of every procedure.
    pub fn is_all(&self) -> bool {
        self.procedures.is_none() && self.except.is_empty()
    }

    /// The procedures that it is limited to; `None` where it reaches into all.
    pub fn procedures(&self) -> Option<&BTreeSet<ProcedureId>> {
        self.procedures.as_ref()
    }

    /// The steps that it does not reach, each with its procedure.
    pub fn left_out(&self) -> &BTreeSet<(ProcedureId, StepId)> {
        &self.except
    }

    /// The steps of one procedure that it does not reach though it reaches into the procedure.
    pub fn steps_left_out(&self, procedure: &ProcedureId) -> impl Iterator<Item = &StepId> {
        // An empty id is before every other one.
        let first = (procedure.clone(), StepId::from(""));
        let of_procedure = self.except.range(first..).take_while(move |(of, _)| of == procedure);
        of_procedure.map(|(_, step)| step)
    }
}
