//! What only shows once an SOP is read as a whole.

use super::findings::{Findings, Place};
use super::{Cell, FindingKind, SopDraft, cut};

#[derive(Debug)]
pub(super) struct Review<'a> {
    pub(super) draft: &'a SopDraft,
    pub(super) sop: usize,
    pub(super) header_line: Option<usize>,
    pub(super) legend_line: Option<usize>,
}

impl Review<'_> {
    pub(super) fn tell(&self, findings: &mut Findings) {
        self.tell_identity(findings);
        self.tell_performers(findings);
        cut::check(&self.draft.rows, self.sop, findings);
        if let Some(line) = self.legend_line {
            self.tell_legend(line, findings);
        }
    }

    fn place(&self, line: usize) -> Place {
        Place { line, sop: Some(self.sop), row: None }
    }

    fn tell_identity(&self, findings: &mut Findings) {
        let draft = &self.draft;
        let place = self.place(self.draft.line);
        if draft.title.is_none() {
            findings.add(FindingKind::NoTitle, place, || {
                "the SOP has no title: begin it with a line such as SOP PROMOSI FORUM BISNIS".to_owned()
            });
        }
        if draft.number.is_none() {
            findings.add(FindingKind::NoNumber, place, || {
                "the SOP has no number: add a line such as NOMOR SOP : SOP/BPM/03".to_owned()
            });
        }
        let dates =
            [("TGL. PEMBUATAN", &draft.made), ("TGL. REVISI", &draft.revised), ("TGL. EFEKTIF", &draft.effective)];
        let missing: Vec<_> = dates.iter().filter(|(_, date)| date.is_none()).map(|(label, _)| *label).collect();
        if !missing.is_empty() {
            findings.add(FindingKind::MissingDates, place, || {
                format!("the SOP does not state {}: add the dates, or - where there is none", missing.join(", "))
            });
        }
        if draft.rows.is_empty() {
            findings.add(FindingKind::NoRows, place, || match self.header_line {
                Some(_) => "the SOP has no rows: add them below the header".to_owned(),
                None => "the SOP has no table: add the header, from NO to KETERANGAN, and the rows".to_owned(),
            });
        }
    }

    fn tell_performers(&self, findings: &mut Findings) {
        let rows = &self.draft.rows;
        let Some(header_line) = self.header_line.filter(|_| !rows.is_empty()) else {
            return;
        };
        if rows.iter().all(|row| row.performers.is_empty()) {
            findings.add(FindingKind::PerformersLost, self.place(header_line), || {
                format!(
                    "none of the {} rows marks a performer: the flowchart symbols are lost; mark the role in each row",
                    rows.len()
                )
            });
            return;
        }
        for row in rows.iter().filter(|row| row.performers.is_empty()) {
            let place = Place { row: row.number.value, ..self.place(row.number.cell.line) };
            findings.add(FindingKind::NoPerformer, place, || {
                "the row marks no performer: mark the role that does it".to_owned()
            });
        }
    }

    fn tell_legend(&self, line: usize, findings: &mut Findings) {
        const DECISION: [&str; 4] = ["keputusan", "decision", "pilihan", "percabangan"];
        let is_decision = |entry: &Cell| {
            let entry = entry.text.to_lowercase();
            DECISION.iter().any(|word| entry.contains(word))
        };
        if !self.draft.legend.iter().any(is_decision) {
            findings.add(FindingKind::NoDecisionSymbol, self.place(line), || {
                "the legend explains no symbol for a decision, so none was drawn: look for steps that decide by their \
                 wording"
                    .to_owned()
            });
        }
    }
}
