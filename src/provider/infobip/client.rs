//! The calls: one method each, with what may be tried again and what is known after a failure.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use super::{HOSTS, body, error, wire};
use crate::{
    capability::{Call, Submission, Unsendable},
    provider::{
        Created, Deletion, ErrorKind, Listing, Media, ProviderError, WriteError,
        authorization::{Credential, Key},
        calls::Calls,
        connection::{Connection, join_url},
        request::Request,
    },
    template::Live,
};

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The sender, a number in international form without `+`.
    pub sender: String,
    /// The WABA behind the sender, where it is known: a list of another one is refused.
    pub waba_id: Option<String>,
    /// An API key with the scope `whatsapp:manage`.
    pub api_key: SecretString,
    /// Where and how.
    pub connection: Connection,
}

/// A client for one account.
#[derive(Debug)]
pub struct Client {
    sender: String,
    waba_id: Option<String>,
    base: Url,
    pub(super) calls: Calls,
    /// Sub-categories by template id, as last listed: an edit has to say again what is there (OpenAPI 3.210.0).
    sub_categories: Mutex<HashMap<String, String>>,
}

impl Client {
    /// Checks host and credential; sends nothing.
    ///
    /// # Errors
    /// [`ErrorKind::HostNotAllowed`], [`ErrorKind::Credentials`], or [`ErrorKind::Invalid`] for ids that are no ids.
    pub fn new(config: Config) -> Result<Self, ProviderError> {
        let Config { sender, waba_id, api_key, connection } = config;
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(&sender) {
            let message = format!("{sender:?} is not a sender (a number in international form, digits without `+`)");
            return Err(ProviderError::new(ErrorKind::Invalid, message, ""));
        }
        if let Some(waba_id) = waba_id.as_deref().filter(|waba_id| !is_digits(waba_id)) {
            let message = format!("{waba_id:?} is not the id of a WABA (digits)");
            return Err(ProviderError::new(ErrorKind::Invalid, message, ""));
        }
        let credential = Credential::new(&api_key)?;
        let key = Key { header: "authorization", scheme: "App", credential };
        let (base, calls) = connection.open(HOSTS, Box::new(key), error::decode_response)?;
        Ok(Self { sender, waba_id, base, calls, sub_categories: Mutex::default() })
    }

    /// Another first pause between tries, for tests.
    #[must_use]
    pub const fn with_first_pause(mut self, pause: Duration) -> Self {
        self.calls.policy.first_pause = pause;
        self
    }

    /// The connection, with its pace and clock.
    #[must_use]
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    fn templates_url(&self) -> Url {
        join_url(&self.base, &["whatsapp", "2", "senders", &self.sender, "templates"], &[])
    }

    /// A template by its id, and for a deletion by its name: the path is the same (OpenAPI 3.210.0).
    fn template_url(&self, id_or_name: &str) -> Url {
        join_url(&self.base, &["whatsapp", "2", "senders", &self.sender, "templates", id_or_name], &[])
    }

