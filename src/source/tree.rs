//! YAML as a tree of spanned nodes, every scalar kept as it was written.
//!
//! No scalar is given a type here: `no`, `012`, `1.10` and `+1555…` are text until the reader of a field says what it
//! expects. Bounded: depth, nodes and size are limited, aliases are shared and never expanded while reading.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use granit_parser::{Event, Parser, ScalarStyle};

pub use super::node::{Entry, Node, Scalar, Value};
use super::room::Room;
use crate::diagnostic::{Diagnostic, FileId, Span};

/// Largest file that is read, bytes.
pub const MAX_FILE: usize = 1 << 20;
/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 64;
/// Most nodes of one file, aliases counted as what they stand for.
pub const MAX_NODES: usize = 200_000;

/// Most keys of one mapping.
pub const MAX_KEYS: usize = 5_000;
/// Longest text, bytes: the longest that a provider takes has a few thousand.
pub const MAX_TEXT: usize = 64 << 10;
/// What a node takes besides its text, bytes.
const NODE: usize = 128;
/// Code of the finding about a key that a mapping holds twice.
pub const REPEATED_KEY: &str = "LP002";
/// Code of the findings about a file that is no YAML, or not of the kind that is read.
pub const NO_YAML: &str = "LP001";

/// Reads all documents of a file. Faults are added to `faults`; what could be read is returned.
pub fn parse(file: FileId, text: &str, faults: &mut Vec<Diagnostic>) -> Vec<Arc<Node>> {
    parse_within(file, text, &Room::default(), faults)
}

/// The same, where what aliases stand for takes of a room that several files share.
pub fn parse_within(file: FileId, text: &str, room: &Room, faults: &mut Vec<Diagnostic>) -> Vec<Arc<Node>> {
    parse_whole(file, text, room, faults).documents
}

/// What is in a file, also what does not count.
#[derive(Debug)]
pub struct Parsed {
    /// Its documents.
    pub documents: Vec<Arc<Node>>,
    /// Every entry whose key its mapping holds more than once, the first one, too: [`REPEATED_KEY`] is said of them.
    pub repeated: Vec<Entry>,
}

/// The same, with the entries whose keys are there twice.
pub fn parse_whole(file: FileId, text: &str, room: &Room, faults: &mut Vec<Diagnostic>) -> Parsed {
    let mut repeated = Vec::new();
    let documents = load(file, text, room, &mut repeated, faults);
    Parsed { documents, repeated }
}

fn load(
    file: FileId,
    text: &str,
    room: &Room,
    repeated: &mut Vec<Entry>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Arc<Node>> {
    let whole = |start: usize, end: usize| Span { file, start: offset(start), end: offset(end) };
    if text.len() > MAX_FILE {
        let message = format!("this file has {} bytes; at most {MAX_FILE} are read", text.len());
        faults.push(Diagnostic::error("LP001", whole(0, 0), message).help("split it: one family per file is usual"));
        return Vec::new();
    }
    let (stack, anchors, documents) = (Vec::new(), HashMap::new(), Vec::new());
    let mut loader = Loader { file, text, room, stack, anchors, nodes: 0, documents, repeated };
    for next in Parser::new_from_str(text) {
        match next {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                let range = boundary(text, range.start)..boundary(text, range.end);
                if let Err(fault) = loader.take(event, range, faults) {
                    faults.push(*fault);
                    return loader.documents;
                }
            }
            Err(error) => {
                let at = boundary(text, error.marker().byte_offset().unwrap_or(0));
                let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
                let fault = Diagnostic::error("LP001", whole(at, end), format!("not valid YAML: {}", error.info()));
                faults.push(explain(fault, text, at));
                return loader.documents;
            }
        }
    }
    loader.documents
}

/// The commonest trap of all template files: a text that begins with a brace, unquoted.
fn explain(fault: Diagnostic, text: &str, at: usize) -> Diagnostic {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    if text[line..end].contains(": {{") || text[line..end].contains("- {{") {
        return fault.help("a text that begins with {{…}} must be quoted or written as a block with |");
    }
    if text[line..end].contains('\t') {
        return fault.help("YAML is indented with blanks, not with tabs");
    }
    fault
}

