//! The providers and how their accounts are named.

use crate::sandbox::rules::store::Provider;

/// Accounts are named by the id alone.
pub(crate) const META: Provider = Provider { folder: "meta", bare: true, letters: false };
/// Accounts are senders.
pub(crate) const INFOBIP: Provider = Provider { folder: "infobip", bare: false, letters: false };
/// Ids have letters.
pub(crate) const DIALOG360: Provider = Provider { folder: "360dialog", bare: false, letters: true };
/// Accounts are WABAs.
pub(crate) const VONAGE: Provider = Provider { folder: "vonage", bare: false, letters: false };

/// All, in the order in which accounts are listed.
pub(crate) const PROVIDERS: [Provider; 4] = [META, INFOBIP, DIALOG360, VONAGE];
