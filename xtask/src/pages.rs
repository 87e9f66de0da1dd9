//! Makes one HTML file per route of the single page that Trunk writes, so that static hosts know every address.

use anyhow::{Result, ensure};

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

/// Checks a base path: the app's addresses are this text with a path after it.
pub(crate) fn parse_base(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    let whole = text.starts_with('/') && text.ends_with('/') && !text.contains("//");
    if whole && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("a base path begins and ends with a slash, like / or /tools/fedcred/".to_owned())
    }
}

/// The HTML of a page, made of the one that Trunk wrote.
pub(crate) fn html_of(page: &Page, trunk: &str, base: &str) -> Result<String> {
    let html = with_attribute(trunk, "data-page", page.name)?;
    let html = with_attribute(&html, "data-base", base)?;
    with_title(&with_links(&html, base)?, page.title)
}

/// Puts in the names of the parts of the program, for what Trunk called the whole and for what Trunk.toml calls the late
/// part.
pub(crate) fn with_program(html: &str, whole: &str, [first, late]: &[String; 2]) -> Result<String> {
    let old = [whole, "late.wasm"];
    ensure!(
        old.iter().all(|name| html.matches(name).count() == 1),
        "index.html must name both parts of the program exactly once: see Trunk.toml"
    );
    Ok(html.replace(old[0], first).replace(old[1], late))
}

/// Replaces the one `<title>`.
fn with_title(html: &str, title: &str) -> Result<String> {
    let (start, end) = ("<title>", "</title>");
    ensure!(
        html.matches(start).count() == 1 && html.matches(end).count() == 1,
        "index.html must have exactly one <title>: the build gives each page its own"
    );
    let (before, rest) = html.split_once(start).unwrap_or_default();
    let (_, after) = rest.split_once(end).unwrap_or_default();
    Ok(format!("{before}{start}{title}{end}{after}"))
}

/// Points every link with `data-route` to its page below the base path.
fn with_links(html: &str, base: &str) -> Result<String> {
    let mut rest = html;
    let mut done = String::with_capacity(html.len());
    while let Some((before, from_tag)) = rest.split_once("<a ") {
        let (tag, after) = from_tag.split_once('>').unwrap_or((from_tag, ""));
        done.extend([before, "<a ", &linked(tag, base)?, ">"]);
        rest = after;
    }
    Ok(done + rest)
}

/// The inside of one `<a …>` tag.
fn linked(tag: &str, base: &str) -> Result<String> {
    let target = PAGES.iter().find(|page| {
        let name = page.name;
        let quoted = format!("data-route=\"{name}\"");
        let bare = format!("data-route={name}");
        tag.contains(&quoted) || tag.split(' ').any(|word| word == bare)
    });
    match target {
        Some(page) => {
            let path = page.file.trim_end_matches("index.html");
            with_attribute(&format!(" {tag}"), "href", &format!("{base}{path}"))
                .map(|tag| tag.trim_start().to_owned())
        }
        None => Ok(tag.to_owned()),
    }
}

/// Sets an attribute that occurs exactly once; the minifier may have taken its quotes away.
fn with_attribute(html: &str, name: &str, value: &str) -> Result<String> {
    let start = format!(" {name}=");
    ensure!(
        html.matches(&start).count() == 1,
        "index.html must hold the attribute {name} exactly once: the build sets it for each page"
    );
    let (before, rest) = html.split_once(&start).unwrap_or_default();
    let after = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or_default().1,
        None => rest.trim_start_matches(|c: char| c != '>' && !c.is_ascii_whitespace()),
    };
    Ok(format!("{before}{start}\"{value}\"{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTED: &str = "<html lang=\"en\" data-base=\"/\"><title>T</title><body data-page=\"decode\">\
        <a href=\"/simulate/\" data-route=\"simulate\">S</a><a href=\"https://x.test/\">X</a></body>";
    const BARE: &str = "<html data-base=/ lang=en><title>T</title><body data-page=decode>\
        <a class=b data-route=simulate href=/simulate/>S</a><a href=#main>M</a>";

    #[track_caller]
    fn check(index: usize, html: &str, base: &str, expected: &[&str]) {
        let page = html_of(&PAGES[index], html, base).unwrap();
        for part in expected {
            assert!(page.contains(part), "no {part} in {page}");
        }
    }

    #[test]
    fn each_page_gets_its_name_and_title() {
        check(
            1,
            QUOTED,
            "/",
            &[
                "<body data-page=\"credential\">",
                "<title>Federated credential · Fedcred<",
            ],
        );
        check(
            2,
            BARE,
            "/",
            &[
                "<body data-page=\"simulate\">",
                "<title>Simulate the exchange · Fedcred<",
            ],
        );
        check(
            4,
            BARE,
            "/",
            &[
                "<body data-page=\"not-found\">",
                "<title>Page not found · Fedcred<",
            ],
        );
    }

    #[test]
    fn links_and_base_follow_the_base_path() {
        check(
            0,
            QUOTED,
            "/x/",
            &[
                "data-base=\"/x/\">",
                "<a href=\"/x/simulate/\" data-route=",
                "https://x.test/",
            ],
        );
        check(
            0,
            BARE,
            "/x/",
            &[
                "data-base=\"/x/\" lang",
                "<a class=b data-route=simulate href=\"/x/simulate/\">S",
                "<a href=#main>",
            ],
        );
        check(
            0,
            &BARE.replace("simulate href=/simulate/", "decode href=/"),
            "/x/",
            &["href=\"/x/\">S"],
        );
    }

    #[test]
    fn both_parts_of_the_program_get_their_names() {
        let html = "<link data-late=/x/late.wasm href=/x/a_bg.wasm>";
        let names = ["b_bg.wasm".to_owned(), "b_late.wasm".to_owned()];
        assert_eq!(
            with_program(html, "a_bg.wasm", &names).unwrap(),
            "<link data-late=/x/b_late.wasm href=/x/b_bg.wasm>"
        );
        assert!(with_program(html, "c_bg.wasm", &names).is_err());
        assert!(with_program(&html.repeat(2), "a_bg.wasm", &names).is_err());
    }

    #[test]
    fn a_page_without_the_places_is_refused() {
        assert!(html_of(&PAGES[0], "<title>T</title><body>", "/").is_err());
        assert!(html_of(&PAGES[0], &BARE.replace("title", "b"), "/").is_err());
        assert!(html_of(&PAGES[0], &BARE.repeat(2), "/").is_err());
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
