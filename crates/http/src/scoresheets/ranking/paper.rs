//! A ranking as a table and on paper: a row for each unit, with a rank or without. As JSON: `ranking`.

use maud::{Markup, html};
use serde_json::{Value, json};
use thidua_domain::points::Points;
use thidua_domain::scoresheet::SheetStatus;
use thidua_domain::vocabulary::{Bilingual, Lang};
use thidua_store::StoreError;
use thidua_store::conn::Conn;

use super::super::issuer::Issuer;
use super::super::sums::TOTAL;
use super::{Ranked, RankingView, told};
use crate::answer::Shown;
use crate::call::Eyes;
use crate::csv_page::Table;
use crate::medium::Medium;
use crate::paper::{Paper, figure, words};
use crate::parts::{RefView, inside, label};

/// The ranking in the form that is wanted.
pub(super) fn shown(
    conn: &mut Conn,
    eyes: &Eyes,
    medium: Medium,
    ranked: &Ranked,
    view: &RankingView,
) -> Result<Shown<RankingView>, StoreError> {
    let version = ranked.version();
    match medium {
        Medium::Json => Shown::of(view, version).map_err(inside),
        Medium::Csv => Shown::table(&table(&lines(ranked, view, eyes.lang)), version).map_err(inside),
        Medium::Paper => Ok(Shown::paper(paper(conn, eyes, ranked, view)?, version)),
    }
}

/// A unit as one row.
struct Line<'a> {
    rank: Option<u32>,
    unit: &'a RefView,
    total: Option<Points>,
    class: Option<&'a str>,
    status: Option<SheetStatus>,
    excluded_by: Vec<String>,
    note: String,
}

const UNRANKED: Bilingual = words("chỉ biết thứ hạng trên giấy", "only a rank on paper is known");
const WITHOUT_SHEET: Bilingual = words("chưa có phiếu", "no sheet");

/// Those with a rank, those that are left out, those of which only a rank on paper is known, those without a sheet.
fn lines<'a>(ranked: &'a Ranked, view: &'a RankingView, lang: Lang) -> Vec<Line<'a>> {
    let sheet = |id| ranked.sheets.iter().zip(&ranked.standings).find(|(sheet, _)| sheet.id == id);
    let known = |id| sheet(id).is_none_or(|(_, standing)| !standing.known_by_rank);
    let in_order = view.rows.iter().map(|row| Line {
        rank: Some(row.rank),
        unit: &row.unit,
        total: known(row.scoresheet_id).then_some(row.total),
        class: row.class.as_deref(),
        status: Some(row.status),
        excluded_by: Vec::new(),
        note: told::rank(view, row, lang),
    });
    let left_out = view.excluded.iter().map(|row| Line {
        rank: None,
        unit: &row.unit,
        total: known(row.scoresheet_id).then_some(row.total),
        class: sheet(row.scoresheet_id).and_then(|(_, standing)| standing.class.as_deref()),
        status: sheet(row.scoresheet_id).map(|(sheet, _)| sheet.status),
        excluded_by: row.gates.clone(),
        note: String::new(),
    });
    let without = view.without_sheet.iter().map(|unit| Line {
        rank: None,
        unit,
        total: None,
        class: None,
        status: None,
        excluded_by: Vec::new(),
        note: WITHOUT_SHEET.get(lang).to_owned(),
    });
    let by_rank = view.unranked.iter().map(|unit| Line {
        rank: None,
        unit,
        total: None,
        class: None,
        status: None,
        excluded_by: Vec::new(),
        note: UNRANKED.get(lang).to_owned(),
    });
    in_order.chain(left_out).chain(by_rank).chain(without).collect()
}

