//! Steps of lifecycles: one way to take them, whatever lives. What a step asks for and changes is
//! in the machine of the noun; how a noun lends itself to it is said beside the noun.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use thidua_domain::access::Verb;
use thidua_domain::event::Event;
use thidua_domain::id::Id;
use thidua_domain::lifecycle::{self, Ask, Life, Taken};
use thidua_domain::recorded::{Origin, Recorded};
use thidua_domain::refusal::Code;
use thidua_domain::time::Date;
use thidua_domain::vocabulary::Word;
use thidua_store::conn::Conn;
use thidua_store::{Held, Resource, Root, StoreError, Tx, files};
use utoipa::ToSchema;

use crate::answer::Made;
use crate::call::{BodyArgs, Call, Ended, Eyes};
use crate::parts::inside;
use crate::problem::{ApiError, Protocol};
use crate::shape::Shape;

/// A step asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransitionDraft {
    /// The act.
    action: String,
    /// Why; some acts demand it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000, format = "multiline")]
    reason: Option<String>,
    /// The code of the resource, repeated, where nothing undoes the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    confirm: Option<String>,
    /// Facts of an act that happened elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
}

/// Codes that every transition can be refused with.
pub(crate) const REFUSALS: &[Code] = &[
    Code::Forbidden,
    Code::WrongState,
    Code::ReasonRequired,
    Code::ConfirmRequired,
    Code::DateInFuture,
    Code::DateTooEarly,
    Code::UnknownReference,
];

/// A step of one machine: the document names the acts of that machine, and only those are taken.
pub(crate) struct Step<L> {
    verb: Verb,
    draft: TransitionDraft,
    of: PhantomData<fn() -> L>,
}

/// What can be asked of a machine: editing has its own door, and what takes itself waits for nobody.
fn asked_for<L: Life>() -> impl Iterator<Item = &'static lifecycle::Step<L::State, L::Facts>> {
    L::STEPS.iter().filter(|step| step.to.is_some() && !step.automatic)
}

