/// Whose rule files these are. All are read as Prometheus reads them; its relatives take further keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Dialect {
    /// Prometheus itself.
    #[default]
    Prometheus,
    /// Thanos Ruler.
    Thanos,
    /// Grafana Mimir.
    Mimir,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Prometheus, Self::Thanos, Self::Mimir];

    /// How the settings name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Thanos => "thanos",
            Self::Mimir => "mimir",
        }
    }

    /// The dialect of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}
