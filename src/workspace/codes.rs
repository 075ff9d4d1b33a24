//! The codes of findings about `letterpress.yaml`, accounts and file discovery, beside those of [`crate::source::codes`].
//!
//! Text only; `lint::pages` turns it into documentation.

use crate::{
    diagnostic::{Diagnostic, Severity, Span},
    source::codes::Code,
};

/// Something that the design has and this version has not.
pub(super) fn not_yet(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("LP018", span, format!("{what} is not supported by this version yet"))
}

/// All codes of this part.
pub const CODES: &[Code] = &[
    Code {
        id: "LP018",
        title: "Not supported by this version yet",
        severity: Severity::Error,
        explanation: "The key or value is known and reserved, but this version cannot do what it asks for. It is refused \
                      rather than ignored, because a file that seems to protect something must really protect it. Leave \
                      it out, or use a version that has it.",
        bad: "ledger: s3://bucket/letterpress\n",
        good: "ledger: .letterpress/ledger\n",
    },
    Code {
        id: "LP050",
        title: "No workspace file",
        severity: Severity::Error,
        explanation: "letterpress works on the folder that holds `letterpress.yaml`. It looks in the current folder or the \
                      one given with `-C`, never further up: which accounts a command touches must not depend on luck. \
                      `--config FILE` takes the file from elsewhere.",
        bad: "# an empty folder\n",
        good: "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop:\n    provider: meta\n    waba_id: \"1020\"\n    token: {env: META_TOKEN}\n",
    },
    Code {
        id: "LP051",
        title: "A file cannot be read",
        severity: Severity::Error,
        explanation: "The file is missing, may not be read, is not UTF-8 text, or there are more files than any workspace \
                      needs, which mostly means that a pattern reaches into a folder of dependencies.",
        bad: "templates: [\"**/*.yaml\"]   # with node_modules/ beside it\n",
        good: "templates: [\"templates/**/*.yaml\"]\n",
    },
    Code {
        id: "LP052",
        title: "A symbolic link leads out of the workspace",
        severity: Severity::Error,
        explanation: "Files and folders that are links are followed only while they stay inside the workspace: a pull request \
                      could otherwise make a pipeline read, and send, files of the machine that it runs on.",
        bad: "# templates/shared.yaml -> /etc/shared.yaml\n",
        good: "# templates/shared.yaml, a file of its own\n",
    },
    Code {
        id: "LP053",
        title: "A pattern is broken or matches nothing",
        severity: Severity::Error,
        explanation: "`templates:` must find files: a typing error there, or a folder that is missing from the checkout, would \
                      look as if all templates had been removed. The default pattern may match nothing as long as the account \
                      manages nothing that would then count as removed; that is a warning. Patterns are relative to the \
                      workspace, use `/`, and know `*`, `?`, `[…]`, `{a,b}` and `**`. Hidden files and folders are never read.",
        bad: "templates: [tempaltes/**/*.yaml]\n",
        good: "templates: [templates/**/*.yaml]\n",
    },
    Code {
        id: "LP054",
        title: "A value has the wrong form",
        severity: Severity::Error,
        explanation: "The message says which form is wanted: ids are digits in quotes, durations are written `30s` or `2m`, \
                      names of workspaces and accounts are letters, digits, `.`, `_` and `-`.",
        bad: "timeout: soon\n",
        good: "timeout: 30s\n",
    },
    Code {
        id: "LP056",
        title: "A credential has no usable source",
        severity: Severity::Error,
        explanation: "Exactly one of `{env: NAME}`, `{file: PATH}` and `{command: [PROGRAM, ARGUMENT]}`. Commands run without \
                      a shell and only with `LETTERPRESS_ALLOW_COMMANDS=1`; paths are relative to `letterpress.yaml`.",
        bad: "token: {env: META_TOKEN, file: token.txt}\n",
        good: "token: {file: token.txt}\n",
    },
    Code {
        id: "LP057",
        title: "A base_url that no credential may go to",
        severity: Severity::Error,
        explanation: "`base_url` must be https, or http to this very machine, and hold no user, password, query or fragment.",
        bad: "base_url: http://graph.example.com\n",
        good: "base_url: https://graph.facebook.com\n",
    },
    Code {
        id: "LP058",
        title: "A host that is not the provider's own",
        severity: Severity::Error,
        explanation: "Credentials go to the provider's own hosts or to this machine. Any other host must be named in the \
                      environment variable `LETTERPRESS_ALLOW_HOSTS` (names separated by commas), which a pull request \
                      cannot change, so that nobody can have the token sent elsewhere by editing a file.",
        bad: "base_url: https://graph.example.com\n",
        good: "base_url: https://graph.facebook.com\n",
    },
    Code {
        id: "LP060",
        title: "A family without an account",
        severity: Severity::Error,
        explanation: "A family goes to its own `accounts`, else to `defaults.accounts`, else to the only account that is not a \
                      sandbox, else to the only account. Here nothing of that decides.",
        bad: "accounts: {de: {…}, fr: {…}}   # and a family without `accounts`\n",
        good: "defaults: {accounts: [de]}\naccounts: {de: {…}, fr: {…}}\n",
    },
    Code {
        id: "LP062",
        title: "Two accounts name the same WABA",
        severity: Severity::Warning,
        explanation: "Both would manage the same templates, and their values and policies may differ, so that each run could \
                      undo the other. Use one account.",
        bad: "a: {provider: meta, waba_id: \"1\"}\nb: {provider: meta, waba_id: \"1\"}\n",
        good: "a: {provider: meta, waba_id: \"1\"}\nb: {provider: meta, waba_id: \"2\"}\n",
    },
    Code {
        id: "LP063",
        title: "The two workspace files differ",
        severity: Severity::Warning,
        explanation: "`--config` takes the workspace file from a trusted checkout. Of the one beside the templates only `values` \
                      (its own and its accounts') and `removed` count: they are content like templates. Whatever else differs \
                      does nothing yet, and is said here and in every form of a plan, because it takes effect once it is merged.",
        bad: "# trusted/letterpress.yaml: policy: {prune: false}\npolicy: {prune: true}   # proposed/letterpress.yaml\n",
        good: "values: {brand: Fernweh Cycles}   # proposed/letterpress.yaml: another value than the trusted one\n",
    },
    Code {
        id: "LP064",
        title: "A file looks like a template and is not read",
        severity: Severity::Warning,
        explanation: "A YAML file beside the templates holds a family and no pattern of `templates:` matches it, or a folder \
                      lies deeper than folders are read. What is not read looks as if it were not there, and with `prune` \
                      what is not there is deleted. `plan` and `apply` refuse to go on with 3 when an account manages a \
                      template that such a file names and that no other file asks for.",
        bad: "# templates/bell.yml, while `templates:` is [templates/**/*.yaml]\n",
        good: "# templates/bell.yaml\n",
    },
    Code {
        id: "LP065",
        title: "One name in two categories",
        severity: Severity::Error,
        explanation: "Two families of one name go to one account and ask for different categories. All languages of a name \
                      share one category at the provider: whichever is created second would be refused. The same holds for \
                      two accounts that are one WABA, and for a category that `per_account` sets.",
        bad: "{name: plain_note, category: UTILITY, languages: {en_US: {…}}}\n---\n{name: plain_note, category: MARKETING, languages: {de: {…}}}\n",
        good: "{name: plain_note, category: UTILITY, languages: {en_US: {…}}}\n---\n{name: plain_note, category: UTILITY, languages: {de: {…}}}\n",
    },
];
