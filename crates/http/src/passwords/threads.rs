//! The threads that hash: few, with a bounded queue before them, and ready to stand back for everybody
//! else. What they hash is told them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::problem::ApiError;

/// Sign-ins waiting for their turn at the most.
const WAITING: usize = 64;
/// How far below everything else they stand. A tenth of a core is left to each even where others want
/// all of it: sign-ins get slower then, but they go on.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// The threads and their queue.
pub(super) struct HashThreads {
    queue: SyncSender<Work>,
}

impl HashThreads {
    /// Starts so many threads.
    ///
    /// # Errors
    /// When the system has none left.
    pub(super) fn start(threads: usize) -> Result<Self, ApiError> {
        let (queue, waiting) = sync_channel::<Work>(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for n in 1..=threads.max(1) {
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name(format!("hash-{n}"));
            thread.spawn(move || work_on(&waiting)).map_err(ApiError::internal)?;
        }
        Ok(Self { queue })
    }

    /// Does a piece of work in its turn. Work nobody waits for any more is passed over.
    ///
    /// # Errors
    /// When too many wait.
    pub(super) async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let (tell, told) = oneshot::channel();
        let work = move || {
            if !tell.is_closed() {
                drop(tell.send(work()));
            }
        };
        self.queue.try_send(Box::new(work)).map_err(|error| match error {
            TrySendError::Full(_) => ApiError::unavailable("too many sign-ins wait for their turn"),
            TrySendError::Disconnected(_) => ApiError::internal("no thread hashes any more"),
        })?;
        told.await.map_err(ApiError::internal)
    }
}

fn work_on(waiting: &Mutex<Receiver<Work>>) {
    stand_back();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        // Who waits for it is told by the end of its channel; the thread goes on.
        drop(catch_unwind(AssertUnwindSafe(work)));
    }
}

/// A hash takes a core for tens of milliseconds; requests that take one must not wait behind it.
#[cfg(target_os = "linux")]
fn stand_back() {
    // On Linux the number of a thread names the thread alone.
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::warn!(%error, "passwords are hashed at the priority of requests");
    }
}

#[cfg(not(target_os = "linux"))]
fn stand_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_a_piece_of_work_and_not_the_thread() {
        let threads = HashThreads::start(1).unwrap();
        assert!(threads.turn(|| panic!("on purpose")).await.is_err());
        assert_eq!(threads.turn(|| 42).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_what_nobody_waits_for_is_not_done() {
        let threads = HashThreads::start(1).unwrap();
        let (go_on, stopped) = std::sync::mpsc::channel::<()>();
        let mut waiting =
            vec![Box::pin(threads.turn(move || assert!(stopped.recv().is_ok()))) as std::pin::Pin<Box<dyn Future<Output = _>>>];
        assert!(futures_util::poll!(&mut waiting[0]).is_pending());
        let done = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let refused = loop {
            let done = Arc::clone(&done);
            let mut next = Box::pin(threads.turn(move || {
                done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            }));
            match futures_util::poll!(&mut next) {
                std::task::Poll::Pending => waiting.push(next),
                std::task::Poll::Ready(answer) => break answer,
            }
        };
        assert!(refused.is_err());
        // The one at work may or may not have left the queue yet.
        assert!((WAITING..=WAITING + 2).contains(&waiting.len()), "{}", waiting.len());
        drop(waiting);
        go_on.send(()).unwrap();
        // What stands in the queue is passed over in its turn.
        while threads.turn(|| ()).await.is_err() {
            std::thread::yield_now();
        }
        assert_eq!(done.load(std::sync::atomic::Ordering::SeqCst), 0);
    }
}
