//! Scopes of four dimensions: a row is read by whom all of their bounds let through, and by nobody else.

use std::collections::BTreeSet;

use store::log::ScopeKey;
use store::views::Order;
use views::Scope;
use views::caller::Bounds;

use crate::support::{db_test, order};

/// One value, another, or none: in each dimension.
const PLACES: [&str; 3] = ["A", "B", ""];

fn keys() -> Vec<ScopeKey> {
    let of = |n: usize| PLACES[n % 3].to_owned();
    let key = |n: usize| ScopeKey {
        entity: of(n),
        site: of(n / 3),
        category: of(n / 9),
        region: of(n / 27),
    };
    (0..81).map(key).collect()
}

db_test! {
    async fn a_row_is_read_when_it_lies_within_all_four_bounds(t) {
        let keys = keys();
        let ids = t.store.log.intern_scopes(&keys).await.unwrap();
        let views = t.store.views();
        let mut folder = views.folder().await.unwrap().unwrap();
        let orders: Vec<Order> = (0_i64..)
            .zip(keys.iter().zip(&ids))
            .map(|(n, (key, scope_id))| order(n, &key.entity, &format!("P{n}"), *scope_id))
            .collect();
        let mut tx = folder.begin_fold().await.unwrap();
        tx.upsert_orders(&orders).await.unwrap();
        tx.commit().await.unwrap();

        let bounds: [Option<&[&str]>; 4] = [None, Some(&["A"]), Some(&["A", "B"]), Some(&[])];
        let bound = |n: usize| {
            bounds[n % 4].map(|names| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>())
        };
        for n in 0..256 {
            let scope = Scope::from(Bounds {
                entities: bound(n),
                sites: bound(n / 4),
                categories: bound(n / 16),
                regions: bound(n / 64),
            });
            for entity in ["", "A"] {
                let seen = views.list_orders(&scope, entity, None, 100).await.unwrap();
                let seen: BTreeSet<i64> = seen.into_iter().map(|o| o.order_id).collect();
                let mine = |(_, key): &(i64, &ScopeKey)| {
                    scope.contains(key) && (entity.is_empty() || key.entity == entity)
                };
                let expected: BTreeSet<i64> = (0_i64..).zip(&keys).filter(mine).map(|(id, _)| id).collect();
                assert_eq!(seen, expected, "{scope:?} {entity:?}");
            }
            // One row by its address: what one may not know of is not there.
            let found = views.get_order_by_address(&scope, "A", "P0").await.unwrap();
            assert_eq!(found.is_some(), scope.contains(&keys[0]), "{scope:?}");
        }
    }
}
