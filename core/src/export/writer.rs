//! Fills the templates of exports.

use super::literal::literal;
use super::section::{SECTIONS, Section};
use super::values::ExportValues;
use crate::claims::{Audience, Cloud, platform_of_issuer};
use crate::federation::Credential;

/// Fills templates.
///
/// `?word,!word text` is a line for when the one holds and the other does not, `>piece` a line that stands for a
/// piece, `{piece}` the same inside a line, and `{value+text|kind}` a literal of that kind.
pub(super) struct Writer<'a> {
    credential: &'a Credential,
    values: &'a ExportValues,
    token: Option<&'static Section>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(credential: &'a Credential, values: &'a ExportValues) -> Self {
        Self {
            credential,
            values,
            token: token_section(credential),
        }
    }

    /// `None` where a literal cannot be written.
    pub(super) fn lines(&self, template: &str) -> Option<String> {
        template
            .lines()
            .map(|line| {
                let (conditions, line) = match line.strip_prefix('?') {
                    Some(line) => line.split_once(' ').unwrap_or((line, "")),
                    None => ("", line),
                };
                if !conditions.split(',').all(|word| self.holds(word)) {
                    return Some(String::new());
                }
                match line.strip_prefix('>') {
                    Some(piece) => self.lines(self.piece(piece)?),
                    None => Some(self.line(line)? + "\n"),
                }
            })
            .collect()
    }

    fn line(&self, line: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            rest = match after.split_once('}') {
                Some((hole, tail)) if self.is_hole(hole) => {
                    out.push_str(&self.filled(hole)?);
                    tail
                }
                _ => {
                    out.push('{');
                    after
                }
            };
        }
        out.push_str(rest);
        Some(out)
    }

    /// Other text in curly brackets belongs to the language.
    fn is_hole(&self, text: &str) -> bool {
        !text.contains(['{', ' ']) && (text.contains('|') || self.piece(text).is_some())
    }

    fn filled(&self, hole: &str) -> Option<String> {
        match hole.rsplit_once('|') {
            Some((parts, kind)) => self.literals(parts, kind),
            None => self.line(self.piece(hole)?),
        }
    }

    fn literals(&self, parts: &str, kind: &str) -> Option<String> {
        if parts == "audiences" {
            let audiences = self.credential.audiences.iter();
            let literals: Option<Vec<_>> = audiences
                .map(|audience| literal(kind, audience.as_str()))
                .collect();
            let separator = if kind == "sh" { " " } else { ", " };
            return Some(literals?.join(separator));
        }
        match self.value(parts) {
            Some(value) if kind == "url" && is_placeholder(&value) => Some(value),
            Some(value) => literal(kind, &value),
            None => {
                let parts = parts.split('+');
                let texts = parts.map(|part| self.value(part).unwrap_or_else(|| part.to_owned()));
                literal(kind, &texts.collect::<String>())
            }
        }
    }

    fn holds(&self, word: &str) -> bool {
        let credential = self.credential;
        let given = |name| {
            self.token
                .is_some_and(|token| !token.value(name).is_empty())
        };
        match word {
            "" => true,
            "expression" => credential.claims_matching_expression.is_some(),
            "subject" => {
                !credential.subject.as_str().is_empty()
                    || credential.claims_matching_expression.is_none()
            }
            "description" => !credential.description.is_empty(),
            "sovereign" => self.values.cloud != Cloud::Global,
            "variable" => given("variable") && !given("file"),
            "identity" | "file" | "command" | "note" => given(word),
            _ => word.strip_prefix('!').is_some_and(|word| !self.holds(word)),
        }
    }

    /// A piece of the data file, or a line of it about the token.
    fn piece(&self, id: &str) -> Option<&'static str> {
        let piece = SECTIONS
            .iter()
            .find(|section| section.kind == "piece" && section.id == id);
        let token = || {
            let value = self.token?.value(id);
            (!value.is_empty()).then_some(value)
        };
        piece.map(|piece| piece.body).or_else(token)
    }

    fn value(&self, name: &str) -> Option<String> {
        let credential = self.credential;
        let values = self.values;
        let cloud = values.cloud;
        let expression = credential.claims_matching_expression.as_ref();
        let or = |value: &str, placeholder: &str| {
            let placeholder = || format!("<{placeholder}>");
            Some(value.to_owned())
                .filter(|value| !value.is_empty())
                .unwrap_or_else(placeholder)
        };
        Some(match name {
            "name" => credential.name.clone(),
            "issuer" => credential.issuer.to_string(),
            "subject" => credential.subject.to_string(),
            "description" => credential.description.clone(),
            "audience" => credential
                .audiences
                .first()
                .map_or("", Audience::as_str)
                .to_owned(),
            "expression" => expression.map_or("", |it| &it.value).to_owned(),
            "languageVersion" => expression.map_or(0, |it| it.language_version).to_string(),
            "app" if values.app_id.is_empty() && !values.app_object_id.is_empty() => {
                values.app_object_id.clone()
            }
            "app" | "appId" => or(&values.app_id, "APP_ID"),
            "appObjectId" => or(&values.app_object_id, "APP_OBJECT_ID"),
            "appUniqueName" => or(&values.app_unique_name, "APP_UNIQUE_NAME"),
            "tenantId" => or(&values.tenant_id, "TENANT_ID"),
            "identityClientId" => or(&values.identity_client_id, "IDENTITY_CLIENT_ID"),
            "identityName" => or(&values.identity_name, "IDENTITY_NAME"),
            "resourceGroup" => or(&values.resource_group, "RESOURCE_GROUP"),
            "scope" => or(&values.scope, "SCOPE"),
            "loginHost" => cloud.login_host().to_owned(),
            "graphHost" => cloud.graph_host().to_owned(),
            "graphVersion" if expression.is_some() => "beta".to_owned(),
            "graphVersion" => "v1.0".to_owned(),
            "graphEnvironment" => match cloud {
                Cloud::Global => "",
                Cloud::UsGov => " -Environment USGov",
                Cloud::China => " -Environment China",
            }
            .to_owned(),
            "variable" => self.token?.value(name).to_owned(),
            _ => return None,
        })
    }
}

