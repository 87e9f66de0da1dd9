//! What can be taken away: parts, JSON, a report, the token without its signature.

use fedcred_core::claims::{Mask, markdown_report};
use fedcred_core::jose::{Role, Token, TokenForm};
use fedcred_core::text::{Diagnostic, pretty};
use yew::prelude::*;

use super::Decoded;
use crate::ui::CopyButton;

/// Buttons that copy a part as the JSON it is.
pub(super) fn part_actions(token: &Token, role: Role) -> Html {
    let Some(part) = token.part(role) else {
        return Html::default();
    };
    let text = String::from_utf8_lossy(&part.bytes);
    let what = match role {
        Role::Header => "the header",
        Role::UnprotectedHeader => "the unprotected header",
        _ => "the claims",
    };
    html! { <CopyButton text={pretty(&text)} {what} /> }
}

/// Buttons for the token as a whole.
pub(super) fn exports(decoded: &Decoded, findings: &[Diagnostic], mask: &Mask, now: i64) -> Html {
    let token = &decoded.token;
    let report = decoded.signature.as_ref().map(|checked| {
        let (explanation, signature) = (&decoded.explanation, &checked.signature);
        markdown_report(explanation, signature, findings, mask, now)
    });
    let signature = token.compact().rsplit('.').next().unwrap_or_default();
    html! {
        <>
            <CopyButton text={as_json(token)} what="header and claims as JSON" label="Copy as JSON" />
            if let Some(report) = report {
                <CopyButton text={report} what="the report" label="Copy as Markdown report" />
            }
            if token.form == TokenForm::Jws {
                <CopyButton text={signature.to_owned()} what="the signature" label="Copy signature" />
                <CopyButton text={token.without_signature().to_owned()} what="the token without its signature" label="Copy without signature" />
            }
        </>
    }
}

fn as_json(token: &Token) -> String {
    let part = |role| {
        let json = token.part(role).and_then(|part| part.json.as_ref());
        json.filter(|json| json.is_complete())
            .map_or_else(|| "null".to_owned(), |json| json.source().to_owned())
    };
    pretty(&format!(
        r#"{{"header":{},"payload":{}}}"#,
        part(Role::Header),
        part(Role::Payload)
    ))
}
