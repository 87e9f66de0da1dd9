//! The way of a list of GitHub credentials from subjects by names to those with ids.

use fedcred_core::federation::{
    Credential, GithubIds, GithubSubject, MigrationPlan, PlanEntry, PlanState, migration_plan,
};
use fedcred_core::jose::Token;
use yew::prelude::*;

use super::source::Setting;
use crate::ui::{Panel, copy_button, element, findings, group, panel, show};

/// Longer lists are no application's: its limit is 20.
const PLANNED: usize = 100;

/// The plan, where some credential stands by names.
pub(super) fn migration_panel(setting: Setting<'_>, credentials: &[Credential]) -> Html {
    if credentials.len() > PLANNED {
        return Html::default();
    }
    let payload = setting.token.and_then(Token::payload);
    let known = payload.and_then(|payload| {
        let subject = payload.get("sub")?.as_str()?;
        Some((
            GithubSubject::parse(&subject)?,
            GithubIds::from_payload(payload)?,
        ))
    });
    let known = known.as_ref().map(|(subject, ids)| (subject, ids));
    let plan = migration_plan(credentials, known);
    if !plan.entries.iter().any(|entry| entry.delete_after) {
        return Html::default();
    }
    panel(Panel {
        id: "migration",
        title: "To GitHub's subjects with IDs".into(),
        flush: true,
        body: group(vec![steps(&plan), findings(&plan.diagnostics, None)]),
        ..Panel::default()
    })
}

fn steps(plan: &MigrationPlan) -> Html {
    let names = |wanted: fn(&PlanEntry) -> bool| -> Vec<Html> {
        let entries = plan.entries.iter().filter(|entry| wanted(entry));
        entries
            .map(|entry| element("li", "value", show(&entry.name)))
            .collect()
    };
    let breaking = names(|entry| entry.state == PlanState::BreaksAfterImmutable);
    let by_hand = names(|entry| entry.state == PlanState::ByHand);
    let mut steps = Vec::new();
    if !breaking.is_empty() {
        let both = format!(
            "While both exist, there are {} credentials; 20 are allowed.",
            plan.both
        );
        let added = plan.entries.iter().filter_map(|entry| entry.add.as_ref());
        steps.push(step(
            "These break once the repository's tokens have IDs",
            String::new(),
            breaking,
        ));
        steps.push(step(
            "Add one with IDs beside each",
            both,
            added.map(addition).collect(),
        ));
    }
    steps.push(step(
        "Let the repository's tokens have IDs",
        OPT_IN.to_owned(),
        Vec::new(),
    ));
    let old = names(|entry| entry.delete_after);
    steps.push(step("Then delete those with names", String::new(), old));
    if !by_hand.is_empty() {
        steps.push(step(
            "Check these yourself",
            NO_REPOSITORY.to_owned(),
            by_hand,
        ));
    }
    element("ol", "plan", group(steps))
}

const OPT_IN: &str = "Repositories created, renamed or moved since 15 July 2026 already have them. Then run every job once.";
const NO_REPOSITORY: &str =
    "They have an expression, or a subject that does not begin with a repository.";

fn step(title: &'static str, hint: String, of: Vec<Html>) -> Html {
    let mut parts = vec![element("strong", "", title)];
    if !hint.is_empty() {
        parts.push(element("p", "hint", hint));
    }
    if !of.is_empty() {
        parts.push(element("ul", "", group(of)));
    }
    element("li", "", group(parts))
}

fn addition(credential: &Credential) -> Html {
    let what = format!("the credential {}", credential.name);
    let subject = element("span", "value", show(credential.subject.as_str()));
    let copy = copy_button(credential.to_json(), what, "", false);
    element("li", "plan-add", group(vec![subject, copy]))
}
