//! Each mistake of `docs/typed.md`, made in the program of that page, and the words of the compiler about it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

const PAGE: &str = include_str!("../../../docs/typed.md");

/// A part of the page: what is changed in the program, and what the compiler says then.
struct Mistake {
    name: &'static str,
    change: &'static str,
    told: &'static str,
}

fn mistakes() -> Vec<Mistake> {
    let sections = PAGE.split("\n### ").skip(1);
    sections
        .map(|section| Mistake {
            name: section.lines().next().unwrap(),
            change: block(section, "diff"),
            told: block(section, "text"),
        })
        .collect()
}

fn block(text: &'static str, language: &str) -> &'static str {
    let (_, behind) = text.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("no {language} in {text}"));
    behind.split("```").next().unwrap()
}

/// The program with the lines that begin with `-` replaced by those that begin with `+`.
fn changed(program: &str, change: &str) -> String {
    let lines =
        |sign: char| change.lines().filter_map(move |line| line.strip_prefix(sign)).collect::<Vec<_>>().join("\n");
    let (old, new) = (lines('-'), lines('+'));
    // `role: Head` stands in one place, `next: end` in two: the first is meant.
    assert!(program.contains(&old), "the program has no {old:?}");
    program.replacen(&old, &new, 1)
}

/// What the compiler says of a program; `Ok` where it has nothing to say.
fn compile(name: &str, program: &str) -> Result<(), String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    fs::create_dir_all(&folder).unwrap();
    let name: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let file = folder.join(format!("{name}.rs"));
    fs::write(&file, format!("#![deny(warnings)]\n{program}")).unwrap();
    let (library, dependencies) = library();
    let output = Command::new(Path::new(env!("CARGO")).with_file_name("rustc"))
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--color=never", "--diagnostic-width=200"])
        .arg(format!("--extern=sopflow={}", library.display()))
        .arg(format!("-Ldependency={}", dependencies.display()))
        .arg(format!("--out-dir={}", folder.display()))
        .arg(&file)
        .output()
        .expect("the compiler runs");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

/// The library that this test was linked with, the last that was built, and where those are that it needs.
fn library() -> (PathBuf, PathBuf) {
    let dependencies = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let files = fs::read_dir(&dependencies).unwrap().map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("libsopflow-") && path.extension().is_some_and(|extension| extension == "rlib")
    };
    let built = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified()).unwrap();
    (files.filter(is_library).max_by_key(built).expect("a library"), dependencies)
}

/// Looks for lines in what the compiler said, in this order.
fn complaint(mistake: &Mistake) -> Option<String> {
    let Mistake { name, change, told } = mistake;
    let Err(said) = compile(name, &changed(block(PAGE, "rust"), change)) else {
        return Some(format!("{name}: it compiles"));
    };
    let bare = without_paths(&said);
    let mut rest = bare.as_str();
    for line in told.lines() {
        let Some((_, behind)) = rest.split_once(without_paths(line).trim()) else {
            return Some(format!("{name}: no {line:?} in\n{said}"));
        };
        rest = behind;
    }
    None
}

/// Without the modules of names, which the compiler leaves out where a name is the only one of its kind.
fn without_paths(text: &str) -> String {
    let mut bare = String::new();
    for part in text.split_inclusive("::") {
        let word = part.strip_suffix("::").map_or(0, |path| {
            path.bytes().rev().take_while(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'$')).count() + 2
        });
        bare.push_str(if word > 2 { &part[..part.len() - word] } else { part });
    }
    bare
}

#[test]
fn the_program_without_mistakes_compiles() {
    compile("none", block(PAGE, "rust")).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn each_mistake_is_told_in_helpful_words() {
    let mistakes = mistakes();
    assert!(mistakes.len() >= 20, "the mistakes are not found any more");
    let complaints = |part: &[Mistake]| part.iter().filter_map(complaint).collect::<Vec<_>>();
    let (one, other) = mistakes.split_at(mistakes.len() / 2);
    let wrong = thread::scope(|scope| {
        let beside = scope.spawn(|| complaints(one));
        [complaints(other), beside.join().unwrap()].concat()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
