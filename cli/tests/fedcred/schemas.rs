//! The JSON Schemas in docs/schemas: every output fits its schema, and a changed one does not.
//!
//! [`check_output`] looks at every JSON that the command line writes in any of these tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use fedcred_core::claims::Cloud;
use fedcred_core::entra::RuleId;
use fedcred_core::federation::Rules;
use fedcred_core::flow::{Actor, AssertionKind, Fault, Outcome, StepId};
use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{
    CLAIMS, GITHUB_CLAIMS, MOMENT, SUBJECT, cookbook, credential, foreign_token, key_file, key_set,
    root, scenario, signed,
};
use crate::parts::shortened;
use crate::process::{Folder, fedcred};

pub(crate) struct Schema {
    text: Value,
    pub(crate) validator: Validator,
}

static SCHEMAS: LazyLock<BTreeMap<String, Schema>> = LazyLock::new(|| {
    let files = std::fs::read_dir(root().join("docs/schemas")).expect("docs/schemas");
    files
        .map(|file| {
            let path = file.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("a schema");
            let text: Value = serde_json::from_str(&text).expect("JSON");
            let validator = jsonschema::validator_for(&text).expect("a JSON Schema");
            let name = path.file_stem().and_then(|stem| stem.to_str());
            (name.expect("a name").to_owned(), Schema { text, validator })
        })
        .collect()
});

#[track_caller]
pub(crate) fn schema(name: &str) -> &'static Schema {
    SCHEMAS
        .get(name)
        .unwrap_or_else(|| panic!("docs/schemas has no {name}.json"))
}

/// The value must fit the schema.
#[track_caller]
fn check_fits(name: &str, value: &Value) {
    let errors = schema(name).validator.iter_errors(value);
    let errors: Vec<_> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{name}.json\n{}",
        shortened(&errors.join("\n"))
    );
}

/// The schema of what the command line writes with these arguments; `None` if that is not JSON.
fn schema_of_output(arguments: &[&str]) -> Option<&'static str> {
    let has = |pair: [&str; 2]| arguments.windows(2).any(|two| two == pair);
    let command = *arguments.first()?;
    let names = [
        "decode",
        "credential",
        "match",
        "explain",
        "simulate",
        "serve",
    ];
    let name = names.into_iter().find(|name| *name == command)?;
    has(["--format", "json"]).then_some(if has(["--platform", "list"]) {
        "platforms"
    } else if has(["--export", "list"]) {
        "exports"
    } else {
        name
    })
}

/// What the command line wrote with these arguments must fit its schema, if it is JSON.
#[track_caller]
pub(crate) fn check_output(arguments: &[&str], output: &str) {
    let Some(name) = schema_of_output(arguments) else {
        return;
    };
    match serde_json::from_str(output) {
        Ok(value) => check_fits(name, &value),
        // A token may hold what serde_json cannot.
        Err(error) if is_out_of_reach(&error.to_string()) => {}
        Err(error) => panic!("{arguments:?}: {error}\n{}", shortened(output)),
    }
}

/// Numbers beyond doubles, values of any depth, and escapes that are half a character.
fn is_out_of_reach(error: &str) -> bool {
    const ERRORS: [&str; 3] = [
        "number out of range",
        "recursion limit exceeded",
        "unexpected end of hex escape",
    ];
    ERRORS.iter().any(|known| error.starts_with(known))
}

