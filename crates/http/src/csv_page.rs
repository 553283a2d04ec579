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

/// What a field of a view becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    /// One column: a text, a number, a word of a closed list, a list of texts.
    One,
    /// Two: the code and the name of what is referred to.
    Reference,
    /// None: what is itself a table or a record does not fit into a cell.
    None,
}

/// Looks through references to named schemas and through what may be absent.
fn width(shape: &Shape, schema: &Value) -> Width {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next()) {
        return if name == "Ref" { Width::Reference } else { shape.components.get(name).map_or(Width::None, |named| width(shape, named)) };
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        let mut there = choices.iter().filter(|choice| choice.get("type") != Some(&"null".into()));
        return there.next().map_or(Width::None, |choice| width(shape, choice));
    }
    let is = |wanted: &str| match schema.get("type") {
        Some(Value::String(kind)) => kind == wanted,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        _ => false,
    };
    if is("array") {
        let one = schema.get("items").is_some_and(|items| width(shape, items) == Width::One);
        return if one { Width::One } else { Width::None };
    }
    if ["string", "integer", "number", "boolean"].into_iter().any(is) { Width::One } else { Width::None }
}

/// The columns of a list: the fields of its lines that fit into cells.
#[derive(Debug)]
pub struct Columns(Vec<(String, Width)>);

impl Columns {
    /// Those of a kind of line.
    pub(crate) fn of(shape: &Shape) -> Self {
        let fields = shape.own().get("properties").and_then(Value::as_object).into_iter().flatten();
        let widths = fields.map(|(name, schema)| (name.clone(), width(shape, schema)));
        Self(widths.filter(|(_, width)| *width != Width::None).collect())
    }

    fn head(&self) -> Vec<String> {
        let names = |name: &str| self.0.iter().any(|(other, _)| other == name);
        let mut head = Vec::with_capacity(self.0.len());
        for (name, width) in &self.0 {
            if *width == Width::Reference {
                head.push(format!("{name}_code"));
                // A view may have a field of its own by that name, for what has no identifier.
                let shown = format!("{name}_name");
                head.push(if names(&shown) { format!("{name}_known_as") } else { shown });
            } else {
                head.push(name.clone());
            }
        }
        head
    }
}

/// Begins with a byte order mark, so that spreadsheets read the Vietnamese.
fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec())
}

/// What is shown as a table of its own making, not as the fields of a list.
pub(crate) struct Table {
    /// Names of the columns.
    pub(crate) head: Vec<&'static str>,
    /// Rows, each of a cell for every column.
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Table {
    /// As CSV.
    pub(crate) fn write(&self) -> Result<Vec<u8>, ApiError> {
        let mut out = writer();
        out.write_record(&self.head).map_err(ApiError::internal)?;
        for row in &self.rows {
            out.write_record(row.iter().map(|value| cell(value).unwrap_or_default())).map_err(ApiError::internal)?;
        }
        out.into_inner().map_err(ApiError::internal)
    }
}

/// A list body as CSV.
pub(crate) fn write(columns: &Columns, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let list: Value = serde_json::from_slice(body).map_err(ApiError::internal)?;
    let mut out = writer();
    let head = columns.head();
    out.write_record(&head).map_err(ApiError::internal)?;
    for item in list.get("items").and_then(Value::as_array).into_iter().flatten() {
        let mut row = Vec::with_capacity(head.len());
        for (name, width) in &columns.0 {
            let value = item.get(name.as_str()).unwrap_or(&Value::Null);
            if *width == Width::Reference {
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
