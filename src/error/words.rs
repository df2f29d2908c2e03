//! Pieces of messages.

use crate::limits::ID_CHARS_MAX;

/// A question for the known word that is nearest to a mistyped one; `None` where none is near.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    if word.len() > ID_CHARS_MAX {
        return None;
    }
    let word = word.to_lowercase();
    let tolerance = 1 + word.chars().count() / 3;
    known
        .filter(|candidate| *candidate != word && candidate.len().abs_diff(word.len()) <= tolerance)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min()
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// A text as a message quotes it: cut to the length of an id, on one line.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(ID_CHARS_MAX).flat_map(printable).collect();
    if text.chars().nth(ID_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// The character, or its escape where it is a control character.
fn printable(character: char) -> impl Iterator<Item = char> {
    let (plain, escaped) =
        if character.is_control() { (None, Some(character.escape_debug())) } else { (Some(character), None) };
    plain.into_iter().chain(escaped.into_iter().flatten())
}

/// The words in backticks, with commas and a last `and` or `or`.
pub(crate) fn listed(words: &[&str], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [first @ .., last] => format!("`{}` {conjunction} `{last}`", first.join("`, `")),
    }
}
