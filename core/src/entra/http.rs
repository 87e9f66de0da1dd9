//! HTTP messages as values.

use std::borrow::Cow;

use serde::Serialize;

/// An HTTP request as a value. It has four parts and will not get more, so you may build it field by field.
///
/// ```
/// use fedcred_core::entra::HttpRequest;
///
/// let get = HttpRequest::get("http://169.254.169.254/metadata?resource=a%2Fb").header("Metadata", "true");
/// assert_eq!(get.host(), "169.254.169.254");
/// assert_eq!(get.query().next(), Some(("resource".into(), "a/b".into())));
///
/// let patch = HttpRequest::new("PATCH", "https://graph.microsoft.com/v1.0/applications").json(r#"{"description":"x"}"#);
/// assert_eq!(patch.header_value("content-type"), Some("application/json"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HttpRequest {
    /// The method in capitals: `GET`, `POST`, …
    pub method: String,
    /// The absolute address, with its query.
    pub url: String,
    /// Header names and values in their order. A name may be there more than once.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
}

/// An HTTP response as a value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HttpResponse {
    /// The status code, 100 to 599.
    pub status: u16,
    /// Header names and values in their order.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there is none.
    pub body: String,
}

impl HttpRequest {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            url: url.into(),
            ..Self::default()
        }
    }

    /// A GET request.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A POST of form fields, percent-encoded as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn post_form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        Self {
            method: "POST".to_owned(),
            url: url.into(),
            headers: vec![("Content-Type".to_owned(), FORM.to_owned())],
            body: encode(fields),
        }
    }

    /// With this JSON text as its body, and the `Content-Type` that says so.
    #[must_use]
    pub fn json(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self.header("Content-Type", "application/json")
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The value of the first header with this name; letter case does not count (RFC 9110 §5.1).
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        header_value(&self.headers, name)
    }

    /// The bearer token (RFC 6750 §2.1); the case of the scheme does not count (RFC 9110 §11.1).
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header_value("Authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("Bearer").then_some(token)
    }

    /// The host of the address, with its port where it has one.
    #[must_use]
    pub fn host(&self) -> &str {
        self.after_scheme()
            .split(['/', '?'])
            .next()
            .unwrap_or_default()
    }

    /// Whether the address is on this host. Letter case does not count, nor does a port that HTTP has anyway
    /// (RFC 9110 §4.2.3).
    #[must_use]
    pub fn is_host(&self, host: &str) -> bool {
        let given = self.host();
        let name = [":443", ":80"]
            .into_iter()
            .find_map(|port| given.strip_suffix(port));
        name.unwrap_or(given).eq_ignore_ascii_case(host)
    }

    /// The path of the address, from its slash on, still percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.after_scheme();
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
        path.split(['?', '#']).next().unwrap_or_default()
    }

    /// The segments of the path, without empty ones.
    pub(super) fn path_segments(&self) -> Vec<&str> {
        self.path()
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    }

    /// The answer to a method that is not among the allowed ones (RFC 9110 §15.5.6), or to OPTIONS where it is (§9.3.7).
    pub(super) fn method_response(&self, allowed: &'static str) -> Option<HttpResponse> {
        let known = allowed.split(", ").any(|one| one == self.method);
        let answer = match (known, self.method.as_str()) {
            (true, "OPTIONS") => HttpResponse {
                status: 204,
                ..HttpResponse::default()
            },
            (true, _) => return None,
            (false, _) => HttpResponse::text(405, "Method not allowed."),
        };
        Some(answer.header("Allow", allowed))
    }

    /// Path and query of the address, as the request line has them.
    #[must_use]
    pub fn target(&self) -> &str {
        let rest = self.after_scheme();
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }

    /// The query parameters, decoded, in their order.
    pub fn query(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.query_text().as_bytes())
    }

    /// The parameters of the address as they are sent.
    pub(super) fn query_text(&self) -> &str {
        self.url.split_once('?').map_or("", |(_, query)| query)
    }

    /// The fields of a form body, decoded, in their order.
    pub fn form(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.body.as_bytes())
    }

    /// Whether `Content-Type` says that the body is a form.
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
    /// A response with this value as its JSON body.
    #[must_use]
    pub fn json(status: u16, body: &impl Serialize) -> Self {
        Self::of_json(status, serde_json::to_string(body).unwrap_or_default())
    }

    /// A response with a body that is JSON already.
    pub(super) fn of_json(status: u16, body: String) -> Self {
        let response = Self {
            status,
            body,
            ..Self::default()
        };
        response.header("Content-Type", "application/json; charset=utf-8")
    }

    /// The headers of what anybody may read and keep for a day (recorded).
    pub(super) fn public(self) -> Self {
        self.header("Cache-Control", "max-age=86400, private")
            .header("Access-Control-Allow-Origin", "*")
            .header("Access-Control-Allow-Methods", "GET, OPTIONS")
    }

    /// A response with a body of plain text.
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

    /// The value of the first header with this name; letter case does not count (RFC 9110 §5.1).
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<&str> {
        header_value(&self.headers, name)
    }
}

/// The one value of a parameter in a query or a form; the error says what is wrong with it.
pub(super) fn parameter(text: &str, name: &str) -> Result<Option<String>, &'static str> {
    let mut found = None;
    for pair in text.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decoded(key).is_none_or(|key| key != name) {
            continue;
        }
        let value = decoded(value).ok_or("is not percent-encoded UTF-8")?;
        if found.replace(value).is_some() {
            return Err("is given more than once");
        }
    }
    Ok(found)
}

/// The text that is percent-encoded here, with `+` for blanks; `None` where it is damaged or no UTF-8.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
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

    #[test]
    fn the_same_host() {
        let same = |url: &str| HttpRequest::get(url).is_host("login.example");
        for url in [
            "https://login.example",
            "https://LOGIN.example/a",
            "https://login.example:443?x",
            "http://Login.Example:80/",
        ] {
            assert!(same(url), "{url}");
        }
        for url in [
            "https://login.example:8443/",
            "https://login.example:/",
            "https://x@login.example/",
            "https://login.example./",
            "https://login.example.net",
            "https://xlogin.example",
            "login.example",
            ":443",
            "",
        ] {
            assert!(!same(url), "{url}");
        }
    }

    #[test]
    fn one_value_of_a_parameter() {
        let check = |text: &str, value: Result<Option<&str>, &str>| {
            let found = parameter(text, "a");
            assert_eq!(
                found.as_ref().map(Option::as_deref),
                value.as_ref().copied(),
                "{text}"
            );
        };
        for (text, value) in [
            ("a=1&b=2", "1"),
            ("b=%zz&a=x+y%2B%C3%A9", "x y+\u{e9}"),
            ("%61=é", "é"),
            ("a", ""),
            ("a=", ""),
            ("a=b=c", "b=c"),
            ("&&a=1&", "1"),
        ] {
            check(text, Ok(Some(value)));
        }
        for text in ["", "&", "A=1", "a%=1", "%a=1", "b=a", "a%00=1", "=a"] {
            check(text, Ok(None));
        }
        for text in ["a=1&a=1", "a&a", "a=1&%61=2"] {
            check(text, Err("is given more than once"));
        }
        for text in [
            "a=%",
            "a=%4",
            "a=%zz",
            "a=%ff",
            "a=%C3",
            "a=%+1",
            "a=%%41",
            "a=%\u{e9}",
        ] {
            check(text, Err("is not percent-encoded UTF-8"));
        }
    }
}
