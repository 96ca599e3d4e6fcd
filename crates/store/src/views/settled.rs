//! What of a stored order stays as it is with most events.

use domain::Instant;

use super::Order;

/// The columns of an order that are in an index.
#[derive(PartialEq, Eq)]
pub(super) struct Settled {
    merged_into: Option<i64>,
    entity: String,
    po_no: String,
    scope_id: i64,
    opened_at: Instant,
}

impl Settled {
    pub(super) fn of(order: &Order) -> Self {
        Self {
            merged_into: order.merged_into,
            entity: order.entity.clone(),
            po_no: order.po_no.clone(),
            scope_id: order.scope_id,
            opened_at: order.opened_at,
        }
    }

    /// An order as it is to be written has the same.
    pub(super) fn fits(&self, order: &Order) -> bool {
        self.merged_into == order.merged_into
            && self.entity == order.entity
            && self.po_no == order.po_no
            && self.scope_id == order.scope_id
            && self.opened_at == order.opened_at
    }
}
