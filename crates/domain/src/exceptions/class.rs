//! The classes of exception as data (domain §4.1, §4.2a). Titles and impact sentences are in the message catalogue
//! under `class-<code>` in lower case.

use serde::{Deserialize, Serialize};

/// How urgent (domain §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Stop money or goods now.
    S1,
    /// A business deadline is at risk.
    S2,
    /// Work queue.
    S3,
    /// Heals by itself, or for information.
    S4,
}

impl Severity {
    /// Every severity, most urgent first.
    pub const ALL: [Self; 4] = [Self::S1, Self::S2, Self::S3, Self::S4];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S1 => "S1",
            Self::S2 => "S2",
            Self::S3 => "S3",
            Self::S4 => "S4",
        }
    }

    /// The number stored for it, 1 to 4.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::S1 => 1,
            Self::S2 => 2,
            Self::S3 => 3,
            Self::S4 => 4,
        }
    }
}

/// Who works a class (domain §4.2a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Team {
    /// Buyers and approvers.
    Procurement,
    /// Warehouse leads.
    Warehouse,
    /// Accounts payable, tax, ledger.
    Finance,
    /// Supplier enablement.
    SupplierRelations,
    /// Stewards of suppliers, items and ownership.
    MasterData,
    /// Those who run the interfaces.
    IntegrationSupport,
    /// Controllers and security.
    Security,
}

impl Team {
    /// The word stored and used in APIs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Procurement => "procurement",
            Self::Warehouse => "warehouse",
            Self::Finance => "finance",
            Self::SupplierRelations => "supplier_relations",
            Self::MasterData => "master_data",
            Self::IntegrationSupport => "integration_support",
            Self::Security => "security",
        }
    }
}

/// One class of exception.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Its code, such as `GO-04`.
    pub code: &'static str,
    /// Its name, such as `CONTROL_BREACH`.
    pub name: &'static str,
    /// Severity unless the case says more.
    pub severity: Severity,
    /// Whose work it is.
    pub team: Team,
    /// Doing the same again can put it right.
    pub retryable: bool,
}

