use rayon::prelude::*;

use super::file::{Issue, IssueKind};
use crate::labels::quote;
use crate::model::{self, Pair, RuleKind, RulePlace, Step, Text, start};
use crate::promql::{self, Expr};
use crate::source::{Span, Spanned};
use crate::target::{Duration, Features, Target};
use crate::template::Template;

/// A rule group with its expressions and templates parsed.
#[derive(Debug)]
pub struct Group {
    /// The bytes of the group.
    pub span: Span,
    /// Its name; nothing where it is missing.
    pub name: Option<Text>,
    /// How often it is evaluated.
    pub interval: Option<Spanned<Duration>>,
    /// How far back in time it is evaluated.
    pub query_offset: Option<Spanned<Duration>>,
    /// How many series or alerts a rule may have; zero and below mean no limit.
    pub limit: Option<Spanned<i64>>,
    /// Its rules in order.
    pub rules: Vec<Rule>,
}

/// A rule with its expression and templates parsed.
#[derive(Debug)]
pub struct Rule {
    /// The rule as read.
    pub model: model::Rule,
    /// The expression; nothing where it does not parse.
    pub expr: Option<Expr>,
    /// The labels of group and rule, those of the rule over those of the group.
    pub labels: Vec<RuleText>,
    /// The annotations.
    pub annotations: Vec<RuleText>,
}

/// A label or annotation of a rule.
#[derive(Debug)]
pub struct RuleText {
    /// Its name.
    pub key: Text,
    /// Its text.
    pub value: Text,
    /// The parsed text, of alerting rules; nothing where it is plain or does not parse.
    pub template: Option<Template>,
}

impl RuleText {
    /// The text where it has no template in it, so that every alert gets it as it is.
    #[must_use]
    pub fn fixed(&self) -> Option<&str> {
        let text = self.value.as_str();
        (!text.contains("{{")).then_some(text)
    }
}

impl Rule {
    /// Whether it is an alerting rule.
    #[must_use]
    pub fn is_alert(&self) -> bool {
        self.model.kind == RuleKind::Alert
    }

    /// The name of the alert or of the recorded series.
    #[must_use]
    pub fn name(&self) -> &str {
        self.model.name.as_str()
    }

    /// The label that the rule sets under that name.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&RuleText> {
        self.labels.iter().find(|label| label.key.as_str() == name)
    }

    /// The annotation of that name.
    #[must_use]
    pub fn annotation(&self, name: &str) -> Option<&RuleText> {
        self.annotations
            .iter()
            .find(|annotation| annotation.key.as_str() == name)
    }

    /// The bytes of the file that a span of the expression was read from.
    #[must_use]
    pub fn expr_span(&self, span: Span) -> Span {
        match &self.model.expr {
            Some(text) => text.map(span),
            None => self.model.name.span(),
        }
    }
}

/// Parses the rules of all groups, in parallel, and adds what does not parse to `issues`.
pub(super) fn parse_groups(
    groups: Vec<model::RuleGroup>,
    target: &Target,
    issues: &mut Vec<Issue>,
) -> Vec<Group> {
    let parsed: Vec<(Group, Vec<Issue>)> = groups
        .into_par_iter()
        .enumerate()
        .map(|(index, group)| parse_group(index, group, target))
        .collect();
    let mut groups = Vec::with_capacity(parsed.len());
    for (group, found) in parsed {
        groups.push(group);
        issues.extend(found);
    }
    groups
}

fn parse_group(index: usize, group: model::RuleGroup, target: &Target) -> (Group, Vec<Issue>) {
    let labels = &group.labels;
    let name = group.name.as_ref().map_or("", |name| name.as_str());
    // A file may be one large group.
    let parsed: Vec<(Rule, Vec<Issue>)> = group
        .rules
        .into_par_iter()
        .with_min_len(64)
        .map(|rule| {
            let place = RulePlace {
                group: index,
                group_name: name.to_owned(),
                rule: rule.number,
                name: rule.name.as_str().to_owned(),
            };
            parse_rule(rule, place, labels, target)
        })
        .collect();
    let mut rules = Vec::with_capacity(parsed.len());
    let mut issues = Vec::new();
    for (rule, found) in parsed {
        rules.push(rule);
        issues.extend(found);
    }
    let group = Group {
        span: group.span,
        name: group.name,
        interval: group.interval,
        query_offset: group.query_offset,
        limit: group.limit,
        rules,
    };
    (group, issues)
}

