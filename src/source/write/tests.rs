//! The writer's law: what is written is read as it was. Nasty texts, every component, arbitrary families; and an
//! independent reader of YAML sees the same texts. Invented data only.

use proptest::{collection, prelude::*};
use serde_json::json;

use super::{check::comparable, *};
use crate::template::Category;
use crate::{
    diagnostic::{FileId, Severity},
    source::{
        testing::lowered,
        tree::{self, Node, Value},
    },
    template::{
        Body, Button, ButtonKind, Extra, Footer, Header, HeaderKind, MediaFormat, MediaSample, Samples,
        components::fixture,
    },
};

fn family(contents: impl IntoIterator<Item = Content>) -> Imported {
    let codes = ["en_US", "es", "no", "de", "pt_BR"];
    let language = |(content, code): (Content, &str)| ImportedLanguage {
        language: code.to_owned(),
        category: Category::Utility,
        content,
    };
    Imported {
        name: "bike_ready".to_owned(),
        category: Category::Utility,
        accept_category: None,
        languages: contents.into_iter().zip(codes).map(language).collect(),
        accounts: None,
        named_parameters: true,
        allow: Vec::new(),
        comments: Vec::new(),
    }
}

/// Writes, reads, compares; gives what was written.
fn returns(family: &Imported) -> String {
    let yaml = family_yaml(family, None);
    let (found, faults) = lowered(&yaml, true);
    let errors: Vec<_> = faults.iter().filter(|fault| fault.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{yaml}");
    assert_eq!(found.len(), family.languages.len(), "{yaml}");
    for (wanted, found) in family.languages.iter().zip(&found) {
        assert_eq!(wanted.language, found.key.language);
        assert_eq!(comparable(&wanted.content), comparable(&found.content), "{yaml}");
    }
    oracle(&yaml);
    yaml
}

/// Another reader of YAML finds the same texts in the same places.
fn oracle(yaml: &str) {
    let mut faults = Vec::new();
    let ours = tree::parse(FileId(0), yaml, &mut faults);
    assert_eq!(faults, []);
    let theirs: serde_yaml::Value = serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    same(&ours[0], &theirs);
}

fn same(ours: &Node, theirs: &serde_yaml::Value) {
    match (&ours.value, theirs) {
        (Value::Scalar(scalar), serde_yaml::Value::String(text)) => assert_eq!(&scalar.text, text),
        (Value::Scalar(scalar), _) => {
            assert!(scalar.plain && !crate::source::json::plain(&scalar.text).is_string(), "{scalar:?} {theirs:?}");
        }
        (Value::Sequence(ours), serde_yaml::Value::Sequence(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            ours.iter().zip(theirs).for_each(|(ours, theirs)| same(ours, theirs));
        }
        (Value::Mapping(ours), serde_yaml::Value::Mapping(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            for (entry, (key, value)) in ours.iter().zip(theirs) {
                assert_eq!(Some(entry.key.as_str()), key.as_str());
                same(&entry.value, value);
            }
        }
        (ours, theirs) => panic!("{ours:?} {theirs:?}"),
    }
}

fn body(text: &str, samples: Samples) -> Option<Body> {
    Some(Body::Text { text: text.to_owned(), samples, extra: Extra::new() })
}
fn shipped(header: &str, text: &str, label: &str) -> Content {
    let url = ButtonKind::Url {
        text: label.to_owned(),
        url: "https://fernweh.example/track/{{order_id}}".to_owned(),
        sample: Some("4711-0815".to_owned()),
        app_deep_link: None,
    };
    let kind = HeaderKind::Text { text: header.to_owned(), samples: Samples::default() };
    Content {
        parameter_format: ParameterFormat::Named,
        header: Some(Header::new(kind)),
        body: body(text, Samples::named([("customer", "Ida"), ("order_id", "4711-0815")])),
        footer: Some(Footer::Text { text: "Fernweh Cycles".to_owned(), extra: Extra::new() }),
        buttons: vec![Button::new(url), Button::new(ButtonKind::QuickReply { text: format!("{label}!") })],
        message_send_ttl_seconds: Some(600),
        ..Content::default()
    }
}

#[test]
fn a_family_looks_as_if_a_person_had_written_it() {
    let mut imported = family([
        shipped("On its way", "Hi {{customer}}, order {{order_id}} has left our workshop.\nIt costs ${x}.", "Track"),
        shipped("En camino", "Hola {{customer}}: el pedido {{order_id}} ya salió.", "Seguir"),
    ]);
    imported.accept_category = Some(Category::Marketing);
    imported.accounts = Some(vec!["shop".to_owned(), "tier=live".to_owned()]);
    imported.allow = vec!["LP112".to_owned()];
    imported.comments = vec!["imported from shop\nby hand".to_owned()];
    let body = returns(&imported);
    let yaml = family_yaml(&imported, Some("# yaml-language-server: $schema=../letterpress.schema.json"));
    assert!(yaml.ends_with(body.split_once("name:").unwrap().1));
    let wanted = r#"# yaml-language-server: $schema=../letterpress.schema.json
# imported from shop
# by hand
name: bike_ready
category: UTILITY
accept_category: MARKETING
accounts: [shop, tier=live]
parameters:
  customer: Ida
  order_id: "4711-0815"
footer: Fernweh Cycles
buttons:
  - {type: URL, url: "https://fernweh.example/track/{{order_id}}"}
  - {type: QUICK_REPLY}
message_send_ttl_seconds: 600
languages:
  en_US:
    header: On its way
    body: |
      Hi {{customer}}, order {{order_id}} has left our workshop.
      It costs $${x}.
    buttons: [Track, Track!]
  es:
    header: En camino
    body: "Hola {{customer}}: el pedido {{order_id}} ya salió."
    buttons: [Seguir, Seguir!]
allow: [LP112]
"#;
    assert_eq!(yaml, wanted);
}

#[test]
fn bodies_with_blanks_of_all_sorts_are_read_line_by_line() {
    let content = |text: &str| Content { body: body(text, Samples::default()), ..Content::default() };
    let yaml = returns(&family([content("Good news, \nthe bell costs 10\u{a0}€.\n\n  Fernweh")]));
    assert!(
        yaml.ends_with("    body: |\n      Good news, \n      the bell costs 10\u{a0}€.\n\n        Fernweh\n"),
        "{yaml}"
    );
    let yaml = returns(&family([content("Good news,\r\nthe\u{200b} bell\n  is here.")]));
    let wanted = "    body: \"Good news,\\r\\n\\\n      the\\u200B bell\\n\\\n      \\  is here.\"\n";
    assert!(yaml.ends_with(wanted), "{yaml}");
}

#[test]
fn what_one_language_says_stands_with_it() {
    let footer = Some(Footer::CodeExpiration { code_expiration_minutes: 10, extra: Extra::new() });
    let yaml = returns(&family([shipped("Ready", TEXT, "Track")]));
    let wanted = r#"name: bike_ready
category: UTILITY
parameters:
  customer: Ida
  order_id: "4711-0815"
message_send_ttl_seconds: 600
languages:
  en_US:
    header: Ready
    body: Hi {{customer}}, order {{order_id}} has left.
    footer: Fernweh Cycles
    buttons:
      - {type: URL, text: Track, url: "https://fernweh.example/track/{{order_id}}"}
      - {type: QUICK_REPLY, text: Track!}
"#;
    assert_eq!(yaml, wanted);
    let call = Content {
        call_permission_request: Some(crate::template::CallPermissionRequest::default()),
        body: body("May we call you?", Samples::default()),
        buttons: vec![Button::new(ButtonKind::Catalog)],
        footer,
        ..Content::default()
    };
    let yaml = returns(&family([call]));
    let shared =
        "footer: {code_expiration_minutes: 10}\nbuttons:\n  - {type: CATALOG}\ncall_permission_request: true\n";
    assert!(yaml.contains(shared), "{yaml}");
}

#[test]
fn numbers_share_samples_where_bodies_agree() {
    let content = |text: &str, samples: [&str; 2]| Content {
        header: Some(Header::new(HeaderKind::Media {
            format: MediaFormat::Image,
            sample: Some(MediaSample { source: MediaSource::File("media/bike.jpg".into()), digest: None }),
        })),
        body: body(text, Samples::positional(samples)),
        buttons: vec![Button::new(ButtonKind::Url {
            text: "Go".into(),
            url: "https://fernweh.example/{{1}}".into(),
            sample: Some("x7".into()),
            app_deep_link: None,
        })],
        ..Content::default()
    };
    let same = ["Ida", "4711"];
    let yaml = returns(&family([content("{{1}}, {{2}} is ready.", same), content("{{2}} für {{1}}.", same)]));
    assert!(yaml.contains("parameters: [Ida, \"4711\"]\nheader: {format: IMAGE, example: media/bike.jpg}\n"), "{yaml}");
    assert!(
        yaml.contains("url: \"https://fernweh.example/{{1}}\", example: x7}\nlanguages:\n  en_US:\n    body:"),
        "{yaml}"
    );
    let yaml = returns(&family([content("{{1}}, {{2}} is ready.", same), content("{{2}} für {{1}}.", ["Ida", "7"])]));
    assert!(yaml.contains("  es:\n    parameters: [Ida, \"7\"]\n"), "{yaml}");
}

#[test]
fn languages_without_texts_are_a_list() {
    let content = Content {
        body: Some(Body::Authentication { add_security_recommendation: true, extra: Extra::new() }),
        footer: Some(Footer::CodeExpiration { code_expiration_minutes: 10, extra: Extra::new() }),
        buttons: vec![Button { extra: Extra::new(), ..fixture::otp(crate::template::OtpType::OneTap) }],
        ..Content::default()
    };
    let yaml = returns(&family([content.clone(), content.clone(), content]));
    assert!(yaml.ends_with("\nlanguages: [en_US, es, \"no\"]\n"), "{yaml}");
}

#[test]
fn what_is_unmodelled_goes_verbatim_and_alone() {
    let odd =
        Content { unmodelled: vec![json!({"type": "SPARKLES", "on": true, "no": "no"})], ..shipped("a", TEXT, "c") };
    let yaml = returns(&family([odd, shipped("A", TEXT, "C"), shipped("D", TEXT, "F")]));
    assert_eq!(yaml.matches("components:").count(), 1, "{yaml}");
    assert!(yaml.contains("{type: SPARKLES, \"on\": true, \"no\": \"no\"}"), "{yaml}");
    for content in fixture::all() {
        returns(&family([content]));
    }
    returns(&family(fixture::all().into_iter().take(5)));
    let shown = MediaSample { source: MediaSource::Shown("https://cdn.example/x?sig=1".into()), digest: None };
    let kind = HeaderKind::Media { format: MediaFormat::Video, sample: Some(shown) };
    let yaml = returns(&family([Content { header: Some(Header::new(kind)), ..Content::default() }]));
    assert!(yaml.contains("header: {format: VIDEO}\n"), "{yaml}");
}

/// Uses both parameters.
const TEXT: &str = "Hi {{customer}}, order {{order_id}} has left.";

const NASTY: &[&str] = &[
    "no",
    "on",
    "1_000",
    "012",
    "1.10",
    "12:30:45",
    "=",
    "<<",
    "~",
    "null",
    "true",
    "2026-11-01",
    "*a",
    "&a b",
    "!t",
    "%x",
    "@x",
    "`",
    "{{1}}",
    "{{1}} at the start",
    "a: b",
    "a #b",
    "#",
    "- a",
    "?",
    "| x",
    "> y",
    "[x",
    "{x",
    "'",
    "\"",
    "\\",
    "a\r\nb",
    "a\nb",
    "a\n",
    "\na",
    "a\n\n",
    "\n",
    " ",
    " a",
    "a ",
    "a \nb",
    "\ta",
    "a\tb",
    "a\n\tb",
    "a\n  b",
    "  a\nb",
    "a\n \nb",
    "\u{feff}",
    "a\u{a0}b",
    "a\u{2028}b",
    "a\u{200b}",
    "\u{85}",
    "\u{0}",
    "\u{7f}",
    "👩‍👩‍👧 🇩🇪",
    "مرحبا {{1}} بك",
    "\u{202b}x\u{202c}",
    "${brand}",
    "$${brand}",
    "${{1}}",
    "${",
    "$",
    "---",
    "--- a",
    "...",
    "a\n---\nb",
    "a\n...\nb",
    "a\n# b",
    "a:\n  b",
    "0x1F",
    "1e3",
    ".inf",
    "-",
    ":",
    ",",
    "a,b",
    "]",
    "\u{10ffff}",
    "\u{fffe}",
    "x\u{3000}",
    "\u{200d}",
    "https://fernweh.example/a?b=c#d",
    "Hi {{1}}, \nyour bike\u{a0}is ready. \n\n  Fernweh\u{202f}Cycles",
    "a\u{a0}\nb ",
    "\n\n  a\nb",
    " a\nb\n",
    "a\n     \nb\n\n",
    "x\ta\n y\r\n  z\u{200b}\n",
    "\u{2800}\u{1f3f4}\u{e0067}\u{e007f}\n!",
    "a very long line that goes on and on and on, well beyond anything that fits: really",
];

#[test]
fn nasty_texts_come_back_to_the_letter() {
    for text in NASTY {
        let label = |text: &str| Button::new(ButtonKind::QuickReply { text: text.to_owned() });
        let content = |text: &str| Content {
            header: Some(Header::new(HeaderKind::Text { text: text.to_owned(), samples: Samples::default() })),
            body: body(text, Samples::default()),
            footer: Some(Footer::Text { text: text.to_owned(), extra: Extra::new() }),
            buttons: vec![label(text), label("ok")],
            ..Content::default()
        };
        let yaml = returns(&family([content(text)]));
        assert!(!yaml.contains("components:"), "{yaml}");
        let yaml = returns(&family([content(text), content("plain"), content(text)]));
        assert!(!yaml.contains("components:"), "{yaml}");
        let sampled = Content { body: body("Hi {{1}}.", Samples::positional([*text])), ..Content::default() };
        let yaml = returns(&family([sampled.clone(), sampled]));
        assert!(yaml.contains("parameters:"), "{yaml}");
        let verbatim = Content { unmodelled: vec![json!({"type": "X", *text: text})], ..content(text) };
        returns(&family([verbatim]));
    }
}

fn arb_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(NASTY.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        2 => "[a-z ]{1,12}",
        1 => proptest::sample::select(vec!["{{1}}", "{{2}}", "{{name}}", "{{Odd}}", " ", "\n", "\r\n", "{{", "}}"])
            .prop_map(str::to_owned),
    ];
    collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

/// Content with texts of all sorts, samples for all parameters of each text or for none.
fn arb_nasty() -> impl Strategy<Value = Content> {
    let texts = collection::vec(arb_text(), 5);
    (texts, any::<bool>(), any::<bool>(), 0_usize..3).prop_map(|(texts, sampled, named, labels)| {
        let samples = |text: &str| {
            let used = placeholder::parameters(text).into_iter().filter(|_| sampled);
            Samples(used.zip(texts.iter().cycle().cloned()).collect())
        };
        let kind = HeaderKind::Text { text: texts[0].clone(), samples: samples(&texts[0]) };
        Content {
            parameter_format: if named { ParameterFormat::Named } else { ParameterFormat::Positional },
            header: Some(Header::new(kind)).filter(|_| labels != 1),
            body: body(&texts[1], samples(&texts[1])),
            footer: Some(Footer::Text { text: texts[2].clone(), extra: Extra::new() }),
            buttons: texts[3..3 + labels]
                .iter()
                .map(|text| Button::new(ButtonKind::QuickReply { text: text.clone() }))
                .collect(),
            ..Content::default()
        }
    })
}

/// Languages that have much in common.
fn arb_languages() -> impl Strategy<Value = Vec<Content>> {
    let any_content = || prop_oneof![2 => arb_nasty(), 1 => fixture::arb_content()];
    let parts = ["header", "body", "footer", "buttons", "carousel", "message_send_ttl_seconds", "sub_category"];
    let change = (proptest::sample::select(parts.to_vec()), any_content());
    (any_content(), collection::vec(collection::vec(change, 0..3), 0..4)).prop_map(|(first, others)| {
        let other = |changes: Vec<(&str, Content)>| {
            let mut content = first.clone();
            for (part, from) in changes {
                content.take_part(part, &from);
            }
            content
        };
        let others: Vec<Content> = others.into_iter().map(other).collect();
        std::iter::once(first).chain(others).collect()
    })
}

/// What accounts of sober businesses hold: parameters in order, samples for all, every kind of part.
fn arb_sober() -> impl Strategy<Value = Vec<Content>> {
    let texts = || collection::vec("[A-Z][a-z]{1,8}( [a-z]{1,8}){3,20}[.!?]", 3);
    let kinds: Vec<ButtonKind> = fixture::every_button()
        .into_iter()
        .map(|button| button.kind)
        .filter(|kind| {
            let odd = matches!(kind, ButtonKind::Unmodelled { .. } | ButtonKind::Url { app_deep_link: Some(_), .. });
            !odd && !matches!(kind, ButtonKind::Flow { flow: crate::template::FlowReference::Missing, .. })
        })
        .collect();
    let buttons = collection::vec(proptest::sample::select(kinds), 0..4);
    let languages = collection::vec((texts(), any::<bool>()), 1..4);
    (languages, buttons, 0_usize..4, any::<bool>()).prop_map(|(languages, buttons, parameters, named)| {
        let name = |at: usize| if named { format!("p{at}") } else { (at + 1).to_string() };
        let content = |(texts, own): (Vec<String>, bool)| {
            let text =
                (0..parameters).fold(texts[0].clone(), |text, at| format!("{text}\n{{{{{}}}}},", name(at))) + " ok";
            let sample = |at| if own { format!("{at} of {}", texts[1]) } else { format!("{at}") };
            let samples = (0..parameters).map(|at| (Parameter::parse(&name(at)), sample(at))).collect();
            let named = named && parameters > 0;
            Content {
                parameter_format: if named { ParameterFormat::Named } else { ParameterFormat::Positional },
                body: body(&text, Samples(samples)),
                footer: Some(Footer::Text { text: texts[2].clone(), extra: Extra::new() }).filter(|_| own),
                buttons: buttons.iter().cloned().map(Button::new).collect(),
                ..Content::default()
            }
        };
        languages.into_iter().map(content).collect()
    })
}

proptest! {
    #[test]
    fn sober_families_need_no_verbatim_json(languages in arb_sober()) {
        let count = languages.len();
        let yaml = returns(&family(languages.clone()));
        prop_assert!(!yaml.contains("components:"), "{}", yaml);
        prop_assert!(!yaml.contains("example: ["), "{}", yaml);
        if !languages[0].buttons.is_empty() {
            prop_assert!(yaml.matches("buttons:").count() == 1, "{} {}", count, yaml);
            prop_assert!(yaml.contains("\nbuttons:") || count == 1, "{}", yaml);
        }
        prop_assert!(count > 1 || !yaml.contains("\nfooter:"), "{}", yaml);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn every_family_comes_back(languages in arb_languages()) {
        // The law is about content as reading an account gives it.
        let normal = |content: &Content| {
            components::read(&components::write(content).unwrap(), components::Origin::Author).content == *content
        };
        prop_assume!(languages.iter().all(normal));
        returns(&family(languages));
    }
}
