//! The program: reads the command line and runs one command.

use std::process::ExitCode;

use clap::Parser;
use thidua::command::{Cli, run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "thidua stops");
            ExitCode::FAILURE
        }
    }
}