fn parse_rule(
    model: model::Rule,
    place: RulePlace,
    group_labels: &[Pair],
    target: &Target,
) -> (Rule, Vec<Issue>) {
    let mut issues = Vec::new();
    let expr = model
        .expr
        .as_ref()
        .and_then(|text| parse_expr(text, &place, target, &mut issues));
    let mut templates = Templates {
        alert: (model.kind == RuleKind::Alert).then(|| model.name.as_str().to_owned()),
        target,
        place: &place,
        issues: &mut issues,
    };
    let own = |key: &Text| model.labels.iter().any(|label| label.key == *key);
    // Prometheus does not check the templates of group labels when it loads them.
    let inherited: Vec<RuleText> = group_labels
        .iter()
        .filter(|label| !own(&label.key))
        .map(|label| templates.parse(label, None))
        .collect();
    let labels = model
        .labels
        .iter()
        .map(|label| templates.parse(label, Some(Step::LabelTemplates)));
    let labels = inherited.into_iter().chain(labels).collect();
    let annotations = model
        .annotations
        .iter()
        .map(|annotation| templates.parse(annotation, Some(Step::AnnotationTemplates)))
        .collect();
    let rule = Rule {
        expr,
        labels,
        annotations,
        model,
    };
    (rule, issues)
}

fn parse_expr(
    text: &Text,
    place: &RulePlace,
    target: &Target,
    issues: &mut Vec<Issue>,
) -> Option<Expr> {
    match promql::parse(text.as_str(), target) {
        Ok(expr) => Some(expr),
        Err(errors) => {
            let featured = featured(text.as_str(), target);
            // Prometheus tells the first of them only.
            let first = errors.first().map(|error| {
                let words = format!(
                    "could not parse expression: {}",
                    error.positioned(text.as_str())
                );
                let (at, begin) = (text.span().start as usize, start(text.node()));
                place.wording(Step::Expression, vec![Some(begin)], at, &words)
            });
            for (error, wording) in errors
                .into_iter()
                .zip(std::iter::once(first).chain(std::iter::repeat(None)))
            {
                let (kind, help) = match &featured {
                    Some((_, flags)) => (
                        IssueKind::Feature,
                        Some(format!(
                            "start Prometheus with `--enable-feature={flags}`, and list it under `target: flags:` in the settings"
                        )),
                    ),
                    None => (IssueKind::Promql, None),
                };
                issues.push(Issue {
                    kind,
                    span: text.map(error.span),
                    message: error.message,
                    help,
                    related: Vec::new(),
                    wording,
                    fix: None,
                });
            }
            featured.map(|(expr, _)| expr)
        }
    }
}

/// The expression as it parses with feature flags on that are off, and which of them it takes.
fn featured(text: &str, target: &Target) -> Option<(Expr, String)> {
    let with = |features: Features| {
        let target = Target {
            features,
            ..*target
        };
        promql::parse(text, &target).ok()
    };
    let expr = with(Features::all())?;
    let alone = Features::NAMES.into_iter().find(|flag| {
        let mut features = target.features;
        features.enable(flag);
        with(features).is_some()
    });
    Some((expr, alone.map_or_else(|| "…".to_owned(), str::to_owned)))
}

struct Templates<'a> {
    /// Name of the alert; nothing for recording rules, which have no templates.
    alert: Option<String>,
    target: &'a Target,
    place: &'a RulePlace,
    issues: &'a mut Vec<Issue>,
}

impl Templates<'_> {
    /// `step` is when Prometheus checks it, if it does.
    fn parse(&mut self, pair: &Pair, step: Option<Step>) -> RuleText {
        let is_plain = !pair.value.as_str().contains("{{");
        let template = self.alert.as_ref().filter(|_| !is_plain).and_then(|alert| {
            match Template::parse(pair.value.as_str(), alert, self.target) {
                Ok(template) => Some(template),
                Err(error) => {
                    if let Some(step) = step {
                        let what = match step {
                            Step::LabelTemplates => "label",
                            _ => "annotation",
                        };
                        let words = format!("{what} {}: {error}", quote(pair.key.as_str()));
                        let at = pair.key.span().start as usize;
                        let wording = self.place.wording(step, Vec::new(), at, &words);
                        self.issues.push(Issue {
                            kind: IssueKind::Template,
                            span: pair.value.map(error.span),
                            message: error.message,
                            help: None,
                            related: Vec::new(),
                            wording: Some(wording),
                            fix: None,
                        });
                    }
                    None
                }
            }
        });
        RuleText {
            key: pair.key.clone(),
            value: pair.value.clone(),
            template,
        }
    }
}
