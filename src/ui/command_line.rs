//! A command or a piece of code to copy.

use yew::prelude::*;

use super::{copy_button, element, group, marked, show_block};

/// A command to copy.
pub fn command_line(what: &str, command: String) -> Html {
    let copy = copy_button(command.clone(), "the command".to_owned(), "", false);
    let head = vec![
        element("span", "hint", marked(what)),
        element("span", "push", copy),
    ];
    html! {
        <div class="stack stack-tight">
            { element("p", "row", group(head)) }
            <pre class="code-block" tabindex="0"><code>{ show_block(&command) }</code></pre>
        </div>
    }
}
