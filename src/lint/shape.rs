//! Rules about components and buttons that do not fit their kind: what verbatim `components:` can hold and parts cannot.
//!
//! Reading keeps what does not fit verbatim, so it is found there. Kinds that letterpress does not know are let pass.

use serde_json::{Map, Value};

use crate::{
    diagnostic::Severity,
    template::{ButtonKind, Content},
};

use super::{Out, Rule, Scope, Subject, parts::buttons, sources};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LP104",
        title: "Two components of one kind",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A template and a card have one HEADER, one BODY, one FOOTER and one BUTTONS component at most, and likewise one of each \
                      other kind. Parts of a family cannot say two; verbatim `components` can.",
        mend: "leave one of the two out, or make them one",
        check: twice,
        bad: "languages:\n  en_US:\n    components:\n      - {type: BODY, text: Your bike is ready.}\n      - {type: BODY, text: Come and see us.}\n",
        good: "languages:\n  en_US:\n    components:\n      - {type: BODY, text: Your bike is ready. Come and see us.}\n",
    },
    Rule {
        code: "LP105",
        title: "A component or button lacks what its kind needs",
        severity: Severity::Error,
        scope: Scope::Any,
        source: sources::COMPONENTS,
        explanation: "A HEADER needs its `format`, and its `text` where that is TEXT; a BODY and a FOOTER need `text` outside of authentication \
                      templates, BUTTONS a list of `buttons`, a CAROUSEL `cards` with `components`. A button needs its `type`, most need a \
                      label, and a link, a call and a one-time code the field that says where to. A value of the wrong kind, such as a number \
                      for a text, counts as missing. Components and buttons of kinds that letterpress does not know are sent as they are.",
        mend: "add what is missing, or take the component or button out",
        check: incomplete,
        bad: "languages:\n  en_US:\n    components:\n      - {type: BODY, text: Your bike is ready.}\n      - {type: BUTTONS, buttons: [{type: QUICK_REPLY}]}\n",
        good: "languages:\n  en_US:\n    components:\n      - {type: BODY, text: Your bike is ready.}\n      - {type: BUTTONS, buttons: [{type: QUICK_REPLY, text: I will come}]}\n",
    },
];

/// Kinds of components, and what each needs.
const COMPONENTS: &[(&str, &str)] = &[
    ("HEADER", "`format`, and `text` if that is TEXT"),
    ("BODY", "`text`"),
    ("FOOTER", "`text`, or in authentication templates `code_expiration_minutes`, a number"),
    ("BUTTONS", "`buttons`, a list"),
    ("CAROUSEL", "`cards`, a list in which each has `components`"),
    ("LIMITED_TIME_OFFER", "`limited_time_offer`"),
    ("CALL_PERMISSION_REQUEST", ""),
];

/// What a card can have.
const OF_A_CARD: &[&str] = &["HEADER", "BODY", "BUTTONS"];

/// Kinds of buttons, and the fields that each needs.
const BUTTONS: &[(&str, &[&str])] = &[
    ("QUICK_REPLY", &["text"]),
    ("URL", &["text", "url"]),
    ("PHONE_NUMBER", &["text", "phone_number"]),
    ("OTP", &["otp_type"]),
    ("FLOW", &["text"]),
    ("VOICE_CALL", &["text"]),
    ("ORDER_DETAILS", &["text"]),
];

/// A component that has no place in the model.
struct Leftover<'a> {
    path: String,
    /// In upper case; `None` without a `type`.
    kind: Option<String>,
    /// Whether its place is taken by another one.
    taken: bool,
    card: bool,
    component: &'a Value,
}

impl Leftover<'_> {
    /// What this kind needs; `None` for kinds that are not known.
    fn needs(&self) -> Option<&'static str> {
        let kind = self.kind.as_deref()?;
        COMPONENTS.iter().find(|(known, _)| *known == kind).map(|(_, needs)| *needs)
    }
}

