//! The page as a tree: what a person would see of it, and what labels what.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use encoding_rs::{Encoding, UTF_8};
use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use scraper::{ElementRef, Html, HtmlTreeSink, Node};

use crate::limits::{LONGEST_LABEL, LONGEST_TEXT};
use crate::text::plain;
use crate::words::UNSEEN_CLASSES;

/// The text of a page and the encoding its forms are sent in.
pub(crate) fn decoded(body: &[u8], content_type: Option<&str>) -> (String, &'static Encoding) {
    let said = content_type.and_then(|kind| charset(&kind.to_ascii_lowercase()));
    let meta = || {
        let head = body.get(..1024.min(body.len())).unwrap_or_default();
        charset(&String::from_utf8_lossy(head).to_ascii_lowercase())
    };
    let bom = Encoding::for_bom(body).map(|(encoding, _)| encoding);
    let encoding = bom.or(said).or_else(meta).unwrap_or(UTF_8);
    let (text, ..) = encoding.decode(body);
    (text.into_owned(), encoding.output_encoding())
}

fn charset(text: &str) -> Option<&'static Encoding> {
    let (_, rest) = text.split_once("charset=")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':')).unwrap_or(rest.len());
    Encoding::for_label(rest.get(..end)?.as_bytes())
}

/// The tree, as a browser without script builds it: what is in `noscript` counts.
pub(crate) fn parsed(text: &str) -> Html {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    driver::parse_document(HtmlTreeSink::new(Html::new_document()), options).one(text)
}

/// What can be seen of a page.
pub(crate) struct View<'a> {
    /// Every element, in the order of the page.
    pub(crate) elements: Vec<ElementRef<'a>>,
    hidden: HashSet<NodeId>,
    mute: HashSet<NodeId>,
    ids: HashMap<&'a str, ElementRef<'a>>,
    labels: HashMap<&'a str, ElementRef<'a>>,
}

impl<'a> View<'a> {
    pub(crate) fn of(page: &'a Html) -> Self {
        let mut view = View {
            elements: Vec::new(),
            hidden: HashSet::new(),
            mute: HashSet::new(),
            ids: HashMap::new(),
            labels: HashMap::new(),
        };
        for element in page.tree.root().descendants().filter_map(ElementRef::wrap) {
            // What is in a template hangs below a node that is no element.
            let parent = element.ancestors().find(|above| above.value().is_element()).map(|above| above.id());
            let under = |set: &HashSet<NodeId>| parent.is_some_and(|parent| set.contains(&parent));
            if under(&view.hidden) || unseen(element) {
                view.hidden.insert(element.id());
            }
            let silent =
                matches!(element.value().name(), "noscript" | "select" | "textarea" | "datalist" | "iframe" | "object");
            if under(&view.mute) || silent || view.hidden.contains(&element.id()) {
                view.mute.insert(element.id());
            }
            if let Some(id) = element.attr("id") {
                view.ids.entry(id).or_insert(element);
            }
            if let Some(of) = element.attr("for").filter(|_| element.value().name() == "label") {
                view.labels.entry(of).or_insert(element);
            }
            view.elements.push(element);
        }
        view
    }

    /// Whether nobody would see it.
    pub(crate) fn is_hidden(&self, element: ElementRef<'_>) -> bool {
        self.hidden.contains(&element.id())
    }

    /// Whether what it says is for no reader.
    pub(crate) fn is_mute(&self, element: ElementRef<'_>) -> bool {
        self.mute.contains(&element.id())
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<ElementRef<'a>> {
        self.ids.get(id).copied()
    }

