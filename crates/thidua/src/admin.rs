//! Administration on the machine itself: the first account, and the keys that sign.

use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use thidua_domain::access::Role;
use thidua_domain::refusal::Code as Rule;
use thidua_domain::vocabulary::Word;
use thidua_http::{App, NewAccount, Settings, create_first, grant_by_hand, let_in_by_hand, revoke_by_hand};
use thidua_store::clock::SystemClock;
use thidua_store::keys::Occasion;
use thidua_store::{Location, Options, Store};

use crate::command::{DatabaseArgs, Stopped, say};
use crate::serving::master_key;

async fn app(args: &DatabaseArgs) -> Result<Arc<App>, Stopped> {
    let store = Store::open(Location::parse(&args.database_url)?, &Options::default())?;
    let master = master_key(args, &store).await?;
    Ok(App::new(store, Arc::new(SystemClock), Settings::default(), master).await?)
}

/// Makes an account. Its password is piped in, or made here and printed: then it serves once.
///
/// # Errors
/// Whatever the rules say of it.
pub async fn create_account(args: &DatabaseArgs, username: String, display_name: Option<String>, roles: &[String]) -> Result<(), Stopped> {
    let roles = roles.iter().map(|role| parse_role(role)).collect::<Result<Vec<_>, _>>()?;
    let mut typed = String::new();
    let stdin = std::io::stdin();
    // What is typed at a terminal would be seen by who looks over the shoulder.
    if !stdin.is_terminal() {
        stdin.lock().read_line(&mut typed)?;
    }
    let password = Some(typed.trim_end_matches(['\r', '\n']).to_owned()).filter(|password| !password.is_empty());
    let display_name = display_name.unwrap_or_else(|| username.clone());
    let new = NewAccount { username: username.clone(), display_name, password, roles };
    let once = create_first(&*app(args).await?, new).await?;
    tracing::info!(username, "the account was made");
    match once {
        Some(password) => say(&format!("{password}\n")),
        None => Ok(()),
    }
}

/// Grants roles, one after the other.
///
/// # Errors
/// Whatever the rules say of one; those before it are granted.
pub async fn grant(args: &DatabaseArgs, username: &str, roles: &[String]) -> Result<(), Stopped> {
    let app = app(args).await?;
    for text in roles {
        let (role, unit) = parse_role(text)?;
        grant_by_hand(&app, username, role, unit).await.map_err(|error| match error.code() {
            code if code == Rule::NotFound.into() => nobody(username),
            code if code == Rule::AlreadyExists.into() => Stopped::Said(format!("{username} has the role {text} already")),
            _ => error.into(),
        })?;
        tracing::info!(username, role = text, "the role was granted");
    }
    Ok(())
}

/// Takes roles back, one after the other.
///
/// # Errors
/// When the account does not have one; those before it are taken back.
pub async fn revoke(args: &DatabaseArgs, username: &str, roles: &[String]) -> Result<(), Stopped> {
    let app = app(args).await?;
    for text in roles {
        let (role, unit) = parse_role(text)?;
        revoke_by_hand(&app, username, role, unit).await.map_err(|error| match error.code() {
            code if code == Rule::NotFound.into() => {
                Stopped::Said(format!("there is no account {username} that was granted the role {text}"))
            }
            _ => error.into(),
        })?;
        tracing::info!(username, role = text, "the role was taken back");
    }
    Ok(())
}

/// Lets somebody in again who is locked out.
///
/// # Errors
/// When there is no such account.
pub async fn let_in(args: &DatabaseArgs, username: &str) -> Result<(), Stopped> {
    let outcome = let_in_by_hand(&*app(args).await?, username).await;
    let password = outcome.map_err(|error| if error.code() == Rule::NotFound.into() { nobody(username) } else { error.into() })?;
    tracing::info!(username, "the account has a password that serves once");
    say(&format!("{password}\n"))
}

fn nobody(username: &str) -> Stopped {
    Stopped::Said(format!("there is no account {username}"))
}

/// Lets a new key sign.
///
/// # Errors
/// Whatever the database says.
pub async fn rotate_keys(args: &DatabaseArgs, compromised: bool) -> Result<(), Stopped> {
    let occasion = if compromised { Occasion::Compromised } else { Occasion::Wanted };
    app(args).await?.rotate_keys(occasion).await?;
    tracing::info!(compromised, "a new key follows those before");
    Ok(())
}

pub(crate) fn parse_role(text: &str) -> Result<(Role, Option<String>), Stopped> {
    let (role, unit) = match text.split_once('@') {
        Some((role, unit)) => (role, Some(unit.to_owned())),
        None => (text, None),
    };
    let role = Role::parse(role).ok_or_else(|| Stopped::Said(format!("there is no role \"{role}\"")))?;
    Ok((role, unit))
}
