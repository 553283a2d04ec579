//! Plans of the queries behind access: on SQLite none of them may read a table from end to end,
//! however the views are written.

use diesel::sql_types::Text;
use thidua_domain::access::{Grant, Role, Scope};
use thidua_domain::id::UserId;
use uuid::Uuid;

use super::*;
use crate::dialect::{self, SqliteUse};
use diesel::SqliteConnection;
use diesel::sqlite::Sqlite;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// What SQLite would scan of its tables for a query.
fn scans(conn: &mut SqliteConnection, query: &impl QueryFragment<Sqlite>) -> Vec<String> {
    let text = diesel::debug_query::<Sqlite, _>(query).to_string();
    let text = text.split_once(" -- binds").map_or(text.as_str(), |(text, _)| text);
    let lines: Vec<Line> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn).unwrap();
    let tables: Vec<Line> = diesel::sql_query("SELECT name AS detail FROM sqlite_schema WHERE type = 'table'").load(conn).unwrap();
    assert!(!lines.is_empty() && tables.len() > 20);
    let scanned = |line: &Line| {
        let what = line.detail.strip_prefix("SCAN ")?.split(' ').next()?.to_owned();
        tables.iter().any(|table| table.detail == what).then_some(what)
    };
    lines.iter().filter_map(scanned).collect()
}

#[test]
fn nothing_is_read_from_end_to_end() {
    let dir = std::env::temp_dir().join(format!("thidua-plans-{}", Uuid::new_v4()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("a.db").to_string_lossy().into_owned();
    let mut conn = dialect::open_sqlite(&path, SqliteUse::Write, true).unwrap();
    crate::migrate::up(&mut conn).unwrap();
    let Conn::Sqlite(conn) = &mut conn else { panic!() };
    let today = "2026-11-21".parse().unwrap();
    let one = Uuid::from_u128(1);
    let grants = Role::ALL.iter().map(|role| Grant { role: *role, scope: Scope::Unit(UnitId::new(one)) }).collect();
    let who = Principal { user: Some(UserId::new(one)), grants };
    for kind in Kind::ALL {
        let Some(tied) = tied(*kind) else { continue };
        for count in [1, 3, 50] {
            let subjects = vec![Sql(AnyId::new(one)); count];
            assert_eq!(scans(conn, &UpWalk { tied, subjects, today }), Vec::<String>::new(), "{kind:?}");
        }
        // A list goes along its own table, and only along that.
        let list = scans(conn, &Within(Scoped::of(&who, *kind, today)));
        assert!(list.iter().all(|table| table == tied.table), "{kind:?}: {list:?}");
    }
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn sqlite_is_compiled_for_one_thread_at_a_time_and_stable_plans() {
    let mut conn = dialect::open_sqlite(":memory:", SqliteUse::Read, true).unwrap();
    let Conn::Sqlite(conn) = &mut conn else { panic!() };
    let options: Vec<Line> = diesel::sql_query("SELECT compile_options AS detail FROM pragma_compile_options").load(conn).unwrap();
    let set = |option: &str| options.iter().any(|line| line.detail == option);
    assert!(set("THREADSAFE=2") && set("ENABLE_QPSG"), "see .cargo/config.toml");
    assert!(!set("ENABLE_STAT4") && !set("ENABLE_MEMORY_MANAGEMENT"), "see .cargo/config.toml");
}
