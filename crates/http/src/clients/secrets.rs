//! Secrets of service accounts: two at the most, so that one can follow the other without a pause.

use serde_json::json;
use thidua_domain::access::{Kind, Verb};
use thidua_domain::client::{ClientLife, SECRETS_MOST};
use thidua_domain::event::Event;
use thidua_domain::id::{Client, ClientId, ClientSecret, ClientSecretId, Id};
use thidua_domain::lifecycle;
use thidua_domain::refusal::{Code, Refusal};
use thidua_store::Root;
use thidua_store::clients::{self as store, ClientRow, SecretRow};
use thidua_store::dialect::new_id;

use super::view::SecretOnceView;
use crate::answer::{Done, Made};
use crate::call::{Call, Ended};
use crate::parts::inside;
use crate::problem::ApiError;
use crate::secret::{digest, token};

pub(crate) async fn create(call: Call<ClientId>) -> Result<Ended<Made<SecretOnceView>>, ApiError> {
    let client = call.path;
    let id: ClientSecretId = new_id();
    // What begins so is found by programs that look for secrets where none belong.
    let secret = format!("thidua_{}", token().map_err(ApiError::internal)?);
    let hash = digest(secret.as_bytes());
    call.write(Root::Of(client.any()), move |tx| {
        let mut held = tx.load_for_change::<ClientRow>(client)?;
        tx.require(Kind::Client, Verb::AddSecret, &held.ties)?;
        lifecycle::allow::<ClientLife>(held.value.account.status, Verb::AddSecret, &(), false, tx.lang())?;
        if store::secrets_of_all(tx.conn(), &[client])?.len() >= SECRETS_MOST {
            return Err(Refusal::of(Code::SecretsTooMany).with("limit", SECRETS_MOST).into());
        }
        let created_at = tx.now();
        store::add_secret(tx, &SecretRow { id, client_id: client, hash: hash.clone(), created_at })?;
        store::save(tx, &mut held)?;
        tx.record(Event::new(Kind::Client, client.any(), Verb::AddSecret).values(None, Some(json!({ "secret": id }))));
        let view = SecretOnceView { id, client_id: client, client_secret: secret.clone(), created_at };
        Ok(Made::of(&view, Some(held.value.account.version), format!("/api/v1/clients/{client}")).map_err(inside)?.secret())
    })
    .await
}

pub(crate) async fn end(call: Call<(Id<Client>, Id<ClientSecret>)>) -> Result<Ended<Done>, ApiError> {
    let (client, secret) = call.path;
    call.write(Root::Of(client.any()), move |tx| {
        let mut held = tx.load_for_change::<ClientRow>(client)?;
        tx.require(Kind::Client, Verb::EndSecret, &held.ties)?;
        if !store::end_secret(tx, client, secret)? {
            return Err(Code::NotFound.into());
        }
        store::save(tx, &mut held)?;
        tx.record(Event::new(Kind::Client, client.any(), Verb::EndSecret).values(Some(json!({ "secret": secret })), None));
        Ok(Done)
    })
    .await
}
