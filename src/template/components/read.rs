//! Provider JSON → [`Content`]. Total: any JSON gives a content, and what does not fit the model is kept verbatim.
//!
//! What accounts show differently from what was sent (Meta, observed 2022–2026): enum values in upper case, one-time-code
//! buttons as URL buttons, generated authentication texts, samples wrapped in lists, expanded or with percent-encoded
//! braces, flow ids as numbers, creative features as a list. All of that is undone here, and only that.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    Component, Origin, Read, card_prefix,
    fields::{Fields, named, one, positional, scalar},
    one_time_code::{minutes, recommends_security},
    read_buttons::{ShownCode, shown_code},
    reader::{Reader, keep_wrapper},
};
use crate::template::{
    Body, CallPermissionRequest, Card, Carousel, Content, Extra, Footer, Header, HeaderKind, LimitedTimeOffer,
    MediaFormat, MediaSample, MediaSource, ParameterFormat, Samples,
};

/// Fields of a template object that are not content: what identifies it and what the provider made of it.
const NOT_CONTENT: &[&str] = &[
    "id",
    "name",
    "language",
    "status",
    "category",
    "previous_category",
    "correct_category",
    "rejected_reason",
    "quality_score",
    "quality_rating",
    "last_updated_time",
    "health_status",
    "source",
    "is_sms_fallback_enabled",
    "ad_account_id",
    "ad_campaign_id",
    "ad_adset_id",
    "ad_id",
];

/// Reads a whole template object: an item of a list, a single node, or the body of a create.
#[must_use]
pub fn read(template: &Map<String, Value>, origin: Origin) -> Read {
    let mut fields = Fields::new(template, NOT_CONTENT);
    let mut reader = Reader { origin, unreadable: BTreeSet::new() };
    let old_name = fields.any("bid_spec");
    let mut content = Content {
        parameter_format: fields.take("parameter_format", parameter_format).unwrap_or_default(),
        message_send_ttl_seconds: fields.integer("message_send_ttl_seconds"),
        sub_category: fields.upper("sub_category"),
        display_format: fields.upper("display_format"),
        cta_url_link_tracking_opted_out: fields.boolean("cta_url_link_tracking_opted_out"),
        is_primary_device_delivery_only: fields.boolean("is_primary_device_delivery_only"),
        disable_ios_autofill: fields.boolean("disable_ios_autofill"),
        send_type: fields.text("send_type"),
        library_template_name: fields.text("library_template_name").filter(|name| !name.is_empty()),
        library_template_button_inputs: fields.any("library_template_button_inputs"),
        library_template_body_inputs: fields.any("library_template_body_inputs"),
        degrees_of_freedom_spec: fields.any("degrees_of_freedom_spec").map(creative_features),
        optimization_spec: fields.any("optimization_spec").or(old_name),
        header: None,
        body: None,
        footer: None,
        buttons: Vec::new(),
        carousel: None,
        limited_time_offer: None,
        call_permission_request: None,
        unmodelled: Vec::new(),
        extra: Extra::new(),
    };
    let components = fields.take("components", |value| value.as_array().cloned()).unwrap_or_default();
    reader.components(&components, &mut content);
    content.extra = fields.rest();
    reader.never_shown(&content);
    Read { content, unreadable: reader.unreadable }
}

fn parameter_format(value: &Value) -> Option<ParameterFormat> {
    match value.as_str()?.to_ascii_uppercase().as_str() {
        "POSITIONAL" => Some(ParameterFormat::Positional),
        "NAMED" => Some(ParameterFormat::Named),
        _ => None,
    }
}

/// Creative features come back as a list of `{key, value}` where a map was sent; also without their wrapper.
fn creative_features(spec: Value) -> Value {
    const FEATURES: &str = "creative_features_spec";
    fn by_key(list: &[Value]) -> Option<Value> {
        let mut map = Map::new();
        for item in list {
            let object = item.as_object().filter(|object| object.len() == 2)?;
            map.insert(object.get("key")?.as_str()?.to_owned(), object.get("value")?.clone());
        }
        (map.len() == list.len()).then_some(Value::Object(map))
    }
    match spec {
        Value::Array(list) => match by_key(&list) {
            Some(features) => Value::Object(Map::from_iter([(FEATURES.to_owned(), features)])),
            None => Value::Array(list),
        },
        Value::Object(mut object) => {
            if let Some(features) = object.get(FEATURES).and_then(Value::as_array).and_then(|list| by_key(list)) {
                object.insert(FEATURES.to_owned(), features);
            }
            Value::Object(object)
        }
        other => other,
    }
}

/// Where a media sample comes from. What an account shows is opaque: addresses, upload handles of several forms, free text
/// in test accounts (public lists, 2026-11). What an author gives is a URL or a handle, by how it is written.
#[must_use]
pub fn media_source(sample: &str, origin: Origin) -> MediaSource {
    match origin {
        Origin::Account => MediaSource::Shown(sample.to_owned()),
        Origin::Author if is_web_address(sample) => MediaSource::Url(sample.to_owned()),
        Origin::Author => MediaSource::Handle(sample.to_owned()),
    }
}

