//! How scores that were entered under one table carry over to the one that amends it.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{CriteriaSet, Node};
use crate::refusal::{Code, Refusal};

/// What becomes of what was entered for an item. Items of the same code carry over without being named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CriteriaMapping))]
pub struct Carry {
    /// Code of an item, bonus or penalty of the table before.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub from: String,
    /// Code of the one in whose place it stands now; absent where nothing carries over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64, nullable = false))]
    pub to: Option<String>,
}

/// The whole mapping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(pub Vec<Carry>);

/// Codes of everything in a table that is entered: items, bonuses, penalties.
#[must_use]
pub fn entered(set: &CriteriaSet) -> Vec<&str> {
    let mut codes = Vec::new();
    let mut open: Vec<&Node> = set.contents.iter().rev().collect();
    while let Some(node) = open.pop() {
        match node {
            Node::Item { code, .. } => codes.push(code.as_str()),
            Node::Group { children, .. } => open.extend(children.iter().rev()),
        }
    }
    let extras = set.bonus.iter().flat_map(|bonus| &bonus.items).chain(set.penalties.iter().flat_map(|all| &all.items));
    codes.extend(extras.map(|extra| extra.code.as_str()));
    codes
}

impl Mapping {
    /// Everything that is wrong with it between two tables: what is named is there, each place is taken once, and
    /// nothing that was entered is lost without saying so.
    #[must_use]
    pub fn check(&self, before: &CriteriaSet, after: &CriteriaSet) -> Vec<Refusal> {
        let (old, new): (HashSet<&str>, HashSet<&str>) = (entered(before).into_iter().collect(), entered(after).into_iter().collect());
        let (mut named, mut taken, mut wrong) = (HashSet::new(), HashSet::new(), Vec::new());
        for (n, Carry { from, to }) in self.0.iter().enumerate() {
            let at = |field: &str, code, item: &str| Refusal::at(format!("/mapping/{n}/{field}"), code).with("item", item);
            if !old.contains(from.as_str()) {
                wrong.push(at("from", Code::MappingUnknown, from));
            } else if !named.insert(from.as_str()) {
                wrong.push(at("from", Code::MappingTwice, from));
            }
            let Some(to) = to.as_deref() else { continue };
            if !new.contains(to) {
                wrong.push(at("to", Code::MappingUnknown, to));
            } else if !taken.insert(to) {
                wrong.push(at("to", Code::MappingTwice, to));
            }
        }
        for item in entered(before).into_iter().filter(|item| !named.contains(item)) {
            let code = if !new.contains(item) {
                Code::MappingMissing
            } else if taken.contains(item) {
                Code::MappingTwice
            } else {
                continue;
            };
            wrong.push(Refusal::at("/mapping", code).with("item", item));
        }
        wrong
    }

    /// What changes its code, from and to; `None` for what is dropped. Items that keep theirs are left out.
    #[must_use]
    pub fn changes(&self) -> BTreeMap<&str, Option<&str>> {
        self.0
            .iter()
            .filter(|carry| carry.to.as_deref() != Some(carry.from.as_str()))
            .map(|carry| (carry.from.as_str(), carry.to.as_deref()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::Points;

    fn table(items: &[&str]) -> CriteriaSet {
        let item = |code: &&str| {
            format!(r#"{{"node": "item", "code": "{code}", "name": "x", "max": 1, "rule": {{"kind": "manual", "step": 1}}}}"#)
        };
        let contents = items.iter().map(item).collect::<Vec<_>>().join(",");
        let set = format!(r#"{{"code": "T", "name": "t", "scale": {}, "contents": [{contents}]}}"#, items.len());
        serde_json::from_str(&set).unwrap()
    }

    fn codes(mapping: &[(&str, Option<&str>)], before: &[&str], after: &[&str]) -> Vec<(Code, String)> {
        let carry = |(from, to): &(&str, Option<&str>)| Carry { from: (*from).to_owned(), to: to.map(str::to_owned) };
        let mapping = Mapping(mapping.iter().map(carry).collect());
        mapping.check(&table(before), &table(after)).into_iter().map(|refusal| (refusal.code, refusal.pointer)).collect()
    }

    #[test]
    fn nothing_entered_is_lost_without_saying_so() {
        assert_eq!(table(&["A", "B"]).scale, Points::of_units(200));
        assert_eq!(entered(&table(&["A", "B"])), ["A", "B"]);
        assert_eq!(codes(&[], &["A", "B"], &["B", "A", "C"]), []);
        assert_eq!(codes(&[], &["A", "B"], &["A"]), [(Code::MappingMissing, "/mapping".to_owned())]);
        assert_eq!(codes(&[("B", None)], &["A", "B"], &["A"]), []);
        assert_eq!(codes(&[("B", Some("C"))], &["A", "B"], &["A", "C"]), []);
        // Two change places.
        assert_eq!(codes(&[("A", Some("B")), ("B", Some("A"))], &["A", "B"], &["A", "B"]), []);
        assert_eq!(codes(&[("B", Some("A"))], &["A", "B"], &["A"]), [(Code::MappingTwice, "/mapping".to_owned())]);
        assert_eq!(
            codes(&[("X", Some("A")), ("A", Some("Y")), ("A", None)], &["A"], &["A"]),
            [
                (Code::MappingUnknown, "/mapping/0/from".to_owned()),
                (Code::MappingUnknown, "/mapping/1/to".to_owned()),
                (Code::MappingTwice, "/mapping/2/from".to_owned())
            ]
        );
    }

    #[test]
    fn what_keeps_its_code_changes_nothing() {
        let carry = |from: &str, to: Option<&str>| Carry { from: from.to_owned(), to: to.map(str::to_owned) };
        let mapping = Mapping(vec![carry("A", Some("A")), carry("B", Some("C")), carry("D", None)]);
        assert_eq!(mapping.changes(), BTreeMap::from([("B", Some("C")), ("D", None)]));
    }
}
