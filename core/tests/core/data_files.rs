//! The data files: each fits its form to the letter, without an unknown or a missing member, and each is compiled in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// What each file looks like. The loaders of the crate forgive more, because they may not panic.
#[allow(dead_code, reason = "read to see whether it fits")]
mod form {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::{Map, Value};

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub(super) enum Confidence {
        Documented,
        Observed,
        Reported,
        Inferred,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Severity {
        Error,
        Warning,
        Info,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct ChecklistItem {
        id: String,
        r#for: Option<ChecklistFor>,
        title: String,
        why: String,
        how: String,
        rules: Option<Rules>,
        source: String,
        confidence: Confidence,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum ChecklistFor {
        Entra,
        Other,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Rules {
        Current,
        Preview2022,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct CredentialRule {
        code: String,
        severity: Severity,
        message: String,
        help: String,
        source: String,
        confidence: Confidence,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct DemonstrationKeys {
        #[serde(rename = "//")]
        comment: String,
        keys: Vec<DemonstrationKey>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct DemonstrationKey {
        kid: String,
        kty: String,
        n: String,
        e: String,
        d: String,
        p: String,
        q: String,
        dp: String,
        dq: String,
        qi: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct ErrorWords {
        pub(super) retry: BTreeMap<String, String>,
        pub(super) unsent: BTreeMap<String, String>,
        pub(super) wording: BTreeMap<String, String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    pub(super) struct CatalogueEntry {
        pub(super) code: Option<u32>,
        pub(super) error: Option<String>,
        pub(super) status: Option<u16>,
        title: String,
        pub(super) template: Option<String>,
        cause: String,
        fix: String,
        error_uri: Option<bool>,
        pub(super) retry: Option<String>,
        pub(super) unsent: Option<String>,
        source: String,
        confidence: Confidence,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct HttpFields {
        query: Vec<HttpField>,
        form: Vec<HttpField>,
        header: Vec<HttpField>,
        json: Vec<HttpField>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct HttpField {
        name: String,
        meaning: String,
        source: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Instance {
        preferred_network: String,
        preferred_cache: String,
        aliases: Vec<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Presets {
        print: String,
        scenarios: BTreeMap<String, String>,
        presets: Vec<Preset>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Preset {
        id: String,
        title: String,
        portal: String,
        fields: Vec<PresetField>,
        issuer: Option<Vec<String>>,
        subject: Option<Vec<String>>,
        name: Option<Vec<String>>,
        repo: Option<Vec<String>>,
        /// Where a token is printed, and the command.
        snippets: Option<Vec<(String, String)>>,
        note: Option<String>,
        source: String,
        confidence: Confidence,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct PresetField {
        key: String,
        label: String,
        /// Where there are no choices.
        example: Option<String>,
        hint: Option<String>,
        /// Values, each with its title.
        choices: Option<BTreeMap<String, String>>,
        /// The choice with which it is asked for.
        when: Option<String>,
        /// A pattern, and what it wants.
        checks: Option<Vec<(String, String)>>,
        optional: Option<Optional>,
    }

    /// Always, or with an answer to another field: `key=value`.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Optional {
        Always(bool),
        With(String),
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Sample {
        title: String,
        /// Seconds.
        lifetime: i64,
        claims: Map<String, Value>,
    }
}

/// Whether a text fits, and if not, why.
type Fits = fn(&str) -> serde_json::Result<()>;

fn fits<T: DeserializeOwned>(text: &str) -> serde_json::Result<()> {
    serde_json::from_str::<T>(text).map(drop)
}

/// Files whose loaders take no other form, as tests beside them show; so are those of claims and scenarios.
const STRICT: [&str; 3] = ["flexible.json", "platforms.json", "well-known-ids.json"];

const FORMS: [(&str, Fits); 9] = [
    ("checklist.json", fits::<Vec<form::ChecklistItem>>),
    ("credential-rules.json", fits::<Vec<form::CredentialRule>>),
    ("demo-keys.json", fits::<form::DemonstrationKeys>),
    ("error-words.json", fits::<form::ErrorWords>),
    ("errors.json", fits::<Vec<form::CatalogueEntry>>),
    ("http-fields.json", fits::<form::HttpFields>),
    ("instances.json", fits::<Vec<form::Instance>>),
    ("presets.json", fits::<form::Presets>),
    ("samples.json", fits::<Vec<form::Sample>>),
];

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn read(name: &str) -> String {
    fs::read_to_string(data().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of the files in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_file_fits_its_form() {
    for (name, fits) in FORMS {
        let result = fits(&read(name));
        assert!(result.is_ok(), "{name}: {result:?}");
    }
    let known = FORMS.iter().map(|(name, _)| *name).chain(STRICT);
    let known: BTreeSet<_> = known.map(str::to_owned).collect();
    let json: BTreeSet<_> = names(&data())
        .into_iter()
        .filter(|name| name.ends_with(".json"))
        .collect();
    assert_eq!(json, known, "each file has a form");
}

/// A word that stands for a sentence has one, and each sentence has its word.
#[test]
fn words_of_errors_have_their_sentences() {
    let words: form::ErrorWords = serde_json::from_str(&read("error-words.json")).unwrap();
    let entries: Vec<form::CatalogueEntry> = serde_json::from_str(&read("errors.json")).unwrap();
    let used = |word: fn(&form::CatalogueEntry) -> &Option<String>| -> BTreeSet<_> {
        entries
            .iter()
            .filter_map(|entry| word(entry).clone())
            .collect()
    };
    let keys = |words: &BTreeMap<String, String>| words.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(used(|entry| &entry.unsent), keys(&words.unsent));
    let mut retry = used(|entry| &entry.retry);
    retry.insert("no".to_owned());
    assert_eq!(retry, keys(&words.retry));
    assert_eq!(words.wording.len(), 2);
    let sent = entries
        .iter()
        .filter(|entry| entry.code.is_some() && entry.unsent.is_none());
    for entry in sent {
        let complete = entry.error.is_some() && entry.status.is_some() && entry.template.is_some();
        assert!(
            complete,
            "{:?} has no error, no status or no text",
            entry.code
        );
    }
}

#[test]
fn every_file_is_compiled_in() {
    let sources = code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let files = names(&data());
    let claims = names(&data().join("claims"))
        .into_iter()
        .map(|name| format!("claims/{name}"));
    for name in files.into_iter().chain(claims) {
        assert!(sources.contains(&format!("/data/{name}\")")), "{name}");
    }
}

/// The code of a folder, in one text.
fn code(folder: &Path) -> String {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let texts = entries.map(|path| match path.is_dir() {
        true => code(&path),
        false => fs::read_to_string(path).unwrap(),
    });
    texts.collect()
}
