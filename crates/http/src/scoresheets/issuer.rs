//! At the head of a paper of a bloc year: who organises the bloc, and which bloc it is.

use thidua_domain::bloc_year::reference_day;
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::blocs::BlocRow;
use thidua_store::conn::Conn;
use thidua_store::{Resource, StoreError, refs};

use crate::call::Eyes;

/// The names that stand at the head.
pub(super) struct Issuer {
    /// Who organises the bloc; as noted, where it is no unit here; nobody where that is not known.
    pub(super) organizer: Option<String>,
    /// The bloc.
    pub(super) bloc: String,
}

impl Issuer {
    pub(super) fn of(conn: &mut Conn, eyes: &Eyes, year: &BlocYearRow) -> Result<Self, StoreError> {
        let bloc = BlocRow::load(conn, year.bloc_id)?.ok_or(StoreError::NotFound)?;
        let ids: Vec<_> = bloc.organizer_id.into_iter().collect();
        let names = refs::units(conn, &ids, reference_day(year.year, eyes.today))?;
        let organizer = names.opt(bloc.organizer_id).map(|unit| unit.name).or(bloc.organizer_note);
        Ok(Self { organizer, bloc: bloc.name })
    }

    /// From the higher to the lower.
    pub(super) fn lines(self) -> Vec<String> {
        self.organizer.into_iter().chain([self.bloc]).collect()
    }
}
