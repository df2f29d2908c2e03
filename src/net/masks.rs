//! Sets of bits as masks over words, applied to the row of a case.
//!
//! Most sets of a procedure lie in one word, which stands in the set itself. What a rewrite does to the first two words of
//! a row, which are all that a small procedure has, stands in the rewrite itself. What there is beyond is kept in [`Masks`].

use std::collections::BTreeMap;

use super::words::Row;

/// Bits of a word.
pub(crate) const WORD: usize = 64;

/// A set of bits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BitSet {
    first: Test,
    rest: Rest,
}

/// A change of bits: some are cleared, then some are set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rewrite {
    /// Which bits of the first two words stay.
    keep: [u64; 2],
    /// Which bits of them are then set.
    put: [u64; 2],
    rest: Rest,
}

/// What the sets and rewrites of one net have beyond their first words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks {
    tests: Vec<Test>,
    rewrites: Vec<(u32, Change)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    start: u32,
    len: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Test {
    word: u32,
    mask: u64,
}

#[derive(Debug, Clone, Copy)]
struct Change {
    keep: u64,
    put: u64,
}

impl BitSet {
    pub(crate) fn is_empty(self) -> bool {
        self.first.mask == 0
    }

    pub(crate) fn is_in_one_word(self) -> bool {
        self.rest.is_empty()
    }

    #[inline(always)]
    pub(crate) fn first_intersects<R: Row + ?Sized>(&self, row: &R) -> bool {
        self.first.intersects(row)
    }

    #[inline(always)]
    pub(crate) fn first_contained<R: Row + ?Sized>(&self, row: &R) -> bool {
        self.first.contained(row)
    }
}

impl Rest {
    fn of<T>(kept: &mut Vec<T>, rest: impl Iterator<Item = T>) -> Self {
        let start = kept.len();
        kept.extend(rest);
        Self { start: index(start), len: index(kept.len() - start) }
    }

    #[inline(always)]
    fn is_empty(self) -> bool {
        self.len == 0
    }

    fn get<T>(self, kept: &[T]) -> &[T] {
        &kept[self.start as usize..][..self.len as usize]
    }
}

impl Test {
    #[inline(always)]
    fn intersects<R: Row + ?Sized>(self, row: &R) -> bool {
        row.word(self.word) & self.mask != 0
    }

    #[inline(always)]
    fn contained<R: Row + ?Sized>(self, row: &R) -> bool {
        row.word(self.word) & self.mask == self.mask
    }
}

impl Rewrite {
    pub(crate) fn is_in_first_words(&self) -> bool {
        self.rest.is_empty()
    }

    /// Applies what it does to the first two words.
    #[inline(always)]
    pub(crate) fn apply_first<R: Row + ?Sized>(&self, row: &mut R) {
        let [first, second] = self.first();
        first.apply(row.word_mut(0));
        second.apply(row.word_mut(1));
    }

    #[inline(always)]
    fn first(&self) -> [Change; 2] {
        let change = |keep, put| Change { keep, put };
        [change(self.keep[0], self.put[0]), change(self.keep[1], self.put[1])]
    }
}

impl Change {
    const NOTHING: Self = Self { keep: !0, put: 0 };

    #[inline(always)]
    fn apply(self, word: &mut u64) {
        *word = *word & self.keep | self.put;
    }
}

impl Masks {
    pub(crate) fn set_of(&mut self, bits: &[usize]) -> BitSet {
        let mut tests = by_word(bits).into_iter().map(|(word, mask)| Test { word, mask });
        BitSet { first: tests.next().unwrap_or_default(), rest: Rest::of(&mut self.tests, tests) }
    }

    pub(crate) fn rewrite(&mut self, clear: &[usize], put: &[usize]) -> Rewrite {
        let mut first = [Change::NOTHING; 2];
        let mut rest: BTreeMap<u32, Change> = BTreeMap::new();
        let mut change = |bit: &usize, with: fn(&mut Change, u64)| {
            let word = bit / WORD;
            let known = match first.get_mut(word) {
                Some(known) => known,
                None => rest.entry(index(word)).or_insert(Change::NOTHING),
            };
            with(known, 1 << (bit % WORD));
        };
        for bit in clear {
            change(bit, |known, mask| known.keep &= !mask);
        }
        for bit in put {
            change(bit, |known, mask| known.put |= mask);
        }
        let rest = Rest::of(&mut self.rewrites, rest.into_iter());
        Rewrite { keep: first.map(|change| change.keep), put: first.map(|change| change.put), rest }
    }

