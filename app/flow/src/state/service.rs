//! 14: the provider of an organisational mailbox asks, page by page, until it lets the person in.

use super::connecting::{known, lost};
use super::{Context, Goal, Order, Session, State};
use crate::effect::Effect;
use crate::event::{Event, Touch};
use crate::screen::{self, Digits, RemoveCard, Screen, ServiceLine, ServiceTitle, Trouble};
use crate::service::{Factor, FieldKind, ServiceAnswer, ServiceField, ServicePage, ServicePurpose, Typed, WayKind};
use crate::settings::Settings;
use crate::text::Text;
use crate::time::Moment;
use std::time::Duration;

/// Fields shown at once above the keyboard.
const AT_ONCE: usize = 2;
/// Tiles of the choice of factors.
const TILES: usize = 4;
/// «Renvoyer» sleeps this long after a code was sent: most arrive meanwhile.
const RESEND: Duration = Duration::from_secs(30);
/// Digits of a code when the page does not say, and at most.
const USUAL: u8 = 6;
const MOST: u8 = 8;

#[derive(Debug)]
pub(crate) struct Service {
    session: Session,
    page: ServicePage,
    values: Vec<Typed>,
    focus: usize,
    /// The first page has not come yet.
    first: bool,
    /// It is late.
    slow: bool,
    /// The provider is at work.
    busy: bool,
    trouble: Trouble,
    /// Who it is, as typed on an earlier page.
    login: Text,
    resend_at: Moment,
    /// What the answer under way was: a page that asks the same again refuses it.
    answered: Option<(ServicePurpose, WayKind)>,
    since: Moment,
}

impl Service {
    pub(crate) fn enter(context: &mut Context<'_>, session: Session) -> State {
        context.effects.push(Effect::EnterService(context.ticket));
        State::Service(Box::new(Self {
            session: session.by_service(),
            page: ServicePage::default(),
            values: Vec::new(),
            focus: 0,
            first: true,
            slow: false,
            busy: true,
            trouble: Trouble::Nothing,
            login: Text::default(),
            resend_at: Moment::default(),
            answered: None,
            since: context.now,
        }))
    }

    pub(crate) fn screen(&self, now: Moment) -> Screen {
        if self.first {
            return Screen::Connecting(screen::Connecting { step: screen::Step::Service, slow: self.slow });
        }
        match self.page.purpose {
            ServicePurpose::ChooseFactor => Screen::ServiceChoice(screen::ServiceChoice {
                login: self.login.clone(),
                factors: self.factors().map(|(_, factor, label)| (factor, label)).collect(),
                trouble: self.trouble.clone(),
                busy: self.busy,
            }),
            ServicePurpose::Consent | ServicePurpose::Message => Screen::ServiceMessage(self.message()),
            ServicePurpose::Code(_) | ServicePurpose::ResetCode if self.in_boxes() => {
                Screen::ServiceCode(self.code(now))
            }
            _ => Screen::ServiceForm(self.form()),
        }
    }

    /// The page wants one code, of digits.
    fn in_boxes(&self) -> bool {
        matches!(self.page.fields.as_slice(), [only] if only.kind == FieldKind::Code)
    }

    fn length(&self) -> u8 {
        let said = self.page.fields.first().and_then(|field| field.digits);
        said.filter(|digits| (4..=MOST).contains(digits)).unwrap_or(USUAL)
    }

    fn code(&self, now: Moment) -> screen::ServiceCode {
        let digits = self.values.first().map(Typed::digits).unwrap_or_default();
        let length = self.length();
        screen::ServiceCode {
            factor: match self.page.purpose {
                ServicePurpose::Code(factor) => factor,
                _ => Factor::Unknown,
            },
            notice: self.page.notice.clone(),
            complete: !self.busy && digits.len() == usize::from(length),
            digits: Digits(digits),
            length,
            resend: self.way(WayKind::Resend).map(|_| self.resend_at.seconds_left(now)),
            other_factor: self.way(WayKind::OtherFactor).is_some(),
            trouble: self.trouble.clone(),
            busy: self.busy,
        }
    }

    fn form(&self) -> screen::ServiceForm {
        let first = self.focus / AT_ONCE * AT_ONCE;
        let shown = self.page.fields.iter().zip(&self.values).enumerate().skip(first).take(AT_ONCE);
        screen::ServiceForm {
            title: match self.page.purpose {
                ServicePurpose::Login | ServicePurpose::Password => ServiceTitle::Login,
                ServicePurpose::Forgotten => ServiceTitle::Forgotten,
                ServicePurpose::Code(_) | ServicePurpose::ResetCode => ServiceTitle::Code,
                ServicePurpose::NewPassword => ServiceTitle::NewPassword,
                ServicePurpose::ChooseFactor | ServicePurpose::Consent | ServicePurpose::Message => ServiceTitle::Other,
            },
            fields: shown.map(|(place, (field, value))| self.line(place, field, value)).collect(),
            trouble: self.trouble.clone(),
            notice: self.page.notice.clone(),
            forgotten: self.way(WayKind::Forgotten).is_some(),
            other_account: self.way(WayKind::OtherAccount).is_some(),
            complete: !self.busy && self.pair_complete(),
            busy: self.busy,
        }
    }

