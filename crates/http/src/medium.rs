//! In which form an answer is wanted: as JSON, as a table for a spreadsheet, or as a page for a printer. How a table is
//! written is in `csv_page`, how a page is in `paper`.

use actix_web::http::header::HeaderMap;

use crate::call::header;

/// A form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Medium {
    /// For programs.
    #[default]
    Json,
    /// For spreadsheets.
    Csv,
    /// For printers.
    Paper,
}

impl Medium {
    /// Its media type, without parameters.
    #[must_use]
    pub const fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Paper => "text/html",
        }
    }

    /// The form that a caller would rather have than JSON, out of those that there are beside it; JSON where it is none of them.
    #[must_use]
    pub(crate) fn wanted(beside: &[Self], headers: &HeaderMap) -> Self {
        if beside.is_empty() { Self::Json } else { header(headers, "accept").map_or(Self::Json, |accept| best(beside, accept)) }
    }
}

fn best(beside: &[Medium], accept: &str) -> Medium {
    let quality = |medium: Medium| {
        let mut ranges = accept.split(',').map(|range| range.split(';').map(str::trim));
        ranges.find_map(|mut parts| {
            let named = parts.next()?.eq_ignore_ascii_case(medium.essence());
            let q = parts.find_map(|part| part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok())).unwrap_or(1.0);
            named.then_some(q)
        })
    };
    let mut best = (Medium::Json, quality(Medium::Json).unwrap_or(0.0));
    for (medium, q) in beside.iter().filter_map(|medium| Some((*medium, quality(*medium)?))) {
        if q > 0.0 && (q > best.1 || best.0 == Medium::Json && q >= best.1) {
            best = (medium, q);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::Medium::{Csv, Json, Paper};
    use super::best;

    #[test]
    fn csv_is_for_who_would_rather_have_it() {
        let wanted = ["text/csv", "text/csv, */*", "application/json;q=0.5, text/csv", "TEXT/CSV; charset=utf-8"];
        assert!(wanted.into_iter().all(|accept| best(&[Csv], accept) == Csv));
        let not = ["", "*/*", "application/json", "application/json, text/csv;q=0", "text/csv;q=0.1, application/json", "text/html"];
        assert!(not.into_iter().all(|accept| best(&[Csv], accept) == Json));
    }

    #[test]
    fn a_browser_gets_the_page() {
        let both = [Csv, Paper];
        assert_eq!(best(&both, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Paper);
        assert_eq!(best(&both, "text/html;q=0.5, text/csv"), Csv);
        assert_eq!(best(&both, "text/csv;q=0.5, text/html;q=0.9, application/json;q=0.7"), Paper);
        assert_eq!(best(&both, "application/json, text/html;q=0.9"), Json);
        assert_eq!(best(&both, "text/html;q=NaN, application/json"), Json);
    }
}
