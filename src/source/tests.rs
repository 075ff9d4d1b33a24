//! Families from YAML, end to end: what each sentence of the format promises. Invented data only.

use proptest::{collection, prelude::*};
use serde_json::Value as Json;

use super::{
    Desired,
    testing::{families, lowered, lowered_for},
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    template::{
        Body, ButtonKind, Category, Content, Footer, HeaderKind, MediaSource, Otp, OtpType, Parameter, ParameterFormat,
        Samples,
    },
};

const SHIPPED: &str = r#"# yaml-language-server: $schema=../letterpress.schema.json
name: bike_shipped
category: UTILITY
about: {purpose: shipping notice, owner: workshop, ticket: FC-812}
accounts: [shop, "tier=live"]
parameters:
  - customer: Ida
  - order_id: 4711-0815
header: {format: TEXT}
footer: Fernweh Cycles
buttons:
  - {type: URL, text: Track, url: "https://fernweh.example/track/{{order_id}}"}
languages:
  en_US:
    header: Your bike is on its way
    body: |
      Hi {{customer}}, order {{order_id}} has left our workshop.
      It should be with you in three days.
  es:
    header: Su bicicleta está en camino
    body: |
      Hola {{customer}}: el pedido {{order_id}} ya salió.
      Llegará en tres días.
    buttons: [Seguir]
lifecycle:
  protect: true
  ignore: [message_send_ttl_seconds]
  replaces: {name: bike_sent, keep_for: 14d}
  allow_breaking: true
"#;

fn clean(text: &str) -> Vec<Desired> {
    let (desired, faults) = lowered(text, true);
    assert_eq!(faults, [], "{text}");
    desired
}

fn content(text: &str) -> Content {
    clean(text).remove(0).content
}

fn faults(text: &str) -> Vec<Diagnostic> {
    lowered(text, true).1
}

