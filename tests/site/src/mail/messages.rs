//! Invented mail: French, deterministic, of people who do not exist.

use std::fmt::Write as _;

/// The number of messages in the large inbox.
pub const LARGE: u32 = 19_208;
/// Unread messages of the large inbox, all among its newest 380.
pub const UNREAD: u32 = 21;
/// Arrival of the newest message: 23 November 2026, 10:31 in Paris.
pub const NEWEST: i64 = 1_795_426_260;

/// A message to be stored.
pub(super) struct Message {
    /// Arrival, seconds since 1970.
    pub date: i64,
    pub seen: bool,
    pub bytes: Vec<u8>,
}

const SENDERS: [(&str, &str); 12] = [
    ("Dr Bianca CASTAFIORE", "bianca.castafiore"),
    ("Laboratoire Tournesol & Fils", "resultats.tournesol"),
    ("Dr Hippolyte CALYS", "hippolyte.calys"),
    ("Centre d’imagerie du Sceptre", "imagerie.sceptre"),
    ("Clinique de Syldavie", "sorties.syldavie"),
    ("SAMU de Klow", "samu.klow"),
    ("Mme Irma MOULIN, IDE", "irma.moulin"),
    ("Pharmacie du Château", "pharmacie.chateau"),
    ("CHU de Moulinsart – Cardiologie", "cardiologie.chu"),
    ("HAD Grand Ouest", "had.grandouest"),
    ("Cabinet des Drs DUPOND et DUPONT", "cabinet.dupond"),
    ("EHPAD Les Tilleuls", "ehpad.tilleuls"),
];

const PATIENTS: [(&str, &str, &str); 14] = [
    ("LAMPION", "Séraphin", "12/03/1948"),
    ("HADDOCK", "Archibald", "04/07/1951"),
    ("WAGNER", "Igor", "30/11/1962"),
    ("SANZOT", "Boucher", "02/02/1970"),
    ("NESTOR", "Jules", "19/05/1944"),
    ("HALAMBIQUE", "Nestor", "28/08/1939"),
    ("LE GOFF", "Anne-Marie", "01/01/1985"),
    ("D’ALMEIDA", "Zoé", "23/10/1991"),
    ("BÉRENGER", "Loïc", "14/06/2003"),
    ("ÇELIK", "Maëlle", "09/09/1978"),
    ("N’DIAYE", "Aïssatou", "17/12/1966"),
    ("MÜLLER", "Cédric", "05/04/1957"),
    ("ROUSSEAU", "Chloé", "21/03/2015"),
    ("GARÇON", "Édouard", "11/11/1931"),
];

/// The newest messages, so that a picture of the inbox looks like something: sender, subject, patient, documents,
/// minutes before the newest.
const SCENE: [(usize, &str, Option<usize>, u32, i64); 8] = [
    (0, "Compte rendu d’hospitalisation, chirurgie ORL", Some(0), 2, 0),
    (1, "Résultats de biologie du 22/11, dont une valeur critique", Some(1), 1, 23),
    (2, "Re: avis sur le traitement anticoagulant", Some(2), 0, 44),
    (3, "IRM cérébrale sans injection, conclusion", Some(3), 3, 79),
    (4, "Lettre de liaison à la sortie", Some(4), 1, 16 * 60),
    (5, "Fiche de transfert inter-établissements", None, 1, 19 * 60),
    (6, "Pansement complexe, photographie et évolution", Some(0), 2, 21 * 60),
    (7, "Conciliation médicamenteuse à relire", Some(5), 1, 42 * 60),
];

const SUBJECTS: [&str; 10] = [
    "Résultats d’analyses",
    "Compte rendu de consultation",
    "Lettre de liaison à la sortie",
    "Demande d’avis spécialisé",
    "Ordonnance de sortie",
    "Compte rendu d’imagerie",
    "Confirmation de rendez-vous",
    "Réunion de concertation pluridisciplinaire",
    "Volet de synthèse médicale",
    "Bilan kinésithérapique",
];

