//! The program put together: settings, the commands, and the demonstration. What it serves lives in
//! `thidua-http`.

pub mod admin;
pub mod backup;
pub mod command;
pub mod demo;
pub mod log;
pub mod serving;
