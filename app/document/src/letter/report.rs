//! Reports about other messages: not delivered (RFC 3464), read (RFC 8098), not taken in by the recipient's software (MSSanté).

use super::address;
use super::clean;
use super::date;
use super::header::Header;
use super::limits::{LINE, PART_HEADER};
use super::model::{Cause, Report, ReportKind, Reported};
use super::subject;

/// Groups of fields of one report.
const GROUPS: usize = 2_000;
/// Characters of what a server said.
const SAID: usize = 300;

/// Reads the part of a report that programs read. `original`: the message it is about, or the header of it.
pub(super) fn read(body: &[u8], media: &str, original: Option<&[u8]>, subject: &str, most: usize) -> Report {
    let mut report =
        if media.ends_with("disposition-notification") { disposition(body, subject) } else { delivery(body, most) };
    if let Some(original) = original {
        let (header, _) = Header::split(original, PART_HEADER);
        report.original_subject = subject::clean(&header.text("Subject").unwrap_or_default());
        if report.original_id.is_none() {
            report.original_id = header.get("Message-ID").and_then(|id| address::ids(&id).pop());
        }
    }
    report
}

/// An integration error known by its subject only, where the rest was lost on the way.
pub(super) fn by_subject(subject: &str) -> Option<Report> {
    let (code, original) = integration_error(subject)?;
    Some(Report {
        kind: ReportKind::NotIntegrated,
        code,
        original_subject: subject::clean(&original),
        ..Report::default()
    })
}

/// `[KO Intégration système !][902] XDM/1.0/DDM+…`: the code, and the subject it is about.
fn integration_error(subject: &str) -> Option<(String, String)> {
    let rest = subject.trim_start().strip_prefix('[')?;
    let (mark, rest) = rest.split_once(']')?;
    if !mark.to_lowercase().starts_with("ko int") {
        return None;
    }
    let rest = rest.trim_start();
    let (code, rest) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", rest));
    Some((clean::line(code, 40), rest.trim().to_owned()))
}

/// `message/disposition-notification` (RFC 8098, section 3).
fn disposition(body: &[u8], subject: &str) -> Report {
    let (fields, _) = Header::split(body.trim_ascii_start(), PART_HEADER);
    let disposition = fields.text("Disposition").unwrap_or_default();
    let (_, what) = disposition.split_once(';').unwrap_or(("", &disposition));
    let (kind, modifier) = what.split_once('/').unwrap_or((what, ""));
    let modifier = modifier.trim();
    let kind = match kind.trim().to_lowercase().as_str() {
        _ if modifier.to_lowercase().starts_with("error") || modifier.to_lowercase().starts_with("failed") => {
            ReportKind::NotIntegrated
        }
        _ if fields.get("Error").is_some() || fields.get("Failure").is_some() => ReportKind::NotIntegrated,
        "displayed" => ReportKind::Read,
        "deleted" => ReportKind::Deleted,
        "processed" | "dispatched" => ReportKind::Processed,
        "failed" | "denied" => ReportKind::NotIntegrated,
        _ => ReportKind::Other,
    };
    let mut report = Report { kind, ..Report::default() };
    if kind == ReportKind::NotIntegrated {
        // MSSanté writes the error behind the modifier, HL7 style: `902^Identifiant de patient inconnu^…`.
        let error =
            modifier.split_once(':').map(|(_, error)| error.trim().to_owned()).filter(|error| !error.is_empty());
        let error = error.or_else(|| fields.text("Error")).or_else(|| fields.text("Failure")).unwrap_or_default();
        let mut parts = error.split('^');
        match (parts.next(), parts.next()) {
            (Some(code), Some(label)) => {
                report.code = clean::line(code, 40);
                report.label = clean::line(label, SAID);
            }
            _ => report.label = clean::line(&error, SAID),
        }
        if let Some((code, _)) = integration_error(subject)
            && report.code.is_empty()
        {
            report.code = code;
        }
    }
    report.original_id = fields.get("Original-Message-ID").and_then(|id| address::ids(&id).pop());
    let recipient = fields.text("Final-Recipient").or_else(|| fields.text("Original-Recipient"));
    report.recipients.extend(recipient.map(|recipient| Reported { address: typed(&recipient), ..Reported::default() }));
    report
}

