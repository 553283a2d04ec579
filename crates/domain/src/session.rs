//! Sign-ins and how long they last. Tokens are made and read in `thidua-http`.

/// Seconds for which an access token speaks for its session.
pub const ACCESS_SECONDS: i64 = 10 * 60;
/// Seconds for which any access token speaks, those of service accounts included.
pub const LONGEST_SECONDS: i64 = 3600;
/// Seconds after which a session ends whatever happens (one working day and a bit).
pub const SESSION_SECONDS: i64 = 12 * 3600;
/// Seconds for which an unused refresh token can still be turned in.
pub const REFRESH_SECONDS: i64 = 12 * 3600;
/// Hours for which the answer under an Idempotency-Key is kept.
pub const IDEMPOTENCY_HOURS: i64 = 72;
/// Seconds after its end until a session is forgotten.
pub const FORGET_SECONDS: i64 = 7 * 24 * 3600;
