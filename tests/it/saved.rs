//! Saved plans: what they approve is done and nothing else; what moved is named and left alone.

mod unknown;

use std::{thread::sleep, time::Duration};

use camino::Utf8PathBuf;
use jiff::SignedDuration;
use letterpress::{
    plan::document,
    sandbox::{Config, admin},
};
use serde_json::{Value, json};

use crate::harness::{BELL, Output, SHOP, Server, Workspace, actions, only, writes};

const LATE: &str = "\
---
name: bell_late
category: UTILITY
languages:
  en_US:
    body: Your new bell needs another day in our workshop.
";

/// Two accounts in the sandbox.
const TWO: &str = "\
version: 1
workspace: fernweh-crm
defaults: {accounts: [shop, outlet]}
accounts:
  shop: {provider: meta, waba_id: \"100200300\", sandbox: true}
  outlet: {provider: meta, waba_id: \"100200400\", sandbox: true}
";

fn file(workspace: &Workspace) -> Utf8PathBuf {
    workspace.root.join("plan.json")
}

/// `plan --out plan.json`, which ends with 0.
#[track_caller]
fn save(workspace: &Workspace, arguments: &[&str]) -> Output {
    workspace.run(&[&["plan", "--out", "plan.json"], arguments].concat()).ends(0)
}

fn saved(workspace: &Workspace) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file(workspace)).unwrap()).unwrap()
}

/// Replaces the saved plan by a changed one whose digest is right again.
fn rewrite(workspace: &Workspace, change: impl FnOnce(&mut Value)) {
    let mut plan = saved(workspace);
    change(&mut plan);
    plan["digest"] = document::digest(&plan).into();
    workspace.write("plan.json", plan.to_string());
}

/// `apply plan.json` with further arguments and the writes that it sent.
fn apply(workspace: &Workspace, arguments: &[&str]) -> (Output, Vec<String>) {
    let (output, requests) = workspace.requests_of(|| workspace.run(&[&["apply", "plan.json"], arguments].concat()));
    (output, writes(&requests))
}

/// The plan is refused whole: exit code 7, the reason, and nothing at all asked of the provider.
#[track_caller]
fn refused(workspace: &Workspace, reason: &str) {
    let (output, requests) = workspace.requests_of(|| workspace.run(&["apply", "plan.json"]));
    let output = output.ends(7);
    output.says(reason);
    output.says("plan again: letterpress plan --out plan.json");
    assert_eq!((requests.len(), output.stdout.as_str()), (0, ""), "{output}");
}

/// The only account is stale: exit code 7, the reason, and no write.
#[track_caller]
fn stale(workspace: &Workspace, reason: &str) {
    let (output, written) = apply(workspace, &[]);
    let output = output.ends(7);
    output.says("the saved plan is stale");
    output.says(reason);
    assert_eq!(written, [] as [&str; 0], "{output}");
}

#[test]
fn it_is_done_without_a_question_and_only_once() {
    let workspace = Workspace::new(&format!("{BELL}{LATE}"));
    save(&workspace, &[]).says("2 to create");
    assert!(!workspace.has_ledger(), "planning writes nothing but its file");
    let (output, written) = apply(&workspace, &[]);
    output.ends(0);
    assert_eq!(written, ["create bell_late/en_US", "create bell_ready/en_US"]);
    workspace.settled();
    stale(&workspace, "bell_ready/en_US: the create is gone");
}

#[test]
fn the_file_is_what_json_shows() {
    let workspace = Workspace::new(BELL);
    let shown = save(&workspace, &["--format", "json"]).json();
    assert_eq!(shown, saved(&workspace));
    save(&workspace, &["--expires", "90m"]);
    let mut plans = [shown, saved(&workspace)];
    let time = |plan: &Value, key: &str| plan[key].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let lives = |plan: &Value| time(plan, "expires_at").duration_since(time(plan, "created_at"));
    assert_eq!(plans.each_ref().map(lives), [SignedDuration::from_hours(24), SignedDuration::from_mins(90)]);
    for plan in &mut plans {
        for key in ["created_at", "expires_at", "digest"] {
            plan[key] = Value::Null;
        }
    }
    assert_eq!(plans[0], plans[1]);
    assert_eq!(
        only(&plans[0])["changes"].as_array().unwrap().last().unwrap(),
        &json!({"path": "category", "before": null, "after": "UTILITY"})
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file(&workspace)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & !0o644, 0, "{mode:o}");
        assert_eq!(mode & 0o600, 0o600);
    }
}

