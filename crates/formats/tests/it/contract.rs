//! The contract as it is published, against the reader.

use formats::canonical;
use formats::cloudevents::{Mode, split};
use formats::json::Limits;

const CONTRACT: &str = include_str!("../../../../docs/data-contract.md");

#[test]
fn every_example_of_the_published_contract_is_read() {
    let examples: Vec<_> = CONTRACT
        .split("```json")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() >= 4, "{}", examples.len());
    for example in examples {
        let item = split(&Mode::Structured, example.as_bytes(), &Limits::default()).remove(0);
        let event = item.result.unwrap_or_else(|fault| panic!("{fault:?} in {example}"));
        let said = canonical::drafts(&event, "DE01").unwrap_or_else(|fault| panic!("{fault:?} in {example}"));
        // Nothing in an example is beyond the contract.
        assert!(
            said.iter().all(|draft| draft.payload.other.is_empty()),
            "{:?}",
            said[0].payload.other
        );
    }
}

#[test]
fn every_field_that_is_read_is_in_the_published_contract() {
    let sources = [
        include_str!("../../src/canonical/mod.rs"),
        include_str!("../../src/canonical/fields.rs"),
    ]
    .concat();
    let reads = [
        "key(\"",
        "text(\"",
        "number(\"",
        "quantity(\"",
        "count(\"",
        "yes_no(\"",
        "moment(\"",
        "instant(\"",
        "group(\"",
        "groups(\"",
    ];
    let mut fields = 0;
    for read in reads {
        for name in sources.split(read).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(
                CONTRACT.contains(&format!("`{name}`")) || CONTRACT.contains(&format!("\"{name}\"")),
                "{name}"
            );
            fields += 1;
        }
    }
    assert!(fields > 30, "{fields}");
}
