//! Everything a ranking is worked out from, read once, and the ranking itself. How it is shown is said in `ranking`.

use std::collections::HashMap;

use thidua_domain::bloc_year::reference_day;
use thidua_domain::criteria_set::Compiled;
use thidua_domain::id::{ScoresheetId, UnitId};
use thidua_domain::ranking::{Contender, Decided, Ranking, decided, ranking};
use thidua_domain::registration::GateEffect;
use thidua_domain::scoresheet::{Entry, Layer, RankingStatus, Score, SheetStatus, score};
use thidua_store::bloc_years::{self, BlocYearRow};
use thidua_store::conn::Conn;
use thidua_store::scoresheets::{self as store, EntryRow, ScoresheetRow};
use thidua_store::{StoreError, appeals, rankings, refs, registrations};

use super::whole;
use crate::call::Eyes;

/// Everything a ranking is worked out from.
pub(super) struct Ranked {
    pub(super) year: BlocYearRow,
    pub(super) set: Compiled,
    pub(super) sheets: Vec<ScoresheetRow>,
    pub(super) entries: HashMap<ScoresheetId, Vec<Entry>>,
    pub(super) scores: Vec<Score>,
    pub(super) codes: refs::Refs,
    pub(super) ranking: Ranking,
    pub(super) without_sheet: Vec<UnitId>,
    pub(super) unregistered: Vec<UnitId>,
    pub(super) left: Vec<UnitId>,
    pub(super) open_appeals: Vec<String>,
}

/// The code with which a missing registration bars.
const UNREGISTERED: &str = "UNREGISTERED";

impl Ranked {
    /// A fixed number of queries, whatever the number of units.
    pub(super) fn read(conn: &mut Conn, eyes: &Eyes, year: BlocYearRow) -> Result<Self, StoreError> {
        let set = whole::criteria(conn, &year)?;
        let day = reference_day(year.year, eyes.today);
        let members = bloc_years::members_of(conn, year.id)?;
        let now: Vec<UnitId> = members.iter().filter(|member| member.span().holds(day)).map(|member| member.unit_id).collect();
        let (sheets, left): (Vec<_>, Vec<_>) = store::of_year(conn, year.id)?.into_iter().partition(|sheet| now.contains(&sheet.unit_id));
        let left: Vec<UnitId> = left.into_iter().map(|sheet| sheet.unit_id).collect();
        let ids: Vec<ScoresheetId> = sheets.iter().map(|sheet| sheet.id).collect();
        let mut entries: HashMap<ScoresheetId, Vec<Entry>> = HashMap::new();
        for row in store::entries_of_all(conn, &ids)?.into_iter().filter(|row| row.stands) {
            entries.entry(row.scoresheet_id).or_default().push(EntryRow::entry(&row));
        }
        let without_sheet: Vec<UnitId> = now.into_iter().filter(|unit| sheets.iter().all(|sheet| sheet.unit_id != *unit)).collect();
        let gate = year.registration_gate;
        let unregistered = match gate.effect(false) {
            GateEffect::Passes => Vec::new(),
            GateEffect::Warned | GateEffect::Excluded => registrations::unregistered(conn, year.id, day)?,
        };
        let sheeted = sheets.iter().map(|sheet| sheet.unit_id);
        let units: Vec<UnitId> =
            sheeted.chain(without_sheet.iter().copied()).chain(unregistered.iter().copied()).chain(left.iter().copied()).collect();
        let codes = refs::units(conn, &units, day)?;
        let told = rankings::tie_units(conn, year.id)?.into_iter().map(|row| (row.decided_by, row.unit_id, row.value));
        let told: HashMap<UnitId, Decided> = decided(told);
        let none = Vec::new();
        let mut scores = Vec::with_capacity(sheets.len());
        let mut contenders = Vec::with_capacity(sheets.len());
        for sheet in &sheets {
            let said = entries.get(&sheet.id).unwrap_or(&none);
            let score = score(&set, said, &sheet.facts, Layer::Final)?;
            let unit = codes.get(sheet.unit_id).code;
            let told = told.get(&sheet.unit_id).copied().unwrap_or_default();
            let mut contender = match sheet.recorded_total.filter(|_| said.is_empty()) {
                Some(total) => Contender::recorded(&set, unit, total, told).behind_gates(&set, &score),
                None => Contender::scored(&set, unit, &score, told),
            };
            if gate.effect(!unregistered.contains(&sheet.unit_id)) == GateEffect::Excluded {
                contender.barred_by.push(UNREGISTERED.to_owned());
            }
            contenders.push(contender);
            scores.push(score);
        }
        let ranking = ranking(&set, &contenders)?;
        let open = appeals::open_in(conn, year.id)?.into_iter().filter(|(sheet, _)| ids.contains(sheet));
        let open_appeals = open.map(|(_, code)| code).collect();
        Ok(Self { year, set, sheets, entries, scores, codes, ranking, without_sheet, unregistered, left, open_appeals })
    }

    pub(super) fn status(&self) -> RankingStatus {
        RankingStatus::of(self.without_sheet.is_empty(), self.open_appeals.len(), self.sheets.iter().map(|sheet| sheet.status))
    }

    /// Codes of members without a sheet, and of those whose sheet is not settled.
    pub(super) fn unsettled(&self) -> Vec<String> {
        let waiting = self.sheets.iter().filter(|sheet| sheet.status != SheetStatus::Settled).map(|sheet| sheet.unit_id);
        self.without_sheet.iter().copied().chain(waiting).map(|unit| self.codes.get(unit).code).collect()
    }

    /// Rises whenever anything changes that the ranking is worked out from.
    pub(super) fn version(&self) -> i64 {
        self.year.version + self.sheets.iter().map(|sheet| sheet.version).sum::<i64>()
    }
}
