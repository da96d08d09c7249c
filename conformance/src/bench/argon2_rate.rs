//! How many passwords this machine can hash: argon2id, m = 19 MiB, t = 2, p = 1, one thread per core.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::thread;
use std::time::{Duration, Instant};

/// Hashes per second over all cores, measured for `duration`.
///
/// # Errors
/// argon2 refuses the parameters.
pub fn measure(duration: Duration) -> anyhow::Result<f64> {
    let cores = thread::available_parallelism()?.get();
    let threads: Vec<_> = (0..cores).map(|_| thread::spawn(move || hash_for(duration))).collect();
    let mut rate = 0.0;
    for thread in threads {
        rate += thread.join().map_err(|_| anyhow::anyhow!("a hashing thread panicked"))??;
    }
    Ok(rate)
}

fn hash_for(duration: Duration) -> anyhow::Result<f64> {
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| anyhow::anyhow!("{error}"))?;
    // Memory is reused, as a server does: this is the machine's best.
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < duration {
        argon2
            .hash_password_into_with_memory(b"correct horse", &[7; 16], &mut output, &mut memory)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
