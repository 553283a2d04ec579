//! Schemas: up, down and up again on both databases, the two compared, every foreign key indexed,
//! and what happens when a newer program, or two at once, have the database.

use std::collections::{BTreeMap, BTreeSet};

use thidua_store::conn::Conn;
use thidua_store::migrate::{self, Column};
use thidua_store::{Location, Options, Store, dialect, inspect};
use thidua_testkit::{Database, EmptyDatabase, TestApp};

const BOTH: [Database; 2] = [Database::Sqlite, Database::Postgres];

fn conn(database: &EmptyDatabase) -> Conn {
    inspect::connect(&Location::parse(&database.url).unwrap()).unwrap()
}

#[derive(Debug, PartialEq)]
struct Schema {
    columns: Vec<Column>,
    indexes: Vec<String>,
    views: Vec<String>,
    triggers: usize,
}

fn schema(conn: &mut Conn) -> Schema {
    let (views, triggers) = match conn {
        Conn::Sqlite(_) => {
            ("SELECT name AS line FROM sqlite_master WHERE type = 'view'", "SELECT name AS line FROM sqlite_master WHERE type = 'trigger'")
        }
        Conn::Postgres(_) => (
            "SELECT viewname::text AS line FROM pg_views WHERE schemaname = current_schema()",
            "SELECT tgname::text AS line FROM pg_trigger WHERE NOT tgisinternal",
        ),
    };
    let mut named = inspect::lines(conn, views).unwrap();
    named.sort();
    Schema {
        columns: migrate::columns(conn).unwrap(),
        indexes: migrate::indexes(conn).unwrap(),
        views: named,
        triggers: inspect::lines(conn, triggers).unwrap().len(),
    }
}

#[test]
fn up_down_and_up_again_gives_the_same_schema() {
    for database in BOTH {
        let empty = EmptyDatabase::create(database);
        let mut conn = conn(&empty);
        assert!(!migrate::is_current(&mut conn).unwrap());
        assert!(migrate::up(&mut conn).unwrap() > 0);
        assert!(migrate::is_current(&mut conn).unwrap());
        let first = schema(&mut conn);
        assert!(first.columns.len() > 200 && first.indexes.len() > 50 && first.triggers > 0, "{database:?}: {first:?}");
        assert_eq!(migrate::up(&mut conn).unwrap(), 0, "{database:?}: a second run does nothing");
        migrate::down(&mut conn).unwrap();
        let nothing = Schema { columns: Vec::new(), indexes: Vec::new(), views: Vec::new(), triggers: 0 };
        assert_eq!(schema(&mut conn), nothing, "{database:?}: something is left");
        migrate::up(&mut conn).unwrap();
        assert_eq!(schema(&mut conn), first, "{database:?}: the second time differs");
    }
}

/// What a type is on the other database: each row is one meaning.
fn family(type_name: &str, sqlite: bool) -> &'static [&'static str] {
    match (type_name, sqlite) {
        ("BLOB", true) => &["uuid", "bytea"],
        ("TEXT", true) => &["text", "date"],
        ("INTEGER", true) => &["integer", "bigint", "boolean", "timestamp with time zone"],
        _ => &[],
    }
}

#[test]
fn the_two_schemas_say_the_same() {
    let [sqlite, postgres] = BOTH.map(|database| {
        let empty = EmptyDatabase::create(database);
        let mut conn = conn(&empty);
        migrate::up(&mut conn).unwrap();
        schema(&mut conn)
    });
    assert_eq!(sqlite.indexes, postgres.indexes);
    assert_eq!(sqlite.views, postgres.views);
    let by_name = |schema: &Schema| -> BTreeMap<(String, String), Column> {
        schema.columns.iter().map(|column| ((column.table_name.clone(), column.column_name.clone()), column.clone())).collect()
    };
    let (lite, post) = (by_name(&sqlite), by_name(&postgres));
    assert_eq!(lite.keys().collect::<BTreeSet<_>>(), post.keys().collect::<BTreeSet<_>>());
    for (name, column) in &lite {
        let other = &post[name];
        assert!(family(&column.type_name, true).contains(&other.type_name.as_str()), "{column:?} and {other:?}");
        // The sequence of PostgreSQL numbers by itself; SQLite has no use for it.
        if (name.0.as_str(), name.1.as_str()) != ("events", "seq") {
            assert_eq!(column.nullability, other.nullability, "{name:?}");
        }
    }
}

#[test]
fn every_foreign_key_is_found_by_an_index_and_is_the_same_on_both() {
    let [sqlite, postgres] = BOTH.map(|database| {
        let empty = EmptyDatabase::create(database);
        let mut conn = conn(&empty);
        migrate::up(&mut conn).unwrap();
        let keys = inspect::foreign_keys(&mut conn).unwrap();
        let bare: Vec<_> = keys.iter().filter(|key| !key.indexed).collect();
        assert!(bare.is_empty(), "{database:?}: {bare:#?}");
        keys
    });
    assert!(sqlite.len() > 40, "{sqlite:?}");
    assert_eq!(sqlite, postgres);
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    for database in BOTH {
        let empty = EmptyDatabase::create(database);
        let mut conn = conn(&empty);
        migrate::up(&mut conn).unwrap();
        dialect::execute(&mut conn, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')").unwrap();
        let before = schema(&mut conn);
        let refused = migrate::up(&mut conn).unwrap_err().to_string();
        assert!(refused.contains("29991231000000") && refused.contains("newer"), "{database:?}: {refused}");
        let opened = Store::open(Location::parse(&empty.url).unwrap(), &Options::default());
        assert!(opened.is_err(), "{database:?}: a newer database was opened");
        assert_eq!(schema(&mut conn), before);
    }
}

#[test]
fn opening_an_empty_database_many_times_at_once_works() {
    for database in BOTH {
        let empty = EmptyDatabase::create(database);
        std::thread::scope(|scope| {
            let opening: Vec<_> = (0..6)
                .map(|_| {
                    let location = Location::parse(&empty.url).unwrap();
                    scope.spawn(move || Store::open(location, &Options::default()).map(drop))
                })
                .collect();
            for opened in opening {
                opened.join().unwrap().unwrap_or_else(|error| panic!("{database:?}: {error}"));
            }
        });
        assert!(migrate::is_current(&mut conn(&empty)).unwrap());
    }
}

#[test]
fn two_services_start_at_once_on_an_empty_database() {
    for database in BOTH {
        let empty = EmptyDatabase::create(database);
        std::thread::scope(|scope| {
            let starting: Vec<_> = (0..2).map(|_| scope.spawn(|| TestApp::on(&empty))).collect();
            let apps: Vec<TestApp> = starting.into_iter().map(|app| app.join().unwrap()).collect();
            let jwks = apps.iter().map(|app| app.anon().get("/.well-known/jwks.json").gives(200)).collect::<Vec<_>>();
            assert_eq!(jwks[0], jwks[1], "{database:?}: two first keys were made");
        });
    }
}
