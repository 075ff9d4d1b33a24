//! Submissions → the bodies of 360dialog's creates and edits. Strict: what an API cannot take is named, not left out.
//!
//! Components are Meta's, verbatim. Which fields stand beside them: Partner API 2.0.0 and Messaging API 1.44 (2026-11).

use serde_json::{Map, Value};

use super::{Api, wire};
use crate::{
    capability::{Submission, Unsendable},
    template::{
        Content, Header, HeaderKind, Live, MediaFormat, ParameterFormat, TemplateKey,
        components::{self, Unresolved},
    },
};

/// The API does not have it.
const NOT_THERE: &str = "this API of 360dialog does not take it";

fn unresolved(Unresolved { path }: Unresolved) -> Unsendable {
    Unsendable::new(path, "the media sample is neither uploaded nor public")
}

/// Whether a create, or an edit of what the account holds, can be sent through the Partner API.
pub(super) fn partner_sendable(submission: &Submission, held: Option<&Live>) -> Result<(), Unsendable> {
    match held {
        Some(_) => edit_body(submission).map(drop),
        None => create_body(Api::Partner, submission).map(drop),
    }
}

/// The same at WABA level, which has no edits: what would be one is judged as a create.
pub(super) fn channel_sendable(submission: &Submission, held: Option<&Live>) -> Result<(), Unsendable> {
    let category = submission.category.clone().or_else(|| held.map(|held| held.category.clone()));
    create_body(Api::Channel, &Submission { category, ..submission.clone() }).map(drop)
}

/// The body of a create.
pub(super) fn create_body(api: Api, submission: &Submission) -> Result<Map<String, Value>, Unsendable> {
    let Submission { key: TemplateKey { name, language }, category, content } = submission;
    let Some(category) = category else {
        return Err(Unsendable::new("category", "a template is not created without one"));
    };
    let mut body = Map::new();
    body.insert("name".to_owned(), name.clone().into());
    body.insert("category".to_owned(), category.as_str().into());
    body.insert("language".to_owned(), language.clone().into());
    body.extend(fields(api, content)?);
    Ok(body)
}

/// The body of an edit: what is left out stays. Name and language cannot change, so they are not sent.
pub(super) fn edit_body(submission: &Submission) -> Result<Map<String, Value>, Unsendable> {
    let Submission { key: TemplateKey { name: _, language: _ }, category, content } = submission;
    let mut body = Map::new();
    body.extend(category.as_ref().map(|category| ("category".to_owned(), category.as_str().into())));
    body.extend(fields(Api::Partner, content)?);
    Ok(body)
}

/// The fields that hold the content.
fn fields(api: Api, content: &Content) -> Result<Map<String, Value>, Unsendable> {
    check(api, content)?;
    let mut fields = components::write(content).map_err(unresolved)?;
    // Refused at WABA level as an unknown field, undocumented in the Partner API; numbers are what is meant without it.
    fields.shift_remove("parameter_format");
    // Off is what their absence means, and not every API has a word for it.
    for switch in ["is_primary_device_delivery_only", "disable_ios_autofill", "cta_url_link_tracking_opted_out"] {
        let off = fields.get(switch) == Some(&Value::Bool(false));
        if off && !(switch == "cta_url_link_tracking_opted_out" && api == Api::Partner) {
            fields.shift_remove(switch);
        }
    }
    Ok(fields)
}

