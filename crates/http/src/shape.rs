//! Shapes: the schema of a body or parameter as published in the OpenAPI document, compiled so that
//! the very same source is enforced. Texts are brought into their kept form on the way.

mod check;
mod compile;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use thidua_domain::points::DECIMAL_PLACES;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

pub use check::{Check, token};
pub(crate) use compile::integer_bounds;

/// A named schema with all it refers to.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name among the components.
    pub name: String,
    /// It and all it refers to, by name.
    pub components: BTreeMap<String, Value>,
    /// Its example, taken out of the schema.
    pub example: Option<Value>,
}

fn plain(schema: &RefOr<Schema>) -> Value {
    serde_json::to_value(schema).unwrap_or(Value::Null)
}

impl Shape {
    /// The shape of a type.
    #[must_use]
    pub fn of<T: ToSchema>() -> Self {
        let name = T::name().into_owned();
        let mut all = Vec::new();
        T::schemas(&mut all);
        let mut components: BTreeMap<String, Value> = all.iter().map(|(name, schema)| (name.clone(), plain(schema))).collect();
        let mut own = plain(&T::schema());
        let example = own.as_object_mut().and_then(|own| own.remove("example"));
        components.insert(name.clone(), own);
        for component in components.values_mut() {
            strip_examples(component);
            bound_texts(component);
            close_variants(component);
        }
        Self { name, components, example }
    }

    /// The same shape with every field optional and nullable: a JSON merge patch of it.
    #[must_use]
    pub fn patch(mut self) -> Self {
        let Some(mut own) = self.components.remove(&self.name) else { return self };
        if let Some(object) = own.as_object_mut() {
            object.remove("required");
            object.insert("minProperties".to_owned(), 1.into());
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                for property in properties.values_mut() {
                    self.loosen_maps(property);
                    *property = nullable(property.take());
                }
            }
        }
        self.name = format!("{}Patch", self.name.trim_end_matches("Draft"));
        self.components.insert(self.name.clone(), own);
        self
    }

    /// Of a map, single entries can be taken away too; also of one in a part, which then has a shape of its own.
    fn loosen_maps(&mut self, property: &mut Value) {
        loosen(property);
        let named = property.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()).map(str::to_owned);
        let Some((name, part)) = named.and_then(|name| Some((format!("{name}Patch"), self.components.get(&name)?))) else { return };
        let mut loose = part.clone();
        if let Some(Value::Object(fields)) = loose.get_mut("properties") {
            fields.values_mut().for_each(loosen);
        }
        if loose != *part {
            *property = serde_json::json!({ "$ref": format!("#/components/schemas/{name}") });
            self.components.insert(name, loose);
        }
    }

    /// The same shape under another name.
    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        if let Some(own) = self.components.remove(&self.name) {
            self.components.insert(name.clone(), own);
        }
        self.name = name;
        self
    }

    /// The schema of a field of the outermost object.
    pub fn property(&mut self, name: &str) -> Option<&mut Value> {
        self.components.get_mut(&self.name).and_then(|own| own.get_mut("properties")).and_then(|properties| properties.get_mut(name))
    }

    /// Names of the fields of the outermost object.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        self.components
            .get(&self.name)
            .and_then(|own| own.get("properties"))
            .and_then(Value::as_object)
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// A schema itself where only its name, or it or null, is written.
    pub(crate) fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let choices = ["oneOf", "allOf", "anyOf"].iter().find_map(|key| schema.get(*key)).and_then(Value::as_array);
        if let Some(choice) = choices.and_then(|choices| choices.iter().find(|choice| choice.get("type") != Some(&"null".into()))) {
            return self.resolve(choice);
        }
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
        name.and_then(|name| self.components.get(name)).unwrap_or(schema)
    }

    /// Whether a number in it has so many places at most.
    #[must_use]
    pub fn has_decimals(&self) -> bool {
        self.components.values().any(|schema| schema.get(DECIMAL_PLACES).is_some())
    }

    /// The schema of the outermost object.
    #[must_use]
    pub fn own(&self) -> &Value {
        self.components.get(&self.name).unwrap_or(&Value::Null)
    }
}

/// Lets single entries of a map be taken away.
fn loosen(schema: &mut Value) {
    if let Some(rest) = schema.get_mut("additionalProperties").filter(|rest| rest.is_object()) {
        *rest = nullable(rest.take());
    }
}

