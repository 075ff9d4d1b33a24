//! Media samples at the moment of writing: local files are read and uploaded, URLs fetched and uploaded, once a run.
//!
//! Handles go as they are. Reads no file outside the workspace, and fetches without any credential.

use std::{collections::HashMap, path::PathBuf};

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    provider::{
        Media, Provider, WriteError,
        fetch::{FetchOptions, fetch},
    },
    template::{Content, MediaSource, components::media_mut, normal::hex},
};

/// Finds a local file of the workspace.
pub type Resolve = std::sync::Arc<dyn Fn(&str) -> Result<PathBuf, String> + Send + Sync>;

/// Samples of one account and run, each uploaded once.
pub struct Library {
    resolve: Resolve,
    options: FetchOptions,
    handles: HashMap<String, String>,
}

/// Why a sample cannot be sent.
#[derive(Debug)]
pub(super) enum MediaFault {
    /// The file or URL is not usable.
    Local(String),
    /// The provider did not take it.
    Upload(WriteError),
}

impl Library {
    /// An empty library over the files of a workspace.
    #[must_use]
    pub fn new(resolve: Resolve, options: FetchOptions) -> Self {
        Self { resolve, options, handles: HashMap::new() }
    }

    /// Whether anything was uploaded.
    pub(super) fn uploaded(&self) -> bool {
        !self.handles.is_empty()
    }

    /// Forgets all handles: the provider says that one has expired.
    pub(super) fn forget(&mut self) {
        self.handles.clear();
    }

    /// The content with every sample turned into a handle.
    pub(super) async fn submit(&mut self, provider: &Provider, content: &Content) -> Result<Content, MediaFault> {
        let mut content = content.clone();
        for slot in media_mut(&mut content) {
            let media = match &slot.sample.source {
                MediaSource::Handle(_) => continue,
                MediaSource::File(path) => self.file(path)?,
                MediaSource::Url(url) => self.url(url).await?,
                MediaSource::Shown(_) => {
                    let reason = "there is no local sample: an edit replaces all parts and needs one (`example`)";
                    return Err(MediaFault::Local(format!("{}: {reason}", slot.path)));
                }
            };
            let digest = hex(&Sha256::digest(&media.bytes));
            let handle = match self.handles.get(&digest) {
                Some(handle) => handle.clone(),
                None => {
                    let handle = provider.upload(&media).await.map_err(MediaFault::Upload)?;
                    self.handles.insert(digest, handle.clone());
                    handle
                }
            };
            slot.sample.source = MediaSource::Handle(handle);
        }
        Ok(content)
    }

    fn file(&self, path: &str) -> Result<Media, MediaFault> {
        let file = (self.resolve)(path).map_err(MediaFault::Local)?;
        let bytes = std::fs::read(&file).map_err(|error| MediaFault::Local(format!("`{path}`: {error}")))?;
        let file_name = path.rsplit('/').next().unwrap_or(path).to_owned();
        media(file_name, bytes).map_err(|reason| MediaFault::Local(format!("`{path}` {reason}")))
    }

    async fn url(&self, text: &str) -> Result<Media, MediaFault> {
        let url = Url::parse(text).map_err(|error| MediaFault::Local(format!("`{text}`: {error}")))?;
        let fetched =
            fetch(&url, &self.options).await.map_err(|error| MediaFault::Local(format!("`{text}`: {error}")))?;
        let file_name = url.path_segments().and_then(Iterator::last).unwrap_or("sample").to_owned();
        media(file_name, fetched.bytes).map_err(|reason| MediaFault::Local(format!("`{text}` {reason}")))
    }
}

/// A file with its kind, told by its first bytes: what a server or a file name says is not proof.
fn media(file_name: String, bytes: Vec<u8>) -> Result<Media, String> {
    let mime = kind(&bytes).ok_or("is none of JPEG, PNG, MP4 and PDF, the kinds that samples may have")?;
    Ok(Media { file_name, mime: mime.to_owned(), bytes })
}

/// Kinds that uploads take (Meta, resumable upload guide, 2026).
pub(crate) fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("video/mp4"),
        [b'%', b'P', b'D', b'F', ..] => Some("application/pdf"),
        _ => None,
    }
}
