use std::collections::{BTreeMap, BTreeSet};

use domain::{EventType, Instant};
use serde_json::Value;
use simulator::{Delivery, PlantedKind, World};

fn world() -> World {
    World::new(1, World::usual_anchor())
}

/// Every event that can be read, with when it was heard and from whom.
fn events<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> Vec<(Instant, &'static str, Value)> {
    let mut events = Vec::new();
    for delivery in deliveries {
        match serde_json::from_slice(&delivery.body) {
            Ok(Value::Array(list)) => events.extend(list.into_iter().map(|e| (delivery.at, delivery.source, e))),
            Ok(one) => events.push((delivery.at, delivery.source, one)),
            Err(_) => {}
        }
    }
    events
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (one, two) = (world(), world());
    assert_eq!(one.deliveries(), two.deliveries());
    assert_eq!(one.planted(), two.planted());
    assert_eq!(
        one.live().take(300).collect::<Vec<_>>(),
        two.live().take(300).collect::<Vec<_>>()
    );
    assert_ne!(one.deliveries(), World::new(2, World::usual_anchor()).deliveries());
}

#[test]
fn a_later_now_continues_the_same_kind_of_world() {
    let saturday = Instant::parse("2026-11-21T13:00:00Z").unwrap();
    let world = World::new(7, saturday);
    assert!(world.deliveries().iter().all(|d| d.at <= saturday));
    assert!(world.live().take(50).all(|d| d.at > saturday));
    assert_eq!(
        world
            .planted()
            .iter()
            .map(|p| p.kind)
            .collect::<std::collections::HashSet<_>>()
            .len(),
        14
    );
}

#[test]
fn deliveries_come_in_the_order_in_which_they_are_heard() {
    let world = world();
    let all: Vec<Delivery> = world
        .deliveries()
        .iter()
        .cloned()
        .chain(world.live().take(1_000))
        .collect();
    assert!(all.is_sorted_by_key(|d| d.at));
    assert!(world.deliveries().iter().all(|d| d.at <= world.anchor()));
}

#[test]
fn about_six_hundred_orders_are_told_by_every_source() {
    let world = world();
    let events = events(world.deliveries());
    let created = events
        .iter()
        .filter(|(_, source, e)| *source == "procurement" && e["type"] == "docket.po.created.v1");
    let orders: BTreeSet<String> = created
        .map(|(.., e)| e["data"]["order"]["number"].to_string())
        .collect();
    assert!((540..=660).contains(&orders.len()), "{} orders", orders.len());
    assert!((9_000..30_000).contains(&events.len()), "{} events", events.len());
    for source in World::sources() {
        assert!(
            events.iter().any(|(_, s, _)| *s == source.name),
            "{} is silent",
            source.name
        );
    }
}

#[test]
fn ids_and_sequences_of_a_source_have_neither_gaps_nor_repetitions() {
    let world = world();
    let mut ids = BTreeSet::new();
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, source, event) in events(world.deliveries()) {
        assert!(ids.insert((source, event["id"].as_str().unwrap().to_owned())));
        let sequence = event["data"]["sequence"].as_i64().unwrap();
        let before = last.insert(source, sequence).unwrap_or_default();
        // A message that was cut short took a number, too.
        assert!(
            sequence > before && sequence <= before + 2,
            "{source}: {sequence} after {before}"
        );
    }
}

#[test]
fn nothing_is_heard_before_it_happened() {
    for (at, source, event) in events(world().deliveries()) {
        let time = Instant::parse(event["time"].as_str().unwrap()).unwrap();
        assert!(time <= at, "{source} {}: {time} heard at {at}", event["type"]);
    }
}

#[test]
fn every_type_but_the_planted_one_is_canonical() {
    let mut kinds = BTreeSet::new();
    for (.., event) in events(world().deliveries()) {
        let name = event["type"].as_str().unwrap().to_owned();
        let canonical = name
            .strip_prefix("docket.")
            .and_then(|n| n.strip_suffix(".v1"))
            .unwrap();
        assert!(
            EventType::parse(canonical).is_some() || canonical == "gr.weighed",
            "{name}"
        );
        kinds.insert(name);
    }
    assert!(kinds.len() >= 40, "only {} types: {kinds:?}", kinds.len());
}

/// By procurement's number: when its creation was heard, and the ERP's number for it.
#[test]
fn an_order_is_heard_of_before_anything_else_about_it_unless_planted() {
    let world = world();
    let late: BTreeSet<String> = world
        .planted()
        .into_iter()
        .filter(|p| matches!(p.kind, PlantedKind::LateCreation | PlantedKind::NeverCreated))
        .filter_map(|p| p.order.map(|o| o.1))
        .collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut alias: BTreeMap<String, String> = BTreeMap::new();
    let all = events(world.deliveries());
    for (.., event) in &all {
        let data = &event["data"];
        if let (Some(number), Some(other)) = (
            data["order"]["number"].as_str(),
            data["same_order"][0]["number"].as_str(),
        ) {
            alias.insert(other.to_owned(), number.to_owned());
        }
    }
    for (_, source, event) in &all {
        let data = &event["data"];
        let kind = event["type"].as_str().unwrap();
        let listed = data["orders"].as_array().cloned().unwrap_or_default();
        for name in listed.iter().chain(data.get("order")) {
            let Some(number) = name["number"].as_str() else {
                continue;
            };
            if kind == "docket.po.created.v1" {
                known.insert(number.to_owned());
            }
            let erp = alias.get(number).map_or(number, String::as_str);
            let planted = late.contains(erp) || erp.starts_with("459900");
            assert!(
                known.contains(number) || planted,
                "{source} {kind} of {number} is heard before its creation"
            );
        }
    }
    assert!(known.len() > 1_000);
}

#[test]
fn every_kind_of_failure_is_planted_and_can_be_found_in_the_messages() {
    let world = world();
    let planted = world.planted();
    for kind in PlantedKind::ALL {
        assert!(planted.iter().any(|p| p.kind == kind), "{kind:?} is not planted");
    }
    for planted in planted {
        let found = world.deliveries().iter().any(|d| {
            let text = String::from_utf8_lossy(&d.body);
            // Invoices and procurement's own messages do not name the ERP's order.
            let silent = matches!(
                planted.kind,
                PlantedKind::LateCreation | PlantedKind::PaidBeforePosted | PlantedKind::PostedWhileBlocked
            );
            let named = silent
                || planted
                    .order
                    .as_ref()
                    .is_none_or(|(_, number)| text.contains(number.as_str()));
            let same_id = planted.id.as_ref().is_none_or(|id| text.contains(id.as_str()));
            d.source == planted.source && d.at == planted.at && same_id && named
        });
        assert!(found, "{planted:?}");
    }
}

#[test]
fn there_are_two_people_for_every_deciding_role() {
    for role in ["procurement", "finance", "support", "warehouse", "executive"] {
        let people = World::people().iter().filter(|p| p.roles.contains(&role)).count();
        assert!(people >= 2, "{people} for {role}");
    }
    let users: BTreeSet<_> = World::people().iter().map(|p| p.user).collect();
    assert_eq!(users.len(), World::people().len());
}
