//! `rulecheck amtool check-config` in the place of amtool 0.25, and the verdicts over the configurations of the corpus.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and says what it measures"
)]

use crate::common;

use std::path::Path;

use rulecheck::model::Kind;
use rulecheck::project;
use rulecheck::source::read_file;
use rulecheck::target::Target;

/// Receivers with one thing in them that is wrong or odd: the list and its only item.
const INTEGRATIONS: &[&str] = &[
    "webhook_configs: [{}]",
    "webhook_configs: [{url: }]",
    "webhook_configs: {}",
    "webhook_configs: [x]",
    "webhook_configs: [{url: 'http://x', max_alerts: -1}]",
    "webhook_configs: [{url: 'http://x', max_alerts: '5', foo: 1}]",
    "webhook_configs: [{url: '<secret>', send_resolved: 'true'}]",
    "webhook_configs: [{url: '${HOOK}'}]",
    "webhook_configs: [{url: 'http://x/{{ .Receiver }}'}]",
    "webhook_configs: [{url: '{{ .Receiver }}'}]",
    "email_configs: [{to: a}]",
    "email_configs: [{to: a, smarthost: 'h:25'}]",
    "email_configs: [{to: a, smarthost: 'h:25', from: b}]",
    "email_configs: [{to: a, smarthost: h, from: b}]",
    "email_configs: [{smarthost: 'h:25', from: b}]",
    "email_configs: [{to: a, smarthost: 'h:25', from: b, headers: {subject: a, Subject: b}}]",
    "email_configs: [{to: a, smarthost: 'h:25', from: b, headers: {'x y': a, 'X Y': b}}]",
    "email_configs: [{to: a, smarthost: 'h:25', from: b, auth_secret_file: x, threading: {}}]",
    "email_configs: [{to: a, smarthost: 'h:25', from: b, require_tls: 5, tls_config: {ca: x}}]",
    "slack_configs: [{channel: '#a'}]",
    "slack_configs: [{api_url: 'http://x', api_url_file: y}]",
    "slack_configs: [{api_url: 'http://x', fields: [{title: a}]}]",
    "slack_configs: [{api_url: 'http://x', fields: [{value: a}]}]",
    "slack_configs: [{api_url: 'http://x', fields: [null], actions: [null]}]",
    "slack_configs: [{api_url: 'http://x', actions: [{type: a, text: b}]}]",
    "slack_configs: [{api_url: 'http://x', actions: [{text: b, url: c}]}]",
    "slack_configs: [{api_url: 'http://x', actions: [{type: a, text: b, url: c, confirm: {}}]}]",
    "slack_configs: [{api_url: 'http://x', mrkdwn_in: a, short_fields: 3}]",
    "slack_configs: [{api_url: 'http://x', app_token: a, timeout: 1d}]",
    "pushover_configs: [{user_key: a}]",
    "pushover_configs: [{token: a}]",
    "pushover_configs: [{user_key: a, token: b, retry: 1d}]",
    "pushover_configs: [{user_key: a, token: b, retry: 5, expire: 1h30m}]",
    "pushover_configs: [{user_key: a, token: b, retry: {}, priority: 2}]",
    "pagerduty_configs: [{}]",
    "pagerduty_configs: [{routing_key: a, routing_key_file: b}]",
    "pagerduty_configs: [{routing_key: a, service_key: b, severity: nonsense}]",
    "pagerduty_configs: [{routing_key: a, details: {a: [b]}}]",
    "pagerduty_configs: [{routing_key: a, images: [{text: b}], links: [{src: c}]}]",
    "pagerduty_configs: [{routing_key: a, url: x}]",
    "opsgenie_configs: [{}]",
    "opsgenie_configs: [{api_key: a, api_key_file: b}]",
    "opsgenie_configs: [{api_key: a, responders: [{type: team}]}]",
    "opsgenie_configs: [{api_key: a, responders: [{name: b, type: Team}]}]",
    "opsgenie_configs: [{api_key: a, responders: [{name: b}]}]",
    "opsgenie_configs: [{api_key: a, responders: [{id: x, type: Foo}, {type: user}]}]",
    "opsgenie_configs: [{api_key: a, responders: [{id: x, type: '{{ .Status }}'}]}]",
    "opsgenie_configs: [{api_key: a, responders: [{id: x, type: '{{ .Status'}]}]",
    "opsgenie_configs: [{api_key: a, responders: [null]}]",
    "opsgenie_configs: [{api_key: a, teams: b}]",
    "victorops_configs: [{}]",
    "victorops_configs: [{routing_key: a}]",
    "victorops_configs: [{routing_key: a, api_key: b, custom_fields: {entity_id: c}}]",
    "victorops_configs: [{routing_key: a, api_key: b, api_key_file: c}]",
    "wechat_configs: [{}]",
    "wechat_configs: [{api_secret: a}]",
    "wechat_configs: [{api_secret: a, corp_id: b, message_type: html}]",
    "wechat_configs: [{api_secret: a, corp_id: b}]",
    "sns_configs: [{}]",
    "sns_configs: [{topic_arn: a, target_arn: b}]",
    "sns_configs: [{topic_arn: a, target_arn: b, phone_number: c}]",
    "sns_configs: [{topic_arn: a, sigv4: {access_key: b}}]",
    "sns_configs: [{topic_arn: a, sigv4: {secret_key: b}}]",
    "telegram_configs: [{bot_token: a}]",
    "telegram_configs: [{chat_id: 1}]",
    "telegram_configs: [{bot_token: a, chat_id: '1'}]",
    "telegram_configs: [{bot_token: a, chat_id: 1, parse_mode: markdown}]",
    "telegram_configs: [{bot_token: a, chat_id: -100, parse_mode: HTML}]",
    "discord_configs: [{}]",
    "discord_configs: [{webhook_url: 'http://x', webhook_url_file: b}]",
    "webex_configs: [{}]",
    "webex_configs: [{room_id: a}]",
    "webex_configs: [{room_id: a, http_config: {bearer_token: b}}]",
    "webex_configs: [{room_id: a, http_config: {authorization: {credentials: b}}}]",
    "msteams_configs: [{}]",
    "slack_configs: [null]",
    "foo_configs: []",
];

