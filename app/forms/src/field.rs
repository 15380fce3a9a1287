//! What the fields of a form want.

use scraper::ElementRef;
use secrecy::ExposeSecret;

use crate::controls::{Forms, Kind, Seat, is, options};
use crate::dom::View;
use crate::hints::{Apt, FieldHint};
use crate::limits::{LONGEST_LABEL, MOST_TEXTS};
use crate::page::{Field, Keyboard, Want};
use crate::text::{folded, folded_name, number, plain, says};
use crate::words;

/// The fields of one form, and whether one of them is for eyes only.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) fields: Vec<Field>,
    pub(crate) captcha: bool,
    pub(crate) search: bool,
}

impl Found {
    /// How much a form looks like the one a login page is about.
    pub(crate) fn weight(&self) -> u8 {
        let weight = |field: &Field| match field.want {
            Want::Password | Want::NewPassword | Want::Again => 8,
            Want::Code => 6,
            Want::Login => 4,
            Want::Choose => 2,
            Want::Tick | Want::Other => 1,
        };
        if self.search { 0 } else { self.fields.iter().map(weight).max().unwrap_or(0) }
    }
}

/// Reads the fields of one form. Boxes that would make a browser be remembered are unticked on the way.
pub(crate) fn fields(view: &View<'_>, forms: &mut Forms<'_>, form: usize, apt: &Apt<'_>) -> Found {
    let mut found = Found::default();
    let seats: Vec<Seat<'_>> = forms.seats.iter().filter(|seat| seat.form == form).copied().collect();
    if let Some(element) = forms.elements.get(form) {
        found.search = element.attr("role") == Some("search");
    }
    for seat in &seats {
        let Some(control) = forms.control(*seat).filter(|c| !c.disabled && !c.name.is_empty()) else { continue };
        let (element, on, name) = (seat.element, control.on, control.name.clone());
        let hint = apt.field([Some(&name), element.attr("id")]);
        let labels = view.labels(element);
        let shown = !view.is_hidden(element) && !is(element, "hidden") && !matches!(hint, Some(FieldHint::Ignore(_)));
        found.search |= is(element, "search");
        let kind = control.kind.clone();
        match kind {
            Kind::Tick => {
                if remembers(element, &labels, &name) {
                    untick(forms, *seat);
                } else if shown && !on && element.attr("required").is_some() {
                    found.fields.push(field(*seat, Want::Tick, &labels));
                }
            }
            Kind::Radio if shown && !found.fields.iter().any(|f| same_group(forms, f, *seat)) => {
                found.fields.extend(group(view, forms, &seats, *seat));
            }
            Kind::Select(choices) if shown => {
                let empty = choices.iter().find(|c| c.on).is_none_or(|c| c.value.expose_secret().is_empty());
                if element.attr("required").is_some() && empty && element.attr("multiple").is_none() {
                    found.fields.push(list(*seat, &labels));
                }
            }
            Kind::Line if shown => {
                let hinted = match hint {
                    Some(FieldHint::Want(want)) => Some(want),
                    _ => None,
                };
                let filled = plain(control.value.expose_secret(), LONGEST_LABEL);
                let line = line(*seat, hinted, &labels, &name, filled);
                found.captcha |= line.captcha;
                found.fields.extend(line.field);
            }
            _ => {}
        }
    }
    joined_digits(&mut found.fields);
    positions(&mut found.fields);
    passwords(&mut found.fields);
    found.fields.truncate(MOST_TEXTS);
    found
}

fn field(seat: Seat<'_>, want: Want, labels: &[String]) -> Field {
    let element = seat.element;
    Field {
        want,
        keyboard: Keyboard::Text,
        label: labels.first().cloned().unwrap_or_default(),
        required: element.attr("required").is_some() || element.attr("aria-required") == Some("true"),
        invalid: element.attr("aria-invalid").is_some_and(|v| !v.eq_ignore_ascii_case("false")),
        masked: is(element, "password"),
        longest: element.attr("maxlength").and_then(|n| n.parse().ok()),
        prefilled: None,
        options: Vec::new(),
        form: seat.form,
        targets: vec![seat.control],
        picks: Vec::new(),
    }
}

/// A line to fill in, if a person is meant to.
struct Line {
    field: Option<Field>,
    captcha: bool,
}