/// Outputs of every kind.
fn outputs() -> Vec<(&'static str, Value)> {
    let jwe = cookbook("jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2");
    let jwe = jwe["output"]["compact"]
        .as_str()
        .expect("a token")
        .to_owned();
    let flexible = json!([{
        "name": "flexible", "issuer": "https://token.actions.githubusercontent.com", "subject": null,
        "audiences": ["api://AzureADTokenExchange"],
        "claimsMatchingExpression": {"value": "claims['sub'] matches 'repo:contoso/other:*'", "languageVersion": 1},
    }]);
    let folder = Folder::with("token.txt", signed("demo-1", CLAIMS))
        .and("jwks.json", key_set())
        .and("foreign.txt", foreign_token("RS256"))
        .and("certificate.pem", key_file("rsa.cert.pem"))
        .and("other.txt", CLAIMS.replace("app", "apq"))
        .and("jwe.txt", jwe)
        .and("mismatch.json", credential("mi", "x"))
        .and("credential.json", credential("mi", SUBJECT))
        .and("github.json", GITHUB_CLAIMS)
        .and("flexible.json", flexible.to_string())
        .and("before.json", scenario("propagation"))
        .and("refused.json", scenario("wrong-subject"));
    let runs: [&[&str]; 14] = [
        &[
            "decode",
            "token.txt",
            "--at",
            MOMENT,
            "--keys",
            "jwks.json",
            "--subject",
            "x",
        ],
        &[
            "decode",
            "token.txt",
            "--compare",
            "other.txt",
            "--at",
            MOMENT,
        ],
        &[
            "decode",
            "foreign.txt",
            "--keys",
            "certificate.pem",
            "--at",
            MOMENT,
        ],
        &["decode", "jwe.txt", "--at", MOMENT],
        &[
            "credential",
            "--from-token",
            "token.txt",
            "--export",
            "az-bash",
        ],
        &["credential", "--from-token", "github.json", "--flexible"],
        &["credential", "--platform", "list"],
        &["credential", "--export", "list"],
        &[
            "match",
            "--token",
            "token.txt",
            "--credentials",
            "mismatch.json",
        ],
        &[
            "match",
            "--token",
            "token.txt",
            "--credentials",
            "credential.json",
        ],
        &[
            "match",
            "--token",
            "github.json",
            "--credentials",
            "flexible.json",
        ],
        &[
            "explain",
            "--text",
            "AADSTS700213: No matching … subject 'x'. Trace ID: 1 AADSTS70025",
        ],
        &["explain", "--text", "nothing"],
        &["simulate", "before.json", "refused.json"],
    ];
    let run = |arguments: &&[&str]| {
        let arguments = [*arguments, &["--format", "json"]].concat();
        let name = schema_of_output(&arguments).expect("a schema");
        (name, folder.fedcred(&arguments, "").json())
    };
    runs.iter().map(run).collect()
}

#[test]
fn every_shipped_scenario_and_its_trace_fit() {
    let folder = std::fs::read_dir(root().join("core/data/scenarios")).expect("the scenarios");
    let mut paths: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    for path in &paths {
        let text = std::fs::read_to_string(path).expect("a scenario");
        check_fits("scenario", &serde_json::from_str(&text).expect("JSON"));
    }
    let mut arguments = vec!["simulate", "--format", "json"];
    arguments.extend(paths.iter().map(|path| path.to_str().expect("a name")));
    let traces = fedcred(&arguments, "").ends(0).json();
    assert_eq!(traces.as_array().map(Vec::len), Some(paths.len()));
}

/// Members that may be absent, in at least one kind of object.
const OPTIONAL: [&str; 8] = [
    "body",
    "changes",
    "confidence",
    "diagnostics",
    "export",
    "note",
    "source",
    "terms",
];

/// Members that contain whatever the token or the message contains.
const FREE: [&str; 7] = [
    "header",
    "payload",
    "unprotectedHeaders",
    "value",
    "left",
    "right",
    "parameters",
];

