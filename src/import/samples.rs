//! Media samples that an account shows: downloaded into the workspace where that works, else left out.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    provider::fetch::{FetchOptions, fetch},
    template::{Live, MediaSample, MediaSource, TemplateKey, components::media_mut, normal::hex},
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

/// Replaces every shown sample of the templates by a local file below `folder`, or removes it and says why.
///
/// The same bytes are one file. `known` remembers digests across accounts.
pub async fn download(
    root: &Utf8Path,
    folder: &Utf8Path,
    templates: &mut [Live],
    options: &FetchOptions,
    known: &mut HashMap<String, String>,
) -> Vec<SampleFault> {
    let mut faults = Vec::new();
    for live in templates {
        let key = live.key.clone();
        let mut failed = Vec::new();
        for slot in media_mut(&mut live.content) {
            let MediaSource::Shown(url) = &slot.sample.source else { continue };
            match save(root, folder, &key, &slot.path, url, options, known).await {
                Ok((path, digest)) => {
                    *slot.sample =
                        MediaSample { source: MediaSource::File(path), digest: Some(format!("sha256:{digest}")) };
                }
                Err(reason) => failed.push((slot.path, reason)),
            }
        }
        for (path, reason) in failed {
            remove(live, &path);
            faults.push(SampleFault { key: key.clone(), path, reason });
        }
    }
    faults
}

async fn save(
    root: &Utf8Path,
    folder: &Utf8Path,
    key: &TemplateKey,
    path: &str,
    url: &str,
    options: &FetchOptions,
    known: &mut HashMap<String, String>,
) -> Result<(String, String), String> {
    let url = Url::parse(url).map_err(|error| error.to_string())?;
    let bytes = fetch(&url, options).await.map_err(|error| error.to_string())?.bytes;
    let kind = crate::apply::kind(&bytes).ok_or("what the account shows is none of JPEG, PNG, MP4 and PDF")?;
    let digest = hex(&Sha256::digest(&bytes));
    if let Some(path) = known.get(&digest) {
        return Ok((path.clone(), digest));
    }
    let extension = match kind {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "video/mp4" => "mp4",
        _ => "pdf",
    };
    let card = path.split(['[', ']']).nth(1).map_or_else(String::new, |index| format!("-card{index}"));
    let stem = format!("{}{card}", super::file_name(&key.name));
    let candidates =
        [stem.clone(), format!("{stem}-{}", super::file_name(&key.language)), format!("{stem}-{}", &digest[..12])];
    for candidate in candidates {
        let relative: Utf8PathBuf = folder.join(format!("{candidate}.{extension}"));
        let file = root.join(&relative);
        match std::fs::read(&file) {
            Ok(present) if present == bytes => {}
            Ok(_) => continue,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                super::replace(&file, &bytes).map_err(|error| format!("{relative}: {error}"))?;
            }
            Err(error) => return Err(format!("{relative}: {error}")),
        }
        known.insert(digest.clone(), relative.to_string());
        return Ok((relative.to_string(), digest));
    }
    Err("no free name for the file".to_owned())
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
