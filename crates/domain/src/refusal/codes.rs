//! The table of codes: every rule that can refuse, with its class and its words in both languages.

use super::Class;
use crate::vocabulary::Bilingual;

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $code:literal, $class:ident,
        $title_vi:literal, $title_en:literal, $detail_vi:literal, $detail_en:literal; )+) => {
        /// Every rule that can refuse. The spelling is a contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $( $(#[$meta])* #[doc = $title_en] $variant, )+
        }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The stable spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// What kind of no it is.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $( Self::$variant => Class::$class, )+ }
            }

            /// The rule in a few words.
            #[must_use]
            pub const fn title(self) -> Bilingual {
                match self { $( Self::$variant => Bilingual { vi: $title_vi, en: $title_en }, )+ }
            }

            /// State and mend; `{name}` stands for a parameter of the refusal.
            #[must_use]
            pub const fn detail(self) -> Bilingual {
                match self { $( Self::$variant => Bilingual { vi: $detail_vi, en: $detail_en }, )+ }
            }
        }
    };
}

codes! {
    NotFound = "not_found", Absent,
        "Không tìm thấy", "Not found",
        "Không có đối tượng này, hoặc đối tượng nằm ngoài phạm vi được xem của tài khoản. Đường dẫn nhận định danh (UUID); biết mã thì tìm bằng ?code=… trong danh sách. Nếu đúng là đối tượng ấy, hãy xin cấp quyền trên đơn vị liên quan.",
        "There is no such object, or it lies outside what this account may see. A path takes the identifier (UUID); with a code, look in the list with ?code=…. If it is the right one, ask for a grant on the unit concerned.";
    Forbidden = "forbidden", Forbidden,
        "Không có thẩm quyền", "Not allowed",
        "Việc “{action}” không thuộc quyền của tài khoản này đối với đối tượng. Người được làm, mỗi người trong phạm vi của mình: {who}.",
        "\"{action}\" is not for this account on this object. Who may, each within their own scope: {who}.";
    WrongState = "wrong_state", State,
        "Trạng thái không cho phép", "Not in this state",
        "Không thể “{action}” khi đang ở trạng thái “{state}”. Việc này chỉ làm được ở: {from}.",
        "\"{action}\" cannot be done while the state is \"{state}\". It can be done in: {from}.";
    ReasonRequired = "reason_required", Rule,
        "Cần nêu lý do", "A reason is required",
        "Việc “{action}” phải ghi lý do để lưu vào lịch sử. Hãy điền trường reason.",
        "\"{action}\" must state its reason, which is kept in the history. Fill in the field reason.";
    ConfirmRequired = "confirm_required", Rule,
        "Cần xác nhận", "Confirmation required",
        "Việc “{action}” không thể hoàn tác. Hãy gửi confirm bằng đúng mã của đối tượng: {code}.",
        "\"{action}\" cannot be undone. Send confirm with the code of the object: {code}.";
    UnknownReference = "unknown_reference", Rule,
        "Tham chiếu không tồn tại", "Unknown reference",
        "Không có {what} nào mang mã hoặc định danh “{value}”. Hãy dùng UUID hoặc mã của đối tượng đã có.",
        "There is no {what} with the code or identifier \"{value}\". Use the UUID or the code of an existing one.";
    FieldEmptied = "field_emptied", Rule,
        "Trường bắt buộc bị xóa", "Required field emptied",
        "Trường {field} là bắt buộc, không thể xóa giá trị. Hãy gửi giá trị mới.",
        "The field {field} is required and cannot be emptied. Send a new value.";
    CodeTaken = "code_taken", Taken,
        "Mã đã được dùng", "Code already taken",
        "Mã “{code}” đã thuộc về đối tượng khác. Hãy chọn mã khác hoặc dùng đối tượng đã có.",
        "The code \"{code}\" belongs to another object. Choose another code or use the existing object.";
    AlreadyExists = "already_exists", Taken,
        "Đã tồn tại", "Already exists",
        "Đã có bản ghi trùng với dữ liệu này. Hãy đọc và sửa bản ghi đã có thay vì tạo mới.",
        "A record with these values is already there. Read and change that one instead of creating another.";
    VersionStale = "version_stale", Stale,
        "Dữ liệu đã thay đổi", "Changed in the meantime",
        "Đối tượng đã ở phiên bản {current}, If-Match gửi phiên bản {sent}. Hãy đọc lại {of}, xem thay đổi rồi gửi lại với ETag mới.",
        "The object is at version {current}, If-Match named version {sent}. Read {of} again, look at the change, and send again with the new ETag.";
    CodeMalformed = "code_malformed", Rule,
        "Mã không hợp lệ", "Malformed code",
        "Mã gồm chữ cái không dấu, chữ số và các dấu . _ - /, bắt đầu bằng chữ hoặc số, tối đa 64 ký tự, và không có dạng UUID.",
        "A code is made of plain letters, digits and . _ - /, begins with a letter or digit, has at most 64 characters and does not look like a UUID.";
    EndsBeforeStart = "ends_before_start", Rule,
        "Kết thúc trước khi bắt đầu", "Ends before it starts",
        "Ngày kết thúc {to} đứng trước ngày bắt đầu {from}. Hãy sửa một trong hai ngày.",
        "The end {to} lies before the start {from}. Correct one of the two dates.";
    DateInFuture = "date_in_future", Rule,
        "Ngày ở tương lai", "Date in the future",
        "Ngày {date} sau hôm nay ({today}). Việc đã xảy ra phải có ngày không muộn hơn hôm nay.",
        "{date} is after today ({today}). What has happened must be dated today or earlier.";
    DateTooEarly = "date_too_early", Rule,
        "Ngày quá sớm", "Date too early",
        "Ngày {date} trước {earliest}, không thể là ngày của một việc thi đua, khen thưởng. Hãy kiểm tra lại năm.",
        "{date} lies before {earliest}, when nothing kept here can have happened. Check the year.";
    DateOutsideYear = "date_outside_year", Rule,
        "Ngày ngoài năm thi đua", "Date outside the bloc year",
        "Ngày {date} không thuộc năm thi đua {year}, năm liền trước hay năm liền sau. Hãy kiểm tra ngày, hoặc chọn đúng năm của khối.",
        "{date} lies neither in the bloc year {year} nor in the year before or after it. Check the date, or choose the right bloc year.";
    PeriodsOverlap = "periods_overlap", Taken,
        "Thời gian chồng lấn", "Periods overlap",
        "Đã có một giai đoạn trùng với khoảng từ {from} đến {to}. Hãy kết thúc giai đoạn cũ trước.",
        "Another period already covers part of {from} to {to}. End that one first.";
    AlreadyEnded = "already_ended", State,
        "Đã kết thúc", "Already ended",
        "Mục này đã kết thúc ngày {end}; ngày đã ghi không bị ghi đè. Nếu ngày đó sai, hãy bỏ mục này (DELETE) rồi thêm lại cho đúng.",
        "This ended on {end} already, and a day that is recorded is not overwritten. If it is wrong, take the entry away (DELETE) and add it again.";
    CannotMove = "cannot_move", Rule,
        "Không chuyển được sang nơi khác", "Cannot be moved",
        "Đối tượng này thuộc hẳn về nơi đã lập. Hãy lập đối tượng mới ở nơi đúng.",
        "This belongs for good to where it was made. Make a new one in the right place.";
    RecordedIncomplete = "recorded_incomplete", Rule,
        "Thông tin ghi lại còn thiếu", "Recorded act incomplete",
        "Chữ ký được ghi lại phải cho biết ai ký: họ tên (by_name) hoặc chức vụ (by_position). Hãy bổ sung trong khối recorded.",
        "A recorded signature says who signed: by name (by_name) or position (by_position). Add one of them to the block recorded.";

    RecordedContradicts = "recorded_contradicts", Rule,
        "Thông tin trái nhau", "Two different statements",
        "{field} ở ngoài khối recorded khác với {inside} trong khối đó. Với chữ ký được ghi lại, chỉ cần khai trong khối recorded.",
        "{field} beside the block recorded differs from {inside} inside it. For a recorded signature, state it inside only.";
    RecordedStays = "recorded_stays", Rule,
        "Việc ghi lại vẫn là ghi lại", "A recorded act stays recorded",
        "Việc này được ghi lại từ nguồn khác nên luôn hiển thị như vậy; không thể bỏ khối recorded. Nếu thông tin sai, hãy sửa trong khối đó.",
        "This was recorded from elsewhere and always says so; the block recorded cannot be taken away. Where it is wrong, correct what it says.";

    UnitRelationCycle = "unit_relation_cycle", Rule,
        "Quan hệ vòng tròn", "Circular relation",
        "Đơn vị {upper} đang nằm dưới chính đơn vị này; quan hệ sẽ tạo thành vòng. Hãy chọn đơn vị trên khác.",
        "{upper} lies below this very unit; the relation would close a circle. Choose another upper unit.";
    LastName = "last_name", State,
        "Tên chính thức duy nhất", "The only official name",
        "“{name}” là tên chính thức duy nhất của đơn vị nên không bỏ được. Hãy thêm tên đúng trước, rồi bỏ tên này.",
        "\"{name}\" is the only official name of the unit and cannot be taken away. Add the right name first, then take this one away.";
    SuccessionCycle = "succession_cycle", Rule,
        "Kế thừa vòng tròn", "Circular succession",
        "{to} là đơn vị có trước của chính đơn vị này; không thể kế thừa ngược lại.",
        "{to} came before this very unit; it cannot also follow it.";
    SuccessionTarget = "succession_target", Rule,
        "Đơn vị kế thừa không hợp lệ", "Successor does not fit",
        "Giải thể không có đơn vị kế thừa; các hình thức khác phải có đúng một đơn vị kế thừa khác với đơn vị cũ.",
        "A dissolution has no successor; every other kind has exactly one, different from the predecessor.";
    UnitEnded = "unit_ended", Rule,
        "Đơn vị đã kết thúc trước đó", "The unit had ended before",
        "Đơn vị hoạt động đến hết ngày {end}, nên không thể có kế thừa từ ngày {on}. Hãy sửa effective_on, hoặc sửa to_on của đơn vị.",
        "The unit existed until {end}, so nothing can follow it from {on} on. Correct effective_on, or to_on of the unit.";
    UnitNotYet = "unit_not_yet", Rule,
        "Đơn vị chưa thành lập", "The unit is not there yet",
        "Đơn vị kế thừa chỉ có từ ngày {from}, sau ngày kế thừa {on}. Hãy sửa effective_on, hoặc sửa from_on của đơn vị kế thừa.",
        "The successor exists from {from} on, after the succession on {on}. Correct effective_on, or from_on of the successor.";
    SuccessionContradicts = "succession_contradicts", Rule,
        "Mâu thuẫn với kế thừa đã ghi", "Contradicts a recorded succession",
        "Kế thừa từ ngày {on} mâu thuẫn với kế thừa đã ghi từ ngày {other}: đơn vị chỉ kết thúc một lần, và không có thay đổi nào sau đó. Hãy kiểm tra ngày và đơn vị kế thừa.",
        "A succession from {on} on contradicts the one recorded from {other} on: a unit ends once, and nothing happens to it afterwards. Check date and successor.";
    SuccessionVerified = "succession_verified", State,
        "Kế thừa đã được xác nhận", "The succession is confirmed",
        "Kế thừa từ ngày {on} đã được nguồn công khai xác nhận nên không bỏ được. Hãy sửa lại cho đúng (PATCH); nếu xác nhận nhầm, hãy đặt verified là false trước.",
        "A public source confirms the succession from {on} on, so it is not taken away. Correct it (PATCH); if the confirmation was a mistake, set verified to false first.";

    UsernameTaken = "username_taken", Taken,
        "Tên đăng nhập đã có", "User name taken",
        "Tên đăng nhập “{username}” đã được dùng. Hãy chọn tên khác.",
        "The user name \"{username}\" is in use. Choose another.";
    SecretsTooMany = "secrets_too_many", State,
        "Đã có đủ bí mật", "Secrets enough",
        "Tài khoản dịch vụ đã có {limit} bí mật còn hiệu lực. Hãy thu hồi một bí mật không còn dùng (DELETE …/secrets/…) rồi cấp mới.", "The service account has {limit} secrets that stand. End one that is no longer used (DELETE …/secrets/…), then make another.";
    ClientKeyUnfit = "client_key_unfit", Rule,
        "Khóa công khai không dùng được", "Public key of no use",
        "Khóa thứ {place} không dùng được: {why}. Hãy gửi khóa công khai dạng JWK: EC P-256 (ES256) hoặc RSA từ 2048 bit (RS256), mỗi khóa một kid.", "Key number {place} is of no use: {why}. Send public keys as JWK: EC P-256 (ES256) or RSA of 2048 bits or more (RS256), each with a kid of its own.";
    SecondFactorOn = "second_factor_on", State,
        "Đã có yếu tố thứ hai", "There is a second factor",
        "Tài khoản đã có yếu tố thứ hai. Hãy gỡ trước khi đặt cái mới.",
        "The account has a second factor. Remove it before another is set up.";
    SecondFactorOff = "second_factor_off", State,
        "Chưa có yếu tố thứ hai", "There is no second factor",
        "Tài khoản chưa có yếu tố thứ hai đang chờ hoặc đang dùng. Hãy bắt đầu bằng POST /api/v1/me/second-factor.",
        "The account has no second factor, set up or begun. Begin with POST /api/v1/me/second-factor.";
    OtpWrong = "otp_wrong", Rule,
        "Mã không đúng", "Wrong code",
        "Mã không đúng, đã dùng hoặc đã quá hạn. Hãy dùng mã mới nhất trên thiết bị và kiểm tra đồng hồ của thiết bị.",
        "The code is wrong, was used before or is too old. Use the latest code of the device and check its clock.";
    PasswordUnchanged = "password_unchanged", Rule,
        "Mật khẩu không đổi", "The password does not change",
        "Mật khẩu mới giống mật khẩu hiện tại. Hãy chọn mật khẩu khác.",
        "The new password is the present one. Choose another.";
    PasswordTooWeak = "password_too_weak", Rule,
        "Mật khẩu chưa đạt", "Password not acceptable",
        "Mật khẩu chưa đạt: {broken}. Một câu dài dễ nhớ là tốt nhất.",
        "The password does not do: {broken}. A long sentence is best.";
    UsernameMalformed = "username_malformed", Rule,
        "Tên đăng nhập không hợp lệ", "Malformed user name",
        "Tên đăng nhập gồm 3–64 chữ thường không dấu, chữ số và các dấu . _ @ -, bắt đầu bằng chữ hoặc số.",
        "A user name has 3 to 64 plain lower-case letters, digits and . _ @ -, and begins with a letter or digit.";
    PasswordWrong = "password_wrong", Rule,
        "Mật khẩu hiện tại không đúng", "Present password wrong",
        "Mật khẩu hiện tại không đúng. Hãy nhập lại mật khẩu đang dùng để đăng nhập.",
        "The present password is wrong. Type the one that you sign in with.";
    ScopeDoesNotFit = "scope_does_not_fit", Rule,
        "Phạm vi không phù hợp", "Scope does not fit the role",
        "Vai trò “{role}” không cấp được trên phạm vi “{scope}”. Phạm vi hợp lệ: {allowed}.",
        "The role \"{role}\" cannot be granted on the scope \"{scope}\". Scopes that fit: {allowed}.";
    ScopeRefWanted = "scope_ref_wanted", Rule,
        "Thiếu đối tượng của phạm vi", "The scope names nothing",
        "Phạm vi “{scope}” cần scope_ref: định danh hoặc mã của {what}.",
        "The scope \"{scope}\" needs scope_ref: the identifier or code of the {what}.";
    ScopeRefNotWanted = "scope_ref_not_wanted", Rule,
        "Phạm vi không có đối tượng", "The scope names nothing in particular",
        "Phạm vi “{scope}” không nhận scope_ref. Hãy bỏ trường này, hoặc chọn phạm vi đơn vị hay khối.",
        "The scope \"{scope}\" takes no scope_ref. Leave it out, or choose the scope of a unit or bloc.";
    OwnAccess = "own_access", Rule,
        "Không tự cấp quyền cho mình", "Not for oneself",
        "Không ai tự cấp, tự thu hồi quyền hay tự khóa tài khoản của mình. Hãy nhờ quản trị viên khác.",
        "Nobody grants or revokes their own roles or deactivates themselves. Ask another administrator.";

    BlocYearTaken = "bloc_year_taken", Taken,
        "Năm của khối đã có", "Year of this bloc exists",
        "Khối {bloc} đã có năm {year}. Hãy dùng năm đã có.",
        "The bloc {bloc} already has the year {year}. Use that one.";
    MemberTwice = "member_twice", Taken,
        "Đơn vị đã là thành viên", "Already a member",
        "Đơn vị {unit} đã là thành viên của khối trong thời gian này. Hãy kết thúc tư cách cũ trước.",
        "{unit} already is a member in this time. End that membership first.";
    SeatTwice = "seat_twice", Rule,
        "Đơn vị có hai chỗ", "Seated twice",
        "Đơn vị {unit} xuất hiện hai lần trong thành phần dự họp. Mỗi đơn vị một dòng.",
        "{unit} stands twice among those attending. One row for each unit.";
    OfficeTaken = "office_taken", Taken,
        "Đã có khối trưởng", "The bloc has a leader",
        "Khối đã có khối trưởng trong thời gian này. Hãy kết thúc nhiệm kỳ của khối trưởng cũ trước.",
        "The bloc already has a leader in this time. End the former leader's office first.";
    MembersFrozen = "members_frozen", State,
        "Thành viên đã chốt", "Members are settled",
        "Năm của khối đang ở trạng thái “{state}”; đơn vị chỉ vào hoặc ra theo ngày (from_on, to_on), chức vụ chỉ trao khi còn trống, luôn kèm lý do trong note. Để đổi chức vụ, hãy kết thúc dòng cũ rồi thêm dòng mới từ ngày sau.",
        "The bloc year is \"{state}\"; units only join or leave by date (from_on, to_on), an office is only given while vacant, always with the reason in note. To change an office, end the old row and add a new one from the next day on.";
    NoMembers = "no_members", State,
        "Khối chưa có thành viên", "No members",
        "Khối chưa có đơn vị thành viên nào. Hãy thêm thành viên trước.",
        "The bloc has no member units yet. Add the members first.";
    LeaderMissing = "leader_missing", State,
        "Chưa có khối trưởng", "No leader",
        "Khối chưa có khối trưởng. Hãy ghi nhận đơn vị trưởng khối rồi làm lại.",
        "The bloc has no leader. Record the leading unit and try again.";
    OrganizerMissing = "organizer_missing", State,
        "Chưa có cơ quan tổ chức khối", "No organizer",
        "Khối chưa ghi cơ quan tổ chức. Hãy bổ sung organizer của khối.",
        "The bloc names no organizer. Fill in the bloc's organizer.";
    PledgeOpen = "pledge_open", State,
        "Giao ước chưa xong", "A pledge is still open",
        "Còn giao ước đang chờ ký. Hãy hoàn tất hoặc rút giao ước đó trước.",
        "A pledge is still waiting for signatures. Finish or withdraw it first.";
    PledgeInForce = "pledge_in_force", State,
        "Giao ước đang có hiệu lực", "A pledge is in force",
        "Năm thi đua có giao ước đang có hiệu lực nên không hủy được. Hãy thay thế giao ước đó trước, hoặc kết thúc năm.",
        "The bloc year has a pledge in force and cannot be cancelled. Replace the pledge first, or close the year.";
    BlocYearEnded = "bloc_year_ended", State,
        "Năm thi đua đã kết thúc", "The bloc year has ended",
        "Năm thi đua đã kết thúc hoặc đã hủy. Hãy mở lại năm đã kết thúc, hoặc chọn năm khác.",
        "The bloc year is closed or cancelled. Reopen a closed year, or choose another.";
    MemberSigned = "member_signed", State,
        "Thành viên đã ký giao ước", "The member has signed",
        "Đơn vị đã ký giao ước của năm thi đua này nên không bỏ hay đổi được. Hãy ghi ngày rời khối vào to_on, kèm lý do trong note.",
        "The unit has signed a pledge of this bloc year, so its place cannot be removed or given to another. Enter to_on and say why in note.";

    MeetingNotYet = "meeting_not_yet", State,
        "Chưa đến ngày họp", "The meeting is still to come",
        "Cuộc họp diễn ra ngày {date}, sau hôm nay. Hãy ghi nhận khi họp đã diễn ra.",
        "The meeting is dated {date}, after today. Record it once it has taken place.";
    MinutesMissing = "minutes_missing", State,
        "Chưa có biên bản", "No minutes",
        "Cuộc họp chưa có nội dung biên bản. Hãy điền minutes rồi thông qua.",
        "The meeting has no minutes yet. Fill in minutes, then adopt them.";
    NotAMember = "not_a_member", Rule,
        "Không phải thành viên", "Not a member",
        "Đơn vị {unit} không phải thành viên của khối vào ngày {on}.",
        "{unit} is not a member of the bloc on {on}.";

    RegistrationTaken = "registration_taken", Taken,
        "Đơn vị đã có đăng ký của năm", "Registered already",
        "Đơn vị “{unit}” đã có bản đăng ký thi đua năm {year}: {code}. Mỗi năm một bản; hãy sửa bản đó, hoặc đề nghị trả lại để sửa.",
        "\"{unit}\" has a registration for {year}: {code}. There is one a year; edit that one, or ask for it to be sent back.";
    RegistrationEmpty = "registration_empty", State,
        "Bản đăng ký chưa có mục nào", "Nothing is registered",
        "Bản đăng ký chưa có danh hiệu, hình thức khen thưởng nào. Hãy nhập items trước khi nộp.",
        "No title or commendation is registered yet. Fill in items before it is submitted.";
    RegistrationOtherYear = "registration_other_year", Rule,
        "Năm thi đua của khối không khớp", "Another year of the bloc",
        "Bản đăng ký của năm {year}, còn năm thi đua được chọn là {bloc_year}. Hãy chọn năm thi đua {year} của khối.",
        "The registration is for {year}, the bloc year chosen is of {bloc_year}. Choose the bloc year of {year}.";
    RegistrationSubjectMissing = "registration_subject_missing", Rule,
        "Chưa nêu đối tượng đăng ký", "For whom is not said",
        "Mục này đăng ký cho loại “{kind}” nhưng chưa nêu đối tượng. Hãy điền subject; chỉ tập thể mới được bỏ trống, khi đó là chính đơn vị.",
        "This item is for a subject of the kind \"{kind}\", but names none. Fill in subject; only a collective may be left out, and is then the unit itself.";
    RegistrationSubjectUnfit = "registration_subject_unfit", Rule,
        "Danh hiệu không dành cho đối tượng này", "Not an award for this subject",
        "“{award}” không tặng cho loại “{kind}” ({subject}). Hãy chọn danh hiệu, hình thức khác, hoặc sửa đối tượng; award_types cho biết subjects của từng loại.",
        "\"{award}\" is not given to the kind \"{kind}\" ({subject}). Choose another award or correct the subject; award_types lists the subjects of each.";
    RegistrationSubjectOutside = "registration_subject_outside", Rule,
        "Đối tượng không thuộc đơn vị", "The subject is not of the unit",
        "“{subject}” (đăng ký {award}) không thuộc đơn vị “{unit}”: phải là đơn vị đó hoặc đơn vị trực thuộc, người công tác hay có hồ sơ ở đó. Hãy sửa đối tượng, hoặc cập nhật nơi công tác.",
        "\"{subject}\" (registered for {award}) is not of \"{unit}\": it is that unit or one below it, or works or has its record there. Correct the subject, or its employment.";
    RegistrationItemTwice = "registration_item_twice", Rule,
        "Đăng ký trùng", "Registered twice",
        "“{award}” đã được đăng ký cho “{subject}” ở một mục phía trên. Hãy bỏ mục trùng.",
        "\"{award}\" is registered for \"{subject}\" in an item above. Leave the repeated one out.";
    RegistrationWhose = "registration_whose", Rule,
        "Chọn một đơn vị hoặc một năm thi đua", "One unit or one bloc year",
        "Tổng hợp cần đúng một trong hai: unit kèm year, hoặc bloc_year không kèm year. Hãy sửa tham số.",
        "The consolidation takes exactly one of two: unit with year, or bloc_year without year. Correct the parameters.";

    PledgeEmpty = "pledge_empty", State,
        "Giao ước chưa có nội dung", "The pledge is empty",
        "Giao ước chưa có nội dung thi đua nào. Hãy nhập contents trước khi mở ký.",
        "The pledge has no contents yet. Fill in contents before it is opened for signing.";
    PledgeTextFrozen = "pledge_text_frozen", State,
        "Nội dung giao ước đã chốt", "The pledged text is settled",
        "Giao ước đang ở trạng thái “{state}” nên {field} không sửa được nữa. Khi chưa ai ký, hãy đưa về dự thảo để sửa; khi đã ký, hãy lập giao ước thay thế.",
        "The pledge is \"{state}\", so {field} can no longer change. While nobody has signed, return it to draft; after that, write a replacement pledge.";
    PledgeSigned = "pledge_signed", State,
        "Đã có đơn vị ký", "Already signed by a member",
        "Đã có {count} đơn vị ký giao ước. Không thể đưa về dự thảo; hãy lập giao ước thay thế.",
        "{count} members have signed. It cannot return to draft; write a replacement pledge.";
    SignedAlready = "signed_already", Taken,
        "Đơn vị đã ký", "Already signed",
        "Đơn vị {unit} đã ký giao ước này. Mỗi đơn vị thành viên ký một lần.",
        "{unit} has signed this pledge. Every member signs once.";
    SignatureStays = "signature_stays", State,
        "Chữ ký không bỏ được", "The signature stays",
        "Chỉ bỏ được chữ ký đã ghi lại nhầm khi giao ước đang ký. Chữ ký này: {origin}; giao ước: {state}.",
        "Only a signature recorded by mistake can be taken away, while the pledge is being signed. This one: {origin}; the pledge: {state}.";
    PledgeComplete = "pledge_complete", State,
        "Mọi thành viên đã ký", "Everybody has signed",
        "Tất cả đơn vị thành viên đã ký giao ước này; không còn ai phải ký.",
        "All members have signed this pledge; nobody is left to sign.";
    ContentNumberTwice = "content_number_twice", Rule,
        "Số thứ tự trùng", "Number used twice",
        "Số thứ tự “{no}” xuất hiện hai lần trong cùng một cấp nội dung.",
        "The number \"{no}\" stands twice among contents of one level.";
    ContentsTooMany = "contents_too_many", Rule,
        "Quá nhiều nội dung", "Too many contents",
        "Giao ước có {count} mục nội dung; tối đa là {limit}, tính cả các cấp. Hãy gộp bớt.",
        "The pledge has {count} contents; the most is {limit}, all levels together. Merge some.";
    ReferencesTooMany = "references_too_many", Rule,
        "Quá nhiều dẫn chiếu", "Too many references",
        "Giao ước dẫn {count} văn bản và phong trào; tối đa là {limit}, tính cả các nội dung. Hãy bỏ bớt.",
        "The pledge refers to {count} documents and campaigns; the most is {limit}, all contents together. Leave some out.";
    ContentTooDeep = "content_too_deep", Rule,
        "Nội dung lồng quá sâu", "Contents nested too deeply",
        "Nội dung giao ước có tối đa {limit} cấp. Hãy gộp hoặc tách lại các mục.",
        "The contents of a pledge have at most {limit} levels. Merge or split them.";
    NoPledgeBefore = "no_pledge_before", Rule,
        "Không có giao ước năm trước", "No pledge of the year before",
        "Khối chưa có giao ước của năm {year} để chép lại. Hãy nhập nội dung mới, hoặc chỉ rõ giao ước muốn chép.",
        "The bloc has no pledge of {year} to copy. Write new contents, or name the pledge to copy.";
    ReferenceAmbiguous = "reference_ambiguous", Rule,
        "Tham chiếu không rõ", "Reference not clear",
        "Mỗi dòng phải có đúng một trong các trường: {fields}.",
        "Each row must have exactly one of: {fields}.";

    ScoreIncomplete = "score_incomplete", State,
        "Phiếu chưa đủ mục", "The sheet is not complete",
        "Còn {count} mục chưa có số liệu (xem score.missing của phiếu). Không đạt thì ghi 0, không thuộc nhiệm vụ thì ghi not_applicable nếu bảng điểm cho phép.",
        "{count} items have no entry yet (see score.missing of the sheet). Enter 0 where nothing was reached, or not_applicable where the table allows it.";
    ScoreProvisional = "score_provisional", State,
        "Còn điểm tạm tính", "Provisional points left",
        "Còn {count} mục chờ công bố chỉ số. Hãy nhập kết quả chỉ số, hoặc cho điểm thay kèm lý do, rồi chốt.",
        "{count} items wait for an index to be published. Enter its result, or give points with a reason, and settle then.";
    CriteriaScored = "criteria_scored", State,
        "Đã chấm theo bảng khác", "Scored on another table already",
        "Năm thi đua {year} đã có điểm theo bảng hiện tại. Chỉ đổi sang bản sửa đổi của bảng đó; {set} không phải bản sửa đổi của nó.",
        "Scores have been entered in {year} on its present table. It can only go over to an amendment of that; {set} is none.";
    NoSheet = "no_sheet", Rule,
        "Đơn vị chưa có phiếu", "No sheet of this unit",
        "Đơn vị {unit} không có phiếu chấm điểm trong năm thi đua này.",
        "{unit} has no score sheet in this bloc year.";
    ScorePaperMissing = "score_paper_missing", Rule,
        "Chưa nêu văn bản", "Without its paper",
        "Tổng điểm hoặc thứ hạng lấy từ giấy cần recorded: từ đâu, ngày nào, của ai. Hãy bổ sung.",
        "A total or rank from paper needs recorded: from where, when, whose. Add it.";
    ScoreTotalOutside = "score_total_outside", Rule,
        "Tổng điểm ngoài khoảng", "Total outside the table",
        "Tổng điểm {total} nằm ngoài khoảng từ 0 đến {most} của bảng điểm. Hãy kiểm tra lại văn bản.",
        "{total} lies outside 0 to {most}, what the table can give. Check the paper.";
    AppealTooEarly = "appeal_too_early", State,
        "Chưa có gì để kiến nghị", "Nothing to appeal against yet",
        "Phiếu đang ở bước tự chấm, chưa ai thẩm định. Hãy sửa điểm trên phiếu, hoặc kiến nghị sau khi phiếu đã nộp.",
        "The unit still scores itself and nobody has judged. Correct the sheet, or appeal once it is submitted.";
    AppealPointsOutside = "appeal_points_outside", Rule,
        "Điểm đề nghị ngoài giới hạn", "Points asked for are out of bounds",
        "Đề nghị {points} điểm, nhưng chỉ từ 0 đến {most}. Hãy sửa asked_points.",
        "{points} points are asked for where 0 to {most} can be had. Correct asked_points.";
    AppealAnswerUnfit = "appeal_answer_unfit", Rule,
        "Nội dung trả lời không khớp", "The answer does not fit the act",
        "Trả lời (answer) cần cả outcome và answer; rút (withdraw) thì không nhận outcome, answer, document.",
        "To answer takes both outcome and answer; to withdraw takes neither of them, and no document.";
    AppealOpen = "appeal_open", State,
        "Còn kiến nghị chưa trả lời", "An appeal waits for an answer",
        "Còn {count} kiến nghị về phiếu này chưa được trả lời. Hãy trả lời (POST /appeals/…/transitions), hoặc chờ đơn vị rút, rồi chốt.",
        "{count} appeals about this sheet wait for an answer. Answer them (POST /appeals/…/transitions), or let them be withdrawn, and settle then.";
    AppealLate = "appeal_late", State,
        "Đã hết hạn kiến nghị", "Too late to appeal",
        "Hạn kiến nghị là hết ngày {until}. Kiến nghị đã gửi ở nơi khác thì đơn vị tổ chức khối hoặc cơ quan thường trực ghi lại bằng recorded.",
        "Appeals were taken until {until}. One that was filed elsewhere is entered by who organises the bloc or by the standing body, with recorded.";
    CouncilDecided = "council_decided", State,
        "Hội đồng đã quyết định", "The council has decided",
        "Hội đồng đã quyết định kết quả của năm thi đua này nên không sửa được nữa. Hội đồng thay đổi thì cơ quan thường trực rút quyết định đã công bố (POST …/ranking/publications/…/withdrawals).",
        "The council has decided the ranking of this bloc year and nothing it rests on changes. If the council changes its mind, the standing body withdraws what was published (POST …/ranking/publications/…/withdrawals).";
    RankingUnsettled = "ranking_unsettled", State,
        "Còn phiếu chưa chốt", "Sheets are not settled",
        "Còn {count} đơn vị chưa có phiếu hoặc phiếu chưa chốt: {names}. Hãy chốt điểm (settle) trước.",
        "{count} members have no sheet or one that is not settled: {names}. Settle them first.";
    RankingAppealed = "ranking_appealed", State,
        "Còn kiến nghị chưa trả lời", "Appeals wait for an answer",
        "Còn {count} kiến nghị chưa trả lời: {names}. Hãy trả lời trước.",
        "{count} appeals wait for an answer: {names}. Answer them first.";
    RankingUnranked = "ranking_unranked", State,
        "Có đơn vị chưa xếp hạng được", "Members cannot be ranked",
        "{count} đơn vị chỉ có thứ hạng trên giấy nên không xếp chung được với đơn vị có điểm: {names}. Hãy nhập điểm, hoặc tổng điểm trên giấy (recorded_total).",
        "Of {count} members only a rank on paper is known, which cannot be put in one order with scores: {names}. Enter their points, or the total on paper (recorded_total).";
    RankingTied = "ranking_tied", State,
        "Còn đơn vị bằng điểm chưa phân định", "Equals are not told apart yet",
        "Còn {count} đơn vị bằng điểm, chờ bỏ phiếu hoặc Hội đồng: {names}. Hãy nhập kết quả (PUT …/tie-decisions/…) trước.",
        "{count} members of equal points wait for a ballot or the council: {names}. Enter what was decided first (PUT …/tie-decisions/…).";
    AppealsMayCome = "appeals_may_come", State,
        "Chưa hết hạn kiến nghị", "Appeals may still come",
        "Theo lần công bố còn hiệu lực, hạn kiến nghị là hết ngày {until}; ngày quyết định là {on}. Hãy chờ hết hạn rồi công bố quyết định.",
        "By an announcement that stands, appeals are taken until {until}; the decision is of {on}. Publish it after that day.";
    RankingMoved = "ranking_moved", State,
        "Xếp hạng đã thay đổi", "The ranking has changed",
        "Xếp hạng hiện nay có SHA-256 {now}, khác bản đã được biểu quyết (sha256). Hãy xem lại xếp hạng; nếu đúng thì gửi sha256 mới.",
        "The ranking as it stands has the SHA-256 {now}, which is not what was voted on (sha256). Look at it again; if it is right, send its sha256.";
    DecisionWithoutDocument = "decision_without_document", Rule,
        "Thiếu văn bản của quyết định", "A decision without a document",
        "Quyết định của Hội đồng được công bố theo văn bản. Hãy ghi văn bản (document).",
        "What a council decided is published by a document. Name it (document).";
    PublicationWithdrawn = "publication_withdrawn", State,
        "Đã rút công bố", "Withdrawn already",
        "Lần công bố này đã được rút ngày {on}. Hãy xem lần công bố sau.",
        "This publication was withdrawn on {on}. See a later one.";
    TieUnitTwice = "tie_unit_twice", Rule,
        "Đơn vị ghi hai lần", "The unit comes twice",
        "Đơn vị {unit} có hai dòng. Hãy giữ một dòng.",
        "{unit} has two lines. Keep one.";
    TiePlaceTwice = "tie_place_twice", Rule,
        "Hai đơn vị cùng thứ tự", "Two units on one place",
        "Thứ tự {place} đã dành cho đơn vị khác. Mỗi đơn vị một thứ tự (place).",
        "Place {place} is another unit's. Give each unit a place of its own.";
    TieValueUnfit = "tie_value_unfit", Rule,
        "Số liệu không khớp với nguồn quyết định", "Not what this decision says",
        "Đơn vị {unit}: kết quả bỏ phiếu (ballot) ghi votes, quyết định của Hội đồng (council) ghi place, mỗi dòng một trường.",
        "{unit}: a ballot says votes, a council says place, one of them on a line.";
    ScoreFactUnknown = "score_fact_unknown", Rule,
        "Điều kiện không có trong bảng", "No gate asks that",
        "Bảng điểm không có điều kiện nào hỏi “{fact}”. Các điều kiện được hỏi: {known}.",
        "No gate of the table asks for \"{fact}\". Those asked for: {known}.";
    EvidenceOther = "evidence_other", Rule,
        "Tệp của đơn vị khác", "A file of another unit",
        "Tệp {file} không phải của đơn vị được chấm, cũng không thuộc đơn vị mà tài khoản này phụ trách. Hãy tải tệp lên cho đúng đơn vị.",
        "{file} is neither of the unit that is scored nor of one this account looks after. Upload it for the right unit.";
    CriteriaSettled = "criteria_settled", State,
        "Đã có phiếu chốt điểm", "Sheets are settled",
        "Năm thi đua {year} đã có phiếu chốt điểm ({sheet}). Hãy mở lại phiếu trước khi đổi bảng điểm.",
        "Sheets of {year} are settled ({sheet}). Reopen them before the table is changed.";
    SheetTwice = "sheet_twice", Taken,
        "Đơn vị đã có phiếu", "Sheet exists",
        "Đơn vị {unit} đã có phiếu chấm điểm của năm thi đua này. Hãy dùng phiếu đã có.",
        "{unit} already has a score sheet in this bloc year. Use that one.";
    SheetWithoutCriteria = "sheet_without_criteria", State,
        "Năm thi đua chưa có bảng điểm", "No criteria applied",
        "Năm thi đua {year} chưa áp dụng bảng điểm. Hãy áp dụng một bảng đã ban hành (POST /criteria-sets/…/applications) trước.",
        "No criteria set applies to {year}. Apply a published one (POST /criteria-sets/…/applications) first.";
    PeerIsOwn = "peer_is_own", Rule,
        "Đơn vị không tự chấm chéo", "No unit cross-checks itself",
        "{unit} là đơn vị được chấm. Hãy chọn một thành viên khác của khối để chấm chéo.",
        "{unit} is the unit that is judged. Choose another member of the bloc to cross-check.";
    EvidenceType = "evidence_type", Rule,
        "Loại tệp không dùng làm minh chứng", "Not a file for evidence",
        "Tệp {file} là {media}. Minh chứng là PDF, ảnh PNG hoặc JPEG, DOCX hoặc XLSX.",
        "{file} is {media}. Evidence is PDF, PNG or JPEG, DOCX or XLSX.";
    CriteriaFaulty = "criteria_faulty", State,
        "Bảng điểm còn lỗi", "The table still has faults",
        "Bảng điểm còn {count} lỗi. Thử ban hành với ?dry_run=true để xem từng lỗi kèm mã mục, rồi sửa dự thảo.",
        "The table has {count} faults. Try to publish it with ?dry_run=true to see each with its item, and correct the draft.";
    AmendmentWithoutDocument = "amendment_without_document", State,
        "Thiếu văn bản sửa đổi", "Amendment without a document",
        "Bảng điểm đã ban hành chỉ được sửa theo văn bản. Hãy ghi văn bản (document) của lần sửa đổi này.",
        "What was published is amended by a document only. Name the document of this amendment.";
    CriteriaInUse = "criteria_in_use", State,
        "Bảng điểm đang được dùng", "The table is in use",
        "Bảng điểm đang dùng cho {count} năm thi đua. Hãy áp dụng bảng khác cho các năm đó, hoặc sửa đổi bảng này bằng một bản mới.",
        "{count} bloc years are scored by it. Apply another one to them, or amend it by a new edition.";
    CriteriaSourceMissing = "criteria_source_missing", Rule,
        "Chưa có nội dung bảng điểm", "Nothing to make the table of",
        "Hãy nêu thang điểm (scale) và nội dung, hoặc bảng để chép (copy_of), hoặc bảng được sửa đổi (amends).",
        "Give a scale and contents, or a table to copy (copy_of), or the one that is amended (amends).";
    CriteriaNotPublished = "criteria_not_published", State,
        "Bảng điểm chưa ban hành", "The table is not published",
        "Bảng điểm {set} đang ở trạng thái “{state}”. Chỉ bảng đã ban hành mới được sửa đổi hoặc áp dụng.",
        "The state of {set} is \"{state}\". Only what is published can be amended or applied.";
    CriteriaTemplate = "criteria_template", State,
        "Bảng mẫu", "A template",
        "{set} là bảng mẫu đi kèm chương trình. Hãy chép thành bảng của đơn vị (POST với copy_of), xem lại rồi ban hành.",
        "{set} is a template that comes with the program. Copy it into a table of a unit (POST with copy_of), look it over and publish that.";
    MappingUnknown = "mapping_unknown", Rule,
        "Mục không có trong bảng", "No such item",
        "Không có mục {item} ở bảng tương ứng. from là mục của bảng cũ, to là mục của bảng mới.",
        "There is no item {item} in that table. `from` is of the table before, `to` of the new one.";
    MappingTwice = "mapping_twice", Rule,
        "Mục được nêu hai lần", "Item named twice",
        "Điểm đã nhập của mục {item} được chuyển hai lần, hoặc hai mục chuyển vào cùng một mục. Mỗi mục chỉ chuyển một lần.",
        "What was entered for {item} is carried over twice, or two are carried over to one. Each goes over once.";
    MappingMissing = "mapping_missing", Rule,
        "Thiếu mục chuyển điểm", "Not said what becomes of an item",
        "Bảng mới không có mục {item} của bảng cũ. Hãy nêu trong mapping mục thay nó, hoặc để trống to nếu bỏ điểm đã nhập.",
        "The new table has no item {item}, which the one before has. Say in mapping what stands in its place, or leave `to` out where what was entered is dropped.";
    IndexRangeReversed = "index_range_reversed", Rule,
        "Khoảng giá trị ngược", "Range is reversed",
        "Giá trị nhỏ nhất {least} không nhỏ hơn giá trị lớn nhất {most}. Hãy sửa một trong hai.",
        "The least value {least} is not below the greatest {most}. Correct one of them.";
    IndexResultsOutside = "index_results_outside", Rule,
        "Có kết quả nằm ngoài khoảng", "Results outside the range",
        "{count} kết quả đã nhập có giá trị ngoài khoảng {range}. Hãy sửa hoặc rút các kết quả ấy trước, hoặc để khoảng rộng hơn.",
        "{count} results entered before have a value outside {range}. Correct or withdraw them first, or leave the range wider.";
    IndexResultEmpty = "index_result_empty", Rule,
        "Kết quả chưa có gì", "Nothing in the result",
        "Kết quả của một chỉ số phải có giá trị (value) hoặc thứ hạng (rank), hoặc cả hai.",
        "A result of an index has a value or a rank, or both.";
    IndexValueOutside = "index_value_outside", Rule,
        "Giá trị ngoài khoảng của chỉ số", "Value outside the range of the index",
        "Giá trị {value} nằm ngoài khoảng của chỉ số: {range}. Hãy kiểm tra giá trị, hoặc khoảng ghi ở chỉ số.",
        "{value} lies outside the range of the index: {range}. Check the value, or the range given at the index.";
    IndexRankBeyond = "index_rank_beyond", Rule,
        "Thứ hạng lớn hơn số được xếp hạng", "Rank beyond the number ranked",
        "Thứ hạng {rank} lớn hơn số đơn vị được xếp hạng ({ranked}). Hãy sửa một trong hai.",
        "Rank {rank} is beyond the number of those ranked ({ranked}). Correct one of them.";
    IndexPublishedEarly = "index_published_early", Rule,
        "Công bố trước năm đánh giá", "Published before its edition",
        "Ngày công bố {date} trước năm đánh giá {edition}. Hãy kiểm tra năm đánh giá (edition) và ngày công bố.",
        "{date} lies before the year of the edition, {edition}. Check the edition and the day of publication.";
    IndexResultTaken = "index_result_taken", Taken,
        "Kết quả đã có", "Result exists",
        "Đơn vị này đã có kết quả của chỉ số này năm {edition}. Hãy sửa kết quả đã có.",
        "This unit already has a result of this index for {edition}. Edit that one.";
    DocumentTaken = "document_taken", Taken,
        "Văn bản đã có", "Document exists",
        "Đã có văn bản số {number}{symbol} năm {year} của cơ quan ban hành này. Hãy dùng văn bản đã có.",
        "This issuer's document {number}{symbol} of {year} is already there. Use the existing document.";
    CampaignCycle = "campaign_cycle", Rule,
        "Hưởng ứng vòng tròn", "Circular response",
        "Phong trào {higher} đang hưởng ứng chính phong trào này. Hãy bỏ tham chiếu đó.",
        "{higher} itself responds to this very campaign. Remove that reference.";

    FileNameMalformed = "file_name_malformed", Rule,
        "Tên tệp không hợp lệ", "Malformed file name",
        "Tên tệp có tối đa {limit} ký tự, kết thúc bằng {endings}, không bắt đầu bằng dấu chấm, không có .. hay các dấu / \\ : * ? \" < > |. Hãy đổi tên, hoặc sửa Content-Type.",
        "A file name has at most {limit} characters, ends in {endings}, does not begin with a dot and holds neither .. nor any of / \\ : * ? \" < > |. Rename it, or correct the Content-Type.";
    FileEmpty = "file_empty", Rule,
        "Tệp rỗng", "Empty file",
        "Tệp không có nội dung. Hãy gửi nội dung của tệp làm thân yêu cầu.",
        "The file has no content. Send the bytes of the file as the body of the request.";
    FileMismatch = "file_mismatch", Rule,
        "Nội dung không đúng loại tệp", "Content of another type",
        "Nội dung không phải {type}, dù Content-Type khai như vậy. Hãy khai đúng loại, hoặc xuất lại tệp đúng định dạng.",
        "The content is not a {type}, though Content-Type says so. Declare the right type, or export the file again.";
    FileTruncated = "file_truncated", Rule,
        "Tệp bị cắt cụt", "Truncated file",
        "Không thấy phần kết thúc của {type}: tệp bị cắt cụt hoặc hỏng. Hãy mở thử, xuất lại rồi gửi lại.",
        "The end of the {type} is missing: the file is cut off or damaged. Try to open it, export it again and send that.";
    FileMixed = "file_mixed", Rule,
        "Tệp chứa loại khác", "A second type inside",
        "Trong {type} có nội dung của một loại tệp khác hoặc chương trình có thể chạy. Hãy xuất lại thành một tệp sạch, hoặc quét lại bản giấy.",
        "The {type} also holds content of another type or something that can be run. Export it again as a clean file, or scan the paper again.";
    FileNotText = "file_not_text", Rule,
        "Không phải văn bản UTF-8", "Not UTF-8 text",
        "Tệp CSV phải là văn bản UTF-8, không có ký tự điều khiển. Trong Excel, hãy lưu bằng kiểu “CSV UTF-8”.",
        "A CSV file is UTF-8 text without control characters. In Excel, save it as \"CSV UTF-8\".";
    FileMacros = "file_macros", Rule,
        "Tệp có macro", "The file has macros",
        "{type} có macro hoặc điều khiển ActiveX nên không được nhận. Hãy lưu lại không kèm macro, hoặc xuất ra PDF.",
        "The {type} has macros or ActiveX controls and is not taken. Save it without them, or export it as PDF.";
    ArchiveUnreadable = "archive_unreadable", Rule,
        "Không đọc được cấu trúc tệp", "Unreadable structure",
        "Mục lục bên trong {type} bị hỏng. Hãy mở bằng phần mềm văn phòng, lưu lại rồi gửi lại.",
        "The directory inside the {type} is damaged. Open it in the office software, save it again and send that.";
    ArchiveTooLarge = "archive_too_large", Rule,
        "Nội dung nén quá lớn", "Unpacks to too much",
        "Tệp có {parts} phần và khai {size} byte khi giải nén; tối đa là {parts_limit} phần, {limit} byte và {ratio} lần kích thước tệp. Hãy chia nhỏ, hoặc xuất ra PDF.",
        "The file has {parts} parts and says that it unpacks to {size} bytes; the most is {parts_limit} parts, {limit} bytes and {ratio} times its size. Split it, or export it as PDF.";
    ArchivePath = "archive_path", Rule,
        "Tên phần bên trong không an toàn", "Unsafe name inside",
        "Phần “{name}” bên trong tệp mang tên trỏ ra ngoài tệp. Phần mềm văn phòng không tạo tệp như vậy; hãy lưu lại tệp gốc.",
        "The part \"{name}\" inside the file has a name that leads out of it. Office software makes no such files; save the original again.";
    ArchiveEncrypted = "archive_encrypted", Rule,
        "Tệp có mật khẩu", "Password protected",
        "Nội dung tệp được mã hóa nên người có quyền cũng không đọc được. Hãy lưu lại không đặt mật khẩu; quyền xem do hệ thống bảo đảm.",
        "The content is encrypted, so that those who may see it cannot read it. Save it without a password; who sees it is decided here.";
    StateSecret = "state_secret", Rule,
        "Không nhận bí mật nhà nước", "State secrets are not taken",
        "Tài liệu độ “{level}” không được lưu ở đây và chưa lưu gì. Hãy xử lý theo Luật Bảo vệ bí mật nhà nước, trên hệ thống dành riêng; ở đây chỉ ghi số, ngày của văn bản nếu được phép.",
        "A document of the level \"{level}\" must not be kept here, and nothing was. Handle it under the law on state secrets, on a system made for it; enter only its number and date here, if that is allowed.";
    QuotaExceeded = "quota_exceeded", State,
        "Hết dung lượng của đơn vị", "The unit has no room left",
        "Tệp của đơn vị đã dùng {used} byte; thêm {size} byte sẽ vượt {quota}. Hãy xóa tệp không còn dùng, hoặc nhờ quản trị nâng hạn mức.",
        "The files of the unit come to {used} bytes; {size} more would pass {quota}. Delete files that nothing is linked to, or ask the administrator for more room.";
    FileLinked = "file_linked", State,
        "Tệp đang được dùng", "The file is in use",
        "Tệp đang được {links} hồ sơ dẫn chiếu nên không xóa được. Hãy bỏ hoặc thay file_id ở các hồ sơ đó trước.",
        "{links} records refer to this file, so it stays. Take file_id out of them, or put another there, first.";

    RecordMoved = "record_moved", Moved,
        "Hồ sơ ở định danh khác", "Found under another identifier",
        "Hồ sơ này đã nhập vào hồ sơ {into}. Hãy đọc hồ sơ đó (Location).",
        "This record was merged into {into}. Read that one (Location).";
    RecordMerged = "record_merged", State,
        "Hồ sơ đã nhập vào hồ sơ khác", "Merged into another record",
        "Hồ sơ này đã nhập vào hồ sơ {into} nên không nhận thay đổi. Hãy gửi đến hồ sơ đó, hoặc hoàn tác việc nhập.",
        "This record was merged into {into} and takes no changes. Send them to that one, or undo the merge.";
    MergeSame = "merge_same", Rule,
        "Hai hồ sơ là một", "One and the same record",
        "Không thể nhập hồ sơ vào chính nó. Hãy chọn hồ sơ kia của cùng người trong trường into.",
        "A record is not merged into itself. Name the other record of the person in the field into.";
    MergeClashes = "merge_clashes", State,
        "Hai hồ sơ mâu thuẫn", "The records contradict each other",
        "Chưa nhập được vì: {clashes}. Hãy xem trước (merge-previews), sửa một trong hai hồ sơ rồi gửi lại; nếu là hai người khác nhau thì không nhập.",
        "They cannot be merged yet: {clashes}. Look at merge-previews, correct one of the two records and send again; two different people are not merged.";
    MergeEmployment = "merge_employment", State,
        "Nơi công tác mâu thuẫn", "Employments contradict each other",
        "Hồ sơ bị nhập ghi công tác “{what}”; hồ sơ kia ghi cùng việc ấy với thời gian khác. Hãy sửa hoặc bỏ một trong hai.",
        "The record to be merged says \"{what}\"; the other has the same position at another time that overlaps. Correct or remove one of the two.";
    MergeHousehold = "merge_household", State,
        "Ở hai hộ cùng lúc", "In two households at one time",
        "Theo hồ sơ bị nhập, người này ở một hộ trong thời gian {what}; theo hồ sơ kia thì cùng lúc đó ở hộ khác. Hãy ghi ngày cuối ở một trong hai hộ.",
        "By the record to be merged they live in one household in the time {what}, by the other record in another. End one of the two places.";
    MergeBond = "merge_bond", State,
        "Hai quan hệ trong một hộ", "Two bonds in one household",
        "Trong cùng một hộ, thời gian {what}, hai hồ sơ mang hai quan hệ khác nhau với chủ hộ. Hai người khác nhau thì không nhập; nếu là một người, hãy bỏ chỗ ghi nhầm.",
        "In one household, in the time {what}, the two records have different bonds. Two different people are not merged; if they are one, take the mistaken place away.";
    MergeExternalId = "merge_external_id", State,
        "Hai mã ở một hệ thống", "Two names in one system",
        "Hệ thống {what} gọi hai hồ sơ bằng hai mã khác nhau. Hãy bỏ mã sai trong external_ids của một hồ sơ.",
        "The system {what} calls the two records by different names. Take the wrong one out of external_ids of one record.";
    MergeCitizenCard = "merge_citizen_card", State,
        "Hai số căn cước", "Two citizen numbers",
        "Hai hồ sơ có hai số căn cước khác nhau, mà mỗi người chỉ có một số ({what}). Hai người khác nhau thì không nhập; nếu một số sai, hãy bỏ giấy tờ tùy thân đó.",
        "The records have two citizen numbers, and a person has one ({what}). Two different people are not merged; if one number is wrong, take that identity paper away.";
    MergeUndone = "merge_undone", State,
        "Đã hoàn tác", "Undone already",
        "Lần nhập hồ sơ này đã được hoàn tác. Nếu cần, hãy nhập lại.",
        "This merge was undone already. Merge again if it is to be.";
    MergeNotUndoable = "merge_not_undoable", State,
        "Không hoàn tác được", "Cannot be undone",
        "Không thể đưa hai hồ sơ về đúng như trước: {why}. Hãy sửa hồ sơ bằng tay.",
        "The two records cannot be put back exactly as they were: {why}. Correct the records by hand.";
    NumberMalformed = "identity_number_malformed", Rule,
        "Số giấy tờ tùy thân không hợp lệ", "Malformed number of an identity paper",
        "Số của giấy tờ tùy thân “{paper}” gồm {form}. Hãy kiểm tra lại số ghi trên đó.",
        "The number of this identity paper ({paper}) is {form}. Check it on the paper.";
    CountryDoesNotFit = "country_does_not_fit", Rule,
        "Quốc gia không phù hợp với giấy tờ tùy thân", "The country does not fit the identity paper",
        "Giấy tờ tùy thân “{paper}”: căn cước và chứng minh nhân dân do Việt Nam cấp; giấy tờ nước ngoài phải ghi quốc gia cấp, khác Việt Nam. Hãy sửa country hoặc kind.",
        "This identity paper ({paper}): identity cards are Vietnamese; a foreign paper names the country that issued it, which is another. Correct country or kind.";
    NumberTaken = "identity_number_taken", Taken,
        "Số giấy tờ tùy thân đã có", "The number of the identity paper is known already",
        "Số giấy tờ tùy thân này đã có trong hồ sơ {holder}. Hãy dùng hồ sơ đó; nếu hai hồ sơ là của một người, hãy nhập làm một.",
        "The number of this identity paper stands in the record {holder}. Use that record; if the two are of one person, merge them.";
    CitizenNumberOther = "citizen_number_other", Taken,
        "Đã có số căn cước khác", "Another citizen number stands there",
        "Mỗi người có một số căn cước suốt đời; hồ sơ này đã có số {known}. Nếu số đó sai, hãy bỏ giấy tờ tùy thân đó trước; nếu là hai người, hãy lập hồ sơ khác.",
        "A person has one citizen number for life, and this record has {known}. If that one is wrong, take that identity paper away first; if these are two people, make another record.";
    DelegateInactive = "delegate_inactive", Rule,
        "Người được ủy quyền đã bị khóa", "The delegate's account is deactivated",
        "Tài khoản của người được ủy quyền đã bị khóa, không làm thay được ai. Hãy mở lại tài khoản đó hoặc chọn người khác.",
        "The account of the delegate is deactivated and acts for nobody. Activate it, or name somebody else.";
    LivesElsewhere = "lives_elsewhere", Taken,
        "Người này đã thuộc một hộ", "In a household already",
        "Trong thời gian này người đó đã thuộc một hộ. Hãy ghi ngày cuối của người đó ở hộ ấy trước.",
        "The person is in a household during that time. End that place first.";
    HouseholdHeadTaken = "household_head_taken", Taken,
        "Hộ đã có chủ hộ", "The household has a head",
        "Trong thời gian này hộ đã có chủ hộ. Hãy ghi ngày cuối của chủ hộ ấy trước.",
        "The household has a head during that time. End that place first.";

    DelegationToOneself = "delegation_to_oneself", Rule,
        "Ủy quyền cho chính mình", "Delegated to oneself",
        "Người ủy quyền và người được ủy quyền là một. Hãy chọn người khác trong trường delegate.",
        "Who delegates and who is to act are the same. Name somebody else in the field delegate.";
    DelegationBeyondRights = "delegation_beyond_rights", Rule,
        "Ủy quyền vượt quyền của mình", "Beyond one's own rights",
        "Người ủy quyền không giữ vai trò thủ trưởng của đơn vị trong suốt thời gian ủy quyền. Hãy chọn đúng người ủy quyền, hoặc rút ngắn thời gian.",
        "Who delegates does not head the unit during the whole time of the delegation. Name who does, or make the time shorter.";
    DelegationPassedOn = "delegation_passed_on", Rule,
        "Ủy quyền lại", "Passed on",
        "Người này làm thay theo ủy quyền, và người được ủy quyền không được ủy quyền lại (Nghị định 30/2020/NĐ-CP, Điều 13 khoản 4). Hãy để thủ trưởng ủy quyền trực tiếp.",
        "They act under a delegation themselves, and a delegate does not delegate (Decree 30/2020/ND-CP, article 13, clause 4). Let the head of the unit delegate directly.";
    DelegationCircle = "delegation_circle", Rule,
        "Ủy quyền vòng tròn", "Circular delegation",
        "Người được chọn đang ủy quyền chính việc này cho người ủy quyền. Hãy thu hồi ủy quyền kia trước.",
        "Who is to act has delegated this very act to who delegates. Revoke that delegation first.";
    DelegationOverlaps = "delegation_overlaps", Taken,
        "Đã có ủy quyền trong thời gian này", "Another delegation covers that time",
        "Việc này của đơn vị đã được ủy quyền từ {from} đến {to}; mỗi việc chỉ một người làm thay trong cùng thời gian. Hãy thu hồi ủy quyền đó, hoặc chọn thời gian khác.",
        "This act of the unit is delegated from {from} to {to}; one acts for a unit in one thing at a time. Revoke that delegation, or choose another time.";
    DelegationPaperOther = "delegation_paper_other", Rule,
        "Văn bản không thuộc bên ủy quyền", "Not a paper of the delegating side",
        "Ủy quyền phải dựa trên văn bản do đơn vị hoặc cấp trên của đơn vị ban hành; khi chưa rõ nơi ban hành, do các đơn vị đó hoặc cơ quan thường trực lưu giữ. Hãy chọn đúng văn bản, hoặc bổ sung issuer cho văn bản.",
        "A delegation rests on a document issued by the unit or by one above it; where the issuer is not known, kept by them or by the standing body. Name the right document, or complete its issuer.";
    DelegateSignsForHead = "delegate_signs_for_head", Rule,
        "Người được ủy quyền ký thay", "A delegate signs for the head",
        "Tài khoản này ký theo ủy quyền, nên hình thức ký là TUQ., KT. hoặc TL. Hãy bỏ trường mode hoặc chọn một trong các hình thức đó.",
        "This account signs under a delegation: by written authorisation (TUQ.), for the head (KT.) or by order (TL.). Leave the field mode out or choose one of these.";

    HandoverToOneself = "handover_to_oneself", Rule,
        "Bàn giao cho chính mình", "Handed over to oneself",
        "Người bàn giao và người nhận là một. Hãy chọn người khác trong trường to.",
        "Who hands over and who receives are the same. Name somebody else in the field to.";
    HandoverInPast = "handover_in_past", Rule,
        "Ngày bàn giao đã qua", "Handed over in the past",
        "Ngày bàn giao {date} trước hôm nay ({today}); việc đã làm vẫn là của người đã làm. Hãy chọn hôm nay hoặc ngày sau; nếu lịch sử sai, hãy sửa từng mục.",
        "The day {date} lies before today ({today}), and what was done stays with who did it. Choose today or later; where the history is wrong, correct its entries.";
    HandoverBlocked = "handover_blocked", State,
        "Chưa bàn giao được", "Cannot be handed over yet",
        "Không chuyển gì cả, vì: {obstacles}. Hãy xử lý từng điểm rồi gửi lại.",
        "Nothing went over, because: {obstacles}. See to each of these and send again.";
    HandoverReceiver = "handover_receiver", State,
        "Tài khoản nhận đã khóa", "The receiver is deactivated",
        "Tài khoản nhận {what} đã khóa. Hãy mở lại tài khoản đó, hoặc chọn người khác trong trường to.",
        "The account that is to receive, {what}, is deactivated. Activate it, or name somebody else in the field to.";
    HandoverNoPerson = "handover_no_person", State,
        "Tài khoản nhận chưa gắn hồ sơ", "The receiver has no person",
        "Tài khoản nhận {what} chưa gắn với hồ sơ cá nhân nên không làm cán bộ thi đua của đơn vị được. Hãy đặt person cho tài khoản đó (PATCH).",
        "The account that is to receive, {what}, has no person and so holds no office in a unit. Set its person (PATCH).";
    HandoverPersonal = "handover_personal", State,
        "Vai trò theo chức vụ", "The role goes with a post",
        "Vai trò {what} gắn với chức vụ của chính người đó nên không bàn giao. Hãy thu hồi vai trò này; người mới được cấp riêng.",
        "The role {what} goes with a post of that very person and is not handed over. Revoke it; whoever follows is granted it anew.";
    HandoverDelegated = "handover_delegated", State,
        "Đang làm thay theo ủy quyền", "Acts under a delegation",
        "Ủy quyền {what} được giao đích danh cho người bàn giao. Hãy thu hồi; người ủy quyền tự giao lại cho người khác.",
        "The delegation {what} was given by name to who hands over. Revoke it; its delegator gives it to another.";
    HandoverDelegates = "handover_delegates", State,
        "Đang ủy quyền cho người khác", "Delegates to somebody",
        "Người bàn giao đang ủy quyền cho người khác theo {what}. Hãy thu hồi ủy quyền đó trước.",
        "Who hands over delegates to somebody by {what}. Revoke that delegation first.";

    CriteriaCodeTwice = "criteria_code_twice", Rule,
        "Mã tiêu chí bị trùng", "Code used twice in the set",
        "Mã “{item}” đã dùng ở chỗ khác trong bảng điểm (hoặc trong cùng mục). Hãy đặt mã khác cho một trong hai chỗ.",
        "The code \"{item}\" is used elsewhere in the set (or in the same item). Give one of the two another code.";
    CriteriaNameUnfit = "criteria_name_unfit", Rule,
        "Tên hoặc ghi chú không dùng được", "Name or note of no use",
        "“{item}”: tên, ghi chú phải viết trên văn bản thường, tên có từ 1 đến {limit} ký tự, ghi chú không dài hơn {most}. Hãy sửa lại.",
        "\"{item}\": names and notes are plain text; a name has 1 to {limit} characters, a note at most {most}. Correct it.";
    CriteriaEmpty = "criteria_empty", Rule,
        "Bảng điểm chưa có tiêu chí", "No criteria",
        "Bảng điểm chưa có mục chấm điểm nào. Hãy nhập contents.",
        "The set has no item that is scored. Fill in contents.";
    CriteriaTooLarge = "criteria_too_large", Rule,
        "Bảng điểm quá lớn", "Too many parts",
        "“{item}” có {count} phần; tối đa là {limit}. Hãy gộp bớt.",
        "\"{item}\" has {count} parts; the most is {limit}. Merge some.";
    CriteriaTooDeep = "criteria_too_deep", Rule,
        "Tiêu chí lồng quá sâu", "Nested too deeply",
        "Mục “{item}” nằm sâu hơn {limit} cấp. Hãy đưa lên cấp trên.",
        "\"{item}\" lies deeper than {limit} levels. Move it up.";
    CriteriaSumDiffers = "criteria_sum_differs", Rule,
        "Tổng điểm không khớp", "Points do not add up",
        "Các phần của “{item}” cộng lại được {sum} điểm, nhưng điểm tối đa ghi là {max}. Hãy sửa một trong hai.",
        "The parts of \"{item}\" add up to {sum} points, but its most is {max}. Correct one of the two.";
    CriteriaPointsOutside = "criteria_points_outside", Rule,
        "Điểm ngoài giới hạn", "Points out of bounds",
        "“{item}” ghi {points} điểm; ở đây chỉ được từ {least} đến {most}. Hãy sửa lại.",
        "\"{item}\" says {points} points; here they lie between {least} and {most}. Correct them.";
    CriteriaDeadItem = "criteria_dead_item", Rule,
        "Mục không bao giờ có điểm", "An item that never counts",
        "“{item}” không bao giờ cộng hay trừ điểm. Hãy bổ sung cách chấm, hoặc bỏ mục này.",
        "\"{item}\" can never give or take points. Add how it is scored, or leave it out.";
    CriteriaMostOutOfReach = "criteria_most_out_of_reach", Rule,
        "Không thể đạt điểm tối đa", "The most is out of reach",
        "Mức cao nhất của “{item}” là {best} điểm, thấp hơn điểm tối đa {max}. Hãy sửa mức điểm hoặc điểm tối đa.",
        "The best that \"{item}\" gives is {best} points, less than its most of {max}. Correct the bands or the most.";
    CriteriaBandGap = "criteria_band_gap", Rule,
        "Khoảng giá trị bị hở", "Bands leave a hole",
        "Các khoảng của “{item}” bỏ sót giá trị quanh {at}. Hãy nối các khoảng cho liền, kể cả hai đầu.",
        "The bands of \"{item}\" leave out values around {at}. Make them join, at both ends too.";
    CriteriaBandOverlap = "criteria_band_overlap", Rule,
        "Khoảng giá trị chồng lấn", "Bands overlap",
        "Các khoảng của “{item}” chồng nhau, hoặc vượt giới hạn giá trị, quanh {at}. Mỗi giá trị thuộc đúng một khoảng; hãy kiểm tra đầu nào được tính.",
        "The bands of \"{item}\" overlap, or pass the bounds of the value, around {at}. Every value belongs to one band; check which ends count.";
    CriteriaBandReversed = "criteria_band_reversed", Rule,
        "Khoảng giá trị rỗng", "An empty band",
        "Một khoảng của “{item}” không chứa giá trị nào (quanh {at}). Hãy đổi hai đầu, hoặc cho tính cả hai đầu.",
        "A band of \"{item}\" holds no value (around {at}). Exchange its ends, or let both count.";
    CriteriaDaysUnordered = "criteria_days_unordered", Rule,
        "Mức trễ hạn sai thứ tự", "Days late out of order",
        "Các mức trễ hạn của “{item}” phải tăng dần theo ngày (từ {least} đến {most}), chỉ mức cuối để trống up_to. Hãy sắp lại.",
        "The bands of \"{item}\" go up by days late ({least} to {most}), and only the last has no up_to. Put them in order.";
    CriteriaLateRewarded = "criteria_late_rewarded", Rule,
        "Nộp muộn lại được nhiều điểm hơn", "Late gives more",
        "Theo “{item}”, nộp muộn hơn hoặc không nộp lại được {points} điểm, nhiều hơn mức trước đó. Hãy sửa mức điểm.",
        "Under \"{item}\" handing in later, or never, gives {points} points, more than before. Correct the points.";
    CriteriaStepUnfit = "criteria_step_unfit", Rule,
        "Bước điểm không phù hợp", "The step does not fit",
        "Bước {step} của “{item}” phải lớn hơn 0 và chia hết điểm tối đa {max}. Hãy sửa bước hoặc điểm tối đa.",
        "The step {step} of \"{item}\" must be above 0 and divide its most of {max}. Correct one of the two.";
    CriteriaCapUnfit = "criteria_cap_unfit", Rule,
        "Mức trần không hợp lý", "The cap makes no sense",
        "Mức trần {cap} của “{item}” phải từ {least} đến {most}. Hãy sửa mức trần.",
        "The cap {cap} of \"{item}\" must lie between {least} and {most}. Correct it.";
    CriteriaValueUnfit = "criteria_value_unfit", Rule,
        "Giá trị trong cách chấm không hợp lệ", "A value of the rule does not fit",
        "Giá trị {value} trong cách chấm của “{item}” không hợp lệ; cần {wanted}. Hãy sửa lại.",
        "The value {value} in the rule of \"{item}\" does not fit; wanted: {wanted}. Correct it.";
    CriteriaUnknownItem = "criteria_unknown_item", Rule,
        "Không có mục này trong bảng điểm", "No such part in the set",
        "“{item}” không phải {what} trong bảng điểm. Hãy dùng mã có trong bảng.",
        "\"{item}\" is not {what} of this set. Use a code that is.";
    CriteriaGateIdle = "criteria_gate_idle", Rule,
        "Điều kiện không có tác dụng", "A gate that bars nothing",
        "Điều kiện “{item}” không bao giờ ngăn điều gì. Hãy chọn thứ hạng từ 2, xếp loại dưới mức cao nhất, mức hoàn thành trên mức thấp nhất, hoặc bỏ điều kiện này.",
        "The gate \"{item}\" never bars anything. Choose a rank from 2, a class below the best, a grade above the lowest, or leave it out.";
    CriteriaThresholdOrder = "criteria_threshold_order", Rule,
        "Ngưỡng xếp loại sai thứ tự", "Thresholds out of order",
        "Xếp loại “{item}” cần ngưỡng {threshold} điểm, không thấp hơn mức đứng trước ({before}). Hãy xếp từ cao xuống thấp.",
        "The class \"{item}\" begins at {threshold} points, not below the one before it ({before}). Put the best first.";
    CriteriaThresholdOutOfReach = "criteria_threshold_out_of_reach", Rule,
        "Ngưỡng xếp loại không thể đạt", "A threshold out of reach",
        "Xếp loại “{item}” cần {threshold} điểm, nhưng bảng điểm chỉ cho nhiều nhất {most}. Hãy hạ ngưỡng.",
        "The class \"{item}\" asks {threshold} points, but the set gives {most} at most. Lower the threshold.";
    CriteriaClassesOpen = "criteria_classes_open", Rule,
        "Có điểm không thuộc xếp loại nào", "Some totals have no class",
        "Xếp loại cuối “{item}” phải bắt đầu từ 0 điểm và không kèm điều kiện, để mọi tổng điểm đều có xếp loại. Hãy sửa hoặc thêm mức cuối.",
        "The last class \"{item}\" must begin at 0 points without a condition, so that every total has a class. Correct it or add a last one.";
    CriteriaTieTwice = "criteria_tie_twice", Rule,
        "Tiêu chí phụ bị trùng", "Tie-breaker used twice",
        "Tiêu chí phụ thứ {place} đã có ở trên. Hãy bỏ một trong hai.",
        "Tie-breaker number {place} stands above it already. Leave one of the two out.";

    ScoreItemUnknown = "score_item_unknown", Rule,
        "Không có mục này trong bảng điểm", "Not an item of the set",
        "“{item}” không phải mục chấm điểm, thưởng hay phạt của bảng điểm. Hãy dùng mã có trong bảng.",
        "\"{item}\" is not an item, bonus or penalty of the criteria set. Use a code that is.";
    ScoreEntryTwice = "score_entry_twice", Rule,
        "Mục được chấm hai lần", "Scored twice",
        "Mục “{item}” có hai dòng ở cùng lớp “{layer}”. Hãy giữ một dòng.",
        "\"{item}\" has two rows at the same layer, {layer}. Keep one.";
    ScoreEntryOther = "score_entry_other", State,
        "Người khác đã nhập mục này", "Entered by somebody else",
        "Mục “{item}” ở lớp “{layer}” do người khác nhập lần cuối. Hãy đọc lại phiếu rồi gửi kèm If-Match là ETag của phiếu nếu vẫn muốn thay.",
        "\"{item}\" at the layer {layer} was last entered by somebody else. Read the sheet again and send its ETag as If-Match to replace it all the same.";
    ScoreEntryEmpty = "score_entry_empty", Rule,
        "Dòng điểm chưa có nội dung", "An entry that says nothing",
        "Dòng của “{item}” phải có số liệu (claim), điểm (points), hoặc ghi không áp dụng (not_applicable); không áp dụng thì không kèm hai trường kia. Hãy sửa lại.",
        "The entry of \"{item}\" states a claim, points, or not_applicable; not_applicable stands without the other two. Correct it.";
    ScoreClaimUnfit = "score_claim_unfit", Rule,
        "Số liệu không đúng loại", "The claim does not fit the item",
        "Mục “{item}” cần số liệu loại: {wanted}. Hãy gửi claim đúng loại.",
        "\"{item}\" takes a claim of the kind: {wanted}. Send that.";
    ScorePlanUnfit = "score_plan_unfit", Rule,
        "Kế hoạch không hợp lệ", "The plan does not fit",
        "Mục “{item}”: kế hoạch (plan) phải lớn hơn 0; chỉ tiêu càng thấp càng tốt thì được bằng 0; khi bảng điểm đã ấn định kế hoạch thì không gửi plan. Hãy sửa lại.",
        "\"{item}\": the plan must be above 0, or 0 where lower is better; where the set fixes the plan, none is sent. Correct it.";
    ScoreValueOutside = "score_value_outside", Rule,
        "Giá trị ngoài giới hạn", "Value out of bounds",
        "Giá trị {value} của mục “{item}” phải từ {least} đến {most}. Hãy kiểm tra lại.",
        "The value {value} of \"{item}\" must lie between {least} and {most}. Check it.";
    ScoreNotWhole = "score_not_whole", Rule,
        "Cần số nguyên", "A whole number is wanted",
        "Thứ hạng {value} của mục “{item}” phải là số nguyên. Hãy kiểm tra lại.",
        "The rank {value} of \"{item}\" must be a whole number. Check it.";
    ScoreStepBroken = "score_step_broken", Rule,
        "Điểm không đúng bước", "Points off the step",
        "{points} điểm của mục “{item}” không phải bội số của {step}. Hãy chọn mức gần nhất.",
        "{points} points of \"{item}\" are no multiple of {step}. Choose the nearest one that is.";
    ScorePartUnknown = "score_part_unknown", Rule,
        "Không có phần này", "No such part",
        "Mục “{item}” không có phần “{part}”. Hãy dùng mã có trong bảng điểm.",
        "\"{item}\" has no part \"{part}\". Use a code that is in the set.";
    ScorePartTooOften = "score_part_too_often", Rule,
        "Phần được tính quá số lần", "Counted too often",
        "Phần “{part}” của mục “{item}” được ghi {count} lần; chỉ được từ 1 đến {limit}, trên một dòng. Hãy sửa lại.",
        "The part \"{part}\" of \"{item}\" is stated {count} times; it counts 1 to {limit} times, in one row. Correct it.";
    ScorePointsOutside = "score_points_outside", Rule,
        "Điểm ngoài giới hạn của mục", "Points out of the item's bounds",
        "{points} điểm không thuộc giới hạn của mục “{item}”: từ {least} đến {most}. Hãy sửa lại.",
        "{points} points are outside the bounds of \"{item}\": {least} to {most}. Correct them.";
    ScoreReasonMissing = "score_reason_missing", Rule,
        "Cần nêu lý do", "A reason is required",
        "Mục “{item}”: chấm {points} điểm, khác {formula} điểm theo cách tính của bảng điểm. Hãy điền reason.",
        "\"{item}\": {points} points were given, other than the {formula} that the rule gives. Fill in reason.";
    ScorePointsBySelf = "score_points_by_self", Rule,
        "Đơn vị không tự cho điểm", "Points are not for the unit to set",
        "Ở lớp tự chấm, mục “{item}” tính điểm từ số liệu. Hãy gửi claim thay cho points.",
        "At the unit's own layer the points of \"{item}\" come out of its claim. Send claim instead of points.";
    ScoreMustApply = "score_must_apply", Rule,
        "Mục này áp dụng cho mọi đơn vị", "This item applies to everybody",
        "Bảng điểm không cho ghi “không áp dụng” ở mục “{item}”. Hãy nhập số liệu. Đơn vị chỉ là thành viên một phần của năm (facts.part_of_year) thì ghi được, kèm lý do (reason).",
        "The criteria set does not let \"{item}\" be left out. Enter a claim. A unit that was a member for a part of the year (facts.part_of_year) may leave it out, with a reason.";
    ScoreNothingApplies = "score_nothing_applies", Rule,
        "Không còn mục nào để chấm", "Nothing is left to score",
        "Mọi mục của bảng điểm đều ghi không áp dụng. Hãy chấm ít nhất một mục.",
        "Every item of the criteria set is left out as not applicable. Score at least one.";
    ScoreTooLarge = "score_too_large", Rule,
        "Số quá lớn", "Too large to count",
        "Số liệu của mục “{item}” quá lớn, không tính được. Hãy kiểm tra đơn vị đo.",
        "The figures of \"{item}\" are too large to count with. Check the unit of measure.";
    RankedTwice = "ranked_twice", Rule,
        "Đơn vị xuất hiện hai lần", "Ranked twice",
        "Đơn vị “{unit}” có hai dòng trong bảng xếp hạng. Hãy giữ một dòng.",
        "\"{unit}\" has two rows in the ranking. Keep one.";
}
