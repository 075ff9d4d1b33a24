//! Media samples that an account shows: downloaded into the workspace where that works, else left out.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};
use tokio::{task::JoinSet, time::Instant};
use url::Url;

use super::files::{create, file_name};
use crate::{
    file::{Fault, Folder},
    provider::fetch::{FetchOptions, fetch},
    template::{Live, MediaSample, MediaSource, TemplateKey, components::media_mut, normal::hex},
    time::after,
};

/// A sample that could not be had.
#[derive(Debug, Clone)]
pub struct SampleFault {
    /// The template.
    pub key: TemplateKey,
    /// Which header, by its path in the normal form.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What a run may still fetch.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    /// Bytes.
    pub bytes: usize,
    /// No fetch begins after it.
    pub until: Instant,
}

impl Left {
    /// 1 GB and 15 minutes from now on.
    #[must_use]
    pub fn of_run() -> Self {
        Self { bytes: 1 << 30, until: after(Instant::now(), Duration::from_secs(900)) }
    }
}

/// Files that are held in memory at once: each may have 16 MiB.
const MOST_AT_ONCE: usize = 4;

/// Where samples go, and how they are fetched.
pub struct Downloads<'a> {
    /// The workspace.
    pub root: &'a Utf8Path,
    /// The folder for media, relative to it.
    pub folder: &'a Utf8Path,
    /// Bounds of each fetch.
    pub options: FetchOptions,
    /// How many are fetched at once.
    pub at_once: usize,
    /// Files by digest, across accounts: the same bytes are one file.
    pub known: HashMap<String, String>,
    /// Bytes that may still be fetched, and until when: for all accounts together.
    pub left: Left,
}

impl Downloads<'_> {
    /// Replaces every shown sample of the templates by a local file, or removes it and says why.
    pub async fn take(&mut self, templates: &mut [Live]) -> Vec<SampleFault> {
        let mut faults = Vec::new();
        for group in templates.chunks_mut(self.at_once.clamp(1, MOST_AT_ONCE)) {
            let fetched = self.fetch(group).await;
            for live in group {
                let key = live.key.clone();
                let mut failed = Vec::new();
                for slot in media_mut(&mut live.content) {
                    let MediaSource::Shown(url) = &slot.sample.source else { continue };
                    let unknown = Err("it was not fetched".to_owned());
                    let bytes = fetched.get(url).unwrap_or(&unknown).as_ref().map_err(Clone::clone);
                    match bytes.and_then(|bytes| self.save(&key, &slot.path, bytes)) {
                        Ok((path, digest)) => {
                            let digest = Some(format!("sha256:{digest}"));
                            *slot.sample = MediaSample { source: MediaSource::File(path), digest };
                        }
                        Err(reason) => failed.push((slot.path, reason)),
                    }
                }
                for (path, reason) in failed {
                    remove(live, &path);
                    faults.push(SampleFault { key: key.clone(), path, reason });
                }
            }
        }
        faults
    }

    /// Fetches what a few templates show, side by side, each address once.
    async fn fetch(&mut self, group: &mut [Live]) -> HashMap<String, Result<Vec<u8>, String>> {
        let mut tasks = JoinSet::new();
        let mut out = HashMap::new();
        let mut asked = HashSet::new();
        for slot in group.iter_mut().flat_map(|live| media_mut(&mut live.content)) {
            let MediaSource::Shown(url) = &slot.sample.source else { continue };
            if !asked.insert(url.clone()) {
                continue;
            }
            let (text, mut options) = (url.clone(), self.options.clone());
            if self.left.bytes == 0 || Instant::now() >= self.left.until {
                let reason = "this run has fetched as much as one run may";
                out.insert(text, Err(reason.to_owned()));
                continue;
            }
            options.max_bytes = options.max_bytes.min(self.left.bytes);
            tasks.spawn(async move {
                let bytes = match Url::parse(&text) {
                    Ok(url) if matches!(url.scheme(), "https" | "http") => {
                        fetch(&url, &options).await.map(|file| file.bytes).map_err(|error| error.to_string())
                    }
                    _ => Err("what the account shows is no address that a file could be downloaded from".to_owned()),
                };
                (text, bytes)
            });
        }
        while let Some(done) = tasks.join_next().await {
            if let Ok((text, bytes)) = done {
                let took = bytes.as_ref().map_or(0, Vec::len);
                self.left.bytes = self.left.bytes.saturating_sub(took);
                out.insert(text, bytes);
            }
        }
        out
    }

    fn save(&mut self, key: &TemplateKey, path: &str, bytes: &[u8]) -> Result<(String, String), String> {
        let kind = crate::apply::kind(bytes).ok_or("what the account shows is none of JPEG, PNG, MP4 and PDF")?;
        let digest = hex(&Sha256::digest(bytes));
        if let Some(path) = self.known.get(&digest) {
            return Ok((path.clone(), digest));
        }
        let extension = match kind {
            "image/jpeg" => "jpg",
            "image/png" => "png",
            "video/mp4" => "mp4",
            _ => "pdf",
        };
        let card = path.split(['[', ']']).nth(1).map_or_else(String::new, |index| format!("-card{index}"));
        let stem = format!("{}{card}", file_name(&key.name));
        let language = file_name(&key.language);
        let candidates = [stem.clone(), format!("{stem}-{language}"), format!("{stem}-{}", &digest[..12])];
        for candidate in candidates {
            let relative: Utf8PathBuf = self.folder.join(format!("{candidate}.{extension}"));
            let present = Folder::new(self.root.as_std_path())
                .map_err(Fault::from)
                .and_then(|root| root.open(relative.as_std_path())?.bytes(bytes.len() as u64));
            match present {
                Ok(present) if present == bytes => {}
                // Something else has the name.
                Ok(_) | Err(Fault::TooLarge(_) | Fault::Kind(_)) => continue,
                Err(Fault::Missing) => {
                    let file = self.root.join(&relative);
                    create(self.root, &file, bytes).map_err(|error| format!("{relative}: {error}"))?;
                }
                Err(fault) => return Err(format!("{relative} {fault}")),
            }
            self.known.insert(digest.clone(), relative.to_string());
            return Ok((relative.to_string(), digest));
        }
        Err("no free name for the file".to_owned())
    }
}

