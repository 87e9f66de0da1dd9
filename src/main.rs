//! Starts the app in the page.

fn main() {
    yew::Renderer::<fedcred_app::app::App>::new().render();
}
