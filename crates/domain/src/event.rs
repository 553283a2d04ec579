//! Events: what is written down of every change. The public half names the subject and the changed
//! fields, never personal values; values sit in a restricted half that can be erased on its own.

use serde_json::{Map, Value};

use crate::access::{Kind, Verb};
use crate::id::AnyId;
use crate::recorded::{Origin, Recorded};
use crate::refusal::Code;

/// One change, as the domain reports it; actor, time and request are added by the unit of work.
#[derive(Debug, Clone)]
pub struct Event {
    /// Kind of the subject.
    pub kind: Kind,
    /// The subject.
    pub subject: AnyId,
    /// What was done.
    pub verb: Verb,
    /// The state before and after, when the act moved a lifecycle.
    pub moved: Option<(&'static str, &'static str)>,
    /// Values before the act; restricted.
    pub before: Option<Value>,
    /// Values after the act; restricted.
    pub after: Option<Value>,
    /// Why; restricted, since people write names into reasons.
    pub reason: Option<String>,
    /// The facts of a recorded act; restricted.
    pub recorded: Option<Recorded>,
    /// What would have refused the act, had it been performed here.
    pub warnings: Vec<Code>,
}

impl Event {
    /// An event that says only what was done to what.
    #[must_use]
    pub const fn new(kind: Kind, subject: AnyId, verb: Verb) -> Self {
        Self { kind, subject, verb, moved: None, before: None, after: None, reason: None, recorded: None, warnings: Vec::new() }
    }

    /// Adds the values before and after; equal fields are left out of both.
    #[must_use]
    pub fn values(mut self, before: Option<Value>, after: Option<Value>) -> Self {
        let (before, after) = match (before, after) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                let changed = |from: &Map<String, Value>, to: &Map<String, Value>| {
                    Value::Object(from.iter().filter(|(k, v)| to.get(*k) != Some(*v)).map(|(k, v)| (k.clone(), v.clone())).collect())
                };
                (Some(changed(&old, &new)), Some(changed(&new, &old)))
            }
            other => other,
        };
        self.before = before;
        self.after = after;
        self
    }

    /// Adds the movement of a lifecycle.
    #[must_use]
    pub const fn moved(mut self, from: &'static str, to: &'static str) -> Self {
        self.moved = Some((from, to));
        self
    }

    /// Adds the reason.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    /// Adds the facts of a recorded act.
    #[must_use]
    pub fn recorded(mut self, recorded: Option<Recorded>) -> Self {
        self.recorded = recorded;
        self
    }

    /// Adds what would have refused the act, had it been performed here.
    #[must_use]
    pub fn despite(mut self, warnings: Vec<Code>) -> Self {
        self.warnings = warnings;
        self
    }

    /// Whether the act was performed here or recorded.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        if self.recorded.is_some() { Origin::Recorded } else { Origin::Performed }
    }

    /// Names of the changed fields, sorted: the only part of the values that the log itself keeps.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let mut names: Vec<String> = [&self.before, &self.after]
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flat_map(|values| values.keys().cloned())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_changed_is_kept() {
        let event = Event::new(Kind::Bloc, AnyId::new(uuid::Uuid::nil()), Verb::Edit)
            .values(Some(json!({"name": "a", "note": "x"})), Some(json!({"name": "b", "note": "x", "code": "c"})));
        assert_eq!(event.fields(), ["code", "name"]);
        assert_eq!(event.before, Some(json!({"name": "a"})));
        assert_eq!(event.after, Some(json!({"name": "b", "code": "c"})));
    }
}
