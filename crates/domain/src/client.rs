//! Service accounts, called clients: programs of offices that work with the service by themselves. What
//! their tokens may be used for, how long these last, and the life of a client.
//!
//! A client stands on an account without a password; whatever it may do follows from the one grant of that
//! account, within its unit (see `access`), and from the scopes here: both must allow an act. Secrets, keys
//! and tokens are made and checked in `thidua-http`.

use std::fmt;

use crate::access::{Kind, Verb};
use crate::lifecycle::{Life, Step};
use crate::session::LONGEST_SECONDS;
use crate::time::{Date, Instant};
use crate::user::UserStatus;
use crate::vocabulary::Word;
use crate::words;

words! {
    /// What a token of a client serves for: reading or writing one sort of resource. Writing does not
    /// include reading. What no scope names is for people alone.
    pub enum ClientScope in "client-scopes" {
        UnitsRead = "units:read", "Đọc đơn vị", "Read units";
        UnitsWrite = "units:write", "Ghi đơn vị", "Write units";
        PeopleRead = "people:read", "Đọc cá nhân", "Read people";
        PeopleWrite = "people:write", "Ghi cá nhân", "Write people";
        HouseholdsRead = "households:read", "Đọc hộ gia đình", "Read households";
        HouseholdsWrite = "households:write", "Ghi hộ gia đình", "Write households";
        DelegationsRead = "delegations:read", "Đọc ủy quyền", "Read delegations";
        DocumentsRead = "documents:read", "Đọc văn bản", "Read documents";
        DocumentsWrite = "documents:write", "Ghi văn bản", "Write documents";
        FilesRead = "files:read", "Đọc tệp", "Read files";
        FilesWrite = "files:write", "Ghi tệp", "Write files";
        CampaignsRead = "campaigns:read", "Đọc phong trào thi đua", "Read campaigns";
        CampaignsWrite = "campaigns:write", "Ghi phong trào thi đua", "Write campaigns";
        AwardTypesRead = "award_types:read", "Đọc danh hiệu, hình thức khen thưởng", "Read award types";
        IndicesRead = "indices:read", "Đọc chỉ số", "Read indices";
        IndicesWrite = "indices:write", "Ghi chỉ số", "Write indices";
        IndexResultsRead = "index_results:read", "Đọc kết quả chỉ số", "Read index results";
        IndexResultsWrite = "index_results:write", "Ghi kết quả chỉ số", "Write index results";
        CriteriaSetsRead = "criteria_sets:read", "Đọc bảng điểm", "Read criteria sets";
        CriteriaSetsWrite = "criteria_sets:write", "Ghi bảng điểm", "Write criteria sets";
        ScoresheetsRead = "scoresheets:read", "Đọc phiếu chấm điểm", "Read score sheets";
        ScoresheetsWrite = "scoresheets:write", "Ghi phiếu chấm điểm", "Write score sheets";
        AppealsRead = "appeals:read", "Đọc kiến nghị về điểm", "Read appeals";
        AppealsWrite = "appeals:write", "Ghi kiến nghị về điểm", "Write appeals";
        BlocsRead = "blocs:read", "Đọc cụm, khối thi đua", "Read blocs";
        BlocsWrite = "blocs:write", "Ghi cụm, khối thi đua", "Write blocs";
        BlocYearsRead = "bloc_years:read", "Đọc năm thi đua của khối", "Read bloc years";
        BlocYearsWrite = "bloc_years:write", "Ghi năm thi đua của khối", "Write bloc years";
        MeetingsRead = "meetings:read", "Đọc cuộc họp của khối", "Read meetings";
        MeetingsWrite = "meetings:write", "Ghi cuộc họp của khối", "Write meetings";
        PledgesRead = "pledges:read", "Đọc giao ước thi đua", "Read pledges";
        PledgesWrite = "pledges:write", "Ghi giao ước thi đua", "Write pledges";
        RegistrationsRead = "registrations:read", "Đọc đăng ký thi đua", "Read registrations";
        RegistrationsWrite = "registrations:write", "Ghi đăng ký thi đua", "Write registrations";
    }
}

impl ClientScope {
    /// The scope that an operation asks for, by the noun of its path (`bloc-years`) and whether it writes;
    /// nothing for what belongs to people.
    #[must_use]
    pub fn of_operation(noun: &str, writes: bool) -> Option<Self> {
        Self::parse(&format!("{}:{}", noun.replace('-', "_"), if writes { "write" } else { "read" }))
    }

    /// The scope of reading the same sort of resource.
    #[must_use]
    pub fn of_reading(self) -> Self {
        self.as_str().split_once(':').and_then(|(noun, _)| Self::of_operation(noun, false)).unwrap_or(self)
    }
}

