//! award_types
