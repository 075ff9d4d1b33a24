//! The features by which providers differ: what a template may hold, what can be done to it, what is shown of it.
//!
//! Words only; which provider has which is in the providers' folders.

/// A feature by which providers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// `{{order_id}}` goes over the wire by name.
    NamedParameters,
    /// A header with a place on the map.
    LocationHeader,
    /// A header with a product.
    ProductHeader,
    /// A GIF header.
    GifHeader,
    /// A sample of a DOCUMENT header can be handed over.
    DocumentSample,
    /// Cards.
    Carousel,
    /// An offer with a clock.
    LimitedTimeOffer,
    /// Leave to call.
    CallPermissionRequest,
    /// A button that copies a coupon code.
    CopyCodeButton,
    /// A button that opens a flow, named by its id.
    FlowButton,
    /// The icon of such a button.
    FlowIcon,
    /// A flow named by its name or given as JSON.
    FlowByDefinition,
    /// A button that opens the catalogue.
    CatalogButton,
    /// A button for several products.
    MpmButton,
    /// A button for one product.
    SpmButton,
    /// A button that calls over WhatsApp.
    VoiceCallButton,
    /// A button that shows an order.
    OrderDetailsButton,
    /// A button that asks for the customer's contact.
    RequestContactInfoButton,
    /// A URL button that opens an app.
    AppDeepLink,
    /// A one-time code handed over with one tap.
    OneTap,
    /// One tap without `autofill_text`, or without an app that is named.
    BareOneTap,
    /// A one-time code handed over without a tap.
    ZeroTap,
    /// More than one app that may take a one-time code.
    SeveralApps,
    /// `add_security_recommendation`.
    SecurityRecommendation,
    /// `code_expiration_minutes`.
    CodeExpiration,
    /// `message_send_ttl_seconds` of MARKETING and UTILITY.
    Ttl,
    /// `message_send_ttl_seconds` of AUTHENTICATION.
    AuthenticationTtl,
    /// `cta_url_link_tracking_opted_out`.
    LinkTrackingOptOut,
    /// `sub_category`.
    SubCategory,
    /// The other template-level settings of Meta.
    OtherSettings,
    /// Clones of Meta's template library.
    Library,
    /// Components, buttons and fields that letterpress does not model go over the wire as they are.
    Unmodelled,
    /// A template can be edited.
    Edit,
    /// A setting of a template can be edited alone, without its components.
    SettingEdit,
    /// One language can be deleted without the others of its name.
    DeleteLanguage,
    /// One template can be read by its id.
    GetOne,
    /// Samples of texts and URLs are shown.
    ShowsTextSamples,
    /// Samples of media are shown in a form that can be compared.
    ShowsMediaSamples,
    /// `message_send_ttl_seconds` and the other settings are shown.
    ShowsSettings,
    /// Why a template was rejected is shown.
    ShowsRejection,
    /// The quality rating is shown.
    ShowsQuality,
    /// When a template last changed is shown.
    ShowsUpdate,
    /// How many templates the account may hold is shown.
    ShowsTemplateLimit,
}

/// What a feature is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What a template may hold.
    Content,
    /// What can be done.
    Operation,
    /// What is shown of a template.
    ReadBack,
}

