//! What a person at a terminal reads.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often progress is written where it cannot overwrite itself.
const LINE_PACE: Duration = Duration::from_secs(5);

/// Lines to the person who started us. Progress overwrites itself on a terminal.
#[derive(Clone)]
pub struct Out(Arc<Mutex<Inner>>);

struct Inner {
    to: Box<dyn Write + Send>,
    overwrites: bool,
    /// Width of the progress that stands there.
    open: usize,
    last: Option<Instant>,
}

impl Out {
    /// To stdout.
    #[must_use]
    pub fn terminal() -> Self {
        let stdout = io::stdout();
        let overwrites = stdout.is_terminal();
        Self::new(Box::new(stdout), overwrites)
    }

    /// To `to`, for tests.
    #[must_use]
    pub fn new(to: Box<dyn Write + Send>, overwrites: bool) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            to,
            overwrites,
            open: 0,
            last: None,
        })))
    }

    /// One line.
    pub fn line(&self, text: &str) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner { to, open, .. } = &mut *inner;
        let width = std::mem::take(open);
        let clear = if width > 0 {
            format!("\r{:width$}\r", "")
        } else {
            String::new()
        };
        // A terminal that is gone is no reason to stop.
        let _ = writeln!(to, "{clear}{text}").and_then(|()| to.flush());
    }

    /// How far something is.
    pub fn progress(&self, text: &str) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Inner {
            to,
            overwrites,
            open,
            last,
        } = &mut *inner;
        if *overwrites {
            let width = std::mem::replace(open, text.chars().count());
            let _ = write!(to, "\r{text:<width$}").and_then(|()| to.flush());
        } else if last.is_none_or(|last| last.elapsed() >= LINE_PACE) {
            *last = Some(Instant::now());
            let _ = writeln!(to, "{text}").and_then(|()| to.flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::Out;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn progress_overwrites_itself_and_a_line_clears_it() {
        let page = Page::default();
        let out = Out::new(Box::new(page.clone()), true);
        out.progress("90 %");
        out.progress("9");
        out.line("done");
        assert_eq!(
            String::from_utf8(page.0.lock().unwrap().clone()).unwrap(),
            "\r90 %\r9   \r \rdone\n"
        );
    }

    #[test]
    fn in_a_file_progress_is_a_line_now_and_then() {
        let page = Page::default();
        let out = Out::new(Box::new(page.clone()), false);
        (0..100).for_each(|n| out.progress(&format!("{n} %")));
        assert_eq!(page.0.lock().unwrap().as_slice(), b"0 %\n");
    }
}
