//! Titles and forms of commendation: the catalogue as names and levels. Conditions, authorities
//! and money belong to rule sets and come with them.

use crate::words;

words! {
    /// Whether an award is an emulation title or a form of commendation.
    pub enum AwardFamily in "award-families" {
        Title = "title", "Danh hiệu thi đua", "Emulation title";
        Commendation = "commendation", "Hình thức khen thưởng", "Form of commendation";
    }
}

words! {
    /// Level of an award.
    pub enum AwardLevel in "award-levels" {
        State = "state", "Cấp Nhà nước", "State";
        MinistryProvince = "ministry_province", "Cấp bộ, tỉnh", "Ministry or province";
        Base = "base", "Cấp cơ sở", "Base level";
        Commune = "commune", "Cấp xã", "Commune";
    }
}

words! {
    /// Who can receive an award.
    pub enum AwardSubject in "award-subjects" {
        Individual = "individual", "Cá nhân", "Individual";
        Collective = "collective", "Tập thể", "Collective";
        Household = "household", "Hộ gia đình", "Household";
        Foreigner = "foreigner", "Người nước ngoài", "Foreigner";
    }
}