/// What stands in `http_config`.
const HTTP: &[&str] = &[
    "bearer_token: a, bearer_token_file: b",
    "basic_auth: {}, bearer_token: a",
    "oauth2: {}, bearer_token_file: a",
    "basic_auth: {password: a, password_file: b}",
    "basic_auth: {username_file: a}",
    "authorization: {type: a}, bearer_token: b",
    "authorization: {credentials: a, credentials_file: b}",
    "authorization: {type: ' BASIC '}",
    "authorization: {}, basic_auth: {}",
    "authorization: {}, oauth2: {}",
    "basic_auth: {}, oauth2: {}",
    "oauth2: {}",
    "oauth2: {client_id: a}",
    "oauth2: {client_id: a, client_secret: b}",
    "oauth2: {client_id: a, client_secret: b, token_url: c}",
    "oauth2: {client_id: a, client_secret: b, token_url: c, client_secret_file: d}",
    "oauth2: {client_id: a, scopes: b, endpoint_params: c, audience: d}",
    "tls_config: {min_version: TLS9}",
    "tls_config: {min_version: TLS13, max_version: TLS10, ca: a}",
    "tls_config: {min_version: TLS13, max_version: TLS10}",
    "tls_config: {ca_file: /missing}",
    "proxy_url: ':a'",
    "proxy_url: 'ftp://a'",
    "proxy_connect_header: {a: [b]}",
    "proxy_connect_header: {a: b}",
    "proxy_connect_header: a",
    "no_proxy: a, http_headers: {}",
    "follow_redirects: 1, enable_http2: x",
];

/// What stands in a time interval.
const INTERVALS: &[&str] = &[
    "times: [{start_time: 9:00, end_time: '17:00'}]",
    "times: [{start_time: '09:00', end_time: '24:00'}]",
    "times: [{start_time: '09:00', end_time: '24:01'}]",
    "times: [{start_time: '17:00', end_time: '09:00'}]",
    "times: [{start_time: '09:00', end_time: '09:00'}]",
    "times: [{start_time: '09:00'}]",
    "times: [{}]",
    "times: [null]",
    "times: x",
    "times: [{start_time: 09:00, end_time: 17:00, location: UTC}]",
    "weekdays: [monday:friday, 'Saturday', sunday]",
    "weekdays: ['saturday:sunday']",
    "weekdays: [mon]",
    "weekdays: [1]",
    "weekdays: ['monday :friday']",
    "weekdays: ['monday:tuesday:friday']",
    "weekdays: [[monday]]",
    "weekdays: monday",
    "days_of_month: ['1:5', '-3:-1', 31]",
    "days_of_month: [0]",
    "days_of_month: [32]",
    "days_of_month: ['-1:5']",
    "days_of_month: ['28:-1']",
    "days_of_month: ['5:1']",
    "days_of_month: [x]",
    "months: [january, '2:4', MAY, 0, 13]",
    "months: ['december:january']",
    "months: ['13:1']",
    "months: [jan]",
    "years: [2020, '2021:2030']",
    "years: ['2025:2020']",
    "years: [x, '99999999999999999999']",
    "location: Europe/Berlin",
    "location: Local",
    "location: ''",
    "location: Nowhere/X",
    "location: ../x",
    "foo: bar",
    "",
];

