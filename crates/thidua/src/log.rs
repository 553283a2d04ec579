//! The log: one line an event on standard error, as a JSON object or for people. There is a line for
//! every answer, so a line is written straight into its buffer, without a tree of values between.

use std::fmt::{self, Debug, Write};

use clap::ValueEnum;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Starts the log on standard error.
pub fn start(filter: &str, form: LogFormat) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = match form {
        LogFormat::Json => log.event_format(JsonLine).try_init(),
        LogFormat::Text => log.with_ansi(false).try_init(),
    };
}

/// An event as one JSON object: when, how grave, what it says, its fields, where it comes from.
struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut line)?;
        write!(line, "\",\"level\":\"{}\"", event.metadata().level())?;
        let mut fields = Fields { line: &mut line, outcome: Ok(()) };
        event.record(&mut fields);
        fields.outcome?;
        write!(line, ",\"target\":\"{}\"}}", event.metadata().target())?;
        writeln!(line)
    }
}

/// Writes the fields of an event one after the other.
struct Fields<'l, 'w> {
    line: &'l mut Writer<'w>,
    outcome: fmt::Result,
}

impl Fields<'_, '_> {
    fn add(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if self.outcome.is_ok() {
            self.outcome = write!(self.line, ",\"{}\":", field.name()).and_then(|()| value(self.line));
        }
    }
}

impl Visit for Fields<'_, '_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, |line| write!(line, "{value}"));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, |line| write!(line, "{value}"));
    }
    fn record_i128(&mut self, field: &Field, value: i128) {
        self.add(field, |line| write!(line, "{value}"));
    }
    fn record_u128(&mut self, field: &Field, value: u128) {
        self.add(field, |line| write!(line, "{value}"));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, |line| write!(line, "{value}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, |line| quoted(line, |text| text.write_str(value)));
    }
    // Whatever has no form of its own in JSON is text, numbers that JSON does not know included.
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, |line| quoted(line, |text| write!(text, "{value:?}")));
    }
}

/// Writes text between quotation marks.
fn quoted(line: &mut Writer<'_>, text: impl FnOnce(&mut Escaped<'_, '_>) -> fmt::Result) -> fmt::Result {
    line.write_char('"')?;
    text(&mut Escaped(line))?;
    line.write_char('"')
}

/// Text inside a JSON string.
struct Escaped<'l, 'w>(&'l mut Writer<'w>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, odd)) = rest.char_indices().find(|(_, c)| matches!(c, '"' | '\\') || c.is_control()) {
            let (plain, after) = rest.split_at(at);
            self.0.write_str(plain)?;
            match odd {
                '"' | '\\' => write!(self.0, "\\{odd}")?,
                _ => write!(self.0, "\\u{:04x}", u32::from(odd))?,
            }
            rest = after.get(odd.len_utf8()..).unwrap_or_default();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_one_json_object_whatever_it_says() {
        let memory = Memory::default();
        let kept = memory.clone();
        let log = tracing_subscriber::fmt().with_writer(move || memory.clone()).event_format(JsonLine).finish();
        let odd = "a\"b\\c\n\r\t\u{1b}[0m\u{7f}\u{85}ế \u{2028}";
        tracing::subscriber::with_default(log, || {
            tracing::info!(target: "http", odd, shown = %odd, debugged = ?odd, n = -3, big = u128::MAX, yes = true, half = 0.5, "đã trả lời");
            tracing::warn!("{odd}");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(lines[0]["odd"], odd);
        assert_eq!(lines[0]["shown"], odd);
        assert_eq!(lines[0]["debugged"], format!("{odd:?}"));
        assert_eq!((&lines[0]["n"], &lines[0]["yes"], &lines[0]["half"]), (&json!(-3), &json!(true), &json!("0.5")));
        assert_eq!((&lines[0]["message"], &lines[0]["level"], &lines[0]["target"]), (&json!("đã trả lời"), &json!("INFO"), &json!("http")));
        assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!(lines[1]["message"], odd);
    }
}
