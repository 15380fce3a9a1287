//! From what card and mail server say to what the screen shows.

use flow::{Day, FolderRole, Holder, Row, Stamp, Window};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Professions addressed as «Dr»: physician, dental surgeon, pharmacist (codes of table G15, domain.md 3.1).
const DOCTORS: [u8; 3] = [10, 40, 21];

/// Tries as the visit counts them.
pub(crate) fn tries(tries: card::Tries) -> Option<u8> {
    match tries {
        card::Tries::Left(left) => Some(left),
        card::Tries::Blocked => Some(0),
        // Verified at opening: somebody left the card open; our own connection has reset it since.
        card::Tries::Verified | card::Tries::Unknown => None,
    }
}

/// The holder as the screen greets them.
pub(crate) fn holder(holder: &card::Holder, zone: &TimeZone) -> Holder {
    let doctor =
        holder.profession.as_ref().and_then(|profession| profession.code).is_some_and(|code| DOCTORS.contains(&code));
    let (name, initials) = greeted(doctor, &holder.given_name, &holder.family_name);
    let now = Timestamp::now().as_second();
    let expired = match holder.validity(now) {
        card::Validity::Expired { since } => local(since, zone).map(|stamp| stamp.day),
        card::Validity::Valid | card::Validity::NotYet => None,
    };
    Holder { name, initials, expired }
}

/// «Dr Tryphon TOURNESOL» and «TT».
fn greeted(doctor: bool, given: &str, family: &str) -> (String, String) {
    let title = if doctor { "Dr" } else { "" };
    let (given, family) = (capitalised(given), family.to_uppercase());
    let name: Vec<&str> = [title, &given, &family].into_iter().filter(|part| !part.is_empty()).collect();
    let initials = [&given, &family].into_iter().filter_map(|part| part.chars().next()).collect();
    (name.join(" "), initials)
}

/// The person as the provider names them; whoever has no name there is called by their login.
pub(crate) fn known(identity: &login::Identity) -> Holder {
    let doctor = identity.activities.iter().any(|activity| {
        let code = activity.profession.as_ref().and_then(|code| code.parse().ok());
        code.is_some_and(|code: u8| DOCTORS.contains(&code))
    });
    let (given, family) = (identity.given_name.as_deref(), identity.family_name.as_deref());
    if given.is_none() && family.is_none() {
        let name = identity.subject_name_id.clone();
        let initials = name.chars().next().into_iter().flat_map(char::to_uppercase).collect();
        return Holder { name, initials, expired: None };
    }
    let (name, initials) = greeted(doctor, given.unwrap_or_default(), family.unwrap_or_default());
    Holder { name, initials, expired: None }
}

/// «JEAN-PIERRE» and «jean-pierre» as «Jean-Pierre».
fn capitalised(name: &str) -> String {
    let mut start = true;
    name.chars()
        .flat_map(|letter| {
            let written: Vec<char> =
                if start { letter.to_uppercase().collect() } else { letter.to_lowercase().collect() };
            start = matches!(letter, ' ' | '-' | '\'' | '’');
            written
        })
        .collect()
}

/// The local time of a moment, `None` outside the calendar's reach.
pub(crate) fn local(unix: i64, zone: &TimeZone) -> Option<Stamp> {
    Some(stamp(&Timestamp::from_second(unix).ok()?.to_zoned(zone.clone())))
}

/// The local time of a wall clock reading.
pub(crate) fn stamp(now: &jiff::Zoned) -> Stamp {
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    Stamp {
        day: Day { year: now.year(), month: small(now.month()), day: small(now.day()) },
        hour: small(now.hour()),
        minute: small(now.minute()),
    }
}

/// A page of the mailbox as the list shows it.
pub(crate) fn window(page: &mail::Page, zone: &TimeZone) -> Window {
    Window { total: page.total, from: page.from, rows: page.rows.iter().map(|row| self::row(row, zone)).collect() }
}

fn row(row: &mail::Summary, zone: &TimeZone) -> Row {
    // In «Envoyés» the person looks for whom they wrote to.
    let person = row.to.as_ref().unwrap_or(&row.from);
    let name = if person.name.is_empty() { &person.address } else { &person.name };
    let initial = |given: &str| given.chars().next().map(|letter| format!(" {letter}.")).unwrap_or_default();
    let patient = row.patient.as_ref();
    Row {
        uid: row.uid,
        sender: name.clone(),
        subject: patient.map_or(&row.subject, |patient| &patient.label).clone(),
        patient: patient.map(|patient| format!("{}{}", patient.family, initial(&patient.given))).unwrap_or_default(),
        when: local(row.date.unix, zone).unwrap_or_default(),
        unread: row.unread,
        documents: row.documents.unwrap_or(0),
        answered: row.answered,
    }
}

/// A folder as the rail shows it.
pub(crate) fn folder(folder: &mail::Folder) -> flow::Folder {
    flow::Folder {
        role: match folder.role {
            mail::Role::Inbox => FolderRole::Inbox,
            mail::Role::Drafts => FolderRole::Drafts,
            mail::Role::Sent => FolderRole::Sent,
            mail::Role::Junk => FolderRole::Junk,
            mail::Role::Trash => FolderRole::Trash,
            mail::Role::Archive => FolderRole::Archive,
            mail::Role::Other => FolderRole::Own,
        },
        name: folder.name.clone(),
        unread: folder.unread.unwrap_or(0),
        total: folder.total.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_are_written_as_people_write_them() {
        assert_eq!(capitalised("JEAN-PIERRE"), "Jean-Pierre");
        assert_eq!(capitalised("élodie anne"), "Élodie Anne");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn half_past_midnight_in_paris_is_another_day_in_utc() {
        let paris = TimeZone::fixed(jiff::tz::offset(1));
        // 2026-11-22T23:30:00Z
        let stamp = local(1_795_390_200, &paris).unwrap_or_default();
        assert_eq!((stamp.day.day, stamp.hour, stamp.minute), (23, 0, 30));
    }
}
