//! Whether settings that belong together agree: each may be right by itself, and the shop would not work all the same.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use axum::http::HeaderName;
use platform_text::Country;
use router_gateway::config::{ForwardConfig, JwtConfig};
use router_gateway::is_within;

use crate::config::SoukConfig;
use crate::subgraphs::{self, Parts};

/// Every disagreement that concerns a process that serves `parts`.
pub fn check(config: &SoukConfig, parts: &Parts) -> Result<String> {
    let faults = [
        tokens(config, parts),
        market(config),
        market_headers(config),
        retries(config),
        addresses(config, parts),
        paths(config, parts),
        bodies(config, parts),
    ]
    .concat();
    ensure!(faults.is_empty(), faults.join("; "));
    Ok("those that belong together agree".to_owned())
}

/// The gateway is to believe the tokens that users issues, and to remember their revocations as long as they live.
fn tokens(config: &SoukConfig, parts: &Parts) -> Vec<String> {
    let (auth, mut faults) = (&config.auth, Vec::new());
    let Some(jwt) = config.gateway().jwt.filter(|_| parts.router || parts.subgraphs.contains(&"users"))
    else {
        return faults;
    };
    let own = JwtConfig::default().token_type;
    for (setting, given, other, issued) in [
        ("gateway.jwt.issuer", &jwt.issuer, "auth.issuer is", &auth.issuer),
        ("gateway.jwt.audience", &jwt.audience, "auth.audience is", &auth.audience),
        ("gateway.jwt.token_type", &jwt.token_type, "users issues", &own),
    ] {
        if given != issued {
            faults.push(format!(
                "{setting} is `{given}`, and {other} `{issued}`: the gateway would refuse every login; make them the same"
            ));
        }
    }
    let lifetime = jwt.max_lifetime.as_secs();
    if auth.access_ttl_s > lifetime {
        faults.push(format!(
            "auth.access_ttl_s is {} (seconds), and gateway.jwt.max_lifetime {} (milliseconds): the gateway would refuse \
             every login; lower the one, or raise the other",
            auth.access_ttl_s,
            jwt.max_lifetime.as_millis()
        ));
    }
    if auth.refresh_ttl_s < auth.access_ttl_s {
        faults.push(format!(
            "auth.refresh_ttl_s is {}, less than auth.access_ttl_s, {}: no login could be prolonged; raise the one, or \
             lower the other",
            auth.refresh_ttl_s, auth.access_ttl_s
        ));
    }
    if jwt.jwks_url.is_some() {
        faults.push(
            "gateway.jwt.jwks_url has no effect: users gives the gateway its keys; leave it out".to_owned(),
        );
    }
    faults
}

fn market(config: &SoukConfig) -> Vec<String> {
    let (countries, home) = (&config.market.countries, config.market.home_country);
    let mut faults = Vec::new();
    if !countries.contains(&home) {
        faults.push(format!(
            "market.home_country is {home}, which is not among market.countries; add it there"
        ));
    }
    // What is no code is told where the gateway is built.
    let known = |code: &String| Country::parse("countries", code).ok().filter(|known| known.as_str() == code);
    for code in config.gateway.market.countries.iter().filter_map(known) {
        if !countries.contains(&code) {
            faults.push(format!(
                "gateway.market.countries has {code}, which is not among market.countries: nobody there could order; \
                 add it there too, or leave it out"
            ));
        }
    }
    faults
}

/// Headers that say something else.
const TAKEN: [&str; 10] = [
    "accept",
    "accept-language",
    "authorization",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "user-agent",
    "x-api-key",
    "x-souk-guest",
];

/// Each part of a market has a header of its own.
fn market_headers(config: &SoukConfig) -> Vec<String> {
    let market = &config.gateway.market;
    let mut seen = Vec::new();
    let mut faults = Vec::new();
    for (setting, header) in [
        ("country_header", &market.country_header),
        ("currency_header", &market.currency_header),
        ("language_header", &market.language_header),
        ("tax_display_header", &market.tax_display_header),
    ] {
        let name = header.parse::<HeaderName>().map(|name| name.as_str().to_owned());
        let fault = match name {
            Err(_) => "is no name of a header",
            Ok(name) if TAKEN.contains(&name.as_str()) => "says something else",
            Ok(name) if seen.contains(&name) => "says another part of the market",
            Ok(name) => {
                seen.push(name);
                continue;
            }
        };
        faults.push(format!("gateway.market.{setting}: `{header}` {fault}; choose another"));
    }
    faults
}

