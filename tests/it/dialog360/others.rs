//! Templates of others, where they are at hand: `$LETTERPRESS_CORPUS`. Nothing of them is part of the project.

use std::fs;

use camino::Utf8Path;
use letterpress::sandbox::admin;
use serde_json::{Value, json};

use super::{BOTH, PARTNER, PLACE, Shop};
use crate::harness::{actions, only, writes};

/// The JSON files of others, by name; none, and a line that says so, where there is no corpus.
fn corpus() -> Vec<(String, Value)> {
    let Ok(root) = std::env::var("LETTERPRESS_CORPUS") else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "skipped: LETTERPRESS_CORPUS names no folder with templates of others");
        return Vec::new();
    };
    let files = Utf8Path::new(&root).join("360dialog").read_dir_utf8().unwrap();
    let read = |path: &Utf8Path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut all: Vec<_> = files
        .map(|file| file.unwrap().into_path())
        .map(|path| (path.file_name().unwrap().to_owned(), read(&path)))
        .collect();
    all.sort_by(|a: &(String, Value), b| a.0.cmp(&b.0));
    all
}

#[test]
fn what_accounts_of_others_show_imports_plans_adoptions_and_takes_one_edit() {
    for (name, file) in corpus().into_iter().filter(|(name, _)| !name.starts_with("create")) {
        let mut rows =
            file.get("waba_templates").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![file.clone()]);
        // Everything is put into our account.
        rows.iter_mut()
            .filter(|row| row.get("waba_account_id").is_some())
            .for_each(|row| row["waba_account_id"] = "fernWA".into());
        for api in BOTH {
            let shop = Shop::of(api, "");
            admin::seed(&shop.0.sandbox(), PLACE, &rows).unwrap();
            let mut held = shop.holds();
            held.retain(|key| !key.starts_with("hello_world/") && !key.starts_with("sample_"));
            let output = shop.0.run(&["import"]);
            assert_eq!(output.code, 0, "{name}: {output}");
            let plan = shop.0.plan(&[]);
            assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{name}: {plan:#}");
            assert_eq!(actions(&plan).len(), held.len(), "{name}: {plan:#}");
            shop.applied(0);
            shop.0.settled();
            if api == PARTNER && !held.is_empty() {
                one_word(&name, &shop);
            }
        }
    }
}

/// Changes one body by a word.
fn one_word(name: &str, shop: &Shop) {
    let mut tried = 0;
    for file in shop.0.root.join("templates").read_dir_utf8().unwrap() {
        let path = file.unwrap().into_path();
        let text = fs::read_to_string(&path).unwrap();
        let at = text.find("body").unwrap();
        let Some(word) =
            [" our ", " unser", " para ", " the ", " is "].into_iter().find(|word| text[at..].contains(word))
        else {
            continue;
        };
        fs::write(&path, format!("{}{}", &text[..at], text[at..].replacen(word, &format!(" very{word}"), 1))).unwrap();
        let plan = shop.0.plan(&[]);
        let action = only(&plan);
        assert_eq!(
            (&action["kind"], action["changes"].as_array().unwrap().len()),
            (&json!("edit"), 1),
            "{name}: {action:#}"
        );
        if action["verdict"]["state"] == "ready" {
            assert_eq!(writes(&shop.applied(0)).len(), 1, "{name}");
            shop.0.settled();
            tried += 1;
        } else {
            fs::write(&path, text).unwrap();
        }
    }
    eprintln!("{name}: {tried} edited");
}

#[test]
fn what_others_create_converges_or_is_refused_with_a_reason() {
    for (name, body) in corpus().into_iter().filter(|(name, _)| name.starts_with("create")) {
        let field = |key: &str| body[key].as_str().unwrap();
        let family = format!(
            "name: {}\ncategory: {}\nlanguages:\n  {}:\n    components: {}\n",
            field("name"),
            field("category"),
            field("language"),
            body["components"]
        );
        for api in BOTH {
            let shop = Shop::of(api, &family);
            let planned = shop.0.run(&["plan", "--format", "json"]);
            if planned.code == 3 {
                assert!(planned.stderr.contains("error[LP"), "{name}: {planned}");
                continue;
            }
            let ready = only(&planned.json())["verdict"]["state"] == "ready";
            let applied = shop.0.apply(&[]);
            match ready {
                true => {
                    applied.ends(0);
                    shop.0.settled();
                }
                false => drop(applied.ends(9)),
            }
        }
    }
}
