//! Comments as the page shows them: rendered by GitHub's own library, whatever strangers wrote into a plan.
//!
//! `LETTERPRESS_CMARKGFM` names a Python that has `cmarkgfm`; without it nothing is rendered, and the test says so.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use letterpress::plan::document::digest;
use serde_json::{Value, json};

use crate::{
    harness::{BELL, Workspace},
    hostile::{Form, WORD, harmless},
};

/// What breaks out of fences, lists, comments, code and cells, mentions people, and refers to things.
const FRAGMENTS: &[&str] = &[
    "x\r\r<img src=//evil.example/a>\r\r@octocat [approve](http://evil.example)\r",
    "+a\r```\r# x",
    "\n   ````\n# y",
    "```",
    " ``` ",
    "``````````````````````````````",
    "~~~\n",
    "-->",
    "--!>",
    "<!-- a",
    "</details></summary></td></code></pre>",
    "<a href=x>",
    "a|b\n|-|-|\n",
    "\\",
    "`",
    "``@octocat``",
    "@org/team ",
    "/close\n",
    "#1 !2 ~bug %3 $4 &5 GH-6 ",
    "![p](data:x) [l]: http://evil.example",
    "\n---\n",
    "\n===\n",
    "www.evil.example https://evil.example ftp://evil.example a@evil.example mailto:a@evil.example ",
    "\u{2028}# z\u{2029}\u{85}\u{b}\u{c}",
    "\u{202e}\u{2066}\u{200b}ㅤ",
    "**b** _e_ ~~d~~ ~f~ <b>",
    "&lt;img&gt; &#64;octocat ",
    "* [ ] task\n1. one\n> quote\n    code",
    "\t\ttab",
    "שלום עולם",
    "plain words",
    WORD,
];

/// A row of numbers that looks like chance and is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn word(&mut self) -> String {
        (0..=self.roll(4)).map(|_| FRAGMENTS[self.roll(FRAGMENTS.len())]).collect()
    }
}

/// Fields whose words the form fixes.
const FIXED: &[&str] = &[
    "format_version",
    "digest",
    "kind",
    "state",
    "tier",
    "rule",
    "ledger",
    "created_at",
    "expires_at",
    "at",
    "until",
    "updated_at",
];

/// Every text of a plan, and every key of what changes, is another's.
fn poison(value: &mut Value, key: &str, dice: &mut Dice) {
    match value {
        Value::String(_) if FIXED.contains(&key) => {}
        Value::String(text) => *text = dice.word(),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key, dice)),
        Value::Object(map) if matches!(key, "before" | "after" | "inner") => {
            let entries: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
            for (_, mut value) in entries {
                poison(&mut value, "inner", dice);
                map.insert(dice.word(), value);
            }
            map.insert("type".to_owned(), dice.word().into());
        }
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| poison(value, key, dice)),
        _ => {}
    }
}

/// A workspace with something of everything to say, and its plan.
fn rich() -> (Workspace, Value) {
    let named = |name: &str| BELL.replace("bell", name);
    let all = ["bell", "horn", "lamp", "pump"].map(named).join("---\n");
    let workspace = Workspace::new(&all);
    workspace.apply(&[]).ends(0);
    workspace.hand_edit("lamp_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here."}]));
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here too."}]));
    let buttons = "buttons: [{type: QUICK_REPLY, text: Yes}]\n";
    let changed = [
        named("bell").replace("UTILITY", "MARKETING"),
        named("lamp"),
        format!("{}about: {{owner: shop}}\n", named("pump").replace("UTILITY", "MARKETING").replace("Graz", "Linz")),
        format!("{}{buttons}footer: Bye\n", named("tyre")),
    ];
    workspace.templates(&format!("{}---\nremoved: [horn_ready]\n", changed.join("---\n")));
    let mut plan = workspace.plan(&[]);
    let object =
        json!({"path": "extra", "before": {"a": {"b": ["c", {"d": "e"}]}}, "after": [{"type": "x", "y": "z"}, "w"]});
    for action in plan["accounts"][0]["actions"].as_array_mut().unwrap() {
        action["changes"].as_array_mut().unwrap().push(object.clone());
        action["notes"].as_array_mut().unwrap().push("note".into());
    }
    (workspace, plan)
}

