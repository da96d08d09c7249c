//! The PROXY protocol, version 2: what a load balancer says of the connection it passes on (HAProxy, «The PROXY protocol»,
//! §2.2). Only the configured ones are asked, and they must speak it; from anybody else it would be nonsense before TLS.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt as _};

const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Addresses and TLVs a header may have at the most, in bytes.
const LONGEST: usize = 1024;

/// Reads the header that must begin a connection; `None` when the load balancer speaks for itself (its health check).
///
/// Reads not one byte more than the header.
///
/// # Errors
/// When what comes is no such header.
pub async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Option<SocketAddr>> {
    let mut head = [0; 16];
    stream.read_exact(&mut head).await?;
    let [signature @ .., command, family, high, low] = head;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if signature != SIGNATURE || length > LONGEST {
        return Err(malformed());
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await?;
    match (command, family) {
        (0x20, _) => Ok(None),
        (0x21, 0x11) => source(&rest, 4).map(Some),
        (0x21, 0x21) => source(&rest, 16).map(Some),
        _ => Err(malformed()),
    }
}

/// Both addresses, then both ports.
fn source(rest: &[u8], size: usize) -> io::Result<SocketAddr> {
    let (address, port) = rest.get(..size).zip(rest.get(2 * size..2 * size + 2)).ok_or_else(malformed)?;
    rest.get(2 * size + 2..2 * size + 4).ok_or_else(malformed)?;
    let address: IpAddr = match (<[u8; 4]>::try_from(address), <[u8; 16]>::try_from(address)) {
        (Ok(v4), _) => Ipv4Addr::from(v4).into(),
        (_, Ok(v6)) => Ipv6Addr::from(v6).into(),
        _ => return Err(malformed()),
    };
    let port = <[u8; 2]>::try_from(port).map_err(|_| malformed())?;
    Ok(SocketAddr::new(address, u16::from_be_bytes(port)))
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "no PROXY protocol header of version 2")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, rest].concat()
    }

    async fn said(bytes: &[u8]) -> Result<Option<String>, io::ErrorKind> {
        let mut stream = bytes;
        let said = read(&mut stream).await.map_err(|error| error.kind())?;
        assert_eq!(stream, b"TLS", "what follows is left alone");
        Ok(said.map(|address| address.to_string()))
    }

    fn v6() -> Vec<u8> {
        let address: Ipv6Addr = "2408:210::1".parse().unwrap();
        [&address.octets()[..], &Ipv6Addr::LOCALHOST.octets(), &[0x30, 0x39, 0x01, 0xbb]].concat()
    }

    #[tokio::test]
    async fn the_address_of_the_terminal_is_read_and_nothing_behind_it() {
        let v4 = [192, 0, 2, 1, 127, 0, 0, 1, 0x30, 0x39, 0x01, 0xbb];
        let with_tlv = [v6(), vec![0x04, 0, 1, 0]].concat();
        for (header, expected) in [
            (header(0x21, 0x21, &v6()), Some("[2408:210::1]:12345")),
            (header(0x21, 0x21, &with_tlv), Some("[2408:210::1]:12345")),
            (header(0x21, 0x11, &v4), Some("192.0.2.1:12345")),
            (header(0x20, 0x00, &[]), None),
            (header(0x20, 0x21, &v6()), None),
        ] {
            let bytes = [&header[..], b"TLS"].concat();
            assert_eq!(said(&bytes).await, Ok(expected.map(str::to_owned)));
        }
    }

    #[tokio::test]
    async fn whatever_else_comes_ends_the_connection() {
        for bytes in [
            b"PROXY TCP6 2408:210::1 ::1 12345 443\r\n".to_vec(),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaaaaaaaaaa".to_vec(),
            header(0x11, 0x21, &v6()),
            header(0x22, 0x21, &v6()),
            header(0x21, 0x12, &v6()),
            header(0x21, 0x00, &[]),
            header(0x21, 0x21, &v6()[..30]),
            header(0x21, 0x21, &[0; 2000]),
            SIGNATURE.to_vec(),
        ] {
            assert!(read(&mut &bytes[..]).await.is_err(), "{bytes:?}");
        }
    }
}
