//! A score sheet as a table and on paper: a row for each item with what each layer gives. As JSON: `view`.

use maud::{Markup, html};
use serde_json::{Value, json};
use thidua_domain::criteria_set::{Compiled, Slot, SlotKind};
use thidua_domain::points::Points;
use thidua_domain::scoresheet::{Layer, SheetStatus, SlotReport, TallyState};
use thidua_domain::vocabulary::{Bilingual, Lang, Word};
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::scoresheets::ScoresheetRow;
use thidua_store::{Resource, StoreError};

use super::super::criteria::criteria;
use super::super::issuer::Issuer;
use super::super::sums::{BONUS, CONTENTS, PENALTIES, TOTAL};
use super::{ItemView, LayerView, ScoresheetView};
use crate::answer::Shown;
use crate::call::Eyes;
use crate::csv_page::Table;
use crate::medium::Medium;
use crate::paper::{Paper, figure, words};
use crate::parts::{inside, label};

/// The sheet in the form that is wanted.
pub(in super::super) fn shown(
    conn: &mut Conn,
    eyes: &Eyes,
    medium: Medium,
    row: &ScoresheetRow,
    view: &ScoresheetView,
) -> Result<Shown<ScoresheetView>, StoreError> {
    match medium {
        Medium::Json => Shown::of(view, row.version).map_err(inside),
        Medium::Csv => Shown::table(&table(view), row.version).map_err(inside),
        Medium::Paper => Ok(Shown::paper(paper(conn, eyes, row, view)?, row.version)),
    }
}

impl ItemView {
    fn standing(&self) -> impl Iterator<Item = &LayerView> {
        self.layers.iter().filter(|said| said.stands)
    }

    fn at(&self, layer: Layer) -> Option<Points> {
        self.standing().find(|said| said.layer == layer).map(|said| said.comes_to)
    }

    /// Why, by each layer that says so.
    fn reasons(&self) -> String {
        let why = self.standing().filter_map(|said| said.reason.as_ref().map(|reason| format!("{}: {reason}", said.layer_label)));
        why.collect::<Vec<_>>().join("; ")
    }

    fn evidence(&self) -> usize {
        self.standing().map(|said| said.evidence.len()).sum()
    }
}

fn table(view: &ScoresheetView) -> Table {
    let layers = Layer::ALL.iter().map(|layer| layer.as_str());
    let head = ["item", "name", "max"].into_iter().chain(layers).chain(["points", "state", "reason", "evidence"]).collect();
    let row = |item: &ItemView| {
        let mut cells = vec![json!(item.item), json!(item.name), json!(item.max)];
        cells.extend(Layer::ALL.iter().map(|layer| item.at(*layer).map_or(Value::Null, |points| json!(points))));
        cells.extend([json!(item.points), json!(item.state), json!(item.reasons()), json!(item.evidence())]);
        cells
    };
    Table { head, rows: view.items.iter().map(row).collect() }
}

const TITLE: Bilingual = words("Phiếu chấm điểm thi đua", "Score sheet");
const YEAR: Bilingual = words("năm", "of");
const UNIT: Bilingual = words("Đơn vị:", "Unit:");
const CHECKER: Bilingual = words("Đơn vị chấm chéo:", "Cross-checked by:");
const CRITERIA: Bilingual = words("Theo:", "By:");
const CODE: Bilingual = words("TT", "Code");
const ITEM: Bilingual = words("Tiêu chí", "Criterion");
const MAX: Bilingual = words("Điểm chuẩn", "Most points");
const FINAL: Bilingual = words("Điểm cuối", "Points");
const REMARK: Bilingual = words("Ghi chú", "Remark");
const EVIDENCE: Bilingual = words("minh chứng", "pieces of evidence");
const CLASS: Bilingual = words("Xếp loại", "Class");
const FROM_PAPER: Bilingual = words("Tổng điểm ghi theo hồ sơ giấy", "The total as recorded from paper");
const RANK_FROM_PAPER: Bilingual = words("Thứ hạng ghi theo hồ sơ giấy", "The rank as recorded from paper");
const SETTLED: Bilingual = words("Bản chính thức", "Final");
const OPEN: Bilingual = words("Bản tạm tính", "Provisional");
const SIGNERS: [Bilingual; 3] = [
    words("Thủ trưởng đơn vị", "Head of the unit"),
    words("Trưởng khối", "Leader of the bloc"),
    words("Cơ quan thường trực thi đua, khen thưởng", "Standing body"),
];

/// What a layer is called at the head of its column.
const fn column(layer: Layer) -> Bilingual {
    match layer {
        Layer::Own => words("Điểm tự chấm", "Own points"),
        Layer::CrossChecked => words("Điểm chấm chéo", "Cross-checked"),
        Layer::Verified => words("Khối thẩm định", "Verified"),
        Layer::Standing => words("Cơ quan thường trực", "Standing body"),
        Layer::Final => words("Hội đồng", "Council"),
    }
}

