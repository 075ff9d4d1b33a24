//! Reading saved plans: what is refused, and in which order.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Refused, Saved};
use crate::plan::{AccountIdentity, AccountPlan, Plan, document};

const SCOPE: &str = "208811029340111 @ https://graph.facebook.com";

/// A plan whose only account could not be reached.
fn plan() -> Value {
    let account = AccountPlan::failed(identity(), "no answer".to_owned());
    let plan = Plan {
        created_at: Timestamp::UNIX_EPOCH,
        at: None,
        workspace: "fernweh-crm".to_owned(),
        commit: None,
        selected_accounts: vec!["shop".to_owned()],
        selected_templates: vec!["bike_*".to_owned()],
        prune: true,
        warnings: Vec::new(),
        accounts: vec![account],
    };
    document::json(&plan, SignedDuration::from_hours(24))
}

/// The bytes of a changed plan, its digest right.
fn bytes(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut plan = plan();
    change(&mut plan);
    plan["digest"] = document::digest(&plan).into();
    plan.to_string().into_bytes()
}

fn read(change: impl FnOnce(&mut Value)) -> Saved {
    Saved::read(&bytes(change)).unwrap()
}

fn identity() -> AccountIdentity {
    AccountIdentity { account: "shop".to_owned(), provider: "meta".to_owned(), scope: SCOPE.to_owned().into() }
}

#[test]
fn it_knows_what_it_is_for() {
    let saved = read(|_| {});
    assert_eq!((saved.accounts(), saved.templates()), (vec!["shop".to_owned()], &["bike_*".to_owned()][..]));
    assert!(saved.prune());
    assert_eq!(saved.expires_at().duration_since(saved.created_at()), SignedDuration::from_hours(24));
    assert_eq!(saved.fits("fernweh-crm", &[identity()]), Ok(()));
}

#[test]
fn fields_of_later_minor_versions_are_covered_by_the_digest_and_not_minded() {
    let later = bytes(|plan| {
        plan["format_version"] = "1.7".into();
        plan["accounts"][0]["weather"] = json!({"wind": 0.1, "sun": [1e300, -0.0, 103.143_293_090_701_63]});
    });
    assert!(Saved::read(&later).is_ok());
    let moved = String::from_utf8(later).unwrap().replace("\"wind\":0.1", "\"wind\":0.2");
    assert!(matches!(Saved::read(moved.as_bytes()), Err(Refused::Tampered { .. })));
}

#[test]
fn another_major_version_is_told_before_the_digest() {
    let mut plan = plan();
    plan["format_version"] = "2.0".into();
    assert_eq!(Saved::read(plan.to_string().as_bytes()).unwrap_err(), Refused::Version { found: "2.0".to_owned() });
}

#[test]
fn every_byte_of_content_counts() {
    let text = plan().to_string();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        assert!(Saved::read(&bytes).is_err(), "byte {at}");
    }
}

#[test]
fn what_is_no_plan_is_refused() {
    for text in ["", "[]", "null", "{\"format_version\":1}", "{\"format_version\":\"1.0\"}", &"[".repeat(100_000)] {
        assert!(matches!(Saved::read(text.as_bytes()), Err(Refused::NotAPlan { .. })), "{}", text.len());
    }
    let incomplete = bytes(|plan| drop(plan.as_object_mut().and_then(|plan| plan.shift_remove("accounts"))));
    assert!(matches!(Saved::read(&incomplete), Err(Refused::NotAPlan { .. })));
}

#[test]
fn it_ends_on_the_second() {
    let saved = read(|_| {});
    let end = saved.expires_at();
    assert_eq!(saved.is_timely(end - SignedDuration::from_secs(1)), Ok(()));
    assert_eq!(saved.is_timely(end), Err(Refused::Expired { at: end }));
    let saved = read(|plan| plan["at"] = "2026-12-01T09:00:00Z".into());
    assert!(matches!(saved.is_timely(Timestamp::UNIX_EPOCH), Err(Refused::At { .. })));
}

#[test]
fn another_workspace_account_host_or_provider_is_named() {
    let saved = read(|_| {});
    assert!(matches!(saved.fits("other", &[identity()]), Err(Refused::Workspace { .. })));
    assert_eq!(saved.fits("fernweh-crm", &[]), Err(Refused::NoAccount { account: "shop".to_owned() }));
    let host = AccountIdentity { scope: SCOPE.replace("graph.facebook.com", "graph.example").into(), ..identity() };
    let provider = AccountIdentity { provider: "infobip".to_owned(), ..identity() };
    for other in [host, provider] {
        assert!(matches!(saved.fits("fernweh-crm", &[other]), Err(Refused::OtherAccount { .. })));
    }
}
