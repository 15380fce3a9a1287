//! The lists in use: the last good one of each authority. In memory only; a kiosk that starts fetches them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustls::pki_types::CertificateRevocationListDer;

use crate::error::Error;
use crate::examine::{Key, List};

/// What became of a list that was good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whether it is now in use in place of another, or is the first.
    pub changed: bool,
    /// When the list now in use ends (`nextUpdate`), seconds since 1970.
    pub until: u64,
}

/// The lists in use.
#[derive(Default)]
pub(crate) struct Lists(BTreeMap<Key, List>);

impl Lists {
    /// Takes a list, unless the one in use is better.
    pub(crate) fn take(&mut self, list: List, now: u64) -> Result<Taken, Error> {
        let until = list.age.until;
        if let Some(used) = self.0.get(&list.key) {
            if used.der == list.der {
                return Ok(Taken { changed: false, until });
            }
            if list.age.order(&used.age) == Ordering::Less {
                return Err(Error::Older);
            }
            // An authority's mistake, or somebody's replay: what still holds is not given up for it.
            if until <= now && used.age.until > now {
                return Err(Error::Ended);
            }
        }
        self.0.insert(list.key.clone(), list);
        Ok(Taken { changed: true, until })
    }

    /// All of them, as TLS takes them.
    pub(crate) fn all(&self) -> Vec<Arc<CertificateRevocationListDer<'static>>> {
        self.0.values().map(|list| Arc::clone(&list.der)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::examine::{Authority, examine};
    use pki::{Branch, ENDED, IN_FORCE, Server, Signer};
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use tempfile::TempDir;

    /// 25 November 2026.
    const NOW: u64 = 1_795_600_000;

    struct Desk {
        branch: Branch,
        authorities: Vec<Authority>,
        lists: Lists,
        _dir: TempDir,
    }

    fn desk() -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let branch = Branch::create(dir.path()).unwrap();
        let authorities = [branch.root(), branch.authority()].map(|file| authority(&file)).into();
        Desk { branch, authorities, lists: Lists::default(), _dir: dir }
    }

    fn authority(file: &std::path::Path) -> Authority {
        Authority::read(&CertificateDer::from_pem_file(file).unwrap()).unwrap()
    }

    impl Desk {
        fn take(&mut self, bytes: &[u8]) -> Result<Taken, Error> {
            let mut all = self.examine(bytes, None)?;
            self.lists.take(all.remove(0)?, NOW)
        }

        fn examine(&self, bytes: &[u8], only: Option<&Authority>) -> Result<Vec<Result<List, Error>>, Error> {
            let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
            examine(bytes, &self.authorities, only, &algorithms)
        }

        fn list(&self, signer: Signer) -> Vec<u8> {
            self.branch.list(signer, IN_FORCE).unwrap()
        }

        /// Whether this list, and no other, is in use.
        fn uses(&self, list: &[u8]) -> bool {
            let all = self.lists.all();
            all.len() == 1 && all[0].as_ref().as_ref() == list
        }
    }

    #[test]
    fn a_newer_list_replaces_and_the_same_again_changes_nothing() {
        let mut desk = desk();
        let first = desk.list(Signer::Servers);
        assert!(desk.take(&first).unwrap().changed);
        assert!(!desk.take(&first).unwrap().changed);
        desk.branch.revoke(Server::First).unwrap();
        let second = desk.list(Signer::Servers);
        assert!(desk.take(&second).unwrap().changed);
        assert!(desk.uses(&second));
    }

    #[test]
    fn an_older_list_is_not_taken() {
        let mut desk = desk();
        let (first, second) = (desk.list(Signer::Servers), desk.list(Signer::Servers));
        desk.take(&second).unwrap();
        assert!(matches!(desk.take(&first), Err(Error::Older)));
        assert!(desk.uses(&second));
    }

    #[test]
    fn a_list_under_the_right_name_by_another_key_is_not_taken() {
        let mut desk = desk();
        let good = desk.list(Signer::Servers);
        desk.take(&good).unwrap();
        let forged = desk.list(Signer::Impostor);
        assert!(matches!(desk.take(&forged), Err(Error::BadSignature)));
        assert!(desk.uses(&good));
    }

    #[test]
    fn a_list_changed_in_one_byte_anywhere_is_not_taken() {
        let mut desk = desk();
        desk.branch.revoke(Server::First).unwrap();
        let good = desk.list(Signer::Servers);
        desk.take(&good).unwrap();
        for at in 0..good.len() {
            let mut other = good.clone();
            other[at] ^= 1;
            assert!(desk.take(&other).is_err(), "byte {at}");
        }
        assert!(desk.uses(&good));
    }

    #[test]
    fn what_is_no_list_is_not_taken() {
        let mut desk = desk();
        let good = desk.list(Signer::Servers);
        desk.take(&good).unwrap();
        let certificate = std::fs::read(desk.branch.root()).unwrap();
        for bad in
            [b"".as_slice(), b"<html>404</html>", &good[..good.len() - 1], &certificate, b"-----BEGIN X509 CRL-----"]
        {
            assert!(matches!(desk.take(bad), Err(Error::NotAList(_))), "{}", bad.escape_ascii());
        }
        assert!(desk.uses(&good));
    }

    #[test]
    fn a_list_that_has_ended_is_better_than_none_and_worse_than_one_that_holds() {
        let mut desk = desk();
        let ended = desk.branch.list(Signer::Servers, ENDED).unwrap();
        assert!(desk.take(&ended).unwrap().until < NOW);
        let good = desk.list(Signer::Servers);
        desk.take(&good).unwrap();
        // Numbered higher, but over.
        let ended = desk.branch.list(Signer::Servers, ENDED).unwrap();
        assert!(matches!(desk.take(&ended), Err(Error::Ended)));
        assert!(desk.uses(&good));
    }

    #[test]
    fn a_list_of_an_authority_this_source_is_not_for_is_not_taken() {
        let desk = desk();
        let root = authority(&desk.branch.root());
        let of_servers = desk.list(Signer::Servers);
        let mut all = desk.examine(&of_servers, Some(&root)).unwrap();
        assert!(matches!(all.remove(0), Err(Error::OtherIssuer)));
        let of_root = desk.list(Signer::Root);
        assert!(desk.examine(&of_root, Some(&root)).unwrap().remove(0).is_ok());
    }

    #[test]
    fn one_pem_file_may_hold_several_lists_and_a_bad_one_spoils_no_other() {
        let desk = desk();
        let pem = |der: &[u8]| {
            let file = desk._dir.path().join("one.der");
            std::fs::write(&file, der).unwrap();
            let out = std::process::Command::new("openssl").args(["crl", "-inform", "DER", "-in"]).arg(&file).output();
            String::from_utf8(out.unwrap().stdout).unwrap()
        };
        let lists = [Signer::Servers, Signer::Impostor, Signer::Root].map(|signer| pem(&desk.list(signer)));
        let all = desk.examine(format!("\n{}", lists.concat()).as_bytes(), None).unwrap();
        let good: Vec<bool> = all.iter().map(Result::is_ok).collect();
        assert_eq!(good, [true, false, true]);
    }
}
