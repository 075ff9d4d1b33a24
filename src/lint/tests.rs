//! Every rule against its fixtures, and the pages against the tables.

use super::*;
use crate::{
    source::testing::lowered,
    template::{
        Body, Button, ButtonKind, Card, Carousel, Extra, FlowReference, Footer, Header, HeaderKind, Parameter,
        ParameterFormat, Samples,
    },
};

/// A fixture with the keys of a family that it leaves out.
fn whole(fixture: &str) -> String {
    let has = |key: &str| fixture.lines().any(|line| line.starts_with(key));
    let mut text = fixture.replace("AND-SO-ON-FOR-2000-CHARACTERS", &"x".repeat(2000));
    for (key, line) in [
        ("name:", "name: bike_ready\n"),
        ("category:", "category: UTILITY\n"),
        ("languages:", "languages:\n  en_US: {body: \"Your bike is ready, come and see us.\"}\n"),
    ] {
        if !has(key) {
            text.push_str(line);
        }
    }
    text
}

fn unwritable(code: &str, form: &[Diagnostic]) {
    let expected = ["LP101", "LP145", "LP147", "LP151", "LP169"];
    assert!(expected.contains(&code), "{code} cannot be written: {form:?}");
}

fn found(fixture: &str) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let (desired, faults) = lowered(&whole(fixture), true);
    (diagnose(&desired), faults.into_iter().filter(|fault| fault.severity == Severity::Error).collect())
}

#[test]
fn every_rule_reports_its_bad_fixture_and_passes_its_good_one() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let (bad, form) = found(rule.bad);
        // Some of what the provider refuses cannot be written in the file form to begin with; the content is then
        // incomplete. Live content and verbatim `components` can still have it.
        let codes: Vec<_> = bad.iter().map(|finding| finding.code).collect();
        let severe = |finding: &&Diagnostic| finding.code == rule.code && finding.severity == rule.severity;
        if !form.is_empty() {
            unwritable(rule.code, &form);
        } else if !bad.iter().any(|finding| severe(&finding)) {
            wrong.push(format!("{} bad: found {codes:?}, form {form:?}", rule.code));
        }
        let others: Vec<_> = bad.iter().filter(|finding| finding.code != rule.code).collect();
        if form.is_empty() && !others.is_empty() {
            wrong.push(format!("{} bad has more: {others:?}", rule.code));
        }
        let (good, form) = found(rule.good);
        let still = |finding: &Diagnostic| finding.code == rule.code || finding.severity == Severity::Error;
        if good.iter().any(still) || !form.is_empty() {
            wrong.push(format!("{} good: {good:?}, form {form:?}", rule.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn codes_are_unique_and_sorted() {
    let codes: Vec<_> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    assert!(codes.iter().all(|code| code.len() == 5 && code.starts_with("LP")));
    assert!(RETIRED.iter().all(|(retired, _)| !codes.contains(retired)));
}

#[test]
fn pages_are_found_by_code() {
    assert!(pages::page("lp111").unwrap().contains("1024"));
    assert_eq!(pages::page("LP999"), None);
}

fn desired(category: Category, content: Content) -> Desired {
    let (mut all, _) = lowered(&whole(""), true);
    let mut desired = all.remove(0);
    desired.category = category;
    desired.content = content;
    desired
}

fn text_body(text: &str, samples: Samples) -> Content {
    let body = Body::Text { text: text.to_owned(), samples, extra: Extra::new() };
    Content { body: Some(body), ..Content::default() }
}

fn codes(desired: &Desired) -> Vec<&'static str> {
    check(desired).into_iter().map(|finding| finding.code).collect()
}

#[test]
fn what_the_file_form_cannot_say_is_found_in_contents() {
    let samples = Samples::named([("Day", "Monday")]);
    let content = text_body("Your bike is ready on {{Day}} in our workshop.", samples);
    let named = Content { parameter_format: ParameterFormat::Named, ..content };
    assert_eq!(codes(&desired(Category::Utility, named)), ["LP147"]);
    let samples = Samples(std::collections::BTreeMap::from([(Parameter::Number(2), "Monday".to_owned())]));
    let content = text_body("Your bike is ready on {{2}} in our workshop.", samples);
    assert_eq!(codes(&desired(Category::Utility, content.clone())), ["LP145"]);
    let content = Content { parameter_format: ParameterFormat::Named, ..content };
    assert_eq!(codes(&desired(Category::Utility, content)), ["LP145", "LP151"]);
    let plain = text_body("Your bike is ready.", Samples::default());
    for (flow, wanted) in [
        (FlowReference::Missing, vec!["LP169"]),
        (FlowReference::Id("YOUR_FLOW_ID".into()), vec!["LP169"]),
        (FlowReference::Id("1020304050".into()), vec![]),
    ] {
        let (text, flow_action, navigate_screen, icon) = ("Choose".into(), None, None, None);
        let flow = ButtonKind::Flow { text, flow, flow_action, navigate_screen, icon };
        let content = Content { buttons: vec![Button::new(flow)], ..plain.clone() };
        assert_eq!(codes(&desired(Category::Utility, content)), wanted);
    }
    let mut odd = desired(Category::Utility, plain);
    odd.key.name = "Bike-Ready".into();
    let [finding] = refused(&odd, &odd.category, &odd.content).try_into().unwrap();
    assert_eq!((finding.code, finding.scope), ("LP101", Scope::Create));
}

/// A family with verbatim components, as JSON.
fn verbatim(category: &str, components: &str) -> Vec<(&'static str, String)> {
    let text =
        format!("name: bike_ready\ncategory: {category}\nlanguages:\n  en_US:\n    components:\n      {components}\n");
    let (desired, faults) = lowered(&text, true);
    assert!(faults.iter().all(|fault| fault.severity != Severity::Error), "{faults:?}");
    let errors = diagnose(&desired).into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.code, text[finding.span.unwrap().range()].to_owned())).collect()
}

