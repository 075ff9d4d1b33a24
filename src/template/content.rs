//! The content of one template: every component and button of the provider, and verbatim room for what is not modelled.
//!
//! Types only. They serialise to the shape that the normal form builds on ([`super::normal`]); reading and writing the
//! provider's JSON is [`super::components`].

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{MediaSample, ParameterFormat, Samples, identity::open_enum};

/// Fields of the provider that letterpress does not model, kept as they came.
pub type Extra = BTreeMap<String, Value>;

/// Everything of a template but its key, category and what the provider made of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Content {
    /// Whether parameters are numbers or names.
    pub parameter_format: ParameterFormat,
    /// Above the text.
    pub header: Option<Header>,
    /// The text. Providers require it; old or foreign templates may lack it.
    pub body: Option<Body>,
    /// Below the text.
    pub footer: Option<Footer>,
    /// In order; the order is content, because senders address buttons by index.
    pub buttons: Vec<Button>,
    /// Cards that scroll sideways.
    pub carousel: Option<Carousel>,
    /// An offer with a clock.
    pub limited_time_offer: Option<LimitedTimeOffer>,
    /// Asks the customer for leave to call.
    pub call_permission_request: Option<CallPermissionRequest>,
    /// Components that letterpress does not model, in order.
    pub unmodelled: Vec<Value>,
    /// How long the provider tries to deliver, seconds; -1 is 30 days (Meta, time-to-live page).
    pub message_send_ttl_seconds: Option<i64>,
    /// `ORDER_DETAILS`, `ORDER_STATUS` …; the provider also sets some itself (`CUSTOM`, `FORM`).
    pub sub_category: Option<String>,
    /// `ORDER_DETAILS`.
    pub display_format: Option<String>,
    /// Opts out of link tracking (Meta changelog, 2023-12-12).
    pub cta_url_link_tracking_opted_out: Option<bool>,
    /// Deliver to the primary device only.
    pub is_primary_device_delivery_only: Option<bool>,
    /// Shown by accounts since 2026, undocumented.
    pub disable_ios_autofill: Option<bool>,
    /// `campaign` or `direct`.
    pub send_type: Option<String>,
    /// Name in Meta's template library that this is cloned from.
    pub library_template_name: Option<String>,
    /// Inputs of a library clone's buttons. Never shown again.
    pub library_template_button_inputs: Option<Value>,
    /// Inputs of a library clone's body. Never shown again.
    pub library_template_body_inputs: Option<Value>,
    /// Creative optimisation in the shape of a create: `{"creative_features_spec": {FEATURE: {"enroll_status": "OPT_IN"}}}`.
    pub degrees_of_freedom_spec: Option<Value>,
    /// Maximum price of the Marketing Messages API; `bid_spec` until 2026-06-18 (Meta, marketing-messages changelog), in one
    /// shape for all that is known.
    pub optimization_spec: Option<Value>,
    /// Template-level fields that letterpress does not model.
    pub extra: Extra,
}

/// The header component.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Header {
    /// Its kind and what goes with it.
    #[serde(flatten)]
    pub kind: HeaderKind,
    /// Unmodelled fields.
    pub extra: Extra,
}

/// What a header shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HeaderKind {
    /// At most 60 characters and one parameter (Meta, components page, 2026-05-06).
    Text {
        /// The text with its placeholder.
        text: String,
        /// Sample of the parameter.
        samples: Samples,
    },
    /// A picture, film, document or GIF.
    Media {
        /// Which.
        format: MediaFormat,
        /// The sample for review.
        sample: Option<MediaSample>,
    },
    /// A place on the map, given when sending.
    Location,
    /// A product of the catalogue, given when sending.
    Product,
    /// A format that letterpress does not know.
    Unmodelled {
        /// As the provider writes it.
        format: String,
    },
}

/// Kinds of media that a header may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaFormat {
    /// JPEG or PNG.
    Image,
    /// MP4.
    Video,
    /// PDF.
    Document,
    /// An MP4 of at most 3.5 MB, Marketing Messages API only.
    Gif,
}

