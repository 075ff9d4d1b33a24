//! 360dialog's two APIs over the store: the Partner API and the one at WABA level. One account, `360dialog/ID`, is seen
//! through both.
//!
//! Served: `/api/v2/partners/{partner}/waba_accounts/{account}/waba_templates`, `/api/v2/token`, `/v1/configs/templates`,
//! `/uploads`, `/upload:…`. Not served: migrating, previews, the library, webhooks. Facts: Partner API 2.0.0, Messaging API
//! 1.44 (2026-11), recorded traffic (2024-10), public clients (2023–2026); where none says it, the wording is our own.
//!
//! Everything here is synchronous and knows no socket. The rules of an account are the shared ones; here is how 360dialog
//! words them.

mod answer;
mod api;
mod context;
mod envelope;
mod limits;
mod list;
mod record;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use answer::understand;
pub(crate) use record::node;
