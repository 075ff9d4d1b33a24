//! Credentials: where they come from, and reading them at the moment of use.
//!
//! Never holds a literal: one written in the file is refused and masked. A value that was read lives in a
//! [`SecretString`], which cannot be printed; no error of this module contains any part of it.

use std::{
    io::Read,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use camino::{Utf8Path, Utf8PathBuf};
use secrecy::SecretString;

use crate::{
    diagnostic::{Diagnostic, Span, did_you_mean},
    file,
    source::{
        read::{self, Map},
        tree::{Entry, Node, Value},
    },
};

use super::secrets::is_token;

/// Longest credential that is read, bytes; private keys are a few thousand.
pub const MAX_CREDENTIAL: u64 = 64 * 1024;
/// How long a credential command may take.
pub const COMMAND_LIMIT: Duration = Duration::from_secs(30);
/// Longest name of an environment variable: what is longer is a pasted token.
const MAX_VARIABLE: usize = 64;

/// Where a credential comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// An environment variable.
    Env(String),
    /// A file, relative to the folder of `letterpress.yaml`.
    File(Utf8PathBuf),
    /// A program and its arguments; no shell. Its output is the credential.
    Command(Vec<String>),
}

/// Why a credential could not be read. Never contains a part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The variable is not set.
    #[error("the environment variable {} is not set", shown(.0))]
    Unset(String),
    /// The source gave nothing.
    #[error("{0} is empty")]
    Empty(String),
    /// The source gave too much.
    #[error("{0} gave more than {MAX_CREDENTIAL} bytes: that is no credential")]
    TooLong(String),
    /// The source gave something that is not text.
    #[error("{0} is not text (UTF-8)")]
    NotText(String),
    /// The file cannot be read.
    #[error("{0} {1}")]
    Unreadable(String, String),
    /// Commands are not allowed in this run.
    #[error("credentials from commands are only read with LETTERPRESS_ALLOW_COMMANDS=1")]
    CommandsForbidden,
    /// The command could not be started or failed.
    #[error("the credential command `{0}` {1}")]
    CommandFailed(String, String),
}

/// The name of a variable, unless it does not look like one: somebody may have pasted a credential in its place.
fn shown(name: &str) -> &str {
    let usual = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(usual) { name } else { "*** (its name has other characters than capitals, digits and _)" }
}

impl CredentialSource {
    /// Reads the credential. A final line break is not part of it.
    ///
    /// # Errors
    /// What is wrong with the source, without any of its content.
    pub fn read(
        &self,
        env: &dyn Fn(&str) -> Option<String>,
        allow_commands: bool,
        root: &Utf8Path,
    ) -> Result<SecretString, CredentialError> {
        match self {
            Self::Env(name) => {
                let value = env(name).ok_or_else(|| CredentialError::Unset(name.clone()))?;
                finish(value, &format!("the environment variable {name}"))
            }
            Self::File(path) => {
                let what = format!("the credential file {}", shown_word(path.as_str()));
                match file::read(root.join(path).as_std_path(), MAX_CREDENTIAL) {
                    Ok(bytes) => text(bytes, &what),
                    Err(file::Fault::TooLarge(_)) => Err(CredentialError::TooLong(what)),
                    Err(fault) => Err(CredentialError::Unreadable(what, fault.to_string())),
                }
            }
            Self::Command(_) if !allow_commands => Err(CredentialError::CommandsForbidden),
            Self::Command(words) => run(words, root, COMMAND_LIMIT),
        }
    }

