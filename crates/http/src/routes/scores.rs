//! Operations of scoring: indices and their results.

use thidua_domain::refusal::Code::{
    AlreadyExists, CodeMalformed, CodeTaken, DateInFuture, DateTooEarly, FieldEmptied, Forbidden, IndexPublishedEarly, IndexRangeReversed,
    IndexRankBeyond, IndexResultEmpty, IndexResultTaken, IndexValueOutside, UnknownReference,
};
use thidua_store::index_results::IndexResultRow;
use thidua_store::indices::IndexRow;

use crate::history::history;
use crate::op::{Group, Op};
use crate::{index_results, indices};

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
