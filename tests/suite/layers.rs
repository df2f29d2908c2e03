//! The rules of the house: which layer may import which, how long a file may be, and what stands in no file at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// Each layer with those that it may import, besides itself and what is open to all. Imports run downwards only, so each
/// stands below all that it may import.
const LAYERS: &[(&str, &[&str])] = &[
    ("time", &[]),
    ("model", &["time"]),
    ("net", &["model"]),
    ("verify", &["net", "model"]),
    ("kernel", &["verify", "net", "model", "time"]),
    ("typed", &["time", "model", "verify", "kernel"]),
    ("store", &[]),
    ("analysis", &["kernel", "verify", "net", "model", "time"]),
    ("exchange", &["model", "net", "kernel"]),
    ("render", &["model", "net", "verify", "kernel"]),
    ("runtime", &["time", "model", "net", "verify", "kernel", "typed", "store", "analysis", "exchange", "render"]),
];
const OPEN_TO_ALL: &[&str] = &["error", "id", "limits"];
/// The face of the crate: it names everything and does nothing.
const FACE: &str = "lib";

/// What reads a clock, does input or output, or takes a lock. Only `store` and `runtime` may.
const IMPURE: &[&str] = &[
    "SystemTime",
    "Instant",
    "Local",
    "fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "env",
    "thread",
    "process",
    "Mutex",
    "RwLock",
];

const LINES_MAX: usize = 500;

