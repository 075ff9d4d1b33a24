//! Times, durations, numbers and patterns from outside, as large and as odd as they come: an answer or a sentence, never a
//! panic.

use letterpress::sandbox::{Effect, Fault, Operation};

use crate::harness::{BELL, Output, SHOP, Workspace};

/// A run that ends as programs do that know what happened.
#[track_caller]
fn calm(output: Output, what: &str) -> Output {
    assert!((0..=10).contains(&output.code) || output.code == 64, "{what}: {output}");
    assert!(!output.stderr.contains("panicked"), "{what}: {output}");
    output
}

const DURATIONS: [&str; 12] = [
    "0s",
    "1ns",
    "9223372036854775807s",
    "9223372036854775808s",
    "18446744073709551615s",
    "99999999999999999999h",
    "2562047788015215h",
    "-1s",
    "-9223372036854775808s",
    "NaN",
    "",
    "1e30s",
];

#[test]
fn flags_take_any_duration() {
    let workspace = Workspace::new(BELL);
    for text in DURATIONS {
        for command in [
            &["plan", "--retry-budget"][..],
            &["plan", "--expires"],
            &["apply", "--auto-approve", "--for"],
            &["apply", "--auto-approve", "--lock-timeout"],
            &["sandbox", "advance", "--"],
        ] {
            let what = format!("{command:?} {text}");
            calm(workspace.run(&[command, &[text]].concat()), &what);
        }
        calm(workspace.run(&["apply", "--auto-approve", &format!("--wait={text}")]), text);
    }
    for text in ["106751991167300d", "99999d", "-5d", "9999999d", "d"] {
        calm(workspace.run(&["sandbox", "advance", "--", text]), text);
        calm(workspace.run(&["plan"]), text);
        calm(workspace.run(&["apply", "--auto-approve"]), text);
        calm(workspace.run(&["status"]), text);
    }
    for text in
        ["-009999-01-01T00:00Z", "9999-12-30T22:00Z", "9999-12-31", "10000-01-01", "1969-12-31", "0000-00-00", "x"]
    {
        calm(workspace.run(&["plan", "--at", text]), text);
    }
}

#[test]
fn what_a_provider_asks_to_wait_is_any_number() {
    let workspace = Workspace::new(BELL);
    for seconds in [0, 1 << 40, u64::MAX] {
        let fault = Fault::new(Effect::RateLimited { retry_after: seconds }).on(Operation::List).times(1);
        workspace.faults(vec![fault]);
        let output = calm(workspace.run(&["plan", "--retry-budget", "1s"]), &seconds.to_string());
        assert_eq!(output.code, if seconds == 0 { 0 } else { 5 }, "{output}");
        let fault = Fault::new(Effect::RateLimited { retry_after: seconds }).on(Operation::Create).times(1);
        workspace.faults(vec![fault]);
        let what = seconds.to_string();
        calm(workspace.run(&["apply", "--auto-approve", "--retry-budget", "1s", "--for", "5s"]), &what);
    }
}

#[test]
fn a_pattern_that_cannot_be_matched_is_an_error_where_it_stands() {
    let large = ["*a".repeat(30_000), "?".repeat(60_000), "{a,b}".repeat(10_000), "[".to_owned(), "{a".to_owned()];
    for pattern in &large {
        let name = &pattern[..pattern.len().min(10)];
        for (config, code) in [
            (format!("{SHOP}templates: [\"{pattern}\"]\n"), "LP053"),
            (format!("{SHOP}defaults: {{accounts: [\"{pattern}\"]}}\n"), "LP"),
            (format!("{SHOP}policy: {{protect: [\"{pattern}\"]}}\n"), "LP053"),
            (format!("{SHOP}policy: {{ignore: [\"{pattern}\"]}}\n"), "LP053"),
        ] {
            let workspace = Workspace::of(&config);
            workspace.templates(BELL);
            let output = calm(workspace.run(&["validate"]), name).ends(3);
            output.says(code);
            output.says("letterpress.yaml:");
        }
        for family in [
            format!("{BELL}accounts: [\"{pattern}\"]\n"),
            format!("{BELL}per_account: {{\"{pattern}\": {{footer: x}}}}\n"),
        ] {
            let workspace = Workspace::new(&family);
            calm(workspace.run(&["validate"]), name).ends(3).says("templates/families.yaml:");
        }
        let workspace = Workspace::new(BELL);
        for flag in ["--select", "--account"] {
            let output = calm(workspace.run(&["plan", flag, &pattern[..pattern.len().min(100_000)]]), flag);
            assert_ne!(output.code, 0, "{flag}: {output}");
        }
        for flag in ["--take-over", "--revert-drift", "--allow-breaking", "--retire"] {
            let output = calm(workspace.run(&["apply", "--auto-approve", flag, pattern]), flag);
            assert_ne!(output.code, 0, "{flag}: {output}");
        }
    }
}

#[test]
fn numbers_of_files_are_any_number() {
    for number in
        ["0", "-1", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "1e999", "x"]
    {
        for key in ["timeout", "concurrency", "message_send_ttl_seconds"] {
            let workspace = match key {
                "message_send_ttl_seconds" => Workspace::new(&format!("{BELL}message_send_ttl_seconds: {number}\n")),
                key => {
                    let workspace =
                        Workspace::of(&SHOP.replace("sandbox: true", &format!("sandbox: true, {key}: {number}")));
                    workspace.templates(BELL);
                    workspace
                }
            };
            calm(workspace.run(&["validate"]), number);
            calm(workspace.run(&["plan"]), number);
        }
        let workspace = Workspace::of(&format!(
            "{SHOP}policy: {{max_deletes: {number}}}\nremoved: [{{name: bell_gone, keep_for: {number}d}}]\n"
        ));
        workspace.templates(&format!("{BELL}lifecycle: {{replaces: {{name: bell_old, keep_for: {number}d}}}}\n"));
        calm(workspace.run(&["plan"]), number);
        calm(workspace.run(&["apply", "--auto-approve", "--allow-deletes", number]), number);
    }
}
