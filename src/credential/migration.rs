//! The way of a list of GitHub credentials from subjects by names to those with ids.

use fedcred_core::federation::{
    Credential, GithubIds, GithubSubject, MigrationPlan, PlanEntry, PlanState, migration_plan,
};
use fedcred_core::jose::Token;
use yew::prelude::*;

use super::source::Setting;
use crate::ui::{CopyButton, Panel, findings, panel, show};

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
        Some((GithubSubject::read(&subject)?, GithubIds::of(payload)?))
    });
    let known = known.as_ref().map(|(subject, ids)| (subject, ids));
    let plan = migration_plan(credentials, known);
    if !plan.entries.iter().any(|entry| entry.delete_after) {
        return Html::default();
    }
    panel(Panel {
        id: "migration",
        title: "To GitHub's subjects with ids".into(),
        flush: true,
        body: html! { <>{ steps(&plan) }{ findings(&plan.diagnostics, None) }</> },
        ..Panel::default()
    })
}

fn steps(plan: &MigrationPlan) -> Html {
    let names = |wanted: fn(&PlanEntry) -> bool| {
        let entries = plan.entries.iter().filter(move |entry| wanted(entry));
        entries.map(|entry| html! { <li class="value">{ show(&entry.name) }</li> })
    };
    let breaks = |entry: &PlanEntry| entry.state == PlanState::BreaksAfterImmutable;
    let by_hand = plan
        .entries
        .iter()
        .any(|entry| entry.state == PlanState::ByHand);
    html! {
        <ol class="plan">
            if plan.entries.iter().any(breaks) {
                <li>
                    <strong>{ "These break once the repository's tokens have ids" }</strong>
                    <ul>{ for names(breaks) }</ul>
                </li>
                <li>
                    <strong>{ "Add one with ids beside each" }</strong>
                    <p class="hint">{ format!("While both stand there are {} credentials; 20 are allowed.", plan.both) }</p>
                    <ul>{ for plan.entries.iter().filter_map(|entry| entry.add.as_ref()).map(addition) }</ul>
                </li>
            }
            <li>
                <strong>{ "Let the repository's tokens have ids" }</strong>
                <p class="hint">{ "Repositories made, renamed or moved since 15 July 2026 have them by themselves. Then run every job once." }</p>
            </li>
            <li>
                <strong>{ "Then delete those by names" }</strong>
                <ul>{ for names(|entry| entry.delete_after) }</ul>
            </li>
            if by_hand {
                <li>
                    <strong>{ "Look at these yourself: their subject does not begin with a repository" }</strong>
                    <ul>{ for names(|entry| entry.state == PlanState::ByHand) }</ul>
                </li>
            }
        </ol>
    }
}

fn addition(credential: &Credential) -> Html {
    let what = format!("the credential {}", credential.name);
    html! {
        <li class="row">
            <span class="value">{ show(credential.subject.as_str()) }</span>
            <span class="push"><CopyButton text={credential.json()} {what} /></span>
        </li>
    }
}
