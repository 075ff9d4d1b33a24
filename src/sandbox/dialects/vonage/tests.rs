//! The dialect on a free port, driven as a client would.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::sandbox::{Config, Operation, Running, Verdict, admin, start};

const PLACE: &str = "vonage/106499765517625";
const TEMPLATES: &str = "/v2/whatsapp-manager/wabas/106499765517625/templates";

struct Desk {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
    server: Running,
    http: reqwest::Client,
}

struct Seen {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
    empty: bool,
}

impl Desk {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        let mut config = Config { review_delay: SignedDuration::ZERO, ..Config::default() };
        change(&mut config);
        admin::configure(&root, PLACE, config).unwrap();
        let server = start(&root, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { _folder: folder, root, server, http }
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.server.url()))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Seen {
        let answer = request.bearer_auth("t0ken").send().await.unwrap();
        Self::seen(answer).await
    }

    async fn seen(answer: reqwest::Response) -> Seen {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap();
        Seen { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default(), empty: bytes.is_empty() }
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(self.request("GET", path)).await
    }

    async fn list(&self, query: &str) -> Seen {
        self.get(&format!("{TEMPLATES}?{query}")).await
    }

    async fn create(&self, body: &Value) -> Seen {
        self.send(self.request("POST", TEMPLATES).json(body)).await
    }

    async fn made(&self, body: &Value) -> String {
        let seen = self.create(body).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        seen.body["id"].as_str().unwrap().to_owned()
    }

    async fn edit(&self, id: &str, body: &Value) -> Seen {
        self.send(self.request("PUT", &format!("{TEMPLATES}/{id}")).json(body)).await
    }

    async fn delete(&self, query: &str) -> Seen {
        self.send(self.request("DELETE", &format!("{TEMPLATES}?{query}"))).await
    }

    async fn upload(&self, kind: &str, field: &str) -> Seen {
        self.upload_bytes(kind, field, b"\x89PNG".to_vec()).await
    }

    async fn upload_bytes(&self, kind: &str, field: &str, bytes: Vec<u8>) -> Seen {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("a.png");
        let form = reqwest::multipart::Form::new().part(field.to_owned(), part);
        let path = format!("/v2/whatsapp-manager/media/uploads?file_type={kind}");
        self.send(self.request("POST", &path).multipart(form)).await
    }
}

fn plain(name: &str, language: &str) -> Value {
    json!({ "name": name, "language": language, "category": "UTILITY", "components": [
        { "type": "BODY", "format": "TEXT", "text": format!("Fernweh Cycles has news about {name}") }] })
}

