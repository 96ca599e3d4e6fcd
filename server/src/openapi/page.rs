//! The description of the API as one page.

use std::fmt::Write as _;

use serde_json::Value;
use views::ErrorKind;
use views::words::t;

use crate::rest::problem::word;

/// Methods in the order in which they are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "delete", "options"];
/// Refusals in the order in which they are shown.
const PROBLEMS: [ErrorKind; 10] = [
    ErrorKind::Invalid,
    ErrorKind::SignInNeeded,
    ErrorKind::NotAllowed,
    ErrorKind::NotFound,
    ErrorKind::Conflict,
    ErrorKind::KeyReused,
    ErrorKind::TooLarge,
    ErrorKind::TooMany,
    ErrorKind::Unavailable,
    ErrorKind::Internal,
];

/// Writes the page of `document`.
pub(super) fn write(document: &Value, css: &str) -> String {
    let mut page = String::with_capacity(64 << 10);
    let title = t("api-title");
    let _ = write!(
        page,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"{css}\"><link rel=\"icon\" href=\"/favicon.svg\"></head>\
         <body><main id=\"main\" class=\"sheet\"><h1>{title}</h1><p class=\"lede\">{lede}</p>\
         <p><a href=\"/v1/openapi.json\">{raw}</a></p>",
        title = escaped(&title),
        css = escaped(css),
        lede = escaped(&t("api-lede")),
        raw = escaped(&t("api-document")),
    );
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let _ = write!(
            page,
            "<section class=\"panel\" id=\"{0}\"><h2>{1}</h2>",
            escaped(name),
            escaped(text(&tag["description"]))
        );
        for (path, methods) in fields(&document["paths"]) {
            for method in METHODS {
                let operation = &methods[method];
                if list(&operation["tags"]).iter().any(|t| t == name) {
                    write_operation(&mut page, method, path, operation);
                }
            }
        }
        page.push_str("</section>");
    }
    write_problems(&mut page);
    let _ = write!(
        page,
        "<section class=\"panel\" id=\"schemas\"><h2>{}</h2>",
        escaped(&t("api-schemas"))
    );
    for (name, schema) in fields(&document["components"]["schemas"]) {
        let _ = write!(page, "<h3 id=\"schema-{0}\">{0}</h3>", escaped(name));
        write_schema(&mut page, schema);
    }
    page.push_str("</section></main></body></html>");
    page
}

fn write_operation(page: &mut String, method: &str, path: &str, operation: &Value) {
    let method = method.to_uppercase();
    let summary = text(&operation["summary"]);
    let description = text(&operation["description"]);
    let _ = write!(
        page,
        "<article><h3><code>{} {}</code></h3><p>{}</p>",
        escaped(&method),
        escaped(path),
        escaped(if summary.is_empty() { description } else { summary })
    );
    if !summary.is_empty() && description != summary && !description.is_empty() {
        let _ = write!(page, "<p>{}</p>", escaped(description));
    }
    let parameters = list(&operation["parameters"]);
    if !parameters.is_empty() {
        page.push_str("<table><tbody>");
        for parameter in parameters {
            let _ = write!(
                page,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
                escaped(text(&parameter["name"])),
                escaped(text(&parameter["in"])),
                escaped(text(&parameter["description"]))
            );
        }
        page.push_str("</tbody></table>");
    }
    for (media_type, content) in fields(&operation["requestBody"]["content"]) {
        let _ = write!(
            page,
            "<p>{}: <code>{}</code> {}</p>",
            escaped(&t("api-body")),
            escaped(media_type),
            named(&content["schema"])
        );
    }
    page.push_str("<table><tbody>");
    for (status, response) in fields(&operation["responses"]) {
        let body = fields(&response["content"])
            .map(|(_, content)| named(&content["schema"]))
            .collect::<Vec<_>>()
            .join(" ");
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{body}</td></tr>",
            escaped(status),
            escaped(text(&response["description"]))
        );
    }
    page.push_str("</tbody></table></article>");
}

fn write_problems(page: &mut String) {
    let _ = write!(
        page,
        "<section class=\"panel\" id=\"problems\"><h2>{}</h2><table><tbody>",
        escaped(&t("api-problems"))
    );
    for kind in PROBLEMS {
        let word = word(kind);
        let _ = write!(
            page,
            "<tr id=\"problem-{word}\"><th scope=\"row\">{}</th><td><code>{word}</code></td><td>{}</td></tr>",
            kind.status(),
            escaped(&t(&format!("problem-{word}")))
        );
    }
    page.push_str("</tbody></table></section>");
}

/// An object's fields as rows, anything else as it is.
fn write_schema(page: &mut String, schema: &Value) {
    let _ = write!(page, "<p>{}</p>", escaped(text(&schema["description"])));
    let mut properties = fields(&schema["properties"]).peekable();
    if properties.peek().is_none() {
        let plain = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = write!(page, "<pre>{}</pre>", escaped(&plain));
        return;
    }
    page.push_str("<table><tbody>");
    for (name, property) in properties {
        let _ = write!(
            page,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
            escaped(name),
            named(property),
            escaped(text(&property["description"]))
        );
    }
    page.push_str("</tbody></table>");
}

/// A schema in a few words, linked when it has a name.
fn named(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escaped(name));
    }
    if let Some(options) = schema["oneOf"].as_array() {
        return options.iter().map(named).collect::<Vec<_>>().join(" | ");
    }
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => String::new(),
    };
    match kind.as_str() {
        "array" => format!("[ {} ]", named(&schema["items"])),
        _ => escaped(&[kind.as_str(), text(&schema["format"])].join(" ")),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
