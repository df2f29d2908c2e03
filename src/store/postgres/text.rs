//! Any text as PostgreSQL can keep it, which is any but the character NUL.
//!
//! The characters U+0000 and U+0001, which hardly any text has, are written as U+0001 and one more. The order of texts by bytes
//! stays as it is.

use std::borrow::Cow;
use std::sync::Arc;

const WRITTEN: [(&str, &str); 2] = [("\u{1}", "\u{1}\u{2}"), ("\0", "\u{1}\u{1}")];

pub(super) fn kept(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte > 1) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(WRITTEN.iter().fold(text.to_owned(), |text, (plain, written)| text.replace(plain, written)))
}

pub(super) fn plain(kept: &str) -> Arc<str> {
    if kept.bytes().all(|byte| byte > 1) {
        return kept.into();
    }
    let mut text = String::new();
    let mut characters = kept.chars();
    while let Some(character) = characters.next() {
        let is_written = character == '\u{1}';
        text.push(if is_written && characters.next() == Some('\u{1}') { '\0' } else { character });
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back_and_keeps_its_order() {
        let mut texts = vec![String::new()];
        for at in 0..4 {
            let longer = |text: &String| ['\0', '\u{1}', '\u{2}', 'a'].map(|last| format!("{text}{last}"));
            let longest = texts.iter().filter(|text| text.len() == at);
            let longer: Vec<String> = longest.flat_map(longer).collect();
            texts.extend(longer);
        }
        texts.sort();
        assert_eq!(texts.len(), 1 + 4 + 16 + 64 + 256);
        for text in &texts {
            assert_eq!(*plain(&kept(text)), **text, "{text:?}");
            assert!(!kept(text).contains('\0'), "{text:?}");
        }
        assert!(texts.is_sorted_by(|one, next| kept(one) < kept(next)));
        assert!(matches!(kept("desk é"), Cow::Borrowed(_)));
    }
}
