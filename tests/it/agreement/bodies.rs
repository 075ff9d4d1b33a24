//! Create bodies: sound ones of every kind, with up to three things about them changed.

use serde_json::{Value, json};

use super::{Random, texts};

/// Names that a text's parameters have, each once, in order of use; a reading of braces of the test's own.
fn parameters(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in text.split("{{").skip(1) {
        if let Some((inside, _)) = piece.split_once("}}")
            && !found.iter().any(|known| known == inside)
        {
            found.push(inside.to_owned());
        }
    }
    found
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// A sample for each parameter, in the form that goes with them; now and then one is missing, blank, or too many.
fn example(random: &mut Random, text: &str, key: &str) -> Option<Value> {
    let names = parameters(text);
    if names.is_empty() && !random.one_in(20) {
        return None;
    }
    let mut samples: Vec<Value> = names.iter().map(|_| json!("Resi")).collect();
    match random.number(0..=24) {
        0 => drop(samples.pop()),
        1 => samples.push(json!("more")),
        2 if !samples.is_empty() => samples[0] = json!(""),
        3 if !samples.is_empty() => samples[0] = json!("  "),
        4 if !samples.is_empty() => samples[0] = json!(5),
        5 => return None,
        _ => {}
    }
    if names.iter().any(|name| !is_number(name)) {
        let mut list: Vec<Value> =
            names.iter().zip(&samples).map(|(name, sample)| json!({ "param_name": name, "example": sample })).collect();
        match random.number(0..=29) {
            0 => list.extend(list.first().cloned()),
            1 => list.push(json!({ "param_name": "unused", "example": "x" })),
            2 if !list.is_empty() => list[0]["extra"] = json!(1),
            _ => {}
        }
        return Some(json!({ format!("{key}_named_params"): list }));
    }
    Some(match (key, random.number(0..=11)) {
        ("body_text", 0) => json!({ key: samples }),
        ("body_text", 1) if samples.len() == 1 => json!({ key: samples[0] }),
        ("body_text", 2) => json!({ key: [samples.clone(), samples] }),
        ("body_text", _) => json!({ key: [samples] }),
        (_, 0) if samples.len() == 1 => json!({ key: samples[0] }),
        _ => json!({ key: samples }),
    })
}

fn with_example(random: &mut Random, mut component: Value, key: &str) -> Value {
    let text = component["text"].as_str().unwrap_or_default().to_owned();
    if let Some(example) = example(random, &text, key) {
        component["example"] = example;
    }
    component
}

fn body_of(random: &mut Random, text: &str) -> Value {
    with_example(random, json!({ "type": "BODY", "text": text }), "body_text")
}

fn media(random: &mut Random, format: &str) -> Value {
    let handle = match random.number(0..=19) {
        0 => return json!({ "type": "HEADER", "format": format }),
        1 => json!([]),
        2 => json!([""]),
        3 => json!([" "]),
        4 => json!(["4::a", "4::b"]),
        5 => json!("4::YXBw:handle"),
        _ => json!(["4::YXBw:handle"]),
    };
    json!({ "type": "HEADER", "format": format, "example": { "header_handle": handle } })
}

fn header(random: &mut Random) -> Value {
    match random.number(0..=11) {
        0..=4 => {
            let text = texts::short(random, 60);
            with_example(random, json!({ "type": "HEADER", "format": "TEXT", "text": text }), "header_text")
        }
        5 => json!({ "type": "HEADER", "format": "LOCATION" }),
        6 => json!({ "type": "HEADER", "format": "PRODUCT" }),
        7 => json!({ "type": "HEADER", "format": "HOLOGRAM" }),
        8 => json!({ "type": "HEADER", "text": "No format" }),
        9 => json!({ "type": "HEADER", "format": "TEXT" }),
        _ => {
            let format = *random.pick(&["IMAGE", "VIDEO", "DOCUMENT", "GIF", "image"]);
            media(random, format)
        }
    }
}

fn label(random: &mut Random) -> Value {
    match random.number(0..=19) {
        0..=5 => json!(texts::short(random, 25)),
        6 => json!(7),
        7 => Value::Null,
        _ => json!(texts::words(random, 2)),
    }
}

/// Whether a label is left out altogether.
fn labelled(random: &mut Random, mut button: Value) -> Value {
    if !random.one_in(25) {
        button["text"] = label(random);
    }
    button
}

fn link(random: &mut Random) -> Value {
    let url = texts::url(random);
    let mut button = json!({ "type": "URL", "url": url });
    if random.one_in(40) {
        button.as_object_mut().map(|fields| fields.shift_remove("url"));
    }
    if url.contains("{{") || random.one_in(20) {
        match random.number(0..=14) {
            0 => {}
            1 => button["example"] = json!([]),
            2 => button["example"] = json!([""]),
            3 => button["example"] = json!(["a", "b"]),
            4 => button["example"] = json!("A7"),
            5 => button["example"] = json!(["https://fernweh.example/t/A7"]),
            6 => button["example"] = json!([" "]),
            _ => button["example"] = json!(["A7"]),
        }
    }
    labelled(random, button)
}

fn sound_link() -> Value {
    json!({ "type": "URL", "text": "Look", "url": "https://fernweh.example/sale" })
}

fn reply(random: &mut Random) -> Value {
    labelled(random, json!({ "type": "QUICK_REPLY" }))
}

fn coupon(random: &mut Random) -> Value {
    let length = *random.pick(&[1, 6, 14, 15, 16, 19, 20, 21]);
    let code = "R".repeat(length);
    match random.number(0..=19) {
        0 => json!({ "type": "COPY_CODE" }),
        1 => json!({ "type": "COPY_CODE", "example": [code] }),
        2 => json!({ "type": "COPY_CODE", "example": "" }),
        3 => json!({ "type": "COPY_CODE", "example": " " }),
        4 => json!({ "type": "COPY_CODE", "example": [code, "B"] }),
        5 => json!({ "type": "COPY_CODE", "example": 250 }),
        6 => json!({ "type": "COPY_CODE", "example": code, "text": "Copy offer code" }),
        _ => json!({ "type": "COPY_CODE", "example": code }),
    }
}

fn flow(random: &mut Random) -> Value {
    let mut button = json!({ "type": "FLOW" });
    match random.number(0..=11) {
        0 => {}
        1 => button["flow_id"] = json!("YOUR_FLOW_ID"),
        2 => button["flow_id"] = json!(1_020_304_050),
        3 => button["flow_id"] = json!(""),
        4 => button["flow_id"] = json!("99999999999999999999999999"),
        5 => button["flow_name"] = json!("fitting"),
        6 => button["flow_name"] = json!(" "),
        7 => button["flow_json"] = json!("{\"screens\":[]}"),
        8 => {
            button["flow_id"] = json!("1020304050");
            button["flow_name"] = json!("fitting");
        }
        9 => button["flow_id"] = json!(-5),
        _ => button["flow_id"] = json!("1020304050"),
    }
    if random.one_in(6) {
        button["flow_action"] = json!(*random.pick(&["navigate", "DATA_EXCHANGE", "FLY"]));
    }
    labelled(random, button)
}

fn fixed(random: &mut Random, kind: &str, text: &str) -> Value {
    if random.one_in(3) { json!({ "type": kind, "text": text }) } else { json!({ "type": kind }) }
}

fn call(random: &mut Random) -> Value {
    let mut button = json!({ "type": "PHONE_NUMBER", "phone_number": texts::phone(random) });
    if random.one_in(30) {
        button.as_object_mut().map(|fields| fields.shift_remove("phone_number"));
    }
    labelled(random, button)
}

fn button(random: &mut Random) -> Value {
    match random.number(0..=24) {
        0..=5 => reply(random),
        6..=11 => link(random),
        12..=14 => call(random),
        15 => coupon(random),
        16 => flow(random),
        17 => fixed(random, "CATALOG", "View catalog"),
        18 => fixed(random, "MPM", "View items"),
        19 => fixed(random, "SPM", "View"),
        20 => labelled(random, json!({ "type": "VOICE_CALL" })),
        21 => labelled(random, json!({ "type": "ORDER_DETAILS" })),
        22 => json!({ "type": "REQUEST_CONTACT_INFO" }),
        23 => otp(random),
        _ => random
            .pick(&[json!({ "type": "HOLOGRAM", "text": "x" }), json!({ "text": "no type" }), json!("reply")])
            .clone(),
    }
}

fn sound_button(random: &mut Random) -> Value {
    match random.number(0..=3) {
        0 | 1 => json!({ "type": "QUICK_REPLY", "text": texts::words(random, 1) }),
        2 => sound_link(),
        _ => json!({ "type": "PHONE_NUMBER", "text": "Call", "phone_number": "+43316000000" }),
    }
}

fn buttons(random: &mut Random) -> Value {
    let count = *random.pick(&[0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 9, 10, 11]);
    let any = random.one_in(2);
    let list: Vec<Value> = (0..count)
        .map(|_| match () {
            () if count > 5 && !random.one_in(6) => json!({ "type": "QUICK_REPLY", "text": texts::words(random, 1) }),
            () if any && random.one_in(2) => button(random),
            () => sound_button(random),
        })
        .collect();
    match random.number(0..=39) {
        0 => json!({ "type": "BUTTONS" }),
        1 => json!({ "type": "BUTTONS", "buttons": {} }),
        _ => json!({ "type": "BUTTONS", "buttons": list }),
    }
}

fn app(random: &mut Random) -> Value {
    let package =
        *random.pick(&["example.fernweh.app", "example.fernweh.app", "fernweh", "com.1x", "com.ü", ".com", "com."]);
    let hash = *random.pick(&["K8a/AINcGX7", "K8a/AINcGX7", "K8a%AINcGX7", "short", "K8a/AINcGX7=", ""]);
    match random.number(0..=9) {
        0 => json!({ "package_name": package }),
        1 => {
            json!({ "package_name": format!("a.{}", "b".repeat(221 + random.number(0..=2) as usize)), "signature_hash": hash })
        }
        _ => json!({ "package_name": package, "signature_hash": hash }),
    }
}

fn otp(random: &mut Random) -> Value {
    let kind = *random.pick(&["COPY_CODE", "COPY_CODE", "ONE_TAP", "ZERO_TAP", "copy_code", "TWO_TAP"]);
    let mut button = json!({ "type": "OTP", "otp_type": kind });
    if random.one_in(20) {
        button = json!({ "type": "OTP" });
    }
    if random.one_in(3) {
        let count = *random.pick(&[0, 1, 1, 1, 5, 6]);
        button["supported_apps"] = (0..count).map(|_| app(random)).collect();
    } else if !random.one_in(3) {
        button["supported_apps"] = json!([{ "package_name": "example.fernweh.app", "signature_hash": "K8a/AINcGX7" }]);
    }
    if random.one_in(12) {
        button["package_name"] = json!("example.fernweh.app");
        if random.one_in(2) {
            button["signature_hash"] = json!("K8a/AINcGX7");
        }
    }
    if random.one_in(2) {
        button["zero_tap_terms_accepted"] =
            random.pick(&[json!(true), json!(true), json!(false), json!("true")]).clone();
    }
    if random.one_in(4) {
        button["text"] = label(random);
    }
    if random.one_in(6) {
        button["autofill_text"] = label(random);
    }
    button
}

fn code(random: &mut Random) -> Vec<Value> {
    let mut body = json!({ "type": "BODY" });
    match random.number(0..=9) {
        0 => body["text"] = json!("Your code is {{1}} today"),
        1 => body["add_security_recommendation"] = json!("yes"),
        2 => {}
        _ => body["add_security_recommendation"] = json!(true),
    }
    let mut all = vec![body];
    if random.one_in(2) {
        let minutes = random
            .pick(&[json!(0), json!(1), json!(10), json!(90), json!(91), json!(-1), json!("10"), json!(5.5)])
            .clone();
        all.push(json!({ "type": "FOOTER", "code_expiration_minutes": minutes }));
    }
    if random.one_in(12) {
        all.push(json!({ "type": "FOOTER", "text": "Fernweh" }));
    }
    let mut list = vec![otp(random)];
    if random.one_in(12) {
        list.push(button(random));
    }
    if random.one_in(15) {
        list.clear();
    }
    all.push(json!({ "type": "BUTTONS", "buttons": list }));
    all
}

fn card(random: &mut Random, format: &str, text: Option<&str>, list: &[Value]) -> Value {
    let mut parts = vec![match format {
        "PRODUCT" | "LOCATION" => json!({ "type": "HEADER", "format": format }),
        "TEXT" => json!({ "type": "HEADER", "format": "TEXT", "text": "A tour" }),
        format => media(random, format),
    }];
    parts.extend(text.map(|text| body_of(random, text)));
    parts.push(json!({ "type": "BUTTONS", "buttons": list }));
    json!({ "components": parts })
}

fn carousel(random: &mut Random) -> Value {
    let product = random.one_in(4);
    let format = if product {
        "PRODUCT"
    } else {
        *random.pick(&["IMAGE", "IMAGE", "IMAGE", "VIDEO", "GIF", "TEXT", "LOCATION"])
    };
    let text = if random.one_in(2) {
        Some(texts::body(random, 160))
    } else {
        random.one_in(2).then(|| "A tour of two days.".to_owned())
    };
    let count = *random.pick(&[1, 1, 1, 2, 2, 3, 0]);
    let odd = random.one_in(2);
    let list: Vec<Value> = (0..count)
        .map(|_| match () {
            () if odd => button(random),
            () if product => random.pick(&[json!({ "type": "SPM", "text": "View" }), sound_link()]).clone(),
            () => sound_button(random),
        })
        .collect();
    let number = *random.pick(&[2, 2, 2, 2, 3, 10, 1, 11, 0]);
    let mut cards: Vec<Value> = (0..number).map(|_| card(random, format, text.as_deref(), &list)).collect();
    if let Some(first) = cards.first_mut() {
        match random.number(0..=19) {
            0 => drop(first["components"].as_array_mut().map(|parts| parts.remove(0))),
            1 => first["components"]
                .as_array_mut()
                .into_iter()
                .for_each(|parts| parts.push(json!({ "type": "FOOTER", "text": "f" }))),
            2 => first["components"]
                .as_array_mut()
                .into_iter()
                .for_each(|parts| parts.push(json!({ "type": "BODY", "text": "b" }))),
            3 => first["components"].as_array_mut().into_iter().for_each(|parts| parts.reverse()),
            4 => *first = json!({}),
            _ => {}
        }
    }
    match random.number(0..=29) {
        0 => json!({ "type": "CAROUSEL" }),
        1 => json!({ "type": "carousel", "cards": cards }),
        _ => json!({ "type": "CAROUSEL", "cards": cards }),
    }
}

fn offer(random: &mut Random) -> Vec<Value> {
    let text = if random.one_in(2) { texts::short(random, 16) } else { "Spring sale".to_owned() };
    let mut inner = json!({ "text": text, "has_expiration": true });
    match random.number(0..=14) {
        0 => inner = json!({}),
        1 => inner["has_expiration"] = json!("yes"),
        2 => drop(inner.as_object_mut().map(|fields| fields.shift_remove("has_expiration"))),
        _ => {}
    }
    let mut all = vec![json!({ "type": "LIMITED_TIME_OFFER", "limited_time_offer": inner })];
    if random.one_in(20) {
        all = vec![json!({ "type": "limited_time_offer" })];
    }
    let text = if random.one_in(3) { texts::body(random, 600) } else { "Tours are cheaper today.".to_owned() };
    all.push(body_of(random, &text));
    let mut list = Vec::new();
    if random.one_in(2) {
        list.push(coupon(random));
    }
    if !random.one_in(12) {
        list.push(sound_link());
    }
    if random.one_in(6) {
        list.push(button(random));
    }
    if random.one_in(6) {
        list.reverse();
    }
    all.push(json!({ "type": "BUTTONS", "buttons": list }));
    if random.one_in(8) {
        all.push(header(random));
    } else if random.one_in(3) {
        all.insert(0, media(random, "IMAGE"));
    }
    if random.one_in(12) {
        all.push(json!({ "type": "FOOTER", "text": "Fernweh" }));
    }
    all
}

fn plain(random: &mut Random) -> Vec<Value> {
    let mut all = Vec::new();
    if random.one_in(3) {
        all.push(header(random));
    }
    let text = if random.one_in(2) { texts::body(random, 1024) } else { "Your bike is ready in Graz.".to_owned() };
    all.push(body_of(random, &text));
    if random.one_in(3) {
        all.push(json!({ "type": "FOOTER", "text": texts::short(random, 60) }));
    }
    if random.one_in(2) {
        all.push(buttons(random));
    }
    if random.one_in(15) {
        all.push(json!({ "type": "call_permission_request" }));
    }
    all
}

fn product(random: &mut Random) -> Vec<Value> {
    let text = if random.one_in(3) { texts::body(random, 160) } else { "Look at our new bike.".to_owned() };
    let mut all = vec![json!({ "type": "HEADER", "format": "PRODUCT" }), body_of(random, &text)];
    let mut list = vec![fixed(random, "SPM", "View")];
    if random.one_in(3) {
        list.push(button(random));
    }
    all.push(json!({ "type": "BUTTONS", "buttons": list }));
    if random.one_in(5) {
        all.remove(random.number(0..=2) as usize);
    }
    all
}

/// Something about the list of components that is not as it should be.
fn disturb(random: &mut Random, all: &mut Vec<Value>) {
    let at = random.number(0..=all.len().saturating_sub(1) as u32) as usize;
    match random.number(0..=13) {
        0 if !all.is_empty() => all.push(all[at].clone()),
        1 if !all.is_empty() => drop(all.remove(at)),
        2 => all.push(json!({ "type": "POEM", "text": "x" })),
        3 => all.push(json!({ "text": "no type" })),
        4 => all.push(json!("BODY")),
        5 => all.push(json!({ "type": "FOOTER" })),
        6 => all.push(json!({ "type": "BODY", "text": "Another body." })),
        7 => all.push(json!({ "type": "FOOTER", "text": 5 })),
        8 => all.reverse(),
        9 if !all.is_empty() => all[at]["unheard_of"] = json!(1),
        10 if !all.is_empty() => drop(all[at].as_object_mut().map(|fields| fields.shift_remove("text"))),
        11 if !all.is_empty() => all[at]["text"] = Value::Null,
        12 => all.push(carousel(random)),
        _ => all.push(header(random)),
    }
}

/// One body. Its name is sound; tests give it one of its own where that matters.
pub(super) fn body(random: &mut Random) -> Value {
    let (mut category, mut components) = match random.number(0..=15) {
        0..=6 => (*random.pick(&["UTILITY", "UTILITY", "MARKETING"]), plain(random)),
        7..=9 => {
            let text = if random.one_in(3) { texts::body(random, 1024) } else { "Our tours of the year.".to_owned() };
            ("MARKETING", vec![body_of(random, &text), carousel(random)])
        }
        10 | 11 => ("MARKETING", offer(random)),
        12 => ("MARKETING", product(random)),
        13 => ("UTILITY", vec![json!({ "type": "BODY", "text": "Your bike is ready." }), buttons(random)]),
        _ => ("AUTHENTICATION", code(random)),
    };
    if random.one_in(6) {
        disturb(random, &mut components);
    }
    if random.one_in(20) {
        category = *random.pick(&["MARKETING", "UTILITY", "AUTHENTICATION", "utility", "TICKET_UPDATE"]);
    }
    let mut body = json!({ "name": "bike", "language": "en_US", "category": category, "components": components });
    if components_use_names(&body) && !random.one_in(6) {
        body["parameter_format"] = json!("NAMED");
    } else if random.one_in(8) {
        body["parameter_format"] = json!(*random.pick(&["POSITIONAL", "NAMED", "named"]));
    }
    if random.one_in(6) {
        let times = [-1, 0, 29, 30, 600, 900, 901, 43_199, 43_200, 43_201, 2_592_000, 2_592_001];
        body["message_send_ttl_seconds"] = json!(*random.pick(&times));
    }
    if random.one_in(8) {
        let (field, value) = setting(random);
        body[field] = value;
    }
    if random.one_in(40) {
        body["language"] = json!(*random.pick(&["de", "pt_BR", "en-US", "xx", "zh_CN", "es_VE", "fil"]));
    }
    if random.one_in(60) {
        body["name"] = json!(*random.pick(&[
            "Bike",
            "bike-ready",
            "hello_world",
            "sample_issue_resolution",
            "sample_of_ours",
            "ü"
        ]));
    }
    if random.one_in(60) {
        body["library_template_name"] = json!("delivery_update_1");
        if random.one_in(2) {
            body.as_object_mut().map(|fields| fields.shift_remove("components"));
        }
    }
    body
}

/// A field beside the components.
fn setting(random: &mut Random) -> (&'static str, Value) {
    let values = [
        ("sub_category", json!("ORDER_STATUS")),
        ("sub_category", json!("order_details")),
        ("sub_category", json!("CUSTOM")),
        ("sub_category", json!("GREETING")),
        ("display_format", json!("ORDER_DETAILS")),
        ("display_format", json!("TABLE")),
        ("send_type", json!("campaign")),
        ("send_type", json!("DIRECT")),
        ("send_type", json!("later")),
        ("cta_url_link_tracking_opted_out", json!(true)),
        ("is_primary_device_delivery_only", json!(false)),
        ("disable_ios_autofill", json!(true)),
        ("disable_ios_autofill", json!("yes")),
        ("cta_url_link_tracking_opted_out", json!(1)),
        ("library_template_body_inputs", json!({ "add_contact_number": true })),
        ("library_template_button_inputs", json!([])),
    ];
    random.pick(&values).clone()
}

fn components_use_names(body: &Value) -> bool {
    let text = body["components"].to_string();
    parameters(&text).iter().any(|name| !is_number(name))
}
