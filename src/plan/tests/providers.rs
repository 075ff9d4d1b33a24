//! The same desired templates on every provider: what one cannot hold is refused with a remedy; where it deletes whole names, all
//! languages of a name are deleted or none.

use super::*;
use crate::{
    capability::{Capabilities, Feature, MediaForm, Submission},
    plan::{ActionKind, MediaRoute, RuleId, VerdictState},
    provider::{self, infobip, vonage},
    source::Removal,
    template::MediaSource,
};

struct Case<'a> {
    capabilities: &'a Capabilities,
    desired: &'a [Desired],
    removed: &'a [Removal],
    live: &'a [Live],
    ledger: Option<&'a State>,
    media: MediaRoute,
}

fn planned(case: &Case<'_>) -> AccountPlan {
    let Case { capabilities, desired, removed, live, ledger, media } = *case;
    reconcile(&Facts {
        identity: &identity(capabilities.name),
        media,
        workspace: "workshop",
        policy: &Policy::default(),
        capabilities,
        desired,
        removed,
        live,
        template_limit: Some(250),
        unknown_fields: &[],
        requests: 1,
        ledger,
        consent: &Consent::default(),
        promotion: None,
        selection: &Selection::default(),
        prune: false,
        now: Timestamp::UNIX_EPOCH,
        clocks: Clocks { at: Timestamp::UNIX_EPOCH, provider_ahead: None },
        locate: &|_| SourceLocation { file: "templates/bike_ready.yaml".into(), line: 1 },
    })
}

fn created(content: &Content, capabilities: &Capabilities, media: MediaRoute) -> Vec<String> {
    let desired = desired(content);
    let case = Case { capabilities, desired: &[desired], removed: &[], live: &[], ledger: None, media };
    let plan = planned(&case);
    let [action] = plan.actions.as_slice() else { panic!("{:?}", plan.actions) };
    let reasons = action.verdict.reasons.iter().filter(|reason| reason.rule == RuleId::Capability);
    reasons.inspect(|reason| assert!(reason.remedy.is_some(), "{reason:?}")).map(|r| r.reason.clone()).collect()
}

#[test]
fn what_a_provider_lacks_is_refused_part_by_part_and_nothing_else() {
    for capabilities in provider::all() {
        for content in contents() {
            let refused = created(&content, capabilities, MediaRoute::Upload);
            let lacks = |feature: &Feature| {
                refused.iter().any(|reason| reason.contains(&format!("takes no {} (", feature.words())))
            };
            for feature in Feature::ALL.iter().filter(|feature| lacks(feature)) {
                assert!(!capabilities.has(*feature), "{} {feature:?}", capabilities.title);
            }
            let named = content.parameter_format == crate::template::ParameterFormat::Named;
            assert_eq!(
                named && !capabilities.has(Feature::NamedParameters),
                lacks(&Feature::NamedParameters),
                "{}",
                capabilities.title
            );
            assert_eq!(
                content.carousel.is_some() && !capabilities.has(Feature::Carousel),
                lacks(&Feature::Carousel),
                "{}",
                capabilities.title
            );
        }
    }
}

