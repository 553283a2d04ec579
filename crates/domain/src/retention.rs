//! How long what is kept stays: one row for each class of data, its time, and what an installation may
//! set it to. What is found too old, and how it is forgotten, lives in `thidua-store`.

use crate::file::LOOSE_SECONDS;
use crate::session::{FORGET_SECONDS, IDEMPOTENCY_HOURS};
use crate::time::Instant;
use crate::vocabulary::{Bilingual, Word};
use crate::words;

words! {
    /// A class of data that is kept for one time.
    pub enum RetentionClass in "retention-classes" {
        IdempotentAnswers = "idempotent_answers", "Câu trả lời giữ theo khóa Idempotency-Key", "Answers kept under an Idempotency-Key";
        Sessions = "sessions", "Phiên đăng nhập đã kết thúc", "Sessions that ended";
        ClientAssertions = "client_assertions", "Xác nhận đã dùng của tài khoản dịch vụ", "Used assertions of service accounts";
        SignInStates = "sign_in_states", "Lần đăng nhập một lần đã dùng", "Used states of sign-ins through an issuer";
        SigningKeys = "signing_keys", "Khóa ký không còn dùng để kiểm tra", "Signing keys that verify nothing any more";
        Jobs = "jobs", "Công việc nền đã kết thúc", "Jobs that ended";
        LooseFiles = "loose_files", "Tệp không gắn với gì", "Files linked to nothing";
        EventValues = "event_values", "Giá trị trước và sau, lý do trong lịch sử", "Values before and after, and reasons, in the history";
        Events = "events", "Nhật ký: ai làm gì, khi nào", "The log: who did what, and when";
        Records = "records", "Hồ sơ: đơn vị, người, văn bản, phong trào, khối, giao ước", "Records: units, people, documents, campaigns, blocs, pledges";
    }
}

const DAY: i64 = 24 * 3600;
/// The longest time that can be set, in days: a hundred years.
const LONGEST: i64 = 36_525;

/// What an installation may set the time of a class to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Nothing else: the service counts on this time.
    None,
    /// Days, from the first to the second.
    Days(i64, i64),
    /// Days, at least so many, or for good.
    DaysOrForGood(i64),
}

/// A row of the table as it comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// What is kept.
    pub class: RetentionClass,
    /// For how many seconds; `None` for good.
    pub seconds: Option<i64>,
    /// What the time is counted from.
    pub from: Bilingual,
    /// What else it may be set to.
    pub choice: Choice,
    /// Why so long.
    pub basis: Bilingual,
}

/// What comes with the program. The archives' own times for papers of awards (TT 10/2022/TT-BNV: about 20
/// years at a province) bound the history from below; they are to be confirmed under the archive law 33/2024/QH15.
pub const RETENTION: &[Retention] = &[
    Retention {
        class: RetentionClass::IdempotentAnswers,
        seconds: Some(IDEMPOTENCY_HOURS * 3600),
        from: Bilingual { vi: "lúc trả lời", en: "the answer" },
        choice: Choice::None,
        basis: Bilingual {
            vi: "bên gọi dựa vào thời hạn này để gửi lại an toàn", en: "callers count on it to send again safely"
        },
    },
    Retention {
        class: RetentionClass::Sessions,
        seconds: Some(FORGET_SECONDS),
        from: Bilingual { vi: "lúc phiên kết thúc", en: "the end of the session" },
        choice: Choice::Days(1, 365),
        basis: Bilingual {
            vi: "để người dùng thấy các lần đăng nhập gần đây", en: "for people to see their latest sign-ins"
        },
    },
    Retention {
        class: RetentionClass::ClientAssertions,
        seconds: Some(0),
        from: Bilingual { vi: "lúc xác nhận hết hạn", en: "the expiry of the assertion" },
        choice: Choice::None,
        basis: Bilingual {
            vi: "trước đó không được dùng lần thứ hai; sau đó không dùng được nữa",
            en: "until then it must not serve twice; afterwards it serves no more",
        },
    },
    Retention {
        class: RetentionClass::SignInStates,
        seconds: Some(0),
        from: Bilingual { vi: "lúc lần đăng nhập hết hạn", en: "the expiry of the state" },
        choice: Choice::None,
        basis: Bilingual {
            vi: "trước đó không được dùng lần thứ hai; sau đó không dùng được nữa",
            en: "until then it must not serve twice; afterwards it serves no more",
        },
    },
    Retention {
        class: RetentionClass::SigningKeys,
        seconds: Some(0),
        from: Bilingual { vi: "lúc khóa hết kiểm tra được gì", en: "when nothing is verified with the key any more" },
        choice: Choice::None,
        basis: Bilingual { vi: "khóa cũ không còn việc gì để giữ", en: "an old key has nothing left to do" },
    },
    Retention {
        class: RetentionClass::Jobs,
        seconds: Some(30 * DAY),
        from: Bilingual { vi: "lúc công việc kết thúc", en: "the end of the job" },
        choice: Choice::Days(1, 3650),
        basis: Bilingual { vi: "để người quản trị xem lại", en: "for administrators to look back at" },
    },
    Retention {
        class: RetentionClass::LooseFiles,
        seconds: Some(LOOSE_SECONDS),
        from: Bilingual {
            vi: "lúc tải lên, hoặc lúc gỡ chỗ gắn cuối cùng", en: "the upload, or when the last link was taken away"
        },
        choice: Choice::None,
        basis: Bilingual {
            vi: "tệp chờ được gắn vào văn bản trong một ngày", en: "a file waits for a day to be linked to something"
        },
    },
    Retention {
        class: RetentionClass::EventValues,
        seconds: Some(7305 * DAY),
        from: Bilingual { vi: "lúc thay đổi", en: "the change" },
        choice: Choice::DaysOrForGood(365),
        basis: Bilingual {
            vi: "thời hạn lưu hồ sơ khen thưởng cấp tỉnh, TT 10/2022/TT-BNV (cần đối chiếu Luật Lưu trữ 33/2024/QH15)",
            en: "as long as papers of a province's awards, TT 10/2022/TT-BNV (to be confirmed under the archive law 33/2024/QH15)",
        },
    },
    Retention {
        class: RetentionClass::Events,
        seconds: None,
        from: Bilingual { vi: "lúc xảy ra", en: "the event" },
        choice: Choice::None,
        basis: Bilingual {
            vi: "nhật ký không chứa dữ liệu cá nhân và không bị cắt",
            en: "the log holds no personal values and is never cut",
        },
    },
    Retention {
        class: RetentionClass::Records,
        seconds: None,
        from: Bilingual { vi: "lúc lập", en: "their making" },
        choice: Choice::None,
        basis: Bilingual {
            vi: "thành tích và danh hiệu được xét theo cả quá trình",
            en: "merits and titles are judged over the whole past",
        },
    },
];

