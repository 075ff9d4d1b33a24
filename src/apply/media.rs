//! Media samples at the moment of writing, each handled once a run: files and URLs are read and uploaded, or, where a provider
//! fetches samples itself, their public address is checked to serve the same bytes.
//!
//! Handles go as they are. Reads no file outside the workspace, and fetches without any credential.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    provider::{
        Media, Provider, WriteError,
        connection::join_url,
        fetch::{FetchOptions, fetch},
    },
    template::{Content, MediaFormat, MediaSource, components::media_mut, normal::hex},
};

/// Bytes of a GIF header's sample (Meta, marketing-messages page, 2026-11; Infobip, OpenAPI 3.210.0).
const GIF: usize = 3_500_000;

/// Reads a local file of the workspace, or says what is wrong with it.
pub type ReadFile = std::sync::Arc<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// How samples get to the provider.
#[derive(Debug, Clone)]
pub enum Route {
    /// They are uploaded; the template carries the handle.
    Upload,
    /// The provider fetches them; the template carries the URL.
    Public {
        /// Where local files are public.
        base: Option<Url>,
        /// Whether what the URL serves is looked at; the embedded sandbox has no network.
        checked: bool,
    },
}

/// Samples of one account and run.
pub struct Library {
    read_file: ReadFile,
    options: FetchOptions,
    route: Route,
    /// MIME types that the provider takes; empty: those of the formats.
    types: &'static [&'static str],
    /// What goes over the wire, by digest and by URL.
    ready: HashMap<String, String>,
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
    pub fn new(read_file: ReadFile, options: FetchOptions, route: Route, types: &'static [&'static str]) -> Self {
        Self { read_file, options, route, types, ready: HashMap::new() }
    }

    /// Whether anything was uploaded.
    pub(super) fn uploaded(&self) -> bool {
        matches!(self.route, Route::Upload) && !self.ready.is_empty()
    }

    /// Forgets all handles: the provider says that one has expired.
    pub(super) fn forget(&mut self) {
        self.ready.clear();
    }

    /// The content with every sample turned into what goes over the wire.
    pub(super) async fn submit(&mut self, provider: &Provider, content: &Content) -> Result<Content, MediaFault> {
        let mut content = content.clone();
        for slot in media_mut(&mut content) {
            if matches!(slot.sample.source, MediaSource::Handle(_)) {
                continue;
            }
            if matches!(slot.sample.source, MediaSource::Shown(_)) {
                let reason = "there is no local sample: an edit replaces all parts and needs one (`example`)";
                return Err(MediaFault::Local(format!("{}: {reason}", slot.path)));
            }
            let sent = match self.route.clone() {
                Route::Upload => self.uploaded_handle(provider, &slot.sample.source, slot.format).await?,
                Route::Public { base, checked } => {
                    self.public_url(&slot.sample.source, slot.format, base.as_ref(), checked).await?
                }
            };
            slot.sample.source = MediaSource::Handle(sent);
        }
        Ok(content)
    }

    async fn uploaded_handle(
        &mut self,
        provider: &Provider,
        source: &MediaSource,
        format: MediaFormat,
    ) -> Result<String, MediaFault> {
        let media = self.media(source, format).await?;
        let digest = digest(&media);
        if let Some(handle) = self.ready.get(&digest) {
            return Ok(handle.clone());
        }
        let handle = provider.upload(&media).await.map_err(MediaFault::Upload)?;
        self.ready.insert(digest, handle.clone());
        Ok(handle)
    }

    /// The address of a sample, once it is seen to serve it.
    async fn public_url(
        &mut self,
        source: &MediaSource,
        format: MediaFormat,
        base: Option<&Url>,
        checked: bool,
    ) -> Result<String, MediaFault> {
        let MediaSource::File(path) = source else {
            let MediaSource::Url(url) = source else { return Err(MediaFault::Local("nothing to fetch".to_owned())) };
            if checked && !self.ready.contains_key(url) {
                self.media(source, format).await?;
                self.ready.insert(url.clone(), url.clone());
            }
            return Ok(url.clone());
        };
        let Some(base) = base else {
            let reason = "the provider takes public URLs only; write `media_base_url` in the account";
            return Err(MediaFault::Local(format!("`{path}`: {reason}")));
        };
        let local = self.media(source, format).await?;
        let url = join_url(base, &path.split('/').collect::<Vec<_>>(), &[]);
        if checked && !self.ready.contains_key(url.as_str()) {
            let served = self.media(&MediaSource::Url(url.to_string()), format).await?;
            if digest(&served) != digest(&local) {
                let reason =
                    format!("{url} serves other bytes than `{path}`: publish the file first, then apply again");
                return Err(MediaFault::Local(reason));
            }
            self.ready.insert(url.to_string(), url.to_string());
        }
        Ok(url.into())
    }

    /// A sample's bytes, of a kind that suits its header and that the provider takes.
    async fn media(&self, source: &MediaSource, format: MediaFormat) -> Result<Media, MediaFault> {
        let (name, media) = match source {
            MediaSource::File(path) => (path, self.file(path)?),
            MediaSource::Url(url) => (url, self.url(url).await?),
            MediaSource::Handle(text) | MediaSource::Shown(text) => {
                return Err(MediaFault::Local(format!("`{text}` is no file")));
            }
        };
        let mime = media.mime.as_str();
        let suits = match format {
            MediaFormat::Image => mime.starts_with("image/"),
            MediaFormat::Video | MediaFormat::Gif => mime == "video/mp4",
            MediaFormat::Document => mime == "application/pdf",
        };
        if !suits {
            return Err(MediaFault::Local(format!(
                "`{name}` is {mime}, which is no sample of {} headers",
                format.as_str()
            )));
        }
        if format == MediaFormat::Gif && media.bytes.len() > GIF {
            return Err(MediaFault::Local(format!("`{name}` has more than 3.5 MB, which a GIF header may have")));
        }
        if !self.types.is_empty() && !self.types.contains(&mime) {
            let known = self.types.join(", ");
            return Err(MediaFault::Local(format!("`{name}` is {mime}; the provider takes {known}")));
        }
        Ok(media)
    }

    fn file(&self, path: &str) -> Result<Media, MediaFault> {
        let bytes = (self.read_file)(path).map_err(MediaFault::Local)?;
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

fn digest(media: &Media) -> String {
    hex(&Sha256::digest(&media.bytes))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        provider::{
            connection::Connection,
            meta,
            test_server::{Answer, TestServer},
        },
        template::{Header, HeaderKind, MediaSample},
    };

    const PICTURE: &[u8] = &[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 1, 2, 3];

    fn content(source: MediaSource) -> Content {
        let sample = Some(MediaSample { source, digest: None });
        let header = Header::new(HeaderKind::Media { format: MediaFormat::Image, sample });
        Content { header: Some(header), ..Content::default() }
    }

    fn library(folder: &std::path::Path, server: &Url, route: Route) -> Library {
        let folder = folder.to_owned();
        let read_file: ReadFile = std::sync::Arc::new(move |path: &str| {
            std::fs::read(folder.join(path)).map_err(|error| format!("`{path}`: {error}"))
        });
        let options = FetchOptions { same_origin_loopback: Some(server.clone()), ..FetchOptions::default() };
        Library::new(read_file, options, route, &["image/png"])
    }

    fn nobody(server: &Url) -> Provider {
        let connection = Connection::new(server.clone());
        let config = meta::Config { waba_id: "1".into(), app_id: None, token: "sandbox".into(), connection };
        Provider::Meta(meta::Client::new(config).unwrap())
    }

    async fn submitted(library: &mut Library, server: &Url, source: MediaSource) -> Result<String, String> {
        let mut content = match library.submit(&nobody(server), &content(source)).await {
            Ok(content) => content,
            Err(MediaFault::Local(reason)) => return Err(reason),
            Err(MediaFault::Upload(error)) => return Err(error.to_string()),
        };
        match media_mut(&mut content).first().map(|slot| slot.sample.source.clone()) {
            Some(MediaSource::Handle(text)) => Ok(text),
            other => Err(format!("{other:?}")),
        }
    }

    #[tokio::test]
    async fn a_public_file_is_looked_at_once_and_goes_as_its_url() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("media")).unwrap();
        std::fs::write(folder.path().join("media/a b.png"), PICTURE).unwrap();
        let server = TestServer::start(|_| Answer::bytes(PICTURE, "image/png")).await;
        let base = server.url.join("wa/").unwrap();
        let mut library =
            library(folder.path(), &server.url, Route::Public { base: Some(base.clone()), checked: true });
        for _ in 0..2 {
            let sent = submitted(&mut library, &server.url, MediaSource::File("media/a b.png".into())).await;
            assert_eq!(sent, Ok(format!("{base}media/a%20b.png")));
        }
        let seen: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
        assert_eq!(seen, ["/wa/media/a%20b.png"]);
    }

    #[tokio::test]
    async fn other_bytes_a_missing_file_and_other_types_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), PICTURE).unwrap();
        let server = TestServer::start(|seen| match seen.path.as_str() {
            "/a.png" => Answer::bytes(&[PICTURE, b"x"].concat(), "image/png"),
            "/film" => Answer::bytes(b"\0\0\0\x18ftypmp42", "image/png"),
            "/photo" => Answer::bytes(&[0xff, 0xd8, 0xff, 0], "image/png"),
            _ => Answer::status(404),
        })
        .await;
        let file = |name: &str| MediaSource::File(name.to_owned());
        let url = |path: &str| MediaSource::Url(server.url.join(path).unwrap().to_string());
        let public = Route::Public { base: Some(server.url.clone()), checked: true };
        let mut library = library(folder.path(), &server.url, public);
        for (source, why) in [
            (file("a.png"), "serves other bytes"),
            (file("b.png"), "b.png"),
            (url("film"), "no sample of IMAGE headers"),
            (url("photo"), "the provider takes image/png"),
            (url("gone"), "404"),
        ] {
            let refused = submitted(&mut library, &server.url, source).await.unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[tokio::test]
    async fn without_an_address_local_files_are_out_of_reach() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.png"), PICTURE).unwrap();
        let nowhere = Url::parse("http://127.0.0.1:9/").unwrap();
        let mut library = library(folder.path(), &nowhere, Route::Public { base: None, checked: true });
        let refused = submitted(&mut library, &nowhere, MediaSource::File("a.png".into())).await.unwrap_err();
        assert!(refused.contains("media_base_url"), "{refused}");
        // What was handed over before goes as it is.
        let sent = submitted(&mut library, &nowhere, MediaSource::Handle("4::x".into())).await;
        assert_eq!(sent.as_deref(), Ok("4::x"));
    }
}
