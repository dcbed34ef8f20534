//! How wide each column of a table is, and in how many blocks below each other it is shown.
//!
//! Amounts, dates and numbers stay whole; text gives way, first between words, then after the colons of names, then
//! anywhere. Where that is not enough, columns go into further blocks, each with the columns that name the rows.

/// Blanks between two columns.
pub(super) const GAP: usize = 2;
/// The narrowest that breaking makes a column of text.
const TEXT_WIDTH_MIN: usize = 10;
/// What columns that name rows may take of a block, as a part of the whole.
const LEAD_PART: usize = 3;
/// How wide a name that is repeated beside each block is left before it is broken.
const LEAD_WIDTH: usize = 20;

/// The widths that a column can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// With nothing broken.
    pub natural: usize,
    /// With lines broken between words.
    pub by_word: usize,
    /// With lines broken between words and after colons.
    pub by_segment: usize,
    /// With its header broken too.
    pub by_header: usize,
    /// With its text broken anywhere. An amount is as wide as ever.
    pub least: usize,
}

impl Reach {
    /// A column of text with these widths; it can be broken anywhere.
    pub fn text(natural: usize, by_word: usize, by_segment: usize) -> Self {
        let least = natural.min(TEXT_WIDTH_MIN);
        let by_segment = by_segment.clamp(least, natural);
        let by_word = by_word.clamp(by_segment, natural);
        Reach { natural, by_word, by_segment, by_header: by_segment, least }
    }

    /// A column whose cells stay whole under a header that can be broken.
    pub fn whole(cells: usize, header: usize, header_word: usize) -> Self {
        let natural = cells.max(header);
        let least = cells.max(header_word.min(TEXT_WIDTH_MIN));
        Reach { natural, by_word: natural, by_segment: natural, by_header: cells.max(header_word), least }
    }

    /// A column of short text, which is broken only where there is no other way.
    pub fn short(natural: usize) -> Self {
        let least = natural.min(LEAD_WIDTH);
        Reach { natural, by_word: natural, by_segment: natural, by_header: natural, least }
    }

    /// The same column with a cell in it that stays whole.
    pub fn at_least(self, cell: usize) -> Self {
        Reach {
            natural: self.natural.max(cell),
            by_word: self.by_word.max(cell),
            by_segment: self.by_segment.max(cell),
            by_header: self.by_header.max(cell),
            least: self.least.max(cell),
        }
    }
}

/// Columns that stand beside each other: their places, and how wide each is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// The column's place, and its width.
    pub columns: Vec<(usize, usize)>,
    /// How many of them name the row.
    pub lead: usize,
}

/// How far columns are squeezed, and how wide that leaves each at least.
type Stage = (Squeeze, fn(&Reach) -> usize);

/// How far a table may be squeezed into one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Squeeze {
    /// Text on lines of whole words.
    Words,
    /// Names broken after colons too, and long headers broken.
    Segments,
    /// Text broken anywhere.
    Anywhere,
}

/// The widths with which columns fit beside each other, squeezed no further than `squeeze`, and as little as it goes.
pub(super) fn fit(columns: &[Reach], width: usize, squeeze: Squeeze) -> Option<Vec<usize>> {
    let room = width.checked_sub(GAP * columns.len().saturating_sub(1))?;
    let stages: [Stage; 4] = [
        (Squeeze::Words, |reach| reach.by_word),
        (Squeeze::Segments, |reach| reach.by_segment),
        (Squeeze::Segments, |reach| reach.by_header),
        (Squeeze::Anywhere, |reach| reach.least),
    ];
    let stage = |(_, least): &Stage| {
        let least: Vec<usize> = columns.iter().map(least).collect();
        (least.iter().sum::<usize>() <= room).then(|| spread(columns, &least, room))
    };
    stages.iter().filter(|(at, _)| *at <= squeeze).find_map(stage)
}

/// Shares what room there is beyond the least widths: every column grows to one level, or to what it needs.
fn spread(columns: &[Reach], least: &[usize], room: usize) -> Vec<usize> {
    let at = |level: usize| {
        let width = |(reach, least): (&Reach, &usize)| level.clamp(*least, reach.natural.max(*least));
        columns.iter().zip(least).map(width).collect::<Vec<usize>>()
    };
    let fits = |level: usize| at(level).iter().sum::<usize>() <= room;
    let (mut low, mut high) = (0, room + 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if fits(middle) { low = middle } else { high = middle }
    }
    let mut widths = at(low);
    let mut spare = room.saturating_sub(widths.iter().sum());
    for (width, more) in widths.iter_mut().zip(at(low + 1)) {
        if more > *width && spare > 0 {
            *width += 1;
            spare -= 1;
        }
    }
    widths
}