/// Whoever fills in a placeholder should see it in an address too.
fn is_placeholder(value: &str) -> bool {
    let mut bytes = value.bytes();
    bytes.next() == Some(b'<') && bytes.all(|byte| matches!(byte, b'A'..=b'Z' | b'_' | b'>'))
}

/// Where a workload of the credential's issuer finds its token.
fn token_section(credential: &Credential) -> Option<&'static Section> {
    let platform = platform_of_issuer(credential.issuer.as_str());
    let id = platform.map(|platform| platform.id.as_str());
    let fits = |section: &&Section| {
        let subject = section.value("subject");
        let subject = !subject.is_empty() && credential.subject.as_str().starts_with(subject);
        subject || id == Some(section.id) || section.id == "other"
    };
    SECTIONS
        .iter()
        .filter(|section| section.kind == "token")
        .find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a template may ask.
    const WORDS: [&str; 9] = [
        "expression",
        "subject",
        "description",
        "sovereign",
        "identity",
        "file",
        "variable",
        "command",
        "note",
    ];

    fn check(writer: &Writer<'_>, id: &str, line: &str) {
        let (conditions, line) = match line.strip_prefix('?') {
            Some(line) => line.split_once(' ').unwrap_or((line, "")),
            None => ("", line),
        };
        for word in conditions.split(',').filter(|word| !word.is_empty()) {
            assert!(
                WORDS.contains(&word.trim_start_matches('!')),
                "{id}: {word}"
            );
        }
        if let Some(piece) = line.strip_prefix('>') {
            assert!(writer.piece(piece).is_some(), "{id}: {piece}");
        }
        for hole in line.split('{').filter_map(|rest| rest.split_once('}')) {
            let Some((parts, kind)) = hole.0.split_once('|') else {
                continue;
            };
            assert!(literal(kind, "x").is_some(), "{id}: {kind}");
            for part in parts.split('+').filter(|part| *part != "audiences") {
                let fixed = part.contains(|c: char| !c.is_ascii_alphanumeric());
                assert!(fixed || writer.value(part).is_some(), "{id}: {part}");
            }
        }
    }

    #[test]
    fn every_hole_and_condition_of_the_templates_is_known() {
        let credential = Credential::default();
        let values = ExportValues::default();
        let writer = Writer::new(&credential, &values);
        for section in SECTIONS.iter() {
            assert!(["piece", "token", "export"].contains(&section.kind));
            let lines = section.head.lines().chain(section.body.lines());
            lines.for_each(|line| check(&writer, section.id, line));
        }
    }

    #[test]
    fn tokens_are_of_known_platforms() {
        for section in SECTIONS.iter().filter(|section| section.kind == "token") {
            let known = crate::claims::platforms().any(|platform| platform.id == section.id);
            assert!(known || section.id == "other", "{}", section.id);
        }
    }
}
