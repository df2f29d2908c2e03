//! Why a step waits for ever, in words.

use super::subject::{Subject, Taken};
use crate::id::StepIx;
use crate::model::Related;
use crate::net::{Marking, MoveRow};

/// A step at which tokens wait, and the steps whose tokens it lacks.
pub(super) struct Stall {
    step: StepIx,
    lacking: Vec<StepIx>,
    /// How many more of those are needed, where not all are.
    wanted: Option<usize>,
    /// Whether one of those that are lacking has tokens waiting itself.
    lacking_waits: bool,
}

impl Stall {
    pub(super) fn find(subject: &Subject<'_>, marking: &Marking, step: StepIx) -> Self {
        let net = subject.net;
        let arrivals = net.arrivals(&net.steps[step.index()]);
        let (wanted, of) = &arrivals.n_of;
        let arrived = of.iter().filter(|flow| marking.holds(**flow)).count();
        let missing = arrivals.all_of.iter().chain(of).filter(|flow| !marking.holds(**flow));
        let senders = missing.filter_map(|flow| net.flows[*flow].from);
        let mut lacking: Vec<StepIx> = senders.map(|sent| net.moves[sent as usize].step).collect();
        lacking.sort_unstable();
        lacking.dedup();
        let waiting = net.waiting(marking);
        let lacking_waits = lacking.iter().any(|step| waiting.contains(step));
        let wanted = usize::from(*wanted).checked_sub(arrived).filter(|wanted| (1..lacking.len()).contains(wanted));
        Self { step, lacking, wanted, lacking_waits }
    }

    /// The parts of the procedure that have to do with it.
    pub(super) fn related(&self, subject: &Subject<'_>, way: &[Taken]) -> Vec<Related> {
        let chosen = self.choice(subject, way).map(|row| Related::new(subject.place_of(row), "this was chosen"));
        let lacking = self.lacking.iter().map(|step| Related::new(subject.place(*step), "waited for"));
        chosen.into_iter().chain(lacking).collect()
    }

    /// Such as *after 3 → 4a and 4b, step 5 waits for ever for 4c, which was not chosen*.
    pub(super) fn told(&self, subject: &Subject<'_>, way: &[Taken]) -> String {
        let name = subject.name(self.step);
        if self.lacking.is_empty() {
            return format!("{name} waits for ever for more flows than lead to it");
        }
        let names: Vec<String> = self.lacking.iter().map(|step| subject.short_name(*step)).collect();
        let (lacking, is_one) = match self.wanted {
            Some(wanted) => (format!("{wanted} more of {}", names.join(", ")), wanted == 1),
            None => (names.join(" and "), names.len() == 1),
        };
        match self.choice(subject, way) {
            Some(choice) => {
                let targets: Vec<String> =
                    subject.outcome(choice).to.iter().map(|to| target_name(subject, to.as_str())).collect();
                let (step, were) = (subject.short_name(choice.step), if is_one { "was" } else { "were" });
                let to = targets.join(" and ");
                format!("after {step} → {to}, {name} waits for ever for {lacking}, which {were} not chosen")
            }
            None if self.lacking_waits => format!("{name} waits for ever for {lacking}, which waits too"),
            None => format!("{name} waits for ever for {lacking}, which cannot be done any more"),
        }
    }

    /// The last move on the way that led away from what is lacking, where another outcome would have led to it.
    fn choice<'s>(&self, subject: &'s Subject<'_>, way: &[Taken]) -> Option<&'s MoveRow> {
        let net = subject.net;
        let leads = self.leading(subject);
        let leads_there = |row: &MoveRow| net.receivers(row).any(|receiver| leads[receiver.index()]);
        way.iter().rev().find_map(|taken| {
            let Taken::Finish(number) = taken else { return None };
            let row = &net.moves[*number as usize];
            let others = net.moves_of(&net.steps[row.step.index()]);
            let had_choice = !row.returns && others.iter().any(|other| !other.returns && leads_there(other));
            (had_choice && !leads_there(row)).then_some(row)
        })
    }

    /// For each step, whether flows lead from it to one that is lacking, not passing the step that waits.
    fn leading(&self, subject: &Subject<'_>) -> Vec<bool> {
        let net = subject.net;
        let mut before = vec![Vec::new(); net.steps.len()];
        for sent in &net.moves {
            for receiver in net.receivers(sent) {
                before[receiver.index()].push(sent.step);
            }
        }
        let mut leads = vec![false; net.steps.len()];
        let mut open = self.lacking.clone();
        for step in &open {
            leads[step.index()] = true;
        }
        while let Some(step) = open.pop() {
            for &earlier in before[step.index()].iter().filter(|earlier| **earlier != self.step) {
                if !std::mem::replace(&mut leads[earlier.index()], true) {
                    open.push(earlier);
                }
            }
        }
        leads
    }
}

fn target_name(subject: &Subject<'_>, target: &str) -> String {
    match subject.net.step_ids.get(target) {
        Some(step) => subject.short_name(*step),
        None => target.to_owned(),
    }
}
