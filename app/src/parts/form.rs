//! Forms: a field with its label, a choice, a button that says who may press it.

use leptos::prelude::*;
use views::Permission;
use views::words::tn;

use super::word;

/// A text field under its label.
#[component]
pub(crate) fn Field(
    /// Name in the form.
    name: &'static str,
    /// What it asks for.
    text: String,
    /// Type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it.
    #[prop(optional)]
    value: String,
    /// Must not be left empty.
    #[prop(optional)]
    required: bool,
    /// What a browser may fill in.
    #[prop(default = "off")]
    complete: &'static str,
    /// How to fill it in.
    #[prop(optional)]
    hint: Option<String>,
    /// Shortest text.
    #[prop(optional)]
    least: Option<u16>,
    /// Pattern of the text.
    #[prop(optional)]
    pattern: Option<&'static str>,
) -> AnyView {
    let hint = hint.map(|hint| view! { <span class="field__hint">{hint}</span> });
    view! {
        <label class="field">
            <span class="field__text">{text}</span>
            <input name=name type=kind value=value required=required autocomplete=complete minlength=least pattern=pattern/>
            {hint}
        </label>
    }
    .into_any()
}

/// One choice out of a list.
#[component]
pub(crate) fn Choice(
    /// Name in the form.
    name: &'static str,
    /// What it asks for.
    text: String,
    /// Values and their words.
    options: Vec<(String, String)>,
    /// The value chosen.
    #[prop(optional)]
    chosen: String,
) -> AnyView {
    let options = options.into_iter().map(|(value, text)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{text}</option> }
    });
    view! {
        <label class="field">
            <span class="field__text">{text}</span>
            <select name=name>{options.collect_view()}</select>
        </label>
    }
    .into_any()
}

/// The button of an act. Who may not press it sees it disabled, with the reason beneath.
#[component]
pub(crate) fn Act(
    /// Its word.
    text: String,
    /// Why not, and who may; absent: it may be pressed.
    #[prop(optional_no_strip)]
    why_not: Option<String>,
    /// The one that is meant to be pressed.
    #[prop(optional)]
    main: bool,
) -> AnyView {
    let class = if main { "button button--main" } else { "button" };
    let disabled = why_not.is_some();
    view! {
        <span class="act">
            <button class=class disabled=disabled>{text}</button>
            {why_not.map(|why| view! { <span class="act__why">{why}</span> })}
        </span>
    }
    .into_any()
}

/// The sentence that names who may do a thing.
pub(crate) fn who_may(permission: Permission) -> String {
    let roles: Vec<_> = permission.roles().iter().map(|r| word("role", r.as_str())).collect();
    tn("act-only", &[("who", roles.join(", ").into())])
}
