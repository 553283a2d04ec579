//! Emulation blocs and clusters: what they are, whatever the year.

use crate::words;

words! {
    /// A cluster groups by place, a bloc by trade.
    pub enum BlocKind in "bloc-kinds" {
        Cluster = "cluster", "Cụm thi đua", "Cluster";
        Bloc = "bloc", "Khối thi đua", "Bloc";
    }
}

words! {
    /// From where a bloc draws its members.
    pub enum BlocScope in "bloc-scopes" {
        InProvince = "in_province", "Trong tỉnh", "Within the province";
        InterProvincial = "inter_provincial", "Liên tỉnh, theo ngành", "Across provinces, by sector";
    }
}