    /// Lists all templates of the WABA behind the sender: one answer, no pages (OpenAPI 3.210.0).
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] for a list of another shape or of another WABA; otherwise what the answer says.
    pub async fn list(&self) -> Result<Listing, ProviderError> {
        let before = self.calls.requests();
        let templates = self.all().await?;
        let requests = self.calls.requests().saturating_sub(before);
        Ok(Listing { templates, requests, ..Listing::default() })
    }

    async fn all(&self) -> Result<Vec<Live>, ProviderError> {
        let request = Request::new(Method::GET, self.templates_url());
        let body = self.calls.read(Call::List, &request, |_| false).await?;
        let all = wire::list(&body, self.waba_id.as_deref()).map_err(|what| self.calls.protocol(&what, &request))?;
        let known = all.iter().filter_map(|live| Some((live.id.clone(), live.content.sub_category.clone()?)));
        *self.sub_categories.lock().unwrap_or_else(PoisonError::into_inner) = known.collect();
        Ok(all)
    }

    /// Reads one template; `None` if there is none.
    ///
    /// # Errors
    /// After the tries of the policy, or at once when trying again is of no use.
    pub async fn get(&self, id: &str) -> Result<Option<Live>, ProviderError> {
        if id.is_empty() {
            // The path would be the list's.
            return Err(ProviderError::new(ErrorKind::Invalid, "a template without an id cannot be read", ""));
        }
        let request = Request::new(Method::GET, self.template_url(id));
        match self.calls.read(Call::Get, &request, |_| false).await {
            Ok(body) => wire::live(&body, self.waba_id.as_deref())
                .map(Some)
                .map_err(|what| self.calls.protocol(&what, &request)),
            // A sender that is not ours is answered alike; the list tells them apart.
            Err(error) if error.kind == ErrorKind::NotFound && error.from_provider => {
                Ok(self.all().await?.into_iter().find(|live| live.id == id))
            }
            Err(error) => Err(error),
        }
    }

    /// Creates a template. The answer is the whole of it.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn create(&self, submission: &Submission) -> Result<Created, WriteError> {
        let Submission { key, category, content } = submission;
        let Some(category) = category else {
            return Err(not_sent("a create without a category is not sent"));
        };
        let body = body::create(key, category, content).map_err(|part| unsendable(&part))?;
        let request = Request::new(Method::POST, self.templates_url()).json(body);
        let answer = self.calls.write(Call::Create, &request).await?;
        wire::created(&answer, key, self.waba_id.as_deref()).map_err(|what| self.unclear(&what, &request))
    }

    /// Replaces a template's content. Name and language cannot be sent (OpenAPI 3.210.0).
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn edit(&self, id: &str, submission: &Submission) -> Result<(), WriteError> {
        let Submission { key, category, content } = submission;
        if id.is_empty() {
            return Err(not_sent("an edit without an id is not sent"));
        }
        let held = self.sub_categories.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let content = body::with_sub_category(content, held.as_deref());
        let body = body::edit(category.as_ref(), &content).map_err(|part| unsendable(&part))?;
        let request = Request::new(Method::PATCH, self.template_url(id)).json(body);
        let answer = self.calls.write(Call::Edit, &request).await?;
        wire::created(&answer, key, self.waba_id.as_deref()).map(drop).map_err(|what| self.unclear(&what, &request))
    }

    /// Deletes a name with all its languages, for every sender of the WABA; there is no other way (service management page,
    /// 2026-11). What is gone already is a success.
    ///
    /// # Errors
    /// [`WriteError`] says what is known of the effect.
    pub async fn delete(&self, deletion: &Deletion) -> Result<(), WriteError> {
        let name = match deletion {
            Deletion::Name { name } if !name.is_empty() => name,
            Deletion::Name { name: _ } => return Err(not_sent("a deletion without a name is not sent")),
            Deletion::One { id: _, key } => {
                return Err(not_sent(&format!("Infobip deletes all languages of a name, not {key} alone")));
            }
        };
        let request = Request::new(Method::DELETE, self.template_url(name));
        match self.calls.write(Call::Delete, &request).await {
            Ok(answer) => self.done(&answer, &request),
            // Also the answer for a sender that is not ours; the list tells them apart.
            Err(WriteError::Refused(error)) if error.kind == ErrorKind::NotFound && error.from_provider => {
                let all = self.calls.listing(self.all()).await.map_err(|_| WriteError::Unknown(error.clone()))?;
                let stays = all.iter().any(|live| live.key.name == *name && !live.status.is_leaving());
                if stays { Err(WriteError::Refused(error)) } else { Ok(()) }
            }
            Err(error) => Err(error),
        }
    }

    /// 204 without a body.
    fn done(&self, answer: &Map<String, Value>, request: &Request) -> Result<(), WriteError> {
        if answer.is_empty() {
            return Ok(());
        }
        Err(self.unclear("there is an answer where none is documented", request))
    }

    /// Refused before anything is sent: Infobip fetches media from public URLs (OpenAPI 3.210.0).
    ///
    /// # Errors
    /// Always [`WriteError::NotSent`].
    #[expect(clippy::unused_async, reason = "one signature for all providers")]
    pub async fn upload(&self, media: &Media) -> Result<String, WriteError> {
        let message = format!("Infobip takes no uploads: {} needs a public URL (`media_base_url`)", media.file_name);
        Err(not_sent(&message))
    }

    /// An answer that does not say what was done.
    fn unclear(&self, what: &str, request: &Request) -> WriteError {
        WriteError::Unknown(self.calls.protocol(what, request))
    }
}

fn not_sent(message: &str) -> WriteError {
    WriteError::NotSent(ProviderError::new(ErrorKind::Invalid, message, ""))
}

fn unsendable(part: &Unsendable) -> WriteError {
    not_sent(&part.to_string())
}
