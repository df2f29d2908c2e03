//! The identity block of the official form (SOP AP, `PermenPAN-RB` 35/2012).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Text, date};

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
    #[serde(default, deserialize_with = "date::deserialize", skip_serializing_if = "Option::is_none")]
    pub made: Option<NaiveDate>,
    /// The day it was last revised (*tanggal revisi*).
    #[serde(default, deserialize_with = "date::deserialize", skip_serializing_if = "Option::is_none")]
    pub revised: Option<NaiveDate>,
    /// The day from which it holds (*tanggal efektif*).
    #[serde(default, deserialize_with = "date::deserialize", skip_serializing_if = "Option::is_none")]
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