    /// Reads `{env: …}`, `{file: …}` or `{command: […]}`. A literal is a fault; its place goes to `secrets`, to be
    /// masked before anything is shown.
    pub(super) fn from_node(
        node: &Node,
        key: &str,
        faults: &mut Vec<Diagnostic>,
        secrets: &mut Vec<Span>,
    ) -> Option<Self> {
        if matches!(node.value, Value::Scalar(_)) && !node.is_null() {
            faults.push(literal(node, key, secrets));
            return None;
        }
        let mut map = Map::of(node, &format!("`{key}`"), faults)?;
        let (env, file, command) = (map.take("env"), map.take("file"), map.take("command"));
        let before = faults.len();
        map.finish(&format!("`{key}`"), faults);
        if faults.len() > before {
            return None;
        }
        match (env, file, command) {
            (Some(env), None, None) => {
                let name = read::text(&env.value, "`env`", faults)?;
                let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if !word || name.is_empty() || name.len() > MAX_VARIABLE {
                    let fault = literal(&env.value, key, secrets);
                    let message = "`env` takes the name of an environment variable, and `***` is none";
                    faults.push(Diagnostic { message: message.to_owned(), ..fault });
                    return None;
                }
                Some(Self::Env(name))
            }
            (None, Some(file), None) => {
                let path = read::text(&file.value, "`file`", faults)?;
                if path.is_empty() {
                    faults.push(Diagnostic::error("LP056", file.value.span, "`file` names no file"));
                    return None;
                }
                Some(Self::File(path.into()))
            }
            (None, None, Some(command)) => {
                let words: Vec<String> = read::list(&command.value, "`command`", faults)?
                    .iter()
                    .filter_map(|word| read::text(word, "`command`", faults))
                    .collect();
                if words.first().is_none_or(String::is_empty) {
                    let fault = Diagnostic::error("LP056", command.value.span, "`command` names no program");
                    faults.push(fault.help("write the program and its arguments as a list; there is no shell"));
                    return None;
                }
                Some(Self::Command(words))
            }
            _ => {
                let message = format!("`{key}` takes exactly one of `env`, `file` and `command`");
                faults.push(Diagnostic::error("LP056", node.span, message));
                None
            }
        }
    }
}

/// Where a credential may have been pasted into a form that is not read: its line is shown with the fault.
pub(super) fn misplaced(node: &Node) -> Vec<Span> {
    let Value::Mapping(entries) = &node.value else { return vec![node.span] };
    let known = |entry: &&Entry| matches!(entry.key.as_str(), "env" | "file" | "command");
    // Of several forms nobody can say which was meant: each may hold the credential itself.
    if entries.iter().filter(known).count() > 1 {
        return entries.iter().flat_map(|entry| [entry.value.span].into_iter().chain(unknown(entry))).collect();
    }
    let keys = entries.iter().filter_map(unknown);
    let foreign = entries.iter().filter(|entry| match (entry.key.as_str(), &entry.value.value) {
        ("env" | "file", Value::Scalar(_)) => false,
        ("command", Value::Sequence(words)) => !words.iter().all(|word| matches!(word.value, Value::Scalar(_))),
        // Under another key, or in another form.
        _ => true,
    });
    foreign.map(|entry| entry.value.span).chain(keys).collect()
}

/// The key of an entry that is no form of a credential, nor a slip of one: it may be the credential.
fn unknown(entry: &Entry) -> Option<Span> {
    let forms = ["env", "file", "command"];
    let known = forms.contains(&entry.key.as_str()) || did_you_mean(&entry.key, forms).is_some();
    (!known).then_some(entry.key_span)
}

/// A path or a program, unless it looks like a credential that was pasted in its place.
fn shown_word(word: &str) -> &str {
    if is_token(word) { "*** (it looks like a credential, not like a path)" } else { word }
}

/// The fault of a literal credential. Its mark is as short as the mask, so that it does not tell the length.
fn literal(node: &Node, key: &str, secrets: &mut Vec<Span>) -> Diagnostic {
    secrets.push(node.span);
    let mark = Span { end: node.span.end.min(node.span.start.saturating_add(3)), ..node.span };
    Diagnostic::error("LP016", mark, format!("`{key}: ***` is a credential written into a file"))
        .label("in every clone and every log from now on")
        .help(format!(
            "take it out, revoke it at the provider, and write where it comes from: `{key}: {{env: NAME}}`, \
             `{key}: {{file: PATH}}` or `{key}: {{command: [PROGRAM, ARGUMENT]}}`"
        ))
}

fn text(bytes: Vec<u8>, what: &str) -> Result<SecretString, CredentialError> {
    if bytes.len() as u64 > MAX_CREDENTIAL {
        return Err(CredentialError::TooLong(what.to_owned()));
    }
    finish(String::from_utf8(bytes).map_err(|_| CredentialError::NotText(what.to_owned()))?, what)
}

