//! The built screens, headless: the real renderer and fonts, a clock that stands still, no event loop.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

pub mod finger;

use flow::{Display, Language, Screen, Touch, View};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, TestingBackend, TestingBackendOptions};
use slint::platform::PointerEventButton;
use slint::{ComponentHandle, PhysicalSize};
use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

/// The two panels.
pub const SIZES: [(u32, u32); 2] = [(1024, 600), (1280, 800)];

/// How a screen is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Light,
    Dark,
    Large,
    English,
}

pub const LOOKS: [Look; 4] = [Look::Light, Look::Dark, Look::Large, Look::English];

impl Look {
    /// What the picture's name ends with.
    pub fn suffix(self) -> &'static str {
        match self {
            Look::Light => "",
            Look::Dark => "-dark",
            Look::Large => "-large",
            Look::English => "-en",
        }
    }

    pub fn display(self) -> Display {
        let language = if self == Look::English { Language::English } else { Language::French };
        Display { dark: self == Look::Dark, large: self == Look::Large, language }
    }
}

/// One window on the testing backend, and the touches that left it.
pub struct Desk {
    pub window: ui::MainWindow,
    pub touches: Rc<RefCell<Vec<Touch>>>,
    pub size: (u32, u32),
    // Owns the callbacks' other end where the library needs one.
    _keep: ui::Window,
}

/// A picture: 8-bit RGB, row by row.
pub type Picture = image::RgbImage;

/// A text, a button or any other element with a place on the glass.
#[derive(Debug, Clone)]
pub struct Element {
    pub handle: Handle,
    pub kind: String,
    pub bases: Vec<String>,
    pub id: String,
    pub role: Option<AccessibleRole>,
    pub label: String,
    pub enabled: bool,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// [`ElementHandle`] is not `Debug`.
#[derive(Clone)]
pub struct Handle(pub ElementHandle);

impl std::fmt::Debug for Handle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Handle")
    }
}

impl Element {
    fn of(handle: ElementHandle) -> Self {
        let (place, size) = (handle.absolute_position(), handle.size());
        Self {
            kind: handle.type_name().unwrap_or_default().into(),
            bases: handle.bases().map(|bases| bases.map(Into::into).collect()).unwrap_or_default(),
            id: handle.id().unwrap_or_default().into(),
            role: handle.accessible_role(),
            label: handle.accessible_label().unwrap_or_default().into(),
            enabled: handle.accessible_enabled().unwrap_or(true),
            x: place.x,
            y: place.y,
            width: size.width,
            height: size.height,
            handle: Handle(handle),
        }
    }

    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind || self.bases.iter().any(|base| base == kind)
    }

    pub fn is_text(&self) -> bool {
        self.is("Text") || self.is("StyledText")
    }

    /// Whether there is anything to read in it. What a [`StyledText`] says is not told by its label.
    pub fn is_read(&self) -> bool {
        self.is("StyledText") || !self.label.trim().is_empty()
    }

    pub fn is_target(&self) -> bool {
        use AccessibleRole::{Button, Checkbox, ListItem, RadioButton, Switch, Tab};
        matches!(self.role, Some(Button | Checkbox | ListItem | RadioButton | Switch | Tab))
    }

    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// Where it is, and what.
    fn place(&self) -> (String, [i32; 4]) {
        let tenths = [self.x, self.y, self.width, self.height].map(|value| (value * 10.0) as i32);
        (self.id.clone(), tenths)
    }

    /// Keeps what is seen through `view`; nothing has no size.
    fn clip(&mut self, view: &Element) {
        let (right, bottom) = (self.right().min(view.right()), self.bottom().min(view.bottom()));
        (self.x, self.y) = (self.x.max(view.x), self.y.max(view.y));
        (self.width, self.height) = ((right - self.x).max(0.0), (bottom - self.y).max(0.0));
    }

    pub fn overlaps(&self, other: &Element) -> bool {
        // Layouts round; half a pixel is not an overlap.
        let slack = 0.5;
        self.x + slack < other.right()
            && other.x + slack < self.right()
            && self.y + slack < other.bottom()
            && other.y + slack < self.bottom()
    }

    /// For the message of a failing check.
    pub fn name(&self) -> String {
        format!(
            "{} «{}» {} at {:.0},{:.0} {:.0}×{:.0}",
            self.kind, self.label, self.id, self.x, self.y, self.width, self.height
        )
    }

    /// A finger down and up in the middle.
    pub fn click(&self) {
        self.handle.0.mock_single_click(PointerEventButton::Left);
    }
}

