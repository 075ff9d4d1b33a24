//! Files that are none, lie elsewhere or are something else: refused with a sentence, never waited for, never shown, never
//! written over.

use std::{
    fs,
    os::unix::fs::symlink,
    process::{Command, Output as Raw},
};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    fixtures::png,
    harness::{BELL, Kept, Output, SHOP, Server, WABA, Workspace, until},
};

/// Runs a command that must not wait for anything.
#[track_caller]
fn at_once(mut command: Command) -> Output {
    let mut process = Kept(command.spawn().unwrap());
    let status = until("the command ends", || process.0.try_wait().unwrap());
    let read = |from: Option<&mut dyn std::io::Read>| {
        let mut bytes = Vec::new();
        from.unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let stdout = read(process.0.stdout.as_mut().map(|stdout| stdout as _));
    let stderr = read(process.0.stderr.as_mut().map(|stderr| stderr as _));
    Output::of(Raw { status, stdout, stderr })
}

fn pipe(path: &Utf8Path) {
    let _ = fs::remove_file(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Every command that reads a workspace.
const READERS: [&[&str]; 9] = [
    &["validate"],
    &["validate", "--format", "json"],
    &["plan"],
    &["drift"],
    &["status"],
    &["doctor"],
    &["import"],
    &["apply", "--auto-approve"],
    &["ledger", "show"],
];

#[test]
fn a_workspace_file_that_leads_elsewhere_is_refused_and_not_shown() {
    let workspace = Workspace::new(BELL);
    let secret = "-----BEGIN PRIVATE KEY-----\nMIICanary7f3a\n";
    fs::write(workspace.outside().join("key.pem"), secret).unwrap();
    workspace.write(".git/config", "[http]\n\textraheader = AUTHORIZATION: basic Canary7f3a\n");
    workspace.write("inner.yaml", SHOP);
    let file = workspace.root.join("letterpress.yaml");
    for (target, why) in [
        ("../key.pem", "leads out of the workspace"),
        ("/etc/passwd", "leads out of the workspace"),
        (".git/config", "hidden file"),
        ("/dev/zero", "leads out of the workspace"),
    ] {
        fs::remove_file(&file).unwrap();
        symlink(target, &file).unwrap();
        for arguments in READERS {
            let output = at_once(workspace.command(arguments)).ends(3);
            output.says(why);
            assert!(!output.to_string().contains("Canary7f3a") && !output.to_string().contains("root:"), "{output}");
        }
    }
    // Inside it may be a link, and a file that is named from outside may lie anywhere.
    fs::remove_file(&file).unwrap();
    symlink("inner.yaml", &file).unwrap();
    workspace.run(&["validate"]).ends(0);
    fs::write(workspace.outside().join("trusted.yaml"), SHOP).unwrap();
    symlink("../trusted.yaml", workspace.root.join("linked.yaml")).unwrap();
    workspace.run(&["validate", "--config", "linked.yaml"]).ends(0);
}

#[test]
fn a_pipe_or_device_holds_no_command_up() {
    let workspace = Workspace::new(BELL);
    let file = workspace.root.join("letterpress.yaml");
    for path in ["letterpress.yaml", "templates/families.yaml", "templates/more.yaml"] {
        pipe(&workspace.root.join(path));
        for arguments in READERS {
            let output = at_once(workspace.command(arguments));
            // What is remembered of accounts asks for no templates.
            if path == "letterpress.yaml" || arguments[0] != "ledger" {
                output.ends(3).says("is a named pipe, not a file");
            }
        }
        fs::remove_file(workspace.root.join(path)).unwrap();
        workspace.write("letterpress.yaml", SHOP);
        workspace.templates(BELL);
    }
    pipe(&workspace.root.join("other.yaml"));
    at_once(workspace.command(&["plan", "--config", "other.yaml"])).ends(3).says("named pipe");
    at_once(workspace.command(&["plan", "--config", "/dev/zero"])).ends(3).says("is a device");
    at_once(workspace.command(&["show", "other.yaml"])).ends(64).says("named pipe");
    at_once(workspace.command(&["show", "/dev/zero"])).ends(64).says("is a device");
    at_once(workspace.command(&["apply", "other.yaml"])).ends(64).says("named pipe");
    at_once(workspace.command(&["sandbox", "reset", "--waba", WABA, "--from", "/dev/zero"])).ends(64).says("device");
    // A sample.
    pipe(&workspace.root.join("media/bike.png"));
    workspace.templates(
        "name: picture\ncategory: UTILITY\nheader: {format: IMAGE, example: media/bike.png}\nlanguages:\n  en_US: {body: Your bike \
         is in the picture.}\n",
    );
    for arguments in [&["validate"][..], &["plan"], &["apply", "--auto-approve"]] {
        at_once(workspace.command(arguments)).ends(3).says("named pipe");
    }
    workspace.templates(BELL);
    // A credential, which may be a link, such as those that clusters mount.
    let server = Server::of(&workspace);
    fs::write(&file, server.config().replace("env: SHOP_TOKEN", "file: token")).unwrap();
    pipe(&workspace.root.join("token"));
    for arguments in [&["plan"][..], &["drift"], &["apply", "--auto-approve"]] {
        at_once(workspace.command(arguments)).ends(4).says("is a named pipe, not a file");
    }
    at_once(workspace.command(&["doctor"])).ends(4).says("is a named pipe, not a file");
    fs::remove_file(workspace.root.join("token")).unwrap();
    fs::write(workspace.outside().join("token"), "a-good-token\n").unwrap();
    symlink("../token", workspace.root.join("token")).unwrap();
    workspace.run(&["plan"]).ends(0);
}

#[test]
fn a_ledger_is_made_of_files() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    let folder = workspace.root.join(format!(".letterpress/ledger/{WABA}"));
    fs::write(workspace.outside().join("elsewhere"), "").unwrap();
    for name in ["state.json", "journal.jsonl", "lease.json", "lock"] {
        let path = folder.join(name);
        let before = fs::read(&path).ok();
        pipe(&path);
        let applied = at_once(workspace.command(&["apply", "--auto-approve"]));
        assert_ne!(applied.code, 0, "{name}: {applied}");
        applied.says("named pipe");
        for arguments in [&["ledger", "show"][..], &["drift"], &["plan"], &["ledger", "unlock", "x"]] {
            at_once(workspace.command(arguments));
        }
        // A file that is larger than a ledger, without taking room.
        fs::remove_file(&path).unwrap();
        if name != "lock" {
            fs::File::create(&path).unwrap().set_len(3 << 30).unwrap();
            let output = at_once(workspace.command(&["ledger", "show"]));
            assert_ne!(output.code, 0, "{name}: {output}");
            output.says("bytes");
            fs::remove_file(&path).unwrap();
        }
        symlink("../../../../elsewhere", &path).unwrap();
        let applied = at_once(workspace.command(&["apply", "--auto-approve"]));
        assert_ne!(applied.code, 0, "{name}: {applied}");
        applied.says("symbolic link");
        fs::remove_file(&path).unwrap();
        before.into_iter().for_each(|bytes| fs::write(&path, bytes).unwrap());
    }
    assert_eq!(fs::read(workspace.outside().join("elsewhere")).unwrap(), b"");
    workspace.apply(&[]).ends(0);
}

#[test]
fn the_sandbox_is_made_of_files() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    for name in [&format!("meta/{WABA}.json"), "clock.json", "faults.json"] {
        let path = workspace.sandbox().join(name);
        let before = fs::read(&path).ok();
        pipe(&path);
        at_once(workspace.command(&["plan", "--retry-budget", "0s"]));
        at_once(workspace.command(&["sandbox", "advance", "1h"]));
        fs::remove_file(&path).unwrap();
        before.into_iter().for_each(|bytes| fs::write(&path, bytes).unwrap());
    }
    workspace.run(&["plan"]).ends(0);
}

#[test]
fn a_folder_that_leads_elsewhere_is_not_written() {
    let elsewhere = |workspace: &Workspace| -> (Utf8PathBuf, usize) {
        let folder = workspace.outside().join("elsewhere");
        fs::create_dir_all(&folder).unwrap();
        (folder.clone(), folder.read_dir().unwrap().count())
    };
    for link in [".letterpress", ".letterpress/sandbox", ".letterpress/sandbox/meta"] {
        let workspace = Workspace::new(BELL);
        let (folder, _) = elsewhere(&workspace);
        fs::remove_dir_all(workspace.root.join(".letterpress")).unwrap();
        let link = workspace.root.join(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&folder, &link).unwrap();
        for arguments in [
            &["plan", "--retry-budget", "0s"][..],
            &["drift", "--retry-budget", "0s"],
            &["doctor", "--retry-budget", "0s"],
            &["apply", "--auto-approve", "--retry-budget", "0s"],
            &["sandbox", "advance", "1h", "--waba", WABA],
            &["sandbox", "review", "bell_ready", "approve", "--waba", WABA],
        ] {
            let output = at_once(workspace.command(arguments));
            assert_ne!(output.code, 0, "{link}: {output}");
            assert_eq!(elsewhere(&workspace).1, 0, "{link}: {output}");
        }
        // What the harness looks at afterwards.
        fs::remove_file(&link).unwrap();
    }
    // The ledger of an account that is elsewhere.
    let workspace = Workspace::new(BELL);
    let (folder, _) = elsewhere(&workspace);
    let server = Server::of(&workspace);
    workspace.write("letterpress.yaml", server.config().replace("env: SHOP_TOKEN", "file: token"));
    workspace.write("token", "a-good-token\n");
    symlink(&folder, workspace.root.join(".letterpress/ledger")).unwrap();
    for arguments in [&["plan"][..], &["drift"], &["apply", "--auto-approve"], &["ledger", "show"]] {
        let output = at_once(workspace.command(arguments));
        assert_ne!(output.code, 0, "{output}");
        output.says("leads out of the workspace");
        assert_eq!(elsewhere(&workspace).1, 0, "{output}");
    }
    // One that lies there already is read by nobody, also where it alone would be asked.
    let shop = Workspace::new(BELL);
    shop.apply(&[]).ends(0);
    fs::rename(shop.root.join(".letterpress/ledger"), shop.outside().join("ledger")).unwrap();
    symlink(shop.outside().join("ledger"), shop.root.join(".letterpress/ledger")).unwrap();
    for gone in [false, true] {
        if gone {
            fs::remove_dir_all(shop.root.join("templates")).unwrap();
        }
        for arguments in READERS.iter().chain(&[&["plan", "--prune"][..], &["ledger", "unlock", "100200300"]]) {
            let output = at_once(shop.command(arguments));
            let shown = output.to_string();
            assert!(!shown.contains("count as removed") && !shown.contains("1 managed"), "{gone} {output}");
            assert!(shown.contains("leads out of the workspace") || arguments[0] == "validate", "{gone} {output}");
        }
    }
    // Where the file says so itself, it lies elsewhere.
    let config = server.config().replace("env: SHOP_TOKEN", "file: token");
    workspace.write("letterpress.yaml", config.replace("workspace:", "ledger: ../elsewhere\nworkspace:"));
    workspace.apply(&[]).ends(0);
    assert_eq!(elsewhere(&workspace).1, 1);
}

#[test]
fn a_plan_is_saved_over_nothing_but_a_plan() {
    let workspace = Workspace::new(BELL);
    workspace.write("notes.json", "{\"a\": 1}");
    workspace.write("empty", "");
    symlink("notes.json", workspace.root.join("link.json")).unwrap();
    symlink("nowhere", workspace.root.join("gone.json")).unwrap();
    pipe(&workspace.root.join("pipe"));
    for (path, why) in [
        ("-", "--format json"),
        ("", "name a file"),
        ("letterpress.yaml", "no plan"),
        ("templates/families.yaml", "no plan"),
        ("notes.json", "no plan"),
        ("link.json", "no plan"),
        ("gone.json", "leads nowhere"),
        ("templates", "a folder"),
        ("/dev/null", "no ordinary file"),
        ("pipe", "no ordinary file"),
        ("none/plan.json", "no such folder"),
        (".letterpress/ledger", "no such folder"),
    ] {
        let path = if path == ".letterpress/ledger" { ".letterpress/ledger/plan" } else { path };
        let file = workspace.root.join(path);
        let before = file.is_file().then(|| fs::read(&file).unwrap());
        at_once(workspace.command(&["plan", "--out", path])).ends(64).says(why);
        if let Some(before) = before {
            assert_eq!(fs::read(workspace.root.join(path)).unwrap(), before, "{path}");
        }
    }
    assert!(!workspace.root.join("-").exists());
    // What letterpress remembers lies alone.
    let elsewhere = Workspace::of(&format!("{SHOP}ledger: notes/ledger\n"));
    elsewhere.templates(BELL);
    for workspace in [&workspace, &elsewhere] {
        workspace.apply(&[]).ends(0);
    }
    for path in [".letterpress/ledger/plan", ".letterpress/ledger/100200300/plan", ".letterpress/sandbox/plan.json"] {
        workspace.run(&["plan", "--out", path]).ends(64).says("save the plan elsewhere");
    }
    elsewhere.run(&["plan", "--out", "notes/ledger/100200300/p.json"]).ends(64).says("save the plan elsewhere");
    elsewhere.run(&["plan", "--out", "notes/p.json"]).ends(0);
    for into in ["notes/ledger", "notes/ledger/100200300", "./notes/ledger/new"] {
        elsewhere.run(&["import", "--into", into]).ends(64).says("holds what letterpress remembers");
    }
    elsewhere.run(&["import", "--into", "notes"]).ends(0);
    // Where ledgers lie beside the files, only what is theirs is refused.
    let beside = Workspace::of(&format!("{SHOP}ledger: .\n"));
    beside.templates(BELL);
    beside.apply(&[]).ends(0);
    beside.run(&["plan", "--out", "plan.json"]).ends(0);
    beside.run(&["plan", "--out", "100200300/plan.json"]).ends(64).says("save the plan elsewhere");
    // The ledger of an account that takes no part, and one that is not there yet.
    let other = "  other: {provider: meta, waba_id: \"7\", sandbox: true, ledger: others}\n";
    let two = Workspace::of(&format!("{SHOP}{other}defaults: {{accounts: [shop]}}\n"));
    two.templates(BELL);
    two.run(&["import", "--into", "others/x"]).ends(64).says("holds what letterpress remembers");
    fs::create_dir_all(two.root.join("others/7")).unwrap();
    two.run(&["plan", "--out", "others/7/plan.json"]).ends(64).says("save the plan elsewhere");
    for path in ["plan.json", "plan.json", "empty"] {
        workspace.run(&["plan", "--out", path]).ends(0);
        workspace.run(&["show", path]).ends(0);
    }
}

#[test]
fn import_says_why_it_cannot_write_into_a_place() {
    let workspace = Workspace::new(BELL);
    workspace.apply(&[]).ends(0);
    fs::remove_file(workspace.root.join("templates/families.yaml")).unwrap();
    workspace.write("file", "x");
    workspace.write("templates/file", "x");
    symlink("..", workspace.root.join("up")).unwrap();
    let png = png(3);
    workspace.write("media/a.png", &png);
    for (path, why) in [
        ("file", "that is a file"),
        ("templates/file", "that is a file"),
        ("file/deeper", "is a file, not a folder"),
        ("media/a.png", "that is a file"),
        ("letterpress.yaml", "that is a file"),
        (".hidden", "hidden folders are not read"),
        ("templates/.hidden/x", "hidden folders are not read"),
        ("up/x", "leads out of the workspace"),
        ("../x", "inside the workspace"),
    ] {
        let (output, requests) = workspace.requests_of(|| workspace.run(&["import", "--into", path]));
        output.ends(64).says(why);
        assert!(requests.is_empty(), "{path}");
    }
    assert_eq!(fs::read(workspace.root.join("media/a.png")).unwrap(), png);
    workspace.run(&["import", "--into", "more"]).ends(0).says("`templates:` does not read");
    workspace.run(&["import", "--into", "templates/new"]).ends(0);
}

#[test]
fn files_of_git_hold_no_command_up_and_are_bounded() {
    let hash = "0123456789abcdef0123456789abcdef01234567";
    let commit = |workspace: &Workspace| {
        let output = at_once(workspace.command(&["plan", "--format", "json"])).ends(0);
        output.json()["commit"].as_str().map(str::to_owned)
    };
    let made = || {
        let workspace = Workspace::new(BELL);
        workspace.write(".git/HEAD", "ref: refs/heads/main\n");
        workspace.write(".git/packed-refs", format!("{hash} refs/heads/main\n"));
        workspace
    };
    assert_eq!(commit(&made()).as_deref(), Some(hash));
    for name in [".git", ".git/HEAD", ".git/packed-refs", ".git/refs/heads/main"] {
        for kind in ["pipe", "folder", "device", "large", "huge"] {
            let workspace = made();
            let path = workspace.root.join(name);
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match kind {
                "pipe" => pipe(&path),
                "folder" => fs::create_dir(&path).unwrap(),
                "device" => symlink("/dev/zero", &path).unwrap(),
                // Zeros that take no room on the disk.
                "large" => fs::File::create(&path).unwrap().set_len(400 << 20).unwrap(),
                _ => fs::File::create(&path).unwrap().set_len(1 << 42).unwrap(),
            }
            let found = commit(&workspace);
            // Where a folder lies in a branch's place it is looked for among the packed ones, as git does.
            let packed = (name.ends_with("main") && kind == "folder").then_some(hash);
            assert_eq!(found.as_deref(), packed, "{name} {kind}");
            at_once(workspace.command(&["validate", "--format", "github"])).ends(0);
        }
    }
    // Asked for in a folder below the top of a work tree.
    for name in [".git/index", ".git/config", ".git/commondir"] {
        for kind in ["pipe", "huge"] {
            let workspace = made();
            let inner = workspace.root.join("crm");
            workspace.mirror("templates", "crm/templates");
            workspace.write("crm/letterpress.yaml", SHOP);
            let path = workspace.root.join(name);
            match kind {
                "pipe" => pipe(&path),
                _ => fs::File::create(&path).unwrap().set_len(1 << 42).unwrap(),
            }
            let mut command = workspace.command(&["plan", "--format", "json"]);
            command.current_dir(&inner);
            let output = at_once(command).ends(0);
            assert!(output.json()["commit"].is_null(), "{name} {kind}: {output}");
        }
    }
}
