//! Between this machine and the provider: certificates, CAs and proxies. Servers here are no sandbox: what counts is what they are
//! shown and asked before any request.
//!
//! The certificates in `tests/data/tls` are signed by their own key, which is worth nothing elsewhere: `good` and `expired` (in
//! February 2024) are for `graph.fernweh.example` and 127.0.0.1, `other-host` is for another name, `stranger` has another key.

use std::{
    io::{BufRead, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::harness::{BELL, Output, WABA, Workspace};

/// Commands that ask an account something.
const COMMANDS: [&[&str]; 6] =
    [&["plan"], &["apply", "--auto-approve"], &["drift"], &["status"], &["doctor"], &["import", "--into", "imported"]];

/// The host that a proxy is asked for.
const HOST: &str = "graph.fernweh.example";

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name)
}

/// What a server saw: a line for each connection and each request.
type Seen = Arc<Mutex<Vec<String>>>;

/// Calls `serve` for each connection to a new port, side by side; the threads end with the process.
fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream.unwrap()));
        }
    });
    port
}

/// The head of a request, without its last line; empty at the end of the connection.
fn head(reader: &mut impl BufRead) -> Vec<String> {
    let lines = reader.lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).collect()
}

/// An account without templates behind TLS, which shows this certificate.
fn account(certificate: &str) -> (u16, Seen) {
    let chain = vec![CertificateDer::from_pem_file(data(&format!("{certificate}.pem"))).unwrap()];
    let key = PrivateKeyDer::from_pem_file(data("key.pem")).unwrap();
    let config = Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap());
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let port = listen(move |stream| {
        log.lock().unwrap().push("connection".to_owned());
        let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream));
        loop {
            let head = head(&mut stream);
            let Some(line) = head.first() else { return };
            log.lock().unwrap().push(line.clone());
            let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (port, seen)
}

/// A proxy that gives this answer to `CONNECT`, and after a 200 lets everything through to a port of this machine.
fn proxy(answer: &'static str, to: u16) -> (u16, Seen) {
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let port = listen(move |mut stream| {
        let head = head(&mut BufReader::new(stream.try_clone().unwrap().take(4096)));
        log.lock()
            .unwrap()
            .extend(head.into_iter().filter(|line| line.starts_with("CONNECT") || line.contains("uthorization")));
        stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).unwrap();
        if answer.starts_with("200") {
            join(stream, TcpStream::connect(("127.0.0.1", to)).unwrap());
        }
    });
    (port, seen)
}