#[test]
fn it_goes_only_where_a_file_can_be() {
    let workspace = Workspace::new(BELL);
    for (path, why) in
        [("templates", "a folder"), ("nowhere/plan.json", "no such folder"), ("/dev/null", "no ordinary file")]
    {
        let (output, requests) = workspace.requests_of(|| workspace.run(&["plan", "--out", path]));
        output.ends(64).says(why);
        assert_eq!(requests.len(), 0);
    }
    workspace.run(&["plan", "--expires", "0s"]).ends(64);
}

#[test]
fn one_byte_more_or_less_is_refused() {
    let workspace = Workspace::new(BELL);
    save(&workspace, &[]);
    let text = std::fs::read_to_string(file(&workspace)).unwrap();
    workspace.write("plan.json", text.replace("in Graz", "in Linz"));
    refused(&workspace, "changed after it was saved");
    workspace.write("plan.json", &text[..text.len() / 2]);
    refused(&workspace, "no saved plan");
    workspace.write("plan.json", "{}");
    refused(&workspace, "no `format_version`");
    workspace.write("plan.json", text.replace(r#""format_version": "1.0""#, r#""format_version": "2.0""#));
    refused(&workspace, "its form has version 2.0");
    // Blanks are no content.
    workspace.write("plan.json", serde_json::from_str::<Value>(&text).unwrap().to_string());
    apply(&workspace, &[]).0.ends(0);
    workspace.run(&["apply", "missing.json"]).ends(64).says("no file missing.json");
}

#[test]
fn its_time_ends() {
    let workspace = Workspace::new(BELL);
    save(&workspace, &["--expires", "1s"]);
    sleep(Duration::from_millis(1100));
    refused(&workspace, "it expired at");
    workspace.run(&["show", "plan.json"]).ends(0).says("expired");
    save(&workspace, &["--at", "2030-01-01"]);
    refused(&workspace, "made with --at 2030-01-01");
    workspace.run(&["show", "plan.json"]).ends(0).says("never applied");
}

#[test]
fn it_is_for_one_workspace_and_its_wabas() {
    let workspace = Workspace::new(BELL);
    save(&workspace, &[]);
    for (from, to, reason) in [
        ("fernweh-crm", "fernweh-shop", "for the workspace `fernweh-crm`, this one is `fernweh-shop`"),
        ("100200300", "100200301", "was meta 100200300 @ sandbox when it was made and is meta 100200301 @ sandbox"),
        ("shop:", "store:", "the account `shop`, which this workspace does not have"),
        (
            "sandbox: true",
            "token: {env: SHOP_TOKEN}",
            "was meta 100200300 @ sandbox when it was made and is meta 100200300 @ https://graph.facebook.com now",
        ),
    ] {
        workspace.write("letterpress.yaml", SHOP.replace(from, to));
        refused(&workspace, reason);
    }
    workspace.write("letterpress.yaml", SHOP);
    workspace.templates(&BELL.replace("category", "categry"));
    workspace.run(&["apply", "plan.json"]).ends(3);
}

#[test]
fn what_moved_since_is_named_and_nothing_is_sent() {
    let workspace = Workspace::new(&format!("{BELL}{LATE}"));
    save(&workspace, &[]);
    let another = LATE.replace("bell_late", "bell_lost");
    for (families, reason) in [
        (BELL.replace("Graz", "Wels") + LATE, "bell_ready/en_US: the file asks for something else now"),
        (BELL.replace("UTILITY", "MARKETING") + LATE, "bell_ready/en_US: it would be asked for as MARKETING now"),
        (BELL.to_owned(), "bell_late/en_US: the create is gone"),
        (format!("{BELL}{LATE}{another}"), "bell_lost/en_US: the create is new"),
    ] {
        workspace.templates(&families);
        stale(&workspace, reason);
    }
    workspace.templates(&format!("{BELL}{LATE}"));
    workspace.seed(&[json!({
        "id": "900", "name": "bell_late", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Late."}],
    })]);
    stale(&workspace, "bell_late/en_US: it is in the account now");
    assert!(!workspace.has_ledger());
}

#[test]
fn a_hand_edit_in_between_is_not_overwritten() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("Graz", "Wels"));
    save(&workspace, &[]).says("1 to edit");
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody wrote this."}]));
    stale(&workspace, "bell_ready/en_US: the account's content changed since the plan");
    assert_eq!(workspace.body("bell_ready/en_US"), "Somebody wrote this.");
    // So is one of a template that the plan left alone.
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{BELL}{LATE}"));
    save(&workspace, &[]);
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody wrote this."}]));
    stale(&workspace, "bell_ready/en_US: the account's content changed since the plan");
}

