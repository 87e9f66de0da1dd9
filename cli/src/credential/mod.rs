//! `fedcred credential`: drafts a credential for a token, a managed identity or a platform, and exports it.

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
    /// A token, for a flexible credential that matches similar ones.
    Flexible(Input),
    ManagedIdentity(Input),
    Platform(&'static Preset, Vec<(String, String)>),
}

/// The format to write a credential in, and the values to fill in.
struct ExportRequest {
    export: &'static Export,
    values: ExportValues,
}

/// The drafted credential, and findings about it.
#[derive(Debug, Default, Serialize)]
struct CredentialReport {
    credential: Option<Credential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<String>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    verbatim: bool,
}

/// Drafts the credential, and exports it if requested.
fn draft(request: CredentialRequest) -> CredentialReport {
    let CredentialRequest {
        source,
        others,
        mut hints,
        export,
    } = request;
    let mut report = CredentialReport {
        verbatim: export.is_some(),
        ..CredentialReport::default()
    };
    if let Some(others) = others {
        let (list, findings) = parse_credentials(&others);
        report.diagnostics.extend(findings);
        hints.others = list.unwrap_or_default().credentials;
    }
    let (draft, identity) = source.draft(&hints, &mut report.diagnostics);
    let file = source.file();
    if let Some(draft) = draft {
        let findings = findings_in(&file, draft.diagnostics);
        report.diagnostics.extend(with_rules(findings));
        // A platform whose subjects do not last has no credential.
        report.credential = Some(draft.credential).filter(|one| *one != Credential::default());
    }
    if let Some(export) = export {
        report.export(export, identity.as_ref(), &hints, &file);
    }
    report
}

impl Source {
    /// The draft, and the managed identity that it is for.
    fn draft(
        &self,
        hints: &Hints,
        findings: &mut Vec<Finding>,
    ) -> (Option<Draft>, Option<ManagedIdentity>) {
        match self {
            Self::Token(input) | Self::Flexible(input) => {
                let (token, found) = find_token(input);
                findings.extend(found);
                let draft = token.map(|token| match self {
                    Self::Flexible(_) => flexible_from_token(&token, hints),
                    _ => from_token(&token, hints),
                });
                (draft, None)
            }
            Self::ManagedIdentity(input) => {
                let (identity, found) = input.parse_with(parse_identity);
                findings.extend(found);
                let draft = identity.as_ref();
                let draft = draft.map(|identity| from_managed_identity(identity, hints));
                (draft, identity)
            }
            Self::Platform(preset, answers) => (Some(from_platform(preset, answers, hints)), None),
        }
    }

    /// What findings about the credential are about.
    fn file(&self) -> String {
        match self {
            Self::Token(input) | Self::Flexible(input) | Self::ManagedIdentity(input) => {
                input.file.clone()
            }
            Self::Platform(preset, _) => format!("platform {}", preset.id),
        }
    }
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
    let identity = ManagedIdentity::parse(text);
    let none = identity.is_none().then(|| {
        Diagnostic::error(
            "no-identity",
            "No managed identity found: `principalId` is missing.",
        )
        .help("Use the output of `az identity show` or `Get-AzUserAssignedIdentity | Format-List`.")
    });
    (identity, none.into_iter().collect())
}

/// Adds the source of the rule behind each finding, and how certain the rule is.
fn with_rules(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        // The place is in the drafted expression, not in the file.
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
