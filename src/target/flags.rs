//! The flags of the programs, as far as it is known which version has which.

use super::Version;

/// A program that is started with flags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Program {
    /// Prometheus.
    Prometheus,
    /// Alertmanager.
    Alertmanager,
}

/// What is known of a flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlagFact {
    /// The program has it, or had or will have it in a version of which that is not known exactly.
    Known,
    /// It has it no longer in that version: it went with this one.
    Gone(Version),
    /// It does not have it in that version; a later one has.
    NotYet,
    /// It does not have it.
    Unknown,
    /// No version has it that is known here; the one in question is not, or is newer.
    Unheard,
}

impl Program {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "Prometheus",
            Self::Alertmanager => "Alertmanager",
        }
    }

    /// What is known of the flag of that name, without the dashes, in a version. `no-` before the name of a switch turns it
    /// off.
    #[must_use]
    pub fn flag(self, name: &str, version: Option<Version>) -> FlagFact {
        let all = self.flags();
        let lists = [all.listed, all.later, all.gone];
        let is_listed = |name: &str| lists.iter().any(|list| list.contains(&name));
        let name = match name.strip_prefix("no-") {
            Some(switch) if !is_listed(name) => switch,
            _ => name,
        };
        let is_before = |limit: Version| version.is_some_and(|version| version < limit);
        if all.gone.contains(&name) {
            return match version {
                Some(version) if version >= all.gone_with => FlagFact::Gone(all.gone_with),
                _ => FlagFact::Known,
            };
        }
        if all.later.contains(&name) {
            return match version {
                Some(version) if version <= all.oldest => FlagFact::NotYet,
                _ => FlagFact::Known,
            };
        }
        if all.listed.contains(&name) {
            return FlagFact::Known;
        }
        match version {
            Some(version) if version <= all.newest && !is_before(all.oldest) => FlagFact::Unknown,
            _ => FlagFact::Unheard,
        }
    }

    /// The names of all flags, without the dashes.
    pub fn flag_names(self) -> impl Iterator<Item = &'static str> {
        let flags = self.flags();
        let lists = [flags.listed, flags.later, flags.gone];
        lists.into_iter().flatten().copied()
    }

    const fn flags(self) -> Flags {
        match self {
            Self::Prometheus => Flags {
                oldest: Version::new(2, 42),
                newest: Version::new(3, 7),
                listed: &PROMETHEUS,
                later: &PROMETHEUS_LATER,
                gone: &PROMETHEUS_GONE,
                gone_with: Version::new(3, 0),
            },
            Self::Alertmanager => Flags {
                oldest: Version::new(0, 25),
                newest: Version::new(0, 30),
                listed: &ALERTMANAGER,
                later: &ALERTMANAGER_LATER,
                gone: &[],
                gone_with: Version::new(u16::MAX, 0),
            },
        }
    }
}

/// The flags of a program.
struct Flags {
    /// The version whose flags are known one by one.
    oldest: Version,
    /// Up to this one every flag is known, though not always when it came.
    newest: Version,
    /// The flags of the oldest version that are still there in the newest.
    listed: &'static [&'static str],
    /// Those that came in between.
    later: &'static [&'static str],
    /// Those of the oldest version that went.
    gone: &'static [&'static str],
    /// The version with which they went.
    gone_with: Version,
}

/// What Prometheus 2.42 has, those that its help does not show included.
const PROMETHEUS: [&str; 57] = [
    "config.file",
    "web.listen-address",
    "web.config.file",
    "web.read-timeout",
    "web.max-connections",
    "web.external-url",
    "web.route-prefix",
    "web.user-assets",
    "web.enable-lifecycle",
    "web.enable-admin-api",
    "web.enable-remote-write-receiver",
    "web.console.templates",
    "web.console.libraries",
    "web.page-title",
    "web.cors.origin",
    "storage.tsdb.path",
    "storage.tsdb.retention.time",
    "storage.tsdb.retention.size",
    "storage.tsdb.no-lockfile",
    "storage.tsdb.head-chunks-write-queue-size",
    "storage.tsdb.min-block-duration",
    "storage.tsdb.max-block-duration",
    "storage.tsdb.max-block-chunk-segment-size",
    "storage.tsdb.wal-segment-size",
    "storage.tsdb.wal-compression",
    "storage.agent.path",
    "storage.agent.wal-compression",
    "storage.agent.wal-segment-size",
    "storage.agent.wal-truncate-frequency",
    "storage.agent.retention.min-time",
    "storage.agent.retention.max-time",
    "storage.agent.no-lockfile",
    "storage.remote.flush-deadline",
    "storage.remote.read-sample-limit",
    "storage.remote.read-concurrent-limit",
    "storage.remote.read-max-bytes-in-frame",
    "rules.alert.for-outage-tolerance",
    "rules.alert.for-grace-period",
    "rules.alert.resend-delay",
    "scrape.adjust-timestamps",
    "scrape.timestamp-tolerance",
    "scrape.discovery-reload-interval",
    "alertmanager.notification-queue-capacity",
    "query.lookback-delta",
    "query.timeout",
    "query.max-concurrency",
    "query.max-samples",
    "enable-feature",
    "log.level",
    "log.format",
    "version",
    "help",
    "help-long",
    "help-man",
    "completion-bash",
    "completion-script-bash",
    "completion-script-zsh",
];

