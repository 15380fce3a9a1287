//! Host names to addresses: fixed ones first, then the configured DNS server, else the system's.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::error::Error;
use crate::settings::Settings;

/// A resolver for reqwest.
pub(crate) struct Names {
    fixed: BTreeMap<String, IpAddr>,
    server: Option<Arc<TokioResolver>>,
}

impl Names {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let server = match settings.dns_server {
            None => None,
            Some(address) => Some(Arc::new(resolver(address, settings)?)),
        };
        let fixed = settings.hosts.iter().map(|(name, address)| (name.to_ascii_lowercase(), *address)).collect();
        Ok(Self { fixed, server })
    }
}

fn resolver(address: SocketAddr, settings: &Settings) -> Result<TokioResolver, Error> {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut server.connections {
        connection.port = address.port();
    }
    let config = ResolverConfig::from_name_servers(vec![server]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    let options = builder.options_mut();
    // Two tries fit in the time to connect.
    options.timeout = settings.timeouts.connect / 2;
    options.attempts = 1;
    options.use_hosts_file = ResolveHosts::Never;
    builder.build().map_err(|e| Error::Settings(format!("dns_server: {e}")))
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
