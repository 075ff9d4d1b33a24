//! `multipart/form-data`, as far as an upload needs it: the content of one field.
//!
//! Knows no template.

/// The bytes of a field, if the form has it.
pub(super) fn field<'a>(content_type: &str, body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = rest.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?.trim_matches('"');
    let delimiter = format!("--{boundary}").into_bytes();
    let wanted = format!("name=\"{name}\"");
    let mut at = find(body, &delimiter, 0)? + delimiter.len();
    while let Some(next) = find(body, &delimiter, at) {
        let part = body.get(at..next)?.strip_prefix(b"\r\n")?;
        let head = find(part, b"\r\n\r\n", 0)?;
        let headers = String::from_utf8_lossy(part.get(..head)?).into_owned();
        // The file's name may hold anything; a name of a field comes after a semicolon.
        let ours = headers.split(';').any(|parameter| parameter.trim().split("\r\n").next() == Some(&wanted));
        if ours {
            return part.get(head + 4..)?.strip_suffix(b"\r\n");
        }
        at = next + delimiter.len();
    }
    None
}

/// Where `needle` begins at or after `from`.
fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(needle.len()).position(|window| window == needle).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_found_by_its_name() {
        let kind = "multipart/form-data; boundary=XyZ";
        let body = b"--XyZ\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nno\r\n\
            --XyZ\r\nContent-Disposition: form-data; name=\"mediafile\"; filename=\"a.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n\xff\r\n--XyZ--\r\n";
        assert_eq!(field(kind, body, "mediafile"), Some(b"\x89PNG\r\n\r\n\xff".as_slice()));
        assert_eq!(field(kind, body, "other"), Some(b"no".as_slice()));
        assert_eq!(field(kind, body, "file"), None);
        assert_eq!(field("application/x-www-form-urlencoded", body, "mediafile"), None);
        assert_eq!(field("multipart/form-data", body, "mediafile"), None);
        assert_eq!(field(kind, b"--XyZ", "mediafile"), None);
    }
}
