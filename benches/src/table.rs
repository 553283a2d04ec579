//! Figures, medians, and the table of ratios with their targets.

/// Rounds of one measurement.
#[derive(Debug, Clone, Default)]
pub struct Series(pub Vec<f64>);

impl Series {
    /// The one in the middle.
    #[must_use]
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// From the least to the greatest.
    #[must_use]
    pub fn spread(&self) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(0.0, f64::max);
        format!("{least:.0}–{most:.0}")
    }
}

/// The table as it grows.
#[derive(Debug, Default)]
pub struct Table {
    missed: bool,
    any: bool,
}

impl Table {
    fn line(&mut self, what: &str, figures: &str, value: f64, target: &str, met: Option<bool>) {
        if !self.any {
            println!("{:<44} {:<66} {:>8}  {:<9} ", "what", "figures (median of rounds, least–most)", "value", "target");
            self.any = true;
        }
        println!("{what:<44} {figures:<66} {value:>8.2}  {target:<9} {}", met.map_or("", |met| if met { "pass" } else { "MISSED" }));
        self.missed |= met == Some(false);
    }

    /// A rate as a share of another; the ratio is the median of the ratios of neighbouring rounds.
    pub fn ratio(&mut self, what: &str, ours: &Series, (name, fixed): (&str, &Series), least: f64) {
        let value = ratio(ours, fixed);
        let figures = format!("{:.0}/s ({}) of {:.0}/s {name} ({})", ours.median(), ours.spread(), fixed.median(), fixed.spread());
        self.line(what, &figures, value, &format!(">= {least:.2}"), Some(value >= least));
    }

    /// A rate as a share of another, for the reader: no target.
    pub fn note(&mut self, what: &str, ours: &Series, (name, fixed): (&str, &Series)) {
        let figures = format!("{:.0}/s of {:.0}/s {name} ({})", ours.median(), fixed.median(), fixed.spread());
        self.line(what, &figures, ratio(ours, fixed), "", None);
    }

    /// A rate for which either of two targets will do.
    pub fn either(&mut self, what: &str, ours: &Series, first: (&str, &Series, f64), second: (&str, &Series, f64)) {
        let (a, b) = (ratio(ours, first.1), ratio(ours, second.1));
        let met = a >= first.2 || b >= second.2;
        let figures = |(name, fixed, _): (&str, &Series, f64)| {
            format!("{:.0}/s ({}) of {:.0}/s {name}", ours.median(), ours.spread(), fixed.median())
        };
        self.line(what, &figures(first), a, &format!(">= {:.2}", first.2), Some(met));
        self.line("  … or", &figures(second), b, &format!(">= {:.2}", second.2), Some(met));
    }

    /// A figure that must stay below something.
    pub fn at_most(&mut self, what: &str, unit: &str, figure: &Series, most: f64) {
        let value = figure.median();
        let figures = format!("{unit}, {} rounds ({})", figure.0.len(), figure.spread());
        self.line(what, &figures, value, &format!("<= {most:.0}"), Some(value <= most));
    }

    /// The median of a figure against that of another: apart by a share at the most.
    pub fn within(&mut self, what: &str, unit: &str, ours: &Series, other: &Series, share: f64) {
        let value = ours.median() / other.median();
        let figures = format!("{unit}, {:.0} of {:.0}, {} tries each", ours.median(), other.median(), ours.0.len());
        self.line(what, &figures, value, &format!("±{share:.2}"), Some((value - 1.0).abs() <= share));
    }

    /// A figure as so many times another at the most.
    pub fn times(&mut self, what: &str, unit: &str, ours: &Series, other: &Series, most: f64) {
        let value = ratio(ours, other);
        let figures = format!("{unit}, {:.0} ({}) of {:.0} ({})", ours.median(), ours.spread(), other.median(), other.spread());
        self.line(what, &figures, value, &format!("<= {most:.2}"), Some(value <= most));
    }

    /// A figure for the reader: no target.
    pub fn tell(&mut self, what: &str, unit: &str, figure: &Series) {
        let figures = format!("{unit}, {} rounds ({})", figure.0.len(), figure.spread());
        self.line(what, &figures, figure.median(), "", None);
    }

    /// Whether every target was met.
    #[must_use]
    pub const fn all_met(&self) -> bool {
        !self.missed
    }
}

fn ratio(ours: &Series, fixed: &Series) -> f64 {
    Series(ours.0.iter().zip(&fixed.0).map(|(ours, fixed)| ours / fixed).collect()).median()
}

#[cfg(test)]
mod tests {
    use super::{Series, ratio};

    #[test]
    fn a_ratio_is_the_median_of_neighbouring_rounds() {
        assert!((ratio(&Series(vec![10.0, 1.0, 30.0]), &Series(vec![20.0, 2.0, 30.0])) - 0.5).abs() < 1e-9);
    }
}
