//! Requests of both APIs: whose they are, whether they may, and what is done.

use serde_json::{Value, json};

use super::{
    api::{Api, Target},
    context::Context,
    envelope::{self, ApiError, Reply},
    limits, list, write,
};
use crate::sandbox::{
    dialects::{
        provider::DIALOG360,
        request::{InjectedError, Request, Subject},
        uploads,
        wire::{Answer, Call},
    },
    rules::store::Store,
};

/// The app that uploads belong to: 360dialog's own, whichever that is.
const UPLOAD_APP: &str = "360";

/// Reads a request of one of the two APIs.
pub(crate) fn understand<'a>(store: &'a Store, call: &'a Call) -> impl Request + 'a {
    let (api, target, id) = route(&call.segments());
    let account = match &api {
        Api::Partner(_) => id.map(|id| DIALOG360.account(&id)).filter(|account| store.path(account).is_ok()),
        Api::Channel => opened_by(store, call.channel_key.as_deref()),
    };
    Context { store, call, api, target, place: account }
}

impl Request for Context<'_> {
    fn subject(&self) -> Subject {
        Subject {
            dialect: match self.api {
                Api::Partner(_) => "360dialog",
                Api::Channel => "360dialog-waba",
            },
            operation: self.operation(),
            account: self.place.clone(),
            template: self.template(),
        }
    }

    fn perform(&self) -> Answer {
        envelope::answer(&self.api, perform(self))
    }

    fn error(&self, error: &InjectedError) -> Answer {
        let InjectedError { status, code, message, transient: _ } = error;
        let mut refusal = ApiError::new(*status, message.clone());
        refusal.code = code.map(|(code, _)| code);
        envelope::answer(&self.api, Err(refusal))
    }
}

/// Takes a path apart: whose API, what, and of which account.
fn route(segments: &[String]) -> (Api, Target, Option<String>) {
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["api", "v2", "token"] => (Api::Partner(String::new()), Target::Token, None),
        ["api", "v2", "partners", partner, "waba_accounts", account, "waba_templates", rest @ ..] => {
            let target = match rest {
                [] => Target::Templates,
                [id] => Target::Template((*id).to_owned()),
                _ => Target::Unknown,
            };
            (Api::Partner((*partner).to_owned()), target, Some((*account).to_owned()))
        }
        ["api", ..] => (Api::Partner(String::new()), Target::Unknown, None),
        ["v1", "configs", "templates"] => (Api::Channel, Target::Templates, None),
        ["v1", "configs", "templates", name] => (Api::Channel, Target::Template((*name).to_owned()), None),
        ["uploads"] => (Api::Channel, Target::Uploads, None),
        [session] if session.starts_with("upload:") => {
            let session = session.trim_start_matches("upload:").to_owned();
            (Api::Channel, Target::Session(session), None)
        }
        _ => (Api::Channel, Target::Unknown, None),
    }
}

/// The account that a channel's key opens: the one that asks for this key, else the one of that id, if it asks for none.
fn opened_by(store: &Store, key: Option<&str>) -> Option<String> {
    let key = key?.trim();
    let accounts = store.accounts().ok()?;
    let token = |place: &str| store.read(place).ok().and_then(|(account, _)| account.config.token.clone());
    let asking = accounts.iter().find(|known| DIALOG360.owns(known) && token(known).as_deref() == Some(key));
    let named = || Some(DIALOG360.account(key)).filter(|named| store.path(named).is_ok() && token(named).is_none());
    asking.cloned().or_else(named)
}

/// Checks the key and does what is asked.
fn perform(context: &Context<'_>) -> Reply {
    let Context { store, call, api, target, place } = context;
    if *target == Target::Token && call.method == "POST" {
        return token(call);
    }
    authorise(context)?;
    let Some(place) = place.as_deref() else { return Err(ApiError::new(404, "Not found")) };
    store.open(place)?;
    limits::count(context, place)?;
    match (target, call.method.as_str(), api) {
        (Target::Templates, "GET", _) => list::list(context, place),
        (Target::Templates, "POST", _) => write::create(context, place),
        (Target::Template(id), "POST", Api::Partner(_)) => write::edit(context, place, id),
        (Target::Template(id), "DELETE", Api::Partner(_)) => write::delete(context, place, id),
        (Target::Template(name), "DELETE", Api::Channel) => write::delete_name(context, place, name),
        (Target::Uploads, "POST", _) => {
            let opened = uploads::open(
                store,
                UPLOAD_APP,
                call.param("file_type").as_deref(),
                call.param("file_length").as_deref(),
            )?;
            Ok((200, opened))
        }
        (Target::Session(session), "POST", _) => {
            Ok((200, uploads::receive(store, session, call.param("sig").as_deref(), call)?))
        }
        (Target::Session(session), "GET", _) => {
            Ok((200, uploads::progress(store, session, call.param("sig").as_deref())?))
        }
        (Target::Unknown | Target::Token, _, _) => Err(ApiError::new(404, "Not found")),
        // Also an edit at WABA level, which does not exist.
        _ => Err(ApiError::new(405, "The method is not allowed for the requested URL.")),
    }
}

/// The two keys are not interchangeable: a partner's in `X-API-Key`, or its token; a channel's in `D360-API-KEY`.
fn authorise(context: &Context<'_>) -> Result<(), ApiError> {
    let Context { store, call, api, place, .. } = context;
    let refuse = || Err(ApiError::new(401, "Invalid or missing credentials"));
    let Api::Partner(_) = api else {
        // That it opens an account is the proof.
        return if place.is_some() { Ok(()) } else { refuse() };
    };
    let bearer = call.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer "));
    let Some(key) = call.api_key.as_deref().or(bearer).map(str::trim).filter(|key| !key.is_empty()) else {
        return refuse();
    };
    let wanted = match place {
        Some(place) => store.read(place)?.0.config.token.clone(),
        None => None,
    };
    if wanted.is_some_and(|wanted| wanted != key) { refuse() } else { Ok(()) }
}

/// A token for a day, for anybody who gives a name and a password.
fn token(call: &Call) -> Reply {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let given = |field: &str| body[field].as_str().is_some_and(|text| !text.is_empty());
    if !given("username") || !given("password") {
        return Err(ApiError::new(401, "invalid_grant").described("Wrong user name or password."));
    }
    let random = || -> String { std::iter::repeat_with(fastrand::alphanumeric).take(40).collect() };
    let token =
        json!({ "access_token": random(), "expires_in": 86_400, "refresh_token": random(), "token_type": "Bearer" });
    Ok((200, token))
}
