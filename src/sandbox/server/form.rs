//! Reads `multipart/form-data` bodies.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Request},
    http::request::Parts,
};

use crate::sandbox::dialects::wire::FormPart;

/// The parts of a form; none for a body of another kind. Where a part cannot be read, those before it count.
pub(super) async fn parts(head: &Parts, body: &Bytes) -> Vec<FormPart> {
    let request = Request::from_parts(head.clone(), Body::from(body.clone()));
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return Vec::new() };
    let mut parts = Vec::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().map(str::to_owned);
        let Ok(bytes) = field.bytes().await else { break };
        parts.push(FormPart { name, bytes: bytes.to_vec() });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--b1\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nno\r\n\
        --b1\r\nContent-Disposition: form-data; name=\"mediafile\"; filename=\"a.png\"\r\n\
        Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--b\xff\r\n\
        --b1\r\ncontent-disposition: form-data\r\n\r\nx\r\n--b1--\r\n";

    async fn read(kind: &str, body: &'static [u8]) -> Vec<(Option<String>, Vec<u8>)> {
        let request = axum::http::Request::builder().header("content-type", kind).body(()).unwrap();
        let (head, ()) = request.into_parts();
        parts(&head, &Bytes::from_static(body)).await.into_iter().map(|part| (part.name, part.bytes)).collect()
    }

    #[tokio::test]
    async fn parts_are_read_with_their_names() {
        let expected = [
            (Some("other".to_owned()), b"no".to_vec()),
            (Some("mediafile".to_owned()), b"\x89PNG\r\n\r\n--b\xff".to_vec()),
            (None, b"x".to_vec()),
        ];
        for kind in ["multipart/form-data; boundary=b1", "Multipart/Form-Data; boundary=\"b1\""] {
            assert_eq!(read(kind, FORM).await, expected, "{kind}");
        }
    }

    #[tokio::test]
    async fn other_bodies_have_no_parts() {
        for kind in ["application/json", "multipart/form-data", "multipart/form-data; boundary=other"] {
            assert!(read(kind, FORM).await.is_empty(), "{kind}");
        }
        assert!(read("multipart/form-data; boundary=b1", b"--b1").await.is_empty());
    }
}
