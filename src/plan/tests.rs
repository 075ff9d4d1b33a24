//! The two laws of comparison: nothing that differs is missed, nothing that a provider merely shows otherwise is a change.

mod fixtures;
mod providers;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    AccountDrift, AccountIdentity, AccountPlan, Clocks, Consent, DriftVerdict, Facts, ObservationId, Selection,
    SourceLocation, drift, reconcile,
};
use crate::{
    diagnostic::{FileId, Span},
    ledger::{Change, Entry, Record, State},
    provider::meta,
    source::{Desired, Lifecycle},
    template::{
        Category, Content, Live, Status, TemplateKey,
        components::{self, Origin, fixture},
        normal::{NormalForm, at, put},
    },
    workspace::policy::{Examples, Policy},
};
use fixtures::{desired, drifted, identity, key, ledger, live, plan};

/// Every leaf of a value, by path.
fn leaves(path: &str, value: &Value, out: &mut Vec<String>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) if !map.is_empty() => map.iter().for_each(|(key, value)| leaves(&join(key), value, out)),
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(at, item)| leaves(&format!("{path}[{at}]"), item, out));
        }
        _ => out.push(path.to_owned()),
    }
}

/// Other values for a leaf; the first that makes valid content is used.
fn others(path: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Number(number) => vec![json!(number.as_i64().unwrap_or(0) + 1)],
        // Telephone numbers are compared by their digits.
        Value::String(text) if path.ends_with("phone_number") => vec![json!(format!("{text}7"))],
        Value::String(text) => {
            let known = ["NAMED", "POSITIONAL", "VIDEO", "IMAGE", "LOCATION", "PRODUCT", "CATALOG", "MPM"];
            std::iter::once(json!(format!("{text}X"))).chain(known.map(|word| json!(word))).collect()
        }
        Value::Null => Vec::new(),
        Value::Array(_) | Value::Object(_) => vec![json!({ "x_flipped": 1 }), json!([{ "type": "X" }])],
    }
}

/// Contents that differ from `content` in one field, with the path of the field.
fn flips(content: &Content) -> Vec<(String, Content)> {
    let form = serde_json::to_value(content).unwrap();
    let mut paths = Vec::new();
    leaves("", &form, &mut paths);
    let mut out = Vec::new();
    for path in paths {
        let Some(value) = at(&form, &path) else { continue };
        if path == "parameter_format" && !form.to_string().contains("{{") {
            continue; // without parameters their format means nothing
        }
        let flipped = others(&path, value).into_iter().find_map(|other| {
            let mut form = form.clone();
            put(&mut form, &path, Some(other));
            serde_json::from_value::<Content>(form).ok().filter(|flipped| flipped != content)
        });
        out.extend(flipped.map(|flipped| (path, flipped)));
    }
    // A field less, and a whole part more or less, are flips too.
    for path in out.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>() {
        let mut form = form.clone();
        put(&mut form, &path, Some(Value::Null));
        let less = serde_json::from_value::<Content>(form).ok().filter(|less| less != content);
        out.extend(less.filter(|less| NormalForm::of(less) != NormalForm::of(content)).map(|less| (path, less)));
    }
    for (part, value) in form.as_object().unwrap() {
        if !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()) {
            let mut less = content.clone();
            less.take_part(part, &Content::default());
            out.extend((less != *content).then(|| (format!("{part} removed"), less)));
        }
    }
    if content.buttons.len() > 1 {
        let mut reversed = content.clone();
        reversed.buttons.reverse();
        out.push(("buttons reversed".into(), reversed));
    }
    out
}

/// Every content in which the parameter format means something, or nothing else.
fn contents() -> Vec<Content> {
    fixture::all()
}

