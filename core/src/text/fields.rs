//! Reads the fields of a JSON object into values, with a diagnostic for each that is missing, wrong or unknown.

use std::cell::RefCell;

use super::json::{Value, ValueKind};
use super::{Diagnostic, time};

/// A JSON object whose fields are read by name.
///
/// ```
/// use std::cell::RefCell;
///
/// use fedcred_core::text::{Fields, json::Document};
///
/// let findings = RefCell::default();
/// let document = Document::parse(r#"{"title": "A run", "colour": "red"}"#);
/// let title = Fields::new(document.root(), "", &findings).parse_with(|fields| fields.text("title"));
/// assert_eq!(title, "A run");
/// assert_eq!(findings.borrow()[0].code, "field-unknown");
/// ```
#[derive(Debug)]
pub struct Fields<'a> {
    object: Option<Value<'a>>,
    path: String,
    known_names: RefCell<Vec<&'static str>>,
    findings: &'a RefCell<Vec<Diagnostic>>,
}

impl<'a> Fields<'a> {
    /// Wraps the value at `path` of its document, as in `directory.tenants[0]`. A value that is not an object gives
    /// a diagnostic, and then reads as one without fields.
    #[must_use]
    pub fn new(
        value: Option<Value<'a>>,
        path: &str,
        findings: &'a RefCell<Vec<Diagnostic>>,
    ) -> Self {
        let object = value.filter(|value| value.kind() == ValueKind::Object);
        if let (Some(value), None) = (value, object) {
            findings.borrow_mut().push(
                Diagnostic::error("field-type", format!("`{path}` must be an object."))
                    .help("Enclose its fields in curly brackets.")
                    .at(value.span()),
            );
        }
        Self {
            object,
            path: path.to_owned(),
            known_names: RefCell::default(),
            findings,
        }
    }

