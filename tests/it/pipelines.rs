//! The pipelines of `docs/pipelines`: their commands, as they are written, run in order against a sandbox.

#![cfg(unix)]

use std::process::Command;

use jiff::SignedDuration;
use letterpress::sandbox::admin;
use serde_json::json;

use crate::harness::{BELL, Output, SHOP, Workspace};

/// A job's name and its commands up to the one of letterpress, whose ending is seen.
type Step = (String, String);

/// Every command of letterpress in a pipeline, with the lines of its script before it.
fn steps(file: &str) -> Vec<Step> {
    let path = format!("{}/docs/pipelines/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let pipeline: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let jobs = pipeline.get("jobs").unwrap_or(&pipeline).as_mapping().unwrap();
    let mut out = Vec::new();
    for (name, job) in jobs {
        let runs = job.get("steps").or_else(|| job.get("script")).and_then(|list| list.as_sequence());
        for run in runs.into_iter().flatten() {
            let Some(script) = run.get("run").unwrap_or(run).as_str() else { continue };
            let mut before = String::new();
            for line in script.lines() {
                before.push_str(line);
                if line.starts_with("letterpress ") {
                    out.push((name.as_str().unwrap().to_owned(), before.replace(" || code=$?", "")));
                }
                before.push('\n');
            }
        }
    }
    out
}

/// The folders that the pipelines check out: the default branch at the root and in `trusted`, the change in `proposed`.
fn checked_out() -> Workspace {
    let workspace = Workspace::of(SHOP);
    workspace.write("trusted/letterpress.yaml", SHOP);
    workspace.write("proposed/letterpress.yaml", "version: 1\nworkspace: evil\naccounts: {}\n");
    for folder in ["trusted/.letterpress", "proposed/.letterpress", ".letterpress/ledger"] {
        std::fs::create_dir_all(workspace.root.join(folder)).unwrap();
    }
    workspace
}

/// One account, one ledger, wherever a plan looks at them from: a folder of the tool's own cannot be a link out of it.
fn check_out_again(workspace: &Workspace) {
    workspace.mirror(".letterpress/ledger", "trusted/.letterpress/ledger");
    workspace.mirror(".letterpress/sandbox", "proposed/.letterpress/sandbox");
}

/// Puts templates into the change and, as if it had been merged, into the default branch.
fn propose(workspace: &Workspace, families: &str) {
    workspace.templates(families);
    workspace.write("proposed/templates/families.yaml", families);
    check_out_again(workspace);
}

/// Runs every step; how each ended, by its job.
fn run(workspace: &Workspace, steps: &[Step], variables: &[(&str, &str)]) -> Vec<(String, i32)> {
    let mut out = Vec::new();
    for (job, script) in steps {
        if job == "plan" {
            check_out_again(workspace);
        }
        // A watch or a wait would end in hours.
        let script = script.replace("--wait=30m", "--wait=1s").replace(" --watch", "");
        let clean = workspace.command(&[]);
        let binary = camino::Utf8Path::new(env!("CARGO_BIN_EXE_letterpress")).parent().unwrap();
        let mut command = Command::new("sh");
        for (name, value) in clean.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("PATH", format!("{binary}:{}", std::env::var("PATH").unwrap()));
        command.env("GITHUB_STEP_SUMMARY", workspace.root.join("summary.md"));
        command.envs(variables.iter().copied());
        command.current_dir(&workspace.root).args(["-eu", "-c", &format!("set --\n{script}")]);
        let output = Output::of(command.output().unwrap());
        assert_ne!(output.code, 64, "{job}: {script}\n{output}");
        assert_ne!(output.code, 127, "{job}: {script}\n{output}");
        out.push((job.clone(), output.code));
    }
    out
}

fn a_life(file: &str, revert: &str) {
    let steps = steps(file);
    let jobs = ["validate", "plan", "apply", "gate", "drift"];
    let ends = |codes: [i32; 5]| -> Vec<(String, i32)> {
        jobs.iter().zip(codes).map(|(job, code)| ((*job).to_owned(), code)).collect()
    };
    let unset = &["REVERT_DRIFT", "TAKE_OVER", "ALLOW_BREAKING"].map(|name| (name, ""));
    let workspace = checked_out();
    let comment = || std::fs::read_to_string(workspace.root.join("comment.md")).unwrap();
    let hour = |hours| admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(hours)).unwrap();

    propose(&workspace, BELL);
    assert_eq!(run(&workspace, &steps, unset), ends([0, 0, 0, 0, 0]), "the first change");
    assert!(comment().contains("Plan: 1 to create"), "{}", comment());
    assert!(workspace.has_ledger());

    // Somebody edits in the account, and git changes the same template.
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody was here with a pen."}]));
    hour(25);
    propose(&workspace, &BELL.replace("Graz", "Linz"));
    assert_eq!(run(&workspace, &steps, unset), ends([0, 0, 6, 0, 2]), "a flag is needed");
    assert!(comment().contains("needs `--revert-drift bell_ready/en_US`"), "{}", comment());

    // A person gives the flag.
    let given: Vec<(&str, &str)> =
        unset.iter().copied().filter(|(name, _)| *name != revert).chain([(revert, "bell_ready/en_US")]).collect();
    assert_eq!(run(&workspace, &steps, &given), ends([0, 0, 0, 0, 0]), "the flag is given");

    // Two changes in a day: the second waits for the night.
    hour(1);
    propose(&workspace, &BELL.replace("Graz", "Wels"));
    assert_eq!(run(&workspace, &steps, unset), ends([0, 0, 8, 0, 0]), "once in 24 hours");
    assert!(comment().contains("**blocked until 20"), "{}", comment());
    hour(24);
    workspace.configure(|config| config.review_delay = SignedDuration::from_hours(5));
    assert_eq!(run(&workspace, &steps, unset), ends([0, 0, 8, 8, 0]), "the nightly run, and its review");
    hour(6);
    assert_eq!(run(&workspace, &steps, unset), ends([0, 0, 0, 0, 0]), "approved");

    // Files that cannot be used stop every job, and so does a ledger that was not brought along.
    propose(&workspace, "name: [\n");
    assert_eq!(run(&workspace, &steps, unset), ends([3, 3, 3, 3, 3]));
    propose(&workspace, &BELL.replace("Graz", "Wels"));
    std::fs::remove_dir_all(workspace.root.join(".letterpress/ledger")).unwrap();
    std::fs::create_dir(workspace.root.join(".letterpress/ledger")).unwrap();
    let drift: Vec<Step> = steps.iter().filter(|(job, _)| job == "drift").cloned().collect();
    assert_eq!(run(&workspace, &drift, unset), [("drift".to_owned(), 3)]);
}

