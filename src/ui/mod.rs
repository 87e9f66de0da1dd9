//! Small shared widgets: values in, callbacks out, nothing known of tokens.
//!
//! What has no state of its own is a plain function: a component costs a kilobyte of wasm before it draws anything.

mod badge;
mod button;
mod command_line;
mod control;
mod copy_button;
mod diff;
mod element;
mod external_link;
mod file_button;
mod findings;
mod icon;
mod marked;
mod not_found;
mod page_head;
mod page_link;
mod panel;
mod tabs;
mod text_box;
mod text_field;
mod tick;
mod verdict;
mod visible;

pub use badge::{Tone, badge};
pub use button::button;
pub use command_line::command_line;
pub use control::{Control, Heard, control, heard};
pub use copy_button::{CopyButton, CopyButtonProps, copy_button};
pub use diff::{DiffRow, diff};
pub use element::{classed, each, element, fold, group, with};
pub use external_link::external_link;
pub use file_button::file_button;
pub use findings::{finding, findings};
pub use icon::{Glyph, icon, sign};
pub use marked::marked;
pub use not_found::not_found;
pub use page_head::page_head;
pub use page_link::page_link;
pub use panel::{Panel, panel};
pub use tabs::{Tab, Tabs, tabs};
pub use text_box::{TextBox, text_box};
pub use text_field::{TextField, text_field};
pub use tick::tick;
pub use verdict::{Verdict, verdict};
pub use visible::{Run, show, show_block, visible, visible_block};
