//! Numbers as people of the trade write them.

use views::orders::MoneyView;
use views::words::{Value, t, tn};

/// Decimal text with its thousands apart: `1234567.5` reads `1,234,567.5`.
pub(crate) fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("\u{2212}", rest));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// The sentence of `key`, in which each count stands twice: as a number for the grammar, and as `…-text` for the eye.
pub(crate) fn counted(key: &str, counts: &[(&str, u64)]) -> String {
    let names: Vec<String> = counts.iter().map(|(name, _)| format!("{name}-text")).collect();
    let mut args: Vec<(&str, Value<'_>)> = Vec::with_capacity(2 * counts.len());
    for ((name, n), text) in counts.iter().zip(&names) {
        args.push((name, i64::try_from(*n).unwrap_or(i64::MAX).into()));
        args.push((text, grouped(&n.to_string()).into()));
    }
    tn(key, &args)
}

/// An amount with its currency first. Two decimals at least, unless the currency has none.
pub(crate) fn money(value: &MoneyView) -> String {
    let least = match value.currency.as_str() {
        "JPY" | "KRW" | "CLP" | "ISK" | "VND" | "HUF" => 0,
        _ => 2,
    };
    let (whole, decimals) = value.amount.split_once('.').unwrap_or((&value.amount, ""));
    let amount = if decimals.len() < least {
        format!("{whole}.{decimals:0<least$}")
    } else {
        value.amount.clone()
    };
    format!("{} {}", value.currency, grouped(&amount))
        .trim_start()
        .to_owned()
}

/// A quantity, or the words for one that was reported without a number.
pub(crate) fn quantity(amount: Option<&str>) -> String {
    amount.map_or_else(|| t("quantity-not-reported"), grouped)
}

/// A size, such as `4.1 kB`.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => tn("size-bytes", &[("n", grouped(&n.to_string()).into())]),
        1_000..1_000_000 => tn(
            "size-kilobytes",
            &[("n", format!("{}.{}", n / 1_000, n % 1_000 / 100).into())],
        ),
        _ => tn(
            "size-megabytes",
            &[("n", format!("{}.{}", n / 1_000_000, n % 1_000_000 / 100_000).into())],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, money};
    use views::orders::MoneyView;

    fn value(amount: &str, currency: &str) -> String {
        money(&MoneyView {
            amount: amount.into(),
            currency: currency.into(),
        })
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped("999"), "999");
        assert_eq!(grouped("1234567.891"), "1,234,567.891");
        assert_eq!(grouped("-1000"), "\u{2212}1,000");
        assert_eq!(grouped("?"), "?");
    }

    #[test]
    fn money_carries_its_currency_and_the_decimals_it_has() {
        assert_eq!(value("84200", "PLN"), "PLN 84,200.00");
        assert_eq!(value("10.4", "EUR"), "EUR 10.40");
        assert_eq!(value("0.00325", "EUR"), "EUR 0.00325");
        assert_eq!(value("1200", "JPY"), "JPY 1,200");
    }
}
