//! The last lines of a comment: the command that comes next, exactly.

use super::super::{
    markdown::{cut, fenced, shell},
    plan::utc,
    style::count,
};
use crate::plan::{Plan, VerdictState};

/// Bytes of flags that are written into the command.
const FLAGS: usize = 1_000;

/// The last lines: the command that comes next. Of an account that could not be read it is not said that nothing is to be
/// applied there.
pub(super) fn next(plan: &Plan, saved: Option<&str>) -> String {
    let failed: Vec<String> = plan
        .accounts
        .iter()
        .filter(|account| account.error.is_some())
        .flat_map(|account| ["--account".to_owned(), shell(&account.identity.account)])
        .collect();
    if failed.is_empty() {
        return rest(plan, saved);
    }
    let command = cut(&format!("letterpress doctor {}", failed.join(" ")), 8_000);
    let all = failed.len() == 2 * plan.accounts.len();
    let what = if all { "nothing is known of what is to be done there" } else { "not all could be planned" };
    let first = format!("\nNext: {what}; this says what to mend:\n\n{}", fenced("sh", &command, ""));
    if all || plan.actions().next().is_none() { first } else { format!("{first}{}", rest(plan, saved)) }
}

/// The command for the accounts that could be planned.
fn rest(plan: &Plan, saved: Option<&str>) -> String {
    if plan.at.is_some() {
        let now = "\nNext: a plan for another time is never applied; for now:\n\n";
        return format!("{now}{}", fenced("sh", "letterpress plan", ""));
    }
    let of = |state: VerdictState| plan.actions().filter(|action| action.verdict.state == state).count();
    let (ready, flags) = (of(VerdictState::Ready), of(VerdictState::NeedsFlag));
    let until = plan.actions().filter_map(|action| action.verdict.until).min();
    let mut words: Vec<String> = ["letterpress", "apply"].map(str::to_owned).to_vec();
    if let Some(file) = saved {
        words.push(shell(file));
    } else {
        for account in plan.accounts.iter().filter(|account| account.error.is_none()) {
            words.extend(["--account".to_owned(), shell(&account.identity.account)]);
        }
        for pattern in &plan.selected_templates {
            words.extend(["--select".to_owned(), shell(pattern)]);
        }
        if plan.prune {
            words.push("--prune".to_owned());
        }
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
