//! Dated parts as they are sent and shown.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thidua_domain::id::UnitPartId;
use thidua_domain::time::Date;
use thidua_domain::unit::{CodeSystem, UnitRelationKind};
use thidua_store::units::{CodeRow, NameRow, Part};
use utoipa::ToSchema;

use crate::parts::{self, RefView};

/// A name in its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitName, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000030", "name": "Tỉnh Thừa Thiên Huế", "short_name": "Thừa Thiên Huế", "to_on": "2024-12-31", "alias": false
}))]
pub(crate) struct NameView {
    /// Identifier.
    pub(super) id: UnitPartId,
    /// Official name.
    #[schema(max_length = 300)]
    pub(super) name: String,
    /// Short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    pub(super) short_name: Option<String>,
    /// English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, nullable = false)]
    pub(super) name_en: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) to_on: Option<Date>,
    /// Another spelling beside the official name.
    pub(super) alias: bool,
}

/// A name to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitNameDraft, example = json!({ "name": "Thành phố Huế", "short_name": "Huế", "from_on": "2025-01-01" }))]
pub(crate) struct NameDraft {
    /// Official name.
    #[schema(min_length = 1, max_length = 300)]
    pub(super) name: String,
    /// Short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub(super) short_name: Option<String>,
    /// English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    pub(super) name_en: Option<String>,
    /// First day; the name before ends the day before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) to_on: Option<Date>,
    /// Another spelling beside the official name.
    #[serde(default)]
    pub(super) alias: bool,
    /// Deciding document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: Option<String>,
}

/// A code in its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitCode, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000031", "system": "national", "code": "000.00.00.H47", "normal_code": "H47", "verified": true
}))]
pub(crate) struct CodeView {
    /// Identifier.
    pub(super) id: UnitPartId,
    /// In which system.
    pub(super) system: CodeSystem,
    /// As written.
    #[schema(max_length = 64)]
    pub(super) code: String,
    /// In its one normal form.
    #[schema(max_length = 64)]
    pub(super) normal_code: String,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) to_on: Option<Date>,
    /// Whether a public source confirms it.
    pub(super) verified: bool,
}

/// A code to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitCodeDraft, example = json!({ "system": "national", "code": "000.00.00.H47", "verified": true }))]
pub(crate) struct CodeDraft {
    /// In which system.
    pub(super) system: CodeSystem,
    /// As written; both national forms are understood.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) code: String,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) to_on: Option<Date>,
    /// Whether a public source confirms it.
    #[serde(default)]
    pub(super) verified: bool,
}

/// A relation in its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitRelation, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000032", "kind": "location", "kind_label": "Đóng trên địa bàn",
    "upper": {"id": "0198c0de-0000-7000-8000-000000000021", "code": "P63-QUANG-NAM", "name": "Tỉnh Quảng Nam"}
}))]
pub(crate) struct RelationView {
    /// Identifier.
    pub(super) id: UnitPartId,
    /// In what sense.
    pub(super) kind: UnitRelationKind,
    /// The same in words.
    #[schema(max_length = 200)]
    pub(super) kind_label: String,
    /// The upper unit.
    pub(super) upper: RefView,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) to_on: Option<Date>,
}

/// A relation to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitRelationDraft, example = json!({ "kind": "administrative", "upper": "UBND-DA-NANG" }))]
pub(crate) struct RelationDraft {
    /// In what sense.
    pub(super) kind: UnitRelationKind,
    /// The upper unit: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) upper: String,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) to_on: Option<Date>,
    /// Deciding document: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: Option<String>,
}

/// An emulation officer in their time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitOfficer, example = json!({
    "id": "0198c0de-0000-7000-8000-000000000033",
    "person": {"id": "0198c0de-0000-7000-8000-000000000040", "code": "NV-001", "name": "Nguyễn Thị Lan (giả định)"}, "duty": "Chuyên viên thi đua"
}))]
pub(crate) struct OfficerView {
    /// Identifier.
    pub(super) id: UnitPartId,
    /// Who.
    pub(super) person: RefView,
    /// Duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, nullable = false)]
    pub(super) duty: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub(super) to_on: Option<Date>,
}

/// An emulation officer to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitOfficerDraft, example = json!({ "person": "NV-001", "duty": "Chuyên viên thi đua" }))]
pub(crate) struct OfficerDraft {
    /// Who: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) person: String,
    /// Duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub(super) duty: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) from_on: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(super) to_on: Option<Date>,
}

/// The last day of a dated part.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndDraft, example = json!({ "to_on": "2025-06-30" }))]
pub(crate) struct EndDraft {
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub(super) to_on: Date,
}

pub(super) fn name_view(row: NameRow) -> NameView {
    NameView {
        id: row.id,
        name: row.name,
        short_name: row.short_name,
        name_en: row.name_en,
        from_on: row.from_on,
        to_on: row.to_on,
        alias: row.alias,
    }
}

pub(super) fn code_view(row: CodeRow) -> CodeView {
    CodeView {
        id: row.id,
        system: row.system,
        code: row.code,
        normal_code: row.normal_code,
        from_on: row.from_on,
        to_on: row.to_on,
        verified: row.verified,
    }
}

/// A part as it would be sent, under the name of its list: for events.
pub(super) fn draft_of(part: &Part) -> Value {
    let id = part.id().any();
    match part {
        Part::Name(row) => json!({ "names": parts::named(id, &NameDraft {
            name: row.name.clone(),
            short_name: row.short_name.clone(),
            name_en: row.name_en.clone(),
            from_on: row.from_on,
            to_on: row.to_on,
            alias: row.alias,
            document: row.document_id.map(|document| document.to_string()),
        }) }),
        Part::Code(row) => json!({ "codes": parts::named(id, &CodeDraft {
            system: row.system,
            code: row.code.clone(),
            from_on: row.from_on,
            to_on: row.to_on,
            verified: row.verified,
        }) }),
        Part::Relation(row) => json!({ "relations": parts::named(id, &RelationDraft {
            kind: row.kind,
            upper: row.upper_id.to_string(),
            from_on: row.from_on,
            to_on: row.to_on,
            document: row.document_id.map(|document| document.to_string()),
        }) }),
        Part::Officer(row) => json!({ "officers": parts::named(id, &OfficerDraft {
            person: row.person_id.to_string(),
            duty: row.duty.clone(),
            from_on: row.from_on,
            to_on: row.to_on,
        }) }),
    }
}
