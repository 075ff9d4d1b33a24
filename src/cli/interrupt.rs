//! Ctrl-C and SIGTERM: the first ends a run after the call in flight, with its report; the second ends it at once.

use std::future::Future;

use tokio::sync::watch;

use super::{exit::Exit, failure::Failure, print::Printer};

/// How often somebody asked the run to end.
#[derive(Debug, Clone)]
pub(super) struct Interrupt {
    once: watch::Receiver<bool>,
    again: watch::Receiver<bool>,
}

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen(printer: Printer) -> Self {
        let (first, once) = watch::channel(false);
        let (second, again) = watch::channel(false);
        tokio::spawn(async move {
            let mut signals = Signals::new();
            signals.next().await;
            printer.error("Interrupted: the call in flight ends, then the run does. Again to end at once.");
            let _ = first.send(true);
            signals.next().await;
            let _ = second.send(true);
            // The senders stay, so that readers see the values.
            std::future::pending::<()>().await;
        });
        Self { once, again }
    }

    /// Set by the first signal.
    pub(super) fn flag(&self) -> watch::Receiver<bool> {
        self.once.clone()
    }

    /// Work before the first write, given up at the first signal.
    pub(super) async fn before_writing<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let mut once = self.once.clone();
        tokio::select! {
            biased;
            _ = once.wait_for(|set| *set) => Err(Failure::new(Exit::Partial, "interrupted: nothing was sent")),
            done = work => Ok(done),
        }
    }

    /// The whole run, given up at the second signal. What is in flight then is settled by the next run.
    pub(super) async fn or_at_once(&self, run: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
        let mut again = self.again.clone();
        tokio::select! {
            biased;
            _ = again.wait_for(|set| *set) => {
                let message = "ended at once: what became of the call in flight is not known, and the next run finds out";
                Err(Failure::new(Exit::Partial, message))
            }
            ended = run => ended,
        }
    }
}

/// The signals that ask a run to end.
#[cfg(unix)]
struct Signals(Option<[tokio::signal::unix::Signal; 2]>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let both = signal(SignalKind::interrupt()).and_then(|int| Ok([int, signal(SignalKind::terminate())?]));
        if let Err(error) = &both {
            tracing::warn!(%error, "interruptions cannot be waited for");
        }
        Self(both.ok())
    }

    async fn next(&mut self) {
        match &mut self.0 {
            Some([interrupt, terminate]) => {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            }
            None => std::future::pending().await,
        }
    }
}

/// The signals that ask a run to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
