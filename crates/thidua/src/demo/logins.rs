//! One login for each role, with a random password, kept in the folder of the demonstration.

use std::path::Path;

use serde::{Deserialize, Serialize};
use thidua_domain::access::Role;
use thidua_domain::vocabulary::Word;

use crate::command::Stopped;

/// File in the folder of the demonstration.
pub(super) const FILE: &str = "logins.json";

/// An account of the demonstration.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// Role it shows.
    pub role: String,
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
    /// What is granted: `role` or `role@unit`.
    pub grants: Vec<String>,
}

impl Login {
    pub(super) fn display_name(&self) -> String {
        let label = Role::parse(&self.role).map_or("", |role| role.label().vi);
        format!("{label} (giả định)")
    }

    pub(super) fn roles(&self) -> Result<Vec<(Role, Option<String>)>, Stopped> {
        self.grants.iter().map(|grant| crate::admin::parse_role(grant)).collect()
    }
}

fn login(role: &str, username: &str, grants: &[&str]) -> Result<Login, Stopped> {
    Ok(Login {
        role: role.to_owned(),
        username: username.to_owned(),
        password: thidua_http::random_password()?,
        grants: grants.iter().map(|grant| (*grant).to_owned()).collect(),
    })
}

/// Roles that look after everything.
pub(super) fn for_everything() -> Result<Vec<Login>, Stopped> {
    Ok(vec![
        login("system_admin", "quantri", &["system_admin"])?,
        login("standing_body", "thuongtruc", &["standing_body"])?,
        login("authority", "thamquyen", &["authority"])?,
        login("inspector", "thanhtra", &["inspector"])?,
        login("auditor", "kiemtoan", &["auditor"])?,
        login("viewer", "nguoixem", &["viewer"])?,
    ])
}

/// Roles on units: those of the announcement, and of the made-up bloc whose leader and deputy they are.
pub(super) fn on_units() -> Result<Vec<Login>, Stopped> {
    Ok(vec![
        login("unit_officer", "canbo.skhdt-danang", &["unit_officer@SKHDT-DA-NANG"])?,
        login("unit_head", "thutruong.skhdt-danang", &["unit_head@SKHDT-DA-NANG"])?,
        login("bloc_leader", "truongkhoi", &["unit_officer@DON-VI-A", "unit_head@DON-VI-A"])?,
        login("bloc_deputy", "phokhoi", &["unit_officer@DON-VI-B", "unit_head@DON-VI-B"])?,
    ])
}

/// Keeps the logins, readable by their owner only.
pub(super) fn write(folder: &Path, logins: &[Login]) -> Result<(), Stopped> {
    let text = serde_json::to_string_pretty(logins).map_err(|error| Stopped::Said(error.to_string()))?;
    crate::serving::write_secret(&folder.join(FILE), &text)
}

/// Reads the logins back.
pub(super) fn read(folder: &Path) -> Result<Vec<Login>, Stopped> {
    serde_json::from_str(&std::fs::read_to_string(folder.join(FILE))?).map_err(|error| Stopped::Said(error.to_string()))
}