/// Whole files.
const FILES: &[&str] = &[
    "",
    "---\n",
    "null\n",
    "x\n",
    "[1]\n",
    "{}\n",
    "a: 1\na: 2\n",
    "route:\n",
    "route: {}\nreceivers: [{name: a}]\n",
    "route: {receiver: a}\n",
    "route: {receiver: a}\nreceivers: [{}, x]\n",
    "route: {receiver: a}\nreceivers: [{}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}, {name: a}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\nroute: {receiver: a}\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\n---\nroute: x\n",
    "route: {receiver: a, continue: true}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, matchers: [a=b]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, matchers: []}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, match: {a: b}, continue: true}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, mute_time_intervals: [b]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, active_time_intervals: [b]}\nreceivers: [{name: a}]\n",
    "route: {receiver: b, routes: [{receiver: c, routes: [{receiver: d}]}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{mute_time_intervals: [c], active_time_intervals: [d]}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{matchers: [x]}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{matchers: {x: y}}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{matchers: [x: y]}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{matchers: ['x=~(']}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{match_re: {x: '('}}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{match_re: {x: }}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{match: {x-y: a}, match_re: {x: 1}}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{match_re: {x-y: a}}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, match_re: x, match: [y], matchers: z}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_by: ['...', a]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_by: ['...', '...']}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_by: [a, b, a]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_by: [a-b]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_by: a}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_interval: 0s}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, repeat_interval: 0}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_wait: 0s}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, group_wait: 5, foo: 1}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, labels: {a: b}}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [{group_by: [a-b], foo: 1}, {group_wait: x}]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a, routes: [null]}\nreceivers: [{name: a}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}, null]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{}, null]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{equal: [a-b]}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{equal: a, source_match: b, name: c}, x]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{source_match: {a-b: c}}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules: [{source_matchers: [a=b], target_matchers: [c]}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [null, null]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\nmute_time_intervals: [{name: ''}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\nmute_time_intervals: [{name: t}]\ntime_intervals: [{name: t}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\nmute_time_intervals: [{name: t}, {name: t}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: [missing.tmpl, '*.none']\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: ['[']\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: ['[a-]', good.tmpl]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: ['go*.tmpl']\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: [good.tmpl, bad.tmpl]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: ['{bad,good}.tmpl', '*/*.tmpl']\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates: good.tmpl\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\ntracing: {}\n",
    "global: {foo: 1, resolve_timeout: x}\nroute: {receiver: a}\n",
    "global: {foo: 1}\nroute: {receiver: a, group_interval: 0s}\n",
    "global:\nroute: {receiver: a}\nreceivers: [{name: a}]\n",
    "global: {slack_api_url: 'http://x', slack_api_url_file: y}\nroute: {receiver: a}\nreceivers: [{name: a}]\n",
    "global: {smtp_auth_password: x, smtp_auth_password_file: y, opsgenie_api_key: a, opsgenie_api_key_file: b}\nroute: {receiver: a}\nreceivers: [{name: a}]\n",
    "global: {victorops_api_key: a, victorops_api_key_file: b}\nroute: {}\nreceivers: [{name: a}]\n",
    "global: {pagerduty_url: }\nroute: {receiver: a}\nreceivers: [{name: a, pagerduty_configs: [{routing_key: a}]}]\n",
    "global: {webex_api_url: }\nroute: {receiver: a}\nreceivers: [{name: a, webex_configs: [{room_id: a, http_config: {authorization: {}}}]}]\n",
    "global: {smtp_smarthost: 'a:25', smtp_from: b}\nroute: {receiver: a}\nreceivers: [{name: a, email_configs: [{to: a}]}]\n",
    "global: {wechat_api_secret: a, wechat_api_corp_id: b, opsgenie_api_key_file: c}\nroute: {receiver: a}\nreceivers: [{name: a, wechat_configs: [{}], opsgenie_configs: [{}]}]\n",
    "x: &r {receiver: a}\nroute: *r\nreceivers: [{name: a}]\n",
    "receivers:\n  - &r {name: a, webhook_configs: [{url: 'http://x'}]}\n  - {<<: *r, name: b}\nroute: {receiver: b}\n",
    "{\"route\": {\"receiver\": \"a\"}, \"receivers\": [{\"name\": \"a\"}]}\n",
    "route: {receiver: 5, routes: [{match: {x: 2, y: true}}]}\nreceivers: [{name: 5}]\n",
];

