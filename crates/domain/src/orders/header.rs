//! The order as a whole: its fields, and the roll-up of its lines (domain §1.4).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::facets::{Acknowledgment, Commitment, Fulfilment, Invoicing, Overlay, Overlays, Settlement, Transmission};
use super::flags::Flag;
use super::headline::{Grounds, Headline};
use super::line::{Amounts, Line};
use super::steps::{Milestones, Step, basis_points};
use crate::keys::DocKey;
use crate::numbers::{Decimal, Quantity};
use crate::time::Instant;

/// Blocked money is the headline of an order from this share of its value on, in hundredths of a percent (domain §1.4).
const DISPUTED_SHARE: u16 = 1_000;

/// The supplier of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// The source's id.
    pub id: Arc<str>,
    /// Its name, when said.
    pub name: Option<Arc<str>>,
}

/// What the facts of an order come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The order keys it owns.
    pub keys: BTreeSet<DocKey>,
    /// Its current version, as far as versions are said.
    pub version: Option<i64>,
    /// Whom it is bought from. Where documents differ, the order itself wins; so for the fields below.
    pub supplier: Option<Supplier>,
    /// The buyer's code.
    pub buyer: Option<Arc<str>>,
    /// ISO 4217.
    pub currency: Option<Arc<str>>,
    /// The buying entity; when no document says, the scheme of the purchase order key.
    pub entity: Option<Arc<str>>,
    /// Where the goods go.
    pub site: Option<Arc<str>>,
    /// The buying category.
    pub category: Option<Arc<str>>,
    /// The region its data is at home in.
    pub region: Option<Arc<str>>,
    /// The order's total as it states it.
    pub amount: Option<Decimal>,
    /// Known by reference only: nobody created or requested it.
    pub stub: bool,
    /// When it was created, else the earliest date anyone can believe.
    pub opened_at: Instant,
    /// When its latest event happened.
    pub latest_at: Instant,
    /// Its lines by number.
    pub lines: Vec<Line>,
    /// The roll-up.
    pub header: Header,
    /// First passing of every milestone on any line.
    pub milestones: Milestones,
    /// What its events call into question, in event order.
    pub flags: Vec<Flag>,
}

impl Order {
    /// The line of that number.
    #[must_use]
    pub fn line(&self, line_no: &str) -> Option<&Line> {
        self.lines.iter().find(|line| *line.line_no == *line_no)
    }

    /// The stages the order as a whole entered, then those of its lines.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let lines = self
            .lines
            .iter()
            .flat_map(|line| line.milestones.steps(Some(&line.line_no)));
        self.milestones.steps(None).chain(lines)
    }
}

/// How much of an order is blocked or disputed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disputed {
    /// Lines with a blocked or disputed invoice.
    pub lines: usize,
    /// Of so many lines.
    pub of: usize,
    /// Their blocked money; absent when an amount is not known.
    pub amount: Option<Decimal>,
}

/// The roll-up of an order's lines. Cancelled lines do not count, unless all are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its one label.
    pub headline: Headline,
    /// The least firm of its lines.
    pub commitment: Commitment,
    /// The least far of its lines.
    pub transmission: Transmission,
    /// All lines, or some.
    pub acknowledgment: Acknowledgment,
    /// All lines, or some.
    pub fulfilment: Fulfilment,
    /// All lines, or some.
    pub invoicing: Invoicing,
    /// All invoiced lines, or some.
    pub settlement: Settlement,
    /// Of any line.
    pub overlays: Overlays,
    /// What is blocked.
    pub disputed: Disputed,
    /// Hundredths of a percent; over-receipt of one line cannot hide a short one. Weighted by value when units differ;
    /// absent where a quantity is not known.
    pub percent_received: Option<u16>,
    /// The earliest promised date of a line that still waits for goods.
    pub next_promised_at: Option<Instant>,
    /// The latest one.
    pub last_promised_at: Option<Instant>,
    /// The most any such line slipped from its first promise, in microseconds.
    pub worst_slip: Option<i64>,
    /// The earliest date needed of a line that still waits for goods.
    pub needed_at: Option<Instant>,
    /// Sums of the lines; absent when one is not known.
    pub amounts: Amounts,
    /// Lines in all.
    pub line_count: usize,
    /// Lines not cancelled.
    pub active_count: usize,
}

impl Default for Header {
    fn default() -> Self {
        Self::of(&[], false)
    }
}

