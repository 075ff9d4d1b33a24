//! Media samples: uploaded once per content and run, fresh with every edit, compared by their local files alone.

use letterpress::sandbox::{Effect, Fault, Operation};

use crate::{
    fixtures::{media, png},
    harness::{SHOP, Workspace, actions, count, observed, only, writes},
};

const PICTURES: &str = "\
name: bike_front
category: MARKETING
header: {format: IMAGE, example: media/bike.png}
languages:
  en_US: {body: The new tourer seen from the front in our shop.}
  de: {body: Das neue Tourenrad von vorn in unserem Laden.}
---
name: bike_side
category: MARKETING
header: {format: IMAGE, example: media/copy.png}
languages:
  en_US: {body: The new tourer seen from its side in our shop.}
";

fn pictures() -> Workspace {
    let workspace = Workspace::new(PICTURES);
    media(&workspace);
    workspace.write("media/copy.png", png(1));
    workspace
}

/// Uploads that were opened; each is two requests.
fn uploads(requests: &[letterpress::sandbox::LoggedRequest]) -> usize {
    requests.iter().filter(|r| r.operation == Operation::Upload && r.path.ends_with("/uploads")).count()
}

#[test]
fn one_content_is_uploaded_once_a_run_whatever_its_name() {
    let workspace = pictures();
    let ((), requests) = workspace.requests_of(|| {
        workspace.run(&["plan"]).ends(0);
    });
    assert_eq!(count(&requests, Operation::Upload), 0, "a plan uploads nothing");
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((uploads(&requests), count(&requests, Operation::Create)), (1, 3));
    workspace.settled();
}

#[test]
fn the_account_shows_another_address_each_time_which_is_no_difference() {
    let workspace = pictures();
    workspace.apply(&[]).ends(0);
    let server = crate::harness::Server::of(&workspace);
    let shown = || crate::harness::get(&format!("{}/v23.0/100200300/message_templates", server.url()), "any-token");
    let first = shown()["data"][0]["components"][0]["example"].clone();
    assert_ne!(shown()["data"][0]["components"][0]["example"], first, "the sandbox signs anew");
    for _ in 0..3 {
        workspace.settled();
    }
}

#[test]
fn an_edit_carries_a_fresh_handle_although_the_picture_is_the_same() {
    let workspace = pictures();
    workspace.apply(&[]).ends(0);
    workspace.templates(&PICTURES.replace("from the front", "from ahead"));
    assert_eq!(only(&workspace.plan(&[]))["changes"].as_array().unwrap().len(), 1);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((uploads(&requests), count(&requests, Operation::Edit)), (1, 1));
    workspace.settled();
}

#[test]
fn a_handle_that_expired_is_uploaded_again_once() {
    let expired = Effect::Error {
        status: 400,
        code: 131_009,
        subcode: Some(2_494_102),
        message: "Invalid media handle".to_owned(),
        transient: false,
    };
    let workspace = pictures();
    workspace.faults(vec![Fault::new(expired.clone()).on(Operation::Create).template("bike_side")]);
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((uploads(&requests), count(&requests, Operation::Create)), (2, 4));
    workspace.settled();
    let workspace = pictures();
    workspace.faults(vec![Fault::new(expired).on(Operation::Create).always()]);
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--select", "bike_side"]));
    output.ends(10);
    assert_eq!((uploads(&requests), count(&requests, Operation::Create)), (2, 2), "and no third time");
    assert!(workspace.ledger().open.is_empty());
}

#[test]
fn another_picture_alone_is_an_observation_or_an_edit_as_the_policy_says() {
    let workspace = pictures();
    workspace.apply(&[]).ends(0);
    workspace.write("media/bike.png", png(2));
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty(), "{plan:#}");
    assert!(observed(&plan).contains(&("samples".to_owned(), "bike_front".to_owned())), "{plan:#}");
    workspace.run(&["plan"]).says("samples changed");
    let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(0));
    assert_eq!(writes(&requests), [] as [&str; 0]);
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{examples: edit}}\n"));
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).len(), 2, "two languages show it: {plan:#}");
    let ((), requests) = workspace.requests_of(|| {
        workspace.apply(&[]).ends(0);
    });
    assert_eq!((uploads(&requests), count(&requests, Operation::Edit)), (1, 2));
    workspace.settled();
}

#[test]
fn a_changed_sample_text_follows_the_same_policy() {
    let family = "name: greeting\ncategory: UTILITY\nparameters: [Resi]\nlanguages:\n  en_US: {body: \"Hello {{1}}, we have packed your new \
                  bell.\"}\n";
    let workspace = Workspace::new(family);
    workspace.apply(&[]).ends(0);
    workspace.templates(&family.replace("Resi", "Toni"));
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).is_empty(), "{plan:#}");
    assert!(observed(&plan).contains(&("samples".to_owned(), "greeting".to_owned())));
    workspace.write("letterpress.yaml", format!("{SHOP}policy: {{examples: edit}}\n"));
    assert_eq!(only(&workspace.plan(&[]))["kind"], "edit");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn an_upload_that_fails_fails_its_template_and_no_other() {
    let workspace = pictures();
    workspace.write("templates/bell.yaml", crate::harness::BELL);
    let refused =
        Effect::Error { status: 400, code: 100, subcode: None, message: "Too odd".to_owned(), transient: false };
    workspace.faults(vec![Fault::new(refused).on(Operation::Upload).always()]);
    workspace.apply(&[]).ends(10).says("could not be uploaded");
    assert_eq!(workspace.holds(), ["bell_ready/en_US"]);
    workspace.faults(Vec::new());
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn what_is_no_picture_is_told_before_anything_is_created() {
    let workspace = pictures();
    workspace.write("media/bike.png", "just words");
    let (output, requests) = workspace.requests_of(|| workspace.apply(&["--select", "bike_front"]));
    assert_ne!(output.code, 0, "{output}");
    output.says("none of JPEG, PNG, MP4 and PDF");
    assert_eq!(count(&requests, Operation::Create), 0);
}
