//! What a credential needs to be allowed, by provider. No provider tells before a write; so it is said, not checked.

use crate::workspace::ProviderKind;

/// What one provider wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The credential, to stand behind "needs".
    pub credential: &'static str,
    /// What allows writes, to stand behind "needs".
    pub to_write: &'static str,
    /// The page or document that says so.
    pub source: &'static str,
    /// When that was looked at.
    pub checked: &'static str,
}

/// What a provider wants.
#[must_use]
pub const fn needs(provider: ProviderKind) -> Needs {
    match provider {
        ProviderKind::Meta => Needs {
            credential: "the token of a system user to whom this WABA is assigned",
            to_write: "the permission `whatsapp_business_management`; `whatsapp_business_messaging` is not enough",
            source: "Meta, template-management page",
            checked: "2026-09-11",
        },
        ProviderKind::Infobip => Needs {
            credential: "an API key of the account that the sender belongs to",
            to_write: "an API key with the scope `whatsapp:manage`",
            source: "Infobip, OpenAPI: `x-scopes`",
            checked: "2026-11",
        },
        ProviderKind::Dialog360 => Needs {
            credential: "the partner key of `partner_id`",
            to_write: "the partner key; the key of a channel is another one",
            source: "360dialog, Partner API 2.0.0",
            checked: "2026-11",
        },
        ProviderKind::Dialog360Channel => Needs {
            credential: "the key of a channel of this WABA",
            to_write: "the key of a channel of this WABA; the partner key is another one",
            source: "360dialog, Messaging API 1.44",
            checked: "2026-11",
        },
        ProviderKind::Vonage => Needs {
            credential: "the private key of `application_id`",
            to_write: "an application that this WABA belongs to, and the private key of that application",
            source: "Vonage, JWT documentation and OpenAPI 1.4.0",
            checked: "2026-11",
        },
    }
}
