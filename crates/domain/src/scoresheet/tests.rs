//! Scores by their rules, and against a second way of working them out.

mod advice;
mod hostile;
mod life;
mod oracle;
mod paper;
mod part_of_year;
mod properties;
mod rules;
mod sample;
mod told;
