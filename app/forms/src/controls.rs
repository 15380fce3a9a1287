//! Forms and their controls as a browser holds them (HTML, §4.10 "Forms").

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use encoding_rs::Encoding;
use scraper::{ElementRef, Node};
use secrecy::SecretString;
use url::Url;

use crate::dom::View;
use crate::limits::MOST_WAYS;

/// A form.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) action: Option<Url>,
    pub(crate) post: bool,
    pub(crate) charset: &'static Encoding,
    pub(crate) controls: Vec<Control>,
}

/// A control, in the state the page gives it.
#[derive(Clone)]
pub(crate) struct Control {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) value: SecretString,
    /// Ticked, for a box.
    pub(crate) on: bool,
    pub(crate) disabled: bool,
}

/// What a control adds to a form.
#[derive(Clone)]
pub(crate) enum Kind {
    /// One line, or what nobody sees.
    Line,
    /// Several lines.
    Lines,
    /// A box.
    Tick,
    /// One of a group.
    Radio,
    /// A list.
    Select(Vec<Choice>),
    /// A button that sends the form, perhaps elsewhere.
    Press(Press),
    /// A picture that does.
    Picture(Press),
    /// Nothing.
    Nothing,
}

/// What a button changes of its form.
#[derive(Clone, Default)]
pub(crate) struct Press {
    pub(crate) action: Option<Url>,
    pub(crate) post: Option<bool>,
    /// Whether what must be filled in may be left out.
    pub(crate) free: bool,
}

/// An entry of a list.
#[derive(Clone)]
pub(crate) struct Choice {
    pub(crate) value: SecretString,
    pub(crate) on: bool,
    pub(crate) disabled: bool,
}

/// Where a control is.
#[derive(Clone, Copy)]
pub(crate) struct Seat<'a> {
    pub(crate) form: usize,
    pub(crate) control: usize,
    pub(crate) element: ElementRef<'a>,
}

/// The forms of a page.
pub(crate) struct Forms<'a> {
    pub(crate) forms: Vec<Form>,
    pub(crate) elements: Vec<ElementRef<'a>>,
    /// Controls, in the order of the page.
    pub(crate) seats: Vec<Seat<'a>>,
    /// Whether something to fill in belongs to no form: only a script could send it.
    pub(crate) loose: bool,
    /// How many controls can be seen, in forms or not.
    pub(crate) shown: usize,
    /// Everything around a visible control.
    pub(crate) around: HashSet<NodeId>,
}

impl<'a> Forms<'a> {
    pub(crate) fn of(view: &View<'a>, base: &Url, address: &Url, charset: &'static Encoding) -> Self {
        let mut found = Forms {
            forms: Vec::new(),
            elements: Vec::new(),
            seats: Vec::new(),
            loose: false,
            shown: 0,
            around: HashSet::new(),
        };
        let mut numbers: HashMap<NodeId, usize> = HashMap::new();
        // First all forms: a control may come before the form it names.
        for form in view.elements.iter().filter(|e| e.value().name() == "form").take(MOST_WAYS) {
            let method = form.attr("method").unwrap_or_default();
            let action = form.attr("action").unwrap_or_default().trim();
            // Without an action it comes back to its page, whatever the base of the links.
            let base = if action.is_empty() { address } else { base };
            numbers.insert(form.id(), found.forms.len());
            found.elements.push(*form);
            found.forms.push(Form {
                // A `dialog` form goes nowhere.
                action: Some(method).filter(|m| !m.eq_ignore_ascii_case("dialog")).and_then(|_| joined(base, action)),
                post: method.eq_ignore_ascii_case("post"),
                charset,
                controls: Vec::new(),
            });
        }
        // A form written between table and row holds nothing in the tree; what follows belongs to it all the same.
        let mut stray: Option<usize> = None;
        for element in &view.elements {
            let name = element.value().name();
            if let Some(number) = numbers.get(&element.id()) {
                stray = (!element.children().any(|child| matches!(child.value(), Node::Element(_)))).then_some(*number);
            }
            if !matches!(name, "input" | "button" | "select" | "textarea") {
                continue;
            }
            let owner = match element.attr("form") {
                Some(id) => view.by_id(id).and_then(|form| numbers.get(&form.id()).copied()),
                None => element.ancestors().find_map(|a| numbers.get(&a.id()).copied()).or(stray),
            };
            let control = control(*element, base);
            let shows = !view.is_hidden(*element) && !is(*element, "hidden");
            if shows {
                found.shown += 1;
                found.around.extend(element.ancestors().map(|a| a.id()));
            }
            let Some((form, holder)) = owner.and_then(|form| Some((form, found.forms.get_mut(form)?))) else {
                found.loose |= shows && matches!(control.kind, Kind::Line | Kind::Lines);
                continue;
            };
            found.seats.push(Seat { form, control: holder.controls.len(), element: *element });
            holder.controls.push(control);
        }
        found
    }

