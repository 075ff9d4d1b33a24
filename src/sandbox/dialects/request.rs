//! What every dialect gives the server: a request that it understood.

use super::wire::Answer;
use crate::sandbox::rules::operation::Operation;

/// What a request is about, for injected failures and the request log.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The API: `meta`, `infobip`, `360dialog` (Partner API), `360dialog-waba`, `vonage`.
    pub(crate) dialect: &'static str,
    /// What is asked for.
    pub(crate) operation: Operation,
    /// The account, as the store names it.
    pub(crate) account: Option<String>,
    /// `name/language`, or the name alone.
    pub(crate) template: Option<String>,
}

/// An error of the provider that a fault asks for; each dialect has its own envelope for it.
#[derive(Clone, Debug)]
pub(crate) struct InjectedError {
    /// HTTP status.
    pub(crate) status: u16,
    /// Code and subcode, where the provider has them.
    pub(crate) code: Option<(i64, Option<i64>)>,
    /// In words.
    pub(crate) message: String,
    /// Whether the provider says that a retry may succeed.
    pub(crate) transient: bool,
}

/// A request as one dialect understands it.
pub(crate) trait Request {
    /// What it is about.
    fn subject(&self) -> Subject;

    /// Does what it asks for.
    fn perform(&self) -> Answer;

    /// The answer for an injected error, in the dialect's envelope.
    fn error(&self, error: &InjectedError) -> Answer;

    /// Points the next page of a list to another host. Does nothing where an API gives no address of the next page.
    fn redirect_next_page(&self, _answer: &mut Answer, _origin: &str) {}

    /// Headers of every answer of this API.
    fn headers(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}
