//! A bloc year as shown: a line of a list, and whole with its members.

use serde::Serialize;
use thidua_domain::access::{Kind, Ties};
use thidua_domain::bloc_year::{BlocYearLife, BlocYearStatus, FEW_MEMBERS, Office, reference_day};
use thidua_domain::id::{BlocId, BlocMemberId, BlocYearId, UnitId};
use thidua_domain::lifecycle;
use thidua_domain::missing::Missing;
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::registration::RegistrationGate;
use thidua_domain::time::{Date, Instant};
use thidua_store::bloc_years::{self as store, BlocYearRow, MemberRow};
use thidua_store::conn::Conn;
use thidua_store::external_ids::{self, ExternalIds};
use thidua_store::{StoreError, refs};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::parts::{self, BlockedView, RefView, label};

/// A bloc year in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlocYearLine, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI-SKHDT/2021", "year": 2021,
    "bloc": {"id": "0198c0de-0000-7000-8000-000000000070", "code": "KHOI-SKHDT", "name": "Khối thi đua các Sở Kế hoạch và Đầu tư"},
    "status": "draft", "status_label": "Đang lập", "member_count": 11, "origin": "recorded", "fictional": false,
    "allowed_actions": ["open"], "external_ids": {}, "version": 1
}))]
pub(crate) struct BlocYearLine {
    /// Identifier.
    id: BlocYearId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// The year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: i32,
    /// The bloc.
    bloc: RefView,
    /// Where it stands.
    status: BlocYearStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// The leading unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    leader: Option<RefView>,
    /// Number of members today, or at the end of the year.
    #[schema(minimum = 0, maximum = 10000)]
    member_count: usize,
    /// Performed here or recorded.
    origin: Origin,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
}

/// A unit's place in a bloc year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlocMember, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000072",
    "unit": {"id": "0198c0de-0000-7000-8000-000000000020", "code": "SKHDT-DA-NANG", "name": "Sở Kế hoạch và Đầu tư thành phố Đà Nẵng"},
    "office": "member", "office_label": "Thành viên", "ordinal": 1
}))]
pub(crate) struct MemberView {
    /// Identifier.
    id: BlocMemberId,
    /// The unit, under the name it bore.
    unit: RefView,
    /// Its office.
    office: Office,
    /// The same in words.
    #[schema(max_length = 100)]
    office_label: String,
    /// Order of the founding document.
    ordinal: i32,
    /// First day; absent from the start of the year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    from_on: Option<Date>,
    /// Last day; absent to the end of the year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    to_on: Option<Date>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, nullable = false)]
    note: Option<String>,
}

/// A bloc year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlocYear, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000071", "code": "KHOI-SKHDT/2021", "year": 2021,
    "bloc": {"id": "0198c0de-0000-7000-8000-000000000070", "code": "KHOI-SKHDT", "name": "Khối thi đua các Sở Kế hoạch và Đầu tư"},
    "status": "draft", "status_label": "Đang lập", "registration_gate": "warn", "registration_gate_label": "Cảnh báo", "members": [], "member_count": 11, "origin": "recorded", "fictional": false,
    "allowed_actions": ["open"], "blocked": [{"action": "open", "action_label": "Mở năm thi đua", "code": "leader_missing", "code_label": "Chưa có khối trưởng"}], "missing": ["leader", "deputy", "organizer"], "missing_labels": ["Chưa có khối trưởng", "Chưa có khối phó", "Chưa ghi cơ quan tổ chức"],
    "advice": [], "external_ids": {}, "version": 1, "created_at": "2026-11-21T02:00:00Z", "updated_at": "2026-11-21T02:00:00Z"
}))]
pub(crate) struct BlocYearView {
    /// Identifier.
    id: BlocYearId,
    /// Code.
    #[schema(max_length = 64)]
    code: String,
    /// The year.
    #[schema(minimum = 1948, maximum = 2200)]
    year: i32,
    /// The bloc.
    bloc: RefView,
    /// Where it stands.
    status: BlocYearStatus,
    /// The same in words.
    #[schema(max_length = 100)]
    status_label: String,
    /// Document that forms it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<RefView>,
    /// What its members are scored on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    criteria_set: Option<RefView>,
    /// What becomes of members that have not submitted a registration of the year.
    registration_gate: RegistrationGate,
    /// The same in words.
    #[schema(max_length = 100)]
    registration_gate_label: String,
    /// Days for appeals after the ranking is published; absent where no last day is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 365, nullable = false)]
    appeal_days: Option<i32>,
    /// Whole months that a unit must have been a member of the year to be ranked; absent, any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 12, nullable = false)]
    ranked_from_months: Option<i32>,
    /// All places, in the order of the founding document.
    #[schema(max_items = 1000)]
    members: Vec<MemberView>,
    /// Number of members today, or at the end of the year.
    #[schema(minimum = 0, maximum = 10000)]
    member_count: usize,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, nullable = false)]
    note: Option<String>,
    /// Performed here or recorded.
    origin: Origin,
    /// Facts, where it was formed elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    fictional: bool,
    /// What this caller may do to it.
    #[schema(max_items = 20)]
    allowed_actions: Vec<String>,
    /// What a guard holds back.
    #[schema(max_items = 40)]
    blocked: Vec<BlockedView>,
    /// What is absent.
    #[schema(max_items = 20)]
    missing: Vec<Missing>,
    /// The same in words.
    #[schema(max_items = 20, max_length = 200)]
    missing_labels: Vec<String>,
    /// What is unusual, though allowed: `few_members`.
    #[schema(max_items = 20)]
    advice: Vec<String>,
    /// Version.
    #[schema(minimum = 1)]
    version: i64,
    /// Made.
    created_at: Instant,
    /// Changed.
    updated_at: Instant,
    /// What other systems call it.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    external_ids: ExternalIds,
}