/// Whether the block that begins behind this text was opened with a `+`: its span covers the content alone.
fn keeps_end(before: &str) -> bool {
    let mut header = before.trim_end();
    header = &header[header.rfind('\n').map_or(0, |at| at + 1)..];
    loop {
        let rest = header.trim_end_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit());
        if rest.ends_with(['|', '>']) {
            return header[rest.len()..].contains('+');
        }
        // A comment may follow the indicators.
        let Some(at) = header.rfind(" #") else { return false };
        header = header[..at].trim_end();
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    anchor: usize,
    items: Vec<(Arc<Node>, usize)>,
    mapping: bool,
}

struct Loader<'a> {
    file: FileId,
    text: &'a str,
    room: &'a Room,
    stack: Vec<Open>,
    anchors: HashMap<usize, (Arc<Node>, usize)>,
    nodes: usize,
    documents: Vec<Arc<Node>>,
    repeated: &'a mut Vec<Entry>,
}

impl Loader<'_> {
    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span { file: self.file, start: offset(range.start), end: offset(range.end) }
    }

    fn fault(&self, range: &std::ops::Range<usize>, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error("LP001", self.span(range), message))
    }

    fn take(
        &mut self,
        event: Event<'_>,
        range: std::ops::Range<usize>,
        faults: &mut Vec<Diagnostic>,
    ) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range)?;
                let range = self.trim(range, style);
                if value.len() > MAX_TEXT {
                    return Err(
                        self.fault(&range, format!("a text of {} bytes; at most {MAX_TEXT} are read", value.len()))
                    );
                }
                let written = &self.text[range.clone()];
                let value = if style == ScalarStyle::Plain && written.is_empty() {
                    Value::Empty
                } else {
                    let literal = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                    let keep = literal && keeps_end(&self.text[..range.start]);
                    Value::Scalar(Scalar {
                        text: value.into_owned(),
                        plain: style == ScalarStyle::Plain,
                        literal,
                        keep,
                    })
                };
                let node = Arc::new(Node { span: self.span(&range), value });
                // A long text weighs as several nodes do.
                let weight = 1 + written.len() / NODE;
                self.push(node, anchor, weight, &range, faults)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range)?;
                self.open(range, anchor, false)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range)?;
                self.open(range, anchor, true)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range, faults),
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some((node, weight)) => {
                    if !self.room.take(weight.saturating_mul(NODE)) {
                        return Err(self.fault(&range, "what the aliases of the files stand for is too much"));
                    }
                    self.push(node, 0, weight, &range, faults)
                }
                None => Err(self.fault(&range, "this alias stands inside the very thing that it names")),
            },
            Event::DocumentStart(..) => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn refuse_tag(&self, tagged: bool, range: &std::ops::Range<usize>) -> Result<(), Box<Diagnostic>> {
        if !tagged {
            return Ok(());
        }
        Err(Box::new(
            self.fault(range, "YAML tags are not used here").help("leave the `!…` out: fields know their types"),
        ))
    }

    /// The parser lets a block scalar and a plain one reach to the next token: cut that back.
    fn trim(&self, range: std::ops::Range<usize>, style: ScalarStyle) -> std::ops::Range<usize> {
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded | ScalarStyle::Plain => {
                range.start..range.start + self.text[range].trim_end().len()
            }
            _ => range,
        }
    }

    fn open(&mut self, range: std::ops::Range<usize>, anchor: usize, mapping: bool) -> Result<(), Box<Diagnostic>> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.fault(&range, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.stack.push(Open { start: range.start, anchor, items: Vec::new(), mapping });
        Ok(())
    }

    fn close(&mut self, range: &std::ops::Range<usize>, faults: &mut Vec<Diagnostic>) -> Result<(), Box<Diagnostic>> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let end = open.items.last().map_or(range.end, |(node, _)| {
            // A block collection ends where its last item ends; a flow one at its bracket.
            if range.is_empty() { node.span.end as usize } else { range.end }
        });
        if open.mapping && open.items.len() / 2 > MAX_KEYS {
            let range = open.start..open.start;
            return Err(self.fault(&range, format!("a mapping of more than {MAX_KEYS} keys")));
        }
        let weight = 1 + open.items.iter().map(|(_, weight)| weight).sum::<usize>();
        let span = self.span(&(open.start..end.max(open.start)));
        let value = if open.mapping {
            match self.entries(open.items, faults)? {
                Some(entries) => Value::Mapping(entries),
                // Reported; going on with what was probably meant spares its reader a string of further faults.
                None => Value::Scalar(Scalar {
                    text: self.text[span.range()].to_owned(),
                    plain: false,
                    literal: false,
                    keep: false,
                }),
            }
        } else {
            Value::Sequence(open.items.into_iter().map(|(node, _)| node).collect())
        };
        let range = span.range();
        // The children were counted when they came: only the collection itself is new.
        self.nodes -= weight - 1;
        self.push(Arc::new(Node { span, value }), open.anchor, weight, &range, faults)
    }

    /// The entries of a mapping; `None` if a key is not a word.
    fn entries(
        &mut self,
        items: Vec<(Arc<Node>, usize)>,
        faults: &mut Vec<Diagnostic>,
    ) -> Result<Option<Vec<Entry>>, Box<Diagnostic>> {
        let mut words = true;
        let mut entries: Vec<Entry> = Vec::with_capacity(items.len() / 2);
        let mut merges = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut items = items.into_iter().map(|(node, _)| node);
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            let Value::Scalar(scalar) = &key.value else {
                let fault =
                    Diagnostic::error("LP001", key.span, format!("a key must be a word, this is {}", key.kind()));
                faults.push(fault.help("a text that begins with {{…}} must be quoted or written as a block with |"));
                words = false;
                continue;
            };
            if scalar.plain && scalar.text == "<<" {
                merges.push(value);
                continue;
            }
            if let Some(first) = seen.insert(scalar.text.clone(), key.span) {
                let fault =
                    Diagnostic::error(REPEATED_KEY, key.span, format!("the key `{}` is here twice", scalar.text));
                faults.push(fault.related(first, "first here").help("leave one out"));
                self.repeated.extend(entries.iter().find(|entry| entry.key_span == first).cloned());
                self.repeated.push(Entry { key: scalar.text.clone(), key_span: key.span, value });
                continue;
            }
            entries.push(Entry { key: scalar.text.clone(), key_span: key.span, value });
        }
        for merge in merges {
            self.merge(&merge, &mut entries, &mut seen)?;
        }
        Ok(words.then_some(entries))
    }

    /// `<<: *base`: keys of the merged mapping that are not here yet.
    fn merge(
        &self,
        from: &Node,
        entries: &mut Vec<Entry>,
        seen: &mut HashMap<String, Span>,
    ) -> Result<(), Box<Diagnostic>> {
        match &from.value {
            Value::Mapping(merged) => {
                for entry in merged {
                    if !seen.contains_key(&entry.key) {
                        seen.insert(entry.key.clone(), entry.key_span);
                        entries.push(entry.clone());
                    }
                }
                Ok(())
            }
            Value::Sequence(list) => list.iter().try_for_each(|item| match &item.value {
                Value::Mapping(_) => self.merge(item, entries, seen),
                _ => Err(self.fault(&item.span.range(), "`<<` takes a mapping or a list of mappings")),
            }),
            _ => Err(self.fault(&from.span.range(), "`<<` takes a mapping or a list of mappings")),
        }
    }

    fn push(
        &mut self,
        node: Arc<Node>,
        anchor: usize,
        weight: usize,
        range: &std::ops::Range<usize>,
        faults: &mut Vec<Diagnostic>,
    ) -> Result<(), Box<Diagnostic>> {
        self.nodes = self.nodes.saturating_add(weight);
        if self.nodes > MAX_NODES {
            return Err(self.fault(range, format!("more than {MAX_NODES} nodes, aliases counted in full")));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (Arc::clone(&node), weight));
        }
        match self.stack.last_mut() {
            Some(open) => open.items.push((node, weight)),
            None => {
                if let Some(deep) = too_deep(&node) {
                    faults.push(Diagnostic::error("LP001", deep, format!("nested deeper than {MAX_DEPTH} levels")));
                    return Ok(());
                }
                self.documents.push(node);
            }
        }
        Ok(())
    }
}