#[test]
fn every_field_of_the_domain_is_set_in_some_fixture() {
    let mut set = BTreeSet::new();
    let mut unset = BTreeSet::new();
    for content in contents() {
        let form = serde_json::to_value(&content).unwrap();
        let mut paths = Vec::new();
        leaves("", &form, &mut paths);
        for path in paths {
            let value = at(&form, &path).cloned().unwrap_or(Value::Null);
            let empty = value.is_null() || value == json!([]) || value == json!({});
            // A field is the same in every button of its kind, wherever the button stands.
            let pattern: String = path.chars().filter(|c| !c.is_ascii_digit()).collect();
            if empty {
                unset.insert(pattern)
            } else {
                set.insert(pattern)
            };
        }
    }
    let within = |pattern: &String| set.iter().any(|other| other.starts_with(pattern.as_str()));
    let forgotten: Vec<&String> = unset
        .iter()
        .filter(|pattern| {
            !within(pattern)
                && *pattern != "buttons[].flow_missing"
                && *pattern != "carousel.cards[].buttons[].flow_missing"
        })
        .collect();
    assert!(forgotten.is_empty(), "no fixture sets {forgotten:?}: flips of them would go untested");
}

#[test]
fn a_flipped_field_is_never_missed_in_desired() {
    let mut count = 0;
    for content in contents() {
        let ledger = ledger(&content);
        assert!(plan(&desired(&content), live(&content, BTreeSet::new()), Some(&ledger)).actions.is_empty());
        for (path, flipped) in flips(&content) {
            let plan = plan(&desired(&flipped), live(&content, BTreeSet::new()), Some(&ledger));
            assert!(!plan.actions.is_empty(), "{path} flipped in desired is no action");
            // What was cloned stays so, and a clone has no words of its own; all else has to reach the account.
            let clone = flipped.library_template_name.is_some() && flipped.body.is_none();
            let reaches = clone || path == "library_template_name" || plan.actions[0].kind.is_change();
            assert!(reaches, "{path} flipped in desired is only written down");
            count += 1;
        }
    }
    assert!(count > 150, "only {count} flips");
}

#[test]
fn a_flipped_field_is_never_missed_in_live() {
    for content in contents() {
        let ledger = ledger(&content);
        for (path, flipped) in flips(&content) {
            let plan = plan(&desired(&content), live(&flipped, BTreeSet::new()), Some(&ledger));
            assert!(!plan.actions.is_empty(), "{path} flipped in live is no action");
            let drift = plan.observations.iter().any(|seen| seen.id == ObservationId::Drift);
            assert!(drift, "{path} flipped in live is no drift");
            let found = drifted(&desired(&content), live(&flipped, BTreeSet::new()), Some(&ledger));
            assert_eq!(found.verdict(), DriftVerdict::Drift, "{path} flipped in live is no drift");
            // A change in git is none.
            let found = drifted(&desired(&flipped), live(&content, BTreeSet::new()), Some(&ledger));
            assert_eq!(found.verdict(), DriftVerdict::InSync, "{path} flipped in git is drift");
        }
    }
}

#[test]
fn a_field_that_the_account_hides_is_compared_with_what_was_applied() {
    let content = Content { buttons: vec![fixture::otp(crate::template::OtpType::OneTap)], ..Content::default() };
    let ledger = ledger(&content);
    let hidden = BTreeSet::from(["buttons[0].supported_apps".to_owned()]);
    let mut shown = content.clone();
    if let crate::template::ButtonKind::Otp(otp) = &mut shown.buttons[0].kind {
        otp.supported_apps.clear();
    }
    let same = plan(&desired(&content), live(&shown, hidden.clone()), Some(&ledger));
    assert!(same.actions.is_empty(), "{:?}", same.actions);
    let mut wished = content;
    if let crate::template::ButtonKind::Otp(otp) = &mut wished.buttons[0].kind {
        otp.supported_apps.pop();
    }
    let changed = plan(&desired(&wished), live(&shown, hidden.clone()), Some(&ledger));
    assert_eq!(changed.actions[0].changes.len(), 1);
    // Nothing applied yet: taken as equal, so the template is adopted as it is.
    let adopted = plan(&desired(&wished), live(&shown, hidden), None);
    assert_eq!(adopted.actions[0].kind.as_str(), "adopt");
}

