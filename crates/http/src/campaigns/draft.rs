//! What can be said of a campaign, in drafts and in edits, and how it gets into the row.

use serde::{Deserialize, Serialize};
use thidua_domain::campaign::{CampaignForm, CampaignScope, CampaignStatus};
use thidua_domain::code::Code as HumanCode;
use thidua_domain::dated::{Precision, Span, not_after_today};
use thidua_domain::document::one_issuer;
use thidua_domain::id::{CampaignId, DocumentId, UnitId};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::Refusals;
use thidua_domain::time::Date;
use thidua_store::campaigns::CampaignRow;
use thidua_store::external_ids::ExternalIds;
use thidua_store::{StoreError, Tx, refs};
use utoipa::ToSchema;

use crate::parts::IdOrCode;

/// A new campaign.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CampaignDraft, example = json!({
    "code": "DN-NTM-2021", "title": "Đà Nẵng chung sức xây dựng nông thôn mới", "scope": "province", "form": "thematic", "issuer": "P34-DA-NANG",
    "from_on": "2021-01-01", "from_precision": "year", "to_on": "2025-12-31", "responds_to": ["CN-NTM-2021"], "owner": "P34-DA-NANG"
}))]
pub(crate) struct CampaignDraft {
    /// Code; made from the title when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HumanCode>)]
    pub(super) code: Option<String>,
    /// Title.
    #[schema(min_length = 1, max_length = 500)]
    pub(super) title: String,
    /// Slogan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    slogan: Option<String>,
    /// How far it reaches.
    scope: CampaignScope,
    /// Form.
    form: CampaignForm,
    /// What an older law or practice calls the form, such as “theo đợt”.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    legacy_label: Option<String>,
    /// The unit that launches it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) issuer: Option<String>,
    /// Who launches it, where no unit is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    issuer_name: Option<String>,
    /// When it was launched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    launched_on: Option<Date>,
    /// First day of its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from_precision: Option<Precision>,
    /// Last day of its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_precision: Option<Precision>,
    /// The document that launches it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: Option<String>,
    /// Higher campaigns it responds to: identifiers or codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<IdOrCode>)]
    pub(super) responds_to: Vec<String>,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: String,
    /// Facts of a launch that happened elsewhere; the campaign is then born launched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) recorded: Option<Recorded>,
    /// Made up for a demonstration or test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fictional: bool,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "ExternalIds::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What of a campaign can be edited while it is a draft.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CampaignEdit, example = json!({ "slogan": "Chung sức, chung lòng", "responds_to": ["CN-NTM-2021"] }))]
pub(crate) struct CampaignEdit {
    /// Code.
    #[schema(value_type = HumanCode)]
    pub(super) code: String,
    /// Title.
    #[schema(min_length = 1, max_length = 500)]
    pub(super) title: String,
    /// Slogan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    slogan: Option<String>,
    /// How far it reaches.
    scope: CampaignScope,
    /// Form.
    form: CampaignForm,
    /// What an older law or practice calls the form, such as “theo đợt”.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    legacy_label: Option<String>,
    /// The unit that launches it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) issuer: Option<String>,
    /// Who launches it, where no unit is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    issuer_name: Option<String>,
    /// When it was launched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    launched_on: Option<Date>,
    /// First day of its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from_precision: Option<Precision>,
    /// Last day of its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// How exactly it is known; `day` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_precision: Option<Precision>,
    /// The document that launches it: identifier or code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(super) document: Option<String>,
    /// Higher campaigns it responds to: identifiers or codes.
    #[serde(default)]
    #[schema(max_items = 20, value_type = Vec<IdOrCode>)]
    pub(super) responds_to: Vec<String>,
    /// The unit that keeps the record: identifier or code.
    #[schema(min_length = 1, max_length = 64)]
    pub(super) owner: String,
    /// What other systems call it.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub(super) external_ids: ExternalIds,
}

/// What a draft refers to.
pub(super) struct Places {
    /// The unit that keeps the record.
    pub(super) owner: UnitId,
    /// The unit that launches it.
    pub(super) issuer: Option<UnitId>,
    /// The document that launches it.
    pub(super) document: Option<DocumentId>,
}

/// Finds what a draft refers to.
pub(super) fn named(tx: &mut Tx<'_>, edit: &CampaignEdit) -> Result<Places, StoreError> {
    Ok(Places {
        owner: refs::find_unit(tx.conn(), "/owner", &edit.owner)?,
        issuer: refs::optional(tx.conn(), refs::find_unit, "/issuer", edit.issuer.as_deref())?,
        document: refs::optional(tx.conn(), refs::find_document, "/document", edit.document.as_deref())?,
    })
}

/// Checks what can be said of a campaign and puts it into the row.
pub(super) fn fill(tx: &Tx<'_>, row: &mut CampaignRow, edit: &CampaignEdit, named: &Places) -> Result<(), StoreError> {
    let mut refusals = Refusals::default();
    refusals.take(HumanCode::parse("/code", &edit.code));
    refusals.take(one_issuer(edit.issuer.as_deref(), edit.issuer_name.as_deref()));
    refusals.take(Span { from_on: edit.from_on, to_on: edit.to_on }.check());
    if let Some(on) = edit.launched_on {
        refusals.take(not_after_today("/launched_on", on, tx.today()));
    }
    refusals.done()?;
    row.code.clone_from(&edit.code);
    row.title.clone_from(&edit.title);
    row.slogan.clone_from(&edit.slogan);
    row.scope = edit.scope;
    row.form = edit.form;
    row.legacy_label.clone_from(&edit.legacy_label);
    row.issuer_id = named.issuer;
    row.issuer_name.clone_from(&edit.issuer_name);
    row.launched_on = edit.launched_on;
    row.from_on = edit.from_on;
    row.from_precision = edit.from_on.map(|_| edit.from_precision.unwrap_or(Precision::Day));
    row.to_on = edit.to_on;
    row.to_precision = edit.to_on.map(|_| edit.to_precision.unwrap_or(Precision::Day));
    row.document_id = named.document;
    row.owner_id = named.owner;
    row.key();
    Ok(())
}

impl CampaignDraft {
    pub(super) fn edit(&self, code: String) -> CampaignEdit {
        CampaignEdit {
            code,
            title: self.title.clone(),
            slogan: self.slogan.clone(),
            scope: self.scope,
            form: self.form,
            legacy_label: self.legacy_label.clone(),
            issuer: self.issuer.clone(),
            issuer_name: self.issuer_name.clone(),
            launched_on: self.launched_on,
            from_on: self.from_on,
            from_precision: self.from_precision,
            to_on: self.to_on,
            to_precision: self.to_precision,
            document: self.document.clone(),
            responds_to: self.responds_to.clone(),
            owner: self.owner.clone(),
            external_ids: self.external_ids.clone(),
        }
    }
}

pub(super) fn blank(tx: &Tx<'_>, id: CampaignId, draft: &CampaignDraft, owner_id: UnitId) -> CampaignRow {
    CampaignRow {
        id,
        code: String::new(),
        title: String::new(),
        folded: String::new(),
        collation_key: String::new(),
        slogan: None,
        scope: draft.scope,
        form: draft.form,
        legacy_label: None,
        issuer_id: None,
        issuer_name: None,
        launched_on: None,
        from_on: None,
        from_precision: None,
        to_on: None,
        to_precision: None,
        document_id: None,
        owner_id,
        status: CampaignStatus::Draft,
        origin: Origin::Performed,
        recorded: None,
        fictional: draft.fictional,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

pub(super) fn edit_of(row: &CampaignRow, responds_to: &[(CampaignId, CampaignId)], external_ids: ExternalIds) -> CampaignEdit {
    CampaignEdit {
        code: row.code.clone(),
        title: row.title.clone(),
        slogan: row.slogan.clone(),
        scope: row.scope,
        form: row.form,
        legacy_label: row.legacy_label.clone(),
        issuer: row.issuer_id.map(|id| id.to_string()),
        issuer_name: row.issuer_name.clone(),
        launched_on: row.launched_on,
        from_on: row.from_on,
        from_precision: row.from_precision,
        to_on: row.to_on,
        to_precision: row.to_precision,
        document: row.document_id.map(|id| id.to_string()),
        responds_to: responds_to.iter().map(|(_, higher)| higher.to_string()).collect(),
        owner: row.owner_id.to_string(),
        external_ids,
    }
}
