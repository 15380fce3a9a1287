//! What lists cost: `cost FOLDER ENTRIES` makes an authority whose list has so many entries, and measures on this machine how
//! long it takes to be taken and how long a certificate then takes to be checked, and how much memory is held.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a measurement")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use pki::{Branch, IN_FORCE, Server, Signer};
use revocation::{Checker, Place, Settings, Source};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (dir, entries) = (Path::new(&arguments[1]), arguments[2].parse::<u32>().unwrap());
    let branch = Branch::create(dir).unwrap();
    // The register of `openssl ca`, one line a certificate.
    let mut register = String::new();
    for serial in 0..entries {
        writeln!(register, "R\t450101000000Z\t250601000000Z,keyCompromise\tAA{serial:030X}\tunknown\t/CN=x").unwrap();
    }
    std::fs::write(dir.join("authorities/branch-servers/index.txt"), register).unwrap();
    let list = dir.join("list.crl");
    std::fs::write(&list, branch.list(Signer::Servers, IN_FORCE).unwrap()).unwrap();
    println!("list: {} bytes, {entries} entries", std::fs::metadata(&list).unwrap().len());

    let der = |file: &Path| CertificateDer::from_pem_file(file).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(der(&branch.root())).unwrap();
    let roots = Arc::new(roots);
    let authorities = vec![der(&branch.authority()).to_vec()];
    let checker = Checker::new(Settings::new(vec![Source::new(Place::File(list))], authorities)).unwrap();
    let verifier = checker.verifier(&roots).unwrap();
    let (before, begun) = (memory("VmRSS:"), Instant::now());
    let look = checker.look().await.remove(0);
    println!("taken and made ready in {:?}: {:?}", begun.elapsed(), look.outcome.unwrap());
    println!("memory held: {} kB, at most {} kB", memory("VmRSS:") - before, memory("VmHWM:") - before);

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let without = WebPkiServerVerifier::builder_with_provider(roots, provider).build().unwrap();
    let chain: Vec<_> =
        CertificateDer::pem_file_iter(branch.server(Server::First).cert).unwrap().map(Result::unwrap).collect();
    for (what, by) in [("without lists", &*without as &dyn ServerCertVerifier), ("with the list", &*verifier)] {
        let name = ServerName::try_from("imap.mss.test").unwrap();
        let begun = Instant::now();
        for _ in 0..20 {
            by.verify_server_cert(&chain[0], &chain[1..], &name, &[], UnixTime::now()).unwrap();
        }
        println!("one check {what}: {:?}", begun.elapsed() / 20);
    }
}

fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
