//! `fedcred credential`: the credential for a token or a managed identity.

use fedcred_core::claims::Audience;
use fedcred_core::federation::{
    Credential, Draft, Hints, ManagedIdentity, credential_rule, from_managed_identity, from_token,
};
use fedcred_core::text::{Diagnostic, Severity};
use serde::Serialize;

use crate::input::Input;
use crate::matching::{read_credentials, token_of};
use crate::report::{Finding, Report, findings_of};
use crate::text::Page;

/// What a credential is made of.
pub(crate) enum Source {
    Nothing,
    Token(Input),
    ManagedIdentity(Input),
}

/// The credential that was made, and what to know before it is saved.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Made {
    credential: Option<Credential>,
    diagnostics: Vec<Finding>,
}

/// Makes the credential; `others` are those that the application has already.
pub(crate) fn make(source: &Source, others: Option<&Input>, mut hints: Hints) -> Made {
    let mut diagnostics = Vec::new();
    if let Some(others) = others {
        let (list, findings) = read_credentials(others);
        diagnostics.extend(findings);
        hints.others = list.unwrap_or_default().credentials;
    }
    let (file, draft) = match source {
        Source::Nothing => ("", None),
        Source::Token(input) => {
            let (token, findings) = token_of(input);
            diagnostics.extend(findings);
            (
                input.file.as_str(),
                token.map(|token| from_token(&token, &hints)),
            )
        }
        Source::ManagedIdentity(input) => {
            let (draft, findings) = input.understand(|text| identity(text, &hints));
            diagnostics.extend(findings);
            (input.file.as_str(), draft)
        }
    };
    let draft = draft.map(|draft| split(draft, file, &mut diagnostics));
    Made {
        credential: draft,
        diagnostics,
    }
}

fn identity(text: &str, hints: &Hints) -> (Option<Draft>, Vec<Diagnostic>) {
    let Some(identity) = ManagedIdentity::read(text) else {
        let none = Diagnostic::error(
            "no-identity",
            "There is no managed identity: no principalId.",
        )
        .help(
            "Give the output of `az identity show` or `Get-AzUserAssignedIdentity | Format-List`.",
        );
        return (None, vec![none]);
    };
    (Some(from_managed_identity(&identity, hints)), Vec::new())
}

fn split(draft: Draft, file: &str, diagnostics: &mut Vec<Finding>) -> Credential {
    let mut findings = findings_of(file, draft.diagnostics);
    for finding in &mut findings {
        if let Some(rule) = credential_rule(finding.diagnostic.code) {
            finding.source = Some(&rule.source);
            finding.confidence = Some(rule.confidence);
        }
    }
    diagnostics.extend(findings);
    draft.credential
}

impl Report for Made {
    fn passed(&self) -> bool {
        let wrong = |finding: &Finding| finding.diagnostic.severity == Severity::Error;
        self.credential.is_some() && !self.diagnostics.iter().any(wrong)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn write(&self, page: &mut Page) {
        let Some(credential) = &self.credential else {
            return page.prose(0, "× No credential was made.");
        };
        let audience = credential.audiences.first().map_or("", Audience::as_str);
        let expression = credential.claims_matching_expression.as_ref();
        page.value(0, "Issuer             ", credential.issuer.as_str());
        match expression {
            Some(expression) => page.value(0, "Matching expression", &expression.value),
            None => page.value(0, "Subject identifier ", credential.subject.as_str()),
        }
        page.value(0, "Name               ", &credential.name);
        page.value(0, "Description        ", &credential.description);
        page.value(0, "Audience           ", audience);
        page.gap();
        page.json(credential);
    }
}
