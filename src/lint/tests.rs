//! Every rule against its fixtures, and the pages against the tables.

use super::*;

#[test]
fn codes_are_unique_and_sorted() {
    let codes: Vec<_> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    assert!(codes.iter().all(|code| code.len() == 5 && code.starts_with("LP")));
}

/// `LETTERPRESS_BLESS=1` rewrites the pages.
#[test]
fn pages_on_disk_are_the_generated_ones() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let pages = pages::pages();
    if std::env::var_os("LETTERPRESS_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let disk = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(&disk, text, "docs/rules/{name} is stale: run the tests with LETTERPRESS_BLESS=1");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), pages.len(), "a page of no code is left over");
    assert!(pages::page("lp111").unwrap().contains("1024"));
}