/// Aliases can nest deeper than the text does: a chain of them is measured once per node.
fn too_deep(root: &Arc<Node>) -> Option<Span> {
    let mut seen: HashSet<(*const Node, usize)> = HashSet::new();
    let mut stack = vec![(root, 0)];
    while let Some((node, depth)) = stack.pop() {
        if depth > MAX_DEPTH {
            return Some(node.span);
        }
        if !seen.insert((Arc::as_ptr(node), depth)) {
            continue;
        }
        match &node.value {
            Value::Sequence(items) => stack.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Mapping(entries) => stack.extend(entries.iter().map(|entry| (&entry.value, depth + 1))),
            Value::Empty | Value::Scalar(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Arc<Node>>, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        (parse(FileId(0), text, &mut faults), faults)
    }

    fn scalar(node: &Node, key: &str) -> String {
        match &node.get(key).unwrap().value.value {
            Value::Scalar(scalar) => scalar.text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn scalars_stay_what_they_look_like() {
        let (docs, faults) = read("a: no\nb: 012\nc: 1.10\nd: +15551234\ne: \"\\uD83D\\uDE9A\"\nf:\ng: ~\n");
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            ["a", "b", "c", "d", "e"].map(|key| scalar(&docs[0], key)),
            ["no", "012", "1.10", "+15551234", "🚚"]
        );
        assert!(matches!(docs[0].get("f").unwrap().value.value, Value::Empty));
        assert!(docs[0].get("g").unwrap().value.is_null());
    }

    #[test]
    fn kept_ends_of_blocks_are_known() {
        let text = "a: |+\n  x\n\nb: |\n  x\nc: | # c# +\n  x\nd: |2+ # why #1\n\n    x\ne:\n  >-\n  x\n";
        let (docs, faults) = read(text);
        assert!(faults.is_empty(), "{faults:?}");
        let keep = |key: &str| match &docs[0].get(key).unwrap().value.value {
            Value::Scalar(scalar) => scalar.keep,
            other => panic!("{other:?}"),
        };
        assert_eq!(["a", "b", "c", "d", "e"].map(keep), [true, false, false, true, false]);
    }

    #[test]
    fn duplicate_keys_and_unquoted_placeholders_are_named() {
        let (_, faults) = read("a: 1\nb: 2\na: 3\n");
        assert_eq!((faults[0].code, faults[0].related.len()), ("LP002", 1));
        let (_, faults) = read("body: {{1}} hello\n");
        assert!(faults[0].help.as_deref().unwrap().contains("quoted"), "{faults:?}");
    }

    #[test]
    fn anchors_and_merges_are_shared_and_bounded() {
        let (docs, faults) = read("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n");
        assert!(faults.is_empty());
        let b = &docs[0].get("b").unwrap().value;
        assert_eq!((scalar(b, "k"), scalar(b, "l")), ("3".into(), "2".into()));

        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let refs = vec![format!("*a{}", i - 1); 10].join(", ");
            bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        let (_, faults) = read(&bomb);
        assert!(faults[0].message.contains("nodes"), "{faults:?}");
    }

    #[test]
    fn hostile_nesting_ends_at_once() {
        for text in ["[".repeat(100_000), "- ".repeat(50_000), "? ".repeat(50_000), "{a: ".repeat(100_000)] {
            let (docs, faults) = read(&text);
            assert!(docs.is_empty() && !faults.is_empty());
        }
        let (_, faults) = read(&"x".repeat(MAX_FILE + 1));
        assert!(faults[0].message.contains("bytes"));
    }
}
