//! Closed lists and lifecycles, as data for front-ends.

pub(crate) mod retention;

use serde::Serialize;
use thidua_domain::lifecycle::{Machine, machines, mermaid};
use thidua_domain::reference::lists;
use thidua_domain::refusal::Code;
use thidua_domain::vocabulary::Word;
use utoipa::ToSchema;

use crate::answer::{List, One};
use crate::call::Call;
use crate::parts::label;
use crate::problem::ApiError;

/// A word with its labels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferenceEntry, example = json!({ "value": "province", "label_vi": "Tỉnh, thành phố trực thuộc Trung ương", "label_en": "Province or centrally run city" }))]
pub(crate) struct EntryView {
    /// Spelling on the wire.
    #[schema(max_length = 64)]
    value: String,
    /// Vietnamese label.
    #[schema(max_length = 200)]
    label_vi: String,
    /// English label.
    #[schema(max_length = 200)]
    label_en: String,
}

/// A list there is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferenceList, example = json!({ "name": "unit-kinds", "href": "/api/v1/reference/unit-kinds", "count": 32 }))]
pub(crate) struct ListView {
    /// Name of the list.
    #[schema(max_length = 64)]
    name: String,
    /// Where it is.
    #[schema(max_length = 200)]
    href: String,
    /// Number of words.
    #[schema(minimum = 0, maximum = 10000)]
    count: usize,
}

/// A lifecycle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lifecycle, example = json!({
    "resource": "pledge", "initial": "draft", "states": [{"value": "draft", "label_vi": "Dự thảo", "label_en": "Draft"}],
    "steps": [{"from": ["draft"], "action": "open_signing", "action_label": "Mở ký giao ước", "to": "signing", "guards": ["pledge_empty"], "reason": false, "confirm": false, "automatic": false, "roles": ["standing_body"]}],
    "mermaid": "stateDiagram-v2\n"
}))]
pub(crate) struct LifecycleView {
    /// Kind of resource.
    #[schema(max_length = 40)]
    resource: String,
    /// State in which it is born.
    #[schema(max_length = 40)]
    initial: String,
    /// All states.
    #[schema(max_items = 50)]
    states: Vec<EntryView>,
    /// The table.
    #[schema(max_items = 100)]
    steps: Vec<StepView>,
    /// The same as a Mermaid diagram.
    #[schema(max_length = 20000)]
    mermaid: String,
}

/// A row of a lifecycle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LifecycleStep)]
pub(crate) struct StepView {
    /// States in which the act is possible.
    #[schema(max_items = 50)]
    from: Vec<String>,
    /// The act.
    #[schema(max_length = 40)]
    action: String,
    /// The act in words.
    #[schema(max_length = 200)]
    action_label: String,
    /// State afterwards; absent when it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, nullable = false)]
    to: Option<String>,
    /// Codes of the guards.
    #[schema(max_items = 20)]
    guards: Vec<String>,
    /// Whether a reason must be given.
    reason: bool,
    /// Whether the code of the resource must be repeated.
    confirm: bool,
    /// Taken by the service itself.
    automatic: bool,
    /// Roles that may, whatever else must hold.
    #[schema(max_items = 20)]
    roles: Vec<String>,
}

fn entry(entry: &thidua_domain::vocabulary::Entry) -> EntryView {
    EntryView { value: entry.word.to_owned(), label_vi: entry.label.vi.to_owned(), label_en: entry.label.en.to_owned() }
}

pub(crate) async fn index(_: Call) -> Result<List<ListView>, ApiError> {
    let views: Vec<ListView> = lists()
        .iter()
        .map(|list| ListView { name: list.name.to_owned(), href: format!("/api/v1/reference/{}", list.name), count: list.entries.len() })
        .collect();
    List::whole(&views)
}

pub(crate) async fn list(call: Call<String>) -> Result<List<EntryView>, ApiError> {
    let all = lists();
    let found = all.iter().find(|list| list.name == call.path).ok_or(Code::NotFound)?;
    List::whole(&found.entries.iter().map(entry).collect::<Vec<_>>())
}

pub(crate) async fn lifecycle(call: Call<String>) -> Result<One<LifecycleView>, ApiError> {
    let all = machines();
    let wanted = call.path.replace('-', "_");
    let machine = all.iter().find(|machine| machine.kind.as_str() == wanted.trim_end_matches('s')).ok_or(Code::NotFound)?;
    One::plain(&lifecycle_view(machine, call.meta.lang))
}

fn lifecycle_view(machine: &Machine, lang: thidua_domain::vocabulary::Lang) -> LifecycleView {
    LifecycleView {
        resource: machine.kind.as_str().to_owned(),
        initial: machine.born.to_owned(),
        states: machine.states.iter().map(entry).collect(),
        steps: machine
            .rows
            .iter()
            .map(|row| StepView {
                from: row.from.iter().map(|state| (*state).to_owned()).collect(),
                action: row.verb.as_str().to_owned(),
                action_label: label(row.verb, lang),
                to: row.to.map(str::to_owned),
                guards: row.guards.iter().map(|code| code.as_str().to_owned()).collect(),
                reason: row.reason,
                confirm: row.confirm,
                automatic: row.automatic,
                roles: thidua_domain::access::who(machine.kind, row.verb).into_iter().map(|role| role.as_str().to_owned()).collect(),
            })
            .collect(),
        mermaid: mermaid(machine, lang),
    }
}
