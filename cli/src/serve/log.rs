//! The log of `fedcred serve`: its address, then each request. It never contains a whole token.

use std::io::{self, Write};
use std::net::SocketAddr;

use fedcred_core::claims::Cloud;
use fedcred_core::entra::{Check, HttpRequest};
use fedcred_core::errors::AadstsCode;
use fedcred_core::federation::Rules;
use fedcred_core::flow::Scenario;
use fedcred_core::jose;
use fedcred_core::text::{CheckVerdict, time};
use serde::Serialize;

use crate::arguments::Format;
use crate::simulate::write_check;
use crate::terminal::TerminalText;

/// The first entry of the log.
#[derive(Serialize)]
pub(super) struct Opening {
    address: String,
    title: String,
    rules: Rules,
    cloud: Cloud,
    clock: String,
}

/// A request and its result.
#[derive(Serialize)]
pub(super) struct Entry {
    at: String,
    method: String,
    host: String,
    path: String,
    status: u16,
    code: Option<AadstsCode>,
    checks: Vec<Check>,
}

impl Opening {
    pub(super) fn new(address: SocketAddr, scenario: &Scenario) -> Self {
        Self {
            address: address.to_string(),
            title: scenario.title.clone(),
            rules: scenario.rules,
            cloud: scenario.cloud,
            clock: time::rfc3339(scenario.clock),
        }
    }

    pub(super) fn write(&self, format: Format) {
        write(self, format, |out| {
            out.line(
                0,
                &format!("Listening on {}; press Ctrl-C to stop.", self.address),
            );
            let rules = format!("{} rules, {}", self.rules.name(), self.cloud.title());
            out.paragraph(0, &format!("{}; {rules}, {}", self.title, self.clock));
        });
    }
}

impl Entry {
    pub(super) fn new(
        now: i64,
        request: &HttpRequest,
        status: u16,
        code: Option<AadstsCode>,
        mut checks: Vec<Check>,
    ) -> Self {
        for check in &mut checks {
            for text in [&mut check.presented, &mut check.configured, &mut check.note] {
                *text = without_tokens(text);
            }
        }
        Self {
            at: time::rfc3339(now),
            method: request.method.clone(),
            host: request.host().to_owned(),
            path: without_tokens(request.path()),
            status,
            code,
            checks,
        }
    }

    pub(super) fn write(&self, format: Format) {
        write(self, format, |out| {
            let code = self
                .code
                .map_or_else(String::new, |code| format!(" {code}"));
            let Self {
                at,
                method,
                host,
                path,
                status,
                ..
            } = self;
            out.line(0, &format!("{at} {method} {host} {path} {status}{code}"));
            let failed = |check: &&Check| check.verdict == CheckVerdict::Fail;
            for check in self.checks.iter().filter(failed) {
                write_check(out, check);
            }
        });
    }
}

/// Writes and flushes. A reader that closed the pipe is not a reason to stop.
fn write(value: &impl Serialize, format: Format, text: impl FnOnce(&mut TerminalText)) {
    let lines = match format {
        Format::Text => {
            let mut out = TerminalText::default();
            text(&mut out);
            out.as_str().to_owned()
        }
        Format::Json => serde_json::to_string(value).unwrap_or_default() + "\n",
    };
    let mut out = io::stdout().lock();
    let _ = out.write_all(lines.as_bytes()).and_then(|()| out.flush());
}

/// Replaces every token. Text without an algorithm is not treated as one.
fn without_tokens(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = 0;
    for token in jose::parse(text).tokens {
        if token.inside.is_none() && token.header_text("alg").is_some() {
            shown.push_str(text.get(rest..token.span.start()).unwrap_or_default());
            shown.push_str("(a token)");
            rest = token.span.end();
        }
    }
    shown.push_str(text.get(rest..).unwrap_or_default());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(without_tokens(text), shown);
    }

    #[test]
    fn tokens_are_not_shown() {
        const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
        check(TOKEN, "(a token)");
        check(&format!("/a/{TOKEN}/b"), "/a/(a token)/b");
        check(&format!("{TOKEN} {TOKEN}x"), "(a token) (a token)");
        check("", "");
        check("api://AzureADTokenExchange", "api://AzureADTokenExchange");
        check("a.b.c", "a.b.c");
        let path = "/contoso.example/oauth2/v2.0/token";
        check(path, path);
    }
}
