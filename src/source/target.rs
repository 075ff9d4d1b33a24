//! A family as one account is asked to hold it.
//!
//! Lays the account's overrides and each language over the family, replaces values, reads the content and settles its
//! parameters. Knows nothing of providers but whether they take names as parameters.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    desired::Desired,
    family::{FAMILY_ONLY, Family, HEAD, LanguageBlock},
    head::{Head, head},
    languages,
    lower::{self, AuthoredContent, Cx, unknown_word},
    media::MediaFiles,
    overlay::{self, lay},
    parameters::{self, Language},
    read,
    room::Room,
    selector::Subject,
    tree::{Node, Value},
    values::{Scope, Values, fill},
};
use crate::{
    diagnostic::{Diagnostic, Span, dedupe},
    template::{
        Body, Button, Content, Footer, Header, HeaderKind, ParameterFormat, TemplateKey,
        placeholder::{Piece, pieces},
    },
};

/// What a family is lowered for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The account.
    pub subject: Subject<'a>,
    /// The account's values, then the workspace's: the first that knows one wins.
    pub values: &'a [&'a Values],
    /// Whether the provider takes names as parameters.
    pub named_parameters: bool,
    /// What is left for the texts of the run.
    pub room: &'a Room,
}

impl Family {
    /// What the account is asked to hold. With errors among the faults the result is incomplete and not to be used.
    /// What concerns all accounts is found again for each: collect the faults of a run in one list, or [`dedupe`] them.
    pub fn lower(&self, target: &Target<'_>, files: &dyn MediaFiles, faults: &mut Vec<Diagnostic>) -> Vec<Desired> {
        if target.room.is_empty() {
            // Said where it ran out.
            return Vec::new();
        }
        let (base, language_blocks) = self.laid_for(target, faults);
        let Head { category, accept_category, about, lifecycle, allow } =
            if Arc::ptr_eq(&base, &self.base) { self.head() } else { head(&base, &self.name, self.first, faults) };
        let mut languages: Vec<Language> = language_blocks
            .iter()
            .map_while(|block| {
                let draft = draft(&base, block, target, files, faults);
                (!target.room.is_empty()).then_some(draft)
            })
            .collect();
        if target.room.is_empty() {
            return Vec::new();
        }
        parameters::settle(&mut languages, target.named_parameters, faults);
        inherited(&languages, faults);
        dedupe(faults);
        let places = language_blocks.iter().map(|block| if block.own_place { block.span } else { self.span });
        let category_span = base.get("category").map(|entry| entry.value.span);
        let heads = [("name", Some(self.name_span)), ("category", category_span)];
        languages
            .into_iter()
            .zip(places)
            .map(|(language, span)| Desired {
                key: TemplateKey::new(self.name.clone(), language.code),
                category: category.clone(),
                accept_category: accept_category.clone(),
                content: language.draft.content,
                lifecycle: lifecycle.clone(),
                allow: allow.iter().map(|(code, _)| code.clone()).collect(),
                notes: language.notes,
                span,
                spans: heads
                    .iter()
                    .filter_map(|(path, span)| span.map(|span| ((*path).to_owned(), span)))
                    .chain(language.draft.spans)
                    .collect(),
                about: about.clone(),
            })
            .collect()
    }

    fn head(&self) -> Head {
        Head {
            category: self.category.clone(),
            accept_category: self.accept_category.clone(),
            about: self.about.clone(),
            lifecycle: self.lifecycle.clone(),
            allow: self.allow.clone(),
        }
    }

    /// The family with the account's overrides, and its languages with theirs.
    fn laid_for(&self, target: &Target<'_>, faults: &mut Vec<Diagnostic>) -> (Arc<Node>, Vec<LanguageBlock>) {
        let mut base = Arc::clone(&self.base);
        let mut language_blocks = self.languages.clone();
        let hits = self.overrides.iter().filter(|(selector, ..)| selector.matches(target.subject));
        for (.., over) in hits {
            base = lay(Some(&base), over, &["languages"], faults);
            let Some(Value::Mapping(entries)) = over.get("languages").map(|entry| &entry.value.value) else { continue };
            for entry in entries {
                if entry.value.is_null() {
                    language_blocks.retain(|block| block.code != entry.key);
                } else if let Some(block) = language_blocks.iter_mut().find(|block| block.code == entry.key) {
                    block.layers.push(Arc::clone(&entry.value));
                } else {
                    let layers = vec![Arc::clone(&entry.value)];
                    language_blocks.push(LanguageBlock {
                        code: entry.key.clone(),
                        span: entry.key_span,
                        own_place: true,
                        layers,
                    });
                }
            }
        }
        (base, language_blocks)
    }
}

