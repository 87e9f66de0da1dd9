//! What the token looks like, how its signature stands and how long it lasts.

use std::rc::Rc;

use fedcred_core::claims::{EntraIssuer, TokenKind, Validity, Version};
use fedcred_core::jose::{Kind, Signature, State};
use fedcred_core::text::time;
use yew::prelude::*;

use super::Decoded;
use crate::ui::{Badge, Glyph, Tone, Verdict, show};

#[derive(Properties, PartialEq)]
pub(super) struct SummaryProps {
    pub(super) decoded: Rc<Decoded>,
    /// Seconds.
    pub now: i64,
}

/// The two verdicts about a token.
#[component]
pub(super) fn Summary(props: &SummaryProps) -> Html {
    html! {
        <section class="panel" aria-label="Result">
            { kind(&props.decoded, props.now) }
            { signature(&props.decoded.signature) }
        </section>
    }
}

fn kind(decoded: &Decoded, now: i64) -> Html {
    let explanation = &decoded.explanation;
    let title = match decoded.token.kind {
        Kind::Jwe => "An encrypted token".to_owned(),
        _ => format!("Looks like {}", explanation.kind.title()),
    };
    let more = explanation.issuer.as_ref().map_or_else(String::new, issuer);
    html! {
        <Verdict tone={Tone::Neutral} {title} more={Html::from(more)} aside={validity(explanation.validity, now)}>
            if explanation.kind != TokenKind::Unknown || decoded.token.kind != Kind::Jwe {
                <details class="details">
                    <summary>{ "Evidence" }</summary>
                    <ul>{ for explanation.evidence.iter().map(|line| html! { <li>{ show(line) }</li> }) }</ul>
                </details>
            }
        </Verdict>
    }
}

fn issuer(issuer: &EntraIssuer) -> String {
    let version = match issuer.version {
        Version::V1 => "v1.0",
        Version::V2 => "v2.0",
    };
    format!(" · Entra ID {version} · {}", issuer.cloud.title())
}

/// A time that is right says nothing of the token's worth: it is never shown as good.
fn validity(validity: Validity, now: i64) -> Html {
    let (tone, text) = match validity {
        Validity::Within(exp) => (
            Tone::Neutral,
            format!("expires {}", time::relative(exp, now)),
        ),
        Validity::Expired(exp) => (
            Tone::Caution,
            format!("expired {}", time::relative(exp, now)),
        ),
        Validity::NotYet(nbf) => (Tone::Caution, format!("valid {}", time::relative(nbf, now))),
        Validity::NoExpiry => (Tone::Neutral, "no expiry".to_owned()),
    };
    html! { <Badge {tone} {text} /> }
}

fn signature(signature: &Signature) -> Html {
    let (tone, glyph, title) = match signature.state {
        State::NotChecked => (Tone::Neutral, Glyph::Open, "Signature not checked"),
        State::Valid => (Tone::Good, Glyph::Pass, "Signature valid"),
        State::Invalid => (Tone::Bad, Glyph::Fail, "Signature invalid"),
        State::CannotCheck => (Tone::Neutral, Glyph::Info, "Signature cannot be checked"),
    };
    let key = signature.key.as_ref().map(|key| match &key.kid {
        Some(kid) => format!("Key {kid}, from {}.", key.from),
        None => format!("Key without a name, from {}.", key.from),
    });
    html! {
        <Verdict {tone} glyph={Some(glyph)} {title} source={key.map(|key| show(&key)).unwrap_or_default()}>
            { show(&signature.reason) }
        </Verdict>
    }
}