fn table(lines: &[Line<'_>]) -> Table {
    let cell = |text: Option<Value>| text.unwrap_or(Value::Null);
    let row = |line: &Line<'_>| {
        vec![
            cell(line.rank.map(|rank| json!(rank))),
            json!(line.unit.code),
            json!(line.unit.name),
            cell(line.total.map(|total| json!(total))),
            cell(line.class.map(|class| json!(class))),
            cell(line.status.map(|status| json!(status))),
            json!(line.excluded_by),
            json!(line.note),
        ]
    };
    let head = vec!["rank", "unit_code", "unit_name", "total", "class", "status", "excluded_by", "note"];
    Table { head, rows: lines.iter().map(row).collect() }
}

const TITLE: Bilingual = words("Kết quả chấm điểm, xếp hạng thi đua", "Ranking");
const YEAR: Bilingual = words("năm", "of");
const CRITERIA: Bilingual = words("Theo:", "By:");
const RANK: Bilingual = words("Hạng", "Rank");
const UNIT: Bilingual = words("Đơn vị", "Unit");
const CLASS: Bilingual = words("Xếp loại", "Class");
const STATUS: Bilingual = words("Phiếu điểm", "Score sheet");
const REMARK: Bilingual = words("Ghi chú", "Remark");
const LEFT_OUT: Bilingual = words("không xếp hạng:", "not ranked:");
const UNREGISTERED: Bilingual = words("Chưa đăng ký thi đua:", "Not registered:");
const LEFT: Bilingual = words("Không còn là thành viên, không xếp hạng:", "No members any more, not ranked:");
const SIGNERS: [Bilingual; 3] =
    [words("Người lập bảng", "Drawn up by"), words("Trưởng khối", "Leader of the bloc"), words("Cơ quan tổ chức", "Organiser")];

fn paper(conn: &mut Conn, eyes: &Eyes, ranked: &Ranked, view: &RankingView) -> Result<Paper, StoreError> {
    let lang = eyes.lang;
    let issuer = Issuer::of(conn, eyes, &ranked.year)?;
    Ok(Paper {
        lang,
        title: format!("{} {} {}", TITLE.get(lang), YEAR.get(lang), ranked.year.year),
        about: vec![issuer.bloc.clone(), format!("{} {}", CRITERIA.get(lang), view.criteria_set.name)],
        issuers: issuer.lines(),
        mark: view.status_label.clone(),
        fictional: ranked.year.fictional || ranked.sheets.iter().any(|sheet| sheet.fictional),
        on: eyes.today,
        body: body(ranked, view, lang),
        signers: SIGNERS.iter().map(|signer| signer.get(lang).to_owned()).collect(),
        wide: false,
    })
}

fn body(ranked: &Ranked, view: &RankingView, lang: Lang) -> Markup {
    let beside = [(UNREGISTERED, &view.unregistered), (LEFT, &view.left)];
    html! {
        table {
            thead { tr { @for head in [RANK, UNIT, TOTAL, CLASS, STATUS, REMARK] { th { (head.get(lang)) } } } }
            tbody { @for line in lines(ranked, view, lang) { (row(ranked, &line, lang)) } }
        }
        @for (says, units) in beside.into_iter().filter(|(_, units)| !units.is_empty()) {
            p { (says.get(lang)) " " (units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("; ")) "." }
        }
    }
}

fn row(ranked: &Ranked, line: &Line<'_>, lang: Lang) -> Markup {
    let barred = (!line.excluded_by.is_empty()).then(|| format!("{} {}", LEFT_OUT.get(lang), told::gates(ranked, &line.excluded_by, lang)));
    let remark: Vec<String> = barred.into_iter().chain([line.note.clone()].into_iter().filter(|note| !note.is_empty())).collect();
    html! {
        tr {
            td.middle { @match line.rank { Some(rank) => { (rank) }, None => { "–" } } }
            td { (line.unit.name) }
            td.number { @if let Some(total) = line.total { (figure(total, lang)) } }
            td { @if let Some(code) = line.class { (ranked.set.class_name(code)) } }
            td { @if let Some(status) = line.status { (label(status, lang)) } }
            td { (remark.join("; ")) }
        }
    }
}
