//! A root, an authority under it and two servers, with revocation lists made as a test goes.
//!
//! The shared set is only read; whoever revokes something does it here, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::authority::{Authority, Leaf, Life, PRESENT, openssl};
use crate::{MAIL_NAMES, PROVIDER_NAMES, Pair};

/// A list that is in force now.
pub const IN_FORCE: Life = ("20250601000000Z", "20440101000000Z");
/// A list that has ended.
pub const ENDED: Life = ("20250201000000Z", "20250301000000Z");

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The root, which signs the authority below it.
    Root,
    /// The authority that signs servers.
    Servers,
    /// Somebody else under the same name as the authority of servers, with a key of his own.
    Impostor,
}

/// The two servers: both carry every name of the providers and of the mail servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// One.
    First,
    /// Another.
    Second,
}

impl Server {
    fn stem(self) -> &'static str {
        match self {
            Server::First => "first",
            Server::Second => "second",
        }
    }
}

/// The folder and its three authorities.
pub struct Branch {
    dir: PathBuf,
    root: Authority,
    servers: Authority,
    impostor: Authority,
}

impl Branch {
    /// Makes it in `dir`. Nothing is revoked yet.
    ///
    /// # Errors
    /// When `openssl` is missing or refuses, or the directory cannot be written.
    pub fn create(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let dir = dir.canonicalize()?;
        for name in ["branch-root", "branch-servers", "branch-impostor", "first", "second"] {
            let args = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"];
            openssl(Command::new("openssl").args(args).arg(dir.join(format!("{name}.key"))))?;
        }
        let name = "TEST AC IGC-SANTE ELEMENTAIRE SERVEURS";
        let root = Authority::root(&dir, "branch-root", "TEST AC RACINE IGC-SANTE ELEMENTAIRE")?;
        let servers = root.intermediate("branch-servers", name)?;
        let impostor = Authority::root(&dir, "branch-impostor", name)?;
        let names: Vec<&str> = PROVIDER_NAMES.iter().chain(&MAIL_NAMES).copied().collect();
        let authority = fs::read_to_string(dir.join("branch-servers.pem"))?;
        for stem in ["first", "second"] {
            servers.issue(&Leaf::server(stem, &names, PRESENT))?;
            // What a server shows: its certificate, then the authority's.
            let chain = fs::read_to_string(dir.join(format!("{stem}.pem")))? + &authority;
            fs::write(dir.join(format!("{stem}-chain.pem")), chain)?;
            fs::copy(dir.join(format!("{stem}.key")), dir.join(format!("{stem}-chain.key")))?;
        }
        Ok(Self { dir, root, servers, impostor })
    }

    /// The root (PEM).
    pub fn root(&self) -> PathBuf {
        self.dir.join("branch-root.pem")
    }

    /// The authority of the servers (PEM).
    pub fn authority(&self) -> PathBuf {
        self.dir.join("branch-servers.pem")
    }

    /// A server's certificate with its authority's behind it, and its key.
    pub fn server(&self, server: Server) -> Pair {
        let file = |end: &str| self.dir.join(format!("{}-chain.{end}", server.stem()));
        Pair { cert: file("pem"), key: file("key") }
    }

    /// The same as the test provider's `certificate` wants it: a name as seen from the folder of its keys.
    pub fn name(&self, server: Server) -> String {
        // Steps above the root of the file system lead nowhere but there.
        format!("{}{}/{}-chain", "../".repeat(16), self.dir.display(), server.stem())
    }

    /// Puts a server on the next lists of its authority.
    ///
    /// # Errors
    /// When `openssl` refuses: it is on them already.
    pub fn revoke(&self, server: Server) -> Result<()> {
        self.servers.revoke(server.stem())
    }

    /// Puts the authority of the servers on the next lists of the root.
    ///
    /// # Errors
    /// As [`Branch::revoke`].
    pub fn revoke_authority(&self) -> Result<()> {
        self.root.revoke("branch-servers")
    }

    /// A list (DER), numbered one higher than the last of this signer.
    ///
    /// # Errors
    /// When `openssl` refuses.
    pub fn list(&self, signer: Signer, life: Life) -> Result<Vec<u8>> {
        match signer {
            Signer::Root => &self.root,
            Signer::Servers => &self.servers,
            Signer::Impostor => &self.impostor,
        }
        .list(life)
    }
}
