//! The published tables: they are read, they hold together, and their figures are those of their sources.

use super::*;
use crate::points::{Points, Quantity};
use crate::scoresheet::{Claim, Counted, Entry, Facts, Layer, Score, report, score};

fn table(code: &str) -> Compiled {
    let set = templates().unwrap().into_iter().find(|set| set.code == code).unwrap();
    Compiled::new(&set).unwrap()
}

fn points(text: &str) -> Points {
    text.parse().unwrap()
}

fn entry(item: &str, claim: Claim) -> Entry {
    Entry { item: item.into(), layer: Layer::Own, claim: Some(claim), points: None, not_applicable: false, reason: None }
}

fn manual(item: &str, text: &str) -> Entry {
    entry(item, Claim::Points { points: points(text) })
}

fn cause(item: &str, cause: &str) -> Entry {
    entry(item, Claim::Causes { causes: vec![Counted { cause: cause.into(), times: 1 }], points: None })
}

fn scored(set: &Compiled, entries: &[Entry]) -> Score {
    score(set, entries, &Facts::default(), Layer::Final).unwrap()
}

#[test]
fn every_table_is_whole_and_says_what_it_does_not_know() {
    let tables = templates().unwrap();
    let scales: Vec<_> = tables.iter().map(|set| (set.code.as_str(), set.scale.to_string())).collect();
    let known =
        [("HUE-804-2018", "1000"), ("HCM-2008", "100"), ("DONG-THAP-TP-2022", "31.5"), ("BTP-2561-2012", "10"), ("NGHE-AN-2025", "100")];
    assert_eq!(scales, known.map(|(code, scale)| (code, scale.to_owned())));
    for set in &tables {
        assert_eq!(check(set), [], "{}", set.code);
        assert!(set.note.is_some(), "{}", set.code);
        let json = serde_json::to_string(set).unwrap();
        assert_eq!(serde_json::from_str::<CriteriaSet>(&json).unwrap(), *set, "{}", set.code);
    }
}

#[test]
fn hue_adds_a_bonus_within_the_thousand_and_takes_eight_once() {
    let set = table("HUE-804-2018");
    let bonus = entry("THUONG", Claim::Causes { causes: vec![], points: Some(points("50")) });
    let full = scored(&set, &[manual("ND", "950"), bonus.clone()]);
    assert_eq!((full.total, full.bonus, full.is_complete()), (points("1000"), points("50"), true));
    let less = scored(&set, &[manual("ND", "950"), bonus, cause("TRU", "KHONG-DANG-KY")]);
    assert_eq!((less.total, less.penalties), (points("992"), points("8")));
}

#[test]
fn ho_chi_minh_city_goes_beyond_a_hundred() {
    let set = table("HCM-2008");
    let full = [("01", "10"), ("02", "10"), ("03", "20"), ("04", "10"), ("05", "10"), ("06", "10"), ("07", "20"), ("08", "7")];
    let mut entries: Vec<_> = full.iter().map(|(item, points)| manual(item, points)).collect();
    assert_eq!(scored(&set, &entries).total, points("97"));
    entries.push(cause("CO", "CO-TP"));
    assert_eq!(scored(&set, &entries).total, points("107"));
    entries.pop();
    entries.push(cause("CO", "CO-CP"));
    assert_eq!(scored(&set, &entries).total, points("112"));
}

#[test]
fn dong_thap_gives_points_by_days_late_and_by_rates() {
    let set = table("DONG-THAP-TP-2022");
    let of = |item, claim| scored(&set, &[entry(item, claim)]).of(&set, item).unwrap().points.to_string();
    let late = [-3, 0, 1, 2, 3, 5, 6, 10, 11].map(|days| of("BC-DK-1", Claim::Late { days }));
    assert_eq!(late, ["2", "2", "1.5", "1.5", "1", "1", "0.5", "0.5", "0"]);
    assert_eq!(of("BC-DK-1", Claim::Never {}), "0");
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(of("BC-DK-1", Claim::HandedIn { due: day("2022-12-30"), on: day("2023-01-02") }), "1");
    let value = |text: &str| Claim::Value { value: text.parse().unwrap() };
    let rates = ["100", "95.0001", "95", "75", "74.9999", "50", "49.9999", "0"].map(|rate| of("TL", value(rate)));
    assert_eq!(rates, ["1.5", "1.5", "1", "1", "0.5", "0.5", "0", "0"]);
    let rate =
        |part, whole| Claim::Rate { part: Quantity::of_units(part * Quantity::ONE), whole: Quantity::of_units(whole * Quantity::ONE) };
    assert_eq!([of("TL", rate(19, 20)), of("TL", rate(20, 21)), of("TL", rate(9_500_001, 10_000_000))], ["1", "1.5", "1.5"]);
}

#[test]
fn the_ministry_of_justice_scores_in_proportion() {
    let set = table("BTP-2561-2012");
    let of = |actual: &str| {
        let claim = Claim::Measured { plan: Some("30".parse().unwrap()), actual: actual.parse().unwrap() };
        scored(&set, &[entry("CT", claim)]).total.to_string()
    };
    assert_eq!(["0", "1", "20", "30", "33"].map(of), ["0", "0.33", "6.67", "10", "11"]);
}

#[test]
fn nghe_an_classes_turn_at_their_edges() {
    let set = table("NGHE-AN-2025");
    let of = |total: &str| report(&set, &scored(&set, &[manual("TC", total)])).class.unwrap();
    let edges = ["100", "90", "89.5", "80", "79.5", "70", "69.5", "0"].map(of);
    let expected = ["XUAT-SAC", "XUAT-SAC", "TOT", "TOT", "HOAN-THANH", "HOAN-THANH", "KHONG-HOAN-THANH", "KHONG-HOAN-THANH"];
    assert_eq!(edges, expected);
}

#[test]
fn one_weak_criterion_costs_a_class() {
    let mut set = templates().unwrap().into_iter().find(|set| set.code == "NGHE-AN-2025").unwrap();
    let part = |code: &str| Node::Item {
        code: code.into(),
        name: code.into(),
        max: points("50"),
        rule: Rule::Manual { step: points("0.5") },
        not_applicable: None,
        note: None,
    };
    set.contents = vec![part("A"), part("B")];
    let set = Compiled::new(&set).unwrap();
    let of = |a: &str, b: &str| report(&set, &scored(&set, &[manual("A", a), manual("B", b)])).class.unwrap();
    assert_eq!(of("50", "42.5"), "XUAT-SAC");
    assert_eq!(of("50", "42"), "TOT");
    assert_eq!(of("50", "39.5"), "HOAN-THANH");
    assert_eq!(of("50", "34.5"), "KHONG-HOAN-THANH");
}
