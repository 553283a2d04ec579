//! Why a unit has its rank, as a table and on paper: a row for each part with its formula. As JSON: `ranking`.

use maud::{Markup, html};
use serde_json::json;
use thidua_domain::scoresheet::{Effect, Explained, Said, TallyState};
use thidua_domain::vocabulary::{Bilingual, Lang};
use thidua_store::StoreError;
use thidua_store::conn::Conn;

use super::super::issuer::Issuer;
use super::super::sums::{self, TOTAL};
use super::{Ranked, WhyView, told};
use crate::answer::Shown;
use crate::call::Eyes;
use crate::csv_page::Table;
use crate::medium::Medium;
use crate::paper::{Paper, figure, words};
use crate::parts::{inside, label};

/// The explanation in the form that is wanted.
pub(super) fn shown(conn: &mut Conn, eyes: &Eyes, medium: Medium, ranked: &Ranked, view: &WhyView) -> Result<Shown<WhyView>, StoreError> {
    let version = ranked.version();
    match medium {
        Medium::Json => Shown::of(view, version).map_err(inside),
        Medium::Csv => Shown::table(&table(view, eyes.lang), version).map_err(inside),
        Medium::Paper => Ok(Shown::paper(paper(conn, eyes, ranked, view)?, version)),
    }
}

/// Every part, each group before what is below it, then bonuses, then penalties.
fn parts(view: &WhyView) -> Vec<&Explained> {
    let why = &view.explanation;
    let mut waiting: Vec<&Explained> = why.penalties.iter().rev().chain(why.bonuses.iter().rev()).chain(why.parts.iter().rev()).collect();
    let mut all = Vec::new();
    while let Some(part) = waiting.pop() {
        all.push(part);
        waiting.extend(part.children.iter().rev());
    }
    all
}

fn said(text: &Said, lang: Lang) -> &str {
    if lang == Lang::Vi { &text.vi } else { &text.en }
}

/// What changed a figure beside its formula, in words.
fn effect(effect: &Effect, lang: Lang) -> String {
    let vi = lang == Lang::Vi;
    match effect {
        Effect::Capped { cap } => format!("{} {}", if vi { "giữ ở mức" } else { "held at" }, figure(*cap, lang)),
        Effect::NotBelowZero {} => if vi { "không dưới 0" } else { "not below zero" }.to_owned(),
        Effect::ByPerson { layer, points, reason } => {
            let why = reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            format!("{}: {}{why}", label(*layer, lang), figure(*points, lang))
        }
        Effect::LeftOut { .. } => label(TallyState::NotApplicable, lang),
        Effect::ScaledUp { applies, max } => {
            format!("{} {} → {}", if vi { "quy đổi" } else { "scaled up" }, figure(*applies, lang), figure(*max, lang))
        }
        Effect::Provisional {} => label(TallyState::Provisional, lang),
        Effect::Missing {} => label(TallyState::Missing, lang),
    }
}

fn effects(all: &[Effect], lang: Lang) -> String {
    all.iter().map(|one| effect(one, lang)).collect::<Vec<_>>().join("; ")
}

fn table(view: &WhyView, lang: Lang) -> Table {
    let row = |part: &Explained| {
        let formula = part.formula.as_ref().map(|formula| said(formula, lang));
        let (exact, rounded) = (part.exact.as_deref(), part.rounded);
        let cells = (json!(part.code), json!(part.name), json!(part.max), json!(formula), json!(exact), json!(rounded));
        vec![cells.0, cells.1, cells.2, cells.3, cells.4, cells.5, json!(effects(&part.effects, lang)), json!(part.points)]
    };
    let head = vec!["item", "name", "max", "formula", "exact", "rounded", "effects", "points"];
    Table { head, rows: parts(view).into_iter().map(row).collect() }
}

