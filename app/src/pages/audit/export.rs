//! The audit as a file: written down first, then sent page by page, so that its length costs no memory.

use axum::body::{Body, Bytes};
use axum::extract::Form;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use serde::Deserialize;
use views::audit::{AuditEntry, AuditFilter, COLUMNS};
use views::words::say;
use views::{AppError, Caller, ErrorKind, Permission, Ports, csv};

use super::AuditQuery;
use crate::visit::Visit;

/// What is taken out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    format: String,
    #[serde(flatten)]
    query: AuditQuery,
}

#[derive(Clone, Copy)]
enum Format {
    Csv,
    JsonLines,
}

impl Format {
    fn parse(word: &str) -> Result<Self, AppError> {
        match word {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            _ => Err(AppError::new(ErrorKind::Invalid, "error-audit-format")),
        }
    }

    const fn headers(self) -> [&'static str; 2] {
        match self {
            Self::Csv => ["text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""],
            Self::JsonLines => ["application/x-ndjson", "attachment; filename=\"audit.jsonl\""],
        }
    }

    fn begin(self) -> String {
        let mut text = String::new();
        if matches!(self, Self::Csv) {
            csv::write_row(&mut text, COLUMNS);
        }
        text
    }

    fn write(self, rows: &[AuditEntry]) -> Result<String, AppError> {
        let mut text = String::new();
        for row in rows {
            match self {
                Self::Csv => {
                    let because = row.because.as_ref().map(say).unwrap_or_default();
                    csv::write_row(&mut text, row.cells(&because).iter().map(String::as_str));
                }
                Self::JsonLines => {
                    let line = serde_json::to_string(row);
                    text.push_str(&line.map_err(|_| AppError::new(ErrorKind::Internal, "error-internal"))?);
                    text.push('\n');
                }
            }
        }
        Ok(text)
    }
}

pub(crate) async fn export(visit: Visit, Form(wanted): Form<Wanted>) -> Response {
    visit
        .answer(async {
            let caller = visit.may(Permission::ReadAudit)?.clone();
            let format = Format::parse(&wanted.format)?;
            let filter = wanted.query.filter()?;
            let ports = visit.state.ports.clone();
            let begin = ports.audit.begin_export(&caller, &filter, &wanted.format).await?;
            let [media_type, disposition] = format.headers();
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
                (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
                (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
            ];
            Ok((headers, pages(ports, caller, begin, format)).into_response())
        })
        .await
}

/// Every page of the list. One that cannot be read breaks the answer off, so that nobody takes a part for the whole.
fn pages(ports: Ports, caller: Caller, filter: AuditFilter, format: Format) -> Body {
    let first = Some((filter, format.begin()));
    let stream = unfold(first, move |place| {
        let (ports, caller) = (ports.clone(), caller.clone());
        async move {
            let (filter, mut text) = place?;
            let page = match ports.audit.list(&caller, &filter).await {
                Ok(page) => page,
                Err(error) => return Some((Err(error), None)),
            };
            match format.write(&page.rows) {
                Ok(rows) => text.push_str(&rows),
                Err(error) => return Some((Err(error), None)),
            }
            let next = page.next.map(|next| {
                let after = Some(next);
                (AuditFilter { after, ..filter }, String::new())
            });
            Some((Ok(Bytes::from(text)), next))
        }
    });
    // Who compresses the answer asks once more after its end.
    Body::from_stream(stream.fuse())
}
