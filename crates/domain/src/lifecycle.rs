//! The engine that runs every lifecycle. The machines themselves are tables beside their nouns;
//! who may take a step is said once, in the access policy.

use crate::access::{self, Kind, Principal, Ties, Verb};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{Lang, Word};

/// A condition on the facts of a resource; the code says what is wrong when it does not hold.
pub struct Guard<F: 'static> {
    /// What is refused when the condition does not hold.
    pub code: Code,
    /// The condition.
    pub holds: fn(&F) -> bool,
    /// Whether it also binds an act recorded from elsewhere. Most guards only warn there: paper
    /// does not wait for software.
    pub binds_recorded: bool,
    /// Figures for the text of the refusal.
    pub figures: fn(&F) -> Vec<(&'static str, String)>,
}

/// No figures.
#[must_use]
pub fn plain<F>(_: &F) -> Vec<(&'static str, String)> {
    Vec::new()
}

/// One row of a machine.
pub struct Step<S: 'static, F: 'static> {
    /// States in which the act is possible.
    pub from: &'static [S],
    /// The act.
    pub verb: Verb,
    /// The state afterwards; `None` when the act leaves the state alone (editing, signing).
    pub to: Option<S>,
    /// Conditions.
    pub guards: &'static [Guard<F>],
    /// Whether a reason must be given.
    pub reason: bool,
    /// Whether the caller must repeat the code of the resource, because nothing undoes the act.
    pub confirm: bool,
    /// Taken by the service itself when its conditions come true; nobody asks for it.
    pub automatic: bool,
}

/// A resource that lives: its states, its table and the facts its guards look at.
pub trait Life {
    /// Its states.
    type State: Word;
    /// What the guards look at, loaded with a fixed number of queries.
    type Facts: 'static;
    /// Kind of resource.
    const KIND: Kind;
    /// State in which it is born.
    const BORN: Self::State;
    /// The machine.
    const STEPS: &'static [Step<Self::State, Self::Facts>];
}

/// What a caller sends to take a step.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// Why.
    pub reason: Option<&'a str>,
    /// The code of the resource, repeated.
    pub confirm: Option<&'a str>,
    /// Whether the act is recorded from elsewhere.
    pub recorded: bool,
}

/// A step that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken<S> {
    /// State before.
    pub from: S,
    /// State after.
    pub to: S,
    /// Guards that would have refused, had the act been performed here.
    pub warnings: Vec<Code>,
}

/// Acts open to this caller in this state, guards left aside: cheap enough for lists.
#[must_use]
pub fn allowed<L: Life>(state: L::State, who: &Principal, ties: &Ties) -> Vec<Verb> {
    let open =
        L::STEPS.iter().filter(|step| !step.automatic && step.from.contains(&state) && access::permits(who, L::KIND, step.verb, ties));
    let mut verbs: Vec<Verb> = open.map(|step| step.verb).collect();
    // An act that can leave the state alone and can end it stands in two rows, one after the other.
    verbs.dedup();
    verbs
}

/// Of the acts open to this caller, those a guard holds back, each with its code.
#[must_use]
pub fn blocked<L: Life>(state: L::State, facts: &L::Facts, who: &Principal, ties: &Ties) -> Vec<(Verb, Code)> {
    L::STEPS
        .iter()
        .filter(|step| !step.automatic && step.from.contains(&state) && access::permits(who, L::KIND, step.verb, ties))
        .flat_map(|step| step.guards.iter().filter(|guard| !(guard.holds)(facts)).map(|guard| (step.verb, guard.code)))
        .collect()
}

/// Takes a step to another state, or says why not. Who may was checked before.
///
/// # Errors
/// [`Code::WrongState`], [`Code::ReasonRequired`], [`Code::ConfirmRequired`], or the code of the first
/// guard that does not hold.
pub fn take<L: Life>(
    state: L::State,
    code: &str,
    verb: Verb,
    facts: &L::Facts,
    ask: Ask<'_>,
    lang: Lang,
) -> Result<Taken<L::State>, Refusal> {
    run::<L>(state, code, verb, facts, ask, lang, true)
}

/// Asks whether an act that leaves the state alone is possible now: editing, signing.
///
/// # Errors
/// [`Code::WrongState`], or the code of the first guard that does not hold.
pub fn allow<L: Life>(state: L::State, verb: Verb, facts: &L::Facts, recorded: bool, lang: Lang) -> Result<(), Refusal> {
    run::<L>(state, "", verb, facts, Ask { recorded, ..Ask::default() }, lang, false).map(|_| ())
}