fn folder(name: &str) -> common::Folder {
    common::Folder::with(
        name,
        &[
            (
                "good.tmpl",
                "{{ define \"a\" }}{{ .Status | toUpper }}{{ end }}\n",
            ),
            ("bad.tmpl", "first\n{{ trimSpace .Status }}\n"),
            ("deep/x.tmpl", "{{ .Status"),
        ],
    )
}

fn texts() -> Vec<String> {
    let receiver =
        |item: &&str| format!("route: {{receiver: a}}\nreceivers:\n  - name: a\n    {item}\n");
    let http = |item: &&str| {
        format!(
            "receivers: [{{name: a, webhook_configs: [{{url: 'http://x', http_config: {{{item}}}}}]}}]\nroute: {{receiver: a}}\n"
        )
    };
    let interval = |item: &&str| {
        format!(
            "route: {{receiver: a}}\nreceivers: [{{name: a}}]\ntime_intervals: [{{name: t, time_intervals: [{{{item}}}]}}]\n"
        )
    };
    let receivers = INTEGRATIONS.iter().map(receiver);
    let files = FILES.iter().map(|text| (*text).to_owned());
    receivers
        .chain(HTTP.iter().map(http))
        .chain(INTERVALS.iter().map(interval))
        .chain(files)
        .collect()
}

#[test]
fn check_config_says_what_amtool_says() {
    if !common::has_amtool() {
        return;
    }
    let folder = folder("amtool-check");
    for text in texts() {
        folder.write("am.yml", &text);
        common::assert_amtool_alike(folder.path(), &["check-config", "am.yml"], &text);
    }
}

/// Values that take the place of others.
const ODD: &[&str] = &[
    "",
    "null",
    "~",
    "x",
    "5",
    "-1",
    "1.5",
    "true",
    "'true'",
    "[]",
    "{}",
    "[a]",
    "{a: b}",
    "5m",
    "0",
    "''",
    "'${X}'",
    "'http://x'",
    "a=b",
    "'a=~('",
    "[null]",
    "'a b'",
    "1d",
    "UTC",
    "[[a]]",
    "&x y",
];

/// The text with one of its values, or of its keys, replaced, or a line gone or twice.
fn changed(dice: &mut common::Dice, text: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || "_'./:".contains(c);
    // Where a plain word follows: others cannot be replaced without breaking the YAML.
    let colons: Vec<usize> = text
        .match_indices(": ")
        .map(|(at, _)| at)
        .filter(|at| text[at + 2..].starts_with(is_word))
        .filter(|at| !text[at + 2..].starts_with("'{"))
        .collect();
    if colons.is_empty() || dice.chance(15) {
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            return "route: x\n".to_owned();
        }
        let at = dice.below(lines.len());
        match dice.chance(50) {
            true => drop(lines.remove(at)),
            false => lines.insert(at, lines[at]),
        }
        return lines.join("\n") + "\n";
    }
    let colon = colons[dice.below(colons.len())];
    if dice.chance(20) {
        let key = text[..colon].rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
        let name = dice.pick(&["name", "receiver", "url", "foo", "matchers", "http_config"]);
        return format!("{}{name}{}", &text[..key], &text[colon..]);
    }
    let value = colon + 2;
    let end = text[value..]
        .find(|c| !is_word(c))
        .map_or(text.len(), |at| value + at);
    format!("{}{}{}", &text[..value], dice.pick(ODD), &text[end..])
}