impl<L: Life + 'static> BodyArgs for Step<L> {
    fn shape() -> Option<Shape> {
        let mut acts: Vec<&str> = asked_for::<L>().map(|step| step.verb.as_str()).collect();
        acts.dedup();
        let words: Vec<String> = L::KIND.as_str().split('_').map(capital).collect();
        let mut shape = Shape::of::<TransitionDraft>().named(format!("{}Transition", words.concat()));
        if let Some(action) = shape.property("action") {
            *action = json!({ "type": "string", "enum": acts, "description": "Hành động (the act)." });
        }
        shape.example = asked_for::<L>().min_by_key(|step| step.confirm).map(|step| {
            let said = [("reason", step.reason, "Theo quyết định mới"), ("confirm", step.confirm, "MA-CUA-DOI-TUONG")];
            let said = said.into_iter().filter(|(_, asked, _)| *asked).map(|(field, _, text)| (field.to_owned(), json!(text)));
            let example: Map<String, Value> = [("action".to_owned(), json!(step.verb.as_str()))].into_iter().chain(said).collect();
            Value::Object(example)
        });
        Some(shape)
    }
    fn read(body: Option<Value>) -> Result<Self, ApiError> {
        let draft: TransitionDraft = serde_json::from_value(body.ok_or(Protocol::BodyRequired)?).map_err(ApiError::internal)?;
        let verb = Verb::parse(&draft.action).ok_or_else(|| ApiError::internal(&draft.action))?;
        Ok(Self { verb, draft, of: PhantomData })
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

type State<R> = <<R as Living>::Life as Life>::State;

/// A resource that lives.
pub(crate) trait Living: Resource + Send + 'static {
    /// Its machine.
    type Life: Life;
    /// How it is shown.
    type View: Serialize + ToSchema + 'static;
    /// Where it is found, without its identifier.
    const PATH: &'static str;

    /// Its state.
    fn status(&self) -> State<Self>;
    /// What is repeated to confirm.
    fn code(&self) -> &str;
    /// What is refused whatever the state.
    ///
    /// # Errors
    /// The refusal.
    fn admit(&self, _: &mut Tx<'_>, _: Verb) -> Result<(), StoreError> {
        Ok(())
    }
    /// What the guards look at.
    ///
    /// # Errors
    /// Whatever the database says.
    fn facts(&self, conn: &mut Conn, today: Date) -> Result<<Self::Life as Life>::Facts, StoreError>;
    /// Puts the step into the row, with what goes along with it.
    ///
    /// # Errors
    /// Whatever the database says.
    fn enter(&mut self, tx: &mut Tx<'_>, verb: Verb, taken: &Taken<State<Self>>, recorded: Option<&Recorded>) -> Result<(), StoreError>;
    /// Keeps the row.
    ///
    /// # Errors
    /// Whatever the database says.
    fn save(tx: &mut Tx<'_>, held: &mut Held<Self>) -> Result<(), StoreError>;
    /// The row as shown.
    ///
    /// # Errors
    /// Whatever the database says.
    fn view(conn: &mut Conn, eyes: &Eyes, held: &Held<Self>) -> Result<Self::View, StoreError>;
}

/// The event of a step.
fn moved<R: Living>(id: Id<R::Marker>, verb: Verb, taken: &Taken<State<R>>) -> Event {
    Event::new(R::KIND, id.any(), verb).moved(taken.from.as_str(), taken.to.as_str())
}

/// Leaves on a row that its latest step was recorded from elsewhere; a performed one leaves it as it was.
pub(crate) fn mark(recorded: Option<&Recorded>, origin: &mut Origin, kept: &mut Option<Recorded>) {
    if let Some(recorded) = recorded {
        *origin = Origin::Recorded;
        *kept = Some(recorded.clone());
    }
}

/// Takes a step that happened elsewhere before the row was made here; the caller records its event.
pub(crate) fn happened<R: Living>(tx: &mut Tx<'_>, row: &mut R, verb: Verb, recorded: &Recorded) -> Result<Event, StoreError> {
    let today = tx.today();
    recorded.check(today)?;
    let facts = row.facts(tx.conn(), today)?;
    // Who types what is already done elsewhere need not confirm that it be done.
    let ask = Ask { recorded: true, confirm: Some(row.code()), ..Ask::default() };
    let taken = lifecycle::take::<R::Life>(row.status(), row.code(), verb, &facts, ask, tx.lang())?;
    row.enter(tx, verb, &taken, Some(recorded))?;
    Ok(moved::<R>(row.id(), verb, &taken).recorded(Some(recorded.clone())).despite(taken.warnings))
}

/// What is said with a step.
pub(crate) struct Said<'a> {
    /// Why.
    pub reason: Option<&'a str>,
    /// The code of the resource, repeated.
    pub confirm: Option<&'a str>,
    /// Facts, where it happened elsewhere.
    pub recorded: Option<&'a Recorded>,
}

/// Puts a step into a row that is held, by a caller whose right was checked; the row is still to be saved, and the event, which is
/// given back, to be recorded after it.
pub(crate) fn take<R: Living>(tx: &mut Tx<'_>, held: &mut Held<R>, verb: Verb, said: &Said<'_>) -> Result<Event, StoreError> {
    held.value.admit(tx, verb)?;
    let today = tx.today();
    if let Some(recorded) = said.recorded {
        recorded.check(today)?;
        files::follow(tx, None, Some(recorded))?;
    }
    let facts = held.value.facts(tx.conn(), today)?;
    let ask = Ask { reason: said.reason, confirm: said.confirm, recorded: said.recorded.is_some() };
    let taken = lifecycle::take::<R::Life>(held.value.status(), held.value.code(), verb, &facts, ask, tx.lang())?;
    held.value.enter(tx, verb, &taken, said.recorded)?;
    let event = moved::<R>(held.value.id(), verb, &taken);
    Ok(event.because(said.reason.map(str::to_owned)).recorded(said.recorded.cloned()).despite(taken.warnings))
}

/// Takes a step.
pub(crate) async fn step<R: Living>(call: Call<Id<R::Marker>, (), Step<R::Life>>) -> Result<Ended<Made<R::View>>, ApiError>
where
    R::Marker: 'static,
    R::Life: 'static,
{
    let (id, verb, draft, eyes) = (call.path, call.body.verb, call.body.draft.clone(), call.eyes());
    call.write(Root::Of(id.any()), move |tx| {
        let mut held = tx.load_for_change::<R>(id)?;
        tx.require(R::KIND, verb, &held.ties)?;
        let said = Said { reason: draft.reason.as_deref(), confirm: draft.confirm.as_deref(), recorded: draft.recorded.as_ref() };
        let event = take(tx, &mut held, verb, &said)?;
        R::save(tx, &mut held)?;
        tx.record(event);
        let view = R::view(tx.conn(), &eyes, &held)?;
        Made::of(&view, Some(held.value.version()), format!("{}/{id}", R::PATH)).map_err(inside)
    })
    .await
}
