//! What is wrong with a declaration, in the words of a compile error.

use super::check::{Fault, Faults, Flaw, Place, outcome_id};
use super::declaration::{Declaration, END};
use crate::model::Code;

const BYTES_MAX: usize = 2048;

/// A text that is put together while the program is compiled.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    bytes: [u8; BYTES_MAX],
    len: usize,
}

impl Message {
    /// All faults of a declaration, each on a line of its own.
    pub const fn of(declaration: &Declaration<'_>, faults: &Faults) -> Self {
        let mut message = Self { bytes: [0; BYTES_MAX], len: 0 };
        message.write("the procedure `");
        message.write(declaration.name);
        message.write("` cannot run as it is declared:");
        let mut at = 0;
        while let Some(fault) = faults.get(at) {
            message.write("\n  ");
            message.fault(declaration, fault);
            at += 1;
        }
        if faults.count > at {
            message.write("\n  … and more");
        }
        message
    }

    /// The text.
    pub const fn as_str(&self) -> &str {
        let (written, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(written) {
            Ok(text) => text,
            Err(_) => "the procedure cannot run as it is declared",
        }
    }

    /// Writes a text, unless there is no room for the whole of it.
    const fn write(&mut self, text: &str) {
        let text = text.as_bytes();
        if self.len + text.len() > BYTES_MAX {
            return;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
    }

    const fn fault(&mut self, declaration: &Declaration<'_>, fault: &Fault) {
        self.place(declaration, fault.place);
        self.write(": ");
        let (before, after) = match fault.flaw {
            Flaw::Unclear(what) => (what, ""),
            Flaw::Unsound(code) => words(code, fault.place),
        };
        self.write(before);
        if let Some(other) = fault.other {
            self.write(" ");
            self.place(declaration, other);
        }
        self.write(after);
    }

    const fn place(&mut self, declaration: &Declaration<'_>, place: Place) {
        match place {
            Place::Procedure => self.named("procedure ", declaration.name, declaration.id),
            Place::Role(at) => self.named("role ", "", declaration.roles[at].id),
            Place::Document(at) => self.named("document ", "", declaration.documents[at].id),
            Place::Step(at) if at == END as usize => self.write("the end"),
            Place::Step(at) => self.named("step ", declaration.steps[at].name, declaration.steps[at].id),
            Place::Outcome(at, number) => {
                self.place(declaration, Place::Step(at));
                let (id, rest) = outcome_id(declaration, &declaration.steps[at], number);
                self.write(", outcome `");
                self.write(id);
                self.write(rest);
                self.write("`");
            }
            Place::Duty(at) => {
                self.write("duty ");
                self.number(at + 1);
            }
        }
    }

    const fn named(&mut self, what: &str, name: &str, id: &str) {
        self.write(what);
        if name.is_empty() {
            self.write("`");
            self.write(id);
            self.write("`");
        } else {
            self.write(name);
            self.write(" (`");
            self.write(id);
            self.write("`)");
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "it is one digit")]
    const fn number(&mut self, number: usize) {
        if number >= 10 {
            self.number(number / 10);
        }
        if self.len < BYTES_MAX {
            self.bytes[self.len] = b'0' + (number % 10) as u8;
            self.len += 1;
        }
    }
}

/// What a code says, before and behind the other thing that it is about.
const fn words(code: Code, place: Place) -> (&'static str, &'static str) {
    match code {
        Code::BadId => (
            "this is not an id; use 1 to 64 ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit, and not `end`",
            "",
        ),
        Code::DuplicateId => ("it has the same id as", "; give it an id of its own"),
        Code::Empty => ("it has no roles or no steps", ""),
        Code::OverLimit => ("it has more than 1024 steps; read so large a procedure from a file", ""),
        Code::NoWayOn => match place {
            Place::Outcome(..) => ("it leads nowhere; write `to: …` with a step or `end`", ""),
            _ => ("it does not say what follows it; write `next: …` with a step or `end`, or `outcomes: { … }`", ""),
        },
        Code::BadTime => ("its time is zero, too long, or from more to less", ""),
        Code::Repeated => ("it names", " twice; name each once"),
        Code::BadJoin => {
            ("its join wants no flow at all, or more flows than come in; a flow of a return does not count", "")
        }
        Code::BadDuty => ("it names fewer than two steps", ""),
        Code::ContradictingDuties => {
            ("it separates two steps that other duties bind together; drop one of the two", "")
        }
        Code::UnreachableStep => {
            ("no flow leads to it from the start; let an outcome of an earlier step lead to it, or take it out", "")
        }
        Code::NoWayToEnd => {
            ("no flow leads from it to the end; give it, or a step after it, an outcome that leads towards `end`", "")
        }
        Code::ReturnForward => (
            "it returns work to",
            ", which is not before it; return to a step from which the flows lead to this one, or make it an ordinary outcome",
        ),
        Code::ExternalYielded => {
            ("it is called `external`, but a step yields it; drop `external`, or take it from the outputs", "")
        }
        Code::DocumentNotProvided => {
            ("it needs", ", which no step before it yields; let an earlier step yield it, or mark it as `external`")
        }
        Code::DocumentMissing => (
            "it needs",
            ", which is missing when the step comes up for the first time, at least on one way; let every way to it yield it",
        ),
        _ => (code.as_str(), ""),
    }
}
