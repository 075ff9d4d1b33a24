//! The plan: what would change, what may not change yet, and why. Pure.
//!
//! (desired, live, applied, now) → actions with verdicts and observations. Nothing here knows a file, a network, a clock or
//! a terminal; whether an action is carried out is [`crate::apply`]'s business.

mod account;
mod account_identity;
mod account_plan;
mod action;
pub mod clocks;
mod compare;
pub mod document;
mod drift;
mod facts;
pub mod history;
mod ids;
mod observation;
mod observe;
pub mod owners;
mod propose;
mod propose_deletions;
mod proposed_action;
mod reconcile;
mod restore;
mod review_state;
pub mod rules;
pub mod saved;
mod saved_form;
mod selection;
mod source_location;
mod stale;
mod submission;
#[cfg(test)]
mod tests;
mod whole_plan;

pub use account_identity::{AccountHost, AccountIdentity, AccountScope};
pub use account_plan::{AccountPlan, Estimate, Protection};
pub use action::{Action, Reason, Submit, Verdict};
pub use clocks::Clocks;
pub use compare::{Comparison, compare};
pub use drift::{AccountDrift, DriftVerdict, Drifted, GitSide, drift};
pub use facts::{Consent, Facts, MediaRoute, Promotion};
pub use ids::{ActionKind, ObservationId, RuleId, Tier, VerdictState};
pub use observation::Observation;
pub use owners::OtherOwner;
pub use reconcile::reconcile;
pub use restore::restore;
pub use review_state::{AccountReviewStates, Edits, Locked, ReviewState, Row, review_states};
pub use saved::{Refused, Saved};
pub use selection::{InvalidPattern, Selection};
pub use source_location::SourceLocation;
pub use stale::withhold_stale;
pub use whole_plan::{Plan, Summary, Warning};
