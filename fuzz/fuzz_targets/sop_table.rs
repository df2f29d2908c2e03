//! Any text is read without panic, and what is read stands where it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sopflow::exchange::sop_table::{self, Cell, DraftRow};

fuzz_target!(|text: &str| {
    let Ok(tables) = sop_table::read(text) else {
        return;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.lines().collect();
    let check = |cell: &Cell| {
        let mut there = lines[cell.line - 1].chars().skip(cell.column - 1);
        assert!(
            cell.text.chars().all(|c| there.next() == Some(c)),
            "{cell:?}"
        );
    };
    for sop in &tables.drafts {
        sop.title.iter().chain(&sop.number).for_each(check);
        sop.roles.iter().chain(&sop.legend).for_each(check);
        for row in &sop.rows {
            let DraftRow {
                number,
                activity,
                time,
                output,
                note,
                ..
            } = row;
            [&number.cell, activity, time, output, note]
                .into_iter()
                .for_each(check);
            row.inputs.iter().for_each(check);
            for mark in &row.performers {
                assert!(mark.role < sop.roles.len());
                check(&mark.cell);
            }
        }
    }
    for finding in &tables.findings {
        assert!((1..=lines.len()).contains(&finding.line), "{finding}");
    }
});
