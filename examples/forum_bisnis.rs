//! Runs the business forum SOP of an Indonesian licensing office from the first draft to the final report.
//!
//! The case is kept in an SQLite file by an engine; one officer a role, and a simulated clock. On the way one asks for a step that is not theirs, one for a step out of
//! order, letters are recalled, the head returns them for revision, and an acting head signs them. Then the example shows
//! the history, where the time went, how the case is stored and read back, and what the SOP leaves to inference.
//!
//! ```text
//! cargo run --example forum_bisnis                # SOP/BPM/03, the business forum
//! cargo run --example forum_bisnis -- --virtual   # the virtual business forum, by the same code
//! cargo run --example forum_bisnis -- --memory    # kept in memory instead of a file
//! ```

mod common;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveTime, TimeDelta, Timelike, Weekday};
use common::{BAD, BOLD, GOOD, Told, heading, run, wrapped};
use sopflow::analysis::{Visit, VisitEnd, by_role, visits};
use sopflow::runtime::{Acting, Appointment, CaseRecord, Engine, Failure, Office as Directory, WorkItem};
use sopflow::store::Memory;
use sopflow::time::Timestamp;
use sopflow::{
    Actors, Capacity, Case, CaseId, Endorsement, EventRecord, Procedure, Refusal, Severity, SoundProcedure, Status,
    StepIx,
};

const USAGE: &str = "usage: cargo run --example forum_bisnis [-- --virtual] [--memory]\n\n  \
                     --virtual   the SOP of the virtual business forum instead of SOP/BPM/03\n  \
                     --memory    the case kept in memory instead of an SQLite file";

/// A file, and the numbers of the steps where something happens on the way.
struct Sop {
    toml: &'static str,
    /// The first initials.
    initials: &'static str,
    /// Where the letters are submitted, where they are returned to, and where they are signed.
    letters: &'static str,
    revision: &'static str,
    signature: &'static str,
}

const FORUM: Sop =
    Sop { toml: include_str!("sop/forum-bisnis.toml"), initials: "3", letters: "10", revision: "11", signature: "14" };

const VIRTUAL_FORUM: Sop = Sop {
    toml: include_str!("sop/forum-bisnis-virtual.toml"),
    initials: "2",
    letters: "8",
    revision: "9",
    signature: "11",
};

/// Who holds which role, lowest rank first.
const OFFICERS: [(&str, &str); 5] =
    [("Sari", "staf"), ("Budi", "kasi"), ("Ratna", "kabid"), ("Dewi", "sekretaris"), ("Agus", "kepala")];
/// Western Indonesian time.
const WIB: FixedOffset = FixedOffset::east_opt(7 * 3600).expect("seven hours are an offset");
const SARI: usize = 0;
const BUDI: usize = 1;
const DEWI: usize = 3;
const AGUS: usize = 4;

fn main() -> ExitCode {
    run(USAGE, &["--virtual", "--memory"], |options, out| {
        let has = |option: &str| options.iter().any(|given| given == option);
        let sop = if has("--virtual") { VIRTUAL_FORUM } else { FORUM };
        let folder = tempfile::tempdir()?;
        let file = (!has("--memory") && cfg!(feature = "sqlite")).then(|| folder.path().join("office.db"));
        introduce(&Procedure::from_toml(sop.toml)?.verify()?, out)?;
        let mut office = Office::open(&sop, file.as_deref(), out)?;
        up_to_the_recall(&mut office, &sop)?;
        from_the_return_on(&mut office, &sop)?;
        let Office { engine, procedure, case, out, .. } = office;
        let kept = records(&engine, case)?;
        show_history(&procedure, &kept, out)?;
        drop(engine);
        store(&sop, file.as_deref(), case, &kept, out)?;
        show_assumptions(&procedure, out)
    })
}

fn introduce(procedure: &SoundProcedure, out: &mut dyn Write) -> Told {
    let sop = procedure.procedure();
    heading(out, sop.identity.title.first())?;
    let (steps, documents) = (sop.steps.len(), sop.documents.len());
    let sound =
        format!("{steps} steps, {documents} documents. Verified: wherever a case stands, it can reach the end.");
    wrapped(out, "  ", &sound)?;
    let officers = OFFICERS.iter().filter_map(|(name, role)| Some(format!("{name}: {}", sop.find_role(role)?.name)));
    wrapped(out, "  ", &officers.collect::<Vec<_>>().join(" · "))?;
    Ok(())
}

