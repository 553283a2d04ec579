//! Ranks that are known from paper only.

use thidua_testkit::{Value, json, on_both};

use crate::blocs::bloc_of;
use crate::criteria_sets::{published, table};

on_both! {
    fn ranks_on_paper_rank_where_nothing_else_is_known_and_are_compared_where_it_is(app) {
        let standing = app.standing();
        let year = bloc_of(&app, &standing, &["A", "B", "C"]);
        let set = published(&standing, &table("BD", "TOCHUC"));
        standing.post(&format!("{set}/applications"), &json!({"bloc_years": ["KHOI/2026"]})).is(201);
        let recorded = json!({"from": "paper", "happened_on": "2026-01-15", "by_position": "Trưởng khối"});
        let draft = |unit: &str, rank: i32| json!({"bloc_year": "KHOI/2026", "unit": unit, "recorded_rank": rank, "recorded": recorded});
        standing.post("/api/v1/scoresheets", &json!({"bloc_year": "KHOI/2026", "unit": "A", "recorded_rank": 1})).refused(422, "score_paper_missing");
        let made = standing.post("/api/v1/scoresheets", &draft("A", 2)).gives(201);
        assert_eq!((&made["origin"], &made["recorded"]["by_position"]), (&json!("recorded"), &json!("Trưởng khối")));
        let path = format!("/api/v1/scoresheets/{}", made["id"].as_str().unwrap());
        standing.patch(&path, &json!({"recorded": null})).refused(422, "score_paper_missing");
        standing.patch(&path, &json!({"recorded": null, "recorded_rank": null})).refused(422, "recorded_stays");
        for (unit, rank) in [("B", 1), ("C", 2)] {
            standing.post("/api/v1/scoresheets", &draft(unit, rank)).is(201);
        }
        let ranking = || standing.get(&format!("{year}/ranking")).gives(200);
        let ranks = |told: &Value| told["rows"].as_array().unwrap().iter().map(|row| (row["unit"]["code"].clone(), row["rank"].clone())).collect::<Vec<_>>();
        let told = ranking();
        assert_eq!(ranks(&told), [(json!("B"), json!(1)), (json!("A"), json!(2)), (json!("C"), json!(2))]);
        assert_eq!((&told["basis"], &told["unranked"], &told["recorded_rank_differs"], &told["margins"]), (&json!("recorded_ranks"), &json!([]), &json!([]), &json!([])));
        standing.patch(&path, &json!({"recorded_rank": 4})).is(200);
        assert_eq!(ranking()["recorded_rank_differs"][0]["rank"], 3);
        // One total beside them, and the others cannot be put in order with it.
        standing.patch(&path, &json!({"recorded_total": 90})).is(200);
        let told = ranking();
        assert_eq!((&told["basis"], ranks(&told)), (&json!("scores"), vec![(json!("A"), json!(1))]));
        assert_eq!((told["unranked"].as_array().unwrap().len(), &told["recorded_rank_differs"][0]["recorded_rank"]), (2, &json!(4)));
        let csv = standing.send("GET", &format!("{year}/ranking"), &[("accept", "text/csv")], None).text();
        assert!(csv.contains("chỉ biết thứ hạng trên giấy"), "{csv}");
    }
}
