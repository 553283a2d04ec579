//! The Python environment of the tests: other people's programs that speak with the service.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thidua_testkit::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The interpreter of the environment, which is made where it is not there yet.
fn interpreter() -> PathBuf {
    let made = Command::new(root().join("scripts/python-for-tests")).output().unwrap();
    assert!(made.status.success(), "no Python environment: {}", String::from_utf8_lossy(&made.stderr).trim());
    root().join(String::from_utf8(made.stdout).unwrap().trim())
}

/// Runs a script of `tests/python` on some JSON; what it prints is JSON too.
pub fn run(script: &str, args: &[&str], input: &Value) -> Value {
    let mut child = Command::new(interpreter())
        .arg(root().join("tests/python").join(script))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{script}: {error}"))
}
