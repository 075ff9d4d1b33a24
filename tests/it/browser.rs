//! What a page in a browser could do to a sandbox that runs beside it: nothing.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
};

use crate::{
    harness::{BELL, WABA, Workspace},
    serving::serve,
};

/// Sends a request as it is; the first line of the answer.
fn sent(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.to_ascii_lowercase().contains("access-control-allow"), "{answer}");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_page_can_neither_read_nor_write() {
    let workspace = Workspace::new(BELL);
    let (_server, url) = serve(&workspace);
    let address = url.strip_prefix("http://").unwrap();
    let edge = format!("/v23.0/{WABA}/message_templates");
    let body =
        r#"{"name":"evil","language":"en_US","category":"UTILITY","components":[{"type":"BODY","text":"Hi there."}]}"#;
    let request = |method: &str, host: &str, more: &str, body: &str| {
        let length = body.len();
        format!(
            "{method} {edge}?access_token=x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n{body}"
        )
    };
    let json = "Content-Type: application/json\r\n";
    for (what, text, status) in [
        ("rebinding", request("GET", &format!("evil.example:{}", address.rsplit_once(':').unwrap().1), "", ""), "421"),
        ("another origin", request("POST", address, &format!("{json}Origin: http://evil.example\r\n"), body), "403"),
        ("another site", request("GET", address, "Sec-Fetch-Site: cross-site\r\n", ""), "403"),
        (
            "asking first",
            request("OPTIONS", address, "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n", ""),
            "403",
        ),
        ("a form", request("POST", address, "Content-Type: application/x-www-form-urlencoded\r\n", "name=evil"), "415"),
        ("plain text", request("POST", address, "Content-Type: text/plain\r\n", body), "415"),
        ("nothing said", request("POST", address, "", body), "415"),
        ("a program", request("GET", address, "", ""), "200"),
        ("a program that writes", request("POST", address, json, body), "200"),
    ] {
        let answer = sent(address, &text);
        assert!(answer.contains(status), "{what}: {answer}");
    }
    assert_eq!(workspace.holds(), ["evil/en_US"]);
    let log = fs::read_to_string(workspace.sandbox().join("requests.jsonl")).unwrap();
    assert!(!log.contains("access_token"), "{log}");
}

#[test]
fn its_files_are_its_users_alone() {
    let workspace = Workspace::new(BELL);
    fs::set_permissions(workspace.sandbox(), fs::Permissions::from_mode(0o755)).unwrap();
    workspace.apply(&[]).ends(0);
    let mut folders = vec![workspace.sandbox()];
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{folder}");
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().path().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
            }
        }
    }
}
