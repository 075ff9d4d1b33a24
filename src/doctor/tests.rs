//! What a run cannot stage: clocks that differ, locks of other machines, providers that have less.

use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};

use super::{
    check::{Check, Grade},
    connection::clocks,
    diagnosis::overlap,
    inspection::{AccountOverlap, LedgerLocation, LedgerSummary, OverlapKind, SampleSources},
    ledger::content,
    powers::media,
    *,
};
use crate::{
    provider::all,
    workspace::{ProviderKind, ProviderSettings},
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn is_warning(check: &Check) -> bool {
    matches!(check.grade, Grade::Warning { .. })
}

#[test]
fn a_clock_may_differ_by_a_minute_and_by_half_of_it_where_tokens_are_signed() {
    let warned = |provider, seconds| is_warning(&clocks(provider, SignedDuration::from_secs(seconds)));
    for provider in [ProviderKind::Meta, ProviderKind::Infobip, ProviderKind::Dialog360, ProviderKind::Dialog360Channel]
    {
        assert_eq!([0, 31, 60, 61, -60, -61].map(|s| warned(provider, s)), [false, false, false, true, false, true]);
    }
    assert_eq!([0, 30, 31, -30, -31].map(|s| warned(ProviderKind::Vonage, s)), [false, false, true, false, true]);
}

#[test]
fn the_side_of_the_clock_is_this_machines() {
    let text = |seconds| clocks(ProviderKind::Meta, SignedDuration::from_secs(seconds)).text;
    assert_eq!(text(90), "this machine's clock is 90 s behind the provider's");
    assert_eq!(text(-90), "this machine's clock is 90 s ahead of the provider's");
    assert_eq!(text(1), "this machine's clock agrees with the provider's");
}

#[test]
fn a_ledger_in_a_jobs_checkout_lasts_only_if_it_is_older_than_jobs_are() {
    let hours = |hours: i64| Some(NOW - SignedDuration::from_hours(hours));
    let warned = |keeping, since| lasts(keeping, true, since, NOW).map(|check| is_warning(&check));
    assert_eq!(warned(LedgerLocation::Checkout, None), Some(true));
    assert_eq!(warned(LedgerLocation::Checkout, hours(5)), Some(true));
    assert_eq!(warned(LedgerLocation::Checkout, hours(25)), Some(false));
    for keeping in [LedgerLocation::OwnCheckout, LedgerLocation::Outside] {
        assert_eq!(warned(keeping, None), Some(false));
    }
    assert_eq!(lasts(LedgerLocation::Checkout, false, None, NOW), None, "nobody throws it away");
}

#[test]
fn a_ledger_that_is_not_there_is_missed_only_where_there_is_something_to_remember() {
    let folder = Utf8Path::new("ledger/7");
    assert_eq!(content(folder, Ok(None), 0).grade, Grade::Ok);
    assert!(is_warning(&content(folder, Ok(None), 1)));
    let known = LedgerSummary { managed: 0, open: 0, since: NOW, yet_to_come: None };
    assert_eq!(content(folder, Ok(Some(&known)), 1).grade, Grade::Ok, "an empty one is one");
}

#[test]
fn media_lack_something_only_where_a_file_needs_it() {
    let (files, urls) = (SampleSources { files: true, urls: false }, SampleSources { files: false, urls: true });
    let meta = |app_id: Option<&str>| ProviderSettings::Meta { waba_id: "7".into(), app_id: app_id.map(str::to_owned) };
    let base = || url::Url::parse("https://cdn.fernweh.example/wa/").ok();
    let infobip =
        |media_base_url| ProviderSettings::Infobip { sender: "447700900123".into(), waba_id: None, media_base_url };
    for (reach, wanted, expected) in [
        (meta(None), SampleSources::default(), false),
        (meta(None), files, true),
        (meta(None), urls, true),
        (meta(Some("7")), files, false),
        (infobip(None), files, true),
        // The provider fetches it where it is.
        (infobip(None), urls, false),
        (infobip(base()), files, false),
    ] {
        assert_eq!(is_warning(&media(&reach, false, wanted)), expected, "{reach:?} {wanted:?}");
        assert!(!is_warning(&media(&reach, true, wanted)), "an embedded account takes all");
    }
}

#[test]
fn what_a_provider_has_and_has_not_is_said_by_its_table() {
    for capabilities in all() {
        let text = powers::provider(capabilities);
        let (has, lacks) = text.split_once("no ").unwrap_or((&text, ""));
        for feature in powers::OPERATIONS {
            assert_eq!(has.contains(feature.words()), capabilities.has(feature), "{text}");
            assert_eq!(lacks.contains(feature.words()), !capabilities.has(feature), "{text}");
        }
    }
}

#[test]
fn accounts_in_each_others_way_are_warned_about() {
    let hows = [
        OverlapKind::Named { one_ledger: true },
        OverlapKind::Named { one_ledger: false },
        OverlapKind::Listed("bell_ready/en_US".into()),
        OverlapKind::Ledger,
    ];
    let mut texts: Vec<String> = hows
        .into_iter()
        .map(|how| overlap(&AccountOverlap { account: "boutique".into(), how }))
        .map(|check| {
            assert!(is_warning(&check) && check.text.starts_with("`boutique`"), "{check:?}");
            check.text
        })
        .collect();
    texts.dedup();
    assert_eq!(texts.len(), 4);
}
