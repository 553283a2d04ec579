//! What is true: the nouns of emulation and commendation work, their rules and their words.
//!
//! Pure: no I/O, no clock, no randomness. What is kept lives in `thidua-store`, what is said in
//! `thidua-http`. A rule is written here once; both other floors derive from it.

pub mod access;
pub mod appeal;
pub mod award_type;
pub mod bloc;
pub mod bloc_year;
pub mod campaign;
pub mod client;
pub mod code;
pub mod criteria_set;
pub mod dated;
pub mod delegation;
pub mod document;
pub mod event;
pub mod file;
pub mod handover;
pub mod household;
pub mod id;
pub mod index;
pub mod index_result;
pub mod issuer;
pub mod job;
pub mod lifecycle;
pub mod meeting;
pub mod missing;
pub mod password;
pub mod person;
pub mod pledge;
pub mod points;
pub mod ranking;
pub mod recorded;
pub mod reference;
pub mod refusal;
pub mod registration;
pub mod retention;
pub mod scoresheet;
pub mod second_factor;
pub mod session;
pub mod signing_key;
pub mod text;
pub mod throttle;
pub mod time;
pub mod unit;
pub mod user;
pub mod vocabulary;