fn nullable(schema: Value) -> Value {
    match schema.get("type") {
        Some(Value::String(kind)) => {
            let kind = kind.clone();
            let mut schema = schema;
            if let Some(object) = schema.as_object_mut() {
                object.insert("type".to_owned(), serde_json::json!([kind, "null"]));
                if let Some(Value::Array(words)) = object.get_mut("enum") {
                    words.push(Value::Null);
                }
            }
            schema
        }
        Some(Value::Array(_)) => schema,
        _ if schema.get("oneOf").is_some() => schema,
        _ => serde_json::json!({ "oneOf": [{ "type": "null" }, schema] }),
    }
}

/// Most entries of a map.
pub(crate) const ENTRIES_MAX: usize = 20;

/// Longest text where no field says otherwise.
const TEXT_MAX: usize = 1_000;

/// No text without an end: what the source leaves open is bounded here, in the document as in the check.
fn bound_texts(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let text = object
                .get("type")
                .is_some_and(|kind| kind == "string" || kind.as_array().is_some_and(|kinds| kinds.contains(&"string".into())));
            if object.get("additionalProperties").is_some_and(Value::is_object) {
                object.entry("maxProperties").or_insert(ENTRIES_MAX.into());
            }
            if text && !["maxLength", "enum", "format"].iter().any(|key| object.contains_key(*key)) {
                object.insert("maxLength".to_owned(), TEXT_MAX.into());
            }
            object.values_mut().for_each(bound_texts);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_texts),
        _ => {}
    }
}

/// Shapes told apart by a word take no fields of each other: closed, as single objects are.
fn close_variants(schema: &mut Value) {
    let Some(Value::Array(choices)) = schema.get_mut("oneOf") else { return };
    for choice in choices.iter_mut().filter_map(Value::as_object_mut).filter(|choice| choice.contains_key("properties")) {
        choice.entry("additionalProperties").or_insert(false.into());
    }
}

fn strip_examples(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            // A property may be called "example"; a schema's own example never sits beside a type-less map.
            if object.contains_key("type") || object.contains_key("oneOf") || object.contains_key("$ref") {
                object.remove("example");
            }
            object.values_mut().for_each(strip_examples);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_examples),
        _ => {}
    }
}

