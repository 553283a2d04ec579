//! Refusals: what the rules say no to. Each names the rule, the state found and the mend, in both
//! languages, under a code that never changes. Transport-free: how a refusal is answered over HTTP
//! is decided in `thidua-http`.

mod codes;

use std::fmt;

use crate::vocabulary::{Lang, Word};

pub use codes::Code;

/// What kind of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Absent, or outside the caller's sight: the two look the same.
    Absent,
    /// Seen, but not for this caller to do.
    Forbidden,
    /// The thing is not in a state in which this can be done.
    State,
    /// Something else already holds this place.
    Taken,
    /// The thing has changed since the caller looked.
    Stale,
    /// It is found under another identifier.
    Moved,
    /// What was sent breaks a rule.
    Rule,
}

/// One thing refused, with the place in what was sent and the figures that explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which rule.
    pub code: Code,
    /// JSON pointer into the body; empty when the whole is meant.
    pub pointer: String,
    /// Figures for the texts.
    pub with: Vec<(&'static str, String)>,
    /// What it comes to one by one, where several things together are refused as one.
    pub parts: Vec<Refusal>,
}

impl Refusal {
    /// Refuses the act as a whole.
    #[must_use]
    pub const fn of(code: Code) -> Self {
        Self { code, pointer: String::new(), with: Vec::new(), parts: Vec::new() }
    }

    /// Refuses the value at a JSON pointer.
    #[must_use]
    pub fn at(pointer: impl Into<String>, code: Code) -> Self {
        Self { pointer: pointer.into(), ..Self::of(code) }
    }

    /// Says what it comes to one by one.
    #[must_use]
    pub fn made_of(mut self, parts: Vec<Self>) -> Self {
        self.parts = parts;
        self
    }

    /// Adds a figure for the texts.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.with.push((name, value.to_string()));
        self
    }

    /// Moves the refusal below another pointer: a part speaks of itself, the whole knows where it stands.
    #[must_use]
    pub fn under(mut self, pointer: &str) -> Self {
        self.pointer.insert_str(0, pointer);
        self
    }

    /// State and mend in the language asked for, figures filled in.
    #[must_use]
    pub fn detail(&self, lang: Lang) -> String {
        fill(self.code.detail().get(lang), &self.with, lang)
    }
}

/// What parts the two languages of a figure; no text that people send holds it.
const PARTS: char = '\u{1f}';

/// A figure that is itself words: each language shows its own.
#[must_use]
pub fn both(vi: impl std::fmt::Display, en: impl std::fmt::Display) -> String {
    format!("{vi}{PARTS}{en}")
}

/// A word out of a closed list as a figure. What callers sent is never taken for one: a field called `unit` stays `unit`.
#[must_use]
pub fn word_named<W: Word>(word: W) -> String {
    both(word.label().vi.to_lowercase(), word.label().en.to_lowercase())
}

/// Puts figures into a text: `{name}` becomes the value of `name`.
#[must_use]
pub fn fill(template: &str, with: &[(&'static str, String)], lang: Lang) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        match with.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => match value.split_once(PARTS) {
                Some((vi, en)) => text.push_str(if lang == Lang::Vi { vi } else { en }),
                None => text.push_str(value),
            },
            None => text.push('…'),
        }
        rest = tail;
    }
    text.push_str(rest);
    text
}

/// The domain says no, for one reason or for many at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused: {}", .0.iter().map(|r| r.code.as_str()).collect::<Vec<_>>().join(", "))]
pub struct DomainError(pub Vec<Refusal>);

impl From<Refusal> for DomainError {
    fn from(refusal: Refusal) -> Self {
        Self(vec![refusal])
    }
}

impl From<Code> for DomainError {
    fn from(code: Code) -> Self {
        Refusal::of(code).into()
    }
}

/// Gathers refusals so that all of them are told at once.
#[derive(Debug, Default)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// Notes a refusal.
    pub fn push(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// Keeps the value, or notes why there is none.
    pub fn take<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// The end: nothing was refused, or all that was.
    ///
    /// # Errors
    /// Every refusal noted.
    pub fn done(self) -> Result<(), DomainError> {
        if self.0.is_empty() { Ok(()) } else { Err(DomainError(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_speak_both_languages() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code:?}");
            for text in [code.title(), code.detail()] {
                assert!(!text.vi.is_empty() && !text.en.is_empty() && text.vi != text.en, "{code:?}");
            }
            let figures = |text: &str| text.matches('{').count();
            assert_eq!(figures(code.detail().vi), figures(code.detail().en), "{code:?}");
        }
    }

    #[test]
    fn figures_are_filled_in_and_a_missing_one_is_harmless() {
        let refusal = Refusal::of(Code::EndsBeforeStart).with("from", "2021-02-01").with("to", "2021-01-01");
        assert_eq!(refusal.detail(Lang::En), "The end 2021-01-01 lies before the start 2021-02-01. Correct one of the two dates.");
        assert_eq!(fill("{a} {b", &[], Lang::En), "… b");
    }
}
