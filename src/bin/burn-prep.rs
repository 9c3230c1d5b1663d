//! The command `burn-prep`; `burn-prep --help` says what it does.

fn main() -> std::process::ExitCode {
    burn_prep::cli::run()
}