/// HTML of documents, or nothing where no renderer is at hand.
fn rendered(documents: &[String]) -> Option<Vec<String>> {
    let Some(python) = std::env::var_os("LETTERPRESS_CMARKGFM") else {
        eprintln!("skipped: LETTERPRESS_CMARKGFM names no Python with cmarkgfm, so no comment is rendered");
        return None;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/rendered/render.py");
    let mut child = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = serde_json::to_string(documents).unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(output.status.success(), "the renderer failed");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Holds if a page shows nothing but our own lists, words and code.
#[track_caller]
fn tame(html: &str, markdown: &str) {
    const OURS: &[&str] = &["p", "ul", "li", "strong", "code", "pre", "details", "summary"];
    let mut code = 0_usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        if code == 0 {
            for sign in ['@', '#', '!', '~', '%', '$'] {
                let hit = text
                    .match_indices(sign)
                    .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric()));
                assert!(!hit, "{sign} in {text:?}\n{html}\n---\n{markdown}");
            }
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!-- ") {
            let (inside, behind) = comment.split_once("-->").expect("a comment ends");
            assert!(inside.starts_with("letterpress-") && !inside.contains(['<', '\n']), "{inside}");
            rest = behind;
            continue;
        }
        let (tag, behind) = rest.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches(['<', '/']);
        let known = OURS.contains(&name) || matches!(name, "pre lang=\"diff\"" | "pre lang=\"sh\"");
        assert!(known, "<{name}> in\n{html}\n---\n{markdown}");
        match (tag, tag.starts_with("</")) {
            ("<code" | "</code", false) => code += 1,
            ("</code", true) => code -= 1,
            _ => {}
        }
        rest = behind;
    }
    assert_eq!(code, 0);
}

#[test]
fn whatever_a_plan_says_the_page_shows_words() {
    let (workspace, sound) = rich();
    let mut pages = vec![workspace.run(&["plan", "--format", "markdown"]).ends(0).stdout];
    for seed in 0..48 {
        let mut dice = Dice(seed);
        let mut plan = sound.clone();
        poison(&mut plan, "", &mut dice);
        if seed % 4 == 0 {
            plan["accounts"][0]["error"] = dice.word().into();
        }
        let digest = digest(&plan);
        plan["digest"] = digest.into();
        workspace.write("poisoned.json", plan.to_string());
        let page = workspace.run(&["show", "poisoned.json", "--format", "markdown"]).ends(0);
        harmless("page", &page, Form::Page);
        harmless("text", &workspace.run(&["show", "poisoned.json"]).ends(0), Form::Text);
        pages.push(page.stdout);
    }
    for (html, markdown) in rendered(&pages).iter().flatten().zip(&pages) {
        tame(html, markdown);
    }
}

#[test]
fn a_rule_that_is_none_is_refused_in_words() {
    let (workspace, sound) = rich();
    let mut pages = Vec::new();
    for seed in 0..12 {
        let mut plan = sound.clone();
        plan["accounts"][0]["observations"][0]["rule"] = Dice(seed).word().into();
        plan["digest"] = digest(&plan).into();
        workspace.write("poisoned.json", plan.to_string());
        let page = workspace.run(&["show", "poisoned.json", "--format", "markdown"]).ends(7);
        harmless("page", &page, Form::Page);
        harmless("text", &workspace.run(&["show", "poisoned.json"]).ends(7), Form::Text);
        pages.push(page.stdout);
    }
    for (html, markdown) in rendered(&pages).iter().flatten().zip(&pages) {
        tame(html, markdown);
    }
}

#[test]
fn whatever_an_account_shows_the_page_shows_words() {
    let mut pages = Vec::new();
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let workspace = Workspace::new(BELL);
        workspace.apply(&[]).ends(0);
        let mut live = |id: &str, name: &str| {
            json!({
                "id": id, "name": name, "language": "en_US", "status": dice.word(), "category": dice.word(),
                "rejected_reason": dice.word(), "correct_category": dice.word(),
                "components": [
                    {"type": "BODY", "text": dice.word(), dice.word(): {dice.word(): [dice.word()]}},
                    {"type": "BUTTONS", "buttons": [{"type": dice.word(), dice.word(): dice.word()}]},
                    {"type": dice.word(), dice.word(): dice.word()},
                ],
                dice.word(): dice.word(),
            })
        };
        let other = live("2", "x");
        let name = format!("n{}", Dice(seed + 100).word());
        let mut other = other;
        other["name"] = name.into();
        workspace.seed(&[live("1", "bell_ready"), other]);
        for command in ["plan", "drift"] {
            pages.push(workspace.run(&[command, "--format", "markdown"]).stdout);
        }
    }
    for (html, markdown) in rendered(&pages).iter().flatten().zip(&pages) {
        tame(html, markdown);
    }
}
