//! The words of access: kinds, acts, roles, scopes, relations. What they mean together is said in `policy`.

use crate::words;

words! {
    /// Kinds of resource that access is granted on.
    pub enum Kind in "resource-kinds" {
        User = "user", "Tài khoản", "User account";
        Client = "client", "Tài khoản dịch vụ", "Service account";
        Unit = "unit", "Đơn vị", "Unit";
        Person = "person", "Cá nhân", "Person";
        Household = "household", "Hộ gia đình", "Household";
        Delegation = "delegation", "Ủy quyền", "Delegation";
        Document = "document", "Văn bản", "Document";
        File = "file", "Tệp", "File";
        Campaign = "campaign", "Phong trào thi đua", "Emulation campaign";
        AwardType = "award_type", "Danh hiệu, hình thức khen thưởng", "Title or form of commendation";
        Index = "index", "Chỉ số", "Index";
        IndexResult = "index_result", "Kết quả chỉ số", "Index result";
        CriteriaSet = "criteria_set", "Bảng điểm thi đua", "Criteria set";
        Scoresheet = "scoresheet", "Phiếu chấm điểm", "Score sheet";
        Appeal = "appeal", "Kiến nghị về điểm", "Appeal";
        Bloc = "bloc", "Cụm, khối thi đua", "Emulation bloc";
        BlocYear = "bloc_year", "Năm thi đua của khối", "Bloc year";
        Meeting = "meeting", "Cuộc họp của khối", "Bloc meeting";
        Pledge = "pledge", "Giao ước thi đua", "Emulation pledge";
        Registration = "registration", "Đăng ký thi đua", "Registration";
        Job = "job", "Công việc nền", "Background job";
        Event = "event", "Nhật ký", "Event log";
    }
}

words! {
    /// Everything that can be done to a resource.
    pub enum Verb in "actions" {
        See = "see", "Xem", "See";
        SeeValues = "see_values", "Xem giá trị đã đổi", "See changed values";
        SeeRestricted = "see_restricted", "Xem thông tin cá nhân hạn chế", "See restricted personal data";
        Reveal = "reveal", "Xem số giấy tờ tùy thân", "Reveal the number of an identity paper";
        Create = "create", "Tạo", "Create";
        Edit = "edit", "Sửa", "Edit";
        Delete = "delete", "Xóa", "Delete";
        Grant = "grant", "Cấp hoặc thu hồi vai trò", "Grant or revoke roles";
        Deactivate = "deactivate", "Khóa tài khoản", "Deactivate";
        Activate = "activate", "Mở lại tài khoản", "Activate";
        SignIn = "sign_in", "Đăng nhập", "Sign in";
        SignOut = "sign_out", "Đăng xuất", "Sign out";
        RevokeSession = "revoke_session", "Thu hồi phiên", "Revoke a session";
        ChangePassword = "change_password", "Đổi mật khẩu", "Change password";
        ResetPassword = "reset_password", "Đặt lại mật khẩu", "Reset the password";
        BeginSecondFactor = "begin_second_factor", "Bắt đầu đặt yếu tố thứ hai", "Begin a second factor";
        ConfirmSecondFactor = "confirm_second_factor", "Xác nhận yếu tố thứ hai", "Confirm the second factor";
        RenewCodes = "renew_codes", "Cấp lại mã khôi phục", "Renew recovery codes";
        RemoveSecondFactor = "remove_second_factor", "Gỡ yếu tố thứ hai", "Remove the second factor";
        AddSecret = "add_secret", "Cấp bí mật mới", "Issue a new secret";
        EndSecret = "end_secret", "Thu hồi bí mật", "End a secret";
        RevokeToken = "revoke_token", "Thu hồi token", "Revoke a token";
        ActAs = "act_as", "Xem như người khác (chỉ đọc)", "Look on as somebody else (read only)";
        HandOver = "hand_over", "Bàn giao công việc", "Hand work over";
        RevokeGrant = "revoke_grant", "Thu hồi vai trò", "Revoke a role";
        Appoint = "appoint", "Phân công cán bộ thi đua", "Appoint an emulation officer";
        Arrange = "arrange", "Xếp vào hệ thống đơn vị", "Arrange in the unit tree";
        Delegate = "delegate", "Ủy quyền", "Delegate";
        Revoke = "revoke", "Thu hồi ủy quyền", "Revoke a delegation";
        Succeed = "succeed", "Ghi nhận kế thừa", "Record a succession";
        Merge = "merge", "Nhập hai hồ sơ làm một", "Merge two records";
        UndoMerge = "undo_merge", "Hoàn tác nhập hồ sơ", "Undo a merge";
        ChangeMembers = "change_members", "Thay đổi thành viên", "Change members";
        Open = "open", "Mở năm thi đua", "Open the year";
        Close = "close", "Kết thúc", "Close";
        Reopen = "reopen", "Mở lại", "Reopen";
        Cancel = "cancel", "Hủy", "Cancel";
        Publish = "publish", "Ban hành", "Publish";
        ApplyCriteria = "apply_criteria", "Áp dụng bảng điểm", "Apply a criteria set";
        Score = "score", "Tự chấm điểm", "Score the own unit";
        Submit = "submit", "Nộp", "Submit";
        CrossCheck = "cross_check", "Chấm chéo", "Cross-check";
        Verify = "verify", "Thẩm định của khối", "Verify for the bloc";
        Appraise = "appraise", "Thẩm định của cơ quan thường trực", "Appraise";
        Settle = "settle", "Chốt điểm", "Settle";
        Return = "return", "Trả lại", "Return";
        File = "file", "Gửi kiến nghị về điểm", "File an appeal";
        Announce = "announce", "Công bố kết quả xếp hạng", "Announce the ranking";
        Decide = "decide", "Công bố quyết định của Hội đồng", "Publish what the council decided";
        EnterBallot = "enter_ballot", "Nhập kết quả bỏ phiếu khi bằng điểm", "Enter a ballot between equals";
        EnterCouncil = "enter_council", "Nhập quyết định của Hội đồng khi bằng điểm", "Enter what the council decided between equals";
        Answer = "answer", "Trả lời kiến nghị", "Answer an appeal";
        Launch = "launch", "Phát động", "Launch";
        Hold = "hold", "Ghi nhận đã họp", "Record as held";
        Adopt = "adopt", "Thông qua biên bản", "Adopt the minutes";
        OpenSigning = "open_signing", "Mở ký giao ước", "Open for signing";
        ReturnToDraft = "return_to_draft", "Đưa về dự thảo", "Return to draft";
        Sign = "sign", "Ký", "Sign";
        RecordSignature = "record_signature", "Ghi lại chữ ký", "Record a signature";
        SetTargets = "set_targets", "Đăng ký và cập nhật chỉ tiêu", "Set targets";
        TakeEffect = "take_effect", "Có hiệu lực", "Take effect";
        MoveDeadline = "move_deadline", "Dời hạn đã qua", "Move a day that has passed";
        Accept = "accept", "Chấp nhận", "Accept";
        Withdraw = "withdraw", "Rút", "Withdraw";
        Replace = "replace", "Thay thế", "Replace";
        Start = "start", "Bắt đầu", "Start";
        Finish = "finish", "Hoàn thành", "Finish";
        Fail = "fail", "Thất bại", "Fail";
    }
}

