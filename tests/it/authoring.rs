//! What people write by mistake: found before anything is sent, at the place where it stands, with what to write instead.

use serde_json::json;

use crate::harness::{SHOP, Workspace, actions, only, writes};

#[test]
fn blanks_inside_braces_are_found_where_they_stand_and_nothing_is_sent() {
    let workspace = Workspace::new(
        "name: bell_ready\ncategory: UTILITY\nparameters: {name: Resi}\nlanguages:\n  en_US:\n    body: |\n      \
         Your new bell is ready.\n      Pick it up in Graz, {{ name }}, today.\n",
    );
    let found = workspace.run(&["validate", "--format", "json"]).ends(3).json();
    let [finding] = found["diagnostics"].as_array().unwrap().as_slice() else { panic!("{found:#}") };
    let place = ["line", "column", "end_line", "end_column"].map(|field| finding[field].as_u64().unwrap());
    assert_eq!(place, [8, 27, 8, 37], "{finding:#}");
    assert_eq!(finding["help"], "write `{{name}}`");
    let edit = json!([{ "file": "templates/families.yaml", "line": 8, "column": 27, "end_line": 8, "end_column": 37,
        "replacement": "{{name}}" }]);
    assert_eq!(finding["edits"], edit);
    let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(3));
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

#[test]
fn what_an_account_holds_with_blanks_in_braces_is_kept_as_it_is() {
    let workspace = Workspace::of(SHOP);
    let template = json!({ "id": "77", "name": "bell_ready", "language": "en_US", "status": "APPROVED",
        "category": "UTILITY", "parameter_format": "POSITIONAL", "components": [
            { "type": "BODY", "text": "Hi {{ 1 }}, your new bell is ready in Graz." }] });
    workspace.seed(&[template]);
    workspace.run(&["import"]).ends(0);
    workspace.run(&["validate"]).ends(0);
    let plan = workspace.plan(&[]);
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn language_codes_are_judged_wherever_they_are_written() {
    let config = SHOP.replace("sandbox: true}", "sandbox: true, values: {brand: {en_US: Fernweh, de-AT: Fernweh}}}");
    let workspace = Workspace::of(&format!("{config}removed: [{{name: old_bell, languages: [en-GB]}}]\n"));
    workspace.templates(
        "name: bell_ready\ncategory: UTILITY\nper_account:\n  shop: {languages: {EN_us: null}}\nlanguages:\n  en_US: {body: Your new bell is \
         ready.}\n  no: {body: Den nye bjella er klar.}\n  english: {body: Your new bell is here.}\n",
    );
    let found = workspace.run(&["validate", "--format", "json"]).ends(3).json();
    let mut said: Vec<(String, String, String)> = Vec::new();
    for finding in found["diagnostics"].as_array().unwrap().iter().filter(|finding| finding["code"] == "LP009") {
        let text = |field: &str| finding[field].as_str().unwrap().to_owned();
        let code = text("message").split('`').nth(1).unwrap().to_owned();
        said.push((code, text("severity"), text("help")));
    }
    said.sort();
    let wanted = [
        ("EN_us", "error", "did you mean `en_US`?"),
        ("de-AT", "error", "did you mean `de_AT`?"),
        ("en-GB", "error", "did you mean `en_GB`?"),
        ("english", "error", "did you mean `en`, `en_US` or `en_GB`?"),
        ("no", "warning", "did you mean `nb`?"),
    ];
    let wanted = wanted.map(|(code, severity, help)| (code.to_owned(), severity.to_owned(), help.to_owned()));
    assert_eq!(said, wanted);
    workspace.run(&["plan"]).ends(3);
}

#[test]
fn a_selection_of_a_misspelt_language_says_which_one_was_meant() {
    let workspace = Workspace::new(crate::harness::BELL);
    workspace.apply(&[]).ends(0);
    let output = workspace.run(&["status", "--select", "bell_ready/en-US"]).ends(64);
    output.says("did you mean `en_US`?");
}

#[test]
fn a_code_that_an_account_holds_in_another_form_is_kept() {
    let workspace = Workspace::of(SHOP);
    let template = |language: &str| {
        json!({ "id": format!("7{}", language.len()), "name": "bell_ready", "language": language, "status": "APPROVED",
            "category": "UTILITY", "parameter_format": "POSITIONAL",
            "components": [{ "type": "BODY", "text": "Your new bell is ready in Graz." }] })
    };
    workspace.seed(&[template("en-US"), template("english")]);
    workspace.run(&["import"]).ends(0);
    workspace.run(&["validate"]).ends(0);
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).len(), 2);
    assert!(actions(&plan).iter().all(|action| action["kind"] == "adopt"), "{plan:#}");
}

