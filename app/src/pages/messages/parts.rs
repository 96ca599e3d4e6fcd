//! Pieces of the pages of arrivals, also used where an arrival stands elsewhere.

use leptos::prelude::*;
use views::Permission;
use views::messages::{ItemView, MessageRow, Outcome};
use views::orders::RawView;
use views::words::t;

use crate::links;
use crate::parts::{Status, bytes, counted, said, who_may};

/// What became of the items, each number with its word; noughts are left out.
pub(crate) fn counts(row: &MessageRow) -> AnyView {
    let kinds = [
        (row.parked, "messages-n-parked", "count count--bad"),
        (row.conflict, "messages-n-conflict", "count count--care"),
        (row.accepted, "messages-n-accepted", "count"),
        (row.duplicate, "messages-n-duplicate", "count count--off"),
    ];
    let counts = kinds.into_iter().filter(|(n, ..)| *n > 0).map(|(n, key, class)| {
        let text = counted(key, &[("n", n)]);
        view! { <span class=class>{text}</span> }
    });
    view! { <span class="counts">{counts.collect_view()}</span> }.into_any()
}

/// What became of an arrival, in one sentence.
pub(super) fn became(row: &MessageRow) -> String {
    let all = row.accepted + row.duplicate + row.conflict + row.parked;
    let args = [
        ("all", all),
        ("accepted", row.accepted),
        ("duplicate", row.duplicate),
        ("conflict", row.conflict),
        ("parked", row.parked),
    ];
    match (row.parked, row.conflict, row.accepted) {
        _ if all == 0 => t("message-empty"),
        (0, 0, 0) => counted("message-all-seen", &args),
        (0, 0, _) => counted("message-all-well", &args),
        (0, ..) => counted("message-conflicts", &args),
        _ => counted("message-parked", &args),
    }
}

/// The items of an arrival, parked ones first.
pub(super) fn items(row: &MessageRow, items: Vec<ItemView>) -> AnyView {
    let all = row.accepted + row.duplicate + row.conflict + row.parked;
    let shown = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let rest = (shown < all).then(|| counted("messages-items-first", &[("n", shown), ("all", all)]));
    let rows = items.into_iter().map(item);
    view! {
        {rest.map(|text| view! { <p class="quiet-text">{text}</p> })}
        <table class="grid grid--cards">
            <thead><tr>
                <th scope="col" class="num">{t("items-place")}</th>
                <th scope="col">{t("items-key")}</th>
                <th scope="col">{t("items-outcome")}</th>
                <th scope="col">{t("items-orders")}</th>
                <th scope="col">{t("items-why")}</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "done",
        Outcome::Duplicate => "off",
        Outcome::Conflict => "care",
        Outcome::Parked => "bad",
    }
}

fn item(item: ItemView) -> AnyView {
    let seq = item.seq;
    let orders = item.orders.into_iter().map(|(entity, po_no)| {
        let href = seq.map_or_else(
            || links::order(&entity, &po_no),
            |seq| links::event(&entity, &po_no, seq),
        );
        view! { <a class="key" href=href>{po_no}</a> }
    });
    let case = item
        .case_id
        .map(|id| view! { " " <a href=links::case(id) data-prefetch="">{t("items-case")}</a> });
    view! {
        <tr>
            <td data-label=t("items-place") class="num">{item.ordinal.saturating_add(1)}</td>
            <td data-label=t("items-key") class="key wrap">{item.key}</td>
            <td data-label=t("items-outcome")>
                <Status family="outcome" code=item.outcome.as_str().to_owned() toned=tone(item.outcome)/>
            </td>
            <td data-label=t("items-orders")><span class="keys">{orders.collect_view()}</span></td>
            <td data-label=t("items-why") class="wrap">{item.fault.map(|fault| said(&fault))} {case}</td>
        </tr>
    }
    .into_any()
}

/// The bytes as the source sent them, or their structure.
pub(crate) fn raw(raw: Option<RawView>) -> AnyView {
    let Some(raw) = raw else {
        return view! { <p class="quiet-text">{t("raw-absent")} " " {who_may(Permission::SeeRaw)}</p> }.into_any();
    };
    let cut = (u64::try_from(raw.text.len()).is_ok_and(|shown| shown < raw.bytes)).then(|| t("raw-cut"));
    let structure = raw
        .structure_only
        .then(|| view! { <p class="quiet-text">{t("raw-structure")}</p> });
    view! {
        <p class="quiet-text">{raw.media_type} " " {bytes(raw.bytes)} " " {cut}</p>
        {structure}
        <pre class="raw" tabindex="0"><code>{raw.text}</code></pre>
        <p class="quiet-text hash">{t("raw-hash")} " " <code>{raw.sha256}</code></p>
    }
    .into_any()
}
