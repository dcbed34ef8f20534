//! Everything that counts, day by day.
//!
//! Events are put into days by counting, not by sorting: the days of a projection are known, and there are far fewer of
//! them than events.

use chrono::NaiveDate;

use super::effects::EffectTable;
use super::{Overdue, ProjectionInput, ProjectionOptions};

/// One thing that happens: an item of a row, of the posted lines or of usual spending.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Event {
    /// A row's place, then one for the posted lines, then one for usual spending.
    pub source: u32,
    /// The place of the occurrence, the posted line or the usual movement.
    pub item: u32,
    /// The place of its effects among those of the source.
    pub effects: u32,
}

/// The events of each day, from the as-of day on.
#[derive(Debug)]
pub(super) struct Timeline {
    /// Where the events of each day begin; one more than there are days.
    begins: Vec<u32>,
    events: Vec<Event>,
}

impl Timeline {
    /// Puts every event that moves a projected balance into its day.
    pub fn new(input: &ProjectionInput<'_>, options: &ProjectionOptions, effects: &EffectTable) -> Timeline {
        let days = usize::try_from((options.to - options.as_of).num_days() + 1).unwrap_or(0);
        let mut begins = vec![0_u32; days + 1];
        let mut placed: Vec<(u32, Event)> = Vec::new();
        let mut put = |day: u32, event: Event| {
            if !effects.of(event.source, event.effects).is_empty() {
                begins[day as usize + 1] += 1;
                placed.push((day, event));
            }
        };
        let day_of = |on: NaiveDate| u32::try_from((on - options.as_of).num_days()).ok();
        let rows = input.expansion.rows();
        let posted_source = index(rows.len());
        for (posted, item) in input.posted.iter().zip(0..).filter(|(posted, _)| posted.on <= options.to) {
            let day = day_of(posted.on).unwrap_or(0);
            put(day, Event { source: posted_source, item, effects: item });
        }
        for (row, source) in rows.iter().zip(0..) {
            for (occurrence, item) in row.placed.iter().zip(0..) {
                if occurrence.due_on > options.to || !occurrence.state.is_open() {
                    continue;
                }
                let day = match day_of(occurrence.due_on).filter(|day| *day > 0) {
                    Some(day) => day,
                    None if options.overdue == Overdue::Drop => continue,
                    None => 0,
                };
                put(day, Event { source, item, effects: occurrence.line_set });
            }
        }
        for (usual, item) in input.usual.iter().zip(0..) {
            if let Some(day) = day_of(usual.on).filter(|day| *day > 0 && usual.on <= options.to) {
                put(day, Event { source: posted_source + 1, item, effects: item });
            }
        }
        for day in 1..begins.len() {
            begins[day] += begins[day - 1];
        }
        let mut free = begins.clone();
        let mut events = vec![Event::default(); placed.len()];
        for (day, event) in placed {
            events[free[day as usize] as usize] = event;
            free[day as usize] += 1;
        }
        Timeline { begins, events }
    }

    /// How many days there are, the as-of day included.
    pub fn days(&self) -> usize {
        self.begins.len() - 1
    }

    /// What happens on the day that is so many days after the as-of day; nothing on days outside.
    pub fn on(&self, day: usize) -> &[Event] {
        match (self.begins.get(day), self.begins.get(day + 1)) {
            (Some(begin), Some(end)) => &self.events[*begin as usize..*end as usize],
            _ => &[],
        }
    }
}

fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
