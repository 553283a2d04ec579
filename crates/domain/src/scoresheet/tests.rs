//! Scores by their rules, and against a second way of working them out.

mod hostile;
mod oracle;
mod properties;
mod rules;
mod sample;
