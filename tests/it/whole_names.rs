//! Deletions that take every language of a name along, where a provider knows nothing smaller.

use jiff::SignedDuration;
use letterpress::sandbox::{Config, Effect, Fault, LoggedRequest, Operation, admin};
use serde_json::{Value, json};

use crate::harness::{Output, Workspace, actions, count, rules, until, writes};

/// Providers that delete whole names, and where the sandbox keeps their accounts.
const ACCOUNTS: [(&str, &str); 2] = [
    ("{provider: infobip, sender: \"436601234567\", sandbox: true}", "infobip/436601234567"),
    ("{provider: 360dialog, waba_account_id: fw2WA, sandbox: true}", "360dialog/fw2WA"),
];

/// The ready bell, in the given languages.
fn bell(languages: &[&str]) -> String {
    let text =
        |language: &&str| format!("  {language}: {{body: \"The bell is ready for you in {language} words.\"}}\n");
    let all: String = languages.iter().map(text).collect();
    format!("name: bell_ready\ncategory: UTILITY\nlanguages:\n{all}")
}

fn workspace((account, place): (&str, &str), languages: &[&str]) -> Workspace {
    let workspace = Workspace::of(&format!("version: 1\nworkspace: fernweh-crm\naccounts:\n  shop: {account}\n"));
    let config = Config { review_delay: SignedDuration::ZERO, reject_duplicates: false, ..Config::default() };
    admin::configure(&workspace.sandbox(), place, config).unwrap();
    workspace.templates(&bell(languages));
    workspace.apply(&[]).ends(0);
    workspace
}

fn holds(workspace: &Workspace, place: &str) -> Vec<String> {
    let all = admin::templates(&workspace.sandbox(), place).unwrap();
    let mut languages: Vec<String> = all.iter().map(|node| node["language"].as_str().unwrap().to_owned()).collect();
    languages.sort();
    languages
}

/// Every language that is there goes, and another one comes: the deletion would take the new one along.
#[test]
fn a_language_that_is_yet_to_come_stays_too() {
    for account in ACCOUNTS {
        let workspace = workspace(account, &["en_US", "de"]);
        workspace.templates(&bell(&["es"]));
        let plan = workspace.plan(&["--prune"]);
        let deletions: Vec<&Value> = actions(&plan).iter().filter(|action| action["kind"] == "delete").collect();
        assert_eq!(deletions.len(), 2, "{plan:#}");
        assert!(deletions.iter().all(|action| rules(action) == ["delete-scope"]), "{plan:#}");
        let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune"]));
        output.ends(9).says("es would go too");
        assert_eq!(writes(&requests), ["create bell_ready/es"]);
        assert_eq!(holds(&workspace, account.1), ["de", "en_US", "es"]);
    }
}

const LAMP: &str =
    "name: lamp_ready\ncategory: UTILITY\nlanguages: {en_US: {body: The lamp is ready for you to fetch.}}\n";

/// A language that somebody adds while the run is busy with something else would go with the name.
#[test]
fn a_language_added_by_hand_after_the_plan_is_not_taken_along() {
    for account in ACCOUNTS {
        let workspace = workspace(account, &["en_US", "de"]);
        workspace.templates(LAMP);
        workspace.faults(vec![Fault::new(Effect::Slow { millis: 3000 }).on(Operation::Create)]);
        workspace.forget_requests();
        let apply = workspace.command(&["apply", "--auto-approve", "--prune"]).spawn().unwrap();
        until("the lamp is created", || {
            admin::templates(&workspace.sandbox(), account.1).unwrap().into_iter().find(|it| it["name"] == "lamp_ready")
        });
        let by_hand = json!({ "id": "77", "name": "bell_ready", "language": "es", "status": "APPROVED",
            "category": "UTILITY", "components": [{ "type": "BODY", "text": "El timbre está listo en la tienda." }] });
        admin::seed(&workspace.sandbox(), account.1, &[by_hand]).unwrap();
        let output = Output::of(apply.wait_with_output().unwrap());
        let requests = workspace.requests();
        assert_eq!(count(&requests, Operation::Delete), 0, "{output}");
        output.ends(10).says("bell_ready/es is there and would go too");
        assert!(holds(&workspace, account.1).contains(&"es".to_owned()));
        assert_eq!(workspace.apply(&["--prune"]).code, 9, "from now on the plan says it");
    }
}

