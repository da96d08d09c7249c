//! The worker threads and the queue in front of them.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::hash::{HashParameters, Memory, Outcome, hash, verify};
use crate::random::Random;
use crate::secret::Secret;

/// How far below the rest of the program the workers stand (Unix nice value).
const NICE: i32 = 10;

/// The queue is full (or the pool is gone): come back in a few seconds.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Overloaded;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The pool; cheap to clone. Its threads end when the last clone is gone.
#[derive(Clone)]
pub struct PasswordPool {
    jobs: SyncSender<Job>,
    parameters: HashParameters,
    random: Random,
}

impl PasswordPool {
    /// Starts `workers` threads (0: one per core) behind a queue of `queue` places.
    ///
    /// # Errors
    /// When the parameters are not valid or a thread cannot be made.
    pub fn start(parameters: HashParameters, workers: usize, queue: usize, random: Random) -> std::io::Result<Self> {
        parameters.check().map_err(std::io::Error::other)?;
        let workers = match workers {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            n => n,
        };
        let (jobs, receiver) = sync_channel::<Job>(queue.max(1));
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..workers {
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new().name(format!("argon2-{number}")).spawn(move || work(&receiver))?;
        }
        Ok(Self { jobs, parameters, random })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full.
    pub async fn hash(&self, password: Secret<String>) -> Result<String, Overloaded> {
        let (parameters, salt) = (self.parameters, self.random.bytes::<16>());
        self.run(move |memory| hash(parameters, &password, salt, memory)).await?.ok_or(Overloaded)
    }

    /// Compares a password with a stored hash; takes as long without one.
    ///
    /// # Errors
    /// [`Overloaded`] when the queue is full.
    pub async fn verify(&self, password: Secret<String>, stored: Option<String>) -> Result<Outcome, Overloaded> {
        let parameters = self.parameters;
        self.run(move |memory| verify(parameters, &password, stored.as_deref(), memory)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            // Whoever asked has gone away (the browser closed): do not spend the time.
            if !answer.is_closed() {
                drop(answer.send(work(memory)));
            }
        });
        match self.jobs.try_send(job) {
            Ok(()) => outcome.await.map_err(|_| Overloaded),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Overloaded),
        }
    }
}

fn work(receiver: &Mutex<Receiver<Job>>) {
    // On Linux this lowers the calling thread alone. Not being allowed to is no reason not to work.
    let _ = rustix::process::nice(NICE);
    let mut memory = Memory::default();
    loop {
        let job = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&mut memory),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashParameters = HashParameters { memory_kib: 64, iterations: 1, parallelism: 1 };

    #[tokio::test]
    async fn hashes_and_compares_on_its_own_threads() {
        let pool = PasswordPool::start(CHEAP, 1, 8, Random::seeded(1)).unwrap();
        let stored = pool.hash(Secret::new("Correct1!".to_owned())).await.unwrap();
        let outcome = pool.verify(Secret::new("Correct1!".to_owned()), Some(stored)).await.unwrap();
        assert_eq!(outcome, Outcome::Match);
    }

    #[tokio::test]
    async fn a_full_queue_answers_overloaded_at_once() {
        let pool = PasswordPool::start(CHEAP, 1, 1, Random::seeded(1)).unwrap();
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let busy = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move |_| {
                    let _ = started.send(());
                    let _ = gate.recv();
                })
                .await
            }
        });
        running.await.unwrap();
        let queued = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|_| ()).await }
        });
        tokio::task::yield_now().await;
        assert!(pool.run(|_| ()).await.is_err());
        release.send(()).unwrap();
        assert!(busy.await.unwrap().is_ok());
        assert!(queued.await.unwrap().is_ok());
    }
}
