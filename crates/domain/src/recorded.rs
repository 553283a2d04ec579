//! Performed here, or recorded from elsewhere: where an act comes from and what is known of it.

use serde::{Deserialize, Serialize};

use crate::dated::Precision;
use crate::id::FileId;
use crate::refusal::{Code, Refusal};
use crate::time::Date;
use crate::words;

words! {
    /// Whether the service saw the act happen.
    pub enum Origin in "origins" {
        Performed = "performed", "Thực hiện trên hệ thống", "Performed here";
        Recorded = "recorded", "Ghi lại từ nguồn khác", "Recorded from elsewhere";
    }
}

words! {
    /// Where a recorded act happened.
    pub enum RecordedFrom in "recorded-from" {
        Paper = "paper", "Văn bản giấy", "Paper";
        Meeting = "meeting", "Cuộc họp", "Meeting";
        Legacy = "legacy", "Hệ thống cũ", "Former system";
        OtherSystem = "other_system", "Hệ thống khác", "Another system";
    }
}

words! {
    /// In what capacity an official document or pledge is signed.
    pub enum SignMode in "sign-modes" {
        Own = "own", "Ký trực tiếp", "In one's own capacity";
        OnBehalf = "on_behalf", "TM. (thay mặt)", "TM.: on behalf of a collective";
        ForHead = "for_head", "KT. (ký thay)", "KT.: for the head, by a deputy";
        ByOrder = "by_order", "TL. (thừa lệnh)", "TL.: by order";
        Authorised = "authorised", "TUQ. (thừa ủy quyền)", "TUQ.: by written authorisation";
        Acting = "acting", "Q. (quyền)", "Q.: acting head";
    }
}

/// What is known of an act that was not performed here. It never counts as verified by the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "from": "meeting", "happened_on": "2021-04-24", "precision": "day",
    "by_position": "Giám đốc", "mode": "own"
})))]
pub struct Recorded {
    /// Where it happened.
    pub from: RecordedFrom,
    /// When it happened; never later than today.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub happened_on: Date,
    /// How exactly the date is known; `day` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// On whose behalf it was entered: the unit or body whose act it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub on_behalf_of: Option<String>,
    /// Name of the person who acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub by_name: Option<String>,
    /// Position of the person who acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub by_position: Option<String>,
    /// In what capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<SignMode>,
    /// The scan: a file that was uploaded before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<uuid::Uuid>))]
    pub file_id: Option<FileId>,
}

impl Recorded {
    /// Checks what holds for every recorded act.
    ///
    /// # Errors
    /// [`Code::DateInFuture`] or [`Code::DateTooEarly`] at `/recorded/happened_on`. Whether the file is
    /// there is for the store to tell.
    pub fn check(&self, today: Date) -> Result<(), Refusal> {
        crate::dated::happened("/recorded/happened_on", self.happened_on, today).map(|_| ())
    }

    /// Checks a recorded signature, which also needs somebody who signed.
    ///
    /// # Errors
    /// [`Code::RecordedIncomplete`] when neither name nor position is known.
    pub fn check_signature(&self, today: Date) -> Result<(), Refusal> {
        self.check(today)?;
        if self.by_name.is_none() && self.by_position.is_none() {
            return Err(Refusal::at("/recorded", Code::RecordedIncomplete));
        }
        Ok(())
    }

    /// What an edit makes of an act: its facts can be corrected and completed, but what was recorded never
    /// comes to look as if it had been performed here.
    ///
    /// # Errors
    /// [`Code::RecordedStays`], and whatever [`Self::check`] says.
    pub fn edited(before: Option<&Self>, after: Option<&Self>, today: Date) -> Result<Origin, Refusal> {
        match (before, after) {
            (_, Some(after)) => after.check(today).map(|()| Origin::Recorded),
            (Some(_), None) => Err(Refusal::at("/recorded", Code::RecordedStays)),
            (None, None) => Ok(Origin::Performed),
        }
    }

    /// The precision, with its default.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision.unwrap_or(Precision::Day)
    }
}
