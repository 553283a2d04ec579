//! Reference data brought in where it is missing: the provinces with their succession, the
//! catalogue of awards, the indices and the criteria templates. Runs at every start and does nothing once it has been done.

use std::collections::HashMap;

use diesel::prelude::*;
use thidua_domain::criteria_set::{self, CriteriaSetStatus, Mapping};
use thidua_domain::id::UnitId;
use thidua_domain::recorded::Origin;
use thidua_domain::reference::{self, CatalogueAward, CatalogueIndex, Province, ProvinceSuccession};
use thidua_domain::text;
use thidua_domain::time::Instant;
use thidua_domain::unit::{CodeSystem, UnitKind};
use thidua_domain::vocabulary::Word;

use crate::award_types::{self, AwardTypeRow};
use crate::columns::Sql;
use crate::conn::{Conn, on};
use crate::criteria_sets::{self, ContentRow, CriteriaSetRow};
use crate::dialect::new_id;
use crate::error::{Result, StoreError};
use crate::indices::{self, IndexRow};
use crate::schema::units;
use crate::settings;
use crate::store::{Reach, Root, Store};
use crate::unit_of_work::{Tx, UnitOfWork};
use crate::units::{CodeRow, NameRow, SuccessionRow, UnitRow, add_code, add_name, add_succession, insert};

/// Rises when the shipped data grows.
const EDITION: &str = "2";
const SETTING: &str = "reference";

fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("reference data: {error}"))
}

/// Brings the reference data in, unless this edition is there already.
///
/// # Errors
/// When the shipped files are broken, or whatever the database says.
pub async fn bring_in(store: &Store, now: Instant) -> Result<()> {
    if store.read(Reach::One, |conn| settings::get(conn, SETTING)).await?.as_deref() == Some(EDITION) {
        return Ok(());
    }
    let (provinces, successions) = reference::provinces().map_err(broken)?;
    let awards = reference::awards().map_err(broken)?;
    let indices = reference::indices().map_err(broken)?;
    let templates = criteria_set::templates().map_err(broken)?;
    store
        .write(UnitOfWork::system(now, "reference"), Root::New, move |tx| {
            if settings::get(tx.conn(), SETTING)?.as_deref() == Some(EDITION) {
                return Ok(());
            }
            bring_provinces(tx, &provinces, &successions)?;
            bring_awards(tx, &awards)?;
            bring_indices(tx, &indices)?;
            bring_criteria(tx, &templates)?;
            settings::set(tx.conn(), SETTING, EDITION)
        })
        .await?;
    Ok(())
}

fn known(conn: &mut Conn) -> Result<HashMap<String, UnitId>> {
    let rows: Vec<(String, UnitId)> =
        on!(conn, |c| units::table.filter(units::kind.eq(Sql(UnitKind::Province))).select((units::code, units::id)).load(c))?;
    Ok(rows.into_iter().collect())
}

fn name_row(tx: &Tx<'_>, unit_id: UnitId, name: &str, short: &str, english: Option<&str>) -> NameRow {
    let english_or_none = english.unwrap_or_default();
    NameRow {
        id: new_id(),
        unit_id,
        name: name.to_owned(),
        short_name: Some(short.to_owned()),
        name_en: english.map(str::to_owned),
        folded: text::fold(&format!("{name} {short} {english_or_none}")),
        from_on: None,
        to_on: None,
        alias: false,
        document_id: None,
        created_at: tx.now(),
    }
}

fn bring_provinces(tx: &mut Tx<'_>, provinces: &[Province], successions: &[ProvinceSuccession]) -> Result<()> {
    let mut ids = known(tx.conn())?;
    for province in provinces.iter().filter(|province| !ids.contains_key(&province.code)).collect::<Vec<_>>() {
        let id = new_id();
        bring_province(tx, id, province)?;
        ids.insert(province.code.clone(), id);
    }
    for succession in successions {
        let (Some(from), Some(to)) = (ids.get(&succession.from), ids.get(&succession.to)) else { continue };
        if !crate::units::successions_of(tx.conn(), *from)?.is_empty() {
            continue;
        }
        let row = SuccessionRow {
            id: new_id(),
            from_id: *from,
            to_id: Some(*to),
            kind: succession.kind,
            effective_on: succession.effective_on,
            document_id: None,
            document_text: Some(succession.document.clone()),
            inherits_emulation: None,
            verified: succession.verified,
            note: None,
            version: 1,
            created_at: tx.now(),
        };
        add_succession(tx, &row)?;
    }
    Ok(())
}

