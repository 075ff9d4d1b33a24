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
    exchange::{self, About, Answer, Call, Delivery, FaultError},
    requests::{self, Operation},
    store::Store,
};

/// Answers one request and records it.
pub(crate) fn answer(store: &Store, call: &Call) -> Answer {
    let route = route::parse(&call.method, &call.path);
    let params = Params::parse(call);
    let mut context = Context { store, call, route, params, waba: None, template: None };
    let trace = graph::trace_id();
    let found = find(&mut context);
    let about = About {
        dialect: "meta",
        operation: context.route.operation,
        place: context.waba.clone(),
        template: context.template.clone(),
    };
    let perform = || written(&context, found.and_then(|()| perform(&context)), &trace);
    let mut answer = exchange::with_faults(
        store,
        call,
        &about,
        perform,
        |fault_error| envelope(fault_error, &trace),
        |answer, origin| {
            elsewhere(answer, origin, call);
        },
    );
    answer.headers.push(("x-fb-trace-id", trace));
    answer.headers.push(("facebook-api-version", context.route.served_version()));
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
    Answer { status, headers, body: body.unwrap_or_default(), delivery: Delivery::Sent }
}

/// An error that a fault asks for.
fn envelope(fault_error: &FaultError, trace: &str) -> Answer {
    let FaultError { status, code, message, transient } = fault_error;
    let (code, subcode) = code.unwrap_or((1, None));
    let mut error = GraphError::new(code, message.clone()).status(*status);
    error.subcode = subcode;
    error.transient = *transient;
    let body = graph::to_graph_json(&error.body(trace)).unwrap_or_default();
    Answer::new(*status, "application/json; charset=UTF-8", body)
}

/// Points `paging.next` to another host.
fn elsewhere(answer: &mut Answer, origin: &str, call: &Call) {
    let Ok(mut page) = serde_json::from_slice::<Value>(&answer.body) else {
        return;
    };
    if page.get("data").is_none() {
        return;
    }
    let query = requests::without_credentials(&call.query);
    let cursor = base64::engine::general_purpose::STANDARD.encode("elsewhere");
    page["paging"]["next"] = json!(format!("{origin}{}?{query}&after={cursor}", call.path));
    answer.body = graph::to_graph_json(&page).unwrap_or_default();
}