#[test]
fn what_is_blocked_now_is_skipped_and_reported() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&(BELL.replace("Graz", "Wels") + LATE));
    save(&workspace, &[]).says("1 to edit, ");
    let freeze = "policy: {freeze: [{from: 2020-01-01, to: 2099-01-01, reason: peak season}]}\n";
    workspace.write("letterpress.yaml", format!("{SHOP}{freeze}"));
    let (output, written) = apply(&workspace, &[]);
    let output = output.ends(8);
    output.says("ready when the plan was saved");
    output.says("1 held by the plan");
    assert_eq!(written, ["create bell_late/en_US"]);
}

#[test]
fn what_has_come_free_is_done() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("Graz", "Wels"));
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("Graz", "Linz"));
    save(&workspace, &[]).says("[edit-budget]");
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    let (output, written) = apply(&workspace, &[]);
    output.ends(0).says("held when the plan was saved, free now");
    assert_eq!(written, ["edit bell_ready/en_US"]);
}

#[test]
fn a_person_may_still_allow_what_it_holds() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody wrote this."}]));
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    save(&workspace, &[]);
    let (output, written) = apply(&workspace, &[]);
    output.ends(6);
    assert_eq!(written, [] as [&str; 0]);
    let (output, written) = apply(&workspace, &["--revert-drift", "bell_ready"]);
    output.ends(0);
    assert_eq!(written, ["edit bell_ready/en_US"]);
}

#[test]
fn of_two_accounts_the_one_that_did_not_move_is_done() {
    let workspace = Workspace::of(TWO);
    workspace.templates(BELL);
    let config = Config { review_delay: SignedDuration::ZERO, ..Config::default() };
    admin::configure(&workspace.sandbox(), "100200400", config).unwrap();
    save(&workspace, &["--account", "shop", "--account", "outlet"]);
    let made = json!({
        "id": "900", "name": "bell_ready", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Somebody made this."}],
    });
    workspace.seed(std::slice::from_ref(&made));
    let (output, written) = apply(&workspace, &["--format", "json"]);
    let output = output.ends(10);
    assert_eq!(written, ["create bell_ready/en_US"]);
    let report = output.json();
    let [shop, outlet] = report["accounts"].as_array().unwrap().as_slice() else { panic!("{output}") };
    let why = shop["stopped"].as_str().unwrap();
    assert!(why.contains("bell_ready/en_US: it is in the account now"), "{why}");
    assert!(why.contains("letterpress plan"), "{why}");
    assert_eq!((&shop["results"], &outlet["stopped"]), (&json!([]), &Value::Null));
    assert_eq!(outlet["results"][0]["outcome"], "applied");
    assert_eq!(workspace.body("bell_ready/en_US"), "Somebody made this.");
}

