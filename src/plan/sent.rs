//! What an edit sends: the wanted content, with the parts that the files leave to the account as the account holds them. Pure.
//!
//! An edit replaces everything, so what the account hides of such a part would be lost: that comes from the files.

use crate::{
    source::Desired,
    template::{Button, ButtonKind, Content, Live, MediaSource, components::media_mut},
};

/// The content that is sent and remembered.
pub(super) fn content(wish: &Desired, live: Option<&Live>) -> Content {
    let mut content = wish.content.clone();
    let Some(live) = live else { return content };
    for part in wish.lifecycle.ignore.iter().filter(|part| !live.unreadable.contains(*part)) {
        content.take_part(part, &live.content);
    }
    let hidden = |path: &str| live.unreadable.contains(path);
    show_again(&mut content.buttons, &wish.content.buttons, "", hidden);
    if let (Some(carousel), Some(wanted)) = (&mut content.carousel, &wish.content.carousel) {
        for (at, (card, wanted)) in carousel.cards.iter_mut().zip(&wanted.cards).enumerate() {
            show_again(&mut card.buttons, &wanted.buttons, &format!("carousel.cards[{at}]."), hidden);
        }
    }
    samples(&mut content, &wish.content);
    content
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
