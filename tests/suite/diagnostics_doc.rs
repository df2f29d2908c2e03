//! The page about diagnostics has a section for every code, and says what is so.
//!
//! `UPDATE=1 cargo test diagnostics_doc` writes the messages anew.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use sopflow::{Code, Procedure, Report, Step, Text, Verifier};

/// Codes that no file has, because reading refuses its form first; [`made_in_code`] has a procedure with each.
const ONLY_IN_CODE: &[Code] = &[Code::BadLanguage, Code::BadTime];

/// Codes of procedures that are not read from a file: names and bounds are checked when it is read.
const REFUSED_WHEN_READ: &[Code] = &[
    Code::BadId,
    Code::DuplicateId,
    Code::UnknownRole,
    Code::UnknownDocument,
    Code::UnknownStep,
    Code::Empty,
    Code::OverLimit,
    Code::NoWayOn,
    Code::Repeated,
    Code::BadJoin,
    Code::BadDuty,
    Code::ContradictingDuties,
    Code::ExternalYielded,
];

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md")
}

fn page() -> String {
    fs::read_to_string(path()).expect("the page exists")
}

/// The sections of the page by code, with their text.
fn sections(page: &str) -> Vec<(&str, &str)> {
    let section = |part| -> (&str, &str) { str::split_once(part, "`\n").expect("the heading is a code") };
    page.split("\n### `").skip(1).map(section).collect()
}

/// The text of the only code block in some language.
fn block<'a>(section: &'a str, language: &str) -> Option<&'a str> {
    let fence = format!("```{language}\n");
    let mut blocks = section.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let block = blocks.next();
    assert!(blocks.next().is_none(), "there is more than one block of {language} in\n{section}");
    block
}

/// Each code with its section.
fn documented(page: &str) -> Vec<(Code, &str)> {
    let sections: BTreeMap<&str, &str> = sections(page).into_iter().collect();
    let section = |code: &Code| sections.get(code.as_str()).map(|section| (*code, *section));
    Code::ALL.iter().filter_map(section).collect()
}

/// A whole file: the lines that the page tells to put above, and an example.
fn whole(page: &str, example: &str) -> String {
    let (_, codes) = page.split_once("\n## The codes\n").expect("the part exists");
    let head = codes.split("\n### `").next().and_then(|head| block(head, "toml"));
    format!("{}{example}", head.expect("the lines above the examples"))
}

/// An example with its mend: lines that begin with a minus sign are replaced by those with a plus sign.
fn mended(example: &str, diff: &str) -> String {
    let side = |other: char| -> String {
        diff.split_inclusive('\n').filter(|line| !line.starts_with(other)).map(|line| &line[1..]).collect()
    };
    let (before, after) = (side('+'), side('-'));
    assert_eq!(example.matches(&before).count(), 1, "the mend must fit one place of the example:\n{diff}\n{example}");
    example.replace(&before, &after)
}

fn examine(code: Code, procedure: &Procedure) -> Report {
    // So that the example for it can be small.
    let verifier = match code {
        Code::Undecided | Code::PartlyVisited => Verifier::new().markings_max(2),
        Code::TooManyInitials => Verifier::new().initials_max(1),
        _ => Verifier::new(),
    };
    verifier.verify(procedure).map_or_else(|report| report, |sound| sound.report().clone())
}

