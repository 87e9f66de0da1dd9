//! The ways to write a credential, and the programs that use it.

use std::sync::LazyLock;

use super::section::{SECTIONS, Section};
use super::values::ExportValues;
use super::writer::Writer;
use crate::claims::Confidence;
use crate::errors::finding;
use crate::federation::Credential;
use crate::text::Diagnostic;

static EXPORTS: LazyLock<Vec<Export>> = LazyLock::new(|| {
    let exports = SECTIONS.iter().filter(|section| section.kind == "export");
    exports.map(Export::from_section).collect()
});

/// A way to write a credential, or a program that uses it.
///
/// ```
/// use fedcred_core::export::{Export, ExportValues};
/// use fedcred_core::federation::Credential;
///
/// let credential = Credential {
///     name: "deploy".to_owned(),
///     issuer: "https://token.actions.githubusercontent.com".into(),
///     subject: "repo:contoso/shop:environment:production".into(),
///     audiences: vec!["api://AzureADTokenExchange".into()],
///     ..Credential::default()
/// };
/// let export = Export::from_id("az-bash").expect("an export");
/// let text = export.text(&credential, &ExportValues::default()).expect("a command");
/// assert!(text.contains("az ad app federated-credential create --id='<APP_ID>'"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Export {
    /// A word in kebab-case that stays the same: `az-bash`.
    pub id: &'static str,
    /// Its name: `az CLI, bash`.
    pub title: &'static str,
    /// What it is for.
    pub group: ExportGroup,
    /// The language it is written in: `bash`, `powershell`, `http`, `bicep`, `hcl`, `json`, `csharp` and so on.
    pub language: &'static str,
    /// Where its form is documented.
    pub source: &'static str,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why it cannot hold a matching expression; empty if it can.
    no_expression: &'static str,
    template: &'static str,
}

/// What an export is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportGroup {
    /// It creates the credential.
    Create,
    /// It gets a token with the credential.
    Use,
}

impl ExportGroup {
    /// The word in data files and in JSON: `create` or `use`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Use => "use",
        }
    }

    /// A heading for the exports of the group.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Create => "Create the credential",
            Self::Use => "Use it",
        }
    }
}

impl Export {
    /// All exports, in the order of the data file.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        EXPORTS.iter()
    }

    /// The export with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<&'static Self> {
        Self::all().find(|export| export.id == id)
    }

    /// The command, template or program for a credential. Values that are missing stand as placeholders.
    ///
    /// # Errors
    ///
    /// A diagnostic that says why there is none: the tool knows no matching expressions, or its language cannot hold
    /// a character.
    pub fn text(
        &self,
        credential: &Credential,
        values: &ExportValues,
    ) -> Result<String, Diagnostic> {
        let title = ("title", self.title);
        if credential.claims_matching_expression.is_some() && !self.no_expression.is_empty() {
            let reason = ("reason", self.no_expression);
            return Err(finding("export-expression", &[title, reason]));
        }
        Writer::new(credential, values)
            .lines(self.template)
            .ok_or_else(|| finding("export-character", &[title]))
    }

    fn from_section(section: &Section) -> Self {
        Self {
            id: section.id,
            title: section.value("title"),
            group: match section.value("group") {
                "create" => ExportGroup::Create,
                _ => ExportGroup::Use,
            },
            language: section.value("language"),
            source: section.value("source"),
            confidence: Confidence::from_word(section.value("confidence")),
            no_expression: section.value("no-expression"),
            template: section.body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_export_is_complete() {
        for section in SECTIONS.iter().filter(|section| section.kind == "export") {
            let export = Export::from_section(section);
            assert_eq!(export.group.name(), section.value("group"), "{}", export.id);
            let confidence = section.value("confidence");
            assert_eq!(export.confidence.word(), confidence, "{}", export.id);
            for text in [export.title, export.language, export.source] {
                assert!(!text.is_empty(), "{}", export.id);
            }
        }
    }
}
