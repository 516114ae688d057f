//! A configuration and what is posted when, in seconds from the start of the scenario.

/// What is posted.
#[derive(Clone, Copy)]
pub enum Step {
    /// The alert fires since it was first posted, and will do so for long, as Prometheus says it.
    Fire(&'static str),
    /// It does not fire any more.
    Resolve(&'static str),
    /// It fires for so many seconds unless it is posted again.
    FireFor(&'static str, i64),
    /// It fires, and nothing is said of its end.
    FireOpen(&'static str),
    /// It has fired for so many seconds already.
    FireSince(&'static str, i64),
    /// It fires, with this annotation.
    Note(&'static str, &'static str),
}

pub struct Scenario {
    pub name: &'static str,
    /// `WEBHOOK/a` stands for the URL of a webhook.
    pub config: &'static str,
    /// Seconds and what is posted then. Alerts are written `name=value,name=value`.
    pub steps: &'static [(f64, Step)],
    /// How long to look on, in seconds.
    pub lasts: f64,
}

use Step::{Fire, FireFor, FireOpen, FireSince, Note, Resolve};

/// One group for all alerts and one webhook.
const PLAIN: &str = "
route: {receiver: a, group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
";

/// As [`PLAIN`], and warnings are inhibited by critical alerts of the same cluster.
const INHIBIT: &str = "
route: {receiver: a, group_by: [alertname, severity], group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
inhibit_rules:
  - source_matchers: ['severity=critical']
    target_matchers: ['severity=~\"warning|high\"']
    equal: [cluster]
";

/// The first four are run every time, all of them in the full run.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "an alert joins a group that has been told, one of them resolves, then all",
        config: PLAIN,
        steps: &[
            (0.5, Fire("alertname=A,i=1")),
            (2.5, Fire("alertname=A,i=2")),
            (6.0, Resolve("alertname=A,i=1")),
            (9.0, Resolve("alertname=A,i=2")),
        ],
        lasts: 14.5,
    },
    Scenario {
        name: "a label that both lack is equal in both, and the end of the source lets the target through",
        config: INHIBIT,
        steps: &[
            (0.5, Fire("alertname=C,severity=critical")),
            (0.6, Fire("alertname=W,severity=warning")),
            (0.7, Fire("alertname=O,severity=high,cluster=eu")),
            (6.0, Resolve("alertname=C,severity=critical")),
        ],
        lasts: 12.0,
    },
    Scenario {
        // An interval of repetition that is a multiple of the group interval is a race in Alertmanager, and none of these.
        name: "repetitions come with the ticks, and a mute route says nothing",
        config: "
route:
  receiver: a
  group_by: [alertname]
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 2s
  routes:
    - {matchers: ['alertname=M'], receiver: b, mute_time_intervals: [always]}
    - {matchers: ['alertname=N'], receiver: b, active_time_intervals: [never]}
    - {matchers: ['alertname=Y'], receiver: b, active_time_intervals: [always], repeat_interval: 4s}
time_intervals:
  - {name: always, time_intervals: [{}]}
  - {name: never, time_intervals: [{years: ['1999']}]}
receivers:
  - {name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}
  - {name: b, webhook_configs: [{url: 'WEBHOOK/b'}]}
",
        steps: &[
            (0.5, Fire("alertname=A")),
            (0.5, Fire("alertname=M")),
            (0.5, Fire("alertname=N")),
            (0.5, Fire("alertname=Y")),
        ],
        lasts: 15.5,
    },
    Scenario {
        name: "continue, and the deepest route that matches",
        config: "
route:
  receiver: root
  group_by: [alertname]
  group_wait: 1s
  group_interval: 3s
  routes:
    - matchers: ['severity=~\"crit|warn\"']
      receiver: a
      continue: true
      routes: [{matchers: ['team=x'], receiver: a1, group_by: [team], group_wait: 2s}]
    - {matchers: ['severity=~\"cri.*\"'], receiver: b}
    - {matchers: ['severity=\"\"'], receiver: c}
receivers:
  - {name: root, webhook_configs: [{url: 'WEBHOOK/root'}]}
  - {name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}
  - {name: a1, webhook_configs: [{url: 'WEBHOOK/a1'}]}
  - {name: b, webhook_configs: [{url: 'WEBHOOK/b'}, {url: 'WEBHOOK/b2', send_resolved: false}]}
  - {name: c, webhook_configs: [{url: 'WEBHOOK/c'}]}
",
        steps: &[
            (0.5, Fire("alertname=A,severity=crit")),
            (0.5, Fire("alertname=B,severity=warn,team=x")),
            (0.5, Fire("alertname=C,team=y")),
            (0.5, Fire("alertname=D,severity=high")),
            (4.0, Resolve("alertname=A,severity=crit")),
        ],
        lasts: 9.5,
    },
    Scenario {
        name: "what comes while a new group waits is told together",
        config: PLAIN,
        steps: &[
            (0.5, Fire("alertname=B,instance=2,job=x")),
            (0.8, Fire("alertname=A")),
            (1.0, Fire("alertname=C,instance=1,job=x,zone=1")),
            (1.2, Fire("alertname=D,job=x")),
        ],
        lasts: 6.0,
    },
    Scenario {
        name: "each group has its own clock, and a label that is missing groups with others that lack it",
        config: "
route: {receiver: a, group_by: [team, cluster], group_wait: 1s, group_interval: 3s}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
",
        steps: &[
            (0.5, Fire("alertname=A,team=x")),
            (1.3, Fire("alertname=B,team=y")),
            (1.6, Fire("alertname=C")),
            (3.0, Fire("alertname=D")),
            (3.2, Fire("alertname=E,team=x,cluster=eu")),
        ],
        lasts: 9.0,
    },
    Scenario {
        name: "grouped by all labels",
        config: "
route: {receiver: a, group_by: ['...'], group_wait: 1s, group_interval: 3s}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
",
        steps: &[
            (0.5, Fire("alertname=A,i=1")),
            (0.5, Fire("alertname=A,i=2")),
            (3.0, Resolve("alertname=A,i=2")),
        ],
        lasts: 7.0,
    },
    Scenario {
        name: "a receiver that is not told of resolved alerts, and an alert that fires again",
        config: "
route: {receiver: a, group_by: [alertname], group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a', send_resolved: false}]}]
",
        steps: &[
            (0.5, Fire("alertname=A")),
            (3.0, Resolve("alertname=A")),
            (8.5, Fire("alertname=A")),
        ],
        lasts: 14.0,
    },
    Scenario {
        name: "an alert that is over before the group has waited is never told",
        config: PLAIN,
        steps: &[(0.5, Fire("alertname=A")), (1.0, Resolve("alertname=A"))],
        lasts: 6.0,
    },
    Scenario {
        name: "an alert that fires again finds its empty group, which goes on ticking",
        config: PLAIN,
        steps: &[
            (0.5, Fire("alertname=A")),
            (3.0, Resolve("alertname=A")),
            (6.5, Fire("alertname=A")),
        ],
        lasts: 12.0,
    },
    Scenario {
        name: "an empty group is forgotten after half a minute",
        config: "
route: {receiver: a, group_wait: 1s, group_interval: 20s}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
",
        steps: &[
            (0.5, Fire("alertname=A")),
            (4.0, Resolve("alertname=A")),
            (33.0, Fire("alertname=A")),
        ],
        lasts: 38.0,
    },
    Scenario {
        name: "one of two resolves",
        config: PLAIN,
        steps: &[
            (0.5, Fire("alertname=A,i=1")),
            (0.5, Fire("alertname=A,i=2")),
            (3.0, Resolve("alertname=A,i=2")),
        ],
        lasts: 8.5,
    },
    Scenario {
        name: "one of two resolves, and nobody is told",
        config: "
route: {receiver: a, group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a', send_resolved: false}]}]
",
        steps: &[
            (0.5, Fire("alertname=A,i=1")),
            (0.5, Fire("alertname=A,i=2")),
            (3.0, Resolve("alertname=A,i=2")),
            (6.0, Fire("alertname=A,i=3")),
        ],
        lasts: 12.0,
    },
    Scenario {
        name: "an alert that is not sent again ends by itself",
        config: PLAIN,
        steps: &[(0.5, FireFor("alertname=A", 5))],
        lasts: 12.0,
    },
    Scenario {
        name: "an alert without an end fires for the resolve timeout",
        config: "
global: {resolve_timeout: 5s}
route: {receiver: a, group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
",
        steps: &[
            (0.5, FireOpen("alertname=A")),
            (0.5, Fire("alertname=B")),
            (3.0, FireOpen("alertname=A")),
        ],
        lasts: 14.0,
    },
    Scenario {
        name: "an alert that has fired for longer than a group waits is told at once",
        config: "
route: {receiver: a, group_by: [alertname], group_wait: 4s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
",
        steps: &[
            (0.5, FireSince("alertname=A", 60)),
            (0.5, FireSince("alertname=B", 1)),
            (1.0, FireSince("alertname=B", 60)),
        ],
        lasts: 8.0,
    },
    Scenario {
        name: "another annotation is no news",
        config: PLAIN,
        steps: &[
            (0.5, Note("alertname=A", "one")),
            (3.0, Note("alertname=A", "two")),
            (6.0, Fire("alertname=B")),
        ],
        lasts: 9.5,
    },
    Scenario {
        name: "a source that comes after the target was told keeps its end from being told",
        config: INHIBIT,
        steps: &[
            (0.5, Fire("alertname=W,severity=warning")),
            (3.0, Fire("alertname=C,severity=critical")),
            (5.5, Resolve("alertname=W,severity=warning")),
            (10.0, Resolve("alertname=C,severity=critical")),
        ],
        lasts: 15.0,
    },
    Scenario {
        name: "labels that differ do not inhibit, those that agree do",
        config: INHIBIT,
        steps: &[
            (0.5, Fire("alertname=C,severity=critical,cluster=eu")),
            (0.6, Fire("alertname=W,severity=warning,cluster=eu")),
            (0.6, Fire("alertname=V,severity=warning,cluster=us")),
        ],
        lasts: 7.0,
    },
    Scenario {
        name: "an alert that is inhibited inhibits others",
        config: "
route: {receiver: a, group_by: [alertname], group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
inhibit_rules:
  - {source_matchers: ['alertname=A'], target_matchers: ['alertname=B']}
  - {source_matchers: ['alertname=B'], target_matchers: ['alertname=C']}
",
        steps: &[
            (0.5, Fire("alertname=A")),
            (0.5, Fire("alertname=B")),
            (0.5, Fire("alertname=C")),
            (4.0, Resolve("alertname=A")),
        ],
        lasts: 9.0,
    },
    Scenario {
        name: "alerts on both sides of a rule do not keep each other back",
        config: "
route: {receiver: a, group_by: [alertname], group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
inhibit_rules:
  - {source_matchers: ['alertname=~\"A|B|D\"'], target_matchers: ['alertname=~\"A|B|C\"']}
",
        steps: &[
            (0.5, Fire("alertname=A")),
            (0.5, Fire("alertname=B")),
            (0.5, Fire("alertname=C")),
            (2.5, Fire("alertname=D")),
            (5.0, Resolve("alertname=A")),
        ],
        lasts: 10.0,
    },
    Scenario {
        name: "a rule without matchers keeps everything else back, but what is on both sides",
        config: "
route: {receiver: a, group_by: [alertname], group_wait: 1s, group_interval: 3s, repeat_interval: 1h}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
inhibit_rules:
  - {source_matchers: ['alertname=A']}
",
        steps: &[(0.5, Fire("alertname=A")), (0.6, Fire("alertname=B"))],
        lasts: 6.0,
    },
    Scenario {
        name: "two routes with the same matchers share what has been told",
        config: "
route:
  receiver: a
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 1h
  routes:
    - {matchers: ['x=1'], continue: true}
    - {matchers: ['x=1'], group_wait: 2s}
receivers: [{name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}]
",
        steps: &[(0.5, Fire("alertname=A,x=1"))],
        lasts: 8.0,
    },
    Scenario {
        name: "what resolves while the route is mute is not told later",
        config: "
route:
  receiver: a
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 1h
  routes: [{matchers: ['x=1'], receiver: b, mute_time_intervals: [zone]}]
time_intervals:
  - {name: zone, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}], location: 'Europe/Berlin'}]}
receivers:
  - {name: a, webhook_configs: [{url: 'WEBHOOK/a'}]}
  - {name: b, webhook_configs: [{url: 'WEBHOOK/b'}]}
",
        steps: &[
            (0.5, Fire("alertname=A,x=1")),
            (0.5, Fire("alertname=A,x=2")),
            (2.5, Resolve("alertname=A,x=1")),
        ],
        lasts: 8.0,
    },
    Scenario {
        name: "an alert that starts again before its end keeps its start",
        config: PLAIN,
        steps: &[
            (0.5, FireFor("alertname=A", 30)),
            (2.5, FireSince("alertname=A", 1)),
            (6.0, Fire("alertname=B")),
        ],
        lasts: 9.5,
    },
];
