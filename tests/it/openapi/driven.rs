//! Requests that the client really makes, by document: what every patch has to be needed for.

use std::{collections::HashSet, fs, sync::OnceLock};

use camino::Utf8Path;
use letterpress::sandbox::LoggedRequest;
use serde_json::json;

use super::{document::Document, is_a_call};
use crate::{
    fixtures::{EVERY_KIND, media},
    harness::{BELL, SHOP, Workspace},
    importing::copy,
};

/// An account of each dialect, all embedded.
const fn account(document: Document) -> &'static str {
    match document {
        Document::Meta => "{provider: meta, waba_id: \"100200300\", sandbox: true}",
        Document::Infobip => "{provider: infobip, sender: \"447700900123\", sandbox: true}",
        Document::Dialog360 => {
            "{provider: 360dialog, partner_id: FwCyclesPA, waba_account_id: FwCyclesWA, sandbox: true}"
        }
        Document::Dialog360Waba => "{provider: 360dialog, waba_account_id: FwShopWA, sandbox: true}",
        Document::Vonage => "{provider: vonage, waba_id: \"2\", sandbox: true}",
    }
}

/// The client's requests to a provider, each form once; nothing as long as there is no client for it.
pub(super) fn requests(document: Document) -> Option<Vec<LoggedRequest>> {
    static EXAMPLE: OnceLock<Vec<LoggedRequest>> = OnceLock::new();
    let mut all = every_kind(document);
    all.extend(EXAMPLE.get_or_init(example).iter().cloned());
    if document == Document::Meta {
        all.extend(pages());
    }
    let mut seen = HashSet::new();
    let form = |request: &LoggedRequest| {
        let LoggedRequest { method, path, query, body, .. } = request;
        (method.clone(), path.clone(), query.clone(), body.as_ref().map(ToString::to_string))
    };
    all.retain(|request| request.dialect == document.dialect() && is_a_call(request) && seen.insert(form(request)));
    assert!(document != Document::Meta || all.len() > 50, "{all:#?}");
    (!all.is_empty()).then_some(all)
}

/// Fields that no family of the fixtures has.
const SETTINGS: &str = r#"
name: bells_by_number
category: MARKETING
parameter_format: POSITIONAL
message_send_ttl_seconds: 12h
cta_url_link_tracking_opted_out: true
is_primary_device_delivery_only: true
header: {format: TEXT, text: "Bells for {{1}}", example: [Resi]}
buttons: [{type: URL, text: Look, url: "https://fernweh.example/bells"}]
languages:
  en_US: {body: Look at all the bells that your shop in Graz has for you.}
---
name: opening_hours
category: UTILITY
languages:
  en_US: {body: From Monday on your shop in Graz opens at eight.}
  de: {body: Ab Montag öffnet dein Laden in Graz schon um acht.}
---
name: choose_by_name
category: UTILITY
buttons: [{type: FLOW, text: Choose, flow_name: fitting, flow_action: navigate, navigate_screen: FITTING}]
languages:
  en_US: {body: Tell us by name how tall you are for your bike.}
---
name: choose_by_text
category: UTILITY
buttons: [{type: FLOW, text: Choose, flow_json: '{"version": "7.2", "screens": []}', navigate_screen: FITTING}]
languages:
  en_US: {body: Tell us by text how tall you are for your bike.}
---
name: paid_later
category: MARKETING
display_format: ORDER_DETAILS
header: {format: IMAGE, example: media/bike.png}
buttons: [{type: ORDER_DETAILS, text: Buy now}]
languages:
  en_US: {body: Take the tourer home and pay for your bike later.}
"#;

/// Settings that only some accounts have. The sandbox has no library and refuses the clone, which is asked for all the same.
const CREATES: &str = r#"
name: parcel_sent
category: UTILITY
library_template_name: delivery_update_1
library_template_button_inputs:
  - {type: URL, url: {base_url: "https://fernweh.example/p/{{1}}", url_suffix_example: "https://fernweh.example/p/7"}}
languages: [en_US]
---
name: bells_with_bids
category: MARKETING
optimization_spec: {bid_amount: 100}
degrees_of_freedom_spec: {creative_features_spec: {image_touchups: {enroll_status: OPT_IN}}}
languages:
  en_US: {body: Bells are the best that your shop in Graz has.}
"#;

/// Other words for what every family says.
fn reworded(families: &str) -> String {
    let words = [(" your ", " your own "), ("Your ", "Your own "), ("the ", "that "), (" in Graz", " in Linz")];
    words.iter().fold(families.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Creates, edits and deletes templates of every kind. Not every account takes all of them, so the runs end as they may.
fn every_kind(document: Document) -> Vec<LoggedRequest> {
    let workspace = Workspace::of(&format!(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop: {}\npolicy: {{max_deletes: 100}}\n",
        account(document)
    ));
    media(&workspace);
    // Accounts that number their parameters want all of them listed.
    let listed = |families: &str| families.replace("  - day: Monday\n", "  - day: Monday\n  - order: A7\n");
    let kinds = || EVERY_KIND.iter().copied().chain([("settings", SETTINGS)]);
    let kinds = || kinds().map(|(kind, families)| (kind, listed(families)));
    for (kind, families) in kinds() {
        workspace.write(&format!("templates/{kind}.yaml"), families);
    }
    workspace.write("templates/creates.yaml", CREATES);
    workspace.apply(&[]);
    // What is in review takes no edit.
    workspace.run(&["sandbox", "advance", "48h"]).ends(0);
    for (kind, families) in kinds() {
        workspace.write(&format!("templates/{kind}.yaml"), reworded(&families));
    }
    workspace.write("templates/creates.yaml", reworded(CREATES));
    workspace.apply(&[]);
    fs::remove_dir_all(workspace.root.join("templates")).unwrap();
    workspace.templates(BELL);
    workspace.apply(&["--prune"]);
    workspace.requests()
}

/// What the example shows.
fn example() -> Vec<LoggedRequest> {
    let workspace = Workspace::of(SHOP);
    copy(&workspace, &Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("templates.example"), Utf8Path::new(""));
    workspace.apply(&[]);
    workspace.requests()
}

/// A list of more than one page.
fn pages() -> Vec<LoggedRequest> {
    let workspace = Workspace::new(BELL);
    let body =
        |at: usize| json!([{"type": "BODY", "text": format!("Tour {at} begins at seven in front of our shop.")}]);
    let templates: Vec<_> = (0..260)
        .map(|at| {
            json!({"name": format!("tour_{at}"), "language": "en_US", "category": "UTILITY", "status": "APPROVED",
                   "id": format!("7{at:09}"), "components": body(at)})
        })
        .collect();
    workspace.configure(|config| config.template_limit = 6000);
    workspace.seed(&templates);
    workspace.run(&["plan"]).ends(0);
    workspace.requests()
}
