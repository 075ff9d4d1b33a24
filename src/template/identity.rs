//! What identifies and classifies a template: key, category, status, quality, parameter format.
//!
//! All enums are open: a value that the provider invents tomorrow is kept as it came, never an error and never guessed.

use std::fmt;

use serde::Serialize;

/// The unit that providers create, review, edit and delete: one language of one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TemplateKey {
    /// Name of the family, `^[a-z0-9_]+$`, at most 512 characters (Meta, template-management page, 2026-09-11).
    pub name: String,
    /// Language code as the provider writes it, `en_US`.
    pub language: String,
}

impl TemplateKey {
    /// A key from its two halves.
    pub fn new(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self { name: name.into(), language: language.into() }
    }
}

impl fmt::Display for TemplateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.language)
    }
}

/// Declares an open enum: known values by their wire spelling, everything else kept verbatim in `Other`.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A value that letterpress does not know, as it came.
            Other(String),
        }

        impl $name {
            /// The known wire spellings.
            pub const KNOWN: &'static [&'static str] = &[$($wire),+];

            /// Reads a wire value in any case.
            #[must_use]
            pub fn parse(value: &str) -> Self {
                let upper = value.to_ascii_uppercase();
                match upper.as_str() {
                    $($wire => Self::$variant,)+
                    _ => Self::Other(upper),
                }
            }

            /// The wire spelling, upper case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Other(value) => value,
                }
            }

            /// Whether this is one of [`Self::KNOWN`].
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|value| Self::parse(&value))
            }
        }
    };
}
pub(crate) use open_enum;

open_enum! {
    /// The category that decides price and rules (Meta, message-template-api reference, 2026-09-11).
    Category {
        /// Anything that is not one of the others; the dearest.
        Marketing = "MARKETING",
        /// About a transaction or account of the customer.
        Utility = "UTILITY",
        /// One-time codes.
        Authentication = "AUTHENTICATION",
    }
}

impl Category {
    /// Categories of before 2023 that accounts still show: they can be imported and kept, not created
    /// (Meta, Graph reference of `message_templates`, 2023–2025).
    pub const LEGACY: &'static [&'static str] = &[
        "ACCOUNT_UPDATE",
        "PAYMENT_UPDATE",
        "PERSONAL_FINANCE_UPDATE",
        "SHIPPING_UPDATE",
        "RESERVATION_UPDATE",
        "ISSUE_RESOLUTION",
        "APPOINTMENT_UPDATE",
        "TRANSPORTATION_UPDATE",
        "TICKET_UPDATE",
        "ALERT_UPDATE",
        "AUTO_REPLY",
        "TRANSACTIONAL",
        "OTP",
    ];

    /// Whether this is a category of before 2023.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        matches!(self, Self::Other(value) if Self::LEGACY.contains(&value.as_str()))
    }
}

open_enum! {
    /// Where a template stands in its life (Meta, message-template-api reference, 2026-09-11).
    Status {
        /// May be sent.
        Approved = "APPROVED",
        /// In review.
        Pending = "PENDING",
        /// Refused by review.
        Rejected = "REJECTED",
        /// Stopped for bad feedback, for hours.
        Paused = "PAUSED",
        /// Stopped for good after the third pause.
        Disabled = "DISABLED",
        /// A rejection is being appealed.
        InAppeal = "IN_APPEAL",
        /// Unused for a year; deleted 28 days later.
        Archived = "ARCHIVED",
        /// Deleted, while messages are still under way.
        PendingDeletion = "PENDING_DELETION",
        /// Deleted.
        Deleted = "DELETED",
        /// Over the account's template limit.
        LimitExceeded = "LIMIT_EXCEEDED",
    }
}

impl Status {
    /// Whether the deletion of a template in this status locks its name for 30 days. Meta says so of approved ones
    /// (template-management page, 2026-09-11). A paused one is approved and only not sent; an archived one may have been: of
    /// both nothing is said, and they count as approved.
    #[must_use]
    pub const fn locks_name(&self) -> bool {
        matches!(self, Self::Approved | Self::Paused | Self::Archived)
    }

    /// Whether the template is on its way out and no longer holds anything that could be managed.
    #[must_use]
    pub const fn is_leaving(&self) -> bool {
        matches!(self, Self::PendingDeletion | Self::Deleted)
    }
}

open_enum! {
    /// Quality rating from recent feedback (Meta, template-quality page).
    Quality {
        /// High.
        Green = "GREEN",
        /// Medium.
        Yellow = "YELLOW",
        /// Low: a pause is near.
        Red = "RED",
        /// Not rated yet.
        Unknown = "UNKNOWN",
    }
}

/// How parameters are written on the wire; one kind per template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParameterFormat {
    /// `{{1}}`, `{{2}}`; the default of the provider.
    #[default]
    Positional,
    /// `{{order_id}}`.
    Named,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_enums_keep_what_they_do_not_know() {
        assert_eq!(Category::parse("utility"), Category::Utility);
        assert_eq!(Status::parse("FLAGGED"), Status::Other("FLAGGED".into()));
        assert_eq!(Status::parse("flagged").as_str(), "FLAGGED");
        assert!(Category::parse("TICKET_UPDATE").is_legacy());
    }
}