/// The number of the button in what a plan shows as wanted.
fn planned_number(plan: &serde_json::Value) -> String {
    let changes = only(plan)["changes"].as_array().unwrap().iter();
    let number = |change: &serde_json::Value| match change["path"].as_str().unwrap() {
        "buttons" => change["after"][0]["phone_number"].as_str().map(str::to_owned),
        "buttons[0]" => change["after"]["phone_number"].as_str().map(str::to_owned),
        "buttons[0].phone_number" => change["after"].as_str().map(str::to_owned),
        _ => None,
    };
    changes.filter_map(number).next().unwrap()
}

#[test]
fn a_plan_shows_the_phone_number_that_is_sent() {
    let family = |number: &str| {
        format!(
            "name: bell_ready\ncategory: UTILITY\nbuttons: [{{type: PHONE_NUMBER, text: Call us, phone_number: \"{number}\"}}]\n\
             languages:\n  en_US: {{body: \"Your new bell is ready, pick it up in Graz.\"}}\n"
        )
    };
    let workspace = Workspace::new(&family("+39 06 12345678"));
    let sent = |requests: Vec<letterpress::sandbox::LoggedRequest>| {
        let body = requests.iter().find(|request| request.method == "POST").unwrap().body.clone().unwrap();
        body.to_string()
    };
    assert_eq!(planned_number(&workspace.plan(&[])), "+39 06 12345678");
    let plan = workspace.plan(&[]);
    let notes = &only(&plan)["notes"];
    assert!(notes.to_string().contains("customers call +39612345678"), "{notes}");
    let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(0));
    assert!(sent(requests).contains("+39 06 12345678"));
    workspace.settled();
    workspace.run(&["validate"]).ends(0).says("warning[LP174]");

    workspace.templates(&family("+39 06 12345679"));
    assert_eq!(planned_number(&workspace.plan(&[])), "+39 06 12345679");

    workspace.templates(&family("0316000000"));
    workspace.run(&["validate"]).ends(3).says("error[LP173]");
    let (_, requests) = workspace.requests_of(|| workspace.apply(&[]).ends(9));
    assert_eq!(writes(&requests), [] as [&str; 0]);
}

/// What `validate` says of a family: code, message, help.
fn said(family: &str) -> Vec<String> {
    let workspace = Workspace::new(&format!("name: bell_ready\n{family}"));
    let found = workspace.run(&["validate", "--format", "json"]).json();
    let text = |finding: &serde_json::Value, field: &str| finding[field].as_str().unwrap().to_owned();
    let all = found["diagnostics"].as_array().unwrap().iter();
    all.map(|one| format!("{} {}; {}", text(one, "code"), text(one, "message"), text(one, "help"))).collect()
}

#[test]
fn samples_in_another_shape_are_called_that() {
    let verbatim = |component: &str| {
        said(&format!(
            "category: MARKETING\nlanguages:\n  en_US:\n    components:\n      - {component}\n      - {{type: FOOTER, text: Fernweh}}\n"
        ))
    };
    let body = "type: BODY, text: \"Hi {{1}}, your bell waits for you at {{2}} in Graz.\"";
    for example in
        ["{body_text: [[Ida], [noon]]}", "[Ida, noon]", "Ida", "{header_text: [Ida, noon]}", "{body_text: {1: Ida}}"]
    {
        let found = verbatim(&format!("{{{body}, example: {example}}}"));
        assert_eq!(found.len(), 1, "{example}: {found:#?}");
        assert!(found[0].starts_with("LP152 the samples of the body have another shape"), "{found:#?}");
        assert!(found[0].contains("{body_text: [[…, …]]}"), "{found:#?}");
    }
    let by_name = "{body_text_named_params: [{param_name: rider, example: Ida}]}";
    let found = verbatim(&format!("{{{body}, example: {by_name}}}"));
    assert!(found.iter().any(|one| one.contains("are given by name, its variables are numbers")), "{found:#?}");

    // In parts the provider's wrapping is a fault of the file, and nothing follows from it.
    let parts = "category: UTILITY\nlanguages:\n  en_US:\n    body: {text: \"Hi {{1}}, your bell is ready.\", example: {body_text: [[Ida]]}}\n";
    let found = said(parts);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("LP010") && found[0].contains("wrapped as in the provider's JSON"), "{found:#?}");
    let picture = "category: UTILITY\nheader: {format: IMAGE, example: {header_handle: [\"4::x\"]}}\nlanguages:\n  en_US: {body: Hello}\n";
    let found = said(picture);
    assert!(found.iter().any(|one| one.starts_with("LP013") && one.contains("wrapped")), "{found:#?}");
}

