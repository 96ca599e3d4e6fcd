//! Who may do what, which rows, which fields: the tables as they are written down, and what is asked of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::access::{
    Bounds, FIELDS, FieldClass, Grade, INCOMPATIBLE, MATRIX, Permission, Role, Scope, ScopeKey, Showing, Sight,
    incompatible,
};

fn table(rows: Vec<(&str, Vec<&str>)>) -> String {
    let mut text = format!("{:<18}", "");
    let heads = Role::ALL.map(Role::as_str).to_vec();
    for (name, cells) in std::iter::once(("", heads)).chain(rows) {
        if !name.is_empty() {
            let _ = write!(text, "{name:<18}");
        }
        for cell in cells {
            let _ = write!(text, " {cell:<13}");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[test]
fn the_permission_matrix_is_as_written_down() {
    let rows = MATRIX
        .iter()
        .map(|(permission, grades)| (permission.as_str(), grades.iter().map(|g| g.as_str()).collect()));
    insta::assert_snapshot!("permissions", table(rows.collect()));
}

#[test]
fn the_field_classes_are_as_written_down() {
    let rows = FIELDS
        .iter()
        .map(|(class, showings)| (class.as_str(), showings.iter().map(|s| s.as_str()).collect()));
    insta::assert_snapshot!("fields", table(rows.collect()));
}

#[test]
fn every_permission_and_every_field_class_has_one_row() {
    let permissions: BTreeSet<Permission> = MATRIX.iter().map(|(p, _)| *p).collect();
    assert_eq!(permissions.len(), MATRIX.len());
    for (permission, _) in MATRIX {
        assert_eq!(
            serde_json::to_value(permission).unwrap(),
            permission.as_str(),
            "one word for it everywhere"
        );
        assert!(!permission.roles().is_empty(), "{permission:?} is nobody's");
    }
    let classes: Vec<FieldClass> = FIELDS.iter().map(|(c, _)| *c).collect();
    assert_eq!(classes, FieldClass::ALL);
    for role in Role::ALL {
        assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        assert_eq!(Role::parse(role.as_str()), Some(role));
    }
}

#[test]
fn whoever_governs_something_is_answered_by_somebody_else_who_decides() {
    let governed = [
        Permission::GovernAccess,
        Permission::GovernSources,
        Permission::GovernRouting,
        Permission::GovernRates,
        Permission::GovernCalendars,
    ];
    for permission in governed {
        assert!(!permission.roles_where(Grade::proposes).is_empty(), "{permission:?}");
        assert!(!permission.roles_where(Grade::decides).is_empty(), "{permission:?}");
    }
    assert!(!Grade::Propose.decides() && !Grade::Approve.proposes());
    assert!(!Grade::View.proposes() && !Grade::Own.decides() && !Grade::Aggregate.allows());
}

fn pairs(roles: &[Role]) -> Vec<(Role, Role)> {
    incompatible(&roles.iter().copied().collect())
        .map(|pair| (pair.first, pair.second))
        .collect()
}

#[test]
fn roles_that_do_not_go_together_are_named_pair_by_pair() {
    use Role as R;
    assert_eq!(pairs(&[R::Procurement, R::Finance, R::Auditor]), []);
    assert_eq!(pairs(&[R::Finance, R::Administrator]), [(R::Administrator, R::Finance)]);
    assert_eq!(pairs(&[R::Finance, R::Warehouse]), [(R::Warehouse, R::Finance)]);
    assert_eq!(pairs(&[R::Administrator, R::SecurityAdministrator]), []);
    assert_eq!(pairs(&Role::ALL).len(), INCOMPATIBLE.len(), "all of them at once");
    for business in [R::Procurement, R::Warehouse, R::Finance, R::Support, R::Executive] {
        assert_eq!(
            pairs(&[R::SecurityAdministrator, business]),
            [(R::SecurityAdministrator, business)]
        );
    }
}

#[test]
fn the_best_of_somebodys_roles_counts() {
    let both = BTreeSet::from([Role::Warehouse, Role::Procurement]);
    assert!(Sight::of(&both).shows(FieldClass::Price));
    assert!(!Sight::of(&BTreeSet::from([Role::Warehouse])).shows(FieldClass::Price));
    assert_eq!(
        Sight::of(&BTreeSet::from([Role::Support, Role::Executive])).on(FieldClass::Employee),
        Showing::Pseudonym
    );
    assert_eq!(Sight::of(&BTreeSet::new()), Sight::NOTHING);
    assert_eq!(Permission::ReadAudit.best(&both), Grade::Own);
    assert_eq!(Permission::ReadAudit.best(&[Role::Support, Role::Auditor]), Grade::All);
    assert!(
        !Permission::SeePrices.roles().contains(&Role::Executive),
        "sums are not rows"
    );
}

fn key(entity: &str, site: &str, category: &str, region: &str) -> ScopeKey {
    ScopeKey {
        entity: entity.into(),
        site: site.into(),
        category: category.into(),
        region: region.into(),
    }
}

#[test]
fn a_row_must_lie_within_every_bound() {
    let set = |names: &[&str]| Some(names.iter().map(|n| (*n).to_owned()).collect());
    let scope = Scope::from(Bounds {
        entities: set(&["DE01", "PL02"]),
        categories: set(&["fasteners"]),
        ..Bounds::default()
    });
    assert!(scope.contains(&key("DE01", "HAM", "fasteners", "eu")));
    assert!(scope.contains(&key("PL02", "", "fasteners", "")));
    assert!(!scope.contains(&key("DE01", "HAM", "paint", "eu")));
    assert!(!scope.contains(&key("US03", "HAM", "fasteners", "eu")));
    assert!(
        !scope.contains(&key("DE01", "HAM", "", "eu")),
        "not known is not within"
    );
    assert!(!Scope::nothing().contains(&key("", "", "", "")));
    assert!(Scope::All.contains(&key("", "", "", "")));
}

#[test]
fn scopes_that_were_stored_before_there_were_four_bounds_read_as_they_were_meant() {
    let read = |text: &str| serde_json::from_str::<Scope>(text).ok();
    assert_eq!(read(r#""all""#), Some(Scope::All));
    assert_eq!(read(r#"{"entities":["DE01"]}"#), Some(Scope::entities(["DE01"])));
    assert_eq!(read(r#"{"entities":[]}"#), Some(Scope::nothing()));
    assert_eq!(read("{}"), Some(Scope::All));
    assert_eq!(
        read(r#"{"planets":["mars"]}"#),
        None,
        "what is not understood is not every row"
    );
    let sites = Scope::from(Bounds {
        sites: Some(BTreeSet::from(["HAM".to_owned()])),
        ..Bounds::default()
    });
    for scope in [Scope::All, Scope::nothing(), Scope::entities(["DE01", "PL02"]), sites] {
        let text = serde_json::to_string(&scope).unwrap();
        assert_eq!(read(&text), Some(scope), "{text}");
    }
}

#[test]
fn a_stand_in_sees_what_lies_in_both_scopes() {
    let mine = Scope::entities(["DE01", "PL02"]);
    let theirs = Scope::from(Bounds {
        entities: Some(BTreeSet::from(["PL02".to_owned(), "US03".to_owned()])),
        regions: Some(BTreeSet::from(["eu".to_owned()])),
        ..Bounds::default()
    });
    let both = mine.and(&theirs);
    assert!(both.contains(&key("PL02", "LDZ", "", "eu")));
    assert!(!both.contains(&key("DE01", "HAM", "", "eu")) && !both.contains(&key("PL02", "LDZ", "", "us")));
    assert_eq!(mine.and(&Scope::All), mine);
}
