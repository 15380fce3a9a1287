//! Host names to addresses: fixed ones first, then the configured DNS server, else the system's.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The configured DNS server cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadServer(String);

/// A resolver for reqwest.
pub struct Names {
    fixed: BTreeMap<String, IpAddr>,
    server: Option<Arc<TokioResolver>>,
}

impl Names {
    /// `hosts` go before any DNS; `server` is asked instead of the system's. Two tries fit in the time to connect.
    ///
    /// # Errors
    /// When no resolver can be made for that server.
    pub fn new(
        server: Option<SocketAddr>,
        hosts: &BTreeMap<String, IpAddr>,
        connect: Duration,
    ) -> Result<Self, BadServer> {
        let server = server.map(|address| resolver(address, connect)).transpose()?.map(Arc::new);
        let fixed = hosts.iter().map(|(name, address)| (name.to_ascii_lowercase(), *address)).collect();
        Ok(Self { fixed, server })
    }
}

fn resolver(address: SocketAddr, connect: Duration) -> Result<TokioResolver, BadServer> {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut server.connections {
        connection.port = address.port();
    }
    let config = ResolverConfig::from_name_servers(vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    let options = builder.options_mut();
    options.timeout = connect / 2;
    options.attempts = 1;
    options.use_hosts_file = ResolveHosts::Never;
    builder.build().map_err(|e| BadServer(e.to_string()))
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        if let Some(address) = self.fixed.get(&host) {
            let found: Addrs = Box::new(std::iter::once(SocketAddr::new(*address, 0)));
            return Box::pin(async move { Ok(found) });
        }
        let server = self.server.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = match server {
                // The final dot keeps the name out of search lists.
                Some(server) => {
                    let lookup = server.lookup_ip(format!("{host}.")).await?;
                    lookup.iter().map(|ip| SocketAddr::new(ip, 0)).collect()
                }
                None => tokio::net::lookup_host((host.as_str(), 0)).await?.collect(),
            };
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[tokio::test]
    async fn a_fixed_host_is_found_whatever_its_case_and_final_dot() {
        let address = IpAddr::from([192, 0, 2, 7]);
        let hosts = BTreeMap::from([("Printer.Test".to_owned(), address)]);
        let names = Names::new(None, &hosts, Duration::from_secs(1)).unwrap();
        let found = names.resolve("PRINTER.test.".parse().unwrap()).await.unwrap();
        assert_eq!(found.collect::<Vec<_>>(), [SocketAddr::new(address, 0)]);
    }
}
