//! Who came in, from UserInfo. Fields nobody told us about are left alone.

use std::fmt;

use serde_json::Value;

/// More than any person has; the rest is ignored.
const MOST: usize = 64;
/// Longest text kept of one field, in characters. An e-mail address has at most 320.
const LONGEST: usize = 320;

/// The person, as the provider knows them. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// `SubjectNameID`: national identifier, `8` and the RPPS for most. Falls back to
    /// `preferred_username`, then `sub` (whose form Pro Santé Connect announced to change).
    pub subject_name_id: String,
    /// `sub`, the provider's own identifier.
    pub subject: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Where the person works (`SubjectRefPro`), possibly several places.
    pub activities: Vec<Activity>,
    /// Mailboxes named by the configured claim.
    pub mailboxes: Vec<Mailbox>,
    /// `acr` that was accepted.
    pub acr: Option<String>,
    /// `authMode`: `CARD`, `MOBILE`…
    pub auth_mode: Option<String>,
}

/// One place of work.
#[derive(Clone, PartialEq, Eq)]
pub struct Activity {
    /// Profession code (table G15), `10` for a doctor.
    pub profession: Option<String>,
    /// Sector of activity, `SA07` for instance.
    pub sector: Option<String>,
    /// Technical identifier of the structure, or its FINESS number.
    pub structure: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// What a mailbox is for (MSSanté: BAL personnelle, organisationnelle, applicative).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxKind {
    /// One person's.
    Personal,
    /// A service's, shared.
    Organisational,
    /// A program's.
    Application,
    /// The claim does not say.
    Unknown,
}

/// A mailbox named by the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Its address.
    pub address: String,
    /// How it is called at the desk.
    pub label: Option<String>,
    /// What it is for.
    pub kind: MailboxKind,
}

macro_rules! redacted {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )*};
}
redacted!(Identity Activity Mailbox);

impl Identity {
    /// Reads claims: UserInfo first, the ID token where UserInfo is silent.
    pub(crate) fn read(id_token: &Value, userinfo: &Value, mailbox_claim: Option<&str>) -> Self {
        let claim = |name: &str| text(userinfo, &[name]).or_else(|| text(id_token, &[name]));
        let subject = claim("sub").unwrap_or_default();
        Self {
            subject_name_id: claim("SubjectNameID")
                .or_else(|| claim("preferred_username"))
                .unwrap_or_else(|| subject.clone()),
            subject,
            given_name: claim("given_name"),
            family_name: claim("family_name"),
            activities: activities(userinfo),
            mailboxes: mailbox_claim
                .and_then(|name| userinfo.get(name).or_else(|| id_token.get(name)))
                .map(mailboxes)
                .unwrap_or_default(),
            acr: text(id_token, &["acr"]).or_else(|| text(userinfo, &["acr"])),
            auth_mode: claim("authMode"),
        }
    }
}

/// The first of these fields that is a text with something in it.
fn text(value: &Value, names: &[&str]) -> Option<String> {
    let found = names.iter().filter_map(|name| value.get(name)?.as_str()).map(str::trim);
    found.filter(|text| !text.is_empty()).map(|text| text.chars().take(LONGEST).collect()).next()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn activities(userinfo: &Value) -> Vec<Activity> {
    let exercises = userinfo.get("SubjectRefPro").map(|pro| list(pro, "exercices")).unwrap_or_default();
    let each = exercises.iter().flat_map(|exercise| {
        list(exercise, "activities").iter().map(move |activity| Activity {
            profession: text(exercise, &["codeProfession"]),
            sector: text(activity, &["codeSecteurDactivite"]),
            structure: text(activity, &["identifiantTechniqueDeLaStructure", "numeroFinessSite"]),
            name: text(activity, &["raisonSocialeSite"]),
        })
    });
    each.take(MOST).collect()
}

/// A mailbox list in the forms met: one address, a list of addresses, a list of objects.
fn mailboxes(claim: &Value) -> Vec<Mailbox> {
    let one = std::slice::from_ref(claim);
    let each = claim.as_array().map_or(one, Vec::as_slice).iter();
    let mut found: Vec<Mailbox> = Vec::new();
    for mailbox in each.filter_map(mailbox) {
        let known = found.iter().any(|known| known.address.eq_ignore_ascii_case(&mailbox.address));
        if !known && found.len() < MOST {
            found.push(mailbox);
        }
    }
    found
}

fn mailbox(value: &Value) -> Option<Mailbox> {
    let address = match value.as_str() {
        Some(address) => address.trim().chars().take(LONGEST).collect(),
        None => text(value, &["address", "adresse", "email", "mail"])?,
    };
    if !address.contains('@') || address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let kind = text(value, &["type", "kind"]).unwrap_or_default().to_uppercase();
    Some(Mailbox {
        address,
        label: text(value, &["label", "libelle", "name"]),
        kind: match kind.get(..3) {
            Some("PER") => MailboxKind::Personal,
            Some("ORG") => MailboxKind::Organisational,
            Some("APP") => MailboxKind::Application,
            _ => MailboxKind::Unknown,
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use serde_json::json;

    #[test]
    fn userinfo_of_any_shape_is_read_without_complaint() {
        let odd = json!({"sub": 7, "given_name": ["x"], "SubjectRefPro": [1], "boxes": {"a": 1}, "new": null});
        let identity = Identity::read(&json!({"sub": "s"}), &odd, Some("boxes"));
        assert_eq!(identity, Identity { subject: "s".into(), subject_name_id: "s".into(), ..Identity::default() });
        assert_eq!(Identity::read(&json!(null), &json!([]), Some("x")), Identity::default());
    }

    #[test]
    fn mailboxes_are_read_in_every_form() {
        let boxes = |claim: Value| Identity::read(&json!({}), &json!({"m": claim}), Some("m")).mailboxes;
        assert_eq!(boxes(json!("a@b.test"))[0].kind, MailboxKind::Unknown);
        assert_eq!(boxes(json!(["a@b.test", "A@b.test", "no address"])).len(), 1);
        let full = boxes(json!([{"adresse": "c@b.test", "libelle": "Cabinet", "type": "organisationnelle"}]));
        assert_eq!(full[0].kind, MailboxKind::Organisational);
        assert_eq!(full[0].label.as_deref(), Some("Cabinet"));
        let many: Vec<String> = (0..1000).map(|n| format!("{n}@b.test")).collect();
        assert_eq!(boxes(json!(many)).len(), MOST);
    }

    #[test]
    fn printing_a_person_shows_nothing() {
        let claims = json!({"sub": "899700012345", "given_name": "Tryphon", "m": "t@b.test"});
        let identity = Identity::read(&claims, &claims, Some("m"));
        let shown = format!("{identity:?} {:?}", identity.mailboxes);
        assert!(!shown.contains("Tryphon") && !shown.contains("8997") && !shown.contains("@"), "{shown}");
    }
}
