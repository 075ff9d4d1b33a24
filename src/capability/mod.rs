//! What a provider can express, show and take, as data that the planner asks. Each fact names its source and date.
//!
//! Only what differs between providers and what a plan depends on; what is true of all is a rule, not a capability. The
//! planner asks for a [`Feature`], never for a provider's name, and whether a body can be built for what it would send
//! ([`Capabilities::unsendable`]): by the very function that the client builds it with. What nobody documents counts as not
//! there: a provider that could do it after all loses a convenience, one that could not would take a wrong write.

mod feature;
mod submission;

use std::{borrow::Cow, time::Duration};

use crate::template::{Live, MediaSource, components::media_mut};

pub use feature::{Feature, Group};
pub use submission::Submission;

/// A part of a submission that a client cannot send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsendable {
    /// Where it is, as normal forms write paths.
    pub path: String,
    /// Why not, a sentence that begins with the provider or the part.
    pub why: Cow<'static, str>,
    /// What to write instead, where it is not to leave the part out.
    pub mend: Option<&'static str>,
}

impl Unsendable {
    /// Without anything better to write than nothing.
    pub fn new(path: impl Into<String>, why: impl Into<Cow<'static, str>>) -> Self {
        Self { path: path.into(), why: why.into(), mend: None }
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn mend(self, mend: &'static str) -> Self {
        Self { mend: Some(mend), ..self }
    }
}

impl std::fmt::Display for Unsendable {
    /// The same words in a plan and in what a client says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Fields that letterpress has no key for are said by the name that the provider's JSON gives them.
        write!(f, "`{}` cannot be sent: {}", self.path.replace("extra.", ""), self.why)
    }
}

/// Builds the body of a create, or of an edit of what the account holds, and says what of it cannot be sent. Asks nobody.
pub type Sendable = fn(&Submission, Option<&Live>) -> Result<(), Unsendable>;

/// Whether a provider has a feature, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub feature: Feature,
    /// Whether it is there.
    pub holds: bool,
    /// The page or document that says so.
    pub source: &'static str,
    /// When that was looked at.
    pub checked: &'static str,
}

impl Fact {
    /// It is there.
    #[must_use]
    pub const fn yes(feature: Feature, source: &'static str, checked: &'static str) -> Self {
        Self { feature, holds: true, source, checked }
    }

    /// It is not there, or nobody documents it.
    #[must_use]
    pub const fn no(feature: Feature, source: &'static str, checked: &'static str) -> Self {
        Self { feature, holds: false, source, checked }
    }
}

/// How a provider takes media samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaForm {
    /// Uploaded first; the template carries the handle.
    Handle,
    /// The template carries a public URL, which the provider fetches.
    Url,
}

/// What a request asks for, as limits tell requests apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// A page of the list.
    List,
    /// One template.
    Get,
    /// A new template.
    Create,
    /// A change of one.
    Edit,
    /// A deletion.
    Delete,
    /// A media sample.
    Upload,
}

impl Call {
    /// For people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Upload => "upload",
        }
    }
}

/// Which calls a limit counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Those of one account.
    Account,
    /// Those of all accounts that are reached with one credential.
    Credential,
}

/// So many calls in so long a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Its name among those of its provider.
    pub name: &'static str,
    /// The calls that it counts.
    pub calls: &'static [Call],
    /// How many.
    pub count: u32,
    /// In how long.
    pub per: Duration,
    /// Which calls count together.
    pub share: Share,
    /// The page or document that says so.
    pub source: &'static str,
    /// When that was looked at.
    pub checked: &'static str,
}

/// What a provider can do.
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// As in `provider:` of the workspace.
    pub name: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// What its accounts are named by.
    pub id_name: &'static str,
    /// Every [`Feature`], once.
    pub facts: &'static [Fact],
    /// Fields that letterpress does not model and that go over the wire nevertheless.
    pub passthrough_fields: &'static [&'static str],
    /// The client's own judgement of what can be sent. [`Self::unsendable`] asks it.
    pub sendable: Sendable,
    /// How it takes media samples.
    pub media: MediaForm,
    /// MIME types that samples may have; empty: those of the header's format.
    pub media_types: &'static [&'static str],
    /// Templates that a page of the list holds at most, as asked for; `None`: the list has no pages.
    pub page_size: Option<u32>,
    /// Its documented limits.
    pub limits: &'static [Limit],
}

impl Capabilities {
    /// Whether the provider has a feature. One without a fact is not there.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.fact(feature).is_some_and(|fact| fact.holds)
    }

    /// What is known of a feature.
    #[must_use]
    pub fn fact(&self, feature: Feature) -> Option<&'static Fact> {
        self.facts.iter().find(|fact| fact.feature == feature)
    }

    /// What the client could not send of this: a create, or an edit of the template that the account holds. Media samples that
    /// are not handed over yet count as if they were.
    #[must_use]
    pub fn unsendable(&self, submission: &Submission, held: Option<&Live>) -> Option<Unsendable> {
        let mut submission = submission.clone();
        for slot in media_mut(&mut submission.content) {
            if matches!(slot.sample.source, MediaSource::File(_) | MediaSource::Url(_)) {
                slot.sample.source = MediaSource::Handle(match self.media {
                    MediaForm::Handle => "4::handed-over".to_owned(),
                    MediaForm::Url => "https://handed-over.invalid/sample".to_owned(),
                });
            }
        }
        (self.sendable)(&submission, held).err()
    }

    /// The least time that so many calls take, by the limits that are counted per account.
    #[must_use]
    pub fn least_time(&self, calls: &[(Call, u64)]) -> Duration {
        let of = |limit: &Limit| {
            let count: u64 = calls.iter().filter(|(call, _)| limit.calls.contains(call)).map(|(_, count)| count).sum();
            let waits = count.saturating_sub(1).checked_div(u64::from(limit.count)).unwrap_or_default();
            limit.per.saturating_mul(u32::try_from(waits).unwrap_or(u32::MAX))
        };
        self.limits.iter().map(of).max().unwrap_or_default()
    }
}