#[test]
fn what_the_provider_gave_up_says_what_took_its_place() {
    let code = "category: AUTHENTICATION\nbody: {add_security_recommendation: true}\nlanguages: [en_US]\nbuttons: [{type: OTP, otp_type: \
                ONE_TAP, package_name: example.fernweh, signature_hash: K8a/AINcGX7}]\n";
    let found = said(code);
    assert!(
        found[0].contains("supported_apps: [{package_name: example.fernweh, signature_hash: K8a/AINcGX7}]"),
        "{found:#?}"
    );
    let body = "languages:\n  en_US: {body: Your bell is ready.}\n";
    for family in [
        format!("category: UTILITY\nallow_category_change: true\n{body}"),
        format!("category: UTILITY\nextra: {{allow_category_change: true}}\n{body}"),
        format!("category: UTILITY\nper_account: {{shop: {{allow_category_change: true}}}}\n{body}"),
    ] {
        let found = said(&family);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains("no effect since 9 April 2025"), "{found:#?}");
    }
}

#[test]
fn words_are_not_counted_where_no_blanks_divide_them() {
    let family = |language: &str, body: &str| {
        let samples = "parameters: [Resi, A7, Montag]\n";
        format!("name: bell_ready\ncategory: UTILITY\n{samples}languages:\n  {language}: {{body: \"{body}\"}}\n")
    };
    for (language, body) in [
        ("th", "คุณ {{1}} คำสั่งซื้อ {{2}} พร้อมรับวันที่ {{3}} แล้ว"),
        ("ja", "ご注文{{1}}は{{2}}の{{3}}に届きます。"),
        ("zh_CN", "您好{{1}}，订单{{2}}将于{{3}}送达。"),
        ("lo", "ສະບາຍດີ {{1}} ຄຳສັ່ງຊື້ {{2}} ຈະມາຮອດ {{3}} ນີ້"),
    ] {
        let workspace = Workspace::new(&family(language, body));
        workspace.run(&["validate"]).ends(0);
        workspace.apply(&[]).ends(0);
        workspace.settled();
    }
    // Blanks divide Korean, and two words beside one parameter are too few.
    let workspace = Workspace::new(&family("ko", "안녕 {{1}} 주문 {{2}} 오늘 {{3}} 도착"));
    workspace.run(&["validate"]).ends(3).says("error[LP142]");
}

#[test]
fn a_code_of_a_rule_that_is_gone_is_only_a_warning() {
    let workspace = Workspace::new(&format!("{}allow: [LP143]\n", crate::harness::BELL));
    workspace.run(&["validate"]).ends(0).says("there is no rule `LP143` any more");
    workspace.apply(&[]).ends(0);
}

#[test]
fn identifiers_in_headers_are_not_formatted() {
    let family = |header: &str| {
        format!(
            "name: bell_ready\ncategory: UTILITY\nlanguages:\n  en_US: {{header: \"{header}\", body: Your bell is ready.}}\n"
        )
    };
    let found = |header: &str| Workspace::new(&family(header)).run(&["validate"]).ends(0).stdout.contains("LP123");
    assert_eq!(
        ["test_text_101", "a_b", "~5 km, ~6 km", "Order no_7_a", "_now_ open", "only ~today~", "`code`"].map(found),
        [false, false, false, false, true, true, true]
    );
}

#[test]
fn blanks_inside_the_braces_of_verbatim_components_are_marked_to_the_letter() {
    let workspace = Workspace::new(
        "name: bell_ready\ncategory: UTILITY\nlanguages:\n  en_US:\n    components:\n      - {type: BODY, text: \"Hi {{ 1 }}, your new \
         bell is ready.\", example: {body_text: [[Ida]]}}\n",
    );
    let found = workspace.run(&["validate", "--format", "json"]).ends(3).json();
    let [finding] = found["diagnostics"].as_array().unwrap().as_slice() else { panic!("{found:#}") };
    assert_eq!((&finding["code"], &finding["help"]), (&json!("LP147"), &json!("write `{{1}}`")));
    assert_eq!(
        (&finding["line"], &finding["column"], &finding["end_column"]),
        (&json!(6), &json!(32), &json!(39)),
        "{finding:#}"
    );
    assert_eq!(finding["edits"][0]["replacement"], "{{1}}");
}
