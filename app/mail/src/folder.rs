//! The folders of a mailbox, in the order a person looks for them.

use std::fmt;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::text;
use crate::value::Value;

/// What a folder is for (RFC 6154). Its French name is the screen's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Principale.
    Inbox,
    /// Brouillons.
    Drafts,
    /// Envoyés.
    Sent,
    /// Indésirables.
    Junk,
    /// Corbeille.
    Trash,
    /// Archives.
    Archive,
    /// One of the person's own.
    Other,
}

impl Role {
    /// Attribute on the wire (RFC 6154).
    pub(crate) fn attribute(self) -> Option<&'static str> {
        SPECIAL.iter().find(|(_, role)| *role == self).map(|(word, _)| *word)
    }
}

const SPECIAL: [(&str, Role); 5] = [
    ("\\Drafts", Role::Drafts),
    ("\\Sent", Role::Sent),
    ("\\Junk", Role::Junk),
    ("\\Trash", Role::Trash),
    ("\\Archive", Role::Archive),
];

/// A folder.
#[derive(Clone, PartialEq, Eq)]
pub struct Folder {
    /// Name for the server, as it gave it. Pass it back to [`crate::Session::list`]; do not show it.
    pub path: String,
    /// Name for people: the last level, decoded.
    pub name: String,
    /// Names of the folders it lies in, outermost first, decoded, between " / "; empty for most. The inbox, which some
    /// servers put everything in, is not named.
    pub within: String,
    /// How many folders it lies in, 0 for most.
    pub depth: u8,
    /// What it is for.
    pub role: Role,
    /// Unread messages, where the server says.
    pub unread: Option<u32>,
    /// Messages, where the server says.
    pub total: Option<u32>,
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Folder({:?}, {:?} of {:?})", self.role, self.unread, self.total)
    }
}

/// Most folders shown.
pub(crate) const MOST: usize = 500;

/// Folders as they come in, then in order.
#[derive(Default)]
pub(crate) struct Folders {
    list: Vec<(Folder, bool)>,
}

