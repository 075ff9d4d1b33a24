//! Where the provider's limits were read, with the dates of the pages.

pub(super) const COMPONENTS: &str = "Meta, template components page, 2026-05-06";
pub(super) const MANAGEMENT: &str = "Meta, template management page, 2026-09-11";
pub(super) const REVIEW: &str = "Meta, template review page, 2026-09-11";
pub(super) const ERRORS: &str = "Meta, error codes page, 2026-09-11";
pub(super) const AUTHENTICATION: &str = "Meta, authentication templates pages, read in a mirror, checked 2026-11";
pub(super) const CAROUSEL: &str = "Meta, media card carousel page, 2026; changelog of 2025-07-30";
pub(super) const PRODUCTS: &str = "Meta, product card carousel page, 2026";
pub(super) const OFFER: &str = "Meta, limited-time offer page, 2026";
pub(super) const COUPON: &str = "Meta, coupon code page, 2026; changelog of 2025-12-03";
pub(super) const FLOWS: &str = "Meta, flows template page, 2026";
pub(super) const CALLS: &str = "Meta, call permission request page, checked 2026-11";
pub(super) const TTL: &str = "Meta, time-to-live page, 2026-09-11";
pub(super) const LIBRARY: &str = "Meta, template library page, 2026";
pub(super) const PAYMENTS: &str = "Meta, payments pages (order details, checkout buttons), checked 2026-11";
pub(super) const MARKETING: &str = "Meta, marketing messages API page, 2026";
pub(super) const OVERVIEW: &str = "Meta, templates overview, checked 2026-11";
pub(super) const OBSERVED: &str = "answers of the provider that others published, collected 2026-11; not documented";
pub(super) const CRAFT: &str = "no limit of the provider: letterpress's advice";
