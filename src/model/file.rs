//! Procedures as TOML and JSON files, and the JSON Schema of both.

use serde::Deserialize;

use super::check::check;
use super::node::{BadText, Node};
use super::read::{Misfit, read};
use super::{Code, Procedure, locate};
use crate::error::{Error, ErrorKind, Fault, located, readable};
use crate::id::{StepId, is_well_formed};

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
        let text = readable(text)?;
        from_tree(text, Node::from_toml(text), locate::enclosing_step)
    }

    /// Reads a procedure from JSON.
    ///
    /// # Errors
    ///
    /// As [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let text = readable(text)?;
        from_tree(text, Node::from_json(text), locate::enclosing_step_of_json)
    }

    /// Writes the procedure as TOML. [`from_toml`](Self::from_toml) reads it, or finds the same faults in it as
    /// [`verify`](Self::verify) in the procedure: ids, texts or times that a file cannot have.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a procedure is made of strings, lists and tables")
    }

    /// Writes the procedure as JSON, as [`to_toml`](Self::to_toml) writes TOML.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a procedure is made of strings, lists and tables")
    }

    /// The JSON Schema (2020-12) of the files, for editors and for checking before loading.
    ///
    /// It tells the form. Whether the names in a file fit together is beyond a schema; loading checks that.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }
}

/// The procedure that a file stands for, or everything that is wrong with it.
fn from_tree(
    text: &str,
    tree: Result<Node, BadText>,
    enclosing_step: fn(&str, usize) -> Option<&str>,
) -> Result<Procedure, Error> {
    let (root, procedure) = form::<Procedure>(text, tree, enclosing_step)?;
    let diagnostics = check(&procedure);
    if diagnostics.is_empty() {
        return Ok(procedure);
    }
    let is_limit = diagnostics.iter().all(|diagnostic| diagnostic.code == Code::OverLimit);
    let kind = if is_limit { ErrorKind::Limit } else { ErrorKind::Format };
    Err(located(text, kind, diagnostics.iter().map(|diagnostic| root.fault(diagnostic)).collect()))
}

/// Reads something else than a procedure from TOML, and gives the tree in which the places of further faults are.
///
/// # Errors
///
/// When the text is not TOML or does not have the form of `T`. Each fault tells line and column.
pub(crate) fn from_toml<T: for<'de> Deserialize<'de>>(text: &str) -> Result<(Node, T), Error> {
    form(text, Node::from_toml(text), |_, _| None)
}

/// What has the form of `T`, with the tree it was read from; or everything that does not have that form.
fn form<T: for<'de> Deserialize<'de>>(
    text: &str,
    tree: Result<Node, BadText>,
    enclosing_step: fn(&str, usize) -> Option<&str>,
) -> Result<(Node, T), Error> {
    let root = tree.map_err(|bad| {
        let BadText { span, message, is_limit, cause } = bad;
        let step = enclosing_step(text, span.start).filter(|id| is_well_formed(id)).map(StepId::from);
        let kind = if is_limit { ErrorKind::Limit } else { ErrorKind::Format };
        let error = located(text, kind, vec![Fault { span: Some(span), step, message, ..Fault::default() }]);
        match cause {
            Some(cause) => error.caused_by(cause),
            None => error,
        }
    })?;
    let value = read(&root).map_err(|misfits| {
        let faults = misfits.into_iter().map(|misfit| {
            let Misfit { span, step, message, help } = misfit;
            Fault { span: Some(span), step: step.map(StepId::from), message, help, ..Fault::default() }
        });
        located(text, ErrorKind::Format, faults.collect())
    })?;
    Ok((root, value))
}