fn line(seat: Seat<'_>, hinted: Option<Want>, labels: &[String], name: &str, filled: String) -> Line {
    let element = seat.element;
    let none = |captcha| Line { field: None, captcha };
    let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
    let texts: Vec<String> = labels.iter().map(|label| folded(label)).collect();
    let names = format!("{}{}", folded_name(name), folded_name(element.attr("id").unwrap_or_default()));
    if texts.iter().chain([&names]).any(|text| says(text, words::CAPTCHA)) {
        return none(true);
    }
    if matches!(kind.as_str(), "search" | "color" | "range" | "date" | "time" | "file") {
        return none(false);
    }
    let hint = element.attr("autocomplete").and_then(|a| a.split_whitespace().last()).unwrap_or_default();
    // Only there to tell password managers who it is, or not for typing.
    let fixed = element.attr("readonly").is_some() || element.attr("tabindex") == Some("-1");
    let nameless = labels.is_empty() && !filled.is_empty() && kind != "password";
    if fixed || nameless {
        return none(false);
    }
    let want = hinted.unwrap_or_else(|| want(&kind, &hint.to_ascii_lowercase(), &texts, &names));
    let mut field = field(seat, want, labels);
    let mode = element.attr("inputmode").unwrap_or_default();
    field.keyboard = match (kind.as_str(), mode) {
        ("email", _) | (_, "email") => Keyboard::Email,
        ("tel", _) | (_, "tel") if want != Want::Code => Keyboard::Telephone,
        ("number" | "tel", _) | (_, "numeric" | "decimal") => Keyboard::Digits,
        _ if want == Want::Login && texts.iter().any(|text| says(text, words::EMAIL)) => Keyboard::Email,
        _ if want == Want::Login && texts.iter().any(|text| says(text, words::TELEPHONE)) => Keyboard::Telephone,
        _ if element.attr("pattern").is_some_and(only_digits) => Keyboard::Digits,
        _ => Keyboard::Text,
    };
    // A password that a page sends back is not shown again.
    field.prefilled = Some(filled).filter(|text| !text.is_empty() && kind != "password" && want != Want::Code);
    Line { field: Some(field), captcha: false }
}

/// A pattern that only digits fit, such as `[0-9]{6}` or `\d*`.
fn only_digits(pattern: &str) -> bool {
    let rest = pattern.replace("[0-9]", "").replace("\\d", "");
    rest != pattern && !rest.contains(|c: char| c.is_alphabetic() || c == '.')
}

fn want(kind: &str, hint: &str, texts: &[String], names: &str) -> Want {
    match hint {
        "one-time-code" => return Want::Code,
        "new-password" => {
            let again = texts.iter().any(|text| says(text, words::AGAIN)) || says(names, words::AGAIN);
            return if again { Want::Again } else { Want::NewPassword };
        }
        "current-password" => return Want::Password,
        "username" | "email" | "tel" | "webauthn" if kind != "password" => return Want::Login,
        _ => {}
    }
    let every = || texts.iter().map(String::as_str).chain([names]);
    for text in every() {
        if let Some(want) = wanted(text, kind == "password") {
            return want;
        }
    }
    match kind {
        "password" => Want::Password,
        "email" | "tel" => Want::Login,
        _ => Want::Other,
    }
}

/// What one text says a field wants.
fn wanted(text: &str, secret: bool) -> Option<Want> {
    let says = |phrases| says(text, phrases);
    if says(words::PASSWORD) || secret {
        // « Confirmer le nouveau mot de passe » is about the second one.
        if says(words::AGAIN) && (says(words::PASSWORD) || says(&["confirm*"])) {
            return Some(Want::Again);
        }
        if says(words::NEW_PASSWORD) {
            return Some(Want::NewPassword);
        }
        if says(words::PASSWORD) && !says(words::CODE) {
            return Some(Want::Password);
        }
    }
    if says(words::CODE) && !says(words::CODE_NOT) {
        return Some(Want::Code);
    }
    if says(words::PASSWORD) {
        return Some(Want::Password);
    }
    says(words::LOGIN).then_some(Want::Login)
}

fn remembers(element: ElementRef<'_>, labels: &[String], name: &str) -> bool {
    let id = element.attr("id").unwrap_or_default();
    labels.iter().any(|label| says(&folded(label), words::REMEMBER))
        || [name, id].iter().any(|name| says(&folded_name(name), words::REMEMBER))
}

fn untick(forms: &mut Forms<'_>, seat: Seat<'_>) {
    if let Some(control) = forms.forms.get_mut(seat.form).and_then(|form| form.controls.get_mut(seat.control)) {
        control.on = false;
    }
}

fn same_group(forms: &Forms<'_>, field: &Field, seat: Seat<'_>) -> bool {
    field.picks.iter().any(|(control, _)| *control == seat.control)
        || forms.control(seat).is_some_and(|c| c.name.is_empty())
}

/// A group of radio buttons, if nothing of it is chosen yet.
fn group(view: &View<'_>, forms: &Forms<'_>, seats: &[Seat<'_>], first: Seat<'_>) -> Option<Field> {
    let name = &forms.control(first)?.name;
    let members: Vec<Seat<'_>> = seats
        .iter()
        .filter(|s| forms.control(**s).is_some_and(|c| matches!(c.kind, Kind::Radio) && c.name == *name && !c.disabled))
        .copied()
        .collect();
    let legend = first.element.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "fieldset");
    let legend = legend.and_then(|set| set.child_elements().find(|c| c.value().name() == "legend"));
    let legend = legend.map(|legend| view.text(legend, LONGEST_LABEL));
    let mut field = field(first, Want::Choose, &[]);
    field.label = legend.unwrap_or_default();
    field.required = members.iter().any(|s| s.element.attr("required").is_some());
    let chosen = members.iter().position(|seat| forms.control(*seat).is_some_and(|c| c.on));
    for seat in &members {
        let value = forms.control(*seat).map(|c| plain(c.value.expose_secret(), LONGEST_LABEL)).unwrap_or_default();
        // What follows the button labels it where nothing else does.
        let label = view.labels(seat.element).into_iter().next().or_else(|| after(seat.element));
        field.options.push(label.unwrap_or(value));
        field.picks.push((seat.control, 0));
    }
    field.targets = members.iter().map(|seat| seat.control).collect();
    field.prefilled = chosen.map(|n| n.to_string());
    Some(field)
}

