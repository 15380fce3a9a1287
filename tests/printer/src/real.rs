//! `ippeveprinter` on loopback.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use guard::{Guard, free_port};
use pki::{Pair, Pki};
use tempfile::TempDir;

use crate::command::{Order, script};

/// The printer's TLS certificate.
#[derive(Clone, Debug, Default)]
pub enum Certificate {
    /// From the authority of [`Pki::provider_ca`], for `localhost` and 127.0.0.1.
    #[default]
    Signed,
    /// This one.
    Pair(Pair),
    /// One CUPS makes and signs itself, as printers do.
    OwnMake,
}

/// How the printer is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Media types it takes.
    pub formats: Vec<&'static str>,
    /// Prints on both sides.
    pub two_sided: bool,
    /// Prints colour.
    pub colour: bool,
    /// Its certificate.
    pub certificate: Certificate,
    /// What happens to each document.
    pub orders: Vec<Order>,
    /// The newest version of IPP it knows.
    pub version: &'static str,
    /// Asks for a name and a password (PAM), which nobody has.
    pub closed: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            formats: vec!["application/pdf", "image/pwg-raster"],
            two_sided: true,
            colour: true,
            certificate: Certificate::default(),
            orders: vec![Order::Page; 3],
            version: "2.0",
            closed: false,
        }
    }
}

/// A document as it arrived.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Its bytes.
    pub document: Vec<u8>,
    /// Attributes of the job and the printer as the print command sees them: `IPP_COPIES`, `CONTENT_TYPE`.
    pub attributes: BTreeMap<String, String>,
}

impl Delivered {
    /// An attribute, empty if absent.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

/// A printer at work; ended when dropped, and also if this process dies.
#[derive(Debug)]
pub struct Printer {
    port: u16,
    server: Option<Guard>,
    _bus: Guard,
    dir: TempDir,
}

impl Printer {
    /// Starts a printer and waits until it answers.
    ///
    /// # Errors
    /// When `ippeveprinter` or `dbus-daemon` is missing or does not start.
    pub fn start(pki: &Pki, options: Options) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let place = dir.path().canonicalize()?;
        for folder in ["arrived", "spool", "keys", "home"] {
            fs::create_dir(place.join(folder))?;
        }
        let pair = match options.certificate {
            Certificate::Signed => Some(pki.provider()),
            Certificate::Pair(pair) => Some(pair),
            Certificate::OwnMake => None,
        };
        if let Some(pair) = pair {
            fs::copy(pair.cert, place.join("keys/localhost.crt"))?;
            fs::copy(pair.key, place.join("keys/localhost.key"))?;
        }
        let command = place.join("command");
        fs::write(&command, script(&place, &options.orders))?;
        fs::set_permissions(&command, fs::Permissions::from_mode(0o755))?;
        let bus = bus(&place)?;
        let port = free_port()?;
        let mut line = format!(
            "env HOME={dir}/home DBUS_SYSTEM_BUS_ADDRESS=unix:path={dir}/bus /usr/sbin/ippeveprinter -vv -r off -n localhost \
             -p {port} -K {dir}/keys -d {dir}/spool -c {dir}/command -V {version} -f {formats} -s 20,{colour}",
            dir = place.display(),
            version = options.version,
            formats = options.formats.join(","),
            colour = if options.colour { 10 } else { 0 },
        );
        if options.two_sided {
            line.push_str(" -2");
        }
        if options.closed {
            line.push_str(" -A");
        }
        let server = Some(Guard::start(&format!("{line} Imprimante >{}/log 2>&1", place.display()))?);
        let printer = Self { port, server, _bus: bus, dir };
        printer.wait("answers", || Ok(TcpStream::connect(("127.0.0.1", port)).is_ok()))?;
        if !options.closed {
            printer.load(250)?;
        }
        Ok(printer)
    }

