//! Buttons: provider JSON → [`Button`]. One-time-code buttons are recovered from the URL buttons that accounts show.
//!
//! A button that lacks what its kind needs is unmodelled and keeps all its fields.

use serde_json::{Map, Value};

use super::{
    Component, Origin,
    fields::{Fields, one},
    one_time_code::{CodeUrl, is_preset},
    reader::{Reader, keep_wrapper},
};
use crate::template::{AppDeepLink, Button, ButtonKind, FlowReference, Otp, OtpType, SupportedApp};

/// The sample of a URL button, which is given for the placeholder or for the whole URL: the former wherever it can be told.
#[must_use]
pub fn url_sample(url: &str, sample: &str) -> String {
    let (url, sample) = (braces(url), braces(sample));
    let (before, after) = url.split_once("{{").unwrap_or_default();
    let behind = after.split_once("}}").map_or("", |(_, behind)| behind);
    let value = sample.strip_prefix(before).filter(|value| !before.is_empty() && !value.is_empty());
    let value = value.map(|value| value.strip_suffix(behind).filter(|value| !value.is_empty()).unwrap_or(value));
    value.map(str::to_owned).unwrap_or(sample)
}

/// Percent-encoded double braces, decoded; single ones are somebody's own.
fn braces(text: &str) -> String {
    const ENCODED: [(&str, &str); 2] = [("%7B%7B", "{{"), ("%7D%7D", "}}")];
    ENCODED.into_iter().fold(text.to_owned(), |text, (encoded, plain)| {
        text.replace(encoded, plain).replace(&encoded.to_ascii_lowercase(), plain)
    })
}

/// What an account shows of a one-time code beside its texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownCode {
    /// The code's life that the button's address tells, minutes.
    pub(super) expiration_minutes: Option<u32>,
    /// Whether the body is the provider's own text.
    pub(super) preset: bool,
}

/// The one-time code of a template, by its button in either form.
pub(super) fn shown_code(components: &[Value]) -> Option<ShownCode> {
    let parts = |kind| {
        let objects = components.iter().filter_map(Value::as_object);
        objects.filter(move |object| Component::of(object) == Some(kind))
    };
    let preset = parts(Component::Body).next().is_some_and(|body| {
        let text = body.get("text").and_then(Value::as_str);
        body.contains_key("add_security_recommendation") || text.is_none_or(is_preset)
    });
    let buttons = parts(Component::Buttons).filter_map(|object| object.get("buttons")?.as_array()).flatten();
    let mut codes = buttons.filter_map(|button| {
        let text = |key: &str| button.get(key).and_then(Value::as_str);
        match text("type").map(str::to_ascii_uppercase).as_deref() {
            Some("OTP") => Some(None),
            Some("URL") => CodeUrl::parse(&braces(text("url")?)).map(|url| url.expiration_minutes),
            _ => None,
        }
    });
    codes.next().map(|expiration_minutes| ShownCode { expiration_minutes, preset })
}

impl Reader {
    pub(super) fn buttons(
        &mut self,
        mut fields: Fields,
        prefix: &str,
        unmodelled: &mut Vec<Value>,
    ) -> Option<Vec<Button>> {
        let list = fields.take("buttons", |value| value.as_array().cloned())?;
        // No buttons at all is nothing that a person can mean: it stays for the rules to see.
        if !list.iter().all(Value::is_object) || (list.is_empty() && self.origin == Origin::Author) {
            return None;
        }
        let objects = list.iter().filter_map(Value::as_object).enumerate();
        let buttons = objects.map(|(i, object)| self.button(object, &format!("{prefix}buttons[{i}]"))).collect();
        keep_wrapper(Component::Buttons, fields, unmodelled);
        Some(buttons)
    }

    fn button(&mut self, object: &Map<String, Value>, path: &str) -> Button {
        let mut fields = Fields::new(object, &[]);
        let name = fields.text("type").unwrap_or_default();
        let mut known = fields.clone();
        match self.known_button(&name.to_ascii_uppercase(), &mut known, path) {
            Some(kind) => Button { kind, extra: known.rest() },
            None => Button { kind: ButtonKind::Unmodelled { name }, extra: fields.rest() },
        }
    }

