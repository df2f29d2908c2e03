//! Runs the business forum SOP of an Indonesian licensing office from the first draft to the final report.
//!
//! One officer a role, and a simulated clock. On the way one asks for a step that is not theirs, one for a step out of
//! order, letters are recalled, the head returns them for revision, and an acting head signs them. Then the example shows
//! the history, where the time went, how the case is stored and read back, and what the SOP leaves to inference.
//!
//! ```text
//! cargo run --example forum_bisnis                # SOP/BPM/03, the business forum
//! cargo run --example forum_bisnis -- --virtual   # the virtual business forum, by the same code
//! ```

mod common;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveTime, TimeDelta, Timelike, Weekday};
use common::{BAD, BOLD, GOOD, Told, heading, run, wrapped};
use sopflow::analysis::{Visit, VisitEnd, by_role, visits};
use sopflow::time::Timestamp;
use sopflow::{
    Actor, ActorIx, Actors, Capacity, Case, Command, CommandKind, Endorsement, EventRecord, Grant, Procedure, Refused,
    Severity, SoundProcedure, Status, StepIx,
};

const USAGE: &str = "usage: cargo run --example forum_bisnis [-- --virtual]\n\n  \
                     --virtual   the SOP of the virtual business forum instead of SOP/BPM/03";

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
    run(USAGE, &["--virtual"], |options, out| {
        let sop = if options.is_empty() { FORUM } else { VIRTUAL_FORUM };
        let procedure = Procedure::from_toml(sop.toml)?.verify()?;
        introduce(&procedure, out)?;
        let mut office = Office::open(&procedure, out)?;
        up_to_the_recall(&mut office, &sop)?;
        from_the_return_on(&mut office, &sop)?;
        let Office { case, people, out, .. } = office;
        show_history(&case, &people.names, out)?;
        store(&case, &people.names, out)?;
        show_assumptions(&procedure, out)
    })
}

fn introduce(procedure: &SoundProcedure, out: &mut dyn Write) -> Told {
    let (sop, report) = (procedure.procedure(), procedure.report());
    heading(out, sop.identity.title.first())?;
    let sound = format!(
        "{} steps, {} documents. Verified: from each of its {} markings a case can reach the end.",
        sop.steps.len(),
        sop.documents.len(),
        report.markings
    );
    wrapped(out, "  ", &sound)?;
    let officers = OFFICERS.iter().filter_map(|(name, role)| Some(format!("{name}: {}", sop.find_role(role)?.name)));
    wrapped(out, "  ", &officers.collect::<Vec<_>>().join(" · "))?;
    Ok(())
}

fn up_to_the_recall(office: &mut Office<'_, '_>, sop: &Sop) -> Told {
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
    office.case.recall(office.people.actor(SARI), sop.letters, office.now())?;
    office.announce()?;
    office.work()?;
    office.pass(20);
    office.case.start(office.people.actor(BUDI), sop.revision, office.now())?;
    office.tell("Budi has taken them up. Sari tries to recall them once more:")?;
    let no = office.case.recall(office.people.actor(SARI), sop.letters, office.now()).map(drop);
    office.refused(no)
}

fn from_the_return_on(office: &mut Office<'_, '_>, sop: &Sop) -> Told {
    let procedure = office.procedure;
    let signature = procedure.step(sop.signature).ok_or("the SOP lacks the step")?;

    office.work_until(sop.signature)?;
    office.pass(90);
    office.case.start(office.people.actor(AGUS), sop.signature, office.now())?;
    office.pass(20);
    let given: Vec<StepIx> = office.case.state().endorsed(procedure).collect();
    let reason = "The date clashes with the visit of the governor";
    office.case.return_to(office.people.actor(AGUS), sop.signature, sop.revision, reason, office.now())?;
    let (kept, void): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|step| office.case.state().is_done(procedure, *step));
    office.tell(&format!("Agus returns the letters to step {}: “{reason}”.", sop.revision))?;
    office.tell(&format!("Now void: {}.", endorsements(procedure, &void)))?;
    office.tell(&format!("Still valid: {}.", endorsements(procedure, &kept)))?;
    office.announce()?;

    let from = (office.clock + Days::new(1)).with_time(NaiveTime::MIN).single().ok_or("no such day")?;
    let until = from + Days::new(6);
    office.people.let_act(DEWI, AGUS, from, until);
    office.tell(&format!(
        "Agus travels; Dewi acts for him (Plh) from {} to {}.",
        day(from),
        day(until - Days::new(1))
    ))?;
    office.tell("May she sign today already?")?;
    let no = procedure.may_act(office.case.state(), &office.people.actor(DEWI), signature, office.now()).map(drop);
    office.refused(no)?;

    office.work_until(sop.signature)?;
    office.tell("Agus is away; Dewi signs.")?;
    while office.case.status() == Status::Open {
        office.work()?;
    }
    let (status, time) = (office.case.status(), clock_face(office.clock));
    Ok(writeln!(office.out, "  {time}        {GOOD}{status}{GOOD:#}")?)
}

