//! Files, accounts and answers that are small to write and large to hold: refused with a sentence, in little time, and what
//! is said of them stays short.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    process::Command,
    time::{Duration, Instant},
};

use letterpress::sandbox::{Effect, Fault, Operation};

use crate::harness::{BELL, Output, SHOP, Workspace};

/// `validate`, which ends with 3 in time and does not say much.
#[track_caller]
fn refused(workspace: &Workspace, what: &str) -> Output {
    let mut last = None;
    for format in ["text", "json", "github"] {
        let start = Instant::now();
        let output = workspace.run(&["validate", "--format", format]);
        let took = start.elapsed();
        assert_eq!(output.code, 3, "{what}: {} bytes said", output.stdout.len());
        assert!(output.stdout.len() < 400_000, "{what} as {format}: {} bytes said", output.stdout.len());
        assert!(took < Duration::from_secs(20), "{what} as {format}: {took:?}");
        last = last.or(Some(output));
    }
    last.unwrap()
}

fn family(body: &str) -> String {
    format!("name: bell_ready\ncategory: UTILITY\nlanguages:\n  en_US:\n    body: {body}\n")
}

#[test]
fn what_aliases_stand_for_is_bounded() {
    let workspace = Workspace::new(BELL);
    let text = "x".repeat(60_000);
    let aliases: String = (0..3000).map(|n| format!("  l{n}: {{body: *t}}\n")).collect();
    workspace.templates(&format!("x-text: &t {text}\nname: a\ncategory: UTILITY\nlanguages:\n{aliases}"));
    refused(&workspace, "aliases").says("aliases");
    workspace.templates(&family(&"x".repeat(900_000)));
    refused(&workspace, "one text").says("a text of 900000 bytes");
    // The text that every language inherits is one of each.
    let languages: String = (0..4000).map(|n| format!("  l{n}: {{}}\n")).collect();
    workspace.templates(&format!("name: a\ncategory: UTILITY\nbody: {text}\nlanguages:\n{languages}"));
    refused(&workspace, "inherited").says("all languages and accounts together");
    // In many files as in one.
    let aliases: String = (0..400).map(|n| format!("  l{n}: {{body: *t}}\n")).collect();
    workspace.templates("");
    for n in 0..40 {
        let file = format!("x-text: &t {}\nname: a{n}\ncategory: UTILITY\nlanguages:\n{aliases}", &text[..40_000]);
        workspace.write(&format!("templates/a{n}.yaml"), file);
    }
    refused(&workspace, "aliases of many files").says("aliases");
}

#[test]
fn what_values_grow_to_is_bounded() {
    let big = "y".repeat(50_000);
    let workspace = Workspace::of(&format!("{SHOP}values: {{big: {big}}}\n"));
    workspace.templates(&family(&format!("\"{}\"", "${big}".repeat(5000))));
    refused(&workspace, "one text").says("the values make this text longer");
    let languages: String = (0..4000).map(|n| format!("  l{n}: {{}}\n")).collect();
    workspace.templates(&format!("name: a\ncategory: UTILITY\nbody: \"${{big}}\"\nlanguages:\n{languages}"));
    refused(&workspace, "many texts").says("all languages and accounts together");
}

#[test]
fn findings_are_shown_as_far_as_somebody_reads_them() {
    let workspace = Workspace::new(BELL);
    workspace.templates(&family(&format!("\"{}\"", (0..5000).map(|n| format!("{{{{n{n}}}}} ")).collect::<String>())));
    refused(&workspace, "placeholders");
    let keys = |most: usize, end: &str| (0..most).map(|n| format!("k{n}: 1{end}")).collect::<String>();
    workspace.templates(&format!("{BELL}{}", keys(60_000, "\n")));
    refused(&workspace, "more keys than are read").says("a mapping of more than 5000 keys");
    workspace.templates(&format!("{BELL}{}", keys(4_900, "\n")));
    refused(&workspace, "unknown keys").says("more findings are not shown");
    let document = workspace.run(&["validate", "--format", "json"]).json();
    assert_eq!(document["summary"]["errors"], 4_900);
    assert_eq!(document["left_out"], 4_800);
    // On one line.
    let keys = keys(4_900, ", ");
    workspace.templates(&format!("{{name: a, category: UTILITY, {keys}languages: {{en_US: {{body: Ready.}}}}}}\n"));
    refused(&workspace, "unknown keys on a line").says("templates/families.yaml:1:");
}

