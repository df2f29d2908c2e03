//! An office of ten that works from its inboxes, in one SQLite file: three procedures, a deputy, an absence, a process that is
//! killed in the middle, and another that goes on.
//!
//! Each officer takes from the inbox what waits, and finishes it or sends it back; nobody knows the procedures but the engine.
//! The clock is simulated, two hours a round. The first process is killed without warning once half of the work is done; what
//! it had acknowledged is there, and the second one goes on from where it was.
//!
//! ```text
//! cargo run --example office                   # 1,000 cases
//! cargo run --release --example office -- --many   # 20,000 cases
//! ```

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use common::{GOOD, Told, heading, run, wrapped};
use indicatif::{ProgressBar, ProgressStyle};
use sopflow::runtime::{Appointment, Ask, Engine, Office, Request, WorkItem};
use sopflow::store::{Cursor, Sqlite};
use sopflow::time::{CalendarRules, Timestamp, WorkCalendar};
use sopflow::{CaseId, Procedure, SoundProcedure, Status, Step};

const USAGE: &str = "usage: cargo run --example office [-- --many]\n\n  --many   20,000 cases instead of 1,000";

/// Set for the process that is killed: the file that it works on.
const WORKS_ON: &str = "SOPFLOW_OFFICE_FILE";

const HOLDERS: [(&str, &str); 9] = [
    ("Ani", "staf"),
    ("Bima", "staf"),
    ("Citra", "staf"),
    ("Sari", "staf"),
    ("Budi", "kasi"),
    ("Joko", "kasi"),
    ("Ratna", "kabid"),
    ("Dewi", "sekretaris"),
    ("Agus", "kepala"),
];
/// Holds no role, and acts for the head while he is away.
const DEPUTY: &str = "Wati";
const PEOPLE: [&str; 10] = ["Ani", "Bima", "Citra", "Sari", "Budi", "Joko", "Ratna", "Dewi", "Agus", DEPUTY];

const HOUR: i64 = 3_600_000;
/// Cases opened in each round, and steps that one officer takes from the inbox at once.
const OPENED_AT_ONCE: usize = 100;
const TAKEN_AT_ONCE: usize = 250;

const PROCEDURES: [&str; 3] = ["forum-bisnis", "forum-bisnis-virtual", "leave"];

fn main() -> ExitCode {
    run(USAGE, &["--many"], |options, out| {
        let cases = if options.is_empty() { 1_000 } else { 20_000 };
        if let Ok(file) = std::env::var(WORKS_ON) {
            return Bureau::open(file.as_ref())?.work(cases, |done| println!("{done}"));
        }
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("office.db");
        introduce(cases, out)?;
        let acknowledged = work_and_be_killed(&file, cases)?;
        heading(out, "Killed")?;
        let bureau = Bureau::open(&file)?;
        let events = bureau.events()?;
        if events < acknowledged {
            return Err(format!("{acknowledged} were acknowledged, and {events} are there").into());
        }
        writeln!(out, "  {acknowledged} commands were acknowledged before the kill.")?;
        writeln!(out, "  {GOOD}{events} events are there{GOOD:#}: all of those, and what was not answered any more.")?;
        let begun = Instant::now();
        bureau.go_on(cases)?;
        let took = begun.elapsed();
        report(&bureau, bureau.events()? - events, took, out)
    })
}

fn introduce(cases: usize, out: &mut dyn Write) -> Told {
    heading(out, "An office of ten")?;
    for (person, role) in HOLDERS {
        writeln!(out, "  {person:<6} {role}")?;
    }
    wrapped(out, "  ", &format!("{DEPUTY:<6} acts for Agus (kepala), who is away from Tuesday to Thursday, as Plh"))?;
    writeln!(out, "\n  {cases} cases: business forums, virtual forums and requests for leave, a third each.")?;
    Ok(())
}

/// Lets a process work until half of it is done, and kills it. Tells how many commands it had acknowledged.
fn work_and_be_killed(file: &Path, cases: usize) -> Result<u64, Box<dyn Error>> {
    let options = (cases > 1_000).then_some("--many");
    let program = std::env::current_exe()?;
    let mut child = Command::new(program).args(options).env(WORKS_ON, file).stdout(Stdio::piped()).spawn()?;
    let lines = BufReader::new(child.stdout.take().ok_or("the process has no output")?).lines();
    let (mut acknowledged, half) = (0, cases as u64 * 7);
    for line in lines {
        acknowledged = line?.parse()?;
        if acknowledged >= half {
            child.kill()?;
            break;
        }
    }
    child.wait()?;
    Ok(acknowledged)
}

/// The engine on the file, with its people and its clock.
struct Bureau {
    engine: Engine,
    clock: Arc<AtomicI64>,
    calendar: WorkCalendar,
}