/// `message/delivery-status` (RFC 3464, section 2): fields of the message, then of each recipient.
fn delivery(body: &[u8], most: usize) -> Report {
    let mut report = Report::default();
    let mut rest = body;
    for place in 0..GROUPS {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            break;
        }
        let (fields, length) = Header::split(rest, PART_HEADER);
        if length == 0 || fields.is_empty() {
            break;
        }
        rest = rest.get(length..).unwrap_or_default();
        if place == 0 {
            report.at = fields.text("Arrival-Date").and_then(|when| date::read(&when));
            report.original_id =
                fields.get("Original-Envelope-Id").and_then(|id| address::ids(&id).pop().filter(|id| id.contains('@')));
        }
        let Some(action) = fields.text("Action") else { continue };
        let kind = match action.trim().to_lowercase().as_str() {
            "failed" => ReportKind::NotDelivered,
            "delayed" => ReportKind::Delayed,
            "delivered" => ReportKind::Delivered,
            "relayed" | "expanded" => ReportKind::Relayed,
            _ => ReportKind::Other,
        };
        // The worst news is the news.
        if rank(kind) > rank(report.kind) {
            report.kind = kind;
        }
        if report.recipients.len() >= most {
            report.more_recipients = report.more_recipients.saturating_add(1);
            continue;
        }
        let recipient =
            fields.text("Original-Recipient").or_else(|| fields.text("Final-Recipient")).unwrap_or_default();
        let said = fields.text("Diagnostic-Code").map(|said| typed(&said)).unwrap_or_default();
        let status =
            status(&fields.text("Status").unwrap_or_default()).or_else(|| said.split([' ', '#']).find_map(status));
        report.recipients.push(Reported {
            address: typed(&recipient),
            cause: status.as_deref().map(cause).unwrap_or_default(),
            status: status.unwrap_or_default(),
            said: clean::line(&said, SAID),
        });
        if let Some(when) = fields.text("Last-Attempt-Date").and_then(|when| date::read(&when)) {
            report.at = Some(when);
        }
    }
    report
}

fn rank(kind: ReportKind) -> u8 {
    match kind {
        ReportKind::NotDelivered => 4,
        ReportKind::Delayed => 3,
        ReportKind::Relayed => 2,
        ReportKind::Delivered => 1,
        _ => 0,
    }
}

/// `rfc822; zoe@mss.test`, `smtp; 550 …`: what stands behind the type.
fn typed(value: &str) -> String {
    let value = match value.split_once(';') {
        Some((kind, rest)) if kind.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => rest,
        _ => value,
    };
    clean::line(value.trim().trim_matches(['<', '>']), LINE)
}

/// `5.1.1`, whatever stands behind it.
fn status(text: &str) -> Option<String> {
    let word = text.trim().split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut parts = word.split('.');
    let digits = |part: Option<&str>| part.is_some_and(|part| (1..=3).contains(&part.len()));
    let sound = matches!(parts.next(), Some("2" | "4" | "5"))
        && digits(parts.next())
        && digits(parts.next())
        && parts.next().is_none();
    sound.then(|| word.to_owned())
}

