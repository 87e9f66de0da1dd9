//! HTTP messages as values.

use std::borrow::Cow;

use serde::Serialize;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HttpRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The absolute address.
    pub url: String,
    /// Header names and values in order.
    pub headers: Vec<(String, String)>,
    /// The body; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names and values in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl HttpRequest {
    /// A GET request.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: "GET".to_owned(),
            url: url.into(),
            ..Self::default()
        }
    }

    /// A POST of form fields (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn post_form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        Self {
            method: "POST".to_owned(),
            url: url.into(),
            headers: vec![("Content-Type".to_owned(), FORM.to_owned())],
            body: encode(fields),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The value of a header; names are compared without case (RFC 9110 §5.1).
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        header_value(&self.headers, name)
    }

    /// The host of the address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.after_scheme()
            .split(['/', '?'])
            .next()
            .unwrap_or_default()
    }

    /// The path of the address, from its slash on.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.after_scheme();
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
        path.split(['?', '#']).next().unwrap_or_default()
    }

    /// Path and query of the address, as they are sent.
    #[must_use]
    pub fn target(&self) -> &str {
        let rest = self.after_scheme();
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }

    /// The parameters of the address.
    pub fn query(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes())
    }

    /// The fields of a form body.
    pub fn form(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.body.as_bytes())
    }

    /// Whether the body says that it is a form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.header_value("Content-Type")
            .and_then(|value| value.split(';').next())
            .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(FORM))
    }

    fn after_scheme(&self) -> &str {
        let rest = self.url.split_once(':').map_or("", |(_, rest)| rest);
        rest.strip_prefix("//").unwrap_or_default()
    }
}

impl HttpResponse {
    /// A response with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        Self {
            status,
            headers: vec![(
                "Content-Type".to_owned(),
                "application/json; charset=utf-8".to_owned(),
            )],
            body: serde_json::to_string(body).unwrap_or_default(),
        }
    }

    /// A response with a text body.
    #[must_use]
    pub fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: vec![(
                "Content-Type".to_owned(),
                "text/plain; charset=utf-8".to_owned(),
            )],
            body: body.to_owned(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The value of a header.
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        header_value(&self.headers, name)
    }
}

/// Writes fields or parameters percent-encoded.
#[must_use]
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

const FORM: &str = "application/x-www-form-urlencoded";

fn header_value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_address() {
        let request = HttpRequest::get("https://host.example/a/b?x=1&y=%20z#f");
        assert_eq!((request.host(), request.path()), ("host.example", "/a/b"));
        assert_eq!(request.query().last().unwrap(), ("y".into(), " z#f".into()));
        for odd in ["", "x", "://", "http://?x", "http://h"] {
            let request = HttpRequest::get(odd);
            assert_eq!(request.path(), "/");
            let _ = (request.host(), request.query().count());
        }
    }
}