#[test]
fn verbatim_components_are_judged_where_they_stand() {
    let body = r#"{"type": "BODY", "text": "Your bike is ready."}"#;
    let with = |more: &str| verbatim("UTILITY", &format!("[{body}, {more}]"));
    let buttons = |list: &str| with(&format!(r#"{{"type": "BUTTONS", "buttons": [{list}]}}"#));
    let rows = [
        (with(r#"{"type": "BODY", "text": "x"}"#), "LP104", r#"{"type": "BODY", "text": "x"}"#),
        (with(r#"{"type": "FOOTER"}"#), "LP105", r#"{"type": "FOOTER"}"#),
        (with(r#"{"type": "FOOTER", "text": 5}"#), "LP105", r#"{"type": "FOOTER", "text": 5}"#),
        (with(r#"{"type": "HEADER", "format": "TEXT"}"#), "LP105", r#"{"type": "HEADER", "format": "TEXT"}"#),
        (with(r#"{"text": "x"}"#), "LP105", r#"{"text": "x"}"#),
        (with("poem"), "LP105", "poem"),
        (buttons(""), "LP105", r#"{"type": "BUTTONS", "buttons": []}"#),
        (buttons(r#"{"type": "QUICK_REPLY"}"#), "LP105", r#"{"type": "QUICK_REPLY"}"#),
        (buttons(r#"{"type": "URL", "text": "Look"}"#), "LP105", r#"{"type": "URL", "text": "Look"}"#),
        (buttons(r#"{"type": "PHONE_NUMBER", "text": "x"}"#), "LP105", r#"{"type": "PHONE_NUMBER", "text": "x"}"#),
        (buttons(r#"{"text": "x"}"#), "LP105", r#"{"text": "x"}"#),
        (with(r#"{"type": "FOOTER", "text": "Bye 🚲"}"#), "LP132", r#""Bye 🚲""#),
        (
            buttons(r#"{"type": "URL", "text": "a", "url": "https://f.example/{{2}}", "example": ["x"]}"#),
            "LP172",
            r#""https://f.example/{{2}}""#,
        ),
        (
            buttons(r#"{"type": "URL", "text": "a", "url": "https://f.example/{{A}}", "example": ["x"]}"#),
            "LP147",
            r#""https://f.example/{{A}}""#,
        ),
    ];
    for (found, code, place) in rows {
        assert_eq!(found, [(code, place.to_owned())]);
    }
    for known_tomorrow in [r#"{"type": "POEM", "text": "x"}"#, r#"{"type": "HEADER", "format": "HOLOGRAM"}"#] {
        assert_eq!(with(known_tomorrow), []);
    }
    assert_eq!(buttons(r#"{"type": "HOLOGRAM"}"#), []);
}

#[test]
fn cards_of_verbatim_carousels_are_judged_where_they_stand() {
    let card = |more: &str| {
        let header = r#"{"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}}"#;
        let buttons = r#"{"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]}"#;
        format!(r#"{{"components": [{header}, {buttons}{more}]}}"#)
    };
    let found = |more: &str| {
        let cards = format!("[{}, {}]", card(more), card(""));
        let body = r#"{"type": "BODY", "text": "Our tours."}"#;
        verbatim("MARKETING", &format!(r#"[{body}, {{"type": "CAROUSEL", "cards": {cards}}}]"#))
    };
    assert_eq!(found(""), []);
    let footer = r#"{"type": "FOOTER", "text": "f"}"#;
    assert_eq!(found(&format!(", {footer}")), [("LP105", footer.to_owned())]);
    let header = r#"{"type": "HEADER", "format": "LOCATION"}"#;
    assert_eq!(found(&format!(", {header}")), [("LP104", header.to_owned())]);
    let cards = r#"{"type": "CAROUSEL", "cards": 2}"#;
    let alone = verbatim("MARKETING", &format!(r#"[{{"type": "BODY", "text": "Our tours."}}, {cards}]"#));
    assert_eq!(alone, [("LP105", cards.to_owned())]);
}

#[test]
fn labels_and_footers_are_plain() {
    let footer = |text: &str| {
        let plain = text_body("Your bike is ready.", Samples::default());
        let footer = Some(Footer::Text { text: text.to_owned(), extra: Extra::new() });
        codes(&desired(Category::Utility, Content { footer, ..plain }))
    };
    let label = |text: &str| {
        let plain = text_body("Your bike is ready.", Samples::default());
        let buttons = vec![Button::new(ButtonKind::QuickReply { text: text.to_owned() })];
        codes(&desired(Category::Utility, Content { buttons, ..plain }))
    };
    assert_eq!(
        (footer("a {{"), footer("a }}"), footer("a { b"), footer("✓ ★")),
        (vec!["LP131"], vec!["LP131"], vec![], vec![])
    );
    assert_eq!(
        (label("a {{"), label("{{1}}"), label("✓ Done"), label("✔️ Done")),
        (vec!["LP161"], vec!["LP161"], vec![], vec!["LP161"])
    );
    assert_eq!((label("4* inn"), label("_go_"), label("go_to_it")), (vec![], vec!["LP162"], vec![]));
}

#[test]
fn urls_have_a_fixed_host_and_one_variable() {
    let url = |url: &str| {
        let plain = text_body("Your bike is ready.", Samples::default());
        let kind =
            ButtonKind::Url { text: "Look".into(), url: url.to_owned(), sample: Some("x".into()), app_deep_link: None };
        codes(&desired(Category::Utility, Content { buttons: vec![Button::new(kind)], ..plain }))
    };
    let good =
        ["https://f.example/{{1}}", "https://f.example/{{order_id}}", "HTTPS://f.example", "https://f.example?x={{1}}"];
    for one in good {
        assert_eq!(url(one), Vec::<&str>::new(), "{one}");
    }
    for one in ["https://{{1}}", "https:f.example", "https://f.example/{x}", "https://f.example:{{1}}"] {
        assert_eq!(url(one), ["LP170"], "{one}");
    }
    for (one, code) in [
        ("https://f.example/{{01}}", "LP147"),
        ("https://f.example/{{2}}", "LP172"),
        ("https://f.example/{{_a}}", "LP147"),
    ] {
        assert_eq!(url(one), [code], "{one}");
    }
}

#[test]
fn variables_have_sound_names_and_numbers() {
    for inner in ["01", "99999999999999999999", "_a", "A"] {
        let text = format!("Your bike is ready on {{{{{inner}}}}} in our workshop.");
        let samples = Samples(std::collections::BTreeMap::from([(Parameter::parse(inner), "x".to_owned())]));
        assert_eq!(codes(&desired(Category::Utility, text_body(&text, samples))), ["LP147"], "{inner}");
    }
}

#[test]
fn blanks_inside_the_braces_of_verbatim_components_are_refused() {
    let body = |text: &str| {
        let yaml = format!(
            "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en:\n    components:\n      - {{type: BODY, text: \"Hi {text}, your bike is ready.\", example: {{body_text: [[Ida]]}}}}\n      - {{type: BUTTONS, buttons: [{{type: URL, text: Go, url: \"https://fernweh.example/{text}\", example: [x]}}]}}\n"
        );
        let desired = lowered(&yaml, true).0.remove(0);
        let found = refused(&desired, &desired.category, &desired.content);
        found
            .into_iter()
            .filter(|finding| finding.code == "LP147")
            .map(|finding| (finding.path, finding.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(body("{{1}}"), []);
    for text in ["{{ 1 }}", "{{ name }}", "{{1\u{a0}}}", "{{\u{200b}1}}"] {
        let found = body(text);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["body.text", "buttons[0].url"], "{text:?}");
        assert!(found.iter().all(|(_, message)| message.contains("between its braces")), "{found:?}");
    }
}

#[test]
fn phone_numbers_at_their_edges() {
    let found = |number: &str| {
        let phone = ButtonKind::PhoneNumber { text: "Call".into(), phone_number: number.into() };
        let content = text_body("Your bike is ready.", Samples::default());
        codes(&desired(Category::Utility, Content { buttons: vec![Button::new(phone)], ..content }))
    };
    for number in
        ["+43316555010", "43316555010", "+43 (316) 555-010", "+1 650.555.0100", "+1234567", "+123456789012345"]
    {
        assert_eq!(found(number), [] as [&str; 0], "{number}");
    }
    for number in [
        "",
        "112",
        "+123456",
        "+1234567890123456",
        "++1 650 555 0100",
        "+43/316/555010",
        "1+650 555 0100",
        "+49 89 5550100 x12",
    ] {
        assert_eq!(found(number), ["LP166"], "{number}");
    }
    for number in ["0316000000", "(0316) 000000", "0043316000000", "+0316000000"] {
        assert_eq!(found(number), ["LP173"], "{number}");
    }
    for number in ["+43 0316 555010", "+390612345678", "+44 (0)20 5550100"] {
        assert_eq!(found(number), ["LP174"], "{number}");
    }
}

#[test]
fn limits_at_their_edges() {
    let body = |length: usize| codes(&desired(Category::Utility, text_body(&"ü".repeat(length), Samples::default())));
    assert_eq!((body(1024), body(1025)), (vec![], vec!["LP111"]));
    let ttl = |category: Category, seconds: i64| {
        let plain = text_body("Your bike is ready.", Samples::default());
        let found = codes(&desired(category, Content { message_send_ttl_seconds: Some(seconds), ..plain }));
        found.contains(&"LP230")
    };
    assert_eq!([29, 30, 43_200, 43_201, -1].map(|s| ttl(Category::Utility, s)), [true, false, false, true, false]);
    assert_eq!([43_199, 43_200, -1].map(|s| ttl(Category::Marketing, s)), [true, false, true]);
    assert_eq!([30, 900, 901, -1].map(|s| ttl(Category::Authentication, s)), [false, false, true, false]);
    let ratio = |words: usize| {
        let text = format!("Hi {{{{1}}}} and {{{{2}}}} {}", "word ".repeat(words - 2));
        codes(&desired(Category::Utility, text_body(&text, Samples::positional(["a", "b"]))))
    };
    // Probes: 2 variables with 4 words were refused, with 5 accepted.
    assert_eq!((ratio(4), ratio(5), ratio(7)), (vec!["LP142"], vec![], vec![]));
}

#[test]
fn allowed_findings_are_notes_for_validate_and_nothing_for_the_planner() {
    let text = whole("allow: [LP130]\nfooter: Fernweh Cycles, Kirchengasse 12, Innsbruck, open Monday to Saturday\n");
    let (desired, _) = lowered(&text, true);
    let found = diagnose(&desired);
    assert_eq!((found[0].code, found[0].severity), ("LP130", Severity::Note));
    assert!(text[found[0].span.unwrap().range()].starts_with("Fernweh Cycles"));
    assert_eq!(refused(&desired[0], &desired[0].category, &desired[0].content)[0].code, "LP130");
}

#[test]
fn what_languages_share_is_said_once() {
    let text = "name: bike_ready\ncategory: UTILITY\nfooter: \"Fernweh 🚲\"\nlanguages:\n  en: {body: Your bike is ready.}\n  \
                de: {body: Dein Rad ist fertig.}\n  fr: {body: Votre vélo est prêt.}\n";
    let found = diagnose(&lowered(text, true).0);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].label, "in bike_ready/en and 2 more languages");
}

#[test]
fn places_fall_back_to_the_nearest_parent() {
    let (all, _) = lowered(&whole("buttons:\n  - {type: FLOW, text: Choose, flow_id: \"1\"}\n"), true);
    let span = place(&all[0], "buttons[0].icon");
    assert_eq!(span, place(&all[0], "buttons[0]"));
    assert_eq!(place(&all[0], "footer.text"), all[0].span);
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in "(\\PC|[{}\\n]|\\{\\{[0-9a-z]\\}\\}){0,40}", category in 0..4_usize) {
        let category = ["MARKETING", "UTILITY", "AUTHENTICATION", "TICKET_UPDATE"][category];
        let url = ButtonKind::Url { text: text.clone(), url: text.clone(), sample: None, app_deep_link: None };
        let phone = ButtonKind::PhoneNumber { text: text.clone(), phone_number: text.clone() };
        let code = ButtonKind::CopyCode { sample: Some(text.clone()) };
        let header = Header::new(HeaderKind::Text { text: text.clone(), samples: Samples::default() });
        let body = Body::Text { text: text.clone(), samples: Samples::default(), extra: Extra::new() };
        let card = Card {
            header: Some(header.clone()),
            body: Some(body.clone()),
            buttons: vec![Button::new(url.clone())],
            unmodelled: vec![],
            extra: Extra::new(),
        };
        let content = Content {
            header: Some(header),
            body: Some(body),
            footer: Some(Footer::Text { text: text.clone(), extra: Extra::new() }),
            buttons: [url, phone, code].map(Button::new).to_vec(),
            carousel: Some(Carousel { cards: vec![card.clone(), card], extra: Extra::new() }),
            ..Content::default()
        };
        let mut odd = desired(Category::parse(category), content);
        odd.key.name = text;
        let found = diagnose(std::slice::from_ref(&odd));
        proptest::prop_assert!(!found.is_empty() && refused(&odd, &odd.category, &odd.content).len() <= check(&odd).len());
    }
}
