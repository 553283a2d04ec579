//! Black-box tests over real HTTP, on SQLite and on PostgreSQL. One file a noun, the same names as on
//! the other floors.

mod access_matrix;
mod announcement_000;
mod award_types;
mod bloc_years;
mod blocs;
mod campaigns;
mod documents;
mod meetings;
mod people;
mod pledges;
mod service;
mod units;
mod users;
