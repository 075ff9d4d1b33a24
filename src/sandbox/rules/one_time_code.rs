//! Texts that Meta writes itself for AUTHENTICATION templates, and the URL that an OTP button turns into.
//!
//! English and Spanish are Meta's (authentication previews page); the others are stand-ins of our own, and languages
//! without one get the English texts. Must not validate; `content` does.

use serde_json::{Map, Value, json};

/// Generated texts of one language. `{N}` stands for the minutes.
struct Texts {
    body: &'static str,
    security: &'static str,
    expiry: &'static str,
    copy: &'static str,
    autofill: &'static str,
}

const ENGLISH: Texts = Texts {
    body: "*{{1}}* is your verification code.",
    security: "For your security, do not share this code.",
    expiry: "This code expires in {N} minutes.",
    copy: "Copy code",
    autofill: "Autofill",
};
const SPANISH: Texts = Texts {
    body: "Tu código de verificación es *{{1}}*.",
    security: "Por tu seguridad, no lo compartas.",
    expiry: "Este código caduca en {N} minutos.",
    copy: "Copiar código",
    autofill: "Autocompletar",
};
const GERMAN: Texts = Texts {
    body: "*{{1}}* ist dein Verifizierungscode.",
    security: "Teile diesen Code zu deiner Sicherheit nicht.",
    expiry: "Dieser Code läuft in {N} Minuten ab.",
    copy: "Code kopieren",
    autofill: "Automatisch ausfüllen",
};
const PORTUGUESE: Texts = Texts {
    body: "*{{1}}* é o seu código de verificação.",
    security: "Para sua segurança, não o compartilhe.",
    expiry: "Este código expira em {N} minutos.",
    copy: "Copiar código",
    autofill: "Preencher",
};

fn texts(language: &str) -> &'static Texts {
    match language.split('_').next() {
        Some("es") => &SPANISH,
        Some("de") => &GERMAN,
        Some("pt") => &PORTUGUESE,
        _ => &ENGLISH,
    }
}

/// The body, with its generated text.
pub(crate) fn body(sent: &Map<String, Value>, language: &str) -> Map<String, Value> {
    let texts = texts(language);
    let secure = sent.get("add_security_recommendation");
    let text = if secure == Some(&Value::Bool(true)) {
        format!("{} {}", texts.body, texts.security)
    } else {
        texts.body.to_owned()
    };
    let mut shown = Map::new();
    shown.insert("type".into(), "BODY".into());
    shown.insert("text".into(), text.into());
    if let Some(secure) = secure {
        shown.insert("add_security_recommendation".into(), secure.clone());
    }
    shown.insert("example".into(), json!({"body_text": [["123456"]]}));
    shown
}

/// The footer, with its generated text.
pub(crate) fn footer(sent: &Map<String, Value>, language: &str) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("type".into(), "FOOTER".into());
    if let Some(minutes) = sent.get("code_expiration_minutes") {
        let text = texts(language).expiry.replace("{N}", &minutes.to_string());
        shown.insert("text".into(), text.into());
        shown.insert("code_expiration_minutes".into(), minutes.clone());
    }
    shown
}

/// An OTP button as it is stored: a URL button (Meta components page, 2026-05-06).
pub(crate) fn button(sent: &Map<String, Value>, minutes: Option<i64>, language: &str) -> Value {
    let texts = texts(language);
    let kind = sent.get("otp_type").and_then(Value::as_str).unwrap_or("COPY_CODE");
    let expiry = minutes.map_or_else(String::new, |m| format!("&code_expiration_minutes={m}"));
    let apps = if kind == "COPY_CODE" { String::new() } else { apps(sent) };
    let url = |code: &str| format!("https://www.whatsapp.com/otp/code/?otp_type={kind}{apps}{expiry}&code=otp{code}");
    let text = sent.get("text").cloned().unwrap_or_else(|| texts.copy.into());
    let mut shown = json!({
        "type": "URL",
        "text": text,
        "url": url("{{1}}"),
        "example": [url("123456")],
    });
    if kind != "COPY_CODE" {
        let autofill = sent.get("autofill_text").cloned();
        shown["autofill_text"] = autofill.unwrap_or_else(|| texts.autofill.into());
    }
    shown
}

/// The apps as the address carries them (public lists, 2026-11; more than one was not seen).
fn apps(sent: &Map<String, Value>) -> String {
    let encoded = |value: &Value| -> String {
        url::form_urlencoded::byte_serialize(value.as_str().unwrap_or_default().as_bytes()).collect()
    };
    let app = |app: &Value| {
        format!("&package_name={}&signature_hash={}", encoded(&app["package_name"]), encoded(&app["signature_hash"]))
    };
    sent.get("supported_apps").and_then(Value::as_array).into_iter().flatten().map(app).collect()
}
