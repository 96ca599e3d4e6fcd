//! Nordwind Trading: its entities, sites, suppliers and the goods it buys.

use chrono_tz::Tz;

use super::calendar::Calendar;

/// A buying entity and the one site it receives at.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) code: &'static str,
    pub(crate) currency: &'static str,
    /// Hundredths of this currency for 100 hundredths of a euro.
    pub(crate) rate: i64,
    pub(crate) site: &'static str,
    pub(crate) region: &'static str,
    pub(crate) zone: Tz,
    pub(crate) warehouse: Source,
    /// The ERP's own language.
    pub(crate) language: Language,
    pub(crate) buyers: &'static [&'static str],
}

impl Entity {
    pub(crate) const fn calendar(&self) -> Calendar {
        Calendar(self.zone)
    }
}

/// Language of a system's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
    Polish,
}

pub(crate) const ENTITIES: [Entity; 3] = [
    Entity {
        code: "DE01",
        currency: "EUR",
        rate: 100,
        site: "HAMBURG",
        region: "EU",
        zone: chrono_tz::Europe::Berlin,
        warehouse: Source::WmsHamburg,
        language: Language::German,
        buyers: &["mkeller", "lhaas"],
    },
    Entity {
        code: "PL02",
        currency: "PLN",
        rate: 431,
        site: "LODZ",
        region: "EU",
        zone: chrono_tz::Europe::Warsaw,
        warehouse: Source::WmsLodz,
        language: Language::Polish,
        buyers: &["twrona", "mkeller"],
    },
    Entity {
        code: "GB03",
        currency: "GBP",
        rate: 86,
        site: "LEEDS",
        region: "UK",
        zone: chrono_tz::Europe::London,
        warehouse: Source::WmsLeeds,
        language: Language::English,
        buyers: &["arossi", "lhaas"],
    },
];

/// The systems that speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    Procurement,
    Erp,
    Network,
    Carrier,
    WmsHamburg,
    WmsLodz,
    WmsLeeds,
    Payables,
}

/// A source as it is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The lane its events are drawn in.
    pub lane: &'static str,
    /// Buying entity of documents that do not name one.
    pub entity: &'static str,
}

impl Source {
    pub(crate) const ALL: [Self; 8] = [
        Self::Procurement,
        Self::Erp,
        Self::Network,
        Self::Carrier,
        Self::WmsHamburg,
        Self::WmsLodz,
        Self::WmsLeeds,
        Self::Payables,
    ];

    pub(crate) const fn info(self) -> SourceInfo {
        let (name, title, lane, entity) = match self {
            Self::Procurement => ("procurement", "Procurement", "procurement", "DE01"),
            Self::Erp => ("erp", "ERP", "erp", "DE01"),
            Self::Network => ("supplier-network", "Supplier network", "supplier", "DE01"),
            Self::Carrier => ("carrier", "Carriers", "carrier", "DE01"),
            Self::WmsHamburg => ("wms-hamburg", "Warehouse Hamburg", "warehouse", "DE01"),
            Self::WmsLodz => ("wms-lodz", "Warehouse Lodz", "warehouse", "PL02"),
            Self::WmsLeeds => ("wms-leeds", "Warehouse Leeds", "warehouse", "GB03"),
            Self::Payables => ("ap", "Payables", "payables", "DE01"),
        };
        SourceInfo {
            name,
            title,
            lane,
            entity,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.info().name
    }
}

/// A supplier and how it behaves.
#[derive(Debug)]
pub(crate) struct Supplier {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    /// Working minutes until it answers an order, usually.
    pub(crate) answers: i64,
    /// Orders it never answers, in a hundred.
    pub(crate) silent: i64,
    /// Answers that change something, in a hundred.
    pub(crate) changes: i64,
    /// Invoices with another price, in a hundred.
    pub(crate) dear: i64,
    /// Working days from answer to shipment.
    pub(crate) lead: (i64, i64),
    /// Calendar days until an invoice is due.
    pub(crate) terms: i64,
    /// How its invoice numbers begin.
    pub(crate) invoice: &'static str,
    pub(crate) items: &'static [Item],
}

/// Something Nordwind buys.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) code: &'static str,
    pub(crate) english: &'static str,
    pub(crate) german: &'static str,
    pub(crate) polish: &'static str,
    /// UN/ECE Rec 20.
    pub(crate) unit: &'static str,
    /// Hundredths of a euro per `per` units.
    pub(crate) price: i64,
    pub(crate) per: i64,
    /// Smallest and largest usual quantity.
    pub(crate) usual: (i64, i64),
}

impl Item {
    pub(crate) const fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::German => self.german,
            Language::Polish => self.polish,
        }
    }
}
