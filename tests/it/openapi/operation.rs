//! The operations of a document, and what is wrong with a request to them: path, method, query, kind of body, body.

use std::{collections::BTreeMap, fmt, sync::OnceLock};

use letterpress::sandbox::LoggedRequest;
use serde_json::{Value, json};

use super::{
    findings,
    schema::{self, Schema},
};

/// What a document knows: paths with their operations.
pub(super) struct Operations {
    paths: Vec<Path>,
    document: Value,
}

struct Path {
    /// As in the document, behind the path of the server.
    template: String,
    segments: Vec<String>,
    operations: BTreeMap<String, Operation>,
}

struct Operation {
    /// JSON pointer to it.
    place: String,
    /// Parameters of the path and of the query.
    parameters: Vec<Parameter>,
    /// Schema of each content type, and whether there has to be a body.
    body: Option<(BTreeMap<String, Lazy>, bool)>,
}

struct Parameter {
    name: String,
    /// `path` or `query`.
    stands_in: String,
    required: bool,
    /// Whether its value is JSON as a text.
    json: bool,
    schema: Lazy,
}

/// A schema that is compiled when the first request needs it.
struct Lazy {
    place: String,
    compiled: OnceLock<Schema>,
}

/// Something that the document does not allow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// Where in the request.
    pub(super) at: String,
    pub(super) what: String,
    /// The place in the document, patches included.
    pub(super) rule: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    rule: {}", self.at, self.what, self.rule)
    }
}

fn finding(at: impl Into<String>, what: impl Into<String>, rule: impl Into<String>) -> Finding {
    Finding { at: at.into(), what: what.into(), rule: rule.into() }
}

impl Lazy {
    fn at(place: String) -> Self {
        Self { place, compiled: OnceLock::new() }
    }

    fn schema(&self, document: &Value) -> &Schema {
        self.compiled.get_or_init(|| schema::compile(document, &self.place).unwrap_or_else(|what| panic!("{what}")))
    }

    fn check(&self, document: &Value, value: &Value, at: &str) -> Vec<Finding> {
        findings::of(self.schema(document), value)
            .into_iter()
            .map(|(path, what, rule)| finding(format!("{at}{path}"), what, rule))
            .collect()
    }
}

/// One step of a JSON pointer.
fn step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The place and the value behind a `$ref`, or the same place.
fn resolved<'a>(document: &'a Value, place: &str) -> Result<(String, &'a Value), String> {
    let value = schema::lookup(document, place)?;
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolved(document, &schema::target(reference)?),
        None => Ok((place.to_owned(), value)),
    }
}

impl Operations {
    /// # Errors
    /// A reference that leads nowhere, or a parameter that is not understood.
    pub(super) fn of(document: Value) -> Result<Self, String> {
        let base = document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let base = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
        let base = base.trim_matches('/').to_owned();
        let mut paths = Vec::new();
        for (template, item) in document["paths"].as_object().ok_or("the document has no paths")? {
            let segments = base.split('/').chain(template.split('/')).filter(|part| !part.is_empty());
            let mut path = Path {
                template: template.clone(),
                segments: segments.map(str::to_owned).collect(),
                operations: BTreeMap::new(),
            };
            for method in ["get", "post", "put", "patch", "delete"] {
                if item.get(method).is_some() {
                    let operation = operation(&document, &format!("/paths/{}", step(template)), method)?;
                    path.operations.insert(method.to_ascii_uppercase(), operation);
                }
            }
            paths.push(path);
        }
        Ok(Self { paths, document })
    }

    pub(super) fn count(&self) -> usize {
        self.paths.iter().map(|path| path.operations.len()).sum()
    }

