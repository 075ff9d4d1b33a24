//! What can be set for an account of the sandbox, with the provider's values as defaults.
//!
//! Must not decide anything: the checks read these numbers.

use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Settings of one account. `Config::default()` behaves as Meta documents it, with a review of two seconds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long a review takes, on the account's clock. Default two seconds.
    pub review_delay: SignedDuration,
    /// The largest page: above it the answer is code 1, "Please reduce the amount of data you're asking for".
    /// `None` gives any page that is asked for; Meta documents no maximum (message-template-api reference, 2026-09-11).
    pub page_cap: Option<u32>,
    /// Templates that fit in the account, every language counted. Default 250; 6,000 for a verified business
    /// (Meta templates overview, 2026).
    pub template_limit: u32,
    /// Creations in one hour. Default 100 (Meta templates overview, 2026).
    pub creations_per_hour: u32,
    /// Calls in one hour. Default 5,000, an account with a registered number; 200 without one
    /// (Meta platform page on rate limits).
    pub calls_per_hour: u32,
    /// What a GET of an unknown template answers.
    pub missing_node: MissingNode,
    /// The only token that is accepted; `None` accepts any that is not empty. A wrong or missing one is answered
    /// with code 190 and HTTP 401. Kept in the sandbox's files in clear: never a real one.
    pub token: Option<String>,
    /// Whether a header handle has to come from this sandbox's upload. Default true.
    pub strict_handles: bool,
    /// Whether a UTILITY template with promotional words is approved as MARKETING. Default false.
    pub recategorise: bool,
    /// Whether a body and footer that another name already has in the same language is rejected
    /// (Meta template-review page, 2026-09-11). Default true.
    pub reject_duplicates: bool,
    /// Whether an example of a dynamic URL that was sent as a suffix is shown as the whole URL. Default true;
    /// both forms have been seen.
    pub expand_url_examples: bool,
    /// Fields of templates that the account's API does not know, as one that was taken away: asking for one fails the whole
    /// request. Default none.
    pub unknown_fields: Vec<String>,
    /// Whether the account may create templates at all; false answers code 10 with subcode 2388185. Default true.
    pub may_create: bool,
}

/// The two ways to say that a template id is unknown; sources conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingNode {
    /// HTTP 400, code 100, subcode 33: what Graph does in practice.
    #[default]
    Code100,
    /// HTTP 404, code 803: what the reference documents (2026-09-11).
    Code803,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            review_delay: SignedDuration::from_secs(2),
            page_cap: None,
            template_limit: 250,
            creations_per_hour: 100,
            calls_per_hour: 5_000,
            missing_node: MissingNode::default(),
            token: None,
            strict_handles: true,
            recategorise: false,
            reject_duplicates: true,
            expand_url_examples: true,
            unknown_fields: Vec::new(),
            may_create: true,
        }
    }
}

impl fmt::Debug for Config {
    /// Shows everything but the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            review_delay,
            page_cap,
            template_limit,
            creations_per_hour,
            calls_per_hour,
            missing_node,
            token,
            strict_handles,
            recategorise,
            reject_duplicates,
            expand_url_examples,
            unknown_fields,
            may_create,
        } = self;
        f.debug_struct("Config")
            .field("review_delay", review_delay)
            .field("page_cap", page_cap)
            .field("template_limit", template_limit)
            .field("creations_per_hour", creations_per_hour)
            .field("calls_per_hour", calls_per_hour)
            .field("missing_node", missing_node)
            .field("token", &token.as_ref().map(|_| "***"))
            .field("strict_handles", strict_handles)
            .field("recategorise", recategorise)
            .field("reject_duplicates", reject_duplicates)
            .field("expand_url_examples", expand_url_examples)
            .field("unknown_fields", unknown_fields)
            .field("may_create", may_create)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_token() {
        let config = Config { token: Some("swordfish".into()), ..Config::default() };
        assert!(!format!("{config:?}").contains("swordfish"));
    }

    #[test]
    fn a_config_survives_its_file_form() {
        let config = Config { page_cap: Some(100), review_delay: SignedDuration::from_secs(90), ..Config::default() };
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
    }
}
