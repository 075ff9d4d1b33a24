//! Import: what an account holds becomes files, after which there is nothing to do.

mod files;
mod library;
mod shown;

use std::fs;

use serde_json::{Value, json};

use crate::{
    fixtures::{EVERY_KIND, media},
    harness::{BELL, SHOP, Workspace, actions, only, writes},
};

/// An account that holds every kind of template, and a workspace that knows of none.
fn foreign() -> (Workspace, usize) {
    let workspace = Workspace::of(SHOP);
    media(&workspace);
    for (kind, families) in EVERY_KIND {
        workspace.write(&format!("templates/{kind}.yaml"), families);
    }
    workspace.apply(&[]).ends(0);
    for gone in ["templates", "media", ".letterpress/ledger"] {
        fs::remove_dir_all(workspace.root.join(gone)).unwrap();
    }
    let held = workspace.holds().len();
    (workspace, held)
}

#[test]
fn import_then_plan_is_empty_for_every_kind_of_component() {
    let (workspace, held) = foreign();
    let (output, requests) = workspace.requests_of(|| workspace.run(&["import"]));
    let output = output.ends(0);
    assert!(!output.stdout.contains("not exact"), "{output}");
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert!(!workspace.has_ledger(), "files are all that it writes");
    workspace.run(&["validate"]).ends(0);
    let output = workspace.run(&["plan", "--detailed-exitcode"]).ends(0);
    output.says(&format!("No changes to the account; {held} templates will be adopted"));
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.settled();
    assert_eq!(workspace.ledger().templates.len(), held);
}

#[test]
fn what_was_imported_can_be_changed_by_one_word() {
    let (workspace, _) = foreign();
    workspace.run(&["import"]).ends(0);
    workspace.apply(&[]).ends(0);
    let mut files: Vec<_> =
        workspace.root.join("templates").read_dir_utf8().unwrap().map(|f| f.unwrap().into_path()).collect();
    files.sort();
    let mut changed = 0;
    for (word, other) in [
        ("forward to", "ahead to"),
        ("new tourer seen", "new racer seen"),
        ("made for long", "fit for long"),
        ("Where", "There"),
        ("Bells and lights cost", "Bells and lamps cost"),
    ] {
        for file in &files {
            let text = fs::read_to_string(file).unwrap();
            if !text.contains(word) {
                continue;
            }
            fs::write(file, text.replacen(word, other, 1)).unwrap();
            let plan = workspace.plan(&[]);
            let action = only(&plan);
            assert_eq!(
                (&action["kind"], action["changes"].as_array().unwrap().len()),
                (&json!("edit"), 1),
                "{action:#}"
            );
            workspace.apply(&[]).ends(0);
            workspace.settled();
            changed += 1;
        }
    }
    assert!(changed >= 4, "{changed}");
}

#[test]
fn a_second_import_and_files_of_others_change_nothing() {
    let (workspace, _) = foreign();
    workspace.write(
        "templates/coupon.yaml",
        "name: coupon\ncategory: MARKETING\nlanguages:\n  en_US: {body: My own words.}\n",
    );
    workspace.run(&["import"]).ends(0);
    let all = |workspace: &Workspace| -> Vec<(String, String)> {
        let files = workspace.root.join("templates").read_dir_utf8().unwrap().map(|f| f.unwrap().into_path());
        let mut all: Vec<_> = files.map(|f| (f.to_string(), fs::read_to_string(f).unwrap())).collect();
        all.sort();
        all
    };
    let first = all(&workspace);
    assert!(first.iter().any(|(path, text)| path.ends_with("coupon.yaml") && text.contains("My own words")));
    workspace.run(&["import"]).ends(0);
    assert_eq!(all(&workspace), first);
}

#[test]
fn import_takes_what_is_selected_and_leaves_the_samples_of_the_provider() {
    let workspace = Workspace::of(SHOP);
    let seeded = |name: &str| {
        json!({"name": name, "language": "en_US", "category": "UTILITY",
               "components": [{"type": "BODY", "text": format!("Words of {name} in Graz.")}]})
    };
    workspace.seed(&[seeded("hello_world"), seeded("bell_ready"), seeded("horn_ready")]);
    workspace.run(&["import", "--select", "bell_*"]).ends(0).says("1 file written");
    let plan = workspace.plan(&[]);
    assert_eq!((&only(&plan)["name"], &only(&plan)["kind"]), (&json!("bell_ready"), &json!("adopt")));
    workspace.run(&["import", "--into", "elsewhere"]).ends(0);
    assert!(
        !fs::read_dir(workspace.root.join("elsewhere")).unwrap().any(|f| f.unwrap().file_name() == "hello_world.yaml")
    );
}

#[test]
fn a_folder_outside_the_workspace_is_wrong_usage() {
    let workspace = Workspace::new(BELL);
    for folder in ["..", "/tmp", "templates/../../x"] {
        workspace.run(&["import", "--into", folder]).ends(64);
    }
}

