//! Operations of scoring: indices and their results, criteria sets, score sheets and rankings.

use thidua_domain::refusal::Code::{
    AlreadyExists, AmendmentWithoutDocument, AppealOpen, BlocYearEnded, CodeMalformed, CodeTaken, CouncilDecided, CriteriaFaulty,
    CriteriaInUse, CriteriaNotPublished, CriteriaScored, CriteriaSettled, CriteriaSourceMissing, CriteriaTemplate, DateInFuture,
    DateTooEarly, EvidenceOther, EvidenceType, FieldEmptied, Forbidden, IndexPublishedEarly, IndexRangeReversed, IndexRankBeyond,
    IndexResultEmpty, IndexResultTaken, IndexResultsOutside, IndexValueOutside, NoSheet, NotAMember, PeerIsOwn, RecordedStays,
    ReferenceAmbiguous, ScoreEntryOther, ScoreFactUnknown, ScoreIncomplete, ScoreMustApply, ScorePaperMissing, ScoreProvisional,
    ScoreTotalOutside, SheetTwice, SheetWithoutCriteria, UnknownReference, WrongState,
};
use thidua_domain::{criteria_set, scoresheet};
use thidua_store::criteria_sets::CriteriaSetRow;
use thidua_store::index_results::IndexResultRow;
use thidua_store::indices::IndexRow;
use thidua_store::scoresheets::ScoresheetRow;

use crate::history::{history, transitions};
use crate::op::{Group, Op};
use crate::transition::{self, step};
use crate::{criteria_sets, index_results, indices, scoresheets};

