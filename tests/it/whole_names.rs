//! Deletions that take every language of a name along, where a provider knows nothing smaller.

use jiff::SignedDuration;
use letterpress::sandbox::{Config, admin};
use serde_json::Value;

use crate::harness::{Workspace, actions, rules, writes};

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
