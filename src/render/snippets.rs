//! Reports and errors with the lines of the file that they are about.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::error::{Error, Fault};
use crate::model::{Diagnostic, Place, Severity, Source, Witness};
use crate::verify::Report;

/// Bytes of a line that is still shown; of a longer one only the place is told.
const LINE_BYTES_MAX: usize = 2_000;
/// Bytes between two places that are shown together, with what lies between them folded.
const NEAR_BYTES_MAX: usize = 10_000;

/// A report or an error with the lines of the file that it is about, as it is shown to people.
///
/// Its [`Display`](fmt::Display) is plain text unless it is [coloured](Self::coloured).
#[derive(Debug)]
pub struct Rendered<'a> {
    source: &'a Source<'a>,
    findings: Vec<Finding>,
    /// What stands below the findings.
    below: Vec<String>,
    is_coloured: bool,
}

#[derive(Debug)]
struct Finding {
    severity: Severity,
    title: String,
    /// How a case gets there, in words.
    way: Option<String>,
    fault: Fault,
}

impl Report {
    /// The report, each finding with the lines of the text that it is about and how a case gets there.
    ///
    /// A finding whose place the text does not have is shown without lines, and so is every one where the text is of
    /// another procedure.
    ///
    /// ```
    /// use sopflow::{Procedure, Source};
    ///
    /// let text = r#"
    /// id = "note"
    /// version = "1"
    /// day = "working"
    /// identity.title = "Note"
    /// roles = [{ id = "staff", name = "Staff" }]
    /// documents = [{ id = "note", name = "Note" }]
    ///
    /// [[steps]]
    /// id = "1"
    /// role = "staff"
    /// activity = "Read"
    /// inputs = ["note"]
    /// next = "end"
    /// "#;
    /// let report = Procedure::from_toml(text)?.verify().unwrap_err();
    /// assert_eq!(
    ///     report.render(&Source::toml("note.toml", text)).to_string(),
    ///     r#"error[document-not-provided]: step 1: it needs `note`, which no step yields
    ///   --> note.toml:13:10
    ///    |
    /// 13 | inputs = ["note"]
    ///    |          ^^^^^^^^
    ///    |
    ///    = note: this is so from the start
    ///    = help: let an earlier step yield it, or list it with `external = true`
    ///
    /// note: 1 error, 0 warnings, 0 notes; by reduction"#,
    /// );
    /// # Ok::<(), sopflow::Error>(())
    /// ```
    pub fn render<'a>(&self, source: &'a Source<'a>) -> Rendered<'a> {
        let findings = self.diagnostics.iter().zip(self.faults_in(source)).map(|(diagnostic, fault)| Finding {
            severity: diagnostic.severity,
            title: titled(diagnostic),
            way: diagnostic.witness.as_ref().map(Witness::in_words),
            fault,
        });
        let left_out = (self.left_out > 0).then(|| format!("and {} more", self.left_out));
        let below = left_out.into_iter().chain([self.summary()]).collect();
        Rendered { source, findings: findings.collect(), below, is_coloured: false }
    }
}

impl Error {
    /// The error of a file that could not be read, each fault with the lines of the text that it is about.
    ///
    /// It is to be the text that was read.
    pub fn render<'a>(&self, source: &'a Source<'a>) -> Rendered<'a> {
        let findings = self.faults().iter().map(|fault| Finding {
            severity: Severity::Error,
            title: match &fault.step {
                Some(step) => format!("step {step}: {}", fault.message),
                None => fault.message.clone(),
            },
            way: None,
            fault: fault.clone(),
        });
        Rendered { source, findings: findings.collect(), below: Vec::new(), is_coloured: false }
    }
}

impl Rendered<'_> {
    /// The same in colour, by the escape sequences of terminals.
    #[must_use]
    pub fn coloured(mut self) -> Self {
        self.is_coloured = true;
        self
    }
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let renderer = if self.is_coloured { Renderer::styled() } else { Renderer::plain() };
        for (position, finding) in self.findings.iter().enumerate() {
            if position > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&renderer.render(&[finding.group(self.source)]))?;
        }
        for (position, line) in self.below.iter().enumerate() {
            let above = match position {
                0 if self.findings.is_empty() => "",
                0 => "\n\n",
                _ => "\n",
            };
            write!(f, "{above}{line}")?;
        }
        Ok(())
    }
}

