//! blocs
