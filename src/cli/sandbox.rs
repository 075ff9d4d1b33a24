//! `sandbox`: the embedded accounts, run alone for any HTTP client, and what a provider or a person would do to them.

use std::{collections::BTreeMap, net::SocketAddr};

use clap::{Args, Subcommand, ValueEnum};
use jiff::SignedDuration;
use serde_json::Value;

use super::{
    exit::Exit,
    failure::Failure,
    global::{Format, Global},
    print::Printer,
};
use crate::{
    file, json,
    sandbox::{self, SandboxError, Verdict, admin},
    session::{self, Participants, Session},
    template::Category,
    workspace::FILE,
};

/// Largest file that an account is filled from, bytes: 6,000 templates, the most of an account, have about 12 MB.
const MAX_SEED: u64 = 64 << 20;
/// Most memory that its values may take, bytes.
const MAX_SEED_VALUES: usize = 256 << 20;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the provider's API on loopback until interrupted
    Serve(Serve),
    /// Review templates, or change their state as the provider does
    Review(Review),
    /// Move the clock of the sandbox forward
    Advance(Advance),
    /// Empty an account, or fill it from a list answer of the provider
    Reset(Reset),
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; loopback only
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS", env = "LETTERPRESS_LISTEN")]
    listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(super) struct Review {
    /// The WABA; for another provider than Meta PROVIDER/ID, such as infobip/447796344125. Else the only account of the
    /// workspace that is in the sandbox; 1 without a workspace
    #[arg(long, value_name = "ID", env = "LETTERPRESS_WABA")]
    waba: Option<String>,
    /// `name` for all languages, or `name/language`
    template: String,
    /// What happens
    #[arg(value_enum)]
    verdict: What,
    /// The reason of a rejection, the category of a recategorisation, the score of a rating
    #[arg(long, value_name = "TEXT", env = "LETTERPRESS_TO")]
    to: Option<String>,
}

/// What a provider does to templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The review ends well
    Approve,
    /// The review ends badly; --to names the reason
    Reject,
    /// The provider moves it to the category --to
    Recategorise,
    /// The provider announces a move to the category --to
    Announce,
    /// Bad feedback stops it for hours
    Pause,
    /// Bad feedback stops it for good
    Disable,
    /// Nobody used it for a year
    Archive,
    /// A rejection is appealed
    Appeal,
    /// The rating becomes --to: GREEN, YELLOW, RED or UNKNOWN
    Quality,
}

#[derive(Debug, Args)]
pub(super) struct Advance {
    /// How far, such as 25h or 30d
    by: String,
    /// Only this WABA; for another provider than Meta PROVIDER/ID
    #[arg(long, value_name = "ID", env = "LETTERPRESS_WABA")]
    waba: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Reset {
    /// Only this WABA; needed with --from; for another provider than Meta PROVIDER/ID
    #[arg(long, value_name = "ID", env = "LETTERPRESS_WABA")]
    waba: Option<String>,
    /// A list answer of the provider: the account then shows exactly these templates
    #[arg(long, value_name = "FILE", requires = "waba", env = "LETTERPRESS_FROM")]
    from: Option<camino::Utf8PathBuf>,
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        let exit = match error {
            SandboxError::NotAnId { .. }
            | SandboxError::NoTemplate { .. }
            | SandboxError::BadSeed { .. }
            | SandboxError::NotLoopback { .. }
            | SandboxError::BackInTime => Exit::Usage,
            _ => Exit::Failure,
        };
        Self::new(exit, error.to_string())
    }
}

