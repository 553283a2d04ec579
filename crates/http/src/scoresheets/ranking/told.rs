//! What decided a rank in words, for tables and papers: which tie-breaker told a unit apart, what equals still wait for, what
//! leaves a unit out.

use thidua_domain::criteria_set::TieBreaker;
use thidua_domain::vocabulary::Lang;

use super::super::ranked::{PART_YEAR, UNREGISTERED};
use super::{Ranked, RankingView, RowView};
use crate::paper::figure;

/// A tie-breaker in words.
pub(super) fn tie_breaker(by: &TieBreaker, lang: Lang) -> String {
    let vi = lang == Lang::Vi;
    match by {
        TieBreaker::Bonus {} => if vi { "điểm thưởng" } else { "bonus points" }.to_owned(),
        TieBreaker::TaskGroup {} => if vi { "điểm nhóm nhiệm vụ" } else { "points of the group of tasks" }.to_owned(),
        TieBreaker::Group { group: code } | TieBreaker::Item { item: code } => {
            format!("{} {code}", if vi { "điểm mục" } else { "points of" })
        }
        TieBreaker::Ballot {} => if vi { "phiếu bầu của khối" } else { "votes in the bloc" }.to_owned(),
        TieBreaker::Council {} => if vi { "thứ tự Hội đồng quyết định" } else { "the order that the council decides" }.to_owned(),
    }
}

/// What is to be said of the rank of a unit: who stands apart from equals by what, with whom it still shares the rank, and
/// which rank it would have without gates.
pub(super) fn rank(view: &RankingView, row: &RowView, lang: Lang) -> String {
    let mut told = apart(view, row, lang);
    told.extend(shared(view, row, lang));
    if row.before_gates != row.rank {
        told.push(match lang {
            Lang::Vi => format!("hạng {} nếu không bị chặn hạng", row.before_gates),
            Lang::En => format!("rank {} but for gates", row.before_gates),
        });
    }
    told.join("; ")
}

fn apart(view: &RankingView, row: &RowView, lang: Lang) -> Vec<String> {
    let seen = view.tie_breaks.iter().filter_map(|told| Some((told, told.units.iter().find(|seen| seen.unit == row.unit)?)));
    let said = seen.map(|(told, seen)| {
        let (total, by, value) = (figure(told.total, lang), tie_breaker(&told.by, lang), figure(seen.value, lang));
        match lang {
            Lang::Vi => format!("bằng điểm ({total}), phân định theo {by}: {value}"),
            Lang::En => format!("level at {total}, told apart by {by}: {value}"),
        }
    });
    said.collect()
}

fn shared(view: &RankingView, row: &RowView, lang: Lang) -> Option<String> {
    let tie = view.unresolved.iter().find(|tie| tie.units.contains(&row.unit))?;
    let waits: Vec<String> = tie.waits_for.iter().map(|by| tie_breaker(by, lang)).collect();
    let waits = waits.join(", ");
    Some(match lang {
        Lang::Vi if waits.is_empty() => "đồng hạng".to_owned(),
        Lang::Vi => format!("đồng hạng, chờ {waits}"),
        Lang::En if waits.is_empty() => "shares its rank".to_owned(),
        Lang::En => format!("shares its rank, waits for {waits}"),
    })
}

/// What leaves a unit out, by the names of its gates.
pub(super) fn gates(ranked: &Ranked, codes: &[String], lang: Lang) -> String {
    let named = |code: &String| match (code.as_str(), lang) {
        (UNREGISTERED, Lang::Vi) => "chưa đăng ký thi đua".to_owned(),
        (UNREGISTERED, Lang::En) => "has not registered".to_owned(),
        (PART_YEAR, Lang::Vi) => "là thành viên chưa đủ số tháng".to_owned(),
        (PART_YEAR, Lang::En) => "was a member for too few months".to_owned(),
        (code, _) => ranked.set.gates().find(|gate| gate.code == code).map_or_else(|| code.to_owned(), |gate| gate.name.clone()),
    };
    codes.iter().map(named).collect::<Vec<_>>().join(", ")
}
