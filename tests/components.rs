//! Tests of widgets and of what the app adopts, in a real browser.

#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use fedcred_app::platform::{page, paste_box, storage, theme_button};
use fedcred_app::theme::Theme;
use fedcred_app::ui::{CopyButton, Tab, Tabs, diff, external_link, show, tabs};
use fedcred_core::text::Difference;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

#[derive(Properties, PartialEq)]
struct HostProps {
    content: Html,
}

#[component]
fn Host(props: &HostProps) -> Html {
    props.content.clone()
}

/// Draws the content in an element of its own.
async fn draw(content: Html) -> Element {
    let root = element("div", "");
    yew::Renderer::<Host>::with_root_and_props(root.clone(), HostProps { content }).render();
    settle().await;
    root
}

async fn settle() {
    yew::platform::time::sleep(Duration::from_millis(20)).await;
}

fn element(tag: &str, id: &str) -> Element {
    if let Some(old) = page::by_id(id) {
        old.remove();
    }
    let element = document().create_element(tag).unwrap();
    element.set_id(id);
    document().body().unwrap().append_child(&element).unwrap();
    element
}

fn find(root: &Element, selector: &str) -> Element {
    root.query_selector(selector).unwrap().unwrap()
}

fn click(element: &Element) {
    element.unchecked_ref::<HtmlElement>().click();
}

#[wasm_bindgen_test]
fn the_theme_button_goes_round_and_stores_its_choice() {
    storage::set_theme(Theme::System);
    let button = element("button", "theme");
    let live = element("div", "live");
    let listener = theme_button::adopt();
    let label = || button.get_attribute("aria-label").unwrap();
    assert_eq!(label(), "Theme: system");
    for (expected, stored) in [
        ("Theme: light", Theme::Light),
        ("Theme: dark", Theme::Dark),
        ("Theme: system", Theme::System),
    ] {
        click(&button);
        assert_eq!((label().as_str(), storage::theme()), (expected, stored));
        assert_eq!(live.text_content().unwrap(), expected);
    }
    drop(listener);
    click(&button);
    assert_eq!(label(), "Theme: system");
}

#[wasm_bindgen_test]
fn the_same_announcement_twice_is_a_change() {
    let live = element("div", "live");
    page::announce("Copied: issuer");
    let first = live.text_content();
    page::announce("Copied: issuer");
    assert_ne!(live.text_content(), first);
}

#[wasm_bindgen_test]
async fn a_copy_button_says_what_it_copies() {
    let root = draw(html! {
        <>
            <CopyButton text="https://a" what="issuer" />
            <CopyButton text="{}" what="credential" label="Copy the corrected credential" primary=true />
        </>
    })
    .await;
    let name = |selector: &str| find(&root, selector).get_attribute("aria-label").unwrap();
    assert_eq!(name(".button-small"), "Copy issuer");
    assert_eq!(name(".button-primary"), "Copy the corrected credential");
}

#[wasm_bindgen_test]
async fn a_copy_button_always_tells_the_outcome() {
    element("div", "live");
    let root = draw(html! { <CopyButton text="x" what="subject" /> }).await;
    click(&find(&root, "button"));
    yew::platform::time::sleep(Duration::from_millis(300)).await;
    let said = page::by_id("live").unwrap().text_content().unwrap();
    let shown = root.text_content().unwrap();
    let copied = said == "Copied: subject" && shown == "Copied";
    let refused = said.contains("refused") && shown.contains("refused");
    assert!(copied || refused, "said {said:?}, shown {shown:?}");
}

#[wasm_bindgen_test]
async fn a_value_is_text_with_its_hidden_characters_named() {
    let root = draw(show("<b>\u{202e}x</b>")).await;
    assert!(root.query_selector("b").unwrap().is_none());
    assert_eq!(
        find(&root, ".invisible-char").text_content().unwrap(),
        "U+202E"
    );
    assert_eq!(root.text_content().unwrap(), "<b>U+202Ex</b>");
}

#[wasm_bindgen_test]
async fn a_difference_is_marked_and_a_space_in_it_is_shown() {
    let difference = Difference::between("https://a", "https://a/ ");
    let root = draw(diff(["presented", "configured"], &difference)).await;
    assert_eq!(find(&root, "mark").text_content().unwrap(), "/U+0020");
}

#[wasm_bindgen_test]
async fn only_https_becomes_a_link() {
    let root = draw(external_link("javascript:alert(1)".to_owned(), "keys")).await;
    assert!(root.query_selector("a").unwrap().is_none());
    assert_eq!(root.text_content().unwrap(), "keys");
    let root = draw(external_link(
        "https://learn.microsoft.com/".to_owned(),
        "source",
    ))
    .await;
    assert_eq!(find(&root, "a").get_attribute("rel").unwrap(), "noreferrer");
}

#[component]
fn TwoTabs() -> Html {
    let selected = use_state(|| AttrValue::from("a"));
    let on_select = {
        let selected = selected.clone();
        Callback::from(move |key| selected.set(key))
    };
    tabs(Tabs {
        id: "t",
        label: "View",
        tabs: vec![Tab::new("a", "First"), Tab::new("b", "Second")],
        selected: (*selected).clone(),
        on_select,
        content: html! { &*selected },
    })
}

#[wasm_bindgen_test]
async fn an_arrow_key_moves_selection_and_focus() {
    let root = draw(html! { <TwoTabs /> }).await;
    let init = web_sys::KeyboardEventInit::new();
    init.set_key("ArrowRight");
    init.set_bubbles(true);
    let event =
        web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    find(&root, "#t-tab-a").dispatch_event(&event).unwrap();
    settle().await;
    assert_eq!(document().active_element().unwrap().id(), "t-tab-b");
    assert_eq!(
        find(&root, "#t-tab-b")
            .get_attribute("aria-selected")
            .unwrap(),
        "true"
    );
    assert_eq!(find(&root, "[role=tabpanel]").text_content().unwrap(), "b");
}

#[wasm_bindgen_test]
fn the_paste_box_reports_typed_and_replaced_text() {
    use std::{cell::RefCell, rc::Rc};
    let area: HtmlTextAreaElement = element("textarea", "token").unchecked_into();
    area.set_value("before");
    assert_eq!(paste_box::text(), "before");
    let seen = Rc::new(RefCell::new(Vec::new()));
    let listener = paste_box::on_edit({
        let seen = seen.clone();
        move || seen.borrow_mut().push(paste_box::text())
    });
    paste_box::replace("after");
    paste_box::replace("");
    assert_eq!(paste_box::text(), "");
    assert_eq!(*seen.borrow(), ["after", ""]);
    drop(listener);
}
