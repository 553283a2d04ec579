//! Everything a ranking is worked out from, read once, and the ranking itself. How it is shown is said in `ranking`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use thidua_domain::bloc_year::reference_day;
use thidua_domain::criteria_set::Compiled;
use thidua_domain::id::{ScoresheetId, UnitId};
use thidua_domain::ranking::{Decided, Margin, Ranking, RankingBasis, Ranks, Standing, decided, margins};
use thidua_domain::registration::GateEffect;
use thidua_domain::scoresheet::{RankingStatus, SheetStatus};
use thidua_store::bloc_years::{self, BlocYearRow};
use thidua_store::conn::Conn;
use thidua_store::scoresheets::{self as store, ScoresheetRow};
use thidua_store::{StoreError, appeals, rankings, refs, registrations};

use super::criteria::criteria;
use super::part_of_year::months;
use super::whole::standing;
use crate::call::Eyes;

/// Everything a ranking is worked out from.
pub(super) struct Ranked {
    pub(super) year: BlocYearRow,
    pub(super) set: Arc<Compiled>,
    pub(super) sheets: Vec<ScoresheetRow>,
    /// What each sheet comes to, in the order of the sheets.
    pub(super) standings: Vec<Standing>,
    pub(super) codes: refs::Refs,
    pub(super) ranking: Ranking,
    pub(super) basis: RankingBasis,
    /// Units of which only a rank is known, where others have scores: the two cannot be put in one order.
    pub(super) unranked: Vec<String>,
    /// Ranks on paper, by unit.
    pub(super) on_paper: BTreeMap<String, u32>,
    pub(super) without_sheet: Vec<UnitId>,
    pub(super) unregistered: Vec<UnitId>,
    pub(super) left: Vec<UnitId>,
    pub(super) open_appeals: Vec<String>,
}

/// The code with which a missing registration bars.
pub(super) const UNREGISTERED: &str = "UNREGISTERED";
/// The code with which too few months in the bloc bar.
pub(super) const PART_YEAR: &str = "PART_YEAR";

impl Ranked {
    /// A fixed number of queries, whatever the number of units.
    pub(super) fn read(conn: &mut Conn, eyes: &Eyes, year: BlocYearRow) -> Result<Self, StoreError> {
        let set = criteria(conn, &year)?;
        let day = reference_day(year.year, eyes.today);
        let members = bloc_years::members_of(conn, year.id)?;
        let present: Vec<UnitId> = members.iter().filter(|member| member.span().holds(day)).map(|member| member.unit_id).collect();
        let now: HashSet<UnitId> = present.iter().copied().collect();
        let (sheets, left): (Vec<_>, Vec<_>) = store::of_year(conn, year.id)?.into_iter().partition(|sheet| now.contains(&sheet.unit_id));
        let left: Vec<UnitId> = left.into_iter().map(|sheet| sheet.unit_id).collect();
        let sheeted: HashSet<UnitId> = sheets.iter().map(|sheet| sheet.unit_id).collect();
        let without_sheet: Vec<UnitId> = present.into_iter().filter(|unit| !sheeted.contains(unit)).collect();
        let gate = year.registration_gate;
        let unregistered = match gate.effect(false) {
            GateEffect::Passes => Vec::new(),
            GateEffect::Warned | GateEffect::Excluded => registrations::unregistered(conn, year.id, day)?,
        };
        let of_sheets = sheets.iter().map(|sheet| sheet.unit_id);
        let units: Vec<UnitId> = of_sheets.chain(without_sheet.iter().chain(&unregistered).chain(&left).copied()).collect();
        let codes = refs::units(conn, &units, day)?;
        let standings = standings(conn, &set, &sheets)?;
        let told = rankings::tie_units(conn, year.id)?.into_iter().map(|row| (row.decided_by, row.unit_id, row.value));
        let told: HashMap<UnitId, Decided> = decided(told);
        let contender = |(sheet, standing): (&ScoresheetRow, &Standing)| {
            let mut contender =
                standing.contender(&set, codes.get(sheet.unit_id).code, told.get(&sheet.unit_id).copied().unwrap_or_default());
            if gate.effect(!unregistered.contains(&sheet.unit_id)) == GateEffect::Excluded {
                contender.barred_by.push(UNREGISTERED.to_owned());
            }
            if year.ranked_from_months.is_some_and(|least| months(&year, &members, sheet.unit_id) < least.unsigned_abs()) {
                contender.barred_by.push(PART_YEAR.to_owned());
            }
            contender
        };
        let on_paper = |(sheet, standing): (&ScoresheetRow, &Standing)| {
            let rank = sheet.recorded_rank.map(i32::unsigned_abs)?;
            Some((codes.get(sheet.unit_id).code, rank, standing.known_by_rank))
        };
        let on_paper: Vec<(String, u32, bool)> = sheets.iter().zip(&standings).filter_map(on_paper).collect();
        let contenders: Vec<_> = sheets.iter().zip(&standings).map(contender).collect();
        let Ranks { ranking, basis, unranked } = Ranks::of(&set, contenders, &on_paper)?;
        let on_paper = on_paper.into_iter().map(|(unit, rank, _)| (unit, rank)).collect();
        let ids: HashSet<ScoresheetId> = sheets.iter().map(|sheet| sheet.id).collect();
        let open = appeals::open_in(conn, year.id)?.into_iter().filter(|(sheet, _)| ids.contains(sheet));
        let open_appeals = open.map(|(_, code)| code).collect();
        Ok(Self {
            year,
            set,
            sheets,
            standings,
            codes,
            ranking,
            basis,
            unranked,
            on_paper,
            without_sheet,
            unregistered,
            left,
            open_appeals,
        })
    }

