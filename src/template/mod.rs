//! The domain: templates, their parts, and the one normal form in which they are compared.
//!
//! Pure data and pure functions. Nothing here knows a file, a network, a clock, a terminal or a provider's
//! transport; the only provider vocabulary is Meta's component JSON, which three of four providers share.

pub mod components;
pub mod content;
pub mod contract;
pub mod diff;
pub mod identity;
pub mod live;
pub mod live_index;
pub mod normal;
pub mod phone;
pub mod placeholder;
pub mod sample;

pub use content::{
    AppDeepLink, Body, Button, ButtonKind, CallPermissionRequest, Card, Carousel, Content, Extra, FlowReference,
    Footer, Header, HeaderKind, LimitedTimeOffer, MediaFormat, Otp, OtpType, SupportedApp,
};
pub use identity::{Category, ParameterFormat, Quality, Status, TemplateKey};
pub use live::{Live, is_auto_generated};
pub use live_index::{LiveIndex, present};
pub use sample::{MediaSample, MediaSource, Parameter, Samples};
