//! Lines and columns of byte offsets in a text.

use super::Fault;

/// Tells the line and column, in characters and counted from 1, of each fault and related place that has a span.
pub(crate) fn fill_in_lines(text: &str, faults: &mut [Fault]) {
    let mut open = Vec::with_capacity(faults.len());
    for Fault { span, line, column, related, .. } in faults {
        open.extend(span.as_ref().map(|span| (span.start, line, column)));
        for Fault { span, line, column, .. } in related {
            open.extend(span.as_ref().map(|span| (span.start, line, column)));
        }
    }
    // One pass over the text, however many faults there are.
    open.sort_unstable_by_key(|(offset, ..)| *offset);
    let (mut line, mut column, mut at) = (1, 1, 0);
    for (offset, fault_line, fault_column) in open {
        let offset = text.floor_char_boundary(offset);
        let passed = text.get(at..offset).unwrap_or_default();
        at = at.max(offset);
        match passed.rfind('\n') {
            Some(newline) => {
                line += passed.bytes().filter(|byte| *byte == b'\n').count();
                column = 1 + passed[newline + 1..].chars().count();
            }
            None => column += passed.chars().count(),
        }
        (*fault_line, *fault_column) = (Some(line), Some(column));
    }
}
