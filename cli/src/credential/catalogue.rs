//! The lists that `fedcred credential` prints: platforms with their keys, and exports.

use fedcred_core::export::{Export, exports};
use fedcred_core::federation::{Preset, presets};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::report::{Finding, Report};
use crate::terminal::TerminalText;

/// The list to print.
pub(super) enum Catalogue {
    Platforms,
    Exports,
}

impl Serialize for Catalogue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match self {
            Self::Platforms => json!({ "platforms": presets().map(platform).collect::<Vec<_>>() }),
            Self::Exports => json!({ "exports": exports().map(export).collect::<Vec<_>>() }),
        };
        value.serialize(serializer)
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
            Self::Platforms => {
                for preset in presets() {
                    write_platform(preset, out);
                }
            }
            Self::Exports => {
                for export in exports() {
                    out.line(0, &format!("{:<18} {}", export.id, export.title));
                }
            }
        }
    }
}

fn export(export: &Export) -> Value {
    json!({
        "id": export.id,
        "title": export.title,
        "group": export.group.word(),
        "language": export.language,
        "source": export.source,
        "confidence": export.confidence,
    })
}

fn platform(preset: &Preset) -> Value {
    let fields = preset.fields.iter().map(|field| {
        let choices: Vec<_> = field.choices.iter().map(|(word, _)| word).collect();
        json!({
            "key": field.key,
            "label": field.label,
            "example": field.example,
            "optional": field.optional,
            "choices": choices,
        })
    });
    json!({
        "id": preset.id,
        "title": preset.title,
        "note": preset.note,
        "fields": fields.collect::<Vec<_>>(),
    })
}

fn write_platform(preset: &Preset, out: &mut TerminalText) {
    out.line(0, &format!("{} ({})", preset.id, preset.title));
    if !preset.note.is_empty() {
        out.prose(2, &preset.note);
    }
    for field in &preset.fields {
        let choices: Vec<_> = field
            .choices
            .iter()
            .map(|(word, _)| word.as_str())
            .collect();
        let value = match choices.as_slice() {
            [] => &field.example,
            choices => &choices.join("|"),
        };
        let optional = if field.optional { " (optional)" } else { "" };
        out.prose(
            2,
            &format!("{}={value}  {}{optional}", field.key, field.label),
        );
    }
}
