//! Compares two tokens, member by member.

use serde::Serialize;

use super::dictionary;
use super::recognition::recognise;
use super::section::Section;
use crate::jose::{Role, Token};
use crate::text::json::Value;

/// How many members of a part are compared: each one is looked up in the other token.
const MAX_MEMBERS: usize = 1000;

/// One claim or header parameter of two tokens.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ComparedMember {
    /// The part it is in: header, unprotected header or payload.
    pub part: Role,
    /// The name of the claim or parameter.
    pub name: String,
    /// The JSON of the value in the left token, exactly as written there; `None` where the token has none.
    pub left: Option<String>,
    /// The JSON of the value in the right token; `None` where the token has none.
    pub right: Option<String>,
    /// Whether the two are the same.
    pub likeness: Likeness,
    /// Whether it differs from one token to the next anyway, as times and IDs do.
    pub varies: bool,
}

/// Whether two tokens have the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Both tokens have the same JSON.
    Same,
    /// The JSON differs.
    Differs,
    /// Only the left token has it.
    OnlyLeft,
    /// Only the right token has it.
    OnlyRight,
}

/// Compares headers and payloads: the members of the left token in their order, then those that only the right one has.
///
/// The JSON of values is compared as written, so `1` and `1.0` differ; of duplicates the last one counts. At most a
/// thousand members of each part are compared.
///
/// ```
/// use fedcred_core::claims::{Likeness, compare};
/// use fedcred_core::jose::parse;
///
/// let parsed = parse(r#"{"iss":"a","aud":"b"} {"iss":"A","aud":"b"}"#);
/// let members = compare(&parsed.tokens[0], &parsed.tokens[1]);
/// assert_eq!((members[0].name.as_str(), members[0].likeness), ("iss", Likeness::Differs));
/// assert_eq!((members[1].name.as_str(), members[1].likeness), ("aud", Likeness::Same));
/// ```
#[must_use]
pub fn compare(left: &Token, right: &Token) -> Vec<ComparedMember> {
    let groups = [recognise(left).groups, recognise(right).groups].concat();
    let parts = [
        (Role::Header, &["header"][..]),
        (Role::UnprotectedHeader, &["header"]),
        (Role::Payload, &groups),
    ];
    parts
        .into_iter()
        .flat_map(|(role, groups)| compare_part(role, left, right, groups))
        .collect()
}

type Members<'a> = Vec<(String, Value<'a>)>;

fn compare_part(role: Role, left: &Token, right: &Token, groups: &[&str]) -> Vec<ComparedMember> {
    let (left, right) = (members(left, role), members(right, role));
    let of_left = left
        .iter()
        .map(|(name, value)| row(role, name, Some(*value), find(&right, name), groups));
    let of_right_alone = right
        .iter()
        .filter(|(name, _)| find(&left, name).is_none())
        .map(|(name, value)| row(role, name, None, Some(*value), groups));
    of_left.chain(of_right_alone).collect()
}

/// Names with their last value, each name once.
fn members(token: &Token, role: Role) -> Members<'_> {
    let mut found = Members::new();
    for (_, name, value) in Section::members(token, role) {
        let name = name.to_text();
        if let Some(known) = found.iter_mut().find(|(known, _)| *known == name) {
            known.1 = value;
        } else if found.len() < MAX_MEMBERS {
            found.push((name.into_owned(), value));
        } else {
            break;
        }
    }
    found
}

fn find<'a>(members: &Members<'a>, name: &str) -> Option<Value<'a>> {
    let found = members.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| *value)
}