/// One language's content as authored.
fn draft(
    base: &Arc<Node>,
    block: &LanguageBlock,
    target: &Target<'_>,
    files: &dyn MediaFiles,
    faults: &mut Vec<Diagnostic>,
) -> Language {
    let scope = Scope { values: target.values, language: &block.code, room: target.room };
    let mut merged = content_of(base);
    let family = merged.get("parameters").map(|entry| fill(&entry.value, scope, faults));
    let mut own: Option<Arc<Node>> = None;
    for layer in block.layers.iter().filter(|layer| matches!(layer.value, Value::Mapping(_))) {
        merged = lay(Some(&merged), layer, &["parameters"], faults);
        if let Some(entry) = layer.get("parameters") {
            own = overlay::parameters_over(own.as_ref(), &entry.value, faults);
        }
    }
    let merged = fill(&merged, scope, faults);
    let format = merged.get("parameter_format").and_then(|entry| parameter_format(&entry.value, faults));
    let own = own.map(|own| fill(&own, scope, faults));
    let cx = Cx { files, faults, spans: BTreeMap::new(), examples: BTreeMap::new() };
    let draft: AuthoredContent = lower::content(&merged, cx);
    Language { code: block.code.clone(), span: block.span, draft, format, own, family, notes: Vec::new() }
}

/// The keys of a family that are content.
fn content_of(base: &Arc<Node>) -> Arc<Node> {
    let Value::Mapping(entries) = &base.value else { return Arc::clone(base) };
    let head = |key: &str| FAMILY_ONLY.contains(&key) || HEAD.contains(&key);
    let entries = entries.iter().filter(|entry| !head(&entry.key)).cloned().collect();
    Arc::new(Node { span: base.span, value: Value::Mapping(entries) })
}

fn parameter_format(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<ParameterFormat> {
    let text = read::text(node, "`parameter_format`", faults)?;
    match text.to_ascii_uppercase().as_str() {
        "NAMED" => Some(ParameterFormat::Named),
        "POSITIONAL" => Some(ParameterFormat::Positional),
        _ => {
            faults.push(unknown_word(&text, node.span, "parameter_format", &["NAMED", "POSITIONAL"]));
            None
        }
    }
}

/// A text of the family that stands unchanged in languages of several bases is hardly meant.
fn inherited(languages: &[Language], faults: &mut Vec<Diagnostic>) {
    let mut places: BTreeMap<(Span, &str), (String, Vec<&str>)> = BTreeMap::new();
    let mut differing: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for language in languages {
        for (path, text) in wordings(&language.draft.content) {
            differing.entry(path.clone()).or_default().insert(text);
            if let Some(span) = language.draft.spans.get(&path) {
                places.entry((*span, text)).or_insert((path, Vec::new())).1.push(&language.code);
            }
        }
    }
    for ((span, text), (path, codes)) in places {
        let bases: BTreeSet<&str> = codes.iter().map(|code| languages::base(code)).collect();
        // What may be a name is the same in every language, unless another language shows that it is not.
        let translated = differing.get(&path).is_some_and(|texts| texts.len() > 1);
        let name = if path == "footer.text" { is_name(text) } else { is_sign(text) };
        if bases.len() > 1 && (translated || !name) {
            let message = format!("`{path}` is the same text in {}", codes.join(", "));
            let help = "write it under each language, or give only those languages that it is written in";
            faults.push(Diagnostic::warning("LP014", span, message).help(help));
        }
    }
}

/// Whether a text may be a name, such as that of a company: nothing in it begins with a small letter, or with one of a
/// script without capitals.
fn is_name(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| !word.contains(['.', '@', '/']));
    words.all(|word| word.chars().find(|c| c.is_alphabetic()).is_none_or(char::is_uppercase))
}

/// Whether a text is one that all languages write alike, such as `OK` or `FAQ`.
fn is_sign(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
}

/// What customers read in their language, by its path, as far as it has words beside its parameters.
fn wordings(content: &Content) -> Vec<(String, &str)> {
    let mut all: Vec<(String, &str)> = Vec::new();
    part(&mut all, "", content.header.as_ref(), content.body.as_ref(), &content.buttons);
    if let Some(Footer::Text { text, extra: _ }) = &content.footer {
        all.push(("footer.text".to_owned(), text));
    }
    if let Some(text) = content.limited_time_offer.as_ref().and_then(|offer| offer.text.as_deref()) {
        all.push(("limited_time_offer.text".to_owned(), text));
    }
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        let prefix = format!("carousel.cards[{at}].");
        part(&mut all, &prefix, card.header.as_ref(), card.body.as_ref(), &card.buttons);
    }
    let words = |text: &str| {
        let word = |piece: &Piece<'_>| matches!(piece, Piece::Text(text) if text.chars().any(char::is_alphabetic));
        pieces(text).iter().any(word)
    };
    all.retain(|(_, text)| words(text));
    all
}

/// Texts and labels of a template or a card.
fn part<'a>(
    all: &mut Vec<(String, &'a str)>,
    prefix: &str,
    header: Option<&'a Header>,
    body: Option<&'a Body>,
    buttons: &'a [Button],
) {
    if let Some(Header { kind: HeaderKind::Text { text, .. }, .. }) = header {
        all.push((format!("{prefix}header.text"), text));
    }
    if let Some(Body::Text { text, .. }) = body {
        all.push((format!("{prefix}body.text"), text));
    }
    for (at, button) in buttons.iter().enumerate() {
        for (field, text) in button.kind.labels() {
            all.push((format!("{prefix}buttons[{at}].{field}"), text));
        }
    }
}