fn after(element: ElementRef<'_>) -> Option<String> {
    let text = element.next_siblings().find_map(|node| node.value().as_text().map(|t| plain(t, LONGEST_LABEL)))?;
    Some(text).filter(|text| !text.is_empty())
}

/// A list nothing is chosen from yet.
fn list(seat: Seat<'_>, labels: &[String]) -> Field {
    let mut field = field(seat, Want::Choose, labels);
    for (entry, option) in options(seat.element).enumerate() {
        // The first entry of a list to choose from is its label.
        if option.attr("value") == Some("") || option.attr("disabled").is_some() {
            continue;
        }
        let text = option.attr("label").map_or_else(|| option.text().collect::<String>(), str::to_owned);
        field.options.push(plain(&text, LONGEST_LABEL));
        field.picks.push((seat.control, entry));
    }
    field
}

/// Four to eight boxes of one digit each are one code.
fn joined_digits(fields: &mut Vec<Field>) {
    let single = |field: &Field| field.longest == Some(1) && matches!(field.want, Want::Code | Want::Other);
    let Some(first) = fields.iter().position(single) else { return };
    let count = fields.iter().skip(first).take_while(|field| single(field)).count();
    if !(4..=8).contains(&count) {
        return;
    }
    let rest: Vec<Field> = fields.drain(first + 1..first + count).collect();
    if let Some(code) = fields.get_mut(first) {
        code.want = Want::Code;
        code.keyboard = Keyboard::Digits;
        code.longest = Some(count);
        code.targets.extend(rest.into_iter().flat_map(|field| field.targets));
    }
}

/// Right before the only password, and not said to be anything else, stands the login. Beside a login, what is masked
/// is the password, be it called a code.
fn positions(fields: &mut [Field]) {
    let has = |fields: &[Field], want: Want| fields.iter().any(|field| field.want == want);
    if has(fields, Want::Login)
        && !has(fields, Want::Password)
        && let Some(code) = fields.iter_mut().find(|field| field.masked && field.want == Want::Code)
    {
        code.want = Want::Password;
    }
    let mut passwords = fields.iter().enumerate().filter(|(_, field)| field.want == Want::Password);
    let (Some((at, _)), None) = (passwords.next(), passwords.next()) else { return };
    if fields.iter().any(|field| field.want == Want::Login) {
        return;
    }
    if let Some(before) = at.checked_sub(1).and_then(|at| fields.get_mut(at)).filter(|f| f.want == Want::Other) {
        before.want = Want::Login;
    }
}

/// Which of several passwords is new, and which is the same again.
fn passwords(fields: &mut [Field]) {
    let at = |fields: &[Field], want: Want| -> Vec<usize> {
        fields.iter().enumerate().filter(|(_, field)| field.want == want).map(|(number, _)| number).collect()
    };
    let (known, new, again) = (at(fields, Want::Password), at(fields, Want::NewPassword), at(fields, Want::Again));
    let changes = match (known.as_slice(), new.as_slice(), again.as_slice()) {
        // « Confirmez votre mot de passe », alone.
        ([], [], [only]) => vec![(*only, Want::Password)],
        ([], [_, second, ..], []) => vec![(*second, Want::Again)],
        ([.., before], [], [_, ..]) => vec![(*before, Want::NewPassword)],
        ([.., first, second], [], []) => vec![(*first, Want::NewPassword), (*second, Want::Again)],
        _ => Vec::new(),
    };
    for (number, want) in changes {
        if let Some(field) = fields.get_mut(number) {
            field.want = want;
        }
    }
}

/// How many digits a code has, where its field says so.
pub(crate) fn digits(field: &Field, pattern: Option<&str>) -> Option<u8> {
    let plausible = |n: &usize| (4..=10).contains(n);
    let by_pattern = pattern
        .filter(|p| only_digits(p))
        .and_then(|p| p.split_once('{'))
        .and_then(|(_, rest)| rest.split_once('}').and_then(|(n, _)| n.parse::<usize>().ok()));
    let by_length = field.longest.filter(|_| field.keyboard == Keyboard::Digits || field.want == Want::Code);
    by_pattern.or(by_length).filter(plausible).and_then(|n| u8::try_from(n).ok()).or_else(|| told_digits(&field.label))
}

/// « 6 chiffres », "6-digit".
pub(crate) fn told_digits(text: &str) -> Option<u8> {
    let said = folded(text);
    let at = ["chiffre", "digit"].iter().find_map(|word| said.find(&format!(" {word}")))?;
    let before = said.get(..at)?.trim_end().rsplit(' ').next()?;
    number(before).and_then(|n| n.parse().ok()).filter(|n| (4..=10).contains(n))
}
