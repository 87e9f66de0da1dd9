//! The fields of a scenario as a person sees them: labels, and the words that a field takes.

use super::fault::Fault;
use super::scenario::SKIPPED;
use super::trace::Outcome;
use crate::claims::Cloud;
use crate::federation::Rules;

/// Words of labels that are written in another way.
const WRITTEN: [(&str, &str); 3] = [
    ("Api", "API"),
    ("Url", "URL"),
    ("Identifier uris", "Identifier URIs"),
];

/// The label of a field: `appId` is "App id".
#[must_use]
pub fn field_label(name: &str) -> String {
    let mut label = String::new();
    for c in name.chars() {
        if label.is_empty() {
            label.push(c.to_ascii_uppercase());
        } else if c.is_ascii_uppercase() {
            label.extend([' ', c.to_ascii_lowercase()]);
        } else {
            label.push(c);
        }
    }
    let written = WRITTEN.iter().find(|(usual, _)| *usual == label);
    written.map_or_else(|| label.clone(), |(_, written)| (*written).to_owned())
}

/// The words that a field, or each item of a list with this name, takes; none where it takes any text.
#[must_use]
pub fn field_words(name: &str) -> Vec<&'static str> {
    match name {
        "rules" => Rules::ALL.map(Rules::word).to_vec(),
        "cloud" => Cloud::ALL.map(Cloud::word).to_vec(),
        "outcome" => Outcome::ALL.map(Outcome::name).to_vec(),
        "faults" => Fault::ALL.iter().map(|fault| fault.name()).collect(),
        "signInAudience" => vec!["AzureADMyOrg", "AzureADMultipleOrgs"],
        "skip" => SKIPPED.iter().map(|(word, _)| *word).collect(),
        "key" => vec!["demo-1", "demo-2"],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Scenario;

    #[track_caller]
    fn check(name: &str, label: &str) {
        assert_eq!(field_label(name), label);
    }

    #[test]
    fn labels_are_words() {
        check("", "");
        check("clock", "Clock");
        check("appId", "App id");
        check("api", "API");
        check("apis", "Apis");
        check("url", "URL");
        check("identifierUris", "Identifier URIs");
        check(
            "federatedIdentityCredentials",
            "Federated identity credentials",
        );
        check("aB<b>é", "A b<b>é");
    }

    #[test]
    fn every_word_is_read() {
        let shipped = include_str!("../../data/scenarios/wrong-subject.json");
        for (name, here) in [
            ("rules", "\"current\""),
            ("cloud", "\"global\""),
            ("outcome", "\"refused\""),
            ("faults", "\"wrong-subject\""),
            ("signInAudience", "\"AzureADMyOrg\""),
        ] {
            assert!(shipped.contains(here), "{here}");
            for word in field_words(name) {
                let text = shipped.replacen(here, &format!("\"{word}\""), 1);
                assert_eq!(Scenario::parse(&text).diagnostics, [], "{word}");
            }
        }
        for key in field_words("key") {
            assert!(crate::entra::DemonstrationKey::named(key).is_some());
        }
        assert!(field_words("title").is_empty());
    }
}
