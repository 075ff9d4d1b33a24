//! The whole list of an account, page by page: complete or an error, never partial.
//!
//! A plan made from half a list would create what exists and miss what is managed, so a page that fails fails all, and a list
//! shorter than the account's own count is refused.

use std::collections::HashSet;

use reqwest::Method;

use super::{
    CAPABILITIES,
    client::Client,
    wire::{Page, SUMMARY, fields, page},
};
use crate::{
    capability::Call,
    provider::{ErrorKind, Listing, ProviderError, request::Request},
};

/// A smaller page than this is not asked for: the default of the edge is about 25 (inferred from its sample cursors).
const SMALLEST_PAGE: u32 = 25;
/// More pages than any account has; 6,000 templates are 24 pages of 250, or 194 of 31.
const MAX_PAGES: u32 = 1000;
/// How often a listing starts over when its cursor stops being valid.
const RESTARTS: usize = 2;
/// "Paging cursor not valid" (changelog, 2025-10-08).
const CURSOR_INVALID: i64 = 131_059;

impl Client {
    /// Lists all templates of the account.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] for a list that is not whole or does not end; otherwise what the failed page says.
    pub async fn list(&self) -> Result<Listing, ProviderError> {
        let before = self.calls.requests();
        let mut size = CAPABILITIES.page_size.unwrap_or(SMALLEST_PAGE);
        let mut restarts: usize = 0;
        loop {
            match self.sweep(&mut size).await {
                Err(error) if error.code == Some(CURSOR_INVALID) && restarts < RESTARTS => restarts += 1,
                Err(error) => return Err(error),
                Ok(mut listing) => {
                    listing.requests = self.calls.requests().saturating_sub(before);
                    listing.unknown_fields = self.refused().into_iter().collect();
                    return Ok(listing);
                }
            }
        }
    }

    /// From the first page to the last. `size` shrinks when the account cannot do as much, and stays so.
    async fn sweep(&self, size: &mut u32) -> Result<Listing, ProviderError> {
        let mut listing = Listing::default();
        let mut ids = HashSet::new();
        let mut cursors = HashSet::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let (request, Page { templates, after: next, limit, total }) = self.page(after.as_deref(), size).await?;
            listing.template_limit = listing.template_limit.or(limit);
            listing.total = listing.total.or(total);
            // A template that is created or moves while we read shows up on two pages.
            let new = templates.into_iter().filter(|live| ids.insert(live.id.clone()));
            listing.templates.extend(new.map(|live| self.without_refused(live)));
            let Some(next) = next else { return self.whole(listing, &request) };
            if !cursors.insert(next.clone()) {
                return Err(self.calls.protocol("the pages of the list go round in a circle", &request));
            }
            after = Some(next);
        }
        let request = Request::new(Method::GET, self.templates_url(&[]));
        Err(self.calls.protocol(&format!("the list has more than {MAX_PAGES} pages"), &request))
    }

    /// One page; halves the size as long as the account says that it is too much, and leaves out fields that it does not know.
    async fn page(&self, after: Option<&str>, size: &mut u32) -> Result<(Request, Page), ProviderError> {
        loop {
            let limit = size.to_string();
            let fields = fields(&self.refused());
            let mut query = vec![("fields", fields.as_str()), ("limit", limit.as_str())];
            query.push(after.map_or(("summary", SUMMARY), |after| ("after", after)));
            let request = Request::new(Method::GET, self.templates_url(&query));
            let may_shrink = *size / 2 >= SMALLEST_PAGE;
            match self.calls.read(Call::List, &request, |error| may_shrink && is_too_much(error)).await {
                Ok(body) => {
                    let page = page(&body).map_err(|what| self.calls.protocol(&what, &request))?;
                    return Ok((request, page));
                }
                Err(error) if self.leave_out(&error) => {}
                Err(error) if may_shrink && is_too_much(&error) => *size /= 2,
                Err(error) => return Err(error),
            }
        }
    }

    /// Refuses a list that is shorter than the account says. A longer one is fine: the count may lag.
    fn whole(&self, listing: Listing, request: &Request) -> Result<Listing, ProviderError> {
        let got = u64::try_from(listing.templates.len()).unwrap_or(u64::MAX);
        match listing.total {
            Some(total) if total > got => Err(self
                .calls
                .protocol(&format!("partial list: the account holds {total} templates and showed {got}"), request)),
            _ => Ok(listing),
        }
    }
}

/// Code 1 asks for less data; code 100 without a subcode may be the `limit`. Neither can be told apart further by codes, so
/// a few smaller pages are tried, and an error that is about something else comes back from them.
fn is_too_much(error: &ProviderError) -> bool {
    match error.code {
        Some(1) => !error.transient,
        Some(100) => error.subcode.is_none() && error.kind == ErrorKind::Invalid,
        _ => false,
    }
}
