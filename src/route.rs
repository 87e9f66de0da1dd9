//! The addresses of the pages, below the base path, and the way from one to another.
//!
//! Not with yew-router: its links do not reach the navigation, which is in index.html, outside Yew's root. A static host
//! serves each page under three addresses (`/explain`, `/explain/`, `/explain/index.html`); a yew-router route matches one.

use yew::prelude::*;

use crate::effect::use_kept;
use crate::platform::{address, page};

/// A page. Its address holds no token and no key, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    Decode,
    Credential,
    Simulate,
    Explain,
    NotFound,
}

impl Route {
    const PAGES: [Self; 4] = [
        Self::Decode,
        Self::Credential,
        Self::Simulate,
        Self::Explain,
    ];

    /// The word in `data-page` and `data-route`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Credential => "credential",
            Self::Simulate => "simulate",
            Self::Explain => "explain",
            Self::NotFound => "not-found",
        }
    }

    /// The page of a `data-route` attribute.
    pub fn named(name: &str) -> Option<Self> {
        Self::PAGES.into_iter().find(|page| page.name() == name)
    }

    /// What the browser's tab shows.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Decode => "Decode a token · Fedcred",
            Self::Credential => "Federated credential · Fedcred",
            Self::Simulate => "Simulate the exchange · Fedcred",
            Self::Explain => "Explain an error · Fedcred",
            Self::NotFound => "Page not found · Fedcred",
        }
    }

    /// Its path below the base path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Decode => "/",
            Self::Credential => "/credential/",
            Self::Simulate => "/simulate/",
            Self::Explain => "/explain/",
            Self::NotFound => "/404",
        }
    }
}

impl Route {
    /// The page at a path below the base path.
    fn at(path: &str) -> Self {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        let wanted = path.trim_matches('/');
        let mut pages = Self::PAGES.into_iter();
        pages
            .find(|page| page.path().trim_matches('/') == wanted)
            .unwrap_or(Self::NotFound)
    }

    /// The page at a path of this site.
    fn under(base: &str, path: &str) -> Self {
        let below = path.strip_prefix(base.trim_end_matches('/'));
        below.map_or(Self::NotFound, Self::at)
    }

    /// Its address in this site.
    pub fn address(self) -> String {
        page::base_path().trim_end_matches('/').to_owned() + self.path()
    }
}

/// Where the visitor is, and the way elsewhere.
#[derive(Clone, PartialEq)]
pub struct Place {
    pub route: Route,
    /// Goes to another page.
    pub go: Callback<Route>,
}

/// The place, in step with the address; used once, by the app.
#[hook]
pub fn use_place() -> Place {
    let route = use_state_eq(|| Route::under(&page::base_path(), &address::path()));
    let setter = route.setter();
    use_kept(&[], move || {
        address::on_path_change(move |path| {
            setter.set(Route::under(&page::base_path(), &path));
        })
    });
    let setter = route.setter();
    let go = use_callback(*route, move |to: Route, from| {
        if to != *from {
            address::push_path(&to.address());
            setter.set(to);
        }
    });
    Place { route: *route, go }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Route) {
        assert_eq!(Route::at(path), expected, "{path}");
    }

    #[test]
    fn paths_lead_to_pages() {
        check("/", Route::Decode);
        check("", Route::Decode);
        check("/index.html", Route::Decode);
        check("/credential/", Route::Credential);
        check("/credential", Route::Credential);
        check("/credential/index.html", Route::Credential);
        check("/simulate/", Route::Simulate);
        check("/explain", Route::Explain);
        check("/Simulate/", Route::NotFound);
        check("/simulate/x", Route::NotFound);
        check("/404", Route::NotFound);
    }

    #[test]
    fn a_page_is_found_by_its_own_name_and_path() {
        for page in Route::PAGES {
            assert_eq!(Route::named(page.name()), Some(page));
            check(page.path(), page);
        }
        assert_eq!(Route::named("not-found"), None);
    }

    #[test]
    fn the_base_path_comes_first() {
        assert_eq!(Route::under("/", "/simulate/"), Route::Simulate);
        assert_eq!(
            Route::under("/docs/x/", "/docs/x/simulate"),
            Route::Simulate
        );
        assert_eq!(Route::under("/docs/x/", "/docs/x"), Route::Decode);
        assert_eq!(Route::under("/docs/x/", "/simulate/"), Route::NotFound);
    }
}
