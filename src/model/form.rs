//! The written form of a step: short where there is one way on, explicit where there are several.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::outcome::{DONE, return_id};
use super::{DocumentUse, Endorsement, Evidence, Join, Outcome, Step, Target, Text};
use crate::id::{RoleId, StepId};
use crate::time::StandardTime;

/// One numbered activity of a procedure.
///
/// `next` is short for one outcome `done`; each step named in `returns` is short for an outcome that returns work there.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Step", extend(
    "if" = { "required": ["direct"], "properties": { "direct": { "const": true } } },
    "then" = { "required": ["next"], "properties": { "next": { "minItems": 1 } } },
))]
pub(super) struct StepForm {
    /// Names the step within the procedure, in all its versions.
    id: StepId,
    /// The number on the form, where it is not the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// What is done (kegiatan).
    activity: Text,
    /// Who does it (pelaksana): the id of a role.
    role: RoleId,
    /// The documents that it needs (kelengkapan).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<DocumentUse>,
    /// The time allowed (waktu baku).
    #[serde(default, serialize_with = "as_displayed", skip_serializing_if = "Option::is_none")]
    time: Option<StandardTime>,
    /// The documents that it yields, unless an outcome says otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<DocumentUse>,
    /// Whether doing it puts initials or a signature on the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endorsement: Option<Endorsement>,
    /// How many of several incoming flows must hold a token: `any` (if left out), `all`, or `{ n_of = 2 }`.
    #[serde(default, skip_serializing_if = "is_any")]
    join: Join,
    /// The step that follows, several that follow at once, or `end`.
    #[serde(default, with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "one_or_many::OneOrMany<Target>")]
    next: Vec<Target>,
    /// Whether `next` may pass over roles in between on its way up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    direct: bool,
    /// The earlier steps to which work may be returned for revision, the usual one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    returns: Vec<StepId>,
    /// The ways to finish it, where `next` and `returns` do not say it all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outcomes: Vec<Outcome>,
    /// The remark on the form (keterangan).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Text>,
    /// What of this step is inferred rather than stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
}

// Serde hands a reference to whatever it asks.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_any(join: &Join) -> bool {
    *join == Join::Any
}

/// Writes a time that was put together wrongly too: it is for [`check`](super::check::check) to find fault with it.
#[expect(clippy::ref_option, reason = "Serde hands a reference to the field")]
fn as_displayed<S: Serializer>(time: &Option<StandardTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}

impl TryFrom<StepForm> for Step {
    type Error = &'static str;

    fn try_from(form: StepForm) -> Result<Self, Self::Error> {
        if form.direct && form.next.is_empty() {
            return Err("`direct` tells how `next` flows, but there is no `next`");
        }
        let mut outcomes = Vec::with_capacity(1 + form.outcomes.len() + form.returns.len());
        if !form.next.is_empty() {
            outcomes.push(Outcome { to: form.next, direct: form.direct, ..Outcome::new(DONE) });
        }
        outcomes.extend(form.outcomes);
        outcomes.extend(form.returns.into_iter().map(Outcome::return_to));
        Ok(Self {
            id: form.id,
            number: form.number,
            activity: form.activity,
            role: form.role,
            inputs: form.inputs,
            time: form.time,
            outputs: form.outputs,
            endorsement: form.endorsement,
            join: form.join,
            outcomes,
            note: form.note,
            evidence: form.evidence,
        })
    }
}

impl From<Step> for StepForm {
    fn from(step: Step) -> Self {
        let mut outcomes = step.outcomes;
        let returns_from =
            outcomes.iter().rposition(|outcome| short_return(outcome).is_none()).map_or(0, |last| last + 1);
        let returns = outcomes.split_off(returns_from).iter().filter_map(short_return).cloned().collect();
        let done = outcomes.first().is_some_and(is_short_done).then(|| outcomes.remove(0));
        let (next, direct) = done.map_or((Vec::new(), false), |done| (done.to, done.direct));
        Self {
            id: step.id,
            number: step.number,
            activity: step.activity,
            role: step.role,
            inputs: step.inputs,
            time: step.time,
            outputs: step.outputs,
            endorsement: step.endorsement,
            join: step.join,
            next,
            direct,
            returns,
            outcomes,
            note: step.note,
            evidence: step.evidence,
        }
    }
}

/// Whether `next` and `direct` say all that there is to this outcome.
fn is_short_done(outcome: &Outcome) -> bool {
    let short = Outcome { to: outcome.to.clone(), direct: outcome.direct, ..Outcome::new(DONE) };
    !outcome.to.is_empty() && *outcome == short
}

/// The step returned to, where its name in `returns` says all that there is to this outcome.
fn short_return(outcome: &Outcome) -> Option<&StepId> {
    let [Target::Step(step)] = outcome.to.as_slice() else { return None };
    let short = Outcome { to: outcome.to.clone(), ..Outcome::new(return_id(step)).returning() };
    (*outcome == short).then_some(step)
}

/// A list that may be written without brackets where it has one entry.
pub(super) mod one_or_many {
    use std::fmt;
    use std::marker::PhantomData;

    use schemars::JsonSchema;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    /// What the JSON Schema says of it.
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only its schema is used")]
    pub(in crate::model) enum OneOrMany<T> {
        One(T),
        Many(Vec<T>),
    }

    pub(in crate::model) fn serialize<T: Serialize, S: Serializer>(
        list: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match list {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }

    pub(in crate::model) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        struct Visitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a step, `end`, or a list of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
                T::deserialize(de::value::StrDeserializer::new(text)).map(|one| vec![one])
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(list))
            }
        }

        deserializer.deserialize_any(Visitor(PhantomData))
    }
}
