//! A whole visit by real touches on the real program, one picture a page, and then the question: what is left?

use super::leftovers;
use super::play::Program;
use super::screen::Screen;
use crate::mail::PERSONAL;
use crate::whole::{Kiosk, Options, Site};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use virtual_card::Insert;

/// An unlikely code, so that finding it in memory means something. Eight digits, as a code may have.
const CODE: [u8; 8] = [7, 3, 9, 1, 4, 6, 8, 2];
const WRONG: [u8; 4] = [1, 1, 1, 1];
/// The subject of the newest message.
const SUBJECT: &str = "Canari jaune numéro 48151623 dans sa cage";
/// Who wrote the letters, and has the answer.
const SECOND: &str = "bianca.castafiore@mss.test";
/// Enough for a busy machine.
const SOON: Duration = Duration::from_secs(30);
/// Between a page being told and its picture being still.
const SETTLED: Duration = Duration::from_millis(500);

/// Of the letter that is read, and nowhere else.
const LETTER: &str = "laryngoscopie retrouve un polype";
/// What is typed under a ready answer. Its first letter may become a capital.
const TYPED: &str = " tryptophane";
/// Of the answer that is sent, and of nothing in the configuration.
const ANSWER: &str = "ryptophane";

/// Where things stand on the glass, for each of the two sizes it is drawn for (pixels).
struct Places {
    /// Centre of key 1, and the distance to the next key.
    key: [u32; 2],
    step: [u32; 2],
    first_mailbox: [u32; 2],
    second_row: [u32; 2],
    last_page: [u32; 2],
    /// The first document of a message.
    document: [u32; 2],
    back: [u32; 2],
    reply: [u32; 2],
    first_reply: [u32; 2],
    /// «Modifier», under the question whether to send.
    edit: [u32; 2],
    /// «Envoyer», above the keyboard, then under the question.
    send: [u32; 2],
    send_now: [u32; 2],
    mask: [u32; 2],
    /// Centre of letter «a», and the distance to «z» and to «q».
    letter: [u32; 2],
    letters: [u32; 2],
    space: [u32; 2],
}

const LARGE: Places = Places {
    key: [844, 232],
    step: [156, 136],
    first_mailbox: [560, 372],
    second_row: [600, 293],
    last_page: [1232, 680],
    document: [1096, 168],
    back: [56, 124],
    reply: [1096, 656],
    first_reply: [300, 296],
    edit: [132, 740],
    send: [1176, 128],
    send_now: [1150, 740],
    mask: [926, 37],
    letter: [75, 500],
    letters: [125, 84],
    space: [515, 752],
};
const SMALL: Places = Places {
    key: [656, 152],
    step: [136, 120],
    first_mailbox: [480, 272],
    second_row: [480, 267],
    last_page: [984, 550],
    document: [872, 152],
    back: [52, 110],
    reply: [872, 470],
    first_reply: [260, 236],
    edit: [112, 544],
    send: [920, 108],
    send_now: [914, 544],
    mask: [688, 31],
    letter: [63, 334],
    letters: [100, 74],
    space: [412, 556],
};

impl Places {
    fn of(size: [u32; 2]) -> &'static Self {
        if size == [1024, 600] { &SMALL } else { &LARGE }
    }

    /// The key of a digit on the ordered keypad; 10 is «Effacer», 11 «Valider».
    fn key(&self, digit: u8) -> [u32; 2] {
        let (column, row) = match digit {
            0 => (1, 3),
            10 => (0, 3),
            11 => (2, 3),
            digit => (u32::from(digit - 1) % 3, u32::from(digit - 1) / 3),
        };
        [self.key[0] + column * self.step[0], self.key[1] + row * self.step[1]]
    }

    /// A letter of the keyboard; the space bar for whatever is none.
    fn letter(&self, letter: char) -> [u32; 2] {
        // The third row begins with the shift key.
        for (row, letters) in (0..).zip(["azertyuiop", "qsdfghjklm", "⇧wxcvbn"]) {
            if let Some(column) = (0..).zip(letters.chars()).find_map(|(column, one)| (one == letter).then_some(column))
            {
                return [self.letter[0] + column * self.letters[0], self.letter[1] + row * self.letters[1]];
            }
        }
        self.space
    }
}