#[test]
fn no_layer_imports_upward() {
    let mut imports = 0;
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.is_test())
        .flat_map(|source| {
            let found = imported(&source.module, &source.text);
            imports += found.len();
            let told = |target: &String| format!("{} imports {target}", source.name);
            found.iter().filter(|target| !may_import(source.layer(), target)).map(told).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(imports > 100, "the imports are not found any more: {imports}");
}

#[test]
fn no_source_file_is_longer_than_500_lines_without_its_tests() {
    let long = |source: &Source| {
        let lines = without_tests(&source.text).lines().count();
        (lines > LINES_MAX && !source.is_test()).then(|| format!("{} has {lines} lines", source.name))
    };
    let long: Vec<String> = sources().iter().filter_map(long).collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_pure_layers_are_pure_and_nothing_is_unsafe() {
    let mut wrong = Vec::new();
    for source in sources() {
        let idents = idents(&source.text);
        if idents.contains("unsafe") {
            wrong.push(format!("{} has unsafe code", source.name));
        }
        if matches!(source.layer(), "store" | "runtime") {
            continue;
        }
        let impure = IMPURE.iter().filter(|ident| idents.contains(**ident));
        wrong.extend(impure.map(|ident| format!("{} uses {ident}", source.name)));
        if source.text.contains("::now(") {
            wrong.push(format!("{} reads the clock", source.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    assert!(manifest.contains("unsafe_code = \"forbid\""), "the compiler forbids unsafe code in all targets");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut links = 0;
    let mut broken = Vec::new();
    for path in files().into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&path).expect("a document");
        for link in links_in(&text) {
            links += 1;
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !path.parent().expect("a folder").join(file).exists() {
                broken.push(format!("{} links to {link}", shown(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(links > 10, "the links are not found any more: {links}");
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let folders = ["home", "root", "Users", "tmp", "work", "mnt", "opt", "var"];
    let mut found = Vec::new();
    for path in files() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let named = folders.iter().filter(|folder| names_absolute(line, folder));
            found.extend(named.map(|folder| format!("{}:{}: /{folder}", shown(&path), number + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

// ── The rules see what they should see ──────────────────────────────────────────────────────────────────────────────

#[test]
fn imports_are_found_in_every_form() {
    let check = |text: &str, expected: &[&str]| {
        let module = ["net", "compile"].map(str::to_owned);
        assert_eq!(imported(&module, text), expected, "{text}");
    };
    check("use crate::model::Join;", &["model"]);
    check("use crate::{id::StepIx, verify::{Report, sound::X}};", &["id", "verify"]);
    check("use super::masks::Masks; use super::{BitSet, Net};", &[]);
    check("use super::super::kernel::Case;", &["kernel"]);
    check("use super::super::{time, model::Step};", &["time", "model"]);
    check("mod inner { use super::super::masks::ones; use super::super::super::kernel::decide; }", &["kernel"]);
    check("fn f() -> crate::kernel::Case { crate::verify::run(&[crate::time::X]) }", &["kernel", "verify", "time"]);
    check("#[cbor(with = \"crate::id::cbor\")] struct S;", &["id"]);
    check("/// [`Report`](crate::Report)\n// crate::kernel\npub(crate) fn f() {}", &[]);
    check("#[cfg(test)] mod tests { use crate::Procedure; }", &[]);
    check("use crate::Procedure; use crate::*;", &["Procedure", "*"]);
}

#[test]
fn the_table_forbids_upward_imports() {
    for (layer, target, expected) in [
        ("net", "model", true),
        ("net", "limits", true),
        ("net", "net", true),
        ("net", "verify", false),
        ("net", "time", false),
        ("id", "limits", true),
        ("id", "model", false),
        ("time", "model", false),
        ("kernel", "Procedure", false),
        ("kernel", "*", false),
        ("lib", "kernel", true),
        ("unheard-of", "model", false),
    ] {
        assert_eq!(may_import(layer, target), expected, "{layer} imports {target}");
    }
}

#[test]
fn the_table_runs_downwards() {
    for (position, (layer, imports)) in LAYERS.iter().enumerate() {
        for import in *imports {
            assert!(LAYERS[..position].iter().any(|(lower, _)| lower == import), "{layer} imports {import}");
        }
    }
}

#[test]
fn links_and_places_are_found() {
    let text = "[a](docs/a.md) and [b](b.md#part), [c](https://example.org/home/x), `[d](d.md)`\n```\n[e](e.md)\n```\n";
    assert_eq!(links_in(text), ["docs/a.md", "b.md#part"]);
    let home = ["see ", "/", "home", "/somebody"].concat();
    assert!(names_absolute(&home, "home"));
    assert!(!names_absolute("https://example.org/home/x", "home") && !names_absolute("a/home/b", "home"));
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

struct Source {
    /// The path from the root of the package.
    name: String,
    text: String,
    /// The path of the module.
    module: Vec<String>,
}

impl Source {
    fn layer(&self) -> &str {
        self.module.first().map_or(FACE, String::as_str)
    }

    fn is_test(&self) -> bool {
        self.module.iter().any(|part| part == "tests")
    }
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let sources = files().into_iter().filter(|path| path.starts_with(&src));
    let sources: Vec<Source> = sources
        .map(|path| {
            let parts = path.with_extension("");
            let parts = parts.strip_prefix(&src).expect("a file of src").iter().map(|part| part.to_string_lossy());
            let module = parts.filter(|part| part != "mod" && part != FACE).map(std::borrow::Cow::into_owned).collect();
            Source { name: shown(&path), text: fs::read_to_string(&path).expect("a source file"), module }
        })
        .collect();
    assert!(sources.len() > 50, "the source files are not found any more");
    sources
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Every file of the package that is kept, by the rules of `.gitignore`.
fn files() -> Vec<PathBuf> {
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap_or_default();
    let mut skipped: Vec<PathBuf> = ignored.lines().map(|line| root().join(line.trim_start_matches('/'))).collect();
    skipped.extend(["target", ".git"].map(|name| root().join(name)));
    let (mut found, mut open) = (Vec::new(), vec![root().to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the package") {
            let path = entry.expect("an entry").path();
            if skipped.contains(&path) {
                continue;
            }
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn links_in(text: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        let prose = line.split('`').step_by(2).filter(|_| !is_code);
        for part in prose.flat_map(|prose| prose.split("](").skip(1)) {
            links.extend(part.split_once(')').map(|(link, _)| link).filter(|link| !link.contains("://")));
        }
    }
    links
}

fn names_absolute(line: &str, folder: &str) -> bool {
    let place = format!("/{folder}/");
    line.match_indices(&place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-/:*{}$".contains(before))
    })
}

// ── Imports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

fn may_import(layer: &str, target: &str) -> bool {
    if layer == FACE || layer == target || OPEN_TO_ALL.contains(&target) {
        return true;
    }
    LAYERS.iter().any(|(known, imports)| *known == layer && imports.contains(&target))
}

/// What a module names from the root of the crate: the first part of each path that leads there. Its tests may use the
/// crate as anybody does.
fn imported(module: &[String], text: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(tokens(text), module.len(), &mut found);
    found
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("Rust")
}

fn walk(stream: TokenStream, depth: usize, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let ident = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    };
    let is_path = |at: usize| matches!((tokens.get(at), tokens.get(at + 1)), (Some(TokenTree::Punct(one)), Some(TokenTree::Punct(two))) if one.as_char() == ':' && two.as_char() == ':');
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if is_path(at + 1) && (word == "crate" || word == "super") => {
                let mut above = if word == "crate" { 0 } else { depth.saturating_sub(1) };
                at += 3;
                while ident(at).as_deref() == Some("super") && is_path(at + 1) {
                    above = above.saturating_sub(1);
                    at += 3;
                }
                if above == 0 {
                    heads(&tokens[at..], found);
                }
                continue;
            }
            TokenTree::Group(group) => {
                let is_module = at >= 2 && ident(at - 2).as_deref() == Some("mod");
                let is_tests = is_module && ident(at - 1).as_deref() == Some("tests");
                if is_tests {
                    at += 1;
                    continue;
                }
                walk(group.stream(), depth + usize::from(is_module), found);
            }
            // A path in an attribute, such as `with = "crate::id::cbor"`.
            TokenTree::Literal(literal) => {
                if let Some(path) = literal.to_string().strip_prefix("\"crate::") {
                    found.extend(path.split(':').next().map(|head| head.trim_end_matches('"').to_owned()));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
        at += 1;
    }
}

/// The first part of a path, or of each path of a group.
fn heads(rest: &[TokenTree], found: &mut Vec<String>) {
    match rest.first() {
        Some(TokenTree::Group(group)) => {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            tokens.split(is_comma).for_each(|path| heads(path, found));
        }
        Some(head) => found.push(head.to_string()),
        None => {}
    }
}

fn idents(text: &str) -> BTreeSet<String> {
    fn gather(stream: TokenStream, found: &mut BTreeSet<String>) {
        for token in stream {
            match token {
                TokenTree::Group(group) => gather(group.stream(), found),
                TokenTree::Ident(ident) => drop(found.insert(ident.to_string())),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    gather(tokens(text), &mut found);
    found
}