    /// What the document does not allow about a request; nothing if it allows all of it.
    pub(super) fn check(&self, request: &LoggedRequest) -> Vec<Finding> {
        let segments: Vec<_> = request.path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let mut paths: Vec<_> =
            self.paths.iter().filter_map(|path| Some((path, arguments(&path.segments, &segments)?))).collect();
        // The more of a template is literal, the closer it is.
        paths.sort_by_key(|(path, arguments)| (arguments.len(), std::cmp::Reverse(path.literal())));
        if paths.is_empty() {
            return vec![finding("path", format!("no path of the document is {}", request.path), "/paths")];
        }
        let literal = paths[0].1.len();
        let Some((path, arguments)) = paths
            .iter()
            .filter(|(_, arguments)| arguments.len() == literal)
            .find(|(path, _)| path.operations.contains_key(&request.method))
        else {
            let rule = format!("/paths/{}", step(&paths[0].0.template));
            return vec![finding("method", format!("the document has no {} here", request.method), rule)];
        };
        let operation = &path.operations[&request.method];
        let mut found = self.check_path(operation, arguments);
        found.extend(self.check_query(operation, &request.query));
        found.extend(self.check_body(operation, request));
        found
    }

    fn check_path(&self, operation: &Operation, arguments: &[(String, String)]) -> Vec<Finding> {
        let mut found = Vec::new();
        for (name, value) in arguments {
            let known = operation.parameters.iter().find(|known| known.stands_in == "path" && known.name == *name);
            match known {
                Some(known) => {
                    let value = typed(&self.document, &known.schema.place, std::slice::from_ref(value));
                    found.extend(known.schema.check(&self.document, &value, &format!("path {{{name}}}")));
                }
                None => found.push(finding("path", format!("{{{name}}} is not declared"), operation.place.as_str())),
            }
        }
        found
    }

    fn check_query(&self, operation: &Operation, query: &str) -> Vec<Finding> {
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            given.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        let known: Vec<_> = operation.parameters.iter().filter(|known| known.stands_in == "query").collect();
        let rule = format!("{}/parameters", operation.place);
        let missing = known.iter().filter(|known| known.required && !given.contains_key(&known.name));
        let mut found: Vec<_> =
            missing.map(|known| finding("query", format!("`{}` is required", known.name), rule.as_str())).collect();
        for (name, values) in &given {
            let Some(known) = known.iter().find(|known| known.name == *name) else {
                found.push(finding("query", format!("`{name}` is not a parameter of the document"), rule.as_str()));
                continue;
            };
            let value = if known.json {
                serde_json::from_str(&values.join("")).unwrap_or_else(|_| Value::String(values.join("")))
            } else {
                typed(&self.document, &known.schema.place, values)
            };
            found.extend(known.schema.check(&self.document, &value, &format!("query `{name}` ")));
        }
        found
    }

    fn check_body(&self, operation: &Operation, request: &LoggedRequest) -> Vec<Finding> {
        let kind = request.content_type.as_deref().map(|kind| kind.split(';').next().unwrap_or_default().trim());
        let rule = format!("{}/requestBody", operation.place);
        let Some((content, required)) = &operation.body else {
            let sent = kind.is_some() || request.body.is_some();
            return sent.then(|| finding("body", "the document has no body here", rule)).into_iter().collect();
        };
        // A body without a type is bytes.
        let Some(schema) = content.get(kind.unwrap_or("application/octet-stream")) else {
            let allowed = content.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let nothing = kind.is_none() && request.body.is_none() && !required;
            let what = format!("its type is {}, and the document has {allowed}", kind.unwrap_or("none"));
            return (!nothing).then(|| finding("body", what, rule)).into_iter().collect();
        };
        match (kind, &request.body) {
            (Some("multipart/form-data"), _) => {
                // Only the names of the parts are logged: any content stands for each.
                let parts = request.parts.iter().map(|name| (name.clone(), json!("")));
                schema.check(&self.document, &Value::Object(parts.collect()), "form ")
            }
            (_, Some(body)) => schema.check(&self.document, body, "body "),
            (Some("application/json"), None) => vec![finding("body", "it is no JSON", rule)],
            (_, None) => Vec::new(),
        }
    }
}

