//! States, badges, severities: always a word beside the colour.

use leptos::prelude::*;

use super::label;

/// How far along a state is: drives the chip's tone and mark.
fn tone(headline: &str) -> &'static str {
    match headline {
        "disputed" | "supplier_rejected" | "approval_rejected" | "over_received" | "over_invoiced" | "failed"
        | "tech_rejected" => "bad",
        "backordered"
        | "change_pending"
        | "pending_receipt"
        | "returned"
        | "on_hold"
        | "locked"
        | "acknowledged_with_changes" => "care",
        "paid" | "closed" | "posted" | "matched" | "fully_received" | "short_closed" => "done",
        "cancelled" => "off",
        "none" | "unmatched" | "drafted" | "pending_approval" | "known_by_reference" | "stub" => "early",
        _ => "moving",
    }
}

/// The mark inside a chip; its form follows the tone, so that it does not rest on colour.
fn mark(tone: &str) -> &'static str {
    match tone {
        "bad" => "M4 4l8 8M12 4l-8 8",
        "care" => "M8 3v6M8 12v.5",
        "done" => "M3.5 8.5l3 3 6-7",
        "off" => "M4 8h8",
        "early" => "M8 8h.01",
        _ => "M4 8h7M8 4.5L11.5 8 8 11.5",
    }
}

/// A state as a chip.
#[component]
pub(crate) fn Status(
    /// Family of the word, such as `state` or `outcome`.
    #[prop(default = "state")]
    family: &'static str,
    /// The code.
    code: String,
    /// Tone, when it is not that of an order's state.
    #[prop(optional)]
    toned: Option<&'static str>,
) -> AnyView {
    let tone = toned.unwrap_or_else(|| tone(&code));
    view! {
        <span class=format!("chip chip--{tone}")>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d=mark(tone)/></svg>
            {label(family, &code)}
        </span>
    }
    .into_any()
}

/// Badges beside a state. One that only repeats the state is left out.
#[component]
pub(crate) fn Badges(
    /// The state they stand beside.
    state: String,
    /// Their codes.
    codes: Vec<String>,
) -> AnyView {
    codes
        .into_iter()
        .filter(|code| *code != state)
        .map(|code| view! { <span class="badge">{label("badge", &code)}</span> })
        .collect_view()
        .into_any()
}

/// `S1` to `S4`, with what it asks for.
#[component]
pub(crate) fn Severity(
    /// The code.
    code: String,
) -> AnyView {
    let class = format!("sev sev--{}", code.to_ascii_lowercase());
    let meaning = label("severity", &code);
    view! { <span class=class title=meaning>{code}</span> }.into_any()
}