#[test]
fn a_flow_that_is_named_instead_of_numbered_is_another_flow() {
    let read = |button: Value, origin| {
        let json =
            json!({ "components": [{ "type": "BODY", "text": "Hi." }, { "type": "BUTTONS", "buttons": [button] }] });
        components::read(json.as_object().unwrap(), origin)
    };
    let by_id = json!({ "type": "FLOW", "text": "Fit", "flow_id": "1", "navigate_screen": "A" });
    let applied = read(by_id.clone(), Origin::Author).content;
    let wanted = read(json!({ "type": "FLOW", "text": "Fit", "flow_name": "another" }), Origin::Author).content;
    let shown = read(by_id, Origin::Account);
    let plan = plan(&desired(&wanted), live(&shown.content, shown.unreadable), Some(&ledger(&applied)));
    assert_eq!(plan.actions[0].kind.as_str(), "edit");
    let paths: Vec<&str> = plan.actions[0].changes.iter().map(|change| change.path.as_str()).collect();
    assert!(paths.contains(&"buttons[0].flow_name"), "{paths:?}");
}

#[test]
fn what_is_left_to_the_account_keeps_what_the_account_hides() {
    use crate::template::{ButtonKind, Footer, OtpType};
    let footer =
        |code_expiration_minutes| Footer::CodeExpiration { code_expiration_minutes, extra: Default::default() };
    let buttons = vec![fixture::otp(OtpType::OneTap)];
    let applied = Content { buttons, footer: Some(footer(5)), ..Content::default() };
    let mut shown = applied.clone();
    if let ButtonKind::Otp(otp) = &mut shown.buttons[0].kind {
        (otp.supported_apps, otp.text) = (Vec::new(), Some("Copia".into()));
    }
    let mut wished = desired(&Content { footer: Some(footer(7)), ..applied.clone() });
    wished.lifecycle.ignore = vec!["buttons".into()];
    let hidden = BTreeSet::from(["buttons[0].supported_apps".to_owned()]);
    let plan = plan(&wished, live(&shown, hidden), Some(&ledger(&applied)));
    let submit = plan.actions[0].submit.as_ref().unwrap();
    let ButtonKind::Otp(otp) = &submit.content.buttons[0].kind else { panic!("{submit:?}") };
    assert_eq!((otp.supported_apps.is_empty(), otp.text.as_deref()), (false, Some("Copia")));
}

#[test]
fn every_part_that_may_be_left_to_the_account_is_taken_from_it() {
    let full = contents();
    for part in crate::source::head::ignorable() {
        let taken = full.iter().any(|content| {
            let mut less = Content::default();
            less.take_part(part, content);
            less != Content::default()
        });
        assert!(taken, "{part}");
    }
}

/// What Meta shows of a template that was sent as `sent` (facts: read-back differences), and the content of both.
fn pair(sent: Value, shown: Value) -> (Content, components::Read) {
    let object = |value: Value| value.as_object().cloned().unwrap();
    (components::read(&object(sent), Origin::Author).content, components::read(&object(shown), Origin::Account))
}

