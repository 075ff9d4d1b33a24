//! The same wishes on every provider: what one cannot hold is refused with a way out, what it deletes goes with its siblings.

use super::*;
use crate::{
    plan::{ActionKind, MediaRoute, State as Stand},
    provider::{Capabilities, Feature, capability},
    source::Removal,
    template::MediaSource,
};

struct Case<'a> {
    capabilities: &'a Capabilities,
    desired: &'a [Desired],
    removed: &'a [Removal],
    live: &'a [Live],
    ledger: Option<&'a State>,
    media: MediaRoute,
}

fn planned(case: &Case<'_>) -> AccountPlan {
    let Case { capabilities, desired, removed, live, ledger, media } = *case;
    reconcile(&Facts {
        account: "shop",
        provider: capabilities.name,
        scope: "1 @ https://example.test".into(),
        sandbox: false,
        media,
        workspace: "workshop",
        policy: &Policy::default(),
        capabilities,
        desired,
        removed,
        live,
        template_limit: Some(250),
        requests: 1,
        ledger,
        consent: &Consent::default(),
        promotion: None,
        selection: &Selection::default(),
        prune: false,
        now: Timestamp::UNIX_EPOCH,
        place: &|_| Place { file: "templates/bike_ready.yaml".into(), line: 1 },
    })
}

fn created(content: &Content, capabilities: &Capabilities, media: MediaRoute) -> Vec<String> {
    let wish = desired(content);
    let case = Case { capabilities, desired: &[wish], removed: &[], live: &[], ledger: None, media };
    let plan = planned(&case);
    let [action] = plan.actions.as_slice() else { panic!("{:?}", plan.actions) };
    let reasons = action.verdict.reasons.iter().filter(|reason| reason.rule == "capability");
    reasons.inspect(|reason| assert!(reason.remedy.is_some(), "{reason:?}")).map(|r| r.reason.clone()).collect()
}

#[test]
fn what_a_provider_lacks_is_refused_part_by_part_and_nothing_else() {
    for capabilities in capability::all() {
        for content in contents() {
            let refused = created(&content, capabilities, MediaRoute::Upload);
            let lacks = |feature: &Feature| {
                refused.iter().any(|reason| reason.contains(&format!("has no {} (", feature.words())))
            };
            for feature in Feature::ALL.iter().filter(|feature| lacks(feature)) {
                assert!(!capabilities.has(*feature), "{} {feature:?}", capabilities.title);
            }
            let named = content.parameter_format == crate::template::ParameterFormat::Named;
            assert_eq!(
                named && !capabilities.has(Feature::NamedParameters),
                lacks(&Feature::NamedParameters),
                "{}",
                capabilities.title
            );
            assert_eq!(
                content.carousel.is_some() && !capabilities.has(Feature::Carousel),
                lacks(&Feature::Carousel),
                "{}",
                capabilities.title
            );
        }
    }
}

#[test]
fn samples_that_cannot_get_there_are_refused() {
    let mut content = fixture::all().into_iter().find(|content| {
        matches!(content.header.as_ref().map(|header| &header.kind), Some(crate::template::HeaderKind::Media { .. }))
    });
    let content = content.as_mut().unwrap();
    let mut with = |source: MediaSource, route| {
        for slot in components::media_mut(content) {
            slot.sample.source = source.clone();
        }
        let refused = created(content, &meta::CAPABILITIES, route);
        refused.iter().any(|reason| reason.contains("media samples"))
    };
    let file = || MediaSource::File("media/a.png".into());
    let url = || MediaSource::Url("https://fernweh.example/a.png".into());
    let handle = || MediaSource::Handle("4::x".into());
    let routes = [MediaRoute::Upload, MediaRoute::NoApp, MediaRoute::Public, MediaRoute::NotPublic];
    assert_eq!(routes.map(|route| with(file(), route)), [false, true, false, true]);
    assert_eq!(routes.map(|route| with(url(), route)), [false, true, false, false]);
    assert_eq!(routes.map(|route| with(handle(), route)), [false; 4]);
}

/// A managed name in three languages, and the plan that removes some of them.
fn removal(capabilities: &Capabilities, languages: &[&str], disabled: Option<&str>) -> AccountPlan {
    let content = Content::default();
    let mut state = State::new("1", Timestamp::UNIX_EPOCH);
    let mut shown = Vec::new();
    for (at, language) in ["de", "en_US", "it"].into_iter().enumerate() {
        let mut template = live(&content, BTreeSet::new());
        template.key.language = language.to_owned();
        template.id = at.to_string();
        if disabled == Some(language) {
            template.status = Status::Disabled;
        }
        let mut entry = ledger(&content).templates.into_values().next().unwrap();
        (entry.language, entry.id) = (language.to_owned(), at.to_string());
        state.fold(&Record { seq: at as u64 + 1, at: Timestamp::UNIX_EPOCH, change: Change::Adopt(Box::new(entry)) });
        shown.push(template);
    }
    let removed = Removal {
        name: key().name,
        languages: languages.iter().map(|language| (*language).to_owned()).collect(),
        reason: None,
        keep: false,
        span: Span { file: FileId(0), start: 0, end: 0 },
    };
    let case = Case {
        capabilities,
        desired: &[],
        removed: &[removed],
        live: &shown,
        ledger: Some(&state),
        media: MediaRoute::Upload,
    };
    planned(&case)
}

fn states(plan: &AccountPlan) -> Vec<(&str, Stand)> {
    let deletions = plan.actions.iter().filter(|action| action.kind == ActionKind::Delete);
    deletions.map(|action| (action.key.language.as_str(), action.verdict.state)).collect()
}

#[test]
fn a_name_goes_whole_or_not_at_all_where_the_provider_knows_nothing_smaller() {
    use Stand::{Blocked, Ready};
    for capabilities in capability::all() {
        let single = capabilities.has(Feature::DeleteLanguage);
        let all = removal(capabilities, &[], None);
        assert_eq!(states(&all), [("de", Ready), ("en_US", Ready), ("it", Ready)], "{}", capabilities.title);
        assert_eq!(all.estimate.requests, if single { 3 } else { 1 }, "{}", capabilities.title);

        let one = removal(capabilities, &["it"], None);
        let wanted = if single { Ready } else { Blocked };
        assert_eq!(states(&one), [("it", wanted)], "{}", capabilities.title);

        // A language that may not go holds the others.
        let held = removal(capabilities, &[], Some("de"));
        assert_eq!(states(&held), [("de", Blocked), ("en_US", wanted), ("it", wanted)], "{}", capabilities.title);
    }
}
