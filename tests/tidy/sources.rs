//! The files of a crate and which of them use which, from their tokens: comments, texts and tests are left out, macros are not.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    str::FromStr as _,
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The path of a module in its crate: empty for the root.
type ModulePath = Vec<String>;

/// A use of something, as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    /// The whole path from the crate's root: `plan`, `rules`, `Rule`.
    path: Vec<String>,
    /// Where it stands, from 1.
    pub(crate) line: usize,
    /// Whether it only hands something on: `pub use`.
    hands_on: bool,
}

/// A file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below `src/`.
    pub(crate) path: String,
    module: ModulePath,
    uses: Vec<Use>,
}

/// All files of a crate.
#[derive(Debug)]
pub(crate) struct Sources {
    files: Vec<Source>,
    by_module: BTreeMap<ModulePath, usize>,
}

/// One file needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Line of the first use.
    pub(crate) line: usize,
}

impl Sources {
    /// Reads every file below a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        fn walk(folder: &Path, below: &str, out: &mut Vec<(String, String)>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{below}{}", entry.file_name().into_string().unwrap());
                match entry.file_type().unwrap().is_dir() {
                    true => walk(&entry.path(), &format!("{name}/"), out),
                    false if name.ends_with(".rs") => out.push((name, std::fs::read_to_string(entry.path()).unwrap())),
                    false => {}
                }
            }
        }
        let mut files = Vec::new();
        walk(folder, "", &mut files);
        files.sort();
        Self::of(files)
    }

    /// Takes files, by their paths below `src/`. Those that only tests are compiled with are left out.
    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let read: Vec<(Source, BTreeSet<String>)> = files
            .into_iter()
            .map(|(path, text)| {
                let module = module_of(&path);
                let tokens = TokenStream::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
                let mut found = Found { module: module.clone(), ..Found::default() };
                found.walk(tokens);
                (Source { path, module, uses: found.uses }, found.test_modules)
            })
            .collect();
        let tests: BTreeSet<ModulePath> = read
            .iter()
            .flat_map(|(source, tests)| {
                tests.iter().map(|name| [&source.module[..], std::slice::from_ref(name)].concat())
            })
            .collect();
        let is_test = |module: &ModulePath| (1..=module.len()).any(|end| tests.contains(&module[..end]));
        let files: Vec<Source> =
            read.into_iter().map(|(source, _)| source).filter(|source| !is_test(&source.module)).collect();
        let by_module = files.iter().enumerate().map(|(at, source)| (source.module.clone(), at)).collect();
        Self { files, by_module }
    }

    pub(crate) fn files(&self) -> &[Source] {
        &self.files
    }

    /// The module that a file is; empty for the root's own files.
    pub(crate) fn module(&self, file: usize) -> &[String] {
        &self.files[file].module
    }

    /// Which file needs which, each pair once. What a module hands on counts as a use of where it comes from.
    pub(crate) fn edges(&self) -> Vec<Edge> {
        let mut edges: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (from, source) in self.files.iter().enumerate() {
            for used in source.uses.iter().filter(|used| !used.hands_on) {
                let Some(to) = self.file_of(&used.path, 0).filter(|to| *to != from) else { continue };
                edges.entry((from, to)).or_insert(used.line);
            }
        }
        edges.into_iter().map(|((from, to), line)| Edge { from, to, line }).collect()
    }

    /// The file in which something is defined. `depth` bounds chains of `pub use`.
    fn file_of(&self, path: &[String], depth: usize) -> Option<usize> {
        let end = (0..=path.len()).rev().find(|end| self.by_module.contains_key(&path[..*end]))?;
        let file = self.by_module[&path[..end]];
        let Some(name) = path.get(end).filter(|_| depth < 8) else { return Some(file) };
        let handed_on = self.files[file].uses.iter().filter(|used| used.hands_on);
        let mut from = handed_on.filter(|used| used.path.last() == Some(name) && used.path[..] != path[..=end]);
        match from.next() {
            Some(used) => self.file_of(&used.path, depth + 1),
            None => Some(file),
        }
    }
}