impl Header {
    /// Rolls up these lines; `stub` orders are marked.
    pub(super) fn of(lines: &[Line], stub: bool) -> Self {
        let active: Vec<&Line> = lines.iter().filter(|line| line.is_active()).collect();
        let counted: Vec<&Line> = if active.is_empty() {
            lines.iter().collect()
        } else {
            active.clone()
        };
        let all = |fits: &dyn Fn(&Line) -> bool| !counted.is_empty() && counted.iter().all(|line| fits(line));
        let any = |fits: &dyn Fn(&Line) -> bool| counted.iter().any(|line| fits(line));
        let amounts = amounts(lines);
        let disputed = disputed(lines);
        let mut grounds = Grounds {
            commitment: commitment(&counted),
            transmission: transmission(&counted),
            acknowledgment: acknowledgment(&all, &any),
            fulfilment: fulfilment(&all, &any),
            invoicing: invoicing(&all, &any),
            settlement: settlement(lines),
            received: any(&|line| line.grounds().received),
            invoiced: any(&|line| line.grounds().invoiced),
            partly_posted: lines.iter().any(|line| line.posted_count > 0),
            partly_matched: lines.iter().any(|line| line.matched_count > 0),
            disputed: is_disputed_as_a_whole(lines, &disputed, amounts.ordered),
        };
        let settled = grounds.settlement;
        let overlays = lines
            .iter()
            .fold(Overlays::default(), |sum, line| sum.and(line.overlays));
        if any(&|line| line.invoice_count == 0 && line.settlement == Settlement::Unmatched) {
            // Lines without an invoice are not paid: the label says so, the facet speaks of invoices only.
            grounds.settlement = in_part(&mut grounds);
        }
        let open = || counted.iter().filter(|line| is_open(line));
        let slip = |line: &&&Line| Some(line.promised_at?.since(line.first_promised_at?));
        Self {
            headline: grounds.headline(),
            commitment: grounds.commitment,
            transmission: grounds.transmission,
            acknowledgment: grounds.acknowledgment,
            fulfilment: grounds.fulfilment,
            invoicing: grounds.invoicing,
            settlement: if grounds.disputed {
                Settlement::Disputed
            } else {
                settled
            },
            overlays: overlays.with(Overlay::Stub, stub),
            disputed,
            percent_received: percent_received(&counted, grounds.fulfilment),
            next_promised_at: open().filter_map(|line| line.promised_at).min(),
            last_promised_at: open().filter_map(|line| line.promised_at).max(),
            worst_slip: open().filter_map(|line| slip(&line)).max(),
            needed_at: open().filter_map(|line| line.needed_at).min(),
            amounts,
            line_count: lines.len(),
            active_count: active.len(),
        }
    }
}

type All<'a> = dyn Fn(&dyn Fn(&Line) -> bool) -> bool + 'a;

/// Closed or short-closed when all lines are, else the least firm of those that go on.
fn commitment(lines: &[&Line]) -> Commitment {
    let ended = |line: &Line| {
        matches!(line.commitment, Commitment::ShortClosed | Commitment::Closed)
            || matches!(line.fulfilment, Fulfilment::FullyReceived | Fulfilment::OverReceived)
    };
    let short = lines.iter().any(|line| line.commitment == Commitment::ShortClosed);
    if short && lines.iter().all(|line| ended(line)) {
        return Commitment::ShortClosed;
    }
    lines
        .iter()
        .map(|line| line.commitment)
        .min_by_key(|c| c.rank())
        .unwrap_or_default()
}

fn transmission(lines: &[&Line]) -> Transmission {
    let fails = |t: Transmission| matches!(t, Transmission::Failed | Transmission::TechRejected);
    lines
        .iter()
        .map(|line| line.transmission)
        .min_by_key(|t| (t.rank(), !fails(*t)))
        .unwrap_or_default()
}

fn acknowledgment(all: &All<'_>, any: &All<'_>) -> Acknowledgment {
    use Acknowledgment as A;
    let positive = |line: &Line| {
        matches!(
            line.acknowledgment,
            A::Acknowledged | A::AcknowledgedWithChanges | A::Waived
        )
    };
    let is = |value: A| move |line: &Line| line.acknowledgment == value;
    if all(&is(A::None)) || all(&is(A::Backordered)) || all(&is(A::SupplierRejected)) || all(&is(A::Waived)) {
        let every = [A::None, A::Backordered, A::SupplierRejected, A::Waived];
        return every.into_iter().find(|value| all(&is(*value))).unwrap_or_default();
    }
    if all(&positive) {
        return if any(&is(A::AcknowledgedWithChanges)) {
            A::AcknowledgedWithChanges
        } else {
            A::Acknowledged
        };
    }
    if any(&|line| !matches!(line.acknowledgment, A::None | A::AckPending)) {
        A::PartiallyAcknowledged
    } else if any(&is(A::AckPending)) {
        A::AckPending
    } else {
        A::None
    }
}

fn fulfilment(all: &All<'_>, any: &All<'_>) -> Fulfilment {
    use Fulfilment as F;
    let full = |line: &Line| matches!(line.fulfilment, F::FullyReceived | F::OverReceived);
    let came = |line: &Line| full(line) || line.fulfilment == F::PartiallyReceived;
    if all(&full) {
        F::FullyReceived
    } else if any(&came) {
        F::PartiallyReceived
    } else if all(&|line| line.fulfilment == F::Shipped) {
        F::Shipped
    } else if any(&|line| matches!(line.fulfilment, F::Shipped | F::PartiallyShipped)) {
        F::PartiallyShipped
    } else if any(&|line| line.fulfilment == F::Returned) {
        F::Returned
    } else {
        F::None
    }
}

