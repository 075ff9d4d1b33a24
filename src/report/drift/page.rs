//! Drift as Markdown for an issue or a chat, as long as a comment may be.

use std::fmt::Write as _;

use super::{
    super::{
        markdown::{code, diff, fenced, fit, prose},
        observations::subject,
        style::count,
    },
    has_own_line, heartbeat, remedies, state,
};
use crate::plan::{AccountDrift, DriftVerdict, Tier};

/// The report for an issue or a chat: as long as a comment may be. Left out when it would be longer: observations, then
/// fields, then names; the heartbeats never.
#[must_use]
pub fn markdown(accounts: &[AccountDrift]) -> String {
    let drifted = accounts.iter().map(|account| account.drifted.len()).sum();
    let seen = accounts.iter().map(|account| account.observations.len()).sum();
    let counts = [seen, drifted, drifted, accounts.len()];
    fit(&counts, |limits| page(accounts, limits)).unwrap_or_default()
}

fn page(accounts: &[AccountDrift], limits: &[usize]) -> String {
    let (mut seen_left, mut fields_left, mut names_left, accounts_left) = (limits[0], limits[1], limits[2], limits[3]);
    let mut dropped = 0;
    let mut out = String::new();
    for account in accounts.iter().take(accounts_left) {
        let icon = match account.verdict() {
            DriftVerdict::InSync => "✅",
            DriftVerdict::Drift => "⚠️",
            DriftVerdict::NoBaseline | DriftVerdict::Unknown => "❌",
        };
        let _ = writeln!(out, "{icon} **{}**: {}\n", prose(&account.identity.account), prose(&heartbeat(account)));
        for drifted in &account.drifted {
            if names_left == 0 {
                dropped += 1;
                continue;
            }
            names_left -= 1;
            let what = if drifted.gone { "gone from the account" } else { "changed in the account" };
            let _ = writeln!(out, "- {} {what}; {}", code(&drifted.key.to_string()), prose(&state(drifted)));
            if fields_left == 0 {
                dropped += 1;
                continue;
            }
            fields_left -= 1;
            if !drifted.changes.is_empty() {
                out.push_str(&fenced("diff", &diff(&drifted.changes), "  "));
            }
            for remedy in remedies(account, drifted) {
                let _ = writeln!(out, "  - {}", prose(&remedy));
            }
        }
        for seen in account.observations.iter().filter(|seen| has_own_line(seen)) {
            if seen_left == 0 {
                dropped += 1;
                continue;
            }
            seen_left -= 1;
            let mark = if seen.tier == Tier::Gating { "⚠️ " } else { "" };
            let _ = writeln!(out, "- {mark}{} {}", code(&subject(seen)), prose(&seen.detail));
        }
        out.push('\n');
    }
    if dropped > 0 || accounts.len() > accounts_left {
        let missing = accounts.len().saturating_sub(accounts_left);
        let _ = writeln!(
            out,
            "Left out, to fit a comment: {} and {}. The whole report: `letterpress drift`.",
            count(dropped, "detail"),
            count(missing, "account")
        );
    }
    out
}
