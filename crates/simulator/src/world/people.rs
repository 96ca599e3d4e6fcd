//! The people of Nordwind Trading: two for every deciding role.

/// Someone who can sign in to the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// User name.
    pub user: &'static str,
    /// Name as shown.
    pub name: &'static str,
    /// Job, as people say it.
    pub title: &'static str,
    /// Roles by word: `procurement`, `warehouse`, `finance`, `support`, `executive`, `auditor`, `administrator`, `security`.
    pub roles: &'static [&'static str],
    /// Buying entities they may see; empty: all.
    pub entities: &'static [&'static str],
}

const fn person(
    user: &'static str,
    name: &'static str,
    title: &'static str,
    roles: &'static [&'static str],
    entities: &'static [&'static str],
) -> Person {
    Person {
        user,
        name,
        title,
        roles,
        entities,
    }
}

/// Everyone who can sign in. In the systems' own messages people appear by their user name.
pub(crate) const PEOPLE: [Person; 20] = [
    person(
        "mkeller",
        "Maria Keller",
        "Buyer, procurement operations",
        &["procurement"],
        &[],
    ),
    person("lhaas", "Lena Haas", "Buyer", &["procurement"], &["DE01", "GB03"]),
    person("twrona", "Tomasz Wrona", "Buyer, Poland", &["procurement"], &["PL02"]),
    person(
        "arossi",
        "Andrea Rossi",
        "Buyer, United Kingdom",
        &["procurement"],
        &["GB03"],
    ),
    person("treid", "Tom Reid", "Finance manager", &["finance"], &[]),
    person("erossi", "Elena Rossi", "Finance controller", &["finance"], &[]),
    person("isolberg", "Ingrid Solberg", "Finance manager", &["finance"], &[]),
    person(
        "akhan",
        "Aisha Khan",
        "Accounts payable",
        &["finance"],
        &["DE01", "GB03"],
    ),
    person("jbrandt", "Jonas Brandt", "Integration support", &["support"], &[]),
    person("nvogt", "Nina Vogt", "Integration support", &["support"], &[]),
    person("osaid", "Omar Said", "Integration support", &["support"], &["GB03"]),
    person("pnowak", "Pawel Nowak", "Warehouse and logistics", &["warehouse"], &[]),
    person(
        "hpetersen",
        "Hanne Petersen",
        "Goods in, Hamburg",
        &["warehouse"],
        &["DE01"],
    ),
    person("sberg", "Sofia Berg", "Chief operating officer", &["executive"], &[]),
    person("dlang", "David Lang", "Chief financial officer", &["executive"], &[]),
    person("mfrost", "Miriam Frost", "Internal audit", &["auditor"], &[]),
    person("kholm", "Karin Holm", "Administrator", &["administrator"], &[]),
    person("hbauer", "Heike Bauer", "Administrator", &["administrator"], &[]),
    person("lstein", "Lars Stein", "Security administrator", &["security"], &[]),
    person("rmorel", "Remi Morel", "Security administrator", &["security"], &[]),
];

/// Who approves orders: never the one who wrote them.
pub(crate) const APPROVERS: [&str; 3] = ["sberg", "cmeyer", "rlind"];
/// Who asks for goods.
pub(crate) const REQUESTERS: [&str; 6] = ["bkrause", "jwilde", "knowicka", "mhughes", "sfischer", "zpatel"];
/// Who books goods in, by site in the order of the entities.
pub(crate) const RECEIVERS: [[&str; 2]; 3] = [["hpetersen", "okruse"], ["pnowak", "mzielinska"], ["gwalker", "tshaw"]];
/// Who enters invoices.
pub(crate) const CLERKS: [&str; 2] = ["akhan", "fjansen"];
/// Who releases blocks.
pub(crate) const RELEASERS: [&str; 2] = ["treid", "erossi"];
