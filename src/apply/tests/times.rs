//! Times that change under a running apply.

use jiff::Timestamp;

use super::{Shop, family};
use crate::{
    apply::{ActionResult, Outcome},
    plan::ActionKind,
    workspace::policy::Freeze,
};

fn held(result: &ActionResult) -> bool {
    matches!(&result.outcome, Outcome::NotAttempted { reason, later: true } if reason.contains("frozen until"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_that_begins_after_the_plan_holds_the_writes_that_are_left() {
    let shop = Shop::new(&[family("bell", "one"), family("lamp", "one")].concat());
    shop.apply(None).await.unwrap();
    shop.advance(jiff::SignedDuration::from_hours(25));
    shop.families(&[family("bell", "two"), family("lamp", "one"), family("tyre", "one")].concat());
    let freeze = Freeze { from: Timestamp::UNIX_EPOCH, to: Timestamp::MAX, reason: None };
    let report = shop.apply_into(freeze).await.unwrap();
    for result in &report.results {
        assert_eq!(held(result), result.kind == ActionKind::Edit, "{result:?}");
    }
    assert_eq!(report.results.len(), 2);
    let before = shop.standing();
    shop.apply(None).await.unwrap();
    assert_ne!(shop.standing(), before);
}
