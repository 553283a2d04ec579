//! The demonstration: a folder of its own, an account for each role, a real announcement loaded
//! over HTTP like anybody would load it, and a small made-up bloc to play with.

mod logins;
mod player;
mod story;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use thidua_http::{App, NewAccount, create_first, start};

use crate::command::{DatabaseArgs, OidcArgs, ServeArgs, Stopped, say};
use crate::serving;

pub use logins::Login;
pub use player::Player;
pub use story::{play, play_fictional};

/// How to demonstrate.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Port to listen on; any free one for 0.
    #[arg(long, env = "THIDUA_PORT", default_value_t = 8080)]
    pub port: u16,
    /// Folder for the database and the logins.
    #[arg(long, env = "THIDUA_DATA_DIR", default_value = "thidua-demo")]
    pub data_dir: PathBuf,
    /// Print one line of JSON for scripts instead of text.
    #[arg(long)]
    pub json: bool,
}

/// Says that a folder has been loaded to the end.
const DONE: &str = "loaded";
/// Marks a folder in which a demonstration was begun.
const BEGUN: &str = "begun";

/// Port 0 means any free one; it is chosen here, since the address also names the service in tokens.
fn port(wanted: u16) -> Result<u16, Stopped> {
    if wanted != 0 {
        return Ok(wanted);
    }
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn arguments(args: &DemoArgs) -> Result<ServeArgs, Stopped> {
    let port = port(args.port)?;
    let file = |name: &str| args.data_dir.join(name);
    Ok(ServeArgs {
        oidc: OidcArgs::default(),
        database: DatabaseArgs {
            database_url: format!("sqlite:{}", file("thidua.db").display()),
            master_key_file: file("thidua.key"),
            master_key: None,
        },
        bind: format!("127.0.0.1:{port}"),
        public_url: Some(format!("http://127.0.0.1:{port}")),
        workers: None,
        readers: 16,
        writers: 24,
        body_limit: 1024 * 1024,
        trusted_proxies: Vec::new(),
        password_rules: "nist".to_owned(),
        no_throttle: false,
        second_factor: "none".to_owned(),
        files_url: None,
        file_quota: 2048,
        retention: String::new(),
        answer_memory: 32,
        hash_threads: 2,
        not_durable: false,
    })
}

/// A demonstration that was not loaded to the end is emptied of its database. A database that no
/// demonstration began is somebody's, and is left alone.
fn tidy(folder: &Path) -> Result<bool, Stopped> {
    std::fs::create_dir_all(folder)?;
    if folder.join(DONE).exists() {
        return Ok(true);
    }
    if folder.join("thidua.db").exists() && !folder.join(BEGUN).exists() {
        let folder = folder.display();
        return Err(Stopped::Said(format!("{folder} holds a database that is not a demonstration; name another folder with --data-dir")));
    }
    std::fs::write(folder.join(BEGUN), "")?;
    for name in ["thidua.db", "thidua.db-wal", "thidua.db-shm", logins::FILE] {
        let file = folder.join(name);
        if file.exists() {
            std::fs::remove_file(file)?;
        }
    }
    Ok(false)
}

/// Demonstrates until told to stop.
///
/// # Errors
/// Whatever stops it.
pub async fn demonstrate(args: DemoArgs) -> Result<(), Stopped> {
    let loaded = tidy(&args.data_dir)?;
    let settings = arguments(&args)?;
    let app = serving::assemble(&settings).await?;
    let running = start(&app, &settings.bind, serving::workers(&settings))?;
    let base = format!("http://{}", running.address);
    let telling = actix_web::rt::spawn({
        let (app, base, folder) = (Arc::clone(&app), base.clone(), args.data_dir.clone());
        async move {
            let logins = if loaded { logins::read(&folder)? } else { load(&app, &base, &folder).await? };
            tell(&base, &logins, args.json)
        }
    });
    let handle = running.handle.clone();
    // What goes wrong while loading stops the server too, and is told.
    let watching = actix_web::rt::spawn(async move {
        let told = telling.await.unwrap_or_else(|error| Err(Stopped::Said(error.to_string())));
        if told.is_err() {
            handle.stop(false).await;
        }
        told
    });
    serving::until_stopped(app, running).await?;
    if watching.is_finished() {
        return watching.await.unwrap_or_else(|error| Err(Stopped::Said(error.to_string())));
    }
    Ok(())
}

async fn make(app: &App, login: Login) -> Result<Login, Stopped> {
    let new = NewAccount {
        username: login.username.clone(),
        display_name: login.display_name(),
        password: Some(login.password.clone()),
        roles: login.roles()?,
    };
    create_first(app, new).await?;
    Ok(login)
}

async fn load(app: &App, base: &str, folder: &Path) -> Result<Vec<Login>, Stopped> {
    let mut logins = Vec::new();
    for login in logins::for_everything()? {
        logins.push(make(app, login).await?);
    }
    let standing = logins.iter().find(|login| login.role == "standing_body").cloned();
    let standing = standing.ok_or_else(|| Stopped::Said("no login of the standing body".to_owned()))?;
    let player = Player::sign_in(base, &standing.username, &standing.password).await?;
    play(&player).await?;
    play_fictional(&player).await?;
    for login in logins::on_units()? {
        logins.push(make(app, login).await?);
    }
    logins::write(folder, &logins)?;
    std::fs::write(folder.join(DONE), "")?;
    Ok(logins)
}

fn tell(base: &str, logins: &[Login], as_json: bool) -> Result<(), Stopped> {
    let docs = format!("{base}/docs");
    if as_json {
        let rows: Vec<_> =
            logins.iter().map(|login| json!({ "role": login.role, "username": login.username, "password": login.password })).collect();
        return say(&format!("{}\n", json!({ "base_url": base, "docs_url": docs, "logins": rows })));
    }
    let mut text = format!("\nThidua is ready: {base}\nReference pages:  {docs}\n\n{:<16} {:<24} password\n", "role", "user name");
    for login in logins {
        text.push_str(&format!("{:<16} {:<24} {}\n", login.role, login.username, login.password));
    }
    text.push_str(&format!(
        "\nTry:  curl -s {base}/api/v1/auth/sessions -H 'Content-Type: application/json' \\\n        -d '{{\"username\": \"{}\", \"password\": \"…\"}}'\n\nCtrl-C stops it; the folder keeps everything.\n",
        logins.iter().find(|login| login.role == "standing_body").map_or("thuongtruc", |login| login.username.as_str())
    ));
    say(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_demonstration_began_is_emptied() {
        let folder = std::env::temp_dir().join(format!("thidua-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("thidua.db"), "somebody's").unwrap();
        assert!(tidy(&folder).is_err());
        assert!(folder.join("thidua.db").exists());
        std::fs::remove_file(folder.join("thidua.db")).unwrap();
        assert!(matches!(tidy(&folder), Ok(false)));
        std::fs::write(folder.join("thidua.db"), "half loaded").unwrap();
        assert!(matches!(tidy(&folder), Ok(false)));
        assert!(!folder.join("thidua.db").exists());
        std::fs::write(folder.join(DONE), "").unwrap();
        assert!(matches!(tidy(&folder), Ok(true)));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