/// Applies a merge patch (RFC 7396) to the outermost object.
pub fn merge(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                if value.is_null() {
                    target.remove(&name);
                } else if value.is_object() {
                    merge(target.entry(name).or_insert_with(|| Value::Object(Map::new())), value);
                } else {
                    target.insert(name, value);
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(ToSchema)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct Sample {
        #[schema(min_length = 1, max_length = 5)]
        name: String,
        #[schema(format = "multiline", max_length = 10)]
        note: Option<String>,
        #[schema(minimum = 1, maximum = 9)]
        count: i32,
        #[schema(max_items = 2)]
        tags: Option<Vec<String>>,
        from: Option<thidua_domain::recorded::RecordedFrom>,
        parts: Option<Vec<Part>>,
    }

    #[derive(ToSchema)]
    #[schema(no_recursion)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct Part {
        name: String,
        parts: Option<Vec<Part>>,
    }

    #[derive(ToSchema)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct SampleView {
        id: String,
        name: String,
        parts: Vec<PartView>,
    }

    #[derive(ToSchema)]
    #[schema(no_recursion)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct PartView {
        name: String,
        name_label: String,
        parts: Vec<PartView>,
    }

    #[derive(ToSchema, serde::Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[allow(dead_code, reason = "only its schema is looked at")]
    enum Rule {
        Manual {
            step: thidua_domain::points::Points,
        },
        Bands {
            #[schema(max_items = 2)]
            bands: Vec<String>,
        },
    }

    #[derive(ToSchema)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct Ruled {
        rule: Rule,
    }

    #[test]
    fn shapes_told_apart_by_a_word_are_enforced_each() {
        let check = Check::compile(&Shape::of::<Ruled>(), None);
        let codes = |rule: Value| match check.run(&mut json!({ "rule": rule })) {
            Ok(()) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| (fault.code.as_str(), format!("{:?}", fault.place))).collect::<Vec<_>>(),
        };
        let at = |pointer: &str| format!("Pointer(\"{pointer}\")");
        assert_eq!(codes(json!({"kind": "manual", "step": 0.5})), []);
        assert_eq!(codes(json!({"kind": "manual", "step": 1e2})), []);
        assert_eq!(codes(json!({"kind": "manual", "step": 0.005})), [("too_fine", at("/rule/step"))]);
        assert_eq!(codes(json!({"kind": "manual", "step": 1e-9})), [("too_fine", at("/rule/step"))]);
        assert_eq!(codes(json!({"kind": "manual", "step": 1e30})), [("too_large", at("/rule/step"))]);
        assert_eq!(codes(json!({"kind": "manual", "step": "1"})), [("wrong_type", at("/rule/step"))]);
        assert_eq!(codes(json!({"kind": "manual"})), [("required", at("/rule/step"))]);
        assert_eq!(codes(json!({"kind": "manual", "step": 1, "bands": []})), [("unknown_field", at("/rule/bands"))]);
        assert_eq!(codes(json!({"kind": "bands", "bands": ["a", "b", "c"]})), [("too_many", at("/rule/bands"))]);
        assert_eq!(codes(json!({"kind": "none"})), [("not_in_list", at("/rule/kind"))]);
        assert_eq!(codes(json!({"kind": 1})), [("wrong_type", at("/rule/kind"))]);
        assert_eq!(codes(json!({"step": 1})), [("required", at("/rule/kind"))]);
        assert_eq!(codes(json!([])), [("wrong_type", at("/rule"))]);
    }

    fn run(mut value: Value) -> Result<Value, Vec<(&'static str, String)>> {
        let check = Check::compile(&Shape::of::<Sample>(), Some(&Shape::of::<SampleView>()));
        match check.run(&mut value) {
            Ok(()) => Ok(value),
            Err(faults) => Err(faults
                .into_iter()
                .map(|fault| {
                    let crate::problem::Place::Pointer(pointer) = fault.place else { panic!("{fault:?}") };
                    (fault.code.as_str(), pointer)
                })
                .collect()),
        }
    }

    #[test]
    fn what_is_published_is_enforced() {
        assert_eq!(run(json!({"name": " a\u{a0}b ", "count": 3, "id": "x"})), Ok(json!({"name": "a b", "count": 3})));
        assert_eq!(
            run(json!({"name": "", "count": 10, "tags": ["a", "b", "c"], "from": "moon"})),
            Err(vec![
                ("too_short", "/name".into()),
                ("too_large", "/count".into()),
                ("too_many", "/tags".into()),
                ("not_in_list", "/from".into()),
            ])
        );
        assert_eq!(run(json!({"name": 5, "count": 10})), Err(vec![("wrong_type", "/name".into())]));
        assert_eq!(run(json!({"name": "a", "count": 1.5})), Err(vec![("wrong_type", "/count".into())]));
        assert_eq!(run(json!({"name": "a", "count": 1, "a/b": 1})), Err(vec![("unknown_field", "/a~1b".into())]));
        assert_eq!(run(json!({})), Err(vec![("required", "/name".into()), ("required", "/count".into())]));
        assert_eq!(run(json!({"name": "a\nb", "count": 1})), Err(vec![("text_control", "/name".into())]));
        assert_eq!(run(json!({"name": "a", "count": 1, "note": "a\nb"})), Ok(json!({"name": "a", "count": 1, "note": "a\nb"})));
        assert_eq!(run(json!([])), Err(vec![("wrong_type", String::new())]));
    }

    #[test]
    fn what_was_shown_can_be_sent_back() {
        let shown = json!({"id": "x", "name": "a", "count": 1, "parts": [{"name": "b", "name_label": "B", "parts": [{"name": "c", "name_label": "C"}]}]});
        assert_eq!(run(shown), Ok(json!({"name": "a", "count": 1, "parts": [{"name": "b", "parts": [{"name": "c"}]}]})));
        let unknown = json!({"name": "a", "count": 1, "parts": [{"name": "b", "label": "B"}]});
        assert_eq!(run(unknown), Err(vec![("unknown_field", "/parts/0/label".into())]));
    }

    #[test]
    fn a_patch_may_leave_out_and_empty_fields() {
        let check = Check::compile(&Shape::of::<Sample>().patch(), None);
        assert!(check.run(&mut json!({"note": null, "from": null})).is_ok());
        assert!(check.run(&mut json!({})).is_err());
        let mut target = json!({"a": 1, "b": {"c": 1, "d": 2}});
        merge(&mut target, json!({"a": null, "b": {"c": null, "e": 3}}));
        assert_eq!(target, json!({"b": {"d": 2, "e": 3}}));
    }
}
