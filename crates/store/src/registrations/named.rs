//! Items as people type them: awards and subjects by identifier or code, all found by a fixed number of queries, and put before
//! the rules of the domain.

use std::collections::HashMap;

use diesel::prelude::*;
use thidua_domain::access::{Kind, Relation, Ties, Verb, permits};
use thidua_domain::id::{AnyId, AwardTypeId, Id, PersonId, UnitId};
use thidua_domain::refusal::{Code, DomainError, Refusal, word_named};
use thidua_domain::registration::{Entry, RegistrationSubject, check_items, is_foreign, receivers};
use thidua_domain::time::Date;
use uuid::Uuid;

use crate::access::ties_of_all;
use crate::among::Among;
use crate::conn::on;
use crate::error::{Result, StoreError};
use crate::people::PersonRow;
use crate::refs::unknown;
use crate::schema::{award_types, households, people, units};
use crate::unit_of_work::{Resource, Tx};

/// An item as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// What is aimed for: identifier or code.
    pub award_type: String,
    /// For what sort of subject.
    pub kind: RegistrationSubject,
    /// For whom: identifier or code. Left out, it is the unit itself.
    pub subject: Option<String>,
}

/// Things by what people type for them.
struct Known<T>(HashMap<String, T>);

impl<T: Clone> Known<T> {
    fn get(&self, typed: &str) -> Option<T> {
        let spelt = Uuid::try_parse(typed).map_or_else(|_| typed.to_owned(), |uuid| uuid.to_string());
        self.0.get(&spelt).cloned()
    }
}