/// Every class, in the order of domain §4.1.
pub const CLASSES: &[Class] = &[
    Class {
        code: "MD-01",
        name: "DUPLICATE_SUPPLIER",
        severity: Severity::S3,
        team: Team::MasterData,
        retryable: false,
    },
    Class {
        code: "MD-02",
        name: "DUPLICATE_ITEM",
        severity: Severity::S4,
        team: Team::MasterData,
        retryable: false,
    },
    Class {
        code: "MD-03",
        name: "MASTER_DATA_INVALID",
        severity: Severity::S2,
        team: Team::MasterData,
        retryable: true,
    },
    Class {
        code: "MD-04",
        name: "MAPPING_MISSING",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "DU-01",
        name: "DUPLICATE_PO",
        severity: Severity::S1,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "DU-02",
        name: "DUPLICATE_RECEIPT",
        severity: Severity::S1,
        team: Team::Warehouse,
        retryable: false,
    },
    Class {
        code: "DU-03",
        name: "DUPLICATE_INVOICE",
        severity: Severity::S1,
        team: Team::Finance,
        retryable: false,
    },
    Class {
        code: "PR-01",
        name: "DOCUMENT_NOT_PROPAGATED",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "PR-02",
        name: "PO_NOT_IN_WAREHOUSE",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "PR-03",
        name: "PROMISE_DATE_NOT_IN_ERP",
        severity: Severity::S2,
        team: Team::Procurement,
        retryable: true,
    },
    Class {
        code: "AP-01",
        name: "APPROVAL_STALLED",
        severity: Severity::S3,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "SU-01",
        name: "NO_ACKNOWLEDGMENT",
        severity: Severity::S3,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "SU-02",
        name: "SUPPLIER_REJECTED_OR_CHANGED",
        severity: Severity::S2,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "SU-03",
        name: "BACKORDER_OR_LATE_SHIPMENT",
        severity: Severity::S2,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "SU-04",
        name: "ASN_MISSING_OR_MISMATCH",
        severity: Severity::S3,
        team: Team::SupplierRelations,
        retryable: false,
    },
    Class {
        code: "WH-01",
        name: "LATE_WAREHOUSE_EVENT",
        severity: Severity::S3,
        team: Team::Warehouse,
        retryable: false,
    },
    Class {
        code: "WH-02",
        name: "RECEIPT_DISCREPANCY",
        severity: Severity::S2,
        team: Team::Warehouse,
        retryable: false,
    },
    Class {
        code: "WH-03",
        name: "MISSING_RECEIPT",
        severity: Severity::S3,
        team: Team::Warehouse,
        retryable: false,
    },
    Class {
        code: "MA-01",
        name: "PRICE_VARIANCE",
        severity: Severity::S3,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "MA-02",
        name: "QUANTITY_VARIANCE",
        severity: Severity::S3,
        team: Team::Finance,
        retryable: false,
    },
    Class {
        code: "MA-03",
        name: "TAX_VARIANCE",
        severity: Severity::S3,
        team: Team::Finance,
        retryable: false,
    },
    Class {
        code: "MA-04",
        name: "CHARGE_OR_TOTAL_VARIANCE",
        severity: Severity::S4,
        team: Team::Finance,
        retryable: false,
    },
    Class {
        code: "MA-05",
        name: "INVOICE_WITHOUT_VALID_PO",
        severity: Severity::S3,
        team: Team::Procurement,
        retryable: false,
    },
    Class {
        code: "MA-06",
        name: "GRIR_AGED",
        severity: Severity::S3,
        team: Team::Finance,
        retryable: false,
    },
    Class {
        code: "IT-01",
        name: "SUPPLIER_TIMEOUT",
        severity: Severity::S4,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "IT-02",
        name: "RATE_LIMITED",
        severity: Severity::S4,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "IT-03",
        name: "ERP_MAINTENANCE_WINDOW",
        severity: Severity::S4,
        team: Team::IntegrationSupport,
        retryable: false,
    },
    Class {
        code: "IT-04",
        name: "AUTH_EXPIRED",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "IT-05",
        name: "SCHEMA_MISMATCH",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: true,
    },
    Class {
        code: "IT-06",
        name: "MESSAGE_REJECTED",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: false,
    },
    Class {
        code: "IT-07",
        name: "OUT_OF_SEQUENCE_OR_ORPHAN",
        severity: Severity::S4,
        team: Team::IntegrationSupport,
        retryable: false,
    },
    Class {
        code: "GO-01",
        name: "OWNERSHIP_VIOLATION",
        severity: Severity::S2,
        team: Team::MasterData,
        retryable: false,
    },
    Class {
        code: "GO-02",
        name: "CIRCULAR_UPDATE",
        severity: Severity::S2,
        team: Team::IntegrationSupport,
        retryable: false,
    },
    Class {
        code: "GO-03",
        name: "STATE_CONFLICT",
        severity: Severity::S3,
        team: Team::IntegrationSupport,
        retryable: false,
    },
    Class {
        code: "GO-04",
        name: "CONTROL_BREACH",
        severity: Severity::S1,
        team: Team::Security,
        retryable: false,
    },
    Class {
        code: "IT-08",
        name: "UNCLASSIFIED",
        severity: Severity::S3,
        team: Team::IntegrationSupport,
        retryable: false,
    },
];

impl Class {
    /// The class of that code.
    #[must_use]
    pub fn by_code(code: &str) -> Option<&'static Self> {
        CLASSES.iter().find(|c| c.code == code)
    }

    /// Its place in the table: the number stored for it.
    #[must_use]
    pub fn number(&self) -> i64 {
        CLASSES
            .iter()
            .position(|c| c.code == self.code)
            .and_then(|i| i64::try_from(i).ok())
            .unwrap_or(-1)
    }
}
