//! A flexible credential made of a token.

use super::draft::{Draft, credential_name, credential_of, truncated, with_lint};
use super::hints::Hints;
use super::limits::TEXT_LIMIT;
use crate::errors::finding;
use crate::expression::{ClaimsMatchingExpression, Operator, build_terms, lint_issuer};
use crate::jose::Token;
use crate::text::json::Document;

/// The flexible credential that lets in a token and others like it, from another branch for example.
///
/// Where its issuer may not have one, the exact credential and a finding. Never fails.
#[must_use]
pub fn flexible_from_token(token: &Token, hints: &Hints) -> Draft {
    let (mut credential, mut diagnostics) = credential_of(token, hints);
    let empty = Document::default();
    let payload = token.payload().unwrap_or(&empty);
    let issuer = credential.issuer.as_str();
    match build_terms(issuer, payload, &[]) {
        Some(terms) => {
            if !terms.iter().any(|term| term.operator == Operator::Matches) {
                diagnostics.push(finding("expression-exact", &[]));
            }
            let who = terms.first().map_or("", |term| &term.comparand);
            credential.description = truncated(&format!("{who} of {issuer}"), TEXT_LIMIT);
            credential.name = credential_name(&format!("{}-flexible", credential.name));
            credential.subject = "".into();
            credential.claims_matching_expression =
                Some(ClaimsMatchingExpression::from_terms(&terms));
        }
        None => diagnostics.extend(lint_issuer(issuer)),
    }
    with_lint(credential, diagnostics, hints, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    /// The expression and the findings, but for the one that stands for each.
    #[track_caller]
    fn check(issuer: &str, claims: &str, expression: Option<&str>, codes: &[&str]) {
        let text = format!(r#"{{"iss":"{issuer}","aud":"api://AzureADTokenExchange",{claims}}}"#);
        let draft = flexible_from_token(&parse(&text).tokens[0], &Hints::default());
        let found = draft.diagnostics.iter().map(|found| found.code);
        let found: Vec<_> = found.filter(|code| *code != "expression-preview").collect();
        assert_eq!(found, codes, "{claims}");
        let made = &draft.credential;
        let value = made.claims_matching_expression.as_ref();
        assert_eq!(value.map(|made| made.value.as_str()), expression);
        assert!(expression.is_none() || made.subject.as_str().is_empty());
        assert_eq!(made.name.ends_with("-flexible"), expression.is_some());
    }

    #[test]
    fn of_github() {
        let check = |sub: &str, pattern: &str, codes: &[&str]| {
            let claims =
                format!(r#""sub":"{sub}","repository_id":"74","repository_owner_id":"65""#);
            let expression = format!("claims['sub'] {pattern} and claims['repository_id'] eq '74'");
            check(
                "https://token.actions.githubusercontent.com",
                &claims,
                Some(&expression),
                codes,
            );
        };
        check(
            "repo:o/r:ref:refs/heads/main",
            "matches 'repo:o/r:ref:refs/heads/*'",
            &[],
        );
        check(
            "repo:o/r:ref:refs/tags/v1",
            "matches 'repo:o/r:ref:refs/tags/*'",
            &[],
        );
        check(
            "repo:o@6/r@7:ref:refs/heads/a/b",
            "matches 'repo:o@6/r@7:ref:refs/heads/a/*'",
            &[],
        );
        check(
            "repo:o/r:ref:refs/heads/gh-readonly-queue/main/pr-13-abc",
            "matches 'repo:o/r:ref:refs/heads/gh-readonly-queue/main/*'",
            &[],
        );
        check(
            "repo:o/r:ref:refs/heads/main:event_name:push",
            "matches 'repo:o/r:ref:refs/heads/*:event_name:push'",
            &[],
        );
        check(
            "repo:o/r:ref:refs/heads/it's",
            "matches 'repo:o/r:ref:refs/heads/*'",
            &[],
        );
        for exact in ["repo:o/r:environment:prod", "repo:o/r:pull_request"] {
            check(exact, &format!("eq '{exact}'"), &["expression-exact"]);
        }
        check(
            "repo:o/r*:ref:refs/heads/x",
            "eq 'repo:o/r*:ref:refs/heads/x'",
            &["expression-exact", "expression-literal"],
        );
    }

    #[test]
    fn of_others() {
        check(
            "https://gitlab.example.com",
            r#""sub":"project_path:g/p:ref_type:branch:ref:main","project_id":"20""#,
            Some(
                "claims['sub'] matches 'project_path:g/p:ref_type:branch:ref:*' and claims['project_id'] eq '20'",
            ),
            &[],
        );
        check(
            "https://app.terraform.io",
            r#""sub":"organization:o:project:Default Project:workspace:w:run_phase:apply""#,
            Some(
                "claims['sub'] matches 'organization:o:project:Default Project:workspace:w:run_phase:*'",
            ),
            &[],
        );
    }

    #[test]
    fn what_cannot_be_made_is_told() {
        let github = "https://token.actions.githubusercontent.com";
        let sub = r#""sub":"repo:o/r:ref:refs/heads/main""#;
        let heads = "claims['sub'] matches 'repo:o/r:ref:refs/heads/*'";
        check(github, sub, Some(heads), &["expression-required"]);
        check(github, r#""x":1"#, None, &["claim-missing"]);
        check("https://issuer.example", sub, None, &["expression-issuer"]);
        check(
            "https://token.actions.githubusercontent.com/",
            sub,
            None,
            &["expression-issuer", "issuer-slash"],
        );
        let owner = format!(r#"{sub},"repository_id":74,"repository_owner_id":"65""#);
        let by_owner = format!("{heads} and claims['repository_owner_id'] eq '65'");
        check(github, &owner, Some(&by_owner), &[]);
    }
}
