//! The comment: order, budget, what is never folded, and strangers' texts.

use jiff::Timestamp;
use proptest::prelude::*;

use super::{super::markdown::BUDGET, *};
use crate::{
    plan::{AccountIdentity, Estimate, Reason, RuleId, SourceLocation, Verdict},
    template::{contract::ContractChange, diff::Change},
};

/// What decides about an action in a comment.
#[derive(Debug, Clone, Copy)]
struct Kind(ActionKind, VerdictState, bool);

const READY: [Kind; 3] = [
    Kind(ActionKind::Create, VerdictState::Ready, false),
    Kind(ActionKind::Edit, VerdictState::Ready, false),
    Kind(ActionKind::Adopt, VerdictState::Ready, false),
];
const URGENT: [Kind; 5] = [
    Kind(ActionKind::Edit, VerdictState::Blocked, false),
    Kind(ActionKind::Edit, VerdictState::Waiting, false),
    Kind(ActionKind::Delete, VerdictState::Ready, false),
    Kind(ActionKind::Edit, VerdictState::NeedsFlag, false),
    Kind(ActionKind::Edit, VerdictState::Ready, true),
];

fn identity(account: &str, scope: &str) -> AccountIdentity {
    let scope = scope.to_owned().into();
    AccountIdentity { account: account.to_owned(), provider: "meta".to_owned(), scope }
}

fn action(at: usize, Kind(kind, state, breaks): Kind, text: &str) -> Action {
    let reason = Reason {
        until: (state == VerdictState::Blocked).then_some(Timestamp::UNIX_EPOCH),
        ..match state {
            VerdictState::Ready => Reason::blocked(RuleId::Freeze, ""),
            VerdictState::Blocked => Reason::blocked(RuleId::EditBudget, "once in 24 hours").remedy("wait"),
            VerdictState::Waiting => Reason::waiting(RuleId::EditableStatus, "it is in review"),
            VerdictState::NeedsFlag => {
                Reason::needs(RuleId::TakeOver, format!("--take-over t_{at}/en"), "nobody manages it")
            }
        }
    };
    let broken = ContractChange {
        part: "body".into(),
        kind: "parameter_count".into(),
        before: serde_json::json!(1),
        after: serde_json::json!(2),
    };
    Action {
        id: at.to_string(),
        kind,
        key: TemplateKey::new(format!("t_{at}"), "en"),
        location: Some(SourceLocation { file: "templates/t.yaml".into(), line: 7 }),
        live: None,
        verdict: Verdict::of(if state == VerdictState::Ready { Vec::new() } else { vec![reason] }),
        live_fingerprint: None,
        desired_fingerprint: None,
        changes: vec![Change { path: "body.text".into(), before: Some("Old".into()), after: Some(text.into()) }],
        hand_edit: Vec::new(),
        changed_in_git: true,
        breaks_senders: if breaks { vec![broken] } else { Vec::new() },
        notes: vec!["edit 4 of 10 in 30 days".into()],
        about: vec![("owner".into(), text.into())],
        submit: None,
        remember: None,
    }
}

fn plan(accounts: Vec<Vec<Action>>) -> Plan {
    let accounts = accounts.into_iter().enumerate().map(|(at, actions)| AccountPlan {
        error: None,
        live: actions.len(),
        estimate: Estimate::default(),
        actions,
        ..AccountPlan::failed(identity(&format!("shop_{at}"), "1 @ https://example.test"), String::new())
    });
    Plan {
        created_at: Timestamp::UNIX_EPOCH,
        at: None,
        workspace: "fernweh-crm".into(),
        commit: Some("0123456789abcdef".into()),
        selected_accounts: Vec::new(),
        selected_templates: Vec::new(),
        prune: false,
        warnings: Vec::new(),
        accounts: accounts.collect(),
    }
}

/// The comment without what is folded.
fn open(comment: &str) -> String {
    let mut out = String::new();
    let mut rest = comment;
    while let Some((before, after)) = rest.split_once("<details>") {
        out.push_str(before);
        rest = after.split_once("</details>").map_or("", |(_, behind)| behind);
    }
    out + rest
}

#[test]
fn what_must_be_seen_comes_first_and_open_and_the_command_last() {
    let kinds = READY.into_iter().chain(URGENT);
    let comment = markdown(&plan(vec![kinds.enumerate().map(|(at, kind)| action(at, kind, "New")).collect()]), None);
    let first = comment.lines().next().unwrap();
    assert!(
        first.contains("**Plan: 1 to create, 5 to edit (1 blocked, 1 waiting, 1 needs a flag), 1 to delete"),
        "{first}"
    );
    assert!(first.contains("`0123456789ab…`") && first.ends_with("<!-- letterpress-plan fernweh-crm -->"), "{first}");
    let open = open(&comment);
    let at = |name: &str| open.find(name).unwrap_or_else(|| panic!("{name} is not open:\n{comment}"));
    assert!(at("`t_3/en`") < at("`t_4/en`") && at("`t_4/en`") < at("`t_5/en`") && at("`t_5/en`") < at("`t_6/en`"));
    assert!(at("`t_7/en`") < comment.find("<details>").unwrap(), "{comment}");
    assert!(!open.contains("t_0/en") && comment.contains("t_0/en"), "{comment}");
    assert!(comment.contains("  @@ body @@\n  - Old\n  + New\n"), "{comment}");
    assert!(comment.ends_with("```sh\nletterpress apply --account shop_0\n```\n"), "{comment}");
    assert!(!comment.contains("Left out"), "{comment}");
}