fn invoicing(all: &All<'_>, any: &All<'_>) -> Invoicing {
    use Invoicing as I;
    if all(&|line| line.invoicing == I::OverInvoiced) {
        I::OverInvoiced
    } else if all(&|line| matches!(line.invoicing, I::Invoiced | I::OverInvoiced)) {
        I::Invoiced
    } else if any(&|line| matches!(line.invoicing, I::PartiallyInvoiced | I::Invoiced | I::OverInvoiced)) {
        I::PartiallyInvoiced
    } else if any(&|line| line.invoicing == I::Credited) {
        I::Credited
    } else {
        I::None
    }
}

/// Over the lines that have invoices (or were paid without one).
fn settlement(lines: &[Line]) -> Settlement {
    use Settlement as S;
    let mut invoiced = lines
        .iter()
        .filter(|line| line.invoice_count > 0 || line.settlement == S::Paid)
        .peekable();
    if invoiced.peek().is_none() {
        return S::Unmatched;
    }
    let all = |fits: fn(&Line) -> bool| invoiced.clone().all(fits);
    if all(|line| line.settlement == S::Paid) {
        S::Paid
    } else if invoiced
        .clone()
        .any(|line| line.paid_count > 0 || line.settlement == S::PartiallyPaid)
    {
        S::PartiallyPaid
    } else if all(|line| line.posted_count == line.invoice_count) {
        S::Posted
    } else if all(|line| line.matched_count == line.invoice_count) {
        S::Matched
    } else if invoiced.any(|line| line.settlement == S::PendingReceipt) {
        S::PendingReceipt
    } else {
        S::Unmatched
    }
}

/// What the label may say when some lines have no invoice at all.
const fn in_part(grounds: &mut Grounds) -> Settlement {
    match grounds.settlement {
        Settlement::Paid | Settlement::PartiallyPaid => Settlement::PartiallyPaid,
        // `partly_posted` and `partly_matched` say the rest.
        Settlement::Posted | Settlement::Matched => Settlement::Unmatched,
        other => other,
    }
}

fn disputed(lines: &[Line]) -> Disputed {
    let blocked = || lines.iter().filter(|line| line.disputed_count > 0);
    let add = |sum: Option<Decimal>, line: &Line| sum?.checked_add(line.amounts.disputed?);
    Disputed {
        lines: blocked().count(),
        of: lines.len(),
        amount: blocked().fold(Some(Decimal::ZERO), add),
    }
}

fn is_disputed_as_a_whole(lines: &[Line], disputed: &Disputed, ordered: Option<Decimal>) -> bool {
    if disputed.lines == 0 {
        return false;
    }
    let share = disputed
        .amount
        .zip(ordered)
        .and_then(|(part, whole)| basis_points(part, whole));
    let open: u32 = lines
        .iter()
        .map(|line| line.invoice_count.saturating_sub(line.paid_count))
        .sum();
    let blocked: u32 = lines.iter().map(|line| line.disputed_count).sum();
    share.is_some_and(|share| share >= DISPUTED_SHARE) || blocked >= open
}

fn amounts(lines: &[Line]) -> Amounts {
    let sum = |of: fn(&Amounts) -> Option<Decimal>| {
        let mut values = lines.iter().map(|line| of(&line.amounts)).peekable();
        values.peek()?;
        values.try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?))
    };
    Amounts {
        ordered: sum(|a| a.ordered),
        received: sum(|a| a.received),
        invoiced: sum(|a| a.invoiced),
        disputed: sum(|a| a.disputed),
        paid: sum(|a| a.paid),
    }
}

fn is_open(line: &Line) -> bool {
    line.quantities.open_to_receive != Quantity::ZERO && line.is_active()
}

/// sum(min(R_net, E)) / sum(E).
fn percent_received(lines: &[&Line], fulfilment: Fulfilment) -> Option<u16> {
    if fulfilment == Fulfilment::FullyReceived {
        return Some(10_000);
    }
    let one_unit = lines.windows(2).all(|pair| pair[0].unit == pair[1].unit);
    let (mut part, mut whole) = (Decimal::ZERO, Decimal::ZERO);
    for line in lines {
        let (expected, received) = (line.quantities.expected.known()?, line.quantities.received_net.known()?);
        let weigh = |n: Decimal| {
            if one_unit {
                Some(n)
            } else {
                n.checked_mul(line.price?)?.checked_div(line.per)
            }
        };
        part = part.checked_add(weigh(received.min(expected))?)?;
        whole = whole.checked_add(weigh(expected)?)?;
    }
    basis_points(part, whole)
}
