//! Infobip's API over the store: templates of a sender, `/whatsapp/2/senders/{sender}/templates` (OpenAPI 3.210.0).
//!
//! Not served: the deprecated version 1, the list over all senders, flows and everything else. An account is a sender; the
//! WABA behind it has the same number. Everything here is synchronous and knows no socket. The rules of an account are the
//! shared ones; here is how Infobip words them. Shares nothing with the client of the same provider.

mod buttons;
mod fields;
mod limits;
mod service_exception;
mod shape;
mod show;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use self::service_exception::ServiceException;
use self::shape::Sent;
use super::provider::INFOBIP;
use super::request::{InjectedError, Request, Subject};
use super::wire::{Answer, Call};
use crate::sandbox::rules::{
    account::Template,
    creation, deletion, edit,
    operation::Operation,
    samples::Samples,
    store::{Store, is_id},
};

type Object = Map<String, Value>;

/// What a request asks for, by method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Route {
    operation: Operation,
    sender: Option<String>,
    /// The last segment: an id, or a name where something is deleted.
    target: String,
}

fn route(call: &Call) -> Route {
    let segments = call.segments();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (operation, sender, target) = match (call.method.as_str(), words.as_slice()) {
        ("GET", ["whatsapp", "2", "senders", sender, "templates"]) => (Operation::List, Some(*sender), ""),
        ("POST", ["whatsapp", "2", "senders", sender, "templates"]) => (Operation::Create, Some(*sender), ""),
        (method, ["whatsapp", "2", "senders", sender, "templates", target]) => {
            let operation = match method {
                "GET" => Operation::Get,
                "PATCH" => Operation::Edit,
                "DELETE" => Operation::Delete,
                _ => Operation::Other,
            };
            (operation, Some(*sender), *target)
        }
        _ => (Operation::Other, None, ""),
    };
    Route { operation, sender: sender.map(str::to_owned), target: target.to_owned() }
}

/// A request of this API.
struct Understood<'a> {
    store: &'a Store,
    call: &'a Call,
    route: Route,
    body: Option<Object>,
    account: Option<String>,
}

/// Reads a request of this API.
pub(crate) fn understand<'a>(store: &'a Store, call: &'a Call) -> impl Request + 'a {
    let route = route(call);
    let body = serde_json::from_slice::<Object>(&call.body).ok();
    let account = route.sender.as_deref().filter(|sender| is_id(sender)).map(|sender| INFOBIP.account(sender));
    Understood { store, call, route, body, account }
}

impl Request for Understood<'_> {
    fn subject(&self) -> Subject {
        let Self { store, call: _, route, body, account } = self;
        let template = template_of(store, route, account.as_deref(), body.as_ref());
        Subject { dialect: "infobip", operation: route.operation, account: account.clone(), template }
    }

    fn perform(&self) -> Answer {
        let Self { store, call, route, body, account } = self;
        perform(store, call, route, account.as_deref(), body.as_ref()).unwrap_or_else(|error| error.answer())
    }

    fn error(&self, error: &InjectedError) -> Answer {
        ServiceException::of(error).answer()
    }
}

/// The template that a request is about, for faults and the log.
fn template_of(store: &Store, route: &Route, place: Option<&str>, body: Option<&Object>) -> Option<String> {
    let text = |field: &str| body?.get(field)?.as_str().map(str::to_owned);
    match route.operation {
        Operation::Create => {
            let name = text("name")?;
            Some(text("language").map_or(name.clone(), |language| format!("{name}/{language}")))
        }
        Operation::Delete => Some(route.target.clone()),
        Operation::Get | Operation::Edit => {
            store.read(place?).ok()?.0.by_id(&route.target).map(|template| template.key())
        }
        _ => None,
    }
}

