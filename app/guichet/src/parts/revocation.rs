//! Revocation lists, from the configuration to what the handshakes want.

use super::{any_address, certificates, problem, roots};
use crate::config::{Config, Depth, Policy, Problem};
use revocation::{Checker, Place, Settings, Source};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// To reach the server of a list.
const CONNECT: Duration = Duration::from_secs(5);

/// What looks after the lists, if the site has any.
///
/// # Errors
/// The first thing that is wrong.
pub fn revocation(config: &Config) -> Result<Option<Arc<Checker>>, Problem> {
    let Some(asked) = &config.revocation else { return Ok(None) };
    let mut sources = Vec::new();
    for place in &asked.lists {
        let web = place.starts_with("http://") || place.starts_with("https://");
        sources.push(Source::new(match web {
            true => Place::Address(any_address("revocation.lists", place)?),
            false => Place::File(config.path(Path::new(place))),
        }));
    }
    if sources.is_empty() {
        return Err(problem("revocation.lists", "vide : sans liste, tout serait refusé ou rien ne serait vérifié"));
    }
    let mut settings = Settings::new(sources, roots(config, "revocation.authorities", &asked.authorities)?);
    for path in &asked.roots {
        settings.roots.extend(certificates("revocation.roots", &config.path(path))?);
    }
    settings.policy = match asked.policy {
        Policy::Required => revocation::Policy::Required,
        Policy::Preferred => revocation::Policy::Preferred,
    };
    settings.depth = match asked.depth {
        Depth::Leaf => revocation::Depth::Leaf,
        Depth::Chain => revocation::Depth::Chain,
    };
    let names = https::Names::new(config.network.dns, &config.network.hosts, CONNECT)
        .map_err(|error| problem("network.dns", error.to_string()))?;
    settings.names = Some(revocation::Names(Arc::new(names)));
    Checker::new(settings).map(Some).map_err(|error| problem("revocation", error.to_string()))
}
