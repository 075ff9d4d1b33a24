//! Repositories as git makes them. Skipped where there is no git.

use std::{fs, process::Command};

use super::*;

/// A folder with a repository `repo` in it.
struct SourceLocation {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
}

/// Runs git with nobody's configuration; its output.
fn git(folder: &Utf8Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env("HOME", folder);
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "protocol.file.allow=always"];
    let output = command.current_dir(folder).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn repository(settings: &[&str]) -> Option<SourceLocation> {
    Command::new("git").arg("--version").output().ok()?;
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let repo = root.join("repo");
    fs::create_dir_all(repo.join("crm/templates")).unwrap();
    git(&root, &[&["init", "-q", "-b", "main"], settings, &["repo"]].concat());
    fs::write(repo.join("crm/templates/bell.yaml"), "").unwrap();
    fs::write(repo.join("a"), "").unwrap();
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-q", "-m", "first"]);
    Some(SourceLocation { _folder: folder, root })
}

fn expected(folder: &Utf8Path) -> Option<String> {
    Some(git(folder, &["rev-parse", "HEAD"]))
}

#[test]
fn branches_detached_heads_and_packed_references() {
    let Some(place) = repository(&[]) else { return };
    let repo = place.root.join("repo");
    let both = || [head(&repo), head(&repo.join("crm"))];
    assert_eq!(both(), [expected(&repo), expected(&repo)]);
    git(&repo, &["pack-refs", "--all"]);
    assert_eq!(both(), [expected(&repo), expected(&repo)]);
    git(&repo, &["checkout", "-q", "--detach"]);
    git(&repo, &["commit", "-q", "--allow-empty", "-m", "second"]);
    assert_eq!(both(), [expected(&repo), expected(&repo)]);
    git(&repo, &["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    git(&repo, &["symbolic-ref", "HEAD", "refs/heads/alias"]);
    assert_eq!(head(&repo), expected(&repo));
    git(&repo, &["checkout", "-q", "--orphan", "empty"]);
    assert_eq!(head(&repo), None, "nothing is committed there");
}

#[test]
fn further_work_trees_and_submodules() {
    let Some(place) = repository(&[]) else { return };
    let repo = place.root.join("repo");
    git(&repo, &["worktree", "add", "-q", "-b", "other", "../tree"]);
    let tree = place.root.join("tree");
    git(&tree, &["commit", "-q", "--allow-empty", "-m", "there"]);
    assert_ne!(expected(&tree), expected(&repo));
    assert_eq!([head(&tree), head(&tree.join("crm"))], [expected(&tree), expected(&tree)]);
    git(&repo, &["pack-refs", "--all"]);
    assert_eq!(head(&tree), expected(&tree));

    git(&place.root, &["init", "-q", "-b", "main", "outer"]);
    let outer = place.root.join("outer");
    git(&outer, &["submodule", "--quiet", "add", repo.as_str(), "parts/texts"]);
    git(&outer, &["commit", "-q", "-m", "outer"]);
    let inner = outer.join("parts/texts");
    assert!(inner.join(".git").is_file() && expected(&inner) != expected(&outer));
    assert_eq!([head(&inner), head(&inner.join("crm"))], [expected(&inner), expected(&inner)]);
    assert_eq!(head(&outer), expected(&outer));
    // One that was not fetched, or whose repository is elsewhere now, is nobody's.
    fs::write(inner.join(".git"), "gitdir: ../nowhere\n").unwrap();
    assert_eq!([head(&inner), head(&inner.join("crm"))], [None, None]);
}

#[test]
fn a_folder_that_is_not_tracked_has_no_commit() {
    for version in ["2", "3", "4"] {
        let Some(place) = repository(&[]) else { return };
        let repo = place.root.join("repo");
        for folder in ["build/crm", "crm2", "cr", "crm/templates/deep/er"] {
            fs::create_dir_all(repo.join(folder)).unwrap();
            fs::write(repo.join(folder).join("x.yaml"), "").unwrap();
        }
        for number in 0..40 {
            fs::write(repo.join(format!("crm/templates/{}.yaml", "x".repeat(number + 1))), "").unwrap();
        }
        git(&repo, &["add", "crm/templates/*.yaml"]);
        // An entry with the second pair of flags.
        git(&repo, &["add", "--intent-to-add", "crm/templates/deep"]);
        git(&repo, &["update-index", "--index-version", version]);
        for folder in ["build/crm", "build", "crm2", "cr"] {
            assert_eq!(head(&repo.join(folder)), None, "{folder}, index version {version}");
        }
        for folder in ["crm", "crm/templates", "crm/templates/deep", "crm/templates/deep/er"] {
            assert_eq!(head(&repo.join(folder)), expected(&repo), "{folder}, index version {version}");
        }
        git(&repo, &["update-index", "--split-index"]);
        fs::write(repo.join("z"), "").unwrap();
        git(&repo, &["add", "z"]);
        assert_eq!((head(&repo.join("crm")), head(&repo.join("build"))), (expected(&repo), None), "split {version}");
    }
}

#[test]
fn the_longer_hashes() {
    let Some(place) = repository(&["--object-format=sha256"]) else { return };
    let repo = place.root.join("repo");
    assert_eq!(expected(&repo).unwrap().len(), 64);
    fs::create_dir(repo.join("build")).unwrap();
    assert_eq!((head(&repo.join("crm")), head(&repo.join("build"))), (expected(&repo), None));
}

#[test]
fn what_is_no_index_says_nothing() {
    let Some(place) = repository(&[]) else { return };
    let repo = place.root.join("repo");
    let index = fs::read(repo.join(".git/index")).unwrap();
    for cut in 0..index.len() {
        fs::write(repo.join(".git/index"), &index[..cut]).unwrap();
        assert!(head(&repo.join("crm")).is_none_or(|found| Some(found) == expected_of(&repo)), "cut at {cut}");
    }
}

/// The commit, where the index cannot be read.
fn expected_of(repo: &Utf8Path) -> Option<String> {
    fs::read_to_string(repo.join(".git/refs/heads/main")).ok().map(|text| text.trim().to_owned())
}
