//! Rows of the route table about who calls: sign-in, accounts and roles; service accounts and OAuth.

use thidua_domain::refusal::Code::{
    AlreadyExists, ClientKeyUnfit, CodeMalformed, CodeTaken, EndsBeforeStart, FieldEmptied, Forbidden, HandoverBlocked, HandoverDelegated,
    HandoverDelegates, HandoverInPast, HandoverNoPerson, HandoverPersonal, HandoverReceiver, HandoverToOneself, NotFound, OtpWrong,
    OwnAccess, PasswordTooWeak, PasswordUnchanged, PasswordWrong, ScopeDoesNotFit, ScopeRefNotWanted, ScopeRefWanted, SecondFactorOff,
    SecondFactorOn, SecretsTooMany, UnknownReference, UsernameTaken, WrongState,
};
use thidua_store::clients::ClientRow;
use thidua_store::users::UserRow;

use crate::history::{history, transitions};
use crate::oauth::places::{INTROSPECT, REVOKE, TOKEN};
use crate::op::{Group, Op};
use crate::problem::Protocol::{
    BadCredentials, BadOtp, BadRefreshToken, BadToken, ClientMissing, IdentityRefused, InvalidClient, InvalidGrant, InvalidRequest,
    InvalidScope, IssuerUnavailable, NoAccount, NotForClients, OidcOff, OtpRequired, PasswordMustChange, ReadOnlySession,
    SecondFactorRequired, StateInvalid, TooManyTries, UnsupportedGrantType,
};
use crate::transition::{self, step};
use crate::{clients, me, oauth, oidc, second_factor, sessions, users};

