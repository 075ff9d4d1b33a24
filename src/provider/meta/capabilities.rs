//! What Meta's Graph API can do, with sources.

use std::time::Duration;

use crate::capability::{Call, Capabilities, Fact, Feature, Limit, MediaForm, Share};

static FACTS: [Fact; 43] = [
    Fact::yes(Feature::NamedParameters, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::LocationHeader, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::ProductHeader, "Meta, product-card carousel page", "2026-11"),
    Fact::yes(Feature::GifHeader, "Meta, marketing-messages page", "2026-11"),
    Fact::yes(Feature::DocumentSample, "Meta, resumable upload guide", "2026-11"),
    Fact::yes(Feature::Carousel, "Meta, carousel pages", "2026-11"),
    Fact::yes(Feature::LimitedTimeOffer, "Meta, limited-time-offer page", "2026-11"),
    Fact::yes(Feature::CallPermissionRequest, "Meta, calling pages", "2026-11"),
    Fact::yes(Feature::CopyCodeButton, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::FlowButton, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::FlowIcon, "Meta, flows page", "2026-11"),
    Fact::yes(Feature::FlowByDefinition, "Meta, flows page", "2026-11"),
    Fact::yes(Feature::CatalogButton, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::MpmButton, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::SpmButton, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::VoiceCallButton, "Meta, calling pages", "2026-11"),
    Fact::yes(Feature::OrderDetailsButton, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::RequestContactInfoButton, "Meta, components page", "2026-05-06"),
    Fact::yes(Feature::AppDeepLink, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::OneTap, "Meta, one-tap authentication page", "2026-11"),
    Fact::yes(Feature::BareOneTap, "Meta, one-tap authentication page: both may be left out", "2026-11"),
    Fact::yes(Feature::ZeroTap, "Meta, zero-tap authentication page", "2026-11"),
    Fact::yes(Feature::SeveralApps, "Meta, authentication pages", "2026-11"),
    Fact::yes(Feature::SecurityRecommendation, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::CodeExpiration, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::Ttl, "Meta, time-to-live page", "2026-11"),
    Fact::yes(Feature::AuthenticationTtl, "Meta, time-to-live page", "2026-11"),
    Fact::yes(Feature::LinkTrackingOptOut, "Meta, changelog 2023-12-12", "2026-11"),
    Fact::yes(Feature::SubCategory, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::OtherSettings, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::Library, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::Unmodelled, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::Edit, "Meta, template-management page", "2026-09-11"),
    Fact::yes(Feature::SettingEdit, "Meta, template-management page; one provider's API documents", "2026-11"),
    Fact::yes(Feature::DeleteLanguage, "Meta, template-management page", "2026-09-11"),
    Fact::yes(Feature::GetOne, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::ShowsTextSamples, "Meta, message-template-api reference", "2026-09-11"),
    Fact::no(
        Feature::ShowsMediaSamples,
        "Meta, template-management page: URLs signed anew with each look",
        "2026-09-11",
    ),
    Fact::yes(Feature::ShowsSettings, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::ShowsRejection, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::ShowsQuality, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::ShowsUpdate, "Meta, message-template-api reference", "2026-09-11"),
    Fact::yes(Feature::ShowsTemplateLimit, "Meta, Graph reference of the edge", "2026-11"),
];

/// Creates per account and hour (Meta, templates overview page).
static LIMITS: [Limit; 1] = [Limit {
    name: "creates",
    calls: &[Call::Create],
    count: 100,
    per: Duration::from_secs(3600),
    share: Share::Account,
    source: "Meta, templates overview page",
    checked: "2026-11",
}];

/// Meta's Graph API.
pub static CAPABILITIES: Capabilities = Capabilities {
    name: "meta",
    title: "Meta",
    id_name: "WABA",
    facts: &FACTS,
    passthrough_fields: &[],
    sendable: super::wire::sendable,
    media: MediaForm::Handle,
    media_types: &[],
    // No maximum is documented; 250 works in public clients of 2026.
    page_size: Some(250),
    limits: &LIMITS,
};
