//! The examples run, and print what a terminal of 100 columns can show.

use std::process::{Command, Output};

fn run(example: &str, options: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", example, "--"])
        .args(options)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("cargo runs")
}

/// Runs an example and looks for texts in what it prints, in this order.
fn check(example: &str, options: &[&str], expected: &[&str]) {
    let output = run(example, options);
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{complaint}");
    assert!(!printed.contains('\u{1b}'), "there is an escape sequence in {printed:?}");
    for line in printed.lines() {
        assert!(line.chars().count() <= 100, "too long: {line}");
        assert_eq!(line.trim_end(), line, "blanks at the end of the line");
    }
    assert!(printed.lines().count() <= 150, "{} lines are too many", printed.lines().count());
    let mut rest = printed.as_str();
    for text in expected {
        let Some((_, behind)) = rest.split_once(text) else { panic!("no {text:?} in\n{rest}") };
        rest = behind;
    }
}

#[test]
fn forum_bisnis_runs_the_sop_to_its_end() {
    check(
        "forum_bisnis",
        &[],
        &[
            "Mon 19 Apr 07:30     1  Sari",
            "role-required: step 3 is for Kasi",
            "not-enabled: it is not the turn of step 14; step 3 waits",
            "inputs-missing: step 14",
            "Sari misses a page",
            "receiver-started: step 10",
            "Agus returns the letters to step 11",
            "Now void: initials of kasi at step 11, initials of kabid at step 12,",
            "Still valid: initials of kasi at step 3, signature of kabid at step 4.",
            "outside-period:",
            "14  Dewi (Plh)",
            "completed",
            "recalled",
            "return-11",
            "14 2×",
            "Dewi (Plh)",
            "Kepala DPMPTSP                         4        1",
            "\"kind\":\"step-returned\"",
            "opened anew from the file",
            "step 17: low confidence in the role",
        ],
    );
}

#[test]
fn forum_bisnis_runs_the_virtual_sop_by_the_same_code() {
    check(
        "forum_bisnis",
        &["--virtual"],
        &["FORUM BISNIS VIRTUAL", "Agus returns the letters to step 9", "completed", "the same case", "step 10"],
    );
}

#[test]
fn an_option_that_does_not_exist_is_refused_with_the_usage() {
    for example in ["forum_bisnis", "compare_sops", "write_your_own", "typed"] {
        let output = run(example, &["--nonsense"]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{example}: {complaint}");
        assert!(complaint.contains("there is no option `--nonsense`"), "{example}: {complaint}");
        assert!(complaint.contains("usage: cargo run --example"), "{example}: {complaint}");
        assert!(output.stdout.is_empty(), "{example}");
    }
}

#[test]
fn compare_sops_gives_the_sums_of_the_standard_times() {
    check(
        "compare_sops",
        &[],
        &[
            "60 + 60 minutes",
            "≠ 60 minutes",
            "≠ 1 day",
            "≠ 5 days",
            "≠ kabid",
            "6660  ≠         5430",
            "14.80  ≠        12.07",
        ],
    );
}

#[test]
fn typed_is_a_service_with_enums_and_errors_of_its_own() {
    check(
        "typed",
        &[],
        &[
            "Roles, lowest first    Staff, Finance, Head",
            "Decide goes on with    approved, rejected",
            "step request needs Quotation of the supplier",
            "nobody here is called Joko",
            "the slip cannot be read: there is no step `chek`",
            "step check is for Finance officer",
            "it is not the turn of step decide",
            "the counter does not decide",
            "Agus buys",
            "completed",
            "request → check → decide → request → check → decide → check → decide → buy",
            "21 steps, 21 documents, both languages: the same as its file",
            "can go back to steps 13, 12, 11, 10",
        ],
    );
}

#[test]
fn write_your_own_shows_what_verification_and_loading_find() {
    check(
        "write_your_own",
        &[],
        &[
            "purchase: 0 errors",
            "stock and budget",
            "not-enabled",
            "completed",
            "error[improper-completion] step decide, outcome rejected",
            "witness: request:done → stock:in-stock",
            "error[document-not-provided]",
            "read back: the same procedure",
            "purchase.toml:84:8: step decide: the performer names the unknown role `haed`",
        ],
    );
}