/// The blocks of columns that do not fit beside each other, the first `lead` of them in each.
///
/// Only where a single amount is wider than all there is, is a block too.
pub(super) fn blocks(columns: &[Reach], lead: usize, width: usize) -> Vec<Block> {
    let lead = lead.min(columns.len().saturating_sub(1));
    let (leads, rest) = columns.split_at(lead);
    let part = width / LEAD_PART / lead.max(1);
    let wanted = |reach: &Reach| reach.by_segment.max(LEAD_WIDTH).min(part).clamp(reach.least, reach.natural);
    let taken: usize = leads.iter().map(|reach| wanted(reach) + GAP).sum();
    let widest = rest.iter().map(|reach| reach.least).max().unwrap_or(0);
    let least: usize = leads.iter().map(|reach| reach.least + GAP).sum();
    let taken = if taken + widest <= width { taken } else { least };
    if taken + widest > width && lead > 0 {
        // Names and the widest amount do not fit beside each other: names stand in blocks of their own.
        return blocks(columns, lead - 1, width);
    }
    let mut places: Vec<Vec<usize>> = Vec::new();
    let mut used = 0;
    for (place, reach) in (lead..).zip(rest) {
        let more = GAP + reach.least;
        match places.last_mut() {
            Some(block) if used + more <= width => {
                block.push(place);
                used += more;
            }
            _ => {
                places.push(vec![place]);
                used = taken + reach.least;
            }
        }
    }
    let mut blocks: Vec<Block> =
        places.into_iter().map(|places| block(columns, lead, &places, width)).collect();
    // Names are as wide in each block, so that they break alike.
    for place in 0..lead {
        let narrowest = blocks.iter().map(|block| block.columns[place].1).min().unwrap_or(0);
        blocks.iter_mut().for_each(|block| block.columns[place].1 = narrowest);
    }
    blocks
}

fn block(columns: &[Reach], lead: usize, places: &[usize], width: usize) -> Block {
    let places: Vec<usize> = (0..lead).chain(places.iter().copied()).collect();
    let reaches: Vec<Reach> = places.iter().map(|place| columns[*place]).collect();
    let widths = fit(&reaches, width, Squeeze::Anywhere)
        .unwrap_or_else(|| reaches.iter().map(|reach| reach.least).collect());
    Block { columns: places.into_iter().zip(widths).collect(), lead }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(block: &Block) -> Vec<usize> {
        block.columns.iter().map(|(_, width)| *width).collect()
    }

    #[test]
    fn text_gives_way_to_amounts_as_little_as_it_goes() {
        let columns = [Reach::text(40, 12, 12), Reach::whole(12, 6, 6), Reach::text(20, 8, 8)];
        assert_eq!(fit(&columns, 80, Squeeze::Words).unwrap(), [40, 12, 20]);
        assert_eq!(fit(&columns, 56, Squeeze::Words).unwrap(), [20, 12, 20]);
        assert_eq!(fit(&columns, 39, Squeeze::Words).unwrap(), [12, 12, 11]);
        assert_eq!(fit(&columns, 37, Squeeze::Segments), None);
        assert_eq!(fit(&columns, 37, Squeeze::Anywhere).unwrap(), [11, 12, 10]);
        assert_eq!(fit(&columns, 35, Squeeze::Anywhere), None);
    }

    #[test]
    fn months_that_do_not_fit_go_into_blocks_with_the_names_again() {
        let mut columns = vec![Reach::text(30, 30, 14)];
        columns.extend([Reach::whole(12, 7, 7); 13]);
        let blocks = blocks(&columns, 1, 80);
        let places: Vec<Vec<usize>> =
            blocks.iter().map(|block| block.columns.iter().map(|(place, _)| *place).collect()).collect();
        assert_eq!(places, [vec![0, 1, 2, 3, 4], vec![0, 5, 6, 7, 8], vec![0, 9, 10, 11, 12], vec![0, 13]]);
        assert!(blocks.iter().all(|block| widths(block)[0] == 24), "{blocks:?}");
    }

    #[test]
    fn an_amount_wider_than_everything_stands_alone() {
        let blocks = blocks(&[Reach::text(30, 30, 14), Reach::whole(90, 7, 7)], 1, 80);
        assert_eq!(blocks.iter().map(widths).collect::<Vec<_>>(), [[30], [90]]);
    }
}
