//! How Alertmanager talks HTTP: `http_config` and what is in it.

use super::readers::{ANY_URL, TLS_VERSION};
use super::shape;
use crate::model::decode::{Decoder, Fields};
use crate::model::part::{Check, Part, Value, alternatives, is_set};
use crate::model::shape::{holding, key};
use crate::model::truth_of;
use crate::target::Version;
use crate::yaml::Node;

/// Headers and their values.
const HEADER: Value = Value::Lists("config.Header", "[]config.Secret");

pub(super) static HTTP: Part = Part::new(
    shape(
        "an HTTP configuration",
        &[
            holding("basic_auth", Value::Part(&BASIC_AUTH)),
            holding("authorization", Value::Part(&AUTHORIZATION)),
            holding("oauth2", Value::Part(&OAUTH2)),
            holding("bearer_token", Value::Secret),
            holding("bearer_token_file", Value::Text),
            holding("tls_config", Value::Part(&TLS)),
            holding("follow_redirects", Value::Bool),
            holding("enable_http2", Value::Bool),
            holding("proxy_url", ANY_URL),
            holding("no_proxy", Value::Text).since(0, 26),
            holding("proxy_from_environment", Value::Bool).since(0, 26),
            holding("proxy_connect_header", HEADER),
            holding("http_headers", Value::Open).since(0, 28),
        ],
    ),
    &[Check::Code(check_http), Check::Code(check_proxy)],
);

static BASIC_AUTH: Part = Part::new(
    shape(
        "basic authentication",
        &[
            holding("username", Value::Text),
            holding("username_file", Value::Text).since(0, 26),
            key("username_ref").since(0, 28),
            holding("password", Value::Secret),
            holding("password_file", Value::Text),
            key("password_ref").since(0, 28),
        ],
    ),
    &[],
);

static AUTHORIZATION: Part = Part::new(
    super::shape_of(
        "an authorization",
        "config.Authorization",
        &[
            holding("type", Value::Text),
            holding("credentials", Value::Secret),
            holding("credentials_file", Value::Text),
            key("credentials_ref").since(0, 28),
        ],
    ),
    &[],
);

static OAUTH2: Part = Part::new(
    super::shape_of(
        "an OAuth 2 configuration",
        "config.OAuth2",
        &[
            holding("client_id", Value::Text),
            holding("client_secret", Value::Secret),
            holding("client_secret_file", Value::Text),
            key("client_secret_ref").since(0, 28),
            key("client_certificate_key_id").since(0, 29),
            key("client_certificate_key").since(0, 29),
            key("client_certificate_key_file").since(0, 29),
            key("client_certificate_key_ref").since(0, 29),
            key("signature_algorithm").since(0, 29),
            key("iss").since(0, 29),
            key("audience").since(0, 29),
            key("claims").since(0, 29),
            key("grant_type").since(0, 29),
            holding("scopes", Value::Texts),
            holding("token_url", Value::Text),
            holding("endpoint_params", Value::Pairs),
            holding("tls_config", Value::Part(&TLS)),
            holding("proxy_url", ANY_URL),
            holding("no_proxy", Value::Text).since(0, 26),
            holding("proxy_from_environment", Value::Bool).since(0, 26),
            holding("proxy_connect_header", HEADER).since(0, 26),
        ],
    ),
    &[],
);

pub(super) static TLS: Part = Part::new(
    shape(
        "a TLS configuration",
        &[
            holding("ca", Value::Text).since(0, 26),
            holding("cert", Value::Text).since(0, 26),
            holding("key", Value::Secret).since(0, 26),
            holding("ca_file", Value::Text),
            holding("cert_file", Value::Text),
            holding("key_file", Value::Text),
            key("ca_ref").since(0, 28),
            key("cert_ref").since(0, 28),
            key("key_ref").since(0, 28),
            holding("server_name", Value::Text),
            holding("insecure_skip_verify", Value::Bool),
            holding("min_version", TLS_VERSION),
            holding("max_version", TLS_VERSION),
        ],
    ),
    &[Check::Code(check_tls)],
);

/// Whether a mapping says who is asking, so that the header `Authorization` is set.
pub(super) fn has_authorization(http: Option<Node<'_>>) -> bool {
    let Some(http) = http.filter(|http| http.is_mapping()) else {
        return false;
    };
    let authorization = http.get("authorization");
    authorization.is_some_and(|node| !node.is_null())
        || is_set(http.get("bearer_token"))
        || is_set(http.get("bearer_token_file"))
}

/// `HTTPClientConfig.Validate`, in its order.
fn check_http<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let bearer = ["bearer_token", "bearer_token_file"];
    decoder.at_most_one(
        fields,
        bearer,
        "at most one of bearer_token & bearer_token_file must be configured",
    );
    for name in ["basic_auth", "oauth2"] {
        for token in bearer {
            decoder.at_most_one(
                fields,
                [name, token],
                "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
            );
        }
    }
    inner_pair(
        decoder,
        fields,
        "basic_auth",
        ["password", "password_file"],
        "at most one of basic_auth password & password_file must be configured",
    );
    for token in bearer {
        decoder.at_most_one(
            fields,
            ["authorization", token],
            "authorization is not compatible with bearer_token & bearer_token_file",
        );
    }
    inner_pair(
        decoder,
        fields,
        "authorization",
        ["credentials", "credentials_file"],
        "at most one of authorization credentials & credentials_file must be configured",
    );
    let authorization = fields.get("authorization");
    if let Some(kind) = authorization.and_then(|node| node.get("type"))
        && kind
            .scalar()
            .is_some_and(|text| text.trim().eq_ignore_ascii_case("basic"))
    {
        let message = "the type of an authorization cannot be `basic`";
        let said = r#"authorization type cannot be set to "basic", use "basic_auth" instead"#;
        decoder.hook(fields.span, kind.span(), message, said).help =
            Some("use `basic_auth` instead".to_owned());
    }
    for pair in [
        ["authorization", "basic_auth"],
        ["authorization", "oauth2"],
        ["basic_auth", "oauth2"],
    ] {
        decoder.at_most_one(
            fields,
            pair,
            "at most one of basic_auth, oauth2 & authorization must be configured",
        );
    }
    check_oauth2(decoder, fields);
}

