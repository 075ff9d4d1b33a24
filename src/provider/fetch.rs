//! Fetching media by URL, without any credential.