fn up_to_the_recall(office: &mut Office<'_>, sop: &Sop) -> Told {
    office.work_until(sop.initials)?;
    office.tell("Sari tries to initial her own draft:")?;
    let no = office.complete(SARI, sop.initials);
    office.refused(no)?;
    office.tell("Agus would sign letters that nobody has written yet:")?;
    let no = office.complete(AGUS, sop.signature);
    office.refused(no)?;

    office.work_until(sop.letters)?;
    office.work()?;
    office.pass(5);
    office.tell("Sari misses a page and recalls the letters, which Budi has not taken up.")?;
    office.person(SARI).recall(office.case, sop.letters).wait()?;
    office.announce()?;
    office.work()?;
    office.pass(20);
    office.person(BUDI).start(office.case, sop.revision).wait()?;
    office.tell("Budi has taken them up. Sari tries to recall them once more:")?;
    let no = office.person(SARI).recall(office.case, sop.letters).wait().map(drop);
    office.refused(no)
}

fn from_the_return_on(office: &mut Office<'_>, sop: &Sop) -> Told {
    let procedure = office.procedure.clone();
    office.work_until(sop.signature)?;
    office.pass(90);
    office.person(AGUS).start(office.case, sop.signature).wait()?;
    office.pass(20);
    let given: Vec<StepIx> =
        replayed(&procedure, &records(&office.engine, office.case)?)?.0.state().endorsed(&procedure).collect();
    let reason = "The date clashes with the visit of the governor";
    office.person(AGUS).return_to(office.case, sop.signature, sop.revision, reason).wait()?;
    let (now, _) = replayed(&procedure, &records(&office.engine, office.case)?)?;
    let (kept, void): (Vec<_>, Vec<_>) = given.into_iter().partition(|step| now.state().is_done(&procedure, *step));
    office.tell(&format!("Agus returns the letters to step {}: “{reason}”.", sop.revision))?;
    office.tell(&format!("Now void: {}.", endorsements(&procedure, &void)))?;
    office.tell(&format!("Still valid: {}.", endorsements(&procedure, &kept)))?;
    office.announce()?;

    let from = (office.clock + Days::new(1)).with_time(NaiveTime::MIN).single().ok_or("no such day")?;
    let until = from + Days::new(6);
    let [away, back] = [from, until].map(|at| Timestamp::from(at.to_utc()));
    office.people.appoint(Appointment::plh("Dewi", "kepala", "Agus"))?;
    office.people.absent("Agus", away..back, "travels")?;
    office.tell(&format!(
        "Agus travels; Dewi acts for him (Plh) from {} to {}.",
        day(from),
        day(until - Days::new(1))
    ))?;
    office.tell("May she sign today already?")?;
    let answer = office.person(DEWI).explain(office.case, sop.signature).wait()?;
    office.tell_reasons(&answer.reasons[..1])?;

    office.work_until(sop.signature)?;
    office.tell("Agus is away; Dewi signs.")?;
    while office.status()? == Status::Open {
        office.work()?;
    }
    let (status, time) = (office.status()?, clock_face(office.clock));
    Ok(writeln!(office.out, "  {time}        {GOOD}{status}{GOOD:#}")?)
}

/// An engine with one case, the people who work on it, and the time.
struct Office<'o> {
    engine: Engine,
    procedure: Arc<SoundProcedure>,
    case: CaseId,
    people: Arc<Directory>,
    clock: DateTime<FixedOffset>,
    /// The clock, as the engine reads it.
    tells: Arc<AtomicI64>,
    out: &'o mut dyn Write,
}

/// An engine on the file, or on a store in memory.
fn engine(
    sop: &Sop,
    file: Option<&Path>,
    people: &Arc<Directory>,
    tells: &Arc<AtomicI64>,
) -> Result<Engine, Box<dyn Error>> {
    let builder = match file {
        #[cfg(feature = "sqlite")]
        Some(file) => Engine::builder(sopflow::store::Sqlite::open(file)?),
        _ => Engine::builder(Memory::new()),
    };
    let tells = tells.clone();
    let builder = builder.shared_directory(people.clone()).host(Procedure::from_toml(sop.toml)?.verify()?);
    Ok(builder.clock(move || Timestamp::from_millis(tells.load(Ordering::Relaxed))).open()?)
}

