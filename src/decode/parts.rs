//! The token in its parts: their sizes, and its text with each claim marked.

use fedcred_core::claims::{Claim, Explanation};
use fedcred_core::jose::{Part, Role, Token, TokenForm, explain_parts};
use yew::prelude::*;

use super::highlight::Highlight;
use crate::ui::{Panel, Tone, badge, classed, each, element, marked, panel};

/// Longer parts are cut; the box holds them whole.
const CHARACTERS_SHOWN: usize = 2_000;

/// The size of each part, and the token with its parts told apart.
pub(super) fn parts(
    token: &Token,
    text: &str,
    explanation: &Explanation,
    mark: Option<Highlight>,
) -> Html {
    if token.form == TokenForm::Claims {
        return Html::default();
    }
    let pieces = texts(token, text).into_iter().zip(&token.parts).enumerate();
    let pieces = pieces.map(|(index, (text, part))| {
        let claims: &[Claim] = match part.role {
            _ if token.inside.is_some() => &[],
            Role::Header => &explanation.header,
            Role::UnprotectedHeader => &explanation.unprotected,
            Role::Payload => &explanation.claims,
            _ => &[],
        };
        piece(index, part, text, claims, mark)
    });
    html! {
        <>
            { each(token.parts.iter().map(size)) }
            <p class="value token-parts" tabindex="0" role="group" aria-label="The token in colours">
                { each(pieces) }
            </p>
        </>
    }
}

/// The text of each part; a token inside another one has no place of its own in the whole text.
fn texts<'a>(token: &'a Token, text: &'a str) -> Vec<&'a str> {
    match token.inside {
        Some(_) => token.compact().split('.').collect(),
        None => token
            .parts
            .iter()
            .map(|part| part.span.slice(text))
            .collect(),
    }
}

fn size(part: &Part) -> Html {
    badge(
        tone(part.role),
        format!("{} {} B", name(part.role), part.bytes.len()),
    )
}

fn piece(index: usize, part: &Part, text: &str, claims: &[Claim], mark: Option<Highlight>) -> Html {
    let shown = text.get(..CHARACTERS_SHOWN).unwrap_or(text);
    let left = text.len() - shown.len();
    let segments = segments(shown, part.span.start(), claims);
    let segments = segments.into_iter().map(|(claim, text)| match claim {
        None => Html::from(text.to_owned()),
        Some(index) => segment(
            Highlight {
                part: part.role,
                index,
            },
            text,
            mark,
        ),
    });
    html! {
        <>
            if index > 0 { { "." } }
            { classed(format!("part-{}", tone(part.role).name()), html! { <span>{ each(segments) }</span> }) }
            if left > 0 { { element("span", "hint", format!(" … {left} characters more ")) } }
        </>
    }
}

fn segment(own: Highlight, text: &str, mark: Option<Highlight>) -> Html {
    let piece = html! { <span data-mark={own.word()}>{ text.to_owned() }</span> };
    if mark == Some(own) {
        classed("part-selected", piece)
    } else {
        piece
    }
}

/// The text of a part that begins at `start` of the whole, cut where claims begin and end. A character that
/// two claims share belongs to the first.
fn segments<'a>(text: &'a str, start: usize, claims: &[Claim]) -> Vec<(Option<usize>, &'a str)> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut push = |claim, from: usize, to: usize| {
        let piece = text.get(from..to).filter(|piece| !piece.is_empty());
        found.extend(piece.map(|piece| (claim, piece)));
    };
    for (index, claim) in claims.iter().enumerate() {
        let first = claim
            .span
            .start()
            .saturating_sub(start)
            .clamp(from, text.len());
        let last = claim
            .span
            .end()
            .saturating_sub(start)
            .clamp(first, text.len());
        push(None, from, first);
        push(Some(index), first, last);
        from = last;
    }
    push(None, from, text.len());
    found
}

/// What each part of an encrypted token is for.
pub(super) fn encrypted_parts(token: &Token) -> Html {
    let rows = explain_parts(token).into_iter().map(|(role, text)| {
        html! {
            <div class="claim">
                <dt>{ badge(tone(role), name(role)) }</dt>
                <dd>{ marked(&text) }</dd>
            </div>
        }
    });
    panel(Panel {
        id: "parts",
        title: "Parts".into(),
        flush: true,
        body: element("dl", "claims", rows.collect::<Html>()),
        ..Panel::default()
    })
}

const fn tone(role: Role) -> Tone {
    match role {
        Role::Header => Tone::Header,
        Role::Payload | Role::Ciphertext => Tone::Payload,
        Role::Signature | Role::AuthenticationTag => Tone::Signature,
        _ => Tone::Neutral,
    }
}

const fn name(role: Role) -> &'static str {
    match role {
        Role::Header => "header",
        Role::Payload => "payload",
        Role::Signature => "signature",
        Role::EncryptedKey => "encrypted key",
        Role::InitializationVector => "initialization vector",
        Role::Ciphertext => "ciphertext",
        Role::AuthenticationTag => "authentication tag",
        Role::UnprotectedHeader => "unprotected header",
        Role::Surplus => "surplus part",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fedcred_core::claims::explain;
    use fedcred_core::jose::parse;
    use fedcred_core::text::base64url;

    #[test]
    fn every_part_has_its_text() {
        let json =
            r#"{"payload":"e30","header":{"kid":"k"},"protected":"eyJhIjoxfQ","signature":"c2ln"}"#;
        let token = &parse(json).tokens[0];
        assert_eq!(
            texts(token, json),
            ["eyJhIjoxfQ", r#"{"kid":"k"}"#, "e30", "c2ln"]
        );
        let outer = r#"{"iss":"x","t":"eyJhIjoxfQ.e30.c2ln"}"#;
        let outer = format!("eyJhIjoxfQ.{}.c2ln", base64url::encode(outer.as_bytes()));
        let token = &parse(&outer).tokens[1];
        assert_eq!(texts(token, &outer), ["eyJhIjoxfQ", "e30", "c2ln"]);
    }

    #[test]
    fn every_character_is_in_one_segment() {
        let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4Iiwic3ViIjoieSIsImEiOlsxLDJdfQ.";
        for text in [
            token.to_owned(),
            format!("  a {token}"),
            token.replace("Iiwi", "Iiwi\n"),
        ] {
            let parsed = parse(&text);
            let token = &parsed.tokens[0];
            let part = token.part(Role::Payload).unwrap();
            let claims = explain(token, 0).claims;
            let part_text = part.span.slice(&text);
            let segments = segments(part_text, part.span.start(), &claims);
            let joined: String = segments.iter().map(|(_, text)| *text).collect();
            assert_eq!(joined, part_text);
            let named: Vec<_> = segments.iter().filter_map(|(claim, _)| *claim).collect();
            assert_eq!(named, [0, 1, 2]);
        }
    }
}
