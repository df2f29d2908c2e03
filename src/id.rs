//! Names that persist, and dense indices that do not.
//!
//! Stored and exchanged data carry ids, which are text. Inside a compiled procedure the same things are found by dense
//! indices; those have no meaning outside the [`SoundProcedure`](crate::SoundProcedure) that gave them.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::error::{Error, ErrorKind};
use crate::limits::ID_CHARS_MAX;

/// Whether `text` may stand as an id: 1 to 64 ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit.
pub(crate) const fn is_well_formed(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > ID_CHARS_MAX || !bytes[0].is_ascii_alphanumeric() {
        return false;
    }
    let mut at = 1;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() && !matches!(bytes[at], b'.' | b'_' | b'-') {
            return false;
        }
        at += 1;
    }
    true
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// An id is 1 to 64 ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit. Cloning is cheap.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, which ids share.
            pub fn shared(&self) -> Arc<str> {
                self.0.clone()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize_id(deserializer).map(Self)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                id_schema()
            }
        }
    )*};
}

fn deserialize_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_well_formed(&text) {
        return Ok(text.into());
    }
    let shown: String = text.chars().take(ID_CHARS_MAX).collect();
    let (shown, more) = (shown.escape_debug(), if shown.len() < text.len() { "…" } else { "" });
    Err(de::Error::custom(format_args!(
        "`{shown}{more}` is not an id: use 1 to {ID_CHARS_MAX} ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit"
    )))
}

fn id_schema() -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        "minLength": 1,
        "maxLength": ID_CHARS_MAX,
    })
}

ids! {
    /// Names a [`Procedure`](crate::Procedure) across all its versions.
    ProcedureId
    /// Names a [`Role`](crate::Role) of a procedure.
    RoleId
    /// Names a [`Document`](crate::Document) of a procedure.
    DocumentId
    /// Names a [`Step`](crate::Step) of a procedure.
    StepId
    /// Names an [`Outcome`](crate::Outcome) of a step.
    OutcomeId
}

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident($int:ty))*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) $int);

        impl $name {
            /// The position, counted from 0.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// A role of one compiled procedure; greater means higher in rank.
    RoleIx(u16)
    /// A document of one compiled procedure.
    DocumentIx(u16)
    /// A step of one compiled procedure, in the order of the definition.
    StepIx(u16)
    /// An outcome of one step, in the order of the definition.
    OutcomeIx(u16)
    /// A flow of one compiled procedure.
    FlowIx(u16)
    /// An actor of one table of [`Actors`](crate::Actors).
    ActorIx(u32)
}

/// Names a case of an engine: a UUID (RFC 9562). Those that an engine makes are of version 7, so they sort by the moment
/// of opening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId(Uuid);

impl CaseId {
    /// The case with this UUID.
    pub const fn from_u128(uuid: u128) -> Self {
        Self(Uuid::from_u128(uuid))
    }

    /// The UUID as a number.
    pub const fn as_u128(self) -> u128 {
        self.0.as_u128()
    }

    /// The UUID as bytes, the highest first.
    pub const fn to_bytes(self) -> [u8; 16] {
        *self.0.as_bytes()
    }

    /// The case whose UUID has these bytes, the highest first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl From<Uuid> for CaseId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<CaseId> for Uuid {
    fn from(case: CaseId) -> Self {
        case.0
    }
}

impl FromStr for CaseId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Uuid::parse_str(text).map(Self).map_err(|_| {
            let shown: String = text.chars().take(ID_CHARS_MAX).flat_map(char::escape_debug).collect();
            Error::single(ErrorKind::Format, format!("`{shown}` is not the id of a case, which is a UUID"))
        })
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for CaseId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CaseId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Ids in CBOR: as text.
pub(crate) mod cbor {
    use minicbor::encode::Write;
    use minicbor::{Decoder, Encoder};

    pub(crate) fn encode<C, T: AsRef<str>, W: Write>(
        id: &T,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.str(id.as_ref()).map(drop)
    }

    pub(crate) fn decode<C, T: for<'a> From<&'a str>>(
        decoder: &mut Decoder<'_>,
        _: &mut C,
    ) -> Result<T, minicbor::decode::Error> {
        decoder.str().map(T::from)
    }
}

/// Ids in CBOR that may be left out: as text or null.
pub(crate) mod optional_cbor {
    use minicbor::data::Type;
    use minicbor::encode::Write;
    use minicbor::{Decoder, Encoder};

    // minicbor hands a reference to whatever encodes.
    #[expect(clippy::ref_option)]
    pub(crate) fn encode<C, T: AsRef<str>, W: Write>(
        id: &Option<T>,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match id {
            Some(id) => encoder.str(id.as_ref()).map(drop),
            None => encoder.null().map(drop),
        }
    }

    pub(crate) fn decode<C, T: for<'a> From<&'a str>>(
        decoder: &mut Decoder<'_>,
        _: &mut C,
    ) -> Result<Option<T>, minicbor::decode::Error> {
        if decoder.datatype()? == Type::Null {
            return decoder.null().map(|()| None);
        }
        decoder.str().map(|id| Some(T::from(id)))
    }
}
