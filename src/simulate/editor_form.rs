//! The scenario's text as a form: a control for each value, a group for each object and list, whatever they are.

use fedcred_core::flow::field_values;
use fedcred_core::text::Span;
use fedcred_core::text::edit::{quoted, replaced, with_last_item_repeated, without_item};
use fedcred_core::text::json::{Document, Value, ValueKind};
use web_sys::Element;
use yew::prelude::*;

use super::editor::Editing;
use crate::platform::page;
use crate::ui::{Control, button, control, element, group, heard, with};

/// The form; a damaged text is a form as far as it can be read.
pub(super) fn form(editing: &Editing, text: &AttrValue) -> Html {
    let document = Document::parse(text.as_str());
    let mut parts = Vec::new();
    for (name, value) in document.members() {
        let name = name.to_text();
        // The version of the format has one value.
        if name != "fedcred" {
            parts.push(field(&name, &field_label(&name), value));
        }
    }
    html! {
        <div class="form editor-form" onchange={on_change(editing)} onclick={on_click(editing)}>{ group(parts) }</div>
    }
}

/// The id of the control for the value at this place of the text.
pub(super) fn field_id(span: Span) -> String {
    [
        "field-",
        &span.start().to_string(),
        "-",
        &span.end().to_string(),
    ]
    .concat()
}

/// A value with its label: `name` is that of the field, or of the list that it is in.
fn field(name: &str, label: &str, value: Value<'_>) -> Html {
    match value.kind() {
        ValueKind::Object => fold("", label, &summary(value), object(value)),
        ValueKind::Array => list(name, label, value),
        ValueKind::Bool => {
            let on = value.as_bool() == Some(true);
            html! {
                <label class="choice"><input type="checkbox" id={field_id(value.span())} checked={on} />{ label.to_owned() }</label>
            }
        }
        _ => leaf(name, label, value),
    }
}

fn leaf(name: &str, label: &str, value: Value<'_>) -> Html {
    let text = value.to_text();
    let mut words = field_values(name);
    if !words.is_empty() && !words.contains(&text.as_ref()) {
        words.insert(0, &text);
    }
    let options: Vec<_> = words.iter().map(|word| (*word, *word)).collect();
    control(&Control {
        id: &field_id(value.span()),
        label,
        value: &text,
        options: &options,
        ..Control::default()
    })
}

fn object(value: Value<'_>) -> Html {
    let mut parts = Vec::new();
    for (name, value) in value.members() {
        let name = name.to_text();
        parts.push(field(&name, &field_label(&name), value));
    }
    group(parts)
}

fn list(name: &str, label: &str, value: Value<'_>) -> Html {
    let start = value.span().start().to_string();
    let mut parts = Vec::new();
    for (index, item) in value.items().enumerate() {
        let label = [label, " ", &(index + 1).to_string()].concat();
        let id = ["drop-", &start, "-", &index.to_string()].concat();
        let words = ["Remove ", &label].concat();
        let remove = by_id("Remove", id, words);
        let item = field(name, &label, item);
        parts.push(element("div", "editor-item", group(vec![item, remove])));
    }
    let empty = parts.is_empty();
    if empty && field_values(name).is_empty() {
        parts.push(element("p", "hint", "Empty. Write the first one as JSON."));
    } else {
        let id = ["add-", &start, "-", name].concat();
        let words = ["Add to ", label].concat();
        parts.push(by_id("Add", id, words));
    }
    let count = if empty {
        "none".to_owned()
    } else {
        value.items().count().to_string()
    };
    fold(&["list-", &start].concat(), label, &count, group(parts))
}

/// A button that the form knows by its id.
fn by_id(words: &'static str, id: String, name: String) -> Html {
    let button = with("id", id.into(), button(words, Callback::noop()));
    with("aria-label", name.into(), button)
}

/// A group with its label and what tells it from others.
fn fold(id: &str, label: &str, more: &str, content: Html) -> Html {
    let hint = element("span", "hint", [" · ", more].concat());
    let summary = element("summary", "", group(vec![label.to_owned().into(), hint]));
    let summary = with("id", id.to_owned().into(), summary);
    let legend = element("legend", "visually-hidden", label.to_owned());
    let fields = element("fieldset", "form form-grid", group(vec![legend, content]));
    element("details", "editor-group", group(vec![summary, fields]))
}

/// By which people know an object.
fn summary(value: Value<'_>) -> String {
    let known = NAMES.iter().map(|name| value.string_of(name));
    let mut known = known.filter(|text| !text.is_empty());
    known.next().unwrap_or_else(|| {
        let names: Vec<_> = value
            .members()
            .map(|(name, _)| field_label(&name.to_text()))
            .collect();
        names.join(", ").to_ascii_lowercase()
    })
}

const NAMES: [&str; 8] = [
    "displayName",
    "name",
    "kid",
    "value",
    "appId",
    "id",
    "appRoleId",
    "host",
];

/// Puts what was entered into the text, where the control's id says.
fn on_change(editing: &Editing) -> Callback<Event> {
    let editing = editing.clone();
    Callback::from(move |event: Event| {
        let Some(heard) = heard(&event) else { return };
        let text = editing.text();
        if let Some(span) = span_of(&heard.id) {
            let json = json_of(span.slice(&text), &heard.value, heard.ticked);
            editing.put(replaced(&text, span, &json), "");
        }
    })
}

/// The place in an id.
fn span_of(id: &str) -> Option<Span> {
    let (start, end) = id.strip_prefix("field-")?.split_once('-')?;
    Some(Span::new(start.parse().ok()?, end.parse().ok()?))
}