/// Names the first thing that an API cannot take.
fn check(api: Api, content: &Content) -> Result<(), Unsendable> {
    let Content {
        parameter_format,
        header,
        body: _,
        footer: _,
        buttons: _,
        carousel,
        limited_time_offer: _,
        call_permission_request,
        unmodelled: _,
        message_send_ttl_seconds: _,
        sub_category,
        display_format,
        cta_url_link_tracking_opted_out,
        is_primary_device_delivery_only,
        disable_ios_autofill,
        send_type,
        library_template_name,
        library_template_button_inputs,
        library_template_body_inputs,
        degrees_of_freedom_spec,
        optimization_spec,
        extra,
    } = content;
    let channel = api == Api::Channel;
    let on = |switch: &Option<bool>| *switch == Some(true);
    // Without parameters their format means nothing.
    let named_numbers = *parameter_format == ParameterFormat::Named && wire::has_parameters(content);
    let settings = [
        ("parameter_format", wire::has_names(content) || named_numbers),
        ("call_permission_request", call_permission_request.is_some()),
        ("sub_category", sub_category.is_some()),
        ("display_format", display_format.is_some()),
        ("cta_url_link_tracking_opted_out", on(cta_url_link_tracking_opted_out) && channel),
        ("is_primary_device_delivery_only", on(is_primary_device_delivery_only)),
        ("disable_ios_autofill", on(disable_ios_autofill)),
        ("send_type", send_type.is_some()),
        ("library_template_name", library_template_name.is_some() && !channel),
        ("library_template_button_inputs", library_template_button_inputs.is_some() && !channel),
        ("library_template_body_inputs", library_template_body_inputs.is_some()),
        ("degrees_of_freedom_spec", degrees_of_freedom_spec.is_some()),
        ("optimization_spec", optimization_spec.is_some()),
    ];
    let refuse = |path: &str| Err(Unsendable::new(path, NOT_THERE));
    if let Some((setting, _)) = settings.into_iter().find(|(_, there)| *there) {
        return refuse(setting);
    }
    let further = |key: &str| key != "allow_category_change" && !(channel && key == "namespace");
    if let Some(key) = extra.keys().find(|key| further(key)) {
        return refuse(key);
    }
    let cards = carousel.iter().flat_map(|carousel| &carousel.cards).enumerate();
    let cards = cards.filter_map(|(at, card)| Some((format!("carousel.cards[{at}].header"), card.header.as_ref()?)));
    let headers = header.iter().map(|header| ("header".to_owned(), header)).chain(cards);
    match headers.into_iter().find(|(_, header)| !is_known(header)) {
        Some((path, _)) => refuse(&path),
        None => Ok(()),
    }
}

