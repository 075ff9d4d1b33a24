//! How many requests reading takes: exactly as many as there are pages, whatever the run is for.

use letterpress::sandbox::{LoggedRequest, Operation};
use serde_json::{Value, json};

use crate::harness::{SHOP, WABA, Workspace, writes};

/// An account of 6,000 templates, of which the workspace wants one.
fn large() -> Workspace {
    let workspace = Workspace::of(SHOP);
    workspace.configure(|config| config.template_limit = 6000);
    let body = |at: usize| format!("Tour number {at} through the Alps begins at seven in front of our shop.");
    let templates: Vec<Value> = (0..6000)
        .map(|at| {
            json!({"name": format!("tour_{at:04}"), "language": "en_US", "category": "UTILITY", "status": "APPROVED",
                   "id": format!("7{at:09}"), "components": [{"type": "BODY", "text": body(at)}]})
        })
        .collect();
    workspace.seed(&templates);
    workspace
        .templates(&format!("name: tour_0007\ncategory: UTILITY\nlanguages:\n  en_US: {{body: \"{}\"}}\n", body(7)));
    workspace
}

/// The page sizes that were asked for, and that nothing else was.
#[track_caller]
fn pages(requests: &[LoggedRequest]) -> Vec<(u32, Option<u16>)> {
    let path = format!("/{WABA}/message_templates");
    requests
        .iter()
        .map(|request| {
            assert!(request.operation == Operation::List && request.path.ends_with(&path), "{request:?}");
            let limit = request.query.split('&').find_map(|pair| pair.strip_prefix("limit=")).unwrap();
            (limit.parse().unwrap(), request.status)
        })
        .collect()
}

#[test]
fn six_thousand_templates_are_twenty_four_requests() {
    let workspace = large();
    let (plan, requests) = workspace.requests_of(|| workspace.plan(&[]));
    assert_eq!(pages(&requests), vec![(250, Some(200)); 24]);
    let account = &plan["accounts"][0];
    assert_eq!(
        (&account["live"], &account["requests"], &account["template_limit"]),
        (&json!(6000), &json!(24), &json!(6000))
    );
    assert_eq!(account["unmanaged"], 5999);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0).says("adopted tour_0007/en_US");
    assert_eq!(pages(&requests).len(), 24, "adopting sends nothing");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), [] as [&str; 0]);
    assert_eq!(pages(&requests), vec![(250, Some(200)); 24], "the same reads with nothing to do");
}

#[test]
fn an_account_that_gives_small_pages_is_asked_for_half_and_half_again() {
    let workspace = large();
    workspace.configure(|config| {
        config.template_limit = 6000;
        config.page_cap = Some(100);
    });
    let (plan, requests) = workspace.requests_of(|| workspace.plan(&[]));
    let pages = pages(&requests);
    assert_eq!((pages[0].0, pages[1].0, pages[2].0), (250, 125, 62));
    assert!(pages[0].1 != Some(200) && pages[1].1 != Some(200));
    assert!(pages[2..].iter().all(|page| *page == (62, Some(200))), "{pages:?}");
    assert_eq!(pages.len(), 2 + 6000_usize.div_ceil(62), "two refusals, then whole pages of 62");
    assert_eq!((&plan["accounts"][0]["live"], &plan["accounts"][0]["requests"]), (&json!(6000), &json!(pages.len())));
}
