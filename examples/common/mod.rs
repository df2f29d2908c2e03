//! What the examples share: how they are called and how they print.

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

pub(crate) type Told = Result<(), Box<dyn Error>>;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();

const COLUMNS: usize = 100;

/// Runs an example that has these options. It prints in colour where standard output is a terminal, unless the
/// environment variable `NO_COLOR` is set.
pub(crate) fn run(usage: &str, options: &[&str], example: impl FnOnce(&[String], &mut dyn Write) -> Told) -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if given.iter().any(|option| option == "--help" || option == "-h") {
        anstream::println!("{usage}");
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = given.iter().find(|option| !options.contains(&option.as_str())) {
        anstream::eprintln!("{BAD}error{BAD:#}: there is no option `{unknown}`\n\n{usage}");
        return ExitCode::from(2);
    }
    match example(&given, &mut anstream::AutoStream::auto(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough, as in `… | head`.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("{BAD}error{BAD:#}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

pub(crate) fn heading(out: &mut dyn Write, text: &str) -> io::Result<()> {
    writeln!(out, "\n{BOLD}{text}{BOLD:#}\n")
}

/// Each line of the text broken to fit the screen, the first after `first` and all others indented as far.
pub(crate) fn wrapped(out: &mut dyn Write, first: &str, text: &str) -> io::Result<()> {
    let indent = " ".repeat(textwrap::core::display_width(first));
    for (position, line) in text.lines().enumerate() {
        let first = if position == 0 { first } else { &indent };
        // Where the line itself is indented, what it is broken into is too.
        let hanging = line.len() - line.trim_start().len();
        let hanging = format!("{indent}{:hanging$}", "");
        let options = textwrap::Options::new(COLUMNS)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .initial_indent(first)
            .subsequent_indent(&hanging);
        writeln!(out, "{}", textwrap::fill(line, options))?;
    }
    Ok(())
}
