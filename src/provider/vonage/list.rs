//! The whole list of an account, page by page: complete or an error, never partial.
//!
//! The API counts nothing (OpenAPI 1.4.0), so only `paging.next` says whether there is more; a page that fails fails all.

use std::collections::HashSet;

use reqwest::Method;

use super::{
    CAPABILITIES,
    client::Client,
    error::INTERNAL,
    wire::{Page, page},
};
use crate::{
    capability::Call,
    provider::{ErrorKind, Listing, ProviderError, request::Request},
};

/// A smaller page than this is not asked for: the API's own default (OpenAPI 1.4.0).
const SMALLEST_PAGE: u32 = 25;
/// More pages than any account has; 6,000 templates are 24 pages of 250, or 194 of 31.
const MAX_PAGES: u32 = 1000;

impl Client {
    /// Lists all templates of the account.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] for a list that does not end; otherwise what the failed page says.
    pub async fn list(&self) -> Result<Listing, ProviderError> {
        let before = self.calls.requests();
        let mut listing = Listing::default();
        let mut size = CAPABILITIES.page_size.unwrap_or(SMALLEST_PAGE);
        let mut ids = HashSet::new();
        let mut cursors = HashSet::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let (request, Page { templates, after: next, .. }) = self.page(after.as_deref(), &mut size).await?;
            // A template that is created or moves while we read shows up on two pages.
            listing.templates.extend(templates.into_iter().filter(|live| ids.insert(live.id.clone())));
            let Some(next) = next else {
                listing.requests = self.calls.requests().saturating_sub(before);
                return Ok(listing);
            };
            if !cursors.insert(next.clone()) {
                return Err(self.calls.protocol("the pages of the list go round in a circle", &request));
            }
            after = Some(next);
        }
        let request = Request::new(Method::GET, self.templates_url(&[]));
        Err(self.calls.protocol(&format!("the list has more than {MAX_PAGES} pages"), &request))
    }

    /// One page; halves the size as long as the account cannot do as much: the reference advises smaller pages against
    /// timeouts (OpenAPI 1.4.0). `size` stays as small.
    async fn page(&self, after: Option<&str>, size: &mut u32) -> Result<(Request, Page), ProviderError> {
        loop {
            let limit = size.to_string();
            let mut query = vec![("limit", limit.as_str())];
            query.extend(after.map(|after| ("after", after)));
            let request = Request::new(Method::GET, self.templates_url(&query));
            let may_shrink = *size / 2 >= SMALLEST_PAGE;
            match self.read(Call::List, &request, |error| may_shrink && is_too_much(error)).await {
                Ok(body) => {
                    let page = page(&body).map_err(|what| self.calls.protocol(&what, &request))?;
                    let full = u64::try_from(page.templates.len()).is_ok_and(|length| length >= u64::from(*size));
                    if full && !page.paged {
                        return Err(self.calls.protocol("a full page does not say whether there is another", &request));
                    }
                    return Ok((request, page));
                }
                Err(error) if may_shrink && is_too_much(&error) => *size /= 2,
                Err(error) => return Err(error),
            }
        }
    }
}

/// "Internal error" in the API's own words. That may also be about something else, which then comes back from the smallest
/// page after all tries.
fn is_too_much(error: &ProviderError) -> bool {
    error.kind == ErrorKind::Unavailable && error.code == Some(INTERNAL)
}
