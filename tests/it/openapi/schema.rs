//! Schemas of OpenAPI as JSON Schema 2020-12, for what a client *sends*.
//!
//! Strict: an object that lists its properties takes no others, unless the document says so. What only answers hold
//! (`readOnly`) may not be sent. References are resolved within the document; nothing is fetched. A keyword that is not known
//! here is an error, so that no rule of a document is passed over in silence.

use std::collections::HashMap;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// Keywords that say nothing about what is valid. `format` is one of them in OpenAPI and in JSON Schema 2020-12.
const SILENT: [&str; 11] = [
    "description",
    "title",
    "example",
    "examples",
    "default",
    "format",
    "deprecated",
    "externalDocs",
    "xml",
    "readOnly",
    "writeOnly",
];
/// Keywords that mean the same in both and hold no schema.
const KEPT: [&str; 14] = [
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// A schema of the document, ready to use.
pub(super) struct Schema {
    validator: Validator,
    /// Where in the document the numbered definitions stand.
    places: Vec<String>,
}

/// How a schema is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Mode {
    /// With the variant that its discriminator names.
    Whole,
    /// Without: as a part of one of the variants.
    Base,
}

struct Conversion<'a> {
    document: &'a Value,
    /// Number of each definition by place and mode.
    numbers: HashMap<(String, Mode), usize>,
    places: Vec<(String, Mode)>,
}

/// The schema at a place of the document.
pub(super) fn compile(document: &Value, place: &str) -> Result<Schema, String> {
    let mut conversion = Conversion { document, numbers: HashMap::new(), places: Vec::new() };
    let mut root = conversion.position(&json!({ "$ref": format!("#{place}") }))?;
    let mut definitions = Map::new();
    // Converting a definition may ask for others.
    while let Some((place, mode)) = conversion.places.get(definitions.len()).cloned() {
        let schema = lookup(document, &place)?;
        let converted = conversion.open(schema, mode).map_err(|what| format!("{place}: {what}"))?;
        definitions.insert(definitions.len().to_string(), converted);
    }
    root["$defs"] = definitions.into();
    let options = jsonschema::options().with_draft(Draft::Draft202012);
    let validator = options.build(&root).map_err(|error| format!("{place}: {error}"))?;
    Ok(Schema { validator, places: conversion.places.into_iter().map(|(place, _)| place).collect() })
}

/// What stands at a place (a JSON pointer) of the document.
pub(super) fn lookup<'a>(document: &'a Value, place: &str) -> Result<&'a Value, String> {
    document.pointer(place).ok_or_else(|| format!("the document has nothing at {place}"))
}

/// Where a `$ref` of this document points.
pub(super) fn target(reference: &str) -> Result<String, String> {
    let fragment = reference.strip_prefix('#').ok_or_else(|| format!("{reference} leads out of the document"))?;
    // Fragments of URIs are percent-encoded; braces of path templates usually are not.
    Ok(fragment.replace("%7B", "{").replace("%7D", "}").replace("%2F", "/"))
}

impl Schema {
    pub(super) fn errors<'a>(&'a self, value: &'a Value) -> impl Iterator<Item = jsonschema::ValidationError<'a>> {
        self.validator.iter_errors(value)
    }

    /// A place in the converted schema as one in the document. What is no definition belongs to the first of them.
    pub(super) fn place(&self, converted: &str) -> String {
        let number = converted.strip_prefix("/$defs/").map(|rest| rest.split_once('/').unwrap_or((rest, "")));
        let found = number.and_then(|(number, rest)| Some((self.places.get(number.parse::<usize>().ok()?)?, rest)));
        found.map_or_else(|| format!("{}{converted}", self.places[0]), |(place, rest)| format!("{place}/{rest}"))
    }
}

