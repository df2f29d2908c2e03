//! Documents, and how steps refer to them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Text;
use crate::id::DocumentId;

/// A paper that a step needs or yields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Document {
    /// Names the document within the procedure.
    pub id: DocumentId,
    /// What the paper is called.
    pub name: Text,
    /// Whether it comes from outside: no step yields it, and a case is supplied with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub external: bool,
}

/// A document as a step needs or yields it.
///
/// In a file it is the id of the document, or a table `{ document = "…", wording = "…" }` where the form words it in
/// another way than the document's name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentUse {
    /// Which document.
    pub document: DocumentId,
    /// How the cell of the form words it.
    pub wording: Option<Text>,
}

impl DocumentUse {
    /// The document, worded as the cell of the form has it.
    pub fn worded(document: impl Into<DocumentId>, wording: impl Into<Text>) -> Self {
        Self { document: document.into(), wording: Some(wording.into()) }
    }
}

impl<I: Into<DocumentId>> From<I> for DocumentUse {
    fn from(document: I) -> Self {
        Self { document: document.into(), wording: None }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WordedDocument {
    document: DocumentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<Text>,
}

impl Serialize for DocumentUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.wording {
            None => self.document.serialize(serializer),
            Some(_) => {
                WordedDocument { document: self.document.clone(), wording: self.wording.clone() }.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for DocumentUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = DocumentUse;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a document, or a table such as { document = \"…\", wording = \"…\" }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<DocumentUse, E> {
                DocumentId::deserialize(de::value::StrDeserializer::new(text)).map(DocumentUse::from)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<DocumentUse, A::Error> {
                WordedDocument::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|WordedDocument { document, wording }| DocumentUse { document, wording })
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for DocumentUse {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DocumentUse".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let id = generator.subschema_for::<DocumentId>();
        let worded = generator.subschema_for::<WordedDocument>();
        schemars::json_schema!({
            "description": "The id of a document, or a table with the wording that the form has for it.",
            "anyOf": [id, worded],
        })
    }
}
