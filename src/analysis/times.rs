//! How often things happen: scrapes, evaluations, and how long samples are kept.

use crate::model::Settings;
use crate::project::{Environment, Group};
use crate::promql::VectorSelector;
use crate::target::Duration;

/// What Prometheus does where nobody says otherwise.
const DEFAULT_INTERVAL: Duration = Duration::from_ms(60_000);

/// The times of an environment, as far as `prometheus.yml` and the settings tell them; the settings go before.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Times {
    /// How often rule groups without an interval of their own are evaluated.
    pub evaluation: Option<Duration>,
    /// How long samples are kept.
    pub retention: Option<Duration>,
    /// How often jobs without an interval of their own are scraped.
    scrape: Option<Duration>,
    /// How long a scrape may last, where `prometheus.yml` is known.
    timeout: Option<Duration>,
    /// The scrape jobs.
    jobs: Vec<Job>,
}

/// A scrape job.
#[derive(Clone, PartialEq, Debug)]
struct Job {
    name: String,
    interval: Duration,
    timeout: Duration,
}

/// How long a scrape may last where nobody says, if the interval is not shorter.
const DEFAULT_TIMEOUT: Duration = Duration::from_ms(10_000);

impl Times {
    /// Reads them. Several configurations of Prometheus in one environment contradict each other, and nothing is taken from
    /// them.
    #[must_use]
    pub fn new(environment: &Environment, settings: &Settings) -> Self {
        let target = &settings.target;
        let mut times = Self {
            evaluation: target.evaluation_interval.map(|wanted| wanted.0),
            retention: target.retention.map(|wanted| wanted.0),
            scrape: target.scrape_interval.map(|wanted| wanted.0),
            timeout: None,
            jobs: Vec::new(),
        };
        let mut configs = environment.prometheuses();
        if let (Some(config), None) = (configs.next(), configs.next()) {
            let written = |interval: Option<crate::source::Spanned<Duration>>| {
                interval.map_or(DEFAULT_INTERVAL, |interval| interval.value)
            };
            let global = written(config.item.scrape_interval);
            times
                .evaluation
                .get_or_insert(written(config.item.evaluation_interval));
            times.scrape.get_or_insert(global);
            let timeout = config.item.scrape_timeout.map(|timeout| timeout.value);
            let timeout = timeout.unwrap_or(DEFAULT_TIMEOUT.min(global));
            times.timeout = Some(timeout);
            for job in &config.item.scrape_configs {
                let interval = job
                    .scrape_interval
                    .map_or(global, |interval| interval.value);
                if let Some(name) = &job.job_name {
                    let own = job.scrape_timeout.map(|timeout| timeout.value);
                    times.jobs.push(Job {
                        name: name.as_str().to_owned(),
                        interval,
                        // A job that scrapes more often waits no longer than that.
                        timeout: own.unwrap_or(timeout.min(interval)),
                    });
                }
            }
        }
        times
    }

    /// How often the rules of a group are evaluated, if that is known.
    #[must_use]
    pub fn evaluation_of(&self, group: &Group) -> Option<Duration> {
        let own = group.interval.map(|interval| interval.value);
        own.filter(|interval| interval.ms > 0).or(self.evaluation)
    }

    /// How long a scrape of the targets of a selector may last: the longest of the jobs that its matchers leave. Nothing where
    /// no `prometheus.yml` is known.
    #[must_use]
    pub fn scrape_timeout_of(&self, selector: &VectorSelector) -> Option<Duration> {
        let timeouts = self.jobs_of(selector).map(|job| job.timeout);
        timeouts.max().or(self.timeout)
    }

    /// How often the series of a selector are scraped at most: the interval of the jobs that its matchers leave, the shortest
    /// one of them. Nothing where it is not known.
    #[must_use]
    pub fn scrape_of(&self, selector: &VectorSelector) -> Option<Duration> {
        self.scrapes_of(selector)?.min().or(self.scrape)
    }

    /// How often the series of a selector are scraped at least, in the same way.
    #[must_use]
    pub fn slowest_scrape_of(&self, selector: &VectorSelector) -> Option<Duration> {
        self.scrapes_of(selector)?.max().or(self.scrape)
    }

    /// The intervals of the jobs that the matchers of a selector leave.
    fn scrapes_of(&self, selector: &VectorSelector) -> Option<impl Iterator<Item = Duration>> {
        // Recorded series come with the evaluations.
        if selector.metric_name().is_none_or(|name| name.contains(':')) {
            return None;
        }
        Some(self.jobs_of(selector).map(|job| job.interval))
    }

    /// The jobs that the matchers of a selector leave.
    fn jobs_of(&self, selector: &VectorSelector) -> impl Iterator<Item = &Job> {
        let matchers = selector.matchers.iter().map(|matcher| &matcher.matcher);
        let matchers: Vec<_> = matchers.filter(|matcher| &*matcher.name == "job").collect();
        let jobs = self.jobs.iter();
        jobs.filter(move |job| matchers.iter().all(|matcher| matcher.matches(&job.name)))
    }
}
