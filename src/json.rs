//! JSON from outside: how much memory it takes is counted before it is taken.
//!
//! A text of `[0,0,0,…` takes forty times its length as values, so a bound on its length is none on memory.

use serde::de::DeserializeOwned;

/// What a value takes at most besides the bytes of its text: its own size and that of an entry of a mapping, with the room
/// that growing containers leave.
const VALUE: usize = 160;

/// Why a text is not read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It would take more memory than it may.
    #[error("it holds more than is read ({} MB as values)", .0 >> 20)]
    TooLarge(usize),
    /// It is no JSON, or other than was expected.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// About how many bytes a text takes as values: never much less than it will.
#[must_use]
pub fn weight(text: &[u8]) -> usize {
    let mut values = 1_usize;
    let (mut quoted, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            // Each begins or follows a value.
            b',' | b'[' | b'{' if !quoted => values += 1,
            _ => {}
        }
    }
    values.saturating_mul(VALUE).saturating_add(text.len())
}

/// Reads a text that takes no more than `most` bytes.
///
/// # Errors
/// [`Fault`].
pub fn read<T: DeserializeOwned>(text: &[u8], most: usize) -> Result<T, Fault> {
    match weight(text) > most {
        true => Err(Fault::TooLarge(most)),
        false => Ok(serde_json::from_slice(text)?),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn values_are_counted_and_what_stands_in_texts_is_not() {
        assert_eq!(weight(b"0"), VALUE + 1);
        assert_eq!(weight(br#"{"a,[{": ",\",[{", "b": [1, 2]}"#), 5 * VALUE + 31);
        let zeros = format!("[{}0]", "0,".repeat(1000));
        assert!(weight(zeros.as_bytes()) > 1000 * size_of::<Value>());
        assert!(matches!(read::<Value>(zeros.as_bytes(), 1000), Err(Fault::TooLarge(_))));
        assert!(read::<Value>(zeros.as_bytes(), 1 << 20).is_ok());
        assert!(matches!(read::<Value>(b"[", 1 << 20), Err(Fault::Json(_))));
    }
}