impl MediaFormat {
    /// Reads the provider's spelling in any case.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        match value.to_ascii_uppercase().as_str() {
            "IMAGE" => Some(Self::Image),
            "VIDEO" => Some(Self::Video),
            "DOCUMENT" => Some(Self::Document),
            "GIF" => Some(Self::Gif),
            _ => None,
        }
    }

    /// The provider's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::Document => "DOCUMENT",
            Self::Gif => "GIF",
        }
    }
}

/// The body component.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(untagged)]
pub enum Body {
    /// Text of one's own.
    Text {
        /// With placeholders.
        text: String,
        /// Samples of its parameters.
        samples: Samples,
        /// Unmodelled fields.
        extra: Extra,
    },
    /// The provider's preset text of a one-time code, in the template's language.
    Authentication {
        /// "For your security, do not share this code."
        add_security_recommendation: bool,
        /// Unmodelled fields.
        extra: Extra,
    },
}

/// The footer component.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(untagged)]
pub enum Footer {
    /// Text of one's own, at most 60 characters.
    Text {
        /// Without placeholders.
        text: String,
        /// Unmodelled fields.
        extra: Extra,
    },
    /// The provider's preset text about the code's life.
    CodeExpiration {
        /// Minutes, 1–90 (Meta, authentication templates).
        code_expiration_minutes: u32,
        /// Unmodelled fields.
        extra: Extra,
    },
}

/// One button.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Button {
    /// Its kind and fields.
    #[serde(flatten)]
    pub kind: ButtonKind,
    /// Unmodelled fields.
    pub extra: Extra,
}

/// Kinds of buttons (facts: Meta, components page 2026-05-06 and the pages of the single kinds).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ButtonKind {
    /// Answers with its label.
    QuickReply {
        /// Label.
        text: String,
    },
    /// Opens a web page.
    Url {
        /// Label.
        text: String,
        /// At most one placeholder, at the very end.
        url: String,
        /// Sample of the whole URL or of the placeholder.
        sample: Option<String>,
        /// Opens an app instead (Marketing Messages API).
        app_deep_link: Option<AppDeepLink>,
    },
    /// Calls a number.
    PhoneNumber {
        /// Label.
        text: String,
        /// As written; compared by its digits.
        phone_number: String,
    },
    /// Copies a coupon code; its label is the provider's.
    CopyCode {
        /// Sample code.
        sample: Option<String>,
    },
    /// Hands over a one-time code.
    Otp(Otp),
    /// Opens a flow.
    Flow {
        /// Label.
        text: String,
        /// Which flow.
        #[serde(flatten)]
        flow: FlowReference,
        /// `NAVIGATE` (default) or `DATA_EXCHANGE`.
        flow_action: Option<String>,
        /// First screen.
        navigate_screen: Option<String>,
        /// `DOCUMENT`, `PROMOTION` or `REVIEW`.
        icon: Option<String>,
    },
    /// Opens the catalogue; fixed label.
    Catalog,
    /// Several products; fixed label.
    Mpm,
    /// One product; fixed label.
    Spm,
    /// Calls over WhatsApp.
    VoiceCall {
        /// Label.
        text: String,
    },
    /// Shows an order to pay.
    OrderDetails {
        /// Label.
        text: String,
    },
    /// Asks for the customer's contact; fixed label.
    RequestContactInfo,
    /// A button that letterpress does not know; its fields are in [`Button::extra`].
    Unmodelled {
        /// As the provider writes it.
        name: String,
    },
}

/// Deep link of a URL button.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct AppDeepLink {
    /// The app at Meta; digits.
    pub meta_app_id: Option<String>,
    /// URI that the Android app opens.
    pub android_deep_link: Option<String>,
    /// Where phones without the app go.
    pub android_fallback_playstore_url: Option<String>,
    /// Unmodelled fields.
    pub extra: Extra,
}

open_enum! {
    /// How a one-time code reaches the app.
    OtpType {
        /// The customer copies it.
        CopyCode = "COPY_CODE",
        /// One tap fills it in.
        OneTap = "ONE_TAP",
        /// Handed over without a tap.
        ZeroTap = "ZERO_TAP",
    }
}