/// Identifiers and codes apart, each once.
fn sorted<T>(typed: &[&str]) -> (Vec<Id<T>>, Vec<String>) {
    let (mut ids, mut codes) = (Vec::new(), Vec::new());
    for text in typed {
        match Uuid::try_parse(text) {
            Ok(uuid) => ids.push(Id::new(uuid)),
            Err(_) => codes.push((*text).to_owned()),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    codes.sort_unstable();
    codes.dedup();
    (ids, codes)
}

/// Finds rows of a table by what was typed, with columns beside identifier and code: one query, or none.
macro_rules! known {
    ($tx:expr, $typed:expr, $table:ident, ($($column:expr),*) as $row:ty) => {{
        let (ids, codes) = sorted::<()>($typed);
        let rows: Vec<(AnyId, String, $row)> = if $typed.is_empty() {
            Vec::new()
        } else {
            on!($tx.conn(), |c| $table::table
                .filter(Among::of($table::id, &ids).or($table::code.eq_any(codes.clone())))
                .select(($table::id, $table::code, ($($column,)*)))
                .load(c))?
        };
        let twice = rows.into_iter().flat_map(|(id, code, row)| [(id.to_string(), (id, row.clone())), (code, (id, row))]);
        Known(twice.collect::<HashMap<String, (AnyId, $row)>>())
    }};
}

/// A subject with what the rules want to know of it.
#[derive(Debug, Clone, Copy)]
struct Subject {
    id: AnyId,
    foreign: bool,
}

fn of_kind(typed: &[Typed], kind: RegistrationSubject) -> Vec<&str> {
    typed.iter().filter(|item| item.kind == kind).filter_map(|item| item.subject.as_deref()).collect()
}

/// The subjects of all kinds, by what was typed.
fn subjects(tx: &mut Tx<'_>, typed: &[Typed]) -> Result<HashMap<RegistrationSubject, Known<Subject>>> {
    let plain = |id| Subject { id, foreign: false };
    let names = of_kind(typed, RegistrationSubject::Unit);
    let found = known!(tx, &names, units, (units::id) as (AnyId,));
    let units = found.0.into_iter().map(|(name, (id, _))| (name, plain(id))).collect();
    let names = of_kind(typed, RegistrationSubject::Household);
    let found = known!(tx, &names, households, (households::id) as (AnyId,));
    let households = found.0.into_iter().map(|(name, (id, _))| (name, plain(id))).collect();
    let names = of_kind(typed, RegistrationSubject::Person);
    let found = known!(tx, &names, people, (people::merged_into_id, people::nationality) as (Option<PersonId>, Option<String>));
    let mut persons = HashMap::with_capacity(found.0.len());
    for (name, (id, (merged, nationality))) in found.0 {
        // A record that was merged into another means that other one, and what that one says.
        let (id, nationality) = match merged {
            Some(next) => {
                let living = crate::people::living(tx.conn(), next)?;
                let living = PersonRow::load(tx.conn(), living)?.ok_or(StoreError::NotFound)?;
                (living.id.any(), living.nationality)
            }
            None => (id, nationality),
        };
        persons.insert(name, Subject { id, foreign: is_foreign(nationality.as_deref()) });
    }
    Ok(HashMap::from([
        (RegistrationSubject::Unit, Known(units)),
        (RegistrationSubject::Household, Known(households)),
        (RegistrationSubject::Person, Known(persons)),
    ]))
}

const fn kind_of(subject: RegistrationSubject) -> Kind {
    match subject {
        RegistrationSubject::Unit => Kind::Unit,
        RegistrationSubject::Person => Kind::Person,
        RegistrationSubject::Household => Kind::Household,
    }
}

/// Whether something is a unit or below it, or works there, or its record is kept there.
fn of_unit(ties: &Ties, unit: UnitId) -> bool {
    let belongs = |relation| matches!(relation, Relation::Itself | Relation::Owner | Relation::Employer);
    ties.0.iter().any(|tie| belongs(tie.relation) && tie.to == unit.any())
}

/// The ties of subjects of one kind on a day, each subject once.
fn ties(tx: &mut Tx<'_>, kind: Kind, mut ids: Vec<AnyId>, on: Date) -> Result<HashMap<AnyId, Ties>> {
    ids.sort_unstable();
    ids.dedup();
    let ties = ties_of_all(tx.conn(), kind, &ids, on)?;
    Ok(ids.into_iter().zip(ties).collect())
}

/// Tells for each item whether its subject belongs to the unit on a day. What does not, and is out of the caller's sight, is
/// told like what is not there.
fn place(tx: &mut Tx<'_>, unit: UnitId, on: Date, typed: &[Typed], items: &mut [Entry]) -> Result<()> {
    let (today, mut wrong) = (tx.today(), Vec::new());
    for kind in [RegistrationSubject::Unit, RegistrationSubject::Person, RegistrationSubject::Household] {
        let ids = |items: &[Entry], outside: bool| -> Vec<AnyId> {
            items.iter().filter(|item| item.kind == kind && !(outside && item.of_unit)).map(|item| item.subject).collect()
        };
        let there = ids(items, false);
        let there = ties(tx, kind_of(kind), there, on)?;
        for item in items.iter_mut().filter(|item| item.kind == kind) {
            item.of_unit = there.get(&item.subject).is_some_and(|ties| of_unit(ties, unit));
        }
        let outside = ids(items, true);
        let outside = ties(tx, kind_of(kind), outside, today)?;
        for (n, item) in items.iter().enumerate().filter(|(_, item)| item.kind == kind && !item.of_unit) {
            let seen = outside.get(&item.subject).is_some_and(|ties| permits(tx.actor(), kind_of(kind), Verb::See, ties));
            if !seen {
                let named = typed.get(n).and_then(|item| item.subject.as_deref()).unwrap_or_default();
                wrong.push(unknown(&format!("/items/{n}/subject"), kind_of(kind), named));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(DomainError(wrong).into()) }
}

/// Items out of what was typed for a unit, checked by the rules as of a day. `code` names the unit in refusals.
///
/// # Errors
/// [`Code::UnknownReference`] and [`Code::RegistrationSubjectMissing`] for what names nothing; then whatever
/// [`check_items`] says.
pub fn entries(tx: &mut Tx<'_>, unit: UnitId, code: &str, on: Date, typed: &[Typed]) -> Result<Vec<Entry>> {
    let names: Vec<&str> = typed.iter().map(|item| item.award_type.as_str()).collect();
    let awards = known!(tx, &names, award_types, (award_types::code, award_types::subjects) as (String, String));
    let subjects = subjects(tx, typed)?;
    let (mut items, mut wrong): (Vec<Entry>, Vec<Refusal>) = (Vec::with_capacity(typed.len()), Vec::new());
    for (n, item) in typed.iter().enumerate() {
        let award = awards.get(&item.award_type);
        if award.is_none() {
            wrong.push(unknown(&format!("/items/{n}/award_type"), Kind::AwardType, &item.award_type));
        }
        let pointer = format!("/items/{n}/subject");
        let subject = match &item.subject {
            Some(typed) => {
                let found = subjects.get(&item.kind).and_then(|known| known.get(typed));
                if found.is_none() {
                    wrong.push(unknown(&pointer, kind_of(item.kind), typed));
                }
                found
            }
            None if item.kind == RegistrationSubject::Unit => Some(Subject { id: unit.any(), foreign: false }),
            None => {
                wrong.push(Refusal::at(pointer, Code::RegistrationSubjectMissing).with("kind", word_named(item.kind)));
                None
            }
        };
        if let (Some((award, (award_code, words))), Some(subject)) = (award, subject) {
            items.push(Entry {
                award: AwardTypeId::new(award.uuid()),
                award_code,
                receivers: receivers(&words),
                kind: item.kind,
                subject: subject.id,
                named: item.subject.clone().unwrap_or_else(|| code.to_owned()),
                foreign: subject.foreign,
                of_unit: false,
            });
        }
    }
    if !wrong.is_empty() {
        return Err(DomainError(wrong).into());
    }
    place(tx, unit, on, typed, &mut items)?;
    check_items(code, &items)?;
    Ok(items)
}
