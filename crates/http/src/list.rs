//! Lists: what every list can be asked, and the cursor that carries on where a page ended.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use thidua_domain::id::AnyId;
use thidua_domain::text;
use thidua_store::page::{Ask, Key, Page, Place};
use utoipa::ToSchema;

use crate::answer::List;
use crate::call::{Meta, QueryArgs};
use crate::op::Op;
use crate::problem::{ApiError, Fault, Protocol};
use crate::secret::digest;
use crate::shape::Shape;

/// Rows of a page unless asked otherwise.
pub const LIMIT: u32 = 50;
/// Rows of a page at the most.
pub const LIMIT_MAX: u32 = 200;

/// Filters of a list: which orders it has and whether it can be searched.
pub trait Filters: DeserializeOwned + ToSchema + 'static {
    /// Orders, the default first.
    const SORTS: &'static [&'static str];
    /// Whether `q` searches it.
    const SEARCH: bool;
}

/// What a list is asked for.
pub struct Listing<F> {
    /// Filters.
    pub filter: F,
    /// Order: one of [`Filters::SORTS`].
    pub sort: &'static str,
    /// The page.
    pub ask: Ask,
    /// What binds a cursor to this list.
    seal: String,
}

impl<F: Filters> QueryArgs for Listing<F> {
    fn shape() -> Option<Shape> {
        Some(Shape::of::<F>())
    }
    fn sorts() -> &'static [&'static str] {
        F::SORTS
    }
    fn searchable() -> bool {
        F::SEARCH
    }
    fn read(mut query: Map<String, Value>, op: &'static Op, meta: &Meta) -> Result<Self, ApiError> {
        let limit = query.remove("limit").and_then(|limit| limit.as_u64()).and_then(|limit| u32::try_from(limit).ok()).unwrap_or(LIMIT);
        let cursor = query.remove("cursor");
        let wanted = query.remove("sort");
        let sort = F::SORTS
            .iter()
            .copied()
            .find(|sort| wanted.as_ref().and_then(Value::as_str).is_none_or(|wanted| wanted == *sort))
            .unwrap_or("id");
        let q = query.remove("q").and_then(|q| q.as_str().map(text::fold)).filter(|q| !q.is_empty());
        let seal = seal(op.id, sort, q.as_deref(), &query);
        let after = match cursor.as_ref().and_then(Value::as_str) {
            Some(cursor) => Some(open(cursor, &seal).ok_or_else(|| Fault::parameter("cursor", Protocol::BadCursor))?),
            None => None,
        };
        let filter = serde_json::from_value(Value::Object(query)).map_err(ApiError::internal)?;
        Ok(Self { filter, sort, ask: Ask { limit, after, q, count: meta.count }, seal })
    }
}

impl<F> Listing<F> {
    /// The page as an answer. `place` tells where a row stands in the order asked for.
    ///
    /// # Errors
    /// When a view cannot be written, which is a defect.
    pub fn page<R, V: Serialize>(&self, page: &Page<R>, views: &[V], place: impl Fn(&R) -> (Key, AnyId)) -> Result<List<V>, ApiError> {
        let next = page.more.then(|| page.rows.last()).flatten().map(|row| {
            let (key, id) = place(row);
            close(&key, id, &self.seal)
        });
        List::of(views, next, page.total)
    }
}

fn seal(op: &str, sort: &str, q: Option<&str>, filters: &Map<String, Value>) -> String {
    let mut named: Vec<(&String, &Value)> = filters.iter().collect();
    named.sort_by_key(|(name, _)| name.as_str());
    let text = json!([op, sort, q, named]).to_string();
    URL_SAFE_NO_PAD.encode(digest(text.as_bytes()).get(..9).unwrap_or_default())
}

fn close(key: &Key, id: AnyId, seal: &str) -> String {
    let key = match key {
        Key::Int(n) => json!({ "i": n }),
        Key::Big(n) => json!({ "b": n }),
        Key::Text(text) => json!({ "t": text }),
        Key::Day(day) => json!({ "d": day }),
    };
    URL_SAFE_NO_PAD.encode(json!([seal, key, id]).to_string())
}

fn open(cursor: &str, seal: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (of, key, id): (String, Map<String, Value>, AnyId) = serde_json::from_slice(&bytes).ok()?;
    if of != seal {
        return None;
    }
    let (kind, value) = key.into_iter().next()?;
    let key = match kind.as_str() {
        "i" => Key::Int(i32::try_from(value.as_i64()?).ok()?),
        "b" => Key::Big(value.as_i64()?),
        "t" => Key::Text(value.as_str().filter(|text| !text.contains('\0'))?.to_owned()),
        "d" => Key::Day(value.as_str()?.parse().ok()?),
        _ => return None,
    };
    Some(Place { key, id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_belongs_to_its_list() {
        let id = AnyId::new(Uuid::from_u128(7));
        for key in [Key::Int(-3), Key::Big(1 << 40), Key::Text("Đ\"x".into()), Key::Day("2021-04-24".parse().unwrap())] {
            let cursor = close(&key, id, "seal");
            assert_eq!(open(&cursor, "seal"), Some(Place { key, id }));
            assert_eq!(open(&cursor, "other"), None);
        }
        for junk in ["", "x", "bnVsbA", "W10"] {
            assert_eq!(open(junk, "seal"), None, "{junk}");
        }
    }
}
