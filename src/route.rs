//! The addresses of the pages, below the base path.

use std::collections::HashMap;

use yew_router::Routable;

/// A page. Its address holds no token and no key, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    Decode,
    Credential,
    Simulate,
    NotFound,
}

impl Route {
    const PAGES: [Self; 3] = [Self::Decode, Self::Credential, Self::Simulate];

    /// The word in `data-page` and `data-route`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Credential => "credential",
            Self::Simulate => "simulate",
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
            Self::NotFound => "Page not found · Fedcred",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Decode => "/",
            Self::Credential => "/credential/",
            Self::Simulate => "/simulate/",
            Self::NotFound => "/404",
        }
    }
}

/// By hand: the derived matcher is larger and tells `/simulate` from `/simulate/`.
impl Routable for Route {
    fn from_path(path: &str, _params: &HashMap<&str, &str>) -> Option<Self> {
        Self::PAGES.into_iter().find(|page| page.path() == path)
    }

    fn to_path(&self) -> String {
        self.path().to_owned()
    }

    fn routes() -> Vec<&'static str> {
        Self::PAGES.into_iter().map(Self::path).collect()
    }

    fn not_found_route() -> Option<Self> {
        Some(Self::NotFound)
    }

    fn recognize(path: &str) -> Option<Self> {
        let path = path.strip_suffix("index.html").unwrap_or(path);
        let wanted = path.trim_matches('/');
        let page = Self::PAGES
            .into_iter()
            .find(|page| page.path().trim_matches('/') == wanted);
        page.or(Some(Self::NotFound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Route) {
        assert_eq!(Route::recognize(path), Some(expected), "{path}");
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
        check("/Simulate/", Route::NotFound);
        check("/simulate/x", Route::NotFound);
        check("/404", Route::NotFound);
    }

    #[test]
    fn a_page_is_found_by_its_own_name_and_path() {
        for page in Route::PAGES {
            assert_eq!(Route::named(page.name()), Some(page));
            check(&page.to_path(), page);
        }
        assert_eq!(Route::named("not-found"), None);
    }
}
