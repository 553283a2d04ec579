//! Small shapes that many resources share: references, labels, what a lifecycle allows.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thidua_domain::access::{Kind, Ties, Verb};
use thidua_domain::id::{AnyId, Id};
use thidua_domain::lifecycle::{self, Life};
use thidua_domain::refusal::Code;
use thidua_domain::vocabulary::{Lang, Word};
use thidua_store::conn::Conn;
use thidua_store::{Resource, StoreError, access};
use utoipa::ToSchema;

use crate::call::Eyes;
use crate::problem::ApiError;

/// What an answer shows of a thing referred to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Ref)]
pub(crate) struct RefView {
    /// Identifier.
    pub id: AnyId,
    /// Code.
    #[schema(max_length = 64)]
    pub code: String,
    /// Name.
    #[schema(max_length = 500)]
    pub name: String,
}

impl From<thidua_store::refs::Ref> for RefView {
    fn from(found: thidua_store::refs::Ref) -> Self {
        Self { id: found.id, code: found.code, name: found.name }
    }
}

/// An identifier or a code.
#[derive(ToSchema)]
#[schema(as = IdOrCode, min_length = 1, max_length = 64)]
#[allow(dead_code, reason = "only its schema is used")]
pub(crate) struct IdOrCode(String);

/// A person referred to: by name to who sees the person, to others by code.
pub(crate) fn named_person(found: thidua_store::refs::Ref, sees: bool) -> RefView {
    RefView { name: if sees { found.name } else { found.code.clone() }, id: found.id, code: found.code }
}

/// What another system calls something, as a filter: `system:value`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct ExternalId(String);

/// How such a filter is spelt, as served in the OpenAPI document.
pub(crate) const EXTERNAL_ID_PATTERN: &str = "^[^:]+:.+$";

impl ExternalId {
    /// The system, and what the thing is called there.
    pub(crate) fn pair(self) -> (String, String) {
        self.0.split_once(':').map(|(system, value)| (system.to_owned(), value.to_owned())).unwrap_or_default()
    }
}

impl utoipa::PartialSchema for ExternalId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(3)).max_length(Some(1_065)).pattern(Some(EXTERNAL_ID_PATTERN)).into()
    }
}
impl ToSchema for ExternalId {}

/// An act that a guard holds back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Blocked)]
pub(crate) struct BlockedView {
    /// The act.
    #[schema(max_length = 40)]
    pub action: String,
    /// The same in words.
    #[schema(max_length = 200)]
    pub action_label: String,
    /// The code with which it would be refused.
    #[schema(max_length = 60)]
    pub code: String,
    /// The same in words.
    #[schema(max_length = 200)]
    pub code_label: String,
}

/// Acts as they are spelt.
pub(crate) fn spelt(verbs: &[Verb]) -> Vec<String> {
    verbs.iter().map(|verb| verb.as_str().to_owned()).collect()
}

/// What a guard holds back, as shown.
pub(crate) fn blocked(held: Vec<(Verb, Code)>, lang: Lang) -> Vec<BlockedView> {
    held.into_iter()
        .map(|(verb, code)| BlockedView {
            action: verb.as_str().to_owned(),
            action_label: label(verb, lang),
            code: code.as_str().to_owned(),
            code_label: code.title().get(lang).to_owned(),
        })
        .collect()
}

/// What is open to the caller, for a list: no guards, no query of its own.
pub(crate) fn allowed<L: Life>(state: L::State, eyes: &Eyes, ties: &Ties) -> Vec<String> {
    spelt(&lifecycle::allowed::<L>(state, &eyes.who, ties))
}

/// Those of several acts that are open to the caller, for things without states.
pub(crate) fn open_acts(eyes: &Eyes, kind: Kind, verbs: &[Verb], ties: &Ties) -> Vec<String> {
    let open = |verb: &&Verb| thidua_domain::access::permits(&eyes.who, kind, **verb, ties);
    verbs.iter().filter(open).map(|verb| verb.as_str().to_owned()).collect()
}

