//! Where a credential comes from: the token, an identity's details, or the form of a platform.

use fedcred_core::claims::{Cloud, EntraIssuer};
use fedcred_core::expression::FlexibleIssuer;
use fedcred_core::federation::{
    Draft, Hints, ManagedIdentity, Preset, PresetField, flexible_from_token, from_managed_identity,
    from_platform, from_token,
};
use fedcred_core::jose::Token;

use crate::session::{Session, SessionContext};

/// What everything on the page is drawn from.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) session: &'a SessionContext,
    pub(super) hints: &'a Hints,
    /// The token of the Decode page.
    pub(super) token: Option<&'a Token>,
}

/// The credential of the chosen source, and what it is made of.
#[derive(Default)]
pub(super) struct Made {
    pub(super) draft: Option<Draft>,
    pub(super) identity: Option<ManagedIdentity>,
    /// The platform whose form is shown.
    pub(super) preset: Option<&'static Preset>,
}

/// Key and words of each tab; the keys of platforms are their ids.
pub(super) const TABS: [(&str, &str); 5] = [
    ("token", "From the token"),
    ("managed-identity", "Managed identity"),
    ("github", "GitHub"),
    ("kubernetes", "Kubernetes"),
    ("more", "More …"),
];

impl Made {
    /// The token, where it is what the draft is made of.
    pub(super) fn token<'a>(&self, setting: Setting<'a>) -> Option<&'a Token> {
        setting.token.filter(|_| self.preset.is_none())
    }
}

impl Setting<'_> {
    /// The key of the chosen tab: at first the token's, where there is one.
    pub(super) fn tab(self) -> &'static str {
        tab(self.session, self.token.is_some())
    }

    /// The cloud of what is made: the issuer tells it, or the visitor.
    pub(super) fn cloud(self, issuer: &str) -> Cloud {
        let of_issuer = EntraIssuer::parse(issuer).and_then(|entra| entra.cloud);
        self.hints.cloud.or(of_issuer).unwrap_or_default()
    }
}

fn tab(session: &Session, has_token: bool) -> &'static str {
    let chosen = session.entered("source");
    let known = TABS.iter().find(|(key, _)| key == chosen);
    let usual = if has_token {
        "token"
    } else {
        "managed-identity"
    };
    known.map_or(usual, |(key, _)| key)
}

/// The platforms that have no tab of their own.
pub(super) fn more() -> impl Iterator<Item = &'static Preset> {
    Preset::all().filter(|preset| TABS.iter().all(|(key, _)| preset.id != *key))
}

/// The draft of the chosen source; none as long as nothing is entered.
pub(super) fn make(setting: Setting<'_>) -> Made {
    let (session, hints) = (&**setting.session, setting.hints);
    let tab = setting.tab();
    let preset = match tab {
        "token" => {
            return Made {
                draft: setting.token.map(|token| of_token(session, token, hints)),
                ..Made::default()
            };
        }
        "more" => Preset::from_id(session.entered("more")).or_else(|| more().next()),
        id => Preset::from_id(id),
    };
    let Some(preset) = preset else {
        return Made::default();
    };
    let answers = answers(session, preset);
    let identity = (tab == "managed-identity")
        .then(|| identity(session, preset, &answers))
        .flatten();
    let draft = match &identity {
        Some(identity) => Some(from_managed_identity(identity, hints)),
        None if tab == "managed-identity" || answers.is_empty() => None,
        None => Some(from_platform(preset, &answers, hints)),
    };
    Made {
        draft,
        identity,
        preset: Some(preset),
    }
}

/// The key of the choice between a subject and an expression, and that of the expression.
pub(super) const MATCHING: (&str, &str) = ("matching", "flexible");

fn of_token(session: &Session, token: &Token, hints: &Hints) -> Draft {
    let exact = from_token(token, hints);
    let (key, flexible) = MATCHING;
    let chosen = session.entered(key) == flexible;
    match FlexibleIssuer::for_issuer(exact.credential.issuer.as_str()) {
        Some(_) if chosen => flexible_from_token(token, hints),
        _ => exact,
    }
}

