//! What of a row a caller sees: view types are made through this, so that what a role may not see never leaves the engine
//! (domain §8.2).

use domain::access::{FieldClass, Showing, Sight, redact, shape, structure};
use domain::events::ActorKind;
use domain::{Decimal, Sentence};
use views::Caller;
use views::orders::{MoneyView, RawView};

use crate::sealer::Sealer;

/// A caller as a reader of fields.
pub(crate) struct Reader<'s> {
    sight: Sight,
    sealer: &'s Sealer,
}

/// Fields whose values say nothing of prices, people or accounts, by the end of their path.
const HARMLESS: &[&str] = &[
    "id",
    "source",
    "type",
    "specversion",
    "time",
    "subject",
    "sequence",
    "datacontenttype",
    "dataschema",
    "data",
    "order",
    "same_order",
    "document",
    "kind",
    "scheme",
    "entity",
    "number",
    "site",
    "category",
    "region",
    "currency",
    "unit",
    "version",
    "line_no",
    "item",
    "quantity",
];

impl<'s> Reader<'s> {
    pub(crate) fn of(caller: &Caller, sealer: &'s Sealer) -> Self {
        Self {
            sight: caller.sight(),
            sealer,
        }
    }

    /// A price or amount.
    pub(crate) fn money(&self, amount: Option<Decimal>, currency: &str) -> Option<MoneyView> {
        self.sight.only(FieldClass::Price, amount).map(|amount| MoneyView {
            amount: amount.to_string(),
            currency: currency.to_owned(),
        })
    }

    /// A price or amount as text.
    pub(crate) fn price(&self, amount: Option<Decimal>) -> Option<String> {
        self.sight.only(FieldClass::Price, amount).map(|a| a.to_string())
    }

    /// Codes and quantities of goods.
    pub(crate) fn code<T>(&self, value: Option<T>) -> Option<T> {
        value.filter(|_| self.sight.on(FieldClass::Item) >= Showing::Code)
    }

    /// What is known of goods beyond code and quantity: text and dates.
    pub(crate) fn item<T>(&self, value: Option<T>) -> Option<T> {
        self.sight.only(FieldClass::Item, value)
    }

    /// Somebody of the company, as its systems name them.
    pub(crate) fn employee(&self, name: Option<&str>) -> Option<String> {
        let name = name.filter(|n| !n.is_empty())?;
        match self.sight.on(FieldClass::Employee) {
            Showing::Show => Some(name.to_owned()),
            Showing::Pseudonym => Some(self.sealer.pseudonym(name)),
            _ => None,
        }
    }

    /// Who did something: jobs and partners are no persons; what a source does not say of somebody may be one.
    pub(crate) fn actor(&self, kind: ActorKind, name: Option<&str>) -> Option<String> {
        match kind {
            ActorKind::Human | ActorKind::Unknown => self.employee(name),
            ActorKind::Batch | ActorKind::Partner | ActorKind::Service => name.map(str::to_owned),
        }
    }

    /// What somebody wrote.
    pub(crate) fn comment(&self, text: Option<&str>) -> Option<String> {
        let text = text?;
        match self.sight.on(FieldClass::Comment) {
            Showing::Show => Some(text.to_owned()),
            Showing::Redacted => Some(redact(text)),
            _ => None,
        }
    }

    /// A field of which only its source knows what it says: it may name money in any words, and hold an account's number.
    pub(crate) fn unknown(&self, text: &str) -> Option<String> {
        let sees = self.sight.shows(FieldClass::Price) && self.sight.shows(FieldClass::Terms);
        sees.then(|| redact(text))
    }

    /// Why something is parked, with the value that stands there as far as the caller may see it: else its shape, which
    /// still shows a wrong sign.
    pub(crate) fn fault(&self, mut fault: Sentence) -> Sentence {
        let place = fault.arg("place-kind").unwrap_or_default();
        let path = fault.arg("path").unwrap_or_default();
        let field = path.rsplit('.').next().unwrap_or_default();
        let seen = match (place, field) {
            ("field", "actor" | "buyer") => self.sight.shows(FieldClass::Employee),
            ("field", field) if HARMLESS.contains(&field) => true,
            ("header", _) => true,
            // It may be any value of what was sent.
            _ => self.sight.shows(FieldClass::Price) && self.sight.shows(FieldClass::Employee),
        };
        if let Some(value) = fault.args.get_mut("value") {
            *value = if seen { redact(value) } else { shape(value) };
        }
        fault
    }

