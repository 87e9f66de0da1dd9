//! HTTP messages in lines for reading, with the tokens in them taken apart; and exactly, for copying.

use fedcred_core::entra::{HttpRequest, HttpResponse};
use fedcred_core::jose::{self, TokenForm};

use fedcred_core::text::pretty;

/// A message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Message {
    /// As it goes over the wire, but for line ends.
    pub raw: String,
    /// For reading: parameters decoded, one a line.
    pub lines: Vec<Vec<Piece>>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Plain(String),
    /// A signed token.
    Token(String),
}

impl Message {
    /// A request.
    pub(super) fn of_request(request: &HttpRequest) -> Self {
        let (method, target) = (&request.method, request.target());
        let host = request.host();
        let mut lines = vec![format!("{method} {}", request.path())];
        lines.extend(parameters(["  ? ", "  & "], request.query()));
        lines.push(format!("Host: {host}"));
        lines.extend(headers(&request.headers));
        if !request.body.is_empty() {
            lines.push(String::new());
            lines.extend(request_body(request));
        }
        let start = format!("{method} {target} HTTP/1.1\nHost: {host}\n");
        Self {
            raw: raw(&start, &request.headers, &request.body),
            lines: lines.iter().map(|line| pieces(line)).collect(),
        }
    }

    /// A response.
    pub(super) fn of_response(response: &HttpResponse) -> Self {
        let start = format!("HTTP/1.1 {}", status(response.status));
        let mut lines = vec![start.clone()];
        lines.extend(headers(&response.headers));
        if !response.body.is_empty() {
            lines.push(String::new());
            lines.extend(pretty(&response.body).lines().map(str::to_owned));
        }
        Self {
            raw: raw(&format!("{start}\n"), &response.headers, &response.body),
            lines: lines.iter().map(|line| pieces(line)).collect(),
        }
    }

    /// The tokens in it.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().flatten().filter_map(|piece| match piece {
            Piece::Token(token) => Some(token.as_str()),
            Piece::Plain(_) => None,
        })
    }
}

/// A status code with its words.
pub(super) fn status(code: u16) -> String {
    let known = STATUS.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_string(), |(_, words)| format!("{code} {words}"))
}

fn request_body(request: &HttpRequest) -> Vec<String> {
    if request.is_form() {
        return parameters(["", ""], request.form());
    }
    pretty(&request.body).lines().map(str::to_owned).collect()
}

fn parameters<'a, T: AsRef<str>>(
    [first, next]: [&str; 2],
    pairs: impl Iterator<Item = (T, T)> + 'a,
) -> Vec<String> {
    let line = |(index, (name, value)): (usize, (T, T))| {
        let sign = if index == 0 { first } else { next };
        format!("{sign}{}={}", name.as_ref(), value.as_ref())
    };
    pairs.enumerate().map(line).collect()
}

fn headers(headers: &[(String, String)]) -> impl Iterator<Item = String> {
    headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
}

fn raw(start: &str, fields: &[(String, String)], body: &str) -> String {
    let fields: String = headers(fields).map(|line| line + "\n").collect();
    format!("{start}{fields}\n{body}")
}

/// Cuts a line at the tokens in it.
fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let tokens = jose::parse(line).tokens.into_iter();
    for token in tokens.filter(|token| token.form == TokenForm::Jws) {
        push_plain(&mut pieces, line.get(at..token.span.start()));
        pieces.push(Piece::Token(token.span.slice(line).to_owned()));
        at = token.span.end();
    }
    push_plain(&mut pieces, line.get(at..));
    pieces
}

fn push_plain(pieces: &mut Vec<Piece>, text: Option<&str>) {
    let text = text.filter(|text| !text.is_empty());
    pieces.extend(text.map(|text| Piece::Plain(text.to_owned())));
}

const STATUS: [(u16, &str); 11] = [
    (200, "OK"),
    (201, "Created"),
    (204, "No Content"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (413, "Content Too Large"),
    (429, "Too Many Requests"),
    (503, "Service Unavailable"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

    fn shown(message: &Message) -> String {
        let line = |line: &Vec<Piece>| -> String {
            let piece = |piece: &Piece| match piece {
                Piece::Plain(text) => text.clone(),
                Piece::Token(token) => format!("<{token}>"),
            };
            line.iter().map(piece).collect()
        };
        message
            .lines
            .iter()
            .map(line)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn a_form_is_read_decoded_and_copied_as_it_is() {
        let request = HttpRequest::post_form(
            "https://login.example/t/token",
            &[
                ("scope", "api://a/.default"),
                ("client_assertion", TOKEN),
                ("grant_type", "x"),
            ],
        );
        let message = Message::of_request(&request);
        assert_eq!(
            shown(&message),
            format!(
                "POST /t/token\nHost: login.example\nContent-Type: application/x-www-form-urlencoded\n\n\
                 scope=api://a/.default\nclient_assertion=<{TOKEN}>\ngrant_type=x"
            )
        );
        assert!(message.raw.ends_with(&format!(
            "\n\nscope=api%3A%2F%2Fa%2F.default&client_assertion={TOKEN}&grant_type=x"
        )));
        assert_eq!(message.tokens().collect::<Vec<_>>(), [TOKEN]);
    }

    #[test]
    fn a_query_has_a_line_for_each_parameter() {
        let request = HttpRequest::get("http://h.example/p?a=1&b=%2F").header("Metadata", "true");
        let message = Message::of_request(&request);
        assert_eq!(
            shown(&message),
            "GET /p\n  ? a=1\n  & b=/\nHost: h.example\nMetadata: true"
        );
        assert_eq!(
            message.raw,
            "GET /p?a=1&b=%2F HTTP/1.1\nHost: h.example\nMetadata: true\n\n"
        );
    }

    #[test]
    fn a_response_is_laid_out_with_its_token_found() {
        let response = HttpResponse {
            status: 200,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: format!(r#"{{"access_token":"{TOKEN}","n":1.0}}"#),
        };
        let message = Message::of_response(&response);
        assert_eq!(
            shown(&message),
            format!(
                "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{{\n  \"access_token\": \"<{TOKEN}>\",\n  \"n\": 1.0\n}}"
            )
        );
        assert!(message.raw.ends_with(&response.body));
    }

    #[test]
    fn odd_messages_do_no_harm() {
        for url in ["", "x", "://", "http://h"] {
            let message = Message::of_request(&HttpRequest::get(url));
            assert!(message.raw.starts_with("GET / HTTP/1.1\n"), "{url}");
        }
        let response = HttpResponse::text(418, "no");
        assert!(shown(&Message::of_response(&response)).starts_with("HTTP/1.1 418\n"));
    }

    #[test]
    fn claims_in_a_body_are_not_a_token() {
        let response = HttpResponse::text(200, r#"{"iss":"a","sub":"b","aud":"c"}"#);
        assert_eq!(Message::of_response(&response).tokens().count(), 0);
    }
}
