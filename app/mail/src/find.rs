//! DNS: from a mailbox address to servers, from a server to addresses.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{IpAddr, SocketAddr};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};

use crate::error::Error;
use crate::settings::{Server, ServerSource, Tls};

/// Names of a service in DNS: inside TLS, and in clear up to STARTTLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    implicit: &'static str,
    starttls: &'static str,
}

/// RFC 6186, RFC 8314.
pub(crate) const IMAP: Names = Names { implicit: "_imaps", starttls: "_imap" };
/// RFC 6186, RFC 8314.
pub(crate) const SUBMISSION: Names = Names { implicit: "_submissions", starttls: "_submission" };

/// Asks DNS. Nothing is kept from one question to the next: a visit asks once.
pub(crate) struct Finder {
    resolver: TokioResolver,
}

impl Finder {
    /// Asks `dns`, or the system's servers.
    pub fn new(dns: Option<SocketAddr>) -> Result<Self, Error> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = match dns {
            Some(dns) => {
                let mut server = NameServerConfig::udp_and_tcp(dns.ip());
                server.connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for connection in &mut server.connections {
                    connection.port = dns.port();
                }
                TokioResolver::builder_with_config(ResolverConfig::from_name_servers(vec![server]), provider)
            }
            None => TokioResolver::builder(provider).map_err(|e| Error::Unreachable(io::Error::other(e)))?,
        };
        let options = builder.options_mut();
        options.cache_size = 0;
        options.attempts = 2;
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        if dns.is_some() {
            options.use_hosts_file = ResolveHosts::Never;
        }
        let resolver = builder.build().map_err(|e| Error::Unreachable(io::Error::other(e)))?;
        Ok(Finder { resolver })
    }

    /// Addresses of a host.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Error> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let found = self.resolver.lookup_ip(absolute(host)).await.map_err(failure)?;
        Ok(found.iter().collect())
    }

    /// Servers of a mailbox, in the order to try them.
    pub async fn servers(&self, names: Names, source: &ServerSource, address: &str) -> Result<Vec<Server>, Error> {
        let domain = domain(address)?;
        let allowed = match source {
            ServerSource::Fixed(server) => return Ok(vec![server.clone()]),
            ServerSource::Srv { allowed } => allowed,
        };
        let (implicit, starttls) = tokio::join!(
            self.service(names.implicit, domain, Tls::Implicit),
            self.service(names.starttls, domain, Tls::StartTls)
        );
        let mut records = implicit?;
        records.extend(starttls?);
        if records.is_empty() {
            return Err(Error::NoServer);
        }
        let servers = order(records, &mut dice());
        let inside: Vec<Server> = servers
            .into_iter()
            .filter(|s| is_within(&s.host, domain) || allowed.iter().any(|d| is_within(&s.host, d)))
            .collect();
        if inside.is_empty() { Err(Error::ServerNotAllowed) } else { Ok(inside) }
    }

    async fn service(&self, service: &str, domain: &str, tls: Tls) -> Result<Vec<Record>, Error> {
        let name = format!("{service}._tcp.{}", absolute(domain));
        let found = match self.resolver.lookup(name, RecordType::SRV).await {
            Ok(found) => found,
            Err(NetError::Dns(DnsError::NoRecordsFound(_) | DnsError::ResponseCode(ResponseCode::NXDomain))) => {
                return Ok(vec![]);
            }
            Err(e) => return Err(failure(e)),
        };
        let records = found.answers().iter().filter_map(|record| match &record.data {
            // "." says that there is no such service (RFC 6186 section 3.4).
            RData::SRV(srv) if !srv.target.is_root() => Some(Record {
                priority: srv.priority,
                weight: srv.weight,
                server: Server { host: relative(&srv.target.to_ascii()), port: srv.port, tls },
            }),
            _ => None,
        });
        Ok(records.take(16).collect())
    }
}

/// The domain of an address. A domain is letters, digits, hyphens and dots here: it becomes a question to DNS.
fn domain(address: &str) -> Result<&str, Error> {
    let (local, domain) = address.rsplit_once('@').ok_or(Error::BadAddress)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if local.is_empty() || domain.is_empty() || domain.len() > 253 || !domain.chars().all(plain) {
        return Err(Error::BadAddress);
    }
    Ok(domain)
}

fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

fn relative(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host is a domain or a name below it.
fn is_within(host: &str, domain: &str) -> bool {
    let (host, domain) = (relative(host), relative(domain));
    !domain.is_empty() && (host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.')))
}

fn failure(error: NetError) -> Error {
    match error {
        NetError::Timeout => Error::TimedOut,
        other => Error::Unreachable(io::Error::other(other)),
    }
}

/// An SRV record.
#[derive(Clone, Debug)]
struct Record {
    priority: u16,
    weight: u16,
    server: Server,
}

/// RFC 2782: by priority, and within one priority at random by weight. RFC 6186 section 3.4 lets priorities compare
/// across the two services; where they tie, TLS from the first byte wins (RFC 8314 section 3).
fn order(mut records: Vec<Record>, dice: &mut dyn FnMut(u32) -> u32) -> Vec<Server> {
    records.sort_by_key(|r| (r.priority, r.server.tls != Tls::Implicit, r.weight != 0));
    let mut out = vec![];
    while let Some(first) = records.first() {
        let (priority, tls) = (first.priority, first.server.tls);
        let same = records.iter().take_while(|r| r.priority == priority && r.server.tls == tls);
        let total: u32 = same.clone().map(|r| u32::from(r.weight)).sum();
        let roll = dice(total + 1);
        let mut running = 0;
        let chosen = same
            .map(|r| {
                running += u32::from(r.weight);
                running
            })
            .position(|running| running >= roll)
            .unwrap_or_default();
        out.push(records.remove(chosen).server);
    }
    out
}

/// A number below its argument. Fair enough to spread load; nothing secret depends on it.
fn dice() -> impl FnMut(u32) -> u32 {
    let state = RandomState::new();
    let mut turn = 0u64;
    move |below| {
        let mut hasher = state.build_hasher();
        hasher.write_u64(turn);
        turn += 1;
        u32::try_from(hasher.finish() % u64::from(below.max(1))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn record(priority: u16, weight: u16, host: &str, tls: Tls) -> Record {
        Record { priority, weight, server: Server { host: host.into(), port: 1, tls } }
    }

    #[test]
    fn priority_then_tls_then_weight() {
        let records = vec![
            record(20, 0, "last", Tls::Implicit),
            record(10, 1, "light", Tls::StartTls),
            record(10, 9, "heavy", Tls::StartTls),
            record(10, 0, "tls", Tls::Implicit),
        ];
        let hosts = |roll: u32| -> Vec<String> {
            order(records.clone(), &mut |below| roll.min(below - 1)).into_iter().map(|s| s.host).collect()
        };
        assert_eq!(hosts(0), ["tls", "light", "heavy", "last"]);
        assert_eq!(hosts(5), ["tls", "heavy", "light", "last"]);
    }

    #[test]
    fn weights_share_the_load() {
        let records = vec![record(1, 1, "light", Tls::Implicit), record(1, 9, "heavy", Tls::Implicit)];
        let mut dice = dice();
        let heavy = (0..1000).filter(|_| order(records.clone(), &mut dice)[0].host == "heavy").count();
        assert!((700..990).contains(&heavy), "{heavy}");
    }

    #[test]
    fn a_domain_covers_itself_and_what_is_below() {
        assert!(is_within("imap.mss.test", "mss.test") && is_within("MSS.test.", "mss.test"));
        assert!(!is_within("notmss.test", "mss.test") && !is_within("mss.test.evil.example", "mss.test"));
        assert!(!is_within("imap.mss.test", ""));
    }

    #[test]
    fn an_address_gives_its_domain_or_is_refused() {
        assert_eq!(domain("tryphon@mss.test").unwrap(), "mss.test");
        for bad in ["", "tryphon", "@mss.test", "a@", "a@mss test", "a@b\r\nc"] {
            assert!(matches!(domain(bad), Err(Error::BadAddress)), "{bad}");
        }
    }
}
