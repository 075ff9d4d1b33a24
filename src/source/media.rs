//! Media samples as they are written: a path inside the workspace, an https URL, or a handle of the provider's upload.
//!
//! Reads no file itself: digests come through [`MediaFiles`].

use super::read;
use crate::{
    diagnostic::{Diagnostic, Span},
    template::{MediaSample, MediaSource},
};

/// The files of a workspace, for samples.
pub trait MediaFiles {
    /// Digest (`sha256:…`) of a file, path relative to the workspace.
    ///
    /// # Errors
    /// Why it cannot be used: missing, outside the workspace (symbolic links included), or too large.
    fn digest(&self, path: &str) -> Result<String, String>;
}

/// What a reference is.
pub fn source(text: &str) -> Result<MediaSource, (String, &'static str)> {
    if is_handle(text) {
        return Ok(MediaSource::Handle(text.to_owned()));
    }
    if let Some((scheme, _)) = text.split_once("://") {
        let wanted = "give an https URL, or a path inside the workspace";
        return match scheme.to_ascii_lowercase().as_str() {
            "https" => Ok(MediaSource::Url(text.to_owned())),
            "http" => Err((format!("`{text}` is not https"), wanted)),
            _ => Err((format!("a media sample cannot come from `{scheme}:`"), wanted)),
        };
    }
    path(text).map(MediaSource::File)
}

/// A handle begins with a small number and a colon (`4::…`, of old `3:…`), at Vonage also behind an `h:` (`h:3:…`, its
/// template-management reference); several may be joined by line breaks.
fn is_handle(text: &str) -> bool {
    text.strip_prefix("h:").unwrap_or(text).split_once(':').is_some_and(|(version, _)| {
        !version.is_empty() && version.len() <= 3 && version.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A path without detours, if it stays inside.
fn path(text: &str) -> Result<String, (String, &'static str)> {
    let wanted = "paths are relative to the workspace's root and stay inside it";
    let drive = text.as_bytes().get(1) == Some(&b':');
    if text.starts_with(['/', '\\', '~']) || drive {
        return Err((format!("`{text}` is not a relative path"), wanted));
    }
    if text.contains(char::is_control) {
        return Err((format!("{text:?} is not a path"), wanted));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(|| (format!("`{text}` leads out of the workspace"), wanted))?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err((format!("`{text}` names no file"), wanted));
    }
    Ok(parts.join("/"))
}

/// A sample with the digest of its file.
pub fn sample(text: &str, span: Span, files: &dyn MediaFiles, faults: &mut Vec<Diagnostic>) -> Option<MediaSample> {
    let source = match source(text) {
        Ok(source) => source,
        Err((message, help)) => {
            faults.push(Diagnostic::error("LP013", span, message).help(help));
            return None;
        }
    };
    let digest = match &source {
        MediaSource::File(path) => match files.digest(path) {
            Ok(digest) => Some(digest),
            Err(reason) => {
                let help = "paths are relative to the workspace's root, where letterpress.yaml lies";
                let fault =
                    Diagnostic::error("LP013", span, format!("the media sample `{path}` cannot be used: {reason}"));
                faults.push(fault.help(help));
                None
            }
        },
        MediaSource::Url(_) | MediaSource::Handle(_) | MediaSource::Shown(_) => None,
    };
    Some(MediaSample { source, digest })
}

/// The `example` of a media header: one reference, also in a list of one.
pub fn read(
    node: &super::tree::Node,
    what: &str,
    files: &dyn MediaFiles,
    faults: &mut Vec<Diagnostic>,
) -> Option<MediaSample> {
    let node = match &node.value {
        super::tree::Value::Sequence(items) => match items.as_slice() {
            [one] => one,
            _ => {
                faults.push(read::expected(node, what, "one path, URL or handle"));
                return None;
            }
        },
        super::tree::Value::Mapping(_) if node.get("header_handle").is_some() => {
            let message = format!("{what} is wrapped as in the provider's JSON");
            let help = "write the sample itself: a path of the workspace, an https URL, or a handle";
            faults.push(Diagnostic::error("LP013", node.span, message).help(help));
            return None;
        }
        _ => node,
    };
    let text = read::text(node, what, faults)?;
    sample(&text, node.span, files, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_apart() {
        assert_eq!(source("./media/../media/bike.jpg").unwrap(), MediaSource::File("media/bike.jpg".into()));
        assert!(matches!(source("HTTPS://fernweh.example/a.jpg").unwrap(), MediaSource::Url(_)));
        assert!(matches!(source("4::aW1h:ARb\n4::x").unwrap(), MediaSource::Handle(_)));
        assert!(matches!(source("3:NDU").unwrap(), MediaSource::Handle(_)));
        assert!(matches!(source("h:3:aW1h").unwrap(), MediaSource::Handle(_)));
        for bad in [
            "http://fernweh.example/a.jpg",
            "file:///etc/passwd",
            "/etc/passwd",
            "../x.jpg",
            "a/../../b",
            "C:x",
            "h:x",
            ".",
        ] {
            assert!(source(bad).is_err(), "{bad}");
        }
    }
}