    fn line(&self, place: usize, field: &ServiceField, value: &Typed) -> ServiceLine {
        ServiceLine {
            kind: field.kind,
            label: field.label.clone(),
            text: if field.kind.is_secret() { Text::default() } else { value.shown() },
            count: value.len(),
            focused: place == self.focus,
        }
    }

    fn message(&self) -> screen::ServiceMessage {
        let consent = self.page.purpose == ServicePurpose::Consent;
        screen::ServiceMessage {
            consent,
            text: self.page.notice.clone(),
            trouble: self.trouble.clone(),
            can_continue: self.go_on().is_some(),
            busy: self.busy,
        }
    }

    /// The fields that are shown are filled in.
    fn pair_complete(&self) -> bool {
        let first = self.focus / AT_ONCE * AT_ONCE;
        let mut shown = self.page.fields.iter().zip(&self.values).skip(first).take(AT_ONCE);
        shown.all(|(field, value)| field.optional || !value.is_blank())
    }

    fn way(&self, kind: WayKind) -> Option<usize> {
        self.page.ways.iter().position(|way| way.kind == kind)
    }

    /// The main way on.
    fn go_on(&self) -> Option<usize> {
        match self.page.purpose {
            ServicePurpose::Consent => self.way(WayKind::Accept).or_else(|| self.way(WayKind::Continue)),
            _ => self.way(WayKind::Continue).or_else(|| self.way(WayKind::Accept)),
        }
    }

    fn factors(&self) -> impl Iterator<Item = (usize, Factor, Text)> {
        let ways = self.page.ways.iter().enumerate();
        ways.filter_map(|(place, way)| match way.kind {
            WayKind::Factor(factor) => Some((place, factor, way.label.clone())),
            _ => None,
        })
        .take(TILES)
    }

    /// The moment the seconds on the screen count to.
    pub(crate) fn counting(&self, now: Moment) -> Option<Moment> {
        let code = matches!(self.page.purpose, ServicePurpose::Code(_) | ServicePurpose::ResetCode);
        (code && self.way(WayKind::Resend).is_some() && self.resend_at > now).then_some(self.resend_at)
    }

    pub(crate) fn deadline(&self, settings: &Settings, touched: Moment) -> Moment {
        if self.first && !self.slow {
            return self.since.plus(settings.slow_connecting);
        }
        self.since.max(touched).plus(settings.door_idle)
    }

    pub(crate) fn on(mut self: Box<Self>, context: &mut Context<'_>, event: Event) -> State {
        match event {
            Event::ServicePage(_, page) => self.came(*page, context),
            Event::Met(_, holder) => self.session.holder = holder,
            Event::Places(_, places) => self.session.places = places,
            Event::LoggedIn(_, mailboxes) => return known(context, self.session.with(mailboxes)),
            Event::LoginFailed(_, failure) => return lost(context, self.session, Goal::LogIn, 0, failure),
            Event::Tick if context.now >= self.deadline(context.settings, context.touched) => {
                // The first page is late; after that, nobody is there, or the provider is gone.
                if self.first && !self.slow {
                    self.slow = true;
                } else {
                    context.order(Order::End(RemoveCard::PinTimedOut));
                }
            }
            Event::Touch(touch) if !self.busy => return self.touched(touch, context),
            _ => {}
        }
        State::Service(self)
    }

    fn came(&mut self, page: ServicePage, context: &Context<'_>) {
        let again = matches!(self.answered, Some((purpose, WayKind::Continue)) if purpose == page.purpose);
        self.trouble = match (page.error.is_blank(), again && page.notice.is_blank()) {
            (false, _) => Trouble::Refused(page.error.clone()),
            (true, true) => Trouble::Refused(Text::default()),
            (true, false) => Trouble::Nothing,
        };
        let code = matches!(page.purpose, ServicePurpose::Code(_) | ServicePurpose::ResetCode);
        // A code that was refused does not mean that another one was sent.
        if code && !again {
            self.resend_at = context.now.plus(RESEND);
        }
        let typed = |field: &ServiceField| {
            if field.kind.is_secret() { Typed::default() } else { Typed::from(field.value.0.as_str()) }
        };
        self.values = page.fields.iter().map(typed).collect();
        if let Some(login) = page.fields.iter().position(|field| field.kind == FieldKind::Login)
            && let Some(value) = self.values.get_mut(login)
            && value.is_blank()
        {
            *value = Typed::from(self.login.0.as_str());
        }
        self.focus = self.values.iter().position(Typed::is_blank).unwrap_or(0);
        self.page = page;
        (self.first, self.busy, self.since) = (false, false, context.now);
    }

