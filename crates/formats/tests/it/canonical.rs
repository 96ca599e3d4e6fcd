use domain::events::{ActorKind, Draft};
use domain::{Decimal, DocKey, DocKind, EventType, Precision, Ref, Role};
use formats::cloudevents::{Mode, split};
use formats::json::Limits;
use formats::{Fault, FaultCode, Place, canonical};

fn read(kind: &str, data: &str) -> Result<Draft, Fault> {
    let body = format!(
        r#"{{"specversion":"1.0","id":"e-1","source":"/wms","type":"docket.{kind}.v1","time":"2026-02-27T10:15:00Z",
        "sequence":"7","correlationid":"c-1","recordedtime":"2026-02-27T10:16:00Z","tenant":"nordwind","data":{data}}}"#
    );
    let item = split(&Mode::Structured, body.as_bytes(), &Limits::default()).remove(0);
    let mut drafts = canonical::drafts(&item.result?, "DE01")?;
    assert_eq!(drafts.len(), 1);
    Ok(drafts.remove(0))
}

fn code(kind: &str, data: &str) -> FaultCode {
    read(kind, data).expect_err("refused").code
}

fn number(text: &str) -> Option<Decimal> {
    Some(Decimal::parse(text).expect("a number"))
}

const ORDER: &str = r#""order":{"entity":"DE01","number":"4500018823"}"#;

#[test]
fn a_goods_receipt_says_all_it_can() {
    let said = read(
        "gr.received",
        r#"{"order":{"entity":"DE01","number":4500018823},
        "same_order":[{"system":"procurement","number":"PO-77120"}],
        "document":{"scheme":"WMS-HH","number":"50417"},
        "cites":[{"kind":"shipment","scheme":"SUP-17","number":"88213"}],
        "version":2,"occurred_at":"2026-02-27T11:20","zone":"Europe/Berlin","recorded_at":"2026-02-27T11:21:07+01:00",
        "sequence":"1044","actor":{"kind":"human","id":"mkeller"},"entity":"DE01","site":"HH","category":"Steel",
        "region":"EU","supplier":{"id":"SUP-17","name":"Baltic Steel"},"buyer":"MK","currency":"EUR","amount":"1234.50",
        "reason":"partial","lines":[{"line":"00010","item":"4711","description":"Sheet","quantity":"24.000","unit":"EA",
        "price":12.5,"per":"100","needed":"2026-03-12","promised":"2026-03-19T08:00:00Z","delivery_complete":false,
        "lot":"L-9"}],"carrier":{"name":"DSV","stops":[1,2]},"empty":null}"#,
    )
    .expect("a receipt");
    assert_eq!(said.kind, EventType::GrReceived);
    assert_eq!(said.activity, "gr.received");
    assert_eq!(
        (said.occurred_at.to_string().as_str(), said.precision),
        ("2026-02-27T10:20:00Z", Precision::Minute)
    );
    assert_eq!(said.zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(said.source_seq, 1044);
    assert_eq!(
        said.source_recorded_at.map(|t| t.to_string()).as_deref(),
        Some("2026-02-27T10:21:07Z")
    );
    assert_eq!(
        (said.actor_kind, said.actor.as_deref()),
        (ActorKind::Human, Some("mkeller"))
    );
    assert_eq!(said.correlation_id.as_deref(), Some("c-1"));
    assert_eq!(
        said.refs,
        [
            Ref::new(Role::Order, DocKey::new(DocKind::PurchaseOrder, "DE01", "4500018823")),
            Ref::new(
                Role::SameOrder,
                DocKey::new(DocKind::OrderAlias, "procurement", "PO-77120")
            ),
            Ref::new(Role::Subject, DocKey::new(DocKind::Receipt, "WMS-HH", "50417")),
            Ref::new(Role::Cites, DocKey::new(DocKind::Shipment, "SUP-17", "88213")),
        ]
    );
    let payload = &said.payload;
    assert_eq!(payload.version, Some(2));
    assert_eq!(payload.amount, number("1234.5"));
    assert_eq!(payload.supplier.as_ref().map(|s| s.id.as_str()), Some("SUP-17"));
    let line = &payload.lines[0];
    assert_eq!(line.line_no, "10");
    assert_eq!(
        (line.quantity, line.price, line.per),
        (number("24"), number("12.5"), number("100"))
    );
    assert_eq!(
        line.needed_at.map(|t| t.to_string()).as_deref(),
        Some("2026-03-11T23:00:00Z")
    );
    assert_eq!(line.delivery_complete, Some(false));
    assert_eq!(line.receipt_required, None);
    let other: Vec<_> = payload.other.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(
        other,
        [
            "carrier.name=DSV",
            "carrier.stops[1]=1",
            "carrier.stops[2]=2",
            "extension.tenant=nordwind",
            "lines[1].lot=L-9"
        ]
    );
}

#[test]
fn what_the_data_do_not_say_the_event_says() {
    let said = read("po.created", &format!("{{{ORDER}}}")).expect("an order");
    assert_eq!(said.occurred_at.to_string(), "2026-02-27T10:15:00Z");
    assert_eq!(said.source_seq, 7);
    assert_eq!(
        said.source_recorded_at.map(|t| t.to_string()).as_deref(),
        Some("2026-02-27T10:16:00Z")
    );
    assert_eq!(said.zone, None);
    assert!(said.payload.lines.is_empty());
}