#[test]
fn a_sample_that_cannot_be_had_is_told_and_all_goes_on() {
    let workspace = Workspace::of(SHOP);
    let picture = json!({"name": "picture", "language": "en_US", "category": "MARKETING", "components": [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://127.0.0.1:1/gone.png"]}},
        {"type": "BODY", "text": "The new tourer has arrived in our shop."}]});
    workspace.seed(&[picture]);
    let output = workspace.run(&["import", "--format", "json"]).ends(0);
    assert_eq!(output.json()["missing_samples"].as_array().unwrap().len(), 1, "{output}");
    let plan = workspace.plan(&[]);
    assert_eq!(only(&plan)["kind"], "adopt", "{plan:#}");
    workspace.apply(&[]).ends(0);
    workspace.settled();
    // An edit replaces all parts and has no picture: it says so and is not sent.
    let file = workspace.root.join("templates/picture.yaml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("tourer", "racer")).unwrap();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    assert!(matches!(output.code, 9 | 10), "{output}");
    assert_eq!(writes(&requests), [] as [&str; 0], "{output}");
    output.says("picture");
}

#[test]
fn names_and_texts_of_the_account_cannot_leave_the_folder_or_break_the_file() {
    let workspace = Workspace::of(SHOP);
    let nasty = [
        "- not a list\n# not a comment",
        "{{1}}: not a mapping ${brand} $${x}",
        "trailing  \n\n\nlines \n",
        "\"quotes\" 'and' `ticks` \\ backslash \t tab",
        "no",
        "012",
        "&anchor *alias !tag | > %",
        "\u{1f6b2} bike, \u{202e}reversed, \u{0} nothing, caf\u{e9}",
        "--- \n...\n",
    ];
    let seeded = |(at, text): (usize, &&str)| {
        json!({"name": format!("text_{at}"), "language": "en_US", "category": "UTILITY",
               "components": [{"type": "BODY", "text": text, "example": {"body_text": [["x"]]}}]})
    };
    let mut all: Vec<Value> = nasty.iter().enumerate().map(seeded).collect();
    all.push(json!({"name": "../../outside", "language": "en_US", "category": "UTILITY", "components": [{"type": "BODY", "text": "Hi there."}]}));
    all.push(json!({"name": "odd_language", "language": "../x", "category": "UTILITY", "components": [{"type": "BODY", "text": "Hi there."}]}));
    workspace.seed(&all);
    let output = workspace.run(&["import"]);
    assert!(matches!(output.code, 0 | 9), "{output}");
    assert!(
        !workspace.outside().join("outside.yaml").exists() && !workspace.root.join("outside.yaml").exists(),
        "{output}"
    );
    let plan = workspace.run(&["plan", "--format", "json", "--select", "text_*"]).ends(0).json();
    let others: Vec<&Value> = actions(&plan).iter().filter(|action| action["kind"] != "adopt").collect();
    assert!(others.is_empty(), "{others:#?}");
    assert_eq!(actions(&plan).len(), nasty.len());
}

/// Copies a folder into the workspace.
pub(crate) fn copy(workspace: &Workspace, from: &camino::Utf8Path, to: &camino::Utf8Path) {
    for entry in from.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true if target.file_name() == Some(".letterpress") => {}
            true => copy(workspace, &path, &target),
            false => workspace.write(target.as_str(), fs::read(&path).unwrap()),
        }
    }
}

#[test]
fn the_example_applied_and_imported_is_the_same() {
    let workspace = Workspace::of(SHOP);
    let example = camino::Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("templates.example");
    copy(&workspace, &example, camino::Utf8Path::new(""));
    workspace.apply(&[]).ends(0);
    workspace.settled();
    for gone in ["templates", "media", ".letterpress/ledger"] {
        fs::remove_dir_all(workspace.root.join(gone)).unwrap();
    }
    let output = workspace.run(&["import"]).ends(0);
    assert!(!output.stdout.contains("not exact"), "{output}");
    let plan = workspace.plan(&[]);
    let held = letterpress::sandbox::admin::templates(&workspace.sandbox(), "1").unwrap().len();
    assert!(held > 20);
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    assert_eq!(actions(&plan).len(), held, "{output}");
    workspace.run(&["validate"]).ends(0);
}

#[test]
#[cfg(unix)]
fn a_linked_folder_is_not_written_through() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    std::fs::remove_file(workspace.root.join("templates/families.yaml")).unwrap();
    let outside = workspace.outside().join("elsewhere");
    std::fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, workspace.root.join("linked")).unwrap();
    workspace.run(&["import", "--into", "linked"]).ends(64).says("leads out of the workspace");
    assert_eq!(outside.read_dir_utf8().unwrap().count(), 0);
}
