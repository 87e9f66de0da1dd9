//! Tests of the Simulate page in a real browser: one selection for controls, diagram and list.

#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use fedcred_app::platform::{address, page};
use fedcred_app::session::use_session;
use fedcred_app::simulate::SimulatePage;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[path = "../core/tests/core/golden/summary.rs"]
mod summary;

wasm_bindgen_test_configure!(run_in_browser);

/// The same bytes here as natively, where `core/tests/core/golden.rs` reads the same file.
#[wasm_bindgen_test]
fn every_scenario_ends_as_it_does_natively() {
    let golden = include_str!("../core/tests/golden/traces.txt");
    let sections = summary::sections();
    assert!(sections.join("\n") == golden);
}

#[component]
fn Page() -> Html {
    let session = use_session();
    html! { <SimulatePage {session} go={Callback::noop()} /> }
}

/// The page at an address, drawn until the test ends.
struct Shown {
    root: Element,
    app: Option<yew::AppHandle<Page>>,
}

impl Shown {
    async fn at(query: &str) -> Self {
        address::replace_query(query);
        fresh("div", "live");
        let root = fresh("div", "simulate-test");
        let app = yew::Renderer::<Page>::with_root(root.clone()).render();
        settle().await;
        Self {
            root,
            app: Some(app),
        }
    }

    fn find(&self, selector: &str) -> Element {
        let found = self.root.query_selector(selector).unwrap();
        found.unwrap_or_else(|| panic!("no {selector}"))
    }

    fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap()
    }

    async fn click(&self, selector: &str) {
        self.find(selector).unchecked_ref::<HtmlElement>().click();
        settle().await;
    }

    async fn key(&self, selector: &str, key: &str) {
        let init = web_sys::KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init);
        self.find(selector).dispatch_event(&event.unwrap()).unwrap();
        settle().await;
    }

    /// Controls, list, diagram and address say the same.
    #[track_caller]
    fn check(&self, number: usize, of: usize) {
        assert_eq!(
            self.text(".controls-place"),
            format!("step {number} of {of}")
        );
        let current = self.find("[aria-current=step]");
        assert_eq!(current.id(), format!("step-{number}"));
        assert_eq!(
            self.find(".sequence .current").id(),
            format!("drawn-{number}")
        );
        assert!(
            self.text(".inspector strong")
                .starts_with(&format!("{number} · "))
        );
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

fn fresh(tag: &str, id: &str) -> Element {
    if let Some(old) = page::by_id(id) {
        old.remove();
    }
    let element = document().create_element(tag).unwrap();
    element.set_id(id);
    document().body().unwrap().append_child(&element).unwrap();
    element
}

async fn settle() {
    yew::platform::time::sleep(Duration::from_millis(120)).await;
}

#[wasm_bindgen_test]
async fn it_begins_at_the_first_step_with_the_whole_exchange_drawn() {
    let shown = Shown::at("").await;
    shown.check(1, 16);
    assert_eq!(shown.count(".sequence .row-drawn"), 16);
    assert_eq!(shown.text(".outcome"), "allowed");
    assert_eq!(page::by_id("live").unwrap().text_content().unwrap(), "");
}

#[wasm_bindgen_test]
async fn buttons_keys_list_and_diagram_share_one_selection() {
    let shown = Shown::at("scenario=managed-identity").await;
    shown.click(".controls .button-primary").await;
    shown.check(2, 16);
    assert_eq!(address::query(), "scenario=managed-identity&step=2");
    let live = page::by_id("live").unwrap().text_content().unwrap();
    assert!(live.starts_with("Step 2 of 16: Token of the"), "{live}");
    shown.key(".diagram", "ArrowRight").await;
    shown.check(3, 16);
    shown.click("#step-9").await;
    shown.check(9, 16);
    shown.key("#step-9", "ArrowLeft").await;
    shown.check(8, 16);
    assert_eq!(document().active_element().unwrap().id(), "step-8");
    shown.key("#step-2", "ArrowRight").await;
    shown.check(3, 16);
    let event = web_sys::Event::new("click").unwrap();
    event.init_event_with_bubbles("click", true);
    shown.find("#drawn-5").dispatch_event(&event).unwrap();
    settle().await;
    shown.check(5, 16);
}

#[wasm_bindgen_test]
async fn a_failure_is_explained_and_repaired() {
    let shown = Shown::at("scenario=wrong-subject&step=11").await;
    shown.check(11, 12);
    assert_eq!(shown.text(".outcome"), "stops at 11");
    assert!(shown.text(".inspector").contains("AADSTS700213"));
    assert_eq!(shown.count(".failure mark"), 2);
    assert_eq!(shown.count("li.step-off"), 3);
    shown.click(".failure .button-primary").await;
    shown.check(11, 16);
    assert_eq!(
        address::query(),
        "scenario=wrong-subject&step=11&faults=none"
    );
}

#[wasm_bindgen_test]
async fn a_number_that_is_too_large_is_the_last_step() {
    Shown::at("step=99").await.check(16, 16);
    Shown::at("step=0").await.check(1, 16);
}

#[wasm_bindgen_test]
async fn another_scenario_begins_anew() {
    let shown = Shown::at("scenario=managed-identity&step=7").await;
    let select: HtmlSelectElement = shown.find("select").unchecked_into();
    select.set_value("article-today");
    let event = web_sys::Event::new("change").unwrap();
    event.init_event_with_bubbles("change", true);
    select.dispatch_event(&event).unwrap();
    settle().await;
    shown.check(1, 12);
    assert_eq!(address::query(), "scenario=article-today&step=1");
    assert!(shown.text("h1").contains("under today's rules"));
    gloo::utils::window().history().unwrap().back().unwrap();
    settle().await;
    shown.check(7, 16);
    assert_eq!(select.value(), "managed-identity");
}

#[wasm_bindgen_test]
async fn a_token_can_be_shown_whole() {
    let shown = Shown::at("scenario=managed-identity&step=2").await;
    let short = shown.text(".code-block");
    assert!(short.contains('…'), "{short}");
    shown.click("[aria-pressed=false]").await;
    let whole = shown.text(".code-block");
    assert!(!whole.contains('…') && whole.len() > short.len() + 500);
}

#[wasm_bindgen_test]
async fn without_a_token_yours_is_explained() {
    let shown = Shown::at("scenario=yours").await;
    shown.check(1, 16);
    assert!(
        shown
            .text(".simulate-notice")
            .starts_with("Nothing is pasted")
    );
}

#[wasm_bindgen_test]
async fn keys_do_nothing_in_the_chooser() {
    let shown = Shown::at("scenario=managed-identity&step=4").await;
    shown.key("select", "End").await;
    shown.check(4, 16);
    shown.key(".diagram", "Tab").await;
    shown.check(4, 16);
}

#[wasm_bindgen_test]
async fn tools_are_unfolded_one_at_a_time() {
    let shown = Shown::at("scenario=wrong-subject").await;
    assert_eq!(shown.count("#tool"), 0);
    shown.click(".settings-tools button").await;
    assert_eq!(shown.count("#tool input[type=checkbox]"), 18);
    shown.click(".settings-tools button:nth-child(2)").await;
    assert_eq!(shown.count("#tool .editor-form > .editor-group"), 5);
    shown.click(".settings-tools button:nth-child(3)").await;
    assert_eq!(shown.count("#tool .export-list > li"), 4);
    shown.click(".settings-tools button:nth-child(3)").await;
    assert_eq!(shown.count("#tool"), 0);
}

#[wasm_bindgen_test]
async fn what_is_predicted_is_hidden_until_it_is_revealed() {
    let shown = Shown::at("scenario=wrong-subject&step=5").await;
    shown.click(".settings > .choice input").await;
    shown.check(5, 12);
    shown.click(".settings-tools button").await;
    shown.click("#tool input").await;
    assert_eq!(shown.count(".controls"), 0);
    assert_eq!(shown.count(".sequence .row-drawn"), 1);
    shown.click(".prediction .button-primary").await;
    assert_eq!(shown.text(".outcome"), "allowed");
    shown.check(5, 16);
}

#[wasm_bindgen_test]
async fn a_scenario_of_a_text_is_edited() {
    let shown = Shown::at("scenario=managed-identity").await;
    shown.click(".settings-tools button:nth-child(2)").await;
    let title: HtmlInputElement = shown.find(".editor-form input").unchecked_into();
    assert_eq!(title.value(), "A managed identity as client credential");
    title.set_value("Mine \"quoted\"");
    let event = web_sys::Event::new("change").unwrap();
    event.init_event_with_bubbles("change", true);
    title.dispatch_event(&event).unwrap();
    settle().await;
    assert_eq!(shown.text("h1"), "Mine \"quoted\"");
    assert_eq!(address::query(), "scenario=edited&step=1");
    shown.click(".editor .row button").await;
    assert_eq!(shown.text("h1"), "A managed identity as client credential");
}
