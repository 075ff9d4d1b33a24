//! Requests of Meta's API: what they are about, whether they may, and what is done.

use base64::Engine as _;
use serde_json::{Value, json};

use super::{
    archive,
    context::{Context, Reply},
    create, delete, fields,
    graph::{self, GraphError},
    list, node,
    params::Params,
    route::{self, Target},
    upload, usage,
};
use crate::sandbox::{
    dialects::{
        credentials::without_credentials,
        provider::META,
        request::{InjectedError, Request, Subject},
        wire::{Answer, Call},
    },
    rules::{error::SandboxError, operation::Operation, store::Store},
};

/// A request of this API, with the account and template that were found, or the error with which finding them ended.
struct Understood<'a> {
    context: Context<'a>,
    found: Result<(), GraphError>,
    trace: String,
}

/// Reads a request of this API.
pub(crate) fn understand<'a>(store: &'a Store, call: &'a Call) -> impl Request + 'a {
    let route = route::parse(&call.method, &call.path);
    let params = Params::parse(call);
    let mut context = Context { store, call, route, params, waba: None, template: None };
    let found = find(&mut context);
    Understood { context, found, trace: graph::trace_id() }
}

impl Request for Understood<'_> {
    fn subject(&self) -> Subject {
        Subject {
            dialect: "meta",
            operation: self.context.route.operation,
            account: self.context.waba.clone(),
            template: self.context.template.clone(),
        }
    }

    fn perform(&self) -> Answer {
        let result = self.found.clone().and_then(|()| perform(&self.context));
        written(&self.context, result, &self.trace)
    }

    fn error(&self, error: &InjectedError) -> Answer {
        injected(error, &self.trace)
    }

    fn redirect_next_page(&self, answer: &mut Answer, origin: &str) {
        redirect_next_page(answer, origin, self.context.call);
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("x-fb-trace-id", self.trace.clone()), ("facebook-api-version", self.context.route.served_version())]
    }
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
            if let Some(waba) = owner_of(store, id)? {
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

/// The account that holds a template id: paths of templates do not name the account.
fn owner_of(store: &Store, template_id: &str) -> Result<Option<String>, SandboxError> {
    for account in store.accounts()?.into_iter().filter(|account| META.owns(account)) {
        if store.load(&account)?.by_id(template_id).is_some() {
            return Ok(Some(account));
        }
    }
    Ok(None)
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
    let wanted = context.store.tokens(&match &context.waba {
        Some(waba) => vec![waba.clone()],
        None => context.store.accounts()?,
    })?;
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
    Answer { status, headers, body: body.unwrap_or_default() }
}

/// An error that a fault asks for.
fn injected(error: &InjectedError, trace: &str) -> Answer {
    let InjectedError { status, code, message, transient } = error;
    let (code, subcode) = code.unwrap_or((1, None));
    let mut error = GraphError::new(code, message.clone()).status(*status);
    error.subcode = subcode;
    error.transient = *transient;
    let body = graph::to_graph_json(&error.body(trace)).unwrap_or_default();
    Answer::new(*status, "application/json; charset=UTF-8", body)
}

/// Points `paging.next` to another host.
fn redirect_next_page(answer: &mut Answer, origin: &str, call: &Call) {
    let Ok(mut page) = serde_json::from_slice::<Value>(&answer.body) else {
        return;
    };
    if page.get("data").is_none() {
        return;
    }
    let query = without_credentials(&call.query);
    let cursor = base64::engine::general_purpose::STANDARD.encode("elsewhere");
    page["paging"]["next"] = json!(format!("{origin}{}?{query}&after={cursor}", call.path));
    answer.body = graph::to_graph_json(&page).unwrap_or_default();
}
