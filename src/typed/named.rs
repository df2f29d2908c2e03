//! What the enums of a declaration have in common.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use serde::{Deserializer, de};

/// An enum of a declaration: its roles, documents, steps, or the outcomes of one step. Each variant has an id, which is
/// what is stored and exchanged.
pub trait Named: Copy + Eq + Ord + Hash + fmt::Debug + fmt::Display + 'static {
    /// What it is an enum of: `role`, `document`, `step`, `outcome` or `return`.
    const WHAT: &'static str;

    /// Every variant, in the order of the declaration.
    const ALL: &'static [Self];

    /// The id of each variant, in the same order.
    const IDS: &'static [&'static str];

    /// The position in the declaration.
    fn index(self) -> usize;

    /// The id.
    fn id(self) -> &'static str {
        Self::IDS[self.index()]
    }

    /// The variant with an id.
    fn from_id(id: &str) -> Option<Self> {
        let position = Self::IDS.iter().position(|known| *known == id)?;
        Some(Self::ALL[position])
    }
}

/// A text is the id of nothing that was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownId {
    what: &'static str,
    id: String,
    known: &'static [&'static str],
}

impl UnknownId {
    pub(super) fn new<N: Named>(id: &str) -> Self {
        Self { what: N::WHAT, id: id.chars().take(crate::limits::ID_CHARS_MAX).collect(), known: N::IDS }
    }
}

impl fmt::Display for UnknownId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, id, known } = self;
        write!(f, "there is no {what} `{}`; there are `{}`", id.escape_debug(), known.join("`, `"))
    }
}

impl std::error::Error for UnknownId {}

/// The variant with an id, or what is wrong with the id.
///
/// # Errors
///
/// When no variant has the id.
pub fn parse<N: Named>(id: &str) -> Result<N, UnknownId> {
    N::from_id(id).ok_or_else(|| UnknownId::new::<N>(id))
}

/// Reads a variant by its id.
///
/// # Errors
///
/// When there is no text, or no variant has it as its id.
pub fn deserialize<'de, N: Named, D: Deserializer<'de>>(deserializer: D) -> Result<N, D::Error> {
    struct Visitor<N>(PhantomData<N>);

    impl<N: Named> de::Visitor<'_> for Visitor<N> {
        type Value = N;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "the id of a {}", N::WHAT)
        }

        fn visit_str<E: de::Error>(self, id: &str) -> Result<N, E> {
            parse(id).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Visitor(PhantomData))
}
