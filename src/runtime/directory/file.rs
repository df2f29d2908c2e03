//! An office as a TOML file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::book::Book;
use super::moment::Moment;
use super::reading::Reading;
use super::{Absence, Appointment, Office};
use crate::error::{Error, ErrorKind};
use crate::error::{located, readable};
use crate::id::{ProcedureId, RoleId, StepId};
use crate::kernel::Capacity;
use crate::model::from_toml;
use crate::time::{Period, Timestamp};

/// The file, in the order in which it is best read.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) offset: Option<String>,
    #[serde(default)]
    pub(super) people: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) holders: Vec<Holder>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) absences: Vec<Away>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) plh: Vec<Plh>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) plt: Vec<Plt>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) delegates: Vec<Delegate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) teams: Vec<Team>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Team {
    pub(super) name: String,
    pub(super) members: Vec<String>,
}

/// The dates of an entry. Serde cannot flatten a struct into one that refuses unknown fields, so each entry has the fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    pub(super) from: Option<Moment>,
    pub(super) until: Option<Moment>,
    pub(super) through: Option<Moment>,
}

macro_rules! entries {
    ($($name:ident { $($field:ident: $type:ty),* } $(limits $procedures:ident $except:ident)?;)*) => {$(
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            pub(super) person: String,
            $(pub(super) $field: $type,)*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            from: Option<Moment>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            until: Option<Moment>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            through: Option<Moment>,
            $(
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub(super) $procedures: Option<Vec<ProcedureId>>,
            )?
            #[serde(default, skip_serializing_if = "String::is_empty")]
            pub(super) reason: String,
            $(
                #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
                pub(super) $except: BTreeMap<ProcedureId, Vec<StepId>>,
            )?
        }

        impl $name {
            pub(super) fn dates(&self) -> Dates {
                Dates { from: self.from, until: self.until, through: self.through }
            }
        }
    )*};
}

entries! {
    Holder { role: RoleId };
    Away {};
    Plh { role: RoleId, incumbent: String } limits procedures except;
    Plt { role: RoleId } limits procedures except;
    Delegate { role: RoleId, holder: String } limits procedures except;
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

impl Office {
    /// Reads an office from TOML.
    ///
    /// A period goes from the beginning of `from` until `until`, a moment that is not in it any more, or `through` a day that
    /// is; either may be left out. Days are those of the `offset` from UTC.
    ///
    /// ```
    /// use sopflow::runtime::Office;
    ///
    /// let office = r#"
    ///     offset = "+07:00"
    ///     people = ["Agus", "Ani", "Budi", "Dewi"]
    ///     teams = [{ name = "counter", members = ["Ani", "Budi"] }]
    ///
    ///     [[holders]]
    ///     person = "Agus"
    ///     role = "head"
    ///     from = 2026-01-01
    ///
    ///     [[absences]]
    ///     person = "Agus"
    ///     from = 2026-11-02
    ///     through = 2026-11-06
    ///     reason = "leave"
    ///
    ///     [[plh]]
    ///     person = "Dewi"
    ///     role = "head"
    ///     incumbent = "Agus"
    ///     from = 2026-11-02
    ///     until = 2026-11-06T12:00:00+07:00
    ///     except = { forum-bisnis = ["14"] }
    ///
    ///     [[plt]]
    ///     person = "Budi"
    ///     role = "treasurer"
    ///     procedures = ["purchase"]
    ///
    ///     [[delegates]]
    ///     person = "Ani"
    ///     role = "head"
    ///     holder = "Agus"
    ///     through = 2026-06-30
    ///     reason = "SP-12/2026"
    /// "#;
    /// assert_eq!(Office::from_toml(office)?.people().len(), 4);
    ///
    /// let error = Office::from_toml(&office.replace("\"Dewi\"\n", "\"Devi\"\n")).unwrap_err();
    /// assert_eq!(
    ///     error.in_file("office.toml").to_string(),
    ///     "office.toml:18:14: there is nobody named `Devi` (did you mean `Dewi`?)",
    /// );
    /// # Ok::<(), sopflow::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is not TOML, does not have the form of an office, holds what the office does not
    /// [take down](super::OfficeError), or is beyond a bound of [`limits`](crate::limits). Each fault tells line and column.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let text = readable(text)?;
        let (root, file) = from_toml::<File>(text)?;
        let mut reading = Reading::new();
        reading.read(&root, &file);
        let Reading { office, faults, is_limit, .. } = reading;
        if faults.is_empty() {
            return Ok(office);
        }
        Err(located(text, if is_limit { ErrorKind::Limit } else { ErrorKind::Format }, faults))
    }

    /// Writes the office as TOML, with moments in UTC. [`from_toml`](Self::from_toml) reads it, unless it has more than
    /// [`FILE_BYTES_MAX`](crate::limits::FILE_BYTES_MAX) bytes.
    #[expect(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(&self.with_book(File::of)).expect("an office is made of strings, lists and tables")
    }
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

impl File {
    fn of(book: &Book) -> Self {
        let mut file = Self::default();
        for (name, page) in book.pages() {
            file.people.push(name.to_string());
            page.absences.iter().for_each(|absence| file.absences.push(away(name, absence)));
            page.appointments.iter().for_each(|appointment| file.push(appointment));
        }
        let team = |(name, members): (&Arc<str>, &[Arc<str>])| Team {
            name: name.to_string(),
            members: members.iter().map(ToString::to_string).collect(),
        };
        file.teams = book.teams().map(team).collect();
        file
    }

    fn push(&mut self, appointment: &Appointment) {
        let (person, role) = (appointment.person().to_string(), appointment.role().clone());
        let (from, until, through) = (from(appointment.period()), until(appointment.period()), None);
        let in_place_of = appointment.in_place_of().map(ToString::to_string).unwrap_or_default();
        let reason = appointment.reason().to_owned();
        let scope = appointment.scope();
        let procedures = scope.procedures().map(|procedures| procedures.iter().cloned().collect());
        let mut except = BTreeMap::<ProcedureId, Vec<StepId>>::new();
        for (procedure, step) in scope.left_out() {
            except.entry(procedure.clone()).or_default().push(step.clone());
        }
        match appointment.capacity() {
            Capacity::Holder => self.holders.push(Holder { person, role, from, until, through, reason }),
            Capacity::Plh => {
                let incumbent = in_place_of;
                self.plh.push(Plh { person, role, incumbent, from, until, through, procedures, reason, except });
            }
            Capacity::Plt => self.plt.push(Plt { person, role, from, until, through, procedures, reason, except }),
            Capacity::Delegate => {
                let holder = in_place_of;
                self.delegates.push(Delegate {
                    person,
                    role,
                    holder,
                    from,
                    until,
                    through,
                    procedures,
                    reason,
                    except,
                });
            }
        }
    }
}

fn away(person: &str, absence: &Absence) -> Away {
    Away {
        person: person.to_owned(),
        from: from(absence.period),
        until: until(absence.period),
        through: None,
        reason: absence.reason.to_string(),
    }
}

fn from(period: Period) -> Option<Moment> {
    (period.from != Timestamp::MIN).then_some(Moment::At(period.from))
}

fn until(period: Period) -> Option<Moment> {
    (period.until != Timestamp::MAX).then_some(Moment::At(period.until))
}