/// Takes the sample of one header away.
fn remove(live: &mut Live, path: &str) {
    use crate::template::HeaderKind;
    let header = match path.split(['[', ']']).nth(1).and_then(|index| index.parse::<usize>().ok()) {
        Some(index) => {
            let carousel = live.content.carousel.as_mut();
            carousel.and_then(|carousel| carousel.cards.get_mut(index)).and_then(|card| card.header.as_mut())
        }
        None => live.content.header.as_mut(),
    };
    if let Some(HeaderKind::Media { sample, .. }) = header.map(|header| &mut header.kind) {
        *sample = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        provider::test_server::{Answer, TestServer},
        template::components::{Origin, read},
    };

    /// A template with a picture that the account shows at this address.
    fn shown(number: usize, address: &Url) -> Live {
        let header =
            serde_json::json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [address.as_str()]}});
        let template = serde_json::json!({"components": [header, {"type": "BODY", "text": "Your bell is ready."}]});
        let content = read(template.as_object().unwrap(), Origin::Account).content;
        Live::approved(&number.to_string(), TemplateKey::new(format!("bell_{number}"), "en_US"), content)
    }

    /// Takes the pictures of ten templates, 1,000 bytes each; how many there are then, and how often the server was asked.
    async fn taken(left: Left) -> (usize, usize, Vec<String>) {
        let server = TestServer::start(|seen| {
            let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
            picture.resize(1000, u8::try_from(seen.path.len()).unwrap());
            Answer::bytes(&picture, "image/png")
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let mut templates: Vec<Live> =
            (0..10).map(|number| shown(number, &server.url.join(&"x".repeat(number + 1)).unwrap())).collect();
        let options = FetchOptions { same_origin_loopback: Some(server.url.clone()), ..FetchOptions::default() };
        let folder = Utf8Path::new("media");
        let mut downloads = Downloads { root, folder, options, at_once: 1, known: HashMap::new(), left };
        let faults = downloads.take(&mut templates).await;
        let files = std::fs::read_dir(root.join("media")).map_or(0, Iterator::count);
        (files, server.seen().len(), faults.into_iter().map(|fault| fault.reason).collect())
    }

    #[tokio::test]
    async fn what_one_run_fetches_is_bounded_in_bytes() {
        let (files, requests, faults) = taken(Left { bytes: 3_000, ..Left::of_run() }).await;
        assert_eq!((files, requests), (3, 3));
        assert_eq!(faults, vec!["this run has fetched as much as one run may"; 7]);
        // What is left bounds the next file, too.
        let (files, _, faults) = taken(Left { bytes: 2_500, ..Left::of_run() }).await;
        assert_eq!((files, faults.len()), (2, 8));
        assert!(faults[0].contains("larger than 500 bytes"), "{faults:?}");
        assert_eq!(taken(Left::of_run()).await.0, 10);
    }

    #[tokio::test]
    async fn what_one_run_fetches_is_bounded_in_time() {
        let (files, requests, faults) = taken(Left { until: Instant::now(), ..Left::of_run() }).await;
        assert_eq!((files, requests, faults.len()), (0, 0, 10));
    }
}
