//! What is sent → Meta's body, by the documented shape (OpenAPI 3.210.0).
//!
//! Limits of texts that Meta has as well are left to its rules. Must not know accounts.

use serde_json::{Map, Value, json};

use super::buttons::{code_button, many};
use super::fields::Fields;
use super::service_exception::ServiceException;

type Object = Map<String, Value>;

const CATEGORIES: [&str; 3] = ["MARKETING", "AUTHENTICATION", "UTILITY"];

/// The languages of the document.
const LANGUAGES: &str = "af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da nl nl_BE en \
    en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH \
    fr_CI fr_MA ka de de_AT de_CH el gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb fa pl pt_BR pt_PT \
    pa ro ru sr si_LK sk sl es es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur \
    uz vi zu unknown";

/// A body, read.
#[derive(Debug)]
pub(super) struct Sent {
    /// Meta's body.
    pub(super) metas: Object,
    /// What Infobip keeps beside it, by the names of its own fields. What is not sent is not here.
    pub(super) own: Object,
}

/// Reads the body of a create.
pub(super) fn create(body: &Object) -> Result<Sent, ServiceException> {
    let mut fields = Fields::of_body(body);
    let name = fields.need("name", 512)?;
    let language = fields.need("language", 16)?;
    if !LANGUAGES.split_whitespace().any(|known| known == language) {
        return Err(ServiceException::invalid("language", "is not supported"));
    }
    let Some(category) = fields.word("category", &CATEGORIES)? else { return fields.missing("category") };
    let Some(structure) = fields.object("structure")? else { return fields.missing("structure") };
    let mut sent = rest(fields, &category, Some(structure))?;
    sent.metas.extend([("name".to_owned(), name.into()), ("language".to_owned(), language.into())]);
    sent.metas.insert("category".to_owned(), category.into());
    sent.metas.insert("parameter_format".to_owned(), "POSITIONAL".into());
    Ok(sent)
}

/// Reads the body of an edit of a template that has a category.
pub(super) fn edit(body: &Object, has: &str) -> Result<Sent, ServiceException> {
    let mut fields = Fields::of_body(body);
    let asked = fields.word("category", &CATEGORIES)?;
    let structure = fields.object("structure")?;
    let mut sent = rest(fields, asked.as_deref().unwrap_or(has), structure)?;
    sent.metas.extend(asked.map(|category| ("category".to_owned(), category.into())));
    Ok(sent)
}

/// What creates and edits have in common.
fn rest(mut fields: Fields, category: &str, structure: Option<Fields>) -> Result<Sent, ServiceException> {
    let mut sent = Sent { metas: Object::new(), own: Object::new() };
    if let Some(mut platform) = fields.object("platform")? {
        let mut kept = Object::new();
        for field in ["entityId", "applicationId"] {
            kept.extend(platform.text(field, 255)?.map(|text| (field.to_owned(), text.into())));
        }
        platform.end()?;
        sent.own.insert("platform".to_owned(), kept.into());
    }
    if let Some(word) = fields.word("subCategory", &["ORDER_STATUS"])? {
        if category != "UTILITY" {
            return Err(ServiceException::invalid("subCategory", "is for UTILITY templates"));
        }
        sent.metas.insert("sub_category".to_owned(), word.into());
    }
    if let Some(mut period) = fields.object("validityPeriod")? {
        if category != "AUTHENTICATION" {
            return Err(ServiceException::invalid("validityPeriod", "is for AUTHENTICATION templates"));
        }
        let Some(amount) = period.number("amount")? else { return period.missing("amount") };
        let unit = period.word("timeUnit", &["SECONDS", "MINUTES"])?.unwrap_or_else(|| "MINUTES".to_owned());
        period.end()?;
        let factor = if unit == "MINUTES" && amount != -1 { 60 } else { 1 };
        sent.metas.insert("message_send_ttl_seconds".to_owned(), amount.saturating_mul(factor).into());
        sent.own.insert("validityPeriod".to_owned(), json!({ "amount": amount, "timeUnit": unit }));
    }
    if let Some(structure) = structure {
        let components = match category {
            "AUTHENTICATION" => authentication(structure)?,
            _ => default(structure, category, &mut sent.own)?,
        };
        sent.metas.insert("components".to_owned(), components.into());
    }
    fields.end()?;
    Ok(sent)
}

fn authentication(mut structure: Fields) -> Result<Vec<Value>, ServiceException> {
    structure.ignore("type");
    let (Some(mut body), Some(mut footer)) = (structure.object("body")?, structure.object("footer")?) else {
        return structure.missing("body, footer");
    };
    let mut components = Vec::new();
    let secure = body.flag("addSecurityRecommendation")?;
    body.end()?;
    components.push(match secure {
        Some(secure) => json!({ "type": "BODY", "add_security_recommendation": secure }),
        None => json!({ "type": "BODY" }),
    });
    if let Some(minutes) = footer.number("codeExpirationMinutes")? {
        components.push(json!({ "type": "FOOTER", "code_expiration_minutes": minutes }));
    }
    footer.end()?;
    let buttons = structure.list("buttons")?.unwrap_or_default();
    let [button] = buttons.as_slice() else {
        return Err(ServiceException::invalid("structure.buttons", "size must be between 1 and 1"));
    };
    let button = code_button(Fields::of(button.clone(), "structure.buttons[0]".to_owned())?)?;
    components.push(json!({ "type": "BUTTONS", "buttons": [button] }));
    structure.end()?;
    Ok(components)
}

