//! `import`: writes YAML files from what the accounts hold. Changes no account, no ledger and no existing file.

use std::collections::{HashMap, HashSet};

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use serde_json::json;

use super::{Exit, Failure, Format, Global, Select, plan, print::Printer};
use crate::{
    import::{self, Downloads, Holding, SampleFault, Written},
    plan::Selection,
    provider::{Feature, fetch::FetchOptions},
    report::style::count,
    session::{self, Participants, Session, Survey},
};

#[derive(Debug, Args)]
pub(super) struct Flags {
    #[command(flatten)]
    select: Select,
    /// Folder for the files, inside the workspace; else the first folder of `templates:`
    #[arg(long, value_name = "DIR", env = "LETTERPRESS_INTO")]
    into: Option<Utf8PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, env = "LETTERPRESS_FORMAT")]
    pub(super) format: Format,
}

pub(super) async fn run(global: &Global, flags: &Flags, printer: Printer) -> Result<Exit, Failure> {
    let selection = plan::selection(&flags.select)?;
    let session = global.session(Participants::Unasked, flags.format, printer)?;
    let into = folder(flags, &session)?;
    let host = plan::host(&session).await?;
    let surveys = session::survey(&session, host.as_ref()).await;
    plan::note_matches(&session, &surveys, &selection, printer);
    for (survey, wishes) in surveys.iter().zip(&session.wishes) {
        if let Err(fault) = &survey.found {
            printer.error(&format!("{}: {}", wishes.account.name, fault.message));
        }
    }
    let faults = plan::faults(&surveys);
    let worked = faults.len() < surveys.len();
    let (holdings, samples) = holdings(&session, &surveys, &selection).await;
    let families = import::families(&holdings, |accounts| must_name(&session, accounts));
    let written = import::write(session.directory(), &into, &families)?;
    printer.data(&match flags.format {
        Format::Text => text(&written, &samples),
        Format::Json => format!("{:#}\n", document(&written, &samples)),
    })?;
    let inexact = written.iter().any(|family| !family.inexact.is_empty());
    let ended = if inexact { Exit::Decide } else { Exit::Done };
    Ok(Exit::strongest([Exit::of_faults(&faults, worked), ended]))
}

/// The folder for the files, relative to the workspace.
fn folder(flags: &Flags, session: &Session) -> Result<Utf8PathBuf, Failure> {
    let first = || {
        let pattern =
            session.workspace().and_then(|workspace| workspace.templates.first()).map(|(pattern, _)| pattern.as_str());
        let fixed = |part: &&str| !part.contains(['*', '?', '[', '{']);
        let parts: Vec<&str> = pattern.unwrap_or("templates/**").split('/').collect();
        let folders = &parts[..parts.len().saturating_sub(1)];
        folders.iter().copied().take_while(fixed).collect::<Utf8PathBuf>()
    };
    let into = flags.into.clone().unwrap_or_else(first);
    let inside =
        into.components().all(|part| matches!(part, camino::Utf8Component::Normal(_) | camino::Utf8Component::CurDir));
    if !inside {
        return Err(Failure::new(Exit::Usage, format!("--into {into}: a folder inside the workspace, please")));
    }
    Ok(into)
}

/// What each account holds and the files do not have yet, samples downloaded.
async fn holdings(session: &Session, surveys: &[Survey], selection: &Selection) -> (Vec<Holding>, Vec<SampleFault>) {
    let mut out = Vec::new();
    let mut faults = Vec::new();
    let mut known = HashMap::new();
    for survey in surveys {
        let Ok(found) = &survey.found else { continue };
        let wishes = &session.wishes[survey.wish];
        let in_git: HashSet<&str> = wishes.desired.iter().map(|wish| wish.key.name.as_str()).collect();
        let mut templates: Vec<_> = found
            .listing
            .templates
            .iter()
            .filter(|live| !live.status.is_leaving() && selection.takes(&live.key))
            .filter(|live| !in_git.contains(live.key.name.as_str()))
            .filter(|live| !wishes.account.policy.ignore.matches(&live.key.name))
            .cloned()
            .collect();
        let options =
            FetchOptions { same_origin_loopback: found.connected.loopback.clone(), ..FetchOptions::default() };
        let mut downloads = Downloads {
            root: session.directory(),
            folder: Utf8Path::new("media"),
            options,
            at_once: wishes.account.concurrency,
            known: std::mem::take(&mut known),
        };
        faults.extend(downloads.take(&mut templates).await);
        known = downloads.known;
        let named_parameters = wishes.account.provider().capabilities().has(Feature::NamedParameters);
        out.push(Holding { account: wishes.account.name.clone(), named_parameters, templates });
    }
    (out, faults)
}

/// Whether a family of these accounts would go elsewhere without an `accounts:` of its own.
fn must_name(session: &Session, accounts: &[String]) -> bool {
    let Some(workspace) = session.workspace() else { return false };
    let usual = workspace.default_accounts();
    let names: HashSet<&str> = usual.iter().map(|account| account.name.as_str()).collect();
    names != accounts.iter().map(String::as_str).collect()
}

fn text(written: &[Written], samples: &[SampleFault]) -> String {
    let mut out = String::new();
    for family in written {
        let languages = family.languages.join(", ");
        match &family.skipped {
            None => out.push_str(&format!("{}  {} ({languages})\n", family.file, family.name)),
            Some(reason) => out.push_str(&format!("{}  left alone: {reason}\n", family.file)),
        }
        for difference in &family.inexact {
            out.push_str(&format!("  not exact, look at it before you apply: {difference}\n"));
        }
    }
    for fault in samples {
        out.push_str(&format!("{} {}: written without `example`: {}\n", fault.key, fault.path, fault.reason));
    }
    let files = written.iter().filter(|family| family.skipped.is_none()).count();
    out.push_str(&format!("{} written.\n", count(files, "file")));
    out
}

fn document(written: &[Written], samples: &[SampleFault]) -> serde_json::Value {
    json!({
        "format_version": "1.0",
        "files": written.iter().map(|family| json!({
            "file": family.file,
            "name": family.name,
            "languages": family.languages,
            "accounts": family.accounts,
            "skipped": family.skipped,
            "inexact": family.inexact,
        })).collect::<Vec<_>>(),
        "missing_samples": samples.iter().map(|fault| json!({
            "name": fault.key.name,
            "language": fault.key.language,
            "path": fault.path,
            "reason": fault.reason,
        })).collect::<Vec<_>>(),
    })
}
