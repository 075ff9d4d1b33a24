//! What rules know beside the action that they are asked about.

use std::collections::HashSet;

use crate::{
    plan::{account::Account, facts::Facts},
    template::TemplateKey,
};

/// The account, and what the run would do beside this action.
pub(in crate::plan) struct Context<'a> {
    /// The account.
    pub(in crate::plan) account: &'a Account<'a>,
    /// The templates that the run would delete.
    pub(in crate::plan) deleting: &'a HashSet<TemplateKey>,
}

impl<'a> Context<'a> {
    pub(in crate::plan) const fn facts(&self) -> &'a Facts<'a> {
        self.account.facts
    }
}
