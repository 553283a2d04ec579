//! Rows of the route table about people: who they are, where they live, and who acts for whom.

use thidua_domain::refusal::Code::{
    AlreadyEnded, AlreadyExists, CitizenNumberOther, CodeMalformed, CodeTaken, CountryDoesNotFit, DateInFuture, DateTooEarly,
    DelegateInactive, DelegationBeyondRights, DelegationCircle, DelegationOverlaps, DelegationPaperOther, DelegationPassedOn,
    DelegationToOneself, EndsBeforeStart, FieldEmptied, Forbidden, HouseholdHeadTaken, LivesElsewhere, MergeBond, MergeCitizenCard,
    MergeClashes, MergeEmployment, MergeExternalId, MergeHousehold, MergeNotUndoable, MergeSame, MergeUndone, NumberMalformed, NumberTaken,
    OwnAccess, PeriodsOverlap, RecordMerged, RecordMoved, UnknownReference,
};
use thidua_store::delegations::DelegationRow;
use thidua_store::households::HouseholdRow;
use thidua_store::people::PersonRow;

use crate::history::{history, transitions};
use crate::op::{Group, Op};
use crate::transition::{self, step};
use crate::{delegations, households, people};

/// All of them.
pub(super) fn rows() -> Vec<Op> {
    [person_rows(), household_rows(), delegation_rows()].into_iter().flatten().collect()
}