/// The sample that an account shows of a media header, in whatever shape: of several the first. No part of it is content,
/// and signed addresses change with every look.
fn shown_sample(fields: &mut Fields) -> Option<String> {
    fn first(value: &Value) -> Option<String> {
        match value {
            Value::Array(items) => items.iter().find_map(first),
            value => scalar(value),
        }
    }
    let handle = fields.example(|example| example.any("header_handle"));
    // Some lists show it without an object around it.
    let bare = fields.take("example", |value| (!value.is_object()).then(|| value.clone()));
    handle.or(bare).as_ref().and_then(first)
}

/// Whether a text begins as an http(s) URL does.
fn is_web_address(text: &str) -> bool {
    let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    start.starts_with("https://") || start.starts_with("http://")
}

impl Reader {
    /// Template-level fields that are accepted in a create and not shown afterwards.
    fn never_shown(&mut self, content: &Content) {
        if content.library_template_name.is_some() {
            self.hide("library_template_button_inputs".to_owned());
            self.hide("library_template_body_inputs".to_owned());
        }
        if content.send_type.is_none() {
            self.hide("send_type".to_owned());
        }
        if content.disable_ios_autofill.is_none() {
            self.hide("disable_ios_autofill".to_owned());
        }
    }

    fn components(&mut self, components: &[Value], content: &mut Content) {
        let code = shown_code(components);
        for component in components {
            if self.component(component, content, code).is_none() {
                content.unmodelled.push(component.clone());
            }
        }
        if let Some(ShownCode { expiration_minutes: Some(code_expiration_minutes), preset: true }) = code
            && self.origin == Origin::Account
            && content.footer.is_none()
        {
            // The address tells it only with a footer.
            content.footer = Some(Footer::CodeExpiration { code_expiration_minutes, extra: Extra::new() });
        }
    }

    /// Puts a component where it belongs; `None` if it does not fit the model or that place is taken.
    fn component(&mut self, component: &Value, content: &mut Content, code: Option<ShownCode>) -> Option<()> {
        let object = component.as_object()?;
        let fields = || Fields::new(object, &["type"]);
        match Component::of(object)? {
            Component::Header if content.header.is_none() => content.header = Some(self.header(fields(), "")?),
            Component::Body if content.body.is_none() => content.body = Some(self.body(fields(), code)?),
            Component::Footer if content.footer.is_none() => content.footer = Some(self.footer(fields(), code)?),
            Component::Buttons if content.buttons.is_empty() => {
                content.buttons = self.buttons(fields(), "", &mut content.unmodelled)?;
            }
            Component::Carousel if content.carousel.is_none() => content.carousel = Some(self.carousel(fields())?),
            Component::LimitedTimeOffer if content.limited_time_offer.is_none() => {
                content.limited_time_offer = Some(limited_time_offer(fields(), &mut content.unmodelled)?);
            }
            Component::CallPermissionRequest if content.call_permission_request.is_none() => {
                content.call_permission_request = Some(CallPermissionRequest { extra: fields().rest() });
            }
            Component::Header
            | Component::Body
            | Component::Footer
            | Component::Buttons
            | Component::Carousel
            | Component::LimitedTimeOffer
            | Component::CallPermissionRequest => return None,
        }
        Some(())
    }

    fn header(&mut self, mut fields: Fields, prefix: &str) -> Option<Header> {
        let format = match fields.text("format") {
            Some(format) => format,
            None if !fields.has("format") && fields.has("text") => "TEXT".to_owned(),
            None => return None,
        };
        let kind = match (format.to_ascii_uppercase().as_str(), MediaFormat::parse(&format)) {
            ("TEXT", _) => {
                let text = fields.text("text")?;
                let samples = samples(&mut fields, "header_text", &text);
                HeaderKind::Text { text, samples }
            }
            ("LOCATION", _) => HeaderKind::Location,
            ("PRODUCT", _) => HeaderKind::Product,
            (_, Some(format)) => {
                self.hide(format!("{prefix}header.sample"));
                let given = match self.origin {
                    Origin::Author => fields.example(|example| example.take("header_handle", one)).flatten(),
                    Origin::Account => shown_sample(&mut fields),
                };
                let source = given.filter(|sample| !sample.is_empty()).map(|sample| media_source(&sample, self.origin));
                HeaderKind::Media { format, sample: source.map(|source| MediaSample { source, digest: None }) }
            }
            (_, None) => HeaderKind::Unmodelled { format },
        };
        Some(Header { kind, extra: fields.rest() })
    }

