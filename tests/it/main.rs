//! Black-box tests over real HTTP, on SQLite and on PostgreSQL. One file a noun, the same names as on
//! the other floors.

mod bloc_years;
mod blocs;
mod meetings;
mod pledges;
mod service;
mod units;
mod users;
