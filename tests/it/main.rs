//! Black-box tests over real HTTP, on SQLite and on PostgreSQL. One file a noun, the same names as on
//! the other floors.

mod access_matrix;
mod access_scoping;
mod announcement_000;
mod architecture;
mod award_types;
mod backup;
mod bloc_years;
mod blocs;
mod campaigns;
mod concurrency;
mod crash;
mod delegations;
mod documents;
mod errors;
mod events;
mod files;
mod hostile;
mod households;
mod jobs;
mod meetings;
mod migrations;
mod officers;
mod openapi;
mod people;
mod pledges;
mod program;
mod remembered;
mod second_factor;
mod service;
mod sign_ins;
mod successions;
mod units;
mod users;