#[rustfmt::skip] // a table, one row an operation
pub(super) fn index_rows() -> Vec<Op> {
    Group::new("indices")
        .get("/api/v1/indices", "list_indices", "Danh sách chỉ số (list indices)", indices::list).remembered()
        .post("/api/v1/indices", "create_index", "Thêm chỉ số (add an index)", indices::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, AlreadyExists, IndexRangeReversed])
        .get("/api/v1/indices/{id}", "get_index", "Xem chỉ số (read an index)", indices::read).remembered()
        .patch("/api/v1/indices/{id}", "update_index", "Sửa chỉ số (edit an index)", indices::edit).if_match()
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, AlreadyExists, FieldEmptied, IndexRangeReversed, IndexResultsOutside])
        .get("/api/v1/indices/{id}/history", "list_index_history", "Lịch sử thay đổi (history)", history::<IndexRow>)
        .get("/api/v1/index-results", "list_index_results", "Kết quả chỉ số của các đơn vị (list index results)", index_results::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/index-results", "create_index_result", "Nhập kết quả chỉ số đã công bố (enter a published result)", index_results::create)
            .refuses(&[Forbidden, UnknownReference, AlreadyExists, IndexResultTaken, IndexResultEmpty, IndexValueOutside, IndexRankBeyond, IndexPublishedEarly, DateInFuture, DateTooEarly])
        .get("/api/v1/index-results/{id}", "get_index_result", "Xem kết quả chỉ số (read an index result)", index_results::read).remembered()
        .patch("/api/v1/index-results/{id}", "update_index_result", "Sửa kết quả chỉ số (edit an index result)", index_results::edit).if_match()
            .refuses(&[Forbidden, UnknownReference, AlreadyExists, FieldEmptied, IndexResultTaken, IndexResultEmpty, IndexValueOutside, IndexRankBeyond, IndexPublishedEarly, DateInFuture, DateTooEarly])
        .delete("/api/v1/index-results/{id}", "delete_index_result", "Rút kết quả chỉ số đã nhập (withdraw an index result)", index_results::delete).if_match()
            .says("Mục của phiếu lấy điểm từ kết quả này trở lại chờ công bố (items of sheets that were filled from it wait again).")
            .refuses(&[Forbidden])
        .get("/api/v1/index-results/{id}/history", "list_index_result_history", "Lịch sử thay đổi (history)", history::<IndexResultRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
pub(super) fn criteria_rows() -> Vec<Op> {
    Group::new("criteria")
        .get("/api/v1/criteria-sets", "list_criteria_sets", "Danh sách bảng điểm, cả bảng mẫu (list criteria sets and templates)", criteria_sets::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/criteria-sets", "create_criteria_set", "Lập, chép hoặc sửa đổi bảng điểm (draft, copy or amend a criteria set)", criteria_sets::create)
            .says("copy_of chép một bảng; amends lập bản sửa đổi của bảng đã ban hành, kèm mapping cho điểm đã nhập (copy_of copies a table; amends drafts an amendment of a published one, with the mapping of entered scores).")
            .refuses(&[Forbidden, AlreadyExists, CodeTaken, CodeMalformed, UnknownReference, ReferenceAmbiguous, CriteriaSourceMissing, CriteriaNotPublished, CriteriaTemplate, CriteriaSettled, CriteriaScored, CriteriaFaulty, AmendmentWithoutDocument, DateInFuture, DateTooEarly])
            .refuses(criteria_set::FAULTS).refuses(scoresheet::FAULTS)
        .get("/api/v1/criteria-sets/{id}", "get_criteria_set", "Xem bảng điểm (read a criteria set)", criteria_sets::read).remembered()
        .patch("/api/v1/criteria-sets/{id}", "update_criteria_set", "Sửa dự thảo bảng điểm (edit a draft)", criteria_sets::edit).if_match()
            .refuses(&[Forbidden, WrongState, AlreadyExists, CodeTaken, CodeMalformed, UnknownReference, FieldEmptied])
        .post("/api/v1/criteria-sets/{id}/transitions", "transition_criteria_set", "Ban hành, bãi bỏ bảng điểm (publish, withdraw)", step::<CriteriaSetRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[CriteriaFaulty, AmendmentWithoutDocument, CriteriaInUse, CriteriaNotPublished, CriteriaTemplate, CriteriaSettled, CriteriaScored])
            .refuses(criteria_set::FAULTS).refuses(scoresheet::FAULTS)
        .get("/api/v1/criteria-sets/{id}/transitions", "list_criteria_set_transitions", "Lịch sử trạng thái (state history)", transitions::<CriteriaSetRow>)
        .get("/api/v1/criteria-sets/{id}/history", "list_criteria_set_history", "Lịch sử thay đổi (history)", history::<CriteriaSetRow>)
        .post("/api/v1/criteria-sets/{id}/applications", "create_criteria_application", "Áp dụng bảng điểm cho nhiều năm thi đua (apply to bloc years)", criteria_sets::apply)
            .refuses(&[Forbidden, WrongState, CouncilDecided, UnknownReference, CriteriaNotPublished, CriteriaTemplate, CriteriaScored, CriteriaSettled])
            .refuses(scoresheet::FAULTS)
        .rows()
}

const PRINTED: &str = "Accept: text/csv là bảng tính, text/html là bản in khổ A4 (a table for a spreadsheet, or a page to be printed).";

#[rustfmt::skip] // a table, one row an operation
pub(super) fn sheet_rows() -> Vec<Op> {
    Group::new("scores")
        .get("/api/v1/scoresheets", "list_scoresheets", "Danh sách phiếu chấm điểm (list score sheets)", scoresheets::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/scoresheets", "create_scoresheet", "Mở phiếu chấm điểm cho một thành viên (open a score sheet)", scoresheets::create)
            .refuses(&[Forbidden, AlreadyExists, UnknownReference, NotAMember, PeerIsOwn, SheetTwice, SheetWithoutCriteria, WrongState, BlocYearEnded, CouncilDecided, ScoreFactUnknown, ScoreTotalOutside, ScorePaperMissing, DateInFuture, DateTooEarly])
        .get("/api/v1/scoresheets/{id}", "get_scoresheet", "Xem phiếu với điểm từng mục, từng cấp (read a score sheet)", scoresheets::read).remembered()
            .says(PRINTED)
        .patch("/api/v1/scoresheets/{id}", "update_scoresheet", "Sửa đơn vị chấm chéo, căn cứ điều kiện, tổng điểm từ giấy (edit a score sheet)", scoresheets::edit).if_match()
            .refuses(&[Forbidden, WrongState, AlreadyExists, UnknownReference, NotAMember, PeerIsOwn, FieldEmptied, BlocYearEnded, CouncilDecided, ScoreFactUnknown, ScoreTotalOutside, ScoreMustApply, ScorePaperMissing, RecordedStays, DateInFuture, DateTooEarly])
        .post("/api/v1/scoresheets/{id}/transitions", "transition_scoresheet", "Nộp, thẩm định, chốt, trả lại, mở lại (move the lifecycle)", step::<ScoresheetRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[ScoreIncomplete, ScoreProvisional, AppealOpen, BlocYearEnded, CouncilDecided])
        .get("/api/v1/scoresheets/{id}/transitions", "list_scoresheet_transitions", "Lịch sử trạng thái (state history)", transitions::<ScoresheetRow>)
        .get("/api/v1/scoresheets/{id}/history", "list_scoresheet_history", "Lịch sử thay đổi (history)", history::<ScoresheetRow>)
        .get("/api/v1/scoresheets/{id}/explanation", "get_scoresheet_explanation", "Diễn giải từng điểm của phiếu (explain a score sheet)", scoresheets::explanation).remembered()
        .post("/api/v1/scoresheets/{id}/entries", "create_score_entries", "Nhập điểm nhiều mục ở một cấp (enter many items of a layer)", scoresheets::put_many)
            .says("Tất cả hoặc không mục nào; mục đã có ở cấp ấy được thay (all or none; what the layer said of an item before is replaced); mục do người khác nhập thì cần If-Match của phiếu (what another person entered needs the ETag of the sheet).")
            .refuses(&[ScoreEntryOther])
            .refuses(&[Forbidden, WrongState, BlocYearEnded, CouncilDecided, EvidenceType, EvidenceOther, UnknownReference, DateInFuture, DateTooEarly]).refuses(scoresheet::FAULTS)
        .get("/api/v1/scoresheets/{id}/entries/{criterion}", "get_score_entry", "Xem một mục với điểm từng cấp (read an item with its layers)", scoresheets::read_item)
        .put("/api/v1/scoresheets/{id}/entries/{criterion}", "set_score_entry", "Nhập điểm một mục ở một cấp (enter an item of a layer)", scoresheets::put).if_match().creates()
            .says("If-Match là ETag của mục (đọc ở GET cùng đường dẫn), kể cả khi chưa có điểm; khi chưa có điểm cũng có thể dùng If-None-Match: * (the ETag of the item, also while it has no entry; then If-None-Match: * does too).")
            .refuses(&[Forbidden, WrongState, BlocYearEnded, CouncilDecided, EvidenceType, EvidenceOther, UnknownReference, DateInFuture, DateTooEarly]).refuses(scoresheet::FAULTS)
        .get("/api/v1/bloc-years/{id}/ranking", "get_ranking", "Xếp hạng của khối (ranking of the bloc)", scoresheets::ranking::read).remembered().refuses(&[SheetWithoutCriteria])
            .says(PRINTED)
        .get("/api/v1/bloc-years/{id}/ranking/advice", "get_ranking_advice", "Gợi ý cho người thẩm định (advice to those who judge)", scoresheets::ranking::advice::read).remembered()
            .says("Điểm chấm chéo lệch hẳn, mức thống nhất giữa các cấp, khoảng cách thứ hạng, chỉ số đã công bố khác phiếu; không thay đổi gì (it changes nothing).")
            .refuses(&[Forbidden, SheetWithoutCriteria])
        .get("/api/v1/bloc-years/{id}/ranking/explanation", "get_ranking_explanation", "Vì sao đơn vị có thứ hạng này (why a unit has its rank)", scoresheets::ranking::why).remembered().refuses(&[SheetWithoutCriteria, NoSheet, UnknownReference])
            .says(PRINTED)
        .rows()
}
