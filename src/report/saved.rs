//! What is said of a saved plan before the plan itself: when, for what, and whether it can still be applied.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{
    plan::utc,
    style::{Paint, safe},
};
use crate::plan::{Plan, Saved};

/// The lines before the plan, which was restored from what was saved.
#[must_use]
pub fn head(plan: &Plan, saved: &Saved, now: Timestamp, paint: Paint) -> String {
    let commit = plan
        .commit
        .as_deref()
        .map_or_else(String::new, |commit| format!(", commit {}", commit.chars().take(12).collect::<String>()));
    let workspace = format!("{}{commit}", plan.workspace);
    let title = format!("Plan of {} for workspace {}", utc(plan.created_at), safe(&workspace));
    let mut out = format!("{}\n", paint.bold(&title));
    let until = utc(saved.expires_at());
    let _ = match (saved.at(), now >= saved.expires_at()) {
        (Some(at), _) => {
            let line = format!("made with --at {}: says what could be done then, and is never applied", utc(at));
            writeln!(out, "{}", paint.changed(&line))
        }
        (None, true) => writeln!(out, "{}", paint.removed(&format!("expired {until}: plan again"))),
        (None, false) => writeln!(out, "can be applied until {until}"),
    };
    out.push_str("unchanged since it was saved: its digest verifies\n");
    if !plan.selected_templates.is_empty() {
        let _ = writeln!(out, "only templates {}", safe(&plan.selected_templates.join(" ")));
    }
    if plan.prune {
        out.push_str("with --prune: managed templates that left the YAML are deleted\n");
    }
    out
}
