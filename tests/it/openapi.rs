//! The published document: what is checked in is what the program says, and every operation in it
//! is described completely. `THIDUA_BLESS=1` writes the checked-in files anew.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde_json::Value;
use thidua_testkit::{document, fits, resolved};

/// Operations without a path parameter that can still answer 404: the caller's own account is gone.
const OWN: &[&str] = &["get_me", "set_password"];
/// Open operations that answer 401: what they check are the credentials in the body.
const CREDENTIALS: &[&str] = &["create_session", "refresh_session", "create_oidc_session"];

fn same_as_checked_in(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(name);
    if std::env::var_os("THIDUA_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(made.lines().count())) + 1;
    assert!(
        kept == made,
        "openapi/{name} is not what the program says, from line {line} on. Look at the difference, then write it anew: \
         THIDUA_BLESS=1 cargo test -p acceptance openapi"
    );
}

#[test]
fn the_checked_in_document_is_the_generated_one() {
    same_as_checked_in("openapi.json", &thidua_http::openapi::text());
}

#[test]
fn the_checked_in_collection_is_the_generated_one() {
    same_as_checked_in("thidua.postman_collection.json", &thidua_http::postman_text("http://127.0.0.1:8080"));
}

struct Operation {
    method: &'static str,
    path: &'static str,
    is: &'static Value,
}

impl Operation {
    fn id(&self) -> &'static str {
        self.is["operationId"].as_str().unwrap_or_default()
    }
    /// Whether what goes wrong is said as RFC 6749 says it.
    fn is_oauth(&self) -> bool {
        self.path.starts_with("/api/v1/oauth/")
    }
    fn answers(&self, status: &str) -> bool {
        !self.is["responses"][status].is_null()
    }
}

fn operations() -> Vec<Operation> {
    let paths = document()["paths"].as_object().unwrap();
    let each = |(path, item): (&'static String, &'static Value)| {
        item.as_object().unwrap().iter().map(move |(method, is)| Operation { method, path, is })
    };
    let all: Vec<Operation> = paths.iter().flat_map(each).collect();
    assert!(all.len() > 30, "only {} operations", all.len());
    all
}

/// Runs a rule over all operations and tells everything that breaks it at once.
fn holds(rule: impl Fn(&Operation) -> Vec<String>) {
    let broken: Vec<String> = operations()
        .iter()
        .flat_map(|op| rule(op).into_iter().map(move |what| format!("{} {} ({}): {what}", op.method, op.path, op.id())))
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

fn unless(fine: bool, what: impl Into<String>) -> Vec<String> {
    if fine { Vec::new() } else { vec![what.into()] }
}

#[test]
fn the_document_is_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    for part in ["title", "version", "description", "license"] {
        assert!(!document["info"][part].is_null(), "info.{part}");
    }
    let known: BTreeSet<&str> = document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    let used: BTreeSet<&str> = operations().iter().filter_map(|op| op.is["tags"][0].as_str()).collect();
    assert_eq!(known, used, "tags that are declared and tags that are used");
    let served: BTreeSet<&str> = thidua_http::table().iter().filter(|op| !op.hidden).map(|op| op.id).collect();
    assert_eq!(served, operations().iter().map(Operation::id).collect(), "what is served and what is described");
}

#[test]
fn names_are_unique_and_speak() {
    let mut seen = HashMap::new();
    for op in operations() {
        let twice = seen.insert(op.id(), op.path);
        assert_eq!(twice, None, "{} names two operations", op.id());
    }
    holds(|op| {
        let words: Vec<&str> = op.id().split('_').collect();
        let snake = op.id().chars().all(|c| c.is_ascii_lowercase() || c == '_') && words.iter().all(|word| !word.is_empty());
        let verbs = ["get", "list", "create", "update", "set", "delete", "end", "transition", "refresh"];
        let others = ["add", "remove", "copy", "sign", "record", "replace", "import", "export"];
        let verb = words.first().is_some_and(|verb| verbs.contains(verb) || others.contains(verb));
        let mut wrong = unless(snake && verb && words.len() > 1, "is not verb_noun");
        wrong.extend(unless(op.is["tags"].as_array().is_some_and(|tags| tags.len() == 1), "has not one tag"));
        for text in ["summary", "description"] {
            wrong.extend(unless(op.is[text].as_str().is_some_and(|text| text.chars().count() > 5), format!("has no {text}")));
        }
        wrong
    });
}

