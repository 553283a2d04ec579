//! Black-box tests over real HTTP, on SQLite and on PostgreSQL. One file a noun, the same names as on
//! the other floors.

mod access_scoping;
mod architecture;
mod concurrency;
mod crash;
mod errors;
mod events;
mod hostile;
mod migrations;
mod openapi;
mod service;
mod units;
mod users;