    fn touched(mut self: Box<Self>, touch: Touch, context: &mut Context<'_>) -> State {
        match touch {
            Touch::Key(key) => self.typed(key.0),
            Touch::Digit(digit) if digit <= 9 => self.typed(char::from(b'0' + digit)),
            Touch::Erase => self.change(Typed::erase),
            Touch::EraseAll => self.change(Typed::clear),
            Touch::FocusField(index) => {
                let place = self.focus / AT_ONCE * AT_ONCE + index.min(AT_ONCE - 1);
                self.focus = place.min(self.values.len().saturating_sub(1));
            }
            Touch::Submit | Touch::Confirm | Touch::Continue => self.submit(context),
            Touch::Factor(index) => {
                let way = self.factors().nth(index).map(|(way, ..)| way);
                if let Some(way) = way {
                    self.answer(way, context);
                }
            }
            Touch::Resend if self.resend_at <= context.now => {
                self.resend_at = context.now.plus(RESEND);
                self.leave_by(WayKind::Resend, context);
            }
            Touch::Forgotten => self.leave_by(WayKind::Forgotten, context),
            Touch::OtherAccount => self.leave_by(WayKind::OtherAccount, context),
            Touch::OtherFactor => self.leave_by(WayKind::OtherFactor, context),
            Touch::Deny => match self.way(WayKind::Deny) {
                Some(way) => self.answer(way, context),
                None => context.order(Order::End(RemoveCard::Finished)),
            },
            // The first page is left, any other one leads back to it.
            Touch::Back if self.answered.is_none() => context.order(Order::End(RemoveCard::Finished)),
            Touch::Back => return Self::enter(context, self.session),
            _ => {}
        }
        State::Service(self)
    }

    fn change(&mut self, change: impl FnOnce(&mut Typed)) {
        self.trouble = Trouble::Nothing;
        if let Some(value) = self.values.get_mut(self.focus) {
            change(value);
        }
    }

    fn typed(&mut self, letter: char) {
        let full =
            self.in_boxes() && self.values.first().is_some_and(|value| value.len() >= usize::from(self.length()));
        if !full && (!self.in_boxes() || letter.is_ascii_digit()) {
            self.change(|value| value.push(letter));
        }
    }

    fn submit(&mut self, context: &mut Context<'_>) {
        let boxes =
            self.in_boxes() && self.values.first().is_some_and(|value| value.len() != usize::from(self.length()));
        if boxes || !self.pair_complete() {
            return;
        }
        let next = (self.focus / AT_ONCE + 1) * AT_ONCE;
        if next < self.values.len() {
            self.focus = next;
            return;
        }
        if !self.passwords_agree() {
            self.trouble = Trouble::NotTheSame;
            return;
        }
        if let Some(way) = self.go_on() {
            self.answer(way, context);
        }
    }

    fn passwords_agree(&self) -> bool {
        let of = |kind| {
            let place = self.page.fields.iter().position(|field| field.kind == kind);
            place.and_then(|place| self.values.get(place))
        };
        match (of(FieldKind::NewPassword), of(FieldKind::NewPasswordAgain)) {
            (Some(one), Some(other)) => one.same(other),
            _ => true,
        }
    }

    fn leave_by(&mut self, kind: WayKind, context: &mut Context<'_>) {
        if let Some(way) = self.way(kind) {
            self.answer(way, context);
        }
    }

    fn answer(&mut self, way: usize, context: &mut Context<'_>) {
        let kind = self.page.ways.get(way).map(|way| way.kind).unwrap_or_default();
        let fields = self.page.fields.iter().zip(&self.values);
        if let Some((_, value)) = fields.into_iter().find(|(field, _)| field.kind == FieldKind::Login) {
            self.login = value.shown();
        }
        let values = self.values.iter().map(Typed::secret).collect();
        context.effects.push(Effect::AnswerService(context.ticket, ServiceAnswer { way, values }));
        // Secrets do not outlive the step that they were typed for.
        self.values.iter_mut().for_each(Typed::clear);
        self.answered = Some((self.page.purpose, kind));
        self.busy = true;
        self.trouble = Trouble::Nothing;
    }
}