    /// A button of a known kind with all that this kind needs.
    fn known_button(&mut self, name: &str, fields: &mut Fields, path: &str) -> Option<ButtonKind> {
        // The label of these is the provider's own, in the template's language (Meta components page, 2026-05-06).
        let unlabelled = |fields: &mut Fields, kind| {
            fields.forget("text");
            Some(kind)
        };
        match name {
            "QUICK_REPLY" => Some(ButtonKind::QuickReply { text: fields.text("text")? }),
            "URL" => match fields.take("url", |url| url.as_str().map(braces))? {
                url if CodeUrl::parse(&url).is_some() => self.otp_shown_as_url(fields, &url, path),
                url => {
                    let sample = fields.take("example", one).flatten().map(|sample| url_sample(&url, &sample));
                    let app_deep_link = fields.take("app_deep_link", |link| link.as_object().map(app_deep_link));
                    Some(ButtonKind::Url { text: fields.text("text")?, url, sample, app_deep_link })
                }
            },
            "PHONE_NUMBER" => Some(ButtonKind::PhoneNumber {
                text: fields.text("text")?,
                phone_number: fields.text_or_number("phone_number")?,
            }),
            "COPY_CODE" => {
                let sample = fields.take("example", one).flatten();
                unlabelled(fields, ButtonKind::CopyCode { sample })
            }
            "OTP" => {
                let otp_type = fields.take("otp_type", |value| value.as_str().map(OtpType::parse))?;
                self.hide_fields_of_code(fields, path);
                Some(ButtonKind::Otp(otp(fields, otp_type)))
            }
            "FLOW" => Some(ButtonKind::Flow {
                text: fields.text("text")?,
                flow: flow(fields),
                flow_action: fields.upper("flow_action"),
                navigate_screen: fields.text("navigate_screen"),
                icon: fields.upper("icon"),
            }),
            "CATALOG" => unlabelled(fields, ButtonKind::Catalog),
            "MPM" => unlabelled(fields, ButtonKind::Mpm),
            "SPM" => unlabelled(fields, ButtonKind::Spm),
            "REQUEST_CONTACT_INFO" => unlabelled(fields, ButtonKind::RequestContactInfo),
            "VOICE_CALL" => Some(ButtonKind::VoiceCall { text: fields.text("text")? }),
            "ORDER_DETAILS" => Some(ButtonKind::OrderDetails { text: fields.text("text")? }),
            _ => None,
        }
    }

    fn otp_shown_as_url(&mut self, fields: &mut Fields, url: &str, path: &str) -> Option<ButtonKind> {
        let CodeUrl { otp_type: kind, expiration_minutes: _, supported_apps } = CodeUrl::parse(url)?;
        let kind = fields.text("otp_type").unwrap_or(kind);
        self.hide_fields_of_code(fields, path);
        fields.forget("example");
        let mut otp = otp(fields, OtpType::parse(&kind));
        if otp.supported_apps.is_empty() {
            otp.supported_apps = supported_apps;
        }
        Some(ButtonKind::Otp(otp))
    }

    /// Names what is not shown of a one-time-code button, or maybe not in full.
    fn hide_fields_of_code(&mut self, fields: &Fields, path: &str) {
        let apps = fields.has("supported_apps") || fields.has("package_name");
        let shown = [
            ("supported_apps", apps),
            ("autofill_text", fields.has("autofill_text")),
            ("zero_tap_terms_accepted", fields.has("zero_tap_terms_accepted")),
        ];
        for (field, _) in shown.iter().filter(|(_, shown)| !shown) {
            self.hide(format!("{path}.{field}"));
        }
    }
}

fn app_deep_link(link: &Map<String, Value>) -> AppDeepLink {
    let mut fields = Fields::new(link, &[]);
    AppDeepLink {
        meta_app_id: fields.text_or_number("meta_app_id"),
        android_deep_link: fields.text("android_deep_link"),
        android_fallback_playstore_url: fields.text("android_fallback_playstore_url"),
        extra: fields.rest(),
    }
}

fn flow(fields: &mut Fields) -> FlowReference {
    if let Some(id) = fields.text_or_number("flow_id") {
        FlowReference::Id(id)
    } else if let Some(name) = fields.text("flow_name") {
        FlowReference::Name(name)
    } else if let Some(json) = fields.text("flow_json") {
        FlowReference::Json(json)
    } else {
        FlowReference::Missing
    }
}

fn otp(fields: &mut Fields, otp_type: OtpType) -> Otp {
    let mut supported_apps = fields.take("supported_apps", supported_apps).unwrap_or_default();
    // Before v21 one app stood in the button itself (Meta changelog, 2024-10-02).
    if supported_apps.is_empty() && !fields.has("supported_apps") {
        let old = fields.clone();
        if let (Some(package_name), Some(signature_hash)) = (fields.text("package_name"), fields.text("signature_hash"))
        {
            supported_apps.push(SupportedApp { package_name, signature_hash });
        } else {
            *fields = old;
        }
    }
    Otp {
        otp_type,
        text: fields.text("text"),
        autofill_text: fields.text("autofill_text"),
        supported_apps,
        zero_tap_terms_accepted: fields.boolean("zero_tap_terms_accepted"),
    }
}

/// All apps, or `None` if one has another shape.
fn supported_apps(value: &Value) -> Option<Vec<SupportedApp>> {
    let app = |value: &Value| {
        let mut fields = Fields::new(value.as_object()?, &[]);
        let app =
            SupportedApp { package_name: fields.text("package_name")?, signature_hash: fields.text("signature_hash")? };
        fields.rest().is_empty().then_some(app)
    };
    value.as_array()?.iter().map(app).collect()
}
