//! Paths, methods, identifiers and parameters that lead nowhere.

use std::collections::BTreeSet;

use thidua_testkit::{Value, document};

use super::{NOBODY, Operation, Siege, bodies, operations};

pub fn wrong_paths_and_methods(siege: &Siege<'_>, unit: &str) {
    let all = operations();
    let paths: BTreeSet<&str> = all.iter().map(|op| op.path).collect();
    for path in paths {
        let known: Vec<&Operation> = all.iter().filter(|op| op.path == path).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get"] {
            let served = known.iter().any(|op| op.method == method);
            if !served {
                let answer = siege.refused(&siege.signed_in(method, &known[0].target()), &[405]);
                let allow = answer.header("allow").unwrap_or_default().to_owned();
                assert!(known.iter().all(|op| allow.contains(&op.method)), "{method} {path}: Allow: {allow}");
            }
        }
        siege.refused(&siege.signed_in("GET", &format!("{}/nothing/here", known[0].target())), &[404]);
        siege.refused(&siege.signed_in("GET", &format!("/x{}", known[0].target())), &[404]);
    }
    let strange = [
        "not-an-id",
        "0",
        "-1",
        "null",
        "00000000-0000-0000-0000-000000000000",
        NOBODY,
        "0198c0de00007000800000000000dead",
        "%7B0198c0de-0000-7000-8000-00000000dead%7D",
        "urn:uuid:0198c0de-0000-7000-8000-00000000dead",
        "%00",
        "%0a",
        "%ff",
        "%e2%80%ae",
        "'%20OR%201=1--",
        "%27;DROP%20TABLE%20units;--",
        "..%2f..%2fetc%2fpasswd",
        "%252e%252e",
        "*",
        "{id}",
        "a%2fb",
        "~",
        ";x=1",
    ];
    for op in all.iter().filter(|op| op.path.contains('{')) {
        for id in strange.iter().map(|id| (*id).to_owned()).chain([unit.to_uppercase() + "0", "9".repeat(5_000)]) {
            let path = op.path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part }).collect::<Vec<_>>().join("/");
            // What the query must say is said, so that only the path leads nowhere.
            let asked = op.parameters("query").filter(|parameter| parameter["required"] == true);
            let asked: Vec<String> = asked.map(|parameter| format!("{}={NOBODY}", parameter["name"].as_str().unwrap())).collect();
            let target = if asked.is_empty() { path } else { format!("{path}?{}", asked.join("&")) };
            let mut ask = siege.signed_in(&op.method, &target);
            if let Some(body) = op.body() {
                ask = ask.json(bodies::example(body).to_string());
            }
            siege.refused(&ask, &[404]);
        }
    }
    for target in [
        "/",
        "/api",
        "/api/",
        "/api/v1/",
        "/api/v2/units",
        "//api/v1/units",
        "/api/v1/units/",
        "/api/v1//units",
        "/API/v1/units",
        "/api/v1/./units",
        "/api/v1/units/../users",
        "/api/v1/%75nits2",
        "/docs/../Cargo.toml",
        "/docs/..%2f..%2fCargo.toml",
        "/.git/config",
        "/api/v1/units;x",
    ] {
        siege.refused(&siege.signed_in("GET", target), &[404]);
    }
}

pub fn wrong_queries(siege: &Siege<'_>) {
    for op in operations() {
        let ask = |query: &str| {
            let ask = siege.signed_in(&op.method, &format!("{}?{query}", op.target()));
            match op.body() {
                Some(body) => ask.json(bodies::example(body).to_string()),
                None => ask,
            }
        };
        for query in ["colour=red", "colour", "limit[]=1", "%00=1", "q%00=1", "=1", "'=1", "LIMIT=1"] {
            siege.refused(&ask(query), &[400]);
        }
        for parameter in op.parameters("query") {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            for value in wrong_values(name, schema) {
                siege.refused(&ask(&format!("{name}={value}")), &[400]);
            }
            let fine = match (name, &schema["default"]) {
                (_, Value::String(text)) => text.clone(),
                (_, Value::Null) => "1".to_owned(),
                (_, value) => value.to_string(),
            };
            siege.refused(&ask(&format!("{name}={fine}&{name}={fine}")), &[400]);
        }
    }
}

fn wrong_values(name: &str, schema: &'static Value) -> Vec<String> {
    let schema = schema["$ref"].as_str().map_or(schema, |reference| document().pointer(&reference[1..]).unwrap());
    let mut wrong = Vec::new();
    if schema["type"] == "integer" {
        wrong.extend(["", "x", "1.5", "1e3", "99999999999999999999", "0x10", "%20"].map(str::to_owned));
        wrong.extend(schema["minimum"].as_i64().and_then(|least| least.checked_sub(1)).map(|least| least.to_string()));
        wrong.extend(schema["maximum"].as_i64().and_then(|most| most.checked_add(1)).map(|most| most.to_string()));
    } else if schema["type"] == "boolean" {
        wrong.extend(["", "yes", "1", "TRUE", "null"].map(str::to_owned));
    } else if schema["enum"].is_array() {
        wrong.extend(["", "no_such_word", "'%20OR%201=1--"].map(str::to_owned));
    } else if schema["format"] == "date" {
        wrong.extend(["", "2021-02-30", "today", "2021-4-24", "24/04/2021", "99999-01-01"].map(str::to_owned));
    } else if schema["format"] == "uuid" {
        wrong.extend(["", "x"].map(str::to_owned));
    } else {
        wrong.push("a%00b".to_owned());
        if let Some(most) = schema["maxLength"].as_u64() {
            wrong.push("x".repeat(usize::try_from(most).unwrap() + 1));
        }
    }
    if name == "cursor" {
        wrong.extend(["x", "bnVsbA", "W10", "eyJhIjoxfQ", "%2e", "AAAA"].map(str::to_owned));
    }
    wrong
}
