//! The route table: every operation of the service, read top to bottom.

mod appeals;
mod identity;
mod people;
mod registrations;
mod scores;

use std::sync::OnceLock;

use thidua_domain::refusal::Code::{
    AlreadyEnded, AlreadyExists, ArchiveEncrypted, ArchivePath, ArchiveTooLarge, ArchiveUnreadable, BlocYearEnded, BlocYearTaken,
    CampaignCycle, CannotMove, CodeMalformed, CodeTaken, ContentNumberTwice, ContentTooDeep, ContentsTooMany, CouncilDecided, DateInFuture,
    DateOutsideYear, DateTooEarly, DelegateSignsForHead, DocumentTaken, EndsBeforeStart, FieldEmptied, FileEmpty, FileLinked, FileMacros,
    FileMismatch, FileMixed, FileNameMalformed, FileNotText, FileTruncated, Forbidden, LastName, LeaderMissing, MeetingNotYet,
    MemberSigned, MemberTwice, MembersFrozen, MinutesMissing, NoMembers, NoPledgeBefore, NotAMember, OfficeTaken, OrganizerMissing,
    OwnAccess, PeriodsOverlap, PledgeComplete, PledgeEmpty, PledgeInForce, PledgeOpen, PledgeSigned, PledgeTextFrozen, QuotaExceeded,
    RecordedContradicts, RecordedIncomplete, RecordedStays, ReferenceAmbiguous, ReferencesTooMany, SeatTwice, SignatureStays,
    SignedAlready, StateSecret, SuccessionContradicts, SuccessionCycle, SuccessionTarget, SuccessionVerified, UnitEnded, UnitNotYet,
    UnitRelationCycle, UnknownReference, WrongState,
};
use thidua_store::bloc_years::BlocYearRow;
use thidua_store::blocs::BlocRow;
use thidua_store::campaigns::CampaignRow;
use thidua_store::documents::DocumentRow;
use thidua_store::files::FileRow;
use thidua_store::jobs::JobRow;
use thidua_store::meetings::MeetingRow;
use thidua_store::pledges::PledgeRow;
use thidua_store::units::UnitRow;

use crate::history::{history, transitions};
use crate::op::{Group, Op, name_versions};
use crate::problem::Protocol::RangeNotSatisfiable;
use crate::transition::{self, step};
use crate::{
    award_types, bloc_years, blocs, campaigns, documents, events, files, jobs, meetings, oauth, pledges, reference, service, units,
};

/// Groups of the document, in order.
pub const TAGS: &[(&str, &str)] = &[
    ("service", "Dịch vụ tự giới thiệu (what the service says of itself)"),
    ("identity", "Đăng nhập, tài khoản, vai trò (sign-in, accounts, roles)"),
    ("clients", "Tài khoản dịch vụ và OAuth (service accounts and OAuth)"),
    ("reference", "Danh mục và vòng đời (closed lists and lifecycles)"),
    ("units", "Đơn vị và kế thừa (units and successions)"),
    ("people", "Cá nhân, nơi công tác, giấy tờ tùy thân (people, employments, identity papers)"),
    ("delegations", "Ủy quyền (who acts for whom)"),
    ("households", "Hộ gia đình (households)"),
    ("documents", "Văn bản (official documents)"),
    ("files", "Tệp của đơn vị (files)"),
    ("campaigns", "Phong trào thi đua (campaigns)"),
    ("awards", "Danh hiệu, hình thức khen thưởng (titles and forms of commendation)"),
    ("indices", "Chỉ số và kết quả chỉ số (indices and their results)"),
    ("criteria", "Bảng điểm thi đua (criteria sets)"),
    ("scores", "Chấm điểm thi đua (score sheets)"),
    ("appeals", "Kiến nghị về điểm (appeals)"),
    ("blocs", "Cụm, khối thi đua và năm thi đua (blocs and bloc years)"),
    ("meetings", "Cuộc họp của khối (bloc meetings)"),
    ("pledges", "Giao ước thi đua (pledges)"),
    ("registrations", "Đăng ký thi đua (what units aim for in a year)"),
    ("jobs", "Công việc nền (what the service does by itself)"),
    ("events", "Nhật ký thay đổi (the log)"),
];

