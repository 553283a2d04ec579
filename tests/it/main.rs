//! Black-box tests over real HTTP, on SQLite and on PostgreSQL. One file a noun, the same names as on
//! the other floors.

mod award_types;
mod campaigns;
mod documents;
mod people;
mod service;
mod units;
mod users;
