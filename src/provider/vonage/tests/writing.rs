//! Creates, edits, deletions and uploads.

use super::*;

#[tokio::test]
async fn a_create_sends_all_and_looks_once() {
    let (server, client) = serve(|seen| match seen.method.as_str() {
        "POST" => Answer::json(200, &json!({ "id": "77" })),
        _ => Answer::json(200, &node(77)),
    })
    .await;
    let created = Created { id: "77".to_owned(), status: Status::Approved, category: Some(Category::Marketing) };
    assert_eq!(client.create(&utility()).await.unwrap(), created);
    let seen = server.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", TEMPLATES));
    assert!(seen[0].query.is_empty());
    assert_eq!(
        seen[0].json(),
        json!({ "name": "bike_ready", "language": "en_US", "category": "UTILITY", "components": [
            { "type": "BODY", "format": "TEXT", "text": "Hi {{1}}, ready!", "example": { "body_text": [["Ada"]] } }] })
    );
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("GET", "/wabas/1022/templates/77"));
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn a_look_that_fails_leaves_the_category_open() {
    let looks: [Reply; 5] = [
        |_| Answer::status(500),
        |seen| problem(404, "#not-found")(seen),
        |_| Answer::bytes(b"<html>", "text/html"),
        |_| Answer::json(200, &json!({ "id": "77" })),
        // Somebody else's.
        |_| {
            let mut node = node(77);
            node["language"] = "de".into();
            Answer::json(200, &node)
        },
    ];
    for look in looks {
        let (server, client) = serve(move |seen| match seen.method.as_str() {
            "POST" => Answer::json(200, &json!({ "id": 77 })),
            _ => look(seen),
        })
        .await;
        let created = Created { id: "77".to_owned(), status: Status::Pending, category: None };
        assert_eq!(client.create(&utility()).await.unwrap(), created);
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn an_edit_without_a_category_asks_which_it_is() {
    let (server, client) = serve(|seen| match seen.method.as_str() {
        "GET" => Answer::json(200, &node(77)),
        _ => Answer::status(204),
    })
    .await;
    client.edit("77", &submission(None)).await.unwrap();
    client.edit("77", &utility()).await.unwrap();
    let seen = server.seen();
    let asked: Vec<String> = seen.iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect();
    let path = "/wabas/1022/templates/77";
    assert_eq!(asked, [format!("GET {path}"), format!("PUT {path}"), format!("PUT {path}")]);
    let (first, second) = (seen[1].json(), seen[2].json());
    assert_eq!((&first["category"], &second["category"]), (&json!("MARKETING"), &json!("UTILITY")));
    for field in ["name", "language", "components"] {
        assert!(first.get(field).is_some() && first[field] == second[field], "{field}");
    }
}

#[tokio::test]
async fn an_edit_whose_category_is_not_known_is_not_sent() {
    let mut legacy = node(77);
    legacy["category"] = "TRANSACTIONAL".into();
    let mut other = node(77);
    other["name"] = "bike_sold".into();
    let looks = [Answer::json(200, &legacy), Answer::json(200, &other), Answer::status(404), Answer::status(401)];
    for look in looks {
        let (server, client) = serve(move |_| look.clone()).await;
        let error = client.edit("77", &submission(None)).await.unwrap_err();
        assert!(matches!(error, WriteError::NotSent(_)), "{error}");
        assert!(server.seen().iter().all(|seen| seen.method == "GET"));
    }
}

#[tokio::test]
async fn deletions_name_one_or_all() {
    let (server, client) = serve(|_| Answer::status(204)).await;
    client.delete(&one()).await.unwrap();
    client.delete(&Deletion::Name { name: "bike_ready".to_owned() }).await.unwrap();
    let seen = server.seen();
    assert!(seen.iter().all(|seen| seen.method == "DELETE" && seen.path == TEMPLATES && seen.body.is_empty()));
    assert_eq!((seen[0].param("name"), seen[0].param("hsm_id")), (Some("bike_ready"), Some("77")));
    assert_eq!((seen[1].param("name"), seen[1].param("hsm_id")), (Some("bike_ready"), None));
}

#[tokio::test]
async fn nothing_is_sent_for_an_empty_id() {
    let (server, client) = serve(|_| Answer::status(204)).await;
    let key = TemplateKey::new("bike_ready", "de");
    for deletion in [Deletion::One { id: String::new(), key }, Deletion::Name { name: String::new() }] {
        assert!(matches!(client.delete(&deletion).await, Err(WriteError::NotSent(_))));
    }
    for submission in [utility(), submission(None)] {
        assert!(matches!(client.edit("", &submission).await, Err(WriteError::NotSent(_))));
    }
    assert!(client.get("").await.is_err());
    assert!(matches!(client.create(&submission(None)).await, Err(WriteError::NotSent(_))));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_write_is_repeated_only_if_it_surely_had_no_effect() {
    let (server, client) = serve(|seen| match seen.index {
        0 | 1 => problem(429, "/messages-olympus#1000")(seen),
        _ => Answer::status(204),
    })
    .await;
    client.edit("77", &utility()).await.unwrap();
    assert_eq!(server.seen().len(), 3);

    let unknown: [Reply; 6] = [
        |_| Answer::status(500),
        |seen| problem(500, "/messages-olympus#1030")(seen),
        |seen| problem(503, "/messages-olympus#1000")(seen),
        |_| Answer::bytes(b"<html>", "text/html"),
        |_| Answer::json(200, &json!([])),
        |_| Answer::json(200, &json!({ "status": "PENDING" })),
    ];
    for answer in unknown {
        let (server, client) = serve(answer).await;
        for error in [client.create(&utility()).await.unwrap_err(), client.edit("7", &utility()).await.unwrap_err()] {
            assert!(matches!(error, WriteError::Unknown(_)), "{error}");
        }
        assert_eq!(server.seen().len(), 2);
    }
    let refused: [(Reply, ErrorKind, bool); 7] = [
        (|seen| problem(400, "")(seen), ErrorKind::Invalid, false),
        (|seen| problem(422, "#invalid-json")(seen), ErrorKind::Invalid, false),
        (|seen| problem(401, "#unauthorized")(seen), ErrorKind::Credentials, true),
        (|seen| problem(403, "")(seen), ErrorKind::Permission, true),
        (|_| Answer::status(404), ErrorKind::Protocol, false),
        (|_| Answer::redirect("https://evil.example/"), ErrorKind::Protocol, false),
        (|_| Answer::status(429), ErrorKind::RateLimited, false),
    ];
    for (answer, kind, fatal) in refused {
        let (server, client) = serve(answer).await;
        let error = client.edit("77", &utility()).await.unwrap_err();
        assert!(matches!(error, WriteError::Refused(_)), "{error}");
        assert_eq!((error.error().kind, error.error().is_fatal_for_account()), (kind, fatal));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_no_connection_is_not_sent() {
    let (url, count) = hangs_up().await;
    assert!(matches!(client(&url).edit("77", &utility()).await, Err(WriteError::Unknown(_))));
    assert!(matches!(client(&url).create(&utility()).await, Err(WriteError::Unknown(_))));
    assert_eq!(*count.lock().unwrap(), 2);
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = client(&Url::parse(&format!("http://{free}")).unwrap());
    assert!(matches!(client.delete(&one()).await, Err(WriteError::NotSent(_))));
    assert_eq!(client.calls.requests(), 5);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_anything_is_asked() {
    let (server, client) = serve(|_| Answer::status(500)).await;
    let mut submission = submission(None);
    submission.content.header = Some(Header::new(HeaderKind::Location));
    let error = client.edit("77", &submission).await.unwrap_err();
    assert!(matches!(&error, WriteError::NotSent(error) if error.message.contains("`header`")), "{error}");
    submission.category = Some(Category::Utility);
    assert!(matches!(client.create(&submission).await, Err(WriteError::NotSent(_))));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_upload_is_one_form_with_the_documented_field() {
    let (server, client) = serve(|_| Answer::json(200, &json!({ "h": "2:c2Ft\n2:x" }))).await;
    assert_eq!(client.upload(&png()).await.unwrap(), "2:c2Ft\n2:x");
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/media/uploads"));
    assert_eq!(seen.query, [("file_type".to_owned(), "image/png".to_owned())]);
    assert!(seen.headers["content-type"].to_str().unwrap().starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8_lossy(&seen.body).into_owned();
    assert!(body.contains("name=\"mediafile\"; filename=\"hero.png\"") && body.contains("PNG0123"), "{body}");
}

#[tokio::test]
async fn an_upload_that_fails_is_never_of_unknown_effect() {
    let answers: [(Reply, usize); 4] = [
        (|_| Answer::status(500), 5),
        (|seen| problem(400, "")(seen), 1),
        (|_| Answer::json(200, &json!({ "handle": "x" })), 1),
        (|_| Answer::status(204), 1),
    ];
    for (answer, sent) in answers {
        let (server, client) = serve(answer).await;
        let error = client.upload(&png()).await.unwrap_err();
        assert!(!matches!(error, WriteError::Unknown(_)), "{error}");
        assert_eq!(server.seen().len(), sent);
    }
    let (server, client) = serve(|_| Answer::status(500)).await;
    let pdf = Media { mime: "application/pdf".to_owned(), ..png() };
    assert!(matches!(client.upload(&pdf).await, Err(WriteError::NotSent(_))));
    assert!(server.seen().is_empty());
}
