//! A purchase desk whose procedure the compiler knows: a service with enums and errors of its own.
//!
//! The procedure is declared in the words of the form. Then a service takes what comes from a counter (a step by its id, an
//! officer by name) and what the head says (an enum of the service), and turns them into work on a case. A slip in a name, a
//! step that the service forgets, an outcome that the head cannot choose: these would not compile. What only the day
//! shows, the service tells in errors of its own.
//!
//! ```text
//! cargo run --example typed
//! ```

mod common;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use common::{BAD, GOOD, Told, heading, run, wrapped};
use sopflow::time::Timestamp;
use sopflow::typed::{Case, Named, Sound, UnknownId};
use sopflow::{Actor, ActorIx, Actors, Grant, Procedure, Refused};

#[path = "sop/forum_bisnis.rs"]
mod declared;

use declared::forum_bisnis;
use purchase::{Document, Role, Sop, Step, Work, back, outcome, step};

sopflow::procedure! {
    /// Purchase of office supplies.
    mod purchase = "purchase": "Purchase of office supplies" {
        roles {
            Staff = "staff": "Staff",
            Finance = "finance": "Finance officer",
            Head = "head": "Head of office",
        }

        documents {
            Quotation = "quotation": "Quotation of the supplier" external,
            Request = "request": "Purchase request",
            Checked = "checked-request": "Request with a note on the budget",
            Order = "order": "Purchase order",
            Refusal = "refusal": "Letter of refusal",
        }

        steps {
            Request = "request": "Ask for the purchase" {
                role: Staff,
                inputs: [Quotation],
                time: (1 hour),
                outputs: [Request],
                next: Check,
            }
            Check = "check": "Check the budget" {
                role: Finance,
                inputs: [Request],
                time: (1 day),
                outputs: [Checked],
                endorsement: Initials,
                next: Decide,
                returns: [Request],
            }
            Decide = "decide": "Decide" {
                role: Head,
                inputs: [Checked],
                time: (1-2 working days),
                endorsement: Signature,
                outcomes: {
                    Approved = "approved": { to: Buy, outputs: [Order] },
                    Rejected = "rejected": { to: end, outputs: [Refusal] },
                },
                returns: [Check, Request],
            }
            Buy = "buy": "Order the goods" {
                role: Staff,
                inputs: [Order],
                next: end,
            }
        }

        // Who asks does not decide.
        duties { distinct: [Request, Check, Decide] }
    }
}