/// Documented formats of headers: TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION (Messaging API 1.44, 2026-11). One that letterpress
/// does not know is somebody's own, and goes as it is.
const fn is_known(header: &Header) -> bool {
    match &header.kind {
        HeaderKind::Media { format: MediaFormat::Gif, .. } | HeaderKind::Product => false,
        HeaderKind::Text { .. }
        | HeaderKind::Media { format: MediaFormat::Image | MediaFormat::Video | MediaFormat::Document, .. }
        | HeaderKind::Location
        | HeaderKind::Unmodelled { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::template::{
        Body, Category, Samples,
        components::{
            fixture::{self, arb_content},
            media_mut,
        },
        normal::{NormalForm, Scope},
    };

    fn submission(content: Content) -> Submission {
        Submission { key: TemplateKey::new("bike_ready", "en_US"), category: Some(Category::Utility), content }
    }

    /// Content → wire → what a list shows of it → content: the same, where the API can express it.
    fn comes_back(api: Api, content: &Content) -> bool {
        let Ok(mut body) = create_body(api, &submission(content.clone())) else { return false };
        assert!(!body.contains_key("parameter_format"));
        // Accounts always show a list, if an empty one.
        body.entry("components").or_insert_with(|| json!([]));
        for (key, value) in [("id", "xWT"), ("status", "approved"), ("waba_account_id", "fernWA")] {
            body.insert(key.to_owned(), value.into());
        }
        let live = wire::live(&body).unwrap();
        let mut sent = content.clone();
        // Handles come back as the addresses of media, which nothing can be told from.
        let mut shown = live.content;
        for content in [&mut sent, &mut shown] {
            media_mut(content).into_iter().for_each(|slot| slot.sample.digest = Some("any".to_owned()));
        }
        let (sent, shown) = (NormalForm::of(&sent), NormalForm::of(&shown));
        let seen = shown.seen_by(&sent, &live.unreadable, None).normal;
        assert_eq!(seen.fingerprint(Scope::Content), sent.fingerprint(Scope::Content), "{body:#?}");
        true
    }

    #[test]
    fn what_can_be_expressed_comes_back() {
        let clean = |mut content: Content| {
            content.extra.clear();
            content
        };
        for api in [Api::Partner, Api::Channel] {
            let all = fixture::all().into_iter().map(clean);
            let back = all.filter(|content| comes_back(api, content)).count();
            assert!(back >= 10, "{back} of the fixtures can be expressed");
        }
    }

    proptest! {
        #[test]
        fn anything_comes_back_or_is_refused(content in arb_content()) {
            for api in [Api::Partner, Api::Channel] {
                comes_back(api, &content);
            }
        }
    }

    #[test]
    fn what_cannot_be_expressed_is_named() {
        let settings = fixture::settings();
        let one = |change: fn(&mut Content, &Content)| {
            let mut content = Content { body: settings.body.clone(), ..Content::default() };
            change(&mut content, &settings);
            [Api::Partner, Api::Channel].map(|api| fields(api, &content).err().map(|refusal| refusal.path))
        };
        let both = |path: &str| [Some(path.to_owned()), Some(path.to_owned())];
        assert_eq!(one(|_, _| {}), [None, None]);
        assert_eq!(one(|to, from| to.message_send_ttl_seconds = from.message_send_ttl_seconds), [None, None]);
        assert_eq!(one(|to, _| to.parameter_format = ParameterFormat::Named), [None, None], "without any parameter");
        let named = |to: &mut Content, _: &Content| {
            to.body = Some(Body::Text {
                text: "Hi {{rider}}!".to_owned(),
                samples: Samples::named([("rider", "Ada")]),
                extra: Default::default(),
            });
        };
        assert_eq!(one(named), both("parameter_format"));
        assert_eq!(one(|to, from| to.sub_category.clone_from(&from.sub_category)), both("sub_category"));
        assert_eq!(one(|to, from| to.optimization_spec.clone_from(&from.optimization_spec)), both("optimization_spec"));
        assert_eq!(one(|to, _| to.disable_ios_autofill = Some(true)), both("disable_ios_autofill"));
        assert_eq!(one(|to, _| to.disable_ios_autofill = Some(false)), [None, None]);
        assert_eq!(one(|to, from| to.extra = from.extra.clone()), both("x_new"));
        let opt_out = "cta_url_link_tracking_opted_out".to_owned();
        assert_eq!(one(|to, _| to.cta_url_link_tracking_opted_out = Some(true)), [None, Some(opt_out)]);
        let library = "library_template_name".to_owned();
        let clone = |to: &mut Content, from: &Content| to.library_template_name.clone_from(&from.library_template_name);
        assert_eq!(one(clone), [Some(library), None]);
        assert_eq!(one(|to, _| to.header = Some(Header::new(HeaderKind::Product))), both("header"));
        let gif = HeaderKind::Media { format: MediaFormat::Gif, sample: None };
        assert!(fields(Api::Partner, &Content { header: Some(Header::new(gif)), ..Content::default() }).is_err());
    }

    #[test]
    fn a_clone_of_the_library_is_shown_without_its_origin_and_is_no_difference() {
        let inputs = json!([{ "type": "URL", "url": { "base_url": "https://fernweh.example" } }]);
        let content = Content {
            library_template_name: Some("delivery_update_1".to_owned()),
            library_template_button_inputs: Some(inputs.clone()),
            ..Content::default()
        };
        let body = create_body(Api::Channel, &submission(content.clone())).unwrap();
        assert_eq!(body["library_template_button_inputs"], inputs);
        assert!(!body.contains_key("components"), "{body:?}");
        let shown = json!({ "id": "xWT", "name": "bike_ready", "language": "en_US", "status": "approved",
            "category": "UTILITY", "components": [{ "type": "BODY", "text": "Your parcel is on its way." }] });
        let live = wire::live(shown.as_object().unwrap()).unwrap();
        let sent = NormalForm::of(&content);
        let seen = NormalForm::of(&live.content).seen_by(&sent, &live.unreadable, Some(&sent)).normal;
        assert_eq!(seen.fingerprint(Scope::Content), sent.fingerprint(Scope::Content));
    }

    #[test]
    fn bodies_hold_what_is_documented() {
        let mut content = Content { message_send_ttl_seconds: Some(600), ..Content::default() };
        content.cta_url_link_tracking_opted_out = Some(false);
        content.extra.insert("allow_category_change".to_owned(), true.into());
        let partner = json!({ "name": "bike_ready", "category": "UTILITY", "language": "en_US",
            "message_send_ttl_seconds": 600, "allow_category_change": true,
            "cta_url_link_tracking_opted_out": false });
        assert_eq!(Value::Object(create_body(Api::Partner, &submission(content.clone())).unwrap()), partner);
        let channel = create_body(Api::Channel, &submission(content.clone())).unwrap();
        assert!(!channel.contains_key("cta_url_link_tracking_opted_out"), "there is no such field");
        let edit = edit_body(&Submission { category: None, ..submission(content) }).unwrap();
        let keys: Vec<&str> = edit.keys().map(String::as_str).collect();
        assert_eq!(keys, ["message_send_ttl_seconds", "cta_url_link_tracking_opted_out", "allow_category_change"]);
        let nothing = Submission { category: None, ..submission(Content::default()) };
        assert_eq!(create_body(Api::Partner, &nothing).unwrap_err().path, "category");
    }
}
