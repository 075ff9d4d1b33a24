//! Samples: the example values that a reviewer at the provider sees. They are not what customers get.

use std::{collections::BTreeMap, fmt};

use serde::{Serialize, Serializer};

/// A parameter of a text: `{{2}}` or `{{order_id}}`. Numbers sort as numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    /// `{{2}}`.
    Number(u32),
    /// `{{order_id}}`.
    Name(String),
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl Parameter {
    /// Reads what stands between the braces: digits are a number, anything else a name.
    #[must_use]
    pub fn parse(inner: &str) -> Self {
        match inner.parse::<u32>() {
            Ok(number) if inner.bytes().all(|byte| byte.is_ascii_digit()) => Self::Number(number),
            _ => Self::Name(inner.to_owned()),
        }
    }
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Sample values of a text's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[serde(transparent)]
pub struct Samples(pub BTreeMap<Parameter, String>);

impl Samples {
    /// Samples for `{{1}}`, `{{2}}` … in order.
    pub fn positional<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self((1..).map(Parameter::Number).zip(values.into_iter().map(Into::into)).collect())
    }

    /// Samples by parameter name.
    pub fn named<N: Into<String>, T: Into<String>>(values: impl IntoIterator<Item = (N, T)>) -> Self {
        Self(values.into_iter().map(|(name, value)| (Parameter::Name(name.into()), value.into())).collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The sample picture, film or document of a media header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaSample {
    /// Where it comes from.
    pub source: MediaSource,
    /// `sha256:…` of the bytes, where they are known (local files).
    pub digest: Option<String>,
}

/// Where a media sample comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaSource {
    /// A file of the workspace, path relative to its root.
    File(String),
    /// An https URL that apply fetches.
    Url(String),
    /// A handle of the provider's upload. It expires; verbatim, and several may be joined by line breaks.
    Handle(String),
    /// What the account shows: mostly a signed URL that changes with each read, also handles and free text. It says nothing
    /// about the content, and is never a path.
    Shown(String),
}

impl MediaSample {
    /// What tells two samples apart: the digest of the bytes where known, else the reference itself.
    /// `None` for what an account shows, which cannot be compared.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        match (&self.digest, &self.source) {
            (Some(digest), _) => Some(digest.clone()),
            (None, MediaSource::File(path)) => Some(format!("file:{path}")),
            (None, MediaSource::Url(url)) => Some(format!("url:{url}")),
            (None, MediaSource::Handle(handle)) => Some(format!("handle:{handle}")),
            (None, MediaSource::Shown(_)) => None,
        }
    }
}

impl Serialize for MediaSample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fingerprint().serialize(serializer)
    }
}

/// Reading back what is written, for tests that flip single fields.
#[cfg(test)]
mod reading {
    use serde::{Deserialize, Deserializer};

    use super::{MediaSample, MediaSource, Parameter};

    impl<'de> Deserialize<'de> for Parameter {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            String::deserialize(deserializer).map(|text| Self::parse(&text))
        }
    }

    impl<'de> Deserialize<'de> for MediaSample {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let handle = text.strip_prefix("handle:").unwrap_or(&text).to_owned();
            Ok(Self { source: MediaSource::Handle(handle), digest: None })
        }
    }
}
