//! Sets the two shipped SOPs side by side: the business forum, and its virtual form with fewer steps.
//!
//! It shows what a definition can be asked without running it: roles, standard times, documents, flows, and what was
//! inferred. At the end a step whose role the text leaves open is given to the other candidate and verified again.
//!
//! ```text
//! cargo run --example compare_sops
//! ```

mod common;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use common::{BAD, BOLD, GOOD, Told, heading, run, wrapped};
use sopflow::time::StandardTime;
use sopflow::{About, Code, Direction, Endorsement, Procedure, Severity, SoundProcedure, Step};

const USAGE: &str = "usage: cargo run --example compare_sops";

/// 37.5 hours a week in five days.
const WORKING_MINUTES_PER_DAY: u32 = 450;

/// What is done, the steps of the forum that do it, and the one of the virtual forum: read from the wording.
const PAIRS: [(&str, &[&str], &str); 18] = [
    ("Draft the memorandum", &["1", "2"], "1"),
    ("Initial it", &["3"], "2"),
    ("Sign it", &["4"], "3"),
    ("Give instructions", &["5"], "4"),
    ("Pass them down", &["6"], "5"),
    ("Plan the event", &["7"], "6"),
    ("Arrange the venue", &["8"], "7"),
    ("Draft the letters", &["9", "10"], "8"),
    ("Initial them", &["11"], "9"),
    ("Initial them again", &["12", "13"], "10"),
    ("Sign them", &["14"], "11"),
    ("Number and stamp", &["15"], "12"),
    ("Send them", &["16"], "13"),
    ("Hold the forum", &["17"], "14"),
    ("Draft the report", &["18"], "15"),
    ("Initial it", &["19"], "16"),
    ("Sign it", &["20"], "17"),
    ("Receive it", &["21"], "18"),
];

fn main() -> ExitCode {
    run(USAGE, &[], |_, out| {
        let forum = Procedure::from_toml(include_str!("sop/forum-bisnis.toml"))?;
        let online = Procedure::from_toml(include_str!("sop/forum-bisnis-virtual.toml"))?;
        heading(out, &format!("{}\n{}", forum.identity.title, online.identity.title))?;
        side_by_side(&forum, &online, out)?;
        in_numbers(&forum.verify()?, &online.verify()?, out)?;
        give_to_the_other(online, out)
    })
}

fn side_by_side(forum: &Procedure, online: &Procedure, out: &mut dyn Write) -> Told {
    writeln!(out, "  {:20}  ┌ Forum {:─<35}  ┌ Virtual {:─<20}", "", "", "")?;
    writeln!(
        out,
        "  {BOLD}{:20}  Step    Role               Time             Step  Role      Time{BOLD:#}",
        "What is done"
    )?;
    for (what, steps, step) in PAIRS {
        let before = steps.iter().map(|id| find(forum, id)).collect::<Result<Vec<_>, _>>()?;
        let after = find(online, step)?;
        let list = |part: fn(&Step) -> &str| {
            let mut parts: Vec<&str> = before.iter().map(|step| part(step)).collect();
            parts.dedup();
            parts.join(", ")
        };
        let (number, role) = (list(Step::number), list(|step| step.role.as_str()));
        let times: Vec<StandardTime> = before.iter().filter_map(|step| step.time).collect();
        let after_role = (format!("{:6}", after.role), role == *after.role.as_str());
        let after_time =
            (after.time.map_or("–".into(), StandardTime::to_english), times.as_slice() == after.time.as_slice());
        let [after_role, after_time] = [after_role, after_time].map(|(text, is_same)| marked(&text, is_same));
        writeln!(out, "  {what:20}  {number:6}  {role:17}  {:15}  {step:>4}  {after_role}  {after_time}", sum(&times))?;
    }
    writeln!(out, "\n  ≠ stands where the virtual SOP differs from the other.")?;
    Ok(())
}

fn find<'a>(procedure: &'a Procedure, id: &str) -> Result<&'a Step, Box<dyn Error>> {
    procedure.find_step(id).ok_or_else(|| format!("{} has no step {id}", procedure.id).into())
}

fn marked(text: &str, is_same: bool) -> String {
    if is_same { format!("  {text}") } else { format!("{BAD}≠ {text}{BAD:#}") }
}

