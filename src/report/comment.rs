//! The plan as a comment on a pull request: what a person must see first and open, the rest folded, the next command last.
//!
//! Never longer than [`BUDGET`](super::markdown::BUDGET). When it would be, this is left out, in this order: the counts of
//! accounts, long texts, fields of creates, fields of edits, observations, names of what is folded; only then the fields,
//! the reasons and at the very end the names of what is not folded. The comment says what was left out, and how much.

use std::fmt::Write as _;

use super::{
    markdown::{code, cut, diff, fenced, fit, prose, shell, shortened},
    plan::{failed_line, plan_line, utc},
    style::count,
};
use crate::{
    plan::{AccountPlan, Action, ActionKind, Plan, State, Tier},
    template::diff::Change,
};

/// Lines of a diff that are more are long, and so are characters of a line.
const LONG: (usize, usize) = (8, 160);
/// Bytes of flags that are written into the next command.
const FLAGS: usize = 1_000;
/// What can be left out, in order.
const KNOBS: [&str; 9] =
    ["context", "long", "creates", "edits", "seen", "folded", "urgent fields", "urgent reasons", "urgent"];

/// The comment.
#[must_use]
pub fn markdown(plan: &Plan) -> String {
    let items = items(plan);
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
    fit(&counts, |limits| Page { plan, items: &items, limits, dropped: [0; KNOBS.len()] }.render())
        .unwrap_or_else(|| bare(plan, urgent))
}

/// What is left when even the shortest form is too long: many accounts with long errors.
fn bare(plan: &Plan, urgent: usize) -> String {
    let mut out = head(plan);
    if let Some(line) = failed_line(plan) {
        let _ = writeln!(out, "\n{line}");
    }
    let _ = writeln!(
        out,
        "\nThis plan is too long for a comment. {} in it must be looked at: run `letterpress plan`.",
        count(urgent, "action")
    );
    out
}

/// One action, rendered once.
struct Item {
    account: usize,
    /// Blocked, waiting, needing a flag, destructive or breaking senders: never folded.
    urgent: bool,
    kind: ActionKind,
    state: State,
    head: String,
    reasons: String,
    fields: String,
    /// The fields cut short, where they are long.
    short: Option<String>,
}

fn items(plan: &Plan) -> Vec<Item> {
    let all = plan.accounts.iter().enumerate();
    let mut items: Vec<Item> =
        all.flat_map(|(at, account)| account.actions.iter().map(move |action| item(at, action))).collect();
    // Of what must be seen, what is held comes first, then deletions, then what needs a flag.
    items.sort_by_key(|item| match (item.urgent, item.state, item.kind) {
        (false, ..) => 4,
        (true, State::Blocked, _) => 0,
        (true, State::Waiting, _) => 1,
        (true, _, ActionKind::Delete) => 2,
        (true, ..) => 3,
    });
    items
}

fn item(account: usize, action: &Action) -> Item {
    let state = action.verdict.state;
    let urgent = state != State::Ready || action.kind == ActionKind::Delete || !action.breaks_senders.is_empty();
    let mark = match (state, action.kind) {
        (State::Blocked, _) => "⛔",
        (State::Waiting, _) => "⏳",
        (_, ActionKind::Delete) => "🗑️",
        (State::NeedsFlag, _) => "✋",
        (State::Ready, ActionKind::Create) => "➕",
        (State::Ready, ActionKind::Edit) => "✏️",
        (State::Ready, ActionKind::Adopt) => "🔗",
    };
    let held = match (state, action.verdict.until) {
        (State::Ready, _) => String::new(),
        (State::Blocked, Some(until)) => format!(" **blocked until {}**", utc(until)),
        (State::Blocked, None) => " **blocked**".to_owned(),
        (State::Waiting, _) => " **waiting**".to_owned(),
        (State::NeedsFlag, _) => " **needs a flag**".to_owned(),
    };
    let place = action.place.as_ref().map(|place| format!(" · {}", code(&format!("{}:{}", place.file, place.line))));
    let head = format!(
        "- {mark} {} {}{held}{}\n",
        action.kind.as_str(),
        code(&action.key.to_string()),
        place.unwrap_or_default()
    );
    let mut reasons = String::new();
    for reason in &action.verdict.reasons {
        let flag = reason.flag.as_ref().map(|flag| format!("; needs {}", code(flag))).unwrap_or_default();
        let remedy = reason.remedy.as_ref().map(|remedy| format!("; {}", prose(remedy))).unwrap_or_default();
        let _ = writeln!(reasons, "  - {} ({}){flag}{remedy}", prose(&reason.reason), code(reason.rule));
    }
    if !action.breaks_senders.is_empty() {
        let parts: Vec<&str> = action.breaks_senders.iter().map(|broken| broken.part.as_str()).collect();
        let _ = writeln!(reasons, "  - code that sends it must change with it: {}", prose(&parts.join(", ")));
    }
    if !action.notes.is_empty() {
        let _ = writeln!(reasons, "  - {}", prose(&action.notes.join("; ")));
    }
    for (key, value) in &action.about {
        let _ = writeln!(reasons, "  - {}", prose(&format!("{key}: {value}")));
    }
    // The default format of parameters says nothing of a new template.
    let silent = |change: &&Change| {
        change.before.is_none()
            && change.path == "parameter_format"
            && change.after.as_ref().is_some_and(|to| to == "POSITIONAL")
    };
    let changes: Vec<Change> = action.changes.iter().filter(|change| !silent(change)).cloned().collect();
    let mut body = diff(&changes);
    if !action.hand_edit.is_empty() && action.changed_in_git {
        let _ = write!(body, "@@ changed in the account since it was applied @@\n{}", diff(&action.hand_edit));
    }
    let block = |body: &str| if body.is_empty() { String::new() } else { fenced("diff", body, "  ") };
    let short = shortened(&body, LONG.0, LONG.1);
    let short = (short.len() < body.len()).then(|| block(&short));
    Item { account, urgent, kind: action.kind, state, head, reasons, fields: block(&body), short }
}

