//! Pieces of a person's page.

use domain::Instant;
use leptos::prelude::*;
use views::governance::{PersonRow, PersonView};
use views::words::{t, tn};

use super::{role_words, scope_words};
use crate::pages::governance;
use crate::parts::{Act, Choice, Field, date, label, moment};

fn hidden(user: &str) -> AnyView {
    view! { <input type="hidden" name="user" value=user.to_owned()/> }.into_any()
}

pub(super) fn person(person: PersonView, others: &[PersonRow], own: bool, as_of: Instant) -> AnyView {
    let row = person.row.clone();
    let args = [
        ("roles", role_words(&row.roles).into()),
        ("scope", scope_words(&row.scope).into()),
    ];
    let lede = match row.blocked_at {
        Some(at) => tn("person-lede-blocked", &[("at", date(at).into())]),
        None => tn("person-lede", &args),
    };
    let manage = person.may_manage.then(|| {
        view! { {teams(&person)} {stand_in(&person, others)} {block(&row, own)} }
    });
    let sessions = sessions(&person);
    view! {
        <header class="head">
            <p class="trail"><a href="/people">{t("nav-people")}</a></p>
            <h1>{row.name.clone()} " " <code class="key">{row.user.clone()}</code></h1>
            <p class="lede">{lede}</p>
        </header>
        {governance::body(person.record, as_of)}
        {sessions}
        {manage}
    }
    .into_any()
}

fn sessions(person: &PersonView) -> AnyView {
    let user = person.row.user.clone();
    let may = person.may_manage;
    let rows = person.sessions.iter().map(|session| {
        let from = [session.client.clone(), session.ip.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        let from = if from.is_empty() { t("person-somewhere") } else { from };
        let end = may.then(|| {
            view! {
                <form method="post" action="/act/people/sign-out">
                    {hidden(&user)}
                    <input type="hidden" name="session" value=session.id.clone()/>
                    <button class="button button--small">{t("person-sign-out")}</button>
                </form>
            }
        });
        view! {
            <tr>
                <td data-label=t("person-from") class="wrap">{from}</td>
                <td data-label=t("person-since")>{moment(session.since)}</td>
                <td data-label=t("people-seen")>{moment(session.seen_at)}</td>
                <td>{end}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let body = if person.sessions.is_empty() {
        view! { <p class="quiet-text">{t("people-not-signed-in")}</p> }.into_any()
    } else {
        view! {
            <table class="grid grid--cards">
                <thead><tr>
                    <th scope="col">{t("person-from")}</th><th scope="col">{t("person-since")}</th>
                    <th scope="col">{t("people-seen")}</th><th scope="col"><span class="quiet-text">{t("person-sign-out")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! { <section class="panel"><h2>{t("person-sessions")}</h2>{body}</section> }.into_any()
}

fn teams(person: &PersonView) -> AnyView {
    let boxes = person.teams.iter().map(|(team, title, is_in)| {
        view! {
            <label class="radio"><input type="checkbox" name="teams[]" value=team.clone() checked=*is_in/><span>{title.clone()}</span></label>
        }
    });
    let boxes = boxes.collect_view();
    if person.teams.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="panel panel--form">
            <h2>{t("person-teams")}</h2>
            <form class="form" method="post" action="/act/people/teams">
                {hidden(&person.row.user)}
                <fieldset class="radios"><legend>{t("person-teams")}</legend>{boxes}</fieldset>
                <button class="button">{t("person-teams-save")}</button>
            </form>
        </section>
    }
    .into_any()
}

fn stand_in(person: &PersonView, others: &[PersonRow]) -> AnyView {
    let others = others
        .iter()
        .filter(|p| p.user != person.row.user)
        .map(|p| (p.user.clone(), p.name.clone()));
    let options: Vec<(String, String)> = others.collect();
    let known = person.stand_ins.iter().map(|s| {
        let args = [
            ("who", s.user.as_str().into()),
            ("from", date(s.from).into()),
            ("to", date(s.to).into()),
        ];
        view! { <li>{tn("person-stand-in-line", &args)}</li> }
    });
    let known = known.collect_view();
    view! {
        <section class="panel panel--form">
            <h2>{t("person-stand-in")}</h2>
            <ul class="entries">{known}</ul>
            <form class="form" method="post" action="/act/people/stand-in">
                {hidden(&person.row.user)}
                <Choice name="stand_in" text=t("person-stand-in") options=options/>
                <Field name="from" text=t("person-stand-in-from") kind="date" required=true/>
                <Field name="to" text=t("person-stand-in-to") kind="date" required=true/>
                <button class="button">{t("person-stand-in-save")}</button>
            </form>
        </section>
    }
    .into_any()
}

fn block(row: &PersonRow, own: bool) -> AnyView {
    let (action, verb) = if row.blocked_at.is_some() {
        ("/act/people/unblock", "unblock")
    } else {
        ("/act/people/block", "block")
    };
    let why_not = (own && verb == "block").then(|| t("error-person-self"));
    view! {
        <section class="panel panel--form">
            <h2>{label("person-do", verb)}</h2>
            <p class="quiet-text">{label("person-means", verb)}</p>
            <form class="form" method="post" action=action>
                {hidden(&row.user)}
                <Act text=label("person-do", verb) why_not=why_not/>
            </form>
        </section>
    }
    .into_any()
}