/// What is kept of the case.
fn records(engine: &Engine, case: CaseId) -> Result<Vec<EventRecord>, Box<dyn Error>> {
    let events = engine.history(case, 0, 1_000).wait()?;
    let of_procedure = |event: sopflow::runtime::CaseEvent| match event.record {
        CaseRecord::Procedure(record) => Some(record),
        _ => None,
    };
    Ok(events.into_iter().filter_map(of_procedure).collect())
}

/// The case by its records, and the names in them.
fn replayed<'p>(procedure: &'p SoundProcedure, records: &[EventRecord]) -> Result<(Case<'p>, Actors), sopflow::Error> {
    let mut names = Actors::new();
    let case = Case::from_records(|_| Some(procedure), records, &mut names)?;
    Ok((case, names))
}

impl<'o> Office<'o> {
    /// The staff open a case on Monday, 19 April 2021, 07:30 in western Indonesia (WIB), and bring the budget document.
    fn open(sop: &Sop, file: Option<&Path>, out: &'o mut dyn Write) -> Result<Self, Box<dyn Error>> {
        let clock = DateTime::parse_from_rfc3339("2021-04-19T07:30:00+07:00")?;
        let people = Arc::new(Directory::with_people(OFFICERS.map(|(name, _)| name))?);
        for (name, role) in OFFICERS {
            people.appoint(Appointment::holder(name, role))?;
        }
        let tells = Arc::new(AtomicI64::new(Timestamp::from(clock.to_utc()).as_millis()));
        let engine = engine(sop, file, &people, &tells)?;
        let sound = Procedure::from_toml(sop.toml)?;
        let procedure = engine.procedure(sound.id.as_str(), None).ok_or("it is hosted")?;
        let sari = engine.person(OFFICERS[SARI].0);
        let case = sari.open_as(sound.id, "005/BPM/2021").wait()?.case;
        sari.supply(case, "dpa").wait()?;
        let mut office = Self { engine, procedure, case, people, clock, tells, out };
        heading(office.out, "What waits for whom")?;
        let place = file.map_or("Kept in memory.".to_owned(), |file| format!("Kept in {}.", file.display()));
        let simulated = "Simulated, in western Indonesian time (WIB): whoever takes up a step finishes it in half the \
                         standard time; the higher the rank, the longer the work waits.";
        wrapped(office.out, "  ", &format!("{place} {simulated}"))?;
        writeln!(office.out, "\n  Since             Step  Waits for           Activity")?;
        office.announce()?;
        Ok(office)
    }

    /// An officer before the engine, now.
    fn person(&self, officer: usize) -> Acting {
        self.tells.store(self.now().as_millis(), Ordering::Relaxed);
        self.engine.person(OFFICERS[officer].0)
    }

    fn status(&self) -> Result<Status, Failure> {
        Ok(self.engine.whereabouts(self.case).wait()?.status)
    }

    fn waiting(&self) -> Result<Vec<WorkItem>, Failure> {
        Ok(self.engine.whereabouts(self.case).wait()?.waiting)
    }

    fn now(&self) -> Timestamp {
        Timestamp::from(self.clock.to_utc())
    }

    /// Lets so many minutes of office hours pass: Monday to Thursday 07:30–16:00, Friday to 16:30, less the break.
    fn pass(&mut self, minutes: u64) {
        let mut left = minutes;
        while left > 0 {
            let (opens, breaks, resumes, closes) = match self.clock.weekday() {
                Weekday::Sat | Weekday::Sun => (0, 0, 0, 0),
                Weekday::Fri => (450, 690, 780, 990),
                _ => (450, 720, 780, 960),
            };
            let minute = self.clock.hour() * 60 + self.clock.minute();
            left -= u64::from((opens..breaks).contains(&minute) || (resumes..closes).contains(&minute));
            self.clock += TimeDelta::minutes(1);
        }
    }

