//! Just enough HTML to fill in a form as a person would.

#![allow(clippy::string_slice, reason = "every index comes from `find` of ASCII text, so it is a character boundary")]

/// One form.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent; empty: the address of the page.
    pub action: String,
    /// Its inputs, in order.
    pub fields: Vec<Field>,
}

/// One input.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Type, `text` if none is given.
    pub kind: String,
    /// Value as delivered.
    pub value: String,
}

impl Form {
    /// The form of `html` that asks for a password.
    pub fn with_password(html: &str) -> Option<Self> {
        forms(html).into_iter().find(|form| form.fields.iter().any(|field| field.kind == "password"))
    }

    /// Name–value pairs to send: hidden fields as they are, the first text field `email`, the password `password`.
    pub fn fill<'a>(&'a self, email: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut email = Some(email);
        let mut pairs = Vec::new();
        for field in &self.fields {
            let value = match field.kind.as_str() {
                "password" => Some(password),
                "email" | "text" => email.take(),
                "hidden" => Some(field.value.as_str()),
                _ => None,
            };
            if let Some(value) = value {
                pairs.push((field.name.as_str(), value));
            }
        }
        pairs
    }
}

/// Every form of `html`, in order.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut rest = html;
    while let Some(start) = find_tag(rest, "form") {
        let tail = &rest[start..];
        let end = tail.find("</form").unwrap_or(tail.len());
        let head = tail.find('>').unwrap_or(end).min(end);
        let mut form = Form { action: attribute(&tail[..head], "action").unwrap_or_default(), fields: Vec::new() };
        let mut inner = &tail[head..end];
        while let Some(at) = find_tag(inner, "input") {
            let tag = &inner[at..];
            let close = tag.find('>').unwrap_or(tag.len());
            if let Some(name) = attribute(&tag[..close], "name") {
                let kind = attribute(&tag[..close], "type").unwrap_or_else(|| "text".to_owned());
                let value = attribute(&tag[..close], "value").unwrap_or_default();
                form.fields.push(Field { name, kind, value });
            }
            inner = &tag[close..];
        }
        forms.push(form);
        rest = &tail[end..];
    }
    forms
}

fn find_tag(html: &str, name: &str) -> Option<usize> {
    let open = format!("<{name}");
    let mut from = 0;
    while let Some(at) = html[from..].find(&open) {
        let end = from + at + open.len();
        if html[end..].starts_with([' ', '>', '\n', '\t', '\r', '/']) {
            return Some(from + at);
        }
        from = end;
    }
    None
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(at) = tag[from..].find(name) {
        let (start, end) = (from + at, from + at + name.len());
        let separate = tag[..start].ends_with([' ', '\n', '\t', '\r']);
        if separate && let Some(value) = tag[end..].strip_prefix('=') {
            let value = match value.chars().next()? {
                quote @ ('"' | '\'') => value[1..].split(quote).next()?,
                _ => value.split([' ', '\n', '\t', '/']).next()?,
            };
            return Some(decode(value));
        }
        from = end;
    }
    None
}

fn decode(text: &str) -> String {
    let named = [("&quot;", "\""), ("&#34;", "\""), ("&#x22;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<")];
    let mut text = text.to_owned();
    for (entity, character) in named {
        text = text.replace(entity, character);
    }
    text.replace("&#60;", "<").replace("&gt;", ">").replace("&#62;", ">").replace("&#38;", "&").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_the_form_that_asks_for_a_password() {
        let html = r#"<form action="/lang"><input name=lang value=en></form>
            <form method="post" action="/VX7/login/1?a=1&amp;b=2"><input type="hidden" name="csrf" value="x&#38;y">
            <input type='email' name='email' autocomplete="username"><input type="password" name="password">
            <button name="go">ログイン</button></form>"#;
        let form = Form::with_password(html).unwrap_or_default();
        assert_eq!(form.action, "/VX7/login/1?a=1&b=2");
        assert_eq!(form.fill("a@b", "pw"), [("csrf", "x&y"), ("email", "a@b"), ("password", "pw")]);
    }

    #[test]
    fn survives_what_is_no_html() {
        for html in ["", "<form", "<form><input name=", "<input name='a", "<formula>"] {
            assert!(Form::with_password(html).is_none());
        }
    }
}