#[test]
fn security_is_told_and_so_is_what_can_go_wrong() {
    holds(|op| {
        let Some(security) = op.is["security"].as_array() else { return vec!["does not say who may call it".to_owned()] };
        let secured = !security.is_empty();
        let parameter = |place: &str, name: &str| {
            op.is["parameters"].as_array().unwrap().iter().any(|p| p["in"] == place && (name.is_empty() || p["name"] == name))
        };
        let (names_something, if_match) = (parameter("path", ""), parameter("header", "If-Match"));
        // Where there may be nothing yet, one of two headers is wanted.
        let must = parameter("header", "If-None-Match")
            || op.is["parameters"].as_array().unwrap().iter().any(|p| p["name"] == "If-Match" && p["required"] == true);
        let mut wrong = unless(op.answers("401") == (secured || CREDENTIALS.contains(&op.id())), "401 and being secured do not fit");
        wrong.extend(unless(op.answers("404") == (names_something || OWN.contains(&op.id())), "404 and path parameters do not fit"));
        for (status, wanted) in [("412", if_match), ("428", must)] {
            wrong.extend(unless(op.answers(status) == wanted, format!("{status} and If-Match do not fit")));
        }
        for status in ["400", "500", "503"] {
            wrong.extend(unless(op.answers(status), format!("{status} is not documented")));
        }
        let body = !op.is["requestBody"].is_null();
        for status in ["413", "415"] {
            wrong.extend(unless(op.answers(status) == body, format!("{status} and a body do not fit")));
        }
        // What OAuth has no words for is a bad request there.
        wrong.extend(unless(!body || op.is_oauth() || op.answers("422"), "422 is not documented"));
        // PATCH and transitions change what somebody else may have changed meanwhile.
        let needs = op.method == "patch" || op.path.ends_with("/transitions") && op.method == "post";
        wrong.extend(unless(!needs || must, "changes something without If-Match"));
        wrong
    });
}

#[test]
fn every_answer_is_described() {
    holds(|op| {
        let mut wrong = Vec::new();
        let responses = op.is["responses"].as_object().unwrap();
        // A part of a file is the same success as the whole.
        let good = responses.keys().filter(|status| status.starts_with('2') && *status != "206").count();
        wrong.extend(unless(good == 1, format!("has {good} kinds of success")));
        for (status, response) in responses {
            let response = resolved(response);
            wrong.extend(unless(response["description"].as_str().is_some_and(|text| !text.is_empty()), format!("{status} has no words")));
            let content = response["content"].as_object();
            let media: Vec<&str> = content.into_iter().flatten().map(|(media, _)| media.as_str()).collect();
            match status.as_str() {
                "204" | "304" => wrong.extend(unless(media.is_empty(), format!("{status} has a body"))),
                two if two.starts_with('2') => wrong.extend(unless(!media.is_empty(), format!("{status} has no content"))),
                _ => {
                    let wanted = if op.is_oauth() { "application/json" } else { "application/problem+json" };
                    wrong.extend(unless(media == [wanted], format!("{status} is {media:?}")));
                }
            }
            for (media, content) in content.into_iter().flatten().filter(|(media, _)| media.ends_with("json")) {
                let found = if media == "application/problem+json" { problems(status, response, content) } else { example(content) };
                wrong.extend(found.into_iter().map(|why| format!("{status} as {media}: {why}")));
            }
        }
        wrong
    });
}

/// What is wrong with the problems of a status: each that is named has an example, which is what is answered.
fn problems(status: &str, response: &Value, content: &'static Value) -> Vec<String> {
    let named: BTreeSet<&str> = response["description"].as_str().unwrap_or_default().split(", ").collect();
    let shown: BTreeSet<&str> = content["examples"].as_object().into_iter().flatten().map(|(code, _)| code.as_str()).collect();
    let mut wrong = unless(named == shown, format!("names {named:?}, shows {shown:?}"));
    for (code, example) in content["examples"].as_object().into_iter().flatten() {
        let problem = &resolved(example)["value"];
        wrong.extend(unless(
            problem["code"] == **code && problem["status"].as_u64() == status.parse().ok(),
            format!("{code} shows {problem}"),
        ));
        wrong.extend(fits(&content["schema"], problem, "").err().into_iter().map(|why| format!("{code}: {why}")));
    }
    wrong
}

fn example(content: &Value) -> Vec<String> {
    match content.get("example").filter(|example| !example.is_null()) {
        None => vec!["has no example".to_owned()],
        Some(example) => fits(&content["schema"], example, "").err().into_iter().map(|why| format!("its own example: {why}")).collect(),
    }
}

#[test]
fn every_body_has_an_example_that_fits_and_is_closed() {
    holds(|op| {
        let mut wrong = Vec::new();
        let content = op.is["requestBody"]["content"].as_object().into_iter().flatten();
        for (media, content) in content.filter(|(media, _)| media.ends_with("json")) {
            wrong.extend(example(content).into_iter().map(|why| format!("{media}: {why}")));
            let name = content["schema"]["$ref"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            let schema = &document()["components"]["schemas"][name];
            wrong.extend(unless(schema["additionalProperties"] == false, format!("{name} is open to unknown fields")));
        }
        wrong
    });
}

#[test]
fn every_parameter_is_described() {
    holds(|op| {
        let mut wrong = Vec::new();
        let parameters = op.is["parameters"].as_array().unwrap();
        let mut seen = BTreeSet::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            wrong.extend(unless(seen.insert((parameter["in"].as_str(), name)), format!("{name} stands twice")));
            let described = parameter["description"].as_str().is_some_and(|text| text.chars().count() > 3);
            wrong.extend(unless(described, format!("{name} is not described")));
            wrong.extend(unless(parameter["required"].is_boolean(), format!("{name} may or must be given")));
            wrong.extend(unless(parameter["in"] != "path" || parameter["required"] == true, format!("{name} must be required")));
            bounds(&parameter["schema"], name, &mut wrong);
        }
        for name in op.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let told = parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name);
            wrong.extend(unless(told, format!("{{{name}}} is no parameter")));
        }
        wrong
    });
}

