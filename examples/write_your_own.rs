//! Writes a procedure in code: a small purchase, checked by finance and by the warehouse at the same time, then decided.
//!
//! It is verified and one case is run; then it is broken in three ways, and each time the report tells what is wrong and
//! how a case gets there. At the end it is written as TOML and read back, and a slip in a file by hand is pointed at.
//!
//! ```text
//! cargo run --example write_your_own
//! cargo run --example write_your_own --features snippets   # shows the lines of the file that a report is about
//! ```

mod common;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use common::{BAD, GOOD, Told, heading, run, wrapped};
use sopflow::time::{StandardTime, Timestamp};
use sopflow::{Actor, Actors, Case, Endorsement, Grant, Join, Outcome, Procedure, SoundProcedure, Step};

const USAGE: &str = "usage: cargo run --example write_your_own";

fn main() -> ExitCode {
    run(USAGE, &[], |_, out| {
        let purchase = purchase()?;
        heading(out, "A purchase, verified")?;
        let sound = purchase.verify()?;
        wrapped(out, "  ", &format!("{GOOD}{}{GOOD:#}", sound.report()))?;
        one_case(&sound, out)?;
        break_it(&purchase, out)?;
        as_a_file(&purchase, out)
    })
}

fn purchase() -> Result<Procedure, Box<dyn Error>> {
    let time = |text: &str| text.parse::<StandardTime>();
    Ok(Procedure::new("purchase", "1", "Purchase of office supplies")
        .role("staff", "Staff")
        .role("warehouse", "Warehouse keeper")
        .role("finance", "Finance officer")
        .role("head", "Head of office")
        .external("quotation", "Quotation of the supplier")
        .document("request", "Purchase request")
        .document("stock-note", "Note on the stock")
        .document("budget-note", "Note on the budget")
        .document("order", "Purchase order")
        .document("refusal", "Letter of refusal")
        .step(
            Step::new("request", "staff", "Ask for the purchase")
                .input("quotation")
                .output("request")
                .within(time("1 hour")?)
                // One outcome that leads to two steps: both begin.
                // `direct` lets a paper pass over ranks: here over the warehouse, on its way to finance.
                .outcome(Outcome::new("done").to("stock").to("budget").direct()),
        )
        .step(
            Step::new("stock", "warehouse", "Check the stock")
                .input("request")
                .output("stock-note")
                .within(time("2 hours")?)
                .outcome(Outcome::new("done").to("decide").direct()),
        )
        .step(
            Step::new("budget", "finance", "Check the budget")
                .input("request")
                .output("budget-note")
                .within(time("1 day")?)
                .next("decide"),
        )
        .step(
            Step::new("decide", "head", "Decide")
                .join(Join::All)
                .input("stock-note")
                .input("budget-note")
                .endorses(Endorsement::Signature)
                // Several outcomes: one of them is chosen.
                .outcome(Outcome::new("approved").to("order").yielding(["order"]))
                .outcome(Outcome::new("rejected").to("end").yielding(["refusal"]))
                .returns_to("request"),
        )
        .step(Step::new("order", "staff", "Order the goods").input("order").within(time("1 day")?).next("end")))
}

/// One case, in which the head wants to decide too early, and then sends the request back.
fn one_case(purchase: &SoundProcedure, out: &mut dyn Write) -> Told {
    heading(out, "One case, and what waits after each step")?;
    let mut actors = Actors::new();
    let mut officer = |name: &str, role: &str| -> Result<_, Box<dyn Error>> {
        Ok((actors.add(name)?, [Grant::holder(purchase.role(role).ok_or("there is no such role")?)]))
    };
    let officers = [
        officer("Sari", "staff")?,
        officer("Budi", "warehouse")?,
        officer("Ratna", "finance")?,
        officer("Agus", "head")?,
    ];
    let [sari, budi, ratna, agus] = officers.each_ref().map(|(id, grants)| Actor { id: *id, grants });
    let at = |time: &str| format!("2021-04-19T{time}:00+07:00").parse::<Timestamp>();

    let mut case = Case::open(purchase, sari, at("07:30")?)?;
    case.supply(sari, "quotation", at("07:30")?)?;
    case.complete(sari, "request", "done", &["request"], at("08:10")?)?;
    show(out, "Sari asks for two printers", &case)?;
    case.complete(budi, "stock", "done", &["stock-note"], at("08:30")?)?;
    show(out, "Budi has none in stock", &case)?;
    if let Err(refused) = case.complete(agus, "decide", "approved", &["order"], at("08:40")?) {
        show(out, "Agus would approve at once, but", &case)?;
        for reason in refused.reasons() {
            wrapped(out, "    ", &format!("{BAD}{}{BAD:#}: {reason}", reason.code()))?;
        }
    }
    case.complete(ratna, "budget", "done", &["budget-note"], at("09:00")?)?;
    show(out, "Ratna finds money for one", &case)?;
    case.return_to(agus, "decide", "request", "One printer will do", at("09:20")?)?;
    show(out, "Agus returns it: “One printer will do”", &case)?;
    case.complete(sari, "request", "done", &["request"], at("09:30")?)?;
    case.complete(ratna, "budget", "done", &["budget-note"], at("09:40")?)?;
    case.complete(budi, "stock", "done", &["stock-note"], at("09:50")?)?;
    show(out, "Sari asks for one; Ratna and Budi check again", &case)?;
    case.complete(agus, "decide", "approved", &["order"], at("10:00")?)?;
    show(out, "Agus approves", &case)?;
    case.complete(sari, "order", "done", &[], at("10:30")?)?;
    show(out, "Sari orders the printer", &case)
}

