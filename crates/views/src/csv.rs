//! Tables as CSV (RFC 4180) that a spreadsheet opens without running anything.

/// What spreadsheets take for the beginning of a formula, also when full-width.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Appends one row, ended by CRLF. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn write_row<'a>(to: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            to.push(',');
        }
        write_cell(to, cell);
    }
    to.push_str("\r\n");
}

fn write_cell(to: &mut String, cell: &str) {
    let formula = is_formula(cell);
    let quoted = formula || cell.contains([',', '"', '\r', '\n', ';', '\t']) || cell != cell.trim();
    if quoted {
        to.push('"');
    }
    if formula {
        to.push('\'');
    }
    // NUL ends a text for many readers: what comes after it would be lost unseen.
    for letter in cell.chars().filter(|letter| *letter != '\0') {
        if letter == '"' {
            to.push('"');
        }
        to.push(letter);
    }
    if quoted {
        to.push('"');
    }
}

/// Whether a spreadsheet would compute the cell. A plain number, such as -12.50, stays one.
fn is_formula(cell: &str) -> bool {
    let begins = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}', '\0', '\n']);
    begins.starts_with(FORMULA) && !is_number(cell)
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain(whole) && plain(part)
}

#[cfg(test)]
mod tests {
    use super::write_row;

    fn row(cells: &[&str]) -> String {
        let mut text = String::new();
        write_row(&mut text, cells.iter().copied());
        text
    }

    /// What a reader of RFC 4180 gets back from one row.
    fn read(text: &str) -> Vec<String> {
        let mut letters = text.strip_suffix("\r\n").unwrap().chars().peekable();
        let (mut cells, mut cell, mut open) = (Vec::new(), String::new(), false);
        while let Some(letter) = letters.next() {
            match letter {
                '"' if open && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
                '"' => open = !open,
                ',' if !open => cells.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        assert!(!open, "a quote stays open: {text}");
        cells.push(cell);
        cells
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let cells = [
            "4500018823",
            "Müller, \"Stahl\" & Co",
            "two\r\nlines",
            "",
            " padded ",
            "-12.50",
            "+3",
        ];
        assert_eq!(read(&row(&cells)), cells);
        assert!(row(&cells).contains(",-12.50,"), "a number stays one");
    }

    #[test]
    fn no_cell_begins_as_a_formula() {
        for formula in [
            "=1+1",
            "+SUM(A1)",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            " =1",
            "\u{feff}=1",
            "\u{a0}@x",
            "\n=1",
            "\0=1",
            "＝1",
            "-1-1",
            "-",
            "+.5",
        ] {
            let written = row(&[formula]);
            assert!(written.starts_with("\"'"), "{formula:?} is written as {written:?}");
        }
    }

    #[test]
    fn every_known_injection_is_disarmed() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/chaos/csv/csv_injection.txt"
        );
        let Ok(text) = std::fs::read(path) else {
            println!("SKIPPED: there is no {path}");
            return;
        };
        let mut seen = 0;
        for line in String::from_utf8_lossy(&text).lines().filter(|line| !line.is_empty()) {
            let written = row(&["before", line, "after"]);
            let cells = read(&written);
            assert_eq!(
                (cells.len(), cells[0].as_str(), cells[2].as_str()),
                (3, "before", "after"),
                "{line}"
            );
            let cell = cells[1].trim_start_matches([' ', '\u{a0}', '\u{feff}']);
            let computed = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
            assert!(!computed, "{line} is computed");
            seen += 1;
        }
        assert!(seen > 5, "only {seen} lines");
    }
}
