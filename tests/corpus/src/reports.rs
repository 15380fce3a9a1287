//! Reports: not delivered, late, read, not taken in.

use crate::write::{PDF, ZIP, crlf, file, html, multipart, plain};
use crate::{Sample, sample, small};

fn from_server(subject: &str, body: &str) -> Vec<u8> {
    crlf(&format!(
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@smtp.ch-moulinsart.mssante.fr>\nTo: secretariat.cardio@ch-moulinsart.mssante.fr\n\
         Date: Thu, 12 Mar 2026 10:23:00 +0100\nMessage-ID: <r1@smtp.ch-moulinsart.mssante.fr>\nSubject: {subject}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n{body}"
    ))
}

const ORIGINAL: &str = "Content-Type: message/rfc822\n\nFrom: secretariat.cardio@ch-moulinsart.mssante.fr\nTo: tryphon.tournesol@medecin.mssante.fr\n\
                        Subject: =?utf-8?q?XDM/1.0/DDM+Compte_rendu_LAMPION_S=C3=A9raphin_12/03/1948?=\nMessage-ID: <o1@ch-moulinsart.mssante.fr>\n\nBonjour.\n";

fn status(recipients: &str) -> String {
    format!(
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; smtp.ch-moulinsart.mssante.fr\nArrival-Date: Thu, 12 Mar 2026 10:22:00 +0100\n\n{recipients}"
    )
}

fn delivery(text: &str, recipients: &str) -> String {
    multipart("report; report-type=delivery-status", "r1", &[plain(text), status(recipients), ORIGINAL.to_owned()])
}

fn receipt(subject: &str, text: &str, disposition: &str, more: &[String]) -> Vec<u8> {
    let fields = format!(
        "Content-Type: message/disposition-notification\n\nReporting-UA: medecin.mssante.fr; Logiciel 4.2\nOriginal-Recipient: rfc822;tryphon.tournesol@medecin.mssante.fr\n\
         Final-Recipient: rfc822;tryphon.tournesol@medecin.mssante.fr\nOriginal-Message-ID: <o1@ch-moulinsart.mssante.fr>\n{disposition}\n"
    );
    let mut parts = vec![plain(text), fields];
    parts.extend_from_slice(more);
    crlf(&format!(
        "Return-Path: <>\nFrom: Tryphon TOURNESOL <tryphon.tournesol@medecin.mssante.fr>\nTo: secretariat.cardio@ch-moulinsart.mssante.fr\n\
         Date: Thu, 12 Mar 2026 11:00:00 +0100\nMessage-ID: <m1@medecin.mssante.fr>\nSubject: {subject}\nMIME-Version: 1.0\n{}",
        multipart("report; report-type=disposition-notification", "r1", &parts)
    ))
}