fn row(
    part: Role,
    name: &str,
    left: Option<Value<'_>>,
    right: Option<Value<'_>>,
    groups: &[&str],
) -> ComparedMember {
    let text = |value: Option<Value<'_>>| value.map(|value| value.raw().to_owned());
    let (left, right) = (text(left), text(right));
    let likeness = match (&left, &right) {
        (Some(left), Some(right)) if left == right => Likeness::Same,
        (Some(_), None) => Likeness::OnlyLeft,
        (None, _) => Likeness::OnlyRight,
        (Some(_), Some(_)) => Likeness::Differs,
    };
    ComparedMember {
        part,
        name: name.to_owned(),
        left,
        right,
        likeness,
        varies: dictionary::look_up(name, groups).is_some_and(|entry| entry.varies),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;
    use crate::text::base64url;

    /// Rows as `name verdict`, with `~` where a difference is expected.
    #[track_caller]
    fn check(left: &str, right: &str, expected: &[&str]) {
        let (left, right) = (parse(left), parse(right));
        let rows = compare(&left.tokens[0], &right.tokens[0]);
        let found: Vec<_> = rows
            .iter()
            .map(|row| {
                let mark = if row.varies { "~" } else { "" };
                format!("{} {mark}{:?}", row.name, row.likeness)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn members_in_a_stable_order() {
        check(
            r#"{"iss":"a","exp":1,"x":[1]}"#,
            r#"{"y":0,"exp":2,"iss":"a"}"#,
            &["iss Same", "exp ~Differs", "x OnlyLeft", "y OnlyRight"],
        );
        check("{}", "{}", &[]);
    }

    #[test]
    fn values_are_compared_as_they_stand() {
        check(r#"{"a":1}"#, r#"{"a":1.0}"#, &["a Differs"]);
        check(r#"{"a":[1,2]}"#, r#"{"a":[1, 2]}"#, &["a Differs"]);
        check(r#"{"a":"x"}"#, r#"{"a":"X"}"#, &["a Differs"]);
        check(
            r#"{"a":null}"#,
            r#"{"b":null}"#,
            &["a OnlyLeft", "b OnlyRight"],
        );
        check(r#"{"a":1,"a":2}"#, r#"{"a":2}"#, &["a Same"]);
        check(r#"{"A":1}"#, r#"{"a":1}"#, &["A OnlyLeft", "a OnlyRight"]);
    }

    #[test]
    fn what_varies_depends_on_the_platform() {
        let entra = |uti: &str| {
            format!(r#"{{"iss":"https://sts.windows.net/t/","uti":"{uti}","aio":"{uti}"}}"#)
        };
        check(
            &entra("a"),
            &entra("b"),
            &["iss Same", "uti ~Differs", "aio ~Differs"],
        );
        check(r#"{"uti":"a"}"#, r#"{"uti":"b"}"#, &["uti Differs"]);
    }

    #[test]
    fn headers_come_first() {
        let token = |header: &str| {
            let part = |text: &str| base64url::encode(text.as_bytes());
            format!("{}.{}.c2ln", part(header), part(r#"{"alg":1}"#))
        };
        check(
            &token(r#"{"alg":"RS256","kid":"a"}"#),
            &token(r#"{"alg":"RS256","kid":"b"}"#),
            &["alg Same", "kid Differs", "alg Same"],
        );
        check(
            &token(r#"{"alg":"RS256"}"#),
            r#"{"alg":1}"#,
            &["alg OnlyLeft", "alg Same"],
        );
    }

    #[test]
    fn what_nothing_signs_is_compared_too() {
        let token = |protected: &str, header: &str| {
            let protected = base64url::encode(protected.as_bytes());
            format!(
                r#"{{"protected":"{protected}","header":{header},"payload":"e30","signature":"AA"}}"#
            )
        };
        check(
            &token("{}", r#"{"alg":"RS256","kid":"a"}"#),
            &token(r#"{"alg":"RS256"}"#, r#"{"kid":"b"}"#),
            &["alg OnlyRight", "alg OnlyLeft", "kid Differs"],
        );
    }

    #[test]
    fn any_number_of_members_ends() {
        let many: String = (0..100_000).map(|n| format!("\"{n}\":1,")).collect();
        let text = format!("{{{many}\"end\":1}}");
        let token = &parse(&text).tokens[0];
        assert_eq!(compare(token, token).len(), MAX_MEMBERS);
    }
}