#[test]
fn random_changes_are_judged_as_amtool_judges_them() {
    if !common::has_amtool() {
        return;
    }
    let mut dice = common::dice(9);
    let folder = folder("amtool-changes");
    // What is merged is decoded once more where it is merged, which tells its errors twice.
    let texts: Vec<String> = texts()
        .into_iter()
        .filter(|text| !text.contains("<<"))
        .collect();
    let count = if common::is_full() { 5000 } else { 300 };
    let (mut accepted, mut broken) = (0, 0);
    for _ in 0..count {
        let mut text = texts[dice.below(texts.len())].clone();
        for _ in 0..1 + dice.below(2) {
            text = changed(&mut dice, &text);
        }
        folder.write("am.yml", &text);
        let ours = common::as_amtool(folder.path(), &["check-config", "am.yml"], "");
        let said = String::from_utf8_lossy(&ours.stdout).into_owned();
        accepted += usize::from(ours.status.success());
        if said.contains("FAILED: yaml: ") && !said.contains("unmarshal errors") {
            // The words about broken YAML are not Go's.
            broken += 1;
            let mut amtool = std::process::Command::new("amtool");
            let arguments = ["check-config", "am.yml"];
            let theirs = amtool
                .args(arguments)
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(!theirs.status.success(), "{text}");
            continue;
        }
        common::assert_amtool_alike(folder.path(), &["check-config", "am.yml"], &text);
    }
    eprintln!("{count} changed configurations: {accepted} accepted, {broken} no YAML");
    assert!(accepted > count / 50 && broken < count / 4);
}

#[test]
fn check_config_takes_what_amtool_takes() {
    if !common::has_amtool() {
        return;
    }
    let folder = folder("amtool-take");
    let good = "route: {receiver: a}\nreceivers: [{name: a}]\n";
    folder.write("good.yml", good);
    folder.write("bad.yml", "route: x\n");
    let alike = |arguments: &[&str], stdin| {
        common::assert_amtool_alike(folder.path(), arguments, stdin);
    };
    alike(&["check-config", "good.yml", "bad.yml", "bad.yml"], "");
    alike(&["check-config", "good.yml", "missing.yml"], "");
    alike(&["check-config"], good);
    alike(&["check-config", "-v", "--output", "json", "good.yml"], "");
}

#[cfg(unix)]
#[test]
fn a_link_named_amtool_is_amtool() {
    let folder = common::Folder::with(
        "amtool-link",
        &[("am.yml", "route: {receiver: a}\nreceivers: [{name: a}]\n")],
    );
    let link = folder.path().join("amtool");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rulecheck"), &link).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(&link);
        let output = command
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, printed) = run(&["check-config", "am.yml"]);
    assert_eq!(code, Some(0));
    assert!(
        printed.starts_with("Checking 'am.yml'  SUCCESS\nFound:\n"),
        "{printed}"
    );
    // amtool says 1 where rulecheck says 2.
    assert_eq!(run(&["check-config", "--nothing"]).0, Some(1));
    assert_eq!(run(&["silence"]).0, Some(1));
}

/// Keys that are newer than 0.25 are known to their version, and to no older one.
#[test]
fn the_version_decides_on_keys() {
    let cases = [
        ("webhook_configs: [{url_file: a}]", 26),
        ("msteams_configs: [{webhook_url_file: a}]", 26),
        (
            "jira_configs: [{api_url: 'http://x', project: a, issue_type: b}]",
            28,
        ),
        ("slack_configs: [{app_token: a}]", 30),
        ("wechat_configs: [{api_secret_file: a, corp_id: b}]", 31),
    ];
    for (item, since) in cases {
        let text = format!("route: {{receiver: a}}\nreceivers:\n  - name: a\n    {item}\n");
        let accepted = |minor: u16| {
            let source = rulecheck::source::SourceFile::new("am.yml", text.as_str());
            let target = Target {
                alertmanager: rulecheck::target::Version::new(0, minor),
                ..Target::default()
            };
            let file = project::load_as(Kind::Alertmanager, &source, "am.yml".into(), &target);
            !file.is_refused()
        };
        assert!(accepted(since) && !accepted(since - 1), "{item}");
        assert!(accepted(34), "{item}");
    }
}

