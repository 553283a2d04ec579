//! Reference data that comes with the program: the provinces before and after 2025-07-01 with
//! their succession, the catalogue of awards, the indices, and every closed list of words.

use serde::Deserialize;

use crate::award_type::{AwardFamily, AwardLevel, AwardSubject};
use crate::criteria_set::Better;
use crate::points::Quantity;
use crate::time::Date;
use crate::unit::SuccessionKind;
use crate::vocabulary::{Entry, Word, entries};

/// A province or centrally run city.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    /// Human key.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Name without the kind.
    pub short_name: String,
    /// English name.
    pub name_en: String,
    /// Whether it is a centrally run city.
    pub city: bool,
    /// First day, where known.
    #[serde(default, with = "iso")]
    pub from_on: Option<Date>,
    /// Last day; `None` while it goes on.
    #[serde(default, with = "iso")]
    pub to_on: Option<Date>,
    /// National electronic identifier.
    pub h_code: Option<String>,
    /// Whether a public source confirms the identifier.
    #[serde(default)]
    pub h_code_verified: bool,
    /// Statistical code.
    pub gso_code: String,
    /// Protocol order.
    pub order: i32,
    /// Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Names before the present one.
    #[serde(default)]
    pub former_names: Vec<ProvinceName>,
    /// Names after it.
    #[serde(default)]
    pub later_names: Vec<ProvinceName>,
}

/// A name a province had or took later.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvinceName {
    /// Official name.
    pub name: String,
    /// Name without the kind.
    pub short_name: String,
    /// First day.
    #[serde(default, with = "iso")]
    pub from_on: Option<Date>,
    /// Last day.
    #[serde(default, with = "iso")]
    pub to_on: Option<Date>,
    /// Whether a public source confirms it.
    #[serde(default)]
    pub verified: bool,
}

/// How one province followed another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvinceSuccession {
    /// Code of the former province.
    pub from: String,
    /// Code of the new one.
    pub to: String,
    /// How.
    pub kind: SuccessionKind,
    /// First day of the new one.
    #[serde(with = "iso_needed")]
    pub effective_on: Date,
    /// Number of the deciding document.
    pub document: String,
    /// Whether a public source confirms it.
    pub verified: bool,
}

/// An award of the catalogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueAward {
    /// Human key.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Title or commendation.
    pub family: AwardFamily,
    /// Who can receive it.
    pub subjects: Vec<AwardSubject>,
    /// Level.
    pub level: AwardLevel,
    /// Article of Law 06/2022/QH15.
    pub article: String,
    /// Whether the article is confirmed.
    pub article_verified: bool,
    /// Protocol order.
    pub order: i32,
}

