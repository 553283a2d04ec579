//! From a request to the row of the route table that it means: one look-up in a tree of paths.

use std::sync::OnceLock;

use actix_web::http::Method;
use matchit::Router;
use percent_encoding::percent_decode_str;

use crate::op::Op;
use crate::problem::{ApiError, Fault, Protocol};
use crate::routes::table;

/// The operations of one path.
struct Place {
    ops: Vec<&'static Op>,
    /// Methods, as told to who uses another.
    allow: String,
}

impl Place {
    fn of(path: &str) -> Self {
        let ops: Vec<&'static Op> = table().iter().filter(|op| op.path == path).collect();
        let mut allow: Vec<&str> = ops.iter().map(|op| op.method.as_str()).collect();
        if allow.contains(&"GET") {
            allow.push("HEAD");
        }
        Self { allow: allow.join(", "), ops }
    }
}

fn places() -> &'static Router<Place> {
    static PLACES: OnceLock<Router<Place>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let mut paths: Vec<&'static str> = table().iter().map(|op| op.path).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut places = Router::new();
        for path in paths {
            let inserted = places.insert(path, Place::of(path));
            debug_assert!(inserted.is_ok(), "{path} is in the way of another path");
        }
        places
    })
}

/// The operation and the parameters of its path, in order.
///
/// # Errors
/// [`Protocol::NoSuchPath`]; [`Protocol::MethodNotAllowed`] with the methods that are.
pub(super) fn find(method: &Method, path: &str) -> Result<(&'static Op, Vec<String>), ApiError> {
    let found = places().at(path).map_err(|_| Protocol::NoSuchPath)?;
    let wanted = if *method == Method::HEAD { &Method::GET } else { method };
    let Some(op) = found.value.ops.iter().find(|op| op.method == *wanted) else {
        let allow = &found.value.allow;
        let mut error = ApiError::new(Fault::of(Protocol::MethodNotAllowed).with("method", method).with("allow", allow));
        error.says = Some(allow.clone());
        return Err(error);
    };
    let decoded = found.params.iter().map(|(_, value)| percent_decode_str(value).decode_utf8().map(std::borrow::Cow::into_owned));
    let path = decoded.collect::<Result<_, _>>().map_err(|_| Protocol::NoSuchPath)?;
    Ok((op, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_at_its_path() {
        for op in table() {
            let (found, _) = find(&op.method, &op.path.replace(['{', '}'], "")).unwrap_or_else(|_| panic!("{}", op.path));
            assert_eq!(found.id, op.id);
        }
        assert_eq!(find(&Method::GET, "/api/v1/reference/d%E1%BA%A1i").unwrap().1, ["dại"]);
        assert!(find(&Method::GET, "/api/v1/reference/%FF").is_err());
        assert_eq!(find(&Method::HEAD, "/livez").unwrap().0.id, "get_liveness");
        let Err(error) = find(&Method::DELETE, "/api/v1/units") else { panic!() };
        assert_eq!(error.says.as_deref(), Some("GET, POST, HEAD"));
    }
}