/// Code and message of the only fault.
fn fault(text: &str) -> (&'static str, String) {
    let found = faults(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    (found[0].code, format!("{}; {}", found[0].message, found[0].help.as_deref().unwrap_or_default()))
}

fn family(body: &str) -> String {
    format!("name: bike_ready\ncategory: UTILITY\n{body}")
}

fn text(content: &Content) -> &str {
    match &content.body {
        Some(Body::Text { text, .. }) => text,
        other => panic!("{other:?}"),
    }
}

fn samples(content: &Content) -> &Samples {
    match &content.body {
        Some(Body::Text { samples, .. }) => samples,
        other => panic!("{other:?}"),
    }
}

fn url(content: &Content) -> (&str, &str, Option<&str>) {
    match &content.buttons[0].kind {
        ButtonKind::Url { text, url, sample, .. } => (text, url, sample.as_deref()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_stay_names_where_the_provider_has_them() {
    let desired = clean(SHIPPED);
    let es = &desired[1];
    assert_eq!(es.key.to_string(), "bike_shipped/es");
    assert_eq!(es.content.parameter_format, ParameterFormat::Named);
    assert_eq!(text(&es.content), "Hola {{customer}}: el pedido {{order_id}} ya salió.\nLlegará en tres días.");
    assert_eq!(*samples(&es.content), Samples::named([("customer", "Ida"), ("order_id", "4711-0815")]));
    let track = "https://fernweh.example/track/{{order_id}}";
    assert_eq!(url(&es.content), ("Seguir", track, Some("4711-0815")));
    assert_eq!(url(&desired[0].content), ("Track", track, Some("4711-0815")));
    assert!(es.lifecycle.protect && es.lifecycle.allow_breaking);
    let replaces = es.lifecycle.replaces.as_ref().unwrap();
    assert_eq!((replaces.name.as_str(), replaces.keep_for.unwrap().as_hours()), ("bike_sent", 14 * 24));
    assert_eq!(es.about[2], ("ticket".to_owned(), "FC-812".to_owned()));
    let (read, ..) = families(SHIPPED);
    assert_eq!(read[0].languages().iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["en_US", "es"]);
    let slice = |path: &str| &SHIPPED[es.spans[path].range()];
    assert_eq!((slice("buttons[0].text"), slice("header.text")), ("Seguir", "Su bicicleta está en camino"));
    assert!(slice("buttons[0].url").contains("/track/"));
    assert_eq!(&SHIPPED[es.span.range()], "es");
}

#[test]
fn names_become_numbers_where_it_does_not() {
    let (desired, faults) = lowered(SHIPPED, false);
    assert_eq!(faults, []);
    let es = &desired[1].content;
    assert_eq!(es.parameter_format, ParameterFormat::Positional);
    assert!(text(es).starts_with("Hola {{1}}: el pedido {{2}} ya"));
    assert_eq!(*samples(es), Samples::positional(["Ida", "4711-0815"]));
    assert_eq!(url(es).1, "https://fernweh.example/track/{{1}}");
    assert_eq!(
        desired[0].notes,
        ["parameters are authored by name and submitted by number (body.text: {{1}} customer, {{2}} order_id; \
          buttons[0].url: {{1}} order_id)"]
    );
}

#[test]
fn order_of_the_list_is_the_order_of_the_wire() {
    let text_of = |yaml: &str| text(&content(yaml)).to_owned();
    let by_name = family(
        "parameter_format: positional\nparameters: [b: x, a: y]\nlanguages:\n  en: {body: \"{{a}} {{b}} {{a}}\"}\n",
    );
    assert_eq!(text_of(&by_name), "{{2}} {{1}} {{2}}");
    let mapped = by_name.replace("[b: x, a: y]", "{b: x, a: y}");
    assert!(fault(&mapped).1.contains("need an order"));
    let unlisted = by_name.replace("[b: x, a: y]", "[b: x]");
    assert!(fault(&unlisted).1.contains("does not list `a`"));
    let differing = by_name + "  de: {body: \"{{a}}\"}\n";
    assert!(fault(&differing).1.contains("`body.text` has {{a}} in `de`, but {{a}}, {{b}} in `en`"));
}

#[test]
fn faults_of_parameters() {
    let body = |text: &str| family(&format!("languages:\n  en: {{body: \"{text}\"}}\n"));
    for (text, part) in [
        ("{{1}} {{3}}", "uses `{{3}}`, but not `{{2}}`"),
        ("{{1}} {{name}}", "mixed"),
        ("{{Name}}", "did you mean `{{name}}`"),
        ("{{order no}}", "did you mean `{{order_no}}`"),
        ("{{}}", "not a parameter name"),
        ("{{0}}", "begin with 1"),
        ("{{größe}}", "not a parameter name"),
    ] {
        let (code, message) = fault(&body(text));
        assert_eq!(code, "LP010");
        assert!(message.contains(part), "{message}");
    }
    let (code, message) = fault(&family("parameter_format: NAMED\nlanguages:\n  en: {body: \"Hi {{1}}\"}\n"));
    assert!(code == "LP010" && message.contains("NAMED"));
    let typo = family("parameters: {custmer: Ida}\nlanguages:\n  en: {body: \"Hi {{customer}}\"}\n");
    let found = faults(&typo);
    assert_eq!((found[0].severity, found[0].help.as_deref()), (Severity::Warning, Some("did you mean `customer`?")));
    let twice = family("parameters: [a: 1, a: 2]\nlanguages:\n  en: {body: \"{{a}}\"}\n");
    assert!(fault(&twice).1.contains("twice"));
}

#[test]
fn samples_come_from_the_nearest_place() {
    let yaml = family(
        "parameters: [Ida, \"4711\"]\nlanguages:\n  en:\n    body: {text: \"{{1}} {{2}}\", example: {2: own}}\n  \
         en_GB:\n    parameters: {1: Nell}\n    body: \"{{1}} {{2}}\"\n  en_US: {body: {text: \"{{2}} {{1}}\", example: \
         [one, two]}}\n",
    );
    let found: Vec<_> = clean(&yaml).into_iter().map(|desired| samples(&desired.content).clone()).collect();
    let wanted = [["Ida", "own"], ["Nell", "4711"], ["one", "two"]].map(Samples::positional);
    assert_eq!(found, wanted);
    assert!(fault(&family("languages:\n  en: {body: {text: \"{{1}}\", example: [a, b]}}\n")).1.contains("2 samples"));
    assert!(fault(&family("languages:\n  en: {body: {text: Hi, example: a}}\n")).1.contains("no parameter"));
    assert!(
        fault(&family("languages:\n  en: {body: {text: \"{{a}}\", example: {b: x}}}\n")).1.contains("does not use")
    );
    let link = family(
        "buttons: [{type: url, text: Go, url: \"https://fernweh.example/{{1}}\", example: \
         \"https://fernweh.example/x7\"}]\nlanguages:\n  en: {body: Hi}\n",
    );
    assert_eq!(url(&content(&link)).2, Some("x7"));
    // Accounts number links beside named texts.
    let beside = family(
        "buttons: [{type: URL, text: Go, url: \"https://fernweh.example/{{1}}\", example: x7}]\nlanguages:\n  en: {body: \
         \"Hi {{name}}.\"}\n",
    );
    assert_eq!(content(&beside).parameter_format, ParameterFormat::Named);
}

#[test]
fn blanks_inside_braces_are_errors_that_say_what_to_write() {
    let body =
        |text: &str| family(&format!("parameters: {{name: Ida}}\nlanguages:\n  en: {{body: \"Hi {text}, well.\"}}\n"));
    for text in
        ["{{ name }}", "{{name }}", "{{\u{a0}name}}", "{{na\u{200b}me}}", "{{name\u{2060}}}", "{{\u{3164}name}}"]
    {
        let yaml = body(text);
        let found = faults(&yaml);
        let [only] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!((only.code, only.severity), ("LP010", Severity::Error), "{only:?}");
        assert_eq!(only.help.as_deref(), Some("write `{{name}}`"));
        let mut sources = crate::diagnostic::SourceMap::default();
        sources.add("a.yaml", yaml);
        let edits = sources.edits(only);
        assert_eq!(edits.len(), 1, "{text:?}");
        assert_eq!((sources.slice(edits[0].span), edits[0].replacement.as_str()), (text, "{{name}}"));
    }
    // Every text that takes parameters, and numbers as well as names.
    let card = "{header: {format: IMAGE, example: a.jpg}, body: \"At {{ 1 }}.\", buttons: [{type: URL, text: Go, url: \"https://fernweh.example/{{1 }}\"}]}";
    let numbered = family(&format!(
        "header: \"No {{{{ 1}}}}\"\nbuttons: [{{type: URL, text: Go, url: \"https://fernweh.example/{{{{ 1 }}}}\"}}]\ncarousel: {{cards: [{card}]}}\nlanguages:\n  en: {{body: \"Hi {{{{1\u{a0}}}}}.\"}}\n",
    ));
    let found = faults(&numbered);
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found.iter().all(|fault| fault.help.as_deref() == Some("write `{{1}}`")), "{found:#?}");
    // Keys of samples.
    for keys in [
        "parameters: {\"name\u{a0}\": Ida}\nlanguages:\n  en: {body: \"Hi {{name}}, well.\"}\n",
        "parameters: [\" name\": Ida]\nlanguages:\n  en: {body: \"Hi {{name}}, well.\"}\n",
        "parameters: {\"{{name}}\": Ida}\nlanguages:\n  en: {body: \"Hi {{name}}, well.\"}\n",
        "languages:\n  en: {body: {text: \"Hi {{name}}, well.\", example: {\"name \": Ida}}}\n",
    ] {
        let (code, said) = fault(&family(keys));
        assert!(code == "LP010" && said.ends_with("; write `name`"), "{said}");
    }
}

#[test]
fn authentication_families_have_no_texts() {
    let yaml = "name: login_code\ncategory: AUTHENTICATION\nmessage_send_ttl_seconds: 10m\nbody: \
                {add_security_recommendation: true}\nfooter: {code_expiration_minutes: 10}\nbuttons:\n  - type: OTP\n    \
                otp_type: one_tap\n    supported_apps: [{package_name: example.fernweh, signature_hash: \
                K8a%2FAINcGX7}]\nlanguages: [en_US, es, pt_BR]\n";
    let desired = clean(yaml);
    assert_eq!(desired.len(), 3);
    let content = &desired[2].content;
    assert_eq!(content.message_send_ttl_seconds, Some(600));
    assert!(matches!(content.body, Some(Body::Authentication { add_security_recommendation: true, .. })));
    assert!(matches!(content.footer, Some(Footer::CodeExpiration { code_expiration_minutes: 10, .. })));
    let ButtonKind::Otp(Otp { otp_type: OtpType::OneTap, supported_apps, .. }) = &content.buttons[0].kind else {
        panic!()
    };
    assert_eq!(supported_apps.len(), 1);
    assert_eq!(desired[0].span.start, 0);
    assert!(fault(&yaml.replace("[en_US, es, pt_BR]", "[es, es]")).1.contains("twice"));
}

#[test]
fn overlays_and_accounts() {
    let yaml = family(
        "message_send_ttl_seconds: -1\nfooter: Fernweh Cycles\nheader: {format: IMAGE, example: media/a.jpg}\nper_account:\n  \
         provider=infobip: {message_send_ttl_seconds: null, footer: \"${brand}\", languages: {de: null, en: {footer: \
         null}}}\n  shop: {category: MARKETING}\nlanguages:\n  en: {body: Ready}\n  de: {body: Fertig, header: null}\n  \
         en_GB: {body: Ready, header: {format: text, text: Hi}}\n",
    );
    let here = clean(&yaml);
    assert_eq!(here[0].category, Category::Marketing);
    assert_eq!(here[0].content.message_send_ttl_seconds, Some(-1));
    assert!(here[1].content.header.is_none());
    assert!(matches!(&here[2].content.header.as_ref().unwrap().kind, HeaderKind::Text { text, .. } if text == "Hi"));
    let HeaderKind::Media { sample: Some(sample), .. } = &here[0].content.header.as_ref().unwrap().kind else {
        panic!()
    };
    assert_eq!(sample.source, MediaSource::File("media/a.jpg".into()));
    assert_eq!(sample.digest.as_deref(), Some("sha256:media/a.jpg"));
    let (there, faults) = lowered_for(&yaml, "blast", "infobip", false);
    assert_eq!(faults, []);
    assert_eq!(there.iter().map(|one| one.key.language.as_str()).collect::<Vec<_>>(), ["en", "en_GB"]);
    assert!(there[0].content.footer.is_none() && there[0].content.message_send_ttl_seconds.is_none());
    assert!(matches!(&there[1].content.footer, Some(Footer::Text { text, .. }) if text == "Fernweh Cycles"));
}

#[test]
fn scalars_are_what_a_text_field_makes_of_them() {
    let yaml = family("footer: no\nlanguages:\n  no: {body: 012}\n  en: {body: on}\n  de: {body: 1_000}\n");
    let (desired, _) = lowered(&yaml, true);
    assert_eq!(desired.iter().map(|one| text(&one.content)).collect::<Vec<_>>(), ["012", "on", "1_000"]);
    let kept = family("languages:\n  en:\n    body: |+\n      a\n\n    footer: x\n  en_GB:\n    body: |\n      a\n\n");
    assert_eq!(clean(&kept).iter().map(|one| text(&one.content).to_owned()).collect::<Vec<_>>(), ["a\n\n", "a"]);
}

#[test]
fn verbatim_components_are_typed_as_json() {
    let yaml = family(
        "footer: gone\nmessage_send_ttl_seconds: 60\nextra: {brand_new: 7}\nlanguages:\n  en:\n    components:\n      - \
         {type: BODY, text: \"Hi {{1}} ${brand}\", example: {body_text: [[Ida]]}}\n      - {type: HEADER, format: IMAGE, \
         example: {header_handle: [media/a.jpg]}}\n      - {type: SPARKLES, level: 9, on: true, word: no, code: 012}\n  de: \
         {body: Hallo}\n",
    );
    let (desired, found) = lowered(&yaml, true);
    assert_eq!(found.iter().map(|one| (one.code, one.severity)).collect::<Vec<_>>(), [("LP011", Severity::Warning)]);
    let en = &desired[0].content;
    assert_eq!(text(en), "Hi {{1}} ${brand}");
    assert_eq!(*samples(en), Samples::positional(["Ida"]));
    assert!(en.footer.is_none() && desired[1].content.footer.is_some());
    assert_eq!(en.message_send_ttl_seconds, Some(60));
    let wanted = serde_json::json!({"type": "SPARKLES", "level": 9, "on": true, "word": "no", "code": "012"});
    assert_eq!(en.unmodelled, [wanted]);
    assert_eq!(en.extra["brand_new"], serde_json::json!(7));
    let HeaderKind::Media { sample: Some(sample), .. } = &en.header.as_ref().unwrap().kind else { panic!() };
    assert_eq!(sample.source, MediaSource::File("media/a.jpg".into()));
}

#[test]
fn all_faults_at_once_and_each_once() {
    let yaml = "name: Bike\ncategory: UTILTY\nfooter:\nbuttons: [{type: LINK, text: a}]\nlifecycle: {ignore: \
                [bodie]}\nallow: [nonsense]\nlanguages:\n  en-US: {body: \"{{1}} {{3}}\"}\n  de: {body: 5, bdoy: x, \
                category: y}\n";
    let found = faults(yaml);
    let codes: Vec<_> = found.iter().map(|fault| fault.code).collect();
    for code in ["LP004", "LP005", "LP007", "LP008", "LP009", "LP010"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert_eq!(codes.iter().filter(|code| **code == "LP005").count(), 1);
    let unknown = |word: &str| found.iter().filter(|fault| fault.message.contains(word)).count();
    assert_eq!((unknown("LINK"), unknown("`UTILTY`"), unknown("bodie"), unknown("nonsense")), (1, 1, 1, 1));
    let help = |word: &str| found.iter().find(|fault| fault.message.contains(word)).unwrap().help.clone().unwrap();
    assert_eq!(help("bdoy"), "did you mean `body`?");
    assert!(help("no key `category`").contains("beside `name`"));
    assert!(help("`UTILTY`").starts_with("did you mean `UTILITY`?"));
}

#[test]
fn documents_and_removals() {
    let yaml = "removed:\n  - {name: promo_may, languages: [es], reason: over}\n  - old_one\n---\nremoved: [{name: x, keep: \
                true}]\nname: a\ncategory: TICKET_UPDATE\naccept_category: MARKETING\nlanguages: {en: {body: Hi}}\n---\n";
    let (families, removals, faults) = families(yaml);
    assert_eq!(faults, []);
    assert_eq!((families.len(), removals.len()), (1, 3));
    assert!(families[0].category.is_legacy());
    assert_eq!(removals[0].languages, ["es"]);
    assert!(removals[2].keep && !removals[1].keep);
    let (_, removals, faults) = super::testing::families("removed: [{name: x, languages: []}]\n");
    assert_eq!((removals.len(), faults[0].code), (0, "LP005"));
}

#[test]
fn parts_that_do_not_fit() {
    let cases = [
        ("header: {format: IMAGE}\nlanguages:\n  en: {header: Hi, body: x}\n", "LP012", "IMAGE, which has no text"),
        ("buttons: [{type: CATALOG, text: Shop}]\nlanguages:\n  en: {body: x}\n", "LP004", "cannot be chosen"),
        ("buttons: [a]\nlanguages:\n  en: {body: x}\n", "LP003", "`type`"),
        ("footer: {minutes: 3}\nlanguages:\n  en: {body: x, footer: y}\n", "LP004", "no key `minutes`"),
        ("languages:\n  en:\n", "LP005", "`{}`"),
        ("accounts: []\nlanguages: [en]\n", "LP005", "default"),
        ("languages: {}\n", "LP005", "at least one"),
        ("languages:\n  en: {body: {{1}}}\n", "LP001", "quoted"),
        ("header: {format: VIDEO, example: missing.mp4}\nlanguages: [en, de]\n", "LP013", "no such file"),
        ("languages:\n  es: {body: \"${optout}\"}\n", "LP011", "no text in `es`"),
        ("message_send_ttl_seconds: 1y\nlanguages: [en]\n", "LP006", "duration"),
    ];
    for (body, code, part) in cases {
        let found = fault(&family(body));
        assert_eq!(found.0, code, "{body}");
        assert!(found.1.contains(part), "{found:?}");
    }
    let carousel = family(
        "category_: x\nlanguages:\n  en:\n    body: Hi\n    carousel:\n      cards:\n        - {header: {format: IMAGE, \
         example: a.jpg}, body: \"Bike {{1}}\", buttons: [{type: QUICK_REPLY, text: Yes}]}\n        - {header: {format: \
         IMAGE}, body: Other}\n",
    )
    .replace("category_: x\n", "x-note: y\n");
    let content = content(&carousel);
    assert_eq!(content.carousel.unwrap().cards.len(), 2);
    assert_eq!(Parameter::parse("1"), Parameter::Number(1));
}

#[test]
fn free_keys_are_free_everywhere() {
    let yaml = family(
        "x-a: 1\nbody: {x-b: 2, text: Hi}\nper_account: {x-c: 3}\nbuttons: [{x-d: 4, type: CATALOG}]\nlanguages:\n  x-base: \
         &base {footer: F}\n  en: {x-e: 5, <<: *base}\n",
    );
    assert_eq!(clean(&yaml).len(), 1);
}

#[test]
fn line_ends_and_marks_of_editors_do_not_matter() {
    let (here, faults) = lowered(&format!("\u{feff}{}", SHIPPED.replace('\n', "\r\n")), true);
    assert_eq!(faults, []);
    let plain = clean(SHIPPED);
    assert_eq!(
        here.iter().map(|one| &one.content).collect::<Vec<_>>(),
        plain.iter().map(|one| &one.content).collect::<Vec<_>>()
    );
}

/// Trees of the format's own words: whatever they say, reading ends with findings.
fn arb_tree() -> impl Strategy<Value = Json> {
    const WORDS: &[&str] = &[
        "name",
        "category",
        "accounts",
        "parameters",
        "header",
        "body",
        "footer",
        "buttons",
        "carousel",
        "cards",
        "languages",
        "en",
        "es",
        "lifecycle",
        "allow",
        "per_account",
        "removed",
        "components",
        "extra",
        "text",
        "example",
        "format",
        "type",
        "url",
        "IMAGE",
        "TEXT",
        "URL",
        "OTP",
        "FLOW",
        "{{1}}",
        "{{2}}",
        "{{a}}",
        "{{a}} {{b}}",
        "{{",
        "${brand}",
        "${",
        "shop",
        "provider=*",
        "!x",
        "UTILITY",
        "NAMED",
        "POSITIONAL",
        "parameter_format",
        "replaces",
        "keep_for",
        "1",
        "a",
        "message_send_ttl_seconds",
        "otp_type",
        "supported_apps",
        "limited_time_offer",
        "call_permission_request",
        "x-y",
        "flow_id",
        "../x",
        "http://x",
        "https://fernweh.example/{{a}}",
        "4::x",
        "",
        "true",
        "LP012",
        "14d",
        "é",
        "type",
    ];
    let word = || proptest::sample::select(WORDS.to_vec()).prop_map(str::to_owned);
    let leaf =
        prop_oneof![8 => word().prop_map(Json::from), 1 => Just(Json::Null), 1 => any::<i64>().prop_map(Json::from)];
    leaf.prop_recursive(6, 80, 8, move |inner| {
        prop_oneof![
            1 => collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            3 => collection::vec((word(), inner), 0..8).prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_reading_fall_over(tree in arb_tree(), languages in arb_tree(), named in any::<bool>()) {
        let mut family = serde_json::json!({"name": "bike_ready", "category": "UTILITY", "languages": {"en": languages}});
        if let (Some(family), Json::Object(tree)) = (family.as_object_mut(), tree) {
            family.extend(tree);
        }
        let (_, faults) = lowered(&family.to_string(), named);
        for fault in faults {
            prop_assert!(fault.span.is_some() && !fault.message.is_empty());
        }
    }
}

#[test]
fn texts_that_a_new_language_inherits_are_named() {
    let shared = |yaml: &str| {
        let found = faults(&family(yaml));
        let found = found.into_iter().filter(|fault| fault.code == "LP014");
        found.map(|fault| fault.message).collect::<Vec<_>>()
    };
    let url = "{type: URL, text: Track it, url: \"https://fernweh.example\"}";
    let three = |footer: &str, de: &str, fr: &str| {
        format!(
            "footer: {footer}\nbuttons: [{url}, {{type: QUICK_REPLY, text: OK}}]\nlanguages:\n  en: {{body: Ready}}\n  de: {{body: Fertig{de}}}\n  \
             fr: {{body: Prêt{fr}}}\n"
        )
    };
    let labels = ", buttons: [Verfolgen, {}]";
    assert_eq!(
        shared(&three("Reply STOP to opt out", &format!("{labels}, footer: Antworte STOPP"), "")),
        ["`footer.text` is the same text in en, fr", "`buttons[0].text` is the same text in en, fr"]
    );
    // A name may be shared; where a language translates it, it is none.
    assert_eq!(shared(&three("Fernweh Cycles", labels, ", buttons: [Suivre, {}]")), [] as [&str; 0]);
    assert_eq!(
        shared(&three("Fernweh Cycles", &format!("{labels}, footer: Fernweh Räder"), ", buttons: [Suivre, {}]")),
        ["`footer.text` is the same text in en, fr"]
    );
    assert_eq!(shared("footer: フェルン\nlanguages:\n  ja: {body: はい}\n  de: {body: Ja}\n").len(), 1);
    let card =
        "{header: {format: IMAGE, example: a.jpg}, body: A new bike, buttons: [{type: QUICK_REPLY, text: Show me}]}";
    assert_eq!(
        shared(&format!("limited_time_offer: {{text: Spring sale}}\ncarousel: {{cards: [{card}]}}\nlanguages:\n  en: {{body: Hi}}\n  de: {{body: Hallo}}\n"))
            .len(),
        3
    );
    assert_eq!(
        shared("buttons: [{type: QUICK_REPLY, text: Show me}]\nlanguages:\n  en: {body: Hi}\n  en_GB: {body: Hello}\n"),
        [] as [&str; 0]
    );
}