#[test]
fn six_thousand_actions_fit_and_the_comment_says_what_was_left_out() {
    let text = "A long sentence about gravel bikes and the tours that we ride with them. ".repeat(12);
    let all = (0..6000).map(|at| {
        let kind = if at % 1000 == 0 { URGENT[at / 1000 % 5] } else { READY[at % 2] };
        action(at, kind, &text)
    });
    let comment = markdown(&plan(vec![all.collect()]), None);
    assert!(comment.len() < BUDGET && comment.len() > BUDGET / 2, "{} bytes", comment.len());
    let open = open(&comment);
    for at in (0..6000).step_by(1000) {
        assert!(open.contains(&format!("`t_{at}/en`")), "t_{at} is not open");
    }
    assert!(comment.contains("the fields of "), "{}", &comment[comment.len() - 600..]);
    assert!(comment.contains("the names of "), "{}", &comment[comment.len() - 600..]);
    assert!(comment.ends_with("```sh\nletterpress apply --account shop_0\n```\n"));
}

#[test]
fn six_thousand_blocked_actions_are_counted_in_the_open() {
    let all = (0..6000).map(|at| action(at, URGENT[0], "New")).collect();
    let comment = markdown(&plan(vec![all]), None);
    assert!(comment.len() < BUDGET, "{} bytes", comment.len());
    let named = comment.matches("⛔ edit `t_").count();
    assert!(named > 300, "only {named}");
    let rest = format!("**{} more that must be looked at**", 6000 - named);
    assert!(open(&comment).contains(&rest), "{named} {}", &comment[comment.len() - 900..]);
    assert!(comment.contains(&format!("{} blocked, 0 waiting", 6000 - named)));
}

#[test]
fn strangers_leave_no_fence_and_call_nobody() {
    let text = "```\n</details>\n@octocat <img src=x onerror=alert(1)>\n~~~";
    let mut bad = action(1, URGENT[3], text);
    bad.verdict.reasons[0].reason = "@octocat </details> <b>`x`</b> #12".into();
    bad.location = Some(SourceLocation { file: "templates/`@octocat <b>.yaml".into(), line: 1 });
    let comment = markdown(&plan(vec![vec![bad, action(2, READY[0], text)]]), None);
    let mut fence: Option<String> = None;
    for line in comment.lines().map(str::trim_start) {
        let run = line.chars().take_while(|c| *c == '`').count();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if run >= 3 && !line[run..].contains('`') => fence = Some("`".repeat(run)),
            None => {
                // Outside of fences and code spans nothing of a stranger is left as it was.
                let spans: String = line.split("``").step_by(2).collect();
                assert!(!spans.contains("@octocat") && !spans.contains("<b>") && !spans.contains("#12"), "{line}");
            }
        }
    }
    assert_eq!(fence, None);
    assert_eq!(comment.matches("\n</details>\n").count(), 1, "{comment}");
}

#[test]
fn flags_are_in_the_command_where_nothing_goes_without() {
    let comment = markdown(&plan(vec![vec![action(1, URGENT[3], "New")]]), None);
    assert!(
        comment
            .ends_with("Next, once reviewed:\n\n```sh\nletterpress apply --account shop_0 --take-over t_1/en\n```\n")
    );
    let saved = markdown(&plan(vec![vec![action(1, READY[0], "New")]]), Some("plan of may.json"));
    assert!(saved.ends_with("```sh\nletterpress apply 'plan of may.json'\n```\n"), "{saved}");
    let nothing = markdown(&plan(vec![Vec::new()]), None);
    assert!(nothing.starts_with("✅ **No changes") && nothing.ends_with("\nNext: nothing to apply.\n"), "{nothing}");
}

#[test]
fn accounts_that_could_not_be_planned_are_said() {
    let mut failed = plan(vec![vec![action(1, READY[0], "New")]]);
    failed.accounts.push(AccountPlan::failed(identity("other", "2"), "no <token>".into()));
    let comment = markdown(&failed, None);
    assert!(comment.contains("**1 account could not be worked on.** Plan of the other account: "), "{comment}");
    assert!(comment.contains("-->\n\n- ❌ `other`: no &lt;token&gt;\n"), "{comment}");
    failed.accounts =
        (0..3000).map(|at| AccountPlan::failed(identity(&format!("a_{at}"), "2"), "x".repeat(900))).collect();
    assert!(markdown(&failed, None).len() < BUDGET);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn it_never_exceeds_the_budget_and_never_folds_what_must_be_seen(
        kinds in prop::collection::vec((0usize..8, 0usize..3), 0..400),
        text in ".{0,400}",
        repeat in 1usize..20,
    ) {
        let all: Vec<Kind> = READY.into_iter().chain(URGENT).collect();
        let text = text.repeat(repeat);
        let mut accounts = vec![Vec::new(), Vec::new(), Vec::new()];
        for (at, (kind, account)) in kinds.iter().enumerate() {
            accounts[*account].push(action(at, all[*kind], &text));
        }
        let comment = markdown(&plan(accounts), None);
        prop_assert!(comment.len() < BUDGET, "{} bytes", comment.len());
        let open = open(&comment);
        let folded = comment.matches("`t_").count() - open.matches("`t_").count();
        let urgent: Vec<usize> = (0..kinds.len()).filter(|at| kinds[*at].0 >= READY.len()).collect();
        for at in &urgent {
            let name = format!(" `t_{at}/en`");
            let hidden = comment.matches(&name).count() > open.matches(&name).count();
            prop_assert!(!hidden, "{name} is folded, among {folded}");
        }
        let named = urgent.iter().filter(|at| open.contains(&format!(" `t_{at}/en`"))).count();
        let counted = open.contains(&format!("**{} more that must be looked at**", urgent.len() - named));
        prop_assert!(named == urgent.len() || counted, "{named} of {}", urgent.len());
        prop_assert!(comment.trim_end().ends_with("```") || comment.ends_with("nothing to apply.\n"));
    }
}