#[test]
fn it_says_itself_what_it_is_for() {
    let workspace = Workspace::new(&format!("{BELL}{LATE}"));
    save(&workspace, &["--select", "bell_late"]);
    for (flags, named) in [
        (&["--account", "shop"][..], "--account"),
        (&["--select", "*"][..], "--select"),
        (&["--prune"][..], "--prune"),
        (&["--retire", "bell_old"][..], "--retire"),
    ] {
        let (output, written) = apply(&workspace, flags);
        output.ends(64).says(&format!("leave out {named} (LETTERPRESS_"));
        assert_eq!(written, [] as [&str; 0]);
    }
    let (output, written) = apply(&workspace, &[]);
    output.ends(0);
    assert_eq!(written, ["create bell_late/en_US"]);
    // So are deletions of what left the YAML.
    workspace.templates(BELL);
    save(&workspace, &["--prune", "--select", "bell_late"]);
    let (output, written) = apply(&workspace, &[]);
    output.ends(0);
    assert_eq!(written, ["delete bell_late"]);
}

#[test]
fn an_account_that_could_not_be_planned_is_left_alone() {
    let workspace = Workspace::new(BELL);
    save(&workspace, &[]);
    rewrite(&workspace, |plan| {
        plan["accounts"][0]["error"] = "the token is missing".into();
        plan["accounts"][0]["actions"] = json!([]);
    });
    stale(&workspace, "the account could not be planned then: the token is missing");
}

#[test]
fn show_needs_nothing_but_the_file_and_says_what_plan_said() {
    let workspace = Workspace::new(&format!("{BELL}{LATE}"));
    workspace.apply(&["--select", "bell_ready"]).ends(0);
    workspace.hand_edit("bell_ready", "en_US", &json!([{"type": "BODY", "text": "Somebody wrote this."}]));
    workspace.templates(&(BELL.to_owned() + LATE + "    footer: Fernweh Cycles\n"));
    let planned = save(&workspace, &["--select", "bell_*"]);
    let elsewhere = workspace.outside().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let show = |more: &[&str]| {
        let arguments = [&["show", "../work/plan.json"], more].concat();
        Output::of(workspace.command(&arguments).current_dir(&elsewhere).output().unwrap())
    };
    let (shown, requests) = workspace.requests_of(|| show(&[]).ends(0));
    assert_eq!(requests.len(), 0);
    let (head, plan) = shown.stdout.split_once("\n\n").unwrap();
    assert_eq!(plan, planned.stdout, "{shown}");
    for part in ["for workspace fernweh-crm", "can be applied until", "its digest verifies", "only templates bell_*"] {
        assert!(head.contains(part), "{head}");
    }
    assert_eq!(show(&["--format", "json"]).ends(0).json(), saved(&workspace));
    let comment = workspace.run(&["plan", "--format", "markdown", "--select", "bell_*"]).ends(0).stdout;
    // The same but for the command at its end: this plan is in a file.
    let (planned, next) = comment.split_once("```sh\n").unwrap();
    assert_eq!(next, "letterpress apply --account shop --select 'bell_*'\n```\n");
    let shown = show(&["--format", "markdown"]).ends(0).stdout;
    assert_eq!(shown, format!("{planned}```sh\nletterpress apply ../work/plan.json\n```\n"));
    let text = std::fs::read_to_string(file(&workspace)).unwrap().replace("Fernweh Cycles", "Somebody Else");
    workspace.write("plan.json", text);
    assert_eq!(show(&[]).ends(7).stdout, "");
}