    fn body(&mut self, mut fields: Fields, code: Option<ShownCode>) -> Option<Body> {
        let flag = fields.take("add_security_recommendation", Value::as_bool);
        let shown = code.is_some_and(|code| code.preset) && self.origin == Origin::Account;
        let generated = code.is_some() && (flag.is_some() || shown || !fields.has("text"));
        if generated || (flag.is_some() && !fields.has("text")) {
            let text = fields.text("text").filter(|_| shown);
            if code.is_some() {
                fields.forget("example");
            }
            let known = flag.or_else(|| recommends_security(text.as_deref()?));
            if known.is_none() {
                self.hide("body.add_security_recommendation".to_owned());
            }
            let add_security_recommendation = known.unwrap_or_default();
            return Some(Body::Authentication { add_security_recommendation, extra: fields.rest() });
        }
        let text = fields.text("text")?;
        let samples = samples(&mut fields, "body_text", &text);
        let mut extra = fields.rest();
        if let Some(flag) = flag {
            extra.insert("add_security_recommendation".to_owned(), Value::Bool(flag));
        }
        Some(Body::Text { text, samples, extra })
    }

    fn footer(&mut self, mut fields: Fields, code: Option<ShownCode>) -> Option<Footer> {
        let flag = fields.take("code_expiration_minutes", |value| u32::try_from(value.as_u64()?).ok());
        let told = code.filter(|_| self.origin == Origin::Account).and_then(|code| {
            code.expiration_minutes
                .or_else(|| fields.peek_text("text").filter(|_| code.preset).as_deref().and_then(minutes))
        });
        match flag.or(told) {
            Some(code_expiration_minutes) if code.is_some() || !fields.has("text") => {
                if code.is_some() {
                    fields.forget("text");
                }
                Some(Footer::CodeExpiration { code_expiration_minutes, extra: fields.rest() })
            }
            minutes => {
                let text = fields.text("text")?;
                if code.is_some_and(|code| code.preset) {
                    // The sentence is the provider's, and does not say how many.
                    self.hide("footer".to_owned());
                }
                let mut extra = fields.rest();
                extra.extend(minutes.map(|minutes| ("code_expiration_minutes".to_owned(), Value::from(minutes))));
                Some(Footer::Text { text, extra })
            }
        }
    }

    fn carousel(&mut self, mut fields: Fields) -> Option<Carousel> {
        let list = fields.take("cards", |value| value.as_array().cloned())?;
        let before = self.unreadable.clone();
        let cards: Option<Vec<Card>> = list.iter().enumerate().map(|(i, card)| self.card(card, i)).collect();
        if cards.is_none() {
            self.unreadable = before;
        }
        Some(Carousel { cards: cards?, extra: fields.rest() })
    }

    fn card(&mut self, card: &Value, index: usize) -> Option<Card> {
        let mut fields = Fields::new(card.as_object()?, &[]);
        let components = fields.take("components", |value| value.as_array().cloned())?;
        let prefix = card_prefix(index);
        let mut card =
            Card { header: None, body: None, buttons: Vec::new(), unmodelled: Vec::new(), extra: fields.rest() };
        for component in &components {
            if self.card_component(component, &mut card, &prefix).is_none() {
                card.unmodelled.push(component.clone());
            }
        }
        Some(card)
    }

    fn card_component(&mut self, component: &Value, card: &mut Card, prefix: &str) -> Option<()> {
        let object = component.as_object()?;
        let fields = Fields::new(object, &["type"]);
        match Component::of(object)? {
            Component::Header if card.header.is_none() => card.header = Some(self.header(fields, prefix)?),
            Component::Body if card.body.is_none() => card.body = Some(self.body(fields, None)?),
            Component::Buttons if card.buttons.is_empty() => {
                card.buttons = self.buttons(fields, prefix, &mut card.unmodelled)?;
            }
            Component::Header
            | Component::Body
            | Component::Buttons
            | Component::Footer
            | Component::Carousel
            | Component::LimitedTimeOffer
            | Component::CallPermissionRequest => return None,
        }
        Some(())
    }
}

/// The samples of a text, by number or by name.
fn samples(fields: &mut Fields, key: &str, text: &str) -> Samples {
    fields.example(|example| {
        let mut samples = example.take(key, |value| positional(value, text)).unwrap_or_default();
        samples.0.extend(example.take(&format!("{key}_named_params"), named).unwrap_or_default().0);
        samples
    })
}

fn limited_time_offer(mut fields: Fields, unmodelled: &mut Vec<Value>) -> Option<LimitedTimeOffer> {
    let mut offer = fields.take("limited_time_offer", |value| Some(Fields::new(value.as_object()?, &[])))?;
    keep_wrapper(Component::LimitedTimeOffer, fields, unmodelled);
    Some(LimitedTimeOffer {
        text: offer.text("text"),
        has_expiration: offer.boolean("has_expiration"),
        extra: offer.rest(),
    })
}
