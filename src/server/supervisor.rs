//! Who is connected, and how long each may keep us waiting.
//!
//! One task looks at all connections every [`TICK`] instead of every connection keeping timers of its own, so that a
//! request costs two counters and no timer. A connection that is told something is woken and reads its order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::sync::Notify;

/// How often the connections are looked at. Every limit is kept to within this.
pub const TICK: Duration = Duration::from_secs(2);
/// How long a request's head may take to arrive.
const HEAD: Duration = Duration::from_secs(10);
/// How long a request may be under way, its body included. Nothing here takes longer, but a body sent by drops.
const REQUEST: Duration = Duration::from_secs(60);
/// How long a connection may be open without a request: a little longer than proxies keep theirs.
const IDLE: Duration = Duration::from_secs(75);
/// How long a connection that was asked to end may take for it, once nothing is under way.
const FAREWELL: Duration = Duration::from_secs(10);

/// What a connection is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Order {
    /// Go on.
    GoOn,
    /// Finish what is under way, take nothing new.
    Drain,
    /// End.
    End,
}

/// One connection as its task and the supervisor see it.
#[derive(Default)]
pub struct Life {
    bytes: AtomicU64,
    begun: AtomicU64,
    done: AtomicU64,
    bytes_when_done: AtomicU64,
    multiplexed: AtomicBool,
    order: AtomicU8,
    waker: OnceLock<Waker>,
}