#[tokio::test]
async fn a_template_lives_as_the_reference_says() {
    let desk = Desk::new().await;
    let created = desk.create(&plain("tour", "en")).await;
    assert_eq!(created.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
    assert!(created.headers.contains_key("x-request-id"));
    let id = created.body["id"].as_str().unwrap().to_owned();
    let shown = desk.get(&format!("{TEMPLATES}/{id}")).await;
    let components = json!([{ "type": "BODY", "text": "Fernweh Cycles has news about tour", "format": "TEXT" }]);
    let wanted = json!({ "id": id, "name": "tour", "language": "en", "status": "APPROVED", "category": "UTILITY",
        "components": components });
    assert_eq!(shown.body, wanted);
    let mut body = plain("tour", "en");
    body["components"][0]["text"] = "Fernweh Cycles has other news".into();
    let edited = desk.edit(&id, &body).await;
    assert_eq!((edited.status, edited.empty), (204, true));
    assert_eq!(desk.list("").await.body["templates"][0]["components"][0]["text"], "Fernweh Cycles has other news");
    // Once a day.
    body["components"][0]["text"] = "Fernweh Cycles has no news".into();
    let again = desk.edit(&id, &body).await;
    assert_eq!(again.status, 400, "{}", again.body);
    let deleted = desk.delete(&format!("name=tour&hsm_id={id}")).await;
    assert_eq!((deleted.status, deleted.empty), (204, true));
    assert_eq!(desk.get(&format!("{TEMPLATES}/{id}")).await.status, 404);
}

#[tokio::test]
async fn an_edit_needs_the_whole_body_and_keeps_the_key() {
    let desk = Desk::new().await;
    let id = desk.made(&plain("tour", "en")).await;
    for field in ["name", "language", "category", "components"] {
        let mut body = plain("tour", "en");
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(desk.edit(&id, &body).await.status, 400, "{field}");
    }
    for body in [plain("ride", "en"), plain("tour", "de")] {
        let seen = desk.edit(&id, &body).await;
        assert_eq!(seen.status, 400);
        assert!(seen.body["detail"].as_str().unwrap().contains("can't be changed"));
    }
    let gone = desk.edit("1", &plain("tour", "en")).await;
    assert_eq!((gone.status, &gone.body["detail"]), (404, &json!("Template was not found.")));
}

#[tokio::test]
async fn deletions_take_one_or_all_languages() {
    let desk = Desk::new().await;
    let en = desk.made(&plain("tour", "en")).await;
    desk.made(&plain("tour", "de")).await;
    desk.made(&plain("tour", "fr")).await;
    let other = desk.made(&plain("ride", "en")).await;
    assert_eq!(desk.delete(&format!("name=tour&hsm_id={other}")).await.status, 404);
    assert_eq!(desk.delete(&format!("hsm_id={en}")).await.status, 422);
    assert_eq!(desk.delete(&format!("name=tour&hsm_id={en}")).await.status, 204);
    assert_eq!(desk.list("").await.body["templates"].as_array().unwrap().len(), 3);
    assert_eq!(desk.delete("name=tour").await.status, 204);
    assert_eq!(desk.delete("name=tour").await.status, 404);
    assert_eq!(desk.list("").await.body["templates"][0]["id"], *other);
}

#[tokio::test]
async fn pages_have_cursors_and_no_totals() {
    let desk = Desk::new().await;
    let seeds: Vec<Value> = (0..30).map(|n| plain(&format!("seed_{n:02}"), "en")).collect();
    admin::seed(&desk.root, PLACE, &seeds).unwrap();
    let first = desk.list("").await.body;
    assert_eq!(first["templates"].as_array().unwrap().len(), 25);
    assert_eq!(first.as_object().unwrap().len(), 2);
    assert!(first["paging"]["previous"].is_null());
    let next = first["paging"]["next"].as_str().unwrap();
    assert!(next.starts_with(desk.server.url()), "{next}");
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    let second = desk.list(&format!("limit=25&after={after}")).await.body;
    assert_eq!(second["templates"].as_array().unwrap().len(), 5);
    assert!(second["paging"]["next"].is_null() && !second["paging"]["previous"].is_null());
    let before = second["paging"]["cursors"]["before"].as_str().unwrap();
    assert_eq!(desk.list(&format!("before={before}")).await.body["templates"], first["templates"]);
    for bad in ["limit=0", "limit=501", "limit=x", "after=MjQ", "status=LOCKED", "category=OTP", "quality_score=BLUE"] {
        assert_eq!(desk.list(bad).await.status, 400, "{bad}");
    }
    assert_eq!(desk.list("limit=500").await.body["templates"].as_array().unwrap().len(), 30);
}

#[tokio::test]
async fn filters_find_parts_of_names_and_texts() {
    let desk = Desk::new().await;
    desk.made(&plain("tour", "en")).await;
    desk.made(&plain("tour_de_graz", "de")).await;
    let mut marketing = plain("bells", "en");
    marketing["category"] = "MARKETING".into();
    desk.made(&marketing).await;
    admin::review(&desk.root, PLACE, "bells", None, &Verdict::Quality("RED".to_owned())).unwrap();
    admin::review(&desk.root, PLACE, "tour", None, &Verdict::Pause).unwrap();
    for (query, found) in [
        ("name=tour", 2),
        ("name=TOUR_DE", 1),
        ("content=about%20bells", 1),
        ("name_or_content=news", 3),
        ("language=de", 1),
        ("category=MARKETING", 1),
        ("quality_score=RED", 1),
        ("quality_score=UNKNOWN", 2),
        ("status=PAUSED", 1),
        ("status=APPROVED&category=UTILITY", 1),
        ("status=REJECTED", 0),
    ] {
        assert_eq!(desk.list(query).await.body["templates"].as_array().unwrap().len(), found, "{query}");
    }
}

#[tokio::test]
async fn problems_have_the_documented_form() {
    let desk = Desk::new().await;
    let mut stray = plain("tour", "en");
    stray["components"][0]["buttons"] = json!([]);
    let seen = desk.create(&stray).await;
    assert_eq!(seen.status, 422);
    assert_eq!(seen.headers["content-type"], "application/problem+json");
    assert_eq!(seen.body["title"], "Message template \"components\" param contains unexpected field(s)");
    assert!(seen.body["instance_id"].is_string() && seen.body["instance"].is_null());
    desk.made(&plain("tour", "en")).await;
    let twice = desk.create(&plain("tour", "en")).await;
    assert_eq!((twice.status, &twice.body["title"]), (422, &json!("Content in This Language Already Exists")));
    let gone = desk.get(&format!("{TEMPLATES}/1")).await;
    assert_eq!((gone.status, &gone.body["title"]), (404, &json!("Not Found")));
    assert_eq!(gone.body["type"], "https://developer.vonage.com/api-errors#not-found");
    assert!(gone.body["instance"].is_string());
    let nobody = desk.get("/v2/whatsapp-manager/wabas/nobody/templates").await;
    assert_eq!((nobody.status, &nobody.body["detail"]), (404, &json!("Waba was not found.")));
    assert_eq!(desk.get("/v2/whatsapp-manager/wabas").await.status, 404);
}

#[tokio::test]
async fn the_credential_is_a_bearer() {
    let desk = Desk::new().await;
    let url = format!("{}{TEMPLATES}", desk.server.url());
    for bad in [None, Some("t0ken"), Some("JWT t0ken"), Some("Basic dDpr"), Some("Bearer a.b.c"), Some("Bearer ")] {
        let mut request = desk.http.get(&url);
        if let Some(bad) = bad {
            request = request.header("authorization", bad);
        }
        let seen = Desk::seen(request.send().await.unwrap()).await;
        assert_eq!((seen.status, &seen.body["detail"]), (401, &json!("Invalid Token")), "{bad:?}");
    }
    assert_eq!(desk.get(TEMPLATES).await.status, 200);
    let desk = Desk::with(|config| config.token = Some("right".to_owned())).await;
    assert_eq!(desk.get(TEMPLATES).await.status, 401);
    assert_eq!(desk.upload("image/png", "mediafile").await.status, 401);
    let right = desk.request("GET", TEMPLATES).bearer_auth("right").send().await.unwrap();
    assert_eq!(right.status(), 200);
}

#[tokio::test]
async fn uploads_give_handles_that_headers_take() {
    let desk = Desk::new().await;
    let handle = desk.upload("image/png", "mediafile").await.body["h"].as_str().unwrap().to_owned();
    let body = |format: &str, handle: &Value| {
        let mut body = plain("picture", "en");
        let header = json!({ "type": "HEADER", "format": format, "example": { "header_handle": handle } });
        body["components"].as_array_mut().unwrap().insert(0, header);
        body
    };
    assert_eq!(desk.create(&body("VIDEO", &json!(handle))).await.status, 422);
    assert_eq!(desk.create(&body("IMAGE", &json!("h:3:aW1h"))).await.status, 422);
    let id = desk.made(&body("IMAGE", &json!(handle))).await;
    let shown = desk.get(&format!("{TEMPLATES}/{id}")).await.body;
    let media = shown["components"][0]["example"]["header_handle"][0].as_str().unwrap();
    let file = desk.http.get(media).send().await.unwrap();
    assert_eq!(
        (file.headers()["content-type"].clone(), file.bytes().await.unwrap().len()),
        ("image/png".parse().unwrap(), 4)
    );

    assert_eq!(desk.upload("application/pdf", "mediafile").await.status, 400);
    assert_eq!(desk.upload("image/png", "file").await.status, 400);
    let large = desk.upload_bytes("video/mp4", "mediafile", vec![7; 16 << 20]).await;
    assert_eq!(large.status, 200, "{}", large.body);
    let bare = desk.send(desk.request("POST", "/v2/whatsapp-manager/media/uploads")).await;
    assert_eq!((bare.status, &bare.body["title"]), (422, &json!("Missing required parameter")));
}

#[tokio::test]
async fn forty_requests_a_second_and_no_more() {
    // Seconds pass on the account's clock, so one that is full has to be met: the file is made so for each of the next ones.
    let desk = Desk::new().await;
    let path = desk.root.join("vonage/106499765517625.limits");
    let refused = loop {
        let second = admin::now(&desk.root, PLACE).unwrap().as_second();
        std::fs::write(&path, json!({ "requests": { "since": second, "count": 40 } }).to_string()).unwrap();
        let seen = desk.list("limit=1").await;
        if admin::now(&desk.root, PLACE).unwrap().as_second() == second {
            break seen;
        }
    };
    assert_eq!((refused.status, &refused.body["title"]), (429, &json!("Rate Limit Hit")));
    assert_eq!(refused.body["type"], "https://developer.vonage.com/api-errors/messages-olympus#1000");
}

#[tokio::test]
async fn seeds_are_shown_as_they_came_until_they_change() {
    let desk = Desk::new().await;
    let seed = json!({ "id": "42", "name": "flow", "language": "en", "status": "LOCKED", "category": "OTP", "new": [1],
        "components": [{ "type": "BODY", "text": "Hi", "format": "TEXT" },
            { "type": "BUTTONS", "buttons": [{ "type": "FLOW", "text": "Go", "flow_id": "12" }] }] });
    admin::seed(&desk.root, PLACE, std::slice::from_ref(&seed)).unwrap();
    assert_eq!(desk.get(&format!("{TEMPLATES}/42")).await.body, seed);
    admin::review(&desk.root, PLACE, "flow", None, &Verdict::Approve).unwrap();
    let shown = desk.get(&format!("{TEMPLATES}/42")).await.body;
    assert_eq!((&shown["status"], &shown["components"]), (&json!("APPROVED"), &seed["components"]));
    admin::hand_edit(&desk.root, PLACE, "flow", "en", &json!([{ "type": "BODY", "text": "Ho" }])).unwrap();
    let shown = desk.get(&format!("{TEMPLATES}/42")).await.body;
    assert_eq!(shown["components"], json!([{ "type": "BODY", "text": "Ho", "format": "TEXT" }]));
}

#[tokio::test]
async fn requests_are_written_down_without_their_credential() {
    let desk = Desk::new().await;
    let id = desk.made(&plain("tour", "en")).await;
    desk.edit(&id, &plain("tour", "en")).await;
    desk.delete(&format!("name=tour&hsm_id={id}")).await;
    desk.delete("name=tour").await;
    desk.upload("image/png", "mediafile").await;
    let log = admin::requests(&desk.root).unwrap();
    let seen: Vec<_> = log.iter().map(|one| (one.operation, one.template.as_deref(), one.status)).collect();
    assert_eq!(
        seen,
        [
            (Operation::Create, Some("tour/en"), Some(200)),
            (Operation::Edit, Some("tour/en"), Some(204)),
            (Operation::Delete, Some("tour/en"), Some(204)),
            (Operation::Delete, Some("tour"), Some(404)),
            (Operation::Upload, None, Some(200)),
        ]
    );
    assert!(log.iter().all(|one| one.dialect == "vonage"));
    assert_eq!(log[0].waba.as_deref(), Some(PLACE));
    let text = std::fs::read_to_string(desk.root.join("requests.jsonl")).unwrap();
    assert!(!text.contains("t0ken"));
}
