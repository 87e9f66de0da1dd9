//! Platforms as forms: what a person knows, and the credential that comes of it. A data file holds them.

use std::sync::LazyLock;

use super::credential::Credential;
use super::draft::{Draft, credential_name, truncated, with_lint};
use super::hints::Hints;
use super::limits::TEXT_LIMIT;
use crate::claims::{Cloud, Confidence, guid_to_base64url, is_guid, platform_of_issuer};
use crate::errors::finding;
use crate::text::Diagnostic;
use crate::text::json::{Document, Value};

/// A platform whose tokens can be let in.
#[derive(Debug)]
pub struct Preset {
    /// A word in kebab-case that stays the same: `github`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The portal's scenario for it.
    pub portal: String,
    /// What to know; may be empty.
    pub note: String,
    /// What is asked, in this order.
    pub fields: Vec<PresetField>,
    /// Where that is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    parts: Vec<(String, Vec<String>)>,
    snippets: Vec<(String, String)>,
}

/// Something that is asked.
#[derive(Debug)]
pub struct PresetField {
    /// Its name in command lines.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// An invented value.
    pub example: String,
    /// What to know; may be empty.
    pub hint: String,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Word and meaning of each choice, the first being the usual one; empty where text is asked.
    pub choices: Vec<(String, String)>,
    /// It may stay empty only with that answer; empty for always.
    optional_with: String,
    when: String,
    checks: Vec<(String, String)>,
}

/// What was answered: keys and values.
pub type Answers = [(String, String)];

struct File {
    print: String,
    /// The portal's scenarios, and what to do in each.
    scenarios: Vec<(String, String)>,
    presets: Vec<Preset>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let document = Document::parse(include_str!("../../data/presets.json"));
    let presets = document
        .get("presets")
        .map(Value::items)
        .unwrap_or_default();
    let print = document.get("print").and_then(Value::as_str);
    let scenarios = document.get("scenarios");
    let scenarios = scenarios.map(Value::members).unwrap_or_default();
    File {
        print: print.unwrap_or_default().into_owned(),
        scenarios: scenarios.map(texts).collect(),
        presets: presets.map(read).collect(),
    }
});