mod iso {
    use crate::time::Date;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        Option::<String>::deserialize(from)?.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

mod iso_needed {
    use crate::time::Date;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[derive(Deserialize)]
struct Provinces {
    province: Vec<Province>,
    succession: Vec<ProvinceSuccession>,
}

#[derive(Deserialize)]
struct Awards {
    award_type: Vec<CatalogueAward>,
}

/// All provinces, and how the new ones follow the old.
///
/// # Errors
/// When the shipped file is broken, with line and field.
pub fn provinces() -> Result<(Vec<Province>, Vec<ProvinceSuccession>), toml::de::Error> {
    let file: Provinces = toml::from_str(include_str!("../reference/provinces.toml"))?;
    Ok((file.province, file.succession))
}

/// The catalogue of awards.
///
/// # Errors
/// When the shipped file is broken, with line and field.
pub fn awards() -> Result<Vec<CatalogueAward>, toml::de::Error> {
    Ok(toml::from_str::<Awards>(include_str!("../reference/award-types.toml"))?.award_type)
}

/// An index that others publish.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueIndex {
    /// Human key.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Who publishes it.
    pub publisher: String,
    /// Which way its value is good.
    pub better: Better,
    /// Least value there can be.
    pub least: Option<Quantity>,
    /// Greatest value there can be.
    pub most: Option<Quantity>,
}

#[derive(Deserialize)]
struct Indices {
    index: Vec<CatalogueIndex>,
}

/// The indices that come with the program.
///
/// # Errors
/// When the shipped file is broken, with line and field.
pub fn indices() -> Result<Vec<CatalogueIndex>, toml::de::Error> {
    Ok(toml::from_str::<Indices>(include_str!("../reference/indices.toml"))?.index)
}

/// A closed list as served under `/reference/{name}`.
#[derive(Debug, Clone)]
pub struct List {
    /// Name of the list.
    pub name: &'static str,
    /// Its rows.
    pub entries: Vec<Entry>,
}

fn list<W: Word>() -> List {
    List { name: W::LIST, entries: entries::<W>() }
}

/// Every closed list of the project.
#[must_use]
pub fn lists() -> Vec<List> {
    vec![
        list::<crate::access::Kind>(),
        list::<crate::access::Verb>(),
        list::<crate::access::Role>(),
        list::<crate::access::ScopeKind>(),
        list::<crate::access::Relation>(),
        list::<crate::ranking::PublicationStage>(),
        list::<crate::ranking::TieDecider>(),
        list::<crate::appeal::AppealInterest>(),
        list::<crate::appeal::AppealOutcome>(),
        list::<crate::appeal::AppealStatus>(),
        list::<AwardFamily>(),
        list::<AwardLevel>(),
        list::<AwardSubject>(),
        list::<crate::bloc::BlocKind>(),
        list::<crate::bloc::BlocScope>(),
        list::<crate::bloc_year::BlocYearStatus>(),
        list::<crate::bloc_year::Office>(),
        list::<crate::campaign::CampaignForm>(),
        list::<crate::campaign::CampaignScope>(),
        list::<crate::campaign::CampaignStatus>(),
        list::<crate::client::ClientScope>(),
        list::<crate::criteria_set::Better>(),
        list::<crate::criteria_set::BonusPlace>(),
        list::<crate::criteria_set::ClassCriteria>(),
        list::<crate::criteria_set::IndexReading>(),
        list::<crate::criteria_set::NotApplicable>(),
        list::<crate::criteria_set::TaskGrade>(),
        list::<crate::dated::Precision>(),
        list::<crate::delegation::DelegatedAct>(),
        list::<crate::delegation::DelegationStatus>(),
        list::<crate::document::DocumentKind>(),
        list::<crate::file::MediaType>(),
        list::<crate::file::Secrecy>(),
        list::<crate::handover::Obstacle>(),
        list::<crate::household::Bond>(),
        list::<crate::job::JobKind>(),
        list::<crate::job::JobStatus>(),
        list::<crate::meeting::DayPart>(),
        list::<crate::meeting::MeetingKind>(),
        list::<crate::meeting::MeetingStatus>(),
        list::<crate::meeting::Presence>(),
        list::<crate::missing::Missing>(),
        list::<crate::person::Ethnicity>(),
        list::<crate::person::Gender>(),
        list::<crate::person::Livelihood>(),
        list::<crate::person::identity::PaperKind>(),
        list::<crate::person::merge::MergeClash>(),
        list::<crate::pledge::PartnerKind>(),
        list::<crate::pledge::PledgeStatus>(),
        list::<crate::recorded::Origin>(),
        list::<crate::recorded::RecordedFrom>(),
        list::<crate::recorded::SignMode>(),
        list::<crate::registration::RegistrationGate>(),
        list::<crate::registration::RegistrationStanding>(),
        list::<crate::registration::RegistrationStatus>(),
        list::<crate::registration::RegistrationSubject>(),
        list::<crate::retention::RetentionClass>(),
        list::<crate::scoresheet::Layer>(),
        list::<crate::scoresheet::TallyState>(),
        list::<crate::scoresheet::Verdict>(),
        list::<crate::unit::CodeSystem>(),
        list::<SuccessionKind>(),
        list::<crate::unit::UnitKind>(),
        list::<crate::unit::UnitRelationKind>(),
        list::<crate::user::AccountKind>(),
        list::<crate::user::UserStatus>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn sixty_three_provinces_became_thirty_four() {
        let (provinces, successions) = provinces().unwrap();
        let there = |day: &str| {
            let day: Date = day.parse().unwrap();
            provinces.iter().filter(|p| p.from_on.is_none_or(|from| from <= day) && p.to_on.is_none_or(|to| day <= to)).count()
        };
        assert_eq!(there("2025-06-30"), 63);
        assert_eq!(there("2025-07-01"), 34);
        assert_eq!(successions.len(), 52);
        let codes: HashSet<_> = provinces.iter().map(|p| p.code.as_str()).collect();
        assert_eq!(codes.len(), provinces.len());
        assert!(successions.iter().all(|s| codes.contains(s.from.as_str()) && codes.contains(s.to.as_str())));
        assert_eq!(successions.iter().map(|s| s.to.as_str()).collect::<HashSet<_>>().len(), 23);
        let h_codes: HashSet<_> = provinces.iter().filter_map(|p| p.h_code.as_deref()).collect();
        assert_eq!(h_codes.len(), 63);
    }

    /// Resolution 202/2025/QH15, typed a second time: one wrong row would send the past of a whole
    /// province somewhere else.
    #[test]
    fn every_province_went_where_the_resolution_put_it() {
        #[rustfmt::skip] // a table, one row a province
        let merged: &[(&str, &[&str])] = &[
            ("TUYEN-QUANG", &["TUYEN-QUANG", "HA-GIANG"]),
            ("LAO-CAI", &["LAO-CAI", "YEN-BAI"]),
            ("THAI-NGUYEN", &["THAI-NGUYEN", "BAC-KAN"]),
            ("PHU-THO", &["PHU-THO", "VINH-PHUC", "HOA-BINH"]),
            ("BAC-NINH", &["BAC-NINH", "BAC-GIANG"]),
            ("HUNG-YEN", &["HUNG-YEN", "THAI-BINH"]),
            ("HAI-PHONG", &["HAI-PHONG", "HAI-DUONG"]),
            ("NINH-BINH", &["NINH-BINH", "HA-NAM", "NAM-DINH"]),
            ("QUANG-TRI", &["QUANG-TRI", "QUANG-BINH"]),
            ("DA-NANG", &["DA-NANG", "QUANG-NAM"]),
            ("QUANG-NGAI", &["QUANG-NGAI", "KON-TUM"]),
            ("GIA-LAI", &["GIA-LAI", "BINH-DINH"]),
            ("KHANH-HOA", &["KHANH-HOA", "NINH-THUAN"]),
            ("LAM-DONG", &["LAM-DONG", "DAK-NONG", "BINH-THUAN"]),
            ("DAK-LAK", &["DAK-LAK", "PHU-YEN"]),
            ("HO-CHI-MINH", &["HO-CHI-MINH", "BINH-DUONG", "BA-RIA-VUNG-TAU"]),
            ("DONG-NAI", &["DONG-NAI", "BINH-PHUOC"]),
            ("TAY-NINH", &["TAY-NINH", "LONG-AN"]),
            ("CAN-THO", &["CAN-THO", "SOC-TRANG", "HAU-GIANG"]),
            ("VINH-LONG", &["VINH-LONG", "BEN-TRE", "TRA-VINH"]),
            ("DONG-THAP", &["DONG-THAP", "TIEN-GIANG"]),
            ("CA-MAU", &["CA-MAU", "BAC-LIEU"]),
            ("AN-GIANG", &["AN-GIANG", "KIEN-GIANG"]),
        ];
        #[rustfmt::skip]
        let unmerged = [
            "HA-NOI", "HUE", "LAI-CHAU", "DIEN-BIEN", "SON-LA", "LANG-SON", "QUANG-NINH", "THANH-HOA", "NGHE-AN", "HA-TINH", "CAO-BANG",
        ];
        let (provinces, successions) = provinces().unwrap();
        let mut told: Vec<(String, String)> = successions.iter().map(|step| (step.from.clone(), step.to.clone())).collect();
        let mut known: Vec<(String, String)> =
            merged.iter().flat_map(|(to, from)| from.iter().map(move |from| (format!("P63-{from}"), format!("P34-{to}")))).collect();
        told.sort_unstable();
        known.sort_unstable();
        assert_eq!(known.len(), 52);
        assert_eq!(told, known);
        for step in &successions {
            assert_eq!((step.kind, step.effective_on.to_string().as_str()), (SuccessionKind::Merge, "2025-07-01"), "{}", step.from);
        }
        let mut told: Vec<&str> = provinces.iter().filter_map(|province| province.code.strip_prefix("P-")).collect();
        let mut known = unmerged.to_vec();
        told.sort_unstable();
        known.sort_unstable();
        assert_eq!(told, known);
        for province in &provinces {
            let (from, to) = (province.from_on.map(|on| on.to_string()), province.to_on.map(|on| on.to_string()));
            match province.code.split('-').next() {
                Some("P63") => assert_eq!(to.as_deref(), Some("2025-06-30"), "{}", province.code),
                Some("P34") => assert_eq!((from.as_deref(), to), (Some("2025-07-01"), None), "{}", province.code),
                _ => assert_eq!(to, None, "{}", province.code),
            }
        }
        let gso = |code: &str| provinces.iter().find(|province| province.code == code).map(|province| province.gso_code.as_str());
        assert_eq!((gso("P63-BINH-DINH"), gso("P63-GIA-LAI"), gso("P34-GIA-LAI")), (Some("52"), Some("64"), Some("52")));
    }

    #[test]
    fn the_catalogue_has_these_codes_once() {
        #[rustfmt::skip] // in order of protocol
        let known = [
            "HC_SAOVANG", "HC_HCM", "HCDL_1", "HCDL_2", "HCDL_3", "HCQC_1", "HCQC_2", "HCQC_3", "HCLD_1", "HCLD_2", "HCLD_3",
            "HCBVTQ_1", "HCBVTQ_2", "HCBVTQ_3", "HCCC_1", "HCCC_2", "HCCC_3", "HC_DDK", "HC_DC", "HC_HN",
            "DHVD_TINH_AH", "DHVD_TP_AH", "DHVD_BMVNAH", "DHVD_AHLLVTND", "DHVD_AHLD",
            "DHVD_NGND", "DHVD_TTND", "DHVD_NSND", "DHVD_NNND", "DHVD_NGUT", "DHVD_TTUT", "DHVD_NSUT", "DHVD_NNUT", "GT_HCM", "GT_NN",
            "HUYCHUONG_QKQT", "HUYCHUONG_VANTQ", "HUYCHUONG_CSVV_1", "HUYCHUONG_CSVV_2", "HUYCHUONG_CSVV_3",
            "HUYCHUONG_HN", "HUYCHUONG_TNXPVV",
            "CO_CP", "CSTD_TOANQUOC", "BK_TTG",
            "CO_BO", "CO_TINH", "CSTD_BO", "CSTD_TINH", "TTLDXS", "DVQT", "XA_TIEUBIEU", "BK_BO", "BK_TINH", "KNC",
            "CSTD_COSO", "TTLDTT", "DVTT", "LDTT", "CSTT", "GK", "THON_VANHOA", "GDVH",
        ];
        let mut awards = awards().unwrap();
        awards.sort_by_key(|award| award.order);
        assert_eq!(awards.iter().map(|award| award.code.as_str()).collect::<Vec<_>>(), known);
        assert_eq!(known.iter().collect::<HashSet<_>>().len(), known.len());
    }

    #[test]
    fn every_list_has_its_own_name_and_no_word_twice() {
        let mut names = HashSet::new();
        for list in lists() {
            assert!(names.insert(list.name), "{}", list.name);
            let words: HashSet<_> = list.entries.iter().map(|entry| entry.word).collect();
            assert_eq!(words.len(), list.entries.len(), "{}", list.name);
        }
    }
}
