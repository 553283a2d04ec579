//! The peoples of Viet Nam, as the statistical list counts them: fifty-four, and what is none of them.

use crate::words;

words! {
    /// To which people somebody belongs, where they have stated it. Never required.
    pub enum Ethnicity in "ethnicities" {
        Kinh = "kinh", "Kinh", "Kinh";
        Tay = "tay", "Tày", "Tay";
        Thai = "thai", "Thái", "Thai";
        Hoa = "hoa", "Hoa", "Hoa";
        Khmer = "khmer", "Khmer", "Khmer";
        Muong = "muong", "Mường", "Muong";
        Nung = "nung", "Nùng", "Nung";
        Mong = "mong", "Mông", "Mong";
        Dao = "dao", "Dao", "Dao";
        GiaRai = "gia_rai", "Gia Rai", "Gia Rai";
        Ngai = "ngai", "Ngái", "Ngai";
        EDe = "e_de", "Ê Đê", "E De";
        BaNa = "ba_na", "Ba Na", "Ba Na";
        XoDang = "xo_dang", "Xơ Đăng", "Xo Dang";
        SanChay = "san_chay", "Sán Chay", "San Chay";
        CoHo = "co_ho", "Cơ Ho", "Co Ho";
        Cham = "cham", "Chăm", "Cham";
        SanDiu = "san_diu", "Sán Dìu", "San Diu";
        Hre = "hre", "Hrê", "Hre";
        Mnong = "mnong", "Mnông", "Mnong";
        Raglay = "raglay", "Raglay", "Raglay";
        Xtieng = "xtieng", "Xtiêng", "Xtieng";
        BruVanKieu = "bru_van_kieu", "Bru Vân Kiều", "Bru Van Kieu";
        Tho = "tho", "Thổ", "Tho";
        Giay = "giay", "Giáy", "Giay";
        CoTu = "co_tu", "Cơ Tu", "Co Tu";
        GieTrieng = "gie_trieng", "Gié Triêng", "Gie Trieng";
        Ma = "ma", "Mạ", "Ma";
        KhoMu = "kho_mu", "Khơ Mú", "Kho Mu";
        Co = "co", "Co", "Co";
        TaOi = "ta_oi", "Tà Ôi", "Ta Oi";
        ChoRo = "cho_ro", "Chơ Ro", "Cho Ro";
        Khang = "khang", "Kháng", "Khang";
        XinhMun = "xinh_mun", "Xinh Mun", "Xinh Mun";
        HaNhi = "ha_nhi", "Hà Nhì", "Ha Nhi";
        ChuRu = "chu_ru", "Chu Ru", "Chu Ru";
        Lao = "lao", "Lào", "Lao";
        LaChi = "la_chi", "La Chí", "La Chi";
        LaHa = "la_ha", "La Ha", "La Ha";
        PhuLa = "phu_la", "Phù Lá", "Phu La";
        LaHu = "la_hu", "La Hủ", "La Hu";
        Lu = "lu", "Lự", "Lu";
        LoLo = "lo_lo", "Lô Lô", "Lo Lo";
        Chut = "chut", "Chứt", "Chut";
        Mang = "mang", "Mảng", "Mang";
        PaThen = "pa_then", "Pà Thẻn", "Pa Then";
        CoLao = "co_lao", "Cơ Lao", "Co Lao";
        Cong = "cong", "Cống", "Cong";
        BoY = "bo_y", "Bố Y", "Bo Y";
        SiLa = "si_la", "Si La", "Si La";
        PuPeo = "pu_peo", "Pu Péo", "Pu Peo";
        Brau = "brau", "Brâu", "Brau";
        ODu = "o_du", "Ơ Đu", "O Du";
        RoMam = "ro_mam", "Rơ Măm", "Ro Mam";
        Other = "other", "Dân tộc khác, người nước ngoài", "Another, or a foreigner";
    }
}

impl Ethnicity {
    /// Whether statistics count it as an ethnic minority of the country.
    #[must_use]
    pub const fn is_minority(self) -> bool {
        !matches!(self, Self::Kinh | Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Word;

    #[test]
    fn fifty_four_peoples_of_which_one_is_the_majority() {
        assert_eq!(Ethnicity::ALL.len(), 55);
        assert_eq!(Ethnicity::ALL.iter().filter(|people| people.is_minority()).count(), 53);
    }
}
