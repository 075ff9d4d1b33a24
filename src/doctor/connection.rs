//! Host, credential, list and clock: what one request for the list tells.

use jiff::SignedDuration;

use super::{
    check::{Check, Topic},
    inspection::{AccountInspection, ListOutcome},
    needs::needs,
};
use crate::{
    account_error::{AccountError, AccountErrorKind},
    plan::clocks::{APART, difference},
    provider::{ErrorKind, ProviderError},
    workspace::{Account, CredentialSource, ProviderKind},
};

/// Signed tokens say from when on they are valid.
const APART_SIGNED: SignedDuration = SignedDuration::from_secs(30);
/// `Date` is as fine as a second, and the answer was on its way.
const TOGETHER: SignedDuration = SignedDuration::from_secs(2);

/// Credential, host and list.
pub(super) fn checks(found: &AccountInspection) -> Vec<Check> {
    let account = &found.account;
    match &found.asked {
        ListOutcome::NotSent(fault) => vec![not_sent(account, fault)],
        ListOutcome::Failed(error) => failed(found, error),
        ListOutcome::Listed { live, template_limit, requests, wanted: _ } => {
            vec![accepted(account), answers(found), listed(*live, *template_limit, *requests)]
        }
    }
}

fn not_sent(account: &Account, fault: &AccountError) -> Check {
    let AccountError { kind, message, remedy } = fault;
    let kind = *kind;
    let text = format!("{message}; nothing was sent");
    let mend = match (remedy, kind, &account.credential) {
        (Some(remedy), ..) => (*remedy).to_owned(),
        (None, AccountErrorKind::Credentials, Some(source)) => supply(source, needs(account.provider()).credential),
        (None, ..) => "look at the keys of the account in letterpress.yaml".to_owned(),
    };
    let topic = match (remedy, kind) {
        (Some(_), _) => Topic::Host,
        (None, AccountErrorKind::Credentials) => Topic::Credential,
        (None, _) => Topic::Reading,
    };
    Check::fault(topic, kind, text, mend)
}

/// How a credential that cannot be read, or is none, is brought there.
fn supply(source: &CredentialSource, wanted: &str) -> String {
    match source {
        CredentialSource::Env(name) => {
            format!("set {name} where letterpress runs, in a pipeline from its secrets; it has to hold {wanted}")
        }
        CredentialSource::File(path) => {
            format!("put {wanted} into {path}, readable by the user who runs letterpress")
        }
        CredentialSource::Command(_) => format!(
            "run the command by hand to see what it says: it has to be {wanted}; letterpress runs it only with \
             LETTERPRESS_ALLOW_COMMANDS=1"
        ),
    }
}

fn accepted(account: &Account) -> Check {
    if account.sandbox {
        return Check::ok(Topic::Credential, "none needed: the account is embedded");
    }
    let needed = needs(account.provider()).to_write;
    let text = format!("accepted for reading; whether it may write shows only in writing, which needs {needed}");
    Check::ok(Topic::Credential, text)
}

fn answers(found: &AccountInspection) -> Check {
    match found.account.sandbox {
        true => Check::ok(Topic::Host, "the embedded sandbox answers"),
        false => Check::ok(Topic::Host, format!("{} answers{}", found.address, through(found))),
    }
}

/// How the host is reached, where that is not direct.
fn through(found: &AccountInspection) -> String {
    found.proxy.as_ref().map(|variable| format!(", through the proxy that {variable} names")).unwrap_or_default()
}

fn listed(live: usize, limit: Option<u64>, requests: u64) -> Check {
    let read = match requests {
        1 => "read in 1 request".to_owned(),
        more => format!("read in {more} requests"),
    };
    let templates = if live == 1 { "template" } else { "templates" };
    match limit {
        Some(limit) if u64::try_from(live).unwrap_or(u64::MAX) >= limit => Check::warning(
            Topic::Reading,
            format!("{live} templates of at most {limit}, {read}: the account is full"),
            "remove templates that nobody sends; until then the provider refuses creates",
        ),
        Some(limit) => Check::ok(Topic::Reading, format!("{live} {templates} of at most {limit}, {read}")),
        None => {
            let text = format!("{live} {templates}, {read}; the provider does not say how many fit");
            Check::ok(Topic::Reading, text)
        }
    }
}

