//! bloc_years
