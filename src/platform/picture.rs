//! A picture of the page as a file of its own: SVG that needs no style sheet.

use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::page::ignore;

/// What is read from the style sheet, for each shape and text.
const STYLES: [&str; 8] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "font-size",
    "font-weight",
];

/// The picture in light colours, whatever the page has; `None` where none is drawn.
pub fn of(selector: &str, background: &str) -> Option<String> {
    let drawn = document().query_selector(selector).ok()??;
    let copy: Element = drawn.clone_node_with_deep(true).ok()?.unchecked_into();
    let mark = |name: &str, value: &str| ignore(copy.set_attribute(name, value));
    mark("xmlns", "http://www.w3.org/2000/svg");
    mark("font-family", "system-ui, sans-serif");
    // Only what is in the document has a style: it stands there for a moment, not to be seen.
    let class = copy.get_attribute("class").unwrap_or_default();
    mark("class", &[&class, " standalone"].concat());
    document().body()?.append_child(&copy).ok()?;
    style(&copy);
    copy.remove();
    let size = copy.get_attribute("viewBox")?;
    if let [_, _, width, height] = size.split(' ').collect::<Vec<_>>()[..] {
        mark("width", width);
        mark("height", height);
    }
    let frame = [
        "<rect width=\"100%\" height=\"100%\" fill=\"",
        background,
        "\"/>",
    ];
    ignore(copy.insert_adjacent_html("afterbegin", &frame.concat()));
    Some(copy.outer_html())
}

/// Writes the styles down, and takes away what only the page needs.
fn style(copy: &Element) {
    let Ok(all) = copy.query_selector_all("*") else {
        return;
    };
    for index in 0..all.length() {
        let Some(element) = all
            .get(index)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        let shape = !matches!(element.tag_name().as_str(), "g" | "tspan");
        if let (true, Ok(Some(styles))) = (shape, window().get_computed_style(&element)) {
            for name in STYLES {
                let value = styles.get_property_value(name).unwrap_or_default();
                if !value.is_empty() {
                    ignore(element.set_attribute(name, &value));
                }
            }
        }
    }
    for index in 0..all.length() {
        let Some(element) = all
            .get(index)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        if element.get_attribute("class").as_deref() == Some("hit") {
            element.remove();
        }
        ignore(element.remove_attribute("class"));
        ignore(element.remove_attribute("id"));
    }
    ignore(copy.remove_attribute("class"));
}