#[rustfmt::skip] // a table, one row an operation
pub(super) fn identity_rows() -> Vec<Op> {
    Group::new("identity")
        .post("/api/v1/auth/sessions", "create_session", "Đăng nhập (sign in)", sessions::sign_in).open().fails(&[BadCredentials, OtpRequired, TooManyTries])
            .says("access_token dùng 10 phút; refresh_token dùng một lần để lấy cặp mới.")
        .post("/api/v1/auth/refresh", "refresh_session", "Làm mới token (refresh tokens)", sessions::refresh).open().fails(&[BadRefreshToken])
            .says("Refresh token dùng lại lần thứ hai sẽ thu hồi cả phiên (reuse revokes the session).")
        .post("/api/v1/auth/oidc/starts", "create_oidc_start", "Bắt đầu đăng nhập một lần (begin to sign in through an issuer)", oidc::start).open()
            .fails(&[OidcOff, IssuerUnavailable])
            .says("Đưa trình duyệt tới authorization_url; giữ binder trong trình duyệt (send the browser there, keep binder in it).")
        .post("/api/v1/auth/oidc/sessions", "create_oidc_session", "Hoàn tất đăng nhập một lần (end it with what came back)", oidc::finish).open()
            .fails(&[OidcOff, IssuerUnavailable, StateInvalid, IdentityRefused, NoAccount, OtpRequired, BadOtp, TooManyTries])
            .says("Trả về như POST /api/v1/auth/sessions; không tự tạo tài khoản (as signing in with a password; no account is made).")
        .delete("/api/v1/auth/sessions/current", "delete_session", "Đăng xuất (sign out)", sessions::sign_out).first_steps()
        .get("/api/v1/me", "get_me", "Tôi là ai, làm gì tiếp (who am I, what next)", me::read).first_steps().refuses(&[NotFound])
        .put("/api/v1/me/password", "set_password", "Đổi mật khẩu (change password)", me::change_password).first_steps()
            .refuses(&[PasswordTooWeak, PasswordUnchanged, PasswordWrong, NotFound]).fails(&[TooManyTries])
        .post("/api/v1/me/second-factor", "create_second_factor", "Bắt đầu đặt yếu tố thứ hai (begin a second factor)", second_factor::begin).first_steps()
            .refuses(&[PasswordWrong, SecondFactorOn]).fails(&[TooManyTries])
            .says("Trả về bí mật cho ứng dụng xác thực; có hiệu lực sau khi xác nhận bằng PUT (counts once confirmed).")
        .put("/api/v1/me/second-factor", "set_second_factor", "Xác nhận yếu tố thứ hai (confirm it)", second_factor::confirm).first_steps()
            .refuses(&[OtpWrong, SecondFactorOn, SecondFactorOff]).fails(&[TooManyTries])
            .says("Trả về 10 mã khôi phục, chỉ một lần; các phiên khác kết thúc (ten recovery codes, shown once; other sign-ins end).")
        .post("/api/v1/me/second-factor/removals", "remove_second_factor", "Gỡ yếu tố thứ hai của mình (remove one's own)", second_factor::remove)
            .refuses(&[OtpWrong, SecondFactorOff]).fails(&[TooManyTries])
        .post("/api/v1/me/recovery-codes", "create_recovery_codes", "Cấp lại mã khôi phục (new recovery codes)", second_factor::renew_codes)
            .refuses(&[OtpWrong, SecondFactorOff]).fails(&[TooManyTries])
        .get("/api/v1/users", "list_users", "Danh sách tài khoản (list accounts)", users::list)
        .post("/api/v1/users", "create_user", "Tạo tài khoản (create account)", users::create)
            .refuses(&[Forbidden, UsernameTaken, PasswordTooWeak, UnknownReference, AlreadyExists])
        .get("/api/v1/users/{id}", "get_user", "Xem tài khoản (read account)", users::read)
        .patch("/api/v1/users/{id}", "update_user", "Sửa tài khoản (edit account)", users::edit).if_match().refuses(&[Forbidden, OwnAccess, FieldEmptied, UnknownReference, AlreadyExists])
        .post("/api/v1/users/{id}/transitions", "transition_user", "Khóa, mở lại tài khoản (deactivate, activate)", step::<UserRow>).if_match()
            .refuses(transition::REFUSALS).refuses(&[OwnAccess])
        .get("/api/v1/users/{id}/transitions", "list_user_transitions", "Lịch sử trạng thái (state history)", transitions::<UserRow>)
        .get("/api/v1/users/{id}/history", "list_user_history", "Lịch sử thay đổi (history)", history::<UserRow>)
        .get("/api/v1/users/{id}/grants", "list_grants", "Vai trò của tài khoản (grants)", users::grants)
        .post("/api/v1/users/{id}/grants", "create_grant", "Cấp vai trò (grant a role)", users::grant)
            .refuses(&[ScopeRefWanted, ScopeRefNotWanted, Forbidden, OwnAccess, ScopeDoesNotFit, UnknownReference, EndsBeforeStart])
        .get("/api/v1/users/{id}/sessions", "list_user_sessions", "Các phiên còn hiệu lực (sign-ins that stand)", users::sign_ins).refuses(&[Forbidden])
            .says("Của chính mình, hoặc của người khác với quyền quản trị (one's own, or anybody's for the administrator).")
        .delete("/api/v1/users/{id}/sessions", "delete_user_sessions", "Thu hồi các phiên khác (end all other sign-ins)", users::end_all).refuses(&[Forbidden])
        .delete("/api/v1/users/{id}/sessions/{session_id}", "delete_user_session", "Thu hồi một phiên (end a sign-in)", users::end).refuses(&[Forbidden])
            .says("Có hiệu lực ngay ở mọi bản chạy của dịch vụ (at once, on every replica).")
        .post("/api/v1/users/{id}/password-resets", "create_password_reset", "Đặt lại mật khẩu (reset the password)", users::reset_password).refuses(&[Forbidden, OwnAccess, WrongState])
            .says("Trả về mật khẩu dùng một lần, chỉ để đặt mật khẩu mới; các phiên bị thu hồi (a one-time password; all sign-ins end).")
        .post("/api/v1/users/{id}/act-as", "create_act_as", "Xem như người khác, chỉ đọc (look on as somebody else)", users::act_as)
            .refuses(&[Forbidden, OwnAccess, WrongState])
            .says("Để hỗ trợ: 10 phút, không sửa được gì; lý do ghi trong lịch sử của tài khoản (for support; the reason stays in the account's history).")
        .delete("/api/v1/users/{id}/second-factor", "delete_second_factor", "Gỡ yếu tố thứ hai của người mất thiết bị (remove a lost one)", users::remove_second_factor)
            .if_match().refuses(&[Forbidden, OwnAccess, SecondFactorOff])
        .post("/api/v1/users/{id}/handovers", "create_handover", "Bàn giao công việc cho người khác (hand the work over)", users::hand_over)
            .says("Vai trò và nhiệm vụ cán bộ thi đua chuyển từ ngày on; dry_run để xem trước; có điểm vướng thì không chuyển gì (all of it or nothing).")
            .refuses(&[Forbidden, OwnAccess, HandoverToOneself, HandoverBlocked, HandoverInPast, UnknownReference])
            .refuses(&[HandoverReceiver, HandoverNoPerson, HandoverPersonal, HandoverDelegated, HandoverDelegates])
        .delete("/api/v1/users/{id}/grants/{grant_id}", "delete_grant", "Thu hồi vai trò (revoke a role)", users::revoke).if_match().refuses(&[Forbidden, OwnAccess])
        .rows()
}

