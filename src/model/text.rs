//! Human text: a string, or a table by language, with the source's own wording kept beside a correction.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::shown;
use crate::limits::LANGUAGES_MAX;

/// The key under which a table of languages keeps the wording of the source.
const SOURCE: &str = "source";

/// A text for people, in one language or several.
///
/// In a file it is a string, or a table by language tag (BCP 47: `id`, `en`). Where the text corrects its source, the
/// key `source` keeps the source's wording, letter by letter.
///
/// ```
/// use sopflow::Text;
///
/// let activity = Text::new("id", "Membubuhi paraf").and("en", "Initial the draft").from_source("membuhi paraf");
/// assert_eq!(activity.in_language("en"), "Initial the draft");
/// assert_eq!(activity.in_language("fr"), "Membubuhi paraf", "the first language stands in for one that is missing");
/// assert_eq!(activity.as_written(), "membuhi paraf");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Text {
    /// A text that names no language.
    Plain(String),
    /// A text by language, the first the language of the source.
    Tagged(Translations),
}

/// The languages of a [`Text`], in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Translations {
    source: Option<String>,
    languages: Vec<(String, String)>,
}

impl Text {
    /// A text in one language, given by its tag.
    pub fn new(language: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Tagged(Translations { source: None, languages: vec![(language.into(), text.into())] })
    }

    /// The same text with one language more; a language that is there already is replaced.
    #[must_use]
    pub fn and(self, language: impl Into<String>, text: impl Into<String>) -> Self {
        let (language, text) = (language.into(), text.into());
        match self {
            Self::Plain(plain) if plain.is_empty() => Self::new(language, text),
            Self::Plain(plain) => Self::new("und", plain).and(language, text),
            Self::Tagged(mut translations) => {
                match translations.languages.iter_mut().find(|(known, _)| *known == language) {
                    Some((_, old)) => *old = text,
                    None => translations.languages.push((language, text)),
                }
                Self::Tagged(translations)
            }
        }
    }

    /// The same text, which corrects this wording of the source.
    #[must_use]
    pub fn from_source(self, wording: impl Into<String>) -> Self {
        let mut translations = match self {
            Self::Plain(plain) => Translations { source: None, languages: vec![("und".into(), plain)] },
            Self::Tagged(translations) => translations,
        };
        translations.source = Some(wording.into());
        Self::Tagged(translations)
    }

    /// The text in `language`, or in its first language where it lacks that one.
    pub fn in_language(&self, language: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Tagged(Translations { languages, .. }) => {
                languages.iter().find(|(tag, _)| tag == language).or(languages.first()).map_or("", |(_, text)| text)
            }
        }
    }

    /// The text in its first language, with corrections.
    pub fn first(&self) -> &str {
        self.in_language("")
    }

    /// The text as the source has it, misspellings included.
    pub fn as_written(&self) -> &str {
        self.source().unwrap_or_else(|| self.first())
    }

    /// The wording of the source where the text corrects it.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Tagged(translations) => translations.source.as_deref(),
        }
    }

    /// Each language's tag and text; a plain text has the tag `und` (undetermined, ISO 639-2).
    pub fn languages(&self) -> impl Iterator<Item = (&str, &str)> {
        let (plain, tagged) = match self {
            Self::Plain(text) => (Some(("und", text.as_str())), &[][..]),
            Self::Tagged(Translations { languages, .. }) => (None, languages.as_slice()),
        };
        plain.into_iter().chain(tagged.iter().map(|(tag, text)| (tag.as_str(), text.as_str())))
    }

    /// Every string in it: the languages and the source's wording.
    pub(crate) fn strings(&self) -> impl Iterator<Item = &str> {
        self.languages().map(|(_, text)| text).chain(self.source())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.first())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => serializer.serialize_str(text),
            Self::Tagged(Translations { source, languages }) => {
                let mut map = serializer.serialize_map(None)?;
                if let Some(source) = source {
                    map.serialize_entry(SOURCE, source)?;
                }
                for (tag, text) in languages {
                    map.serialize_entry(tag, text)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> de::Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a table of texts by language such as { id = \"…\", en = \"…\" }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
        Ok(text.into())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let mut translations = Translations { source: None, languages: Vec::new() };
        while let Some(key) = map.next_key::<String>()? {
            if translations.languages.iter().any(|(known, _)| *known == key) {
                return Err(de::Error::custom(format_args!("the language `{key}` stands here twice")));
            }
            if translations.languages.len() == LANGUAGES_MAX && key != SOURCE {
                return Err(de::Error::custom(format_args!("a text has at most {LANGUAGES_MAX} languages")));
            }
            if key == SOURCE {
                translations.source = Some(map.next_value()?);
            } else if is_language_tag(&key) {
                translations.languages.push((key, map.next_value()?));
            } else {
                return Err(de::Error::custom(format_args!(
                    "`{}` is no language: use tags such as `id` and `en`, and `source` for the source's wording",
                    shown(&key),
                )));
            }
        }
        if translations.languages.is_empty() {
            return Err(de::Error::custom("a table of texts needs at least one language, such as `id` or `en`"));
        }
        Ok(Text::Tagged(translations))
    }
}

/// Whether `tag` has the shape of a BCP 47 language tag: a language of two or three letters, then subtags.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    subtags.next().is_some_and(|language| {
        (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase())
    }) && subtags
        .all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text, or a table of texts by language tag; `source` keeps the wording of the source where the text corrects it.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { SOURCE: { "type": "string" } },
                    "patternProperties": { "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$": { "type": "string" } },
                    "additionalProperties": false,
                    "anyOf": [
                        { "minProperties": 2, "maxProperties": LANGUAGES_MAX + 1, "required": [SOURCE] },
                        { "minProperties": 1, "maxProperties": LANGUAGES_MAX, "not": { "required": [SOURCE] } },
                    ],
                },
            ],
        })
    }
}