/// What it does not have, and later versions up to 3.7 do.
const PROMETHEUS_LATER: [&str; 20] = [
    "agent",
    "auto-gomaxprocs",
    "auto-gomemlimit",
    "auto-gomemlimit.ratio",
    "config.auto-reload-interval",
    "web.max-notifications-subscribers",
    "web.enable-otlp-receiver",
    "web.remote-write-receiver.accepted-protobuf-messages",
    "storage.tsdb.samples-per-chunk",
    "storage.tsdb.wal-compression-type",
    "storage.agent.wal-compression-type",
    "storage.tsdb.delay-compact-file.path",
    "storage.tsdb.delayed-compaction.max-percent",
    "storage.tsdb.block-reload-interval",
    "rules.max-concurrent-evals",
    "alertmanager.notification-batch-size",
    "alertmanager.drain-notification-queue-on-shutdown",
    "scrape.name-escaping-scheme",
    "write-documentation",
    "web.systemd-socket",
];

/// What 3.0 has no longer.
const PROMETHEUS_GONE: [&str; 3] = [
    "alertmanager.timeout",
    "storage.tsdb.allow-overlapping-blocks",
    "storage.tsdb.retention",
];

/// What Alertmanager 0.25 has.
const ALERTMANAGER: [&str; 35] = [
    "config.file",
    "storage.path",
    "data.retention",
    "data.maintenance-interval",
    "alerts.gc-interval",
    "web.systemd-socket",
    "web.listen-address",
    "web.config.file",
    "web.external-url",
    "web.route-prefix",
    "web.get-concurrency",
    "web.timeout",
    "cluster.listen-address",
    "cluster.advertise-address",
    "cluster.peer",
    "cluster.peer-timeout",
    "cluster.gossip-interval",
    "cluster.pushpull-interval",
    "cluster.tcp-timeout",
    "cluster.probe-timeout",
    "cluster.probe-interval",
    "cluster.settle-timeout",
    "cluster.reconnect-interval",
    "cluster.reconnect-timeout",
    "cluster.tls-config",
    "cluster.allow-insecure-public-advertise-address-discovery",
    "log.level",
    "log.format",
    "version",
    "help",
    "help-long",
    "help-man",
    "completion-bash",
    "completion-script-bash",
    "completion-script-zsh",
];

/// What it does not have, and later versions up to 0.30 do.
const ALERTMANAGER_LATER: [&str; 10] = [
    "enable-feature",
    "cluster.label",
    "cluster.peer-name",
    "cluster.peers-resolve-timeout",
    "silences.max-silences",
    "silences.max-silence-size-bytes",
    "alerts.per-alertname-limit",
    "dispatch.maintenance-interval",
    "dispatch.start-delay",
    "auto-gomemlimit.ratio",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_decide() {
        let of = |name, version| Program::Prometheus.flag(name, Version::parse(version));
        assert_eq!(of("web.enable-lifecycle", "2.52"), FlagFact::Known);
        assert_eq!(of("no-web.enable-lifecycle", "2.52"), FlagFact::Known);
        assert_eq!(of("rules.file", "2.52"), FlagFact::Unknown);
        // No list is known of a version as new as that, or as old.
        assert_eq!(of("rules.file", "3.40"), FlagFact::Unheard);
        assert_eq!(of("rules.file", "1.8"), FlagFact::Unheard);
        assert_eq!(of("rules.file", "latest"), FlagFact::Unheard);
        assert_eq!(of("agent", "2.42"), FlagFact::NotYet);
        assert_eq!(of("agent", "3.1"), FlagFact::Known);
        let gone = FlagFact::Gone(Version::new(3, 0));
        assert_eq!(of("storage.tsdb.retention", "3.1"), gone);
        assert_eq!(of("storage.tsdb.retention", "2.53"), FlagFact::Known);
        assert_eq!(of("storage.tsdb.no-lockfile", "2.53"), FlagFact::Known);
    }
}
