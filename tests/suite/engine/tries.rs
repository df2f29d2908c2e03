//! Random requests, sensible and not, of cases as somebody sees them.

use std::sync::Arc;

use sopflow::runtime::{Ask, Opinion, Request};
use sopflow::{CaseId, Mapping, Procedure, StepId, limits};

use crate::random::Dice;

pub(crate) const PEOPLE: [&str; 6] = ["Ani", "Adi", "Budi", "Bayu", "Citra", "Dewi"];

/// A case as somebody sees it.
#[derive(Debug)]
pub(crate) struct Look<'p> {
    pub(crate) case: CaseId,
    pub(crate) version: u32,
    pub(crate) procedure: &'p Procedure,
    /// The steps that wait, each with those who may do it.
    pub(crate) waiting: Vec<(String, Vec<Arc<str>>)>,
    /// Who was asked to look at a step, and by whom.
    pub(crate) asked: Vec<(String, Arc<str>, Arc<str>)>,
}

fn anybody(dice: &mut Dice) -> Arc<str> {
    if dice.chance(3) { "Eve".into() } else { PEOPLE[dice.roll(PEOPLE.len())].into() }
}

fn text(dice: &mut Dice) -> Arc<str> {
    match dice.roll(40) {
        0 => " ".into(),
        1 => "a\0b".into(),
        2 => "x".repeat(limits::REMARK_BYTES_MAX + 1).into(),
        _ => "Because".into(),
    }
}

fn remark(dice: &mut Dice) -> Option<Arc<str>> {
    dice.chance(30).then(|| text(dice))
}

pub(crate) fn opening(procedures: &[Procedure], case: Option<CaseId>, dice: &mut Dice) -> Request {
    let procedure = &procedures[dice.roll(procedures.len())];
    let id = if dice.chance(3) { "none-such".into() } else { procedure.id.clone() };
    let version = match dice.roll(20) {
        0 => Some("none-such".to_owned()),
        1..=9 => Some(procedure.version.clone()),
        _ => None,
    };
    let ask = Ask::Open { procedure: id, version, reference: None };
    Request { person: anybody(dice), case, ask, once: None, expecting: None }
}

impl Look<'_> {
    pub(crate) fn request(&self, dice: &mut Dice) -> Request {
        if let Some((step, reviewer, asked_by)) = dice.pick(&self.asked).cloned().filter(|_| dice.chance(15)) {
            let step = StepId::from(step);
            return match dice.roll(3) {
                0 => self.by(reviewer, Ask::Review { step, opinion: Opinion::Agreed, remark: remark(dice) }),
                1 => self.by(reviewer, Ask::Review { step, opinion: Opinion::Objected, remark: remark(dice) }),
                _ => self.by(asked_by, Ask::WithdrawReview { step, reviewer }),
            };
        }
        let steps = &self.procedure.steps;
        let (mut step, able) = match dice.pick(&self.waiting) {
            Some((step, able)) => (StepId::from(step.as_str()), able.clone()),
            None => (steps[0].id.clone(), Vec::new()),
        };
        match dice.roll(30) {
            0..5 => step = steps[dice.roll(steps.len())].id.clone(),
            5 => step = "none-such".into(),
            _ => {}
        }
        let person = dice.pick(&able).cloned().unwrap_or_else(|| anybody(dice));
        let person = if dice.chance(70) { person } else { anybody(dice) };
        let to = dice.pick(&able).cloned().unwrap_or_else(|| anybody(dice));
        let to = if dice.chance(40) { to } else { anybody(dice) };
        let ask = self.ask(step, to, dice);
        let is_for_superiors = matches!(ask, Ask::Assign { .. } | Ask::Reassign { .. } | Ask::Release { .. });
        let person = if is_for_superiors && dice.chance(60) { anybody(dice) } else { person };
        let expecting = match dice.roll(40) {
            0..4 => Some(self.version),
            4 => Some(self.version.wrapping_sub(1)),
            5 => Some(self.version + 1),
            _ => None,
        };
        Request { expecting, ..self.by(person, ask) }
    }

    fn by(&self, person: Arc<str>, ask: Ask) -> Request {
        Request { person, case: Some(self.case), ask, once: None, expecting: None }
    }

    fn ask(&self, step: StepId, to: Arc<str>, dice: &mut Dice) -> Ask {
        match dice.roll(50) {
            0..3 => Ask::Start { step },
            3..16 => self.finishing(step, dice),
            16..20 => {
                let done = &self.procedure.steps;
                Ask::Recall { step: done[dice.roll(done.len())].id.clone() }
            }
            20 => {
                let documents = &self.procedure.documents;
                let external = documents.iter().find(|document| document.external || dice.chance(10));
                let document = external.map_or_else(|| "none-such".into(), |document| document.id.clone());
                Ask::Supply { document, remark: remark(dice) }
            }
            21 => Ask::Suspend { reason: text(dice) },
            22..25 => Ask::Resume,
            25 if dice.chance(25) => Ask::Cancel { reason: text(dice) },
            25 => Ask::Comment { text: text(dice) },
            26 => Ask::Migrate {
                version: dice.pick(&["1", "2", "9"]).copied().unwrap_or("2").into(),
                mapping: Mapping::new(),
            },
            27..31 => Ask::Claim { step },
            31..33 => Ask::Release { step },
            33..36 => Ask::Assign { step, to, remark: remark(dice) },
            36..39 => Ask::Reassign { step, to: anybody(dice), reason: text(dice) },
            39..41 => Ask::Delegate { step, to, remark: remark(dice) },
            41..43 => Ask::HandBack { step, remark: remark(dice) },
            43..46 => Ask::AskReview { step, reviewer: to, remark: remark(dice) },
            46..48 => Ask::Review { step, opinion: Opinion::Agreed, remark: remark(dice) },
            48 => Ask::WithdrawReview { step, reviewer: to },
            _ => Ask::Open { procedure: self.procedure.id.clone(), version: None, reference: None },
        }
    }

    /// Finishes the step with one of its outcomes, mostly as it should be.
    fn finishing(&self, step: StepId, dice: &mut Dice) -> Ask {
        let found = self.procedure.steps.iter().find(|known| known.id == step);
        let Some((found, outcome)) = found.and_then(|found| Some((found, dice.pick(&found.outcomes)?))) else {
            return Ask::Complete { step, outcome: "done".into(), outputs: Vec::new(), remark: None };
        };
        if outcome.returns || dice.chance(3) {
            let mut to = outcome.to.first().map_or("", sopflow::Target::as_str);
            if dice.chance(10) {
                to = self.procedure.steps[0].id.as_str();
            }
            return Ask::Return { step, to: to.into(), reason: text(dice) };
        }
        let mut outputs: Vec<_> = found.outputs_of(outcome).iter().map(|used| used.document.clone()).collect();
        match dice.roll(40) {
            0 => drop(outputs.pop()),
            1 => outputs.extend(dice.pick(&self.procedure.documents).map(|document| document.id.clone())),
            2 => outputs.push("none-such".into()),
            _ => {}
        }
        let outcome = if dice.chance(2) { "none-such".into() } else { outcome.id.clone() };
        Ask::Complete { step, outcome, outputs, remark: remark(dice) }
    }
}
