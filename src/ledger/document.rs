//! From the bytes of a ledger to its state: versions, the torn end of a journal, what is damage and what is not.

use camino::Utf8Path;
use serde_json::Value;

use crate::json;

use super::{
    LedgerError,
    record::{RECORD_VERSION, Record},
    state::{State, VERSION},
};

/// Most memory that a document may take as values, bytes: the state of 6,000 templates, the most of an account, takes
/// about 100 MB.
const MAX_VALUES: usize = 512 << 20;

/// Reads a state document of any version that this letterpress knows.
///
/// Every change of the form raises [`VERSION`] and adds a step here that makes the next version from the one before. What an
/// older letterpress would leave out when it writes the document again is such a change.
///
/// - 2: `protected` and `earlier` of templates. What is missing reads as "not protected" and "nothing replaced".
///
/// # Errors
/// [`LedgerError::TooNew`], or [`LedgerError::Damaged`] with what is wrong. Never a guess.
pub(super) fn migrate(path: &Utf8Path, value: Value) -> Result<State, LedgerError> {
    let damaged = |reason: String| LedgerError::Damaged { path: path.to_owned(), reason };
    match value.get("version").and_then(Value::as_u64) {
        Some(found) if found > u64::from(VERSION) => Err(LedgerError::TooNew { path: path.to_owned(), found }),
        Some(1..) => {
            let state = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
            Ok(State { version: VERSION, ..state })
        }
        Some(found) => Err(damaged(format!("no letterpress ever wrote version {found} of it"))),
        None => Err(damaged("it has no version".to_owned())),
    }
}

/// The state as it was saved.
pub(super) fn state(path: &Utf8Path, bytes: &[u8], waba_id: &str) -> Result<State, LedgerError> {
    let damaged = |reason: String| LedgerError::Damaged { path: path.to_owned(), reason };
    if bytes.is_empty() {
        return Err(damaged("it is an empty file".to_owned()));
    }
    let value: Value = json::read(bytes, MAX_VALUES).map_err(|fault| damaged(fault.to_string()))?;
    let state = migrate(path, value)?;
    if state.waba_id == waba_id {
        return Ok(state);
    }
    Err(damaged(format!("it is of WABA {}, not of {waba_id}", state.waba_id)))
}

/// The length of a journal up to the end of its last whole line. What follows was cut off by a crash: nothing was sent on
/// its strength, because a write is only sent once its line is on disk.
pub(super) fn whole(journal: &[u8]) -> usize {
    journal.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

/// Folds a journal into the state that it belongs to. Records that the state holds already are passed over; of the others
/// none may be missing.
pub(super) fn replay(path: &Utf8Path, journal: &[u8], state: &mut State) -> Result<(), LedgerError> {
    let lines = journal[..whole(journal)].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for (at, line) in lines.enumerate() {
        let damaged = |reason: String| LedgerError::Damaged {
            path: path.to_owned(),
            reason: format!("line {}: {reason}", at + 1),
        };
        let value: Value = json::read(line, MAX_VALUES).map_err(|fault| damaged(fault.to_string()))?;
        match value.get("version").and_then(Value::as_u64) {
            Some(found) if found > u64::from(RECORD_VERSION) => {
                return Err(LedgerError::TooNew { path: path.to_owned(), found });
            }
            _ => {}
        }
        let record: Record = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
        let next = state.last_seq.saturating_add(1);
        if record.seq > next {
            return Err(damaged(format!("records {} to {} are missing", next, record.seq.saturating_sub(1))));
        }
        state.fold(&record);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unknown_version_is_refused_with_what_helps() {
        let path = Utf8Path::new("state.json");
        let now = Timestamp::UNIX_EPOCH;
        let today = serde_json::to_value(State::new("7", now)).unwrap();
        assert_eq!(migrate(path, today).unwrap(), State::new("7", now));
        // As somebody might have written it by hand, or another program of the same name.
        let zero = json!({"version": 0, "waba": "7", "owners": {"bell_ready": "shop"}});
        let text = migrate(path, zero).unwrap_err().to_string();
        assert!(text.contains("version 0") && text.contains("move it away"), "{text}");
        assert!(migrate(path, json!({})).unwrap_err().to_string().contains("no version"));
        let mut first = serde_json::to_value(State::new("7", now)).unwrap();
        first["version"] = json!(1);
        assert_eq!(migrate(path, first).unwrap(), State::new("7", now));
        let newer = migrate(path, json!({"version": 3})).unwrap_err().to_string();
        assert!(newer.contains("use a newer letterpress"), "{newer}");
        let line = br#"{"version":3,"seq":1,"at":"2026-01-01T00:00:00Z","change":{"record":"new"}}"#;
        let line = [&line[..], b"\n"].concat();
        let newer = replay(path, &line, &mut State::new("7", now)).unwrap_err();
        assert!(matches!(newer, LedgerError::TooNew { found: 3, .. }), "{newer}");
    }

    #[test]
    fn a_missing_record_is_damage_and_a_torn_end_is_not() {
        let path = Utf8Path::new("journal.jsonl");
        let line = |seq: u64| {
            let change = json!({"record": "release", "name": "bell", "language": "en"});
            format!("{}\n", json!({"seq": seq, "at": "2026-01-01T00:00:00Z", "change": change}))
        };
        let fresh = || State::new("7", Timestamp::UNIX_EPOCH);
        let mut state = fresh();
        replay(path, format!("{}{}{}", line(1), line(2), "{\"seq\":3,\"name\":\"\u{e9}").as_bytes(), &mut state)
            .unwrap();
        assert_eq!(state.last_seq, 2);
        let torn_inside_a_character = [line(1).as_bytes(), b"{\"name\":\"\xc3"].concat();
        replay(path, &torn_inside_a_character, &mut fresh()).unwrap();
        let text = replay(path, format!("{}{}", line(1), line(4)).as_bytes(), &mut fresh()).unwrap_err().to_string();
        assert!(text.contains("line 2: records 2 to 3 are missing"), "{text}");
    }
}
