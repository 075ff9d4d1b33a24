//! Lists and single templates.

use super::*;

#[tokio::test]
async fn six_thousand_templates_take_24_requests_and_one_token() {
    let (server, client) = serve(|seen| page(seen, 6000)).await;
    let listing = Provider::Vonage(client).list().await.unwrap();
    assert_eq!(listing.templates.len(), 6000);
    assert_eq!((listing.requests, listing.template_limit, listing.total), (24, None, None));
    let seen = server.seen();
    assert_eq!(seen.len(), 24);
    assert!(seen.iter().all(|seen| seen.path == TEMPLATES && seen.param("limit") == Some("250")));
    assert!(seen.iter().all(|one| token(one) == token(&seen[0])));
    let claims = claims(&seen[0]);
    assert_eq!(claims["application_id"], APPLICATION);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    let age = jiff::Timestamp::now().as_second() - claims["iat"].as_i64().unwrap();
    assert!((60..90).contains(&age), "{age}");
    assert_eq!((seen[0].query.len(), seen[1].param("after")), (1, Some("c-250")));
}

#[tokio::test]
async fn the_base_url_keeps_its_path() {
    let server = TestServer::start(|seen| page(seen, 0)).await;
    let client = client(&server.url.join("v2/whatsapp-manager").unwrap());
    assert!(client.list().await.unwrap().templates.is_empty());
    assert_eq!(server.seen()[0].path, format!("/v2/whatsapp-manager{TEMPLATES}"));
}

#[tokio::test]
async fn a_list_is_whole_or_an_error() {
    let (server, client) =
        serve(|seen| if seen.param("after") == Some("c-500") { Answer::status(503) } else { page(seen, 600) }).await;
    assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(server.seen().len(), 2 + 5);

    let circle = json!({ "templates": [], "paging": { "cursors": { "after": "same" }, "next": "https://x.example/" } });
    let (server, client) = serve(move |_| Answer::json(200, &circle)).await;
    let error = client.list().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.message.contains("circle"), "{error}");
    assert_eq!(server.seen().len(), 2);

    let (_server, client) = serve(|seen| {
        let mut body: Value = serde_json::from_slice(&page(seen, 300).body_bytes()).unwrap();
        if seen.param("after").is_some() {
            body["templates"].as_array_mut().unwrap().insert(0, node(249));
        }
        Answer::json(200, &body)
    })
    .await;
    assert_eq!(client.list().await.unwrap().templates.len(), 300);
}

#[tokio::test]
async fn a_full_page_without_a_word_about_pages_is_not_the_whole_list() {
    for (total, paging) in [(600, None), (250, Some(json!(null))), (250, Some(json!("next")))] {
        let (_server, client) = serve(move |seen| {
            let mut body: Value = serde_json::from_slice(&page(seen, total).body_bytes()).unwrap();
            match &paging {
                None => drop(body.as_object_mut().unwrap().shift_remove("paging")),
                Some(other) => body["paging"] = other.clone(),
            }
            Answer::json(200, &body)
        })
        .await;
        assert_eq!(client.list().await.unwrap_err().kind, ErrorKind::Protocol, "{total}");
    }
}

#[tokio::test]
async fn pages_are_halved_when_the_account_cannot_do_as_much() {
    let (server, client) = serve(|seen| {
        let limit: usize = seen.param("limit").unwrap().parse().unwrap();
        if limit > 100 { problem(500, "/messages-olympus#1030")(seen) } else { page(seen, 100) }
    })
    .await;
    assert_eq!(client.list().await.unwrap().templates.len(), 100);
    let limits: Vec<_> = server.seen().iter().map(|seen| seen.param("limit").unwrap().to_owned()).collect();
    assert_eq!(limits, ["250", "125", "62", "62"]);
    // About something else it comes back, after all tries of the smallest page.
    let (server, client) = serve(problem(500, "/messages-olympus#1030")).await;
    assert_eq!(client.list().await.unwrap_err().code, Some(1030));
    assert_eq!(server.seen().len(), 3 + 5);
}

#[tokio::test]
async fn reads_are_tried_again_while_it_helps() {
    let passing: [Reply; 3] = [
        |_| Answer::status(502),
        |seen| problem(429, "/messages-olympus#1000")(seen),
        |_| Answer::status(429).header("retry-after", "0"),
    ];
    for passing in passing {
        let (server, client) = serve(move |seen| if seen.index < 2 { passing(seen) } else { page(seen, 1) }).await;
        assert_eq!(client.list().await.unwrap().requests, 3);
        assert_eq!(server.seen().len(), 3);
    }
    let lasting: [(Reply, ErrorKind); 7] = [
        (|seen| problem(401, "#unauthorized")(seen), ErrorKind::Credentials),
        (|seen| problem(403, "")(seen), ErrorKind::Permission),
        (|seen| problem(404, "#not-found")(seen), ErrorKind::NotFound),
        (|seen| problem(400, "")(seen), ErrorKind::Invalid),
        (|_| Answer::status(401), ErrorKind::Credentials),
        (|_| Answer::status(404), ErrorKind::Protocol),
        (|_| Answer::bytes(b"<html>", "text/html"), ErrorKind::Protocol),
    ];
    for (lasting, kind) in lasting {
        let (server, client) = serve(lasting).await;
        assert_eq!(client.list().await.unwrap_err().kind, kind);
        assert_eq!(server.seen().len(), 1);
    }
    let (url, count) = hangs_up().await;
    assert_eq!(client(&url).list().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(*count.lock().unwrap(), 5);
}

#[tokio::test]
async fn a_problem_is_told_in_its_own_words() {
    let (_server, client) =
        serve(|seen| problem(429, "/messages-olympus#1000")(seen).header("retry-after", "100")).await;
    let error = client.list().await.unwrap_err();
    assert_eq!((error.code, error.http_status, error.from_provider), (Some(1000), Some(429), true));
    assert_eq!((error.trace_id.as_deref(), error.retry_after), (Some("2f4461e1"), Some(Duration::from_secs(100))));
    assert_eq!(error.to_string(), "Titel: Text [2J *** (1000, trace 2f4461e1)");
    let body = json!({ "title": "Missing required parameter", "detail": "x", "instance_id": "85292fc4" });
    let (_server, client) = serve(move |_| Answer::json(422, &body)).await;
    let error = client.get("1").await.unwrap_err();
    assert_eq!(
        (error.kind, error.trace_id.as_deref(), error.from_provider),
        (ErrorKind::Invalid, Some("85292fc4"), true)
    );
}

#[tokio::test]
async fn gone_is_told_from_an_account_that_is_not_seen() {
    // The account shows itself: the template is gone.
    let (server, client) = serve(|seen| match seen.param("limit") {
        Some(_) => page(seen, 0),
        None => problem(404, "#not-found")(seen),
    })
    .await;
    assert_eq!(client.get("77").await.unwrap(), None);
    client.delete(&one()).await.unwrap();
    assert_eq!(server.seen().len(), 4);
    // It does not: nobody knows.
    let (_server, client) = serve(problem(404, "#not-found")).await;
    assert_eq!(client.get("77").await.unwrap_err().kind, ErrorKind::NotFound);
    assert!(matches!(client.delete(&one()).await, Err(WriteError::Unknown(_))));
    // A wrong address is not a template that is gone.
    let (server, client) = serve(|_| Answer::status(404)).await;
    assert_eq!(client.get("77").await.unwrap_err().kind, ErrorKind::Protocol);
    assert_eq!(server.seen().len(), 1);
}