// ── The service ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// What the head can say: the words of this office, not those of the procedure.
#[derive(Clone, Copy)]
enum Verdict {
    Buy,
    DoNotBuy,
    /// Somebody is to look at it again, for this reason.
    Again(Reviser, &'static str),
}

#[derive(Clone, Copy)]
enum Reviser {
    Finance,
    Applicant,
}

/// What can go wrong at the desk.
#[derive(Debug, thiserror::Error)]
enum DeskError {
    #[error("the slip cannot be read: {0}")]
    Slip(#[from] UnknownId),
    #[error("nobody here is called {0}")]
    Stranger(String),
    #[error("the counter does not decide; the head does")]
    NotForTheCounter,
    #[error("{0}")]
    NotAllowed(#[from] Refused),
}

/// A case, and the people of the office.
struct Desk<'p> {
    case: Case<'p, Sop>,
    people: Vec<(&'static str, ActorIx, Vec<Grant>)>,
    clock: Timestamp,
}

const PEOPLE: [(&str, &[Role]); 3] =
    [("Sari", &[Role::Staff]), ("Ratna", &[Role::Staff, Role::Finance]), ("Agus", &[Role::Head])];

impl<'p> Desk<'p> {
    fn open(purchase: &'p Sound<Sop>) -> Result<Self, Box<dyn Error>> {
        let clock = "2026-04-20T08:00:00+07:00".parse()?;
        let mut actors = Actors::new();
        let mut people = Vec::new();
        for (name, roles) in PEOPLE {
            let grants = roles.iter().map(|role| Grant::holder((*role).into())).collect();
            people.push((name, actors.add(name)?, grants));
        }
        let case = Case::open(purchase, actor(&people, "Sari")?, clock)?;
        Ok(Self { case, people, clock })
    }

    /// The supplier's quotation comes in.
    fn post(&mut self, document: Document) -> Result<(), DeskError> {
        let sari = actor(&self.people, "Sari")?;
        self.case.supply(sari, document, self.clock)?;
        Ok(())
    }

    /// A slip from the counter: somebody has done a step, named by its id.
    fn counter(&mut self, name: &str, slip: &str) -> Result<(), DeskError> {
        let (step, by) = (slip.parse::<Step>()?, actor(&self.people, name)?);
        // Each step has a variant, so a step that is added to the procedure has to be thought of here.
        match self.case.work(step)? {
            Work::Request(item) => item.finish(by, self.clock)?,
            Work::Check(item) => item.finish(by, self.clock)?,
            Work::Buy(item) => item.finish(by, self.clock)?,
            Work::Decide(_) => return Err(DeskError::NotForTheCounter),
        };
        Ok(())
    }

    /// The head has read the request. `item` is that of `step::Decide`, so it has these outcomes and these returns.
    fn verdict(&mut self, verdict: Verdict) -> Result<(), DeskError> {
        let head = actor(&self.people, "Agus")?;
        let item = self.case.item(step::Decide)?;
        match verdict {
            Verdict::Buy => item.finish_with(head, outcome::Decide::Approved, self.clock)?,
            Verdict::DoNotBuy => item.finish_with(head, outcome::Decide::Rejected, self.clock)?,
            Verdict::Again(Reviser::Finance, why) => item.return_to(head, back::Decide::Check, why, self.clock)?,
            Verdict::Again(Reviser::Applicant, why) => item.return_to(head, back::Decide::Request, why, self.clock)?,
        };
        Ok(())
    }
}

fn actor<'a>(people: &'a [(&str, ActorIx, Vec<Grant>)], name: &str) -> Result<Actor<'a>, DeskError> {
    let found = people.iter().find(|(known, ..)| *known == name);
    found.map(|(_, id, grants)| Actor { id: *id, grants }).ok_or_else(|| DeskError::Stranger(name.to_owned()))
}

// ── A day at the desk ───────────────────────────────────────────────────────────────────────────────────────────────

fn main() -> ExitCode {
    run("usage: cargo run --example typed", &[], |_, out| {
        what_is_known(out)?;
        let purchase = Sop::verify()?;
        let mut desk = Desk::open(&purchase)?;
        a_day(&mut desk, out)?;
        history(&desk, out)?;
        the_official_form(out)
    })
}

fn what_is_known(out: &mut dyn Write) -> Told {
    heading(out, "What the compiler knows of the purchase")?;
    let all = |names: Vec<String>| names.join(", ");
    let of = |ids: &[&str]| all(ids.iter().map(|id| (*id).to_owned()).collect());
    writeln!(out, "  Roles, lowest first    {}", all(Role::ALL.iter().map(|role| format!("{role:?}")).collect()))?;
    writeln!(out, "  Steps                  {}", all(Step::ALL.iter().map(|step| format!("{step:?}")).collect()))?;
    writeln!(out, "  Decide goes on with    {}", of(outcome::Decide::IDS))?;
    writeln!(out, "  and back to            {}", of(back::Decide::IDS))?;
    writeln!(out, "  Check goes back to     {}", of(back::Check::IDS))?;
    let outranks = if Role::Head > Role::Finance { "outranks" } else { "does not outrank" };
    Ok(writeln!(out, "  The head {outranks} finance.")?)
}

fn a_day(desk: &mut Desk<'_>, out: &mut dyn Write) -> Told {
    heading(out, "A day at the desk")?;
    let mut told = |what: &str, desk: &Desk<'_>, happened: Result<(), DeskError>| -> Told {
        let waiting: Vec<String> = desk.case.enabled().map(|step| format!("{step:?}")).collect();
        let waiting =
            if waiting.is_empty() { format!("{GOOD}{}{GOOD:#}", desk.case.status()) } else { waiting.join(", ") };
        writeln!(out, "  {what:58} → {waiting}")?;
        match happened {
            Ok(()) => Ok(()),
            Err(error) => Ok(wrapped(out, "      ", &format!("{BAD}{error}{BAD:#}"))?),
        }
    };
    let happened = desk.counter("Sari", "request");
    told("Sari hands in a request without a quotation", desk, happened)?;
    let happened = desk.post(Document::Quotation).and_then(|()| desk.counter("Sari", "request"));
    told("The quotation comes, and she hands it in again", desk, happened)?;
    let happened = desk.counter("Joko", "check");
    told("Joko says that he has checked it", desk, happened)?;
    let happened = desk.counter("Sari", "chek");
    told("Sari fills in a slip in a hurry", desk, happened)?;
    let happened = desk.counter("Sari", "check");
    told("Sari says that the budget has been checked", desk, happened)?;
    let happened = desk.verdict(Verdict::Buy);
    told("Agus would buy at once", desk, happened)?;
    let happened = desk.counter("Ratna", "check");
    told("Ratna checks the budget", desk, happened)?;
    let happened = desk.counter("Agus", "decide");
    told("Agus comes to the counter to decide", desk, happened)?;
    let happened = desk.verdict(Verdict::Again(Reviser::Applicant, ""));
    told("He wants it again, and gives no reason", desk, happened)?;
    let happened = desk.verdict(Verdict::Again(Reviser::Applicant, "One printer will do"));
    told("He sends it back to the applicant: “One printer will do”", desk, happened)?;
    let happened = desk.counter("Ratna", "request");
    told("Ratna, who is staff as well, would ask this time", desk, happened)?;
    let happened = desk.counter("Sari", "request").and_then(|()| desk.counter("Ratna", "check"));
    told("Sari asks for one, Ratna checks again", desk, happened)?;
    let happened = desk.verdict(Verdict::Again(Reviser::Finance, "From which budget?"));
    told("Agus asks finance: “From which budget?”", desk, happened)?;
    let happened = desk.counter("Ratna", "check").and_then(|()| desk.verdict(Verdict::Buy));
    told("Ratna adds it, Agus buys", desk, happened)?;
    let happened = desk.counter("Sari", "buy");
    told("Sari orders the printer", desk, happened)?;
    match desk.verdict(Verdict::DoNotBuy) {
        Ok(()) => Err("a case that has ended went on".into()),
        refused => told("Agus changes his mind", desk, refused),
    }
}