impl Preset {
    /// All presets.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        FILE.presets.iter()
    }

    /// The preset with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<&'static Self> {
        Self::all().find(|preset| preset.id == id)
    }

    /// The preset whose portal scenario fits a credential, however it was made.
    #[must_use]
    pub fn for_credential(credential: &Credential) -> Option<&'static Self> {
        let platform = platform_of_issuer(credential.issuer.as_str());
        let id = match platform {
            Some(platform) if platform.subject_varies => "varying",
            Some(platform) if platform.id == "entra" => {
                let connection = credential.subject.as_str().starts_with("/eid1/");
                if connection {
                    "azure-devops"
                } else {
                    "managed-identity"
                }
            }
            Some(platform) => &platform.id,
            None => "other",
        };
        Self::from_id(id).or_else(|| Self::from_id("other"))
    }

    /// What to do in the portal's scenario.
    #[must_use]
    pub fn portal_steps(&self) -> &'static str {
        FILE.scenarios
            .iter()
            .find(|(name, _)| *name == self.portal)
            .map_or("", |(_, text)| text)
    }

    /// Whether a credential can be made at all.
    #[must_use]
    pub fn has_credential(&self) -> bool {
        !self.fields.is_empty()
    }

    /// The fields that are asked with these answers.
    pub fn fields_for<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a PresetField> {
        self.fields
            .iter()
            .filter(move |field| self.holds(&field.when, answers))
    }

    /// The answer to a field; the usual choice where none was made.
    #[must_use]
    pub fn answer<'a>(&'a self, key: &str, answers: &'a Answers) -> &'a str {
        let given = answers.iter().find(|(name, _)| name == key);
        let given = given.map_or("", |(_, value)| value.as_str());
        let field = self.fields.iter().find(|field| field.key == key);
        let choice = field.and_then(|field| field.choices.first());
        match choice {
            Some((usual, _)) if given.is_empty() => usual,
            _ => given,
        }
    }

    /// Commands that print header and claims of a token on this platform, but no signature: where, and what.
    pub fn snippets(&self, cloud: Cloud) -> impl Iterator<Item = (&str, String)> {
        self.snippets.iter().map(move |(place, command)| {
            let command = command.replace("{print}", &FILE.print);
            (
                place.as_str(),
                command.replace("{exchangeAudience}", cloud.exchange_audience()),
            )
        })
    }

    /// Whether a condition like `entity=branch` holds; the empty one does.
    fn holds(&self, condition: &str, answers: &Answers) -> bool {
        condition
            .split_once('=')
            .is_none_or(|(key, value)| self.answer(key, answers) == value)
    }

    /// The first template of a part whose condition holds and whose holes can be filled.
    fn part(&self, part: &str, answers: &Answers, cloud: Cloud) -> Option<String> {
        let (_, templates) = self.parts.iter().find(|(known, _)| known == part)?;
        templates.iter().find_map(|template| {
            let (condition, text) = match template.split_once(' ') {
                Some((condition, text)) if condition.contains('=') => (condition, text),
                _ => ("", template.as_str()),
            };
            let holds = self.holds(condition, answers);
            holds.then(|| self.fill(text, answers, cloud)).flatten()
        })
    }

    /// Values are put in exactly, once: `{key}`; `{key%}` with colons escaped as GitHub does, `{key#}` a GUID as
    /// Entra's `/eid1/` subjects have it. `None` where one is missing.
    fn fill(&self, template: &str, answers: &Answers, cloud: Cloud) -> Option<String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (hole, tail) = after.split_once('}')?;
            let key = hole.trim_end_matches(['%', '#']);
            let value = match key {
                "loginHost" => cloud.login_host().to_owned(),
                "repo" => self.part(key, answers, cloud)?,
                _ => self.answer(key, answers).to_owned(),
            };
            let value = match hole.strip_prefix(key) {
                Some("%") => value.replace(':', "%3A"),
                Some("#") => guid_to_base64url(&value)?,
                _ => value,
            };
            if value.is_empty() {
                return None;
            }
            out.push_str(before);
            out.push_str(&value);
            rest = tail;
        }
        out.push_str(rest);
        Some(out)
    }

    fn findings(&self, answers: &Answers) -> Vec<Diagnostic> {
        let keys: Vec<_> = self
            .fields_for(answers)
            .map(|field| field.key.as_str())
            .collect();
        let unknown = answers
            .iter()
            .map(|(key, _)| key.as_str())
            .filter(|key| !keys.contains(key))
            .map(|key| finding("value-unknown", &[("key", key), ("keys", &keys.join(", "))]));
        let wrong = self
            .fields_for(answers)
            .flat_map(|field| self.field_findings(field, answers));
        unknown.chain(wrong).collect()
    }

    fn field_findings(&self, field: &PresetField, answers: &Answers) -> Vec<Diagnostic> {
        let value = self.answer(&field.key, answers);
        let label = ("label", field.label.as_str());
        if value.is_empty() {
            let allowed = field.optional && self.holds(&field.optional_with, answers);
            let example = ("example", field.example.as_str());
            let missing = (!allowed).then(|| finding("value-missing", &[label, example]));
            return missing.into_iter().collect();
        }
        let white = (value.trim() != value)
            .then(|| finding("field-white-space", &[("field", &field.label)]));
        let words: Vec<_> = field
            .choices
            .iter()
            .map(|(word, _)| word.as_str())
            .collect();
        let choice = (!words.is_empty() && !words.contains(&value)).then(|| {
            let choices = words.join(", ");
            finding("value-choice", &[label, ("choices", &choices)])
        });
        let check = field
            .checks
            .iter()
            .find(|(test, _)| is_suspicious(test, value));
        let form = check
            .map(|(_, help)| finding("value-form", &[label, ("value", value), ("help", help)]));
        [white, choice, form].into_iter().flatten().collect()
    }
}

/// Whether a value is suspicious: `^` begins with, `~` contains, `!^` does not begin with, or no GUID or digits.
fn is_suspicious(test: &str, value: &str) -> bool {
    match test {
        "#guid" => !is_guid(value),
        "#digits" => !value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => match test.split_at_checked(1) {
            Some(("^", text)) => value.starts_with(text),
            Some(("~", text)) => value.contains(text),
            Some(("!", test)) => !is_suspicious(test, value),
            _ => false,
        },
    }
}

