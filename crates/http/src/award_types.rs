//! Titles and forms of commendation: the catalogue that comes with the program, and what a province
//! adds to it.

use serde::{Deserialize, Serialize};
use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::award_type::{AwardFamily, AwardLevel, AwardSubject};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::id::AwardTypeId;
use thidua_domain::text;
use thidua_domain::time::Instant;
use thidua_domain::vocabulary::Word;
use thidua_store::award_types::{self as store, AwardTypeRow, Filter};
use thidua_store::conn::Conn;
use thidua_store::dialect::new_id;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::page::Key;
use thidua_store::{Reach, Root, StoreError};
use utoipa::ToSchema;

use crate::answer::{List, Made, One};
use crate::call::{Call, Ended, Eyes, Json};
use crate::list::{Filters, Listing};
use crate::parts::{self, ExternalId, inside, label};
use crate::problem::ApiError;

/// A title or form of commendation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AwardType, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000080", "code": "BK_TINH", "name": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "name_en": "Certificate of merit of the provincial chair", "family": "commendation", "family_label": "Hình thức khen thưởng",
    "level": "ministry_province", "level_label": "Cấp bộ, tỉnh", "subjects": ["individual", "collective"], "subject_labels": ["Cá nhân", "Tập thể"],
    "article": "Điều 74", "article_verified": true, "protocol_order": 500, "external_ids": {},
    "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct AwardTypeView {
    /// Identifier.
    id: AwardTypeId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// Vietnamese name.
    #[schema(max_length = 300)]
    name: String,
    /// English name.
    #[schema(max_length = 300)]
    name_en: String,
    /// Title or commendation.
    family: AwardFamily,
    /// The same in words.
    #[schema(max_length = 100)]
    family_label: String,
    /// Level.
    level: AwardLevel,
    /// The same in words.
    #[schema(max_length = 100)]
    level_label: String,
    /// Who can receive it.
    #[schema(max_items = 10)]
    subjects: Vec<AwardSubject>,
    /// The same in words.
    #[schema(max_items = 10)]
    subject_labels: Vec<String>,
    /// Article of the law.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, nullable = false)]
    article: Option<String>,
    /// Whether the article is confirmed.
    article_verified: bool,
    /// Place in protocol; small is high.
    #[schema(minimum = 0, maximum = 1000000)]
    protocol_order: i32,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
}

/// A new title or form of commendation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AwardTypeDraft, example = json!({
    "code": "HUY_HIEU_TINH", "name": "Huy hiệu Vì sự nghiệp xây dựng tỉnh (giả định)", "name_en": "Badge for building the province",
    "family": "commendation", "level": "ministry_province", "subjects": ["individual"], "protocol_order": 900
}))]
pub(crate) struct AwardTypeDraft {
    /// Code.
    #[schema(value_type = HumanCode)]
    code: String,
    /// Vietnamese name.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// English name.
    #[schema(min_length = 1, max_length = 300)]
    name_en: String,
    /// Title or commendation.
    family: AwardFamily,
    /// Level.
    level: AwardLevel,
    /// Who can receive it.
    #[schema(min_items = 1, max_items = 10)]
    subjects: Vec<AwardSubject>,
    /// Article of the law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    article: Option<String>,
    /// Place in protocol; small is high.
    #[schema(minimum = 0, maximum = 1000000)]
    protocol_order: i32,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

/// What awards are asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct AwardTypeFilter {
    /// Only of this family.
    family: Option<AwardFamily>,
    /// Only of this level.
    level: Option<AwardLevel>,
    /// Only the one with this code.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Only the one that another system calls so: `system:value`.
    external_id: Option<ExternalId>,
}

impl Filters for AwardTypeFilter {
    const SORTS: &'static [&'static str] = &["protocol"];
    const SEARCH: bool = true;
}

