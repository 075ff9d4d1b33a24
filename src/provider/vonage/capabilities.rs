//! What Vonage's template API can do, with sources.

use std::time::Duration;

use crate::capability::{Call, Capabilities, Fact, Feature, Limit, MediaForm, Share};

static FACTS: [Fact; 43] = [
    Fact::no(Feature::NamedParameters, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::LocationHeader, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::ProductHeader, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::GifHeader, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::DocumentSample, "Vonage, OpenAPI 1.4.0: uploads take JPEG, PNG and MP4 only", "2026-11"),
    Fact::no(Feature::Carousel, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::LimitedTimeOffer, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::CallPermissionRequest, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::CopyCodeButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::FlowButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::FlowIcon, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::FlowByDefinition, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::CatalogButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::MpmButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::SpmButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::VoiceCallButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::OrderDetailsButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::RequestContactInfoButton, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::AppDeepLink, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::yes(Feature::OneTap, "Vonage, OpenAPI 1.4.0", "2026-11"),
    Fact::no(Feature::BareOneTap, "Vonage, OpenAPI 1.4.0: required", "2026-11"),
    Fact::no(Feature::ZeroTap, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::SeveralApps, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::SecurityRecommendation, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::CodeExpiration, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::Ttl, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::AuthenticationTtl, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::LinkTrackingOptOut, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::SubCategory, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::OtherSettings, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::Library, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::Unmodelled, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::yes(Feature::Edit, "Vonage, OpenAPI 1.4.0", "2026-11"),
    Fact::no(Feature::SettingEdit, "Vonage, OpenAPI 1.4.0: an edit has components", "2026-11"),
    Fact::yes(Feature::DeleteLanguage, "Vonage, API reference: `hsm_id` beside `name`", "2026-11"),
    Fact::yes(Feature::GetOne, "Vonage, OpenAPI 1.4.0", "2026-11"),
    Fact::yes(Feature::ShowsTextSamples, "public clients: Meta's examples come through", "2026-07"),
    Fact::no(Feature::ShowsMediaSamples, "public clients: Meta's signed URLs come through", "2026-07"),
    Fact::no(Feature::ShowsSettings, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::ShowsRejection, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::ShowsQuality, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::ShowsUpdate, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
    Fact::no(Feature::ShowsTemplateLimit, "Vonage, OpenAPI 1.4.0: not documented", "2026-11"),
];

static LIMITS: [Limit; 1] = [Limit {
    name: "requests",
    calls: &[Call::List, Call::Get, Call::Create, Call::Edit, Call::Delete, Call::Upload],
    count: 40,
    per: Duration::from_secs(1),
    share: Share::Credential,
    source: "Vonage, template management guide",
    checked: "2026-11",
}];

/// Vonage.
pub static CAPABILITIES: Capabilities = Capabilities {
    name: "vonage",
    title: "Vonage",
    id_name: "WABA",
    facts: &FACTS,
    passthrough_fields: &[],
    sendable: super::body::sendable,
    media: MediaForm::Handle,
    media_types: &["image/jpeg", "image/png", "video/mp4"],
    // At most 500; smaller pages are advised (API reference, 2026-11).
    page_size: Some(250),
    limits: &LIMITS,
};