/// What is wrong with written times.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "times to keep are a list such as `sessions=30,jobs=90,event_values=forever`: sessions 1 to 365 days, jobs 1 to 3650, event_values 365 or more, or forever"
)]
pub struct BadRetention;

/// The times in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RetentionTimes(Vec<(RetentionClass, Option<i64>)>);

impl std::str::FromStr for RetentionTimes {
    type Err = BadRetention;
    fn from_str(text: &str) -> Result<Self, BadRetention> {
        let mut set = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(BadRetention)?;
            let class = RetentionClass::parse(name.trim()).ok_or(BadRetention)?;
            if set.iter().any(|(other, _)| *other == class) {
                return Err(BadRetention);
            }
            set.push((class, chosen(class, value.trim())?));
        }
        Ok(Self(set))
    }
}

fn chosen(class: RetentionClass, value: &str) -> Result<Option<i64>, BadRetention> {
    let choice = RETENTION.iter().find(|row| row.class == class).map_or(Choice::None, |row| row.choice);
    let (least, most) = match (choice, value) {
        (Choice::None, _) => return Err(BadRetention),
        (Choice::DaysOrForGood(_), "forever") => return Ok(None),
        (Choice::DaysOrForGood(least), _) => (least, LONGEST),
        (Choice::Days(least, most), _) => (least, most),
    };
    let days: i64 = value.parse().map_err(|_| BadRetention)?;
    if (least..=most).contains(&days) { Ok(Some(days * DAY)) } else { Err(BadRetention) }
}

impl RetentionTimes {
    /// For how many seconds a class is kept here; `None` for good.
    #[must_use]
    pub fn seconds(&self, class: RetentionClass) -> Option<i64> {
        let set = self.0.iter().find(|(other, _)| *other == class).map(|(_, seconds)| *seconds);
        set.unwrap_or_else(|| RETENTION.iter().find(|row| row.class == class).and_then(|row| row.seconds))
    }

    /// What of a class counts from before this moment is too old; `None` where nothing ever is.
    #[must_use]
    pub fn before(&self, class: RetentionClass, now: Instant) -> Option<Instant> {
        self.seconds(class).map(|seconds| now.plus_seconds(-seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_one_row() {
        for class in RetentionClass::ALL {
            assert_eq!(RETENTION.iter().filter(|row| row.class == *class).count(), 1, "{class:?}");
        }
    }

    #[test]
    fn an_installation_sets_what_may_be_set() {
        let times: RetentionTimes = "sessions=30, event_values=forever".parse().unwrap();
        assert_eq!(times.seconds(RetentionClass::Sessions), Some(30 * DAY));
        assert_eq!(times.seconds(RetentionClass::EventValues), None);
        assert_eq!(times.seconds(RetentionClass::Jobs), Some(30 * DAY));
        assert_eq!("".parse::<RetentionTimes>().unwrap(), RetentionTimes::default());
    }

    #[test]
    fn nothing_else_is_set() {
        let wrong = [
            "sessions",
            "sessions=0",
            "sessions=366",
            "sessions=forever",
            "jobs=-1",
            "events=10",
            "records=1",
            "idempotent_answers=1",
            "event_values=364",
            "event_values=36526",
            "event_values=99999999999999999999",
            "event_values=",
            "mail=3",
            "jobs=1,jobs=2",
        ];
        for wrong in wrong {
            assert_eq!(wrong.parse::<RetentionTimes>(), Err(BadRetention), "{wrong}");
        }
    }
}