/// Carries bytes both ways until one side ends.
fn join(one: TcpStream, other: TcpStream) {
    let (mut from, mut to) = (one.try_clone().unwrap(), other.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
    let (mut from, mut to) = (other, one);
    let _ = std::io::copy(&mut from, &mut to);
}

/// A workspace whose account `shop` is at this address.
fn workspace(base_url: &str) -> Workspace {
    let workspace = Workspace::of(&format!(
        "version: 1\nworkspace: fernweh-crm\naccounts:\n  shop: {{provider: meta, waba_id: \"{WABA}\", token: {{env: SHOP_TOKEN}}, \
         base_url: \"{base_url}\"}}\n"
    ));
    workspace.templates(BELL);
    workspace
}

fn run(workspace: &Workspace, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = workspace.command(arguments);
    command.env("SHOP_TOKEN", "a-good-token").env("LETTERPRESS_ALLOW_HOSTS", HOST);
    command.envs(variables.iter().copied());
    Output::of(command.output().unwrap())
}

/// Everything that was said, without the line breaks of a terminal.
fn words(output: &Output) -> String {
    output.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn seen(seen: &Seen) -> Vec<String> {
    seen.lock().unwrap().clone()
}

#[test]
fn a_certificate_that_is_not_accepted_is_said_once_and_not_tried_again() {
    let [good, stranger] = ["good.pem", "stranger.pem"].map(data);
    // The last column: which CAs this machine trusts.
    let cases = [
        ("good", "signed by an authority that this machine does not trust", &stranger),
        ("expired", "has expired, by this machine's clock", &good),
        ("other-host", "is for another name", &good),
    ];
    for (certificate, said, trusted) in cases {
        for command in COMMANDS {
            let (port, asked) = account(certificate);
            let workspace = workspace(&format!("https://127.0.0.1:{port}"));
            let output = run(&workspace, &[("SSL_CERT_FILE", trusted.to_str().unwrap())], command).ends(1);
            let text = words(&output);
            assert!(text.contains(said), "{command:?}: `{said}` is not said\n{output}");
            assert_eq!(text.matches("SSL_CERT_FILE").count(), 1, "{command:?}: what to do is said once\n{output}");
            assert_eq!(seen(&asked), ["connection"], "{command:?}: tried again, or asked without trust");
            assert!(!workspace.has_ledger(), "{command:?}");
        }
    }
    let (port, asked) = account("good");
    let workspace = workspace(&format!("https://127.0.0.1:{port}"));
    run(&workspace, &[("SSL_CERT_FILE", good.to_str().unwrap())], &["plan"]).ends(0).says("bell_ready");
    assert_eq!(seen(&asked).len(), 2, "one connection, one request");
}

#[test]
fn a_machine_without_cas_says_so_and_the_sandbox_works_on_it() {
    let (port, asked) = account("good");
    let workspace = workspace(&format!("https://127.0.0.1:{port}"));
    let nowhere = workspace.root.join("no-such-file");
    let none = [("SSL_CERT_FILE", nowhere.as_str())];
    for command in COMMANDS {
        let output = run(&workspace, &none, command).ends(1);
        let text = words(&output);
        assert!(text.contains("No CA certificates") && !text.contains("look at the keys"), "{output}");
    }
    assert!(seen(&asked).is_empty());
    let embedded = Workspace::new(BELL);
    let mut command = embedded.command(&["apply", "--auto-approve"]);
    command.envs(none);
    Output::of(command.output().unwrap()).ends(0);
}

#[test]
fn a_server_without_tls_is_no_passing_trouble() {
    let connections = Seen::default();
    let log = Arc::clone(&connections);
    let port = listen(move |mut stream| {
        log.lock().unwrap().push("connection".to_owned());
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        let _ = stream.read(&mut [0; 1024]);
    });
    let output = run(&workspace(&format!("https://127.0.0.1:{port}")), &[], &["plan"]).ends(1);
    output.says("does not speak TLS");
    assert_eq!(seen(&connections), ["connection"]);
}

#[test]
fn requests_go_through_the_proxy_of_the_environment() {
    let (port, asked) = account("good");
    let (through, proxied) = proxy("200 OK", port);
    let workspace = workspace(&format!("https://{HOST}"));
    let (address, good) = (format!("http://planner:p%40ss@127.0.0.1:{through}"), data("good.pem"));
    let trusted = ("SSL_CERT_FILE", good.to_str().unwrap());
    for (at, variable) in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().enumerate() {
        // What makes the HTTP library forget its proxies elsewhere: a CGI's variable, an empty one in capitals.
        let variables =
            [trusted, (variable, &address), ("REQUEST_METHOD", "GET"), ("NO_PROXY", "localhost, 10.0.0.0/8")];
        run(&workspace, &variables, &["plan"]).ends(0).says("bell_ready");
        // `planner:p@ss`
        let once = [format!("CONNECT {HOST}:443 HTTP/1.1"), "proxy-authorization: Basic cGxhbm5lcjpwQHNz".to_owned()];
        assert_eq!(seen(&proxied).len(), 2 * (at + 1), "{variable}");
        assert_eq!(&seen(&proxied)[2 * at..], once, "{variable}");
    }
    assert_eq!(seen(&asked).iter().filter(|line| line.starts_with("GET ")).count(), 4);
    let output = run(&workspace, &[trusted, ("https_proxy", &address), ("HTTPS_PROXY", "")], &["doctor"]).ends(0);
    assert!(words(&output).contains("answers, through the proxy that https_proxy names"), "{output}");
}

#[test]
fn an_account_on_this_machine_and_exceptions_need_no_proxy() {
    let (port, asked) = account("good");
    let (through, proxied) = proxy("200 OK", port);
    let (address, good) = (format!("127.0.0.1:{through}"), data("good.pem"));
    let trusted = ("SSL_CERT_FILE", good.to_str().unwrap());
    let near = workspace(&format!("https://127.0.0.1:{port}"));
    run(&near, &[trusted, ("HTTPS_PROXY", &address)], &["plan"]).ends(0);
    // One that cannot be used is of no concern there.
    run(&near, &[trusted, ("HTTPS_PROXY", "not a proxy")], &["plan"]).ends(0);
    run(&Workspace::new(BELL), &[("HTTPS_PROXY", "not a proxy")], &["plan"]).ends(0);
    assert_eq!(seen(&asked).len(), 4);
    // The name does not exist here: without the proxy nobody finds it.
    let far = workspace(&format!("https://{HOST}"));
    for exception in ["*", ".example", "a.example *.fernweh.example"] {
        let variables =
            [trusted, ("HTTPS_PROXY", &*address), ("NO_PROXY", exception), ("LETTERPRESS_RETRY_BUDGET", "0s")];
        run(&far, &variables, &["plan"]).ends(5);
    }
    let odd = [("HTTPS_PROXY", &*address), ("no_proxy", "https://graph.fernweh.example/")];
    run(&far, &odd, &["plan"]).ends(64).says("no_proxy names graph.fernweh.example in a form that is not read");
    assert!(seen(&proxied).is_empty());
}

#[test]
fn a_proxy_that_cannot_be_used_ends_every_command_before_anything_is_sent() {
    let workspace = workspace(&format!("https://{HOST}"));
    for command in COMMANDS {
        for bad in
            ["http://user:CANARY#1@proxy.example:3128", "ftp://CANARY.example", "CANARY proxy", "http://proxy:CANARY"]
        {
            for variable in ["HTTPS_PROXY", "all_proxy", "HTTP_PROXY"] {
                let output = run(&workspace, &[(variable, bad)], command).ends(64);
                output.says(&format!("{variable} is not the address of a proxy"));
                assert!(!format!("{output}").contains("CANARY"), "{output}");
            }
        }
    }
    let output = run(&workspace, &[("HTTPS_PROXY", "a.example:1"), ("https_proxy", "b.example:1")], &["plan"]).ends(64);
    output.says("HTTPS_PROXY and https_proxy say different things");
    let json = run(&workspace, &[("HTTPS_PROXY", "a b")], &["plan", "--format", "json"]).ends(64).json();
    assert_eq!(json["error"]["exit_code"], 64);
}

#[test]
fn a_proxy_that_wants_a_password_is_asked_once() {
    for command in COMMANDS {
        let (through, proxied) = proxy("407 Proxy Authentication Required", 9);
        let workspace = workspace(&format!("https://{HOST}"));
        let address = format!("http://127.0.0.1:{through}");
        let output = run(&workspace, &[("HTTPS_PROXY", &address)], command).ends(4);
        let text = words(&output);
        assert!(text.contains("the proxy asks for a user and a password"), "{output}");
        assert!(text.contains("http://USER:PASSWORD@HOST:PORT"), "{output}");
        assert_eq!(seen(&proxied), [format!("CONNECT {HOST}:443 HTTP/1.1")], "{command:?}");
    }
    // A proxy that lets nothing through may do so later.
    let (through, proxied) = proxy("503 Service Unavailable", 9);
    let address = format!("http://127.0.0.1:{through}");
    let variables = [("HTTPS_PROXY", &*address), ("LETTERPRESS_RETRY_BUDGET", "1s")];
    run(&workspace(&format!("https://{HOST}")), &variables, &["plan"]).ends(5).says("the proxy does not connect");
    assert!(seen(&proxied).len() > 1);
}
