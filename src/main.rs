//! The command line: arguments in, exit code out.
//!
//! The library is a pure core; every file, stream and environment variable is touched by this program, in `shell`.

mod cli;
mod shell;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    shell::run(&cli::Cli::parse())
}
