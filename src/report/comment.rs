//! The plan as a comment on a pull request: what a person must see first and open, the rest folded, the next command last.
//!
//! Never longer than [`BUDGET`](super::markdown::BUDGET). When it would be, this is left out, in this order: the counts of
//! accounts, long texts, fields of creates, fields of edits, observations, names of what is folded; only then the fields,
//! the reasons and at the very end the names of what is not folded. The comment says what was left out, and how much.

mod items;
mod next;

use std::{collections::HashSet, fmt::Write as _};

use super::{
    markdown::{code, cut, fit, html, prose},
    observations::Heading,
    plan::{failed_line, plan_line, utc},
    style::count,
};
use crate::{
    plan::{AccountPlan, Action, ActionKind, Observation, Plan, Tier, VerdictState},
    provider::id_name,
    template::TemplateKey,
};
use items::{Item, items};
use next::next;

/// What can be left out, in order.
const KNOBS: [&str; 9] =
    ["context", "long", "creates", "edits", "seen", "folded", "urgent fields", "urgent reasons", "urgent"];

/// The comment. `saved`: the file that the plan was saved in, which the next command then applies.
#[must_use]
pub fn markdown(plan: &Plan, saved: Option<&str>) -> String {
    let (items, told) = (items(plan), told(plan));
    let of = |wanted: &dyn Fn(&Item) -> bool| items.iter().filter(|item| wanted(item)).count();
    let urgent = of(&|item| item.urgent);
    let counts: [usize; KNOBS.len()] = [
        plan.accounts.len(),
        of(&|item| item.short.is_some()),
        of(&|item| !item.urgent && item.kind == ActionKind::Create),
        of(&|item| !item.urgent && item.kind != ActionKind::Create),
        plan.accounts.iter().map(|account| account.observations.len()).sum(),
        items.len() - urgent,
        urgent,
        urgent,
        urgent,
    ];
    fit(&counts, |limits| Page { plan, saved, items: &items, told: &told, limits, dropped: [0; KNOBS.len()] }.render())
        .unwrap_or_else(|| bare(plan, urgent))
}

/// What is left when even the shortest form is too long: many accounts with long errors.
fn bare(plan: &Plan, urgent: usize) -> String {
    let mut out = head(plan);
    out.push_str(&warnings(plan));
    let _ = writeln!(
        out,
        "\nThis plan is too long for a comment. {} in it must be looked at: run `letterpress plan`.",
        count(urgent, "action")
    );
    out
}

/// As many warnings about the files are shown.
const WARNINGS: usize = 20;

/// What casts doubt on the files that the plan was made from, never folded.
fn warnings(plan: &Plan) -> String {
    let mut out = String::new();
    for warning in plan.warnings.iter().take(WARNINGS) {
        let place =
            warning.location.as_ref().map(|place| format!("{} ", code(&format!("{}:{}", place.file, place.line))));
        let _ =
            writeln!(out, "- ⚠️ {}{} ({})", place.unwrap_or_default(), prose(&warning.message), code(&warning.code));
    }
    let more = plan.warnings.len().saturating_sub(WARNINGS);
    if more > 0 {
        let _ = writeln!(out, "- … and {} about the files", count(more, "more warning"));
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}

/// The first line.
fn head(plan: &Plan) -> String {
    let held = plan.actions().any(|action| action.verdict.state != VerdictState::Ready);
    let failed = failed_line(plan);
    let icon = match (failed.is_some(), held, plan.has_changes()) {
        (true, ..) => "❌",
        (_, true, _) => "⚠️",
        (_, _, true) => "📝",
        _ => "✅",
    };
    let commit = plan.commit.as_deref().map(|commit| format!(" · {}", code(&cut(commit, 12)))).unwrap_or_default();
    let at = plan.at.map(|at| format!(" · as it would be at {}", utc(at))).unwrap_or_default();
    let marker = marker("plan", &plan.workspace);
    let said = match failed {
        Some(failed) if plan.accounts.iter().all(|account| account.error.is_some()) => {
            format!("**The plan failed: {failed}**")
        }
        Some(failed) => format!("**{failed}** {}", plan_line(plan)),
        None => format!("**{}**", plan_line(plan)),
    };
    format!("{icon} {said}{commit}{at} {marker}\n")
}

/// By this a pipeline finds the comment that it wrote before. Within a comment two hyphens end it.
pub(super) fn marker(command: &str, workspace: &str) -> String {
    let name: String = workspace.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-".contains(*c)).take(80).collect();
    let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() { String::new() } else { format!("{} ", parts.join("-")) };
    format!("<!-- letterpress-{command} {name}-->")
}

/// One rendering under limits.
struct Page<'a> {
    plan: &'a Plan,
    saved: Option<&'a str>,
    items: &'a [Item],
    told: &'a HashSet<(&'a str, &'a TemplateKey)>,
    limits: &'a [usize],
    /// How much of each was left out.
    dropped: [usize; KNOBS.len()],
}

