//! Waiting for reviews after an apply: looks at the account until nothing that was sent is under review any more.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::Instant;

use super::{AccountReport, Event, Events, Outcome};
use crate::{
    plan::ActionKind,
    provider::{Provider, ProviderError},
    template::{Category, LiveIndex, Status, TemplateKey},
    time::after,
};

/// First and longest pause between two looks.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));

/// How a review ended, or that it has not.
#[derive(Debug, Clone)]
pub struct Review {
    /// The template.
    pub key: TemplateKey,
    /// Its status now; `None` if the account does not show it.
    pub status: Option<Status>,
    /// Its category now.
    pub category: Option<Category>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

impl Review {
    /// Whether it still goes on. What was just sent and is not shown yet may be anywhere in it: lists lag behind writes.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self.status, None | Some(Status::Pending | Status::InAppeal))
    }
}

/// Looks until every template that was created or edited has left review, or until time is up.
///
/// # Errors
/// The account cannot be listed. Nothing was written by this.
pub async fn wait(
    provider: &Provider,
    report: &AccountReport,
    limit: Duration,
    events: &Events,
) -> Result<Vec<Review>, ProviderError> {
    let sent: BTreeSet<&TemplateKey> = report
        .results
        .iter()
        .filter(|result| matches!(result.kind, ActionKind::Create | ActionKind::Edit))
        .filter(|result| matches!(result.outcome, Outcome::Applied { .. }))
        .map(|result| &result.key)
        .collect();
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let end = after(Instant::now(), limit);
    let mut pause = PAUSE.0;
    loop {
        let listing = provider.list().await?;
        let shown = LiveIndex::new(&listing.templates);
        let reviews: Vec<Review> = sent
            .iter()
            .map(|key| {
                let live = shown.present(key);
                Review {
                    key: (*key).clone(),
                    status: live.map(|live| live.status.clone()),
                    category: live.map(|live| live.category.clone()),
                    reason: live.and_then(|live| live.rejected_reason.clone()),
                }
            })
            .collect();
        let left = reviews.iter().filter(|review| review.is_pending()).count();
        if left == 0 || Instant::now() >= end {
            return Ok(reviews);
        }
        events(Event::Waiting { account: report.account.clone(), left });
        tokio::time::sleep(pause.min(end.saturating_duration_since(Instant::now()))).await;
        pause = pause.saturating_mul(2).min(PAUSE.1);
    }
}
