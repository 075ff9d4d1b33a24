//! Where the rules and the account may differ, with the reason of each.

use serde_json::Value;

/// Which way the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The plan calls it ready, the account refuses it.
    ReadyAndRefused,
    /// The account takes it, an error of `validate` forbids it.
    TakenAndForbidden,
}

use Direction::{ReadyAndRefused, TakenAndForbidden};

/// A difference: the body, and what the one side says that the other does not: the refusal, or the error with its code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Difference<'a> {
    pub(super) direction: Direction,
    pub(super) body: &'a Value,
    pub(super) said: &'a str,
}

/// One difference that is meant.
pub(super) struct Exception {
    direction: Direction,
    applies: fn(&Difference<'_>) -> bool,
    /// Why it is meant.
    pub(super) reason: &'static str,
}

/// All of them.
pub(super) const TABLE: &[Exception] = &[
    Exception {
        direction: ReadyAndRefused,
        applies: |difference| holds_invented_kind(difference.body),
        reason: "components, headers, buttons and one-time codes of kinds that letterpress does not know are sent as they are: \
                 the provider may know them by then. The sandbox knows today's.",
    },
    Exception {
        direction: ReadyAndRefused,
        applies: |difference| difference.body["language"] == "xx" && difference.said.contains("2388049"),
        reason: "a language outside of the list is a warning, because the list grows. The sandbox has today's.",
    },
    Exception {
        direction: ReadyAndRefused,
        applies: |difference| difference.body["library_template_name"].is_string(),
        reason: "the sandbox has no template library.",
    },
    Exception {
        direction: TakenAndForbidden,
        applies: |difference| {
            let surplus = [" samples for ", "has a sample, but no parameter", "does not use the parameter"];
            difference.said.starts_with("LP010") && surplus.iter().any(|part| difference.said.contains(part))
        },
        reason: "in parts, samples are matched with parameters: one too many is a slip of the file, and nothing of it would be \
                 sent. Word for word it is sent, and nothing is documented of it.",
    },
];

/// Kinds that the generator makes up.
fn holds_invented_kind(body: &Value) -> bool {
    let text = body["components"].to_string();
    ["HOLOGRAM", "POEM", "TWO_TAP", "FLY"].iter().any(|kind| text.contains(kind))
}

/// The place in the table of the exception that a difference falls under.
pub(super) fn find(difference: &Difference<'_>) -> Option<usize> {
    TABLE.iter().position(|exception| exception.direction == difference.direction && (exception.applies)(difference))
}
