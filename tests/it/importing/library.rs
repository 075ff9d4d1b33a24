//! Clones of the template library: what their file does not say is the library's, and not "none".

use std::fs;

use serde_json::{Value, json};

use super::shown::{ACCOUNTS, holding, imports_and_adopts};
use crate::harness::{Workspace, actions, only, writes};

/// A clone as an account shows it: in full, its body beginning with a variable, without samples.
fn clone(language: &str, named: bool) -> Value {
    let (first, second) = if named { ("customer", "order_id") } else { ("1", "2") };
    json!({ "name": "delivery", "language": language, "category": "UTILITY",
        "parameter_format": if named { "NAMED" } else { "POSITIONAL" },
        "library_template_name": "delivery_update_1", "components": [
            { "type": "HEADER", "format": "TEXT", "text": "On its way" },
            { "type": "BODY", "text": format!("{{{{{first}}}}}, order {{{{{second}}}}} comes.") },
            { "type": "BUTTONS", "buttons": [
                { "type": "URL", "text": "Track", "url": "https://fernweh.example/{{1}}" }] }] })
}

fn set_ttl(workspace: &Workspace, seconds: u32) {
    let path = workspace.root.join("templates/delivery.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let text: String =
        text.lines().filter(|line| !line.starts_with("message_send")).map(|line| format!("{line}\n")).collect();
    fs::write(&path, text.replace("languages:", &format!("message_send_ttl_seconds: {seconds}\nlanguages:"))).unwrap();
}

#[test]
fn an_imported_clone_is_a_clone_and_is_edited_as_imported() {
    for named in [false, true] {
        let workspace = holding(ACCOUNTS[0], &[clone("en_US", named), clone("es", named)]);
        let imported = imports_and_adopts(&workspace);
        assert_eq!(imported.json()["files"][0]["inexact"], json!([]), "{imported}");
        let file = fs::read_to_string(workspace.root.join("templates/delivery.yaml")).unwrap();
        assert!(file.contains("library_template_name: delivery_update_1\nlanguages: [en_US, es]\n"), "{file}");
        assert!(
            !file.contains("LP240") && file.starts_with("# Texts and buttons are the template library's"),
            "{file}"
        );
        set_ttl(&workspace, 3600);
        workspace.run(&["validate"]).ends(0);
        let plan = workspace.plan(&[]);
        assert_eq!(actions(&plan).len(), 2, "{plan:#}");
        for action in actions(&plan) {
            assert_eq!((&action["kind"], &action["verdict"]["state"]), (&json!("edit"), &json!("ready")), "{action:#}");
            assert_eq!(action["breaks_senders"], json!([]), "{action:#}");
            assert_eq!(action["changes"].as_array().unwrap().len(), 1, "{action:#}");
        }
        let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(0));
        assert_eq!(writes(&requests).len(), 2);
        workspace.settled();
        assert_eq!(workspace.live("delivery/es")["components"][1], clone("es", named)["components"][1]);
        workspace.run(&["drift"]).ends(0);
    }
}

#[test]
fn a_clone_from_a_file_keeps_the_contract_of_what_it_was_made_into() {
    let mut held = clone("en_US", false);
    held["message_send_ttl_seconds"] = json!(60);
    let workspace = holding(ACCOUNTS[0], &[held]);
    let family = "name: delivery\ncategory: UTILITY\nlibrary_template_name: delivery_update_1\nmessage_send_ttl_seconds: 60\n\
                  library_template_button_inputs: [{type: URL, url: {base_url: \"https://fernweh.example/{{1}}\"}}]\n\
                  languages: [en_US]\n";
    workspace.templates(family);
    workspace.apply(&["--take-over", "delivery"]).ends(0);
    workspace.settled();
    workspace.templates(&family.replace(": 60", ": 90"));
    let plan = workspace.plan(&[]);
    assert_eq!((&only(&plan)["verdict"]["state"], &only(&plan)["breaks_senders"]), (&json!("ready"), &json!([])));
}

#[test]
fn a_provider_without_the_library_gets_the_parts() {
    let account = ("infobip/436601234567", "{provider: infobip, sender: \"436601234567\", sandbox: true}");
    let workspace = holding(account, &[]);
    workspace.seed(&[
        json!({ "id": "7", "businessAccountId": 436_601_234_567_i64, "name": "delivery", "language": "en_US",
        "status": "APPROVED", "category": "UTILITY", "libraryTemplateName": "delivery_update_1",
        "structure": { "body": { "text": "Your order comes tomorrow before noon." }, "type": "TEXT" } }),
    ]);
    imports_and_adopts(&workspace);
    let file = fs::read_to_string(workspace.root.join("templates/delivery.yaml")).unwrap();
    assert!(file.contains("Your order comes tomorrow") && !file.contains("library"), "{file}");
}