impl Life {
    /// Notes bytes from the client.
    pub fn read(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Notes a request; the answer is there when the guard goes.
    pub fn begin(self: &Arc<Self>, multiplexed: bool) -> UnderWay {
        self.begun.fetch_add(1, Ordering::Relaxed);
        if multiplexed {
            self.multiplexed.store(true, Ordering::Relaxed);
        }
        UnderWay(Arc::clone(self))
    }

    /// The order, to be read whenever the connection is polled. The waker is kept from the first time: a task's stays
    /// the same.
    pub fn order(&self, waker: &Waker) -> Order {
        self.waker.get_or_init(|| waker.clone());
        match self.order.load(Ordering::SeqCst) {
            0 => Order::GoOn,
            1 => Order::Drain,
            _ => Order::End,
        }
    }

    fn tell(&self, order: Order) {
        if self.order.fetch_max(order as u8, Ordering::SeqCst) < order as u8
            && let Some(waker) = self.waker.get()
        {
            waker.wake_by_ref();
        }
    }

    fn sample(&self) -> Sample {
        let (done, begun) = (self.done.load(Ordering::Relaxed), self.begun.load(Ordering::Relaxed));
        // HTTP/2 talks between requests as well; there, bytes are no sign of a request.
        let unread = self.bytes.load(Ordering::Relaxed) != self.bytes_when_done.load(Ordering::Relaxed);
        let head_begun = unread && !self.multiplexed.load(Ordering::Relaxed);
        Sample { begun, done, head_begun, draining: self.order.load(Ordering::SeqCst) > 0 }
    }
}

/// A request under way.
pub struct UnderWay(Arc<Life>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.done.fetch_add(1, Ordering::Relaxed);
        self.0.bytes_when_done.store(self.0.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// What a connection looks like at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Sample {
    begun: u64,
    done: u64,
    head_begun: bool,
    draining: bool,
}

impl Sample {
    /// What to do with a connection that has looked like this for so long, and what to call it.
    fn verdict(self, lasted: Duration) -> Option<(Order, &'static str)> {
        let (limit, order, why) = match self {
            Self { begun, done, .. } if begun > done => (REQUEST, Order::End, "slow_request"),
            Self { begun: 0, .. } => (HEAD, Order::End, "no_request"),
            Self { head_begun: true, .. } => (HEAD, Order::End, "slow_head"),
            Self { draining: true, .. } => (FAREWELL, Order::End, "slow_farewell"),
            _ => (IDLE, Order::Drain, "idle"),
        };
        (lasted >= limit).then_some((order, why))
    }
}

struct Watched {
    life: Arc<Life>,
    last: Option<Sample>,
    lasted: Duration,
}

/// All connections of a listener.
#[derive(Default)]
pub struct Connections {
    all: Mutex<HashMap<u64, Watched>>,
    next: AtomicU64,
    draining: AtomicBool,
    emptied: Notify,
}

impl Connections {
    /// Takes a connection in; it is forgotten when the guard goes.
    pub fn admit(self: &Arc<Self>) -> Admitted {
        let life = Arc::new(Life::default());
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let watched = Watched { life: Arc::clone(&life), last: None, lasted: Duration::ZERO };
        self.lock().insert(id, watched);
        if self.draining.load(Ordering::SeqCst) {
            life.tell(Order::Drain);
        }
        Admitted { connections: Arc::clone(self), id, life }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Looks at all of them, [`TICK`] after the last time.
    pub fn look(&self) {
        for watched in self.lock().values_mut() {
            let sample = watched.life.sample();
            watched.lasted = if watched.last == Some(sample) { watched.lasted + TICK } else { Duration::ZERO };
            watched.last = Some(sample);
            if let Some((order, why)) = sample.verdict(watched.lasted) {
                metrics::counter!("tegata_connections_ended_total", "why" => why).increment(1);
                watched.life.tell(order);
            }
        }
    }

    /// Tells all of them, and all to come.
    pub fn tell_all(&self, order: Order) {
        self.draining.store(true, Ordering::SeqCst);
        for watched in self.lock().values() {
            watched.life.tell(order);
        }
    }

    /// Waits until there are none.
    pub async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.count() == 0 {
                return;
            }
            emptied.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Watched>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place in the list.
pub struct Admitted {
    connections: Arc<Connections>,
    id: u64,
    /// Its life.
    pub life: Arc<Life>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut all = self.connections.lock();
        all.remove(&self.id);
        if all.is_empty() {
            // `notify_one` would leave a permit behind for somebody who waits much later; that one looks again anyway.
            self.connections.emptied.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(life: &Life) -> Order {
        life.order(Waker::noop())
    }

    fn look_for(connections: &Connections, time: Duration) {
        for _ in 0..=time.as_secs() / TICK.as_secs() {
            connections.look();
        }
    }

    #[test]
    fn a_connection_that_never_asks_is_ended_after_the_time_of_a_head() {
        let connections = Arc::new(Connections::default());
        let silent = connections.admit();
        look_for(&connections, HEAD - TICK);
        assert_eq!(order(&silent.life), Order::GoOn);
        silent.life.read(1);
        look_for(&connections, HEAD);
        assert_eq!(order(&silent.life), Order::End);
    }

    #[test]
    fn a_head_that_comes_by_drops_is_cut_off_and_an_idle_connection_is_let_go_gently() {
        let connections = Arc::new(Connections::default());
        let (dripping, idle) = (connections.admit(), connections.admit());
        for connection in [&dripping, &idle] {
            connection.life.read(100);
            drop(connection.life.begin(false));
        }
        for _ in 0..=HEAD.as_secs() / TICK.as_secs() {
            dripping.life.read(1);
            connections.look();
        }
        assert_eq!((order(&dripping.life), order(&idle.life)), (Order::End, Order::GoOn));
        look_for(&connections, IDLE - HEAD);
        assert_eq!(order(&idle.life), Order::Drain);
        look_for(&connections, FAREWELL);
        assert_eq!(order(&idle.life), Order::End);
    }

    #[test]
    fn a_request_gets_a_minute_and_http2_may_talk_in_between() {
        let connections = Arc::new(Connections::default());
        let (working, chatting) = (connections.admit(), connections.admit());
        let under_way = working.life.begin(false);
        drop(chatting.life.begin(true));
        chatting.life.read(17);
        look_for(&connections, REQUEST - TICK);
        assert_eq!((order(&working.life), order(&chatting.life)), (Order::GoOn, Order::GoOn));
        look_for(&connections, TICK);
        assert_eq!(order(&working.life), Order::End);
        drop(under_way);
    }

    #[tokio::test]
    async fn whoever_comes_during_the_stop_is_told_and_the_last_one_out_ends_the_wait() {
        let connections = Arc::new(Connections::default());
        let early = connections.admit();
        connections.tell_all(Order::Drain);
        let late = connections.admit();
        assert_eq!((order(&early.life), order(&late.life)), (Order::Drain, Order::Drain));
        let waiting = tokio::spawn({
            let connections = Arc::clone(&connections);
            async move { connections.emptied().await }
        });
        tokio::task::yield_now().await;
        drop((early, late));
        waiting.await.unwrap();
        assert_eq!(connections.count(), 0);
    }
}