/// The procedure of a file, whether or not its names fit together.
fn unchecked(text: &str) -> Procedure {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A procedure with a fault that no file can have.
fn made_in_code(code: Code) -> Procedure {
    let title = if code == Code::BadLanguage { Text::new("english", "Note") } else { "Note".into() };
    let mut procedure =
        Procedure::new("example", "1", title).role("staff", "Staff").step(Step::new("1", "staff", "Write").next("end"));
    if code == Code::BadTime {
        procedure.identity.made = chrono::NaiveDate::from_ymd_opt(10_000, 1, 1);
    }
    procedure
}

/// The example of each code that the page has.
pub(crate) fn examples() -> Vec<(Code, Procedure)> {
    let page = page();
    documented(&page).into_iter().map(|(code, section)| (code, example(&page, code, section))).collect()
}

fn example(page: &str, code: Code, section: &str) -> Procedure {
    match block(section, "toml") {
        Some(example) => unchecked(&whole(page, example)),
        None => made_in_code(code),
    }
}

/// What the report says of one code about the example of its section.
fn told(page: &str, code: Code, section: &str) -> String {
    let procedure = example(page, code, section);
    let report = examine(code, &procedure);
    assert!(report.has(code), "the example for `{code}` does not have it: {report}");
    report.with_code(code).flat_map(|diagnostic| [diagnostic.to_string(), "\n".to_owned()]).collect()
}

/// The report on the example for deadlocks, with the lines that it is about.
#[cfg(feature = "snippets")]
fn told_with_lines(page: &str) -> String {
    let (_, section) = documented(page).into_iter().find(|(code, _)| *code == Code::Deadlock).expect("a section");
    let text = whole(page, block(section, "toml").expect("an example"));
    let mut report = examine(Code::Deadlock, &unchecked(&text));
    report.diagnostics.retain(|diagnostic| diagnostic.code == Code::Deadlock);
    let rendered = report.render(&sopflow::Source::toml("example.toml", &text)).to_string();
    let (finding, _) = rendered.rsplit_once("\n\n").expect("the summary stands below");
    format!("{finding}\n")
}

/// Checks a block that stands above the sections, or writes it anew.
fn check_sample(language: &str, told: impl Fn(&str) -> String) {
    let mut page = page();
    let (head, _) = page.split_once("\n## The codes\n").expect("the part exists");
    let quoted = block(head, language).expect("the block exists").to_owned();
    let told = told(&page);
    if env::var_os("UPDATE").is_some() {
        page = page.replacen(&format!("```{language}\n{quoted}"), &format!("```{language}\n{told}"), 1);
        fs::write(path(), &page).expect("the page can be written");
        return;
    }
    assert_eq!(quoted, told, "the block of {language}; UPDATE=1 writes it anew");
}

#[test]
fn every_code_has_one_section_with_its_severity_and_no_other_has_one() {
    let page = page();
    let mut documented: Vec<&str> = sections(&page).into_iter().map(|(code, _)| code).collect();
    let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    for code in Code::ALL {
        assert!(
            documented.contains(&code.as_str()),
            "docs/diagnostics.md has no section for `{code}`. Add, in the order of `Code::ALL`: a heading \"### `{code}`\", \
             \"**{}** · \" and what it means, a block `toml` with a smallest example, an empty block `text`, \"Mend: \" \
             and what to do, and a block `diff` that mends the example. Then `UPDATE=1 cargo test diagnostics_doc` \
             writes the message.",
            code.severity(),
        );
    }
    assert_eq!(documented, known, "the sections are in the order of the codes, and there are no others");
    documented.dedup();
    assert_eq!(documented.len(), known.len(), "there is one section for each");
    for (code, section) in self::documented(&page) {
        assert!(section.starts_with(&format!("\n**{}** · ", code.severity())), "the severity of `{code}`");
        assert!(section.contains("\nMend: "), "how to mend `{code}`");
        let has_example = block(section, "toml").is_some();
        assert_eq!(has_example, !ONLY_IN_CODE.contains(&code), "an example for `{code}`, or the reason why not");
        assert_eq!(has_example, block(section, "diff").is_some(), "the example for `{code}` is mended");
    }
}

#[test]
fn what_the_page_quotes_is_what_the_report_says() {
    let mut page = page();
    if env::var_os("UPDATE").is_some() {
        let written = page.clone();
        for (code, section) in documented(&written) {
            let quoted = block(section, "text").expect("a block for the message");
            let told = told(&written, code, section);
            let new = section.replace(&format!("```text\n{quoted}```"), &format!("```text\n{told}```"));
            page = page.replace(section, &new);
        }
        fs::write(path(), &page).expect("the page can be written");
    }
    check_sample("console", |page| {
        let deadlock = documented(page).into_iter().find(|(code, _)| *code == Code::Deadlock);
        deadlock.map(|(code, section)| told(page, code, section)).unwrap_or_default()
    });
    #[cfg(feature = "snippets")]
    check_sample("console snippets", told_with_lines);
    for (code, section) in documented(&page) {
        let quoted = block(section, "text").unwrap_or_else(|| panic!("the section of `{code}` quotes no message"));
        assert_eq!(quoted, told(&page, code, section), "what is quoted for `{code}`; UPDATE=1 writes it anew");
    }
}

#[test]
fn every_example_is_read_or_refused_as_it_should_be() {
    let page = page();
    for (code, section) in documented(&page) {
        let Some(example) = block(section, "toml") else { continue };
        let read = Procedure::from_toml(&whole(&page, example));
        assert_eq!(read.is_err(), REFUSED_WHEN_READ.contains(&code), "{code}: {read:?}");
        if let Err(error) = read {
            assert!(error.faults().iter().all(|fault| fault.code == Some(code.as_str())), "{code}: {error}");
        }
    }
}

#[test]
fn every_mend_mends() {
    let page = page();
    for (code, section) in documented(&page) {
        let (Some(example), Some(diff)) = (block(section, "toml"), block(section, "diff")) else { continue };
        let mended = whole(&page, &mended(example, diff));
        let procedure = Procedure::from_toml(&mended).unwrap_or_else(|error| panic!("{code}: {error}\n{mended}"));
        let report = examine(code, &procedure);
        assert!(!report.has(code), "{code}: {report}\n{mended}");
        assert_eq!(report.errors().count(), 0, "{code}: {report}\n{mended}");
    }
}