const SUBMIT: u8 = 11;

/// Walks through a visit and writes its pictures to `folder`. `say` hears what happens.
///
/// # Errors
/// When the inbox was not reached, or something of the visit was left in memory or on the disk.
pub fn walk(
    program: &Path,
    site_dir: &Path,
    folder: &Path,
    size: [u32; 2],
    messages: u32,
    say: &dyn Fn(&str),
) -> Result<()> {
    fs::create_dir_all(folder)?;
    say("site d'essai");
    let now = i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs())?;
    // Three letters and the canary make up the number.
    let options =
        Options { messages: messages.saturating_sub(4), newest: Some(now - 600), ..Options::with_everything() };
    let site = Site::start(site_dir, options, &|part| say(&format!("  {part}")))?;
    site.mail.deliver("tryphon.tournesol@mss.test", SUBJECT)?;
    let config = site.configure(&Kiosk { size, ..Kiosk::default() })?;
    let home = site.dir.join("home");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home)?;
    let mut screen = Screen::start(size)?;
    let mut kiosk = Program::start(program, &config, screen.name(), &home, &site)?;
    let places = Places::of(size);
    let card = site.reader.as_ref().context("the site has no reader")?.card();
    let code: String = CODE.iter().map(|digit| char::from(b'0' + digit)).collect();

    let seen = |kiosk: &mut Program, screen: &mut Screen, page: &str, name: &str| -> Result<()> {
        kiosk.shows(page, SOON)?;
        thread::sleep(SETTLED);
        screen.picture(folder, name)?;
        say(&format!("  écran « {name} »"));
        Ok(())
    };
    say("une visite");
    seen(&mut kiosk, &mut screen, "idle", "accueil")?;
    // Reading a program and its fonts for the first time marks them as read on the disk: the visit starts after that.
    let before = leftovers::written(kiosk.pid())?;
    card.insert_with(&Insert::new("doctor").pin(&code))?;
    kiosk.shows("reading", SOON)?;
    seen(&mut kiosk, &mut screen, "enter_pin", "code")?;
    thread::sleep(SETTLED);
    let type_code =
        |screen: &Screen, code: &[u8]| code.iter().chain(&[SUBMIT]).try_for_each(|key| screen.touch(places.key(*key)));
    type_code(&screen, &WRONG)?;
    wait_until(|| Ok(card.status()?.tries == Some(2)), "the card to refuse the wrong code")?;
    thread::sleep(SETTLED);
    screen.picture(folder, "code-faux")?;
    say("  écran « code-faux »");
    type_code(&screen, &CODE)?;
    seen(&mut kiosk, &mut screen, "choose_mailbox", "choix-de-la-boite")?;
    screen.touch(places.first_mailbox)?;
    seen(&mut kiosk, &mut screen, "inbox", "boite")?;

    say("une lettre, un document, une réponse");
    screen.touch(places.second_row)?;
    seen(&mut kiosk, &mut screen, "message", "lettre")?;
    screen.touch(places.document)?;
    seen(&mut kiosk, &mut screen, "document", "document")?;
    screen.touch(places.back)?;
    kiosk.shows("message", SOON)?;
    thread::sleep(SETTLED);
    screen.touch(places.reply)?;
    seen(&mut kiosk, &mut screen, "replies", "reponses-types")?;
    screen.touch(places.first_reply)?;
    seen(&mut kiosk, &mut screen, "question", "relire-avant-d-envoyer")?;
    screen.touch(places.edit)?;
    kiosk.shows("compose", SOON)?;
    thread::sleep(SETTLED);
    TYPED.chars().try_for_each(|letter| screen.touch(places.letter(letter)))?;
    thread::sleep(SETTLED);
    screen.picture(folder, "clavier")?;
    say("  écran « clavier »");
    screen.touch(places.send)?;
    kiosk.shows("question", SOON)?;
    thread::sleep(SETTLED);
    screen.touch(places.send_now)?;
    seen(&mut kiosk, &mut screen, "inbox", "envoye")?;
    let stored = |address: &str, folder: &str| -> Result<bool> {
        let found = ["search", "-u", address, "mailbox", folder, "body", ANSWER];
        Ok(!site.mail.doveadm(&found, b"")?.trim().is_empty())
    };
    wait_until(|| stored(SECOND, "INBOX"), "the answer to arrive")?;
    wait_until(|| stored(PERSONAL, "Sent"), "the copy of the answer")?;
    say("  la réponse est arrivée, sa copie est dans Envoyés");
    // The news of it stands where the toolbar does, for four seconds.
    thread::sleep(Duration::from_secs(4));
    screen.touch(places.last_page)?;
    thread::sleep(SETTLED);
    thread::sleep(SETTLED);
    screen.picture(folder, "derniere-page")?;
    say("  écran « derniere-page »");

    let issued = site.provider.issued()?;
    ensure!(!issued.is_empty(), "the provider gave no token");
    let digits = code.as_bytes();
    let mut words: Vec<&[u8]> = vec![digits, &CODE, SUBJECT.as_bytes(), LETTER.as_bytes(), ANSWER.as_bytes()];
    let told = words.len();
    words.extend(issued.iter().map(|token| token.as_bytes()));
    let during = leftovers::in_memory(kiosk.pid(), &words)?;
    ensure!(
        during.get(told..).is_some_and(|tokens| tokens.iter().any(|count| *count > 0)),
        "no token in the memory of an open session: the search is blind"
    );

    screen.touch(places.mask)?;
    seen(&mut kiosk, &mut screen, "masked", "masque")?;
    card.remove()?;
    seen(&mut kiosk, &mut screen, "idle", "seance-fermee")?;
    // The provider is told meanwhile, with the tokens it is to forget.
    kiosk.says("provider's session is closed", SOON)?;
    thread::sleep(SETTLED);
    let left = leftovers::in_memory(kiosk.pid(), &words)?;
    let names: Vec<String> = ["code", "chiffres du code", "objet d'un message", "lettre lue", "réponse écrite"]
        .map(String::from)
        .into_iter()
        .chain((1..=issued.len()).map(|number| format!("jeton {number}")))
        .collect();
    for ((name, during), left) in names.iter().zip(&during).zip(&left) {
        say(&format!("  en mémoire, {name} : {during} pendant la séance, {left} après"));
    }
    ensure!(left.iter().all(|count| *count == 0), "something of the visit is left in memory");
    let alive: Vec<bool> = issued
        .iter()
        .map(|token| {
            Ok(site.provider.introspect(token)?.get("active").and_then(serde_json::Value::as_bool).unwrap_or(false))
        })
        .collect::<Result<_>>()?;
    ensure!(!alive.contains(&true), "a token is still good at the provider");
    say("  les jetons ne valent plus rien chez le fournisseur");
    let files = leftovers::files(&home);
    ensure!(files.is_empty(), "files were left: {files:?}");
    let written = leftovers::written(kiosk.pid())? - before;
    ensure!(written == 0, "{written} bytes were written to the disk during the visit");
    say("  rien sur le disque");
    ensure!(!kiosk.has_ended(), "the kiosk has stopped");
    thread::sleep(Duration::from_secs(3));
    screen.picture(folder, "accueil-de-nouveau")?;
    Ok(())
}

fn wait_until(mut holds: impl FnMut() -> Result<bool>, what: &str) -> Result<()> {
    let limit = Instant::now() + SOON;
    while !holds()? {
        ensure!(Instant::now() < limit, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(30));
    }
    Ok(())
}