fn finish(mut value: String, what: &str) -> Result<SecretString, CredentialError> {
    if value.ends_with('\n') {
        value.pop();
        if value.ends_with('\r') {
            value.pop();
        }
    }
    if value.trim().is_empty() {
        return Err(CredentialError::Empty(what.to_owned()));
    }
    Ok(SecretString::from(value))
}

/// Runs a command without a shell, its standard error thrown away: tools print secrets there.
fn run(words: &[String], root: &Utf8Path, limit: Duration) -> Result<SecretString, CredentialError> {
    let Some((program, arguments)) = words.split_first() else { return Err(CredentialError::CommandsForbidden) };
    let failed = |why: String| CredentialError::CommandFailed(program.clone(), why);
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    let Some(stdout) = child.stdout.take() else { return Err(failed("has no output".into())) };
    let (sender, receiver) = std::sync::mpsc::channel();
    // Detached on purpose: a grandchild that keeps the pipe open must not hold us beyond the limit.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.take(MAX_CREDENTIAL + 1).read_to_end(&mut bytes).map(|_| bytes);
        let _ = sender.send(read);
    });
    let start = Instant::now();
    let output = receiver.recv_timeout(limit);
    let too_long = matches!(&output, Ok(Ok(bytes)) if bytes.len() as u64 > MAX_CREDENTIAL);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if !too_long && output.is_ok() && start.elapsed() < limit => {
                std::thread::sleep(Duration::from_millis(5));
            }
            _ => break None,
        }
    };
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    if too_long {
        return Err(CredentialError::TooLong(format!("the credential command `{program}`")));
    }
    let Some(status) = status else {
        return Err(failed(format!("did not end within {} seconds", limit.as_secs())));
    };
    if !status.success() {
        return Err(failed(format!("failed ({status}); its messages are not shown because they may hold secrets")));
    }
    match output {
        Ok(Ok(bytes)) => text(bytes, &format!("the output of `{program}`")),
        Ok(Err(error)) => Err(failed(format!("could not be read: {error}"))),
        Err(_) => Err(failed("gave no output in time".into())),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn from_env(value: Option<&str>) -> Result<String, CredentialError> {
        let source = CredentialSource::Env("FERNWEH_TOKEN".into());
        let value = value.map(str::to_owned);
        let read = source.read(&|_| value.clone(), false, Utf8Path::new("."));
        read.map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_final_line_break_is_no_part_and_nothing_is_an_error() {
        assert_eq!(from_env(Some("abc\r\n")).unwrap(), "abc");
        assert_eq!(from_env(Some("a\nb\n")).unwrap(), "a\nb");
        assert!(matches!(from_env(Some(" \n")), Err(CredentialError::Empty(_))));
        assert!(matches!(from_env(None), Err(CredentialError::Unset(_))));
    }

    #[test]
    fn files_are_relative_and_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::write(root.join("key"), "geheim\n").unwrap();
        std::fs::write(root.join("big"), vec![b'x'; 70_000]).unwrap();
        let read = |name: &str| CredentialSource::File(name.into()).read(&|_| None, false, root);
        assert_eq!(read("key").unwrap().expose_secret(), "geheim");
        assert!(matches!(read("big"), Err(CredentialError::TooLong(_))));
        assert!(matches!(read("none"), Err(CredentialError::Unreadable(..))));
    }

    #[cfg(unix)]
    #[test]
    fn commands_need_leave_end_in_time_and_keep_their_errors_to_themselves() {
        let root = Utf8Path::new("/");
        let read = |words: &[&str], allow| {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            CredentialSource::Command(words).read(&|_| None, allow, root)
        };
        assert_eq!(read(&["echo", "hush"], false).unwrap_err(), CredentialError::CommandsForbidden);
        assert_eq!(read(&["echo", "hush"], true).unwrap().expose_secret(), "hush");
        let error = read(&["sh", "-c", "echo geheim >&2; echo geheim; exit 3"], true).unwrap_err().to_string();
        assert!(error.contains("failed") && !error.contains("geheim"), "{error}");
        let words: Vec<String> = ["sleep", "20"].map(str::to_owned).to_vec();
        let error = run(&words, root, Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, CredentialError::CommandFailed(..)));
        assert!(matches!(read(&["yes"], true), Err(CredentialError::TooLong(_))));
    }
}