/// The comment that the plan's job posts, and how the job ends: its scripts, with stand-ins for everything that is not ours.
fn posted(file: &str, workspace: &Workspace, plan: bool) -> (i32, String) {
    let path = format!("{}/docs/pipelines/{file}", env!("CARGO_MANIFEST_DIR"));
    let pipeline: serde_yaml::Value = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let job = pipeline.get("jobs").unwrap_or(&pipeline).get("plan").unwrap();
    let bin = workspace.root.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let stand_in = |name: &str, script: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = bin.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    stand_in("git", "exit 0");
    for client in ["gh", "curl"] {
        stand_in(client, "cp comment.md posted.md");
    }
    if !plan {
        stand_in("letterpress", "exit 101");
    }
    let run = |script: &str| {
        let binary = camino::Utf8Path::new(env!("CARGO_BIN_EXE_letterpress")).parent().unwrap();
        let mut command = workspace.at_home(Command::new("sh"));
        command.env("PATH", format!("{bin}:{binary}:{}", std::env::var("PATH").unwrap()));
        command.env("INSTALL", "true").env("CI_JOB_URL", "https://ci.example/1");
        for name in ["PULL", "GITHUB_REPOSITORY", "LEDGER_TOKEN", "LEDGER", "CI_DEFAULT_BRANCH"] {
            command.env(name, "x");
        }
        for name in ["CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID"] {
            command.env(name, "x");
        }
        command.args(["-eu", "-c", script]);
        command.output().unwrap().status.code().unwrap()
    };
    let mut code = 0;
    for step in job.get("steps").or_else(|| job.get("script")).unwrap().as_sequence().unwrap() {
        let Some(script) = step.get("run").unwrap_or(step).as_str() else { continue };
        let whatever = step.get("if").and_then(|when| when.as_str()).is_some_and(|when| when.contains("!cancelled()"));
        if code == 0 || whatever {
            let ended = run(script);
            code = if code == 0 { ended } else { code };
        }
    }
    (code, std::fs::read_to_string(workspace.root.join("posted.md")).unwrap_or_default())
}

#[test]
fn a_plan_that_fails_is_posted_too() {
    for file in ["github.yml", "gitlab.yml"] {
        let workspace = checked_out();
        propose(&workspace, BELL);
        let (code, comment) = posted(file, &workspace, true);
        assert!(code == 0 && comment.contains("Plan: 1 to create"), "{file}: {code} {comment}");
        propose(&workspace, "name: [\n");
        let (code, comment) = posted(file, &workspace, true);
        assert!(code == 3 && comment.starts_with("❌ **The plan failed: 1 error"), "{file}: {code} {comment}");
        assert!(comment.contains("`templates/families.yaml:1:7`"), "{comment}");
        let (code, comment) = posted(file, &workspace, false);
        assert!(code == 101 && comment.starts_with("❌ **There is no plan**"), "{file}: {code} {comment}");
    }
}

#[test]
fn github() {
    a_life("github.yml", "REVERT_DRIFT");
}

#[test]
fn gitlab() {
    a_life("gitlab.yml", "LETTERPRESS_REVERT_DRIFT");
}

/// The rules that the page promises.
#[test]
fn jobs_for_strangers_have_no_secret_and_writing_jobs_run_alone() {
    let read = |file: &str| -> serde_yaml::Value {
        let path = format!("{}/docs/pipelines/{file}", env!("CARGO_MANIFEST_DIR"));
        serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let github = read("github.yml");
    let text = |value: &serde_yaml::Value| serde_yaml::to_string(value).unwrap();
    assert_eq!(text(&github["permissions"]).trim(), "{}");
    for (name, job) in github["jobs"].as_mapping().unwrap() {
        let (name, job) = (name.as_str().unwrap(), text(job));
        assert_eq!(job.contains("secrets."), name != "validate", "{name}");
        assert_eq!(job.contains("contents: write") && job.contains("concurrency:"), name == "apply", "{name}");
        assert!(name == "apply" || !job.contains("contents: write"), "{name}");
        // Scripts take what strangers write from the environment, never pasted into them.
        for step in github["jobs"][name]["steps"].as_sequence().unwrap() {
            let script = step.get("run").and_then(|run| run.as_str()).unwrap_or_default();
            assert!(!script.contains("${{"), "{name}: {script}");
        }
    }
    let gitlab = read("gitlab.yml");
    assert!(!text(&gitlab["validate"]).contains("TOKEN"));
    assert!(text(&gitlab["apply"]).contains("resource_group"));
}
