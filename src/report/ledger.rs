//! What a ledger knows, as text and JSON.

use std::fmt::Write as _;

use camino::Utf8PathBuf;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::style::{Paint, count, safe, width};
use crate::{
    ledger::{Event, EventKind, Intent, IntentKind, Lease, Process, State},
    template::{Status, normal::Scope},
};

/// How far back events are shown: the provider's longest window.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One ledger.
#[derive(Debug)]
pub struct Shown {
    /// The accounts of the workspace that share it.
    pub accounts: Vec<String>,
    /// The WABA.
    pub waba_id: String,
    /// Its folder.
    pub path: Utf8PathBuf,
    /// What is in it.
    pub known: Known,
    /// Who holds it.
    pub lock: Option<Lease>,
    /// Time on the account's clock.
    pub now: Timestamp,
}

/// What is in a ledger. None, an empty and a damaged one are three things.
#[derive(Debug)]
pub enum Known {
    /// There is none.
    Nothing,
    /// A state, possibly an empty one.
    State(Box<State>),
    /// There is one that cannot be used.
    Unusable(String),
}

const fn done(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Created => "created",
        EventKind::Edited => "edited",
        EventKind::Repriced => "edited in its maximum price",
        EventKind::Deleted => "deleted",
        EventKind::Refused => "refused",
    }
}

const fn doing(kind: IntentKind) -> &'static str {
    match kind {
        IntentKind::Create => "create",
        IntentKind::Edit | IntentKind::Reprice => "edit",
        IntentKind::Delete => "delete",
    }
}

fn recent(state: &State, now: Timestamp) -> impl Iterator<Item = &Event> {
    state.events.iter().filter(move |event| now.duration_since(event.at) <= WINDOW)
}

/// For people.
#[must_use]
pub fn text(all: &[Shown], paint: Paint) -> String {
    let mut out = String::new();
    for (at, shown) in all.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let head = safe(&format!("{} (WABA {})", shown.accounts.join(", "), shown.waba_id));
        let _ = writeln!(out, "{}  {}", paint.bold(&head), paint.dim(&safe(shown.path.as_str())));
        match &shown.known {
            Known::Nothing => {
                let _ = writeln!(
                    out,
                    "  no ledger: it is not known who owns what, or what was edited when; the first apply starts one"
                );
            }
            Known::Unusable(reason) => {
                let _ = writeln!(out, "  {}", paint.removed(&safe(reason)));
            }
            Known::State(state) => of_state(&mut out, state, shown.now, paint),
        }
        match &shown.lock {
            Some(lease) => {
                let lock = format!("locked: {}", safe(&lease.to_string()));
                let _ = writeln!(out, "  {}\n    letterpress ledger unlock {}", paint.changed(&lock), safe(&lease.id));
            }
            None => out.push_str("  not locked\n"),
        }
    }
    out
}

fn of_state(out: &mut String, state: &State, now: Timestamp, paint: Paint) {
    let since = state.since.strftime("%Y-%m-%d %H:%M UTC");
    let events: Vec<&Event> = recent(state, now).collect();
    if state.templates.is_empty() && events.is_empty() && state.open.is_empty() {
        let _ =
            writeln!(out, "  an empty ledger: kept since {since}, nothing is managed and nothing was done in 30 days");
        return;
    }
    let (templates, done_count) = (count(state.templates.len(), "template"), count(events.len(), "event"));
    let _ = writeln!(out, "  kept since {since}: {templates} managed, {done_count} in 30 days");
    let widest = state.templates.keys().map(|key| width(&safe(key))).max().unwrap_or_default();
    for (key, entry) in &state.templates {
        let applied = entry.applied_at.strftime("%Y-%m-%d %H:%M");
        let (owner, category) = (safe(&entry.owner), safe(entry.category.as_str()));
        let protected = if entry.protected { "  protected" } else { "" };
        let key = safe(key);
        let gap = " ".repeat(widest.saturating_sub(width(&key)));
        let _ = writeln!(out, "    {key}{gap}  {owner}  {category}  applied {applied}{protected}");
    }
    if !state.open.is_empty() {
        let _ =
            writeln!(out, "  {}", paint.changed("writes without an outcome: the next apply looks what became of them"));
        for (number, intent) in &state.open {
            let begun = intent.at.strftime("%Y-%m-%d %H:%M:%S");
            let _ =
                writeln!(out, "    #{number} {} {} begun {begun}", doing(intent.kind), safe(&intent.key().to_string()));
        }
    }
    if !events.is_empty() {
        out.push_str("  last 30 days\n");
        for event in events {
            let at = event.at.strftime("%Y-%m-%d %H:%M");
            let status =
                event.status.as_ref().map_or_else(String::new, |status| format!("  was {}", safe(status.as_str())));
            let code = event.code.map_or_else(String::new, |(code, subcode)| match subcode {
                Some(subcode) => format!("  {code}/{subcode}"),
                None => format!("  {code}"),
            });
            let key = safe(&format!("{}/{}", event.name, event.language));
            let _ = writeln!(out, "    {at}  {:7}  {key}{status}{code}", done(event.kind));
        }
    }
}

/// For programs.
#[must_use]
pub fn json(all: &[Shown]) -> Value {
    json!({
        "format_version": "1.0",
        "tool_version": env!("CARGO_PKG_VERSION"),
        "ledgers": all.iter().map(one).collect::<Vec<_>>(),
    })
}

fn one(shown: &Shown) -> Value {
    let Shown { accounts, waba_id, path, known, lock, now } = shown;
    let (word, error, state) = match known {
        Known::Nothing => ("absent", None, None),
        Known::State(state) => ("present", None, Some(state)),
        Known::Unusable(reason) => ("unusable", Some(reason), None),
    };
    let templates: Vec<Value> = state
        .iter()
        .flat_map(|state| state.templates.values())
        .map(|entry| {
            json!({
                "name": entry.name,
                "language": entry.language,
                "template_id": entry.id,
                "owner": entry.owner,
                "category": entry.category.as_str(),
                "applied_fingerprint": entry.applied.fingerprint(Scope::Content),
                "applied_at": entry.applied_at,
                "protected": entry.protected,
            })
        })
        .collect();
    json!({
        "accounts": accounts,
        "waba_id": waba_id,
        "path": path,
        "ledger": word,
        "error": error,
        "since": state.map(|state| state.since),
        "templates": templates,
        "open": state.iter().flat_map(|state| &state.open).map(open).collect::<Vec<_>>(),
        "events": state.iter().flat_map(|state| recent(state, *now)).map(event).collect::<Vec<_>>(),
        "lock": lock.as_ref().map(lease),
    })
}

fn open((number, intent): (&u64, &Intent)) -> Value {
    json!({
        "intent": number,
        "kind": doing(intent.kind),
        "name": intent.name,
        "language": intent.language,
        "owner": intent.owner,
        "at": intent.at,
    })
}

fn event(event: &Event) -> Value {
    json!({
        "at": event.at,
        "kind": done(event.kind),
        "name": event.name,
        "language": event.language,
        "status": event.status.as_ref().map(Status::as_str),
        "code": event.code.map(|(code, _)| code),
        "subcode": event.code.and_then(|(_, subcode)| subcode),
    })
}

fn lease(lease: &Lease) -> Value {
    let Lease { version: _, id, purpose, process, since, renewed, until } = lease;
    let Process { host, pid, user, kernel: _, space: _, started: _ } = process;
    json!({
        "id": id, "purpose": purpose, "host": host, "pid": pid, "user": user,
        "since": since, "renewed": renewed, "until": until,
    })
}
