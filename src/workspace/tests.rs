//! Workspaces on disk, loaded whole.

use camino::{Utf8Path, Utf8PathBuf};

use super::*;
use crate::diagnostic::{Diagnostic, Severity, SourceMap};

struct Case {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
    sources: SourceMap,
}

fn case(files: &[(&str, &str)]) -> (Case, Loaded) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
    for (path, text) in files {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    }
    let mut sources = SourceMap::default();
    let loaded = load(&root, None, &mut sources);
    (Case { _folder: folder, root, sources }, loaded)
}

const HEAD: &str = "version: 1\nworkspace: fernweh-crm\n";
const SHOP: &str = "accounts:\n  shop: {provider: meta, waba_id: \"1020\", token: {env: SHOP_TOKEN}}\n";
const FAMILY: &str = "name: tour_booked\ncategory: UTILITY\nlanguages:\n  en_US:\n    body: Your tour is booked, see you in Innsbruck.\n";

fn config(rest: &str) -> Vec<Diagnostic> {
    let text = format!("{HEAD}{rest}");
    case(&[("letterpress.yaml", &text), ("templates/a.yaml", FAMILY)]).1.diagnostics
}

fn codes(faults: &[Diagnostic]) -> Vec<&'static str> {
    faults.iter().map(|fault| fault.code).collect()
}