pub(super) fn member_view(row: &MemberRow, names: &refs::Refs, eyes: &Eyes) -> MemberView {
    MemberView {
        id: row.id,
        unit: names.get(row.unit_id).into(),
        office: row.office,
        office_label: label(row.office, eyes.lang),
        ordinal: row.ordinal,
        from_on: row.from_on,
        to_on: row.to_on,
        note: row.note.clone(),
    }
}

pub(super) fn view(conn: &mut Conn, eyes: &Eyes, row: &BlocYearRow, ties: &Ties) -> Result<BlocYearView, StoreError> {
    let members = store::members_of(conn, row.id)?;
    let facts = store::facts(conn, row, &members, eyes.today)?;
    let day = reference_day(row.year, eyes.today);
    let units: Vec<UnitId> = members.iter().map(|member| member.unit_id).collect();
    let names = refs::units(conn, &units, day)?;
    let bloc = refs::blocs(conn, &[row.bloc_id])?.get(row.bloc_id).into();
    let documents: Vec<_> = row.document_id.into_iter().collect();
    let documents = refs::documents(conn, &documents)?;
    let sets: Vec<_> = row.criteria_set_id.into_iter().collect();
    let sets = refs::criteria_sets(conn, &sets)?;
    let few = (1..FEW_MEMBERS).contains(&facts.members);
    Ok(BlocYearView {
        id: row.id,
        code: row.code.clone(),
        year: row.year,
        bloc,
        status: row.status,
        status_label: label(row.status, eyes.lang),
        document: documents.opt(row.document_id).map(Into::into),
        criteria_set: sets.opt(row.criteria_set_id).map(Into::into),
        registration_gate: row.registration_gate,
        registration_gate_label: label(row.registration_gate, eyes.lang),
        appeal_days: row.appeal_days,
        ranked_from_months: row.ranked_from_months,
        member_count: facts.members,
        members: members.iter().map(|member| member_view(member, &names, eyes)).collect(),
        note: row.note.clone(),
        origin: row.origin,
        recorded: row.recorded.clone(),
        fictional: row.fictional,
        allowed_actions: parts::allowed::<BlocYearLife>(row.status, eyes, ties),
        blocked: parts::blocked(lifecycle::blocked::<BlocYearLife>(row.status, &facts, &eyes.who, ties), eyes.lang),
        missing_labels: parts::labels(&facts.missing(), eyes.lang),
        missing: facts.missing(),
        advice: if few { vec!["few_members".to_owned()] } else { Vec::new() },
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        external_ids: external_ids::of(conn, Kind::BlocYear, row.id.any())?,
    })
}

/// Lines of a list: a fixed number of queries.
pub(super) fn lines(conn: &mut Conn, eyes: &Eyes, rows: &[BlocYearRow]) -> Result<Vec<BlocYearLine>, StoreError> {
    let ids: Vec<BlocYearId> = rows.iter().map(|row| row.id).collect();
    let blocs: Vec<BlocId> = rows.iter().map(|row| row.bloc_id).collect();
    let any: Vec<_> = ids.iter().map(|id| id.any()).collect();
    let blocs = refs::blocs(conn, &blocs)?;
    let members = store::members_of_all(conn, &ids)?;
    let leaders: Vec<UnitId> = members.iter().filter(|member| member.office == Office::Leader).map(|member| member.unit_id).collect();
    let names = refs::units(conn, &leaders, eyes.today)?;
    let ties = parts::ties_of_all(conn, eyes, Kind::BlocYear, &any)?;
    let external = external_ids::of_all(conn, Kind::BlocYear, &any)?;
    Ok(rows
        .iter()
        .zip(&ties)
        .zip(external)
        .map(|((row, ties), external_ids)| {
            let day = reference_day(row.year, eyes.today);
            let present: Vec<&MemberRow> =
                members.iter().filter(|member| member.bloc_year_id == row.id && member.span().holds(day)).collect();
            BlocYearLine {
                id: row.id,
                code: row.code.clone(),
                year: row.year,
                bloc: blocs.get(row.bloc_id).into(),
                status: row.status,
                status_label: label(row.status, eyes.lang),
                leader: present.iter().find(|member| member.office == Office::Leader).map(|leader| names.get(leader.unit_id).into()),
                member_count: present.len(),
                origin: row.origin,
                fictional: row.fictional,
                allowed_actions: parts::allowed::<BlocYearLife>(row.status, eyes, ties),
                external_ids,
                version: row.version,
            }
        })
        .collect())
}
