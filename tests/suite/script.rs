//! Random casts of actors, and random commands, lawful and not.

use proptest::prelude::*;
use sopflow::Capacity;

use crate::duo::Duo;
use crate::random::Dice;
use crate::reference::{Ask, Phase};

/// One thing that somebody tries, to be made sense of where the case stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    kind: u8,
    /// What is wrong with it on purpose.
    flaw: u8,
    seed: u64,
}

/// An actor: for which roles (by position), in what right, from and until which minute.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) grants: Vec<(usize, Capacity, i64, i64)>,
}

pub(crate) fn attempts(most: usize) -> impl Strategy<Value = Vec<Attempt>> {
    let attempt = (0..40u8, 0..30u8, any::<u64>()).prop_map(|(kind, flaw, seed)| Attempt { kind, flaw, seed });
    prop::collection::vec(attempt, 1..most)
}

/// Actors beside the holders of the roles, who are always there.
pub(crate) fn cast() -> impl Strategy<Value = Vec<Part>> {
    let capacity =
        prop_oneof![Just(Capacity::Holder), Just(Capacity::Plh), Just(Capacity::Plt), Just(Capacity::Delegate),];
    let grant = (0..5usize, capacity, -5..100i64, 0..100i64);
    let grant = grant.prop_map(|(role, capacity, from, length)| (role, capacity, from, from + length));
    let part = prop::collection::vec(grant, 0..4).prop_map(|grants| Part { grants });
    prop::collection::vec(part, 1..5)
}

impl Attempt {
    /// The actor who tries, by position in the cast, and what.
    pub(crate) fn meant(self, duo: &Duo<'_>) -> (usize, Ask) {
        let mut dice = Dice::new(self.seed);
        let ask = self.ask(duo, &mut dice);
        let fitting: Vec<usize> = duo.role_for(&ask).map_or(Vec::new(), |role| duo.holders(&role).collect());
        let actor = match dice.pick(&fitting) {
            Some(holder) if !matches!(self.flaw, 0..=5) => *holder,
            _ => dice.roll(duo.players()),
        };
        (actor, ask)
    }

    fn ask(self, duo: &Duo<'_>, dice: &mut Dice) -> Ask {
        let steps = &duo.procedure().steps;
        let enabled = duo.reference.enabled(&duo.stand);
        let step = match dice.pick(&enabled) {
            Some(step) if self.flaw != 6 => (*step).to_owned(),
            _ => steps[dice.roll(steps.len())].id.to_string(),
        };
        let step = if self.flaw == 7 { "none-such".to_owned() } else { step };
        match self.kind {
            _ if duo.stand.phase == Phase::New && self.flaw != 8 => Ask::Open,
            _ if duo.stand.phase == Phase::Suspended && dice.chance(50) => Ask::Resume,
            0..=21 => self.finish(duo, dice, step),
            22..=25 => Ask::Start(step),
            26..=29 => {
                let done: Vec<&str> = duo.stand.done.iter().copied().collect();
                let recent = duo.stand.tokens.iter().map(|(from, ..)| *from).filter(|from| !from.is_empty());
                let recent: Vec<&str> = recent.collect();
                let wanted = dice.pick(&recent).or(dice.pick(&done)).filter(|_| self.flaw != 6);
                Ask::Recall(wanted.map_or(step, |step| (*step).to_owned()))
            }
            30..=33 => {
                let external = duo.procedure().documents.iter().filter(|document| document.external || self.flaw == 9);
                let external: Vec<String> = external.map(|document| document.id.to_string()).collect();
                let document = dice.pick(&external).filter(|_| self.flaw != 7).cloned();
                Ask::Supply { document: document.unwrap_or("none-such".into()), remark: self.remark(dice) }
            }
            34 => Ask::Suspend(self.reason()),
            35 => Ask::Resume,
            36 if dice.chance(15) => Ask::Cancel(self.reason()),
            37 => Ask::Open,
            _ => Ask::Comment(self.reason()),
        }
    }

    fn finish(self, duo: &Duo<'_>, dice: &mut Dice, step: String) -> Ask {
        let Some(found) = duo.reference.step(&step) else {
            return Ask::Complete { step, outcome: "done".into(), outputs: Vec::new(), remark: None };
        };
        let outcome = match dice.pick(&found.outcomes) {
            Some(outcome) if self.flaw != 10 => outcome,
            _ => return Ask::Complete { step, outcome: "none-such".into(), outputs: Vec::new(), remark: None },
        };
        if outcome.returns != (self.flaw == 11) {
            return Ask::Return { step, outcome: outcome.id.to_string(), reason: self.reason() };
        }
        let mut outputs: Vec<String> = found.outputs_of(outcome).iter().map(|used| used.document.to_string()).collect();
        match self.flaw {
            12 => drop(outputs.pop()),
            13 => outputs.extend(dice.pick(&duo.procedure().documents).map(|document| document.id.to_string())),
            14 => outputs.push("none-such".into()),
            15 => outputs.reverse(),
            16 => outputs.extend(outputs.first().cloned()),
            _ => {}
        }
        Ask::Complete { step, outcome: outcome.id.to_string(), outputs, remark: self.remark(dice) }
    }

    fn reason(self) -> String {
        match self.flaw {
            17 => " \n".into(),
            18 => "x".repeat(sopflow::limits::REMARK_BYTES_MAX + 1),
            19 => "bell\u{7}".into(),
            20 => "\u{1b}".repeat(sopflow::limits::REMARK_BYTES_MAX + 1),
            21 => "\t\u{1}".into(),
            _ => "Perbaiki lampiran\nhalaman 2".into(),
        }
    }

    fn remark(self, dice: &mut Dice) -> Option<String> {
        dice.chance(30).then(|| self.reason())
    }
}