const SENTENCES: [&str; 7] = [
    "Cher confrère, merci de m’avoir adressé ce patient pour avis.",
    "L’examen clinique de ce jour est sans particularité, la tension artérielle est à 13/8.",
    "Le bilan biologique retrouve une CRP à 4 mg/L et une créatininémie à 78 µmol/L.",
    "Je propose de poursuivre le traitement à l’identique jusqu’au prochain contrôle.",
    "Veuillez trouver ci-joint le compte rendu d’hospitalisation.",
    "L’échographie ne met pas en évidence d’anomalie échogène des cavités.",
    "En l’absence d’amélioration à 48 heures, une hospitalisation est à prévoir.",
];

/// A small generator of numbers, the same on every machine (xorshift, Marsaglia 2003).
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 32) % u64::from(n.max(1))).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(u32::try_from(from.len()).unwrap_or(1)) as usize).copied()
    }
}

/// The `index`-th of `total` messages to `to`, 0 for the oldest.
pub(super) fn inbox(to: &str, index: u32, total: u32, newest: i64) -> Message {
    let age = total - 1 - index;
    let mut dice = Dice::new(u64::from(age) + 1);
    // A mailbox of three years, whatever its size; the scene keeps its own times.
    let step = 94_608_000 / i64::from(total.max(1));
    let mut date = newest - 3 * 86_400 - i64::from(age) * step - i64::from(dice.below(600));
    let kind = dice.below(100);
    let sender = dice.below(SENDERS.len() as u32) as usize;
    let mut subject = dice.pick(&SUBJECTS).unwrap_or_default().to_owned();
    let mut patient = (kind < 15).then(|| dice.below(PATIENTS.len() as u32) as usize);
    let mut documents = if kind < 50 { 1 } else { 0 };
    let mut sender_index = sender;
    if let Some((who, what, about, count, minutes)) = SCENE.get(age as usize) {
        sender_index = *who;
        subject = (*what).to_owned();
        patient = *about;
        documents = *count;
        date = newest - minutes * 60;
    } else if kind >= 90 {
        subject = format!("RE: {subject}");
    }
    if let Some((family, given, born)) = patient.and_then(|at| PATIENTS.get(at)) {
        subject = format!("XDM/1.0/DDM+{subject} {family} {given} {born}");
    }
    let (name, local) = SENDERS.get(sender_index).copied().unwrap_or(("", "x"));
    let xdm = patient.is_some() && documents > 0;
    let size = if age < 200 { 20_000 + dice.below(60_000) as usize } else { 300 };
    let html = kind >= 70;
    let bytes = compose(&Draft {
        from: format!("{} <{local}@mss.test>", encoded(name)),
        to,
        subject: &subject,
        date,
        id: format!("{date}.{age}"),
        text: text(&mut dice, name),
        documents,
        xdm,
        html,
        size,
    });
    let unread = age < 3 || (age < 380 && age % 21 == 5);
    Message { date, seen: !unread, bytes }
}

/// A plain message of another folder.
pub(super) fn filed(from: &str, to: &str, subject: &str, date: i64) -> Message {
    let mut dice = Dice::new(date.unsigned_abs());
    let text = text(&mut dice, from);
    let from = format!("{} <{from}>", encoded("Dr Tryphon TOURNESOL"));
    let id = format!("{date}.f");
    let bytes = compose(&Draft { from, to, subject, date, id, text, documents: 0, xdm: false, html: false, size: 0 });
    Message { date, seen: true, bytes }
}

struct Draft<'a> {
    from: String,
    to: &'a str,
    subject: &'a str,
    date: i64,
    id: String,
    text: String,
    documents: u32,
    xdm: bool,
    html: bool,
    size: usize,
}

fn text(dice: &mut Dice, name: &str) -> String {
    let mut text = String::from("Bonjour,\r\n\r\n");
    for _ in 0..2 + dice.below(4) {
        let _ = write!(text, "{}\r\n\r\n", dice.pick(&SENTENCES).unwrap_or_default());
    }
    let _ = write!(text, "Confraternellement,\r\n{name}\r\n");
    text
}

