//! The form itself: paths, canonical JSON, fingerprints.

use serde_json::json;

use super::*;
use crate::template::{Content, Footer};

fn footer(text: &str) -> Content {
    let footer = Footer::Text { text: text.to_owned(), extra: Default::default() };
    Content { footer: Some(footer), ..Content::default() }
}

#[test]
fn equal_values_give_equal_bytes_whatever_their_order() {
    let (one, other) =
        (json!({"b": [1, {"d": "x", "c": null}], "a": true}), json!({"a": true, "b": [1, {"c": null, "d": "x"}]}));
    assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"c":null,"d":"x"}]}"#);
    assert_eq!(canonical(&one), canonical(&other));
}

#[test]
fn paths_are_read_set_and_removed() {
    let mut value = json!({"cards": [{"text": "a"}, {"text": "b"}]});
    assert_eq!(at(&value, "cards[1].text"), Some(&json!("b")));
    assert_eq!(at(&value, "cards[2].text"), None);
    put(&mut value, "cards[0].text", Some(json!("c")));
    put(&mut value, "cards[1].text", None);
    put(&mut value, "nowhere.text", Some(json!("lost")));
    assert_eq!(value, json!({"cards": [{"text": "c"}, {}]}));
}

#[test]
fn a_fingerprint_names_its_version_and_changes_with_content_alone() {
    let print = |text: &str| NormalForm::of(&footer(text)).fingerprint(Scope::Content);
    assert!(print("Fernweh Cycles").starts_with("n1:sha256:"));
    assert_eq!(print("a\r\nb"), print("a\nb"));
    assert_ne!(print("a"), print("b"));
    assert_eq!(NormalForm::nothing().form, json!({}));
}
