//! Meta's API over the store: takes a request, gives an answer.
//!
//! Everything here is synchronous and knows no socket; `server` carries requests in and answers out.

mod archive;
mod create;
mod delete;
mod fields;
mod graph;
mod list;
mod node;
mod otp;
mod params;
mod route;
pub(crate) mod shape;
mod show;
mod upload;
mod usage;

use std::time::Duration;

use base64::Engine as _;
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use graph::GraphError;

use self::params::Params;
use self::route::{Route, Target};
use super::fault::{self, Effect};
use super::requests::{self, LoggedRequest, Operation};
use super::store::Store;

/// A request, as far as the API looks at it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// HTTP method.
    pub(crate) method: String,
    /// Path with its version.
    pub(crate) path: String,
    /// Query, raw.
    pub(crate) query: String,
    /// The `Authorization` header.
    pub(crate) authorization: Option<String>,
    /// The `Content-Type` header.
    pub(crate) content_type: Option<String>,
    /// The `file_offset` header of an upload.
    pub(crate) file_offset: Option<String>,
    /// Body.
    pub(crate) body: Vec<u8>,
    /// This server's own address.
    pub(crate) server: String,
}

/// An answer and what becomes of it on its way.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Body.
    pub(crate) body: Vec<u8>,
    /// What becomes of it.
    pub(crate) fate: Fate,
}

/// What becomes of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It arrives.
    Sent,
    /// It arrives late.
    Late(Duration),
    /// The connection closes instead.
    Lost,
    /// Nothing ever comes.
    Never,
}

/// What an endpoint gives back.
#[derive(Debug)]
enum Reply {
    /// JSON.
    Json(Value),
    /// JSON that is written already.
    Written(Vec<u8>),
    /// A file.
    File { kind: String, bytes: Vec<u8> },
}

impl Reply {
    /// JSON that borrows what it shows, and is therefore written at once.
    fn write(value: &impl Serialize) -> Result<Self, GraphError> {
        graph::to_graph_json(value).map(Self::Written).map_err(|e| GraphError::new(1, e.to_string()).status(500))
    }
}

/// A request with everything that was found out about it.
struct Context<'a> {
    store: &'a Store,
    call: &'a Call,
    route: Route,
    params: Params,
    waba: Option<String>,
    template: Option<String>,
}

/// Answers one request and records it.
pub(crate) fn answer(store: &Store, call: &Call) -> Answer {
    let route = route::parse(&call.method, &call.path);
    let params = Params::parse(call);
    let mut context = Context { store, call, route, params, waba: None, template: None };
    let trace = graph::trace_id();
    let found = find(&mut context);
    let effect = fault::take(store.root(), context.route.operation, context.template.as_deref()).unwrap_or_default();
    let mut answer = match effect.as_ref().and_then(|e| instead(e, &trace)) {
        Some(answer) => answer,
        None => {
            let result = found.and_then(|()| perform(&context));
            written(&context, result, &trace)
        }
    };
    if let Some(effect) = &effect {
        spoil(&mut answer, effect, &context);
    }
    answer.headers.push(("x-fb-trace-id", trace));
    answer.headers.push(("facebook-api-version", context.route.served_version()));
    record(&context, &answer);
    answer
}

/// Finds the account and the template that a request is about.
fn find(context: &mut Context<'_>) -> Result<(), GraphError> {
    let Context { store, route, params, .. } = context;
    match &route.target {
        Target::Account(waba) => {
            store.path(waba)?;
            context.waba = Some(waba.clone());
            context.template = match route.operation {
                Operation::Create | Operation::Delete => {
                    params.text("name").map(|name| match params.text("language") {
                        Some(language) => format!("{name}/{language}"),
                        None => name,
                    })
                }
                _ => None,
            };
        }
        Target::Node(id) => {
            store.path(id)?;
            if let Some(waba) = store.owner_of(id)? {
                let (account, _) = store.read(&waba)?;
                context.template = account.by_id(id).map(|t| t.key());
                context.waba = Some(waba);
            } else if store.exists(id)? || fields::asks_for_account(params) {
                context.waba = Some(id.clone());
                if context.route.operation == Operation::Get {
                    context.route.operation = Operation::Account;
                }
            }
        }
        Target::App(_) | Target::Session(_) | Target::Media(_) | Target::Unknown => {}
    }
    Ok(())
}

/// Checks the token, counts the call, and does what is asked.
fn perform(context: &Context<'_>) -> Result<Reply, GraphError> {
    if context.route.operation == Operation::Media {
        return upload::media(context);
    }
    authorise(context)?;
    if let Some(waba) = &context.waba {
        context.store.open(waba)?;
        usage::count(context.store, waba)?;
    }
    match context.route.operation {
        Operation::List => list::list(context),
        Operation::Get => node::get(context),
        Operation::Account => node::account(context),
        Operation::Create => create::create(context),
        Operation::Edit => node::edit(context),
        Operation::Unpause => node::unpause(context),
        Operation::Delete => delete::delete(context),
        Operation::Archive => archive::archive(context),
        Operation::Unarchive => archive::unarchive(context),
        Operation::Upload => upload::upload(context),
        Operation::Media | Operation::Other => Err(GraphError::unknown_path(&context.route.rest)),
    }
}

