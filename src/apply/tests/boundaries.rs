//! Every write to the ledger during an apply, and every way in which it can end there: the next apply brings account and
//! ledger to where an apply that nobody disturbed brings them.

use std::{collections::HashMap, sync::Arc};

use super::{Shop, family};
use crate::{
    ledger::tests::faulty::{Break, Faulty},
    sandbox::{Operation, admin},
};

/// An account with an edit, three creates in two families, a deletion, an adoption and a release ahead.
async fn prepared() -> Shop {
    let old = ["bell_ready", "horn_ready", "lamp_ready", "rack_ready"];
    let shop = Shop::new(&old.map(|name| family(name, "pick it up")).concat());
    assert!(shop.apply(None).await.unwrap().stopped.is_none());
    let pump = serde_json::json!({
        "name": "pump_ready", "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Your bike is ready, pump it up."}],
    });
    admin::seed(&shop.sandbox(), super::WABA, &[pump]).unwrap();
    shop.families(&format!(
        "removed: [horn_ready, {{name: rack_ready, keep: true}}]\n---\n{}{}{}{}\
         name: tour_ready\ncategory: UTILITY\nlanguages:\n  en_US:\n    body: The tour starts.\n  de:\n    body: Es geht los.\n",
        family("bell_ready", "fetch it"),
        family("lamp_ready", "fetch it at once"),
        family("ring_ready", "ring twice"),
        family("pump_ready", "pump it up"),
    ));
    admin::clear_requests(&shop.sandbox()).unwrap();
    shop
}

/// Creates and edits that the account carried out, by template.
fn processed(shop: &Shop) -> HashMap<(Operation, String), usize> {
    let mut out = HashMap::new();
    for request in admin::requests(&shop.sandbox()).unwrap() {
        if matches!(request.operation, Operation::Create | Operation::Edit) && request.status == Some(200) {
            *out.entry((request.operation, request.template.unwrap())).or_default() += 1;
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_the_ledger_fails_the_next_apply_ends_where_an_undisturbed_one_does() {
    let start = prepared().await;
    let calm = start.twin();
    assert!(calm.apply(None).await.unwrap().stopped.is_none());
    let expected = calm.standing();
    assert_eq!(processed(&calm).len(), 5);
    assert_eq!(calm.wanted().await, 0);
    let mut places = 0;
    for how in Break::ALL {
        for at in 0.. {
            let shop = start.twin();
            let disk = Faulty::new(at, how);
            let note = format!("{how:?} at write {at}");
            let died = shop.apply(Some(Arc::clone(&disk) as _)).await.is_none();
            if !disk.broke() {
                assert!(!died, "{note}");
                break;
            }
            places += 1;
            shop.recover();
            let report = shop.apply(None).await.unwrap_or_else(|| panic!("{note}: the next one fails"));
            assert!(report.stopped.is_none(), "{note}: {:?}", report.stopped);
            assert_eq!(shop.standing(), expected, "{note}");
            let twice: Vec<_> = processed(&shop).into_iter().filter(|(_, times)| *times != 1).collect();
            assert!(twice.is_empty(), "{note}: {twice:?}");
            assert_eq!(shop.wanted().await, 0, "{note}");
        }
    }
    assert!(places > 90, "{places} places");
}