pub(super) async fn run(global: &Global, command: &Command, printer: Printer) -> Result<Exit, Failure> {
    let root = session::sandbox_root(&global.directory)?;
    match command {
        Command::Serve(flags) => {
            let address = flags.listen.ip();
            if !address.is_loopback() {
                return Err(SandboxError::NotLoopback { address }.into());
            }
            let running = sandbox::start(&root, flags.listen).await?;
            printer.data(&printer.text(&format!("{}\n", running.url())))?;
            printer.note("serving the sandbox; any token is good; interrupt to end");
            tokio::select! {
                () = running.wait() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Command::Review(flags) => {
            let (name, language) = match flags.template.split_once('/') {
                Some((name, language)) => (name, Some(language)),
                None => (flags.template.as_str(), None),
            };
            let verdict = verdict(flags)?;
            let waba = flags.waba.clone().map_or_else(|| only_account(global, printer), Ok)?;
            let count = admin::review(&root, &waba, name, language, &verdict)?;
            printer.note(&format!("{} changed", crate::report::style::count(count, "template")));
        }
        Command::Advance(flags) => {
            let by = duration(&flags.by)?;
            admin::advance(&root, flags.waba.as_deref(), by)?;
            if let Some(waba) = &flags.waba {
                printer.note(&format!("it is {} there now", admin::now(&root, waba)?));
            }
        }
        Command::Reset(flags) => {
            let seed = flags.from.as_ref().map(|path| seed(path)).transpose()?;
            // A file that cannot be used must not cost the account that is there.
            admin::check_seed(seed.as_deref().unwrap_or_default())?;
            admin::reset(&root, flags.waba.as_deref())?;
            if let (Some(templates), Some(waba)) = (seed, &flags.waba) {
                admin::seed(&root, waba, &templates)?;
                printer.note(&crate::report::style::count(templates.len(), "template"));
            }
        }
    }
    Ok(Exit::Done)
}

/// The account of the workspace that is in the sandbox, where there is only one.
fn only_account(global: &Global, printer: Printer) -> Result<String, Failure> {
    if global.config.is_none() && !global.directory.join(FILE).exists() {
        return Ok("1".to_owned());
    }
    let session = Session::read(global.options(), Participants::All);
    // Templates that are being written are no hindrance.
    if session.workspace().is_none() || !session.misses.is_empty() {
        let unusable = || Failure::new(Exit::Usage, "name the account: --waba ID");
        return Err(Global::checked(session, Format::Text, printer).err().unwrap_or_else(unusable));
    }
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for account in session.participants.iter().map(|participant| &participant.account).filter(|account| account.sandbox)
    {
        places.entry(session::sandbox_place(account)).or_default().push(&account.name);
    }
    if let (1, Some(only)) = (places.len(), places.keys().next()) {
        return Ok(only.clone());
    }
    let message = match places.is_empty() {
        true => "no account of the sandbox is in the workspace: name the one that is served with --waba ID".to_owned(),
        false => {
            let each = places.iter().map(|(place, names)| format!("--waba {place} ({})", names.join(", ")));
            format!("several accounts are in the sandbox, name one: {}", each.collect::<Vec<_>>().join(", "))
        }
    };
    Err(Failure::new(Exit::Usage, message))
}

fn verdict(flags: &Review) -> Result<Verdict, Failure> {
    let to = || {
        let missing = || Failure::new(Exit::Usage, "this needs --to");
        flags.to.as_ref().map(|text| text.to_ascii_uppercase()).ok_or_else(missing)
    };
    let among = |known: &[&str]| {
        let text = to()?;
        match known.contains(&text.as_str()) {
            true => Ok(text),
            false => Err(Failure::new(Exit::Usage, format!("--to {text}: one of {}, please", known.join(", ")))),
        }
    };
    Ok(match flags.verdict {
        What::Approve => Verdict::Approve,
        What::Reject => Verdict::Reject { reason: to().unwrap_or_else(|_| "INVALID_FORMAT".to_owned()) },
        What::Recategorise => Verdict::Recategorise { category: among(Category::KNOWN)?, announced: false },
        What::Announce => Verdict::Recategorise { category: among(Category::KNOWN)?, announced: true },
        What::Pause => Verdict::Pause,
        What::Disable => Verdict::Disable,
        What::Archive => Verdict::Archive,
        What::Appeal => Verdict::Appeal,
        What::Quality => Verdict::Quality(among(&["GREEN", "YELLOW", "RED", "UNKNOWN"])?),
    })
}

/// `25h`, `30d`: days are days of 24 hours, as the provider counts them.
fn duration(text: &str) -> Result<SignedDuration, Failure> {
    let wrong = || Failure::new(Exit::Usage, format!("`{text}` is not a duration such as 25h or 30d"));
    match text.strip_suffix('d').map(str::parse::<i64>) {
        Some(Ok(days)) if days.unsigned_abs() < 100_000 => Ok(SignedDuration::from_hours(days.saturating_mul(24))),
        _ => text.parse().map_err(|_| wrong()),
    }
}

fn seed(path: &camino::Utf8Path) -> Result<Vec<Value>, Failure> {
    let usage = |why: String| Failure::new(Exit::Usage, format!("{path}: {why}"));
    let bytes = file::read(path.as_std_path(), MAX_SEED)
        .map_err(|fault| Failure::new(Exit::Usage, format!("{path} {fault}")))?;
    let value: Value = json::read(&bytes, MAX_SEED_VALUES).map_err(|fault| usage(fault.to_string()))?;
    // As the providers' lists have them: Meta, Infobip's two, 360dialog, Vonage.
    let list =
        ["data", "templates", "results", "waba_templates"].iter().find_map(|key| value.get(key)).unwrap_or(&value);
    match list {
        Value::Array(templates) => Ok(templates.clone()),
        _ => Err(usage("no list of templates: a list answer of the provider, or […]".to_owned())),
    }
}