#[test]
fn a_day_without_a_zone_is_refused_and_one_in_an_offset_is_not() {
    assert_eq!(
        code("po.created", &format!(r#"{{{ORDER},"occurred_at":"2026-02-27"}}"#)),
        FaultCode::DateWithoutZone
    );
    let said = read(
        "po.created",
        &format!(
            r#"{{{ORDER},"occurred_at":"2026-02-27T10:15:00+09:00","lines":[{{"line":1,"needed":"2026-03-01"}}]}}"#
        ),
    );
    let said = said.expect("an order");
    assert_eq!(said.zone.as_deref(), Some("+09:00"));
    assert_eq!(
        said.payload.lines[0].needed_at.map(|t| t.to_string()).as_deref(),
        Some("2026-02-28T15:00:00Z")
    );
}

#[test]
fn lines_bring_their_own_orders() {
    let said = read(
        "inv.received",
        r#"{"document":{"scheme":"SUP-17","number":"90217"},"lines":[
        {"line":"10","order":{"entity":"DE01","number":"1"}},{"line":"10","order":{"entity":"DE01","number":"2"}},
        {"line":"20","order":{"entity":"DE01","number":"1"}}]}"#,
    )
    .expect("an invoice");
    let orders: Vec<_> = said
        .refs
        .iter()
        .filter(|r| r.role == Role::Order)
        .map(|r| r.key.value.as_str())
        .collect();
    assert_eq!(orders, ["1", "2"]);
    assert_eq!(
        said.payload.lines[1].order,
        Some(DocKey::new(DocKind::PurchaseOrder, "DE01", "2"))
    );
}

#[test]
fn each_family_says_what_it_needs() {
    let document = r#"{"document":{"scheme":"S","number":"1"}}"#;
    let cites = r#"{"cites":[{"kind":"shipment","scheme":"S","number":"1"}]}"#;
    let order = format!("{{{ORDER}}}");
    let reverses = r#"{"reverses":{"kind":"receipt","scheme":"S","number":"1"}}"#;
    assert_eq!(code("po.created", cites), FaultCode::OrderMissing);
    assert!(read("po.created", &order).is_ok());
    assert_eq!(code("gr.received", document), FaultCode::KeysMissing);
    assert!(read("gr.received", cites).is_ok());
    assert!(read("gr.reversed", document).is_ok());
    assert!(read("gr.reversed", reverses).is_ok());
    assert_eq!(code("gr.reversed", "{}"), FaultCode::KeysMissing);
    assert_eq!(code("inv.received", &order), FaultCode::DocumentMissing);
    assert!(read("inv.received", document).is_ok());
    assert!(read("pay.cleared", cites).is_ok());
    assert_eq!(code("pay.cleared", &order), FaultCode::DocumentMissing);
    assert!(read("req.created", document).is_ok());
    assert!(read("supplier.blocked", "{}").is_ok());
    let alias_only = r#"{"same_order":[{"system":"a","number":"1"}],"document":{"scheme":"S","number":"1"}}"#;
    assert_eq!(code("gr.reversed", alias_only), FaultCode::OrderMissing);
}

#[test]
fn every_open_type_can_be_sent_and_no_internal_one() {
    for kind in EventType::ALL {
        let name = format!("docket.{kind}.v1");
        let found = canonical::kind(&name);
        if kind.is_internal() {
            assert_eq!(found.map_err(|f| f.code), Err(FaultCode::TypeIsOurs), "{name}");
        } else {
            assert_eq!(found, Ok(*kind));
        }
    }
}

#[test]
fn an_unknown_type_names_the_nearest_and_waits_for_a_rule() {
    let fault = canonical::kind("docket.gr.recieved.v1").expect_err("unknown");
    assert_eq!(fault.args["nearest"], "docket.gr.received.v1");
    assert_eq!(fault.parked_on(), Some("map:docket.gr.recieved.v1"));
    assert_eq!(
        canonical::kind("docket.gr.received").expect_err("no version").code,
        FaultCode::UnknownTypeVersion
    );
    assert_eq!(
        canonical::kind("docket.").expect_err("nothing").code,
        FaultCode::UnknownType
    );
    assert_eq!(
        canonical::kind("Docket.gr.received.v1").expect_err("other case").code,
        FaultCode::NoRuleForType
    );
}

#[test]
fn a_fault_names_the_field_by_its_path() {
    let data = format!(r#"{{{ORDER},"lines":[{{"line":"10"}},{{"line":"20","quantity":"-4"}}]}}"#);
    let fault = read("gr.received", &data).expect_err("negative");
    assert_eq!(fault.code, FaultCode::QuantityNegative);
    assert_eq!(
        fault.at,
        Place::Field {
            path: "data.lines[2].quantity".to_owned()
        }
    );
    assert_eq!(fault.value, "-4");
}

#[test]
fn quantities_are_exact_or_unknown_never_rounded() {
    let quantity = |written: &str| {
        let data = format!(r#"{{{ORDER},"lines":[{{"line":"10","quantity":{written}}}]}}"#);
        read("gr.received", &data).map(|said| said.payload.lines[0].quantity)
    };
    assert_eq!(quantity("0.1"), Ok(number("0.1")));
    assert_eq!(
        quantity("\"123456789012345678.123456789\""),
        Ok(number("123456789012345678.123456789"))
    );
    assert_eq!(quantity("null"), Ok(None));
    assert_eq!(
        quantity("0.1234567891").expect_err("too exact").code,
        FaultCode::NumberTooLong
    );
    assert_eq!(quantity("1e400").expect_err("too large").code, FaultCode::NumberTooLong);
    assert_eq!(quantity("\"1,5\"").expect_err("a comma").code, FaultCode::NotANumber);
    assert_eq!(quantity("true").expect_err("yes").code, FaultCode::NotANumber);
}