/// What a body must not bear besides is said, since it is refused. A form may bear anything besides (RFC 6749, 3.2).
#[test]
fn bodies_say_that_they_take_nothing_else() {
    fn open(schema: &Value, at: &str, seen: &mut BTreeSet<String>, wrong: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            if seen.insert(reference.to_owned()) {
                open(document().pointer(reference.trim_start_matches('#')).unwrap(), reference, seen, wrong);
            }
            return;
        }
        if !schema.is_object() {
            return;
        }
        let takes = schema["properties"].is_object();
        wrong.extend(unless(!takes || schema["additionalProperties"] == false, format!("{at} takes anything besides")));
        let parts = schema["properties"].as_object().into_iter().flatten().map(|(_, part)| part);
        let choices = ["oneOf", "anyOf", "allOf"].iter().flat_map(|key| schema[key].as_array().into_iter().flatten());
        for part in parts.chain(choices).chain([&schema["items"], &schema["additionalProperties"]]) {
            open(part, at, seen, wrong);
        }
    }
    holds(|op| {
        let mut wrong = Vec::new();
        for media in ["application/json", "application/merge-patch+json"] {
            open(&op.is["requestBody"]["content"][media]["schema"], op.id(), &mut BTreeSet::new(), &mut wrong);
        }
        wrong
    });
}

/// Every string, list and number in a schema must say how large it can be.
fn bounds(schema: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let there = reference.strip_prefix('#').and_then(|pointer| document().pointer(pointer)).is_some();
        wrong.extend(unless(there, format!("{at}: {reference} leads nowhere")));
        return;
    }
    for choice in ["oneOf", "anyOf", "allOf"].iter().flat_map(|key| schema[key].as_array().into_iter().flatten()) {
        bounds(choice, at, wrong);
    }
    let is = |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind));
    let has = |keys: &[&str]| keys.iter().any(|key| !schema[key].is_null());
    if is("string") {
        wrong.extend(unless(has(&["maxLength", "enum", "format"]), format!("{at}: a string without an end")));
        // A format that is ours alone says nothing of the length.
        let ours = schema["format"].as_str().is_some_and(|format| !["uuid", "date", "date-time"].contains(&format));
        wrong.extend(unless(!ours || has(&["maxLength"]), format!("{at}: a string without an end")));
    }
    if is("array") {
        wrong.extend(unless(has(&["maxItems"]), format!("{at}: a list without an end")));
        bounds(&schema["items"], &format!("{at}[]"), wrong);
    }
    if is("integer") || is("number") {
        wrong.extend(unless(has(&["minimum"]) && has(&["maximum"]), format!("{at}: a number without bounds")));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        bounds(property, &format!("{at}.{name}"), wrong);
    }
    if schema["additionalProperties"].is_object() {
        bounds(&schema["additionalProperties"], &format!("{at}.*"), wrong);
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        wrong.extend(unless(!schema["properties"][name].is_null(), format!("{at}: {name} is required and unknown")));
    }
}

#[test]
fn every_schema_says_how_large_things_can_be() {
    let mut wrong = Vec::new();
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        let known = schema["type"].is_string() || schema["type"].is_array() || schema["oneOf"].is_array();
        wrong.extend(unless(known, format!("{name}: a schema of nothing in particular")));
        bounds(schema, name, &mut wrong);
    }
    for op in operations() {
        for response in op.is["responses"].as_object().unwrap().values().map(resolved) {
            for content in response["content"].as_object().into_iter().flat_map(|content| content.values()) {
                bounds(&content["schema"], op.id(), &mut wrong);
            }
            for (name, header) in response["headers"].as_object().into_iter().flatten() {
                bounds(&header["schema"], &format!("{} {name}", op.id()), &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|inner| references(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    references(document(), &mut found);
    let components = ["schemas", "responses", "examples"]
        .iter()
        .flat_map(|kind| document()["components"][kind].as_object().unwrap().keys().map(move |name| format!("#/components/{kind}/{name}")));
    let there: BTreeSet<String> = components.collect();
    assert_eq!(found.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "references that lead nowhere");
    assert_eq!(there.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "components that nothing uses");
}
