//! Nothing: the tests are in `main.rs`; cargo wants a target to hang their dependencies on.
