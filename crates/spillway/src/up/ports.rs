//! The addresses of a local gateway, made sure of before anything is started.

use std::io;
use std::net::{SocketAddr, TcpListener};

use crate::failure::Failure;

/// An address that is ours until this value is dropped.
pub struct Claim {
    /// With the port that the system chose, if port 0 was asked for.
    pub address: SocketAddr,
    _listener: TcpListener,
}

impl Claim {
    /// Gives it back, for the child that is to listen there.
    pub fn release(self) -> SocketAddr {
        self.address
    }
}

/// Takes an address that `option` of the command line named.
///
/// # Errors
/// When somebody has it, or it is not this machine's.
pub fn claim(address: SocketAddr, option: &str) -> Result<Claim, Failure> {
    let taken = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => Failure::new(format!(
            "{address} is taken: stop what listens there, or pass {option} with another port (0 for any)"
        )),
        _ => Failure::new(format!("{option} {address}: {error}")),
    };
    let listener = TcpListener::bind(address).map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    Ok(Claim { address, _listener: listener })
}

#[cfg(test)]
mod tests {
    use super::claim;

    #[test]
    fn a_taken_port_is_named_with_its_option() {
        let first = claim(([127, 0, 0, 1], 0).into(), "--listen").unwrap();
        assert_ne!(first.address.port(), 0);
        let second = claim(first.address, "--admin").err().unwrap().to_string();
        assert_eq!(
            second,
            format!(
                "{} is taken: stop what listens there, or pass --admin with another port (0 for any)",
                first.address
            )
        );
    }
}
