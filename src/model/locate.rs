//! Steps of byte offsets in a file, which need not parse.

/// The id of the step in whose part of the file an offset lies, as far as the text before and after it tells.
///
/// It goes by lines, so that it works in a file that does not parse.
pub(super) fn enclosing_step(text: &str, offset: usize) -> Option<&str> {
    let offset = text.floor_char_boundary(offset);
    let line_end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    let header = text[..line_end].rfind("[[steps]]")?;
    let is_other_list = |line: &str| line.starts_with("[[") && !line.starts_with("[[steps");
    if text[header..line_end].lines().any(|line| is_other_list(line.trim_start())) {
        return None;
    }
    text[header..]
        .lines()
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with("[["))
        .find_map(|line| quoted(line.trim_start().strip_prefix("id")?.trim_start().strip_prefix('=')?))
}

fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    text[1..].split_once(quote).map(|(inside, _)| inside)
}

/// The byte offset of a line and a byte column, both counted from 1.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (line_start + column.saturating_sub(1)).min(text.len())
}

/// The id of the step of a JSON file in which an offset lies, as far as the text before and shortly after it tells.
///
/// It goes by brackets and strings alone, so that it works in a file that does not parse.
pub(super) fn enclosing_step_of_json(text: &str, offset: usize) -> Option<&str> {
    const STEPS: usize = 2;
    const STEP: usize = 3;
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    let (mut list, mut key, mut id) = ("", "", None);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                let string = text.get(at + 1..end)?;
                let is_key = text[(end + 1).min(text.len())..].trim_start().starts_with(':');
                match depth {
                    1 if is_key => list = string,
                    STEP if is_key => key = string,
                    STEP if key == "id" => id = Some(string),
                    _ => {}
                }
                at = end;
            }
            b'{' | b'[' => {
                depth += 1;
                if depth == STEP {
                    id = None;
                }
            }
            b'}' | b']' => {
                if depth == STEP && at >= offset {
                    break;
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if at >= offset && (depth < STEPS || id.is_some()) {
            break;
        }
        at += 1;
    }
    id.filter(|_| list == "steps" && depth >= STEP)
}

/// The position of the quote that ends the string which begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
