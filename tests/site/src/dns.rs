//! DNS of the test site: dnsmasq (Debian's dnsmasq-base) on loopback, without upstream, hosts file or cache.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use guard::{Guard, free_port};

/// What the domain `mss.test` says of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Service {
    /// Nothing.
    #[default]
    Absent,
    /// "There is none" (RFC 6186 section 3.4: the target is ".").
    None,
    /// One record.
    At {
        /// Target host.
        host: String,
        /// Its port.
        port: u16,
        /// Lower is better.
        priority: u16,
    },
}

impl Service {
    /// `imap.mss.test` at a port.
    #[must_use]
    pub fn here(port: u16) -> Self {
        Service::At { host: "imap.mss.test".into(), port, priority: 10 }
    }

    /// `smtp.mss.test` at a port.
    #[must_use]
    pub fn sending(port: u16) -> Self {
        Service::At { host: "smtp.mss.test".into(), port, priority: 10 }
    }
}

/// What the zone holds besides the site's fixed names.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `_imap._tcp.mss.test`.
    pub imap: Service,
    /// `_imaps._tcp.mss.test`.
    pub imaps: Service,
    /// More names at 127.0.0.1.
    pub hosts: Vec<String>,
    /// Port to answer on, else a free one.
    pub port: Option<u16>,
}

/// Names of the site, all at 127.0.0.1.
pub const HOSTS: [&str; 4] = ["auth.psc.test", "wallet.psc.test", "imap.mss.test", "smtp.mss.test"];

/// A DNS server at work; ended when dropped, and also if this process dies.
#[derive(Debug)]
pub struct Dns {
    port: u16,
    server: Option<Guard>,
}

impl Dns {
    /// Starts it and waits for its first answer.
    ///
    /// # Errors
    /// When dnsmasq is missing or does not answer.
    pub fn start(options: &Options) -> Result<Self> {
        Self::start_with(options, &[])
    }

    /// The same with more services, such as `_submission`.
    ///
    /// # Errors
    /// As [`Dns::start`].
    pub fn start_with(options: &Options, more: &[(&str, Service)]) -> Result<Self> {
        let port = options.port.map_or_else(free_port, Ok)?;
        let mut command = format!(
            "dnsmasq --keep-in-foreground --conf-file=/dev/null --port={port} --listen-address=127.0.0.1 --bind-interfaces \
             --no-resolv --no-hosts --cache-size=0 --pid-file= --local=/test/"
        );
        if rustix::process::getuid().is_root() {
            command.push_str(" --user=root --group=root");
        }
        for host in HOSTS.iter().copied().chain(options.hosts.iter().map(String::as_str)) {
            command.push_str(&format!(" --host-record={host},127.0.0.1"));
        }
        let more = more.iter().map(|(name, service)| (*name, service));
        for (name, service) in [("_imap", &options.imap), ("_imaps", &options.imaps)].into_iter().chain(more) {
            match service {
                Service::Absent => {}
                Service::None => command.push_str(&format!(" --srv-host={name}._tcp.mss.test")),
                Service::At { host, port, priority } => {
                    command.push_str(&format!(" --srv-host={name}._tcp.mss.test,{host},{port},{priority},1"));
                }
            }
        }
        let dns = Dns { port, server: Some(Guard::start(&command)?) };
        let deadline = Instant::now() + Duration::from_secs(10);
        while !dns.answers() {
            if Instant::now() > deadline {
                bail!("dnsmasq does not answer");
            }
            sleep(Duration::from_millis(10));
        }
        Ok(dns)
    }

    /// Where to ask.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Ends it: nobody answers any more.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Asks for the address of `imap.mss.test`.
    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<usize> {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            socket.set_read_timeout(Some(Duration::from_millis(200)))?;
            socket.connect(self.address())?;
            socket
                .send(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04imap\x03mss\x04test\x00\x00\x01\x00\x01")?;
            socket.recv(&mut [0; 512])
        };
        ask().is_ok()
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.stop();
    }
}