fn check_oauth2<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let needs = |decoder: &mut Decoder<'t>, names: &[&str], said: &str| {
        inner_missing(decoder, fields, "oauth2", names, said);
    };
    let secret = ["client_secret", "client_secret_file"];
    needs(
        decoder,
        &["client_id"],
        "oauth2 client_id must be configured",
    );
    // Newer versions take a certificate in the place of the secret, or neither.
    if decoder.target.alertmanager < Version::new(0, 28) {
        let said = "either oauth2 client_secret or client_secret_file must be configured";
        needs(decoder, &secret, said);
    }
    needs(
        decoder,
        &["token_url"],
        "oauth2 token_url must be configured",
    );
    let said = "at most one of oauth2 client_secret & client_secret_file must be configured";
    inner_pair(decoder, fields, "oauth2", secret, said);
}

/// The settings of a proxy, in the order of `ProxyConfig.Validate`; before 0.26 there were no others than these two.
fn check_proxy<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    let has_url = is_set(fields.get("proxy_url"));
    let from_environment = fields.get("proxy_from_environment").and_then(truth_of) == Some(true);
    let connect = fields.get("proxy_connect_header");
    let has_header = connect.is_some_and(|header| header.entries().len() > 0);
    let is_old = decoder.target.alertmanager < Version::new(0, 26);
    let mut refuse = |name: &str, message: &str, said: &str| {
        let place = fields.key_span(name).unwrap_or(fields.head);
        decoder.hook(fields.span, place, message, said).help =
            Some(format!("add `proxy_url`, or remove `{name}`"));
    };
    if has_header && !has_url && !from_environment {
        let said = match is_old {
            true => "if proxy_connect_header is configured proxy_url must also be configured",
            false => {
                "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"
            }
        };
        let message = "`proxy_connect_header` needs a `proxy_url`";
        refuse("proxy_connect_header", message, said);
    }
    if is_old {
        return;
    }
    if is_set(fields.get("no_proxy")) && !has_url && !from_environment {
        let said = "if no_proxy is configured, proxy_url must also be configured";
        refuse("no_proxy", "`no_proxy` needs a `proxy_url`", said);
    }
    if from_environment {
        for name in ["proxy_url", "no_proxy"] {
            let said =
                format!("if proxy_from_environment is configured, {name} must not be configured");
            decoder.at_most_one(fields, ["proxy_from_environment", name], said);
        }
    }
}

/// The oldest version of TLS may not be newer than the newest.
fn check_tls<'t>(decoder: &mut Decoder<'t>, fields: &Fields<'t>) {
    if decoder.target.alertmanager < Version::new(0, 26) {
        return;
    }
    let version = |name: &str| {
        let text = fields.get(name).and_then(Node::scalar)?;
        text.strip_prefix("TLS1")?.parse::<u8>().ok()
    };
    let (least, most) = (version("min_version"), version("max_version"));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        let place = fields.key_span("max_version").unwrap_or(fields.head);
        let message = "`max_version` is older than `min_version`";
        let said = "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified";
        decoder.hook(fields.span, place, message, said).help =
            Some("swap the two, or remove one".to_owned());
    }
    for (inline, file) in [
        ("ca", "ca_file"),
        ("cert", "cert_file"),
        ("key", "key_file"),
    ] {
        let said = format!("at most one of {inline}, {file} & {inline}_ref must be configured");
        decoder.at_most_one(fields, [inline, file], said);
    }
}

/// Two keys inside the value of a key, of which only one may be set.
fn inner_pair<'t>(
    decoder: &mut Decoder<'t>,
    fields: &Fields<'t>,
    outer: &str,
    [one, other]: [&str; 2],
    said: &str,
) {
    let Some(node) = fields.get(outer).filter(|node| node.is_mapping()) else {
        return;
    };
    let (first, second) = (node.get(one), node.get(other));
    if is_set(first) && is_set(second) {
        let place = second.map_or(fields.head, Node::span);
        let message = format!("`{one}` and `{other}` of `{outer}` exclude each other");
        let problem = decoder.hook(fields.span, place, message, said);
        problem.help = Some(format!("remove `{one}` or `{other}`"));
        if let Some(first) = first {
            problem
                .related
                .push((first.span(), "the other one".to_owned()));
        }
    }
}

/// Keys inside the value of a key, of which one must be set.
fn inner_missing<'t>(
    decoder: &mut Decoder<'t>,
    fields: &Fields<'t>,
    outer: &str,
    names: &[&str],
    said: &str,
) {
    let Some(node) = fields.get(outer).filter(|node| node.is_mapping()) else {
        return;
    };
    if names.iter().any(|name| is_set(node.get(name))) {
        return;
    }
    let place = fields.key_span(outer).unwrap_or(fields.head);
    let wanted = alternatives(names);
    let message = format!("`{outer}` needs {wanted}");
    decoder.hook(fields.span, place, message, said).help = Some(format!("add {wanted}"));
}
