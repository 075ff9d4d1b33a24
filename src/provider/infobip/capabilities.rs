//! What Infobip's template API can do, with sources.

use std::time::Duration;

use crate::capability::{Call, Capabilities, Fact, Feature, Limit, MediaForm, Share};

static FACTS: [Fact; 43] = [
    Fact::no(Feature::NamedParameters, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::LocationHeader, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::ProductHeader, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::GifHeader, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::DocumentSample, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::Carousel, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::LimitedTimeOffer, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::CallPermissionRequest, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::CopyCodeButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::FlowButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::FlowIcon, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::no(Feature::FlowByDefinition, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::CatalogButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::MpmButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::SpmButton, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::VoiceCallButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::OrderDetailsButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::RequestContactInfoButton, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::AppDeepLink, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::OneTap, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::BareOneTap, "Infobip, OpenAPI 3.210.0: required", "2026-07-23"),
    Fact::no(Feature::ZeroTap, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::no(Feature::SeveralApps, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::SecurityRecommendation, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::CodeExpiration, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::Ttl, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::AuthenticationTtl, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::LinkTrackingOptOut, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::SubCategory, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::OtherSettings, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::no(Feature::Library, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::no(Feature::Unmodelled, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
    Fact::yes(Feature::Edit, "Infobip, service management page", "2026-11"),
    Fact::no(Feature::SettingEdit, "Infobip, OpenAPI 3.210.0: nothing is said of it", "2026-07-23"),
    Fact::no(Feature::DeleteLanguage, "Infobip, service management page: deletion is by name", "2026-11"),
    Fact::yes(Feature::GetOne, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::ShowsTextSamples, "Infobip, OpenAPI 3.210.0: samples are write-only", "2026-07-23"),
    Fact::no(Feature::ShowsMediaSamples, "Infobip, OpenAPI 3.210.0: samples are write-only", "2026-07-23"),
    Fact::yes(Feature::ShowsSettings, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::ShowsRejection, "Infobip, OpenAPI 3.210.0: in the webhook only", "2026-07-23"),
    Fact::yes(Feature::ShowsQuality, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::yes(Feature::ShowsUpdate, "Infobip, OpenAPI 3.210.0", "2026-07-23"),
    Fact::no(Feature::ShowsTemplateLimit, "Infobip, OpenAPI 3.210.0: absent", "2026-07-23"),
];

const fn limit(name: &'static str, calls: &'static [Call], count: u32, seconds: u64) -> Limit {
    Limit {
        name,
        calls,
        count,
        per: Duration::from_secs(seconds),
        share: Share::Account,
        source: "Infobip, OpenAPI 3.210.0 (x-throttling-info)",
        checked: "2026-07-23",
    }
}

static LIMITS: [Limit; 4] = [
    limit("reads", &[Call::List, Call::Get], 2500, 1),
    limit("creates", &[Call::Create], 1000, 3600),
    limit("edits", &[Call::Edit], 100, 3600),
    limit("deletions", &[Call::Delete], 200, 3600),
];

/// Infobip.
pub static CAPABILITIES: Capabilities = Capabilities {
    name: "infobip",
    title: "Infobip",
    id_name: "sender",
    facts: &FACTS,
    // `platform` and `shorteningOptions` of a template, `callValidityPeriod` and `variant` of buttons (OpenAPI 3.210.0).
    passthrough_fields: &["platform", "shorteningOptions", "ttl_minutes", "variant"],
    sendable: super::body::sendable,
    // Public URLs that Infobip fetches; there is no upload call (OpenAPI 3.210.0).
    media: MediaForm::Url,
    media_types: &[],
    // The list of a sender has no pages (OpenAPI 3.210.0).
    page_size: None,
    limits: &LIMITS,
};