fn paper(conn: &mut Conn, eyes: &Eyes, row: &ScoresheetRow, view: &ScoresheetView) -> Result<Paper, StoreError> {
    let year = BlocYearRow::load(conn, row.bloc_year_id)?.ok_or(StoreError::NotFound)?;
    let set = criteria(conn, &year)?;
    let lang = eyes.lang;
    let spoke = |layer: &Layer| view.items.iter().any(|item| item.at(*layer).is_some());
    let layers: Vec<Layer> = Layer::ALL.iter().copied().filter(|layer| *layer == Layer::Own || spoke(layer)).collect();
    let named = |before: Bilingual, name: &str| format!("{} {name}", before.get(lang));
    let mut about = vec![named(UNIT, &view.unit.name)];
    about.extend(view.cross_checker.as_ref().map(|checker| named(CHECKER, &checker.name)));
    about.push(named(CRITERIA, &view.criteria_set.name));
    let mark = if row.status == SheetStatus::Settled { SETTLED } else { OPEN };
    Ok(Paper {
        lang,
        issuers: Issuer::of(conn, eyes, &year)?.lines(),
        title: format!("{} {} {}", TITLE.get(lang), YEAR.get(lang), year.year),
        about,
        mark: format!("{} ({})", mark.get(lang), view.status_label),
        fictional: row.fictional || year.fictional,
        on: eyes.today,
        body: body(&set, view, &layers, lang),
        signers: SIGNERS.iter().map(|signer| signer.get(lang).to_owned()).collect(),
        wide: layers.len() > 2,
    })
}

fn body(set: &Compiled, view: &ScoresheetView, layers: &[Layer], lang: Lang) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th { (CODE.get(lang)) } th { (ITEM.get(lang)) } th { (MAX.get(lang)) }
                    @for layer in layers { th { (column(*layer).get(lang)) } }
                    th { (FINAL.get(lang)) } th { (REMARK.get(lang)) }
                }
            }
            tbody {
                @for (slot, part) in set.slots().iter().zip(&view.score.parts) { (line(slot, part, view, layers, lang)) }
                (sums(set, view, layers.len(), lang))
            }
        }
        @if view.items.iter().all(|item| item.layers.is_empty()) {
            @if view.recorded_total.is_some() { p { (FROM_PAPER.get(lang)) "." } }
            @if let Some(rank) = view.recorded_rank { p { (RANK_FROM_PAPER.get(lang)) ": " (rank) "." } }
        }
        @if let Some(note) = &view.note { p { (REMARK.get(lang)) ": " (note) } }
    }
}

/// A group with its sum, or an item with what each layer gives.
fn line(slot: &Slot, part: &SlotReport, view: &ScoresheetView, layers: &[Layer], lang: Lang) -> Markup {
    let item = view.items.iter().find(|item| item.item == slot.code);
    let sign = if matches!(slot.kind, SlotKind::Penalty(_)) { "−" } else { "" };
    let class = item.is_none().then_some("sum");
    html! {
        tr class=[class] {
            td { (slot.code) } td { (slot.name) } td.number { (sign) (figure(slot.max, lang)) }
            @for layer in layers {
                td.number { @if let Some(points) = item.and_then(|item| item.at(*layer)) { (sign) (figure(points, lang)) } }
            }
            td.number { @if part.state != TallyState::Missing { (sign) (figure(part.points, lang)) } }
            td { @if let Some(item) = item { (remark(item, lang)) } }
        }
    }
}

/// How an item came to its points where that needs saying, why, and how much shows it.
fn remark(item: &ItemView, lang: Lang) -> String {
    let state = (item.state != TallyState::Scored).then(|| label(item.state, lang));
    let evidence = Some(item.evidence()).filter(|count| *count > 0).map(|count| format!("{count} {}", EVIDENCE.get(lang)));
    let reasons = Some(item.reasons()).filter(|reasons| !reasons.is_empty());
    [state, reasons, evidence].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn sums(set: &Compiled, view: &ScoresheetView, layers: usize, lang: Lang) -> Markup {
    let score = &view.score;
    let known = view.items.iter().any(|item| !item.layers.is_empty());
    let sum = |name: Bilingual, points: String| {
        html! { tr.sum { td {} td { (name.get(lang)) } td {} @for _ in 0..layers { td {} } td.number { (points) } td {} } }
    };
    let class = score.class.as_deref().map(|code| set.class_name(code).to_owned());
    html! {
        @if known || (view.recorded_total.is_none() && view.recorded_rank.is_none()) { (sum(CONTENTS, figure(score.contents, lang))) }
        @if score.bonus != Points::ZERO { (sum(BONUS, figure(score.bonus, lang))) }
        @if score.penalties != Points::ZERO { (sum(PENALTIES, format!("−{}", figure(score.penalties, lang)))) }
        @if known || view.recorded_total.is_some() || view.recorded_rank.is_none() { (sum(TOTAL, figure(view.total, lang))) }
        @if let Some(class) = class { (sum(CLASS, class)) }
    }
}
