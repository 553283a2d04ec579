//! Criteria made ready for scoring, and kept so while they are used: a table in force never changes, and many sheets are
//! scored on it. What the table says is for the domain.

use std::sync::{Arc, LazyLock};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use thidua_domain::criteria_set::Compiled;
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::StoreError;
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::conn::Conn;
use thidua_store::criteria_sets::{self, Edition};

#[derive(Clone)]
struct ByPlaces;

impl Weighter<Edition, Arc<Compiled>> for ByPlaces {
    fn weight(&self, _: &Edition, set: &Arc<Compiled>) -> u64 {
        u64::try_from(set.slots().len()).unwrap_or(u64::MAX).max(1)
    }
}

/// Places kept ready, each of about a kilobyte: some eighty tables of the usual size.
const PLACES: u64 = 5_000;

static READY: LazyLock<Cache<Edition, Arc<Compiled>, ByPlaces>> = LazyLock::new(|| Cache::with_weighter(100, PLACES, ByPlaces));

/// The criteria of a bloc year made ready for scoring.
pub(super) fn criteria(conn: &mut Conn, year: &BlocYearRow) -> Result<Arc<Compiled>, StoreError> {
    let id = year.criteria_set_id.ok_or_else(|| Refusal::of(Code::SheetWithoutCriteria).with("year", &year.code))?;
    let edition = criteria_sets::edition(conn, id)?;
    if let Some(ready) = READY.get(&edition) {
        return Ok(ready);
    }
    let set = Arc::new(Compiled::new(&criteria_sets::content(conn, id)?.content)?);
    READY.insert(edition, Arc::clone(&set));
    Ok(set)
}