impl Feature {
    /// All of them, in the order of the documents.
    pub const ALL: &'static [Self] = &[
        Self::NamedParameters,
        Self::LocationHeader,
        Self::ProductHeader,
        Self::GifHeader,
        Self::DocumentSample,
        Self::Carousel,
        Self::LimitedTimeOffer,
        Self::CallPermissionRequest,
        Self::CopyCodeButton,
        Self::FlowButton,
        Self::FlowIcon,
        Self::FlowByDefinition,
        Self::CatalogButton,
        Self::MpmButton,
        Self::SpmButton,
        Self::VoiceCallButton,
        Self::OrderDetailsButton,
        Self::RequestContactInfoButton,
        Self::AppDeepLink,
        Self::OneTap,
        Self::BareOneTap,
        Self::ZeroTap,
        Self::SeveralApps,
        Self::SecurityRecommendation,
        Self::CodeExpiration,
        Self::Ttl,
        Self::AuthenticationTtl,
        Self::LinkTrackingOptOut,
        Self::SubCategory,
        Self::OtherSettings,
        Self::Library,
        Self::Unmodelled,
        Self::Edit,
        Self::SettingEdit,
        Self::DeleteLanguage,
        Self::GetOne,
        Self::ShowsTextSamples,
        Self::ShowsMediaSamples,
        Self::ShowsSettings,
        Self::ShowsRejection,
        Self::ShowsQuality,
        Self::ShowsUpdate,
        Self::ShowsTemplateLimit,
    ];

    /// What it is a part of.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::NamedParameters
            | Self::LocationHeader
            | Self::ProductHeader
            | Self::GifHeader
            | Self::DocumentSample
            | Self::Carousel
            | Self::LimitedTimeOffer
            | Self::CallPermissionRequest
            | Self::CopyCodeButton
            | Self::FlowButton
            | Self::FlowIcon
            | Self::FlowByDefinition
            | Self::CatalogButton
            | Self::MpmButton
            | Self::SpmButton
            | Self::VoiceCallButton
            | Self::OrderDetailsButton
            | Self::RequestContactInfoButton
            | Self::AppDeepLink
            | Self::OneTap
            | Self::BareOneTap
            | Self::ZeroTap
            | Self::SeveralApps
            | Self::SecurityRecommendation
            | Self::CodeExpiration
            | Self::Ttl
            | Self::AuthenticationTtl
            | Self::LinkTrackingOptOut
            | Self::SubCategory
            | Self::OtherSettings
            | Self::Library
            | Self::Unmodelled => Group::Content,
            Self::Edit | Self::SettingEdit | Self::DeleteLanguage | Self::GetOne => Group::Operation,
            Self::ShowsTextSamples
            | Self::ShowsMediaSamples
            | Self::ShowsSettings
            | Self::ShowsRejection
            | Self::ShowsQuality
            | Self::ShowsUpdate
            | Self::ShowsTemplateLimit => Group::ReadBack,
        }
    }

    /// For people, to stand behind "takes no" and in a table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NamedParameters => "named parameters",
            Self::LocationHeader => "LOCATION headers",
            Self::ProductHeader => "PRODUCT headers",
            Self::GifHeader => "GIF headers",
            Self::DocumentSample => "samples of DOCUMENT headers (PDF)",
            Self::Carousel => "carousels",
            Self::LimitedTimeOffer => "limited-time offers",
            Self::CallPermissionRequest => "call permission requests",
            Self::CopyCodeButton => "COPY_CODE buttons",
            Self::FlowButton => "FLOW buttons",
            Self::FlowIcon => "`icon` of FLOW buttons",
            Self::FlowByDefinition => "flows by `flow_name` or `flow_json`",
            Self::CatalogButton => "CATALOG buttons",
            Self::MpmButton => "MPM buttons",
            Self::SpmButton => "SPM buttons",
            Self::VoiceCallButton => "VOICE_CALL buttons",
            Self::OrderDetailsButton => "ORDER_DETAILS buttons",
            Self::RequestContactInfoButton => "REQUEST_CONTACT_INFO buttons",
            Self::AppDeepLink => "`app_deep_link` of URL buttons",
            Self::OneTap => "ONE_TAP codes",
            Self::BareOneTap => "ONE_TAP codes without `autofill_text` or an app",
            Self::ZeroTap => "ZERO_TAP codes",
            Self::SeveralApps => "more than one of `supported_apps`",
            Self::SecurityRecommendation => "`add_security_recommendation`",
            Self::CodeExpiration => "`code_expiration_minutes`",
            Self::Ttl => "`message_send_ttl_seconds` outside AUTHENTICATION",
            Self::AuthenticationTtl => "`message_send_ttl_seconds` of AUTHENTICATION",
            Self::LinkTrackingOptOut => "`cta_url_link_tracking_opted_out`",
            Self::SubCategory => "`sub_category`",
            Self::OtherSettings => "other template-level settings",
            Self::Library => "clones of the template library",
            Self::Unmodelled => "parts that letterpress does not model",
            Self::Edit => "edits",
            Self::SettingEdit => "edits of a setting alone",
            Self::DeleteLanguage => "deletion of one language",
            Self::GetOne => "reading of one template",
            Self::ShowsTextSamples => "samples of texts and URLs",
            Self::ShowsMediaSamples => "samples of media, comparable",
            Self::ShowsSettings => "template-level settings",
            Self::ShowsRejection => "the reason of a rejection",
            Self::ShowsQuality => "the quality rating",
            Self::ShowsUpdate => "the time of the last change",
            Self::ShowsTemplateLimit => "how many templates fit",
        }
    }
}
