//! Rules over time, on the account's own clock: budgets, locks, freezes, successors, promotion.

use jiff::{SignedDuration, Timestamp};
use letterpress::sandbox::{Verdict, admin};
use serde_json::Value;

use crate::harness::{BELL, WABA, Workspace, actions, only, rules, writes};

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

impl Workspace {
    fn now(&self) -> Timestamp {
        admin::now(&self.sandbox(), WABA).unwrap()
    }

    fn advance(&self, by: SignedDuration) {
        admin::advance(&self.sandbox(), None, by).unwrap();
    }

    /// Moves the account's clock to a moment, or not at all if that has passed.
    fn advance_to(&self, moment: Timestamp) {
        let left = moment.duration_since(self.now());
        if left > SignedDuration::ZERO {
            self.advance(left);
        }
    }
}

/// The only action's `until`.
#[track_caller]
fn until(plan: &Value) -> Timestamp {
    only(plan)["verdict"]["until"].as_str().unwrap_or_else(|| panic!("{plan:#}")).parse().unwrap()
}

fn wording(number: usize) -> String {
    BELL.replace("Graz", &format!("hall {number} of the works in Graz"))
}

#[test]
fn an_approved_template_is_edited_once_a_day_and_ten_times_a_month() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let mut first = None;
    for number in 1..=10 {
        workspace.templates(&wording(number));
        if number > 1 {
            // The day is not over: held until the second that the plan says, and not a second longer.
            let plan = workspace.plan(&[]);
            assert_eq!(rules(only(&plan)), ["edit-budget"], "edit {number}");
            let free = until(&plan);
            let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
            output.ends(8);
            assert_eq!(writes(&requests), Vec::<String>::new());
            if number == 2 {
                workspace.advance_to(free.saturating_sub(SignedDuration::from_secs(5)).unwrap());
                workspace.apply(&[]).ends(8);
            }
            workspace.advance_to(free);
        }
        workspace.apply(&[]).ends(0).says("1 applied");
        first.get_or_insert_with(|| workspace.now());
        workspace.settled();
    }
    workspace.advance(hours(25));
    workspace.templates(&wording(11));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["edit-budget"]);
    let free = until(&plan);
    let month = first.unwrap().saturating_add(hours(30 * 24)).unwrap();
    assert!(free.duration_since(month).as_secs().abs() <= 1, "{free} is not 30 days after {month}");
    workspace.apply(&[]).ends(8).says("edits in 30 days are used");
    workspace.advance_to(free);
    workspace.apply(&[]).ends(0).says("1 applied");
}

#[test]
fn a_change_that_is_taken_back_waits_and_the_next_night_does_it_and_nothing_else() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&wording(1));
    workspace.apply(&[]).ends(0);
    workspace.advance(hours(1));
    // What `git revert` leaves.
    workspace.templates(BELL);
    let plan = workspace.plan(&[]);
    let left = until(&plan).duration_since(workspace.now()).as_hours();
    assert_eq!(rules(only(&plan)), ["edit-budget"]);
    assert!((22..=23).contains(&left), "{left} hours: an hour of the day has passed");
    workspace.run(&["plan"]).ends(0).says("blocked until");
    workspace.apply(&[]).ends(8);
    workspace.advance(hours(24));
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(0);
    assert_eq!(writes(&requests), ["edit bell_ready/en_US"]);
    assert!(workspace.body("bell_ready/en_US").contains("Graz."));
    workspace.settled();
}

#[test]
fn a_rejected_template_is_edited_as_often_as_it_takes() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.configure(|config| config.review_delay = hours(1000));
    for number in 1..=10 {
        workspace.review("bell_ready", &Verdict::Reject { reason: "INVALID_FORMAT".into() });
        workspace.templates(&wording(number));
        workspace.apply(&[]).ends(0).says("1 applied");
        workspace.advance(SignedDuration::from_mins(6));
    }
}

#[test]
fn a_refused_edit_is_believed_by_the_next_plan() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    // Somebody else uses the day's edit and takes it back: the content shows nothing of it.
    let components = workspace.live("bell_ready/en_US")["components"].clone();
    workspace.hand_edit("bell_ready", "en_US", &components);
    workspace.templates(&wording(1));
    workspace.apply(&[]).ends(10).says("2388039");
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["edit-budget"]);
    workspace.advance_to(until(&plan));
    workspace.apply(&[]).ends(0);
}

#[test]
fn a_deleted_name_is_locked_for_thirty_days() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates("removed: [{name: bell_ready}]\n");
    workspace.apply(&[]).ends(0);
    // Its last language went: no other language of the name can be created either.
    workspace.templates(&format!("{BELL}  de:\n    body: Deine neue Klingel ist fertig.\n"));
    let plan = workspace.plan(&[]);
    assert_eq!(actions(&plan).iter().map(rules).collect::<Vec<_>>(), [["name-locked"], ["name-locked"]]);
    let free = actions(&plan)[0]["verdict"]["until"].as_str().unwrap().parse().unwrap();
    let (output, requests) = workspace.requests_of(|| workspace.apply(&[]));
    output.ends(8);
    assert_eq!(writes(&requests), Vec::<String>::new());
    workspace.advance(hours(29 * 24));
    workspace.apply(&[]).ends(8);
    workspace.advance_to(free);
    workspace.apply(&[]).ends(0).says("2 applied");
    assert!(workspace.requests().iter().all(|request| request.status == Some(200)), "nothing was ever refused");
}