/// A case, the people who work on it, and the time.
struct Office<'p, 'o> {
    procedure: &'p SoundProcedure,
    case: Case<'p>,
    people: People,
    clock: DateTime<FixedOffset>,
    out: &'o mut dyn Write,
}

/// The names of the officers, and the rights of each in the order of [`OFFICERS`].
struct People {
    names: Actors,
    rights: Vec<(ActorIx, Vec<Grant>)>,
}

impl People {
    fn of(procedure: &SoundProcedure) -> Result<Self, Box<dyn Error>> {
        let mut people = Self { names: Actors::new(), rights: Vec::new() };
        for (name, role) in OFFICERS {
            let role = procedure.role(role).ok_or("the SOP lacks the role")?;
            people.rights.push((people.names.add(name)?, vec![Grant::holder(role)]));
        }
        Ok(people)
    }

    fn actor(&self, officer: usize) -> Actor<'_> {
        let (id, grants) = &self.rights[officer];
        Actor { id: *id, grants }
    }

    /// Lets an officer act for another one who is away.
    fn let_act(&mut self, officer: usize, away: usize, from: DateTime<FixedOffset>, until: DateTime<FixedOffset>) {
        let (incumbent, grants) = &self.rights[away];
        let [from, until] = [from, until].map(|at| Timestamp::from(at.to_utc()));
        let grant = Grant::acting(grants[0].role, Capacity::Plh, Some(*incumbent), from, until);
        self.rights[officer].1.push(grant);
    }
}