/// The id of the box for a field.
pub(super) fn box_id(preset: &Preset, field: &PresetField) -> String {
    format!("{}-{}", preset.id, field.key)
}

/// What was entered into the boxes that are shown.
pub(super) fn answers(session: &Session, preset: &Preset) -> Vec<(String, String)> {
    let entered = |field: &PresetField| {
        let text = session.entered(&box_id(preset, field));
        (!text.is_empty()).then(|| (field.key.clone(), text.to_string()))
    };
    let given: Vec<_> = preset.fields.iter().filter_map(entered).collect();
    let asked = preset.fields_for(&given);
    asked.filter_map(entered).collect()
}

/// The details that were pasted, else those that were typed.
fn identity(
    session: &Session,
    preset: &Preset,
    answers: &[(String, String)],
) -> Option<ManagedIdentity> {
    let pasted = session.entered("identity");
    if !pasted.trim().is_empty() {
        return ManagedIdentity::parse(pasted);
    }
    let answer = |key| preset.answer(key, answers).to_owned();
    (!answers.is_empty()).then(|| ManagedIdentity {
        name: answer("name"),
        principal_id: answer("principalId"),
        tenant_id: answer("tenantId"),
        ..ManagedIdentity::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(pairs: &[(&str, &str)]) -> Session {
        let owned = |text: &str| text.to_owned().into();
        Session {
            entered: pairs
                .iter()
                .map(|(id, text)| (owned(id), owned(text)))
                .collect(),
            ..Session::default()
        }
    }

    #[test]
    fn the_token_comes_first_where_there_is_one() {
        assert_eq!(tab(&entered(&[]), true), "token");
        assert_eq!(tab(&entered(&[]), false), "managed-identity");
        assert_eq!(tab(&entered(&[("source", "github")]), true), "github");
        assert_eq!(
            tab(&entered(&[("source", "other")]), false),
            "managed-identity"
        );
    }

    #[test]
    fn tabs_and_more_are_all_platforms() {
        let of_tabs = TABS.iter().filter_map(|(key, _)| Preset::from_id(key));
        assert_eq!(of_tabs.count() + more().count(), Preset::all().count());
        assert_eq!(of_tabs_missing(), ["token", "more"]);
    }

    fn of_tabs_missing() -> Vec<&'static str> {
        let keys = TABS.iter().map(|(key, _)| *key);
        keys.filter(|key| Preset::from_id(key).is_none()).collect()
    }

    #[test]
    fn what_is_not_asked_any_more_is_kept_and_not_used() {
        let github = Preset::from_id("github").unwrap();
        let both = [
            ("github-entity", "branch"),
            ("github-environment", "x"),
            ("github-branch", "main"),
            ("gitlab-ref", "y"),
        ];
        let keys: Vec<_> = answers(&entered(&both), github)
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(keys, ["entity", "branch"]);
        assert!(answers(&entered(&[("github-owner", "")]), github).is_empty());
    }

    #[test]
    fn what_is_pasted_counts_before_what_is_typed() {
        let preset = Preset::from_id("managed-identity").unwrap();
        let typed = ("managed-identity-principalId", "typed");
        let read = |pairs: &[(&str, &str)]| {
            let session = entered(pairs);
            let identity = identity(&session, preset, &answers(&session, preset));
            identity.map(|identity| identity.principal_id)
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[typed]).as_deref(), Some("typed"));
        assert_eq!(
            read(&[typed, ("identity", " \n")]).as_deref(),
            Some("typed")
        );
        let pasted = ("identity", r#"{"principalId":"pasted"}"#);
        assert_eq!(read(&[typed, pasted]).as_deref(), Some("pasted"));
        assert_eq!(read(&[typed, ("identity", "nothing")]), None);
    }
}