    /// The officers who may do a step now, the last of them the one who will.
    fn officers_for(&self, step: &str) -> Result<Vec<(usize, Capacity)>, Failure> {
        let mut officers = Vec::new();
        for officer in 0..OFFICERS.len() {
            let capacity = self.person(officer).explain(self.case, step).wait()?.capacity;
            officers.extend(capacity.map(|capacity| (officer, capacity)));
        }
        officers.sort_by_key(|(_, capacity)| *capacity != Capacity::Holder);
        Ok(officers)
    }

    /// Tells what waits for whom.
    fn announce(&mut self) -> Told {
        for item in self.waiting()? {
            let officers = self.officers_for(item.step.as_str())?;
            let officers = officers.into_iter().map(|(who, capacity)| named(OFFICERS[who].0, capacity));
            let officers = officers.collect::<Vec<_>>().join(" or ");
            let (time, activity) = (clock_face(self.clock), cell(item.activity.first(), 48));
            writeln!(self.out, "  {time}  {BOLD}{:>4}{BOLD:#}  {officers:18}  {}", item.step, activity.trim_end())?;
        }
        Ok(())
    }

    /// The officer for whom the next step waits takes it up after a while, and finishes it in half its standard time.
    fn work(&mut self) -> Told {
        let item = self.waiting()?.into_iter().next().ok_or("nothing waits")?;
        let step = item.step.as_str();
        let (officer, _) = *self.officers_for(step)?.last().ok_or("nobody may do it")?;
        if !item.is_started {
            self.pass(10 + 20 * officer as u64);
            self.person(officer).start(self.case, step).wait()?;
        }
        let procedure = self.procedure.procedure();
        let allowed = procedure.find_step(step).and_then(|step| step.time?.minutes(procedure.day, 450));
        self.pass(allowed.map_or(30, |minutes| minutes.most / 2));
        let (officer, _) = *self.officers_for(step)?.last().ok_or("nobody may do it")?;
        self.complete(officer, step)?;
        self.announce()
    }

    fn work_until(&mut self, step: &str) -> Told {
        while self.waiting()?.first().is_none_or(|item| item.step != step) {
            self.work()?;
        }
        Ok(())
    }

    /// Finishes a step, with all that it should yield.
    fn complete(&mut self, officer: usize, step: &str) -> Result<(), Failure> {
        let outputs = self.procedure.procedure().find_step(step).map_or(&[][..], |step| &step.outputs);
        let outputs: Vec<&str> = outputs.iter().map(|output| output.document.as_str()).collect();
        self.person(officer).complete(self.case, step, "done", outputs).wait().map(drop)
    }

    fn tell(&mut self, what: &str) -> Told {
        Ok(wrapped(self.out, &format!("{:26}· ", ""), what)?)
    }

    /// Shows why something was refused, and insists that it was.
    fn refused(&mut self, answer: Result<(), Failure>) -> Told {
        match answer {
            Err(Failure::Refused(refused)) => self.tell_reasons(refused.reasons()),
            _ => Err("this should have been refused".into()),
        }
    }

    fn tell_reasons(&mut self, reasons: &[Refusal]) -> Told {
        for reason in reasons {
            wrapped(self.out, &" ".repeat(28), &format!("{BAD}{}{BAD:#}: {reason}", reason.code()))?;
        }
        Ok(())
    }
}

/// Text of exactly `width` columns, filled up or cut off with `…`.
fn cell(text: &str, width: usize) -> String {
    let text = if text.chars().count() <= width {
        text.to_owned()
    } else {
        text.chars().take(width - 1).collect::<String>().trim_end().to_owned() + "…"
    };
    format!("{text:width$}")
}

fn clock_face(at: DateTime<FixedOffset>) -> String {
    at.format("%a %e %b %H:%M").to_string()
}

fn day(at: DateTime<FixedOffset>) -> String {
    at.format("%a %-d %b").to_string()
}

