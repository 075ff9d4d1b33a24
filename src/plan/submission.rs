//! What is sent: the wanted content, in an edit with the parts that the files leave to the account as the account holds them;
//! and how a plan shows it. Pure.
//!
//! An edit replaces everything, so what the account hides of such a part would be lost: that comes from the files.

use crate::{
    source::Desired,
    template::{
        Button, ButtonKind, Content, Live, MediaSource,
        components::media_mut,
        diff::Change,
        normal::{at, put},
        phone,
    },
};

/// The content that is sent and remembered.
pub(super) fn content(desired: &Desired, live: Option<&Live>) -> Content {
    let mut content = desired.content.clone();
    let Some(live) = live else { return content };
    for part in desired.lifecycle.ignore.iter().filter(|part| !live.unreadable.contains(*part)) {
        content.take_part(part, &live.content);
    }
    let hidden = |path: &str| live.unreadable.contains(path);
    show_again(&mut content.buttons, &desired.content.buttons, "", hidden);
    if let (Some(carousel), Some(wanted)) = (&mut content.carousel, &desired.content.carousel) {
        for (at, (card, wanted)) in carousel.cards.iter_mut().zip(&wanted.cards).enumerate() {
            show_again(&mut card.buttons, &wanted.buttons, &format!("carousel.cards[{at}]."), hidden);
        }
    }
    samples(&mut content, &desired.content);
    content
}

/// Changes as they are sent: normal forms hold telephone numbers as they are compared, which is not how they are written.
pub(super) fn shown(mut changes: Vec<Change>, content: &Content) -> Vec<Change> {
    for (path, number) in numbers(content) {
        for change in &mut changes {
            let Some(inside) = path.strip_prefix(change.path.as_str()) else { continue };
            match &mut change.after {
                Some(after) if inside.is_empty() => *after = number.into(),
                Some(after) if at(after, inside).is_some() => put(after, inside, Some(number.into())),
                _ => {}
            }
        }
    }
    changes
}

/// What becomes of numbers with a zero behind the country code, for the reader of a plan.
pub(super) fn dropped_zeros(content: &Content) -> Vec<String> {
    let note = |(path, number): (String, &str)| {
        let dialled = phone::dropped_zero(number)?;
        Some(format!("`{path}`: the provider drops the zero behind the country code, customers call {dialled}"))
    };
    numbers(content).into_iter().filter_map(note).collect()
}

/// The numbers that buttons call, by their paths.
fn numbers(content: &Content) -> Vec<(String, &str)> {
    let cards = content.carousel.iter().flat_map(|carousel| &carousel.cards).enumerate();
    let cards = cards.map(|(at, card)| (format!("carousel.cards[{at}]."), card.buttons.as_slice()));
    let lists = std::iter::once((String::new(), content.buttons.as_slice())).chain(cards);
    let mut out = Vec::new();
    for (prefix, buttons) in lists {
        for (at, button) in buttons.iter().enumerate() {
            if let ButtonKind::PhoneNumber { phone_number, .. } = &button.kind {
                out.push((format!("{prefix}buttons[{at}].phone_number"), phone_number.as_str()));
            }
        }
    }
    out
}

/// Fields of one-time-code buttons that the account hides.
fn show_again(buttons: &mut [Button], wanted: &[Button], prefix: &str, hidden: impl Fn(&str) -> bool) {
    for (at, (button, wanted)) in buttons.iter_mut().zip(wanted).enumerate() {
        let (ButtonKind::Otp(otp), ButtonKind::Otp(wanted)) = (&mut button.kind, &wanted.kind) else { continue };
        let hidden = |field: &str| hidden(&format!("{prefix}buttons[{at}].{field}"));
        if hidden("supported_apps") {
            otp.supported_apps.clone_from(&wanted.supported_apps);
        }
        if hidden("autofill_text") {
            otp.autofill_text.clone_from(&wanted.autofill_text);
        }
        if hidden("zero_tap_terms_accepted") {
            otp.zero_tap_terms_accepted = wanted.zero_tap_terms_accepted;
        }
    }
}

/// What an account shows of a media sample cannot be sent: the files' own is, where it is of the same kind.
fn samples(content: &mut Content, wanted: &Content) {
    let mut wanted = wanted.clone();
    let own = media_mut(&mut wanted);
    for slot in media_mut(content) {
        let same = own.iter().find(|own| own.path == slot.path && own.format == slot.format);
        if let (MediaSource::Shown(_), Some(own)) = (&slot.sample.source, same) {
            slot.sample.clone_from(own.sample);
        }
    }
}
