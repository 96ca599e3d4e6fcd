//! Where a request came from. What a proxy says of it is believed of proxies that the operator named, and of nobody else:
//! anybody can write a header.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request};
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// One address, or a network such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address
            .or_else(|_| text.parse())
            .map(Self)
            .map_err(|_| format!("{text:?} is neither an address nor a network such as 10.0.0.0/8"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Network {
    /// Whether it holds the address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }

    /// Whether it holds every address there is.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.prefix_len() == 0
    }
}

/// The address a request came from, among its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameFrom(pub IpAddr);

impl CameFrom {
    /// What attempts are counted by: an address, or the network that one IPv6 customer has to itself.
    #[must_use]
    pub fn neighbourhood(self) -> IpAddr {
        match self.0 {
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
            v4 @ IpAddr::V4(_) => v4,
        }
    }
}

/// Peers whose word on where a request came from does not fit what is configured, for `docket doctor`.
#[derive(Debug, Default)]
pub struct Odd {
    /// It says where requests came from and is not trusted: a proxy that nobody named, or a stranger.
    unnamed: Mutex<Option<IpAddr>>,
    /// It is trusted and does not say it: everybody behind it is taken for one.
    silent: Mutex<Option<IpAddr>>,
}

impl Odd {
    /// Looks at a request as it came.
    pub fn note(&self, request: &Request, trusted: &[Network]) {
        let Some(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return;
        };
        let peer = peer.0.ip().to_canonical();
        let says = request.headers().contains_key(&FORWARDED_FOR);
        let place = match (says, trusted.iter().any(|network| network.contains(peer))) {
            (true, false) => &self.unnamed,
            // What this machine asks of itself, such as whether it is alive, goes through no proxy.
            (false, true) if !peer.is_loopback() => &self.silent,
            _ => return,
        };
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(peer);
    }

    /// The last that was not named, and the last that was silent.
    #[must_use]
    pub fn seen(&self) -> (Option<IpAddr>, Option<IpAddr>) {
        let of = |place: &Mutex<Option<IpAddr>>| *place.lock().unwrap_or_else(PoisonError::into_inner);
        (of(&self.unnamed), of(&self.silent))
    }
}

/// Where the request came from: the last address that is not a trusted proxy's. None when nobody knows the peer.
#[must_use]
pub fn came_from(request: &Request, trusted: &[Network]) -> Option<CameFrom> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip();
    Some(CameFrom(follow(peer, request.headers(), trusted)))
}

fn follow(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut from = peer.to_canonical();
    let lines = headers.get_all(&FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    for hop in hops.iter().rev() {
        if !trusted.iter().any(|network| network.contains(from)) {
            break;
        }
        // What does not read as an address was not written by a proxy that knows what it does: who sent it stays.
        let Some(earlier) = address(hop.trim()) else { break };
        from = earlier;
    }
    from
}

/// An address as proxies write it: bare, in brackets, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let ip = bare.parse::<IpAddr>().ok();
    ip.or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
        .map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use http::{HeaderMap, HeaderValue};

    use super::{CameFrom, FORWARDED_FOR, Network, follow};

    fn from(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(&FORWARDED_FOR, HeaderValue::from_static(line));
        }
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        follow(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_peer_that_is_not_trusted_may_say_what_it_likes() {
        assert_eq!(from("203.0.113.9", &["10.0.0.1"], &[]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", &["10.0.0.1"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn behind_trusted_proxies_the_last_address_that_is_not_one_counts() {
        let trusted = ["10.0.0.0/8", "192.168.1.1"];
        assert_eq!(from("10.0.0.2", &["198.51.100.7"], &trusted), "198.51.100.7");
        assert_eq!(
            from("10.0.0.2", &["1.2.3.4, 198.51.100.7, 192.168.1.1"], &trusted),
            "198.51.100.7"
        );
        assert_eq!(from("10.0.0.2", &["1.2.3.4", "198.51.100.7"], &trusted), "198.51.100.7");
        assert_eq!(from("10.0.0.2", &[], &trusted), "10.0.0.2");
    }

    #[test]
    fn what_is_no_address_moves_nobody() {
        assert_eq!(from("10.0.0.2", &["unknown"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(from("10.0.0.2", &["1.2.3.4, <script>"], &["10.0.0.0/8"]), "10.0.0.2");
    }

    #[test]
    fn addresses_are_read_with_ports_and_brackets_and_mapped_ones_as_what_they_are() {
        let trusted = ["127.0.0.1"];
        assert_eq!(
            from("::ffff:127.0.0.1", &["198.51.100.7:4711"], &trusted),
            "198.51.100.7"
        );
        assert_eq!(from("127.0.0.1", &["[2001:db8::7]:443"], &trusted), "2001:db8::7");
        assert_eq!(from("127.0.0.1", &["[2001:db8::7]"], &trusted), "2001:db8::7");
    }

    #[test]
    fn one_customer_of_ipv6_is_one_neighbourhood() {
        let of = |text: &str| CameFrom(text.parse::<IpAddr>().unwrap()).neighbourhood();
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("198.51.100.7").to_string(), "198.51.100.7");
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        assert!("10.0.0.0/8".parse::<Network>().is_ok() && "::1".parse::<Network>().is_ok());
        assert!("10.0.0".parse::<Network>().is_err() && "proxy.example".parse::<Network>().is_err());
        assert!("0.0.0.0/0".parse::<Network>().unwrap().is_everything());
    }
}
