//! The listener: takes requests, has them answered on a blocking thread, and carries out what a fault does to an answer
//! on its way: late, cut off, never.
//!
//! Must not know the provider's API.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use camino::Utf8Path;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{
    exchange::{self, Delivery},
    form, loopback_guard,
};
use crate::sandbox::{
    dialects::{
        self,
        wire::{Answer, Call},
    },
    rules::{files, store::Store},
};

/// The largest request: a header video of 16 MB and its envelope.
const MAX_REQUEST: usize = 17 * 1024 * 1024;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Running {
    url: String,
    stop: watch::Sender<bool>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Where it listens, e.g. `http://127.0.0.1:43121`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the server and waits until its connections are closed, at most two seconds.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        let abort = self.task.abort_handle();
        if tokio::time::timeout(Duration::from_secs(2), self.task).await.is_err() {
            abort.abort();
        }
    }

    /// Waits until the server ends, which by itself it does not.
    pub async fn wait(mut self) {
        // Whether it ended well or not, it ended.
        let _ = (&mut self.task).await;
    }
}

#[derive(Clone)]
struct Shared {
    store: Arc<Store>,
    url: Arc<str>,
    at: SocketAddr,
    stop: watch::Receiver<bool>,
}

/// Serves the accounts under `root` until the result is dropped or shut down. Port 0 takes a free one.
///
/// # Errors
/// `listen` is not a loopback address, the address cannot be bound, or `root` cannot be made.
pub async fn start(root: &Utf8Path, listen: SocketAddr) -> io::Result<Running> {
    if !listen.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("the sandbox listens on loopback only, not on {}: use 127.0.0.1", listen.ip()),
        ));
    }
    files::make_folder(root).map_err(io::Error::other)?;
    files::make_private(root)?;
    let tcp = TcpListener::bind(listen).await?;
    let at = tcp.local_addr()?;
    let url = format!("http://{at}");
    let (stop, stopped) = watch::channel(false);
    let shared =
        Shared { store: Arc::new(dialects::open(root)), url: Arc::from(url.as_str()), at, stop: stopped.clone() };
    let app = Router::new().fallback(serve).with_state(shared);
    // Bodies are bounded where they are read, forms too.
    let app = app.layer(DefaultBodyLimit::disable());
    let service = app.into_make_service_with_connect_info::<ConnectionSwitch>();
    let task = tokio::spawn(async move {
        axum::serve(CuttableListener { tcp }, service).with_graceful_shutdown(until_stopped(stopped)).await
    });
    Ok(Running { url, stop, task })
}

/// Resolves when the server is to end; also when its handle was dropped.
async fn until_stopped(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which ends the server too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn serve(
    State(shared): State<Shared>,
    ConnectInfo(switch): ConnectInfo<ConnectionSwitch>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    if let Err((status, why)) = loopback_guard::admit(&head.method, &head.headers, shared.at) {
        let body = serde_json::json!({"error": {"message": why}}).to_string();
        return respond(Answer::new(status.as_u16(), "application/json", body.into_bytes()));
    }
    let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let header = |name: &str| head.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let call = Call {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authorization: header("authorization"),
        api_key: header("x-api-key"),
        channel_key: header("d360-api-key"),
        content_type: header("content-type"),
        user_agent: header("user-agent"),
        file_offset: header("file_offset"),
        parts: form::parts(&head, &body).await,
        body: body.to_vec(),
        server: shared.url.to_string(),
    };
    let store = Arc::clone(&shared.store);
    let answered = tokio::task::spawn_blocking(move || exchange::answer(&store, &call)).await;
    let Ok((answer, delivery)) = answered else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR);
    };
    match delivery {
        Delivery::Sent => {}
        Delivery::Late(by) => {
            tokio::select! {
                () = tokio::time::sleep(by) => {}
                () = until_stopped(shared.stop.clone()) => switch.cut(),
            }
        }
        Delivery::Lost => switch.cut(),
        Delivery::Never => {
            until_stopped(shared.stop.clone()).await;
            switch.cut();
        }
    }
    respond(answer)
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// One connection's switch: once cut, nothing more is written to it.
#[derive(Clone, Debug)]
struct ConnectionSwitch(Arc<AtomicBool>);

impl ConnectionSwitch {
    fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for ConnectionSwitch {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().switch.clone()
    }
}

/// A TCP listener whose connections can be cut.
struct CuttableListener {
    tcp: TcpListener,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, peer) = <TcpListener as Listener>::accept(&mut self.tcp).await;
        let switch = ConnectionSwitch(Arc::new(AtomicBool::new(false)));
        (CuttableStream { stream, switch }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// A connection that can be cut.
struct CuttableStream {
    stream: TcpStream,
    switch: ConnectionSwitch,
}

impl CuttableStream {
    fn is_cut(&self) -> bool {
        self.switch.0.load(Ordering::SeqCst)
    }
}

fn reset() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionReset)
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut() {
            return Poll::Ready(Err(reset()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_cut() {
            return Poll::Ready(Err(reset()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