pub(crate) fn samples() -> Vec<Sample> {
    let failed = "Final-Recipient: rfc822; tryphon.tournesol@medecin.mssante.fr\nOriginal-Recipient: rfc822;tryphon.tournesol@medecin.mssante.fr\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.medecin.mssante.fr\nDiagnostic-Code: smtp; 550 5.1.1 <tryphon.tournesol@medecin.mssante.fr>:\n    Recipient address rejected: User unknown\n";
    let one = |action: &str, status: &str, said: &str| {
        format!(
            "Final-Recipient: rfc822; tryphon.tournesol@medecin.mssante.fr\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n"
        )
    };
    let integration = "[KO =?utf-8?q?Int=C3=A9gration_syst=C3=A8me_!?=][902] =?utf-8?q?XDM/1.0/DDM+Compte_rendu_LAMPION_S=C3=A9raphin_12/03/1948?=";
    vec![
        small("report-failed", "Not delivered: Postfix, unknown address", from_server("Undelivered Mail Returned to Sender", &delivery("This is the mail system at host smtp.ch-moulinsart.mssante.fr.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.", failed))),
        small("report-full", "Not delivered: the mailbox is full", from_server("Undelivered Mail Returned to Sender", &delivery("Votre message n'a pas pu être remis.", &one("failed", "5.2.2", "552 5.2.2 Mailbox full")))),
        small("report-too-large", "Not delivered: Mon espace santé takes 25 MB", from_server("Undelivered Mail Returned to Sender", &delivery("Votre message n'a pas pu être remis.", &one("failed", "5.3.4", "552 5.3.4 Message size exceeds fixed limit (26214400)").replace("tryphon.tournesol@medecin", "279035121518989@patient")))),
        small("report-refused", "Not delivered: the recipient's domain does not trust the sender", from_server("Undelivered Mail Returned to Sender", &delivery("Votre message n'a pas pu être remis.", &one("failed", "5.7.1", "554 5.7.1 Relay access denied")))),
        small("report-delayed", "Late, still trying", from_server("Delayed Mail (still being retried)", &delivery("Vous n'avez rien à faire.", &one("delayed", "4.4.1", "connect to mx.medecin.mssante.fr: Connection timed out")))),
        small("report-delivered", "Delivered, as asked", from_server("Successful Mail Delivery Report", &delivery("Votre message a été remis.", &one("delivered", "2.1.5", "250 2.1.5 OK")))),
        small("report-relayed", "Handed on to a system that will not tell more", from_server("Successful Mail Delivery Report", &delivery("Votre message a été transmis.", &one("relayed", "2.0.0", "250 OK")))),
        small("report-mixed", "Delivered to one, not to another", from_server("Undelivered Mail Returned to Sender", &delivery("Votre message n'a pas été remis à tous.", &format!("{}\n{failed}", one("delivered", "2.0.0", "250 OK"))))),
        sample("report-100-recipients", "Not delivered to a hundred", || {
            let many: String = (0..100).map(|n| format!("Final-Recipient: rfc822;r{n}@mss.test\nAction: failed\nStatus: 5.1.1\n\n")).collect();
            from_server("Undelivered Mail Returned to Sender", &delivery("Cent échecs.", &many))
        }),
        small("report-exchange", "Not delivered, as Exchange says it", from_server(
            "=?utf-8?q?Non_remis=C2=A0:_Compte_rendu?=",
            &multipart("report; report-type=delivery-status", "r1", &[
                multipart("alternative", "r2", &[
                    plain("Échec de la remise à ces destinataires ou groupes :\n\nTryphon TOURNESOL\nL'adresse de messagerie que vous avez entrée n'a pas été trouvée."),
                    html("<html><body><p><b><font color=#000066>Échec de la remise à ces destinataires ou groupes :</font></b></p><p><a href='mailto:t@mss.test'>Tryphon TOURNESOL</a><br>L'adresse de messagerie que vous avez entrée n'a pas été trouvée.</p></body></html>"),
                ]),
                status("Final-Recipient: rfc822;tryphon.tournesol@medecin.mssante.fr\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
                "Content-Type: text/rfc822-headers\n\nSubject: Compte rendu\nMessage-ID: <o1@ch-moulinsart.mssante.fr>\n".into(),
            ]),
        )),
        small("report-qmail", "Not delivered, in words only", from_server("failure notice", "\nHi. This is the qmail-send program at mss.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<tryphon@mss.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nSubject: Compte rendu\n\nBonjour.\n")),
        small("report-broken", "A report whose fields are broken", from_server("Rapport", &delivery("Rapport.", "Action failed\nStatus: cinq\n\n\nAction: failed\n"))),
        small("report-read", "A receipt: read", receipt("Lu : Compte rendu", "Votre message a été lu le 12/03/2026 à 11:00.", "Disposition: manual-action/MDN-sent-manually; displayed", &[])),
        small("report-deleted", "A receipt: deleted without being read", receipt("=?utf-8?q?Non_lu=C2=A0:_Compte_rendu?=", "Votre message a été supprimé sans être lu.", "Disposition: automatic-action/MDN-sent-automatically; deleted", &[])),
        small("report-integrated", "A receipt of software: taken in", receipt("=?utf-8?q?XDM/1.0/DDM+Compte_rendu_LAMPION_S=C3=A9raphin_12/03/1948?=", "Le document a été intégré.", "Disposition: automatic-action/MDN-sent-automatically; processed", &[])),
        small("report-not-integrated", "An integration error of MSSanté: the patient is not known", receipt(
            integration,
            "Le document n’a pas pu être intégré.\nLe système a retourné l'erreur 902^Identifiant de patient inconnu^messageErrorCondition| E^Error^errorSeverity",
            "Disposition:automatic-action/MDN-sent-automatically; processed/Error: 902^Identifiant de patient inconnu^messageErrorCondition| E^Error^errorSeverity",
            &[ORIGINAL.to_owned(), file("application/zip; name=\"IHE_XDM.zip\"", "filename=\"IHE_XDM.zip\"", ZIP), file("application/pdf", "filename=\"20260312_CR_LAMPION_Seraphin.pdf\"", PDF)],
        )),
        small("report-not-integrated-error-field", "An integration error in the field of RFC 8098", receipt("Erreur", "Le document n'a pas pu être intégré.", "Disposition: automatic-action/MDN-sent-automatically; processed/error\nError: plus de place", &[])),
        small("report-not-integrated-by-subject", "An integration error that lost its report", crlf(&format!("From: automate@chb.mssante.fr\nSubject: {integration}\n\nLe document n'a pas pu être intégré.\n"))),
        small("report-vacation", "An answer of someone who is away: not a report", crlf("From: Tryphon TOURNESOL <tryphon.tournesol@medecin.mssante.fr>\nSubject: Absence\nAuto-Submitted: auto-replied\nIn-Reply-To: <o1@ch-moulinsart.mssante.fr>\n\nJe suis absent jusqu'au 20 mars. En cas d'urgence, appelez le 15.\n")),
    ]
}
