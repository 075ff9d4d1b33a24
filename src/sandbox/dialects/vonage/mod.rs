//! Vonage's API over the store: `/v2/whatsapp-manager/…` (OpenAPI 1.4.0; what public clients saw, 2026-07).
//!
//! Everything here is synchronous and knows no socket. Shares nothing with the client of the same provider.

mod list;
mod problem;
mod shape;
mod show;
mod token;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub(crate) use show::node;

use self::{
    problem::{Problem, ok, trace_id},
    show::shown,
};
use super::credentials::without_credentials;
use super::provider::VONAGE;
use super::request::{InjectedError, Request, Subject};
use super::wire::{Answer, Call};
use crate::sandbox::rules::{
    creation, deletion, edit,
    limits::FixedWindow,
    operation::Operation,
    samples::Samples,
    store::{Store, is_id},
    uploads,
};

/// Requests of an account in one second (template management guide, 2026-11).
const REQUESTS: FixedWindow = FixedWindow { name: "requests", seconds: 1, most: 40 };
/// What can be uploaded (OpenAPI 1.4.0).
const TYPES: [&str; 4] = ["image/jpeg", "image/jpg", "image/png", "video/mp4"];

/// What a request asks for, by method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Route {
    operation: Operation,
    /// The account of the path, whatever it may be.
    waba: Option<String>,
    /// The template of the path.
    id: Option<String>,
}

fn route(call: &Call) -> Route {
    let segments = call.segments();
    let words: Vec<&str> = segments.iter().map(String::as_str).collect();
    let known = |operation, waba: Option<&str>, id: Option<&str>| Route {
        operation,
        waba: waba.map(str::to_owned),
        id: id.map(str::to_owned),
    };
    match (call.method.as_str(), words.as_slice()) {
        ("GET", ["v2", _, "wabas", waba, "templates"]) => known(Operation::List, Some(waba), None),
        ("POST", ["v2", _, "wabas", waba, "templates"]) => known(Operation::Create, Some(waba), None),
        ("DELETE", ["v2", _, "wabas", waba, "templates"]) => known(Operation::Delete, Some(waba), None),
        ("GET", ["v2", _, "wabas", waba, "templates", id]) => known(Operation::Get, Some(waba), Some(id)),
        ("PUT", ["v2", _, "wabas", waba, "templates", id]) => known(Operation::Edit, Some(waba), Some(id)),
        ("POST", ["v2", _, "media", "uploads"]) => known(Operation::Upload, None, None),
        _ => known(Operation::Other, None, None),
    }
}

/// A request of this API.
struct Understood<'a> {
    store: &'a Store,
    call: &'a Call,
    route: Route,
    body: Option<Map<String, Value>>,
    account: Option<String>,
    trace: String,
}

/// Reads a request of this API.
pub(crate) fn understand<'a>(store: &'a Store, call: &'a Call) -> impl Request + 'a {
    let route = route(call);
    let body = serde_json::from_slice::<Map<String, Value>>(&call.body).ok();
    let account = route.waba.as_deref().filter(|waba| is_id(waba)).map(|waba| VONAGE.account(waba));
    Understood { store, call, route, body, account, trace: trace_id() }
}

impl Request for Understood<'_> {
    fn subject(&self) -> Subject {
        let Self { store, call, route, body, account, trace: _ } = self;
        let template = template_of(store, call, route, account.as_deref(), body.as_ref());
        Subject { dialect: "vonage", operation: route.operation, account: account.clone(), template }
    }

    fn perform(&self) -> Answer {
        let Self { store, call, route, body, account, trace } = self;
        perform(store, call, route, account.as_deref(), body.as_ref()).unwrap_or_else(|problem| problem.answer(trace))
    }

    fn error(&self, error: &InjectedError) -> Answer {
        Problem::of(error).answer(&self.trace)
    }

    fn redirect_next_page(&self, answer: &mut Answer, origin: &str) {
        redirect_next_page(answer, origin, self.call);
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("x-request-id", self.trace.clone())]
    }
}

/// The template that a request is about, for faults and the log.
fn template_of(
    store: &Store,
    call: &Call,
    route: &Route,
    place: Option<&str>,
    body: Option<&Map<String, Value>>,
) -> Option<String> {
    let text = |field: &str| body?.get(field)?.as_str().map(str::to_owned);
    let by_id = |id: &str| store.read(place?).ok()?.0.by_id(id).map(|template| template.key());
    match route.operation {
        Operation::Create => match (text("name")?, text("language")) {
            (name, Some(language)) => Some(format!("{name}/{language}")),
            (name, None) => Some(name),
        },
        Operation::Delete => call.param("hsm_id").and_then(|id| by_id(&id)).or_else(|| call.param("name")),
        _ => by_id(route.id.as_deref()?),
    }
}