impl Folders {
    /// A `LIST` response. Names that cannot be selected, or not sent back, are left out.
    pub fn add(&mut self, attributes: &[Value<'_>], delimiter: Option<u8>, name: &[u8]) {
        let has = |word: &str| attributes.iter().any(|a| a.is_word(word));
        let Ok(path) = std::str::from_utf8(name) else { return };
        if has("\\Noselect") || has("\\NonExistent") || !is_sendable(path) || self.list.len() >= MOST {
            return;
        }
        if self.list.iter().any(|(folder, _)| folder.path == path) {
            return;
        }
        let delimiter = delimiter.map(char::from);
        let levels = path.split(|c| Some(c) == delimiter);
        let mut levels: Vec<String> = levels.map(|level| text::clean(&decode(level))).collect();
        let name = levels.pop().unwrap_or_default();
        if levels.first().is_some_and(|first| first.eq_ignore_ascii_case("INBOX")) {
            levels.remove(0);
        }
        let depth = u8::try_from(levels.len()).unwrap_or(u8::MAX);
        let within = text::clean(&levels.join(" / "));
        let role = if path == "INBOX" {
            Some(Role::Inbox)
        } else {
            SPECIAL.into_iter().find(|(word, _)| has(word)).map(|(_, role)| role)
        };
        let folder = Folder {
            path: path.into(),
            name,
            within,
            depth,
            role: role.unwrap_or(Role::Other),
            unread: None,
            total: None,
        };
        self.list.push((folder, role.is_some()));
    }

    /// A `STATUS` response.
    pub fn count(&mut self, name: &[u8], items: &[Value<'_>]) {
        let Some((folder, _)) = self.list.iter_mut().find(|(folder, _)| folder.path.as_bytes() == name) else { return };
        folder.unread = status_item(items, "UNSEEN").or(folder.unread);
        folder.total = status_item(items, "MESSAGES").or(folder.total);
    }

    /// Paths whose counts are not known.
    pub fn uncounted(&self) -> Vec<String> {
        self.list.iter().filter(|(f, _)| f.unread.is_none()).map(|(f, _)| f.path.clone()).collect()
    }

    /// Everything known, in order.
    pub fn finish(mut self) -> Vec<Folder> {
        // Servers that do not know special uses: the usual names, at the top level, and never a second one.
        for role in [Role::Drafts, Role::Sent, Role::Junk, Role::Trash, Role::Archive] {
            if self.list.iter().any(|(folder, _)| folder.role == role) {
                continue;
            }
            if let Some((folder, _)) = self.list.iter_mut().find(|(folder, sure)| {
                !sure && folder.role == Role::Other && by_name(&folder.path, &folder.name) == Some(role)
            }) {
                folder.role = role;
            }
        }
        let mut list: Vec<Folder> = self.list.into_iter().map(|(folder, _)| folder).collect();
        // Own folders as a dictionary has them, each behind the one it lies in.
        list.sort_by_cached_key(|f| {
            let levels = f.within.split(" / ").chain([f.name.as_str()]).filter(|level| !level.is_empty());
            (f.role, if f.role == Role::Other { levels.map(text::fold).collect() } else { vec![] })
        });
        list
    }
}

/// A number in a `STATUS` response.
pub(crate) fn status_item(items: &[Value<'_>], name: &str) -> Option<u32> {
    items.chunks_exact(2).find_map(|pair| match pair {
        [key, value] if key.is_word(name) => u32::try_from(value.number()?).ok(),
        _ => None,
    })
}

fn by_name(path: &str, name: &str) -> Option<Role> {
    let top = path.strip_prefix("INBOX").map_or(path, |rest| rest.get(1..).unwrap_or(rest));
    if top.contains(['/', '.']) {
        return None;
    }
    match name.to_lowercase().as_str() {
        "drafts" | "draft" | "brouillons" | "brouillon" => Some(Role::Drafts),
        "sent" | "sent items" | "sent messages" | "envoyés" | "envoyes" | "éléments envoyés" | "messages envoyés" => {
            Some(Role::Sent)
        }
        "junk" | "junk e-mail" | "junk email" | "spam" | "indésirables" | "courrier indésirable" | "pourriels" => {
            Some(Role::Junk)
        }
        "trash" | "deleted" | "deleted items" | "corbeille" | "éléments supprimés" => Some(Role::Trash),
        "archive" | "archives" => Some(Role::Archive),
        _ => None,
    }
}

/// Whether a name can be sent back in a quoted string.
pub(crate) fn is_sendable(path: &str) -> bool {
    !path.is_empty() && path.len() <= 1000 && path.bytes().all(|b| (0x20..0x7f).contains(&b))
}

/// A quoted string.
pub(crate) fn quote(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Modified UTF-7 (RFC 3501 section 5.1.3). What is not well formed stays as it is.
pub(crate) fn decode(name: &str) -> String {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::IMAP_MUTF7,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::RequireNone)
            .with_decode_allow_trailing_bits(true),
    );
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, shifted)) = rest.split_once('&') {
        out.push_str(plain);
        let Some((coded, after)) = shifted.split_once('-') else {
            rest = rest.get(plain.len()..).unwrap_or_default();
            break;
        };
        if coded.is_empty() {
            out.push('&');
        } else {
            let decoded = LENIENT.decode(coded).ok().filter(|bytes| bytes.len() % 2 == 0).and_then(|bytes| {
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|b| b.iter().fold(0, |n, b| n << 8 | u16::from(*b))).collect();
                String::from_utf16(&units).ok()
            });
            match decoded {
                Some(text) => out.push_str(&text),
                None => out.extend(["&", coded, "-"]),
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::value::values;
    use proptest::prelude::*;

    fn list(folders: &[(&str, &str)]) -> Vec<(String, Role)> {
        let mut all = Folders::default();
        for (attributes, name) in folders {
            let attributes = values(attributes.as_bytes());
            all.add(&attributes, Some(b'/'), name.as_bytes());
        }
        all.finish().into_iter().map(|f| (f.name, f.role)).collect()
    }

    #[test]
    fn names_of_modified_utf_7() {
        assert_eq!(decode("Envoy&AOk-s"), "Envoyés");
        assert_eq!(decode("~peter/mail/&U,BTFw-/&ZeVnLIqe-"), "~peter/mail/台北/日本語");
        assert_eq!(decode("R&-D &"), "R&D &");
        assert_eq!(decode("&!!-x&AOk"), "&!!-x&AOk");
        assert_eq!(decode("&2D0-"), "&2D0-");
    }

    #[test]
    fn special_uses_come_first_in_their_order() {
        let got = list(&[
            ("\\HasNoChildren", "Zones"),
            ("\\Trash", "Bin"),
            ("\\Sent", "Outbox"),
            ("\\Noselect", "Partages"),
            ("", "Partages/cabinet"),
            ("", "Sent"),
            ("\\Junk", "J"),
            ("\\Drafts", "D"),
            ("", "INBOX"),
        ]);
        let expected = [
            ("INBOX", Role::Inbox),
            ("D", Role::Drafts),
            ("Outbox", Role::Sent),
            ("J", Role::Junk),
            ("Bin", Role::Trash),
            ("cabinet", Role::Other),
            ("Sent", Role::Other),
            ("Zones", Role::Other),
        ];
        assert_eq!(got, expected.map(|(name, role)| (name.to_owned(), role)));
    }

    #[test]
    fn without_special_uses_the_usual_names_do() {
        let got = list(&[("", "INBOX"), ("", "Envoy&AOk-s"), ("", "Corbeille"), ("", "Projets/Sent"), ("", "Junk")]);
        let roles: Vec<Role> = got.iter().map(|(_, role)| *role).collect();
        assert_eq!(roles, [Role::Inbox, Role::Sent, Role::Junk, Role::Trash, Role::Other]);
    }

    #[test]
    fn own_folders_are_in_the_order_of_a_dictionary_with_what_they_hold_behind_them() {
        let got = list(&[
            ("", "zone"),
            ("", "R&AOk-unions"),
            ("", "Rapports/2025"),
            ("", "Rapports anciens"),
            ("", "&AMk-quipe"),
            ("", "rapports"),
            ("", "INBOX"),
            ("", "Rapports"),
            ("", "EHPAD"),
        ]);
        let names: Vec<&str> = got.iter().map(|(name, _)| name.as_str()).collect();
        let expected =
            ["INBOX", "EHPAD", "Équipe", "rapports", "Rapports", "2025", "Rapports anciens", "Réunions", "zone"];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_nested_folder_says_what_it_lies_in() {
        let mut all = Folders::default();
        for name in ["Partages/cabinet/R&AOk-unions", "INBOX/Projets", "INBOX/Sent", "Plat"] {
            all.add(&[], Some(b'/'), name.as_bytes());
        }
        all.add(&[], None, b"Sans/niveaux");
        let seen: Vec<_> = all.finish().into_iter().map(|f| (f.name, f.within, f.depth, f.role)).collect();
        let other = |name: &str, within: &str, depth| (name.to_owned(), within.to_owned(), depth, Role::Other);
        assert_eq!(
            seen,
            [
                ("Sent".to_owned(), String::new(), 0, Role::Sent),
                other("Réunions", "Partages / cabinet", 2),
                other("Plat", "", 0),
                other("Projets", "", 0),
                other("Sans/niveaux", "", 0),
            ]
        );
    }

    #[test]
    fn counts_find_their_folder() {
        let mut all = Folders::default();
        all.add(&[], Some(b'/'), b"INBOX");
        all.add(&[], Some(b'/'), b"a\\b");
        all.count(b"a\\b", &values(b"MESSAGES 12 UNSEEN 3"));
        assert_eq!(all.uncounted(), ["INBOX"]);
        let all = all.finish();
        assert_eq!((all[1].unread, all[1].total), (Some(3), Some(12)));
        assert_eq!(quote(&all[1].path), "\"a\\\\b\"");
    }

    #[test]
    fn names_that_could_break_a_command_are_left_out() {
        let mut all = Folders::default();
        all.add(&[], Some(b'/'), b"a\r\nA1 DELETE INBOX");
        all.add(&[], Some(b'/'), b"\xff");
        assert!(all.finish().is_empty());
    }

    proptest! {
        #[test]
        fn any_name_is_decoded_without_panic(name in "(&|-|[A-Za-z0-9+,/]|\\PC){0,60}") {
            decode(&name);
        }
    }
}
