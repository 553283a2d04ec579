//! Identifiers, typed by what they name, so that a unit cannot be passed where a bloc is meant.
//! Making new ones needs randomness and happens in the store.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The identifier of one `T`: a UUID on the wire.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Wraps a UUID that is known to name a `T`.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Its sixteen bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The same identifier, no longer saying of what.
    #[must_use]
    pub const fn any(self) -> AnyId {
        Id::new(self.0)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Uuid::deserialize(from).map(Self::new)
    }
}

#[cfg(feature = "openapi")]
impl<T> utoipa::PartialSchema for Id<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
    }
}
#[cfg(feature = "openapi")]
impl<T> utoipa::ToSchema for Id<T> {}

macro_rules! named {
    ($( $(#[$meta:meta])* $marker:ident => $alias:ident; )+) => {
        $(
            $(#[$meta])*
            #[derive(Debug)]
            pub enum $marker {}
            #[doc = concat!("Identifier of: ", stringify!($marker), ".")]
            pub type $alias = Id<$marker>;
        )+
    };
}

named! {
    /// Anything that has an identifier.
    Anything => AnyId;
    /// A user account.
    User => UserId;
    /// A service account: it has the identifier of the account it stands on.
    Client => ClientId;
    /// A secret of a service account.
    ClientSecret => ClientSecretId;
    /// A role granted to a user on a scope.
    RoleGrant => GrantId;
    /// A sign-in and the tokens that follow from it.
    Session => SessionId;
    /// An organisation, body or territory.
    Unit => UnitId;
    /// A dated part of a unit: name, code, relation or officer.
    UnitPart => UnitPartId;
    /// How one unit came to follow another.
    Succession => SuccessionId;
    /// A natural person.
    Person => PersonId;
    /// A person's time in a unit.
    Employment => EmploymentId;
    /// An identity paper of a person.
    Paper => PaperId;
    /// Two records of one person that became one.
    PersonMerge => PersonMergeId;
    /// A household.
    Household => HouseholdId;
    /// A person's place in a household.
    HouseholdMember => HouseholdMemberId;
    /// A delegation.
    Delegation => DelegationId;
    /// An official document.
    Document => DocumentId;
    /// An uploaded file.
    File => FileId;
    /// An emulation campaign.
    Campaign => CampaignId;
    /// A title or form of commendation.
    AwardType => AwardTypeId;
    /// An index that others publish.
    Index => IndexId;
    /// What an edition of an index says about a unit.
    IndexResult => IndexResultId;
    /// A table of criteria that units are scored on.
    CriteriaSet => CriteriaSetId;
    /// A unit's score sheet for a year.
    Scoresheet => ScoresheetId;
    /// What a unit has against the points of a score sheet.
    Appeal => AppealId;
    /// An emulation bloc or cluster.
    Bloc => BlocId;
    /// One year of a bloc.
    BlocYear => BlocYearId;
    /// A unit's place in a bloc year.
    BlocMember => BlocMemberId;
    /// A meeting of a bloc.
    Meeting => MeetingId;
    /// A unit's seat at a meeting.
    Attendance => AttendanceId;
    /// An emulation pledge.
    Pledge => PledgeId;
    /// A part of a pledge.
    PledgePart => PledgePartId;
    /// A member's signature under a pledge.
    Signature => SignatureId;
    /// What a unit registers for a year.
    Registration => RegistrationId;
    /// One thing aimed for in a registration.
    RegistrationItem => RegistrationItemId;
    /// Work that the service does by itself.
    Job => JobId;
    /// One entry of the event log.
    Event => EventId;
}
