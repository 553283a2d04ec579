//! What is said: the REST API. One route table; each row is served and described from the same
//! source. Handlers parse, call and answer; rules live in `thidua-domain`, data in `thidua-store`.

pub mod answer;
pub mod app;
pub mod call;
mod client;
mod codes;
mod csv_page;
mod history;
mod households;
mod incoming;
pub mod json;
pub mod list;
mod metrics;
pub mod op;
pub mod openapi;
mod otp;
mod parts;
mod passwords;
mod postman;
pub mod problem;
mod routes;
mod second_factor;
mod secret;
mod serve;
mod service;
pub mod shape;
mod throttle;
mod tokens;
mod transition;

mod award_types;
mod bloc_years;
mod blocs;
mod campaigns;
mod delegations;
mod documents;
mod events;
mod files;
mod jobs;
mod me;
mod meetings;
mod people;
mod pledges;
mod reference;
mod remembered;
mod sessions;
mod units;
mod users;

pub use app::{App, Settings};
pub use passwords::Cost;
pub use postman::text as postman_text;
pub use routes::table;
pub use secret::{MasterKey, SecretError, random_password};
pub use serve::{Running, configure, start};
pub use users::{NewAccount, create_first};
