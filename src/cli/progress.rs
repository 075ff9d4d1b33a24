//! Progress of an apply on stderr: a bar on a terminal, a line per action elsewhere.

use std::{io::IsTerminal as _, sync::Arc, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::SignedDuration;

use super::print::Printer;
use crate::{
    apply::{Event, Events, Outcome},
    report::apply::result_line,
};

/// The consumer of a run's events.
pub(super) fn events(total: usize, printer: Printer, quiet: bool) -> Events {
    let paint = printer.paint_stderr();
    if quiet {
        return Arc::new(|_| {});
    }
    if !std::io::stderr().is_terminal() {
        return Arc::new(move |event| match event {
            Event::Started { .. } => {}
            Event::Finished { account, result } => printer.note(&result_line(&account, &result, paint)),
            Event::Pacing { account, wait } => printer.note(&pacing(&account, wait)),
            Event::Waiting { account, left } => printer.note(&format!("{account}: {left} in review")),
        });
    }
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    Arc::new(move |event| match event {
        Event::Started { account, kind, key } => {
            bar.set_message(printer.line(&format!("{account}: {} {key}", kind.as_str())));
        }
        Event::Finished { account, result } => {
            if !matches!(result.outcome, Outcome::Applied { .. }) {
                bar.println(printer.line(&result_line(&account, &result, paint)));
            }
            bar.inc(1);
            if bar.length() == Some(bar.position()) {
                bar.finish_and_clear();
            }
        }
        Event::Pacing { account, wait } => bar.set_message(printer.line(&pacing(&account, wait))),
        Event::Waiting { account, left } => {
            bar.set_message(printer.line(&format!("{account}: {left} in review")));
        }
    })
}

fn pacing(account: &str, wait: Duration) -> String {
    let wait = SignedDuration::from_secs(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX));
    format!("{account}: waiting {wait:#} for the provider's limit")
}
