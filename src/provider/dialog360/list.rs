//! Reading the list of an account: complete or an error, never partial.
//!
//! Pages are counted by `limit` and `offset`, with the total on each. So the first page tells what is left, and the others
//! are read side by side. A list that changes while it is read can show a template twice and leave another out: the total
//! and the ids tell, and it is read once more.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
};

use reqwest::Method;
use serde_json::json;

use super::{
    PARTNER,
    client::Client,
    wire::{Fault, Page, page},
};
use crate::{
    capability::Call,
    provider::{ErrorKind, Listing, ProviderError, request::Request},
    template::Live,
};

/// More pages than any account has: a total that asks for more is wrong.
const MAX_PAGES: u64 = 1000;

/// Why a list is not whole.
enum Broken {
    /// It changed while it was read; in words.
    Moved(String),
    /// It could not be read.
    Failed(ProviderError),
}

impl From<ProviderError> for Broken {
    fn from(error: ProviderError) -> Self {
        Self::Failed(error)
    }
}

impl Client {
    /// Lists all templates of the account.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] for a list that is not whole, also the second time; [`ErrorKind::Credentials`] if the key opens
    /// another account; otherwise what the failed page says.
    pub async fn list(&self) -> Result<Listing, ProviderError> {
        let before = self.calls.requests();
        let whole = match self.sweep().await {
            Err(Broken::Moved(_)) => self.sweep().await,
            other => other,
        };
        match whole {
            Ok(mut listing) => {
                listing.requests = self.calls.requests().saturating_sub(before);
                Ok(listing)
            }
            Err(Broken::Failed(error)) => Err(error),
            Err(Broken::Moved(what)) => {
                Err(self.calls.protocol(&format!("partial list: {what}"), &self.page_request(0, 1)))
            }
        }
    }

    /// Reads one template; `None` if there is none. There is no call for one, so the list is asked for it by a filter.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn get(&self, id: &str) -> Result<Option<Live>, ProviderError> {
        if id.is_empty() {
            let message = "this template of 360dialog has no id to ask for";
            return Err(ProviderError::new(ErrorKind::Invalid, message, "GET"));
        }
        let filter = json!({ "id": id }).to_string();
        let request = Request::new(Method::GET, self.templates_url(None, &[("filters", &filter)]));
        let mut page = self.read(Call::Get, &request).await?;
        if let Some(at) = page.templates.iter().position(|live| live.id == id) {
            return Ok(Some(page.templates.swap_remove(at)));
        }
        if page.templates.is_empty() && page.total.unwrap_or(0) == 0 {
            return Ok(None);
        }
        // Filters are said to be ignored at times: then this was any page of the list.
        Ok(self.list().await?.templates.into_iter().find(|live| live.id == id))
    }

    /// From the first page to the last.
    async fn sweep(&self) -> Result<Listing, Broken> {
        let limit = u64::from(PARTNER.page_size.unwrap_or(1000));
        let request = self.page_request(0, limit);
        let first = self.read(Call::List, &request).await?;
        let shown = length(&first);
        let Some(total) = first.total else {
            // Servers of old: all on one page, and nothing that could tell of a second one.
            if shown >= first.limit.map_or(limit, |own| own.min(limit)) {
                return Err(self.calls.protocol("the list is long and does not say how long", &request).into());
            }
            return whole(vec![(0, first)], shown);
        };
        if shown >= total {
            return whole(vec![(0, first)], total);
        }
        if total.saturating_sub(1).checked_div(shown).is_none_or(|pages| pages >= MAX_PAGES) {
            let what = format!("the account says that it holds {total} templates and shows {shown} on its first page");
            return Err(self.calls.protocol(&what, &request).into());
        }
        // A server may give less than it is asked for: its own measure counts.
        let next = AtomicU64::new(shown);
        let some = || self.some_pages(&next, shown, total);
        let (a, b, c, d) = tokio::try_join!(some(), some(), some(), some())?;
        let rest = [a, b, c, d].into_iter().flatten();
        whole(std::iter::once((0, first)).chain(rest).collect(), total)
    }

    /// Reads page after page as long as nobody else has taken the last one.
    async fn some_pages(&self, next: &AtomicU64, limit: u64, total: u64) -> Result<Vec<(u64, Page)>, Broken> {
        let mut pages = Vec::new();
        loop {
            let offset = next.fetch_add(limit, Ordering::Relaxed);
            if offset >= total {
                return Ok(pages);
            }
            let page = self.read(Call::List, &self.page_request(offset, limit)).await?;
            if page.total != Some(total) {
                let now = page.total.map_or_else(|| "nothing".to_owned(), |total| total.to_string());
                return Err(Broken::Moved(format!("its total went from {total} to {now} while it was read")));
            }
            pages.push((offset, page));
        }
    }

    fn page_request(&self, offset: u64, limit: u64) -> Request {
        let (offset, limit) = (offset.to_string(), limit.to_string());
        Request::new(Method::GET, self.templates_url(None, &[("limit", &limit), ("offset", &offset)]))
    }

    /// One page.
    async fn read(&self, call: Call, request: &Request) -> Result<Page, ProviderError> {
        let body = self.calls.read(call, request, |_| false).await?;
        let page = page(&body, &self.waba_account_id).map_err(|fault| match fault {
            Fault::Shape(what) => self.calls.protocol(&what, request),
            Fault::Account(other) => {
                let own = &self.waba_account_id;
                let message = format!("the key opens another WABA account: {other}, and not {own}");
                ProviderError::new(ErrorKind::Credentials, self.calls.http.clean(&message), request.shown())
            }
        })?;
        self.proven.fetch_or(!page.templates.is_empty(), Ordering::Relaxed);
        Ok(page)
    }
}

fn length(page: &Page) -> u64 {
    u64::try_from(page.templates.len()).unwrap_or(u64::MAX)
}

/// Puts pages together, and refuses what is not whole: a template twice, or fewer than the account holds.
fn whole(mut pages: Vec<(u64, Page)>, total: u64) -> Result<Listing, Broken> {
    pages.sort_by_key(|(offset, _)| *offset);
    let templates: Vec<Live> = pages.into_iter().flat_map(|(_, page)| page.templates).collect();
    if let Some(live) = twice(&templates) {
        return Err(Broken::Moved(format!("it shows {} twice", live.key)));
    }
    let got = u64::try_from(templates.len()).unwrap_or(u64::MAX);
    if got != total {
        return Err(Broken::Moved(format!("the account holds {total} templates and showed {got}")));
    }
    Ok(Listing { templates, total: Some(total), ..Listing::default() })
}

/// The first template that was shown before, by its id, or by name and language where it has none.
fn twice(templates: &[Live]) -> Option<&Live> {
    let mut seen = HashSet::new();
    templates.iter().find(|live| match live.id.as_str() {
        "" => !seen.insert((live.key.name.as_str(), live.key.language.as_str())),
        id => !seen.insert((id, "")),
    })
}
