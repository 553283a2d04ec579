//! Operations of scoring: indices and their results, criteria sets.

use thidua_domain::criteria_set;
use thidua_domain::refusal::Code::{
    AlreadyExists, AmendmentWithoutDocument, CodeMalformed, CodeTaken, CriteriaFaulty, CriteriaInUse, CriteriaNotPublished,
    CriteriaSourceMissing, CriteriaTemplate, DateInFuture, DateTooEarly, FieldEmptied, Forbidden, IndexPublishedEarly, IndexRangeReversed,
    IndexRankBeyond, IndexResultEmpty, IndexResultTaken, IndexValueOutside, ReferenceAmbiguous, UnknownReference, WrongState,
};
use thidua_store::criteria_sets::CriteriaSetRow;
use thidua_store::index_results::IndexResultRow;
use thidua_store::indices::IndexRow;

use crate::history::{history, transitions};
use crate::op::{Group, Op};
use crate::transition::{self, step};
use crate::{criteria_sets, index_results, indices};

#[rustfmt::skip] // a table, one row an operation
pub(super) fn index_rows() -> Vec<Op> {
    Group::new("indices")
        .get("/api/v1/indices", "list_indices", "Danh sách chỉ số (list indices)", indices::list).remembered()
        .post("/api/v1/indices", "create_index", "Thêm chỉ số (add an index)", indices::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, AlreadyExists, IndexRangeReversed])
        .get("/api/v1/indices/{id}", "get_index", "Xem chỉ số (read an index)", indices::read).remembered()
        .patch("/api/v1/indices/{id}", "update_index", "Sửa chỉ số (edit an index)", indices::edit).if_match()
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, AlreadyExists, FieldEmptied, IndexRangeReversed])
        .get("/api/v1/indices/{id}/history", "list_index_history", "Lịch sử thay đổi (history)", history::<IndexRow>)
        .get("/api/v1/index-results", "list_index_results", "Kết quả chỉ số của các đơn vị (list index results)", index_results::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/index-results", "create_index_result", "Nhập kết quả chỉ số đã công bố (enter a published result)", index_results::create)
            .refuses(&[Forbidden, UnknownReference, AlreadyExists, IndexResultTaken, IndexResultEmpty, IndexValueOutside, IndexRankBeyond, IndexPublishedEarly, DateInFuture, DateTooEarly])
        .get("/api/v1/index-results/{id}", "get_index_result", "Xem kết quả chỉ số (read an index result)", index_results::read).remembered()
        .patch("/api/v1/index-results/{id}", "update_index_result", "Sửa kết quả chỉ số (edit an index result)", index_results::edit).if_match()
            .refuses(&[Forbidden, UnknownReference, AlreadyExists, FieldEmptied, IndexResultTaken, IndexResultEmpty, IndexValueOutside, IndexRankBeyond, IndexPublishedEarly, DateInFuture, DateTooEarly])
        .get("/api/v1/index-results/{id}/history", "list_index_result_history", "Lịch sử thay đổi (history)", history::<IndexResultRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
pub(super) fn criteria_rows() -> Vec<Op> {
    Group::new("criteria")
        .get("/api/v1/criteria-sets", "list_criteria_sets", "Danh sách bảng điểm, cả bảng mẫu (list criteria sets and templates)", criteria_sets::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/criteria-sets", "create_criteria_set", "Lập, chép hoặc sửa đổi bảng điểm (draft, copy or amend a criteria set)", criteria_sets::create)
            .says("copy_of chép một bảng; amends lập bản sửa đổi của bảng đã ban hành, kèm mapping cho điểm đã nhập (copy_of copies a table; amends drafts an amendment of a published one, with the mapping of entered scores).")
            .refuses(&[Forbidden, AlreadyExists, CodeTaken, CodeMalformed, UnknownReference, ReferenceAmbiguous, CriteriaSourceMissing, CriteriaNotPublished, CriteriaTemplate, DateInFuture, DateTooEarly])
            .refuses(criteria_set::FAULTS)
        .get("/api/v1/criteria-sets/{id}", "get_criteria_set", "Xem bảng điểm (read a criteria set)", criteria_sets::read).remembered()
        .patch("/api/v1/criteria-sets/{id}", "update_criteria_set", "Sửa dự thảo bảng điểm (edit a draft)", criteria_sets::edit).if_match()
            .refuses(&[Forbidden, WrongState, AlreadyExists, CodeTaken, CodeMalformed, UnknownReference, FieldEmptied])
        .post("/api/v1/criteria-sets/{id}/transitions", "transition_criteria_set", "Ban hành, bãi bỏ bảng điểm (publish, withdraw)", step::<CriteriaSetRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[CriteriaFaulty, AmendmentWithoutDocument, CriteriaInUse, CriteriaNotPublished, CriteriaTemplate])
            .refuses(criteria_set::FAULTS)
        .get("/api/v1/criteria-sets/{id}/transitions", "list_criteria_set_transitions", "Lịch sử trạng thái (state history)", transitions::<CriteriaSetRow>)
        .get("/api/v1/criteria-sets/{id}/history", "list_criteria_set_history", "Lịch sử thay đổi (history)", history::<CriteriaSetRow>)
        .post("/api/v1/criteria-sets/{id}/applications", "create_criteria_application", "Áp dụng bảng điểm cho nhiều năm thi đua (apply to bloc years)", criteria_sets::apply)
            .refuses(&[Forbidden, WrongState, UnknownReference, CriteriaNotPublished, CriteriaTemplate])
        .rows()
}