    /// How close ranks are; of ranks on paper nothing is known.
    pub(super) fn margins(&self) -> Vec<Margin> {
        if self.basis == RankingBasis::Scores { margins(&self.ranking) } else { Vec::new() }
    }

    pub(super) fn status(&self) -> RankingStatus {
        RankingStatus::of(
            self.without_sheet.is_empty() && self.unranked.is_empty(),
            self.open_appeals.len(),
            self.sheets.iter().map(|sheet| sheet.status),
        )
    }

    /// Codes of members without a sheet, and of those whose sheet is not settled.
    pub(super) fn unsettled(&self) -> Vec<String> {
        let waiting = self.sheets.iter().filter(|sheet| sheet.status != SheetStatus::Settled).map(|sheet| sheet.unit_id);
        self.without_sheet.iter().copied().chain(waiting).map(|unit| self.codes.get(unit).code).collect()
    }

    /// Codes of members that share a rank while a ballot or the council can still tell them apart.
    pub(super) fn tied(&self) -> Vec<String> {
        let waiting = self.ranking.unresolved.iter().filter(|tie| !tie.waits_for.is_empty());
        waiting.flat_map(|tie| tie.units.iter().cloned()).collect()
    }

    /// Versions of the year and of its sheets together. What else the ranking rests on shows in the digest of its tag.
    pub(super) fn version(&self) -> i64 {
        self.year.version + self.sheets.iter().map(|sheet| sheet.version).sum::<i64>()
    }
}

/// What sheets come to, as it is kept with them; worked out for those from before it was.
fn standings(conn: &mut Conn, set: &Compiled, sheets: &[ScoresheetRow]) -> Result<Vec<Standing>, StoreError> {
    let older: Vec<ScoresheetId> = sheets.iter().filter(|sheet| sheet.standing.is_none()).map(|sheet| sheet.id).collect();
    let entries = store::counted_of_all(conn, &older)?;
    let worked_out = |sheet: &ScoresheetRow| standing(set, sheet, entries.get(&sheet.id).map(Vec::as_slice).unwrap_or_default());
    sheets.iter().map(|sheet| sheet.standing.clone().map_or_else(|| worked_out(sheet), Ok)).collect()
}