/// Globals, the only receiver, and whether 0.25 and the newest version accept them, as Alertmanager's own tests have it.
const VERSIONS: &[(&str, &str, bool, bool)] = &[
    ("", "mattermost_configs: [{channel: a}]", false, false),
    (
        "mattermost_webhook_url: 'http://x'",
        "mattermost_configs: [{channel: a}]",
        false,
        true,
    ),
    (
        "mattermost_webhook_url_file: /a",
        "mattermost_configs: [{channel: a}, {webhook_url: 'http://y'}]",
        false,
        true,
    ),
    (
        "mattermost_webhook_url: 'http://x', mattermost_webhook_url_file: /a",
        "mattermost_configs: [{webhook_url: 'http://y'}]",
        false,
        false,
    ),
    (
        "opsgenie_api_key: a",
        "opsgenie_configs: [{responders: [{name: b, type: team}]}]",
        true,
        true,
    ),
    (
        "opsgenie_api_key: a",
        "opsgenie_configs: [{teams: b}]",
        false,
        false,
    ),
    (
        "opsgenie_api_key_file: /a",
        "opsgenie_configs: [{}, {api_key: b}]",
        true,
        true,
    ),
    ("", "opsgenie_configs: [{}]", false, false),
    (
        "rocketchat_token: a, rocketchat_token_id: b",
        "rocketchat_configs: [{channel: c}]",
        false,
        true,
    ),
    (
        "rocketchat_token_file: a, rocketchat_token_id_file: b",
        "rocketchat_configs: [{channel: c}]",
        false,
        true,
    ),
    (
        "rocketchat_token_id: b",
        "rocketchat_configs: [{channel: c}]",
        false,
        false,
    ),
    (
        "rocketchat_token: a, rocketchat_token_file: b, rocketchat_token_id: c",
        "rocketchat_configs: [{}]",
        false,
        false,
    ),
    (
        "slack_api_url_file: /a",
        "slack_configs: [{channel: b}, {api_url: 'http://x'}]",
        true,
        true,
    ),
    (
        "slack_app_token: a",
        "slack_configs: [{channel: b}]",
        false,
        true,
    ),
    (
        "slack_app_token: a, slack_app_token_file: b",
        "slack_configs: [{channel: b}]",
        false,
        false,
    ),
    (
        "slack_app_token: a, slack_api_url: 'http://x'",
        "slack_configs: [{channel: b}]",
        false,
        false,
    ),
    (
        "slack_app_token: a, slack_api_url: 'https://slack.com/api/chat.postMessage'",
        "slack_configs: [{channel: b}]",
        false,
        true,
    ),
    ("", "slack_configs: [{channel: b}]", false, false),
    (
        "",
        "slack_configs: [{api_url: 'http://x', update_message: true}]",
        false,
        false,
    ),
    (
        "smtp_smarthost: 'h:25', smtp_from: a, smtp_auth_username: ''",
        "email_configs: [{to: b}]",
        true,
        true,
    ),
    (
        "smtp_smarthost: 'h:25', smtp_from: a, smtp_auth_secret_file: b",
        "email_configs: [{to: b, auth_secret_file: c}]",
        false,
        true,
    ),
    (
        "smtp_auth_password: a, smtp_auth_password_file: b",
        "email_configs: []",
        false,
        false,
    ),
    (
        "",
        "sns_configs: [{topic_arn: a, sigv4: {region: b, access_key: c, secret_key: d}}]",
        true,
        true,
    ),
    ("", "sns_configs: [{sigv4: {region: b}}]", false, false),
    (
        "telegram_bot_token: a",
        "telegram_configs: [{chat_id: 1}]",
        false,
        true,
    ),
    (
        "telegram_bot_token_file: a",
        "telegram_configs: [{chat_id: 1}]",
        false,
        true,
    ),
    (
        "telegram_bot_token: a, telegram_bot_token_file: b",
        "telegram_configs: [{chat_id: 1}]",
        false,
        false,
    ),
    ("", "telegram_configs: [{chat_id: 1}]", false, false),
    (
        "victorops_api_key: a",
        "victorops_configs: [{routing_key: b}]",
        true,
        true,
    ),
    (
        "victorops_api_key_file: a",
        "victorops_configs: [{routing_key: b, api_key: c}]",
        true,
        true,
    ),
    ("", "victorops_configs: [{routing_key: b}]", false, false),
    (
        "wechat_api_secret_file: /a, wechat_api_corp_id: b",
        "wechat_configs: [{}]",
        false,
        true,
    ),
    (
        "wechat_api_secret: a, wechat_api_secret_file: b, wechat_api_corp_id: c",
        "wechat_configs: [{}]",
        false,
        false,
    ),
    (
        "wechat_api_corp_id: b",
        "wechat_configs: [{}]",
        false,
        false,
    ),
    (
        "",
        "webhook_configs: [{url: '{{ .Receiver }}'}]",
        false,
        true,
    ),
    (
        "",
        "incidentio_configs: [{url: 'http://x', alert_source_token: a}]",
        false,
        true,
    ),
    (
        "",
        "incidentio_configs: [{url: 'http://x', alert_source_token: a, url_file: b}]",
        false,
        false,
    ),
    (
        "",
        "jira_configs: [{project: a, issue_type: b}]",
        false,
        false,
    ),
    (
        "jira_api_url: 'http://x'",
        "jira_configs: [{project: a, issue_type: b, api_type: cloud, fields: {x: [y]}}]",
        false,
        true,
    ),
    (
        "",
        "msteams_configs: [{webhook_url: 'http://x', summary: a}]",
        false,
        true,
    ),
    (
        "",
        "email_configs: [{to: a, smarthost: 'h:25', from: b, threading: {enabled: true}}]",
        false,
        false,
    ),
    (
        "",
        "email_configs: [{to: a, smarthost: 'h:25', from: b, threading: {enabled: true, thread_by_date: daily}}]",
        false,
        true,
    ),
    (
        "http_config: {oauth2: {client_id: a, token_url: b}}",
        "webhook_configs: []",
        false,
        true,
    ),
    (
        "http_config: {no_proxy: a}",
        "webhook_configs: []",
        false,
        false,
    ),
    (
        "http_config: {proxy_url: 'http://p', no_proxy: a}",
        "webhook_configs: []",
        false,
        true,
    ),
    (
        "http_config: {tls_config: {min_version: TLS13, max_version: TLS12}}",
        "webhook_configs: []",
        true,
        false,
    ),
];