fn run<L: Life>(
    state: L::State,
    code: &str,
    verb: Verb,
    facts: &L::Facts,
    ask: Ask<'_>,
    lang: Lang,
    moves: bool,
) -> Result<Taken<L::State>, Refusal> {
    let label = |verb: Verb| verb.label().get(lang);
    let Some(step) =
        L::STEPS.iter().find(|step| !step.automatic && step.verb == verb && step.to.is_some() == moves && step.from.contains(&state))
    else {
        let from: Vec<&str> = L::STEPS
            .iter()
            .filter(|step| step.verb == verb && step.to.is_some() == moves && !step.automatic)
            .flat_map(|step| step.from.iter().map(|s| s.label().get(lang)))
            .collect();
        return Err(Refusal::of(Code::WrongState)
            .with("action", label(verb))
            .with("state", state.label().get(lang))
            .with("from", if from.is_empty() { "—".to_owned() } else { from.join(", ") }));
    };
    if step.reason && ask.reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::at("/reason", Code::ReasonRequired).with("action", label(verb)));
    }
    if step.confirm && ask.confirm != Some(code) {
        return Err(Refusal::at("/confirm", Code::ConfirmRequired).with("action", label(verb)).with("code", code));
    }
    let mut warnings = Vec::new();
    for guard in step.guards.iter().filter(|guard| !(guard.holds)(facts)) {
        if ask.recorded && !guard.binds_recorded {
            warnings.push(guard.code);
        } else {
            return Err(Refusal { with: (guard.figures)(facts), ..Refusal::of(guard.code) });
        }
    }
    Ok(Taken { from: state, to: step.to.unwrap_or(state), warnings })
}

/// A step that takes itself: the first automatic one whose conditions hold in this state.
#[must_use]
pub fn automatic<L: Life>(state: L::State, facts: &L::Facts) -> Option<(Verb, L::State)> {
    L::STEPS
        .iter()
        .find(|step| step.automatic && step.from.contains(&state) && step.guards.iter().all(|guard| (guard.holds)(facts)))
        .and_then(|step| step.to.map(|to| (step.verb, to)))
}

/// One row of a machine as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// States in which the act is possible.
    pub from: Vec<&'static str>,
    /// The act.
    pub verb: Verb,
    /// State afterwards.
    pub to: Option<&'static str>,
    /// Codes of the guards.
    pub guards: Vec<Code>,
    /// Whether a reason must be given.
    pub reason: bool,
    /// Whether the code of the resource must be repeated.
    pub confirm: bool,
    /// Taken by the service itself.
    pub automatic: bool,
}

/// A whole machine as people read it.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Kind of resource.
    pub kind: Kind,
    /// State in which it is born.
    pub born: &'static str,
    /// All states with their labels.
    pub states: Vec<crate::vocabulary::Entry>,
    /// The table.
    pub rows: Vec<Row>,
}

/// The table of a resource, for people.
#[must_use]
pub fn machine<L: Life>() -> Machine {
    let rows = L::STEPS
        .iter()
        .map(|step| Row {
            from: step.from.iter().map(|s| s.as_str()).collect(),
            verb: step.verb,
            to: step.to.map(Word::as_str),
            guards: step.guards.iter().map(|guard| guard.code).collect(),
            reason: step.reason,
            confirm: step.confirm,
            automatic: step.automatic,
        })
        .collect();
    Machine { kind: L::KIND, born: L::BORN.as_str(), states: crate::vocabulary::entries::<L::State>(), rows }
}

/// Every lifecycle of the project.
#[must_use]
pub fn machines() -> Vec<Machine> {
    vec![
        machine::<crate::appeal::AppealLife>(),
        machine::<crate::bloc_year::BlocYearLife>(),
        machine::<crate::campaign::CampaignLife>(),
        machine::<crate::client::ClientLife>(),
        machine::<crate::criteria_set::CriteriaSetLife>(),
        machine::<crate::delegation::DelegationLife>(),
        machine::<crate::job::JobLife>(),
        machine::<crate::meeting::MeetingLife>(),
        machine::<crate::pledge::PledgeLife>(),
        machine::<crate::registration::RegistrationLife>(),
        machine::<crate::scoresheet::SheetLife>(),
        machine::<crate::user::UserLife>(),
    ]
}

/// A machine as a Mermaid state diagram.
#[must_use]
pub fn mermaid(machine: &Machine, lang: Lang) -> String {
    let mut lines = vec!["stateDiagram-v2".to_owned(), format!("    [*] --> {}", machine.born)];
    for state in &machine.states {
        lines.push(format!("    {}: {}", state.word, state.label.get(lang)));
    }
    for row in &machine.rows {
        for from in &row.from {
            let label = row.verb.label().get(lang);
            lines.push(format!("    {from} --> {}: {label}{}", row.to.unwrap_or(from), if row.automatic { " (auto)" } else { "" }));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_state_can_be_reached_and_every_step_has_somebody_to_take_it() {
        for machine in machines() {
            let mut reached = HashSet::from([machine.born]);
            for _ in 0..machine.states.len() {
                for row in &machine.rows {
                    if let Some(to) = row.to
                        && row.from.iter().any(|from| reached.contains(from))
                    {
                        reached.insert(to);
                    }
                }
            }
            for state in &machine.states {
                assert!(reached.contains(state.word), "{:?}: {} cannot be reached", machine.kind, state.word);
            }
            for row in &machine.rows {
                assert!(row.automatic || !access::who(machine.kind, row.verb).is_empty(), "{:?} {:?}: nobody may", machine.kind, row.verb);
                assert!(!row.from.is_empty());
            }
        }
    }

    #[test]
    fn a_step_from_one_state_is_unambiguous() {
        for machine in machines() {
            for (i, a) in machine.rows.iter().enumerate() {
                for b in machine.rows.iter().skip(i + 1).filter(|b| b.verb == a.verb && b.to.is_some() == a.to.is_some()) {
                    assert!(a.from.iter().all(|from| !b.from.contains(from)), "{:?} {:?}", machine.kind, a.verb);
                }
            }
        }
    }
}
