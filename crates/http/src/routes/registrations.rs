//! Operations of registrations.

use thidua_domain::refusal::Code;
use thidua_domain::refusal::Code::{
    AlreadyExists, BlocYearEnded, CodeMalformed, CodeTaken, DateInFuture, DateOutsideYear, DateTooEarly, FieldEmptied, Forbidden,
    NotAMember, RegistrationEmpty, RegistrationItemTwice, RegistrationOtherYear, RegistrationSubjectMissing, RegistrationSubjectOutside,
    RegistrationSubjectUnfit, RegistrationTaken, RegistrationWhose, UnknownReference, WrongState,
};
use thidua_store::registrations::RegistrationRow;

use crate::history::{history, transitions};
use crate::op::{Group, Op};
use crate::registrations;
use crate::transition::{self, step};

/// What the contents of a registration can be refused with.
const CONTENTS: &[Code] = &[
    Forbidden,
    AlreadyExists,
    CodeTaken,
    CodeMalformed,
    UnknownReference,
    DateOutsideYear,
    RegistrationOtherYear,
    BlocYearEnded,
    NotAMember,
    RegistrationSubjectMissing,
    RegistrationSubjectUnfit,
    RegistrationSubjectOutside,
    RegistrationItemTwice,
];

#[rustfmt::skip] // a table, one row an operation
pub(super) fn rows() -> Vec<Op> {
    Group::new("registrations")
        .get("/api/v1/registrations", "list_registrations", "Danh sách đăng ký thi đua (list registrations)", registrations::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/registrations", "create_registration", "Lập bản đăng ký thi đua (draft a registration)", registrations::create)
            .says("Có recorded: bản đã nộp ở nơi khác (with recorded, it is born submitted). Mỗi đơn vị một bản mỗi năm (one for each unit and year).")
            .refuses(CONTENTS).refuses(&[RegistrationTaken, RegistrationEmpty, DateInFuture, DateTooEarly])
        .get("/api/v1/registrations/consolidation", "get_registration_consolidation", "Tổng hợp đăng ký theo danh hiệu (what registrations add up to)", registrations::consolidation).remembered()
            .says("unit và year: đơn vị ấy và mọi đơn vị trực thuộc; bloc_year: các thành viên của khối (a unit with all below it, or the members of a bloc year).")
            .refuses(&[Forbidden, UnknownReference, RegistrationWhose])
        .get("/api/v1/registrations/consolidation/units", "list_registration_standings", "Đơn vị đã và chưa đăng ký (which units have registered)", registrations::standings).remembered()
            .refuses(&[Forbidden, UnknownReference, RegistrationWhose])
        .get("/api/v1/registrations/{id}", "get_registration", "Xem bản đăng ký (read a registration)", registrations::read).remembered()
        .patch("/api/v1/registrations/{id}", "update_registration", "Sửa bản đăng ký đang lập (edit a draft)", registrations::edit).if_match()
            .refuses(CONTENTS).refuses(&[WrongState, FieldEmptied])
        .post("/api/v1/registrations/{id}/transitions", "transition_registration", "Nộp, trả lại, chấp nhận, rút (submit, send back, accept, withdraw)", step::<RegistrationRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[RegistrationEmpty])
        .get("/api/v1/registrations/{id}/transitions", "list_registration_transitions", "Lịch sử trạng thái (state history)", transitions::<RegistrationRow>)
        .get("/api/v1/registrations/{id}/history", "list_registration_history", "Lịch sử thay đổi (history)", history::<RegistrationRow>)
        .rows()
}