    #[inline(always)]
    pub(crate) fn intersects(&self, set: &BitSet, row: &[u64]) -> bool {
        set.first.intersects(row) || (!set.rest.is_empty() && self.rest_intersects(set, row))
    }

    #[inline(always)]
    pub(crate) fn contained(&self, set: &BitSet, row: &[u64]) -> bool {
        set.first.contained(row) && (set.rest.is_empty() || self.rest_contained(set, row))
    }

    #[inline(never)]
    fn rest_intersects(&self, set: &BitSet, row: &[u64]) -> bool {
        set.rest.get(&self.tests).iter().any(|test| test.intersects(row))
    }

    #[inline(never)]
    fn rest_contained(&self, set: &BitSet, row: &[u64]) -> bool {
        set.rest.get(&self.tests).iter().all(|test| test.contained(row))
    }

    pub(crate) fn count(&self, set: &BitSet, row: &[u64]) -> u32 {
        self.tests(set).map(|test| (row.word(test.word) & test.mask).count_ones()).sum()
    }

    /// The bits of the set, lowest first.
    pub(crate) fn bits(&self, set: &BitSet) -> impl Iterator<Item = usize> {
        self.tests(set).flat_map(|test| ones(test.mask).map(move |bit| test.word as usize * WORD + bit))
    }

    /// Whether a rewrite clears the bit.
    pub(crate) fn clears(&self, rewrite: &Rewrite, bit: usize) -> bool {
        self.changes(rewrite).any(|(word, change)| word == bit / WORD && change.keep >> (bit % WORD) & 1 == 0)
    }

    /// The bits that a rewrite clears, lowest first.
    pub(crate) fn cleared<'a>(&'a self, rewrite: &'a Rewrite) -> impl Iterator<Item = usize> + 'a {
        self.changes(rewrite).flat_map(|(word, change)| ones(!change.keep).map(move |bit| word * WORD + bit))
    }

    #[inline(always)]
    pub(crate) fn apply<R: Row + ?Sized>(&self, rewrite: &Rewrite, row: &mut R) {
        rewrite.apply_first(row);
        if !rewrite.rest.is_empty() {
            self.apply_rest(rewrite, row);
        }
    }

    #[inline(never)]
    fn apply_rest<R: Row + ?Sized>(&self, rewrite: &Rewrite, row: &mut R) {
        for (word, change) in rewrite.rest.get(&self.rewrites) {
            change.apply(row.word_mut(*word));
        }
    }

    /// Applies a rewrite, unless it sets a bit that is set and not cleared before.
    pub(crate) fn try_apply(&self, rewrite: &Rewrite, row: &mut [u64]) -> bool {
        if self.set_twice(rewrite, row).next().is_some() {
            return false;
        }
        for (word, change) in self.changes(rewrite) {
            change.apply(&mut row[word]);
        }
        true
    }

    /// The bits that a rewrite sets although they are set and not cleared before, lowest first.
    pub(crate) fn set_twice<'a>(&'a self, rewrite: &'a Rewrite, row: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
        self.changes(rewrite).flat_map(|(word, change)| {
            let twice = row[word] & change.keep & change.put;
            ones(twice).map(move |bit| word * WORD + bit)
        })
    }

    fn changes<'a>(&'a self, rewrite: &'a Rewrite) -> impl Iterator<Item = (usize, Change)> + 'a {
        let rest = rewrite.rest.get(&self.rewrites).iter().map(|(word, change)| (*word as usize, *change));
        rewrite.first().into_iter().enumerate().chain(rest)
    }

    fn tests(&self, set: &BitSet) -> impl Iterator<Item = Test> {
        std::iter::once(set.first).chain(set.rest.get(&self.tests).iter().copied())
    }
}

/// The positions of the ones of a word, lowest first.
pub(crate) fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

fn by_word(bits: &[usize]) -> Vec<(u32, u64)> {
    let mut words: Vec<(u32, u64)> = Vec::new();
    for &bit in bits {
        let (word, mask) = (index(bit / WORD), 1 << (bit % WORD));
        match words.iter_mut().find(|(known, _)| *known == word) {
            Some((_, masks)) => *masks |= mask,
            None => words.push((word, mask)),
        }
    }
    words.sort_unstable();
    words
}

/// Counts of masks fit: the limits keep flows, documents and steps far below 2³².
fn index(count: usize) -> u32 {
    u32::try_from(count).expect("the limits keep masks below 2^32")
}
