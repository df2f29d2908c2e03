//! Giving a step to another role, where the source leaves room for it.

use super::{About, Procedure};
use crate::error::{Error, ErrorKind, Fault};
use crate::id::{RoleId, StepId};

impl Procedure {
    /// Gives a step to another role that its evidence names as an alternative.
    ///
    /// The role that it had becomes an alternative, so the choice can be taken back. The result has to be verified
    /// again before it can run.
    ///
    /// # Errors
    ///
    /// When the procedure has no such step or role, or when the evidence of the step does not name the role as an
    /// alternative; the error lists those it names.
    pub fn reassign(mut self, step: &str, role: &str) -> Result<Self, Error> {
        let refuse = |message: String, help: Option<String>| {
            let fault = Fault { step: Some(StepId::from(step)), message, help, ..Fault::default() };
            Err(Error::new(ErrorKind::Reassignment, vec![fault]))
        };
        if self.find_role(role).is_none() {
            return refuse(format!("there is no role `{role}`"), None);
        }
        let Some(found) = self.steps.iter_mut().find(|candidate| candidate.id == *step) else {
            return refuse("there is no such step".into(), None);
        };
        if found.role == *role {
            return Ok(self);
        }
        let Some(evidence) = found.evidence.iter_mut().find(|evidence| evidence.about == About::Role) else {
            return refuse(format!("the source states its role, `{}`", found.role), None);
        };
        let Some(chosen) = evidence.alternatives.iter_mut().find(|alternative| *alternative == role) else {
            let alternatives = evidence.alternatives.join("`, `");
            let help = (!alternatives.is_empty()).then(|| format!("the alternatives are `{alternatives}`"));
            return refuse(format!("`{role}` is no alternative to `{}`", found.role), help);
        };
        *chosen = found.role.to_string();
        found.role = RoleId::from(role);
        Ok(self)
    }
}
