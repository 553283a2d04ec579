//! The rules for text that people type: what is kept, what is mended silently, what is refused;
//! the folded key under which text is searched and the key under which Vietnamese is sorted.
//! Lengths and meanings of single fields live with their nouns.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A control character, U+0000 among them; or a line break in a one-line text.
    Control(char),
    /// A character that overrides the direction of writing and can make a text lie.
    Direction(char),
}

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One: names, titles, codes.
    One,
    /// Many: newline and tab are kept.
    Many,
}

/// Brings a typed text into the one form in which it is kept.
///
/// Unicode NFC; every other kind of space becomes a space; what nobody sees (zero-width characters,
/// soft hyphens, byte order marks, fillers, tags) vanishes; line ends become `\n`; blanks at both
/// ends go.
///
/// # Errors
/// [`Fault`] names the first character that is refused.
pub fn normalise(input: &str, lines: Lines) -> Result<String, Fault> {
    if input.is_ascii() && !input.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return Ok(input.trim().to_owned());
    }
    let mut kept = String::with_capacity(input.len());
    let mut chars = input.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if lines == Lines::Many => {
                if chars.peek() != Some(&'\n') {
                    kept.push('\n');
                }
            }
            '\n' | '\t' if lines == Lines::Many => kept.push(c),
            '\u{2028}' | '\u{2029}' if lines == Lines::Many => kept.push('\n'),
            c if is_blank(c) => kept.push(' '),
            c if is_invisible(c) => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => return Err(Fault::Direction(c)),
            c if c.is_control() || is_no_character(c) => return Err(Fault::Control(c)),
            c => kept.push(c),
        }
    }
    Ok(kept.trim().nfc().collect())
}

/// Spaces of other widths, and what looks like one.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}' | '\u{3000}')
}

/// What takes no room on paper: two names that differ only in it would look the same.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Separators of lines in a one-line text, and places of the code that stand for no character.
const fn is_no_character(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff9}'..='\u{fffb}') || (c as u32) & 0xfffe == 0xfffe
}

/// The key under which a text is found whatever its accents and case: `Đắk Nông` and `dak nong` meet.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut blank = true;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        if c.is_whitespace() {
            if !blank {
                key.push(' ');
            }
            blank = true;
            continue;
        }
        blank = false;
        match c {
            'đ' | 'Đ' => key.push('d'),
            c if c.is_ascii() => key.push(c.to_ascii_lowercase()),
            c => key.extend(c.to_lowercase()),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
/// Tones in dictionary order: level, grave, hook, tilde, acute, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];

/// The key under which texts stand in Vietnamese dictionary order when compared byte by byte.
///
/// Syllable by syllable: letters in the order of the alphabet (a ă â … d đ …), then the tone;
/// numbers by their value (`Phường 2` before `Phường 10`).
#[must_use]
pub fn collation_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() * 2);
    for (i, word) in text.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty()).enumerate() {
        if i > 0 {
            key.push(' ');
        }
        push_syllable(&mut key, word);
    }
    key
}

fn push_syllable(key: &mut String, word: &str) {
    let mut tone = 0u8;
    let mut digits = String::new();
    let lower = word.to_lowercase();
    for c in lower.nfd().fold(Vec::<char>::new(), |mut letters, c| {
        if let Some(rank) = TONES.iter().position(|t| *t == c) {
            tone = u8::try_from(rank + 1).unwrap_or(0);
        } else if is_combining_mark(c) {
            if let Some(last) = letters.last_mut() {
                *last = unicode_normalization::char::compose(*last, c).unwrap_or(*last);
            }
        } else {
            letters.push(c);
        }
        letters
    }) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        push_number(key, &mut digits);
        match ALPHABET.chars().position(|letter| letter == c) {
            // 33 letters from 'A' on: every byte stays above the digits and the tone marks.
            Some(rank) => key.push(char::from(b'A' + u8::try_from(rank).unwrap_or(0))),
            None if c.is_alphabetic() => {
                key.push('~');
                key.push(c);
            }
            None => {}
        }
    }
    push_number(key, &mut digits);
    key.push(char::from(b'!' + tone));
}

fn push_number(key: &mut String, digits: &mut String) {
    if digits.is_empty() {
        return;
    }
    let number = digits.trim_start_matches('0');
    for _ in number.len()..9 {
        key.push('0');
    }
    key.push_str(number);
    digits.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_text_is_kept_composed() {
        assert_eq!(normalise("Đa\u{302}\u{301}k", Lines::One).unwrap(), "Đấk");
        assert_eq!(normalise(" a\u{a0}b\u{200b} ", Lines::One).unwrap(), "a b");
        assert_eq!(normalise("a\r\nb\rc\td", Lines::Many).unwrap(), "a\nb\nc\td");
        assert_eq!(normalise("a\u{2028}b\u{3000}c", Lines::Many).unwrap(), "a\nb c");
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        for unseen in ['\u{61c}', '\u{180e}', '\u{2062}', '\u{3164}', '\u{fe0f}', '\u{e0041}', '\u{34f}'] {
            assert_eq!(normalise(&format!("Sở{unseen} Nội vụ"), Lines::One).unwrap(), "Sở Nội vụ", "{unseen:?}");
        }
    }

    #[test]
    fn what_can_lie_is_refused() {
        assert_eq!(normalise("a\0b", Lines::Many), Err(Fault::Control('\0')));
        assert_eq!(normalise("a\nb", Lines::One), Err(Fault::Control('\n')));
        assert_eq!(normalise("a\u{202e}b", Lines::One), Err(Fault::Direction('\u{202e}')));
        assert_eq!(normalise("é\u{85}", Lines::Many), Err(Fault::Control('\u{85}')));
        for none in ['\u{2028}', '\u{ffff}', '\u{fffe}', '\u{fdd0}', '\u{1ffff}'] {
            assert_eq!(normalise(&format!("é{none}"), Lines::One), Err(Fault::Control(none)));
        }
    }

    #[test]
    fn three_spellings_of_one_province_meet() {
        for spelling in ["Đăk Nông", "Đắk Nông", "ĐẮK NÔNG", "dak  nong "] {
            assert_eq!(fold(spelling), "dak nong", "{spelling}");
        }
    }

    #[test]
    fn names_stand_in_dictionary_order() {
        let mut names =
            ["Đà Nẵng", "Cà Mau", "Ân Thi", "Ăn Thịt", "An Giang", "Phường 10", "Phường 2", "Dầu Tiếng", "Bà Rịa", "Ba Vì", "Ban Mê"];
        names.sort_by_key(|name| collation_key(name));
        assert_eq!(
            names,
            ["An Giang", "Ăn Thịt", "Ân Thi", "Ba Vì", "Bà Rịa", "Ban Mê", "Cà Mau", "Dầu Tiếng", "Đà Nẵng", "Phường 2", "Phường 10"]
        );
    }

    proptest::proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,40}") {
            if let Ok(once) = normalise(&text, Lines::Many) {
                proptest::prop_assert_eq!(normalise(&once, Lines::Many), Ok(once));
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
