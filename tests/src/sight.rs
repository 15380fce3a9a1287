//! What a person recognises on the screen, as sentences.

use crate::kiosk::Kiosk;
use flow::{
    Banner, ChooseMailbox, Compose, Count, Document, EnterPin, Failed, Failure, Inbox, List, Message, RemoveCard, Row,
    Screen, View,
};

impl Kiosk {
    /// Waits for a page and goes on from there.
    pub fn sees(&mut self, what: &str, is: impl Fn(&Screen) -> bool) -> Screen {
        self.sees_view(what, |view| is(&view.screen)).screen
    }

    /// The same, the bar included.
    pub fn sees_view(&mut self, what: &str, is: impl Fn(&View) -> bool) -> View {
        let (number, view) = self.wait(self.seen, what, &is);
        self.seen = number;
        view
    }

    /// «Insérez votre carte».
    pub fn sees_it_idle(&mut self) {
        self.sees_view("the idle page", |view| matches!(view.screen, Screen::Idle(_)) && !view.bar.card);
    }

    /// «Saisissez votre code porteur», the keypad ready, the holder not yet known maybe.
    pub fn sees_the_code_page(&mut self) -> EnterPin {
        let page = self.sees("the code page", |screen| matches!(screen, Screen::EnterPin(pin) if !pin.checking));
        let Screen::EnterPin(pin) = page else { unreachable!() };
        pin
    }

    /// The same, greeting somebody whose name contains this.
    pub fn sees_the_code_page_of(&mut self, name: &str) -> EnterPin {
        let what = format!("the code page of {name}");
        let page = self.sees(&what, |screen| matches!(screen, Screen::EnterPin(pin) if pin.holder.contains(name)));
        let Screen::EnterPin(pin) = page else { unreachable!() };
        pin
    }

    /// «Quelle boîte ouvrir ?»
    pub fn sees_the_choice(&mut self) -> ChooseMailbox {
        self.sees_a_choice("the choice of boxes", |_| true)
    }

    /// The choice once every count has come.
    pub fn sees_the_choice_counted(&mut self) -> ChooseMailbox {
        self.sees_a_choice("the choice with its counts", |choice| {
            choice.lines.iter().all(|line| line.count != Count::Unknown)
        })
    }

    /// A particular choice.
    pub fn sees_a_choice(&mut self, what: &str, is: impl Fn(&ChooseMailbox) -> bool) -> ChooseMailbox {
        let page = self.sees(what, |screen| matches!(screen, Screen::ChooseMailbox(choice) if is(choice)));
        let Screen::ChooseMailbox(choice) = page else { unreachable!() };
        choice
    }

    /// The choice that stands there now.
    pub(crate) fn choice_now(&self) -> ChooseMailbox {
        match self.now().screen {
            Screen::ChooseMailbox(choice) => choice,
            _ => panic!("no choice of boxes here:{}", self.lately()),
        }
    }

    /// The inbox with its rows.
    pub fn sees_the_inbox(&mut self) -> Inbox {
        self.sees_an_inbox("the inbox", |inbox| matches!(inbox.list, List::Rows(_)))
    }

    /// The rows from this position on, counted from 1.
    pub fn sees_the_page_from(&mut self, first: u32) -> Inbox {
        self.sees_an_inbox(&format!("the page from {first}"), |inbox| {
            matches!(inbox.list, List::Rows(_)) && inbox.first == first
        })
    }

    /// The inbox once its folders are listed.
    pub fn sees_the_folders(&mut self) -> Inbox {
        self.sees_an_inbox("the folders", |inbox| !inbox.folders.is_empty())
    }

    /// A particular inbox page.
    pub fn sees_an_inbox(&mut self, what: &str, is: impl Fn(&Inbox) -> bool) -> Inbox {
        let page = self.sees(what, |screen| matches!(screen, Screen::Inbox(inbox) if is(inbox)));
        let Screen::Inbox(inbox) = page else { unreachable!() };
        *inbox
    }

    /// A message, read.
    pub fn sees_the_message(&mut self) -> Message {
        let page = self.sees("the message", |screen| matches!(screen, Screen::Message(message) if !message.loading));
        let Screen::Message(message) = page else { unreachable!() };
        *message
    }

    /// A document, as soon as this is so of it.
    pub fn sees_a_document(&mut self, what: &str, is: impl Fn(&Document) -> bool) -> Document {
        let page = self.sees(what, |screen| matches!(screen, Screen::Document(document) if is(document)));
        let Screen::Document(document) = page else { unreachable!() };
        *document
    }

    /// The page of writing, as soon as this is so of it.
    pub fn sees_the_keyboard(&mut self, what: &str, is: impl Fn(&Compose) -> bool) -> Compose {
        let page = self.sees(what, |screen| matches!(screen, Screen::Compose(compose) if is(compose)));
        let Screen::Compose(compose) = page else { unreachable!() };
        *compose
    }

    /// The banner in the toolbar's place.
    pub fn sees_a_banner(&mut self, what: &str, is: impl Fn(&Banner) -> bool) -> Inbox {
        self.sees_an_inbox(what, |inbox| is(&inbox.banner))
    }

    /// A refusal with this code.
    pub fn fails_with(&mut self, failure: Failure) -> Failed {
        let what = format!("the refusal {failure}");
        let page = self.sees(&what, |screen| matches!(screen, Screen::Failed(failed) if failed.failure == failure));
        let Screen::Failed(failed) = page else { unreachable!() };
        failed
    }

    /// «Retirez votre carte», for this reason.
    pub fn is_asked_to_take_the_card(&mut self, why: RemoveCard) {
        self.sees(&format!("«Retirez votre carte», {why:?}"), |screen| *screen == Screen::RemoveCard(why));
    }

    /// Card in, code, and the first rows, through the choice where there is one.
    pub fn comes_to_the_inbox(&mut self, profile: &str, code: &str, name: &str) -> Inbox {
        self.insert(profile);
        self.sees_the_code_page();
        self.enters(code);
        let after = self.sees("the choice or the inbox", |screen| match screen {
            Screen::ChooseMailbox(_) => true,
            Screen::Inbox(inbox) => matches!(inbox.list, List::Rows(_) | List::Empty),
            _ => false,
        });
        if matches!(after, Screen::ChooseMailbox(_)) {
            self.chooses(name);
        }
        self.sees_the_inbox()
    }

    /// Pulls the card and waits for the idle page. No refusal and no name stands in between.
    pub fn leaves(&mut self) {
        let mark = self.mark();
        self.pulls_the_card();
        self.seen = mark.saturating_sub(1).max(self.seen);
        self.sees_it_idle();
    }
}

/// The rows of a page.
pub trait Rows {
    /// Its rows; none where none stand there.
    fn rows(&self) -> &[Row];
}

impl Rows for Inbox {
    fn rows(&self) -> &[Row] {
        match &self.list {
            List::Rows(rows) => rows,
            List::Loading | List::Empty | List::Failed(_) => &[],
        }
    }
}