#[test]
fn a_full_workspace() {
    let text = format!(
        "{HEAD}templates: [templates/**/*.yaml]\nledger: .letterpress/ledger\ndefaults: {{accounts: [shop]}}\n\
         x-note: {{anything: goes}}\nvalues: {{brand: Fernweh Cycles}}\n\
         policy: {{prune: true, protect: [\"legal_*\"], hand_edits: revert}}\naccounts:\n  shop:\n    provider: meta\n\
         \x20   waba_id: \"1020\"\n    app_id: \"77\"\n    token: {{env: SHOP_TOKEN}}\n    labels: {{tier: live}}\n\
         \x20   values: {{brand: Fernweh, optout: {{en_US: Reply STOP, de: Antworte STOP}}}}\n    timeout: 1m\n\
         \x20   concurrency: 2\n    policy: {{max_deletes: 3}}\n    base_url: http://127.0.0.1:4000\n\
         \x20 play: {{provider: meta, waba_id: \"1\", sandbox: true}}\n"
    );
    let (case, loaded) = case(&[("letterpress.yaml", &text), ("templates/a.yaml", FAMILY)]);
    assert_eq!(loaded.diagnostics, []);
    let workspace = loaded.workspace.as_ref().unwrap();
    let [shop, play] = workspace.accounts.as_slice() else { panic!() };
    assert_eq!((shop.timeout.as_secs(), shop.concurrency), (60, 2));
    assert!(shop.policy.prune && shop.policy.max_deletes == 3 && shop.policy.protect.matches("legal_note"));
    assert!(workspace.policy.max_deletes == 10 && workspace.policy.ignore.matches("sample_flight"));
    assert_eq!(shop.values.get("optout", "de"), Some("Antworte STOP"));
    assert_eq!(shop.credential, Some(CredentialSource::Env("SHOP_TOKEN".into())));
    assert!(play.sandbox && play.credential.is_none() && shop.host_fault(&[]).is_none());
    assert_eq!(workspace.ledger_directory(shop), case.root.join(".letterpress/ledger"));
    let (desired, faults) = loaded.desired_for(shop);
    assert_eq!((desired.len(), faults.len()), (1, 0));
    assert_eq!(desired[0].key.to_string(), "tour_booked/en_US");
    assert!(loaded.desired_for(play).0.is_empty());
    let names = |terms: &[&str]| {
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        loaded.participants(&terms).map(|found| found.iter().map(|account| account.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(names(&[]).unwrap(), ["shop"]);
    assert_eq!(names(&["*"]).unwrap(), ["shop"]);
    assert_eq!(names(&["play"]).unwrap(), ["play"]);
    let faults = names(&["shpo"]).unwrap_err();
    assert!(faults[0].help.as_ref().unwrap().contains("did you mean `shop`"), "{faults:?}");
    assert!(names(&["provider=meta", "!shop"]).unwrap_err()[0].help.as_ref().unwrap().contains("sandbox"));
}

#[test]
fn literal_credentials_are_refused_and_never_kept() {
    let token = "EAABsbCS1iHgBO0123456789";
    for account in [
        format!("token: {token}"),
        format!("token: \"{token}\"   # mine"),
        format!("token: |\n      {token}"),
        format!("token: {{value: {token}}}"),
        format!("token: {{env: {token}{token}{token}}}"),
        format!("token: {{env: \"{token}|{token}\"}}"),
        format!("tokn: {token}"),
        format!("acces: {token}"),
        format!("token: {token}\n    token: {token}"),
        format!("token: {token}\n   : broken: ["),
        format!("provider: infobip\n    api_key: {token}"),
    ] {
        let text = format!("{HEAD}accounts:\n  shop:\n    provider: meta\n    waba_id: \"1\"\n    {account}\n");
        let (case, loaded) = case(&[("letterpress.yaml", &text), ("templates/a.yaml", FAMILY)]);
        let all = format!("{:?}{:?}", loaded.diagnostics, case.sources);
        assert!(loaded.has_errors() && !all.contains(&token[..12]), "{account}\n{all}");
    }
    let text =
        format!("{HEAD}accounts:\n  shop:\n    provider: meta\n    waba_id: \"1\"\n    token: {token}  # mine\n");
    let (case, loaded) = case(&[("letterpress.yaml", &text), ("templates/a.yaml", FAMILY)]);
    let shown = crate::report::diagnostics::text(&loaded.diagnostics, &case.sources, false);
    assert!(shown.contains("7 |     token: ***") && shown.contains("letterpress.yaml:7:12"), "{shown}");
    let faults = config(&format!("accounts:\n  shop: {{provider: meta, waba_id: \"1\", token: {token}}}\n"));
    let span = faults[0].span.unwrap();
    assert_eq!((faults[0].code, span.end - span.start), ("LP016", 3));
    assert!(faults[0].message.contains("***") && faults[0].help.as_ref().unwrap().contains("{env: NAME}"));
}

#[test]
fn what_is_refused_in_the_file() {
    let shop = |extra: &str| {
        format!("accounts:\n  shop:\n    provider: meta\n    waba_id: \"1020\"\n    token: {{env: T}}\n    {extra}\n")
    };
    for (rest, code) in [
        (format!("{SHOP}acounts: {{}}\n"), "LP004"),
        (format!("{SHOP}policy: {{prunee: true}}\n"), "LP004"),
        (format!("{SHOP}policy: {{hand_edits: keep}}\n"), "LP054"),
        (format!("{SHOP}policy: {{freeze: [{{from: 2026-11-23}}]}}\n"), "LP003"),
        (format!("{SHOP}policy: {{freeze: [{{from: tomorrow, to: 2026-11-23}}]}}\n"), "LP054"),
        (format!("{SHOP}policy: {{freeze: [{{from: 2026-11-23, to: 2026-11-22}}]}}\n"), "LP054"),
        (format!("{SHOP}ledger: s3://bucket/x\n"), "LP018"),
        (format!("{SHOP}ledger: ftp://x\n"), "LP054"),
        (format!("{SHOP}templates: [../x/*.yaml]\n"), "LP053"),
        (format!("{SHOP}templates: [tempaltes/*.yaml]\n"), "LP053"),
        (format!("{SHOP}defaults: {{accounts: [shopp]}}\n"), "LP015"),
        (shop("after: staging"), "LP017"),
        (shop("after: shop"), "LP017"),
        (shop("timeout: soon"), "LP054"),
        (shop("concurrency: 0"), "LP054"),
        (shop("base_url: http://example.com"), "LP057"),
        (shop("base_url: https://user:pw@example.com"), "LP057"),
        ("accounts: {shop: {provider: metta, waba_id: \"1\"}}\n".into(), "LP054"),
        ("accounts: {shop: {provider: meta, token: {env: T}}}\n".into(), "LP003"),
        ("accounts: {shop: {provider: meta, waba_id: abc, token: {env: T}}}\n".into(), "LP054"),
        ("accounts: {shop: {provider: meta, waba_id: \"1\"}}\n".into(), "LP003"),
        ("accounts: {shop: {provider: meta, waba_id: \"1\", token: {env: T, file: t}}}\n".into(), "LP056"),
        ("accounts: {\"a,b\": {provider: meta, waba_id: \"1\", token: {env: T}}}\n".into(), "LP054"),
    ] {
        let faults = config(&rest);
        assert_eq!(codes(&faults), [code], "{rest}{faults:?}");
        assert!(faults[0].span.is_some());
    }
    // What is missing is told at once.
    for (keys, needs) in [
        ("provider: infobip", &["sender", "api_key", "base_url"][..]),
        ("provider: 360dialog, partner_id: Pa", &["waba_account_id", "api_key"]),
        ("provider: 360dialog, partner_id: Pa, token: {env: T}", &["waba_account_id"]),
        ("provider: vonage", &["waba_id", "application_id", "private_key"]),
    ] {
        let faults = config(&format!("accounts: {{shop: {{{keys}}}}}\n"));
        let said: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        let wanted: Vec<String> = needs.iter().map(|key| format!("account `shop` needs `{key}`")).collect();
        assert_eq!(said, wanted, "{keys}");
    }
    let bare = config(
        "accounts: {shop: {provider: infobip, sender: \"44770090\", api_key: {env: K}, base_url: x.api.infobip.com}}\n",
    );
    assert_eq!(bare[0].message, "`base_url` must begin with `https://`");
    let two = "accounts:\n  a: {provider: meta, waba_id: \"1\", token: {env: T}}\n  b: {provider: meta, waba_id: \"1\", token: {env: T}}\ndefaults: {accounts: [a]}\n";
    assert_eq!(codes(&config(two)), ["LP062"]);
}

#[test]
fn families_go_where_the_design_says() {
    let account = |name: &str, waba: u8, sandbox: bool| {
        format!("  {name}: {{provider: meta, waba_id: \"{waba}\", token: {{env: T}}, sandbox: {sandbox}}}\n")
    };
    let run = |accounts: &str, family: &str| {
        let text = format!("{HEAD}accounts:\n{accounts}");
        let (_case, loaded) = case(&[("letterpress.yaml", &text), ("templates/a.yaml", family)]);
        let workspace = loaded.workspace.as_ref().unwrap();
        let with = |account: &&Account| !loaded.desired_for(account).0.is_empty();
        let names: Vec<String> = workspace.accounts.iter().filter(with).map(|account| account.name.clone()).collect();
        (names, codes(&loaded.diagnostics))
    };
    let (de, fr, play) = (account("de", 1, false), account("fr", 2, false), account("play", 3, true));
    assert_eq!(run(&format!("{de}{play}"), FAMILY), (vec!["de".into()], vec![]));
    assert_eq!(run(&play, FAMILY), (vec!["play".into()], vec![]));
    assert_eq!(run(&format!("{de}{fr}"), FAMILY), (vec![], vec!["LP060"]));
    let with = |accounts: &str| format!("accounts: {accounts}\n{FAMILY}");
    assert_eq!(run(&format!("{de}{fr}{play}"), &with("[\"*\"]")).0, ["de", "fr"]);
    assert_eq!(run(&format!("{de}{fr}{play}"), &with("[play, fr]")).0, ["fr", "play"]);
    assert_eq!(run(&format!("{de}{fr}"), &with("[df]")).1, ["LP015"]);
    assert_eq!(run(&format!("{de}{play}"), &with("[\"p*\"]")).1, ["LP015"]);
}

#[test]
fn one_account_holds_a_template_once() {
    let text = format!("{HEAD}{SHOP}");
    let (case, loaded) =
        case(&[("letterpress.yaml", &text), ("templates/a.yaml", FAMILY), ("templates/b.yaml", FAMILY)]);
    let (desired, faults) = loaded.desired_for(&loaded.workspace.as_ref().unwrap().accounts[0]);
    assert_eq!((desired.len(), codes(&faults)), (1, vec!["LP017"]));
    assert_eq!(case.sources.path(faults[0].related[0].0.file), "templates/a.yaml");
    assert_eq!(case.sources.path(faults[0].span.unwrap().file), "templates/b.yaml");
}

#[test]
fn no_workspace_and_unreadable_files_are_said() {
    let (_case, loaded) = case(&[("letterpress.yml", "x")]);
    assert_eq!(codes(&loaded.diagnostics), ["LP050"]);
    assert!(loaded.diagnostics[0].help.as_ref().unwrap().contains("rename"));
    let text = format!("{HEAD}{SHOP}");
    let (case, _) = case(&[("letterpress.yaml", &text), ("sub/x", "")]);
    let loaded = load(&case.root.join("sub"), None, &mut SourceMap::default());
    assert!(loaded.diagnostics[0].help.as_ref().unwrap().contains("-C"), "{:?}", loaded.diagnostics);
    std::fs::create_dir(case.root.join("templates")).unwrap();
    std::fs::write(case.root.join("templates/a.yaml"), b"name: \xff\n").unwrap();
    let loaded = load(&case.root, None, &mut SourceMap::default());
    assert_eq!(codes(&loaded.diagnostics), ["LP051"]);
    std::fs::write(case.root.join("templates/a.yaml"), format!("\u{feff}{}", FAMILY.replace('\n', "\r\n"))).unwrap();
    let loaded = load(&case.root, None, &mut SourceMap::default());
    assert_eq!((loaded.diagnostics.len(), loaded.families.len()), (0, 1), "{:?}", loaded.diagnostics);
    let elsewhere = load(&case.root.join("sub"), Some(&case.root.join("letterpress.yaml")), &mut SourceMap::default());
    assert_eq!(codes(&elsewhere.diagnostics), ["LP053"]);
    assert_eq!(elsewhere.diagnostics[0].severity, Severity::Warning);
    assert_eq!(elsewhere.workspace.unwrap().base, case.root);
}

#[test]
fn many_files_come_in_order() {
    let text = format!("{HEAD}{SHOP}");
    let files: Vec<(String, String)> = (0..100)
        .map(|n| (format!("templates/{n:03}.yaml"), FAMILY.replace("tour_booked", &format!("tour_{n:03}"))))
        .collect();
    let mut all = vec![("letterpress.yaml", text.as_str())];
    all.extend(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (_case, loaded) = case(&all);
    assert_eq!((loaded.families.len(), loaded.diagnostics.len()), (100, 0));
    assert!(loaded.families.iter().is_sorted_by_key(|family| family.name.clone()));
    let first = loaded.workspace.as_ref().unwrap().accounts[0].clone();
    assert!(loaded.desired_for(&first).0.iter().is_sorted_by_key(|desired| desired.key.name.clone()));
}

#[test]
fn a_freeze_of_days_includes_both() {
    let loaded = case(&[
        (
            "letterpress.yaml",
            &format!("{HEAD}{SHOP}policy: {{freeze: [{{from: 2026-11-23, to: 2026-12-01, reason: peak}}]}}\n"),
        ),
        ("templates/a.yaml", FAMILY),
    ])
    .1;
    let freeze = &loaded.workspace.unwrap().policy.freeze[0];
    assert_eq!(
        (freeze.from.to_string(), freeze.to.to_string()),
        ("2026-11-23T00:00:00Z".into(), "2026-12-02T00:00:00Z".into())
    );
}
