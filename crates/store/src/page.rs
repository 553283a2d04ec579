//! Pages of a list by keyset: what is asked for and where the last page ended.

use thidua_domain::id::AnyId;
use thidua_domain::time::Date;

/// The value under which a row stands in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A number.
    Int(i32),
    /// A large number.
    Big(i64),
    /// A text.
    Text(String),
    /// A date.
    Day(Date),
}

/// The place after which a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The sort key of the last row.
    pub key: Key,
    /// Its identifier, which decides between equal keys.
    pub id: AnyId,
}

/// A page asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Rows wanted.
    pub limit: u32,
    /// Where the last page ended.
    pub after: Option<Place>,
    /// Folded search text.
    pub q: Option<String>,
    /// Whether the exact number of rows is wanted too.
    pub count: bool,
}

impl Ask {
    /// Rows to read: one more than wanted tells whether there is a next page.
    #[must_use]
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The search text as a pattern for `LIKE`.
    #[must_use]
    pub fn pattern(&self) -> Option<String> {
        self.q.as_ref().map(|q| format!("%{}%", escape_like(q)))
    }
}

/// Takes the meaning out of the wildcards of `LIKE` (escaped by `\`).
#[must_use]
pub fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A page as read.
#[derive(Debug, Clone)]
pub struct Page<R> {
    /// Its rows.
    pub rows: Vec<R>,
    /// Whether another page follows.
    pub more: bool,
    /// The exact number of rows, if asked for.
    pub total: Option<i64>,
}

impl<R> Page<R> {
    /// Cuts what was read to what was asked for.
    #[must_use]
    pub fn cut(mut rows: Vec<R>, ask: &Ask, total: Option<i64>) -> Self {
        let limit = usize::try_from(ask.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, more, total }
    }
}
