//! Questions about the tokens of a case that deciding and applying share.

use crate::id::StepIx;
use crate::net::{MoveRow, Net, Recall, StepRow, WORD};

/// The move of a step that can be undone because all that it sent on is still there, rather one that is not received.
pub(super) fn recallable<'a>(net: &'a Net, step: &StepRow, row: &[u64]) -> Option<&'a MoveRow> {
    let moves = net.moves_of(step);
    let there = |sent: &&MoveRow| sent.recall.is_some() && net.is_all_there(sent, row);
    moves.iter().find(|sent| recall_now(net, sent, row).is_some()).or_else(|| moves.iter().find(there))
}

/// The receiver of what a move sent on that has started, if one has.
pub(super) fn started_receiver(net: &Net, sent: &MoveRow, row: &[u64]) -> Option<StepIx> {
    let is_started = |step: &StepIx| {
        let bit = net.layout.started_bit(*step);
        row[bit / WORD] >> (bit % WORD) & 1 == 1
    };
    net.receivers(sent).find(is_started)
}

/// How to undo a move that can be undone now.
pub(super) fn recall_now<'a>(net: &Net, sent: &'a MoveRow, row: &[u64]) -> Option<&'a Recall> {
    sent.recall.as_ref().filter(|_| net.is_all_there(sent, row) && started_receiver(net, sent, row).is_none())
}
