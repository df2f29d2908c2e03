//! A small office for tests: a letter that goes from staff by way of a section head to the head, and the people.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sopflow::runtime::{Acting, Appointment, Engine, Failure, Office};
use sopflow::store::{Memory, Store};
use sopflow::time::Timestamp;
use sopflow::{CaseId, Procedure, SoundProcedure, Step};

/// 2026-11-02T08:00:00+07:00, a Monday.
pub(crate) const MONDAY: i64 = 1_793_581_200_000;
pub(crate) const HOUR: i64 = 3_600_000;

/// Ani and Adi are staff, Budi and Bayu section heads, Citra is the head; Dewi has no role.
pub(crate) const HOLDERS: [(&str, &str); 5] =
    [("Ani", "staff"), ("Adi", "staff"), ("Budi", "section"), ("Bayu", "section"), ("Citra", "head")];

pub(crate) struct Bureau {
    pub(crate) engine: Engine,
    pub(crate) office: Arc<Office>,
    pub(crate) clock: Arc<AtomicI64>,
}

/// Staff write, section heads check, the head signs, staff send. Who writes does not check or sign; who wrote sends.
pub(crate) fn letter(version: &str) -> SoundProcedure {
    let letter = Procedure::new("letter", version, "Letter")
        .role("staff", "Staff")
        .role("section", "Head of section")
        .role("head", "Head")
        .document("draft", "Draft")
        .document("checked", "Checked draft")
        .document("signed", "Signed letter")
        .external("order", "Order")
        .step(Step::new("write", "staff", "Write").output("draft").next("check"))
        .step(Step::new("check", "section", "Check").input("draft").output("checked").next("sign").returns_to("write"))
        .step(Step::new("sign", "head", "Sign").input("checked").output("signed").next("send").returns_to("write"))
        .step(Step::new("send", "staff", "Send").input("signed").next("end"))
        .distinct(["write", "check", "sign"])
        .same(["write", "send"])
        .supervised_by("head");
    letter.verify().unwrap()
}

pub(crate) fn office() -> Office {
    let office = Office::with_people(["Ani", "Adi", "Budi", "Bayu", "Citra", "Dewi"]).unwrap();
    for (person, role) in HOLDERS {
        office.appoint(Appointment::holder(person, role)).unwrap();
    }
    office
}

impl Bureau {
    pub(crate) fn new() -> Self {
        Self::on(Memory::new())
    }

    pub(crate) fn on(store: impl Store) -> Self {
        let (office, clock) = (Arc::new(office()), Arc::new(AtomicI64::new(MONDAY)));
        let tells = clock.clone();
        let engine = Engine::builder(store)
            .shared_directory(office.clone())
            .clock(move || Timestamp::from_millis(tells.load(Ordering::Relaxed)))
            .host(letter("1"))
            .open()
            .unwrap();
        Self { engine, office, clock }
    }

    pub(crate) fn person(&self, name: &str) -> Acting {
        self.engine.person(name)
    }

    pub(crate) fn hours_pass(&self, hours: i64) {
        self.clock.fetch_add(hours * HOUR, Ordering::Relaxed);
    }

    /// A case that Ani has opened.
    pub(crate) fn opened(&self) -> CaseId {
        self.person("Ani").open("letter").wait().unwrap().case
    }

    /// A case that Ani has written, so that it waits to be checked.
    pub(crate) fn written(&self) -> CaseId {
        let case = self.opened();
        self.person("Ani").complete(case, "write", "done", ["draft"]).wait().unwrap();
        case
    }

    /// The steps in the inbox of a person, with their cases.
    pub(crate) fn inbox(&self, name: &str) -> Vec<(CaseId, String)> {
        let page = self.person(name).inbox().page().wait().unwrap();
        page.items.into_iter().map(|item| (item.case, item.step.to_string())).collect()
    }
}

/// The answer is a refusal with exactly these reasons.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>, codes: &[&str]) {
    let failure = answer.unwrap_err();
    let reasons = failure.refused().unwrap_or_else(|| panic!("an error: {failure}"));
    let found: Vec<&str> = reasons.reasons().iter().map(sopflow::Refusal::code).collect();
    assert_eq!(found, codes, "{failure}");
}