/// Accepts any token that is not empty, or the one that the account asks for.
fn authorise(context: &Context<'_>) -> Result<(), GraphError> {
    let refuse = |text: &str| Err(GraphError::new(190, text).status(401));
    let in_header = context.call.authorization.as_deref().and_then(|header| {
        let (scheme, token) = header.split_once(' ')?;
        let sends_bytes = matches!(context.route.target, Target::Session(_));
        // The bytes of an upload are sent with `OAuth`, everything else with `Bearer`.
        let known = if sends_bytes {
            scheme.eq_ignore_ascii_case("OAuth")
        } else {
            scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth")
        };
        known.then(|| token.trim().to_owned())
    });
    let token = in_header.or_else(|| context.params.text("access_token"));
    let Some(token) = token.filter(|t| !t.is_empty()) else {
        return refuse("An access token is required to request this resource.");
    };
    let mut wanted = Vec::new();
    let accounts = match &context.waba {
        Some(waba) => vec![waba.clone()],
        None => context.store.accounts()?,
    };
    for waba in &accounts {
        wanted.extend(context.store.read(waba)?.0.config.token.clone());
    }
    if !wanted.is_empty() && !wanted.contains(&token) {
        return refuse("Invalid OAuth access token - Cannot parse access token");
    }
    Ok(())
}

/// Turns a result into an answer.
fn written(context: &Context<'_>, result: Result<Reply, GraphError>, trace: &str) -> Answer {
    let (status, kind, body, regain) = match result {
        Ok(Reply::Json(value)) => (200, None, graph::to_graph_json(&value), None),
        Ok(Reply::Written(bytes)) => (200, None, Ok(bytes), None),
        Ok(Reply::File { kind, bytes }) => (200, Some(kind), Ok(bytes), None),
        Err(error) => (error.status, None, graph::to_graph_json(&error.body(trace)), error.regain_minutes),
    };
    let mut headers = vec![("content-type", kind.unwrap_or_else(|| "application/json; charset=UTF-8".into()))];
    if let Some(waba) = &context.waba
        && let Ok(value) = usage::header(context.store, waba, regain)
    {
        headers.push(("x-business-use-case-usage", value));
    }
    Answer { status, headers, body: body.unwrap_or_default(), fate: Fate::Sent }
}

/// The answer of an effect that keeps the work from being done.
fn instead(effect: &Effect, trace: &str) -> Option<Answer> {
    let json_kind = vec![("content-type", "application/json; charset=UTF-8".to_owned())];
    let answer = |status, headers, body| Some(Answer { status, headers, body, fate: Fate::Sent });
    match effect {
        Effect::Http { status, body } => {
            let bytes = match body {
                Value::String(text) => text.clone().into_bytes(),
                other => graph::to_graph_json(other).unwrap_or_default(),
            };
            answer(*status, json_kind, bytes)
        }
        Effect::Error { status, code, subcode, message, transient } => {
            let mut error = GraphError::new(*code, message.clone()).status(*status);
            error.subcode = *subcode;
            error.transient = *transient;
            let body = graph::to_graph_json(&error.body(trace)).unwrap_or_default();
            answer(*status, json_kind, body)
        }
        Effect::Timeout => Some(Answer { status: 500, headers: Vec::new(), body: Vec::new(), fate: Fate::Never }),
        Effect::Garbage => answer(
            200,
            vec![("content-type", "text/html; charset=utf-8".to_owned())],
            b"<!DOCTYPE html><title>Error</title><p>Sorry, something went wrong.".to_vec(),
        ),
        Effect::RateLimited { retry_after } => {
            let error = GraphError::new(4, "(#4) Application request limit reached").transient();
            let body = graph::to_graph_json(&error.body(trace)).unwrap_or_default();
            let mut headers = json_kind;
            headers.push(("retry-after", retry_after.to_string()));
            answer(429, headers, body)
        }
        Effect::LostAnswer | Effect::Slow { .. } | Effect::Truncated | Effect::ForeignNext { .. } => None,
    }
}

/// What an effect does to an answer whose work was done.
fn spoil(answer: &mut Answer, effect: &Effect, context: &Context<'_>) {
    match effect {
        Effect::LostAnswer => answer.fate = Fate::Lost,
        Effect::Slow { millis } => answer.fate = Fate::Late(Duration::from_millis(*millis)),
        Effect::Truncated => answer.body.truncate(answer.body.len() / 2),
        Effect::ForeignNext { origin } => {
            let Ok(mut page) = serde_json::from_slice::<Value>(&answer.body) else {
                return;
            };
            if page.get("data").is_none() {
                return;
            }
            let query = requests::without_credentials(&context.call.query);
            let cursor = base64::engine::general_purpose::STANDARD.encode("elsewhere");
            let next = format!("{origin}{}?{query}&after={cursor}", context.call.path);
            page["paging"]["next"] = json!(next);
            answer.body = graph::to_graph_json(&page).unwrap_or_default();
        }
        Effect::Http { .. } | Effect::Error { .. } | Effect::Timeout | Effect::Garbage | Effect::RateLimited { .. } => {
        }
    }
}

/// Writes a request down. That it cannot be written keeps nobody from an answer.
fn record(context: &Context<'_>, answer: &Answer) {
    let time = match &context.waba {
        Some(waba) => context.store.now(waba),
        None => context.store.latest_now(),
    };
    let silent = matches!(answer.fate, Fate::Lost | Fate::Never);
    let request = LoggedRequest {
        time: time.unwrap_or_else(|_| jiff::Timestamp::now()),
        method: context.call.method.clone(),
        path: context.call.path.clone(),
        query: requests::without_credentials(&context.call.query),
        operation: context.route.operation,
        waba: context.waba.clone(),
        template: context.template.clone(),
        status: (!silent).then_some(answer.status),
    };
    if let Err(error) = requests::record(context.store.root(), &request) {
        tracing::warn!(%error, "a request of the sandbox was not recorded");
    }
}
