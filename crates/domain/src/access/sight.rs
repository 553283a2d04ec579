//! What a caller sees of a kind, derived from the policy in the form in which a database can be asked.

use super::{Kind, Needs, Principal, Reach, Relation, Scope, Verb, grants_under, rules};
use crate::id::{BlocId, UnitId, UserId};

/// What a caller sees of a kind, in the form in which a database can be asked for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// Everything of the kind.
    pub all: bool,
    /// What is tied by this relation to the unit, with this reach.
    pub units: Vec<(Relation, Reach, UnitId)>,
    /// What belongs to these blocs.
    pub blocs: Vec<BlocId>,
    /// What is this user's own.
    pub oneself: Option<UserId>,
}

/// Derives from the policy what the caller sees of a kind. Agrees with [`permits`](super::permits) for
/// [`Verb::See`] on every resource; a property test holds the two together.
#[must_use]
pub fn sight(who: &Principal, kind: Kind) -> Sight {
    let mut sight = Sight::default();
    let Some(user) = who.user else { return sight };
    for rule in rules(kind, Verb::See) {
        match rule.needs {
            Needs::SignedIn => sight.all = true,
            Needs::Oneself => sight.oneself = Some(user),
            Needs::Role => sight.all |= grants_under(who, rule).next().is_some(),
            // Sight never depends on whose unit it is: a unit test of the policy holds that.
            Needs::Tie(relations, reach) | Needs::OthersTie(relations, reach) => {
                for grant in grants_under(who, rule) {
                    match grant.scope {
                        Scope::Everything => sight.all = true,
                        Scope::Unit(unit) => sight.units.extend(relations.iter().map(|relation| (*relation, reach, unit))),
                        Scope::Bloc(bloc) if reach == Reach::Under => sight.blocs.push(bloc),
                        Scope::Bloc(_) | Scope::Council(_) => {}
                    }
                }
            }
        }
    }
    sight.units.sort_unstable();
    sight.units.dedup();
    sight.blocs.sort_unstable();
    sight.blocs.dedup();
    sight
}
