//! `GET /api/docs`: the document as a page of ours.

use axum::Extension;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

use super::openapi::{Routes, document};
use super::problem::CODES;
use crate::context::OperatorPage;
use crate::web::pages::{
    ApiReferencePage, ReferenceAnswer, ReferenceCode, ReferenceGroup, ReferenceKind, ReferenceMember,
    ReferenceOperation, ReferenceSchema,
};
use crate::web::render;

/// How deep an example goes.
const DEEPEST: u8 = 4;

/// Shows the document.
pub async fn get(page: OperatorPage, Extension(routes): Extension<Routes>) -> Response {
    let document = document(routes);
    let reader = Reader { document: &document, origin: page.app.config.operator.origin().unwrap_or_default() };
    let shown = ApiReferencePage {
        frame: page.frame(""),
        version: text(&document["info"]["version"]),
        lead: text(&document["info"]["description"]),
        groups: reader.groups(),
        schemas: reader.schemas(),
        codes: CODES.iter().map(|(code, status, meaning)| reference_code(code, *status, meaning)).collect(),
    };
    page.seal(render(StatusCode::OK, &shown))
}

fn reference_code(code: &str, status: u16, meaning: &str) -> ReferenceCode {
    ReferenceCode { code: code.to_owned(), status, meaning: meaning.to_owned() }
}

struct Reader<'d> {
    document: &'d Value,
    origin: String,
}

impl Reader<'_> {
    fn groups(&self) -> Vec<ReferenceGroup> {
        let tags = self.document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let group = |tag: &Value| ReferenceGroup {
            name: text(&tag["name"]),
            lead: text(&tag["description"]),
            operations: self.operations(&tag["name"]),
        };
        tags.iter().map(group).collect()
    }

    fn operations(&self, tag: &Value) -> Vec<ReferenceOperation> {
        let mut found = Vec::new();
        for (path, item) in members(&self.document["paths"]) {
            for method in ["get", "post", "put", "delete"] {
                if let Some(operation) = item.get(method).filter(|operation| operation["tags"][0] == *tag) {
                    found.push(self.operation((method, path), operation));
                }
            }
        }
        found
    }

    fn operation(&self, (method, path): (&str, &str), operation: &Value) -> ReferenceOperation {
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let parameter = |one: &Value| ReferenceMember {
            name: text(&one["name"]),
            kind: kind(&one["schema"]),
            place: text(&one["in"]),
            is_required: one["required"] == true,
            meaning: text(&one["description"]),
        };
        let answer = |(status, one): (&str, &Value)| ReferenceAnswer {
            status: status.to_owned(),
            meaning: text(&one["description"]),
            kind: members(&one["content"]).next().map(|(_, content)| kind(&content["schema"])),
        };
        let body = operation.pointer("/requestBody/content/application~1json/schema");
        ReferenceOperation {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            permission: text(&operation["security"][0]["api_key"][0]),
            parameters: parameters.iter().map(parameter).collect(),
            body: body.map(kind),
            answers: members(&operation["responses"]).map(answer).collect(),
            example: self.example((method, path), body),
        }
    }

    fn schemas(&self) -> Vec<ReferenceSchema> {
        let schema = |(name, one): (&str, &Value)| {
            let required = one["required"].as_array().map(Vec::as_slice).unwrap_or_default();
            let member = |(name, value): (&str, &Value)| ReferenceMember {
                name: name.to_owned(),
                kind: kind(value),
                place: String::new(),
                is_required: required.iter().any(|required| required == name),
                meaning: text(&value["description"]),
            };
            let words = one["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
            ReferenceSchema {
                name: name.to_owned(),
                meaning: text(&one["description"]),
                words: words.iter().map(text).collect(),
                members: members(&one["properties"]).map(member).collect(),
            }
        };
        members(&self.document["components"]["schemas"]).map(schema).collect()
    }

    /// A request as a command line. What stands in braces is for the reader to fill in.
    fn example(&self, (method, path): (&str, &str), body: Option<&Value>) -> String {
        let mut lines = vec![format!("curl -X {} -H \"Authorization: Bearer $API_KEY\"", method.to_uppercase())];
        if let Some(body) = body {
            let value = serde_json::to_string_pretty(&self.sample(body, DEEPEST)).unwrap_or_default();
            lines.push("  -H \"Content-Type: application/json\"".to_owned());
            lines.push(format!("  -d '{value}'"));
        }
        lines.push(format!("  \"{}{path}\"", self.origin));
        lines.join(" \\\n")
    }

    /// A value of a schema: its required members, by their examples.
    fn sample(&self, schema: &Value, deep: u8) -> Value {
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(target) = schema["$ref"].as_str().and_then(|at| self.document.pointer(at.trim_start_matches('#'))) {
            return if deep == 0 { Value::Null } else { self.sample(target, deep - 1) };
        }
        if let Some(word) = schema["enum"].get(0) {
            return word.clone();
        }
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        match schema["type"].as_str() {
            Some("object") => {
                let wanted = members(&schema["properties"]).filter(|(name, _)| required.iter().any(|one| one == name));
                Value::Object(
                    wanted.map(|(name, value)| (name.to_owned(), self.sample(value, deep))).collect::<Map<_, _>>(),
                )
            }
            Some("array") => Value::Array(Vec::new()),
            Some("boolean") => Value::Bool(false),
            Some("integer" | "number") => 0.into(),
            _ => "…".into(),
        }
    }
}

/// A schema in words.
fn kind(schema: &Value) -> ReferenceKind {
    let plain = |words: String| ReferenceKind { words, schema: None };
    if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        return ReferenceKind { words: name.to_owned(), schema: Some(name.to_owned()) };
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let given = choices.iter().find(|choice| choice["type"] != "null");
        return given.map_or_else(|| plain("null".to_owned()), kind);
    }
    let words = match &schema["type"] {
        Value::String(word) => word.clone(),
        // Optional: the other word is null.
        Value::Array(words) => {
            words.iter().filter_map(Value::as_str).find(|word| *word != "null").unwrap_or("null").to_owned()
        }
        _ => "any".to_owned(),
    };
    if words == "array" {
        let items = kind(&schema["items"]);
        return ReferenceKind { words: format!("array of {}", items.words), schema: items.schema };
    }
    match schema["format"].as_str() {
        Some(format) if words == "string" => plain(format!("string, {format}")),
        _ => plain(words),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}