fn compose(draft: &Draft<'_>) -> Vec<u8> {
    let mut out = String::with_capacity(2000 + draft.size * 2);
    let (from, to, id) = (&draft.from, draft.to, &draft.id);
    let when = stamp(draft.date);
    let _ = write!(
        out,
        "Return-Path: <noreply@mss.test>\r\nReceived: from mx.mss.test (mx.mss.test [192.0.2.7])\r\n\tby imap.mss.test \
         with ESMTPS; {when}\r\nFrom: {from}\r\nTo: <{to}>\r\nSubject: {}\r\nDate: {when}\r\nMessage-ID: \
         <{id}@mss.test>\r\nMIME-Version: 1.0\r\n",
        encoded(draft.subject)
    );
    let body =
        format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}", draft.text);
    if draft.documents == 0 && !draft.html {
        out.push_str(&body);
        return out.into_bytes();
    }
    let _ = write!(out, "Content-Type: multipart/mixed; boundary=\"m{id}\"\r\n\r\n");
    if draft.html {
        let _ = write!(
            out,
            "--m{id}\r\nContent-Type: multipart/alternative; boundary=\"a{id}\"\r\n\r\n--a{id}\r\n{body}\r\n--a{id}\r\n\
             Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<html><body><p>{}</p>\
             </body></html>\r\n--a{id}--\r\n",
            draft.text.replace("\r\n\r\n", "</p>\r\n<p>")
        );
    } else {
        let _ = write!(out, "--m{id}\r\n{body}");
    }
    for n in 1..=draft.documents {
        let pdf = base64(&super::document::pdf(draft.subject, draft.size));
        let _ = write!(
            out,
            "\r\n--m{id}\r\nContent-Type: application/pdf; name=\"CR_{n}.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"CR_{n}.pdf\"\r\n\r\n{pdf}"
        );
    }
    if draft.xdm {
        let zip = base64(&super::document::xdm(draft.subject));
        let _ = write!(
            out,
            "\r\n--m{id}\r\nContent-Type: application/zip; name=\"IHE_XDM.ZIP\"\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"IHE_XDM.ZIP\"\r\n\r\n{zip}"
        );
    }
    let _ = write!(out, "\r\n--m{id}--\r\n");
    out.into_bytes()
}

/// RFC 2047, each word within 75 characters and cut between characters.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for c in text.chars() {
        if words.last().is_some_and(|w| w.len() + c.len_utf8() > 42) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    let words: Vec<String> = words.iter().map(|w| format!("=?utf-8?B?{}?=", encode(w.as_bytes()))).collect();
    words.join("\r\n ")
}

/// Lines of 76 characters (RFC 2045 section 6.8).
fn base64(bytes: &[u8]) -> String {
    let text = encode(bytes);
    let mut out = String::with_capacity(text.len() + text.len() / 38);
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_at_checked(76) {
        out.extend([line, "\r\n"]);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let n = three.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for i in 0..4 {
            let letter = ALPHABET.get((n >> (18 - 6 * i) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if i <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// RFC 5322 date, in UTC.
fn stamp(unix: i64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let (days, seconds) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let weekday = DAYS.get(usize::try_from(days.rem_euclid(7)).unwrap_or_default()).copied().unwrap_or_default();
    let month = MONTHS.get(usize::try_from(month - 1).unwrap_or_default()).copied().unwrap_or_default();
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{weekday}, {day:02} {month} {year} {h:02}:{m:02}:{s:02} +0000")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dates_and_words_are_as_the_standards_say() {
        assert_eq!(stamp(NEWEST), "Mon, 23 Nov 2026 09:31:00 +0000");
        assert_eq!(encode(b"abcd"), "YWJjZA==");
        assert!(encoded("Centre d’imagerie du Sceptre, examens et résultats").lines().all(|l| l.trim().len() <= 75));
    }

    #[test]
    fn the_same_message_is_made_every_time_and_the_right_number_is_unread() {
        assert_eq!(inbox("a@mss.test", 3, 200, NEWEST).bytes, inbox("a@mss.test", 3, 200, NEWEST).bytes);
        let unread = (0..LARGE).rev().take(1000).filter(|i| !inbox("a@mss.test", *i, LARGE, NEWEST).seen).count();
        assert_eq!(unread, UNREAD as usize);
    }
}
