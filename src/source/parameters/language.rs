//! One language of a family while its parameters are settled.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    diagnostic::Span,
    source::{lower::AuthoredContent, tree::Node},
    template::{Parameter, ParameterFormat},
};

/// One language whose parameters are to be settled.
pub(crate) struct Language {
    /// Its code.
    pub code: String,
    /// Where it stands.
    pub span: Span,
    /// Its content as authored; settled in place.
    pub draft: AuthoredContent,
    /// `parameter_format`, its own or the family's.
    pub format: Option<ParameterFormat>,
    /// Its own `parameters`.
    pub own: Option<Arc<Node>>,
    /// The family's `parameters`, with this language's values.
    pub family: Option<Arc<Node>>,
    /// Facts for the reader of a plan.
    pub notes: Vec<String>,
}

/// How a family's parameters go to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mode {
    /// Numbers, as authored.
    Numbers,
    /// Names, as authored.
    Names,
    /// Names, submitted by number in this order.
    ByNumber(Vec<String>),
}

/// Which kind of parameters the texts of a language use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// Numbers alone.
    Numbers,
    /// Names, beside which only a link may have a number.
    Names,
    /// None at all.
    Nothing,
}

impl Given {
    pub(super) fn of(used: &BTreeSet<Parameter>) -> Self {
        if used.iter().any(|parameter| matches!(parameter, Parameter::Name(_))) {
            Self::Names
        } else if used.is_empty() {
            Self::Nothing
        } else {
            Self::Numbers
        }
    }
}