#[rustfmt::skip] // a table, one row an operation
fn person_rows() -> Vec<Op> {
    Group::new("people")
        .get("/api/v1/people", "list_people", "Danh sách cá nhân (list people)", people::list).refuses(&[UnknownReference])
            .says("Chỉ gồm người thuộc phạm vi đơn vị của tài khoản; xếp theo tên (only people of the caller's units, by given name).")
        .post("/api/v1/people", "create_person", "Tạo hồ sơ cá nhân (create person)", people::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, DateInFuture, DateTooEarly, EndsBeforeStart, UnknownReference, AlreadyExists])
        .post("/api/v1/people/identity-lookups", "list_paper_holders", "Tìm người theo số giấy tờ tùy thân (find who bears the number of an identity paper)", people::find_by_paper).asks()
            .says("Số nằm trong thân yêu cầu, không nằm trong địa chỉ; danh sách rỗng khi không thấy ai (empty when nobody within sight bears it).")
            .refuses(&[NumberMalformed, CountryDoesNotFit])
        .get("/api/v1/people/{id}", "get_person", "Xem hồ sơ cá nhân (read person)", people::read).refuses(&[RecordMoved])
        .patch("/api/v1/people/{id}", "update_person", "Sửa hồ sơ cá nhân (edit person)", people::edit).if_match()
            .refuses(&[Forbidden, RecordMerged, CodeTaken, CodeMalformed, DateInFuture, DateTooEarly, EndsBeforeStart, FieldEmptied, UnknownReference, AlreadyExists])
        .get("/api/v1/people/{id}/history", "list_person_history", "Lịch sử thay đổi (history)", history::<PersonRow>)
        .get("/api/v1/people/{id}/employments", "list_employments", "Quá trình công tác (employments)", people::employments).refuses(&[RecordMoved])
        .post("/api/v1/people/{id}/employments", "create_employment", "Thêm nơi công tác (add an employment)", people::add_employment)
            .refuses(&[Forbidden, RecordMerged, PeriodsOverlap, EndsBeforeStart, UnknownReference])
        .put("/api/v1/people/{id}/employments/{employment_id}/end", "end_employment", "Kết thúc công tác (end an employment)", people::end_employment).if_match()
            .refuses(&[Forbidden, RecordMerged, EndsBeforeStart, AlreadyEnded])
        .delete("/api/v1/people/{id}/employments/{employment_id}", "delete_employment", "Bỏ nơi công tác nhập nhầm (take a mistaken employment away)", people::remove_employment).if_match()
            .refuses(&[Forbidden, RecordMerged])
        .get("/api/v1/people/{id}/offices", "list_offices", "Các đơn vị mà người này là cán bộ thi đua (units whose officer they are)", people::offices).refuses(&[RecordMoved])
            .says("Tài khoản của người này làm việc cho từng đơn vị trong thời gian ghi ở đây (the person's account works for each of them in its time).")
        .get("/api/v1/people/{id}/identity-papers", "list_identity_papers", "Giấy tờ tùy thân, số được che (identity papers, numbers masked)", people::papers).refuses(&[Forbidden, RecordMoved])
        .post("/api/v1/people/{id}/identity-papers", "create_identity_paper", "Nhập giấy tờ tùy thân (enter an identity paper)", people::add_paper)
            .refuses(&[Forbidden, RecordMerged, NumberMalformed, NumberTaken, CitizenNumberOther, CountryDoesNotFit, DateInFuture, EndsBeforeStart])
        .delete("/api/v1/people/{id}/identity-papers/{paper_id}", "delete_identity_paper", "Bỏ giấy tờ tùy thân (take an identity paper away)", people::remove_paper).if_match()
            .refuses(&[Forbidden, RecordMerged])
        .post("/api/v1/people/{id}/identity-papers/{paper_id}/reveals", "create_reveal", "Xem trọn số giấy tờ tùy thân, có lý do (the whole number of an identity paper, with a reason)", people::reveal_paper).in_person()
            .says("Ghi vào lịch sử của người đó; câu trả lời không được lưu lại ở đâu (stands in the person's history; the answer is kept nowhere).")
            .refuses(&[Forbidden])
        .get("/api/v1/people/{id}/merge-previews/{into_id}", "get_merge_preview", "Xem trước việc nhập hai hồ sơ (what merging would do)", people::preview_merge)
            .refuses(&[Forbidden, RecordMoved, MergeSame])
        .get("/api/v1/people/{id}/merges", "list_merges", "Các lần nhập hồ sơ (merges)", people::merges)
        .post("/api/v1/people/{id}/merges", "create_merge", "Nhập hồ sơ này vào hồ sơ khác (merge this record into another)", people::merge).in_person()
            .says("Mọi liên kết chuyển sang hồ sơ into; định danh cũ trả về 308 (all links go over; the former identifier answers 308).")
            .refuses(&[Forbidden, OwnAccess, RecordMerged, MergeSame, MergeClashes, UnknownReference])
            .refuses(&[MergeEmployment, MergeHousehold, MergeBond, MergeExternalId, MergeCitizenCard])
        .post("/api/v1/people/{id}/merges/{merge_id}/undo", "create_merge_undo", "Hoàn tác nhập hồ sơ (undo a merge)", people::undo_merge).in_person()
            .says("Đúng những gì đã chuyển được đưa về (exactly what went over goes back).")
            .refuses(&[Forbidden, OwnAccess, MergeUndone, MergeNotUndoable])
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn household_rows() -> Vec<Op> {
    Group::new("households")
        .get("/api/v1/households", "list_households", "Danh sách hộ (list households)", households::list).refuses(&[UnknownReference])
        .post("/api/v1/households", "create_household", "Lập hộ (create household)", households::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, LivesElsewhere, UnknownReference, AlreadyExists])
        .get("/api/v1/households/{id}", "get_household", "Xem hộ (read household)", households::read)
        .patch("/api/v1/households/{id}", "update_household", "Sửa hộ (edit household)", households::edit).if_match()
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, FieldEmptied, UnknownReference, AlreadyExists])
        .get("/api/v1/households/{id}/history", "list_household_history", "Lịch sử thay đổi (history)", history::<HouseholdRow>)
        .get("/api/v1/households/{id}/members", "list_household_members", "Người trong hộ (who lives there)", households::members)
        .post("/api/v1/households/{id}/members", "create_household_member", "Thêm người vào hộ (add a member)", households::add_member)
            .refuses(&[Forbidden, HouseholdHeadTaken, LivesElsewhere, EndsBeforeStart, UnknownReference])
        .put("/api/v1/households/{id}/members/{member_id}/end", "end_household_member", "Ghi ngày cuối ở hộ (end a membership)", households::end_member).if_match()
            .refuses(&[Forbidden, EndsBeforeStart, AlreadyEnded])
        .delete("/api/v1/households/{id}/members/{member_id}", "delete_household_member", "Bỏ người nhập nhầm (take a mistaken member away)", households::remove_member).if_match()
            .refuses(&[Forbidden])
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn delegation_rows() -> Vec<Op> {
    Group::new("delegations")
        .get("/api/v1/delegations", "list_delegations", "Danh sách ủy quyền (list delegations)", delegations::list).refuses(&[UnknownReference])
        .post("/api/v1/delegations", "create_delegation", "Ủy quyền, hoặc nhập ủy quyền trên giấy (delegate, or enter a delegation)", delegations::create)
            .says("Thủ trưởng tự ủy quyền; cơ quan thường trực nhập ủy quyền của người khác. Có văn bản, có thời hạn, không ủy quyền lại (in writing, for a time, not passed on).")
            .refuses(&[Forbidden, OwnAccess, CodeTaken, CodeMalformed, UnknownReference, EndsBeforeStart, DelegateInactive, DelegationToOneself, DelegationBeyondRights, DelegationPassedOn, DelegationCircle, DelegationOverlaps, DelegationPaperOther])
        .get("/api/v1/delegations/{id}", "get_delegation", "Xem ủy quyền (read delegation)", delegations::read)
        .post("/api/v1/delegations/{id}/transitions", "transition_delegation", "Thu hồi ủy quyền (revoke a delegation)", step::<DelegationRow>).if_match()
            .refuses(transition::REFUSALS)
        .get("/api/v1/delegations/{id}/transitions", "list_delegation_transitions", "Lịch sử trạng thái (state history)", transitions::<DelegationRow>)
        .get("/api/v1/delegations/{id}/history", "list_delegation_history", "Lịch sử thay đổi (history)", history::<DelegationRow>)
        .rows()
}
