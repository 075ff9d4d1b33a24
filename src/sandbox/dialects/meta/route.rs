//! Paths of the API: `/vNN.N/...` and the same without a version.
//!
//! Must not look at anything but method and path.

use crate::sandbox::rules::operation::Operation;

/// The version that answers unversioned calls.
const DEFAULT_VERSION: &str = "v23.0";
/// The oldest version still served; older ones are answered by it without a word (Meta versions page).
const OLDEST: u32 = 20;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `/{waba}/message_templates…`.
    Account(String),
    /// `/{id}`: a template, or an account.
    Node(String),
    /// `/{app}/uploads`.
    App(String),
    /// `/upload:{session}`.
    Session(String),
    /// `/media/{id}`.
    Media(String),
    /// Nothing that is served.
    Unknown,
}

/// A path taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// As the path has it, e.g. `v23.0`.
    pub(crate) version: Option<String>,
    /// What is asked for.
    pub(crate) operation: Operation,
    /// Of what.
    pub(crate) target: Target,
    /// The path behind its first segment, for "Unknown path components".
    pub(crate) rest: String,
}

impl Route {
    /// The version that answers.
    pub(crate) fn served_version(&self) -> String {
        let Some(version) = &self.version else {
            return DEFAULT_VERSION.to_owned();
        };
        let major: Option<u32> = version[1..].split('.').next().and_then(|n| n.parse().ok());
        match major {
            Some(n) if n < OLDEST => format!("v{OLDEST}.0"),
            _ => version.clone(),
        }
    }
}

/// Takes a path apart.
pub(crate) fn parse(method: &str, path: &str) -> Route {
    let path = path.replace("%3A", ":").replace("%3a", ":");
    let mut segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    let version = segments.first().copied().filter(|s| is_version(s));
    if version.is_some() {
        segments.remove(0);
    }
    let rest = format!("/{}", segments.get(1..).unwrap_or_default().join("/"));
    let (operation, target) = match (method, segments.as_slice()) {
        ("GET", ["media", id]) => (Operation::Media, Target::Media((*id).to_owned())),
        ("GET" | "POST", [session]) if session.starts_with("upload:") => {
            let session = session.trim_start_matches("upload:");
            (Operation::Upload, Target::Session(session.to_owned()))
        }
        ("POST", [app, "uploads"]) => (Operation::Upload, Target::App((*app).to_owned())),
        ("GET", [id]) => (Operation::Get, Target::Node((*id).to_owned())),
        ("POST", [id]) => (Operation::Edit, Target::Node((*id).to_owned())),
        ("POST", [id, "unpause"]) => (Operation::Unpause, Target::Node((*id).to_owned())),
        (_, [waba, "message_templates", rest @ ..]) => {
            let operation = match (method, rest) {
                ("GET", []) => Some(Operation::List),
                ("POST", []) => Some(Operation::Create),
                ("DELETE", []) => Some(Operation::Delete),
                ("POST", ["archive"]) => Some(Operation::Archive),
                ("POST", ["unarchive"]) => Some(Operation::Unarchive),
                _ => None,
            };
            match operation {
                Some(operation) => (operation, Target::Account((*waba).to_owned())),
                None => (Operation::Other, Target::Unknown),
            }
        }
        _ => (Operation::Other, Target::Unknown),
    };
    Route { version: version.map(str::to_owned), operation, target, rest }
}

/// `v23.0` and the like.
fn is_version(segment: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    segment
        .strip_prefix('v')
        .and_then(|s| s.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_understood_with_and_without_a_version() {
        for (method, path, operation) in [
            ("GET", "/v23.0/1/message_templates", Operation::List),
            ("GET", "/1/message_templates", Operation::List),
            ("POST", "/1/message_templates", Operation::Create),
            ("DELETE", "/1/message_templates", Operation::Delete),
            ("POST", "/1/message_templates/archive", Operation::Archive),
            ("POST", "/1/message_templates/unarchive", Operation::Unarchive),
            ("POST", "/1/message_templates/77", Operation::Other),
            ("GET", "/77", Operation::Get),
            ("POST", "/77", Operation::Edit),
            ("DELETE", "/77", Operation::Other),
            ("POST", "/77/unpause", Operation::Unpause),
            ("POST", "/5/uploads", Operation::Upload),
            ("POST", "/v26.0/upload:abc", Operation::Upload),
            ("GET", "/upload%3Aabc", Operation::Upload),
            ("GET", "/media/9", Operation::Media),
            ("GET", "/77/compare", Operation::Other),
            ("GET", "/", Operation::Other),
        ] {
            assert_eq!(parse(method, path).operation, operation, "{method} {path}");
        }
        assert_eq!(parse("POST", "/1/message_templates/77").rest, "/message_templates/77");
    }

    #[test]
    fn expired_versions_are_served_by_the_oldest() {
        for (path, version) in [("/v16.0/1", "v20.0"), ("/v25.0/1", "v25.0"), ("/1", "v23.0")] {
            assert_eq!(parse("GET", path).served_version(), version);
        }
    }
}
