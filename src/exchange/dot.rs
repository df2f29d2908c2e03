//! DOT, the language of Graphviz, to look at the net that [`pnml`](super::pnml) exports.
//!
//! ```
//! use sopflow::{Procedure, Step, exchange::dot};
//!
//! let note = Procedure::new("note", "1", "Note").role("staff", "Staff").step(Step::new("1", "staff", "Write").next("end"));
//! let net = dot::write(&note, "en")?;
//! assert!(net.contains(r#"s1_out1 [shape=box, label="1:done Write"]"#));
//! # Ok::<(), sopflow::Error>(())
//! ```

use std::fmt::Write as _;

use super::workflow_net::{START, WorkflowNet};
use crate::error::Error;
use crate::model::Procedure;

/// Draws the net of a procedure, sound or not, with the activities in `language` where they have it: places as circles,
/// outcomes as boxes, what only carries tokens on as bars.
///
/// # Errors
///
/// The same as those of [`pnml::write`](super::pnml::write).
#[expect(clippy::missing_panics_doc, reason = "what is written to takes everything")]
pub fn write(procedure: &Procedure, language: &str) -> Result<String, Error> {
    let net = WorkflowNet::of(procedure, language)?;
    let mut dot = String::new();
    draw(&mut dot, &net, procedure.identity.title.in_language(language)).expect("a string takes every character");
    Ok(dot)
}

fn draw(dot: &mut String, net: &WorkflowNet, title: &str) -> std::fmt::Result {
    writeln!(dot, "digraph net {{\n  rankdir=LR;\n  label={};", quoted(title))?;
    for place in &net.places {
        let (label, name) = (if place.id == START { "●" } else { "" }, quoted(&place.name));
        writeln!(dot, "  {} [shape=circle, label=\"{label}\", xlabel={name}];", place.id)?;
    }
    for transition in &net.transitions {
        let (id, name) = (&transition.id, quoted(&transition.name));
        if transition.is_silent {
            writeln!(dot, "  {id} [shape=box, style=filled, fillcolor=black, width=0.1, label=\"\", xlabel={name}];")?;
        } else {
            writeln!(dot, "  {id} [shape=box, label={name}];")?;
        }
    }
    for arc in &net.arcs {
        let look = if arc.is_reset { " [style=dashed, label=reset]" } else { "" };
        writeln!(dot, "  {} -> {}{look};", arc.from, arc.to)?;
    }
    dot.push_str("}\n");
    Ok(())
}

/// A string of DOT that is shown letter by letter: no control characters, and nothing that Graphviz would interpret.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '\n' => quoted.push_str("\\n"),
            '"' | '\\' => quoted.extend(['\\', char]),
            '&' => quoted.push_str("&amp;"),
            _ if char.is_control() => quoted.push('\u{fffd}'),
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