#[test]
fn verdicts_depend_on_the_version() {
    let has_amtool = common::has_amtool();
    let folder = common::Folder::new("amtool-versions");
    for (global, item, old, new) in VERSIONS {
        let text = format!(
            "global: {{{global}}}\nroute: {{receiver: a}}\nreceivers:\n  - name: a\n    {item}\n"
        );
        let source = rulecheck::source::SourceFile::new("am.yml", text.as_str());
        for (target, accepted) in [(common::amtool_target(), old), (Target::default(), new)] {
            let file = project::load_as(Kind::Alertmanager, &source, "am.yml".into(), &target);
            let issues: Vec<&str> = file
                .issues
                .iter()
                .map(|issue| issue.message.as_str())
                .collect();
            assert_eq!(
                !file.is_refused(),
                *accepted,
                "{} {text}{issues:?}",
                target.alertmanager
            );
        }
        if has_amtool {
            folder.write("am.yml", &text);
            common::assert_amtool_alike(folder.path(), &["check-config", "am.yml"], &text);
        }
    }
}

/// Whether a configuration is accepted with all that it names.
fn is_accepted(path: &Path, target: &Target) -> bool {
    let source = read_file(path).unwrap();
    let file = project::load_as(Kind::Alertmanager, &source, path.to_owned(), target);
    let alertmanager = file.alertmanager.as_ref().unwrap();
    !file.is_refused() && alertmanager.templates.are_readable()
}

#[test]
fn every_configuration_is_judged_as_amtool_judged_it() {
    let Some(corpus) = common::corpus() else {
        return;
    };
    let mut rows = Vec::new();
    for row in common::rows(&corpus) {
        if row.kind == "alertmanager" {
            let target = common::amtool_target();
            rows.push((row.path.clone(), target, row.exit == "0"));
            if row.upstream != "-" && row.path.starts_with("alertmanager/prometheus+alertmanager") {
                rows.push((row.path, Target::default(), row.upstream == "pass"));
            }
        }
    }
    let verdicts = corpus.join("alertmanager/one-defect/VERDICTS.tsv");
    for line in std::fs::read_to_string(verdicts).unwrap().lines().skip(1) {
        let mut cells = line.split('\t');
        let (name, exit) = (cells.next().unwrap(), cells.next().unwrap());
        let path = format!("alertmanager/one-defect/{name}");
        rows.push((path, common::amtool_target(), exit == "0"));
    }
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(path, target, accepted)| is_accepted(&corpus.join(path), target) != *accepted)
        .map(|(path, target, _)| format!("{path} with {}", target.alertmanager))
        .collect();
    eprintln!("{} verdicts on configurations of Alertmanager", rows.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() > 150);
}
