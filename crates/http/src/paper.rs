//! The frame of what is printed: who issues it, the motto of the state, title, marks, body, places to sign, on A4, laid out as
//! administrative papers are (Decree 30/2020/NĐ-CP, appendix I). A page stands alone: no scripts, nothing from elsewhere,
//! everything escaped. What stands on a paper is written where its subject is shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use thidua_domain::points::Points;
use thidua_domain::time::Date;
use thidua_domain::vocabulary::{Bilingual, Lang};

use crate::secret::digest;

const STYLE: &str = include_str!("paper.css");

const STATE: Bilingual = words("Cộng hòa xã hội chủ nghĩa Việt Nam", "Socialist Republic of Viet Nam");
const MOTTO: Bilingual = words("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness");
const FICTIONAL: Bilingual = words("Số liệu giả định", "Made-up figures");
const SIGNED: Bilingual = words("(Ký, ghi rõ họ tên)", "(Signature, full name)");

/// Words of a paper in both languages.
pub(crate) const fn words(vi: &'static str, en: &'static str) -> Bilingual {
    Bilingual { vi, en }
}

/// A paper to be printed.
pub(crate) struct Paper {
    /// Its language; what people typed stays as it is.
    pub(crate) lang: Lang,
    /// Who it comes from, the higher first; the last stands out.
    pub(crate) issuers: Vec<String>,
    /// What it is.
    pub(crate) title: String,
    /// Of whom, by what.
    pub(crate) about: Vec<String>,
    /// Whether it can still change, in words.
    pub(crate) mark: String,
    /// Made up for a demonstration or test.
    pub(crate) fictional: bool,
    /// The day on which it says this.
    pub(crate) on: Date,
    /// What it says.
    pub(crate) body: Markup,
    /// Who signs.
    pub(crate) signers: Vec<String>,
    /// Whether its table needs the long side of the sheet.
    pub(crate) wide: bool,
}

impl Paper {
    /// The page.
    pub(crate) fn page(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang=(if self.lang == Lang::Vi { "vi" } else { "en" }) {
                head {
                    meta charset="utf-8";
                    title { (self.title) @if let Some(first) = self.about.first() { " - " (first) } }
                    style { (PreEscaped(STYLE)) }
                }
                body.wide[self.wide] {
                    (self.head())
                    h1 { (self.title) }
                    @for line in &self.about { p.about { (line) } }
                    p.mark { (self.mark) }
                    @if self.fictional { p.mark.fictional { (FICTIONAL.get(self.lang)) } }
                    (self.body)
                    section.signers {
                        @for signer in &self.signers { div { p.upper { b { (signer) } } p.place { (SIGNED.get(self.lang)) } } }
                    }
                }
            }
        };
        page.into_string()
    }

    fn head(&self) -> Markup {
        let last = self.issuers.len().saturating_sub(1);
        html! {
            header {
                div {
                    @for (place, issuer) in self.issuers.iter().enumerate() {
                        p.upper { @if place == last { b { (issuer) } } @else { (issuer) } }
                    }
                    div.rule {}
                }
                div {
                    p.upper { b { (STATE.get(self.lang)) } }
                    p { b { (MOTTO.get(self.lang)) } }
                    div.rule {}
                    p.day { "…………, " (day(self.on, self.lang)) }
                }
            }
        }
    }
}

/// A day in words.
pub(crate) fn day(on: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => on.format("ngày %d tháng %m năm %Y").to_string(),
        Lang::En => on.format("%-d %B %Y").to_string(),
    }
}

/// Points with the decimal mark of the language.
pub(crate) fn figure(points: Points, lang: Lang) -> String {
    match lang {
        Lang::Vi => points.vi(),
        Lang::En => points.to_string(),
    }
}

/// What a browser may do with a page: show it in its own style, and nothing else.
pub(crate) fn policy() -> String {
    let style = STANDARD.encode(digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(title: &str, lang: Lang) -> Paper {
        Paper {
            lang,
            issuers: vec!["Sở <A>".to_owned(), "Khối 1".to_owned()],
            title: title.to_owned(),
            about: vec!["\"x\" & y".to_owned()],
            mark: "Tạm tính".to_owned(),
            fictional: true,
            on: Date::from_ymd_opt(2026, 2, 3).unwrap(),
            body: html! { p { (figure("1234.5".parse().unwrap(), lang)) } },
            signers: vec!["Trưởng khối".to_owned()],
            wide: false,
        }
    }

    #[test]
    fn a_page_stands_alone_and_escapes_what_was_typed() {
        let page = paper("<script>alert(1)</script>", Lang::Vi).page();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;") && page.contains("Sở &lt;A&gt;"), "{page}");
        assert!(page.contains("ngày 03 tháng 02 năm 2026") && page.contains("1234,5") && page.contains("Số liệu giả định"), "{page}");
        let outside = ["http:", "https:", "url(", "@import", " src=", " href=", " style=", "onload"];
        assert_eq!(outside.into_iter().find(|mark| page.contains(mark)), None);
        let english = paper("Ranking", Lang::En).page();
        assert!(english.contains("lang=\"en\"") && english.contains("3 February 2026") && english.contains("1234.5"), "{english}");
    }

    #[test]
    fn only_the_style_that_stands_in_the_page_is_let_through() {
        let page = paper("x", Lang::Vi).page();
        let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
        let hash = STANDARD.encode(digest(style.as_bytes()));
        assert!(policy().contains(&format!("style-src 'sha256-{hash}'")));
    }
}