impl Finding {
    fn group(&self, source: &Source<'_>) -> Group<'_> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut title = level.primary_title(without_controls(&self.title));
        if let Some(code) = self.fault.code {
            title = title.id(code);
        }
        let notes = self.way.iter().map(|way| Level::NOTE.message(without_controls(way)));
        let helps = self.fault.help.iter().map(|help| Level::HELP.message(without_controls(help)));
        let elements = places(source, &self.fault);
        title.elements(elements).elements(notes.chain(helps))
    }
}

/// A place to be shown.
struct Mark<'a> {
    fault: &'a Fault,
    span: Range<usize>,
    kind: AnnotationKind,
    /// The line that the span begins on, without its end.
    line: Range<usize>,
}

/// What shows where a fault is, the fault itself first.
fn places<'a>(source: &Source<'_>, fault: &'a Fault) -> Vec<Element<'a>> {
    let mut marks = Vec::new();
    let mut elements = Vec::new();
    let mut far = Vec::new();
    for (position, place) in std::iter::once(fault).chain(&fault.related).enumerate() {
        let kind = if position == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        match (Mark::new(source.text(), place, kind), place.line, position) {
            (Some(mark), ..) => marks.push(mark),
            (None, Some(line), 0) => {
                let column = place.column.unwrap_or(1);
                elements.push(Origin::path(without_controls(source.name())).line(line).char_column(column).into());
            }
            (None, Some(line), _) => {
                let told = format!("{}: {}:{line}", place.message, source.name());
                far.push(Level::NOTE.message(without_controls(&told)).into());
            }
            (None, None, _) => {}
        }
    }
    marks.sort_by_key(|mark| mark.span.start);
    let near = |one: &Mark<'_>, next: &Mark<'_>| next.span.start - one.span.start <= NEAR_BYTES_MAX;
    let mut shown: Vec<&[Mark<'_>]> = marks.chunk_by(near).collect();
    shown.sort_by_key(|marks| marks.iter().all(|mark| mark.kind != AnnotationKind::Primary));
    elements.extend(shown.into_iter().map(|marks| snippet(source, marks).into()));
    elements.extend(far);
    elements
}

impl<'a> Mark<'a> {
    /// Nothing where the text does not have the place, or its line is too long to be shown.
    fn new(text: &str, fault: &'a Fault, kind: AnnotationKind) -> Option<Self> {
        let Range { start, end } = fault.span.clone()?;
        let before = &text.as_bytes()[..start.min(text.len())];
        let before = &before[before.len().saturating_sub(LINE_BYTES_MAX)..];
        let line_start = match before.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => start - (before.len() - newline) + 1,
            None if before.len() == start => 0,
            None => return None,
        };
        let rest = text.get(start..)?;
        let behind = &rest.as_bytes()[..rest.len().min(LINE_BYTES_MAX)];
        let line_end = match behind.iter().position(|byte| *byte == b'\n') {
            Some(newline) => start + newline,
            None if behind.len() == rest.len() => text.len(),
            None => return None,
        };
        let line = text.get(line_start..line_end)?.trim_end_matches('\r');
        let line_end = line_start + line.len();
        // Of what takes up several lines the whole first one is marked.
        let start = if end > line_end { line_end - line.trim_start().len() } else { start };
        let start = start.min(line_end);
        let span = start..text.floor_char_boundary(end).clamp(start, line_end);
        Some(Self { fault, span, kind, line: line_start..line_end })
    }
}

fn snippet<'a>(source: &Source<'_>, marks: &[Mark<'a>]) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let start = marks[0].line.start;
    let end = marks.iter().map(|mark| mark.line.end).max().unwrap_or(start);
    let annotations = marks.iter().map(|mark| {
        let annotation = mark.kind.span(mark.span.start - start..mark.span.end - start);
        match mark.kind {
            AnnotationKind::Primary => annotation,
            _ => annotation.label(without_controls(&mark.fault.message)),
        }
    });
    Snippet::source(source.text()[start..end].to_owned())
        .line_start(marks[0].fault.line.unwrap_or(1))
        .path(without_controls(source.name()))
        .annotations(annotations)
}

fn titled(diagnostic: &Diagnostic) -> String {
    match &diagnostic.place {
        Place::Procedure => diagnostic.message.clone(),
        place => format!("{place}: {}", diagnostic.message),
    }
}

/// Control characters would reach the terminal.
fn without_controls(text: &str) -> String {
    text.replace(|char: char| char.is_control() && char != '\n', "\u{fffd}")
}