/// Checks the key, counts the call, and does what is asked.
fn perform(
    store: &Store,
    call: &Call,
    route: &Route,
    place: Option<&str>,
    body: Option<&Object>,
) -> Result<Answer, ServiceException> {
    let key = call.authorization.as_deref().and_then(|header| header.strip_prefix("App ")).map(str::trim);
    let key = key.filter(|key| !key.is_empty()).ok_or_else(ServiceException::unauthorised)?;
    let place = place.filter(|_| route.operation != Operation::Other).ok_or_else(ServiceException::not_found)?;
    if store.read(place)?.0.config.token.as_deref().is_some_and(|wanted| wanted != key) {
        return Err(ServiceException::unauthorised());
    }
    store.open(place)?;
    limits::count(store, place, route.operation)?;
    match route.operation {
        Operation::List => list(store, place),
        Operation::Create => create(store, place, body),
        Operation::Delete => delete(store, place, &route.target),
        _ if !is_id(&route.target) => Err(ServiceException::invalid("id", "must be a number")),
        Operation::Edit => edit_template(store, place, &route.target, body),
        _ => {
            let (account, now) = store.read(place)?;
            let template = account.by_id(&route.target).ok_or_else(ServiceException::not_found)?;
            Ok(json_answer(200, &show::template(template, waba(place), now)))
        }
    }
}

/// The number of the WABA behind a sender.
fn waba(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or_default()
}

fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, "application/json", body.to_string().into_bytes())
}

/// `GET …/templates`: all of them at once.
fn list(store: &Store, place: &str) -> Result<Answer, ServiceException> {
    let (account, now) = store.read(place)?;
    let all = account.templates.iter().rev().map(|template| show::template(template, waba(place), now));
    Ok(json_answer(200, &json!({ "templates": all.collect::<Vec<_>>() })))
}

/// `POST …/templates`: 201 with the whole template.
fn create(store: &Store, place: &str, body: Option<&Object>) -> Result<Answer, ServiceException> {
    let Sent { metas, mut own } = shape::create(body.ok_or_else(no_object)?)?;
    let template = creation::create(store, place, &metas, Samples::Urls)?;
    own.insert("createdAt".to_owned(), show::time(store.now(place)?).into());
    let template = keep(store, place, template.id(), own, false)?;
    Ok(json_answer(201, &show::template(&template, waba(place), store.now(place)?)))
}

/// `PATCH …/templates/{id}`: a structure replaces the old one whole; what is not sent stays.
fn edit_template(store: &Store, place: &str, id: &str, body: Option<&Object>) -> Result<Answer, ServiceException> {
    let (account, _) = store.read(place)?;
    let template = account.by_id(id).ok_or_else(ServiceException::not_found)?;
    let Sent { metas, own } = shape::edit(body.ok_or_else(no_object)?, template.category())?;
    if template.text("sub_category") == "ORDER_STATUS" && !metas.contains_key("sub_category") {
        return Err(ServiceException::invalid("subCategory", "must not be null"));
    }
    let structure = metas.contains_key("components");
    if !metas.is_empty() {
        edit::edit(store, place, id, &metas, Samples::Urls)?;
    } else if own.is_empty() {
        return Err(ServiceException::invalid("structure", "nothing is to be changed"));
    }
    let template = keep(store, place, id, own, structure)?;
    Ok(json_answer(200, &show::template(&template, waba(place), store.now(place)?)))
}

fn no_object() -> ServiceException {
    ServiceException::invalid("body", "must be a JSON object")
}

/// Keeps what is Infobip's own beside the node; a new structure takes the options of the old one away.
fn keep(store: &Store, place: &str, id: &str, own: Object, structure: bool) -> Result<Template, ServiceException> {
    store.change(place, |account, _| {
        let position = account.position(id).ok_or_else(ServiceException::not_found)?;
        let template = account.at_mut(position);
        let mut kept = template.node.get(show::OWN).and_then(Value::as_object).cloned().unwrap_or_default();
        if structure {
            kept.shift_remove("shorteningOptions");
        }
        kept.extend(own);
        template.set(show::OWN, kept);
        Ok(template.clone())
    })
}

/// `DELETE …/templates/{name}`: every language.
fn delete(store: &Store, place: &str, name: &str) -> Result<Answer, ServiceException> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !(1..=512).contains(&name.len()) || !name.bytes().all(is_name) {
        return Err(ServiceException::invalid("templateName", "must match ^[a-z0-9_]{1,512}$"));
    }
    store.change(place, |account, now| {
        let ids = account.ids_of(name);
        if ids.is_empty() {
            return Err(ServiceException::not_found());
        }
        deletion::delete(account, &ids, now)?;
        Ok(Answer::empty(204))
    })
}

/// What the store keeps of a template that is seeded as this API shows it: a node in Meta's form.
pub(crate) fn node(shown: &Object) -> Object {
    show::node(shown)
}
