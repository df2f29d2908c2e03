//! An office in which everybody does something at random, so that cases get random histories.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sopflow::runtime::{Appointment, Ask, Deadlines, Engine, Opinion, Request};
use sopflow::store::Store;
use sopflow::time::{DayPolicy, Due, StandardTime, Timestamp};
use sopflow::{CaseId, Join, Mapping, Outcome, Procedure, SoundProcedure, Step};

use super::bureau::{HOUR, MONDAY, office};
use crate::random::Dice;

const PEOPLE: [&str; 6] = ["Ani", "Adi", "Budi", "Bayu", "Citra", "Dewi"];
/// Each step with what it yields.
const STEPS: [(&str, Option<&str>); 5] =
    [("write", Some("draft")), ("check", Some("checked")), ("count", None), ("sign", Some("signed")), ("send", None)];

/// Staff write; a section head checks while staff count the pages; the head signs, or sends it back; who wrote sends.
fn memo(version: &str) -> SoundProcedure {
    let hours = |hours: u32| format!("{hours} hours").parse::<StandardTime>().unwrap();
    Procedure::new("memo", version, "Memo")
        .role("staff", "Staff")
        .role("section", "Head of section")
        .role("head", "Head")
        .document("draft", "Draft")
        .document("checked", "Checked draft")
        .document("signed", "Signed memo")
        .external("order", "Order")
        .step(
            Step::new("write", "staff", "Write").output("draft").outcome(Outcome::new("done").to("check").to("count")),
        )
        .step(Step::new("check", "section", "Check").within(hours(2)).input("draft").output("checked").next("sign"))
        .step(Step::new("count", "staff", format!("Count {version}")).within(hours(1)).next("sign"))
        .step(
            Step::new("sign", "head", "Sign")
                .join(Join::All)
                .within(hours(4))
                .input("checked")
                .output("signed")
                .next("send")
                .returns_to("write"),
        )
        .step(Step::new("send", "staff", "Send").input("signed").next("end"))
        .distinct(["write", "check", "sign"])
        .same(["write", "send"])
        .supervised_by("head")
        .verify()
        .unwrap()
}

/// Work is due some hours after it came up.
struct Hours;

impl Deadlines for Hours {
    fn due(&self, since: Timestamp, time: StandardTime, _: DayPolicy) -> Option<Due> {
        let hours = i64::try_from(time.to_string().len()).unwrap();
        let after = |hours: i64| Timestamp::from_millis(since.as_millis() + hours * HOUR);
        Some(Due { due: after(hours), latest: after(2 * hours) })
    }
}

/// The engine of the office; its clock goes on a minute with every look.
pub(crate) fn engine(store: impl Store) -> Engine {
    let office = office();
    office.appoint(Appointment::delegate("Dewi", "staff", "Ani")).unwrap();
    let clock = AtomicI64::new(MONDAY);
    Engine::builder(store)
        .directory(office)
        .deadlines(Hours)
        .clock(move || Timestamp::from_millis(clock.fetch_add(HOUR / 60, Ordering::Relaxed)))
        .host(memo("2"))
        .host(memo("1"))
        .open()
        .unwrap()
}

/// So many events happen, and as many commands as that takes.
pub(crate) fn happen(engine: &Engine, dice: &mut Dice, events: usize) -> Vec<CaseId> {
    let (mut cases, mut happened) = (Vec::new(), 0);
    while happened < events {
        let request = if cases.is_empty() || dice.chance(2) { opening(dice) } else { anything(dice, &cases) };
        let is_new = request.case.is_none();
        if let Ok(done) = engine.send(request).wait() {
            happened += 1;
            cases.extend(is_new.then_some(done.case));
        }
    }
    cases
}

fn opening(dice: &mut Dice) -> Request {
    let reference = dice.chance(50).then(|| format!("no. {}", dice.roll(100)));
    let ask = Ask::Open { procedure: "memo".into(), version: None, reference };
    Request { person: "Ani".into(), case: None, ask, once: once(dice), expecting: None }
}

fn once(dice: &mut Dice) -> Option<Arc<str>> {
    dice.chance(30).then(|| format!("c-{}-{}", dice.roll(1 << 30), dice.roll(1 << 30)).into())
}

fn anything(dice: &mut Dice, cases: &[CaseId]) -> Request {
    let person = *dice.pick(&PEOPLE).unwrap();
    let to: Arc<str> = (*dice.pick(&PEOPLE).unwrap()).into();
    let &(step, output) = dice.pick(&STEPS).unwrap();
    let (step, text): (_, Arc<str>) = (step.into(), "because".into());
    let remark = dice.chance(20).then(|| text.clone());
    let ask = match dice.roll(36) {
        0 => Ask::Start { step },
        1 => Ask::Return { step: "sign".into(), to: "write".into(), reason: text },
        2 => Ask::Recall { step },
        3 => Ask::Supply { document: "order".into(), remark },
        4 => Ask::Suspend { reason: text },
        5 | 6 => Ask::Resume,
        7 if dice.chance(30) => Ask::Cancel { reason: text },
        7 | 8 => Ask::Comment { text },
        9 => Ask::Migrate { version: "2".into(), mapping: Mapping::default() },
        10 | 11 => Ask::Claim { step },
        12 => Ask::Release { step },
        13 | 14 => Ask::Assign { step, to, remark },
        15 => Ask::Reassign { step, to, reason: text },
        16 | 17 => Ask::Delegate { step, to, remark },
        18 => Ask::HandBack { step, remark },
        19 | 20 => Ask::AskReview { step, reviewer: to, remark },
        21 | 22 => Ask::Review { step, opinion: Opinion::Agreed, remark },
        23 => Ask::WithdrawReview { step, reviewer: to },
        _ => Ask::Complete {
            step,
            outcome: "done".into(),
            outputs: output.into_iter().map(Into::into).collect(),
            remark,
        },
    };
    Request { person: person.into(), case: dice.pick(cases).copied(), ask, once: once(dice), expecting: None }
}
