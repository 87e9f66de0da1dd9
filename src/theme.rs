//! The three themes and the words for them.

/// Which colours the page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says; stored as nothing at all.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// Reads the stored or shown value; anything else means the system's.
    pub fn parse(stored: Option<&str>) -> Self {
        match stored {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value to store and to put on the document.
    pub const fn stored(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The one the button changes to.
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// The button's accessible name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "Theme: system",
            Self::Light => "Theme: light",
            Self::Dark => "Theme: dark",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_presses_lead_back() {
        let start = Theme::default();
        assert_eq!(start.next(), Theme::Light);
        assert_eq!(start.next().next().next(), start);
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::parse(theme.stored()), theme);
        }
        assert_eq!(Theme::parse(Some("sepia")), Theme::System);
    }
}