/// The history is that of the case without types: what stores and reports take.
fn history(desk: &Desk<'_>, out: &mut dyn Write) -> Told {
    let erased = desk.case.erased();
    let steps = erased.history().iter().filter_map(|event| event.kind.step());
    let steps: Vec<&str> = steps.map(|step| erased.procedure().step_id(step).as_str()).collect();
    writeln!(out)?;
    Ok(wrapped(out, "  On record: ", &steps.join(" → "))?)
}

fn the_official_form(out: &mut dyn Write) -> Told {
    heading(out, "The official SOP, declared")?;
    let (declared, file) = (forum_bisnis::Sop::procedure(), include_str!("sop/forum-bisnis.toml"));
    if declared != Procedure::from_toml(file)? {
        return Err("the declaration is not what the file says".into());
    }
    let sound = forum_bisnis::Sop::verify()?;
    let (steps, documents) = (forum_bisnis::Step::ALL.len(), forum_bisnis::Document::ALL.len());
    writeln!(out, "  {GOOD}{steps} steps, {documents} documents, both languages: the same as its file{GOOD:#}")?;
    wrapped(out, "  ", &format!("Sealed {}", sound.erased().seal().hash))?;
    let sign = sound.step(forum_bisnis::Step::TandatanganiSurat);
    wrapped(out, "  ", &format!("Step {}: {}", sign.number(), sign.activity.in_language("en")))?;
    let back: Vec<&str> = forum_bisnis::back::TandatanganiSurat::IDS.to_vec();
    Ok(writeln!(out, "  can go back to steps {}", back.join(", "))?)
}