const TITLE: Bilingual = words("Diễn giải điểm và thứ hạng năm", "Points and rank explained, year");
const RANK: Bilingual = words("Hạng", "Rank");
const CLASS: Bilingual = words("Xếp loại:", "Class:");
const APART: Bilingual = words("Phân định giữa các đơn vị bằng điểm nhờ", "Between equals decided by");
const LEFT_OUT: Bilingual = words("Không xếp hạng:", "Not ranked:");
const GATES: Bilingual = words("Điều kiện", "Gates");
const SHARES: Bilingual = words("Đồng hạng với:", "Shares its rank with:");
const WAITS: Bilingual = words("chờ", "waits for");
const HEAD: [Bilingual; 6] = [
    words("TT", "Code"),
    words("Tiêu chí", "Criterion"),
    words("Điểm chuẩn", "Most points"),
    words("Cách tính", "Formula"),
    words("Điểm", "Points"),
    words("Ghi chú", "Remark"),
];

fn paper(conn: &mut Conn, eyes: &Eyes, ranked: &Ranked, view: &WhyView) -> Result<Paper, StoreError> {
    let lang = eyes.lang;
    let rank = view.rank.map(|rank| format!("{} {rank} · ", RANK.get(lang))).unwrap_or_default();
    let barred = Some(told::gates(ranked, &view.excluded_by, lang)).filter(|gates| !gates.is_empty());
    let mut about = vec![view.unit.name.clone(), format!("{rank}{} {}", TOTAL.get(lang), figure(view.total, lang))];
    about.extend(barred.map(|gates| format!("{} {gates}", LEFT_OUT.get(lang))));
    Ok(Paper {
        lang,
        issuers: Issuer::of(conn, eyes, &ranked.year)?.lines(),
        title: format!("{} {}", TITLE.get(lang), ranked.year.year),
        about,
        mark: label(ranked.status(), lang),
        fictional: ranked.year.fictional || ranked.sheets.iter().any(|sheet| sheet.id == view.scoresheet_id && sheet.fictional),
        on: eyes.today,
        body: body(view, lang),
        signers: Vec::new(),
        wide: true,
    })
}

/// Penalties take.
fn sign(view: &WhyView, part: &Explained) -> &'static str {
    if view.explanation.penalties.iter().any(|penalty| penalty.code == part.code) { "−" } else { "" }
}

fn body(view: &WhyView, lang: Lang) -> Markup {
    html! {
        table {
            thead { tr { @for head in HEAD { th { (head.get(lang)) } } } }
            tbody {
                @for part in parts(view) {
                    tr class=[(!part.children.is_empty()).then_some("sum")] {
                        td { (part.code) } td { (part.name) } td.number { (sign(view, part)) (figure(part.max, lang)) }
                        td { @if let Some(formula) = &part.formula { (said(formula, lang)) } }
                        td.number { (sign(view, part)) (figure(part.points, lang)) } td { (effects(&part.effects, lang)) }
                    }
                }
                @for sum in &view.explanation.sums {
                    tr.sum {
                        td {} td { (sums::named(sum.line).get(lang)) } td {} td { (said(&sum.formula, lang)) }
                        td.number { (figure(sum.points, lang)) } td { (effects(&sum.effects, lang)) }
                    }
                }
            }
        }
        @if !view.explanation.gates.is_empty() {
            p { b { (GATES.get(lang)) } }
            @for gate in &view.explanation.gates { p { (gate.name) ": " (label(gate.verdict, lang)) ". " (said(&gate.because, lang)) } }
        }
        @if let Some(because) = &view.explanation.class_because { p { b { (CLASS.get(lang)) } " " (said(because, lang)) } }
        @for tie in &view.explanation.tie_breaks {
            p { (APART.get(lang)) " " (told::tie_breaker(&tie.by, lang)) ": "
                (tie.units.iter().map(|seen| format!("{} {}", seen.unit, figure(seen.value, lang))).collect::<Vec<_>>().join("; ")) "." }
        }
        @for tie in &view.unresolved {
            p {
                (SHARES.get(lang)) " "
                (tie.units.iter().filter(|unit| **unit != view.unit).map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("; "))
                @if !tie.waits_for.is_empty() {
                    "; " (WAITS.get(lang)) " " (tie.waits_for.iter().map(|by| told::tie_breaker(by, lang)).collect::<Vec<_>>().join(", "))
                }
                "."
            }
        }
    }
}