#[test]
fn show_says_what_plan_said_of_everything_that_a_plan_can_hold() {
    let family = |name: &str, body: &str| {
        format!("---\nname: {name}\ncategory: UTILITY\nlanguages: {{en_US: {{body: \"{body}\"}}}}\n")
    };
    let text = |name: &str, id: &str, body: &str| {
        json!({"id": id, "name": name, "language": "en_US", "category": "UTILITY", "status": "APPROVED",
               "components": [{"type": "BODY", "text": body}]})
    };
    let workspace = Workspace::new("");
    workspace.seed(&[
        text("tour_left", "901", "Your tour has left Graz."),
        text("tour_kept", "902", "Your tour is on."),
        text("tour_other", "903", "Another text of somebody."),
    ]);
    let first =
        ["tour_gone", "tour_fixed", "tour_twice", "tour_both"].map(|name| family(name, "Your tour is ready, come in."));
    workspace.templates(
        &(first
            .concat()
            .replace("come in", "{{name}} comes")
            .replace("languages:", "parameters: [{name: Ana}]\nlanguages:")
            + "---\n"
            + BELL),
    );
    workspace.configure(|config| config.reject_duplicates = false);
    workspace.apply(&[]).ends(0);
    let by_hand = json!([{"type": "BODY", "text": "Somebody wrote this, twice."}]);
    workspace.hand_edit("tour_both", "en_US", &by_hand);
    workspace.hand_edit("bell_ready", "en_US", &by_hand);
    workspace.templates(
        &(family("tour_fixed", "Your tour is ready, all of you.")
            + &family("tour_both", "Your tour is very ready.")
            + &family("tour_kept", "Your tour is on.")
            + &family("tour_other", "A text of ours.").replace("UTILITY", "MARKETING")
            + "---\n"
            + BELL),
    );
    workspace.write("letterpress.yaml", format!("{SHOP}removed: [{{name: tour_twice, keep: true}}]\n"));
    let show = || workspace.run(&["show", "plan.json"]).ends(0).stdout;
    // What was changed by hand where git wants another change too is all that the form does not hold.
    let planned = save(&workspace, &["--prune", "--select", "tour_[!b]*", "--select", "bell_*"]);
    for part in
        ["tour_gone", "[breaks-senders]", "[take-over]", "[overwrites-hand-edit]", "adopted", "no longer managed"]
    {
        planned.says(part);
    }
    let shown = show();
    let (head, plan) = shown.split_once("\n\n").unwrap();
    assert_eq!(plan, planned.stdout);
    assert!(head.contains("--prune") && head.contains("tour_[!b]* bell_*"), "{head}");
    save(&workspace, &["--prune"]).says("git wants another");
    assert!(show().contains("tour_both/en_US (edit)  needs a flag"), "{}", show());
    admin::advance(&workspace.sandbox(), None, SignedDuration::from_hours(25)).unwrap();
    // With every leave that can be given, all that is not blocked is done.
    let (output, written) = apply(&workspace, &["--take-over", "*", "--revert-drift", "*", "--allow-breaking", "*"]);
    let output = output.ends(9);
    assert_eq!(
        written,
        ["edit bell_ready/en_US", "edit tour_both/en_US", "edit tour_fixed/en_US", "delete tour_gone"],
        "{output}"
    );
    let ledger = workspace.ledger();
    let managed = |name: &str| ledger.templates.values().any(|entry| entry.name == name);
    assert!(managed("tour_kept") && !managed("tour_twice"), "{output}");
}

#[test]
fn a_strangers_plan_cannot_drive_the_terminal() {
    let workspace = Workspace::new(BELL);
    save(&workspace, &[]);
    rewrite(&workspace, |plan| {
        plan["workspace"] = "\u{1b}[2Jfernweh".into();
        plan["accounts"][0]["actions"][0]["name"] = "bell\u{1b}[31m".into();
        plan["accounts"][0]["actions"][0]["notes"] = json!(["\u{7}"]);
    });
    let output = workspace.run(&["show", "plan.json"]).ends(0);
    assert!(!output.stdout.contains(['\u{1b}', '\u{7}']), "{output}");
    assert_eq!(actions(&saved(&workspace)).len(), 1);
}

#[test]
fn it_holds_no_credential() {
    const CANARY: &str = "EAACanary5k2mV8w1YcCANARY";
    let workspace = Workspace::new(BELL);
    workspace.configure(|config| config.token = Some(CANARY.to_owned()));
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config());
    let run = |arguments: &[&str]| Output::of(workspace.command(arguments).env("SHOP_TOKEN", CANARY).output().unwrap());
    run(&["plan", "--out", "plan.json"]).ends(0);
    let text = std::fs::read_to_string(file(&workspace)).unwrap();
    assert!(text.contains(server.url()) && !text.contains("Canary"), "{text}");
    run(&["apply", "plan.json"]).ends(0);
}
