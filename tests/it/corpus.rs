//! Templates of others, where they are at hand: `$LETTERPRESS_CORPUS`, or `corpus` in a folder `shared` beside the project.
//! Nothing of them is part of the project.

use std::{fs, io::Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::harness::{SHOP, Workspace, actions, only, writes};

/// The JSON files of a folder of the corpus; none, and a line that says so, where there is no corpus.
fn files(folder: &str) -> Vec<(String, Value)> {
    let root = std::env::var("LETTERPRESS_CORPUS")
        .map_or_else(|_| Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), Utf8PathBuf::from);
    let Ok(found) = root.join(folder).read_dir_utf8() else {
        // Not through the macros, whose output a passing test keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped {folder}: there is no corpus at {root} (set LETTERPRESS_CORPUS)");
        return Vec::new();
    };
    let mut all: Vec<_> = found
        .map(|file| file.unwrap().into_path())
        .filter(|path| path.extension() == Some("json"))
        .map(|path| {
            (path.file_name().unwrap().to_owned(), serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap())
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Addresses of media become ones that nobody asks: tests stay on this machine.
fn offline(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(offline),
        Value::Object(map) => {
            if let Some(Value::Array(handles)) = map.get_mut("header_handle") {
                for handle in
                    handles.iter_mut().filter(|handle| handle.as_str().is_some_and(|text| text.starts_with("http")))
                {
                    *handle = json!("https://127.0.0.1:1/media");
                }
            }
            map.values_mut().for_each(offline);
        }
        _ => {}
    }
}

/// A create body as a family with its components word for word.
fn family(body: &Value) -> String {
    let mut out = String::new();
    for (key, value) in body.as_object().unwrap() {
        if !matches!(key.as_str(), "language" | "components" | "auth" | "allow_category_change") {
            out.push_str(&format!("{key}: {value}\n"));
        }
    }
    let components = body.get("components").cloned().unwrap_or_else(|| json!([]));
    let language = body["language"].as_str().unwrap_or("en_US");
    format!("{out}languages:\n  {language}:\n    components: {components}\n")
}

#[test]
fn what_others_create_converges_or_is_refused_with_a_reason() {
    let (mut converged, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for (name, mut body) in files("meta_create") {
        offline(&mut body);
        let workspace = Workspace::of(SHOP);
        workspace.configure(|config| config.strict_handles = false);
        workspace.templates(&family(&body).replace("https://127.0.0.1:1/media", "4::YXBw:handle"));
        let validated = workspace.run(&["validate"]);
        let planned = workspace.run(&["plan", "--format", "json"]);
        if planned.code == 3 {
            assert!(planned.stderr.contains("error[LP"), "{name}: {planned}");
            refused += 1;
            continue;
        }
        let plan = planned.json();
        let ready = only(&plan)["verdict"]["state"] == "ready";
        let applied = workspace.apply(&[]);
        match (ready, applied.code) {
            (true, 0) => {
                workspace.settled();
                converged += 1;
            }
            (false, 9) => {
                assert_eq!(validated.code, 3, "{name}: blocked, but `validate` finds nothing: {applied}");
                assert!(
                    only(&plan)["verdict"]["reasons"][0]["reason"].as_str().is_some_and(|reason| !reason.is_empty())
                );
                refused += 1;
            }
            // A name of WhatsApp's own samples is only a warning: some accounts may take it.
            (true, 10) if validated.stdout.contains("warning[LP102]") => refused += 1,
            _ => wrong.push(format!("{name}\n{applied}")),
        }
    }
    eprintln!("{converged} converged, {refused} refused with a reason");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_accounts_show_imports_plans_empty_and_takes_one_edit_for_one_word() {
    for (name, mut list) in files("meta_live") {
        offline(&mut list);
        let workspace = Workspace::of(SHOP);
        workspace.configure(|config| config.strict_handles = false);
        let templates: Vec<Value> = list["data"].as_array().unwrap().clone();
        workspace.seed(&templates);
        let mut held = workspace.holds();
        held.retain(|key| !key.starts_with("hello_world/") && !key.starts_with("sample_"));
        let output = workspace.run(&["import"]);
        assert_eq!(output.code, 0, "{name}: {output}");
        let plan = workspace.plan(&[]);
        assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{name}: {plan:#}");
        assert_eq!(actions(&plan).len(), held.len(), "{name}: {plan:#}");
        workspace.apply(&[]).ends(0);
        workspace.settled();
        one_word(&name, &workspace);
    }
}

/// Changes the first body that it finds by a word and back.
fn one_word(name: &str, workspace: &Workspace) {
    let mut tried = 0;
    for file in workspace.root.join("templates").read_dir_utf8().unwrap() {
        let path = file.unwrap().into_path();
        let text = fs::read_to_string(&path).unwrap();
        let Some(word) = ["your", "the", "for", "para", "is"].into_iter().find(|word| {
            let body = text.find("body").map(|at| &text[at..]);
            body.is_some_and(|body| body.contains(word))
        }) else {
            continue;
        };
        let at = text.find("body").unwrap();
        let changed = format!("{}{}", &text[..at], text[at..].replacen(word, &format!("{word} very"), 1));
        fs::write(&path, changed).unwrap();
        let (plan, requests) = workspace.requests_of(|| workspace.plan(&[]));
        let action = only(&plan);
        assert_eq!(
            (&action["kind"], action["changes"].as_array().unwrap().len()),
            (&json!("edit"), 1),
            "{name}: {action:#}"
        );
        assert_eq!(writes(&requests), [] as [&str; 0]);
        if action["verdict"]["state"] == "ready" {
            let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
            assert_eq!((output.code, writes(&requests).len()), (0, 1), "{name}: {output}");
            workspace.settled();
        } else {
            fs::write(&path, text).unwrap();
        }
        tried += 1;
    }
    assert!(tried > 0, "{name}: no text to change");
}
