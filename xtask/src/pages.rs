//! Makes one HTML file per route of index.html, so that static hosts know every address.

use anyhow::{Context, Result};
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, element, rewrite_str};

use crate::program::Program;

/// A route of the app: a row here, a variant in src/route.rs.
#[derive(Debug)]
pub(crate) struct Page {
    /// Below the base path.
    pub(crate) file: &'static str,
    /// `data-page` of the body, and `data-route` of links to it.
    name: &'static str,
    title: &'static str,
}

pub(crate) const PAGES: [Page; 5] = [
    Page {
        file: "index.html",
        name: "decode",
        title: "Decode a token · Fedcred",
    },
    Page {
        file: "credential/index.html",
        name: "credential",
        title: "Federated credential · Fedcred",
    },
    Page {
        file: "simulate/index.html",
        name: "simulate",
        title: "Simulate the exchange · Fedcred",
    },
    Page {
        file: "explain/index.html",
        name: "explain",
        title: "Explain an error · Fedcred",
    },
    // What hosts serve for every other address.
    Page {
        file: "404.html",
        name: "not-found",
        title: "Page not found · Fedcred",
    },
];

impl Page {
    /// Its address on a site that is published under a base path.
    fn address(&self, base: &str) -> String {
        format!("{base}{}", self.file.trim_end_matches("index.html"))
    }
}

/// The HTML of a page, made of index.html: its own name and title, and the files of the folder `assets` in place of those
/// that Trunk takes.
pub(crate) fn html_of(page: &Page, template: &str, base: &str, assets: &str) -> Result<String> {
    let asset = |name: &str| format!("{base}{assets}/{name}");
    let handlers = [
        element!("html", |html| Ok(html.set_attribute("data-base", base)?)),
        element!("body", |body| Ok(
            body.set_attribute("data-page", page.name)?
        )),
        element!("title", |title| {
            title.set_inner_content(page.title, ContentType::Text);
            Ok(())
        }),
        element!("a[data-route]", |link| {
            let name = link.get_attribute("data-route").unwrap_or_default();
            let target = PAGES.iter().find(|page| page.name == name);
            let target = target.ok_or_else(|| {
                format!("index.html links to the page `{name}`, which does not exist")
            })?;
            Ok(link.set_attribute("href", &target.address(base))?)
        }),
        element!("link[rel=stylesheet]", |link| {
            Ok(link.set_attribute("href", &asset("app.css"))?)
        }),
        element!("script[src]", |script| {
            Ok(script.set_attribute("src", &asset("boot.js"))?)
        }),
        element!("link[data-trunk][rel=copy-dir]", |link| {
            link.remove();
            Ok(())
        }),
        element!("link[data-trunk][rel=rust]", |link| {
            link.replace(&program_links(page, asset), ContentType::Html);
            Ok(())
        }),
    ];
    let settings = handlers
        .into_iter()
        .fold(RewriteStrSettings::new(), |settings, handler| {
            settings.append_element_content_handler(handler)
        });
    rewrite_str(template, settings).context("could not make a page of index.html")
}

/// Names the files of the program for static/boot.js, and starts their download before any script runs. The page of the
/// first route does without the late part for a moment; there it does not take bandwidth from the first part.
fn program_links(page: &Page, asset: impl Fn(&str) -> String) -> String {
    let [script, first, late] = Program::FILES.map(asset);
    let mut links = format!(
        "<link id=\"app-js\" rel=\"modulepreload\" href=\"{script}\">\n    \
         <link id=\"app-wasm\" rel=\"preload\" href=\"{first}\" as=\"fetch\" type=\"application/wasm\" crossorigin data-late=\"{late}\">"
    );
    if page.name != PAGES[0].name {
        links += &format!(
            "\n    <link rel=\"preload\" href=\"{late}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"
        );
    }
    links
}

/// Checks a base path: the app's addresses are this text with a path after it.
pub(crate) fn parse_base(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    let whole = text.starts_with('/') && text.ends_with('/') && !text.contains("//");
    if whole && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("a base path begins and ends with one slash and holds only letters, digits and -._~ between slashes, like / or /tools/fedcred/".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../index.html");

    #[track_caller]
    fn check(name: &str, base: &str, expected: &[&str]) {
        let page = PAGES.iter().find(|page| page.name == name).unwrap();
        let html = html_of(page, TEMPLATE, base, "app-1").unwrap();
        for part in expected {
            assert_eq!(html.matches(part).count(), 1, "{part}, in {name}");
        }
        for left in ["data-trunk", "/static/", "href=\"/\"", "href=\"/s"] {
            let own = base == "/" && left.starts_with("href");
            assert!(own || !html.contains(left), "{left}, in {name}");
        }
    }

    #[test]
    fn each_page_gets_its_name_and_title() {
        for page in &PAGES {
            let name = format!("<body data-page=\"{}\">", page.name);
            let title = format!("<title>{}</title>", page.title);
            check(page.name, "/", &["data-base=\"/\"", &name, &title]);
        }
    }

    #[test]
    fn links_and_files_follow_the_base_path() {
        let files = [
            "<link rel=\"stylesheet\" href=\"/x/app-1/app.css\">",
            "<script src=\"/x/app-1/boot.js\"></script>",
            "href=\"/x/app-1/fedcred-app.js\"",
            "href=\"/x/app-1/fedcred-app_bg.wasm\"",
            "data-late=\"/x/app-1/split_late.wasm\"",
            "<a href=\"/x/simulate/\" data-route=\"simulate\">",
            "data-base=\"/x/\"",
        ];
        check("decode", "/x/", &files);
        check("simulate", "/x/", &files);
    }

    #[test]
    fn only_the_first_page_lets_the_late_part_wait() {
        let late = "href=\"/app-1/split_late.wasm\"";
        for page in &PAGES {
            let html = html_of(page, TEMPLATE, "/", "app-1").unwrap();
            assert_eq!(html.contains(late), page.name != "decode", "{}", page.name);
        }
    }

    #[test]
    fn a_link_to_a_page_that_does_not_exist_is_refused() {
        let html = TEMPLATE.replace("data-route=\"explain\"", "data-route=\"explains\"");
        assert!(html_of(&PAGES[0], &html, "/", "app-1").is_err());
    }

    #[test]
    fn base_paths() {
        for good in ["/", "/x/", "/a/b-1/"] {
            assert_eq!(parse_base(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "x",
            "/x",
            "x/",
            "//",
            "/a//b/",
            "/a b/",
            "/\"/",
            "https://x.test/",
        ] {
            assert!(parse_base(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_app_knows_the_same_pages() {
        let routes = include_str!("../../src/route.rs");
        for page in PAGES {
            assert!(
                routes.contains(&format!("\"{}\"", page.name)),
                "{}",
                page.name
            );
            assert!(
                routes.contains(&format!("\"{}\"", page.title)),
                "{}",
                page.title
            );
        }
    }
}