/// Every operation.
pub fn table() -> &'static [Op] {
    static TABLE: OnceLock<Vec<Op>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut rows: Vec<Op> = [
            service_rows(),
            identity::identity_rows(),
            identity::client_rows(),
            reference_rows(),
            unit_rows(),
            people::rows(),
            document_rows(),
            file_rows(),
            campaign_rows(),
            award_rows(),
            scores::index_rows(),
            scores::criteria_rows(),
            scores::sheet_rows(),
            appeals::rows(),
            appeals::publication_rows(),
            bloc_rows(),
            meeting_rows(),
            pledge_rows(),
            registrations::rows(),
            job_rows(),
            event_rows(),
        ]
        .into_iter()
        .flatten()
        .collect();
        name_versions(&mut rows);
        rows
    })
}

#[rustfmt::skip] // a table, one row an operation
fn service_rows() -> Vec<Op> {
    Group::new("service")
        .get("/api/v1", "get_service", "Điểm vào (entry page)", service::entry).open()
        .get("/api/v1/openapi.json", "get_openapi", "Tài liệu OpenAPI 3.1 (this document)", service::document).open()
        .get("/api/v1/postman.json", "get_postman", "Bộ sưu tập Postman (Postman collection)", service::collection).open()
        .get("/api/v1/errors", "list_errors", "Bảng mã lỗi (all error codes)", service::errors).open()
        .get("/livez", "get_liveness", "Còn sống (alive)", service::alive).open()
        .get("/readyz", "get_readiness", "Sẵn sàng phục vụ (ready)", service::ready).open()
        .get("/metrics", "get_metrics", "Số đo OpenMetrics (metrics)", service::metrics).open()
        .get("/.well-known/jwks.json", "get_jwks", "Khóa kiểm chữ ký token (token keys)", service::jwks).open()
        .get("/.well-known/oauth-authorization-server", "get_oauth_metadata", "Máy chủ OAuth tự giới thiệu, RFC 8414 (OAuth metadata)", oauth::metadata).open()
        .get("/.well-known/api-catalog", "get_api_catalog", "Danh mục API, RFC 9727 (API catalog)", service::api_catalog).open()
        .get("/.well-known/security.txt", "get_security_txt", "Liên hệ bảo mật, RFC 9116 (security contact)", service::security_txt).open()
        .get("/docs", "get_docs", "Trang tra cứu (reference pages)", service::docs_entry).open().hidden()
        .get("/docs/", "get_docs_index", "Trang tra cứu (reference pages)", service::docs_index).open().hidden()
        .get("/docs/{file}", "get_docs_file", "Trang tra cứu (reference pages)", service::docs).open().hidden()
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn reference_rows() -> Vec<Op> {
    Group::new("reference")
        .get("/api/v1/reference", "list_reference", "Các danh mục (all lists)", reference::index).open()
        .get("/api/v1/reference/lifecycles/{resource}", "get_lifecycle", "Vòng đời của một loại (lifecycle)", reference::lifecycle).open()
        .get("/api/v1/reference/retention", "list_retention", "Thời hạn lưu (how long data is kept)", reference::retention::list).open()
        .get("/api/v1/reference/{name}", "get_reference", "Một danh mục (one list)", reference::list).open()
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn unit_rows() -> Vec<Op> {
    Group::new("units")
        .get("/api/v1/units", "list_units", "Danh sách đơn vị (list units)", units::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/units", "create_unit", "Tạo đơn vị (create unit)", units::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, EndsBeforeStart, UnknownReference, AlreadyExists, PeriodsOverlap])
        .get("/api/v1/units/{id}", "get_unit", "Xem đơn vị (read unit)", units::read).remembered()
        .patch("/api/v1/units/{id}", "update_unit", "Sửa đơn vị (edit unit)", units::edit).if_match()
            .refuses(&[SuccessionContradicts, Forbidden, CodeTaken, CodeMalformed, EndsBeforeStart, FieldEmptied, AlreadyExists])
        .get("/api/v1/units/{id}/history", "list_unit_history", "Lịch sử thay đổi (history)", history::<UnitRow>)
        .get("/api/v1/units/{id}/names", "list_unit_names", "Tên theo thời gian (dated names)", units::names).remembered()
        .post("/api/v1/units/{id}/names", "create_unit_name", "Thêm tên (add a name)", units::add_name)
            .refuses(&[Forbidden, PeriodsOverlap, EndsBeforeStart, UnknownReference])
        .get("/api/v1/units/{id}/codes", "list_unit_codes", "Mã theo thời gian (dated codes)", units::codes).remembered()
        .post("/api/v1/units/{id}/codes", "create_unit_code", "Thêm mã (add a code)", units::add_code).refuses(&[Forbidden, EndsBeforeStart])
        .get("/api/v1/units/{id}/relations", "list_unit_relations", "Quan hệ theo thời gian (dated relations)", units::relations).remembered()
        .post("/api/v1/units/{id}/relations", "create_unit_relation", "Thêm quan hệ (add a relation)", units::add_relation)
            .refuses(&[Forbidden, PeriodsOverlap, EndsBeforeStart, UnitRelationCycle, UnknownReference])
        .get("/api/v1/units/{id}/officers", "list_unit_officers", "Cán bộ thi đua (emulation officers)", units::officers)
        .post("/api/v1/units/{id}/officers", "create_unit_officer", "Thêm cán bộ thi đua (add an officer)", units::add_officer)
            .says("Tài khoản của người này làm việc cho đơn vị từ đó, nên thủ trưởng phân công (their account works for the unit from then on).")
            .refuses(&[Forbidden, OwnAccess, EndsBeforeStart, UnknownReference])
        .put("/api/v1/units/{id}/parts/{part_id}/end", "end_unit_part", "Kết thúc tên, mã, quan hệ hoặc cán bộ (end a dated part)", units::end).if_match()
            .refuses(&[Forbidden, EndsBeforeStart, AlreadyEnded])
        .delete("/api/v1/units/{id}/parts/{part_id}", "delete_unit_part", "Bỏ tên, mã, quan hệ hoặc cán bộ nhập nhầm (take a mistaken dated part away)", units::remove).if_match()
            .says("If-Match là ETag của đơn vị; tên trước đó được nối lại (the name that this one had ended goes on).")
            .refuses(&[Forbidden, LastName])
        .get("/api/v1/units/{id}/successions", "list_successions", "Kế thừa trực tiếp, trước và sau (direct successions)", units::successions).remembered()
        .post("/api/v1/units/{id}/successions", "create_succession", "Ghi nhận kế thừa (record a succession)", units::add_succession)
            .refuses(&[Forbidden, SuccessionTarget, SuccessionCycle, UnitEnded, UnitNotYet, SuccessionContradicts, EndsBeforeStart, UnknownReference])
        .get("/api/v1/units/{id}/successions/{succession_id}", "get_succession", "Xem một kế thừa của đơn vị cũ (read a succession of the former unit)", units::succession).remembered()
        .patch("/api/v1/units/{id}/successions/{succession_id}", "update_succession", "Bổ sung, sửa kế thừa (complete or correct a succession)", units::change_succession).if_match()
            .refuses(&[Forbidden, CannotMove, SuccessionTarget, SuccessionCycle, UnitEnded, UnitNotYet, SuccessionContradicts, EndsBeforeStart, UnknownReference, FieldEmptied])
        .delete("/api/v1/units/{id}/successions/{succession_id}", "delete_succession", "Bỏ kế thừa nhập nhầm (take a mistaken succession away)", units::remove_succession).if_match()
            .says("Ngày kết thúc mà kế thừa này đã ghi cho đơn vị cũ cũng được bỏ (the last day it gave the former unit goes with it).")
            .refuses(&[Forbidden, SuccessionVerified])
        .get("/api/v1/units/{id}/lineage", "list_lineage", "Chuỗi kế thừa đến một ngày (lineage up to a day)", units::lineage).remembered()
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn document_rows() -> Vec<Op> {
    Group::new("documents")
        .get("/api/v1/documents", "list_documents", "Danh sách văn bản (list documents)", documents::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/documents", "create_document", "Nhập văn bản (create document)", documents::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, DocumentTaken, DateInFuture, DateTooEarly, ReferenceAmbiguous, UnknownReference, AlreadyExists])
        .get("/api/v1/documents/{id}", "get_document", "Xem văn bản (read document)", documents::read).remembered()
        .patch("/api/v1/documents/{id}", "update_document", "Sửa văn bản (edit document)", documents::edit).if_match()
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, DocumentTaken, DateInFuture, DateTooEarly, ReferenceAmbiguous, FieldEmptied, UnknownReference, AlreadyExists])
        .get("/api/v1/documents/{id}/history", "list_document_history", "Lịch sử thay đổi (history)", history::<DocumentRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn file_rows() -> Vec<Op> {
    Group::new("files")
        .get("/api/v1/files", "list_files", "Danh sách tệp (list files)", files::list).refuses(&[UnknownReference])
        .post("/api/v1/files", "create_file", "Tải tệp lên (upload a file)", files::upload)
            .says("Gửi nguyên nội dung tệp làm thân yêu cầu, Content-Type đúng loại. Tệp không được hồ sơ nào dẫn chiếu sẽ bị dọn sau 24 giờ (the bytes themselves are the body; what nothing refers to is swept after 24 hours).")
            .refuses(&[Forbidden, UnknownReference, FileNameMalformed, StateSecret, QuotaExceeded, FileEmpty, FileMismatch, FileTruncated, FileMixed, FileNotText, FileMacros, ArchiveUnreadable, ArchiveTooLarge, ArchivePath, ArchiveEncrypted])
        .get("/api/v1/files/{id}", "get_file", "Xem thông tin tệp (read what is known of a file)", files::read)
        .delete("/api/v1/files/{id}", "delete_file", "Xóa tệp chưa được dẫn chiếu (delete a file that nothing refers to)", files::remove).if_match().refuses(&[Forbidden, FileLinked])
        .get("/api/v1/files/{id}/content", "get_file_content", "Đọc nội dung tệp, toàn bộ hoặc một phần (read the bytes)", files::content).fails(&[RangeNotSatisfiable])
        .get("/api/v1/files/{id}/history", "list_file_history", "Lịch sử thay đổi (history)", history::<FileRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn campaign_rows() -> Vec<Op> {
    Group::new("campaigns")
        .get("/api/v1/campaigns", "list_campaigns", "Danh sách phong trào (list campaigns)", campaigns::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/campaigns", "create_campaign", "Tạo phong trào (create campaign)", campaigns::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, DateInFuture, DateTooEarly, EndsBeforeStart, ReferenceAmbiguous, CampaignCycle, UnknownReference, AlreadyExists])
            .says("Có recorded: phong trào đã được phát động ở nơi khác (with recorded, it is born launched).")
        .get("/api/v1/campaigns/{id}", "get_campaign", "Xem phong trào (read campaign)", campaigns::read).remembered()
        .patch("/api/v1/campaigns/{id}", "update_campaign", "Sửa dự thảo phong trào (edit a draft)", campaigns::edit).if_match()
            .refuses(&[Forbidden, WrongState, CodeTaken, CodeMalformed, DateInFuture, DateTooEarly, EndsBeforeStart, ReferenceAmbiguous, CampaignCycle])
            .refuses(&[FieldEmptied, UnknownReference, AlreadyExists])
        .post("/api/v1/campaigns/{id}/transitions", "transition_campaign", "Phát động, kết thúc, hủy (launch, close, cancel)", step::<CampaignRow>).if_match()
            .refuses(transition::REFUSALS)
        .get("/api/v1/campaigns/{id}/transitions", "list_campaign_transitions", "Lịch sử trạng thái (state history)", transitions::<CampaignRow>)
        .get("/api/v1/campaigns/{id}/history", "list_campaign_history", "Lịch sử thay đổi (history)", history::<CampaignRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn award_rows() -> Vec<Op> {
    Group::new("awards")
        .get("/api/v1/award-types", "list_award_types", "Danh hiệu, hình thức khen thưởng (list award types)", award_types::list).remembered()
        .post("/api/v1/award-types", "create_award_type", "Thêm danh hiệu, hình thức (create award type)", award_types::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, AlreadyExists])
        .get("/api/v1/award-types/{id}", "get_award_type", "Xem danh hiệu, hình thức (read award type)", award_types::read).remembered()
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn bloc_rows() -> Vec<Op> {
    Group::new("blocs")
        .get("/api/v1/blocs", "list_blocs", "Danh sách khối (list blocs)", blocs::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/blocs", "create_bloc", "Tạo khối (create bloc)", blocs::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, UnknownReference, AlreadyExists])
        .get("/api/v1/blocs/{id}", "get_bloc", "Xem khối (read bloc)", blocs::read).remembered()
        .patch("/api/v1/blocs/{id}", "update_bloc", "Sửa khối (edit bloc)", blocs::edit).if_match()
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, UnknownReference, AlreadyExists, FieldEmptied])
        .get("/api/v1/blocs/{id}/history", "list_bloc_history", "Lịch sử thay đổi (history)", history::<BlocRow>)
        .get("/api/v1/bloc-years", "list_bloc_years", "Các năm thi đua (list bloc years)", bloc_years::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/bloc-years", "create_bloc_year", "Lập năm thi đua của khối (form a bloc year)", bloc_years::create)
            .says("Khối chưa có trưởng khối vẫn lập được ở trạng thái dự thảo (a bloc without leader is accepted as a draft).")
            .refuses(&[Forbidden, AlreadyExists, BlocYearTaken, CodeTaken, CodeMalformed, UnknownReference, MemberTwice, DateInFuture, DateTooEarly])
        .get("/api/v1/bloc-years/{id}", "get_bloc_year", "Xem năm thi đua với thành viên (read bloc year with members)", bloc_years::read).remembered()
        .patch("/api/v1/bloc-years/{id}", "update_bloc_year", "Sửa năm thi đua (edit bloc year)", bloc_years::edit).if_match()
            .refuses(&[AlreadyExists, Forbidden, WrongState, CodeTaken, CodeMalformed, UnknownReference, FieldEmptied, CouncilDecided])
        .post("/api/v1/bloc-years/{id}/transitions", "transition_bloc_year", "Mở, kết thúc, mở lại, hủy (move the lifecycle)", step::<BlocYearRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[NoMembers, LeaderMissing, OrganizerMissing, PledgeOpen, PledgeInForce, CouncilDecided])
        .get("/api/v1/bloc-years/{id}/transitions", "list_bloc_year_transitions", "Lịch sử trạng thái (state history)", transitions::<BlocYearRow>)
        .get("/api/v1/bloc-years/{id}/history", "list_bloc_year_history", "Lịch sử thay đổi (history)", history::<BlocYearRow>)
        .get("/api/v1/bloc-years/{id}/members", "list_bloc_members", "Thành viên, và “nay là” đến một ngày (members, and what they are now)", bloc_years::members).remembered()
        .post("/api/v1/bloc-years/{id}/members", "create_bloc_member", "Thêm thành viên (add a member)", bloc_years::add_member)
            .refuses(&[DateOutsideYear, Forbidden, WrongState, MembersFrozen, MemberTwice, OfficeTaken, EndsBeforeStart, UnknownReference, CouncilDecided])
        .get("/api/v1/bloc-years/{id}/members/{member_id}", "get_bloc_member", "Xem một thành viên (read a member)", bloc_years::member).remembered()
        .patch("/api/v1/bloc-years/{id}/members/{member_id}", "update_bloc_member", "Sửa thành viên, chức vụ trong khối (change a member or its office)", bloc_years::change_member).if_match()
            .refuses(&[DateOutsideYear, Forbidden, WrongState, MembersFrozen, MemberSigned, MemberTwice, OfficeTaken, EndsBeforeStart, UnknownReference, FieldEmptied, CouncilDecided])
        .delete("/api/v1/bloc-years/{id}/members/{member_id}", "delete_bloc_member", "Bỏ thành viên nhập nhầm (take a mistaken member away)", bloc_years::remove_member).if_match()
            .refuses(&[Forbidden, WrongState, MembersFrozen, MemberSigned, CouncilDecided])
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn meeting_rows() -> Vec<Op> {
    Group::new("meetings")
        .get("/api/v1/meetings", "list_meetings", "Danh sách cuộc họp (list meetings)", meetings::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/meetings", "create_meeting", "Tạo hoặc ghi lại cuộc họp (call or record a meeting)", meetings::create)
            .refuses(&[DateOutsideYear, BlocYearEnded, AlreadyExists, Forbidden, CodeTaken, CodeMalformed, UnknownReference, NotAMember, SeatTwice, DateInFuture, DateTooEarly])
        .get("/api/v1/meetings/{id}", "get_meeting", "Xem cuộc họp (read meeting)", meetings::read).remembered()
        .patch("/api/v1/meetings/{id}", "update_meeting", "Sửa cuộc họp, thành phần, biên bản (edit meeting)", meetings::edit).if_match()
            .refuses(&[DateOutsideYear, RecordedStays, AlreadyExists, Forbidden, WrongState, CodeTaken, CodeMalformed, UnknownReference, NotAMember, SeatTwice, DateInFuture, DateTooEarly, CannotMove, FieldEmptied])
        .post("/api/v1/meetings/{id}/transitions", "transition_meeting", "Đã họp, thông qua biên bản, hủy (move the lifecycle)", step::<MeetingRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[MeetingNotYet, MinutesMissing])
        .get("/api/v1/meetings/{id}/transitions", "list_meeting_transitions", "Lịch sử trạng thái (state history)", transitions::<MeetingRow>)
        .get("/api/v1/meetings/{id}/history", "list_meeting_history", "Lịch sử thay đổi (history)", history::<MeetingRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn pledge_rows() -> Vec<Op> {
    Group::new("pledges")
        .get("/api/v1/pledges", "list_pledges", "Danh sách giao ước (list pledges)", pledges::list).remembered().refuses(&[UnknownReference])
        .post("/api/v1/pledges", "create_pledge", "Soạn giao ước (draft a pledge)", pledges::create)
            .says("copied_from nhận định danh, mã, hoặc last_year để chép giao ước năm trước (copies last year's pledge).")
            .refuses(&[AlreadyExists, Forbidden, CodeTaken, CodeMalformed, UnknownReference, ReferenceAmbiguous, ContentNumberTwice, ContentTooDeep, ContentsTooMany, ReferencesTooMany, NoPledgeBefore, DateInFuture, DateTooEarly, BlocYearEnded])
        .get("/api/v1/pledges/{id}", "get_pledge", "Xem giao ước (read pledge)", pledges::read).remembered()
        .patch("/api/v1/pledges/{id}", "update_pledge", "Sửa giao ước (edit pledge)", pledges::edit).if_match()
            .refuses(&[BlocYearEnded, DateInFuture, DateTooEarly, AlreadyExists, Forbidden, WrongState, PledgeTextFrozen, CodeTaken, CodeMalformed, UnknownReference, ReferenceAmbiguous, ContentNumberTwice, ContentTooDeep, ContentsTooMany, ReferencesTooMany, RecordedStays, CannotMove, FieldEmptied])
        .post("/api/v1/pledges/{id}/transitions", "transition_pledge", "Mở ký, đưa về dự thảo, rút, thay thế (move the lifecycle)", step::<PledgeRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[PledgeEmpty, NoMembers, PledgeSigned, BlocYearEnded])
        .get("/api/v1/pledges/{id}/transitions", "list_pledge_transitions", "Lịch sử trạng thái (state history)", transitions::<PledgeRow>)
        .get("/api/v1/pledges/{id}/history", "list_pledge_history", "Lịch sử thay đổi (history)", history::<PledgeRow>)
        .get("/api/v1/pledges/{id}/signatures", "list_signatures", "Chữ ký (signatures)", pledges::signatures).remembered()
        .post("/api/v1/pledges/{id}/signatures", "create_signature", "Ký hoặc ghi lại chữ ký (sign, or record a signature)", pledges::sign)
            .says("Mỗi đơn vị thành viên ký một lần, bởi thủ trưởng hoặc người được ủy quyền; giao ước có hiệu lực khi tất cả đã ký (in force when all have signed).")
            .refuses(&[RecordedContradicts, DateOutsideYear, BlocYearEnded, PledgeComplete, Forbidden, WrongState, SignedAlready, NotAMember, UnknownReference, RecordedIncomplete, DateInFuture, DateTooEarly, DelegateSignsForHead])
        .get("/api/v1/pledges/{id}/signatures/{signature_id}", "get_signature", "Xem chữ ký (read a signature)", pledges::read_signature).remembered()
        .delete("/api/v1/pledges/{id}/signatures/{signature_id}", "delete_signature", "Bỏ chữ ký ghi nhầm (take a mistaken signature away)", pledges::remove_signature).if_match()
            .refuses(&[Forbidden, SignatureStays])
        .get("/api/v1/pledges/{id}/targets", "list_pledge_targets", "Chỉ tiêu của các đơn vị (targets)", pledges::targets).remembered()
        .post("/api/v1/pledges/{id}/targets", "create_pledge_target", "Đăng ký chỉ tiêu (set a target)", pledges::add_target)
            .refuses(&[BlocYearEnded, Forbidden, WrongState, NotAMember, UnknownReference])
        .get("/api/v1/pledges/{id}/targets/{target_id}", "get_pledge_target", "Xem chỉ tiêu (read a target)", pledges::target).remembered()
        .patch("/api/v1/pledges/{id}/targets/{target_id}", "update_pledge_target", "Sửa chỉ tiêu, kết quả (change a target or its result)", pledges::change_target).if_match()
            .refuses(&[BlocYearEnded, Forbidden, WrongState, UnknownReference, CannotMove, FieldEmptied])
        .delete("/api/v1/pledges/{id}/targets/{target_id}", "delete_pledge_target", "Bỏ chỉ tiêu (take a target away)", pledges::remove_target).if_match()
            .refuses(&[BlocYearEnded, Forbidden, WrongState])
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn job_rows() -> Vec<Op> {
    Group::new("jobs")
        .get("/api/v1/jobs", "list_jobs", "Danh sách công việc nền (list jobs)", jobs::list)
        .get("/api/v1/jobs/{id}", "get_job", "Xem công việc nền (read job)", jobs::read)
        .post("/api/v1/jobs/{id}/transitions", "transition_job", "Hủy công việc nền (cancel a job)", step::<JobRow>).if_match()
            .refuses(transition::REFUSALS)
        .get("/api/v1/jobs/{id}/transitions", "list_job_transitions", "Lịch sử trạng thái (state history)", transitions::<JobRow>)
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
fn event_rows() -> Vec<Op> {
    Group::new("events")
        .get("/api/v1/events", "list_events", "Dòng sự kiện đã niêm phong (sealed feed)", events::feed).refuses(&[Forbidden])
        .rows()
}
