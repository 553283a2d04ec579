//! What a record may still lack: facts that no rule demands when it is made, and that stay listed until they are filled
//! in. Which of them a record lacks is told by its noun.

use crate::words;

words! {
    /// A fact that is still absent.
    pub enum Missing in "missing-facts" {
        Members = "members", "Chưa có đơn vị thành viên", "No member units";
        Leader = "leader", "Chưa có khối trưởng", "No leader";
        Deputy = "deputy", "Chưa có khối phó", "No deputy";
        Organizer = "organizer", "Chưa ghi cơ quan tổ chức", "No organizer";
        Document = "document", "Chưa ghi văn bản", "No document";
        Contents = "contents", "Chưa có nội dung thi đua", "No contents";
        SignBy = "sign_by", "Chưa có hạn ký", "No day to sign by";
        Meeting = "meeting", "Chưa ghi cuộc họp ký kết", "No meeting";
        Minutes = "minutes", "Chưa có biên bản", "No minutes";
        Attendance = "attendance", "Chưa có thành phần dự họp", "No attendance";
        Place = "place", "Chưa ghi địa điểm", "No place";
        LaunchedOn = "launched_on", "Chưa ghi ngày phát động", "No day of the launch";
        FromOn = "from_on", "Chưa ghi ngày bắt đầu", "No first day";
        ToOn = "to_on", "Chưa ghi ngày kết thúc", "No last day";
        Issuer = "issuer", "Chưa ghi cơ quan ban hành", "No issuer";
        Number = "number", "Chưa ghi số", "No number";
        Symbol = "symbol", "Chưa ghi ký hiệu", "No sign";
        IssuedOn = "issued_on", "Chưa ghi ngày ban hành", "No date of issue";
        Signer = "signer", "Chưa ghi người ký", "No signer";
        Grants = "grants", "Chưa có vai trò nào còn hiệu lực", "No role in force";
        Items = "items", "Chưa đăng ký danh hiệu nào", "Nothing registered";
        RegisterBy = "register_by", "Chưa có hạn đăng ký", "No day to register by";
        Entries = "entries", "Chưa đủ điểm của các mục", "Items without an entry";
        IndexResults = "index_results", "Chờ công bố chỉ số", "Indices not yet published";
        Credentials = "credentials", "Chưa có bí mật hay khóa công khai", "No secret and no public key";
    }
}

/// Those of a list that are not there, in its order.
pub fn absent(facts: impl IntoIterator<Item = (Missing, bool)>) -> Vec<Missing> {
    facts.into_iter().filter_map(|(fact, there)| (!there).then_some(fact)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_missing() {
        let facts = [(Missing::Leader, false), (Missing::Members, true), (Missing::Deputy, false)];
        assert_eq!(absent(facts), [Missing::Leader, Missing::Deputy]);
    }
}