/// What was entered as JSON, of the kind that it was; a number that is none becomes a text.
fn json_of(old: &str, value: &str, ticked: bool) -> String {
    if matches!(old, "true" | "false") {
        return ticked.to_string();
    }
    let number = || {
        let document = Document::parse(value);
        let root = document.root().map(Value::kind);
        document.is_complete() && root == Some(ValueKind::Number)
    };
    if !old.starts_with('"') && number() {
        value.trim().to_owned()
    } else {
        quoted(value)
    }
}

/// Adds and removes items of lists.
fn on_click(editing: &Editing) -> Callback<MouseEvent> {
    let editing = editing.clone();
    Callback::from(move |event: MouseEvent| {
        let target = event.target_dyn_into::<Element>();
        let id = target.map(|target| target.id()).unwrap_or_default();
        let document = Document::parse(editing.text().as_str());
        if let Some(text) = with_list_changed(&document, &id) {
            if let Some((list, _)) = id.strip_prefix("drop-").and_then(|it| it.split_once('-')) {
                page::focus(&["list-", list].concat());
                page::announce("Removed. Undo brings it back.");
            } else {
                page::announce("Added: a copy of the last one.");
            }
            editing.put(text, "");
        }
    })
}

/// The text after a click on the button with this id.
fn with_list_changed(document: &Document, id: &str) -> Option<String> {
    if let Some(list) = id.strip_prefix("add-") {
        let (start, name) = list.split_once('-')?;
        let list = document.value_at(start.parse().ok()?)?;
        if list.items().next().is_some() {
            return Some(with_last_item_repeated(document, list));
        }
        // Only lists of words are added to when they are empty.
        let word = field_values(name).first().map(|word| quoted(word))?;
        let items = ["[", &word, "]"].concat();
        return Some(replaced(document.source(), list.span(), &items));
    }
    let (start, index) = id.strip_prefix("drop-")?.split_once('-')?;
    let list = document.value_at(start.parse().ok()?)?;
    Some(without_item(document, list, index.parse().ok()?))
}

/// Words of labels that are written in another way.
const WRITTEN: [(&str, &str); 3] = [
    ("Api", "API"),
    ("Url", "URL"),
    ("Identifier uris", "Identifier URIs"),
];

/// The label of a field: `appId` is "App ID".
fn field_label(name: &str) -> String {
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
    if let Some(what) = label.strip_suffix(" id") {
        return format!("{what} ID");
    }
    let written = WRITTEN.iter().find(|(usual, _)| *usual == label);
    written.map_or_else(|| label.clone(), |(_, written)| (*written).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, id: &str, expected: Option<&str>) {
        let changed = with_list_changed(&Document::parse(text), id);
        assert_eq!(changed.as_deref(), expected, "{id}");
    }

    #[test]
    fn buttons_change_lists() {
        check("[1, 2]", "add-0-x", Some("[1, 2, 2]"));
        check("[1, 2]", "drop-0-0", Some("[2]"));
        check(
            r#"{"faults": []}"#,
            "add-11-faults",
            Some(r#"{"faults": ["wrong-subject"]}"#),
        );
        check(
            r#"{"skip": []}"#,
            "add-9-skip",
            Some(r#"{"skip": ["issuer"]}"#),
        );
        check(r#"{"tenants": []}"#, "add-12-tenants", None);
        for id in [
            "",
            "add",
            "add-",
            "add-0",
            "add-9-x",
            "drop-0",
            "drop-x-0",
            "drop-0-x",
            "field-0-1",
        ] {
            check("[1, 2]", id, None);
        }
        check("[1, 2]", "drop-0-7", Some("[1, 2]"));
    }

    #[test]
    fn what_is_entered_keeps_its_kind() {
        for (old, value, ticked, expected) in [
            ("\"a\"", "b\"c", false, "\"b\\\"c\""),
            ("\"1\"", "2", false, "\"2\""),
            ("1", "2", false, "2"),
            ("1", " -2.5e3 ", false, "-2.5e3"),
            ("1", "2x", false, "\"2x\""),
            ("1", "", false, "\"\""),
            ("1", "[1]", false, "\"[1]\""),
            ("null", "x", false, "\"x\""),
            ("true", "on", false, "false"),
            ("false", "on", true, "true"),
        ] {
            assert_eq!(json_of(old, value, ticked), expected, "{old} {value}");
        }
    }

    #[test]
    fn an_id_holds_its_place() {
        let span = Span::new(3, 17);
        assert_eq!(span_of(&field_id(span)), Some(span));
        for id in ["", "field-", "field-1", "field-1-", "field-a-b", "add-1"] {
            assert_eq!(span_of(id), None, "{id}");
        }
    }

    #[test]
    fn an_object_is_known_by_its_name() {
        for (text, expected) in [
            (r#"{"id": "1", "displayName": "Contoso"}"#, "Contoso"),
            (r#"{"id": "1"}"#, "1"),
            (
                r#"{"tenants": [], "signingKeys": []}"#,
                "tenants, signing keys",
            ),
            ("{}", ""),
        ] {
            assert_eq!(summary(Document::parse(text).root().unwrap()), expected);
        }
    }

    #[track_caller]
    fn check_label(name: &str, label: &str) {
        assert_eq!(field_label(name), label);
    }

    #[test]
    fn labels_are_words() {
        check_label("", "");
        check_label("clock", "Clock");
        check_label("appId", "App ID");
        check_label("api", "API");
        check_label("apis", "Apis");
        check_label("url", "URL");
        check_label("identifierUris", "Identifier URIs");
        check_label(
            "federatedIdentityCredentials",
            "Federated identity credentials",
        );
        check_label("aB<b>é", "A b<b>é");
    }
}