fn show(out: &mut dyn Write, what: &str, case: &Case<'_>) -> Told {
    let waiting = case.enabled().into_iter().map(|step| case.procedure().step_at(step).id.to_string());
    let waiting = waiting.collect::<Vec<_>>().join(" and ");
    let waiting = if waiting.is_empty() { format!("{GOOD}{}{GOOD:#}", case.status()) } else { waiting };
    Ok(writeln!(out, "  {what:46} → {waiting}")?)
}

fn break_it(purchase: &Procedure, out: &mut dyn Write) -> Told {
    heading(out, "Broken in three ways")?;
    let mut broken = |what: &str, change: fn(&mut Step)| -> Told {
        let mut procedure = purchase.clone();
        procedure.steps.iter_mut().for_each(change);
        writeln!(out, "{what}")?;
        let Err(report) = procedure.verify() else { return Err("this should not pass verification".into()) };
        for error in report.errors().take(2) {
            wrapped(out, "    ", &error.to_string().replacen("error", &format!("{BAD}error{BAD:#}"), 1))?;
        }
        match report.errors().count() {
            0..=2 => Ok(()),
            all => Ok(writeln!(out, "    … and {} more that come of it", all - 2)?),
        }
    };
    broken("  1. The head decides as soon as one of the two checks is there:", |step| {
        if step.id == "decide" {
            step.join = Join::Any;
        }
    })?;
    broken("\n  2. What is in stock need not be bought, so the warehouse may end the case:", |step| {
        if step.id == "stock" {
            step.outcomes.push(Outcome::new("in-stock").to("end"));
        }
    })?;
    broken("\n  3. The approval yields no order:", |step| {
        for outcome in &mut step.outcomes {
            if outcome.id == "approved" {
                outcome.outputs = Some(Vec::new());
            }
        }
    })
}

fn as_a_file(purchase: &Procedure, out: &mut dyn Write) -> Told {
    heading(out, "As a file")?;
    let toml = purchase.to_toml();
    let decide = toml.split("[[steps]]").find(|step| step.contains("id = \"decide\"")).unwrap_or_default();
    for line in decide.trim().lines() {
        writeln!(out, "{}", format!("  │ {line}").trim_end())?;
    }
    if Procedure::from_toml(&toml)? != *purchase {
        return Err("what was read back is not what was written".into());
    }
    writeln!(out, "\n  {GOOD}{} lines of TOML, read back: the same procedure{GOOD:#}", toml.lines().count())?;

    let slip = toml.replace("role = \"head\"", "role = \"haed\"");
    if let Err(error) = Procedure::from_toml(&slip) {
        writeln!(out, "\n  A slip of the pen, haed for head:\n")?;
        wrapped(out, "    ", &format!("{BAD}{}{BAD:#}", error.in_file("purchase.toml")))?;
    }
    with_lines(&toml, out)
}

/// With the feature `snippets` a report shows the lines of the file that it is about.
#[cfg(feature = "snippets")]
fn with_lines(toml: &str, out: &mut dyn Write) -> Told {
    let early = toml.replace("join = \"all\"", "join = \"any\"");
    if let Err(report) = Procedure::from_toml(&early)?.verify() {
        writeln!(out, "\n  The first of the broken ones, with the lines of its file:\n")?;
        let source = sopflow::Source::toml("purchase.toml", &early);
        wrapped(out, "    ", &report.render(&source).coloured().to_string())?;
    }
    Ok(())
}

#[cfg(not(feature = "snippets"))]
fn with_lines(_: &str, out: &mut dyn Write) -> Told {
    Ok(writeln!(out, "\n  With --features snippets, a report shows the lines of the file too.")?)
}
