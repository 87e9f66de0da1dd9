//! Small shared widgets: values in, callbacks out, nothing known of tokens.

mod badge;
mod code_block;
mod copy_button;
mod diff;
mod external_link;
mod findings;
mod icon;
mod marked;
mod not_found;
mod page_head;
mod page_link;
mod panel;
mod tabs;
mod verdict;
mod visible;

pub use badge::{Badge, BadgeProps, Tone};
pub use code_block::{CodeBlock, CodeBlockProps};
pub use copy_button::{CopyButton, CopyButtonProps};
pub use diff::{Diff, DiffProps, DiffRow};
pub use external_link::{ExternalLink, ExternalLinkProps};
pub use findings::{Findings, FindingsProps};
pub use icon::{Glyph, Icon, IconProps, Sign, SignProps};
pub use marked::marked;
pub use not_found::NotFound;
pub use page_head::{PageHead, PageHeadProps};
pub use page_link::{PageLink, PageLinkProps};
pub use panel::{Panel, PanelProps};
pub use tabs::{Tab, Tabs, TabsProps};
pub use verdict::{Verdict, VerdictProps};
pub use visible::{Run, show, show_block, visible, visible_block};
