//! Header fields as programs, gateways and people spoil them.

use crate::write::{crlf, head, message, message_of_bytes};
use crate::{Sample, sample, small};

/// A message with a field in place of the usual one of that name.
fn with(field: &str) -> Vec<u8> {
    let name = field.split(':').next().unwrap_or_default();
    let kept: String = head("Sujet")
        .lines()
        .filter(|line| !line.starts_with(&format!("{name}:")))
        .map(|line| format!("{line}\n"))
        .collect();
    message(&format!("{kept}{field}\n"), "Le texte.\n")
}

pub(crate) fn samples() -> Vec<Sample> {
    vec![
        small("fields-none", "No header at all", b"\r\nLe texte, sans rien avant.\r\n".to_vec()),
        small("fields-only-subject", "No sender, no date, no recipient", crlf("Subject: Seul\n\nLe texte.\n")),
        small(
            "fields-twice",
            "Every field twice",
            message(
                &(head("Premier")
                    + "Subject: Second\nFrom: Tintin <tintin@mss.test>\nTo: milou@mss.test\nDate: Fri, 13 Mar 2026 10:00:00 +0100\n"),
                "Le texte.\n",
            ),
        ),
        small(
            "fields-empty-then-full",
            "An empty subject, then one that says something",
            message(&(head("").replace("Subject: \n", "Subject:\nSubject: Le bon\n")), "Le texte.\n"),
        ),
        small(
            "fields-from-line",
            "The From line of a mailbox file",
            crlf(&format!(
                "From bianca Thu Mar 12 10:22:00 2026\n{}\nLe texte.\n>From Paris avec le bonjour.\n",
                head("mbox")
            )),
        ),
        small(
            "fields-blank-lines-first",
            "Empty lines before the header",
            crlf(&format!("\n\n{}\nLe texte.\n", head("Après deux lignes vides"))),
        ),
        small("fields-date-malformed", "A date that is none", with("Date: hier vers midi")),
        small("fields-date-impossible", "The thirtieth of February", with("Date: Mon, 30 Feb 2026 25:61:00 +0100")),
        small("fields-date-iso", "A date in ISO 8601", with("Date: 2026-03-12T10:22:00+01:00")),
        small("fields-date-french", "A date in French", with("Date: jeu., 12 mars 2026 10:22:00 +0100")),
        small("fields-date-no-zone", "A date without a zone", with("Date: 12 Mar 2026 10:22")),
        small("fields-date-two-digit-year", "A year of two digits", with("Date: 12 Mar 26 10:22:00 +0100")),
        small("fields-date-far", "The year 9999", with("Date: Fri, 31 Dec 9999 23:59:59 +0000")),
        small(
            "fields-8-bit-utf-8",
            "Raw UTF-8 in fields",
            message(&head("Résultats d’Hélène").replace("Dr Bianca", "Dr Hélène"), "Le texte.\n"),
        ),
        small("fields-8-bit-latin-1", "Raw Latin-1 in fields", {
            let mut raw = crlf("From: Dr H\u{1}l\u{2}ne <helene@mss.test>\nSubject: R\u{1}sultats\n\nLe texte.\n");
            raw.iter_mut().for_each(|b| {
                *b = match *b {
                    1 => 0xE9,
                    2 => 0xE8,
                    b => b,
                }
            });
            raw
        }),
        small(
            "fields-folded-with-tabs",
            "Folding with tabs, and a line of spaces",
            message(&head("Un sujet\n\tplié\n \n\tsur quatre lignes"), "Le texte.\n"),
        ),
        small(
            "fields-word-cut-in-character",
            "Encoded words cut in the middle of a letter",
            message(
                &head(
                    "=?utf-8?q?Op=C3?=\n =?utf-8?q?=A9r=C3=A9e?= =?utf-8?B?IMOg?= =?UTF-8?B?IGwnaMO0?=\n =?utf-8?q?pital?=",
                ),
                "Le texte.\n",
            ),
        ),
        small(
            "fields-word-charsets",
            "Words in three charsets",
            message(&head("=?iso-8859-1?Q?R=E9sultat?= =?windows-1252?Q?_=96_?= =?utf-8?B?ODDigK8l?="), "Le texte.\n"),
        ),
        small(
            "fields-word-with-spaces",
            "Words with spaces, glued together, inside quotation marks",
            message(
                &head("=?utf-8?Q?Compte rendu?==?utf-8?Q?_op=C3=A9ratoire?=")
                    .replace("Dr Bianca CASTAFIORE", "\"=?utf-8?Q?Dr_H=C3=A9l=C3=A8ne?=\""),
                "Le texte.\n",
            ),
        ),
        small(
            "fields-word-broken",
            "Words that never end",
            message(&head("=?utf-8?q?sans_fin =?utf-8?z?x?= =?=?="), "Le texte.\n"),
        ),
        small(
            "fields-word-unknown-charset",
            "A word in an unknown charset",
            message(&head("=?x-inconnu?Q?R=E9sultat?="), "Le texte.\n"),
        ),
        small(
            "fields-word-smuggles",
            "A word that hides line ends, a field and an override",
            message(&head("=?utf-8?B?QQ0KQmNjOiB4QHkNCuKAruKArGZkcC5leGU=?="), "Le texte.\n"),
        ),
        small(
            "fields-long-subject",
            "A subject of 5,000 characters",
            message(&head(&"très long ".repeat(500)), "Le texte.\n"),
        ),
        small("fields-empty-subject", "No subject", message(&head(""), "Le texte.\n")),
        small("fields-subject-spaces", "A subject of spaces", message(&head("  \t  \u{a0} "), "Le texte.\n")),
        small(
            "fields-from-comma",
            "A comma in a name without quotation marks",
            with("From: CASTAFIORE, Bianca <bianca.castafiore@medecin.mssante.fr>"),
        ),
        small(
            "fields-from-comment",
            "The name in a comment",
            with("From: bianca.castafiore@medecin.mssante.fr (Dr Bianca CASTAFIORE)"),
        ),
        small(
            "fields-from-two",
            "Two authors and a sender",
            with(
                "From: Dr Bianca CASTAFIORE <bianca.castafiore@medecin.mssante.fr>, Tryphon <tryphon@mss.test>\nSender: secretariat@mss.test",
            ),
        ),
        small("fields-from-none", "No From, but a Sender", with("From:\nSender: Secrétariat <secretariat@mss.test>")),
        small("fields-from-no-address", "A From without an address", with("From: Laboratoire de Moulinsart")),
        small("fields-from-broken", "A From of brackets", with("From: <<<>>>, ;:")),
        small(
            "fields-from-address-as-name",
            "The address where the name should be, and another address",
            with("From: \"bianca.castafiore@medecin.mssante.fr\" <intrus@exemple.test>"),
        ),
        small(
            "fields-from-override",
            "A name with an override and zero-width characters",
            with("From: \u{202E}EROIFATSAC rD\u{202C} <bi\u{200B}anca@mss.test>"),
        ),
        small(
            "fields-to-group",
            "A group and undisclosed recipients",
            with("To: Equipe mobile: a@mss.test, Zoé <b@mss.test>;\nCc: undisclosed-recipients:;"),
        ),
        small(
            "fields-to-semicolons",
            "Recipients parted by semicolons, as Outlook shows them",
            with("To: a@mss.test; b@mss.test; Tryphon <c@mss.test>"),
        ),
        sample("fields-10000-recipients", "Ten thousand recipients", || {
            let list: Vec<String> =
                (0..10_000).map(|n| format!("\"Service {n}\" <service{n}@ch-moulinsart.mssante.fr>")).collect();
            with(&format!("To: {}", list.join(",\n ")))
        }),
        sample("fields-3000-fields", "Three thousand fields of a gateway", || {
            let many: String = (0..3000).map(|n| format!("X-Passerelle-{n}: {n}\n")).collect();
            message(&(head("Beaucoup de champs") + &many), "Le texte.\n")
        }),
        sample("fields-long-thread", "A thread of 300 messages", || {
            let ids: Vec<String> = (0..300).map(|n| format!("<{n}@mss.test>")).collect();
            with(&format!("References: {}\nIn-Reply-To: <299@mss.test>", ids.join("\n ")))
        }),
        small(
            "fields-id-without-brackets",
            "A Message-ID without brackets, an In-Reply-To with words",
            with("Message-ID: 12@mss.test\nIn-Reply-To: Your message of Mon <11@mss.test>"),
        ),
        small(
            "fields-reply-elsewhere",
            "Answers go elsewhere",
            with("Reply-To: =?utf-8?q?Secr=C3=A9tariat?= <secretariat.cardio@ch-moulinsart.mssante.fr>"),
        ),
        small(
            "fields-receipt",
            "A receipt is asked",
            with("Disposition-Notification-To: Dr Bianca CASTAFIORE <bianca.castafiore@medecin.mssante.fr>"),
        ),
        small(
            "fields-receipt-elsewhere",
            "A receipt is asked, to be sent to someone else",
            with("Disposition-Notification-To: statistiques@exemple.test"),
        ),
        small(
            "fields-name-with-colon",
            "Fields with strange names",
            message_of_bytes(&(head("Noms") + "X Y: z\nÉtrange: oui\n: rien\n"), b"Le texte.\r\n"),
        ),
        small(
            "fields-crlf-injected",
            "A field that a form has let in",
            message(&head("Question\nBcc: tous@mss.test\nX-Autre: 1"), "Le texte.\n"),
        ),
    ]
}
