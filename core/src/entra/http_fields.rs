//! What the parts of a message mean: parameters, form fields, headers and members of a body. A data file holds it.

use std::sync::LazyLock;

use super::external_issuer::SIGN;
use super::{HttpRequest, HttpResponse};
use crate::text::json::{Document, Value};

/// Where in a message a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpPlace {
    /// In the query of the address.
    Query,
    /// In a body that is a form.
    Form,
    /// A header.
    Header,
    /// In a body that is JSON, at any depth.
    Json,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpPart {
    /// Where it stands.
    pub place: HttpPlace,
    /// Its name.
    pub name: String,
    /// Its value, decoded; empty where it has parts of its own.
    pub value: String,
}

/// What a part means.
#[derive(Debug)]
pub struct HttpField {
    place: HttpPlace,
    name: String,
    /// What it says, in a sentence; code stands in backticks.
    pub meaning: String,
    /// Where that is written.
    pub source: String,
}

impl HttpPlace {
    const ALL: [Self; 4] = [Self::Query, Self::Form, Self::Header, Self::Json];

    /// The word in the data file.
    const fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Form => "form",
            Self::Header => "header",
            Self::Json => "json",
        }
    }

    /// For people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Query => "parameter",
            Self::Form => "form field",
            Self::Header => "header",
            Self::Json => "body",
        }
    }
}

static FIELDS: LazyLock<Vec<HttpField>> = LazyLock::new(|| {
    let document = Document::parse(include_str!("../../data/http-fields.json"));
    let read = |place: HttpPlace| {
        let entries = document.get(place.word()).map(Value::items);
        entries.unwrap_or_default().map(move |entry| HttpField {
            place,
            name: entry.string_of("name"),
            meaning: entry.string_of("meaning"),
            source: entry.string_of("source"),
        })
    };
    HttpPlace::ALL.into_iter().flat_map(read).collect()
});

impl HttpPart {
    fn new(place: HttpPlace, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            place,
            name: name.into(),
            value: value.into(),
        }
    }

    /// What it means, where that is known. Names of headers are compared without case (RFC 9110 §5.1).
    #[must_use]
    pub fn field(&self) -> Option<&'static HttpField> {
        let fits = |field: &&HttpField| {
            let name = match self.place {
                HttpPlace::Header => field.name.eq_ignore_ascii_case(&self.name),
                _ => field.name == self.name,
            };
            field.place == self.place && name
        };
        FIELDS.iter().find(fits)
    }
}

impl HttpRequest {
    /// Its parts in their order.
    #[must_use]
    pub fn parts(&self) -> Vec<HttpPart> {
        let query = self
            .query()
            .map(|(name, value)| HttpPart::new(HttpPlace::Query, name, value));
        let mut parts: Vec<_> = query.chain(headers(&self.headers)).collect();
        if self.is_form() {
            let fields = self.form();
            parts.extend(fields.map(|(name, value)| HttpPart::new(HttpPlace::Form, name, value)));
        } else if !self.path().ends_with(SIGN) {
            // What is to be signed are claims, and no fields of a message.
            members(&self.body, &mut parts);
        }
        parts
    }
}

impl HttpResponse {
    /// Its parts in their order.
    #[must_use]
    pub fn parts(&self) -> Vec<HttpPart> {
        let mut parts = headers(&self.headers).collect();
        members(&self.body, &mut parts);
        parts
    }
}

fn headers(headers: &[(String, String)]) -> impl Iterator<Item = HttpPart> {
    headers
        .iter()
        .map(|(name, value)| HttpPart::new(HttpPlace::Header, name, value))
}

/// The members of a JSON body, each name once.
fn members(body: &str, parts: &mut Vec<HttpPart>) {
    let document = Document::parse(body);
    let mut waiting: Vec<_> = document.root().into_iter().collect();
    while let Some(value) = waiting.pop() {
        let mut inside: Vec<_> = value.items().collect();
        for (name, value) in value.members() {
            let name = name.to_text();
            let known = |part: &HttpPart| part.place == HttpPlace::Json && part.name == name;
            if !parts.iter().any(known) {
                let nested = value.members().next().is_some() || value.items().next().is_some();
                let shown = if nested { "" } else { &value.to_text() };
                parts.push(HttpPart::new(HttpPlace::Json, name, shown));
            }
            inside.push(value);
        }
        waiting.extend(inside.into_iter().rev());
        if parts.len() > MOST {
            return;
        }
    }
}

/// More parts are no answer of Entra ID.
const MOST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_stands_once() {
        assert!(FIELDS.len() > 90);
        for (index, field) in FIELDS.iter().enumerate() {
            assert!(!field.name.is_empty(), "{field:?}");
            assert!(
                field.meaning.ends_with('.') && field.meaning.len() < 110,
                "{field:?}"
            );
            assert!(!field.source.is_empty(), "{field:?}");
            let same = |other: &HttpField| {
                other.place == field.place && other.name.eq_ignore_ascii_case(&field.name)
            };
            assert_eq!(FIELDS.iter().position(same), Some(index), "{field:?}");
        }
    }

    #[track_caller]
    fn check(parts: &[HttpPart], expected: &[(&str, &str, &str)]) {
        let parts = parts
            .iter()
            .map(|part| (part.place.word(), &*part.name, &*part.value));
        assert_eq!(parts.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_message_in_its_parts() {
        let get = HttpRequest::get("http://h/?a=%2F&a=2").header("metadata", "true");
        check(
            &get.parts(),
            &[
                ("query", "a", "/"),
                ("query", "a", "2"),
                ("header", "metadata", "true"),
            ],
        );
        assert!(
            get.parts()[2]
                .field()
                .unwrap()
                .meaning
                .starts_with("Proves")
        );
        let post = HttpRequest::post_form("x", &[("scope", "a b")]);
        check(&post.parts()[1..], &[("form", "scope", "a b")]);
        let json = HttpResponse {
            body: r#"{"keys":[{"kid":"a","n":1},{"kid":"b","e":{}}],"x":[]}"#.to_owned(),
            ..HttpResponse::default()
        };
        check(
            &json.parts(),
            &[
                ("json", "keys", ""),
                ("json", "x", "[]"),
                ("json", "kid", "a"),
                ("json", "n", "1"),
                ("json", "e", "{}"),
            ],
        );
    }

    #[test]
    fn odd_messages_do_no_harm() {
        for body in ["", "x", "[[[[", "{\"a\":{\"a\":{\"a\":", "[1,2]"] {
            let _ = HttpResponse::text(200, body).parts();
        }
        let many: Vec<_> = (0..1000).map(|n| format!("{{\"a{n}\":1}}")).collect();
        let many = HttpResponse {
            body: format!("[{}]", many.join(",")),
            ..HttpResponse::default()
        };
        assert!(many.parts().len() <= MOST + 1);
        let wrong = HttpPart::new(HttpPlace::Form, "Metadata", "");
        assert!(wrong.field().is_none());
        assert!(HttpPart::new(HttpPlace::Json, "Keys", "").field().is_none());
    }
}
