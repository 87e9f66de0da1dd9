//! The lists that `fedcred credential` prints: platforms with their keys, and exports.

use fedcred_core::claims::Confidence;
use fedcred_core::export::Export;
use fedcred_core::federation::{Preset, PresetField};
use serde::Serialize;

use crate::report::{Finding, Report};
use crate::terminal::TerminalText;

/// Everything that can be named on the command line.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Catalogue {
    Platforms(Vec<PlatformEntry>),
    Exports(Vec<ExportEntry>),
}

#[derive(Serialize)]
pub(super) struct PlatformEntry {
    id: &'static str,
    title: &'static str,
    note: &'static str,
    fields: Vec<FieldEntry>,
}

#[derive(Serialize)]
struct FieldEntry {
    key: &'static str,
    label: &'static str,
    example: &'static str,
    optional: bool,
    /// The only values; empty if any value is possible.
    choices: Vec<&'static str>,
}

#[derive(Serialize)]
pub(super) struct ExportEntry {
    id: &'static str,
    title: &'static str,
    group: &'static str,
    language: &'static str,
    source: &'static str,
    confidence: Confidence,
}

impl Catalogue {
    pub(super) fn of_platforms() -> Self {
        Self::Platforms(Preset::all().map(PlatformEntry::from).collect())
    }

    pub(super) fn of_exports() -> Self {
        Self::Exports(Export::all().map(ExportEntry::from).collect())
    }
}

impl From<&'static Preset> for PlatformEntry {
    fn from(preset: &'static Preset) -> Self {
        Self {
            id: &preset.id,
            title: &preset.title,
            note: &preset.note,
            fields: preset.fields.iter().map(FieldEntry::from).collect(),
        }
    }
}

impl From<&'static PresetField> for FieldEntry {
    fn from(field: &'static PresetField) -> Self {
        Self {
            key: &field.key,
            label: &field.label,
            example: &field.example,
            optional: field.optional,
            choices: field.choices.iter().map(|(word, _)| &**word).collect(),
        }
    }
}

impl From<&'static Export> for ExportEntry {
    fn from(export: &'static Export) -> Self {
        Self {
            id: export.id,
            title: export.title,
            group: export.group.name(),
            language: export.language,
            source: export.source,
            confidence: export.confidence,
        }
    }
}

impl Report for Catalogue {
    fn passed(&self) -> bool {
        true
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        [].into_iter()
    }

    fn write(&self, out: &mut TerminalText) {
        match self {
            Self::Platforms(platforms) => {
                platforms.iter().for_each(|platform| platform.write(out));
            }
            Self::Exports(exports) => {
                for ExportEntry { id, title, .. } in exports {
                    out.line(0, &format!("{id:<18} {title}"));
                }
            }
        }
    }
}

impl PlatformEntry {
    fn write(&self, out: &mut TerminalText) {
        out.line(0, &format!("{} ({})", self.id, self.title));
        if !self.note.is_empty() {
            out.paragraph(2, self.note);
        }
        for field in &self.fields {
            let FieldEntry { key, label, .. } = field;
            let choices = field.choices.join("|");
            let value = if choices.is_empty() {
                field.example
            } else {
                &choices
            };
            let optional = if field.optional { " (optional)" } else { "" };
            out.paragraph(2, &format!("{key}={value}  {label}{optional}"));
        }
    }
}
