//! Emulation campaigns: scope, form and the first part of their life.

use crate::access::{Kind, Verb};
use crate::lifecycle::{Life, Step};
use crate::words;

words! {
    /// How far a campaign reaches (Law on Emulation and Commendation 06/2022/QH15, article 16).
    pub enum CampaignScope in "campaign-scopes" {
        Nationwide = "nationwide", "Toàn quốc", "Nationwide";
        Sector = "sector", "Bộ, ban, ngành, đoàn thể", "Ministry, branch or mass organisation";
        Province = "province", "Tỉnh, thành phố", "Province";
        Commune = "commune", "Cấp xã", "Commune";
        Bloc = "bloc", "Cụm, khối thi đua", "Bloc";
        Agency = "agency", "Cơ quan, đơn vị", "Agency or unit";
    }
}

words! {
    /// Form of a campaign (article 16).
    pub enum CampaignForm in "campaign-forms" {
        Regular = "regular", "Thường xuyên", "Regular";
        Thematic = "thematic", "Theo chuyên đề", "Thematic";
    }
}

words! {
    /// Where a campaign stands.
    pub enum CampaignStatus in "campaign-statuses" {
        Draft = "draft", "Dự thảo", "Draft";
        Launched = "launched", "Đã phát động", "Launched";
        Closed = "closed", "Kết thúc", "Closed";
        Cancelled = "cancelled", "Đã hủy", "Cancelled";
    }
}

/// The life of a campaign.
#[derive(Debug)]
pub enum CampaignLife {}

const fn step(from: &'static [CampaignStatus], verb: Verb, to: Option<CampaignStatus>) -> Step<CampaignStatus, ()> {
    Step { from, verb, to, guards: &[], reason: false, confirm: false, automatic: false }
}

/// A step to a state that nothing leads out of.
const fn last(from: &'static [CampaignStatus], verb: Verb, to: CampaignStatus, reason: bool) -> Step<CampaignStatus, ()> {
    Step { from, verb, to: Some(to), guards: &[], reason, confirm: true, automatic: false }
}

impl Life for CampaignLife {
    type State = CampaignStatus;
    type Facts = ();
    const KIND: Kind = Kind::Campaign;
    const BORN: CampaignStatus = CampaignStatus::Draft;
    const STEPS: &'static [Step<CampaignStatus, ()>] = &[
        step(&[CampaignStatus::Draft], Verb::Edit, None),
        step(&[CampaignStatus::Draft], Verb::Launch, Some(CampaignStatus::Launched)),
        last(&[CampaignStatus::Launched], Verb::Close, CampaignStatus::Closed, false),
        last(&[CampaignStatus::Draft, CampaignStatus::Launched], Verb::Cancel, CampaignStatus::Cancelled, true),
    ];
}