    /// Whether there is an object.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.object.is_some()
    }

    /// A required string; empty where it is missing or of another type, with a diagnostic.
    #[must_use]
    pub fn text(&self, name: &'static str) -> String {
        self.required(name)
            .map_or_else(String::new, |value| self.as_text(name, value))
    }

    /// An optional string.
    #[must_use]
    pub fn optional_text(&self, name: &'static str) -> Option<String> {
        self.value(name).map(|value| self.as_text(name, value))
    }

    /// A required time, in seconds or RFC 3339, as seconds; 0 where it is missing, with a diagnostic.
    #[must_use]
    pub fn time(&self, name: &'static str) -> i64 {
        self.required(name)
            .and_then(|value| self.as_time(name, value))
            .unwrap_or_default()
    }

    /// An optional time, in seconds or RFC 3339, as seconds.
    #[must_use]
    pub fn optional_time(&self, name: &'static str) -> Option<i64> {
        self.value(name).and_then(|value| self.as_time(name, value))
    }

    fn as_time(&self, name: &str, value: Value<'_>) -> Option<i64> {
        let moment = value.as_seconds().or_else(|| time::parse(&value.as_str()?));
        if moment.is_none() {
            self.wrong(
                name,
                value,
                "a time: seconds, or a string like \"2026-11-23T15:24:00Z\"",
            );
        }
        moment
    }

    /// An optional whole number.
    #[must_use]
    pub fn optional_number(&self, name: &'static str) -> Option<i64> {
        self.convert(name, "a whole number", Value::as_i64)
    }

    /// An optional `true` or `false`; `false` where it is missing.
    #[must_use]
    pub fn flag(&self, name: &'static str) -> bool {
        self.convert(name, "true or false", Value::as_bool)
            .unwrap_or_default()
    }

    /// An optional choice from a list of words and what each stands for; the default where it is missing.
    #[must_use]
    pub fn choice<T: Copy + Default>(&self, name: &'static str, words: &[(&'static str, T)]) -> T {
        let Some(value) = self.value(name) else {
            return T::default();
        };
        let text = value.as_str().unwrap_or_default();
        let found = words.iter().find(|(word, _)| *word == text);
        found.map_or_else(
            || {
                self.wrong(name, value, &known_words(words));
                T::default()
            },
            |(_, value)| *value,
        )
    }

    /// An optional list of such choices; unknown words are left out, with a diagnostic.
    #[must_use]
    pub fn choices<T: Copy>(&self, name: &'static str, words: &[(&'static str, T)]) -> Vec<T> {
        self.items(name)
            .filter_map(|(_, value)| {
                let text = value.as_str().unwrap_or_default();
                let found = words.iter().find(|(word, _)| *word == text);
                if found.is_none() {
                    self.wrong(name, value, &known_words(words));
                }
                found.map(|(_, value)| *value)
            })
            .collect()
    }

    /// Checks the required version of the format; any other than `known` gives a diagnostic.
    pub fn version(&self, name: &'static str, known: i64) {
        if let Some(value) = self
            .required(name)
            .filter(|value| value.as_i64() != Some(known))
        {
            self.wrong(name, value, &format!("{known}, the format version"));
        }
    }

    /// An optional list of strings.
    #[must_use]
    pub fn texts(&self, name: &'static str) -> Vec<String> {
        self.items(name)
            .map(|(_, value)| self.as_text(name, value))
            .collect()
    }

    /// An optional list of objects, each parsed by `parse`.
    pub fn list<T>(&self, name: &'static str, parse: impl Fn(&Fields<'a>) -> T) -> Vec<T> {
        self.items(name)
            .map(|(index, value)| {
                let path = format!("{}[{index}]", self.path_of(name));
                Fields::new(Some(value), &path, self.findings).parse_with(&parse)
            })
            .collect()
    }

    /// A required object, parsed by `parse`.
    pub fn object<T>(&self, name: &'static str, parse: impl Fn(&Fields<'a>) -> T) -> T {
        let value = self.required(name);
        Fields::new(value, &self.path_of(name), self.findings).parse_with(&parse)
    }

    /// An optional object, parsed by `parse`.
    pub fn optional_object<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&Fields<'a>) -> T,
    ) -> Option<T> {
        let value = self.value(name)?;
        Some(Fields::new(Some(value), &self.path_of(name), self.findings).parse_with(&parse))
    }

    /// An optional field that `convert` turns into a value. Where it gives `None`, a diagnostic says that the field
    /// must be `wanted`, as in `a list of strings`.
    pub fn convert<T>(
        &self,
        name: &'static str,
        wanted: &str,
        convert: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let converted = convert(value);
        if converted.is_none() {
            self.wrong(name, value, wanted);
        }
        converted
    }

    /// An optional field as JSON. `null` counts as missing.
    #[must_use]
    pub fn value(&self, name: &'static str) -> Option<Value<'a>> {
        self.known_names.borrow_mut().push(name);
        self.object?
            .get(name)
            .filter(|value| value.kind() != ValueKind::Null)
    }

    /// Parses the object with `parse`, and adds a diagnostic for each field that `parse` did not read.
    pub fn parse_with<T>(&self, parse: impl Fn(&Self) -> T) -> T {
        let result = parse(self);
        self.finish();
        result
    }

    fn finish(&self) {
        let known_names = self.known_names.borrow();
        let members = self.object.map(Value::members).unwrap_or_default();
        for (name, _) in
            members.filter(|(name, _)| !known_names.iter().any(|known| name.to_text() == *known))
        {
            let path = self.path_of(&name.to_text());
            self.report(
                Diagnostic::warning(
                    "field-unknown",
                    format!("`{path}` is not a known field and was ignored."),
                )
                .help(format!("Known fields: {}.", known_names.join(", ")))
                .at(name.span()),
            );
        }
    }

    fn items(&self, name: &'static str) -> impl Iterator<Item = (usize, Value<'a>)> {
        let value = self.value(name);
        if let Some(value) = value.filter(|value| value.kind() != ValueKind::Array) {
            self.wrong(name, value, "a list");
        }
        value.map(Value::items).unwrap_or_default().enumerate()
    }

    fn required(&self, name: &'static str) -> Option<Value<'a>> {
        let value = self.value(name);
        if value.is_none() && self.is_present() {
            let path = self.path_of(name);
            let place = self.object.map(Value::span).unwrap_or_default();
            self.report(
                Diagnostic::error("field-missing", format!("`{path}` is missing."))
                    .help("Add it. The scenarios that come with Fedcred show how.")
                    .at(place),
            );
        }
        value
    }

    fn as_text(&self, name: &str, value: Value<'a>) -> String {
        value.as_str().map_or_else(
            || {
                self.wrong(name, value, "a string in double quotes");
                String::new()
            },
            std::borrow::Cow::into_owned,
        )
    }

    fn wrong(&self, name: &str, value: Value<'a>, wanted: &str) {
        let path = self.path_of(name);
        self.report(
            Diagnostic::error("field-type", format!("`{path}` must be {wanted}."))
                .help("It was ignored.")
                .at(value.span()),
        );
    }

    fn path_of(&self, name: &str) -> String {
        match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    fn report(&self, diagnostic: Diagnostic) {
        self.findings.borrow_mut().push(diagnostic);
    }
}

fn known_words<T>(words: &[(&'static str, T)]) -> String {
    let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    format!("one of {}", known.join(", "))
}
