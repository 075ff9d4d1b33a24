//! A server at `base_url`, with a real key.

use letterpress::sandbox::{Config, admin};
use serde_json::json;

use super::{BOTH, CHANNEL, Shop, config};
use crate::harness::{BELL, Output, Server};

/// A workspace whose account is at a server, with the key that this server asks for.
fn served(api: &str) -> (Shop, Server) {
    let shop = Shop::of(api, BELL);
    shop.configure(|config| config.token = Some("CANARY-d360-key".to_owned()));
    let server = Server::of(&shop.0);
    let here = format!("api_key: {{env: D360_KEY}}, base_url: \"{}\"", server.url());
    shop.0.write("letterpress.yaml", config(api, &here));
    (shop, server)
}

fn run(shop: &Shop, key: &str, arguments: &[&str]) -> Output {
    Output::of(shop.0.command(arguments).env("D360_KEY", key).output().unwrap())
}

#[test]
fn a_server_with_a_real_key_is_served_and_the_key_shows_nowhere() {
    for api in BOTH {
        let (shop, _server) = served(api);
        let key = "CANARY-d360-key";
        let outputs = [
            run(&shop, key, &["plan", "-v"]).ends(0),
            run(&shop, key, &["apply", "--auto-approve", "-v"]).ends(0),
            run(&shop, key, &["plan", "--detailed-exitcode"]).ends(0),
            run(&shop, key, &["drift"]).ends(0),
            run(&shop, "CANARY-of-somebody-else", &["plan"]).ends(4),
        ];
        assert_eq!(shop.holds(), ["bell_ready/en_US"]);
        let requests = format!("{:?}", shop.0.requests());
        for text in outputs.iter().map(ToString::to_string).chain([requests, shop.0.ledger_text()]) {
            assert!(!text.contains("CANARY"), "{text}");
        }
    }
}

#[test]
fn a_partner_may_also_give_a_token_for_a_day() {
    let (shop, server) = served(super::PARTNER);
    let here = format!("token: {{env: D360_KEY}}, base_url: \"{}\"", server.url());
    shop.0.write("letterpress.yaml", config(super::PARTNER, &here));
    run(&shop, "CANARY-d360-key", &["apply", "--auto-approve"]).ends(0);
    assert_eq!(shop.holds(), ["bell_ready/en_US"]);
    run(&shop, "CANARY-of-somebody-else", &["plan"]).ends(4);
    // At WABA level there is only the channel's key.
    shop.0.write("letterpress.yaml", config(CHANNEL, &here));
    run(&shop, "CANARY-d360-key", &["plan"]).ends(3).says("needs `api_key`");
}

#[test]
fn a_channel_key_of_another_account_is_refused_where_it_can_be_told() {
    let (shop, _server) = served(CHANNEL);
    run(&shop, "CANARY-d360-key", &["apply", "--auto-approve"]).ends(0);
    let other = Config { token: Some("CANARY-other-key".to_owned()), ..Config::default() };
    admin::configure(&shop.0.sandbox(), "360dialog/otherWA", other).unwrap();
    // An empty account shows no template that could tell whose it is.
    run(&shop, "CANARY-other-key", &["plan"]).ends(0);
    let row = json!({ "id": "x1WT", "name": "bike", "language": "de", "category": "UTILITY", "status": "approved",
        "waba_account_id": "otherWA", "components": [{ "type": "BODY", "text": "Fertig." }] });
    admin::seed(&shop.0.sandbox(), "360dialog/otherWA", &[row]).unwrap();
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        run(&shop, "CANARY-other-key", command).ends(4).says("another WABA account: otherWA, and not fernWA");
    }
}
