//! The length and characters of each field.

use super::super::limits::{NAME_LIMIT, TEXT_LIMIT};
use super::findings::Lint;
use crate::expression::lint_expression;

impl Lint<'_> {
    pub(super) fn name(&mut self) {
        let name = &self.credential.name;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let sound = name.bytes().all(allowed)
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && (3..=NAME_LIMIT).contains(&name.len());
        if !sound {
            self.tell("name-form", &[]);
        }
    }

    pub(super) fn texts(&mut self) {
        let credential = self.credential;
        let expression = credential.claims_matching_expression.as_ref();
        let subject = credential.subject.as_str();
        let has_subject = expression.is_none() || !subject.is_empty();
        self.compared("issuer", credential.issuer.as_str());
        if has_subject {
            self.compared("subject", subject);
        }
        for audience in &credential.audiences {
            self.compared("audience", audience.as_str());
        }
        self.length("description", &credential.description);
        if let Some(expression) = expression {
            let issuer = credential.issuer.as_str();
            self.found.extend(lint_expression(issuer, expression));
            self.tell("expression-preview", &[]);
            if has_subject {
                self.tell("subject-and-expression", &[]);
            }
        }
    }

    pub(super) fn compared(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.tell("field-empty", &[("field", field)]);
        }
        if text.trim() != text {
            self.tell("field-white-space", &[("field", field)]);
        }
        if let Some(character) = text
            .trim()
            .chars()
            .find(|c| !c.is_ascii() || c.is_control())
        {
            let character = format!("U+{:04X}", u32::from(character));
            self.tell(
                "field-characters",
                &[("field", field), ("character", &character)],
            );
        }
        if text.contains('*') {
            self.tell("wildcard", &[("field", field)]);
        }
        self.length(field, text);
    }

    pub(super) fn length(&mut self, field: &str, text: &str) {
        let length = text.chars().count();
        if length > TEXT_LIMIT {
            let length = length.to_string();
            self.tell("field-too-long", &[("field", field), ("length", &length)]);
        }
    }
}