impl Bureau {
    fn open(file: &Path) -> Result<Self, Box<dyn Error>> {
        let calendar = WorkCalendar::new(&CalendarRules::from_toml(include_str!("calendar/indonesia-2021.toml"))?)?;
        let monday: Timestamp = "2021-04-19T07:30:00+07:00".parse()?;
        let clock = Arc::new(AtomicI64::new(monday.as_millis()));
        let tells = clock.clone();
        let engine = Engine::builder(Sqlite::open(file)?)
            .directory(office(monday)?)
            .deadlines(calendar.clone())
            .clock(move || Timestamp::from_millis(tells.load(Ordering::Relaxed)))
            .host(Procedure::from_toml(include_str!("sop/forum-bisnis.toml"))?.verify()?)
            .host(Procedure::from_toml(include_str!("sop/forum-bisnis-virtual.toml"))?.verify()?)
            .host(leave()?)
            .open()?;
        Ok(Self { engine, clock, calendar })
    }

    /// How many events there are. The clock goes on from the last.
    fn events(&self) -> Result<u64, Box<dyn Error>> {
        let mut events = 0;
        let mut subscription = self.engine.subscribe(Cursor::START)?;
        while let Some(event) = subscription.next_within(Duration::ZERO)? {
            events += 1;
            self.clock.fetch_max(event.record.at().as_millis(), Ordering::Relaxed);
        }
        Ok(events)
    }

    fn go_on(&self, cases: usize) -> Told {
        let bar = ProgressBar::new(cases as u64);
        bar.set_style(ProgressStyle::with_template("  {bar:50} {pos} of {len} cases have ended")?);
        self.work(cases, |_| bar.set_position(self.ended().unwrap_or(0) as u64))?;
        bar.finish_and_clear();
        Ok(())
    }

    /// Opens what has not been opened, and works until nothing waits. Tells after each round how many commands were
    /// acknowledged.
    fn work(&self, cases: usize, told: impl Fn(u64)) -> Told {
        let mut acknowledged = 0;
        for round in 0_usize.. {
            let mut requests = openings(round, cases);
            // Another one comes first each time, so that the work is shared.
            for person in PEOPLE.into_iter().cycle().skip(round).take(PEOPLE.len()) {
                let page = self.engine.person(person).inbox().limit(TAKEN_AT_ONCE).page().wait()?;
                requests.extend(page.items.iter().map(|item| self.next(person, item)));
            }
            if requests.is_empty() {
                return Ok(());
            }
            // They go to the engine together, and share commits. Two officers may have taken the same step: one is refused.
            let answers = self.engine.send_all(requests);
            acknowledged += answers.into_iter().filter_map(|answer| answer.wait().ok()).count() as u64;
            self.go_to_work_again();
            told(acknowledged);
        }
        Ok(())
    }

    /// What an officer does with a step from the inbox: one in seventeen is sent back where it may be, once.
    fn next(&self, person: &str, item: &WorkItem) -> Request {
        let procedure = self.engine.procedure(item.procedure.as_str(), None).expect("it is hosted");
        let step = procedure.procedure().find_step(item.step.as_str()).expect("it has the step");
        let back = step.outcomes.iter().find(|outcome| outcome.returns).and_then(|outcome| outcome.to.first());
        let is_doubtful = item.case.as_u128().is_multiple_of(17) && self.is_new(item.case);
        let ask = match back {
            Some(to) if is_doubtful => {
                Ask::Return { step: item.step.clone(), to: to.as_str().into(), reason: "Mohon diperiksa lagi".into() }
            }
            _ => complete(&procedure, step),
        };
        Request { person: person.into(), case: Some(item.case), ask, once: None, expecting: None }
    }

    /// Whether a case has not been sent back yet.
    fn is_new(&self, case: CaseId) -> bool {
        let stays = self.engine.whereabouts(case).wait().map(|found| found.stays).unwrap_or_default();
        let steps: BTreeSet<&str> = stays.iter().map(|stay| stay.step.as_str()).collect();
        steps.len() == stays.len()
    }

    /// Two hours later, or when the office opens again.
    fn go_to_work_again(&self) {
        let later = Timestamp::from_millis(self.clock.load(Ordering::Relaxed) + 2 * HOUR);
        let working = self.calendar.next_working(later).unwrap_or(later);
        self.clock.store(working.as_millis(), Ordering::Relaxed);
    }

    fn ended(&self) -> Result<usize, Box<dyn Error>> {
        let mut ended = 0;
        for procedure in PROCEDURES {
            ended += self.engine.cases(procedure, Status::Completed, None, usize::MAX).wait()?.len();
        }
        Ok(ended)
    }
}

/// The cases opened in a round, with the documents from outside that they need. Their ids are made here, so that a process that
/// goes on after a kill opens none of them twice.
fn openings(round: usize, cases: usize) -> Vec<Request> {
    let numbers = round * OPENED_AT_ONCE..cases.min((round + 1) * OPENED_AT_ONCE);
    let open = |number: usize| {
        let request = |what: &str, ask| Request {
            person: "Ani".into(),
            case: Some(CaseId::from_u128(number as u128 + 1)),
            ask,
            once: Some(format!("{what}-{number}").into()),
            expecting: None,
        };
        let procedure = PROCEDURES[number % 3];
        let reference = Some(format!("{:05}/{}/2021", number + 1, procedure.to_uppercase()));
        let open = request("open", Ask::Open { procedure: procedure.into(), version: None, reference });
        let budget =
            (procedure != "leave").then(|| request("supply", Ask::Supply { document: "dpa".into(), remark: None }));
        std::iter::once(open).chain(budget)
    };
    numbers.flat_map(open).collect()
}