/// Every kind of part alone in a plain template, in the forms in which one provider or another asks for more of it.
fn single_parts() -> Vec<Content> {
    use crate::template::{
        AppDeepLink, Body, Button, ButtonKind, CallPermissionRequest, Extra, FlowReference, Footer, Header, HeaderKind,
        LimitedTimeOffer, MediaFormat, MediaSample, OtpType, Samples,
    };
    let plain = || Content {
        body: Some(Body::Text { text: "Your bike is ready.".into(), samples: Samples::default(), extra: Extra::new() }),
        ..Content::default()
    };
    let mut all = vec![plain(), Content::default()];
    for mut button in fixture::every_button() {
        if let ButtonKind::Url { app_deep_link: Some(AppDeepLink { extra, .. }), .. } = &mut button.kind {
            extra.clear();
        }
        let extras: &[(&str, Value)] = match &button.kind {
            ButtonKind::VoiceCall { .. } => {
                &[("ttl_minutes", json!(1440)), ("ttl_minutes", json!(60)), ("ttl_minutes", json!("a"))]
            }
            ButtonKind::OrderDetails { .. } => &[("variant", json!("BRAZIL")), ("variant", json!("MARS"))],
            _ => &[("x_new", json!(1))],
        };
        let with = |(key, value): &(&str, Value)| Extra::from_iter([((*key).to_owned(), value.clone())]);
        for extra in extras.iter().map(with).chain([Extra::new()]) {
            all.push(Content { buttons: vec![Button { extra, ..button.clone() }], ..plain() });
        }
    }
    let text = || "Book".to_owned();
    for (flow_action, navigate_screen) in [(None, None), (Some("NAVIGATE".to_owned()), Some("A".to_owned()))] {
        let flow = FlowReference::Id("7".into());
        let flow = ButtonKind::Flow { text: text(), flow, flow_action, navigate_screen, icon: None };
        all.push(Content { buttons: vec![Button::new(flow)], ..plain() });
    }
    for (url, sample) in [("https://fernweh.example/{{1}}", None), ("https://fernweh.example/a", Some("x".to_owned()))]
    {
        let url = ButtonKind::Url { text: text(), url: url.into(), sample, app_deep_link: None };
        all.push(Content { buttons: vec![Button::new(url)], ..plain() });
    }
    for sample in [None, Some("TWENTY-CHARACTERS-20".to_owned())] {
        all.push(Content { buttons: vec![Button::new(ButtonKind::CopyCode { sample })], ..plain() });
    }
    for (otp_type, recommended) in [(OtpType::CopyCode, true), (OtpType::OneTap, false), (OtpType::ZeroTap, false)] {
        let body = Body::Authentication { add_security_recommendation: recommended, extra: Extra::new() };
        for bare in [false, true] {
            let mut button = Button { extra: Extra::new(), ..fixture::otp(otp_type.clone()) };
            if let (true, ButtonKind::Otp(otp)) = (bare, &mut button.kind) {
                (otp.autofill_text, otp.zero_tap_terms_accepted) = (None, None);
                otp.supported_apps.clear();
            }
            all.push(Content { body: Some(body.clone()), buttons: vec![button], ..Content::default() });
        }
    }
    let media = |format, source| {
        let sample = Some(MediaSample { source, digest: None });
        Content { header: Some(Header::new(HeaderKind::Media { format, sample })), ..plain() }
    };
    for format in [MediaFormat::Image, MediaFormat::Video, MediaFormat::Document, MediaFormat::Gif] {
        all.push(media(format, MediaSource::File("media/a".into())));
        all.push(media(format, MediaSource::Url("https://fernweh.example/a".into())));
        all.push(media(format, MediaSource::Handle("4::x".into())));
        all.push(media(format, MediaSource::Shown("https://cdn.example/a".into())));
        all.push(Content { header: Some(Header::new(HeaderKind::Media { format, sample: None })), ..plain() });
    }
    for kind in [HeaderKind::Location, HeaderKind::Product, HeaderKind::Unmodelled { format: "SCENT".into() }] {
        all.push(Content { header: Some(Header::new(kind)), ..plain() });
    }
    for minutes in [None, Some(5)] {
        let expires = |code_expiration_minutes| Footer::CodeExpiration { code_expiration_minutes, extra: Extra::new() };
        all.push(Content { footer: minutes.map(expires), ..plain() });
    }
    for has_expiration in [None, Some(true)] {
        for text in [None, Some("Ends soon".to_owned())] {
            let offer = LimitedTimeOffer { text, has_expiration, extra: Extra::new() };
            all.push(Content { limited_time_offer: Some(offer), ..plain() });
        }
    }
    all.push(Content { call_permission_request: Some(CallPermissionRequest::default()), ..plain() });
    let Content { unmodelled, sub_category, display_format, optimization_spec, send_type, .. } = fixture::settings();
    all.push(Content { display_format, ..plain() });
    all.push(Content { optimization_spec, ..plain() });
    all.push(Content { send_type, unmodelled, ..plain() });
    for sub_category in [sub_category, Some("ORDER_STATUS".into()), Some("FRAUD_ALERT".into())] {
        all.push(Content { sub_category, ..plain() });
    }
    for (key, value) in
        [("platform", json!({ "entityId": "x" })), ("shorteningOptions", json!({ "customDomain": "x" }))]
    {
        all.push(Content { extra: Extra::from_iter([(key.to_owned(), value)]), ..plain() });
    }
    all.push(Content { message_send_ttl_seconds: Some(600), ..plain() });
    all.push(Content { is_primary_device_delivery_only: Some(true), ..plain() });
    all
}

