//! The codes of findings about `letterpress.yaml`, accounts and file discovery, with their pages.
//!
//! Text only; `lint::pages` turns it into documentation.

use crate::diagnostic::{Diagnostic, Span};

/// A code and what its page says.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// `LP050`.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// What it means, why it is refused, what to do.
    pub explanation: &'static str,
    /// A few lines that cause it.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

/// Something that the design has and this version has not.
pub(super) fn not_yet(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("LP018", span, format!("{what} is not supported by this version yet"))
}

/// All codes of this part.
pub const CODES: &[Code] = &[
    Code {
        code: "LP018",
        title: "Not supported by this version yet",
        explanation: "The key or value is known and reserved, but this version cannot do what it asks for. It is refused \
                      rather than ignored, because a file that seems to protect something must really protect it. Leave \
                      it out, or use a version that has it.",
        bad: "policy:\n  freeze: [{from: 2026-11-23, to: 2026-12-01, reason: peak}]\n",
        good: "policy:\n  prune: false\n",
    },
    Code {
        code: "LP050",
        title: "No workspace file",
        explanation: "letterpress works on the folder that holds `letterpress.yaml`. It looks in the current folder or the \
                      one given with `-C`, never further up: which accounts a command touches must not depend on luck. \
                      `--config FILE` takes the file from elsewhere.",
        bad: "# an empty folder\n",
        good: "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop:\n    provider: meta\n    waba_id: \"1020\"\n    token: {env: META_TOKEN}\n",
    },
    Code {
        code: "LP051",
        title: "A file cannot be read",
        explanation: "The file is missing, may not be read, is not UTF-8 text, or there are more files than any workspace \
                      needs, which mostly means that a pattern reaches into a folder of dependencies.",
        bad: "templates: [\"**/*.yaml\"]   # with node_modules/ beside it\n",
        good: "templates: [\"templates/**/*.yaml\"]\n",
    },
    Code {
        code: "LP052",
        title: "A symbolic link leads out of the workspace",
        explanation: "Files and folders that are links are followed only while they stay inside the workspace: a pull request \
                      could otherwise make a pipeline read, and send, files of the machine that it runs on.",
        bad: "# templates/shared.yaml -> /etc/shared.yaml\n",
        good: "# templates/shared.yaml, a file of its own\n",
    },
    Code {
        code: "LP053",
        title: "A pattern is broken or matches nothing",
        explanation: "`templates:` must find files: a typing error there would look as if all templates had been removed. \
                      Patterns are relative to the workspace, use `/`, and know `*`, `?`, `[…]`, `{a,b}` and `**`. Hidden \
                      files and folders are never read.",
        bad: "templates: [tempaltes/**/*.yaml]\n",
        good: "templates: [templates/**/*.yaml]\n",
    },
    Code {
        code: "LP054",
        title: "A value has the wrong form",
        explanation: "The message says which form is wanted: ids are digits in quotes, durations are written `30s` or `2m`, \
                      names of workspaces and accounts are letters, digits, `.`, `_` and `-`.",
        bad: "timeout: soon\n",
        good: "timeout: 30s\n",
    },
    Code {
        code: "LP055",
        title: "A credential is written into the file",
        explanation: "Credentials do not belong into files that are committed, reviewed and copied. The value is never shown, \
                      not even in this message. Revoke it at the provider: it is in the history of the repository, and taking \
                      it out of the file does not take it out of there.",
        bad: "token: EAAB0123456789\n",
        good: "token: {env: META_TOKEN}\n",
    },
    Code {
        code: "LP056",
        title: "A credential has no usable source",
        explanation: "Exactly one of `{env: NAME}`, `{file: PATH}` and `{command: [PROGRAM, ARGUMENT]}`. Commands run without \
                      a shell and only with `LETTERPRESS_ALLOW_COMMANDS=1`; paths are relative to `letterpress.yaml`.",
        bad: "token: {env: META_TOKEN, file: token.txt}\n",
        good: "token: {file: token.txt}\n",
    },
    Code {
        code: "LP057",
        title: "A base_url that no credential may go to",
        explanation: "`base_url` must be https, or http to this very machine, and hold no user, password, query or fragment.",
        bad: "base_url: http://graph.example.com\n",
        good: "base_url: https://graph.facebook.com\n",
    },
    Code {
        code: "LP058",
        title: "A host that is not the provider's own",
        explanation: "Credentials go to the provider's own hosts or to this machine. Any other host must be named in the \
                      environment variable `LETTERPRESS_ALLOW_HOSTS` (names separated by commas), which a pull request \
                      cannot change, so that nobody can have the token sent elsewhere by editing a file.",
        bad: "base_url: https://graph.example.com\n",
        good: "base_url: https://graph.facebook.com\n",
    },
    Code {
        code: "LP059",
        title: "A selector is broken or matches no account",
        explanation: "A selector is a name, a glob or `label=value`; a list is a union, `a=x,b=y` an intersection, `!x` \
                      excludes. A term that matches no account is a mistake of its author. Sandbox accounts take part \
                      only when their name is spelt out, or when there is no other account.",
        bad: "accounts: [prodution]\n",
        good: "accounts: [production]\n",
    },
    Code {
        code: "LP060",
        title: "A family without an account",
        explanation: "A family goes to its own `accounts`, else to `defaults.accounts`, else to the only account that is not a \
                      sandbox, else to the only account. Here nothing of that decides.",
        bad: "accounts: {de: {…}, fr: {…}}   # and a family without `accounts`\n",
        good: "defaults: {accounts: [de]}\naccounts: {de: {…}, fr: {…}}\n",
    },
    Code {
        code: "LP061",
        title: "Two families ask one account for the same template",
        explanation: "Several families may share a name, for accounts that need different texts. But one account can hold only \
                      one template of a name and language: give the families `accounts` that do not overlap.",
        bad: "name: order_shipped\naccounts: [shop]\n---\nname: order_shipped\naccounts: [shop]\n",
        good: "name: order_shipped\naccounts: [shop]\n---\nname: order_shipped\naccounts: [outlet]\n",
    },
    Code {
        code: "LP062",
        title: "Two accounts name the same WABA",
        explanation: "Both would manage the same templates, and their values and policies may differ, so that each run could \
                      undo the other. Use one account.",
        bad: "a: {provider: meta, waba_id: \"1\"}\nb: {provider: meta, waba_id: \"1\"}\n",
        good: "a: {provider: meta, waba_id: \"1\"}\nb: {provider: meta, waba_id: \"2\"}\n",
    },
];