fn hours(millis: u64) -> String {
    let minutes = millis / 60_000;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

fn named(name: &str, capacity: Capacity) -> String {
    if capacity == Capacity::Holder { name.into() } else { format!("{name} ({capacity})") }
}

fn endorsements(procedure: &SoundProcedure, steps: &[StepIx]) -> String {
    let told = steps.iter().map(|step| {
        let step = procedure.step_at(*step);
        let mark = if step.endorsement == Some(Endorsement::Signature) { "signature" } else { "initials" };
        format!("{mark} of {} at step {}", step.role, step.id)
    });
    told.collect::<Vec<_>>().join(", ")
}

fn show_history(procedure: &SoundProcedure, kept: &[EventRecord], out: &mut dyn Write) -> Told {
    let (case, names) = replayed(procedure, kept)?;
    let visits = visits(procedure, case.history())?;
    heading(out, "The history: one line a pass through a step, in hours on the clock with nights and weekends")?;
    writeln!(out, "  Step  Activity                             By          Waiting since     Waited  Worked  Ended")?;
    for visit in &visits {
        writeln!(out, "  {}", row(procedure, visit, &names))?;
    }

    let end = case.history().last().map_or(Timestamp::MIN, |event| event.at);
    heading(out, "Where the time went")?;
    writeln!(out, "  Role                              Passes  Returns    Waiting    Working   Together")?;
    let mut all = [0; 3];
    for (role, totals) in by_role(procedure, &visits, end) {
        let times = [totals.waiting_millis, totals.service_millis, totals.sojourn_millis];
        let [waiting, working, together] = times.map(hours);
        let (role, passes, returns) = (cell(procedure.role_at(role).name.first(), 32), totals.passes, totals.returns);
        writeln!(out, "  {role}  {passes:>6}  {returns:>7}  {waiting:>9}  {working:>9}  {together:>9}")?;
        all.iter_mut().zip(times).for_each(|(sum, time)| *sum += time);
    }
    let [waiting, working, together] = all.map(hours);
    writeln!(out, "  {:49}  {waiting:>9}  {working:>9}  {together:>9}", "All")?;
    Ok(())
}

fn row(procedure: &SoundProcedure, visit: &Visit, names: &Actors) -> String {
    let step = procedure.step_at(visit.step);
    let again = if visit.pass > 1 { format!("{}×", visit.pass) } else { String::new() };
    let by = visit.by.map_or("–".into(), |by| named(names.name(by.actor).unwrap_or_default(), by.capacity));
    let [waited, worked] = [visit.waiting_millis(visit.enabled_at), visit.service_millis(visit.enabled_at)]
        .map(|millis| millis.map_or("?".into(), hours));
    let end = match visit.end {
        VisitEnd::Completed(_) => "done".into(),
        VisitEnd::Returned(outcome) => format!("{BAD}{}{BAD:#}", procedure.outcome_at(visit.step, outcome).id),
        other => format!("{other:?}").to_lowercase(),
    };
    let activity = cell(step.activity.in_language("en"), 35);
    let since = clock_face(visit.enabled_at.to_datetime().with_timezone(&WIB));
    format!("{:>2} {again:2} {activity}  {by:<10}  {since}  {waited:>6}  {worked:>6}  {end}", step.id)
}

/// Shows how the case is stored, and has another engine read it from the file.
fn store(sop: &Sop, file: Option<&Path>, case: CaseId, kept: &[EventRecord], out: &mut dyn Write) -> Told {
    heading(out, "An event as JSON")?;
    let json: Vec<String> = kept.iter().map(EventRecord::to_json).collect();
    let returned = json.iter().find(|line| line.contains("step-returned")).ok_or("nothing was returned")?;
    wrapped(out, "  ", &returned.replace(",\"", ", \""))?;
    let Some(file) = file else { return Ok(()) };

    // Another engine, which knows nothing of the case.
    let engine = engine(sop, Some(file), &Arc::default(), &Arc::default())?;
    if records(&engine, case)? != kept || !engine.audit().verify_deep().wait()?.is_whole() {
        return Err("the case read back is not the case that was written".into());
    }
    let bytes = std::fs::metadata(file)?.len() / 1024;
    writeln!(
        out,
        "\n  {GOOD}{} events, opened anew from the file ({bytes} KiB) and replayed: the same case{GOOD:#}",
        kept.len()
    )?;
    Ok(())
}

fn show_assumptions(procedure: &SoundProcedure, out: &mut dyn Write) -> Told {
    heading(out, "What this rests on that the SOP does not say clearly")?;
    for note in procedure.report().with_severity(Severity::Note) {
        wrapped(out, "  ", &format!("{}: {}", note.place, note.message))?;
    }
    Ok(())
}
