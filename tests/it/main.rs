//! Black-box tests over real HTTP, on SQLite and on PostgreSQL. One file a noun, the same names as on
//! the other floors.

mod access_scoping;
mod architecture;
mod bloc_years;
mod blocs;
mod concurrency;
mod crash;
mod errors;
mod events;
mod hostile;
mod meetings;
mod migrations;
mod openapi;
mod pledges;
mod service;
mod units;
mod users;
