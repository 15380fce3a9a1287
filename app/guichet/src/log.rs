//! The journal: our own crates only.
//!
//! Libraries write protocol lines, tokens among them, to their traces. They are not let in at any level.

use tracing_subscriber::EnvFilter;

const OURS: [&str; 7] = ["guichet", "engine", "board", "card", "login", "mail", "revocation"];

/// Starts the journal on standard error; systemd adds date and time.
pub fn start(verbose: bool) {
    let level = if verbose { "debug" } else { "info" };
    let directives: Vec<String> = OURS.iter().map(|name| format!("{name}={level}")).collect();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives.join(",")))
        .with_writer(std::io::stderr)
        .without_time()
        .init();
}

/// Says why the program ends, whether the journal has started or not.
#[expect(clippy::print_stderr, reason = "the journal may not have started")]
pub fn last_words(error: &anyhow::Error) {
    eprintln!("guichet : {error:#}");
}
