//! `fedcred credential`: the credential for a token, a managed identity or a platform, and its exports.

mod arguments;
mod catalogue;

use fedcred_core::claims::{Audience, EntraIssuer};
use fedcred_core::errors::CredentialRule;
use fedcred_core::export::{Export, ExportValues};
use fedcred_core::federation::{
    Credential, Draft, Hints, ManagedIdentity, Preset, flexible_from_token, from_managed_identity,
    from_platform, from_token,
};
use fedcred_core::text::{Diagnostic, Severity};
use serde::Serialize;

use crate::input::Input;
use crate::matching::{find_token, parse_credentials};
use crate::report::{Failure, Finding, Report, findings_in};
use crate::terminal::TerminalText;

pub(crate) use arguments::Arguments;

/// Runs `fedcred credential`.
pub(crate) fn run(arguments: Arguments) -> Result<bool, Failure> {
    if let Some(catalogue) = arguments.catalogue() {
        return arguments.output.print(&catalogue);
    }
    let output = arguments.output;
    output.print(&draft(arguments.read()?))
}

/// What to make a credential from, and for which application.
struct CredentialRequest {
    source: Source,
    /// The credentials that the application has already.
    others: Option<Input>,
    hints: Hints,
    export: Option<ExportRequest>,
}

/// What a credential is made from.
enum Source {
    Token(Input),
    /// A token, for a credential that lets in others like it.
    Flexible(Input),
    ManagedIdentity(Input),
    Platform(&'static Preset, Vec<(String, String)>),
}

/// The format to write a credential in, and the values to fill in.
struct ExportRequest {
    export: &'static Export,
    values: ExportValues,
}

/// The credential that was made, and what to know before it is saved.
#[derive(Debug, Default, Serialize)]
struct CredentialReport {
    credential: Option<Credential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<String>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    verbatim: bool,
}

/// Drafts the credential.
fn draft(request: CredentialRequest) -> CredentialReport {
    let CredentialRequest {
        source,
        others,
        mut hints,
        export,
    } = request;
    let mut diagnostics = Vec::new();
    if let Some(others) = others {
        let (list, findings) = parse_credentials(&others);
        diagnostics.extend(findings);
        hints.others = list.unwrap_or_default().credentials;
    }
    let mut identity = None;
    let (file, draft) = match &source {
        Source::Token(input) | Source::Flexible(input) => {
            let (token, findings) = find_token(input);
            diagnostics.extend(findings);
            let draft = token.map(|token| match source {
                Source::Flexible(_) => flexible_from_token(&token, &hints),
                _ => from_token(&token, &hints),
            });
            (input.file.clone(), draft)
        }
        Source::ManagedIdentity(input) => {
            let (parsed, findings) = input.parse_with(parse_identity);
            diagnostics.extend(findings);
            identity = parsed;
            let draft = identity
                .as_ref()
                .map(|identity| from_managed_identity(identity, &hints));
            (input.file.clone(), draft)
        }
        Source::Platform(preset, answers) => {
            let file = format!("platform {}", preset.id);
            (file, Some(from_platform(preset, answers, &hints)))
        }
    };
    let credential = draft.map(|draft| split(draft, &file, &mut diagnostics));
    // Of a platform without lasting subjects there is none.
    let credential = credential.filter(|credential| *credential != Credential::default());
    let mut report = CredentialReport {
        verbatim: export.is_some(),
        credential,
        export: None,
        diagnostics,
    };
    if let Some(export) = export {
        report.export(export, identity.as_ref(), &hints, &file);
    }
    report
}

impl CredentialReport {
    fn export(
        &mut self,
        request: ExportRequest,
        identity: Option<&ManagedIdentity>,
        hints: &Hints,
        file: &str,
    ) {
        let Some(credential) = &self.credential else {
            return;
        };
        let cloud = EntraIssuer::parse(credential.issuer.as_str()).and_then(|issuer| issuer.cloud);
        let mut values = request.values.completed(credential, identity);
        values.cloud = hints.cloud.or(cloud).unwrap_or_default();
        match request.export.text(credential, &values) {
            Ok(text) => self.export = Some(text),
            Err(found) => self
                .diagnostics
                .extend(with_rules(findings_in(file, [found]))),
        }
    }
}

fn parse_identity(text: &str) -> (Option<ManagedIdentity>, Vec<Diagnostic>) {
    let identity = ManagedIdentity::read(text);
    let none = identity.is_none().then(|| {
        Diagnostic::error(
            "no-identity",
            "No managed identity found: `principalId` is missing.",
        )
        .help("Use the output of `az identity show` or `Get-AzUserAssignedIdentity | Format-List`.")
    });
    (identity, none.into_iter().collect())
}

fn split(draft: Draft, file: &str, diagnostics: &mut Vec<Finding>) -> Credential {
    diagnostics.extend(with_rules(findings_in(file, draft.diagnostics)));
    draft.credential
}

/// Adds where the rule behind each finding is written, and how sure it is.
fn with_rules(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        // The place is one in the expression that was made, not in the file.
        finding.diagnostic.span = None;
        if let Some(rule) = CredentialRule::for_code(finding.diagnostic.code) {
            finding.source = Some(&rule.source);
            finding.confidence = Some(rule.confidence);
        }
    }
    findings
}

impl Report for CredentialReport {
    fn passed(&self) -> bool {
        let wrong = |finding: &Finding| finding.diagnostic.severity == Severity::Error;
        self.credential.is_some() && !self.diagnostics.iter().any(wrong)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn verbatim(&self) -> Option<&str> {
        self.verbatim
            .then(|| self.export.as_deref().unwrap_or_default())
    }

    fn write(&self, out: &mut TerminalText) {
        let Some(credential) = &self.credential else {
            return out.paragraph(0, "× No credential could be built.");
        };
        let audience = credential.audiences.first().map_or("", Audience::as_str);
        let expression = credential.claims_matching_expression.as_ref();
        out.value(0, "Issuer             ", credential.issuer.as_str());
        match expression {
            Some(expression) => out.value(0, "Matching expression", &expression.value),
            None => out.value(0, "Subject identifier ", credential.subject.as_str()),
        }
        out.value(0, "Name               ", &credential.name);
        out.value(0, "Description        ", &credential.description);
        out.value(0, "Audience           ", audience);
        out.blank_line();
        out.json(credential);
    }
}
