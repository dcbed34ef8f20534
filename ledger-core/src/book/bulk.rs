//! Very many entries as one unit: while one batch is written, the next is read, checked and hashed on another thread.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::batch::{Batch, BatchMaker};
use super::lots::MovedLots;
use super::post::{Posting, missing_parties};
use super::{Book, BookState};
use crate::journal::Entry;
use crate::store::rows::HeadRow;
use crate::{ErrorKind, Result};

/// How many batches may be ready before they are written; each waits in memory.
const READY_MAX: usize = 2;

/// A batch with the parties that it names for the first time.
struct Made {
    parties: Vec<String>,
    batch: Batch,
}

impl Book<'_> {
    /// Posts batch after batch within the open unit, and hands the entries of each to `posted` in order.
    ///
    /// `batches` runs on a thread of its own. Every commodity and account that it names is there already; external
    /// ids are known to be new. Parties are added as they come.
    ///
    /// # Errors
    /// Whatever `batches` and `posted` return, and what a rule of the book refuses; the unit has to be taken back
    /// then.
    pub(super) fn post_pipelined<I>(
        &self,
        batches: I,
        mut posted: impl FnMut(&[Entry]) -> Result<()>,
    ) -> Result<u64>
    where
        I: Iterator<Item = Result<Vec<Posting>>> + Send,
    {
        let mut head = self.lock_head()?;
        let last_before = head.last_entry_number;
        let BookState { chart, .. } = self.state_at(&head)?;
        let mut maker = self.batch_maker(&head, &chart)?;
        drop(chart);
        thread::scope(|scope| {
            let (sender, receiver): (SyncSender<Result<Made>>, Receiver<_>) = sync_channel(READY_MAX);
            scope.spawn(move || {
                for postings in batches {
                    let made = postings.and_then(|postings| maker.make(postings));
                    let failed = made.is_err();
                    // Nobody takes it when writing has failed.
                    if sender.send(made).is_err() || failed {
                        return;
                    }
                }
            });
            let (mut count, mut moved) = (0, MovedLots::default());
            for made in receiver {
                let Made { parties, mut batch } = made?;
                moved.append(&mut batch.moved_lots);
                self.write_made(&mut head, &parties, &batch)?;
                count += batch.entries.len() as u64;
                posted(&batch.entries)?;
            }
            // Once for all of them: a check reads all that an account ever held.
            self.check_lots(&moved, last_before)?;
            Ok(count)
        })
    }

    fn write_made(&self, head: &mut HeadRow, parties: &[String], batch: &Batch) -> Result<()> {
        if !parties.is_empty() {
            self.add_parties(parties)?;
            *head = self.lock_head()?;
        }
        let written =
            self.write_batch(batch, head).map_err(|error| self.name_overflow(error, &batch.turnover))?;
        if !written {
            // The head is locked, so that nobody else can have moved it.
            let what = format!("book_heads {}: the head moved while it was locked", self.id());
            return Err(ErrorKind::Corrupt { what }.into());
        }
        if batch.names_lots {
            // Events were recorded with them.
            *head = self.lock_head()?;
        } else if let Some(last) = batch.entries.last() {
            head.last_entry_number = last.number;
            head.entry_hash = last.hash.0.to_vec();
            head.last_recorded_at = batch.recorded_at.max(head.last_recorded_at);
        }
        Ok(())
    }
}

impl BatchMaker {
    fn make(&mut self, postings: Vec<Posting>) -> Result<Made> {
        let parties: Vec<String> =
            missing_parties(&self.chart, &postings).into_iter().map(str::to_owned).collect();
        if !parties.is_empty() {
            // The maker's own copy grows as the book's does: parties get their numbers in order.
            let chart = std::sync::Arc::make_mut(&mut self.chart);
            for name in &parties {
                chart.add_party(name.clone());
            }
        }
        let batch = self.prepare(postings, &HashMap::new())?;
        Ok(Made { parties, batch })
    }
}