/// Finishes a step in the first way that goes on.
fn complete(procedure: &SoundProcedure, step: &Step) -> Ask {
    let outcome = step.outcomes.iter().find(|outcome| !outcome.returns).expect("a step goes on");
    let outputs = step.outputs_of(outcome).iter().map(|output| output.document.clone()).collect();
    debug_assert!(procedure.step(step.id.as_str()).is_some());
    Ask::Complete { step: step.id.clone(), outcome: outcome.id.clone(), outputs, remark: None }
}

fn leave() -> Result<SoundProcedure, Box<dyn Error>> {
    let leave = Procedure::new("leave", "1", "Leave of absence")
        .role("staf", "Staff")
        .role("kasi", "Head of section")
        .document("request", "Leave request")
        .document("permit", "Leave permit")
        .step(Step::new("1", "staf", "Ask for leave").output("request").within("30 minutes".parse()?).next("2"))
        .step(
            Step::new("2", "kasi", "Decide on it")
                .input("request")
                .output("permit")
                .within("1 working day".parse()?)
                .next("end")
                .returns_to("1"),
        );
    Ok(leave.verify()?)
}

/// The people, and who is away when.
fn office(monday: Timestamp) -> Result<Office, Box<dyn Error>> {
    let office = Office::with_people(PEOPLE)?;
    for (person, role) in HOLDERS {
        office.appoint(Appointment::holder(person, role))?;
    }
    office.appoint(Appointment::plh(DEPUTY, "kepala", "Agus").because("SP-12/2021"))?;
    let day = 24 * HOUR;
    let away = monday.saturating_add_millis(day)..monday.saturating_add_millis(4 * day);
    office.absent("Agus", away, "dinas luar")?;
    Ok(office)
}

fn report(bureau: &Bureau, events: u64, took: Duration, out: &mut dyn Write) -> Told {
    let engine = &bureau.engine;
    heading(out, "Done")?;
    for procedure in PROCEDURES {
        let completed = engine.cases(procedure, Status::Completed, None, usize::MAX).wait()?;
        let open = engine.cases(procedure, Status::Open, None, usize::MAX).wait()?;
        writeln!(out, "  {procedure:<22} {:>6} completed {:>6} open", completed.len(), open.len())?;
    }
    let rate = u128::from(events) * 1_000 / took.as_millis().max(1);
    let what = if cfg!(debug_assertions) { "a debug build" } else { "a release build" };
    writeln!(
        out,
        "  {events} commands in {:.1} s, {rate} a second, inboxes and simulation included ({what})",
        took.as_secs_f64()
    )?;

    heading(out, "Who was late")?;
    writeln!(out, "  Person   Finished     Late  In the place of another")?;
    for (person, record) in records(bureau)? {
        writeln!(out, "  {person:<6} {:>10} {:>8} {:>24}", record.finished, record.late, record.as_deputy)?;
    }

    heading(out, "Audited")?;
    let report = engine.audit().verify_deep().wait()?;
    let lists = engine.check_lists().wait()?;
    if !report.is_whole() || !lists.is_exact {
        return Err(format!("{report:?}, {lists:?}").into());
    }
    writeln!(out, "  {} events of {} cases: {GOOD}nothing was changed{GOOD:#}", report.events, report.cases)?;
    writeln!(out, "  {} entries in the lists of work: {GOOD}what the events give{GOOD:#}", lists.found)?;
    wrapped(out, "  ", &format!("To be kept elsewhere: {}", engine.audit().checkpoint().wait()?))?;
    Ok(())
}

/// What one person has finished.
#[derive(Default)]
struct Record {
    finished: usize,
    late: usize,
    as_deputy: usize,
}

fn records(bureau: &Bureau) -> Result<BTreeMap<Arc<str>, Record>, Box<dyn Error>> {
    let mut records: BTreeMap<Arc<str>, Record> = BTreeMap::new();
    for procedure in PROCEDURES {
        let sound = bureau.engine.procedure(procedure, None).ok_or("it is hosted")?;
        for case in bureau.engine.cases(procedure, Status::Completed, None, usize::MAX).wait()? {
            for stay in bureau.engine.whereabouts(case).wait()?.stays {
                let (Some(person), Some(ended)) = (stay.person, stay.ended_at) else { continue };
                let time = sound.procedure().find_step(stay.step.as_str()).and_then(|step| step.time);
                let due = time.and_then(|time| bureau.calendar.due(stay.since, time, sound.procedure().day));
                let record = records.entry(person).or_default();
                record.finished += 1;
                record.late += usize::from(due.is_some_and(|due| ended > due.latest));
                record.as_deputy += usize::from(stay.on_behalf_of.is_some());
            }
        }
    }
    Ok(records)
}