/// The module that a file is: `plan/rules/mod.rs` and `plan/rules.rs` are `plan::rules`.
fn module_of(path: &str) -> ModulePath {
    let path = path.strip_suffix(".rs").unwrap();
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if matches!(path, "lib" | "main") { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// What the tokens of a file tell.
#[derive(Debug, Default)]
struct Found {
    module: ModulePath,
    uses: Vec<Use>,
    /// Names under which `use` made modules known: `use super::check;`.
    test_modules: BTreeSet<String>,
}

impl Found {
    fn walk(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if is_test_only(&tokens[at..]) {
                at += 2;
                at += self.skip_item(&tokens[at..]);
                continue;
            }
            // `mod one { … }` in a file: its `super` would be this file.
            match &tokens[at] {
                TokenTree::Ident(word) if *word == "use" => {
                    let hands_on = at.checked_sub(1).is_some_and(|before| is_public(&tokens[..=before]));
                    let end =
                        tokens[at..].iter().position(|token| is_punct(token, ';')).map_or(tokens.len(), |end| at + end);
                    self.tree(&tokens[at + 1..end], &[], hands_on);
                    at = end;
                }
                // From the root, from here, or from a module or a name of this file.
                TokenTree::Ident(word) if follows_path(&tokens[at + 1..]) => {
                    let mut path = Vec::new();
                    let line = word.span().start().line;
                    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
                        path.push(word.to_string());
                        if !follows_path(&tokens[at + 1..]) {
                            break;
                        }
                        at += 3;
                    }
                    self.add(path, line, false);
                }
                TokenTree::Group(group) => self.walk(group.stream()),
                _ => {}
            }
            at += 1;
        }
    }

    /// The tree of a `use`: `a::{b, c::{self, D}}`.
    fn tree(&mut self, tokens: &[TokenTree], before: &[String], hands_on: bool) {
        for branch in tokens.split(|token| is_punct(token, ',')) {
            let mut path = before.to_vec();
            let mut line = 0;
            for (at, token) in branch.iter().enumerate() {
                match token {
                    // What follows `as` is a name of this file's own.
                    TokenTree::Ident(word) if *word == "as" => break,
                    TokenTree::Ident(word) if *word == "self" && !path.is_empty() => line = word.span().start().line,
                    TokenTree::Ident(word) => {
                        path.push(word.to_string());
                        line = word.span().start().line;
                    }
                    TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                        self.tree(&inner, &path, hands_on);
                        line = 0;
                    }
                    TokenTree::Punct(_) if at + 1 < branch.len() => {}
                    _ => {}
                }
            }
            if line > 0 {
                self.add(path, line, hands_on);
            }
        }
    }

    /// Takes note of a path as it is written in this file.
    fn add(&mut self, mut path: Vec<String>, line: usize, hands_on: bool) {
        let mut module = self.module.clone();
        match path.first().map(String::as_str) {
            Some("crate") => {
                module.clear();
                path.remove(0);
            }
            Some("self") => drop(path.remove(0)),
            Some("super") => {
                while path.first().is_some_and(|word| word == "super") {
                    module.pop();
                    path.remove(0);
                }
            }
            // A module of this file, or another crate: which of them is told by whether there is such a file.
            _ => {}
        }
        self.uses.push(Use { path: [module, path].concat(), line, hands_on });
    }

    /// How many tokens the item takes that begins here; a module of its own file is remembered.
    fn skip_item(&mut self, tokens: &[TokenTree]) -> usize {
        let is_end = |token: &TokenTree| {
            is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
        };
        let end = tokens.iter().position(is_end).unwrap_or(tokens.len().saturating_sub(1));
        let item = &tokens[..=end.min(tokens.len().saturating_sub(1))];
        let words: Vec<String> = item.iter().map(ToString::to_string).collect();
        if let Some(at) = words.iter().position(|word| word == "mod") {
            self.test_modules.extend(words.get(at + 1).cloned());
        }
        // `use a::{b};` goes on after its braces.
        let goes_on = words.first().is_some_and(|word| word == "use");
        if goes_on { tokens.iter().position(|token| is_punct(token, ';')).map_or(end, |end| end) + 1 } else { end + 1 }
    }
}

/// Whether an item follows that only tests are compiled with: `#[cfg(test)]`, `#[cfg(all(test, unix))]`.
fn is_test_only(tokens: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(group), ..] = tokens else { return false };
    let text = group.stream().to_string();
    is_punct(hash, '#') && text.starts_with("cfg") && text.contains("test") && !text.contains("not")
}

/// Whether what was read up to here ends in `pub`, `pub(crate)` and the like.
fn is_public(tokens: &[TokenTree]) -> bool {
    match tokens {
        [.., TokenTree::Ident(word)] => *word == "pub",
        [.., TokenTree::Ident(word), TokenTree::Group(group)] => {
            *word == "pub" && group.delimiter() == Delimiter::Parenthesis
        }
        _ => false,
    }
}

/// Whether `::` and a word follow.
fn follows_path(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [one, other, TokenTree::Ident(_), ..] if is_punct(one, ':') && is_punct(other, ':'))
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}