#[test]
fn what_is_merely_shown_otherwise_is_no_change() {
    let body = |text: &str| json!({ "type": "BODY", "text": text });
    let with = |component: Value| json!({ "components": [body("Hi there."), component] });
    let button = |button: Value| with(json!({ "type": "BUTTONS", "buttons": [button] }));
    let otp_url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp{{1}}";
    let rows = [
        (
            "media handle",
            with(json!({ "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["4::aW1h"] } })),
            with(
                json!({ "type": "HEADER", "format": "IMAGE", "example": { "header_handle": ["https://cdn.example.test/v/1?oh=a&oe=b"] } }),
            ),
        ),
        (
            "authentication",
            json!({ "components": [
            { "type": "BODY", "add_security_recommendation": true }, { "type": "FOOTER", "code_expiration_minutes": 10 },
            { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] } ] }),
            json!({ "components": [
            { "type": "BODY", "text": "*{{1}}* is your code.", "add_security_recommendation": true, "example": { "body_text": [["123456"]] } },
            { "type": "FOOTER", "text": "Expires in 10 minutes.", "code_expiration_minutes": 10 },
            { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Copy code", "url": otp_url, "example": [otp_url] }] } ] }),
        ),
        (
            "flow",
            button(json!({ "type": "FLOW", "text": "Fit", "flow_id": "880011", "navigate_screen": "FIT" })),
            button(
                json!({ "type": "FLOW", "text": "Fit", "flow_id": 880_011, "flow_action": "NAVIGATE", "navigate_screen": "FIT" }),
            ),
        ),
        (
            "flow by name",
            button(json!({ "type": "FLOW", "text": "Fit", "flow_name": "fitting" })),
            button(
                json!({ "type": "FLOW", "text": "Fit", "flow_id": 880_011, "flow_action": "NAVIGATE", "navigate_screen": "A" }),
            ),
        ),
        (
            "lower case",
            with(json!({ "type": "header", "format": "location" })),
            with(json!({ "type": "HEADER", "format": "LOCATION" })),
        ),
        (
            "parameter format",
            with(body("x")),
            json!({ "parameter_format": "POSITIONAL", "components": [body("Hi there."), body("x")] }),
        ),
        (
            "phone",
            button(json!({ "type": "PHONE_NUMBER", "text": "Call", "phone_number": "16467043595" })),
            button(json!({ "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+16467043595" })),
        ),
        (
            "phone, zero behind the country code",
            button(json!({ "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+49 030 5550100" })),
            button(json!({ "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+49305550100" })),
        ),
        (
            "samples",
            json!({ "components": [{ "type": "BODY", "text": "Hi {{1}}.", "example": { "body_text": ["Ada"] } }] }),
            json!({ "components": [{ "type": "BODY", "text": "Hi {{1}}.", "example": { "body_text": [["Ada"]] } }] }),
        ),
        (
            "url sample",
            button(json!({ "type": "URL", "text": "Go", "url": "https://f.example/{{1}}", "example": ["HW-42"] })),
            button(
                json!({ "type": "URL", "text": "Go", "url": "https://f.example/%7B%7B1%7D%7D", "example": ["https://f.example/HW-42"] }),
            ),
        ),
        ("time to live", with(body("x")), with(body("x"))),
        (
            "creative features",
            json!({ "degrees_of_freedom_spec": { "creative_features_spec": { "image_touchups": { "enroll_status": "OPT_IN" } } }, "components": [body("x")] }),
            json!({ "degrees_of_freedom_spec": { "creative_features_spec": [{ "key": "image_touchups", "value": { "enroll_status": "OPT_IN" } }] }, "components": [body("x")] }),
        ),
        (
            "write-only",
            json!({ "allow_category_change": true, "components": [body("x")] }),
            json!({ "components": [body("x")] }),
        ),
        ("fixed labels", button(json!({ "type": "MPM" })), button(json!({ "type": "MPM", "text": "View items" }))),
        (
            "coupon",
            button(json!({ "type": "COPY_CODE", "example": "BELL10" })),
            button(json!({ "type": "COPY_CODE", "text": "Copy offer code", "example": ["BELL10"] })),
        ),
        ("line breaks", json!({ "components": [body("a\nb")] }), json!({ "components": [body("a\r\nb")] })),
        (
            "defaults",
            json!({ "components": [body("x")] }),
            json!({ "disable_ios_autofill": false, "is_primary_device_delivery_only": false, "sub_category": "CUSTOM", "components": [body("x")] }),
        ),
        (
            "library clone",
            json!({ "library_template_name": "ride_update", "library_template_body_inputs": { "add_contact_number": true } }),
            json!({ "library_template_name": "ride_update", "components": [body("Your ride."), { "type": "FOOTER", "text": "Bye" }] }),
        ),
        (
            "order of components",
            json!({ "components": [{ "type": "FOOTER", "text": "Bye" }, body("x")] }),
            json!({ "components": [body("x"), { "type": "FOOTER", "text": "Bye" }] }),
        ),
    ];
    for (row, sent, shown) in rows {
        let (content, read) = pair(sent, shown);
        let ledger = ledger(&content);
        let plan = plan(&desired(&content), live(&read.content, read.unreadable.clone()), Some(&ledger));
        assert!(plan.actions.is_empty(), "{row}: {:?}", plan.actions[0].changes);
        assert!(
            !plan.observations.iter().any(|seen| seen.id == ObservationId::Drift),
            "{row}: {:?}",
            plan.observations
        );
        let found = drifted(&desired(&content), live(&read.content, read.unreadable.clone()), Some(&ledger));
        assert_eq!((found.verdict(), found.as_applied()), (DriftVerdict::InSync, 1), "{row}");
    }
}