#[test]
fn a_language_deleted_alone_locks_itself() {
    let both = "name: bell_ready\ncategory: UTILITY\nlanguages:\n  en_US: {body: Your new bell is ready.}\n  \
                de: {body: Deine neue Klingel ist fertig.}\n";
    let one = both.split("  de:").next().unwrap();
    let workspace = Workspace::new(both);
    workspace.apply(&[]).ends(0);
    workspace.templates(&format!("{one}removed: [{{name: bell_ready, languages: [de]}}]\n"));
    workspace.apply(&[]).ends(0);
    // The deleted language is locked; another one of the name is not.
    let third = both.replace("  de:", "  de_AT: {body: Deine neue Glocke ist fertig.}\n  de:");
    workspace.templates(&third);
    let plan = workspace.plan(&[]);
    let found: Vec<_> =
        actions(&plan).iter().map(|action| (action["language"].as_str().unwrap(), rules(action))).collect();
    assert_eq!(found, [("de", vec!["name-locked"]), ("de_AT", vec![])]);
    workspace.apply(&[]).ends(8).says("1 applied");
    workspace.advance_to(until(&workspace.plan(&[])));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_category_is_changed_by_a_successor() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&BELL.replace("UTILITY", "MARKETING"));
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["category-locked"]);
    assert!(only(&plan)["verdict"]["reasons"][0]["remedy"].as_str().unwrap().contains("new name"), "{plan:#}");
    workspace.apply(&[]).ends(9);

    // The remedy: another name and wording, and the old one goes when the new one has been approved for long enough.
    let successor = "name: bell_waits\ncategory: MARKETING\nlifecycle: {replaces: {name: bell_ready, keep_for: 14d}}\n\
                     languages:\n  en_US: {body: A new bell waits for you in Graz.}\n";
    let asked = format!("{successor}removed: [{{name: bell_ready, reason: bell_waits took over}}]\n");
    workspace.configure(|config| config.review_delay = hours(2));
    workspace.templates(successor);
    workspace.apply(&[]).ends(0);
    let quiet = workspace.plan(&[]);
    assert_eq!(actions(&quiet).len(), 0, "replaced, and nobody asks for its deletion: {quiet:#}");
    workspace.templates(&asked);
    let plan = workspace.plan(&[]);
    assert_eq!((rules(only(&plan)), only(&plan)["verdict"]["state"].as_str()), (vec!["replaces"], Some("waiting")));
    workspace.apply(&[]).ends(8);
    workspace.advance(hours(3));
    workspace.apply(&[]).ends(8);
    let approved = workspace.now();
    workspace.advance(hours(24));
    let plan = workspace.plan(&[]);
    let days = until(&plan).duration_since(approved).as_hours();
    assert!((14 * 24 - 1..=14 * 24).contains(&days), "{plan:#}");
    workspace.advance_to(until(&plan));
    workspace.apply(&[]).ends(0).says("1 applied");
    assert_eq!(workspace.holds(), ["bell_waits/en_US"]);
}

#[test]
fn a_replaced_name_is_retired_by_a_flag() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(
        "name: bell_waits\ncategory: UTILITY\nlifecycle: {replaces: {name: bell_ready}}\nlanguages:\n  \
         en_US: {body: A new bell waits for you in Graz.}\n",
    );
    workspace.apply(&["--retire", "bell_ready"]).ends(8);
    workspace.apply(&["--retire", "bell_ready"]).ends(0).says("1 applied");
    assert_eq!(workspace.holds(), ["bell_waits/en_US"]);
}

#[test]
fn a_freeze_holds_edits_and_deletions_and_lets_new_templates_through() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let day = workspace.now().strftime("%Y-%m-%d").to_string();
    let config = std::fs::read_to_string(workspace.root.join("letterpress.yaml")).unwrap();
    workspace.write(
        "letterpress.yaml",
        format!("{config}policy:\n  freeze: [{{from: {day}, to: {day}, reason: stocktaking}}]\n"),
    );
    workspace.templates(&format!(
        "{}---\n{}",
        wording(1),
        BELL.replace("bell_ready", "horn_ready").replace("bell", "horn")
    ));
    let plan = workspace.plan(&[]);
    let held: Vec<_> = actions(&plan).iter().map(|action| (action["kind"].as_str().unwrap(), rules(action))).collect();
    assert_eq!(held, [("edit", vec!["freeze"]), ("create", vec![])]);
    workspace.apply(&[]).ends(8).says("stocktaking");
    // The same plan for another time: nothing holds it then.
    let then = workspace.now().saturating_add(hours(48)).unwrap();
    let plan = workspace.plan(&["--at", &then.to_string()]);
    assert_eq!((rules(only(&plan)).len(), plan["at"].is_string()), (0, true));
    workspace.advance(hours(48));
    workspace.apply(&[]).ends(0);
}