/// The backend belongs to the thread, and each test has a thread of its own.
fn backend() {
    let options = TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
    // A second desk in the same test finds it in place.
    let _ = slint::platform::set_platform(Box::new(TestingBackend::new(options)));
}

impl Desk {
    pub fn new(size: (u32, u32)) -> Self {
        Self::of(ui::samples::site(), size)
    }

    /// The window of another site.
    pub fn of(site: ui::Site, size: (u32, u32)) -> Self {
        backend();
        let touches = Rc::new(RefCell::new(Vec::new()));
        let sent = touches.clone();
        let keep = ui::Window::new(site, move |touch| sent.borrow_mut().push(touch)).unwrap();
        let window = keep.main().clone_strong();
        window.show().unwrap();
        window.window().set_size(PhysicalSize::new(size.0, size.1));
        Self { window, touches, size, _keep: keep }
    }

    /// Shows a state and lets what is delayed on purpose come: the skeleton, a fade.
    pub fn show(&self, view: &View) {
        ui::show(&self.window, view);
        // The page is made when it is first looked at, and its clocks start then.
        self.glance();
        self.pass(Duration::from_millis(400));
    }

    /// Has everything made that is not yet, and keeps nothing of it: taking notes is what takes time.
    fn glance(&self) {
        let root = i_slint_backend_testing::ElementRoot::root_element(&self.window);
        root.visit_descendants(|_| ControlFlow::<()>::Continue(()));
    }

    pub fn show_as(&self, view: &View, look: Look) {
        self.show(&ui::samples::fitted(View { display: look.display(), ..view.clone() }, self.size.0));
    }

    pub fn pass(&self, time: Duration) {
        i_slint_backend_testing::mock_elapsed_time(time);
    }

    pub fn picture(&self) -> Picture {
        let pixels = self.window.window().take_snapshot().unwrap();
        let mut bytes = Vec::with_capacity(pixels.as_slice().len() * 3);
        for pixel in pixels.as_slice() {
            bytes.extend_from_slice(&[pixel.r, pixel.g, pixel.b]);
        }
        image::RgbImage::from_raw(pixels.width(), pixels.height(), bytes).unwrap()
    }

    /// Every element that is drawn, once: several handles may share one place.
    pub fn elements(&self) -> Vec<Element> {
        let mut found: Vec<Element> = Vec::new();
        let root = i_slint_backend_testing::ElementRoot::root_element(&self.window);
        root.visit_descendants(|handle| {
            found.push(Element::of(handle));
            ControlFlow::<()>::Continue(())
        });
        // What is scrolled lies in a `view`, and only that much of it is seen.
        let views: Vec<Element> = found.iter().filter(|element| element.id.ends_with("::view")).cloned().collect();
        for view in views {
            let mut inside = HashSet::new();
            view.handle.0.visit_descendants(|handle| {
                inside.insert(Element::of(handle).place());
                ControlFlow::<()>::Continue(())
            });
            found
                .iter_mut()
                .filter(|element| inside.contains(&element.place()))
                .for_each(|element| element.clip(&view));
        }
        found
    }

    pub fn texts(&self) -> Vec<Element> {
        let mut texts: Vec<Element> =
            self.elements().into_iter().filter(|e| e.is_text() && e.width > 0.0 && e.height > 0.0).collect();
        texts.dedup_by(|a, b| a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height);
        texts
    }

    pub fn targets(&self) -> Vec<Element> {
        let mut targets: Vec<Element> = Vec::new();
        for element in self.elements().into_iter().filter(Element::is_target) {
            let same = |other: &Element| {
                other.x == element.x
                    && other.y == element.y
                    && other.width == element.width
                    && other.height == element.height
            };
            if !targets.iter().any(same) {
                targets.push(element);
            }
        }
        targets
    }

    /// The one target of this name.
    pub fn target(&self, label: &str) -> Element {
        let all = self.targets();
        let found: Vec<_> = all.iter().filter(|target| target.label == label).collect();
        assert_eq!(found.len(), 1, "«{label}» among {:?}", all.iter().map(|t| &t.label).collect::<Vec<_>>());
        found[0].clone()
    }

    pub fn click(&self, label: &str) {
        self.target(label).click();
    }

    /// Goes on to a page of [`FURTHER`], or back from it.
    pub fn go(&self, labels: [&str; 3], look: Look) {
        let label = match look {
            Look::Light | Look::Dark => labels[0],
            Look::English => labels[1],
            Look::Large => labels[2],
        };
        let found = self.targets().into_iter().find(|target| target.label.starts_with(label));
        found.unwrap_or_else(|| panic!("nothing leads to «{label}»")).click();
        self.glance();
        self.pass(Duration::from_millis(400));
    }

