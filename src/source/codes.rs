//! The findings about the file form, LP001 to LP017: what each means, with an example of it and of its mend.
//!
//! A table only. It feeds `explain` and the reference; the tests hold every example to its code. Limits of the providers
//! have codes of their own, elsewhere.

use crate::diagnostic::Severity;

/// A finding that files can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `LP004`.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// How bad it usually is.
    pub severity: Severity,
    /// What is wrong, why it matters, what to do.
    pub explanation: &'static str,
    /// A file that has it. One of `letterpress.yaml` says so in its first line.
    pub bad: &'static str,
    /// The same without it.
    pub good: &'static str,
}

/// All of them, in order.
pub const CODES: &[Code] = &[
    Code {
        id: "LP001",
        title: "not valid YAML",
        severity: Severity::Error,
        explanation: "The file cannot be read as YAML, or is larger or deeper than is read. The commonest cause is a text \
            that begins with a parameter: `{{1}}` opens a mapping in YAML, so such a text is quoted or written as a block \
            with `|`. Tabs cannot indent, and tags (`!text`) are not used: fields know their types.",
        bad: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en:\n    body: {{customer}}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en:\n    body: \"{{customer}}\"\n",
    },
    Code {
        id: "LP002",
        title: "duplicate key",
        severity: Severity::Error,
        explanation: "A key or a language is written twice in one place. YAML readers disagree about which one counts, so \
            neither is taken: leave one out.",
        bad: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: Your bike is ready.}\n  en: {body: Come and \
            fetch your bike.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: Your bike is ready.}\n",
    },
    Code {
        id: "LP003",
        title: "missing key",
        severity: Severity::Error,
        explanation: "Something cannot be without this key: a family without a name, a button without a type, a link \
            without an address. Parts of a family may also come from its languages; the finding is about what is left when \
            all has been laid over.",
        bad: "name: bike_ready\ncategory: UTILITY\nbuttons: [{type: URL, text: Directions}]\nlanguages:\n  en: {body: Your \
            bike is ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nbuttons: [{type: URL, text: Directions, url: \
            \"https://fernweh.example/shop\"}]\nlanguages:\n  en: {body: Your bike is ready.}\n",
    },
    Code {
        id: "LP004",
        title: "unknown key",
        severity: Severity::Error,
        explanation: "There is no such key here. It would do nothing, and a slip in a key must not pass unseen. Keys that \
            begin with `x-` are free for notes and anchors. What the provider has and letterpress does not is written \
            under `components` or `extra`, as the provider's JSON.",
        bad: "name: bike_ready\ncategory: UTILITY\nfoter: Fernweh Cycles\nlanguages:\n  en: {body: Your bike is ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nfooter: Fernweh Cycles\nx-note: ask the workshop\nlanguages:\n  en: \
            {body: Your bike is ready.}\n",
    },
    Code {
        id: "LP005",
        title: "empty value",
        severity: Severity::Error,
        explanation: "A key stands without a value. That could mean that the part is to go, or that somebody forgot to \
            finish: letterpress does not guess. Leave the key out to inherit, write `null` to remove.",
        bad: "name: bike_ready\ncategory: UTILITY\nfooter: Fernweh Cycles\nlanguages:\n  en:\n    body: Your bike is \
            ready.\n    footer:\n",
        good: "name: bike_ready\ncategory: UTILITY\nfooter: Fernweh Cycles\nlanguages:\n  en:\n    body: Your bike is \
            ready.\n    footer: null\n",
    },
    Code {
        id: "LP006",
        title: "wrong type",
        severity: Severity::Error,
        explanation: "The value is not of the kind that the key takes: a list where a text belongs, a word where a number \
            or a duration belongs. Texts need no quotes for their kind: `no` and `012` are texts wherever a text belongs.",
        bad: "name: bike_ready\ncategory: UTILITY\nmessage_send_ttl_seconds: soon\nlanguages:\n  en: {body: Your bike is \
            ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nmessage_send_ttl_seconds: 10m\nlanguages:\n  en: {body: Your bike is \
            ready.}\n",
    },
    Code {
        id: "LP007",
        title: "unknown word",
        severity: Severity::Error,
        explanation: "The key takes one of a few words, and this is none of them. They are written as the provider writes \
            them; any case is read. A new word of the provider can be used under `components` or `extra`, as its JSON.",
        bad: "name: bike_ready\ncategory: TRANSACTION\nlanguages:\n  en: {body: Your bike is ready.}\n",
        good: "name: bike_ready\ncategory: utility\nlanguages:\n  en: {body: Your bike is ready.}\n",
    },
    Code {
        id: "LP008",
        title: "impossible name",
        severity: Severity::Error,
        explanation: "Providers take names of lower-case letters a to z, digits and underscores, at most 512 characters. A \
            template cannot be renamed later: another name is another template.",
        bad: "name: Bike-Ready\ncategory: UTILITY\nlanguages:\n  en: {body: Your bike is ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: Your bike is ready.}\n",
    },
    Code {
        id: "LP009",
        title: "unusual language code",
        severity: Severity::Warning,
        explanation: "The provider does not document this code. Codes are written with an underscore and the region in \
            capitals, `pt_BR`. `en` and `en_US` are two different languages to the provider. A code of another form \
            (`en-US`, `english`) is an error, here and in `values` and `removed`; one of the right form is a warning \
            only, because accounts have shown codes that no page lists. `import` writes `allow: [LP009]` for a code \
            that an account holds in another form.",
        bad: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  no: {body: Sykkelen din er klar.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  nb: {body: Sykkelen din er klar.}\n",
    },
    Code {
        id: "LP010",
        title: "parameters do not fit",
        severity: Severity::Error,
        explanation: "A family names its parameters or numbers them, not both. Numbers count from 1 in each text without a \
            gap. Names are lower-case letters, digits and underscores. Where names are submitted by number, `parameters` \
            is a list that fixes their order, and each text uses the same names in every language. A sample belongs to a \
            parameter of its text.",
        bad: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: \"Dear {{1}}, your {{3}} is ready.\"}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: \"Dear {{1}}, your {{2}} is ready.\"}\n",
    },
    Code {
        id: "LP011",
        title: "unknown value",
        severity: Severity::Error,
        explanation: "`${name}` is replaced by a value of the account or of the workspace, and there is none of that name, \
            or none in this language. A literal `${` is written `$${`; a dollar sign before a parameter, `${{1}}`, needs \
            nothing.",
        bad: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: \"Your bike is ready. ${brnad}\"}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlanguages:\n  en: {body: \"Your bike is ready. ${brand}, $${brnad}, \
            ${{1}} each.\"}\n",
    },
    Code {
        id: "LP012",
        title: "parts do not fit together",
        severity: Severity::Error,
        explanation: "What is laid over does not fit what lies below: a list of buttons or cards has another length than \
            the family's, a picture header is given a text, `components` stands beside the parts that it replaces. Lists \
            are laid over by position: `{}` keeps an item as it is, `null` removes it.",
        bad: "name: bike_ready\ncategory: UTILITY\nbuttons:\n  - {type: QUICK_REPLY, text: Thanks}\n  - {type: \
            QUICK_REPLY, text: Later}\nlanguages:\n  en: {body: Your bike is ready.}\n  en_GB: {body: Your bicycle is \
            ready., buttons: [Cheers]}\n",
        good: "name: bike_ready\ncategory: UTILITY\nbuttons:\n  - {type: QUICK_REPLY, text: Thanks}\n  - {type: \
            QUICK_REPLY, text: Later}\nlanguages:\n  en: {body: Your bike is ready.}\n  de: {body: Dein Rad ist fertig., \
            buttons: [Danke, Später]}\n",
    },
    Code {
        id: "LP013",
        title: "media sample cannot be used",
        severity: Severity::Error,
        explanation: "A sample is a file of the workspace (a path from its root that stays inside, symbolic links \
            included), an https address, or a handle of the provider's upload.",
        bad: "name: bike_ready\ncategory: UTILITY\nheader: {format: IMAGE, example: \"http://fernweh.example/bike.jpg\"}\n\
            languages:\n  en: {body: Your bike is ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nheader: {format: IMAGE, example: media/bike.jpg}\nlanguages:\n  en: \
            {body: Your bike is ready.}\n",
    },
    Code {
        id: "LP014",
        title: "text inherited by another language",
        severity: Severity::Warning,
        explanation: "Languages that are not variants of one another share a text of the family: header, body, footer, offer, \
            card or label. Customers of one of them would read a foreign text. Write such texts under the languages. A footer \
            that looks like a name, and capitals such as `OK`, may be shared, as long as no language has another.",
        bad: "name: bike_ready\ncategory: UTILITY\nbody: Your bike is ready.\nlanguages: [en, de]\n",
        good: "name: bike_ready\ncategory: UTILITY\nbody: Your bike is ready.\nlanguages:\n  en: {}\n  en_GB: {}\n  de: \
            {body: Dein Rad ist fertig.}\n",
    },
    Code {
        id: "LP015",
        title: "selector does not work",
        severity: Severity::Error,
        explanation: "Accounts are chosen by a name, a glob, or `label=value`; a list is a union, a comma an intersection, \
            `!` excludes. A selector that cannot be read or chooses no account is a mistake, because the family would \
            silently go nowhere.",
        bad: "name: bike_ready\ncategory: UTILITY\naccounts: \"tier=,\"\nlanguages:\n  en: {body: Your bike is ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\naccounts: [shop, \"tier=live\"]\nlanguages:\n  en: {body: Your bike is \
            ready.}\n",
    },
    Code {
        id: "LP016",
        title: "literal credential",
        severity: Severity::Error,
        explanation: "A secret stands in the file itself. It would be in the history of the repository for good. Take it \
            out, change it at the provider, and name where it comes from: an environment variable, a file, or a command.",
        bad: "# letterpress.yaml\nversion: 1\nworkspace: fernweh\naccounts:\n  shop: {provider: meta, waba_id: \"1\", \
            token: EAAB0000}\n",
        good: "# letterpress.yaml\nversion: 1\nworkspace: fernweh\naccounts:\n  shop: {provider: meta, waba_id: \"1\", \
            token: {env: META_TOKEN}}\n",
    },
    Code {
        id: "LP017",
        title: "reference leads nowhere",
        severity: Severity::Error,
        explanation: "A name refers to something that is not there, or to itself: a family that replaces itself, an \
            account after itself, two families of one name for one account.",
        bad: "name: bike_ready\ncategory: UTILITY\nlifecycle: {replaces: {name: bike_ready, keep_for: 14d}}\nlanguages:\n  \
            en: {body: Your bike is ready.}\n",
        good: "name: bike_ready\ncategory: UTILITY\nlifecycle: {replaces: {name: bike_done, keep_for: 14d}}\nlanguages:\n  \
            en: {body: Your bike is ready.}\n",
    },
];

/// The entry of a code.
#[must_use]
pub fn find(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::source::testing::lowered;

    #[test]
    fn examples_give_their_code_and_no_other() {
        for code in CODES.iter().filter(|code| !code.bad.starts_with("# letterpress.yaml")) {
            let (_, faults) = lowered(code.bad, true);
            let found: BTreeSet<_> = faults.iter().map(|fault| (fault.code, fault.severity)).collect();
            assert_eq!(found, BTreeSet::from([(code.id, code.severity)]), "{faults:?}");
            assert!(faults.iter().all(|fault| fault.span.is_some() && fault.help.is_some()), "{faults:?}");
            let (_, faults) = lowered(code.good, true);
            assert_eq!(faults, [], "{}", code.id);
        }
    }

    #[test]
    fn ids_are_in_order() {
        for (code, number) in CODES.iter().zip(1..) {
            assert_eq!(code.id, format!("LP{number:03}"));
        }
        assert_eq!(find("lp004").map(|code| code.title), Some("unknown key"));
    }
}