impl Conversion<'_> {
    /// A reference to a definition.
    fn reference(&mut self, reference: &str, mode: Mode) -> Result<Value, String> {
        let place = target(reference)?;
        lookup(self.document, &place)?;
        let next = self.places.len();
        let number = *self.numbers.entry((place.clone(), mode)).or_insert(next);
        if number == next {
            self.places.push((place, mode));
        }
        Ok(Value::String(format!("#/$defs/{number}")))
    }

    /// A schema where a whole value stands: a property, an item, a body. Nothing but what it lists may be there.
    fn position(&mut self, schema: &Value) -> Result<Value, String> {
        let mut converted = self.open(schema, Mode::Whole)?;
        if self.lists(schema)?
            && let Some(object) = converted.as_object_mut()
        {
            object.insert("unevaluatedProperties".to_owned(), false.into());
        }
        Ok(converted)
    }

    /// Whether a schema lists properties and leaves open whether there may be more. Of alternatives each does so itself.
    fn lists(&self, schema: &Value) -> Result<bool, String> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.lists(lookup(self.document, &target(reference)?)?);
        }
        let lists = ["properties", "allOf", "discriminator"].iter().any(|key| schema.get(key).is_some());
        Ok(lists && schema.get("additionalProperties").is_none() && schema.get("unevaluatedProperties").is_none())
    }

    /// A schema as a part of others, which may add properties.
    fn open(&mut self, schema: &Value, mode: Mode) -> Result<Value, String> {
        let Some(object) = schema.as_object() else {
            return schema.as_bool().map(Value::Bool).ok_or_else(|| format!("{schema} is no schema"));
        };
        let mut out = Map::new();
        for (key, value) in object {
            let converted = match key.as_str() {
                "$ref" => self.reference(value.as_str().ok_or("$ref is no text")?, mode)?,
                "properties" | "patternProperties" => self.properties(value)?,
                "items" | "contains" => self.position(value)?,
                "additionalProperties" | "unevaluatedProperties" if value.is_boolean() => value.clone(),
                "additionalProperties" => self.position(value)?,
                "allOf" => self.parts(value, "allOf")?,
                "oneOf" | "anyOf" if self.lists(schema)? => self.parts(value, "refinements")?,
                "oneOf" | "anyOf" => self.parts(value, "alternatives")?,
                // Conditions and refinements of what is listed elsewhere: they are taken as they are.
                "if" | "then" | "else" | "not" => value.clone(),
                "required" => sent(value, object),
                "nullable" | "discriminator" | "exclusiveMinimum" | "exclusiveMaximum" => continue,
                known if KEPT.contains(&known) => value.clone(),
                silent if SILENT.contains(&silent) || silent.starts_with("x-") => continue,
                unknown => return Err(format!("the keyword `{unknown}` is not known")),
            };
            out.insert(key.clone(), converted);
        }
        bounds(object, &mut out);
        if object.get("nullable") == Some(&Value::Bool(true)) {
            nullable(&mut out);
        }
        if mode == Mode::Whole
            && let Some(discriminator) = object.get("discriminator")
        {
            self.variants(discriminator, &mut out)?;
        }
        Ok(out.into())
    }

    fn properties(&mut self, properties: &Value) -> Result<Value, String> {
        let properties = properties.as_object().ok_or("properties are no object")?;
        let convert = |(name, schema): (&String, &Value)| {
            let answered = schema.get("readOnly") == Some(&Value::Bool(true));
            Ok((name.clone(), if answered { Value::Bool(false) } else { self.position(schema)? }))
        };
        properties.iter().map(convert).collect::<Result<Map<_, _>, String>>().map(Value::Object)
    }

    fn parts(&mut self, schemas: &Value, kind: &str) -> Result<Value, String> {
        let schemas = schemas.as_array().ok_or_else(|| format!("{kind} are no list"))?;
        let convert = |schema: &Value| match kind {
            "alternatives" => self.position(schema),
            "allOf" => self.open(schema, Mode::Base),
            _ => self.open(schema, Mode::Whole),
        };
        schemas.iter().map(convert).collect::<Result<Vec<_>, _>>().map(Value::Array)
    }

    /// The variant that the discriminator names holds as well. A variant refers back to its base, which must not ask for the
    /// variant again.
    fn variants(&mut self, discriminator: &Value, out: &mut Map<String, Value>) -> Result<(), String> {
        let property = discriminator["propertyName"].as_str().ok_or("a discriminator without a property")?;
        let mapping = discriminator["mapping"].as_object().ok_or("a discriminator without a mapping")?;
        let mut all = out.remove("allOf").and_then(|all| all.as_array().cloned()).unwrap_or_default();
        for (value, variant) in mapping {
            let variant = self.reference(variant.as_str().ok_or("a mapping to no text")?, Mode::Whole)?;
            all.push(json!({
                "if": { "properties": { property: { "const": value } }, "required": [property] },
                "then": { "$ref": variant }
            }));
        }
        out.insert("allOf".to_owned(), all.into());
        let required = out.entry("required").or_insert_with(|| json!([]));
        if let Some(required) = required.as_array_mut().filter(|names| !names.contains(&json!(property))) {
            required.push(json!(property));
        }
        Ok(())
    }
}

/// Required properties that are sent: what only answers hold is required of answers.
fn sent(required: &Value, object: &Map<String, Value>) -> Value {
    let answered = |name: &Value| {
        let property = name.as_str().and_then(|name| object.get("properties")?.get(name));
        property.is_some_and(|schema| schema.get("readOnly") == Some(&Value::Bool(true)))
    };
    required.as_array().into_iter().flatten().filter(|name| !answered(name)).cloned().collect()
}

/// `exclusiveMinimum: true` of OpenAPI 3.0 is about the `minimum` beside it.
fn bounds(object: &Map<String, Value>, out: &mut Map<String, Value>) {
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        match object.get(exclusive) {
            Some(Value::Bool(true)) => {
                if let Some(bound) = out.remove(inclusive) {
                    out.insert(exclusive.to_owned(), bound);
                }
            }
            Some(Value::Number(bound)) => drop(out.insert(exclusive.to_owned(), bound.clone().into())),
            _ => {}
        }
    }
}

