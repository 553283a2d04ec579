//! Turns: writes to one root queue up in the process instead of colliding in the database. Where
//! other services write to the same root, those that collided queue up in the database as well; and
//! a write that others keep colliding with gets the whole database to itself for once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use thidua_domain::id::AnyId;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// Roots beyond which those that nobody waits for are forgotten.
const MANY: usize = 4_096;

/// The queues of a process.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<AnyId, Weak<Queue<bool>>>>);

/// How a root is held in the database while it is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Beside others, until one of them has collided and wants the root, or everything, for itself.
    /// What is new has no root.
    Beside(Option<i64>),
    /// The root alone.
    Root(i64),
    /// Everything alone: whoever writes waits.
    Everything,
}

/// A turn at one root. Others of this process wait until it is dropped.
pub(crate) struct Turn {
    root: AnyId,
    /// Whether somebody outside this process was met; forgotten when nobody queues any more.
    contended: OwnedMutexGuard<bool>,
}

impl Turns {
    /// Waits for the turn at a root.
    pub(crate) async fn wait(&self, root: AnyId) -> Turn {
        let contended = self.queue(root).lock_owned().await;
        Turn { root, contended }
    }

    fn queue(&self, root: AnyId) -> Arc<Queue<bool>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(&root).and_then(Weak::upgrade) {
            return queue;
        }
        if queues.len() > MANY {
            queues.retain(|_, queue| queue.strong_count() > 0);
        }
        let queue = Arc::new(Queue::new(false));
        queues.insert(root, Arc::downgrade(&queue));
        queue
    }
}

impl Turn {
    /// Notes that somebody outside this process was quicker.
    pub(crate) fn collided(&mut self) {
        *self.contended = true;
    }

    /// How the root is held in the database.
    pub(crate) fn hold(&self) -> Hold {
        let (high, low) = self.root.uuid().as_u64_pair();
        let key = (high ^ low).cast_signed();
        if *self.contended { Hold::Root(key) } else { Hold::Beside(Some(key)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_collision_is_remembered_while_others_queue() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (turns, root) = (Turns::default(), AnyId::new(Uuid::from_u128(7)));
            let mut first = turns.wait(root).await;
            assert_eq!(first.hold(), Hold::Beside(Some(7)));
            first.collided();
            let queued = turns.wait(root);
            tokio::pin!(queued);
            tokio::select! {
                biased;
                _ = &mut queued => panic!("two at once"),
                () = std::future::ready(()) => {}
            }
            assert_eq!(first.hold(), Hold::Root(7));
            drop(first);
            let second = queued.await;
            assert_eq!(second.hold(), Hold::Root(7));
            drop(second);
            assert_eq!(turns.wait(root).await.hold(), Hold::Beside(Some(7)));
            assert_eq!(turns.wait(AnyId::new(Uuid::from_u128(8))).await.hold(), Hold::Beside(Some(8)));
        });
    }
}
