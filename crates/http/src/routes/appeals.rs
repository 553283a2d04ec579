//! Operations of appeals, and of what comes of a ranking: its publication.

use thidua_domain::refusal::Code::{
    AlreadyExists, AppealAnswerUnfit, AppealLate, AppealPointsOutside, AppealTooEarly, AppealsMayCome, BlocYearEnded, CodeMalformed,
    CodeTaken, ConfirmRequired, CouncilDecided, DateInFuture, DateOutsideYear, DateTooEarly, DecisionWithoutDocument, EvidenceOther,
    EvidenceType, FieldEmptied, Forbidden, NotAMember, PublicationWithdrawn, RankingAppealed, RankingMoved, RankingTied, RankingUnranked,
    RankingUnsettled, ScoreItemUnknown, SheetWithoutCriteria, TiePlaceTwice, TieUnitTwice, TieValueUnfit, UnknownReference, WrongState,
};
use thidua_store::appeals::AppealRow;

use crate::appeals;
use crate::history::{history, transitions};
use crate::op::{Group, Op};
use crate::scoresheets::{publications, tie_decisions};
use crate::transition;

#[rustfmt::skip] // a table, one row an operation
pub(super) fn rows() -> Vec<Op> {
    Group::new("appeals")
        .get("/api/v1/appeals", "list_appeals", "Danh sách kiến nghị về điểm (list appeals)", appeals::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/appeals", "create_appeal", "Gửi kiến nghị về điểm của một phiếu (file an appeal)", appeals::create)
            .says("Đơn vị được chấm hoặc thành viên khác của khối (by); có recorded: gửi ở nơi khác (by the unit that was scored or another member; with recorded, filed elsewhere).")
            .refuses(&[Forbidden, AlreadyExists, CodeTaken, CodeMalformed, UnknownReference, NotAMember, BlocYearEnded, CouncilDecided, AppealTooEarly, AppealLate, AppealPointsOutside, ScoreItemUnknown, SheetWithoutCriteria, EvidenceType, EvidenceOther, DateInFuture, DateTooEarly])
        .get("/api/v1/appeals/{id}", "get_appeal", "Xem kiến nghị (read an appeal)", appeals::read).remembered()
        .patch("/api/v1/appeals/{id}", "update_appeal", "Sửa kiến nghị chưa trả lời (edit an appeal that waits)", appeals::edit).if_match()
            .refuses(&[Forbidden, WrongState, AlreadyExists, UnknownReference, FieldEmptied, AppealPointsOutside, ScoreItemUnknown, EvidenceType, EvidenceOther])
        .post("/api/v1/appeals/{id}/transitions", "transition_appeal", "Trả lời, rút kiến nghị (answer, withdraw)", appeals::step).if_match()
            .says("Trả lời không đổi điểm: mở lại phiếu và nhập điểm ở đó (an answer changes no points: reopen the sheet and enter them there).")
            .refuses(transition::REFUSALS).refuses(&[AppealAnswerUnfit])
        .get("/api/v1/appeals/{id}/transitions", "list_appeal_transitions", "Lịch sử trạng thái (state history)", transitions::<AppealRow>)
        .get("/api/v1/appeals/{id}/history", "list_appeal_history", "Lịch sử thay đổi (history)", history::<AppealRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
pub(super) fn publication_rows() -> Vec<Op> {
    Group::new("scores")
        .get("/api/v1/bloc-years/{id}/ranking/publications", "list_ranking_publications", "Các lần công bố xếp hạng (published rankings)", publications::list).remembered()
        .post("/api/v1/bloc-years/{id}/ranking/publications", "create_ranking_publication", "Công bố xếp hạng, quyết định của Hội đồng (publish the ranking)", publications::publish)
            .says("announced: công bố, có thể còn tạm tính; decided: Hội đồng đã quyết định, từ đó điểm không đổi nữa (announced may be provisional; after decided no points change any more).")
            .refuses(&[Forbidden, WrongState, UnknownReference, SheetWithoutCriteria, CouncilDecided, RankingUnsettled, RankingUnranked, RankingTied, RankingAppealed, AppealsMayCome, RankingMoved, DecisionWithoutDocument, DateInFuture, DateTooEarly, DateOutsideYear])
        .get("/api/v1/bloc-years/{id}/ranking/publications/{number}", "get_ranking_publication", "Xem xếp hạng như đã công bố (a ranking as it was published)", publications::read).remembered()
        .post("/api/v1/bloc-years/{id}/ranking/publications/{number}/withdrawals", "create_ranking_withdrawal", "Rút xếp hạng đã công bố (withdraw a published ranking)", publications::withdraw).if_match()
            .says("If-Match là ETag của năm thi đua hoặc của lần công bố (the ETag of the bloc year or of the publication).")
            .refuses(&[Forbidden, UnknownReference, PublicationWithdrawn, ConfirmRequired, DateInFuture, DateTooEarly])
        .get("/api/v1/bloc-years/{id}/tie-decisions", "list_tie_decisions", "Quyết định khi bằng điểm (what was decided between equals)", tie_decisions::list).remembered()
        .get("/api/v1/bloc-years/{id}/tie-decisions/{by}", "get_tie_decision", "Xem một quyết định khi bằng điểm (read a tie decision)", tie_decisions::read).remembered()
        .put("/api/v1/bloc-years/{id}/tie-decisions/{by}", "set_tie_decision", "Nhập kết quả bỏ phiếu, quyết định của Hội đồng khi bằng điểm (enter a tie decision)", tie_decisions::put).if_match()
            .says("by: ballot (votes) hoặc council (place). If-Match là ETag của năm thi đua (the ETag of the bloc year).")
            .refuses(&[Forbidden, WrongState, CouncilDecided, UnknownReference, NotAMember, TieUnitTwice, TiePlaceTwice, TieValueUnfit, DateInFuture, DateTooEarly, DateOutsideYear])
        .delete("/api/v1/bloc-years/{id}/tie-decisions/{by}", "delete_tie_decision", "Bỏ quyết định khi bằng điểm nhập nhầm (take a mistaken tie decision away)", tie_decisions::remove).if_match()
            .refuses(&[Forbidden, WrongState, CouncilDecided])
        .rows()
}