/// What the rule says of a create and of an edit, and what is sent.
fn judged(case: &Case<'_>) -> (Vec<String>, Submission) {
    let plan = planned(case);
    let [action] = plan.actions.as_slice() else { panic!("{:?}", plan.actions) };
    let reasons = action.verdict.reasons.iter().filter(|reason| reason.rule == RuleId::Capability);
    let reasons = reasons.inspect(|reason| assert!(reason.remedy.is_some(), "{reason:?}"));
    let submit = action.submit.as_ref().unwrap();
    let mut content = submit.content.clone();
    for slot in components::media_mut(&mut content) {
        if matches!(slot.sample.source, MediaSource::File(_) | MediaSource::Url(_)) {
            slot.sample.source = MediaSource::Handle(match case.capabilities.media {
                MediaForm::Handle => "4::x".to_owned(),
                MediaForm::Url => "https://fernweh.example/a".to_owned(),
            });
        }
    }
    let submission = Submission { key: action.key.clone(), category: submit.category.clone(), content };
    (reasons.map(|reason| reason.reason.clone()).collect(), submission)
}

#[test]
fn whatever_the_plan_lets_pass_the_client_can_send() {
    let (mut passed, mut blocked) = (0, 0);
    for capabilities in provider::all() {
        let contents: Vec<Content> = single_parts().into_iter().chain(contents()).collect();
        for (at, content) in contents.iter().enumerate() {
            for category in [Category::Marketing, Category::Utility, Category::Authentication] {
                let desired = Desired { category: category.clone(), ..desired(content) };
                let mut before = live(&Content::default(), BTreeSet::new());
                before.category = category;
                let shown = [before];
                for live in [&[][..], &shown[..]] {
                    if !live.is_empty() && (*content == Content::default() || !capabilities.has(Feature::Edit)) {
                        continue;
                    }
                    let desired = std::slice::from_ref(&desired);
                    let media = MediaRoute::Upload;
                    let (reasons, submission) =
                        judged(&Case { capabilities, desired, removed: &[], live, ledger: None, media });
                    let sent = (capabilities.sendable)(&submission, live.first());
                    match reasons.is_empty() {
                        true => passed += 1,
                        false => blocked += 1,
                    }
                    assert!(
                        !reasons.is_empty() || sent.is_ok(),
                        "{}, content {at}: {sent:?}\n{content:?}",
                        capabilities.title
                    );
                }
            }
        }
    }
    assert!(passed > 500 && blocked > 500, "{passed} passed, {blocked} blocked");
}

#[test]
fn what_a_client_needs_more_of_is_said_with_what_to_write() {
    let plain = single_parts().remove(0);
    let infobip = &infobip::CAPABILITIES;
    let said = |content: &Content| created(content, infobip, MediaRoute::Public).join("; ");
    let button = |kind: crate::template::ButtonKind| Content {
        buttons: vec![crate::template::Button::new(kind)],
        ..plain.clone()
    };
    let order = button(crate::template::ButtonKind::OrderDetails { text: "Pay".into() });
    assert_eq!(said(&order), "`buttons[0].variant` cannot be sent: Infobip asks for `variant`: BRAZIL or INDIA");
    let sub = Content { sub_category: Some("ORDER_DETAILS".into()), ..plain.clone() };
    assert!(said(&sub).starts_with("`sub_category` cannot be sent"), "{}", said(&sub));
    let vonage = &vonage::CAPABILITIES;
    let setting = Content { display_format: Some("ORDER_DETAILS".into()), ..plain };
    let said = created(&setting, vonage, MediaRoute::Upload).join("; ");
    assert_eq!(said, "Vonage takes no other template-level settings (`display_format`)");
}

