//! `guichet selftest`: each part of the way, tried once; a table a person can read over the telephone.

use crate::config::Config;
use crate::{check, parts, run};
use engine::failures::{of_directory, of_login, of_mail, of_printer, of_reader, of_submission};
use flow::Failure;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};
use x509_parser::prelude::{FromDer, X509Certificate};

/// A root that ends within this time is told.
const SOON: Duration = Duration::from_secs(30 * 24 * 3_600);

/// One line of the table.
struct Line {
    name: &'static str,
    state: State,
    detail: String,
}

enum State {
    Ok,
    Warning,
    Failed(Option<Failure>),
}

impl Line {
    fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, state: State::Ok, detail: detail.into() }
    }

    fn bad(name: &'static str, failure: Option<Failure>, detail: impl Into<String>) -> Self {
        Self { name, state: State::Failed(failure), detail: detail.into() }
    }
}

/// Prints the table; fails when a line does.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub fn command(path: &Path) -> anyhow::Result<ExitCode> {
    let config = match Config::load(path) {
        Ok(config) => config,
        Err(problem) => {
            println!(
                "{}",
                table("?", &[Line::bad("Configuration", Some(Failure::Configuration), problem.to_string())])
            );
            return Ok(ExitCode::FAILURE);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let lines = runtime.block_on(lines(&config));
    println!("{}", table(&config.site.machine, &lines));
    let failed = lines.iter().any(|line| matches!(line.state, State::Failed(_)));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn lines(config: &Config) -> Vec<Line> {
    let mut lines = vec![configuration(config), reader(), network(config), clock(config)];
    lines.push(provider(config).await);
    lines.push(mail(config).await);
    lines.push(reading(config).await);
    if config.sending.is_some() {
        lines.extend(sending(config).await);
    }
    if config.printer.is_some() {
        lines.push(printer(config).await);
    }
    lines.extend(revocation(config).await);
    lines.push(certificates(config));
    lines
}

/// The revocation lists, fetched once.
async fn revocation(config: &Config) -> Vec<Line> {
    const NAME: &str = "Révocation";
    let lists = match parts::revocation(config) {
        Ok(Some(lists)) => lists,
        Ok(None) => return vec![Line { name: NAME, state: State::Warning, detail: "aucune liste configurée".into() }],
        Err(problem) => return vec![Line::bad(NAME, Some(Failure::Configuration), problem.to_string())],
    };
    let told = |look: revocation::Look| match look.outcome {
        Ok(_) => Line::good(NAME, look.source),
        Err(error) => Line::bad(NAME, Some(Failure::RevocationUnknown), format!("{} : {error}", look.source)),
    };
    lists.look().await.into_iter().map(told).collect()
}

/// The confined process starts, and is confined.
async fn reading(config: &Config) -> Line {
    const NAME: &str = "Lecteur confiné";
    let reader = match parts::reader(config) {
        Ok(reader) => reader,
        Err(problem) => return Line::bad(NAME, Some(Failure::Configuration), problem.to_string()),
    };
    match document::Room::open(&reader.program, reader.limits).await {
        Ok(room) => Line::good(NAME, format!("{:?}", room.confinement())),
        Err(error) => Line::bad(NAME, Some(of_reader(&error)), error.to_string()),
    }
}

/// The submission server, the white list and the directory.
async fn sending(config: &Config) -> Vec<Line> {
    const NAME: &str = "Envoi";
    const LIST: &str = "Liste blanche";
    const DIRECTORY: &str = "Annuaire";
    let writing = match parts::writing(config) {
        Ok(Some(writing)) => writing,
        Ok(None) => return Vec::new(),
        Err(problem) => return vec![Line::bad(NAME, Some(Failure::Configuration), problem.to_string())],
    };
    let mut lines = Vec::new();
    if let Some(mailbox) = config.mailboxes.first() {
        lines.push(match mail::outbox::Outbox::prepare(&writing.outbox, &mailbox.address).await {
            Ok(ready) => Line::good(NAME, format!("joignable, {}:{}", ready.server().host, ready.server().port)),
            Err(error) => Line::bad(NAME, Some(of_submission(&error)), error.to_string()),
        });
    }
    lines.push(match writing.domains.refresh().await {
        Ok(_) => Line::good(LIST, format!("{} domaines", writing.domains.list().map_or(0, |list| list.len()))),
        Err(error) => Line::bad(LIST, Some(Failure::NoWhiteList), error.to_string()),
    });
    if let Some(directory) = &writing.directory {
        // A name nobody has: what counts is that an answer comes.
        lines.push(match directory.search(&directory::Query::new("guichet autotest"), 1).await {
            Ok(_) => Line::good(DIRECTORY, "répond"),
            Err(error) => Line::bad(DIRECTORY, Some(of_directory(&error)), error.to_string()),
        });
    }
    lines
}

async fn printer(config: &Config) -> Line {
    const NAME: &str = "Imprimante";
    let printer = match parts::printer(config) {
        Ok(Some(printer)) => printer,
        Ok(None) => return Line { name: NAME, state: State::Warning, detail: "aucune".into() },
        Err(problem) => return Line::bad(NAME, Some(Failure::Configuration), problem.to_string()),
    };
    match printer.printer.offer().await {
        Ok(_) => Line::good(NAME, "joignable"),
        // Its own words tell the fingerprint of a printer that is not trusted yet.
        Err(error) => Line::bad(NAME, Some(of_printer(&error)), error.to_string()),
    }
}

fn configuration(config: &Config) -> Line {
    let problems = check::problems(config);
    match problems.first() {
        None => Line::good("Configuration", format!("{} boîte(s)", config.mailboxes.len())),
        Some(first) => Line::bad(
            "Configuration",
            Some(Failure::Configuration),
            format!("{} point(s), dont {first}", problems.len()),
        ),
    }
}

fn reader() -> Line {
    match board::reader::names() {
        Ok(names) if names.is_empty() => Line::bad("Lecteur de carte", None, "aucun lecteur branché"),
        Ok(names) => Line::good("Lecteur de carte", names.join(", ")),
        Err(error) => Line::bad("Lecteur de carte", Some(Failure::ReaderService), error.to_string()),
    }
}

fn network(config: &Config) -> Line {
    if board::network::is_up(Path::new("/sys/class/net"), &config.network.interfaces) {
        Line::good("Réseau", "connecté")
    } else {
        Line::bad("Réseau", Some(Failure::NetworkDown), "aucune interface active")
    }
}

fn clock(config: &Config) -> Line {
    let zone = parts::zone(config).unwrap_or(jiff::tz::TimeZone::UTC);
    let now = jiff::Timestamp::now().to_zoned(zone).strftime("%d/%m/%Y %H:%M:%S %Z").to_string();
    if run::plausible(SystemTime::now()) {
        Line::good("Heure", now)
    } else {
        Line::bad("Heure", Some(Failure::ClockWrong), now)
    }
}

async fn provider(config: &Config) -> Line {
    const NAME: &str = "Fournisseur d'identité";
    let settings = match parts::login(config) {
        Ok(settings) => settings,
        Err(problem) => return Line::bad(NAME, Some(Failure::Configuration), problem.to_string()),
    };
    match login::Door::prepare(settings).await {
        Ok(_) => Line::good(NAME, format!("joignable, {}", config.provider.issuer)),
        Err(error) => Line::bad(NAME, Some(of_login(&error)), error.to_string()),
    }
}

async fn mail(config: &Config) -> Line {
    const NAME: &str = "Messagerie";
    let settings = match parts::mail(config) {
        Ok(settings) => settings,
        Err(problem) => return Line::bad(NAME, Some(Failure::Configuration), problem.to_string()),
    };
    let Some(mailbox) = config.mailboxes.first() else {
        return Line { name: NAME, state: State::Warning, detail: "aucune boîte configurée, rien à essayer".into() };
    };
    match mail::Mailbox::prepare(&settings, &mailbox.address).await {
        Ok(prepared) => Line::good(NAME, format!("joignable, {}:{}", prepared.server().host, prepared.server().port)),
        Err(error) => Line::bad(NAME, Some(of_mail(&error)), error.to_string()),
    }
}

/// The first end of validity among the configured authorities.
fn certificates(config: &Config) -> Line {
    const NAME: &str = "Certificats";
    let mut first: Option<(i64, String)> = None;
    for path in config.provider.roots.iter().chain(&config.mail.roots) {
        let Ok(all) = parts::certificates("roots", &config.path(path)) else {
            return Line::bad(NAME, Some(Failure::Configuration), format!("{} illisible", path.display()));
        };
        for der in all {
            let Ok((_, certificate)) = X509Certificate::from_der(&der) else {
                return Line::bad(NAME, Some(Failure::Configuration), format!("{} illisible", path.display()));
            };
            let end = certificate.validity().not_after.timestamp();
            if first.as_ref().is_none_or(|(earliest, _)| end < *earliest) {
                first = Some((end, path.display().to_string()));
            }
        }
    }
    let Some((end, path)) = first else { return Line::bad(NAME, Some(Failure::Configuration), "aucune autorité") };
    let day = jiff::Timestamp::from_second(end).map(|end| end.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
    let left = end.saturating_sub(jiff::Timestamp::now().as_second());
    let detail = format!("le premier ({path}) finit le {day}");
    if left < 0 {
        Line::bad(NAME, Some(Failure::Configuration), detail)
    } else if u64::try_from(left).is_ok_and(|left| left < SOON.as_secs()) {
        Line { name: NAME, state: State::Warning, detail }
    } else {
        Line::good(NAME, detail)
    }
}

/// Numbered lines, short words first: made to be read aloud.
fn table(machine: &str, lines: &[Line]) -> String {
    let mut text = format!("Autotest du poste {machine}, version {}\n\n", env!("CARGO_PKG_VERSION"));
    for (index, line) in lines.iter().enumerate() {
        let state = match line.state {
            State::Ok => "bon",
            State::Warning => "à voir",
            State::Failed(_) => "EN PANNE",
        };
        let code = match line.state {
            State::Failed(Some(failure)) => failure.code(),
            _ => "",
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:>2}  {:<24}{:<10}{:<9}{}", index + 1, line.name, state, code, line.detail);
    }
    let failed = lines.iter().filter(|line| matches!(line.state, State::Failed(_))).count();
    let _ =
        write!(text, "\n{}", if failed == 0 { "Tout est bon.".into() } else { format!("{failed} ligne(s) en panne.") });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_numbers_its_lines_and_tells_the_code() {
        let lines =
            [Line::good("Réseau", "connecté"), Line::bad("Messagerie", Some(Failure::MailUnreachable), "injoignable")];
        let text = table("MLS-B-014", &lines);
        assert!(text.contains(" 1  Réseau"));
        assert!(text.contains("EN PANNE  MAIL-03"));
        assert!(text.ends_with("1 ligne(s) en panne."));
    }
}
