//! Procedures as TOML and JSON files, and the JSON Schema of both.

use super::check::check;
use super::diagnostic::Spot;
use super::{Code, Diagnostic, Procedure, locate};
use crate::error::{Error, ErrorKind, Fault};
use crate::id::StepId;
use crate::limits::FILE_BYTES_MAX;

impl Procedure {
    /// Reads a procedure from TOML.
    ///
    /// ```
    /// use sopflow::Procedure;
    ///
    /// let leave = Procedure::from_toml(
    ///     r#"
    ///     id = "leave"
    ///     version = "1"
    ///     day = "working"
    ///     identity.title = "Leave of absence"
    ///     roles = [{ id = "staff", name = "Staff" }]
    ///
    ///     [[steps]]
    ///     id = "1"
    ///     role = "staf"
    ///     activity = "Ask for leave"
    ///     next = "end"
    ///     "#,
    /// );
    /// let error = leave.unwrap_err();
    /// assert_eq!(
    ///     error.in_file("leave.toml").to_string(),
    ///     "leave.toml:10:12: step 1: the performer names the unknown role `staf` (did you mean `staff`?)",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is not TOML, does not have the form of a procedure, names something that the procedure does not
    /// have, or is beyond a bound of [`limits`](crate::limits). Each fault tells line, column and step.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        check_size(text)?;
        let procedure: Self = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(text.len(), |span| span.start);
            let step = locate::enclosing_step(text, offset);
            format_error(fault(text, offset, step.map(StepId::from), error.message().to_owned())).caused_by(error)
        })?;
        procedure.checked(|spot| Some(locate::line_and_column(text, locate::in_toml(text, spot)?.start)))
    }

    /// Reads a procedure from JSON.
    ///
    /// # Errors
    ///
    /// As [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, Error> {
        check_size(text)?;
        let procedure: Self = serde_json::from_str(text).map_err(|error| {
            let offset = locate::offset(text, error.line(), error.column());
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            let step = locate::enclosing_step_of_json(text, offset);
            format_error(fault(text, offset, step.map(StepId::from), message.to_owned())).caused_by(error)
        })?;
        procedure.checked(|spot| Some(locate::line_and_column(text, locate::in_json(text, spot)?.start)))
    }

    /// Writes the procedure as TOML that [`from_toml`](Self::from_toml) reads.
    #[allow(clippy::missing_panics_doc, reason = "a procedure is made of strings, lists and tables")]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a procedure is made of strings, lists and tables")
    }

    /// Writes the procedure as JSON that [`from_json`](Self::from_json) reads.
    #[allow(clippy::missing_panics_doc, reason = "a procedure is made of strings, lists and tables")]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a procedure is made of strings, lists and tables")
    }

    /// The JSON Schema (2020-12) of the files, for editors and for checking before loading.
    ///
    /// It tells the form. Whether the names in a file fit together is beyond a schema; loading checks that.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }

    fn checked(self, locate: impl Fn(&Spot) -> Option<(usize, usize)>) -> Result<Self, Error> {
        let mut faults: Vec<(bool, Fault)> = check(&self)
            .into_iter()
            .map(|diagnostic| {
                let place = diagnostic.spot.as_ref().and_then(&locate);
                (diagnostic.code == Code::OverLimit, to_fault(diagnostic, place))
            })
            .collect();
        if faults.is_empty() {
            return Ok(self);
        }
        faults.sort_by_key(|(_, fault)| (fault.line, fault.column));
        let kind = if faults.iter().all(|(over_limit, _)| *over_limit) { ErrorKind::Limit } else { ErrorKind::Format };
        Err(Error::new(kind, faults.into_iter().map(|(_, fault)| fault).collect()))
    }
}

fn to_fault(diagnostic: Diagnostic, place: Option<(usize, usize)>) -> Fault {
    Fault {
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
        step: diagnostic.place.step().cloned(),
        message: diagnostic.message,
        help: diagnostic.help,
    }
}

fn fault(text: &str, offset: usize, step: Option<StepId>, message: String) -> Fault {
    let (line, column) = locate::line_and_column(text, offset);
    Fault { line: Some(line), column: Some(column), step, message, help: None }
}

fn format_error(fault: Fault) -> Error {
    Error::new(ErrorKind::Format, vec![fault])
}

fn check_size(text: &str) -> Result<(), Error> {
    if text.len() <= FILE_BYTES_MAX {
        return Ok(());
    }
    let message = format!("the file has {} bytes; at most {FILE_BYTES_MAX} are allowed", text.len());
    Err(Error::single(ErrorKind::Limit, message))
}
