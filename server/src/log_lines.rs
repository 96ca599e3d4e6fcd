//! What the server writes about itself: one event is one line, whatever stands in its fields. A sender's text can then
//! neither forge a line nor steer the terminal it is read on.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// Writes to stderr, each event as one line.
#[derive(Clone, Copy, Debug)]
pub struct OneLineEach {
    /// Our own colours pass.
    pub colours: bool,
}

impl<'a> MakeWriter<'a> for OneLineEach {
    type Writer = OneLine<io::Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLine {
            to: io::stderr(),
            colours: self.colours,
        }
    }
}

/// A writer that is given one event at a time.
#[derive(Debug)]
pub struct OneLine<W> {
    /// Where lines go.
    pub to: W,
    /// Our own colours pass.
    pub colours: bool,
}

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.to.write_all(plain(event, self.colours).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The event with its control characters written out, but for the newline that ends it.
fn plain(event: &[u8], colours: bool) -> String {
    let text = String::from_utf8_lossy(event);
    let (line, end) = match text.strip_suffix('\n') {
        Some(line) => (line, "\n"),
        None => (text.as_ref(), ""),
    };
    let mut plain = String::with_capacity(line.len() + 1);
    for letter in line.chars() {
        let ours = letter == '\u{1b}' && colours;
        // Marks that turn the direction of writing, or end lines in other programs, are no text either.
        let steers = matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if (letter.is_control() && !ours) || steers {
            plain.extend(letter.escape_default());
        } else {
            plain.push(letter);
        }
    }
    plain + end
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::MakeWriter;

    use super::{OneLine, plain};

    #[test]
    fn control_characters_are_written_out_and_the_newline_at_the_end_stays() {
        assert_eq!(plain(b"a\r\nb\tc\x07\x00d\n", false), "a\\r\\nb\\tc\\u{7}\\u{0}d\n");
        assert_eq!(plain("\u{202e}evil".as_bytes(), false), "\\u{202e}evil");
        assert_eq!(plain(b"\x1b[31mred\x1b[0m\n", true), "\x1b[31mred\x1b[0m\n");
        assert_eq!(plain(b"\x1b[2J\n", false), "\\u{1b}[2J\n");
    }

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Page {
        type Writer = OneLine<Self>;

        fn make_writer(&'a self) -> Self::Writer {
            OneLine {
                to: self.clone(),
                colours: false,
            }
        }
    }

    #[test]
    fn a_field_with_a_newline_cannot_forge_an_event() {
        let page = Page::default();
        let log = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(page.clone())
            .finish();
        tracing::subscriber::with_default(log, || {
            let name = "wms\n2026-01-01T00:00:00Z  INFO docket: administrator signed in";
            tracing::info!(source.name = %name, "by Display");
            tracing::info!(source.name = name, "as text\r\nsecond line");
        });
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("by Display") && text.contains("as text"), "{text}");
    }
}