/// The router passes the public routes of subgraphs on by their prefixes, which its own path must leave free.
fn paths(config: &SoukConfig, parts: &Parts) -> Vec<String> {
    let path = config.gateway.router.path.as_str();
    let mut faults = Vec::new();
    for subgraph in subgraphs::ALL.iter().filter(|_| parts.router) {
        for prefix in subgraph.public_prefixes {
            let prefix = prefix.trim_end_matches('/');
            if is_within(path, prefix) || is_within(prefix, path) {
                faults.push(format!(
                    "gateway.path is `{path}`, and {} has its public routes at `{prefix}`; choose another path",
                    subgraph.name
                ));
            }
            let is_here = parts.subgraphs.contains(&subgraph.name);
            let taken = |forward: &&ForwardConfig| is_here && is_within(&forward.prefix, prefix);
            faults.extend(config.gateway.router.forward.iter().filter(taken).map(|forward| {
                format!(
                    "gateway.forward has the prefix `{}`, and {} has its public routes at `{prefix}`; choose another",
                    forward.prefix, subgraph.name
                )
            }));
        }
    }
    faults
}

/// The room for bodies that are on their way holds the largest that is let in.
fn bodies(config: &SoukConfig, parts: &Parts) -> Vec<String> {
    let router = &config.gateway.router;
    let rooms = [
        ("max_body_bytes_open", router.max_body_bytes_open),
        ("max_body_bytes_open_per_address", router.max_body_bytes_open_per_address),
    ];
    let small = rooms.into_iter().filter(|(_, room)| parts.router && *room < router.max_body_bytes);
    let told = |(setting, room)| {
        let body = router.max_body_bytes;
        format!(
            "gateway.{setting} is {room}, less than gateway.max_body_bytes, {body}: a body of that size would never be \
             taken; raise the one, or lower the other"
        )
    };
    small.map(told).collect()
}

fn retries(config: &SoukConfig) -> Vec<String> {
    let (base, max) = (config.events.retry_base_ms, config.events.retry_max_ms);
    match base <= max {
        true => Vec::new(),
        false => vec![format!("events.retry_base_ms is {base}, more than events.retry_max_ms, {max}")],
    }
}

/// A place where a part listens: here, or where this process looks for it.
struct Place {
    setting: String,
    address: SocketAddr,
    is_here: bool,
}

/// Two parts at one address: one of them could not listen, or would be taken for the other. Parts whose address for
/// others is named under `peers` may be on another machine, where the same port is free.
fn addresses(config: &SoukConfig, parts: &Parts) -> Vec<String> {
    let mut places = Vec::new();
    if parts.router {
        places.push(Place {
            setting: "gateway.listen".to_owned(),
            address: config.gateway.router.listen,
            is_here: true,
        });
    }
    for subgraph in subgraphs::ALL {
        let name = subgraph.name;
        let is_here = parts.subgraphs.contains(&name);
        for (section, listen, elsewhere) in [
            ("listen", &config.listen, config.peers.contains_key(name)),
            ("public_listen", &config.public_listen, config.public_peers.contains_key(name)),
        ] {
            if let Some(address) = listen.get(name).copied().filter(|_| is_here || !elsewhere) {
                places.push(Place { setting: format!("{section}.{name}"), address, is_here });
            }
        }
    }
    let mut faults = Vec::new();
    for (index, one) in places.iter().enumerate() {
        for other in places.iter().skip(index + 1).filter(|other| meet(one, other)) {
            faults.push(format!(
                "{} and {} are both {}; give each a port of its own",
                one.setting, other.setting, other.address
            ));
        }
    }
    faults
}

/// Whether both cannot be had at once. Port 0 is any that is free.
fn meet(one: &Place, other: &Place) -> bool {
    let same_port = one.address.port() == other.address.port() && one.address.port() != 0;
    let any = one.address.ip().is_unspecified() || other.address.ip().is_unspecified();
    let both_here = one.is_here && other.is_here;
    let same_ip = one.address.ip() == other.address.ip() || (any && both_here);
    same_port && same_ip && (one.is_here || other.is_here)
}