#[test]
fn production_waits_for_staging() {
    let workspace = Workspace::of(
        "version: 1\nworkspace: fernweh-crm\ndefaults: {accounts: [staging, production]}\naccounts:\n  \
         staging: {provider: meta, waba_id: \"100200300\", sandbox: true}\n  \
         production: {provider: meta, waba_id: \"100200301\", sandbox: true, after: staging}\n",
    );
    workspace.templates(BELL);
    workspace.configure(|config| config.review_delay = hours(1));
    let output = workspace.apply(&[]).ends(8);
    output.says("promotion");
    workspace.apply(&["--account", "production"]).ends(8).says("PENDING");
    workspace.advance(hours(2));
    // Selected alone, production still looks at staging.
    workspace.apply(&["--account", "production"]).ends(0).says("1 applied");
    workspace.advance(hours(30));
    workspace.templates(&wording(1));
    let plan = workspace.plan(&["--account", "production"]);
    assert_eq!(rules(only(&plan)), ["promotion"]);
    assert!(plan.to_string().contains("other content"), "{plan:#}");
}

/// Deletes in the account what the ledger does not hear of.
fn delete_by_hand(workspace: &Workspace, removed: &str, families: &str) {
    let (ledger, kept) = (workspace.root.join(".letterpress/ledger"), workspace.outside().join("kept"));
    let copied = |from: &camino::Utf8Path, to: &camino::Utf8Path| {
        std::fs::create_dir_all(to.join(WABA)).unwrap();
        std::fs::copy(from.join(WABA).join("state.json"), to.join(WABA).join("state.json")).unwrap();
    };
    copied(&ledger, &kept);
    workspace.templates(&format!("removed: [{removed}]\n---\n{families}"));
    workspace.apply(&[]).ends(0);
    copied(&kept, &ledger);
}

#[test]
fn what_somebody_deleted_may_be_locked_and_a_refusal_is_believed() {
    let horn = BELL.replace("bell", "horn");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}"));
    workspace.apply(&[]).ends(0);
    delete_by_hand(&workspace, "bell_ready", &horn);
    workspace.templates(&format!("{BELL}---\n{horn}"));
    let plan = workspace.plan(&[]);
    assert_eq!((&only(&plan)["kind"], &only(&plan)["verdict"]["state"]), (&"create".into(), &"ready".into()));
    assert!(only(&plan)["notes"].to_string().contains("its name is locked for 30 days"), "{plan:#}");
    workspace.run(&["plan"]).ends(0).says("its name is locked for 30 days");
    workspace.run(&["plan", "--format", "markdown"]).ends(0).says("its name is locked for 30 days");
    workspace.apply(&[]).ends(10).says("2388023");
    let plan = workspace.plan(&[]);
    assert_eq!(rules(only(&plan)), ["name-locked"]);
    workspace.advance_to(until(&plan));
    workspace.apply(&[]).ends(0);
    workspace.settled();
}

#[test]
fn a_language_beside_those_that_somebody_deleted_may_be_locked_too() {
    let horn = BELL.replace("bell", "horn");
    let workspace = Workspace::new(&format!("{BELL}---\n{horn}"));
    workspace.apply(&[]).ends(0);
    delete_by_hand(&workspace, "bell_ready", &horn);
    let german = BELL
        .replace("en_US", "de")
        .replace("Your new bell is ready, pick it up in", "Die neue Klingel liegt bereit in");
    workspace.templates(&format!("{german}---\n{horn}"));
    let plan = workspace.plan(&[]);
    assert!(only(&plan)["notes"].to_string().contains("en_US of the name is gone from the account too"), "{plan:#}");
}

#[test]
fn an_older_commit_is_recognised_by_its_content() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    workspace.templates(&wording(1));
    workspace.apply(&[]).ends(0);
    workspace.advance(hours(25));
    assert!(actions(&workspace.plan(&[])).is_empty());
    // The pipeline of the first commit runs again.
    workspace.templates(BELL);
    let plan = workspace.plan(&[]);
    assert_eq!(only(&plan)["verdict"]["state"], "ready");
    assert!(only(&plan)["notes"].to_string().contains("older content: exactly this was applied 20"), "{plan:#}");
    workspace.run(&["plan", "--format", "markdown"]).ends(0).says("older content");
    workspace.templates(&wording(2));
    assert!(!only(&workspace.plan(&[]))["notes"].to_string().contains("older content"), "new words");
    // Somebody wants the old words after all: then the others are the older ones.
    workspace.templates(BELL);
    workspace.apply(&[]).ends(0);
    workspace.settled();
    workspace.templates(&wording(1));
    assert!(only(&workspace.plan(&[]))["notes"].to_string().contains("older content"));
}