/// The button of authentication templates.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Otp {
    /// Its kind.
    pub otp_type: OtpType,
    /// Label of the copy button; the provider's default in the template's language if absent.
    pub text: Option<String>,
    /// Label of the fill-in button; likewise.
    pub autofill_text: Option<String>,
    /// Apps that may take the code. `None`: not given, or not shown by the account.
    pub supported_apps: Vec<SupportedApp>,
    /// Terms of zero-tap delivery; must be true for it.
    pub zero_tap_terms_accepted: Option<bool>,
}

/// An app that may take a one-time code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct SupportedApp {
    /// Android package.
    pub package_name: String,
    /// 11 characters of the signing key's hash.
    pub signature_hash: String,
}

/// How a flow is named.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub enum FlowReference {
    /// By id; the only form that accounts show.
    #[serde(rename = "flow_id")]
    Id(String),
    /// By name.
    #[serde(rename = "flow_name")]
    Name(String),
    /// By its definition, JSON in a string.
    #[serde(rename = "flow_json")]
    Json(String),
    /// Not said.
    #[serde(rename = "flow_missing")]
    Missing,
}

/// Cards that scroll sideways: 2 to 10 of one structure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Carousel {
    /// In order.
    pub cards: Vec<Card>,
    /// Unmodelled fields.
    pub extra: Extra,
}

/// One card.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Card {
    /// Picture, film or product.
    pub header: Option<Header>,
    /// At most 160 characters.
    pub body: Option<Body>,
    /// One or two.
    pub buttons: Vec<Button>,
    /// Components that letterpress does not model in a card.
    pub unmodelled: Vec<Value>,
    /// Unmodelled fields.
    pub extra: Extra,
}

/// An offer that ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct LimitedTimeOffer {
    /// At most 16 characters.
    pub text: Option<String>,
    /// Whether a clock runs.
    pub has_expiration: Option<bool>,
    /// Unmodelled fields.
    pub extra: Extra,
}

/// Asks the customer for leave to call.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct CallPermissionRequest {
    /// Unmodelled fields.
    pub extra: Extra,
}

impl Button {
    /// A button without unmodelled fields.
    #[must_use]
    pub const fn new(kind: ButtonKind) -> Self {
        Self { kind, extra: Extra::new() }
    }
}

impl ButtonKind {
    /// The labels that its author chose, with the names of their fields.
    #[must_use]
    pub fn labels(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::QuickReply { text }
            | Self::Url { text, .. }
            | Self::PhoneNumber { text, .. }
            | Self::Flow { text, .. }
            | Self::VoiceCall { text }
            | Self::OrderDetails { text } => vec![("text", text)],
            Self::Otp(otp) => {
                let text = otp.text.as_deref().map(|text| ("text", text));
                let autofill = otp.autofill_text.as_deref().map(|text| ("autofill_text", text));
                text.into_iter().chain(autofill).collect()
            }
            Self::CopyCode { .. }
            | Self::Catalog
            | Self::Mpm
            | Self::Spm
            | Self::RequestContactInfo
            | Self::Unmodelled { .. } => Vec::new(),
        }
    }
}

impl Header {
    /// A header without unmodelled fields.
    #[must_use]
    pub const fn new(kind: HeaderKind) -> Self {
        Self { kind, extra: Extra::new() }
    }
}

impl Content {
    /// Whether this is a clone of the provider's template library, which has its parts from there and says none of them.
    #[must_use]
    pub const fn is_library_clone(&self) -> bool {
        self.library_template_name.is_some() && self.body.is_none()
    }

    /// Takes one part over from other content, by the name of its field. An unknown name changes nothing.
    pub fn take_part(&mut self, part: &str, from: &Self) {
        macro_rules! parts {
            ($($field:ident),+ $(,)?) => {
                match part {
                    $(stringify!($field) => self.$field = from.$field.clone(),)+
                    _ => {}
                }
            };
        }
        parts!(
            header,
            body,
            footer,
            buttons,
            carousel,
            limited_time_offer,
            call_permission_request,
            message_send_ttl_seconds,
            sub_category,
            display_format,
            cta_url_link_tracking_opted_out,
            is_primary_device_delivery_only,
            disable_ios_autofill,
            send_type,
            degrees_of_freedom_spec,
            optimization_spec,
        );
    }
}