fn bring_province(tx: &mut Tx<'_>, id: UnitId, province: &Province) -> Result<()> {
    let mut row = UnitRow {
        id,
        code: province.code.clone(),
        kind: UnitKind::Province,
        protocol_order: province.order,
        from_on: province.from_on,
        to_on: province.to_on,
        ended_by_succession: false,
        name: String::new(),
        folded: String::new(),
        collation_key: String::new(),
        fictional: false,
        note: None,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let today = tx.today();
    let later = province.later_names.iter().rev().find(|name| name.from_on.is_some_and(|from| from <= today));
    row.rename(later.map_or(province.name.as_str(), |name| name.name.as_str()));
    let mut name = name_row(tx, id, &province.name, &province.short_name, Some(&province.name_en));
    name.from_on = province.former_names.iter().filter_map(|former| former.to_on).max().and_then(|last| last.succ_opt());
    insert(tx, &row, &name)?;
    for former in &province.former_names {
        let row = NameRow { from_on: former.from_on, to_on: former.to_on, ..name_row(tx, id, &former.name, &former.short_name, None) };
        add_name(tx, &row)?;
    }
    for later in &province.later_names {
        let row = NameRow { from_on: later.from_on, to_on: later.to_on, ..name_row(tx, id, &later.name, &later.short_name, None) };
        add_name(tx, &row)?;
    }
    for alias in &province.aliases {
        let row = NameRow { alias: true, ..name_row(tx, id, alias, alias, None) };
        add_name(tx, &row)?;
    }
    let code = |system, code: &str, verified| CodeRow {
        id: new_id(),
        unit_id: id,
        system,
        code: code.to_owned(),
        normal_code: code.to_owned(),
        // A code is borne by a province in its time: what was Bình Định's 52 is Gia Lai's from the merger on.
        from_on: province.from_on,
        to_on: province.to_on,
        verified,
        created_at: row.created_at,
    };
    if let Some(h_code) = &province.h_code {
        add_code(tx, &code(CodeSystem::National, h_code, province.h_code_verified))?;
    }
    add_code(tx, &code(CodeSystem::Statistical, &province.gso_code, false))
}

fn bring_awards(tx: &mut Tx<'_>, awards: &[CatalogueAward]) -> Result<()> {
    for award in awards {
        if award_types::by_code(tx.conn(), &award.code)?.is_some() {
            continue;
        }
        let row = AwardTypeRow {
            id: new_id(),
            code: award.code.clone(),
            name: award.name.clone(),
            name_en: award.name_en.clone(),
            folded: text::fold(&format!("{} {} {}", award.code, award.name, award.name_en)),
            family: award.family,
            level: award.level,
            subjects: award.subjects.iter().map(|subject| subject.as_str()).collect::<Vec<_>>().join(" "),
            article: Some(award.article.clone()),
            article_verified: award.article_verified,
            protocol_order: award.order,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        award_types::insert(tx, &row)?;
    }
    Ok(())
}

fn bring_indices(tx: &mut Tx<'_>, all: &[CatalogueIndex]) -> Result<()> {
    for index in all {
        if indices::is_known(tx.conn(), &index.code)? {
            continue;
        }
        let mut row = IndexRow {
            id: new_id(),
            code: index.code.clone(),
            name: index.name.clone(),
            name_en: Some(index.name_en.clone()),
            folded: String::new(),
            collation_key: String::new(),
            publisher: index.publisher.clone(),
            better: index.better,
            least: index.least,
            most: index.most,
            note: None,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.key();
        indices::insert(tx, &row)?;
    }
    Ok(())
}

fn bring_criteria(tx: &mut Tx<'_>, templates: &[criteria_set::CriteriaSet]) -> Result<()> {
    for template in templates {
        if criteria_sets::is_known(tx.conn(), &template.code)? {
            continue;
        }
        let id = new_id();
        let mut row = CriteriaSetRow {
            id,
            code: String::new(),
            name: String::new(),
            folded: String::new(),
            collation_key: String::new(),
            owner_id: None,
            edition: 1,
            amends_id: None,
            document_id: None,
            scale: template.scale,
            item_count: 0,
            status: CriteriaSetStatus::Published,
            origin: Origin::Recorded,
            recorded: None,
            fictional: false,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        row.follow(template);
        criteria_sets::insert(tx, &row, &ContentRow { criteria_set_id: id, content: template.clone(), mapping: Mapping::default() })?;
    }
    Ok(())
}
