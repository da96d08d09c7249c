//! Which addresses may be connected to. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::failure::Refusal;

/// IPv4 that is not the public internet: IANA's registry of special-purpose addresses (RFC 6890), and multicast.
const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),       // "this network", RFC 791; Linux takes 0.0.0.0 for itself
    v4([10, 0, 0, 0], 8),      // private, RFC 1918
    v4([100, 64, 0, 0], 10),   // carriers' NAT, RFC 6598
    v4([127, 0, 0, 0], 8),     // loopback
    v4([169, 254, 0, 0], 16),  // link-local, RFC 3927
    v4([172, 16, 0, 0], 12),   // private
    v4([192, 0, 0, 0], 24),    // protocol assignments
    v4([192, 0, 2, 0], 24),    // documentation, RFC 5737
    v4([192, 88, 99, 0], 24),  // 6to4 relays, RFC 7526
    v4([192, 168, 0, 0], 16),  // private
    v4([198, 18, 0, 0], 15),   // benchmarks, RFC 2544
    v4([198, 51, 100, 0], 24), // documentation
    v4([203, 0, 113, 0], 24),  // documentation
    v4([224, 0, 0, 0], 4),     // multicast
    v4([240, 0, 0, 0], 4),     // reserved, and the broadcast address
];

/// All of IPv6 that is given out (RFC 4291 §2.4). Loopback, ULA, link-local, multicast, mapped and the rest are outside.
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0], 3);

/// What is special within it.
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0], 23),     // protocol assignments: Teredo (RFC 4380), ORCHID, benchmarks
    v6([0x2001, 0xdb8], 32), // documentation, RFC 3849
    v6([0x2002, 0], 16),     // 6to4, RFC 7526: IPv4 inside
    v6([0x3fff, 0], 20),     // documentation, RFC 9637
];

/// IPv4 behind a translator (RFC 6052 §2.1): how a node without IPv4 reaches the public one. Its sibling for local use,
/// 64:ff9b:1::/48 (RFC 8215), hides the IPv4 address where its operator likes; it is outside of [`PUBLIC_V6`].
const NAT64: Ipv6Net = v6([0x64, 0xff9b], 96);

/// Where machines of the clouds ask for their own credentials. No permission opens these: nobody's ADFS is there, and a
/// network as wide as fd00::/8 is easily written.
const METADATA: [IpAddr; 8] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), // nearly all of them
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),   // AWS, containers
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),  // AWS, pods
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),   // Azure; looks public
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)), // Alibaba
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), // AWS
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)), // AWS, pods
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)), // Google
];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([first, second]: [u16; 2], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length)
}

/// Whether an address may be connected to: a public one, or one that the operator permitted for this connection.
///
/// # Errors
/// [`Refusal::Address`].
pub fn check_address(address: IpAddr, permitted: &[IpNet]) -> Result<(), Refusal> {
    // ::ffff:10.0.0.1 is 10.0.0.1 as soon as it is connected to (RFC 4291 §2.5.5.2).
    let address = address.to_canonical();
    let translated = translated(address);
    if METADATA.contains(&address) || translated.is_some_and(|inner| METADATA.contains(&inner)) {
        return Err(Refusal::Address);
    }
    let named = permitted.iter().any(|network| network.contains(&address));
    if named || is_public(translated.unwrap_or(address)) { Ok(()) } else { Err(Refusal::Address) }
}

/// The IPv4 address that a translator makes of it.
fn translated(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V6(v6) if NAT64.contains(&v6) => {
            let [.., a, b, c, d] = v6.octets();
            Some(IpAddr::from([a, b, c, d]))
        }
        _ => None,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_PUBLIC_V4.iter().any(|network| network.contains(&v4)),
        IpAddr::V6(v6) => PUBLIC_V6.contains(&v6) && !NOT_PUBLIC_V6.iter().any(|network| network.contains(&v6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(address: &str, permitted: &[&str]) -> bool {
        let permitted: Vec<IpNet> = permitted.iter().map(|network| network.parse().unwrap()).collect();
        check_address(address.parse().unwrap(), &permitted).is_ok()
    }

    #[test]
    fn the_public_internet_may_be_connected_to() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2404:1a8::1",
            "2408:210::1",
            "2606:4700::1111",
            "2a00:1450::1",
            "3fff:1000::1",
            "64:ff9b::8.8.8.8",
            "::ffff:8.8.8.8",
        ] {
            assert!(allowed(address, &[]), "{address}");
        }
    }

    #[test]
    fn whatever_is_not_the_public_internet_may_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.0.1",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert!(!allowed(address, &[]), "{address}");
            for disguise in ["::ffff:", "::", "64:ff9b::", "64:ff9b:1::"] {
                assert!(!allowed(&format!("{disguise}{address}"), &[]), "{disguise}{address}");
            }
        }
        for address in [
            "::",
            "::1",
            "::8.8.8.8",            // compatible, RFC 4291 §2.5.5.1
            "64:ff9b:1::8.8.8.8",   // NAT64 for local use
            "64:ff9b:0:1::8.8.8.8", // next to the well-known prefix
            "100::1",               // discard only
            "2001::1",              // Teredo
            "2001:2::1",            // benchmarks
            "2001:10::1",           // ORCHID
            "2001:20::1",           // ORCHIDv2
            "2001:db8::1",
            "2002:0808:0808::1", // 6to4 of 8.8.8.8
            "2002:7f00:1::1",    // 6to4 of 127.0.0.1
            "3fff::1",
            "4000::1",
            "5f00::1", // SRv6
            "fc00::1",
            "fd00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1", // site-local
            "ff02::1",
            "ff0e::1",
        ] {
            assert!(!allowed(address, &[]), "{address}");
        }
    }

    #[test]
    fn a_permission_opens_its_network_and_nothing_next_to_it() {
        for (permitted, inside, outside) in [
            ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"),
            ("10.1.0.0/16", "::ffff:10.1.0.1", "64:ff9b::10.1.0.1"),
            ("127.0.0.1/32", "127.0.0.1", "127.0.0.2"),
            ("127.0.0.0/8", "127.9.9.9", "::1"),
            ("::1/128", "::1", "127.0.0.1"),
            ("192.168.7.0/24", "192.168.7.200", "192.168.6.200"),
            ("fd12:3456::/32", "fd12:3456:1::1", "fd12:3457::1"),
            ("64:ff9b::10.1.0.0/112", "64:ff9b::10.1.0.1", "10.1.0.1"),
        ] {
            assert!(allowed(inside, &[permitted]), "{permitted} {inside}");
            assert!(!allowed(outside, &[permitted]), "{permitted} {outside}");
            assert!(allowed("8.8.8.8", &[permitted]), "{permitted}");
        }
    }

    #[test]
    fn no_permission_opens_the_metadata_of_a_cloud() {
        for address in METADATA {
            assert!(!allowed(&address.to_string(), &["0.0.0.0/0", "::/0"]), "{address}");
        }
        assert!(!allowed("64:ff9b::169.254.169.254", &["::/0"]));
        assert!(!allowed("::ffff:169.254.169.254", &["0.0.0.0/0", "::/0", "169.254.169.254/32"]));
        assert!(allowed("169.254.1.1", &["169.254.0.0/16"]));
    }
}
