//! One template as the files ask for it, as the account shows it and as it was applied, and the facts of an account that has
//! only this one.

use super::*;

/// The id that the account gives to the template.
const ID: &str = "7";
/// The workspace that manages it.
const WORKSPACE: &str = "workshop";

pub(super) fn key() -> TemplateKey {
    TemplateKey::new("bike_ready", "en_US")
}

pub(super) fn desired(content: &Content) -> Desired {
    Desired {
        key: key(),
        category: Category::Marketing,
        accept_category: None,
        content: content.clone(),
        lifecycle: Lifecycle { allow_breaking: true, ..Lifecycle::default() },
        allow: Vec::new(),
        notes: Vec::new(),
        span: Span { file: FileId(0), start: 0, end: 0 },
        spans: BTreeMap::new(),
        about: Vec::new(),
    }
}

pub(super) fn live(content: &Content, unreadable: BTreeSet<String>) -> Live {
    Live { category: Category::Marketing, unreadable, ..Live::approved(ID, key(), content.clone()) }
}

pub(super) fn ledger(applied: &Content) -> State {
    let now = Timestamp::UNIX_EPOCH;
    let mut state = State::new("1", now);
    let entry = Entry {
        name: key().name,
        language: key().language,
        id: ID.into(),
        owner: WORKSPACE.into(),
        category: Category::Marketing,
        applied: NormalForm::of(applied),
        applied_at: now,
        approved_at: None,
        protected: false,
        earlier: Vec::new(),
    };
    state.fold(&Record { seq: 1, at: now, change: Change::Adopt(Box::new(entry)) });
    state
}

pub(super) fn identity(provider: &str) -> AccountIdentity {
    AccountIdentity {
        account: "shop".to_owned(),
        provider: provider.to_owned(),
        scope: "1 @ https://example.test".to_owned().into(),
    }
}

/// The plan of an account with one template.
pub(super) fn plan(desired: &Desired, live: Live, ledger: Option<&State>) -> AccountPlan {
    with_facts(desired, live, ledger, reconcile)
}

/// How an account with one template differs from what was applied.
pub(super) fn drifted(desired: &Desired, live: Live, ledger: Option<&State>) -> AccountDrift {
    with_facts(desired, live, ledger, drift)
}

pub(super) fn with_facts<T>(desired: &Desired, live: Live, ledger: Option<&State>, then: fn(&Facts<'_>) -> T) -> T {
    let policy = Policy { examples: Examples::Edit, ..Policy::default() };
    then(&Facts {
        identity: &identity("meta"),
        media: crate::plan::MediaRoute::Upload,
        workspace: WORKSPACE,
        policy: &policy,
        capabilities: &meta::CAPABILITIES,
        desired: std::slice::from_ref(desired),
        removed: &[],
        live: &[live],
        template_limit: Some(250),
        unknown_fields: &[],
        requests: 1,
        ledger,
        consent: &Consent::default(),
        promotion: None,
        selection: &Selection::default(),
        prune: false,
        now: Timestamp::UNIX_EPOCH,
        clocks: Clocks { at: Timestamp::UNIX_EPOCH, provider_ahead: None },
        locate: &|_| SourceLocation { file: "templates/bike_ready.yaml".into(), line: 1 },
    })
}
