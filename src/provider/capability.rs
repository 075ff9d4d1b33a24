//! What a provider can express, as data that the planner asks. Each fact names its source and date.
//!
//! Only what differs between providers and what a plan depends on; what is true of all is a rule, not a capability.

use crate::template::Category;

/// How long a template's messages may be tried for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TtlRange {
    /// Of which category.
    pub category: Category,
    /// Shortest, seconds.
    pub min: i64,
    /// Longest, seconds.
    pub max: i64,
    /// Whether -1 (30 days) is allowed.
    pub unlimited: bool,
}

/// What a provider can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// As in `provider:` of the workspace.
    pub name: &'static str,
    /// `{{order_id}}` beside `{{1}}`.
    pub named_parameters: bool,
    /// Edits at all. Without it a change is a new name.
    pub edit: bool,
    /// Deletes one language and leaves the others of the name.
    pub delete_language: bool,
    /// Shows samples of media in a form that can be compared.
    pub reads_media_samples: bool,
    /// Takes media as uploaded handles; otherwise as public URLs.
    pub media_handles: bool,
    /// Headers that show a product.
    pub product_headers: bool,
    /// GIF headers.
    pub gif_headers: bool,
    /// One-time codes without a tap.
    pub zero_tap: bool,
    /// `message_send_ttl_seconds` by category; empty: not settable.
    pub ttl: &'static [TtlRange],
    /// Templates that a page of the list holds at most, as asked for.
    pub page_size: u32,
    /// Says how many templates the account may hold.
    pub reports_template_limit: bool,
    /// Creates per account and hour.
    pub creates_per_hour: Option<u32>,
}

/// Time to live by category (Meta, time-to-live page, 2024-10-30 and later text).
static META_TTL: [TtlRange; 3] = [
    TtlRange { category: Category::Authentication, min: 30, max: 900, unlimited: true },
    TtlRange { category: Category::Utility, min: 30, max: 43_200, unlimited: true },
    TtlRange { category: Category::Marketing, min: 43_200, max: 2_592_000, unlimited: false },
];

/// Meta's Graph API.
pub static META: Capabilities = Capabilities {
    name: "meta",
    // `parameter_format` of the message-template-api reference, 2026-09-11.
    named_parameters: true,
    // POST on the node; message-template-api reference, 2026-09-11.
    edit: true,
    // `hsm_id` with `name`; template-management page, 2026-09-11.
    delete_language: true,
    // Shown as signed URLs that change with each read; template-management page, 2026-09-11.
    reads_media_samples: false,
    // Resumable upload; upload guide, 2026.
    media_handles: true,
    // Product cards and single-product templates; product-card carousel page, 2026.
    product_headers: true,
    // Marketing Messages API only; marketing-messages page, 2026.
    gif_headers: true,
    // Zero-tap authentication templates page, 2026.
    zero_tap: true,
    ttl: &META_TTL,
    // No maximum is documented; 250 works in public clients of 2026.
    page_size: 250,
    // `summary=message_template_limit`; Graph reference of the edge, 2023–2025.
    reports_template_limit: true,
    // Templates overview page, 2026.
    creates_per_hour: Some(100),
};