/// Scopes, each once, in the order of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Vec<ClientScope>);

impl Scopes {
    /// Reads scopes as they stand in a request: words with single blanks between (RFC 6749, 3.3). Nothing
    /// when a word is no scope.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.split(' ').map(ClientScope::parse).collect::<Option<Vec<_>>>().map(Self::from)
    }

    /// Whether a scope is among them.
    #[must_use]
    pub fn has(&self, scope: ClientScope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether all of them are among others.
    #[must_use]
    pub fn within(&self, others: &Self) -> bool {
        self.0.iter().all(|scope| others.has(*scope))
    }

    /// Each of them.
    #[must_use]
    pub fn list(&self) -> &[ClientScope] {
        &self.0
    }
}

impl From<Vec<ClientScope>> for Scopes {
    fn from(mut scopes: Vec<ClientScope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            write!(f, "{}{}", if place > 0 { " " } else { "" }, scope.as_str())?;
        }
        Ok(())
    }
}

/// Secrets that a client has at once: the present one, and the next while one follows the other.
pub const SECRETS_MOST: usize = 2;
/// Seconds for which a token of a client lasts, unless said otherwise.
pub const TOKEN_SECONDS: i32 = 600;
/// Seconds ahead of which an assertion signed by a client must end; as long is its `jti` remembered.
pub const ASSERTION_SECONDS: i64 = 3600;
/// Seconds by which the clock of a client may be ahead.
pub const SKEW_SECONDS: i64 = 60;
/// Seconds between two notes of when a client was last seen.
pub const SEEN_SECONDS: u64 = 60;

/// Until when a token that is asked for now lasts: as long as the client's tokens do, and not beyond the last
/// day of the client. Nothing when that day is over.
#[must_use]
pub fn token_ends(now: Instant, seconds: i32, expires_on: Option<Date>) -> Option<Instant> {
    // A key that signs no more verifies as long as the longest token lasts.
    let wanted = now.plus_seconds(i64::from(seconds).min(LONGEST_SECONDS));
    let ends = expires_on.map_or(wanted, |day| wanted.min(Instant::end_of(day)));
    (now < ends).then_some(ends)
}

/// The life of a client: that of the account it stands on.
#[derive(Debug)]
pub enum ClientLife {}

const fn step(from: &'static [UserStatus], verb: Verb, to: Option<UserStatus>, reason: bool) -> Step<UserStatus, ()> {
    Step { from, verb, to, guards: &[], reason, confirm: false, automatic: false }
}

impl Life for ClientLife {
    type State = UserStatus;
    type Facts = ();
    const KIND: Kind = Kind::Client;
    const BORN: UserStatus = UserStatus::Active;
    const STEPS: &'static [Step<UserStatus, ()>] = &[
        step(&[UserStatus::Active], Verb::Deactivate, Some(UserStatus::Deactivated), true),
        step(&[UserStatus::Deactivated], Verb::Activate, Some(UserStatus::Active), true),
        step(&[UserStatus::Active, UserStatus::Deactivated], Verb::Edit, None, false),
        step(&[UserStatus::Active], Verb::AddSecret, None, false),
        step(&[UserStatus::Active, UserStatus::Deactivated], Verb::EndSecret, None, false),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        let scopes = Scopes::parse("pledges:read units:read units:read").unwrap();
        assert_eq!(scopes.to_string(), "units:read pledges:read");
        assert!(scopes.within(&Scopes::from(ClientScope::ALL.to_vec())) && !Scopes::from(ClientScope::ALL.to_vec()).within(&scopes));
        for not in ["", " ", "units", "units:read  people:read", "users:read", "UNITS:READ", "units:read,people:read"] {
            assert_eq!(Scopes::parse(not), None, "{not:?}");
        }
        assert_eq!(ClientScope::of_operation("bloc-years", true), Some(ClientScope::BlocYearsWrite));
        for personal in ["me", "users", "clients", "auth", "oauth", "jobs", "events"] {
            assert_eq!(ClientScope::of_operation(personal, false), None, "{personal}");
        }
    }

    #[test]
    fn a_token_ends_with_its_client() {
        let now = Instant::new("2026-11-27T16:50:00Z".parse().unwrap());
        let day = |text: &str| Some(text.parse().unwrap());
        assert_eq!(token_ends(now, 600, None), Some(now.plus_seconds(600)));
        assert_eq!(token_ends(now, 3600, day("2026-11-27")), Some(now.plus_seconds(600)), "the day ends at midnight in Hanoi");
        assert_eq!(token_ends(now, 60, day("2026-11-27")), Some(now.plus_seconds(60)));
        assert_eq!(token_ends(now, 60, day("2026-11-26")), None);
    }
}
