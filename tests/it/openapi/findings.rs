//! What a validator says, as short findings: where, what, and by which rule.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use serde_json::Value;

use super::schema::Schema;

/// Path in the value, words, and the place of the rule in the document.
type Found = (String, String, String);

/// All errors of a value, those of alternatives from the one that comes closest.
pub(super) fn of(schema: &Schema, value: &Value) -> Vec<Found> {
    let mut found: Vec<_> = schema.errors(value).flat_map(|error| told(schema, &error)).collect();
    // Several ways to a definition tell the same error.
    found.sort();
    found.dedup();
    found
}

fn told(schema: &Schema, error: &ValidationError<'_>) -> Vec<Found> {
    let here = |error: &ValidationError<'_>| {
        let mut what = error.to_string();
        if let Some((at, _)) = what.char_indices().nth(300) {
            what.truncate(at);
            what.push('…');
        }
        (error.instance_path().to_string(), what, schema.place(error.schema_path().as_str()))
    };
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let branches = context.iter().map(|branch| {
                let all: Vec<_> = branch.iter().flat_map(|error| told(schema, error)).collect();
                // One that fails deep inside has fitted for longer; then fewer errors are closer.
                let depth = all.iter().map(|(path, _, _)| path.matches('/').count()).min().unwrap_or(0);
                (std::cmp::Reverse(depth), all.len(), all)
            });
            match branches.min_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1))) {
                Some((_, _, all)) if !all.is_empty() => all,
                _ => vec![here(error)],
            }
        }
        _ => vec![here(error)],
    }
}