    /// The visible text inside an element, whatever it is itself.
    pub(crate) fn text(&self, element: ElementRef<'_>, most: usize) -> String {
        let mut text = String::new();
        for node in element.descendants() {
            match node.value() {
                Node::Text(piece) => {
                    let above = node.ancestors().find(|above| above.value().is_element());
                    let silent = above.is_some_and(|p| p.id() != element.id() && self.mute.contains(&p.id()));
                    if !silent {
                        text.push_str(piece);
                    }
                }
                // `Mot de<br>passe` is three words; `<b>M</b>ot` is one.
                Node::Element(tag) if !matches!(tag.name(), "b" | "i" | "em" | "strong" | "span" | "u" | "abbr") => {
                    text.push(' ');
                }
                _ => {}
            }
            if text.len() > 8 * most {
                break;
            }
        }
        plain(&text, most)
    }

    /// What labels a control, best first: label, `aria-label`, `aria-labelledby`, placeholder, title, and what
    /// stands right before it.
    pub(crate) fn labels(&self, control: ElementRef<'a>) -> Vec<String> {
        let by_for = control.attr("id").and_then(|id| self.labels.get(id)).copied();
        let around = control.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "label");
        let mut labels: Vec<String> =
            [by_for, around].into_iter().flatten().map(|label| self.text(label, LONGEST_LABEL)).collect();
        let said = |name: &str| control.attr(name).map(|text| plain(text, LONGEST_LABEL));
        labels.extend(said("aria-label"));
        if let Some(ids) = control.attr("aria-labelledby") {
            let texts = ids.split_whitespace().take(8).filter_map(|id| self.by_id(id));
            labels
                .push(plain(&texts.map(|e| self.text(e, LONGEST_LABEL)).collect::<Vec<_>>().join(" "), LONGEST_LABEL));
        }
        labels.extend(said("placeholder"));
        labels.extend(said("title"));
        labels.extend(self.before(control));
        labels.retain(|label| !label.is_empty());
        labels
    }

    /// The text right before a control, or in the cell before its own.
    fn before(&self, control: ElementRef<'a>) -> Option<String> {
        for node in control.prev_siblings().take(4) {
            let text = match node.value() {
                Node::Text(piece) => piece.to_string(),
                Node::Element(_) => {
                    let element = ElementRef::wrap(node)?;
                    match element.value().name() {
                        "br" => continue,
                        "input" | "select" | "textarea" | "button" | "form" | "table" => return None,
                        _ => self.text(element, LONGEST_LABEL),
                    }
                }
                _ => continue,
            };
            if !text.trim().is_empty() {
                return Some(plain(&text, LONGEST_LABEL));
            }
        }
        let cell = control
            .ancestors()
            .filter_map(ElementRef::wrap)
            .take(4)
            .find(|a| matches!(a.value().name(), "td" | "dd"))?;
        let before = cell.prev_siblings().find_map(ElementRef::wrap)?;
        Some(self.text(before, LONGEST_LABEL))
    }

    /// The title of the page.
    pub(crate) fn heading(&self) -> Option<ElementRef<'a>> {
        let mut seen = self.elements.iter().filter(|e| !self.is_mute(**e));
        seen.find(|e| matches!(e.value().name(), "h1" | "h2" | "h3") && !self.text(**e, LONGEST_TEXT).is_empty())
            .copied()
    }
}

/// Whether an element hides itself and what is in it.
fn unseen(element: ElementRef<'_>) -> bool {
    let tag = element.value();
    if matches!(tag.name(), "head" | "script" | "style" | "template") || element.attr("hidden").is_some() {
        return true;
    }
    if element.attr("aria-hidden").is_some_and(|v| v.eq_ignore_ascii_case("true")) || element.attr("inert").is_some() {
        return true;
    }
    let style = element.attr("style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.split_whitespace().collect();
    if style.contains("display:none") || style.contains("visibility:hidden") {
        return true;
    }
    // Closed details show their summary only.
    let closed = element.parent().and_then(ElementRef::wrap).filter(|p| p.value().name() == "details");
    if closed.is_some_and(|details| details.attr("open").is_none()) && tag.name() != "summary" {
        return true;
    }
    tag.classes().any(|class| {
        let class = class.to_ascii_lowercase();
        UNSEEN_CLASSES.iter().any(|word| class == *word || class.split(['-', '_']).any(|piece| piece == *word))
    })
}
