use std::io::Write;

use super::{Overrides, load, show};

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn the_file_wins_over_defaults_and_the_command_line_over_the_file() {
    let file = file("data = '/from/file'\n[limits]\nbatch_items = 7\n");
    let told = Overrides {
        data: Some("/from/line".into()),
        ..Overrides::default()
    };
    let effective = load(Some(file.path()), told).unwrap();
    assert_eq!(effective.config.data.to_str(), Some("/from/line"));
    assert_eq!(effective.config.limits.batch_items, 7);
    assert_eq!(effective.config.limits.json_depth, 64);
    let rows = show(&effective);
    let from = |name: &str| rows.iter().find(|r| r.name == name).unwrap().from.clone();
    assert_eq!(from("data"), "command line");
    assert_eq!(from("limits.json_depth"), "default");
    assert!(from("limits.batch_items").contains(file.path().file_name().unwrap().to_str().unwrap()));
}

#[test]
fn a_server_on_every_address_is_reached_on_loopback() {
    let told = Overrides {
        listen: Some("0.0.0.0:9000".parse().unwrap()),
        ..Overrides::default()
    };
    let file = file("");
    assert_eq!(
        load(Some(file.path()), told).unwrap().config.base_url(),
        "http://127.0.0.1:9000"
    );
}

#[test]
fn variables_of_others_that_begin_alike_are_no_settings() {
    let names = super::settings();
    assert!(names.contains(&"limits".to_owned()) && names.contains(&"base_url".to_owned()));
    assert!(!names.contains(&"test_postgres".to_owned()));
}

#[test]
fn a_misspelled_name_is_refused_by_name() {
    let file = file("[limits]\nbatch_itmes = 7\n");
    let sentence = load(Some(file.path()), Overrides::default()).unwrap_err();
    assert!(sentence.arg("problem").unwrap().contains("batch_itmes"), "{sentence:?}");
}

#[test]
fn a_wrong_type_is_refused_with_its_place() {
    let file = file("[limits]\nqueue = 'many'\n");
    let sentence = load(Some(file.path()), Overrides::default()).unwrap_err();
    assert_eq!(sentence.arg("name"), Some("limits.queue"));
}

#[test]
fn postgres_needs_an_address_and_the_password_is_never_shown() {
    let file_without = file("[store]\nkind = 'postgres'\n");
    assert_eq!(
        load(Some(file_without.path()), Overrides::default()).unwrap_err().key,
        "config-postgres-url"
    );
    let file = file("[store]\nkind = 'postgres'\nurl = 'postgres://docket:hunter2@db:5432/docket?sslmode=off'\n");
    let effective = load(Some(file.path()), Overrides::default()).unwrap();
    let shown = show(&effective)
        .into_iter()
        .find(|r| r.name == "store.url")
        .unwrap()
        .value;
    assert_eq!(shown, "\"postgres://docket:(secret)@db:5432/docket\"");
    assert!(!format!("{:?}", effective.config).contains("hunter2"));
}

#[test]
fn the_secret_of_the_identity_provider_is_never_shown_and_its_section_must_be_whole() {
    let whole = "[oidc]\nissuer = 'https://id.example'\nclient_id = 'docket'\nclient_secret = 'hunter2'\n\
                 [oidc.roles]\n'p2p.buyers' = ['procurement']\n";
    let effective = load(Some(file(whole).path()), Overrides::default()).unwrap();
    assert!(!format!("{:?} {:?}", effective.config, show(&effective)).contains("hunter2"));
    let settings = effective.config.identity_provider().unwrap();
    assert_eq!(settings.redirect, "http://127.0.0.1:8417/sign-in/oidc/callback");
    assert_eq!(settings.roles["p2p.buyers"], [domain::access::Role::Procurement]);
    for (cut, key) in [
        ("client_id = 'docket'\n", "config-oidc"),
        ("'p2p.buyers' = ['procurement']\n", "config-oidc"),
    ] {
        let refused = load(Some(file(&whole.replace(cut, "")).path()), Overrides::default()).unwrap_err();
        assert_eq!(refused.key, key, "without {cut}");
    }
    let unknown = whole.replace("procurement", "emperor");
    assert_eq!(
        load(Some(file(&unknown).path()), Overrides::default()).unwrap_err().key,
        "config-oidc-role"
    );
    let off = load(Some(file("").path()), Overrides::default()).unwrap();
    assert!(off.config.identity_provider().is_none());
}

#[test]
fn proxies_are_addresses_or_networks_and_nothing_else() {
    let read = |text: &str| load(Some(file(text).path()), Overrides::default());
    let config = read("trusted_proxies = ['10.0.0.0/8', '::1']").unwrap().config;
    assert_eq!(config.trusted_proxies.len(), 2);
    let rows = show(&read("trusted_proxies = ['10.0.0.0/8', '::1']").unwrap());
    let shown = rows.iter().find(|row| row.name == "trusted_proxies").unwrap();
    assert_eq!(shown.value, "[\"10.0.0.0/8\", \"::1\"]");
    assert_eq!(
        read("trusted_proxies = ['proxy.example']").unwrap_err().key,
        "config-refused"
    );
}

#[test]
fn the_demo_is_no_environment_to_configure() {
    let read = |text: &str| load(Some(file(text).path()), Overrides::default());
    assert_eq!(
        read("").unwrap().config.environment,
        views::Environment::Production,
        "what nobody says is production"
    );
    assert_eq!(
        read("environment = 'test'").unwrap().config.environment,
        views::Environment::Test
    );
    assert_eq!(read("environment = 'demo'").unwrap_err().key, "config-environment-demo");
    assert_eq!(read("environment = 'prod'").unwrap_err().key, "config-refused");
}

#[test]
fn the_settings_that_the_readme_shows_are_read() {
    let readme = include_str!("../../../README.md");
    let shown = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let config = load(Some(file(shown).path()), Overrides::default()).unwrap().config;
    assert!(config.is_https() && config.oidc.is_on() && config.trusted_proxies.len() == 1);
    assert_eq!(
        config.identity_provider().unwrap().redirect,
        "https://docket.example/sign-in/oidc/callback"
    );
    assert!(readme.contains("`https://docket.example/sign-in/oidc/callback`"));
}
