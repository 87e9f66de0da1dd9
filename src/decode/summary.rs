//! What the token looks like, how its signature stands and how long it lasts.

use fedcred_core::claims::{Cloud, EntraIssuer, Evidence, Mask, Validity, Version};
use fedcred_core::jose::{Signature, SignatureState, TokenForm};
use fedcred_core::text::time;
use yew::prelude::*;

use super::Decoded;
use crate::late::Progress;
use crate::ui::{Glyph, Tone, Verdict, badge, each, marked, show, verdict};

/// The two verdicts about a token.
pub(super) fn summary(decoded: &Decoded, mask: &Mask, now: i64, progress: Progress) -> Html {
    html! {
        <section class="panel" aria-label="Result">
            { kind(decoded, mask, now) }
            { match &decoded.signature {
                Some(checked) => signature(&checked.signature, mask),
                None => unchecked(progress),
            } }
        </section>
    }
}

fn kind(decoded: &Decoded, mask: &Mask, now: i64) -> Html {
    let explanation = &decoded.explanation;
    let encrypted = decoded.token.form == TokenForm::Jwe;
    let title = match encrypted {
        true => "An encrypted token".to_owned(),
        false => format!("Looks like {}", explanation.title()),
    };
    verdict(Verdict {
        title: title.into(),
        more: Html::from(match (&explanation.issuer, explanation.platform) {
            (Some(entra), _) => issuer(entra),
            (None, Some(platform)) => format!(" · {}", platform.title),
            (None, None) => String::new(),
        }),
        reason: if encrypted {
            Html::default()
        } else {
            evidence(&explanation.evidence, mask)
        },
        aside: if encrypted {
            Html::default()
        } else {
            validity(explanation.validity, now)
        },
        ..Verdict::default()
    })
}

fn evidence(lines: &[Evidence], mask: &Mask) -> Html {
    html! {
        <details class="details">
            <summary>{ "Evidence" }</summary>
            <ul>{ each(lines.iter().map(|evidence| line(evidence, mask))) }</ul>
        </details>
    }
}

fn line(line: &Evidence, mask: &Mask) -> Html {
    html! { <li>{ marked(&mask.text(&line.text)) }{ " " }{ badge(Tone::Neutral, line.confidence.word()) }</li> }
}

fn issuer(issuer: &EntraIssuer) -> String {
    let version = match issuer.version {
        Version::V1 => "v1.0",
        Version::V2 => "v2.0",
    };
    let cloud = issuer.cloud.map_or("cloud not known", Cloud::title);
    format!(" · Entra ID {version} · {cloud}")
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
    badge(tone, text)
}

/// The part of the program that checks signatures arrives after the page.
fn unchecked(progress: Progress) -> Html {
    let title = if progress == Progress::Failed {
        "Signature not checked: a part of the program did not load"
    } else {
        "Checking the signature …"
    };
    verdict(Verdict {
        glyph: Some(Glyph::Open),
        title: title.into(),
        ..Verdict::default()
    })
}

fn signature(signature: &Signature, mask: &Mask) -> Html {
    let (tone, glyph, title) = match signature.state {
        SignatureState::NotChecked => (Tone::Neutral, Glyph::Open, "Signature not checked"),
        SignatureState::Valid => (Tone::Good, Glyph::Pass, "Signature valid"),
        SignatureState::Invalid => (Tone::Bad, Glyph::Fail, "Signature invalid"),
        SignatureState::CannotCheck => (Tone::Neutral, Glyph::Info, "Signature cannot be checked"),
    };
    let key = signature.key.as_ref();
    // Its own key says nothing of who made a token: that is no good news.
    let (tone, glyph, title) = match key {
        Some(key) if key.is_embedded && signature.state == SignatureState::Valid => (
            Tone::Caution,
            Glyph::Caution,
            "Signed with the key in the token itself",
        ),
        _ => (tone, glyph, title),
    };
    let key = key.map(|key| match &key.kid {
        Some(kid) => format!("Key {kid}, {}, from {}.", key.description, key.source),
        None => format!(
            "Key without an ID, {}, from {}.",
            key.description, key.source
        ),
    });
    verdict(Verdict {
        tone,
        glyph: Some(glyph),
        title: title.into(),
        reason: marked(&mask.text(&signature.reason)),
        source: key.map(|key| show(&mask.text(&key))).unwrap_or_default(),
        ..Verdict::default()
    })
}