/// What the failure says about each of host, credential and account.
fn failed(found: &AccountInspection, error: &ProviderError) -> Vec<Check> {
    let needs = needs(found.account.provider());
    let kind = AccountError::from(error).kind;
    let fault = |topic, text: String, mend: String| Check::fault(topic, kind, text, mend);
    let read = || Check::ok(Topic::Credential, "can be read; the provider has not judged it");
    match error.kind {
        ErrorKind::Credentials => vec![
            fault(
                Topic::Credential,
                format!("refused: {error}"),
                format!("make a new one and put it where the account takes it from: {}", needs.credential),
            ),
            answers(found),
        ],
        ErrorKind::Permission => vec![
            fault(
                Topic::Credential,
                format!("valid, but may not read this account: {error}"),
                format!("it has to be {}; and to write, it needs {}", needs.credential, needs.to_write),
            ),
            answers(found),
        ],
        ErrorKind::StopRun => vec![
            fault(
                Topic::Credential,
                format!("the provider lets nothing through: {error}"),
                format!("see with the provider whether the account is locked; the credential needs {}", needs.to_write),
            ),
            answers(found),
        ],
        ErrorKind::HostNotAllowed => vec![fault(
            Topic::Credential,
            format!("not sent: {error}"),
            "set LETTERPRESS_ALLOW_HOSTS where letterpress runs, if that host is meant".to_owned(),
        )],
        ErrorKind::RateLimited => vec![
            read(),
            fault(
                Topic::Host,
                format!("{} asks to slow down: {error}", found.address),
                "run again later, and look who else uses up the provider's limits".to_owned(),
            ),
        ],
        ErrorKind::Unavailable if error.http_status.is_none() => vec![
            read(),
            fault(
                Topic::Host,
                format!("{} does not answer{}: {error}", found.address, through(found)),
                "see whether this machine reaches it: network, proxy, firewall, and `base_url` if the account has one"
                    .to_owned(),
            ),
        ],
        ErrorKind::Unavailable => vec![
            read(),
            fault(
                Topic::Host,
                format!("{} fails: {error}", found.address),
                "run again later; the provider's status page may know more".to_owned(),
            ),
        ],
        ErrorKind::Tls | ErrorKind::ProxyCredentials => vec![
            read(),
            fault(
                Topic::Host,
                format!("{} cannot be reached{}: {error}", found.address, through(found)),
                error.remedy().unwrap_or_default().to_owned(),
            ),
        ],
        ErrorKind::Protocol => vec![
            read(),
            fault(
                Topic::Host,
                format!("{} does not answer as the provider's API does: {error}", found.address),
                "see whether `base_url` is right and whether a proxy answers in its place; else run again later"
                    .to_owned(),
            ),
        ],
        ErrorKind::NotFound => vec![
            answers(found),
            fault(
                Topic::Reading,
                format!("there is no such account, or the credential does not see it: {error}"),
                format!(
                    "see whether the ids in letterpress.yaml are right; the credential has to be {}",
                    needs.credential
                ),
            ),
        ],
        ErrorKind::Invalid
        | ErrorKind::EditLimitOrStatus
        | ErrorKind::BeingDeleted
        | ErrorKind::AlreadyExists
        | ErrorKind::TemplateLimit
        | ErrorKind::AutoGenerated
        | ErrorKind::CreateNotAllowed
        | ErrorKind::MediaHandle => vec![
            answers(found),
            fault(
                Topic::Reading,
                format!("the provider refuses to list the account: {error}"),
                "see whether the ids in letterpress.yaml are right".to_owned(),
            ),
        ],
    }
}

/// The clocks, where an answer carried a time. An embedded account has this machine's.
pub(super) fn clock(found: &AccountInspection) -> Option<Check> {
    let ahead = found.clocks?.provider_ahead.filter(|_| !found.account.sandbox)?;
    Some(clocks(found.account.provider(), ahead))
}

/// Judges by how much the provider's clock is ahead.
pub(super) fn clocks(provider: ProviderKind, ahead: SignedDuration) -> Check {
    let signed = provider == ProviderKind::Vonage;
    let limit = if signed { APART_SIGNED } else { APART };
    let apart = ahead.abs();
    if apart <= TOGETHER {
        return Check::ok(Topic::Clock, "this machine's clock agrees with the provider's");
    }
    let text = difference(ahead);
    if apart <= limit {
        return Check::ok(Topic::Clock, text);
    }
    let why = match signed {
        true => "the tokens that letterpress signs carry times, and the provider refuses those of another time",
        false => "edits in 24 hours and locked names are counted by it",
    };
    Check::warning(Topic::Clock, text, format!("let the network set this machine's clock (NTP): {why}"))
}
