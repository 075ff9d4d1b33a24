//! The work of a plan without the network: reading files, comparing an account, rendering. Figures in docs/performance.md.

#![allow(missing_docs, reason = "the macros of criterion write items without")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

use std::{collections::BTreeSet, fmt::Write as _, hint::black_box, time::Duration};

use camino::Utf8Path;
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use letterpress::{
    ledger::{Change, Entry, Record, State},
    plan::{Clocks, Consent, Facts, Plan, Selection, SourceLocation, reconcile},
    provider::{meta, proxy::ProxySettings},
    report,
    session::{Environment, Options, Participants, Session},
    source::Desired,
    template::{Content, Live, Status, normal::NormalForm},
    workspace::policy::Policy,
};

/// Families of the workspace.
const FAMILIES: usize = 1_000;
/// Languages of each.
const LANGUAGES: [&str; 6] = ["en_US", "de", "it", "fr", "es", "pt_BR"];

/// One file with a family in six languages: header, two parameters, footer, a quick reply and a link.
fn file(number: usize) -> String {
    let mut text = format!(
        "name: ride_{number}\ncategory: UTILITY\nparameters: {{customer: Ada, day: Monday}}\nheader: Your ride\n\
         footer: ${{brand}}\nbuttons:\n  - {{type: QUICK_REPLY, text: Another day}}\n  \
         - {{type: URL, text: Directions, url: \"https://fernweh.example/rides/{number}\"}}\nlanguages:\n"
    );
    for language in LANGUAGES {
        let _ = write!(
            text,
            "  {language}:\n    header: Ride {number} ({language})\n    body: |\n      Hi {{{{customer}}}}, ride number {number} is \
             booked for {{{{day}}}} at ten o'clock.\n\n      Please bring a helmet; we have a few to lend as well.\n"
        );
    }
    text
}

fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let head = "version: 1\nworkspace: fernweh\nvalues: {brand: Fernweh Cycles}\naccounts:\n  \
                shop: {provider: meta, waba_id: \"1\", sandbox: true}\n";
    std::fs::write(folder.path().join("letterpress.yaml"), head).unwrap();
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    for number in 0..FAMILIES {
        std::fs::write(folder.path().join(format!("templates/ride_{number}.yaml")), file(number)).unwrap();
    }
    folder
}

fn read(folder: &Utf8Path) -> Session {
    let environment = Environment {
        allow_hosts: Vec::new(),
        proxies: Ok(ProxySettings::default()),
        allow_commands: false,
        retry_budget: Duration::from_secs(60),
    };
    let options = Options { directory: folder.to_owned(), config: None, accounts: Vec::new(), environment };
    Session::read(options, Participants::All)
}

/// What the account would show after all was applied.
fn live(desired: &Desired, id: usize) -> Live {
    Live {
        id: id.to_string(),
        key: desired.key.clone(),
        status: Status::Approved,
        category: desired.category.clone(),
        previous_category: None,
        correct_category: None,
        rejected_reason: None,
        quality: None,
        updated_at: None,
        auto_generated: false,
        content: desired.content.clone(),
        unreadable: BTreeSet::new(),
    }
}

fn applied(live: &[Live]) -> State {
    let now = Timestamp::UNIX_EPOCH;
    let mut state = State::new("1", now);
    for (live, seq) in live.iter().zip(1..) {
        let entry = Entry {
            name: live.key.name.clone(),
            language: live.key.language.clone(),
            id: live.id.clone(),
            owner: "fernweh".into(),
            category: live.category.clone(),
            applied: NormalForm::of(&live.content),
            applied_at: now,
            approved_at: None,
            protected: false,
            earlier: Vec::new(),
        };
        state.fold(&Record { seq, at: now, change: Change::Adopt(Box::new(entry)) });
    }
    state
}

fn plan(desired: &[Desired], live: &[Live], ledger: &State) -> Plan {
    let account = reconcile(&Facts {
        identity: &letterpress::plan::AccountIdentity {
            account: "shop".to_owned(),
            provider: "meta".to_owned(),
            scope: "1 @ https://graph.facebook.com".to_owned().into(),
        },
        media: letterpress::plan::MediaRoute::Upload,
        workspace: "fernweh",
        policy: &Policy::default(),
        capabilities: &meta::CAPABILITIES,
        desired,
        removed: &[],
        live,
        template_limit: Some(6_000),
        unknown_fields: &[],
        requests: 24,
        ledger: Some(ledger),
        consent: &Consent::default(),
        promotion: None,
        selection: &Selection::default(),
        prune: false,
        now: Timestamp::UNIX_EPOCH,
        clocks: Clocks { at: Timestamp::UNIX_EPOCH, provider_ahead: None },
        locate: &|_| SourceLocation { file: "templates/ride.yaml".into(), line: 1 },
    });
    Plan {
        created_at: Timestamp::UNIX_EPOCH,
        at: None,
        workspace: "fernweh".into(),
        commit: None,
        selected_accounts: vec!["shop".into()],
        selected_templates: Vec::new(),
        prune: false,
        warnings: Vec::new(),
        accounts: vec![account],
    }
}

/// An account in which every body reads otherwise.
fn reworded(live: &[Live]) -> Vec<Live> {
    let other = |content: &Content| {
        let mut content = content.clone();
        if let Some(letterpress::template::Body::Text { text, .. }) = &mut content.body {
            *text = text.replace("bring a helmet", "take a helmet along");
        }
        content
    };
    live.iter().map(|live| Live { content: other(&live.content), ..live.clone() }).collect()
}

fn all(criterion: &mut Criterion) {
    let folder = workspace();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let session = read(root);
    assert!(session.diagnostics.is_empty(), "{:?}", session.diagnostics.first());
    let desired = &session.participants[0].desired;
    assert_eq!(desired.len(), FAMILIES * LANGUAGES.len());
    let shown: Vec<Live> = desired.iter().zip(1..).map(|(wish, id)| live(wish, id)).collect();
    let ledger = applied(&shown);

    let mut group = criterion.benchmark_group("plan");
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    group.bench_function("read and lower 1,000 families in 6 languages", |bencher| {
        bencher.iter(|| read(black_box(root)));
    });
    let unchanged = plan(desired, &shown, &ledger);
    assert!(!unchanged.has_changes());
    group.bench_function("reconcile 6,000 templates, none changed", |bencher| {
        bencher.iter(|| plan(black_box(desired), &shown, &ledger));
    });
    let shown = reworded(&shown);
    let changed = plan(desired, &shown, &applied(&shown));
    assert_eq!(changed.actions().count(), desired.len());
    let paint = report::style::Paint { colour: false };
    group.bench_function("render 6,000 edits as text", |bencher| {
        bencher.iter(|| report::plan::text(black_box(&changed), paint));
    });
    group.bench_function("render 6,000 edits as JSON", |bencher| {
        bencher.iter(|| letterpress::plan::document::json(black_box(&changed), jiff::SignedDuration::from_hours(24)));
    });
    group.finish();
}

criterion_group!(benches, all);
criterion_main!(benches);