fn default(mut structure: Fields, category: &str, own: &mut Object) -> Result<Vec<Value>, ServiceException> {
    structure.ignore("type");
    let mut components = Vec::new();
    if let Some(one) = structure.object("header")? {
        components.push(header(one)?);
    }
    match structure.object("body")? {
        Some(one) => components.push(body(one)?),
        None => return structure.missing("body"),
    }
    if let Some(mut footer) = structure.object("footer")? {
        components.push(json!({ "type": "FOOTER", "text": footer.need("text", 60)? }));
        footer.end()?;
    }
    let mut dynamic = false;
    let mut first = String::new();
    if let Some(list) = structure.list("buttons")? {
        let list = many(list, "structure.buttons", 10)?;
        dynamic = list.iter().any(|button| button["url"].as_str().is_some_and(|url| url.contains("{{")));
        first = list.first().and_then(|button| button["type"].as_str()).unwrap_or_default().to_owned();
        components.push(json!({ "type": "BUTTONS", "buttons": list }));
    }
    if let Some(one) = structure.object("carousel")? {
        if category != "MARKETING" {
            return Err(ServiceException::invalid("structure.carousel", "is for MARKETING templates"));
        }
        components.push(carousel(one)?);
    }
    if let Some(mut offer) = structure.object("limitedTimeOffer")? {
        let text = offer.need("text", 16)?;
        let expires = offer.flag("hasExpiration")?.unwrap_or(false);
        if expires && first != "COPY_CODE" {
            return Err(ServiceException::invalid(
                offer.at("hasExpiration"),
                "needs a COPY_CODE button that is the first",
            ));
        }
        offer.end()?;
        components.push(json!({ "type": "LIMITED_TIME_OFFER",
            "limited_time_offer": { "text": text, "has_expiration": expires } }));
    }
    if let Some(request) = structure.object("callPermissionRequest")? {
        request.end()?;
        components.push(json!({ "type": "CALL_PERMISSION_REQUEST" }));
    }
    if let Some(mut options) = structure.object("shorteningOptions")? {
        let domain = options.need("customDomain", 255)?;
        options.end()?;
        if !dynamic {
            return Err(ServiceException::invalid("structure.shorteningOptions", "needs a dynamic URL button"));
        }
        own.insert("shorteningOptions".to_owned(), json!({ "customDomain": domain }));
    }
    structure.end()?;
    Ok(components)
}

fn header(mut header: Fields) -> Result<Value, ServiceException> {
    let formats = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "GIF"];
    let Some(format) = header.word("format", &formats)? else { return header.missing("format") };
    let mut out = json!({ "type": "HEADER", "format": format });
    let example = if format == "LOCATION" { None } else { header.text("example", 2000)? };
    if format == "TEXT" {
        out["text"] = header.need("text", 60)?.into();
        if let Some(example) = example {
            out["example"] = json!({ "header_text": [example] });
        }
    } else if let Some(example) = example {
        if example.contains("{{") || !(example.starts_with("https://") || example.starts_with("http://")) {
            return Err(ServiceException::invalid(header.at("example"), "must be a URL without placeholders"));
        }
        out["example"] = json!({ "header_handle": [example] });
    }
    header.end()?;
    Ok(out)
}

fn body(mut body: Fields) -> Result<Value, ServiceException> {
    let mut out = json!({ "type": "BODY", "text": body.need("text", 4096)? });
    if let Some(examples) = body.list("examples")?.filter(|list| !list.is_empty()) {
        let plain = |example: &Value| example.as_str().is_some_and(|text| !text.contains("{{"));
        if !examples.iter().all(plain) {
            return Err(ServiceException::invalid(body.at("examples"), "must be texts without placeholders"));
        }
        out["example"] = json!({ "body_text": [examples] });
    }
    body.end()?;
    Ok(out)
}

fn carousel(mut carousel: Fields) -> Result<Value, ServiceException> {
    let list = carousel.list("cards")?.unwrap_or_default();
    if !(1..=10).contains(&list.len()) {
        return Err(ServiceException::invalid(carousel.at("cards"), "size must be between 1 and 10"));
    }
    let mut cards = Vec::new();
    for (at, card) in list.into_iter().enumerate() {
        let path = format!("{}[{at}]", carousel.at("cards"));
        let mut card = Fields::of(card, path.clone())?;
        let (Some(top), Some(text)) = (card.object("header")?, card.object("body")?) else {
            return card.missing("header, body");
        };
        let buttons = many(card.list("buttons")?.unwrap_or_default(), &format!("{path}.buttons"), 2)?;
        card.end()?;
        let buttons = json!({ "type": "BUTTONS", "buttons": buttons });
        cards.push(json!({ "components": [header(top)?, body(text)?, buttons] }));
    }
    carousel.end()?;
    Ok(json!({ "type": "CAROUSEL", "cards": cards }))
}
