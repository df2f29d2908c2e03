//! From a declaration to the same [`Procedure`] as data.

use super::declaration::{
    Declaration, DeclaredApprover, DeclaredDuty, DeclaredEvidence, DeclaredOutcome, DeclaredStep, DeclaredUse, END,
    Words,
};
use crate::id::{RoleId, StepId};
use crate::model::{
    About, Approver, Confidence, DocumentUse, Duty, Evidence, Identity, Outcome, Procedure, Step, Target, Text,
};

impl Declaration<'_> {
    /// The procedure as data.
    pub fn procedure(&self) -> Procedure {
        let mut procedure = Procedure::new(self.id, self.version, &self.title);
        procedure.day = self.day;
        procedure.start = self.start.map(|step| self.step_id(step));
        procedure.supervisors = self.supervisors.iter().map(|role| self.role_id(*role)).collect();
        procedure.identity = self.identity();
        procedure.evidence = all(self.evidence);
        for role in self.roles {
            procedure = procedure.role(role.id, &role.name);
        }
        for document in self.documents {
            procedure = if document.external {
                procedure.external(document.id, &document.name)
            } else {
                procedure.document(document.id, &document.name)
            };
        }
        procedure.steps = self.steps.iter().map(|step| self.step(step)).collect();
        procedure.duties = self.duties.iter().map(|duty| self.duty(duty)).collect();
        procedure
    }

    fn identity(&self) -> Identity {
        Identity {
            number: self.number.map(Into::into),
            unit: self.unit.as_ref().map(Into::into),
            made: self.made,
            revised: self.revised,
            effective: self.effective,
            approver: self.approver.as_ref().map(Into::into),
            legal_basis: all(self.legal_basis),
            qualifications: all(self.qualifications),
            related: all(self.related),
            equipment: all(self.equipment),
            warnings: all(self.warnings),
            records: all(self.records),
            ..Identity::new(&self.title)
        }
    }

    fn step(&self, declared: &DeclaredStep<'_>) -> Step {
        let role = declared.role.map_or_else(|| "".into(), |role| self.role_id(role));
        let outcomes = (0..declared.outcome_count()).map(|position| self.outcome(declared, position));
        Step {
            number: declared.number.map(Into::into),
            inputs: self.uses(declared.inputs),
            time: declared.time,
            outputs: self.uses(declared.outputs),
            endorsement: declared.endorsement,
            join: declared.join,
            outcomes: outcomes.collect(),
            note: declared.note.as_ref().map(Into::into),
            evidence: all(declared.evidence),
            ..Step::new(declared.id, role, &declared.activity)
        }
    }

    fn outcome(&self, step: &DeclaredStep<'_>, position: usize) -> Outcome {
        let done = DeclaredOutcome { id: Some("done"), direct: step.direct, ..DeclaredOutcome::BLANK };
        let declared = step.outcome(position).unwrap_or(&done);
        let to = step.targets(position).iter().map(|target| self.target(*target));
        let outcome = match (declared.id, step.targets(position)) {
            (None, [returned_to]) => Outcome::return_to(self.step_id(*returned_to)),
            (id, _) => Outcome { to: to.collect(), ..Outcome::new(id.unwrap_or_default()) },
        };
        Outcome {
            label: declared.label.as_ref().map(Into::into),
            returns: step.is_return(position),
            direct: declared.direct,
            cancels: declared.cancels.iter().map(|step| self.step_id(*step)).collect(),
            outputs: declared.outputs.map(|outputs| self.uses(outputs)),
            ..outcome
        }
    }

    fn duty(&self, duty: &DeclaredDuty<'_>) -> Duty {
        let steps = duty.steps.iter().map(|step| self.step_id(*step)).collect();
        if duty.is_separation { Duty::Distinct(steps) } else { Duty::Same(steps) }
    }

    fn uses(&self, uses: &[DeclaredUse<'_>]) -> Vec<DocumentUse> {
        let document = |used: &DeclaredUse<'_>| self.documents[usize::from(used.document)].id;
        uses.iter()
            .map(|used| match &used.wording {
                Some(wording) => DocumentUse::worded(document(used), wording),
                None => document(used).into(),
            })
            .collect()
    }

    fn target(&self, target: u16) -> Target {
        if target == END { Target::End } else { Target::Step(self.step_id(target)) }
    }

    fn step_id(&self, step: u16) -> StepId {
        self.steps[usize::from(step)].id.into()
    }

    fn role_id(&self, role: u16) -> RoleId {
        self.roles[usize::from(role)].id.into()
    }
}

fn all<'a, D, M: From<&'a D>>(declared: &'a [D]) -> Vec<M> {
    declared.iter().map(M::from).collect()
}

impl From<&Words<'_>> for Text {
    fn from(words: &Words<'_>) -> Self {
        match *words {
            Words::Plain(text) => text.into(),
            Words::Tagged { source, languages } => {
                let text = languages.iter().fold(Self::from(""), |text, (tag, words)| text.and(*tag, *words));
                source.into_iter().fold(text, Self::from_source)
            }
        }
    }
}

impl From<&DeclaredApprover<'_>> for Approver {
    fn from(declared: &DeclaredApprover<'_>) -> Self {
        Self { name: declared.name.map(Into::into), nip: declared.nip.map(Into::into), ..Self::new(&declared.post) }
    }
}

impl From<&DeclaredEvidence<'_>> for Evidence {
    fn from(declared: &DeclaredEvidence<'_>) -> Self {
        // The check of a declaration has seen that both are there.
        let about = declared.about.unwrap_or(About::Flow);
        let confidence = declared.confidence.unwrap_or(Confidence::Low);
        Self {
            words: declared.words.map(Into::into),
            alternatives: declared.alternatives.iter().map(|alternative| (*alternative).into()).collect(),
            note: declared.note.as_ref().map(Into::into),
            ..Self::new(about, confidence)
        }
    }
}