#[test]
fn masking_takes_no_longer_for_many_places() {
    let workspace = Workspace::new(BELL);
    for line in
        ["token:a ".repeat(120_000), "token: a, ".repeat(90_000), "{token: a, ".repeat(60), "token: a\n".repeat(90_000)]
    {
        workspace.write("letterpress.yaml", &line);
        refused(&workspace, &line[..20]);
    }
}

#[test]
fn files_are_bounded_together() {
    let workspace = Workspace::new("");
    for n in 0..20 {
        let words = "some words that nobody reads ".repeat(2_000);
        let rest: String = (0..16).map(|at| format!("x-{at}: {words}\n")).collect();
        workspace
            .write(&format!("templates/a{n}.yaml"), format!("{}{rest}", BELL.replace("bell_ready", &format!("a{n}"))));
    }
    refused(&workspace, "many large files").says("MB together");
}

#[test]
fn an_answer_is_bounded_by_what_it_takes_in_memory() {
    let workspace = Workspace::new(BELL);
    let zeros = format!("{{\"data\": [{}0]}}", "0,".repeat(4_000_000));
    let answer = Effect::Http { status: 200, body: zeros.into() };
    workspace.faults(vec![Fault::new(answer).on(Operation::List).always()]);
    let start = Instant::now();
    workspace.run(&["plan", "--retry-budget", "0s"]).ends(5).says("the answer holds more than any account");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn an_answer_is_bounded_by_what_it_is_unpacked_to() {
    // 512 MB in 500 KB, and what is just small enough to be looked at, in 60 KB.
    for (byte, megabytes, said) in [(b' ', 512, "the answer is larger than 64 MB"), (0, 60, "the answer is not JSON")] {
        let address = answering(byte, megabytes);
        let account = format!("token: {{env: SHOP_TOKEN}}, base_url: \"http://{address}\"");
        let workspace = Workspace::of(&SHOP.replace("sandbox: true", &account));
        workspace.templates(BELL);
        for arguments in [&["plan"][..], &["import", "--into", "imported"], &["drift"]] {
            let command = workspace.command(&[arguments, &["--retry-budget", "0s"]].concat());
            let mut bounded = within(500, &command);
            Output::of(bounded.env("SHOP_TOKEN", "a-good-token").output().unwrap()).ends(5).says(said);
        }
    }
}

/// A server whose every answer is so many megabytes of one byte, packed.
fn answering(byte: u8, megabytes: usize) -> SocketAddr {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    (0..megabytes).for_each(|_| packed.write_all(&[byte; 1 << 20]).unwrap());
    let packed = packed.finish().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len());
            // Whoever has read enough hangs up.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&packed));
        }
    });
    address
}

/// The same command with so many megabytes of address space, its threads' stacks and all that is only reserved counted.
fn within(megabytes: usize, command: &Command) -> Command {
    let mut bounded = Command::new("sh");
    bounded.args(["-c", &format!("ulimit -v {}; exec \"$0\" \"$@\"", megabytes << 10)]);
    bounded.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bounded.env(name, value),
            None => bounded.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        bounded.current_dir(folder);
    }
    bounded
}

#[test]
fn a_plan_is_bounded_by_what_it_takes_in_memory() {
    let workspace = Workspace::new(BELL);
    workspace.write("plan.json", format!("{{\"format_version\": \"1.0\", \"x\": [{}0]}}", "0,".repeat(4_000_000)));
    workspace.run(&["show", "plan.json"]).ends(7).says("which no plan is");
    workspace.run(&["apply", "plan.json"]).ends(7).says("which no plan is");
    workspace.run(&["sandbox", "reset", "--waba", "5", "--from", "plan.json"]).ends(64).says("holds more than is read");
}
