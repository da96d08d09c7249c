//! The settings this node runs with.

use axum::Extension;
use axum::response::Response;
use serde_json::Value;

use super::Seen;
use super::sheet::{More, Sheet};
use crate::web::pages::operator_console::{Cell, Place};

/// Shows them, key by key.
pub async fn get(Extension(seen): Seen) -> Response {
    let mut sheet = Sheet::titled(&seen, Place::Settings, "console-settings").lead("console-settings-lead");
    let mut settings = Vec::new();
    flatten(&mut settings, String::new(), seen.app.config.shown());
    let rows = settings.into_iter().map(|(key, value)| vec![Cell::Code(key), Cell::code(value)]).collect();
    let columns = ["console-key", "console-value"];
    sheet.table(("console-settings", "console-none"), &columns, rows, More::default());
    sheet.ok()
}

/// `{"server": {"listen": "…"}}` as `server.listen` and its value.
fn flatten(out: &mut Vec<(String, String)>, key: String, value: Value) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Object(members) => members.into_iter().for_each(|(name, value)| flatten(out, below(&name), value)),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.into_iter().enumerate().for_each(|(n, item)| flatten(out, below(&n.to_string()), item));
        }
        Value::Array(items) => {
            let words = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            out.push((key, words.collect::<Vec<_>>().join(", ")));
        }
        Value::Null => out.push((key, String::new())),
        Value::String(text) => out.push((key, text)),
        other => out.push((key, other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_settings_become_dotted_keys() {
        let mut out = Vec::new();
        let value = serde_json::json!({"a": {"b": 1, "c": ["x", "y"]}, "d": [{"e": null}], "f": []});
        flatten(&mut out, String::new(), value);
        let expected = [("a.b", "1"), ("a.c", "x, y"), ("d.0.e", ""), ("f", "")];
        assert_eq!(out, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
}