fn view(conn: &mut Conn, eyes: &Eyes, row: &AwardTypeRow) -> Result<AwardTypeView, StoreError> {
    views(conn, eyes, std::slice::from_ref(row))?.pop().ok_or(StoreError::NotFound)
}

fn views(conn: &mut Conn, eyes: &Eyes, rows: &[AwardTypeRow]) -> Result<Vec<AwardTypeView>, StoreError> {
    let any: Vec<_> = rows.iter().map(|row| row.id.any()).collect();
    let external = external_ids::of_all(conn, Kind::AwardType, &any)?;
    Ok(rows
        .iter()
        .zip(external)
        .map(|(row, external_ids)| {
            let subjects: Vec<AwardSubject> = row.subjects.split_whitespace().filter_map(AwardSubject::parse).collect();
            AwardTypeView {
                id: row.id,
                code: row.code.clone(),
                name: row.name.clone(),
                name_en: row.name_en.clone(),
                family: row.family,
                family_label: label(row.family, eyes.lang),
                level: row.level,
                level_label: label(row.level, eyes.lang),
                subject_labels: subjects.iter().map(|subject| label(*subject, eyes.lang)).collect(),
                subjects,
                article: row.article.clone(),
                article_verified: row.article_verified,
                protocol_order: row.protocol_order,
                external_ids,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        })
        .collect())
}

pub(crate) async fn list(call: Call<(), Listing<AwardTypeFilter>>) -> Result<List<AwardTypeView>, ApiError> {
    let asked = call.query.filter.clone();
    let ask = call.query.ask.clone();
    let (page, views) = call
        .read(Reach::Long, move |conn, eyes| {
            let filter =
                Filter { family: asked.family, level: asked.level, code: asked.code, external: asked.external_id.map(ExternalId::pair) };
            let page = store::page(conn, &eyes.who, eyes.today, &filter, &ask)?;
            let views = views(conn, eyes, &page.rows)?;
            Ok((page, views))
        })
        .await?;
    call.query.page(&page, &views, |row| (Key::Int(row.protocol_order), row.id.any()))
}

pub(crate) async fn read(call: Call<AwardTypeId>) -> Result<One<AwardTypeView>, ApiError> {
    let id = call.path;
    let (view, version) = call
        .read(Reach::Point, move |conn, eyes| {
            let (row, _) = parts::look_at::<AwardTypeRow>(conn, eyes, id)?;
            Ok((view(conn, eyes, &row)?, row.version))
        })
        .await?;
    One::of(&view, version)
}

pub(crate) async fn create(call: Call<(), (), Json<AwardTypeDraft>>) -> Result<Ended<Made<AwardTypeView>>, ApiError> {
    let (draft, eyes) = (call.body.0.clone(), call.eyes());
    let id: AwardTypeId = new_id();
    call.write(Root::New, move |tx| {
        tx.require(Kind::AwardType, Verb::Create, &Ties::default())?;
        let mut subjects: Vec<&str> = Vec::with_capacity(draft.subjects.len());
        for subject in draft.subjects.iter().map(|subject| subject.as_str()) {
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        let row = AwardTypeRow {
            id,
            code: HumanCode::parse("/code", &draft.code)?.into_string(),
            name: draft.name.clone(),
            name_en: draft.name_en.clone(),
            folded: text::fold(&format!("{} {} {}", draft.code, draft.name, draft.name_en)),
            family: draft.family,
            level: draft.level,
            subjects: subjects.join(" "),
            article: draft.article.clone(),
            article_verified: false,
            protocol_order: draft.protocol_order,
            version: 1,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        store::insert(tx, &row)?;
        external_ids::add(tx.conn(), Kind::AwardType, id.any(), &draft.external_ids)?;
        tx.made(Kind::AwardType, id.any(), parts::values(&draft));
        let view = view(tx.conn(), &eyes, &row)?;
        Made::of(&view, Some(row.version), format!("/api/v1/award-types/{id}")).map_err(inside)
    })
    .await
}