/// The first line.
fn head(plan: &Plan) -> String {
    let held = plan.actions().any(|action| action.verdict.state != State::Ready);
    let failed = plan.accounts.iter().any(|account| account.error.is_some());
    let icon = match (failed, held, plan.has_changes()) {
        (true, ..) => "❌",
        (_, true, _) => "⚠️",
        (_, _, true) => "📝",
        _ => "✅",
    };
    let commit = plan.commit.as_deref().map(|commit| format!(" · {}", code(&cut(commit, 12)))).unwrap_or_default();
    let at = plan.at.map(|at| format!(" · as it would be at {}", utc(at))).unwrap_or_default();
    // By this a pipeline finds the comment that it wrote before.
    let name: String =
        plan.workspace.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-".contains(*c)).take(80).collect();
    let marker = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    format!("{icon} **{}**{commit}{at} <!-- letterpress-plan {marker} -->\n", plan_line(plan))
}

/// One rendering under limits.
struct Page<'a> {
    plan: &'a Plan,
    items: &'a [Item],
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

    fn render(mut self) -> String {
        let mut shown = [0; KNOBS.len()];
        let mut out = head(self.plan);
        if let Some(line) = failed_line(self.plan) {
            let _ = writeln!(out, "\n{line}\n");
        }
        for account in &self.plan.accounts {
            if let Some(error) = &account.error {
                let _ = writeln!(out, "- ❌ {}: {}", code(&account.account), prose(error));
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
                let _ = writeln!(out, "\n**{}**\n", prose(&self.plan.accounts[item.account].account));
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
        out.push_str(&next(self.plan));
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
        let blocked = of(&|item| item.state == State::Blocked);
        let waiting = of(&|item| item.state == State::Waiting);
        let flags = of(&|item| item.state == State::NeedsFlag);
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
        let waba = account.scope.split(' ').next().unwrap_or_default();
        if self.takes(0, shown) {
            let _ = writeln!(
                out,
                "\n{} ({}, WABA {}): {} live, {} managed, {} unchanged, {} unmanaged",
                code(&account.account),
                account.provider,
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
                .filter(|_| self.takes(4, shown))
                .map(|seen| {
                    let name = [seen.name.as_deref(), seen.language.as_deref()].into_iter().flatten();
                    let name = name.collect::<Vec<_>>().join("/");
                    let name = if name.is_empty() { String::new() } else { format!("{} ", code(&name)) };
                    format!("- {} {name}{}\n", code(seen.rule), prose(&seen.detail))
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
        let mut named = 0;
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
            let title = format!("{} ready in {}", count(items.len(), "action"), html(&account.account));
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

/// A word inside HTML.
fn html(text: &str) -> String {
    prose(text).replace('\\', "")
}

/// The last lines: the command that comes next.
fn next(plan: &Plan) -> String {
    if plan.at.is_some() {
        let now = "\nNext: a plan for another time is never applied; for now:\n\n";
        return format!("{now}{}", fenced("sh", "letterpress plan", ""));
    }
    let of = |state: State| plan.actions().filter(|action| action.verdict.state == state).count();
    let (ready, flags) = (of(State::Ready), of(State::NeedsFlag));
    let until = plan.actions().filter_map(|action| action.verdict.until).min();
    let mut words: Vec<String> = ["letterpress", "apply"].map(str::to_owned).to_vec();
    for account in plan.accounts.iter().filter(|account| account.error.is_none()) {
        words.extend(["--account".to_owned(), shell(&account.account)]);
    }
    for pattern in &plan.selected_templates {
        words.extend(["--select".to_owned(), shell(pattern)]);
    }
    if plan.prune {
        words.push("--prune".to_owned());
    }
    let mut given = String::new();
    if ready == 0 && flags > 0 {
        let mut all: Vec<&String> = plan.actions().flat_map(|action| &action.verdict.flags).collect();
        all.dedup();
        let joined = all.iter().map(|flag| flag_words(flag)).collect::<Vec<_>>().join(" ");
        if joined.len() <= FLAGS {
            given = format!(" {joined}");
        }
    }
    let sentence = match (ready, flags, until) {
        (0, 0, _) if plan.actions().next().is_none() => return "\nNext: nothing to apply.\n".to_owned(),
        (0, 0, Some(until)) => format!("Next: nothing can be applied before {}; from then on", utc(until)),
        (0, 0, None) => "Next: nothing can be applied as it is; once what is said above is mended".to_owned(),
        (0, _, _) if given.is_empty() => "Next, with the flags named above, once reviewed".to_owned(),
        (0, ..) => "Next, once reviewed".to_owned(),
        (_, 0, _) => format!("Next: applies {}", count(ready, "action")),
        _ => format!("Next: applies {}; add the flags named above for the rest", count(ready, "action")),
    };
    let command = cut(&format!("{}{given}", words.join(" ")), 8_000);
    format!("\n{sentence}:\n\n{}", fenced("sh", &command, ""))
}

/// `--take-over promo/en` with its value quoted where a shell needs that.
fn flag_words(flag: &str) -> String {
    flag.split(' ').map(shell).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