impl Page<'_> {
    /// Whether one more of a kind is shown.
    fn takes(&mut self, knob: usize, shown: &mut [usize; KNOBS.len()]) -> bool {
        let takes = shown[knob] < self.limits[knob];
        shown[knob] += usize::from(takes);
        self.dropped[knob] += usize::from(!takes);
        takes
    }

    /// Whether an action tells an observation already.
    fn tells(&self, account: &AccountPlan, seen: &Observation) -> bool {
        match Heading::of(seen.id) {
            Heading::Drift => {
                seen.key().is_some_and(|key| self.told.contains(&(account.identity.account.as_str(), &key)))
            }
            Heading::Category | Heading::NotSendable | Heading::Notes | Heading::InReview | Heading::Unmanaged => false,
        }
    }

    fn render(mut self) -> String {
        let mut shown = [0; KNOBS.len()];
        let mut out = head(self.plan);
        out.push_str(&warnings(self.plan));
        if failed_line(self.plan).is_some() {
            out.push('\n');
        }
        for account in &self.plan.accounts {
            if let Some(error) = &account.error {
                let _ = writeln!(out, "- ❌ {}: {}", code(&account.identity.account), prose(error));
            }
        }
        let many = self.plan.accounts.len() > 1;
        let mut open = None;
        if !many {
            out.push('\n');
        }
        for item in self.items.iter().filter(|item| item.urgent) {
            if !self.takes(8, &mut shown) {
                continue;
            }
            if many && open != Some(item.account) {
                let _ = writeln!(out, "\n**{}**\n", prose(&self.plan.accounts[item.account].identity.account));
                open = Some(item.account);
            }
            out.push_str(&item.head);
            if self.takes(7, &mut shown) {
                out.push_str(&item.reasons);
            }
            if !item.fields.is_empty() && self.takes(6, &mut shown) {
                let fields = self.fields(item, &mut shown);
                out.push_str(fields);
            }
        }
        if self.dropped[8] > 0 {
            let _ = writeln!(out, "- … and {}", self.more());
        }
        for (at, account) in self.plan.accounts.iter().enumerate().filter(|(_, account)| account.error.is_none()) {
            let text = self.folded(at, account, &mut shown);
            out.push_str(&text);
        }
        out.push_str(&self.left_out());
        out.push_str(&next(self.plan, self.saved));
        out
    }

    /// The fields of an item, cut short where long texts are left out.
    fn fields<'i>(&mut self, item: &'i Item, shown: &mut [usize; KNOBS.len()]) -> &'i str {
        match &item.short {
            Some(short) if !self.takes(1, shown) => short,
            _ => &item.fields,
        }
    }

    /// What is not named of what must be seen, by kind.
    fn more(&self) -> String {
        let named = self.limits[8];
        let rest = || self.items.iter().filter(|item| item.urgent).skip(named);
        let of = |wanted: &dyn Fn(&Item) -> bool| rest().filter(|item| wanted(item)).count();
        let blocked = of(&|item| item.state == VerdictState::Blocked);
        let waiting = of(&|item| item.state == VerdictState::Waiting);
        let flags = of(&|item| item.state == VerdictState::NeedsFlag);
        let deletes = of(&|item| item.kind == ActionKind::Delete);
        format!(
            "**{} more that must be looked at** and do not fit here: {blocked} blocked, {waiting} waiting, {flags} \
             that need a flag, of all these {deletes} that delete.",
            rest().count()
        )
    }

    /// An account's counts, observations and actions that are simply ready.
    fn folded(&mut self, at: usize, account: &AccountPlan, shown: &mut [usize; KNOBS.len()]) -> String {
        let mut out = String::new();
        let waba = account.identity.scope.id.as_str();
        if self.takes(0, shown) {
            let _ = writeln!(
                out,
                "\n{} ({}, {} {}): {} live, {} managed, {} unchanged, {} unmanaged",
                code(&account.identity.account),
                prose(&account.identity.provider),
                id_name(&account.identity.provider),
                prose(waba),
                account.live,
                account.managed,
                account.unchanged,
                account.unmanaged,
            );
        }
        // Drift and the like concern whoever reviews; the rest is good to know.
        for open in [true, false] {
            let seen: Vec<String> = account
                .observations
                .iter()
                .filter(|seen| (seen.tier == Tier::Gating) == open)
                .filter(|seen| !self.tells(account, seen) && self.takes(4, shown))
                .map(|seen| {
                    let name = [seen.name.as_deref(), seen.language.as_deref()].into_iter().flatten();
                    let name = name.collect::<Vec<_>>().join("/");
                    let name = if name.is_empty() { String::new() } else { format!("{} ", code(&name)) };
                    format!("- {} {name}{}\n", code(seen.id.as_str()), prose(&seen.detail))
                })
                .collect();
            match (seen.is_empty(), open) {
                (true, _) => {}
                (false, true) => out.push_str(&format!("\n{}", seen.concat())),
                (false, false) => out.push_str(&details(&count(seen.len(), "observation"), &seen.concat())),
            }
        }
        let items: Vec<&Item> = self.items.iter().filter(|item| item.account == at && !item.urgent).collect();
        let mut body = String::new();
        let mut named: usize = 0;
        for item in &items {
            if !self.takes(5, shown) {
                continue;
            }
            named += 1;
            body.push_str(&item.head);
            let knob = if item.kind == ActionKind::Create { 2 } else { 3 };
            if self.takes(knob, shown) {
                body.push_str(&item.reasons);
                let fields = self.fields(item, shown);
                body.push_str(fields);
            }
        }
        if named > 0 {
            let title = format!("{} ready in {}", count(items.len(), "action"), html(&account.identity.account));
            out.push_str(&details(&title, &body));
        }
        out
    }

    /// What was left out, in words.
    fn left_out(&self) -> String {
        let [context, long, creates, edits, seen, folded, fields, reasons, urgent] = self.dropped;
        let parts = [
            (context, "the counts of", "account"),
            (long, "the rest of the long texts of", "template"),
            (creates, "the fields of", "create"),
            (edits, "the fields of", "edit or adoption"),
            (seen, "the words of", "observation"),
            (folded, "the names of", "action that is ready"),
            (fields, "the fields of", "action that must be looked at"),
            (reasons, "the reasons of", "action that must be looked at"),
            (urgent, "the names of", "action that must be looked at"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, words, one)| format!("{words} {}", many(number, one)))
            .collect();
        if parts.is_empty() {
            return String::new();
        }
        format!("\nLeft out, to fit a comment: {}. The whole plan: `letterpress plan`.\n", parts.join("; "))
    }
}

/// Templates whose drift an action tells already, by account.
fn told(plan: &Plan) -> HashSet<(&str, &TemplateKey)> {
    let mut told = HashSet::new();
    for account in &plan.accounts {
        let tells = |action: &&Action| !action.hand_edit.is_empty() || action.kind == ActionKind::Create;
        told.extend(
            account.actions.iter().filter(tells).map(|action| (account.identity.account.as_str(), &action.key)),
        );
    }
    told
}

/// `2 actions that are ready`.
fn many(number: usize, one: &str) -> String {
    match one.split_once(" that ") {
        None if one == "edit or adoption" && number != 1 => format!("{number} edits or adoptions"),
        Some((thing, rest)) if number != 1 => {
            let rest = if rest == "is ready" { "are ready" } else { rest };
            format!("{} that {rest}", count(number, thing))
        }
        _ => count(number, one),
    }
}

fn details(title: &str, body: &str) -> String {
    format!("\n<details><summary>{title}</summary>\n\n{body}\n</details>\n")
}

#[cfg(test)]
mod tests;