impl Path {
    /// How many characters of it are no parameters.
    fn literal(&self) -> usize {
        let literal = |segment: &String| match (segment.find('{'), segment.find('}')) {
            (Some(from), Some(to)) => segment.len() - (to + 1 - from),
            _ => segment.len(),
        };
        self.segments.iter().map(literal).sum()
    }
}

fn operation(document: &Value, path: &str, method: &str) -> Result<Operation, String> {
    let place = format!("{path}/{method}");
    let mut parameters: Vec<Parameter> = Vec::new();
    // Those of the operation come last and win.
    for list in [format!("{path}/parameters"), format!("{place}/parameters")] {
        let count = document.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for at in 0..count {
            let (place, value) = resolved(document, &format!("{list}/{at}"))?;
            let text = |key: &str| value[key].as_str().map(str::to_owned).ok_or(format!("{place} has no `{key}`"));
            let (name, stands_in) = (text("name")?, text("in")?);
            let json = value.pointer("/content/application~1json/schema").is_some();
            let schema = if json { "content/application~1json/schema" } else { "schema" };
            let schema = Lazy::at(format!("{place}/{schema}"));
            parameters.retain(|known| (&known.name, &known.stands_in) != (&name, &stands_in));
            let required = value["required"].as_bool().unwrap_or(false);
            parameters.push(Parameter { name, stands_in, required, json, schema });
        }
    }
    let body = match document.pointer(&format!("{place}/requestBody")) {
        None => None,
        Some(_) => {
            let (place, body) = resolved(document, &format!("{place}/requestBody"))?;
            let kinds = body["content"].as_object().ok_or(format!("{place} has no content"))?.keys();
            let content = kinds.map(|kind| (kind.clone(), Lazy::at(format!("{place}/content/{}/schema", step(kind)))));
            Some((content.collect(), body["required"].as_bool().unwrap_or(false)))
        }
    };
    Ok(Operation { place, parameters, body })
}

/// A segment of a path, decoded.
fn decoded(segment: &str) -> String {
    let escaped = segment.replace('+', "%2B");
    url::form_urlencoded::parse(escaped.as_bytes()).next().map_or_else(String::new, |(key, _)| key.into_owned())
}

/// What stands for the parameters of a path template, if the path has its form.
fn arguments(template: &[String], path: &[String]) -> Option<Vec<(String, String)>> {
    if template.len() != path.len() {
        return None;
    }
    let mut all = Vec::new();
    for (template, segment) in template.iter().zip(path) {
        match template.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
            Some((before, (name, after))) => {
                let value = segment.strip_prefix(before)?.strip_suffix(after).filter(|value| !value.is_empty())?;
                all.push((name.to_owned(), value.to_owned()));
            }
            None if template == segment => {}
            None => return None,
        }
    }
    Some(all)
}

/// Texts of a query or path as the type that the schema asks for; as they are where they cannot be that.
fn typed(document: &Value, place: &str, values: &[String]) -> Value {
    let kind = |place: &str| {
        let schema = resolved(document, place).ok()?.1;
        schema["type"].as_str().map(str::to_owned)
    };
    let one = |kind: Option<String>, text: &String| match kind.as_deref() {
        Some("integer" | "number" | "boolean") => {
            serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() || value.is_boolean())
        }
        _ => None,
    };
    let of = |kind: Option<String>, text: &String| one(kind, text).unwrap_or_else(|| Value::String(text.clone()));
    match (kind(place).as_deref(), values) {
        (Some("array"), values) => {
            let items =
                resolved(document, place).map_or_else(|_| place.to_owned(), |(place, _)| format!("{place}/items"));
            values.iter().map(|text| of(kind(&items), text)).collect()
        }
        (_, [text]) => of(kind(place), text),
        // Given twice where once is meant: a list, which no such schema takes.
        (_, values) => json!(values),
    }
}
