//! What a template's content needs of a provider: the features that it uses, each with the part that uses it.
//!
//! Exhaustive: a new field of the domain does not compile until it is placed here. Knows no provider; who has which
//! feature is in the capability tables.

use crate::{
    capability::Feature,
    template::{
        Body, Button, ButtonKind, Card, Category, Content, FlowReference, Footer, Header, HeaderKind, MediaFormat,
        MediaSource, Otp, OtpType, ParameterFormat,
    },
};

/// A feature and the part that needs it, as the normal form names parts.
pub(super) type Need = (Feature, String);

/// Everything that some content of that category needs. `passthrough_fields` are fields that go over the wire although letterpress
/// does not model them.
pub(super) fn of(content: &Content, category: &Category, passthrough_fields: &'static [&'static str]) -> Vec<Need> {
    let Content {
        parameter_format,
        header,
        body,
        footer,
        buttons,
        carousel,
        limited_time_offer,
        call_permission_request,
        unmodelled,
        message_send_ttl_seconds,
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
    let mut needs = Needs { found: Vec::new(), passthrough_fields };
    needs.when(*parameter_format == ParameterFormat::Named, Feature::NamedParameters, "parameter_format");
    needs.header(header.as_ref(), "");
    needs.body(body.as_ref(), "");
    needs.footer(footer.as_ref());
    needs.buttons(buttons, "");
    if let Some(carousel) = carousel {
        needs.add(Feature::Carousel, "carousel");
        needs.extra(&carousel.extra, "carousel");
        for (at, card) in carousel.cards.iter().enumerate() {
            needs.card(card, &format!("carousel.cards[{at}]."));
        }
    }
    if let Some(offer) = limited_time_offer {
        needs.add(Feature::LimitedTimeOffer, "limited_time_offer");
        needs.extra(&offer.extra, "limited_time_offer");
    }
    if let Some(request) = call_permission_request {
        needs.add(Feature::CallPermissionRequest, "call_permission_request");
        needs.extra(&request.extra, "call_permission_request");
    }
    needs.when(!unmodelled.is_empty(), Feature::Unmodelled, "components");
    let ttl = if *category == Category::Authentication { Feature::AuthenticationTtl } else { Feature::Ttl };
    needs.when(message_send_ttl_seconds.is_some(), ttl, "message_send_ttl_seconds");
    needs.when(sub_category.is_some(), Feature::SubCategory, "sub_category");
    needs.when(display_format.is_some(), Feature::OtherSettings, "display_format");
    // What says `false` asks for nothing: it is what holds without a word.
    let on = |switch: &Option<bool>| *switch == Some(true);
    needs.when(on(cta_url_link_tracking_opted_out), Feature::LinkTrackingOptOut, "cta_url_link_tracking_opted_out");
    needs.when(on(is_primary_device_delivery_only), Feature::OtherSettings, "is_primary_device_delivery_only");
    needs.when(on(disable_ios_autofill), Feature::OtherSettings, "disable_ios_autofill");
    needs.when(send_type.is_some(), Feature::OtherSettings, "send_type");
    needs.when(degrees_of_freedom_spec.is_some(), Feature::OtherSettings, "degrees_of_freedom_spec");
    needs.when(optimization_spec.is_some(), Feature::OtherSettings, "optimization_spec");
    needs.when(library_template_name.is_some(), Feature::Library, "library_template_name");
    needs.when(library_template_button_inputs.is_some(), Feature::Library, "library_template_button_inputs");
    needs.when(library_template_body_inputs.is_some(), Feature::Library, "library_template_body_inputs");
    if let Some(field) = extra.keys().find(|field| !passthrough_fields.contains(&field.as_str())) {
        needs.add(Feature::OtherSettings, format!("extra.{field}"));
    }
    needs.found
}

/// Whether submitting this content hands over a sample that lies in a file, or behind a URL.
pub(super) fn media(content: &Content) -> (bool, bool) {
    let cards = content.carousel.iter().flat_map(|carousel| &carousel.cards).filter_map(|card| card.header.as_ref());
    let mut found = (false, false);
    for header in content.header.iter().chain(cards) {
        if let HeaderKind::Media { sample: Some(sample), .. } = &header.kind {
            found.0 |= matches!(sample.source, MediaSource::File(_));
            found.1 |= matches!(sample.source, MediaSource::Url(_));
        }
    }
    found
}

struct Needs {
    found: Vec<Need>,
    passthrough_fields: &'static [&'static str],
}