#[test]
fn samples_that_cannot_get_there_are_refused() {
    let mut content = fixture::all().into_iter().find(|content| {
        matches!(content.header.as_ref().map(|header| &header.kind), Some(crate::template::HeaderKind::Media { .. }))
    });
    let content = content.as_mut().unwrap();
    let mut with = |source: MediaSource, route| {
        for slot in components::media_mut(content) {
            slot.sample.source = source.clone();
        }
        let refused = created(content, &meta::CAPABILITIES, route);
        refused.iter().any(|reason| reason.contains("media samples"))
    };
    let file = || MediaSource::File("media/a.png".into());
    let url = || MediaSource::Url("https://fernweh.example/a.png".into());
    let handle = || MediaSource::Handle("4::x".into());
    let routes = [MediaRoute::Upload, MediaRoute::NoApp, MediaRoute::Public, MediaRoute::NotPublic];
    assert_eq!(routes.map(|route| with(file(), route)), [false, true, false, true]);
    assert_eq!(routes.map(|route| with(url(), route)), [false, true, false, false]);
    assert_eq!(routes.map(|route| with(handle(), route)), [false; 4]);
}

/// A managed name in three languages, and the plan that removes some of them.
fn removal(capabilities: &Capabilities, languages: &[&str], disabled: Option<&str>) -> AccountPlan {
    let content = Content::default();
    let mut state = State::new("1", Timestamp::UNIX_EPOCH);
    let mut shown = Vec::new();
    for (at, language) in ["de", "en_US", "it"].into_iter().enumerate() {
        let mut template = live(&content, BTreeSet::new());
        template.key.language = language.to_owned();
        template.id = at.to_string();
        if disabled == Some(language) {
            template.status = Status::Disabled;
        }
        let mut entry = ledger(&content).templates.into_values().next().unwrap();
        (entry.language, entry.id) = (language.to_owned(), at.to_string());
        state.fold(&Record { seq: at as u64 + 1, at: Timestamp::UNIX_EPOCH, change: Change::Adopt(Box::new(entry)) });
        shown.push(template);
    }
    let removed = Removal {
        name: key().name,
        languages: languages.iter().map(|language| (*language).to_owned()).collect(),
        reason: None,
        keep: false,
        span: Span { file: FileId(0), start: 0, end: 0 },
    };
    let case = Case {
        capabilities,
        desired: &[],
        removed: &[removed],
        live: &shown,
        ledger: Some(&state),
        media: MediaRoute::Upload,
    };
    planned(&case)
}

fn states(plan: &AccountPlan) -> Vec<(&str, VerdictState)> {
    let deletions = plan.actions.iter().filter(|action| action.kind == ActionKind::Delete);
    deletions.map(|action| (action.key.language.as_str(), action.verdict.state)).collect()
}

#[test]
fn a_name_goes_whole_or_not_at_all_where_the_provider_knows_nothing_smaller() {
    use VerdictState::{Blocked, Ready};
    for capabilities in provider::all() {
        let single = capabilities.has(Feature::DeleteLanguage);
        let all = removal(capabilities, &[], None);
        assert_eq!(states(&all), [("de", Ready), ("en_US", Ready), ("it", Ready)], "{}", capabilities.title);
        assert_eq!(all.estimate.requests, if single { 3 } else { 1 }, "{}", capabilities.title);

        let one = removal(capabilities, &["it"], None);
        let wanted = if single { Ready } else { Blocked };
        assert_eq!(states(&one), [("it", wanted)], "{}", capabilities.title);

        // A language that may not go holds the others.
        let held = removal(capabilities, &[], Some("de"));
        assert_eq!(states(&held), [("de", Blocked), ("en_US", wanted), ("it", wanted)], "{}", capabilities.title);
    }
}