/// `nullable: true` of OpenAPI 3.0.
fn nullable(out: &mut Map<String, Value>) {
    if let Some(kind) = out.get_mut("type").filter(|kind| kind.is_string()) {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(values)) = out.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(document: &Value, body: &Value) -> Vec<String> {
        let schema = compile(document, "/components/schemas/Pet").unwrap();
        schema.errors(body).map(|error| format!("{} {}", error.instance_path(), error.kind().keyword())).collect()
    }

    /// A document whose schema `Pet` is that one.
    fn of(pet: &Value) -> Value {
        json!({"components": {"schemas": {
            "Pet": pet,
            "Name": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
        }}})
    }

    #[test]
    fn what_is_not_listed_is_a_finding_wherever_it_stands() {
        let pet = of(&json!({"type": "object", "properties": {
            "name": {"$ref": "#/components/schemas/Name"},
            "names": {"type": "array", "items": {"$ref": "#/components/schemas/Name"}},
            "open": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}},
            "any": {"type": "object"},
        }}));
        for (body, wanted) in [
            (json!({"name": {"text": "x"}, "names": [{"text": "x"}], "open": {"b": 1}, "any": {"z": 1}}), ""),
            (json!({"size": 1}), " unevaluatedProperties"),
            (json!({"name": {"text": "x", "size": 1}}), "/name unevaluatedProperties"),
            (json!({"names": [{"text": "x"}, {"text": "x", "size": 1}]}), "/names/1 unevaluatedProperties"),
            (json!({"names": [{}]}), "/names/0 required"),
            (json!({"open": {"b": "x"}}), "/open/b type"),
        ] {
            assert_eq!(findings(&pet, &body).join(", "), wanted, "{body}");
        }
    }

    #[test]
    fn a_discriminator_names_the_variant_that_holds_as_well() {
        let pet = json!({"components": {"schemas": {
            "Pet": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["CAT", "DOG"]}},
                    "discriminator": {"propertyName": "kind", "mapping":
                        {"CAT": "#/components/schemas/Cat", "DOG": "#/components/schemas/Dog"}}},
            "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"},
                    {"type": "object", "properties": {"lives": {"type": "integer"}}}], "required": ["lives"]},
            "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"},
                    {"type": "object", "properties": {"bark": {"type": "string"}}}]},
        }}});
        assert!(findings(&pet, &json!({"kind": "CAT", "lives": 9})).is_empty());
        assert!(findings(&pet, &json!({"kind": "DOG"})).is_empty());
        for wrong in [
            json!({"kind": "CAT"}),
            json!({"kind": "CAT", "lives": 9, "bark": "x"}),
            json!({"kind": "DOG", "lives": 9}),
            json!({"kind": "COW"}),
            json!({"lives": 9}),
            json!({"kind": "CAT", "lives": "x"}),
        ] {
            assert!(!findings(&pet, &wrong).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn alternatives_are_each_taken_strictly() {
        let alternatives = json!([
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"$ref": "#/components/schemas/Name"},
        ]);
        for keyword in ["oneOf", "anyOf"] {
            let pet = of(&json!({ keyword: alternatives }));
            assert!(findings(&pet, &json!({"a": "x"})).is_empty());
            assert!(findings(&pet, &json!({"text": "x"})).is_empty());
            assert_eq!(findings(&pet, &json!({"text": "x", "a": "x"})), [format!(" {keyword}")]);
        }
    }

    #[test]
    fn what_only_answers_hold_is_neither_sent_nor_required() {
        let pet = of(&json!({"type": "object", "required": ["id", "name"], "properties":
            {"id": {"type": "string", "readOnly": true}, "name": {"type": "string", "writeOnly": true}}}));
        assert!(findings(&pet, &json!({"name": "x"})).is_empty());
        assert_eq!(findings(&pet, &json!({"name": "x", "id": "1"})), ["/id falseSchema"]);
    }

    #[test]
    fn openapi_3_0_says_null_and_exclusive_in_its_own_way() {
        let pet = of(&json!({"type": "object", "properties": {
            "kind": {"type": "string", "enum": ["CAT"], "nullable": true},
            "age": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false},
        }}));
        assert!(findings(&pet, &json!({"kind": null, "age": 9})).is_empty());
        assert_eq!(findings(&pet, &json!({"kind": "DOG", "age": 0})), ["/kind enum", "/age exclusiveMinimum"]);
    }

    #[test]
    fn a_rule_that_cannot_be_kept_is_an_error() {
        for (schema, part) in [
            (json!({"type": "object", "dependentRequired": {}}), "dependentRequired"),
            (json!({"$ref": "#/components/schemas/Cow"}), "Cow"),
            (json!({"$ref": "https://fernweh.example/pet.json"}), "leads out of the document"),
            (json!("x"), "no schema"),
        ] {
            let error = compile(&of(&schema), "/components/schemas/Pet").err().unwrap();
            assert!(error.contains(part), "{error}");
        }
    }
}