/// One request, an answer for each language: nothing is repeated, and nothing is forgotten.
#[test]
fn a_lost_answer_leaves_every_language_unknown_until_somebody_looks() {
    for account in ACCOUNTS {
        for done in [true, false] {
            let workspace = workspace(account, &["en_US", "de"]);
            workspace.templates(LAMP);
            let lost = if done { Effect::LostAnswer } else { Effect::Http { status: 502, body: json!("bad gateway") } };
            workspace.faults(vec![
                Fault::new(lost).on(Operation::Delete),
                Fault::new(Effect::Http { status: 503, body: json!("busy") }).on(Operation::List).skip(1).always(),
            ]);
            let (output, requests) = workspace.requests_of(|| {
                workspace.run(&["apply", "--auto-approve", "--prune", "--format", "json", "--retry-budget", "1s"])
            });
            let report = output.ends(10).json();
            let results = report["accounts"][0]["results"].as_array().unwrap().iter();
            let deletions: Vec<&str> = results
                .filter(|result| result["kind"] == "delete")
                .map(|result| result["outcome"].as_str().unwrap())
                .collect();
            assert_eq!(deletions, ["unknown", "unknown"], "{report:#}");
            assert_eq!(count(&requests, Operation::Delete), 1);
            workspace.faults(Vec::new());
            let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune"]));
            output.ends(0);
            assert_eq!(count(&requests, Operation::Delete), usize::from(!done));
            assert_eq!(holds(&workspace, account.1), ["en_US"], "the lamp");
            workspace.settled();
        }
    }
}

/// The run ends with the answer, and what became of the other languages is known all the same.
#[test]
fn a_run_that_is_stopped_by_the_deletion_tells_what_became_of_every_language() {
    for account in ACCOUNTS {
        let workspace = workspace(account, &["en_US", "de"]);
        workspace.templates(LAMP);
        workspace.apply(&[]).ends(0);
        // The deletion is done and answered late: meanwhile the time of the run is over.
        workspace.faults(vec![Fault::new(Effect::Slow { millis: 5000 }).on(Operation::Delete)]);
        let (output, requests) = workspace
            .requests_of(|| workspace.run(&["apply", "--auto-approve", "--prune", "--format", "json", "--for", "4s"]));
        let report = output.ends(0).json();
        let results = report["accounts"][0]["results"].as_array().unwrap().iter();
        let outcomes: Vec<&str> = results.map(|result| result["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["applied", "applied"], "{report:#}");
        assert_eq!(count(&requests, Operation::Delete), 1);
        assert_eq!(holds(&workspace, account.1), ["en_US"], "the lamp");
        workspace.settled();
    }
}

/// Three languages and one lost answer are no provider that has fallen silent.
#[test]
fn one_lost_answer_is_one_silence_however_many_languages_it_was_about() {
    for account in ACCOUNTS {
        let workspace = workspace(account, &["en_US", "de", "es"]);
        workspace.templates(&format!("{}---\n{LAMP}", bell(&["en_US", "de", "es"])));
        workspace.apply(&[]).ends(0);
        workspace.templates("removed: [bell_ready, lamp_ready]\n");
        workspace.faults(vec![Fault::new(Effect::LostAnswer).on(Operation::Delete)]);
        let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune"]));
        output.ends(0);
        assert_eq!(count(&requests, Operation::Delete), 2);
        assert_eq!(holds(&workspace, account.1), [] as [&str; 0]);
        workspace.settled();
    }
}

/// A saved plan approves the languages that it names, and a selection asks for those that it takes: no others go along.
#[test]
fn neither_a_saved_plan_nor_a_selection_takes_a_sibling_along() {
    for account in ACCOUNTS {
        let workspace = workspace(account, &["en_US", "de"]);
        workspace.templates("removed: [{name: bell_ready, languages: [en_US, de]}]\n");
        let nothing = |output: Output, requests: &[LoggedRequest]| {
            assert_eq!(writes(requests), [] as [&str; 0], "{output}");
            output.ends(9).says("would go too");
        };
        let (output, requests) =
            workspace.requests_of(|| workspace.apply(&["--prune", "--select", "bell_ready/en_US"]));
        nothing(output, &requests);
        workspace.run(&["plan", "--prune", "--out", "plan.json"]).ends(0);
        // Somebody else's, and one that cannot be sent any more is still there.
        let by_hand = json!({ "id": "77", "name": "bell_ready", "language": "es", "status": "DISABLED",
            "category": "UTILITY", "components": [{ "type": "BODY", "text": "El timbre está listo en la tienda." }] });
        admin::seed(&workspace.sandbox(), account.1, &[by_hand]).unwrap();
        let (output, requests) = workspace.requests_of(|| workspace.run(&["apply", "plan.json"]));
        nothing(output, &requests);
        let (output, requests) = workspace.requests_of(|| workspace.apply(&["--prune", "--allow-deletes", "3"]));
        nothing(output, &requests);
        assert_eq!(holds(&workspace, account.1).len(), 3);
    }
}
