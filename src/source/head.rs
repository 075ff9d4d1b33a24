//! What a family says of itself besides content: name, category, about, lifecycle, allowed findings, removals.

use std::sync::Arc;

use super::{
    desired::{Lifecycle, Removal, Replaces},
    duration, languages,
    lower::{FIELDS, OLD_SPEC, unknown_word},
    overlay::PARTS,
    read::{self, Map},
    tree::{Node, Value},
};
use crate::{
    diagnostic::{Diagnostic, Span},
    template::Category,
};

/// The part of a family that is not content.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    /// What is asked for.
    pub category: Category,
    /// What we know the provider made of it.
    pub accept_category: Option<Category>,
    /// For reviewers.
    pub about: Vec<(String, String)>,
    /// `lifecycle:`.
    pub lifecycle: Lifecycle,
    /// Codes of findings, with their places.
    pub allow: Vec<(String, Span)>,
}

/// Reads the head of a family's tree, values of accounts laid over it. `name` is the family's.
pub(crate) fn head(tree: &Node, name: &str, owner: Span, faults: &mut Vec<Diagnostic>) -> Head {
    let get = |key: &str| tree.get(key).map(|entry| &entry.value);
    let category = match get("category") {
        Some(node) => category(node, "category", faults),
        None => {
            if !misspelt(tree, "category") {
                let fault = Diagnostic::error("LP003", owner, "a family needs `category`");
                faults.push(fault.help(format!("one of {}", Category::KNOWN.join(", "))));
            }
            None
        }
    };
    Head {
        category: category.unwrap_or(Category::Marketing),
        accept_category: get("accept_category").and_then(|node| self::category(node, "accept_category", faults)),
        about: get("about").map(|node| about(node, faults)).unwrap_or_default(),
        lifecycle: get("lifecycle").and_then(|node| lifecycle(node, name, faults)).unwrap_or_default(),
        allow: get("allow").map(|node| allow(node, faults)).unwrap_or_default(),
    }
}

/// Whether a key that is missing is there with a slip: that is reported as an unknown key, once.
pub(crate) fn misspelt(tree: &Node, key: &str) -> bool {
    let Value::Mapping(entries) = &tree.value else { return false };
    entries.iter().any(|entry| crate::diagnostic::did_you_mean(&entry.key, [key]).is_some())
}

/// One of the provider's categories, or one of before 2023, in any case.
fn category(node: &Node, key: &str, faults: &mut Vec<Diagnostic>) -> Option<Category> {
    let text = read::text(node, &format!("`{key}`"), faults)?;
    let category = Category::parse(&text);
    if category.is_known() || category.is_legacy() {
        return Some(category);
    }
    let mut fault = unknown_word(&text, node.span, key, Category::KNOWN);
    if fault.help.as_ref().is_some_and(|help| help.starts_with("known")) {
        let old = "a name of before 2023, such as TICKET_UPDATE, can be kept but not created";
        fault.help = fault.help.map(|help| format!("{help}; {old}"));
    }
    faults.push(fault);
    None
}

/// Whether a name can be one at the provider; the fault says the rule.
pub(crate) fn name(text: &str, span: Span, faults: &mut Vec<Diagnostic>) {
    let sound = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if text.len() > 512 {
        let fault = Diagnostic::error("LP008", span, format!("this name has {} characters", text.len()));
        faults.push(fault.help("at most 512"));
    } else if !sound(text) {
        let mended = text.trim().to_ascii_lowercase().replace([' ', '-', '.'], "_");
        let help = if sound(&mended) {
            format!("did you mean `{mended}`?")
        } else {
            "lower-case letters a–z, digits and underscores".to_owned()
        };
        let message = format!("`{text}` cannot be a template's name");
        faults.push(Diagnostic::error("LP008", span, message).help(help));
    }
}

fn about(node: &Node, faults: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let Value::Mapping(entries) = &node.value else {
        faults.push(read::expected(node, "`about`", "a mapping"));
        return Vec::new();
    };
    let one = |entry: &super::tree::Entry| {
        let texts = read::texts(&entry.value, &format!("`about.{}`", entry.key), faults);
        let texts: Vec<String> = texts.into_iter().map(|(text, _)| text).collect();
        (entry.key.clone(), texts.join(", "))
    };
    entries.iter().map(one).collect()
}

fn allow(node: &Node, faults: &mut Vec<Diagnostic>) -> Vec<(String, Span)> {
    let mut codes = read::texts(node, "`allow`", faults);
    codes.retain(|(code, span)| {
        let sound = code.strip_prefix("LP").is_some_and(|n| n.len() == 3 && n.bytes().all(|b| b.is_ascii_digit()));
        if !sound {
            let fault = Diagnostic::error("LP007", *span, format!("`{code}` is not the code of a finding"));
            faults.push(fault.help("codes look like LP012; docs/rules lists them"));
        }
        sound
    });
    codes
}

