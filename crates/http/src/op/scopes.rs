//! Rows whose scope for service accounts does not follow from their path and method.

use thidua_domain::client::ClientScope;

use super::Group;

impl Group {
    /// The row before only asks, though it is a POST: it takes the scope of reading.
    #[must_use]
    pub fn asks(self) -> Self {
        self.last(|op| op.scope = op.scope.map(ClientScope::of_reading))
    }

    /// Keeps the row before from service accounts: somebody answers for it in person.
    #[must_use]
    pub fn in_person(self) -> Self {
        self.last(|op| op.scope = None)
    }
}
