//! Services: programs of ours that read over the API, each with its own narrow token.

use std::collections::BTreeMap;

use axum::extract::Form;
use axum::response::Response;
use domain::access::Scope;
use domain::access::tokens::SERVICE_SCOPES;
use leptos::prelude::*;
use views::Permission;
use views::tokens::{DAYS, NewService, ServiceRow, Services, TokenWish};
use views::words::{t, tn};

use crate::pages::tokens::{self, number, some_number};
use crate::parts::{Field, label};
use crate::shell::Place;
use crate::visit::{Sheet, Visit};

pub(crate) async fn index(visit: Visit) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ManageTokens)?;
            let services = visit.state.ports.tokens.services(caller).await?;
            let owner = caller.id.clone();
            let sheet = Sheet::new(t("nav-services"), Place::Services);
            Ok(visit.page(sheet, || page(services, owner)))
        })
        .await
}

fn page(services: Services, owner: String) -> AnyView {
    let lede = match services.rows.len() {
        0 => t("services-none"),
        n => tn("services-lede", &[("n", i64::try_from(n).unwrap_or(i64::MAX).into())]),
    };
    let as_of = services.as_of;
    let rows = services.rows.into_iter().map(|row| one(row, as_of)).collect_view();
    view! {
        <header class="head"><h1>{t("nav-services")}</h1><p class="lede">{lede}</p></header>
        {rows}
        {connect(owner)}
    }
    .into_any()
}

/// The rows a service may know of, in words.
fn bounds(scope: &Scope) -> String {
    let Some(bounds) = scope.bounds() else {
        return t("services-rows-all");
    };
    let some = [
        ("services-rows-entities", &bounds.entities),
        ("services-rows-sites", &bounds.sites),
        ("services-rows-categories", &bounds.categories),
        ("services-rows-regions", &bounds.regions),
    ];
    let said = some.into_iter().filter_map(|(key, values)| {
        let values = values.as_ref()?.iter().cloned().collect::<Vec<_>>().join(", ");
        Some(tn(key, &[("names", values.as_str().into())]))
    });
    said.collect::<Vec<_>>().join("; ")
}

fn one(row: ServiceRow, as_of: domain::Instant) -> AnyView {
    let scopes = row
        .scopes
        .iter()
        .map(|scope| label("service-scope", &scope.replace(':', "-")));
    let scopes = scopes.collect::<Vec<_>>().join(", ");
    view! {
        <section class="panel">
            <h2>{row.name.clone()}</h2>
            <dl class="facts">
                <div><dt>{t("services-owner")}</dt><dd>{row.owner.clone()}</dd></div>
                <div><dt>{t("services-reads")}</dt><dd>{scopes}</dd></div>
                <div><dt>{t("services-rows")}</dt><dd>{bounds(&row.rows)}</dd></div>
            </dl>
            {tokens::parts::table(row.tokens, true, "/services", as_of)}
        </section>
    }
    .into_any()
}

fn connect(owner: String) -> AnyView {
    let scopes = SERVICE_SCOPES.into_iter().map(|(scope, _)| {
        view! {
            <label class="radio">
                <input type="checkbox" name=scope value="on"/>
                <span>{label("service-scope", &scope.replace(':', "-"))} " " <code class="key">{scope}</code></span>
            </label>
        }
    });
    view! {
        <section class="panel panel--form">
            <h2>{t("services-connect")}</h2>
            <p class="quiet-text">{t("services-connect-text")}</p>
            <form class="form" method="post" action="/services">
                <Field name="name" text=t("services-form-name") required=true pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" hint=t("services-form-name-hint")/>
                <Field name="owner" text=t("services-owner") required=true value=owner hint=t("services-form-owner-hint")/>
                <fieldset class="radios"><legend>{t("services-reads")}</legend>{scopes.collect_view()}</fieldset>
                <Field name="entities" text=t("services-form-entities") hint=t("services-form-entities-hint")/>
                {tokens::parts::wish()}
                <button class="button button--main">{t("services-form-save")}</button>
            </form>
        </section>
    }
    .into_any()
}

pub(crate) async fn create(visit: Visit, Form(form): Form<BTreeMap<String, String>>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ManageTokens)?;
            let field = |name: &str| form.get(name).map_or("", |text| text.trim());
            let entities: Vec<&str> = field("entities")
                .split([',', ' ', ';'])
                .filter(|word| !word.is_empty())
                .collect();
            let scopes = SERVICE_SCOPES.into_iter().map(|(scope, _)| scope);
            let service = NewService {
                name: field("name").to_owned(),
                owner: field("owner").to_owned(),
                scopes: scopes
                    .filter(|scope| form.contains_key(*scope))
                    .map(str::to_owned)
                    .collect(),
                rows: if entities.is_empty() {
                    Scope::All
                } else {
                    Scope::entities(entities)
                },
                token: TokenWish {
                    title: field("token_title").to_owned(),
                    days: number(field("days"), DAYS)?,
                    quota_per_minute: some_number(field("quota_per_minute"))?,
                },
            };
            let token = visit.state.ports.tokens.issue_for_service(caller, &service).await?;
            Ok(tokens::shown_once(&visit, &token))
        })
        .await
}
