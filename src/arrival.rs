//! What came with the address: a token in the fragment, the answer of a sign-in, a token where none belongs.
//!
//! A fragment stays in the browser. It is read once and cleared from address and history. The query has been
//! sent to the host of this page already, so a token in it is refused.

use fedcred_core::jose::parse;

/// What an address brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A text that holds tokens.
    Text(String),
    /// A sign-in that failed (RFC 6749 §4.1.2.1).
    Refusal(String),
    /// A token in the query.
    Leaked,
}

/// Parameters of a fragment that hold a token (RFC 6749 §4.2.2, OpenID Connect Core §3.2.2.5).
const TOKENS: [&str; 3] = ["token", "id_token", "access_token"];

impl Arrival {
    /// Reads fragment and query, both without their first character.
    pub fn of(fragment: &str, query: &str) -> Option<Self> {
        if query.split('&').any(|pair| token(pair).is_some()) {
            return Some(Self::Leaked);
        }
        if fragment.starts_with("eyJ") {
            return Some(Self::Text(decoded(fragment)));
        }
        let value = |wanted: &str| {
            let mut pairs = fragment.split('&').filter_map(|pair| pair.split_once('='));
            let found = pairs.find(|(name, value)| *name == wanted && !value.is_empty())?;
            Some(decoded(found.1))
        };
        if let Some(error) = value("error") {
            let description = value("error_description").unwrap_or_default();
            return Some(Self::Refusal(format!("{error}\n{description}")));
        }
        let tokens: Vec<String> = fragment.split('&').filter_map(token).map(decoded).collect();
        (!tokens.is_empty()).then(|| Self::Text(tokens.join("\n")))
    }
}

/// The value of a parameter that is a token, or is named as one.
fn token(pair: &str) -> Option<&str> {
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let named = TOKENS.contains(&name) && !value.is_empty();
    let is_token = named || (value.starts_with("eyJ") && !parse(value).tokens.is_empty());
    is_token.then_some(value)
}

/// Without percent-encoding; what is not UTF-8 is replaced.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match after {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => bytes.push(high * 16 + low),
            None => bytes.push(if *first == b'+' { b' ' } else { *first }),
        }
        rest = after
            .get(if escaped.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.";

    #[track_caller]
    fn check(fragment: &str, query: &str, expected: Option<Arrival>) {
        assert_eq!(
            Arrival::of(fragment, query),
            expected,
            "#{fragment} ?{query}"
        );
    }

    #[test]
    fn a_token_in_the_fragment_is_read() {
        let text = |text: &str| Some(Arrival::Text(text.to_owned()));
        check(TOKEN, "", text(TOKEN));
        for name in TOKENS {
            check(&format!("{name}={TOKEN}"), "", text(TOKEN));
        }
        check(
            &format!("state=x&id_token={TOKEN}&access_token=a%2Eb"),
            "scenario=y",
            text(&format!("{TOKEN}\na.b")),
        );
        // A token is read under any name, so that it does not stay in the address.
        check(&format!("a=b&client_assertion={TOKEN}"), "", text(TOKEN));
        check(&format!("/?id_token={TOKEN}"), "", text(TOKEN));
        check(
            &format!("jwt={TOKEN}&token=opaque"),
            "",
            text(&format!("{TOKEN}\nopaque")),
        );
        check("token=%", "", text("%"));
        check("token=%e2%9c", "", text("\u{fffd}"));
    }

    #[test]
    fn a_failed_sign_in_is_told() {
        check(
            "error=access_denied&error_description=AADSTS65004%3a+User+declined",
            "",
            Some(Arrival::Refusal(
                "access_denied\nAADSTS65004: User declined".to_owned(),
            )),
        );
    }

    #[test]
    fn a_token_in_the_query_is_refused() {
        check("", &format!("token={TOKEN}"), Some(Arrival::Leaked));
        check("", &format!("a=b&jwt={TOKEN}"), Some(Arrival::Leaked));
        check(TOKEN, "access_token=opaque", Some(Arrival::Leaked));
        check("", TOKEN, Some(Arrival::Leaked));
    }

    #[test]
    fn other_addresses_bring_nothing() {
        check("", "", None);
        check("main", "", None);
        check("token=", "token=", None);
        check("x=eyJ", "", None);
        check("tokens=x", "scenario=wrong-subject&step=3", None);
        check("", "x=eyJ", None);
    }
}