impl<'p, 'o> Office<'p, 'o> {
    /// The staff open a case on Monday, 19 April 2021, 07:30 in western Indonesia (WIB), and bring the budget document.
    fn open(procedure: &'p SoundProcedure, out: &'o mut dyn Write) -> Result<Self, Box<dyn Error>> {
        let clock = DateTime::parse_from_rfc3339("2021-04-19T07:30:00+07:00")?;
        let people = People::of(procedure)?;
        let mut case = Case::open(procedure, people.actor(SARI), Timestamp::from(clock.to_utc()))?;
        case.supply(people.actor(SARI), "dpa", Timestamp::from(clock.to_utc()))?;
        let mut office = Self { procedure, case, people, clock, out };
        heading(office.out, "What waits for whom")?;
        let simulated = "Simulated, in western Indonesian time (WIB): whoever takes up a step finishes it in half the \
                         standard time; the higher the rank, the longer the work waits.";
        wrapped(office.out, "  ", simulated)?;
        writeln!(office.out, "\n  Since             Step  Waits for           Activity")?;
        office.announce()?;
        Ok(office)
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
    fn officers_for(&self, step: StepIx) -> Vec<(usize, Capacity)> {
        let (case, now) = (self.case.state(), self.now());
        let may = |officer: usize| self.procedure.may_act(case, &self.people.actor(officer), step, now);
        let mut officers: Vec<_> = (0..OFFICERS.len()).filter_map(|who| Some((who, may(who).ok()?.capacity))).collect();
        officers.sort_by_key(|(_, capacity)| *capacity != Capacity::Holder);
        officers
    }

    /// Tells what waits for whom.
    fn announce(&mut self) -> Told {
        for step in self.case.enabled() {
            let officers = self.officers_for(step).into_iter().map(|(who, capacity)| named(OFFICERS[who].0, capacity));
            let officers = officers.collect::<Vec<_>>().join(" or ");
            let step = self.procedure.step_at(step);
            let (time, activity) = (clock_face(self.clock), cell(step.activity.first(), 48));
            writeln!(self.out, "  {time}  {BOLD}{:>4}{BOLD:#}  {officers:18}  {}", step.id, activity.trim_end())?;
        }
        Ok(())
    }

    /// The officer for whom the next step waits takes it up after a while, and finishes it in half its standard time.
    fn work(&mut self) -> Told {
        let step = *self.case.enabled().first().ok_or("nothing waits")?;
        if !self.case.state().is_started(self.procedure, step) {
            let (officer, _) = *self.officers_for(step).last().ok_or("nobody may do it")?;
            self.pass(10 + 20 * officer as u64);
            let kind = CommandKind::StartStep { step };
            self.case.carry_out(&Command { by: self.people.actor(officer), kind }, self.now())?;
        }
        let allowed = self.procedure.step_at(step).time;
        let allowed = allowed.and_then(|time| time.minutes(self.procedure.procedure().day, 450));
        self.pass(allowed.map_or(30, |minutes| minutes.most / 2));
        let (officer, _) = *self.officers_for(step).last().ok_or("nobody may do it")?;
        self.complete(officer, self.procedure.step_at(step).id.as_str())?;
        self.announce()
    }

    fn work_until(&mut self, step: &str) -> Told {
        while self.case.enabled().first() != self.procedure.step(step).as_ref() {
            self.work()?;
        }
        Ok(())
    }

    /// Finishes a step, with all that it should yield.
    fn complete(&mut self, officer: usize, step: &str) -> Result<(), Refused> {
        let outcome = "done";
        let outputs = self.procedure.procedure().find_step(step).map_or(&[][..], |step| &step.outputs);
        let outputs: Vec<&str> = outputs.iter().map(|output| output.document.as_str()).collect();
        self.case.complete(self.people.actor(officer), step, outcome, &outputs, self.now()).map(drop)
    }

    fn tell(&mut self, what: &str) -> Told {
        Ok(wrapped(self.out, &format!("{:26}· ", ""), what)?)
    }

    /// Shows why something was refused, and insists that it was.
    fn refused(&mut self, answer: Result<(), Refused>) -> Told {
        let Err(refused) = answer else { return Err("this should have been refused".into()) };
        for reason in refused.reasons() {
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

fn show_history(case: &Case<'_>, names: &Actors, out: &mut dyn Write) -> Told {
    let procedure = case.procedure();
    let visits = visits(procedure, case.history())?;
    heading(out, "The history: one line a pass through a step, in hours on the clock with nights and weekends")?;
    writeln!(out, "  Step  Activity                             By          Waiting since     Waited  Worked  Ended")?;
    for visit in &visits {
        writeln!(out, "  {}", row(procedure, visit, names))?;
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

fn store(case: &Case<'_>, names: &Actors, out: &mut dyn Write) -> Told {
    let procedure = case.procedure();
    let write = |case: &Case<'_>, names| -> Result<String, sopflow::Error> {
        let records = case.history().iter().map(|event| EventRecord::of(event, procedure, names));
        records.map(|record| Ok(record?.to_json() + "\n")).collect()
    };
    let stored = write(case, names)?;
    heading(out, "The case as it is stored, a line of JSON for each event")?;
    let returned = stored.lines().find(|line| line.contains("step-returned")).unwrap_or_default();
    wrapped(out, "  ", &returned.replace(",\"", ", \""))?;

    // Another program, which knows the procedure and nothing of the case.
    let mut names_read = Actors::new();
    let history = stored.lines().map(|line| EventRecord::from_json(line)?.resolve(procedure, &mut names_read));
    let rebuilt = Case::from_history(procedure, history.collect::<Result<_, _>>()?)?;
    if rebuilt.state() != case.state() || write(&rebuilt, &names_read)? != stored {
        return Err("the case read back is not the case that was written".into());
    }
    let (events, bytes) = (case.history().len(), stored.len());
    writeln!(out, "\n  {GOOD}{events} events, {bytes} bytes, read back and replayed: the same case{GOOD:#}")?;
    Ok(())
}

fn show_assumptions(procedure: &SoundProcedure, out: &mut dyn Write) -> Told {
    heading(out, "What this rests on that the SOP does not say clearly")?;
    for note in procedure.report().with_severity(Severity::Note) {
        wrapped(out, "  ", &format!("{}: {}", note.place, note.message))?;
    }
    Ok(())
}
