//! Whose version `If-Match` names: what has one of its own, or the whole of which something is a part.

use std::collections::HashSet;

use actix_web::http::Method;

use super::{Group, Op};

impl Op {
    /// Whether the caller may name the version it has seen without having to: a part is added to
    /// something that others change too.
    #[must_use]
    pub fn may_match(&self) -> bool {
        !self.if_match && self.writes && !self.open && self.names_something()
    }

    /// Of a path that was asked for, the part that names what has the version: where its ETag is read.
    #[must_use]
    pub fn versioned_at(&self, path: &str) -> String {
        let depth = self.versioned.unwrap_or(self.path).split('/').count();
        path.split('/').take(depth).collect::<Vec<_>>().join("/")
    }
}

impl Group {
    /// The row before makes what is not there yet: `If-None-Match: *` says so in place of a version.
    #[must_use]
    pub fn creates(self) -> Self {
        self.last(|op| op.creates = true)
    }
}

/// Says of each row that takes a version whose it is.
pub(crate) fn name_versions(rows: &mut [Op]) {
    let read: HashSet<&str> = rows.iter().filter(|op| op.method == Method::GET).map(|op| op.path).collect();
    for op in rows.iter_mut().filter(|op| op.if_match || op.may_match()) {
        op.versioned = versioned(op.path, &read);
    }
}

/// The innermost thing in a path that can be read by itself: it has the version of its parts that cannot.
fn versioned(path: &'static str, read: &HashSet<&str>) -> Option<&'static str> {
    let ends = path.match_indices('}').map(|(at, _)| at + 1);
    ends.rev().filter_map(|end| path.get(..end)).find(|part| read.contains(part))
}

#[cfg(test)]
mod tests {
    use crate::routes::table;

    #[test]
    fn every_row_that_takes_a_version_says_whose() {
        for op in table().iter().filter(|op| op.if_match) {
            assert!(op.versioned.is_some(), "{} {}: nothing in its path can be read", op.method, op.path);
        }
        let of = |id: &str, path: &str| table().iter().find(|op| op.id == id).map(|op| op.versioned_at(path)).unwrap_or_default();
        assert_eq!(of("update_unit", "/api/v1/units/1"), "/api/v1/units/1");
        assert_eq!(of("end_employment", "/api/v1/people/1/employments/2/end"), "/api/v1/people/1");
        assert_eq!(of("update_succession", "/api/v1/units/1/successions/2"), "/api/v1/units/1/successions/2");
        assert_eq!(of("create_merge_undo", "/api/v1/people/1/merges/2/undo"), "/api/v1/people/1");
    }
}
