//! A request as a command for curl.

use super::HttpRequest;
use crate::export::literal;

impl HttpRequest {
    /// The command that sends exactly this request, for bash.
    #[must_use]
    pub fn curl(&self) -> String {
        self.command().unwrap_or_else(|| UNSENDABLE.to_owned())
    }

    /// `None` where a value holds what no argument can.
    fn command(&self) -> Option<String> {
        let quoted = |text: &str| literal("sh", text);
        // An address that looks like an option is none after `--url`; brackets in it are no patterns.
        let mut out = String::from("curl --globoff");
        if self.method != "GET" {
            out += &format!(" --request {}", quoted(&self.method)?);
        }
        out += &format!(" --url {}", quoted(&self.url)?);
        for (name, value) in &self.headers {
            let header = quoted(&format!("{name}: {value}"))?;
            out += &format!(" \\\n  --header {header}");
        }
        if !self.body.is_empty() {
            out += &format!(" \\\n  --data-raw {}", quoted(&self.body)?);
        }
        Some(out)
    }
}

const UNSENDABLE: &str = "# This request holds a character that no command line can.";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &HttpRequest, expected: &str) {
        assert_eq!(request.curl(), expected);
    }

    #[test]
    fn a_request_is_one_command() {
        let get = HttpRequest::get("http://h.example/p?a=1&b=[2]").header("Metadata", "true");
        check(
            &get,
            "curl --globoff --url 'http://h.example/p?a=1&b=[2]' \\\n  --header 'Metadata: true'",
        );
        let post = HttpRequest::post_form("https://h.example/t", &[("a", "b c'd"), ("e", "@f")]);
        check(
            &post,
            "curl --globoff --request 'POST' --url 'https://h.example/t' \\\n  \
             --header 'Content-Type: application/x-www-form-urlencoded' \\\n  --data-raw 'a=b+c%27d&e=%40f'",
        );
    }

    #[test]
    fn hostile_values_stay_in_their_quotes() {
        check(
            &HttpRequest::get("-o /etc/x'; rm -rf $HOME"),
            r"curl --globoff --url '-o /etc/x'\''; rm -rf $HOME'",
        );
        let header = HttpRequest::get("x").header("A", "1\n$(id)");
        check(
            &header,
            "curl --globoff --url 'x' \\\n  --header $'A: 1\\n$(id)'",
        );
        check(&HttpRequest::get("a\0b"), UNSENDABLE);
    }
}