/// The places in a value that a schema describes; of a list, the first item and the last.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if !FREE.contains(&name.as_str()) {
                    places(value, &format!("{pointer}/{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            let last = items.len().saturating_sub(1);
            for index in [0, last].into_iter().take(items.len()) {
                places(&items[index], &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// A copy of the value, with a change at one place.
pub(crate) fn changed(value: &Value, pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut copy = value.clone();
    change(copy.pointer_mut(pointer).expect("a place"));
    copy
}

#[track_caller]
fn check_refused(name: &str, value: &Value, what: &str) {
    assert!(
        !schema(name).validator.is_valid(value),
        "{name}.json accepts {what}"
    );
}

#[test]
fn a_changed_output_does_not_fit() {
    let mut tried = 0;
    for (name, output) in outputs() {
        let mut found = Vec::new();
        places(&output, "", &mut found);
        for pointer in &found {
            let wrong = changed(&output, pointer, |value| *value = json!([[[]]]));
            check_refused(name, &wrong, &format!("another type at {pointer}"));
            let place = output.pointer(pointer).expect("a place");
            let Value::Object(members) = place else {
                continue;
            };
            let more = changed(&output, pointer, |value| value["unknown"] = json!(1));
            check_refused(name, &more, &format!("an unknown member at {pointer}"));
            for member in members
                .keys()
                .filter(|member| !OPTIONAL.contains(&member.as_str()))
            {
                let less = changed(&output, pointer, |value| {
                    value.as_object_mut().expect("an object").remove(member);
                });
                check_refused(name, &less, &format!("no {member} at {pointer}"));
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} objects were changed");
}

/// Calls `visit` for a schema and each schema in it.
fn walk<'a>(schema: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(schema);
    match schema {
        Value::Object(members) => members.values().for_each(|value| walk(value, visit)),
        Value::Array(items) => items.iter().for_each(|value| walk(value, visit)),
        _ => {}
    }
}

/// The names of all members that an output can have.
pub(crate) fn members() -> BTreeSet<&'static str> {
    let mut members = BTreeSet::new();
    for (_, Schema { text, .. }) in SCHEMAS.iter().filter(|(name, _)| *name != "scenario") {
        walk(text, &mut |schema| {
            let properties = schema.get("properties").and_then(Value::as_object);
            members.extend(
                properties
                    .into_iter()
                    .flat_map(|all| all.keys().map(String::as_str)),
            );
        });
    }
    members
}

#[test]
fn no_object_is_open() {
    for (name, Schema { text, .. }) in SCHEMAS.iter() {
        walk(text, &mut |schema| {
            let properties = schema.get("properties").and_then(Value::as_object);
            let Some(properties) = properties.filter(|_| schema["type"] == "object") else {
                return;
            };
            // Microsoft Graph may send more with an expression.
            let is_expression = name == "scenario" && properties.contains_key("languageVersion");
            let is_closed = schema["additionalProperties"] == json!(false);
            assert!(
                is_closed || is_expression,
                "{name}.json has an open object: {schema}"
            );
        });
    }
}

#[test]
fn outputs_share_their_definitions() {
    let mut known: BTreeMap<&str, &Value> = BTreeMap::new();
    for (name, Schema { text, .. }) in SCHEMAS.iter().filter(|(name, _)| *name != "scenario") {
        let definitions = text.get("$defs").and_then(Value::as_object);
        for (definition, schema) in definitions.into_iter().flatten() {
            let first = *known.entry(definition).or_insert(schema);
            assert_eq!(*first, *schema, "{definition} in {name}.json");
        }
    }
}

#[track_caller]
fn check_enum(name: &str, pointer: &str, words: impl IntoIterator<Item = String>) {
    let words: Vec<_> = words.into_iter().map(Value::from).collect();
    let listed = schema(name).text.pointer(pointer).unwrap_or(&Value::Null);
    let listed = listed
        .as_array()
        .unwrap_or_else(|| panic!("{name}.json has no {pointer}"));
    let listed: Vec<_> = listed
        .iter()
        .filter(|word| !word.is_null())
        .cloned()
        .collect();
    assert_eq!(listed, words, "{pointer} of {name}.json");
}

/// The names of values in JSON.
fn names<T: Serialize>(values: &[T]) -> Vec<String> {
    let name = |value| json!(value).as_str().expect("a string").to_owned();
    values.iter().map(name).collect()
}

#[test]
fn enums_list_the_values_of_the_core() {
    for name in ["scenario", "simulate", "serve"] {
        check_enum(name, "/$defs/rules/enum", names(&Rules::ALL));
        check_enum(name, "/$defs/cloud/enum", names(&Cloud::ALL));
    }
    for name in ["simulate", "serve"] {
        check_enum(
            name,
            "/$defs/check/properties/rule/enum",
            names(RuleId::ALL),
        );
    }
    check_enum("match", "/$defs/rules/enum", names(&Rules::ALL));
    check_enum("decode", "/$defs/cloud/enum", names(&Cloud::ALL));
    let faults = Fault::ALL.map(|fault| fault.name().to_owned());
    check_enum("scenario", "/properties/faults/items/enum", faults);
    let kinds = AssertionKind::ALL.map(|kind| kind.name().to_owned());
    check_enum("scenario", "/$defs/token/properties/kind/enum", kinds);
    check_enum(
        "simulate",
        "/$defs/step/properties/id/enum",
        names(&StepId::ALL),
    );
    check_enum("simulate", "/$defs/actor/enum", names(&Actor::ALL));
    check_enum(
        "simulate",
        "/$defs/simulation/properties/outcome/enum",
        names(&Outcome::ALL),
    );
    check_enum(
        "scenario",
        "/$defs/expectation/properties/outcome/enum",
        names(&Outcome::ALL),
    );
}

#[test]
fn retry_and_unsent_list_the_words_of_the_data() {
    let path = root().join("core/data/error-words.json");
    let data = std::fs::read_to_string(path).expect("the words");
    let data: Value = serde_json::from_str(&data).expect("JSON");
    for member in ["retry", "unsent"] {
        let pointer = format!("/$defs/error/properties/{member}/enum");
        let listed = schema("explain")
            .text
            .pointer(&pointer)
            .and_then(Value::as_array);
        let listed: BTreeSet<_> = listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let words = data[member].as_object().expect("words");
        assert_eq!(
            listed,
            words.keys().map(String::as_str).collect(),
            "{member}"
        );
    }
}