/// The label of a word in the language of the caller.
pub(crate) fn label<W: Word>(word: W, lang: Lang) -> String {
    word.label().get(lang).to_owned()
}

/// The labels of several words, in their order.
pub(crate) fn labels<W: Word>(words: &[W], lang: Lang) -> Vec<String> {
    words.iter().map(|word| label(*word, lang)).collect()
}

/// The ties of several things in the order asked for; those that decide nothing for this caller are
/// not looked up.
pub(crate) fn ties_of_all(conn: &mut Conn, eyes: &Eyes, kind: Kind, ids: &[AnyId]) -> Result<Vec<Ties>, StoreError> {
    if thidua_domain::access::ties_matter(&eyes.who, kind) {
        access::ties_of_all(conn, kind, ids, eyes.today)
    } else {
        Ok(ids.iter().map(|_| Ties::default()).collect())
    }
}

/// An object that the caller sees, with its ties; one that is not seen is not there, and one in whose place another
/// stands is found there.
pub(crate) fn look_at<R: Resource>(conn: &mut Conn, eyes: &Eyes, id: Id<R::Marker>) -> Result<(R, Ties), StoreError> {
    let row = R::load(conn, id)?.ok_or(Code::NotFound)?;
    let ties = ties_of_all(conn, eyes, R::KIND, &[id.any()])?.pop().unwrap_or_default();
    thidua_domain::access::require_sight(&eyes.who, R::KIND, &ties)?;
    match row.followed_by(conn)? {
        Some(next) => Err(thidua_domain::refusal::Refusal::of(Code::RecordMoved).with("into", next).into()),
        None => Ok((row, ties)),
    }
}

/// The ties of an object that the caller sees; one that is not seen is not there.
pub(crate) fn seen(conn: &mut Conn, eyes: &Eyes, kind: Kind, id: AnyId) -> Result<Ties, StoreError> {
    let ties = access::ties_of(conn, kind, id, eyes.today)?;
    if ties.0.is_empty() {
        return Err(Code::NotFound.into());
    }
    thidua_domain::access::require_sight(&eyes.who, kind, &ties)?;
    Ok(ties)
}

/// A thing referred to in a body but out of the caller's sight is told like one that is not there.
pub(crate) fn hidden(error: StoreError, pointer: &str, kind: Kind, typed: &str) -> StoreError {
    use thidua_domain::refusal::{DomainError, Refusal, word_named};
    match error {
        StoreError::Refused(DomainError(refusals)) if refusals.iter().any(|refusal| refusal.code == Code::NotFound) => {
            Refusal::at(pointer, Code::UnknownReference).with("what", word_named(kind)).with("value", typed).into()
        }
        other => other,
    }
}

/// The code after an edit: it can change, not vanish.
pub(crate) fn kept_code(code: Option<&str>) -> Result<String, StoreError> {
    use thidua_domain::refusal::Refusal;
    let code = code.ok_or_else(|| Refusal::at("/code", Code::FieldEmptied).with("field", "code"))?;
    Ok(thidua_domain::code::Code::parse("/code", code)?.into_string())
}

/// A JSON value of a draft, for events.
pub(crate) fn values<T: Serialize>(draft: &T) -> Value {
    serde_json::to_value(draft).unwrap_or(Value::Null)
}

/// The same of a part, under its identifier: which of several it was is part of what happened.
pub(crate) fn named<T: Serialize>(id: AnyId, draft: &T) -> Value {
    let mut value = values(draft);
    if let Some(object) = value.as_object_mut() {
        object.insert("id".to_owned(), Value::String(id.to_string()));
    }
    value
}

/// Handlers speak in problems, closures of the store in its errors.
pub(crate) fn inside(error: ApiError) -> StoreError {
    StoreError::Broken(error.private().unwrap_or("answer could not be written").to_owned())
}