/// The leftovers of the template and of its cards. What is left of the wrapper of buttons and offers is none.
fn leftovers(content: &Content) -> Vec<Leftover<'_>> {
    let mut out = Vec::new();
    let has = |kind: &str| match kind {
        "HEADER" => content.header.is_some(),
        "BODY" => content.body.is_some(),
        "FOOTER" => content.footer.is_some(),
        "BUTTONS" => !content.buttons.is_empty(),
        "CAROUSEL" => content.carousel.is_some(),
        "LIMITED_TIME_OFFER" => content.limited_time_offer.is_some(),
        _ => content.call_permission_request.is_some(),
    };
    gather(&mut out, "", &content.unmodelled, has);
    for (at, card) in content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate() {
        let has = |kind: &str| match kind {
            "HEADER" => card.header.is_some(),
            "BODY" => card.body.is_some(),
            "BUTTONS" => !card.buttons.is_empty(),
            _ => false,
        };
        gather(&mut out, &format!("carousel.cards[{at}]."), &card.unmodelled, has);
    }
    out
}

fn gather<'a>(out: &mut Vec<Leftover<'a>>, prefix: &str, list: &'a [Value], has: impl Fn(&str) -> bool) {
    let mut empty: Vec<String> = Vec::new();
    for (at, component) in list.iter().enumerate() {
        let kind = component.get("type").and_then(Value::as_str).map(str::to_ascii_uppercase);
        let there = kind.as_deref().is_some_and(&has);
        let content = match kind.as_deref() {
            Some("BUTTONS") => "buttons",
            Some("LIMITED_TIME_OFFER") => "limited_time_offer",
            _ => "type",
        };
        if there && component.get(content).is_none() {
            continue;
        }
        let taken = there || kind.as_ref().is_some_and(|kind| empty.contains(kind));
        empty.extend(kind.clone());
        let path = format!("{prefix}unmodelled[{at}]");
        out.push(Leftover { path, kind, taken, card: !prefix.is_empty(), component });
    }
}

fn twice(subject: &Subject<'_>, out: &mut Out<'_>) {
    for leftover in leftovers(subject.content) {
        if let (Some(kind), true, Some(_)) = (&leftover.kind, leftover.taken, leftover.needs()) {
            let owner = if leftover.card { "a card" } else { "a template" };
            out.add(leftover.path, format!("there is a second {kind} component, {owner} has one at most"));
        }
    }
}

fn incomplete(subject: &Subject<'_>, out: &mut Out<'_>) {
    for leftover in leftovers(subject.content) {
        let foreign = |kind: &String| leftover.card && !OF_A_CARD.contains(&kind.as_str());
        match (&leftover.kind, leftover.needs()) {
            (None, _) if leftover.component.is_object() => out.add(leftover.path, "the component has no `type`"),
            (None, _) => out.add(leftover.path, "a component is a mapping with a `type`"),
            (Some(kind), Some(_)) if foreign(kind) => {
                out.add(leftover.path, format!("a card cannot have a {kind} component"));
            }
            (Some(kind), Some(needs)) if !leftover.taken => {
                out.add(leftover.path, format!("the {kind} component needs {needs}"));
            }
            _ => {}
        }
    }
    for (path, button) in buttons(subject.content) {
        let ButtonKind::Unmodelled { name } = &button.kind else { continue };
        let kind = name.to_ascii_uppercase();
        if kind.is_empty() {
            out.add(path, "the button has no `type`");
        } else if let Some((_, needs)) = BUTTONS.iter().find(|(known, _)| *known == kind) {
            let fields: Map<String, Value> = button.extra.clone().into_iter().collect();
            let missing: Vec<String> = needs
                .iter()
                .filter(|field| !fields.get(**field).is_some_and(Value::is_string))
                .map(|field| format!("`{field}`"))
                .collect();
            out.add(path, format!("the {kind} button needs {}", missing.join(" and ")));
        }
    }
}
