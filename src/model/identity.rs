//! The identity block of the official form (SOP AP, `PermenPAN-RB` 35/2012).

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Text;

/// The identity block of the official form.
///
/// Source: the form of the administrative SOP (SOP AP), Regulation of the Minister of Administrative Reform
/// (*`PermenPAN-RB`*) 35/2012.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Identity {
    /// The title (*nama SOP*).
    pub title: Text,
    /// The registration number (*nomor SOP*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The organisational unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// The day it was made (*tanggal pembuatan*), such as `2021-04-19`.
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub made: Option<NaiveDate>,
    /// The day it was last revised (*tanggal revisi*).
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub revised: Option<NaiveDate>,
    /// The day from which it holds (*tanggal efektif*).
    #[serde(default, deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub effective: Option<NaiveDate>,
    /// Who approved it (*disahkan oleh*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<Approver>,
    /// The rules it rests on (*dasar hukum*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_basis: Vec<Text>,
    /// What those who perform it must know (*kualifikasi pelaksana*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qualifications: Vec<Text>,
    /// Procedures that it touches (*keterkaitan*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Text>,
    /// Tools and materials (*peralatan dan perlengkapan*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equipment: Vec<Text>,
    /// What happens when it is not followed (*peringatan*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Text>,
    /// What is put on record (*pencatatan dan pendataan*).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Text>,
}

/// Who approved a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Approver {
    /// The post (*jabatan*).
    pub post: Text,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The civil servant's number (*NIP*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nip: Option<String>,
}

impl Identity {
    /// An identity block that has a title and nothing else.
    pub fn new(title: impl Into<Text>) -> Self {
        Self {
            title: title.into(),
            number: None,
            unit: None,
            made: None,
            revised: None,
            effective: None,
            approver: None,
            legal_basis: Vec::new(),
            qualifications: Vec::new(),
            related: Vec::new(),
            equipment: Vec::new(),
            warnings: Vec::new(),
            records: Vec::new(),
        }
    }
}

impl Approver {
    /// An approver of whom the post is known.
    pub fn new(post: impl Into<Text>) -> Self {
        Self { post: post.into(), name: None, nip: None }
    }
}

/// Reads a day, which TOML may also have without quotation marks.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    struct Visitor;

    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Option<NaiveDate>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a day such as 2021-04-19")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            text.parse().map(Some).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        // How the deserializer of TOML hands over its own dates.
        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let written = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))?.to_string();
            self.visit_str(&written)
        }
    }

    deserializer.deserialize_any(Visitor)
}

#[cfg(test)]
mod tests {
    use super::Identity;

    #[test]
    fn a_day_may_stand_in_toml_with_or_without_quotation_marks() {
        let read = |day: &str| toml::from_str::<Identity>(&format!("title = \"T\"\nmade = {day}"));
        let bare = read("2021-04-19").expect("a TOML date");
        assert_eq!(bare.made.map(|day| day.to_string()).as_deref(), Some("2021-04-19"));
        assert_eq!(read("\"2021-04-19\"").expect("a string"), bare);
        assert_eq!(toml::from_str::<Identity>(&toml::to_string(&bare).expect("written")).expect("read back"), bare);
        let null = serde_json::from_str::<Identity>(r#"{ "title": "T", "made": null }"#).expect("no day");
        assert_eq!(null.made, None);
        for wrong in ["\"19/04/2021\"", "2021-04-19T07:30:00", "07:30:00", "2021", "{}"] {
            let error = read(wrong).expect_err(wrong);
            assert!(error.message().contains("day such as 2021-04-19") || wrong == "{}", "{wrong}: {error}");
        }
    }
}