    /// May they see anything of what a source sent?
    pub(crate) fn sees_raw(&self) -> bool {
        self.sight.on(FieldClass::Raw) > Showing::Hide
    }

    /// What a source sent: its structure. The bytes themselves are shown to nobody but who breaks the glass.
    pub(crate) fn raw(&self, raw: Option<RawView>, whole: bool) -> Option<RawView> {
        raw.filter(|_| self.sees_raw()).map(|raw| RawView {
            text: structure(&raw.media_type, &raw.text, whole),
            structure_only: true,
            ..raw
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::{Origin, Role, Scope};

    fn caller(role: Role) -> Caller {
        Caller {
            id: "x".into(),
            name: "X".into(),
            roles: [role].into(),
            scope: Scope::All,
            origin: Origin::default(),
        }
    }

    fn with(role: Role, see: impl FnOnce(Reader<'_>)) {
        let sealer = Sealer::from_key([7; 32], "k1");
        see(Reader::of(&caller(role), &sealer));
    }

    #[test]
    fn support_sees_shapes_and_other_names_procurement_the_values() {
        let fault = |path: &str| {
            Sentence::new("fault-not-a-number")
                .with("place-kind", "field")
                .with("path", path)
                .with("value", "12,5O")
        };
        let value = |s: Sentence| s.arg("value").map(str::to_owned);
        with(Role::Support, |reader| {
            assert_eq!(
                value(reader.fault(fault("data.lines[0].price"))).as_deref(),
                Some("99,9A")
            );
            assert_eq!(value(reader.fault(fault("data.entity"))).as_deref(), Some("12,5O"));
            let other = reader.employee(Some("MKELLER"));
            assert!(other.as_deref().is_some_and(|o| o != "MKELLER"));
            assert_eq!(
                reader.actor(ActorKind::Batch, Some("RFC_JOB")).as_deref(),
                Some("RFC_JOB")
            );
            assert_eq!(reader.actor(ActorKind::Unknown, Some("MKELLER")), other);
            assert_eq!(reader.comment(Some("ask m@x.de")).as_deref(), Some("ask ••••"));
            assert_eq!((reader.code(Some(1)), reader.item(Some(1))), (Some(1), None));
            assert_eq!(reader.unknown("rebate 3 %"), None);
            assert_eq!(reader.price(Decimal::parse("1").ok()), None);
        });
        with(Role::Procurement, |reader| {
            assert_eq!(
                value(reader.fault(fault("data.lines[0].price"))).as_deref(),
                Some("12,5O")
            );
            assert_eq!(reader.employee(Some("MKELLER")).as_deref(), Some("MKELLER"));
            assert_eq!(
                reader.unknown("to DE89 3704 0044 0532 0130 00").as_deref(),
                Some("to ••••"),
                "an account is for nobody here"
            );
        });
        with(Role::Executive, |reader| {
            assert_eq!(reader.code(Some(1)), None);
            assert_eq!(reader.employee(Some("MKELLER")), None);
            assert_eq!(reader.comment(Some("x")), None);
        });
    }

    #[test]
    fn of_what_was_sent_the_structure_is_shown_to_few_and_the_values_to_nobody() {
        let raw = || {
            Some(RawView {
                media_type: "application/json".into(),
                text: r#"{"price":12}"#.into(),
                structure_only: false,
                bytes: 12,
                sha256: String::new(),
            })
        };
        for role in Role::ALL {
            with(role, |reader| match reader.raw(raw(), true) {
                Some(shown) => {
                    assert!(matches!(role, Role::Support | Role::Auditor), "{role:?}");
                    assert_eq!((shown.text.as_str(), shown.structure_only), (r#"{"price":99}"#, true));
                }
                None => assert!(!reader.sees_raw()),
            });
        }
    }
}