#[rustfmt::skip] // a table, one row an operation
pub(super) fn client_rows() -> Vec<Op> {
    Group::new("clients")
        .get("/api/v1/clients", "list_clients", "Danh sách tài khoản dịch vụ (list service accounts)", clients::list).refuses(&[UnknownReference])
        .post("/api/v1/clients", "create_client", "Tạo tài khoản dịch vụ (create service account)", clients::create)
            .refuses(&[Forbidden, CodeTaken, CodeMalformed, UnknownReference, AlreadyExists, ClientKeyUnfit])
            .says("Làm việc trong một đơn vị và các đơn vị trực thuộc, với các phạm vi được cấp. Bí mật cấp riêng (its secrets are made apart).")
        .get("/api/v1/clients/{id}", "get_client", "Xem tài khoản dịch vụ (read service account)", clients::read)
        .patch("/api/v1/clients/{id}", "update_client", "Sửa tài khoản dịch vụ (edit service account)", clients::edit).if_match()
            .refuses(&[Forbidden, FieldEmptied, UnknownReference, AlreadyExists, ClientKeyUnfit, WrongState])
            .says("Đổi đơn vị, phạm vi hoặc ngày hết hạn thì các token đang dùng kết thúc ngay (other unit, scopes or last day: its tokens end).")
        .post("/api/v1/clients/{id}/transitions", "transition_client", "Khóa, mở lại (deactivate, activate)", step::<ClientRow>).if_match()
            .refuses(transition::REFUSALS)
        .get("/api/v1/clients/{id}/transitions", "list_client_transitions", "Lịch sử trạng thái (state history)", transitions::<ClientRow>)
        .get("/api/v1/clients/{id}/history", "list_client_history", "Lịch sử thay đổi (history)", history::<ClientRow>)
        .post("/api/v1/clients/{id}/secrets", "create_client_secret", "Cấp bí mật mới (make a new secret)", clients::create_secret)
            .refuses(&[Forbidden, SecretsTooMany, WrongState])
            .says("Bí mật chỉ hiện trong câu trả lời này; tối đa hai bí mật cùng lúc để thay nhau (shown once; two at the most).")
        .delete("/api/v1/clients/{id}/secrets/{secret_id}", "delete_client_secret", "Thu hồi bí mật (end a secret)", clients::end_secret).if_match()
            .refuses(&[Forbidden])
            .says("Token đã cấp dùng tiếp đến khi hết hạn; để chặn ngay, hãy khóa tài khoản dịch vụ (its tokens go on; deactivate to end them).")
        .post(TOKEN, "create_token", "Lấy token, RFC 6749 (get a token)", oauth::token).oauth()
            .fails(&[InvalidClient, ClientMissing, InvalidGrant, InvalidRequest, InvalidScope, UnsupportedGrantType, TooManyTries])
            .says("client_credentials cho tài khoản dịch vụ; refresh_token cho người dùng, không cần xác thực tài khoản dịch vụ.")
        .post(INTROSPECT, "create_token_introspection", "Xem một token còn hiệu lực không, RFC 7662 (look into a token)", oauth::introspect).oauth()
            .fails(&[InvalidClient, ClientMissing, InvalidRequest, TooManyTries, BadToken, NotForClients, PasswordMustChange, SecondFactorRequired, ReadOnlySession])
            .says("Tài khoản dịch vụ xem token của mình; người quản trị (Bearer) xem mọi token (its own; the administrator, any).")
        .post(REVOKE, "create_token_revocation", "Thu hồi token, RFC 7009 (take a token back)", oauth::revoke).oauth()
            .fails(&[InvalidClient, ClientMissing, InvalidGrant, InvalidRequest, TooManyTries, BadToken, NotForClients, PasswordMustChange, SecondFactorRequired, ReadOnlySession])
            .says("Có hiệu lực ngay ở mọi bản chạy; token của tài khoản dịch vụ do chính nó thu hồi (at once, on every replica).")
        .rows()
}