/// The credential that lets a workload of a platform in; never fails, what is missing is a diagnostic.
#[must_use]
pub fn from_platform(preset: &Preset, answers: &Answers, hints: &Hints) -> Draft {
    let cloud = hints.cloud.unwrap_or_default();
    let mut diagnostics = preset.findings(answers);
    if !preset.has_credential() {
        diagnostics.push(finding("issuer-volatile", &[("platform", &preset.title)]));
        return Draft {
            credential: Credential::default(),
            diagnostics,
        };
    }
    let part = |part| preset.part(part, answers, cloud).unwrap_or_default();
    let audience = match hints.audience.as_str() {
        "" => cloud.exchange_audience(),
        given => given,
    };
    let subject = part("subject");
    let app = Some(hints.app_name.as_str()).filter(|app| !app.is_empty());
    let called = Some(part("name")).filter(|called| !called.is_empty());
    let called = called.unwrap_or_else(|| preset.id.clone());
    let called = app.map_or(called.clone(), |app| format!("{app}-{called}"));
    let credential = Credential {
        name: credential_name(&called),
        issuer: part("issuer").as_str().into(),
        subject: subject.as_str().into(),
        audiences: vec![audience.into()],
        description: truncated(
            format!("{}: {subject}", preset.title).trim_end_matches(": "),
            TEXT_LIMIT,
        ),
        ..Credential::default()
    };
    with_lint(credential, diagnostics, hints, None)
}

fn read(entry: Value<'_>) -> Preset {
    let text = |name| entry.string_of(name);
    let texts = |value: Value<'_>| {
        value
            .items()
            .map(|item| item.to_text().into_owned())
            .collect()
    };
    let parts = ["issuer", "subject", "name", "repo"].into_iter();
    Preset {
        id: text("id"),
        title: text("title"),
        portal: text("portal"),
        note: text("note"),
        fields: entry.items_of("fields").map(field).collect(),
        source: text("source"),
        confidence: Confidence::from_word(&text("confidence")),
        parts: parts
            .filter_map(|part| Some((part.to_owned(), texts(entry.get(part)?))))
            .collect(),
        snippets: entry.items_of("snippets").filter_map(pair).collect(),
    }
}

fn field(entry: Value<'_>) -> PresetField {
    let text = |name| entry.string_of(name);
    let choices = entry.members_of("choices");
    PresetField {
        key: text("key"),
        label: text("label"),
        example: text("example"),
        hint: text("hint"),
        optional: entry.get("optional").is_some(),
        optional_with: text("optional"),
        choices: choices.map(texts).collect(),
        when: text("when"),
        checks: entry.items_of("checks").filter_map(pair).collect(),
    }
}

fn texts((name, value): (Value<'_>, Value<'_>)) -> (String, String) {
    (name.to_text().into_owned(), value.to_text().into_owned())
}

fn pair(value: Value<'_>) -> Option<(String, String)> {
    let mut items = value.items().map(|item| item.to_text().into_owned());
    Some((items.next()?, items.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fits(issuer: &str, subject: &str, id: &str) {
        let credential = Credential {
            issuer: issuer.into(),
            subject: subject.into(),
            ..Credential::default()
        };
        let preset = Preset::for_credential(&credential);
        assert_eq!(
            preset.map(|preset| preset.id.as_str()),
            Some(id),
            "{issuer}"
        );
    }

    #[test]
    fn the_preset_for_a_credential() {
        let entra = "https://login.microsoftonline.com/t/v2.0";
        fits(entra, "x", "managed-identity");
        fits(entra, "/eid1/c/pub/t/x", "azure-devops");
        fits("https://vstoken.dev.azure.com/o", "sc://x", "azure-devops");
        fits("https://token.actions.githubusercontent.com", "x", "github");
        fits(
            "https://eastus.oic.prod-aks.azure.com/t/c/",
            "x",
            "kubernetes",
        );
        fits("https://agent.buildkite.com", "x", "varying");
        fits("https://cognito-identity.amazonaws.com", "x", "other");
        fits("https://token.actions.githubusercontent.com/", "x", "other");
        fits("", "", "other");
    }

    #[test]
    fn every_scenario_of_the_portal_is_explained() {
        for preset in Preset::all() {
            assert!(!preset.portal_steps().is_empty(), "{}", preset.id);
        }
    }
}