    /// What has left since last asked, without the «somebody is there».
    pub fn sent(&self) -> Vec<Touch> {
        self.touches.borrow_mut().drain(..).filter(|touch| *touch != Touch::Anywhere).collect()
    }
}

/// A page that no view asks for: the screen's own, a touch away from a sample.
pub struct Further {
    pub from: &'static str,
    /// What its picture is called.
    pub name: &'static str,
    pub only_large: bool,
    /// How the label begins that leads there: in French, in English, in large text.
    pub there: [&'static str; 3],
    pub back: [&'static str; 3],
}

impl Further {
    pub fn is_beyond(&self, name: &str, look: Look) -> bool {
        self.from == name && (look == Look::Large || !self.only_large)
    }
}

pub const FURTHER: [Further; 5] = [
    Further {
        from: "inbox-many-folders",
        name: "inbox-folders",
        only_large: false,
        there: ["Dossiers", "Folders", "Congrès et astreintes 8"],
        back: ["Retour", "Back", "Retour"],
    },
    Further {
        from: "inbox",
        name: "inbox-filters",
        only_large: true,
        there: ["", "", "Filtre"],
        back: ["", "", "Retour"],
    },
    Further {
        from: "message-long",
        name: "message-long-next",
        only_large: false,
        there: ["Suite du message", "Read on", "Suite du message"],
        back: ["Remonter dans le message", "Further up", "Remonter dans le message"],
    },
    Further {
        from: "message-quote",
        name: "message-quote-open",
        only_large: false,
        there: ["Afficher le message cité", "Show the quoted message", "Afficher le message cité"],
        back: ["Masquer le message cité", "Hide the quoted message", "Masquer le message cité"],
    },
    Further {
        from: "compose-forward-many",
        name: "compose-envelope",
        only_large: false,
        there: ["Documents joints", "Attached documents", "Documents joints"],
        back: ["Retour au texte", "Back to the text", "Retour au texte"],
    },
];

/// The keyboard's own states that are pictured: its other layers, capitals once and locked, and the rarer letters of a
/// key that is held at the left and at the right. With «login» in their name, those of the keyboard of a password.
pub const KEYBOARD: [&str; 8] = [
    "keyboard-figures",
    "keyboard-signs",
    "keyboard-capitals",
    "keyboard-locked",
    "keyboard-left",
    "keyboard-right",
    "keyboard-login-signs",
    "keyboard-login-more",
];

/// The sample of this name.
pub fn sample(name: &str) -> View {
    let found = ui::samples::all().into_iter().find(|(candidate, _)| *candidate == name);
    found.unwrap_or_else(|| panic!("no sample called {name}")).1
}

/// States that differ from another one by their words alone.
pub const WORDED: [&str; 36] = [
    "idle-doors-service",
    "enter-number-unknown",
    "service-form-code",
    "service-message-stuck",
    "service-message-wordless",
    "remove-card-session-over",
    "sending-without-card",
    "inbox-done-read",
    "inbox-done-unread",
    "inbox-done-junk",
    "inbox-done-restored",
    "inbox-done-archived",
    "inbox-done-emptied",
    "inbox-done-undone",
    "inbox-empty-document",
    "inbox-empty-patient",
    "inbox-empty-unread-folder",
    "inbox-empty-drafts",
    "inbox-empty-sent",
    "inbox-empty-junk",
    "inbox-empty-archive",
    "inbox-empty-own",
    "message-unverified",
    "message-receipt-sending",
    "message-report-delayed",
    "message-report-delivered",
    "message-report-read",
    "message-report-not-integrated",
    "more-junk",
    "jump-too-far",
    "question-erase-many",
    "print-jam",
    "print-cover",
    "print-toner",
    "print-queue",
    "print-attention",
];

/// Every state, of the failures only those whose page has another shape: blocked card, a date, a way to try again,
/// no card. The others differ by their words alone, as those of [`WORDED`] do; the checks that draw nothing read them
/// one by one.
pub fn shapes() -> Vec<(&'static str, View)> {
    let of_its_own = ["CARD-03", "CARD-05", "CARD-09", "BOOT-02", "NET-01", "AUTH-04", "AUTH-12", "AUTH-13", "ECPS-02"];
    let all = ui::samples::all().into_iter();
    all.filter(|(name, view)| !matches!(view.screen, Screen::Failed(_)) || of_its_own.contains(name))
        .filter(|(name, _)| !WORDED.contains(name))
        .collect()
}
