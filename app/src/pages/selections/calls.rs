//! Acts on selections.

use leptos::prelude::{ServerFnError, server};
use views::exceptions::Resolution;
use views::selections::{NewSelection, Seen, SelectionAct, SelectionView};
use views::{AppError, ErrorKind, Permission};

use crate::acts::{finish, may, ports};
use crate::links;

/// Freezes the ticked cases, or all that match.
#[server(prefix = "/act", endpoint = "selections/freeze")]
pub(crate) async fn freeze_selection(
    #[server(default)] what: String,
    #[server(default)] cases: Vec<String>,
    #[server(default)] class: String,
    #[server(default)] state: String,
) -> Result<(), ServerFnError> {
    let back = links::with("/exceptions", &[("class", &class), ("state", &state)]);
    let result = async {
        let caller = may(Permission::SeeExceptions)?;
        let all = what == "all";
        if !all && cases.is_empty() {
            return Err(AppError::new(ErrorKind::Invalid, "error-selection-none-ticked"));
        }
        let cases = if all { Vec::new() } else { seen(&cases)? };
        let wanted = NewSelection { cases, class, state };
        ports().selections.freeze(&caller, &wanted).await
    };
    match result.await {
        Ok(view) => finish(Ok("done-frozen"), &links::selection(view.id)),
        Err(error) => finish(Err(error), &back),
    }
}

/// Cases as the boxes name them: `id_version`.
fn seen(cases: &[String]) -> Result<Vec<Seen>, AppError> {
    let one = |text: &String| {
        let (id, version) = text.split_once('_')?;
        Some(Seen {
            id: id.parse().ok()?,
            version: version.parse().ok()?,
        })
    };
    let read: Option<Vec<Seen>> = cases.iter().map(one).collect();
    read.ok_or_else(|| AppError::new(ErrorKind::Invalid, "error-act-invalid"))
}

/// Gives every case of a selection another class.
#[server(prefix = "/act", endpoint = "selections/classify")]
pub(crate) async fn classify_selection(
    id: i64,
    hash: String,
    class: String,
    #[server(default)] comment: String,
) -> Result<(), ServerFnError> {
    let act = SelectionAct::Classify { class, comment };
    end(call(Permission::Triage, id, &hash, act).await, id)
}

/// Closes every case of a selection.
#[server(prefix = "/act", endpoint = "selections/resolve")]
pub(crate) async fn resolve_selection(
    id: i64,
    hash: String,
    #[server(default)] resolution: String,
    #[server(default)] comment: String,
) -> Result<(), ServerFnError> {
    let result = match Resolution::parse(&resolution) {
        Some(resolution) => {
            let act = SelectionAct::Resolve { resolution, comment };
            call(Permission::Resolve, id, &hash, act).await
        }
        None => may(Permission::Resolve).and(Err(AppError::new(ErrorKind::Invalid, "error-choose-resolution"))),
    };
    end(result, id)
}

async fn call(permission: Permission, id: i64, hash: &str, act: SelectionAct) -> Result<SelectionView, AppError> {
    let caller = may(permission)?;
    ports().selections.act(&caller, id, hash, act).await
}

fn end(result: Result<SelectionView, AppError>, id: i64) -> Result<(), ServerFnError> {
    let said = |view: SelectionView| match view.runs.first() {
        Some(run) if run.finished_at.is_none() => "done-selection-begun",
        Some(run) if run.skipped > 0 => "done-selection-some",
        _ => "done-selection",
    };
    finish(result.map(said), &links::selection(id))
}
