//! What 360dialog's two APIs can do, with sources.

use std::time::Duration;

use crate::provider::capability::{Call, Capabilities, Fact, Feature, Limit, MediaForm, Share};

static PARTNER_FACTS: [Fact; 42] = [
    Fact::no(Feature::NamedParameters, "360dialog, Partner API 2.0.0: not documented", "2026-11"),
    Fact::yes(Feature::LocationHeader, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::no(Feature::ProductHeader, "360dialog, Partner API 2.0.0: not among the formats of headers", "2026-11"),
    Fact::no(Feature::GifHeader, "360dialog, Partner API 2.0.0: not among the formats of headers", "2026-11"),
    Fact::yes(Feature::DocumentSample, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::Carousel, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::LimitedTimeOffer, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::no(Feature::CallPermissionRequest, "360dialog, Partner API 2.0.0: not among the components", "2026-11"),
    Fact::yes(Feature::CopyCodeButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::FlowButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::FlowIcon, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::FlowByDefinition, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::CatalogButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::MpmButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::SpmButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::VoiceCallButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::OrderDetailsButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::RequestContactInfoButton, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::AppDeepLink, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::OneTap, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::BareOneTap, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::ZeroTap, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::SeveralApps, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::SecurityRecommendation, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::CodeExpiration, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::Ttl, "360dialog, Partner API 2.0.0", "2026-11"),
    Fact::yes(Feature::AuthenticationTtl, "360dialog, Partner API 2.0.0", "2026-11"),
    Fact::yes(Feature::LinkTrackingOptOut, "360dialog, Partner API 2.0.0", "2026-11"),
    Fact::no(Feature::SubCategory, "360dialog, Partner API 2.0.0: not documented", "2026-11"),
    Fact::no(Feature::OtherSettings, "360dialog, Partner API 2.0.0: not documented", "2026-11"),
    Fact::no(Feature::Library, "360dialog, Partner API 2.0.0: not documented", "2026-11"),
    Fact::yes(Feature::Unmodelled, "360dialog, Partner API 2.0.0: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::Edit, "360dialog, Partner API 2.0.0", "2026-11"),
    Fact::yes(Feature::DeleteLanguage, "360dialog, Partner API 2.0.0: deletion is by id", "2026-11"),
    Fact::no(Feature::GetOne, "360dialog, Partner API 2.0.0: by a filter of the list only", "2026-11"),
    Fact::yes(Feature::ShowsTextSamples, "360dialog, recorded traffic", "2024-10"),
    Fact::no(Feature::ShowsMediaSamples, "360dialog, recorded traffic: none seen", "2024-10"),
    Fact::no(Feature::ShowsSettings, "360dialog, recorded traffic: absent", "2024-10"),
    Fact::yes(Feature::ShowsRejection, "360dialog, recorded traffic", "2024-10"),
    Fact::yes(Feature::ShowsQuality, "360dialog, recorded traffic", "2024-10"),
    Fact::yes(Feature::ShowsUpdate, "360dialog, recorded traffic", "2024-10"),
    Fact::no(Feature::ShowsTemplateLimit, "360dialog, Partner API 2.0.0: not documented", "2026-11"),
];

static CHANNEL_FACTS: [Fact; 42] = [
    Fact::no(
        Feature::NamedParameters,
        "public client with a regression test: `parameter_format` is an unknown field",
        "2026-08",
    ),
    Fact::yes(Feature::LocationHeader, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::no(Feature::ProductHeader, "360dialog, Messaging API 1.44: not among the formats of headers", "2026-11"),
    Fact::no(Feature::GifHeader, "360dialog, Messaging API 1.44: not among the formats of headers", "2026-11"),
    Fact::yes(Feature::DocumentSample, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::Carousel, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::LimitedTimeOffer, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::no(Feature::CallPermissionRequest, "360dialog, Messaging API 1.44: not among the components", "2026-11"),
    Fact::yes(Feature::CopyCodeButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::FlowButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::FlowIcon, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::FlowByDefinition, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::CatalogButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::MpmButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::SpmButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::VoiceCallButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::OrderDetailsButton, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(
        Feature::RequestContactInfoButton,
        "360dialog, Messaging API 1.44: Meta's components verbatim",
        "2026-11",
    ),
    Fact::yes(Feature::AppDeepLink, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::OneTap, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::BareOneTap, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::ZeroTap, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::SeveralApps, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::SecurityRecommendation, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::CodeExpiration, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::yes(Feature::Ttl, "360dialog, Messaging API 1.44", "2026-11"),
    Fact::yes(Feature::AuthenticationTtl, "360dialog, Messaging API 1.44", "2026-11"),
    Fact::no(Feature::LinkTrackingOptOut, "360dialog, Messaging API 1.44: not documented", "2026-11"),
    Fact::no(Feature::SubCategory, "360dialog, Messaging API 1.44: not documented", "2026-11"),
    Fact::no(Feature::OtherSettings, "360dialog, Messaging API 1.44: not documented", "2026-11"),
    Fact::yes(Feature::Library, "360dialog, Messaging API 1.44: name and button inputs", "2026-11"),
    Fact::yes(Feature::Unmodelled, "360dialog, Messaging API 1.44: Meta's components verbatim", "2026-11"),
    Fact::no(Feature::Edit, "360dialog, older templates page: editing is not there yet", "2026-11"),
    Fact::no(Feature::DeleteLanguage, "360dialog, older templates page: deletion is by name", "2026-11"),
    Fact::no(Feature::GetOne, "360dialog, Messaging API 1.44: by a filter of the list only", "2026-11"),
    Fact::yes(Feature::ShowsTextSamples, "360dialog, recorded traffic", "2024-10"),
    Fact::no(Feature::ShowsMediaSamples, "360dialog, recorded traffic: none seen", "2024-10"),
    Fact::no(Feature::ShowsSettings, "360dialog, recorded traffic: absent", "2024-10"),
    Fact::yes(Feature::ShowsRejection, "360dialog, recorded traffic", "2024-10"),
    Fact::yes(Feature::ShowsQuality, "360dialog, recorded traffic", "2024-10"),
    Fact::yes(Feature::ShowsUpdate, "360dialog, recorded traffic", "2024-10"),
    Fact::no(Feature::ShowsTemplateLimit, "360dialog, Messaging API 1.44: not documented", "2026-11"),
];

static PARTNER_LIMITS: [Limit; 2] = [
    Limit {
        name: "reads",
        calls: &[Call::List, Call::Get],
        count: 400,
        per: Duration::from_secs(60),
        share: Share::Credential,
        source: "360dialog, Partner API 2.0.0",
        checked: "2026-11",
    },
    Limit {
        name: "writes",
        calls: &[Call::Create, Call::Edit],
        count: 60,
        per: Duration::from_secs(60),
        share: Share::Account,
        source: "360dialog, Partner API 2.0.0",
        checked: "2026-11",
    },
];

/// 360dialog through the Partner API.
pub static PARTNER: Capabilities = Capabilities {
    name: "360dialog",
    title: "360dialog, Partner API",
    id_name: "WABA account",
    facts: &PARTNER_FACTS,
    passes: &[],
    // The Partner API documents no upload; URLs work at WABA level (several public clients), handles need a channel key.
    media: MediaForm::Url,
    media_types: &[],
    // The default when nothing is asked for (recorded traffic, 2024-10); no maximum is documented.
    page_size: Some(1000),
    limits: &PARTNER_LIMITS,
};

/// 360dialog at the level of one WABA, with a channel's key.
pub static CHANNEL: Capabilities = Capabilities {
    name: "360dialog",
    title: "360dialog, WABA level",
    id_name: "WABA account",
    facts: &CHANNEL_FACTS,
    passes: &[],
    // Resumable upload below `/uploads` (Messaging API 1.44, 2026-11).
    media: MediaForm::Handle,
    media_types: &["image/jpeg", "image/png", "video/mp4", "application/pdf"],
    page_size: Some(1000),
    // None are documented.
    limits: &[],
};
