//! Questions about the tokens of a case that deciding and applying share.

use crate::id::StepIx;
use crate::net::{MoveRow, Net, StepRow, WORD};

/// The move of a step that can be undone because all that it sent on is still there, rather one that is not received.
pub(super) fn recallable<'a>(net: &'a Net, step: &StepRow, row: &[u64]) -> Option<&'a MoveRow> {
    let moves = net.moves_of(step);
    let there = |sent: &&MoveRow| sent.recall.is_some() && net.is_all_there(sent, row);
    moves.iter().find(|sent| can_recall(net, sent, row)).or_else(|| moves.iter().find(there))
}

/// The receiver of what a move sent on that has started, if one has.
pub(super) fn started_receiver(net: &Net, sent: &MoveRow, row: &[u64]) -> Option<StepIx> {
    let is_started = |step: &StepIx| {
        let bit = net.layout.started_bit(*step);
        row[bit / WORD] >> (bit % WORD) & 1 == 1
    };
    net.receivers(sent).find(is_started)
}

/// Whether a move can be undone now.
pub(super) fn can_recall(net: &Net, sent: &MoveRow, row: &[u64]) -> bool {
    sent.recall.is_some() && net.is_all_there(sent, row) && started_receiver(net, sent, row).is_none()
}
