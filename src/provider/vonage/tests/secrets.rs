//! Keys, tokens and clocks.

use super::*;

/// Answers as Vonage does to a clock that is an hour ahead: tokens of the past are refused, with the true date.
fn an_hour_ahead(seen: &Seen) -> Option<Answer> {
    let now = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let date = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    let valid = claims(seen)["exp"].as_i64().unwrap() > now.as_second();
    (!valid).then(|| problem(401, "#unauthorized")(seen).header("date", &date))
}

#[tokio::test]
async fn a_clock_that_is_off_costs_one_request() {
    let (server, client) = serve(|seen| an_hour_ahead(seen).unwrap_or_else(|| page(seen, 1))).await;
    assert_eq!(client.list().await.unwrap().requests, 2);
    client.list().await.unwrap();
    assert_eq!(server.seen().len(), 3);
    let (server, client) = serve(|seen| an_hour_ahead(seen).unwrap_or_else(|| Answer::status(204))).await;
    client.edit("77", &utility()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
    // A key that is not the application's stays refused.
    let (server, client) =
        serve(|seen| an_hour_ahead(seen).unwrap_or_else(|| problem(401, "#unauthorized")(seen))).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Credentials);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn the_key_signs_for_no_other_host() {
    for url in ["https://evil.example/", "http://api.nexmo.com/", "https://api.nexmo.com.evil.example/"] {
        let error = Client::new(config(&Url::parse(url).unwrap())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HostNotAllowed);
    }
    for url in [BASE_URL, "https://api-eu.vonage.com/v2/whatsapp-manager"] {
        Client::new(config(&Url::parse(url).unwrap())).unwrap();
    }
    let base = Url::parse(BASE_URL).unwrap();
    for waba_id in ["", "12a", "1/../2"] {
        let config = Config { waba_id: waba_id.to_owned(), ..config(&base) };
        assert_eq!(Client::new(config).unwrap_err().kind, ErrorKind::Invalid);
    }
    let key = Signer::Application { id: APPLICATION.to_owned(), private_key: SecretString::from("CANARY") };
    let error = Client::new(Config { signer: key, ..config(&base) }).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(!format!("{error:?} {error}").contains("CANARY"));
}

#[tokio::test]
async fn a_ready_token_goes_out_as_it_is() {
    let server = TestServer::start(|seen| page(seen, 0)).await;
    let config = Config { signer: Signer::Token("sandbox".into()), ..config(&server.url) };
    Client::new(config).unwrap().list().await.unwrap();
    assert_eq!(server.seen()[0].headers["authorization"], "Bearer sandbox");
}

#[tokio::test]
async fn key_and_tokens_show_nowhere() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    // With a single dispatcher, a call site that another test's thread meets first is switched off for all.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let (server, client) = serve(|seen| match seen.index {
        0 => problem(422, "#invalid-json")(seen),
        1 => Answer::redirect(&format!("https://evil.example/?token={}", token(seen))),
        2 => Answer::bytes(token(seen).as_bytes(), "text/plain"),
        3 => an_hour_ahead(seen).unwrap(),
        _ => page(seen, 300),
    })
    .await;
    let mut texts = vec![format!("{client:?} {:?}", config(&server.url))];
    let show = |error: &ProviderError| format!("{error} {error:?}");
    for _ in 0..3 {
        texts.push(show(client.create(&utility()).await.unwrap_err().error()));
    }
    texts.push(format!("{:?}", client.list().await.unwrap()));
    texts.push(format!("{client:?}"));
    drop(guard);
    let log = log.text();
    assert!(log.contains(&format!("POST {TEMPLATES}")) && log.contains("clock is off"), "{log}");
    texts.push(log);
    let key = testing::pkcs8();
    let line = key.expose_secret().lines().nth(3).unwrap();
    let seen = server.seen();
    assert_ne!(token(&seen[0]), token(seen.last().unwrap()));
    for text in texts {
        for seen in &seen {
            let token = token(seen);
            let signature = token.rsplit('.').next().unwrap();
            assert!(!text.contains(signature), "{text}");
        }
        assert!(!text.contains(line) && !text.contains("\\u{1b}"), "{text}");
    }
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