/// RFC 3463.
fn cause(status: &str) -> Cause {
    if status.starts_with('2') {
        return Cause::Unknown;
    }
    let mut parts = status.split('.').skip(1).map(|part| part.parse::<u16>().unwrap_or(0));
    match (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) {
        (1, 0..=6) => Cause::Address,
        (1, 10) => Cause::Address,
        (2, 1) => Cause::Disabled,
        (2, 2) => Cause::Full,
        (2, 3) | (3, 4) => Cause::TooLarge,
        (4, _) => Cause::Unreachable,
        (6, _) => Cause::Content,
        (7, _) => Cause::Refused,
        _ => Cause::Unknown,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_that_was_not_delivered() {
        let body = "Reporting-MTA: dns; smtp.mss.test\r\nArrival-Date: Thu, 12 Mar 2026 12:00:00 +0100\r\n\r\n\
                    Final-Recipient: rfc822; zoe@mss.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n\
                    Original-Recipient: rfc822;tintin@mss.test\r\nFinal-Recipient: rfc822; <t@mss.test>\r\nAction: failed\r\nStatus: 5.1.1 (unknown)\r\n\
                    Diagnostic-Code: smtp; 550 5.1.1 <t@mss.test>:\r\n    User unknown\r\n";
        let report = read(
            body.as_bytes(),
            "message/delivery-status",
            Some(b"Subject: =?utf-8?q?Zo=C3=A9?=\nMessage-ID: <a@b>\n\n"),
            "",
            50,
        );
        assert_eq!(
            (report.kind, report.recipients.len(), report.at),
            (ReportKind::NotDelivered, 2, Some(1_773_313_200))
        );
        assert_eq!((report.original_subject.as_str(), report.original_id.as_deref()), ("Zoé", Some("<a@b>")));
        let failed = &report.recipients[1];
        assert_eq!(
            (failed.address.as_str(), failed.cause, failed.status.as_str()),
            ("tintin@mss.test", Cause::Address, "5.1.1")
        );
        assert_eq!(failed.said, "550 5.1.1 <t@mss.test>: User unknown");
    }

    #[test]
    fn a_message_that_was_read() {
        let body = "Final-Recipient: rfc822;zoe@mss.test\nOriginal-Message-ID: <a@b>\nDisposition: manual-action/MDN-sent-manually; displayed\n";
        let report = read(body.as_bytes(), "message/disposition-notification", None, "", 50);
        assert_eq!((report.kind, report.original_id.as_deref()), (ReportKind::Read, Some("<a@b>")));
    }

    #[test]
    fn a_document_that_was_not_taken_in() {
        let body = "Original-Recipient: rfc822;a@mss.test\nFinal-Recipient: rfc822;b@mss.test\nOriginal-Message-ID: <a@b>\n\
                    Disposition:automatic-action/MDN-sent-automatically; processed/Error: 902^Identifiant de patient inconnu^messageErrorCondition| E^Error^errorSeverity\n";
        let report = read(body.as_bytes(), "message/disposition-notification", None, "", 50);
        assert_eq!(
            (report.kind, report.code.as_str(), report.label.as_str()),
            (ReportKind::NotIntegrated, "902", "Identifiant de patient inconnu")
        );
        let plain = "Disposition: automatic-action/MDN-sent-automatically; processed/error\nError: plus de place\n";
        let report =
            read(plain.as_bytes(), "message/disposition-notification", None, "[KO Intégration système !][905] XDM", 50);
        assert_eq!(
            (report.kind, report.code.as_str(), report.label.as_str()),
            (ReportKind::NotIntegrated, "905", "plus de place")
        );
    }

    #[test]
    fn an_error_known_by_its_subject() {
        let report = by_subject("[KO Intégration système !][902] XDM/1.0/DDM+CR LAMPION Séraphin 12/03/1948");
        let report = report.map(|report| (report.code.clone(), report.original_subject.clone()));
        assert_eq!(report, Some(("902".into(), "CR LAMPION Séraphin 12/03/1948".into())));
        assert!(by_subject("[FIN]").is_none() && by_subject("KO").is_none());
    }

    #[test]
    fn a_report_about_many_counts_them() {
        let body: String = (0..1000)
            .map(|n| format!("Final-Recipient: rfc822;{n}@mss.test\nAction: failed\nStatus: 5.2.2\n\n"))
            .collect();
        let report = read(body.as_bytes(), "message/delivery-status", None, "", 50);
        assert_eq!((report.recipients.len(), report.more_recipients), (50, 950));
        assert!(report.recipients.iter().all(|r| r.cause == Cause::Full));
    }

    proptest! {
        #[test]
        fn any_report_is_read(body in "((Action|Status|Final-Recipient|Disposition|Error): ?|failed|;|/|\\^|[0-9.]{1,6}|\r?\n|\\PC){0,60}", disposition: bool) {
            let media = if disposition { "message/disposition-notification" } else { "message/delivery-status" };
            read(body.as_bytes(), media, Some(body.as_bytes()), &body, 3);
        }
    }
}