    pub(crate) fn control(&self, seat: Seat<'_>) -> Option<&Control> {
        self.forms.get(seat.form)?.controls.get(seat.control)
    }
}

/// Whether it has this `type`.
pub(crate) fn is(element: ElementRef<'_>, kind: &str) -> bool {
    element.attr("type").is_some_and(|t| t.eq_ignore_ascii_case(kind))
}

pub(crate) fn joined(base: &Url, address: &str) -> Option<Url> {
    let mut url = base.join(address.trim()).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "https" | "http").then_some(url)
}

fn control(element: ElementRef<'_>, base: &Url) -> Control {
    let kind = match (element.value().name(), element.attr("type").unwrap_or_default().to_ascii_lowercase().as_str()) {
        ("select", _) => Kind::Select(choices(element)),
        ("textarea", _) => Kind::Lines,
        ("button", "button" | "reset") | ("input", "button" | "reset" | "file") => Kind::Nothing,
        ("button", _) | ("input", "submit") => Kind::Press(press(element, base)),
        ("input", "image") => Kind::Picture(press(element, base)),
        ("input", "checkbox") => Kind::Tick,
        ("input", "radio") => Kind::Radio,
        _ => Kind::Line,
    };
    let value = match kind {
        Kind::Lines => element.text().collect(),
        Kind::Tick | Kind::Radio => element.attr("value").unwrap_or("on").to_owned(),
        _ => element.attr("value").unwrap_or_default().to_owned(),
    };
    Control {
        name: element.attr("name").unwrap_or_default().to_owned(),
        kind,
        value: SecretString::from(value),
        on: element.attr("checked").is_some(),
        disabled: is_disabled(element),
    }
}

fn press(element: ElementRef<'_>, base: &Url) -> Press {
    Press {
        action: element.attr("formaction").and_then(|action| joined(base, action)),
        post: element.attr("formmethod").map(|method| method.eq_ignore_ascii_case("post")),
        free: element.attr("formnovalidate").is_some(),
    }
}

/// The entries of a list; one that shows a single line and has nothing chosen shows its first.
fn choices(element: ElementRef<'_>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = options(element)
        .map(|option| Choice {
            value: SecretString::from(
                option.attr("value").map_or_else(|| option.text().collect::<String>().trim().to_owned(), str::to_owned),
            ),
            on: option.attr("selected").is_some(),
            disabled: option.attr("disabled").is_some(),
        })
        .collect();
    let single = element.attr("multiple").is_none();
    if single {
        let last = choices.iter().rposition(|choice| choice.on).or_else(|| choices.iter().position(|c| !c.disabled));
        for (number, choice) in choices.iter_mut().enumerate() {
            choice.on = Some(number) == last;
        }
    }
    choices
}

/// The entries of a list, as elements.
pub(crate) fn options<'a>(select: ElementRef<'a>) -> impl Iterator<Item = ElementRef<'a>> {
    select.descendants().filter_map(ElementRef::wrap).filter(|e| e.value().name() == "option").take(MOST_WAYS)
}

/// Disabled itself, or in a disabled group and not in its first legend.
fn is_disabled(element: ElementRef<'_>) -> bool {
    if element.attr("disabled").is_some() {
        return true;
    }
    let mut inside = element;
    for around in element.ancestors().filter_map(ElementRef::wrap) {
        if around.value().name() == "fieldset" && around.attr("disabled").is_some() {
            let legend = around.children().filter_map(ElementRef::wrap).find(|c| c.value().name() == "legend");
            if legend.is_none_or(|legend| legend.id() != inside.id()) {
                return true;
            }
        }
        inside = around;
    }
    false
}