impl Needs {
    fn add(&mut self, feature: Feature, path: impl Into<String>) {
        // Once is enough: of ten cards with the same need the first is named.
        if !self.found.iter().any(|(known, _)| *known == feature) {
            self.found.push((feature, path.into()));
        }
    }

    fn when(&mut self, condition: bool, feature: Feature, path: &str) {
        if condition {
            self.add(feature, path);
        }
    }

    fn extra(&mut self, extra: &crate::template::Extra, path: &str) {
        if let Some(field) = extra.keys().find(|field| !self.passthrough_fields.contains(&field.as_str())) {
            self.add(Feature::Unmodelled, format!("{path}.{field}"));
        }
    }

    fn header(&mut self, header: Option<&Header>, prefix: &str) {
        let Some(Header { kind, extra }) = header else { return };
        let path = format!("{prefix}header");
        self.extra(extra, &path);
        match kind {
            HeaderKind::Text { text: _, samples: _ } => {}
            HeaderKind::Media { format, sample } => {
                // A handle was taken by the provider before; it needs no second way in.
                let handed_over =
                    sample.as_ref().is_some_and(|sample| !matches!(sample.source, MediaSource::Handle(_)));
                match format {
                    MediaFormat::Gif => self.add(Feature::GifHeader, path),
                    MediaFormat::Document if handed_over => self.add(Feature::DocumentSample, path),
                    MediaFormat::Document | MediaFormat::Image | MediaFormat::Video => {}
                }
            }
            HeaderKind::Location => self.add(Feature::LocationHeader, path),
            HeaderKind::Product => self.add(Feature::ProductHeader, path),
            HeaderKind::Unmodelled { format: _ } => self.add(Feature::Unmodelled, path),
        }
    }

    fn body(&mut self, body: Option<&Body>, prefix: &str) {
        let path = format!("{prefix}body");
        match body {
            None => {}
            Some(Body::Text { text: _, samples: _, extra }) => self.extra(extra, &path),
            Some(Body::Authentication { add_security_recommendation, extra }) => {
                self.extra(extra, &path);
                self.when(*add_security_recommendation, Feature::SecurityRecommendation, &path);
            }
        }
    }

    fn footer(&mut self, footer: Option<&Footer>) {
        match footer {
            None => {}
            Some(Footer::Text { text: _, extra }) => self.extra(extra, "footer"),
            Some(Footer::CodeExpiration { code_expiration_minutes: _, extra }) => {
                self.extra(extra, "footer");
                self.add(Feature::CodeExpiration, "footer");
            }
        }
    }

    fn card(&mut self, card: &Card, prefix: &str) {
        let Card { header, body, buttons, unmodelled, extra } = card;
        self.header(header.as_ref(), prefix);
        self.body(body.as_ref(), prefix);
        self.buttons(buttons, prefix);
        self.when(!unmodelled.is_empty(), Feature::Unmodelled, prefix.trim_end_matches('.'));
        self.extra(extra, prefix.trim_end_matches('.'));
    }

    fn buttons(&mut self, buttons: &[Button], prefix: &str) {
        for (at, Button { kind, extra }) in buttons.iter().enumerate() {
            let path = format!("{prefix}buttons[{at}]");
            self.button(kind, &path);
            // What an unmodelled button is made of is said by its kind already.
            self.extra(extra, &path);
        }
    }

