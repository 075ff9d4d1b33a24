//! Actions and their verdicts.

use jiff::Timestamp;

use super::{
    ids::{ActionKind, RuleId, VerdictState},
    source_location::SourceLocation,
};
use crate::template::{
    Category, Content, Live, TemplateKey, contract::ContractChange, diff::Change, normal::NormalForm,
};

/// What would be done to one template.
#[derive(Debug, Clone)]
pub struct Action {
    /// Counts from 1 within the plan.
    pub id: String,
    /// What is done.
    pub kind: ActionKind,
    /// The template that it is done to.
    pub key: TemplateKey,
    /// Where the files ask for it; `None` for deletions.
    pub location: Option<SourceLocation>,
    /// What the account shows now.
    pub live: Option<Live>,
    /// Whether it may be done.
    pub verdict: Verdict,
    /// Fingerprint of what the account shows, as far as it can be compared.
    pub live_fingerprint: Option<String>,
    /// Fingerprint of what is wanted.
    pub desired_fingerprint: Option<String>,
    /// From what the account shows to what is wanted.
    pub changes: Vec<Change>,
    /// From what was last applied to what the account shows: somebody else's work.
    pub hand_edit: Vec<Change>,
    /// Whether git asks for this change; if not, it would only undo a hand edit.
    pub changed_in_git: bool,
    /// What senders rely on and would lose.
    pub breaks_senders: Vec<ContractChange>,
    /// Sentences for the reader; they decide nothing.
    pub notes: Vec<String>,
    /// Purpose, owner, ticket.
    pub about: Vec<(String, String)>,
    /// What would be sent; `None` for deletions and adoptions.
    pub submit: Option<Submit>,
    /// What the ledger remembers afterwards; `None` for deletions.
    pub remember: Option<Remember>,
}

/// What a create or edit sends.
#[derive(Debug, Clone)]
pub struct Submit {
    /// The category that the provider is asked for; `None` where an edit leaves it as it is.
    pub category: Option<Category>,
    /// The content, media still as references: all of it, or one setting alone.
    pub content: Content,
}

impl Submit {
    /// An edit of one setting and nothing else, by the name of its field.
    #[must_use]
    pub fn setting(field: &str, content: &Content) -> Self {
        let mut alone = Content::default();
        alone.take_part(field, content);
        Self { category: None, content: alone }
    }

    /// Whether it edits nothing but the maximum price.
    #[must_use]
    pub fn is_price_alone(&self) -> bool {
        self.content.optimization_spec.is_some() && self.content == Self::setting(PRICE, &self.content).content
    }
}

/// The field of the maximum price.
pub(super) const PRICE: &str = "optimization_spec";

/// What the ledger keeps of an applied template.
#[derive(Debug, Clone)]
pub struct Remember {
    /// The category that git asks for.
    pub category: Category,
    /// The normal form that was applied.
    pub applied: NormalForm,
    /// Whether the family says `lifecycle.protect`.
    pub protect: bool,
}

/// Whether an action may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The strongest of the reasons' states.
    pub state: VerdictState,
    /// The latest of the reasons' times, so that nobody waits a day to meet the next rule.
    pub until: Option<Timestamp>,
    /// Flags that a person must give, with their values.
    pub flags: Vec<String>,
    /// All reasons at once.
    pub reasons: Vec<Reason>,
}

/// Why an action is not simply ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: RuleId,
    /// What it makes of the action.
    pub state: VerdictState,
    /// Why, a sentence without a full stop.
    pub reason: String,
    /// Until when, if time alone mends it.
    pub until: Option<Timestamp>,
    /// What the user can do.
    pub remedy: Option<String>,
    /// The flag that allows it.
    pub flag: Option<String>,
}

impl Reason {
    /// A rule that forbids.
    pub fn blocked(rule: RuleId, reason: impl Into<String>) -> Self {
        Self { rule, state: VerdictState::Blocked, reason: reason.into(), until: None, remedy: None, flag: None }
    }

    /// A rule that waits for something.
    pub fn waiting(rule: RuleId, reason: impl Into<String>) -> Self {
        Self { state: VerdictState::Waiting, ..Self::blocked(rule, reason) }
    }

    /// A rule that asks a person.
    pub fn needs(rule: RuleId, flag: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { state: VerdictState::NeedsFlag, flag: Some(flag.into()), ..Self::blocked(rule, reason) }
    }

    /// The same with advice.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl Verdict {
    /// The verdict of all reasons together.
    #[must_use]
    pub fn of(reasons: Vec<Reason>) -> Self {
        let state = reasons.iter().map(|reason| reason.state).max_by_key(|state| state.strength());
        let mut flags: Vec<String> = Vec::new();
        for flag in reasons.iter().filter_map(|reason| reason.flag.clone()) {
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
        Self {
            state: state.unwrap_or(VerdictState::Ready),
            until: reasons.iter().filter_map(|reason| reason.until).max(),
            flags,
            reasons,
        }
    }
}
