//! What is kept: the only place that knows diesel. SQLite and PostgreSQL behind two doors, one for
//! reading and one for writing; what differs between them is in `dialect`.
//!
//! What is true is decided in `thidua-domain`; what is said, in `thidua-http`.

pub mod access;
mod among;
pub mod appeals;
pub mod award_types;
pub mod backup;
pub mod bloc_years;
pub mod blocs;
pub mod campaigns;
pub mod clients;
pub mod clock;
pub mod columns;
pub mod conn;
pub mod criteria_sets;
mod data_version;
pub mod delegations;
pub mod dialect;
pub mod documents;
pub mod error;
pub mod events;
pub mod external_ids;
pub mod files;
pub mod households;
pub mod idempotency;
pub mod index_results;
pub mod indices;
pub mod inspect;
pub mod jobs;
pub mod keys;
mod location;
pub mod meetings;
pub mod migrate;
pub mod page;
pub mod people;
pub mod pledges;
mod pool;
mod prepared;
pub mod rankings;
pub mod reference;
pub mod refs;
pub mod registrations;
pub mod retention;
pub mod schema;
pub mod scoresheets;
pub mod sealer;
pub mod second_factors;
pub mod sessions;
pub mod settings;
mod store;
mod turns;
pub mod unit_of_work;
pub mod units;
pub mod users;
mod writer;

pub use data_version::DataVersion;
pub use error::{Result, StoreError};
pub use location::Location;
pub use store::{Options, Reach, Root, Store};
pub use unit_of_work::{Held, IdempotencyKey, Keep, NO_VERSION, Resource, Tx, UnitOfWork, Unkept, Written};