    fn button(&mut self, kind: &ButtonKind, path: &str) {
        match kind {
            ButtonKind::QuickReply { text: _ } | ButtonKind::PhoneNumber { text: _, phone_number: _ } => {}
            ButtonKind::Url { text: _, url: _, sample: _, app_deep_link } => {
                self.when(app_deep_link.is_some(), Feature::AppDeepLink, path);
            }
            ButtonKind::CopyCode { sample: _ } => self.add(Feature::CopyCodeButton, path),
            ButtonKind::Otp(otp) => self.otp(otp, path),
            ButtonKind::Flow { text: _, flow, flow_action: _, navigate_screen: _, icon } => {
                self.add(Feature::FlowButton, path);
                self.when(icon.is_some(), Feature::FlowIcon, path);
                let defined = matches!(flow, FlowReference::Name(_) | FlowReference::Json(_));
                self.when(defined, Feature::FlowByDefinition, path);
            }
            ButtonKind::Catalog => self.add(Feature::CatalogButton, path),
            ButtonKind::Mpm => self.add(Feature::MpmButton, path),
            ButtonKind::Spm => self.add(Feature::SpmButton, path),
            ButtonKind::VoiceCall { text: _ } => self.add(Feature::VoiceCallButton, path),
            ButtonKind::OrderDetails { text: _ } => self.add(Feature::OrderDetailsButton, path),
            ButtonKind::RequestContactInfo => self.add(Feature::RequestContactInfoButton, path),
            ButtonKind::Unmodelled { name: _ } => self.add(Feature::Unmodelled, path),
        }
    }

    fn otp(&mut self, otp: &Otp, path: &str) {
        let Otp { otp_type, text: _, autofill_text, supported_apps, zero_tap_terms_accepted: _ } = otp;
        match otp_type {
            OtpType::CopyCode => {}
            OtpType::OneTap => {
                self.add(Feature::OneTap, path);
                self.when(autofill_text.is_none() || supported_apps.is_empty(), Feature::BareOneTap, path);
            }
            OtpType::ZeroTap => self.add(Feature::ZeroTap, path),
            OtpType::Other(_) => self.add(Feature::Unmodelled, path),
        }
        self.when(supported_apps.len() > 1, Feature::SeveralApps, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::components::fixture;

    /// Every fixture, its media once as handles and once as files, and a one-tap button that names no app.
    fn contents() -> Vec<Content> {
        let files = fixture::all().into_iter().map(|mut content| {
            for slot in crate::template::components::media_mut(&mut content) {
                slot.sample.source = MediaSource::File("media/a".to_owned());
            }
            content
        });
        let mut bare = fixture::otp(OtpType::OneTap);
        if let ButtonKind::Otp(otp) = &mut bare.kind {
            otp.supported_apps.clear();
        }
        let bare = Content { buttons: vec![bare], ..Content::default() };
        fixture::all().into_iter().chain(files).chain([bare]).collect()
    }

    #[test]
    fn templates_with_everything_need_every_feature_of_content() {
        let mut needed: Vec<Feature> = Vec::new();
        for content in contents() {
            for category in [Category::Marketing, Category::Authentication] {
                needed.extend(of(&content, &category, &[]).into_iter().map(|(feature, _)| feature));
            }
        }
        let content = |feature: &&Feature| feature.group() == crate::capability::Group::Content;
        let idle: Vec<_> = Feature::ALL.iter().filter(content).filter(|feature| !needed.contains(feature)).collect();
        assert_eq!(idle, Vec::<&Feature>::new());
    }

    #[test]
    fn a_plain_template_needs_nothing() {
        let text = Body::Text { text: "Hi.".to_owned(), samples: Default::default(), extra: Default::default() };
        let content = Content { body: Some(text), cta_url_link_tracking_opted_out: Some(false), ..Content::default() };
        assert_eq!(of(&content, &Category::Utility, &[]), []);
    }

    #[test]
    fn the_first_part_that_needs_a_feature_is_named() {
        let flow = |flow| ButtonKind::Flow {
            text: "Book".to_owned(),
            flow,
            flow_action: None,
            navigate_screen: None,
            icon: None,
        };
        let buttons = [ButtonKind::Catalog, flow(FlowReference::Id("7".into())), flow(FlowReference::Name("a".into()))];
        let content = Content { buttons: buttons.map(Button::new).to_vec(), ..Content::default() };
        let needs = of(&content, &Category::Utility, &[]);
        let shown: Vec<(Feature, &str)> = needs.iter().map(|(feature, path)| (*feature, path.as_str())).collect();
        assert_eq!(
            shown,
            [
                (Feature::CatalogButton, "buttons[0]"),
                (Feature::FlowButton, "buttons[1]"),
                (Feature::FlowByDefinition, "buttons[2]")
            ]
        );
    }
}
