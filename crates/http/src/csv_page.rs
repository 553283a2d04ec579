//! The same page of a list as CSV: scalars as they are, references as code and name, lists of words
//! joined. Cells that a spreadsheet would run as a formula are disarmed.

use serde_json::Value;

use crate::problem::ApiError;
use crate::shape::Shape;

fn is_reference(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.len() == 3 && ["id", "code", "name"].iter().all(|key| object.contains_key(*key)))
}

/// Text that begins like a formula gets an apostrophe before it (OWASP: CSV injection).
fn disarm(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(disarm(text)),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>().map(|all| disarm(&all.join("; ")))
        }
        Value::Object(_) => None,
    }
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A list body as CSV, with a byte order mark so that spreadsheets read the Vietnamese.
pub(crate) fn write(shape: &Shape, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let list: Value = serde_json::from_slice(body).map_err(ApiError::internal)?;
    let properties = shape.own().get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let refers = |schema: &Value| schema.to_string().contains("schemas/Ref\"");
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    let columns: Vec<(&String, bool)> = properties
        .iter()
        .filter(|(_, schema)| {
            !kinds(schema).contains(&"object")
                && (refers(schema) && !kinds(schema).contains(&"array")
                    || !schema.to_string().contains("$ref")
                    || kinds(schema).contains(&"string"))
        })
        .map(|(name, schema)| (name, refers(schema)))
        .collect();
    let head: Vec<String> = columns
        .iter()
        .flat_map(|(name, reference)| if *reference { vec![format!("{name}_code"), format!("{name}_name")] } else { vec![(*name).clone()] })
        .collect();
    out.write_record(&head).map_err(ApiError::internal)?;
    for item in list.get("items").and_then(Value::as_array).into_iter().flatten() {
        let mut row = Vec::with_capacity(head.len());
        for (name, reference) in &columns {
            let value = item.get(name.as_str()).unwrap_or(&Value::Null);
            if *reference {
                let part = |key: &str| if is_reference(value) { value.get(key).and_then(cell).unwrap_or_default() } else { String::new() };
                row.push(part("code"));
                row.push(part("name"));
            } else {
                row.push(cell(value).unwrap_or_default());
            }
        }
        out.write_record(&row).map_err(ApiError::internal)?;
    }
    out.into_inner().map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        for formula in ["=1+1", "+1", "-1", "@x", "\t=1"] {
            assert_eq!(disarm(formula), format!("'{formula}"));
        }
        assert_eq!(disarm("Khối thi đua"), "Khối thi đua");
    }
}