words! {
    /// What a person is to the service.
    pub enum Role in "roles" {
        SystemAdmin = "system_admin", "Quản trị hệ thống", "System administrator";
        StandingBody = "standing_body", "Cơ quan thường trực thi đua, khen thưởng", "Standing body for emulation and commendation";
        UnitOfficer = "unit_officer", "Cán bộ thi đua của đơn vị", "Emulation officer of a unit";
        UnitHead = "unit_head", "Thủ trưởng hoặc người được ủy quyền", "Head or authorised representative of a unit";
        BlocLeader = "bloc_leader", "Trưởng khối", "Bloc leader";
        BlocDeputy = "bloc_deputy", "Phó khối", "Bloc deputy";
        CouncilChair = "council_chair", "Chủ tịch Hội đồng", "Council chair";
        CouncilSecretary = "council_secretary", "Thư ký Hội đồng", "Council secretary";
        CouncilMember = "council_member", "Ủy viên Hội đồng", "Council member";
        Authority = "authority", "Người có thẩm quyền quyết định", "Deciding authority";
        Inspector = "inspector", "Thanh tra", "Inspector";
        Auditor = "auditor", "Kiểm toán, giám sát", "Auditor";
        SigningDelegate = "signing_delegate", "Người được ủy quyền ký", "Delegate who signs";
        SubmittingDelegate = "submitting_delegate", "Người được ủy quyền trình", "Delegate who submits";
        VotingDelegate = "voting_delegate", "Người được ủy quyền biểu quyết", "Delegate who votes";
        Viewer = "viewer", "Người xem", "Viewer";
        ServiceClient = "service_client", "Tài khoản dịch vụ", "Service account";
    }
}

words! {
    /// On what a role is granted.
    pub enum ScopeKind in "scopes" {
        Everything = "everything", "Toàn hệ thống", "Everything";
        Unit = "unit", "Đơn vị và các đơn vị trực thuộc", "A unit and all below it";
        Bloc = "bloc", "Một khối", "One bloc";
        Council = "council", "Một hội đồng", "One council";
    }
}

words! {
    /// How a unit stands to a resource.
    pub enum Relation in "relations" {
        Itself = "itself", "Chính đơn vị", "The unit itself";
        Owner = "owner", "Đơn vị lập hồ sơ", "The unit that keeps the record";
        Issuer = "issuer", "Đơn vị ban hành", "The unit that issued it";
        Employer = "employer", "Đơn vị công tác", "The employing unit";
        Organizer = "organizer", "Cơ quan tổ chức khối", "The body that organises the bloc";
        Leader = "leader", "Đơn vị trưởng khối", "The leading unit";
        Deputy = "deputy", "Đơn vị phó khối", "The deputy unit";
        Member = "member", "Đơn vị thành viên", "A member unit";
        Appellant = "appellant", "Đơn vị kiến nghị", "The unit that appeals";
        Peer = "peer", "Đơn vị chấm chéo", "The cross-checking unit";
        Bloc = "bloc", "Khối", "The bloc";
        Oneself = "oneself", "Chính người dùng", "The user themselves";
    }
}