    /// `ipps://localhost:…/ipp/print`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("ipps://localhost:{}/ipp/print", self.port)
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// Takes all paper out, or puts some in: what its web page is for.
    ///
    /// # Errors
    /// When the page does not answer.
    pub fn load(&self, sheets: u32) -> Result<()> {
        let tray = |n| format!("size{n}=iso_a4_210x297mm&type{n}=stationery&level{n}={sheets}");
        let answer = self.get(&format!("/media?{}&{}&{}", tray(1), tray(2), tray(3)))?;
        ensure!(answer.contains("Media updated."), "the page of the trays says: {answer}");
        Ok(())
    }

    /// Ends a trouble.
    ///
    /// # Errors
    /// When the word cannot be passed on.
    pub fn fix(&self, trouble: &str) -> Result<()> {
        Ok(fs::write(self.dir.path().join(format!("fixed-{trouble}")), "")?)
    }

    /// Lets the print command go on.
    ///
    /// # Errors
    /// When the word cannot be passed on.
    pub fn go(&self, word: &str) -> Result<()> {
        Ok(fs::write(self.dir.path().join(format!("go-{word}")), "")?)
    }

    /// What has arrived, in order.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn delivered(&self) -> Result<Vec<Delivered>> {
        let place = self.dir.path().join("arrived");
        let mut all = Vec::new();
        for count in 1.. {
            let Ok(document) = fs::read(place.join(format!("{count}.document"))) else { break };
            let text = fs::read_to_string(place.join(format!("{count}.attributes")))?;
            let pairs = text.lines().filter_map(|line| line.split_once('='));
            let attributes = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            all.push(Delivered { document, attributes });
        }
        Ok(all)
    }

    /// The first document, once it has arrived.
    ///
    /// # Errors
    /// When none comes in ten seconds.
    pub fn first(&self) -> Result<Delivered> {
        self.wait("has a document", || Ok(!self.delivered()?.is_empty()))?;
        self.delivered()?.into_iter().next().context("a document")
    }

    /// Its journal.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// The certificate it shows, PEM, once it has one.
    ///
    /// # Errors
    /// When it makes none in ten seconds.
    pub fn certificate(&self) -> Result<PathBuf> {
        let place = self.dir.path().join("keys/localhost.crt");
        // CUPS makes one for its first TLS connection; two at once would each make their own.
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(&[0x16, 3, 1, 0, 0])?;
        self.wait("has a certificate", || {
            Ok(fs::read_to_string(&place).is_ok_and(|text| text.contains("END CERTIFICATE")))
        })?;
        Ok(place)
    }

    fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", self.port)?;
        let mut answer = Vec::new();
        // It ends with a chunk of no bytes, and closes in its own time.
        let mut buffer = [0; 4096];
        while !answer.ends_with(b"0\r\n\r\n") {
            match stream.read(&mut buffer)? {
                0 => break,
                count => answer.extend(buffer.iter().take(count)),
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn wait(&self, what: &str, done: impl Fn() -> Result<bool>) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !done()? {
            if Instant::now() > deadline {
                bail!("no printer that {what}: {}", self.log());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// A D-Bus of its own: Debian's `ippeveprinter` ends without one, though `-r off` leaves it nothing to say there.
fn bus(dir: &Path) -> Result<Guard> {
    let socket = dir.join("bus");
    let config = dir.join("bus.conf");
    fs::write(
        &config,
        format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>unix:path={}</listen><policy context=\"default\">\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>\
             </policy></busconfig>\n",
            socket.display()
        ),
    )?;
    let guard = Guard::start(&format!("dbus-daemon --config-file={} --nofork --nopidfile", config.display()))?;
    let deadline = Instant::now() + Duration::from_secs(10);
    while !socket.exists() {
        if Instant::now() > deadline {
            bail!("dbus-daemon does not start: is it installed?");
        }
        sleep(Duration::from_millis(10));
    }
    Ok(guard)
}
