//! The templates of an account by key, in one place: which of two counts where the account shows one on its way out beside
//! its successor.

use std::{borrow::Borrow, collections::HashMap};

use super::{Live, TemplateKey};

/// What an account shows, by key. `T` is a [`Live`] or a reference to one.
#[derive(Debug, Clone)]
pub struct LiveIndex<T> {
    by_key: HashMap<TemplateKey, T>,
}

impl<T: Borrow<Live>> LiveIndex<T> {
    /// Indexes a listing. Where a template that is being deleted and another one share a key, the other one counts.
    pub fn new(listing: impl IntoIterator<Item = T>) -> Self {
        let listing = listing.into_iter();
        let mut by_key: HashMap<TemplateKey, T> = HashMap::with_capacity(listing.size_hint().0);
        for template in listing {
            let live: &Live = template.borrow();
            if is_present(live) || !by_key.contains_key(&live.key) {
                by_key.insert(live.key.clone(), template);
            }
        }
        Self { by_key }
    }

    /// What the account shows under a key, also on its way out.
    #[must_use]
    pub fn get(&self, key: &TemplateKey) -> Option<&T> {
        self.by_key.get(key)
    }

    /// What the account holds under a key: nothing that is on its way out.
    #[must_use]
    pub fn present(&self, key: &TemplateKey) -> Option<&T> {
        self.get(key).filter(|template| is_present((*template).borrow()))
    }

    /// The keys under which the account holds something, in no order.
    pub fn present_keys(&self) -> impl Iterator<Item = &TemplateKey> {
        self.by_key.iter().filter(|(_, template)| is_present((*template).borrow())).map(|(key, _)| key)
    }
}

/// The templates that an account holds, in the order of its listing: those on their way out left out.
pub fn present(listing: &[Live]) -> impl Iterator<Item = &Live> {
    listing.iter().filter(|live| is_present(live))
}

const fn is_present(live: &Live) -> bool {
    !live.status.is_leaving()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Content, Status};

    fn live(id: &str, language: &str, status: Status) -> Live {
        Live { status, ..Live::approved(id, TemplateKey::new("bell", language), Content::default()) }
    }

    #[test]
    fn a_successor_counts_before_one_on_its_way_out() {
        let leaving = || live("old", "en", Status::PendingDeletion);
        let successor = || live("new", "en", Status::Rejected);
        let key = TemplateKey::new("bell", "en");
        for listing in [[leaving(), successor()], [successor(), leaving()]] {
            let index = LiveIndex::new(&listing);
            assert_eq!(index.get(&key).map(|live| live.id.as_str()), Some("new"));
            assert_eq!(present(&listing).count(), 1);
        }
    }

    #[test]
    fn one_on_its_way_out_is_shown_and_not_held() {
        let index = LiveIndex::new([live("old", "en", Status::Deleted)]);
        let key = TemplateKey::new("bell", "en");
        assert!(index.get(&key).is_some() && index.present(&key).is_none());
        assert_eq!(index.present_keys().count(), 0);
        assert!(index.get(&TemplateKey::new("bell", "de")).is_none());
    }
}
