//! HTTP requests and answers as the dialects know them: no socket, no framework, and everything in memory.

/// A request, as far as an API looks at it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// HTTP method.
    pub(crate) method: String,
    /// Path with its version.
    pub(crate) path: String,
    /// Query, raw.
    pub(crate) query: String,
    /// The `Authorization` header.
    pub(crate) authorization: Option<String>,
    /// The `X-API-Key` header.
    pub(crate) api_key: Option<String>,
    /// The `D360-API-KEY` header.
    pub(crate) channel_key: Option<String>,
    /// The `Content-Type` header.
    pub(crate) content_type: Option<String>,
    /// The `User-Agent` header.
    pub(crate) user_agent: Option<String>,
    /// The `file_offset` header of an upload.
    pub(crate) file_offset: Option<String>,
    /// Body.
    pub(crate) body: Vec<u8>,
    /// Parts of the body, where that is `multipart/form-data`.
    pub(crate) parts: Vec<FormPart>,
    /// This server's own address.
    pub(crate) server: String,
}

/// One part of a `multipart/form-data` body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormPart {
    /// Name of the field; `None` where the part has none.
    pub(crate) name: Option<String>,
    /// Content.
    pub(crate) bytes: Vec<u8>,
}

impl Call {
    /// A parameter of the query.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The path's segments, decoded.
    pub(crate) fn segments(&self) -> Vec<String> {
        let plain = |segment: &str| {
            // Form decoding would turn a plus into a blank.
            let escaped = segment.replace('+', "%2B");
            url::form_urlencoded::parse(escaped.as_bytes()).next().map_or_else(String::new, |(key, _)| key.into_owned())
        };
        self.path.split('/').filter(|segment| !segment.is_empty()).map(plain).collect()
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub(crate) const fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer with a body of a media type.
    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart_and_decoded() {
        let call =
            Call { path: "/upload%3Aa+b//x%2Fy".into(), query: "a=1&b=%7B%22id%22%7D".into(), ..Call::default() };
        assert_eq!(call.segments(), ["upload:a+b", "x/y"]);
        assert_eq!(call.param("b").as_deref(), Some("{\"id\"}"));
    }
}