/// `60 minutes + 60 minutes`, in the shorter way of writing it: `60 + 60 minutes`.
fn sum(times: &[StandardTime]) -> String {
    let times: Vec<String> = times.iter().map(|time| time.to_english()).collect();
    match times.iter().map(|time| time.split_once(' ')).collect::<Option<Vec<_>>>().as_deref() {
        Some([(first, unit), (second, same)]) if unit == same => format!("{first} + {second} {unit}"),
        _ => times.join(" + "),
    }
}

fn in_numbers(forum: &SoundProcedure, online: &SoundProcedure, out: &mut dyn Write) -> Told {
    heading(out, "In numbers")?;
    let mut row = |what: &str, count: &dyn Fn(&SoundProcedure) -> String| {
        let (before, after) = (count(forum), count(online));
        let mark = if before == after { "" } else { "≠" };
        writeln!(out, "  {what:34}  {before:>12}  {BAD}{mark:1}{BAD:#} {after:>12}")
    };
    row("", &|procedure| procedure.procedure().identity.number.clone().unwrap_or_else(|| "no number".into()))?;
    row("Steps", &|procedure| procedure.steps().count().to_string())?;
    row("Roles that do a step", &|procedure| {
        let steps = &procedure.procedure().steps;
        let does = |role: &&sopflow::Role| steps.iter().any(|step| step.role == role.id);
        procedure.procedure().roles.iter().filter(does).count().to_string()
    })?;
    row("Documents", &|procedure| procedure.procedure().documents.len().to_string())?;
    row("  from outside", &|procedure| {
        procedure.procedure().documents.iter().filter(|document| document.external).count().to_string()
    })?;
    let flows = |direction: Direction| {
        move |procedure: &SoundProcedure| {
            procedure.procedure().flows().filter(|flow| flow.direction == direction).count().to_string()
        }
    };
    row("Flows", &|procedure| procedure.procedure().flows().count().to_string())?;
    row("  up (menaikkan)", &flows(Direction::Submit))?;
    row("  down (disposisi)", &flows(Direction::Dispose))?;
    row("  to the same role", &flows(Direction::Handover))?;
    row("  back for revision (dikembalikan)", &flows(Direction::Return))?;
    row("  to the end", &flows(Direction::Close))?;
    let marks = |mark: Endorsement| {
        move |procedure: &SoundProcedure| {
            procedure.procedure().steps.iter().filter(|step| step.endorsement == Some(mark)).count().to_string()
        }
    };
    row("Initials (paraf)", &marks(Endorsement::Initials))?;
    row("Signatures (tanda tangan)", &marks(Endorsement::Signature))?;
    row("Readings of low confidence", &|procedure| {
        procedure.report().with_code(Code::LowConfidence).count().to_string()
    })?;
    row("Standard time, working minutes", &|procedure| minutes(procedure).to_string())?;
    row("  in working days of 450 minutes", &|procedure| {
        let day = u64::from(WORKING_MINUTES_PER_DAY);
        let hundredths = (minutes(procedure) * 100 + day / 2) / day;
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    })?;
    writeln!(out, "\n  The standard time is that of all steps one after the other, without any return.")?;
    Ok(())
}

fn minutes(procedure: &SoundProcedure) -> u64 {
    let procedure = procedure.procedure();
    let times = procedure.steps.iter().filter_map(|step| step.time?.minutes(procedure.day, WORKING_MINUTES_PER_DAY));
    times.map(|minutes| minutes.most).sum()
}

/// The text does not tell who gives the last initials of the virtual SOP. The office that uses it decides.
fn give_to_the_other(online: Procedure, out: &mut dyn Write) -> Told {
    heading(out, "Who initials last in the virtual SOP?")?;
    let evidence = find(&online, "10")?.evidence_about(About::Role).next().ok_or("step 10 has no evidence")?;
    let note = evidence.note.as_ref().map_or("", |note| note.in_language("en"));
    wrapped(out, "  ", &format!("Step 10, read from “{}”. {note}", evidence.words.as_deref().unwrap_or_default()))?;
    let given = online.reassign("10", "sekretaris")?.verify()?;
    let report = given.report();
    writeln!(
        out,
        "\n  {GOOD}Given to Sekretaris and verified again: sound.{GOOD:#} But the office should look at this:\n"
    )?;
    for warning in report.with_severity(Severity::Warning) {
        wrapped(out, "  ", &warning.to_string())?;
    }
    Ok(())
}