/// Checks the token, counts the call, and does what is asked.
fn perform(
    store: &Store,
    call: &Call,
    route: &Route,
    place: Option<&str>,
    body: Option<&Map<String, Value>>,
) -> Result<Answer, Problem> {
    authorise(store, call, place)?;
    if route.operation == Operation::Upload {
        return upload(store, call).map_err(Problem::into_bad_request);
    }
    if route.operation == Operation::Other {
        return Err(Problem { detail: "There is nothing at this address.".to_owned(), ..Problem::no_account() });
    }
    let place = place.ok_or_else(Problem::no_account)?;
    store.open(place)?;
    if !REQUESTS.count(store, place)? {
        return Err(Problem::throttled());
    }
    let id = route.id.as_deref().unwrap_or_default();
    match route.operation {
        Operation::Create => create(store, place, body),
        Operation::Edit => edit_template(store, place, id, body).map_err(Problem::into_bad_request),
        Operation::Delete => delete(store, place, call).map_err(Problem::into_bad_request),
        Operation::Get => {
            let (account, now) = store.read(place)?;
            let template = account.by_id(id).ok_or_else(Problem::no_template)?;
            Ok(ok(&shown(template, call, now)))
        }
        _ => {
            let (account, now) = store.read(place)?;
            list::list(&account, call, now).map(|page| ok(&page)).map_err(Problem::into_bad_request)
        }
    }
}

/// Takes the token that the account asks for, or any that has the form of one.
fn authorise(store: &Store, call: &Call, place: Option<&str>) -> Result<(), Problem> {
    let token = call.authorization.as_deref().and_then(token::bearer).ok_or_else(Problem::invalid_token)?;
    let accounts = match place {
        Some(place) => vec![place.to_owned()],
        // An upload belongs to no account.
        None => store.accounts()?.into_iter().filter(|place| VONAGE.owns(place)).collect(),
    };
    let wanted = store.tokens(&accounts)?;
    let good = match wanted.is_empty() {
        true => token::is_good(token, Timestamp::now()),
        false => wanted.iter().any(|wanted| wanted == token),
    };
    if good { Ok(()) } else { Err(Problem::invalid_token()) }
}

/// `POST …/templates`: an id and nothing else.
fn create(store: &Store, place: &str, body: Option<&Map<String, Value>>) -> Result<Answer, Problem> {
    let body = body.ok_or_else(|| Problem::invalid("The body is not a JSON object."))?;
    let template = creation::create(store, place, &shape::metas_body(body)?, Samples::Handles)?;
    Ok(ok(&json!({ "id": template.id() })))
}

/// `PUT …/templates/{id}`: the whole body again; name and language stay what they are.
fn edit_template(store: &Store, place: &str, id: &str, body: Option<&Map<String, Value>>) -> Result<Answer, Problem> {
    let (account, _) = store.read(place)?;
    let template = account.by_id(id).ok_or_else(Problem::no_template)?;
    let body = body.ok_or_else(|| Problem::invalid("The body is not a JSON object."))?;
    let mut sent = shape::metas_body(body)?;
    for (field, kept) in [("name", template.name()), ("language", template.language())] {
        if sent.shift_remove(field).is_none_or(|value| value != kept) {
            return Err(Problem::invalid(format!("(#100) The {field} of a template can't be changed.")));
        }
    }
    edit::edit(store, place, id, &sent, Samples::Handles)?;
    Ok(Answer::empty(204))
}

/// `DELETE …/templates?name=&hsm_id=`: all languages of a name, or the one template that has both.
fn delete(store: &Store, place: &str, call: &Call) -> Result<Answer, Problem> {
    let name = call.param("name").filter(|name| !name.is_empty()).ok_or_else(|| Problem::missing_parameter("name"))?;
    let id = call.param("hsm_id");
    store.change(place, |account, now| {
        let mut ids = account.ids_of(&name);
        ids.retain(|known| id.as_ref().is_none_or(|id| id == known));
        if ids.is_empty() {
            return Err(Problem::no_template());
        }
        deletion::delete(account, &ids, now)?;
        Ok(Answer::empty(204))
    })
}

/// `POST /media/uploads?file_type=`: one file in the field `mediafile`.
fn upload(store: &Store, call: &Call) -> Result<Answer, Problem> {
    let kind = call.param("file_type").ok_or_else(|| Problem::missing_parameter("file_type"))?;
    if !TYPES.contains(&kind.as_str()) {
        return Err(Problem::invalid(format!("Valid values of file_type are {}.", TYPES.join(", "))));
    }
    let file = call.parts.iter().find(|part| part.name.as_deref() == Some("mediafile"));
    let bytes = file.map(|part| &part.bytes[..]).filter(|bytes| !bytes.is_empty());
    let bytes = bytes.ok_or_else(|| Problem::invalid("The form has no file in the field mediafile."))?;
    Ok(ok(&json!({ "h": uploads::take_whole(store, &kind, bytes)? })))
}

/// Points `paging.next` to another host.
fn redirect_next_page(answer: &mut Answer, origin: &str, call: &Call) {
    let Ok(mut page) = serde_json::from_slice::<Value>(&answer.body) else { return };
    if page.get("templates").is_some_and(Value::is_array) {
        let query = without_credentials(&call.query);
        page["paging"]["next"] = format!("{origin}{}?{query}&after=elsewhere", call.path).into();
        answer.body = page.to_string().into_bytes();
    }
}