/// What `lifecycle.ignore` may name.
pub(crate) fn ignorable() -> Vec<&'static str> {
    // What a clone of a library template is made from is never shown again: nothing to compare.
    let compared = |field: &&'static str| !["extra", OLD_SPEC].contains(field) && !field.starts_with("library_");
    PARTS.iter().chain(FIELDS).copied().filter(compared).collect()
}

fn lifecycle(node: &Node, name: &str, faults: &mut Vec<Diagnostic>) -> Option<Lifecycle> {
    let mut map = Map::of(node, "`lifecycle`", faults)?;
    let protect = map.take("protect");
    let ignore = map.take("ignore");
    let replaces = map.take("replaces");
    let breaking = map.take("allow_breaking");
    map.finish("`lifecycle`", faults);
    let mut flag = |entry: Option<&super::tree::Entry>, what: &str| {
        entry.and_then(|entry| read::boolean(&entry.value, what, faults)).unwrap_or_default()
    };
    let protect = flag(protect, "`lifecycle.protect`");
    let allow_breaking = flag(breaking, "`lifecycle.allow_breaking`");
    let known = ignorable();
    let fields = ignore.map(|entry| read::texts(&entry.value, "`lifecycle.ignore`", faults)).unwrap_or_default();
    let mut ignore = Vec::new();
    for (field, span) in fields {
        // The old name is read everywhere.
        let field = if field == OLD_SPEC { "optimization_spec".to_owned() } else { field };
        if known.contains(&field.as_str()) {
            ignore.push(field);
        } else {
            let help = crate::diagnostic::did_you_mean(&field, known.iter().copied())
                .unwrap_or_else(|| format!("parts and settings of a template: {}", known.join(", ")));
            let message = format!("`lifecycle.ignore` cannot hold `{field}`");
            faults.push(Diagnostic::error("LP007", span, message).help(help));
        }
    }
    let replaces = replaces.and_then(|entry| self::replaces(&entry.value, name, faults));
    Some(Lifecycle { protect, ignore, replaces, allow_breaking })
}

fn replaces(node: &Arc<Node>, own: &str, faults: &mut Vec<Diagnostic>) -> Option<Replaces> {
    let what = "`lifecycle.replaces`";
    let (name, keep_for) = if matches!(node.value, Value::Scalar(_)) {
        (node, None)
    } else {
        let mut map = Map::of(node, what, faults)?;
        let name = map.require("name", node, what, faults);
        let keep_for = map.take("keep_for");
        map.finish(what, faults);
        (name?, keep_for)
    };
    let text = read::text(name, "`lifecycle.replaces.name`", faults)?;
    self::name(&text, name.span, faults);
    if text == own {
        let fault = Diagnostic::error("LP017", name.span, format!("`{own}` cannot replace itself"));
        faults.push(fault.help("name the family whose deletion waits for this one"));
    }
    let keep_for = keep_for.and_then(|entry| {
        let what = "`lifecycle.replaces.keep_for`";
        let text = read::text(&entry.value, what, faults)?;
        let parsed = duration::parse(&text);
        if parsed.is_none() {
            let message = format!("{what} must be a duration, this is `{text}`");
            faults.push(Diagnostic::error("LP006", entry.value.span, message).help("such as `14d` or `36h`"));
        }
        parsed
    });
    Some(Replaces { name: text, keep_for })
}

/// `removed:` of a template file or of `letterpress.yaml`.
pub fn read_removed(node: &Node, faults: &mut Vec<Diagnostic>) -> Vec<Removal> {
    let Some(items) = read::list(node, "`removed`", faults) else { return Vec::new() };
    items.iter().filter_map(|item| removal(item, faults)).collect()
}

fn removal(node: &Arc<Node>, faults: &mut Vec<Diagnostic>) -> Option<Removal> {
    let what = "an item of `removed`";
    if let Value::Scalar(_) = node.value {
        let name = read::text(node, what, faults)?;
        return Some(Removal { name, languages: Vec::new(), reason: None, keep: false, span: node.span });
    }
    let mut map = Map::of(node, what, faults)?;
    let name = map.require("name", node, what, faults).and_then(|name| read::text(name, "`name`", faults));
    let languages = map.take("languages");
    let reason = map.take("reason").and_then(|entry| read::text(&entry.value, "`reason`", faults));
    let keep = map.take("keep").and_then(|entry| read::boolean(&entry.value, "`keep`", faults));
    map.finish(what, faults);
    let languages = match languages {
        Some(entry) => {
            let found = read::texts(&entry.value, "`languages`", faults);
            if found.is_empty() && matches!(entry.value.value, Value::Sequence(_)) {
                // An empty list must not mean "all of them".
                let fault = Diagnostic::error("LP005", entry.value.span, "`languages` is empty");
                faults.push(fault.help("leave it out to remove all languages"));
                return None;
            }
            if found.is_empty() {
                return None;
            }
            faults.extend(found.iter().filter_map(|(code, span)| languages::check(code, *span)));
            found.into_iter().map(|(code, _)| code).collect()
        }
        None => Vec::new(),
    };
    Some(Removal { name: name?, languages, reason, keep: keep.unwrap_or_default(), span: node.span })
}
