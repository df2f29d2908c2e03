//! A row of words that needs no allocation while it is short.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::masks::{WORD, ones};

const INLINE: usize = 4;

/// Words by position. Masks are made for rows of one length, so a position is always within.
pub(crate) trait Row {
    fn word(&self, position: u32) -> u64;
    fn word_mut(&mut self, position: u32) -> &mut u64;
}

/// Positions are taken modulo the length, which spares the check of a bound that always holds.
impl Row for [u64; INLINE] {
    #[inline(always)]
    fn word(&self, position: u32) -> u64 {
        self[position as usize % INLINE]
    }

    #[inline(always)]
    fn word_mut(&mut self, position: u32) -> &mut u64 {
        &mut self[position as usize % INLINE]
    }
}

impl Row for [u64] {
    #[inline(always)]
    fn word(&self, position: u32) -> u64 {
        self[position as usize]
    }

    #[inline(always)]
    fn word_mut(&mut self, position: u32) -> &mut u64 {
        &mut self[position as usize]
    }
}

/// A row of words of fixed length; up to four are kept in place.
#[derive(Clone)]
pub(crate) enum Words {
    Inline([u64; INLINE]),
    Heap(Box<[u64]>),
}

impl Words {
    pub(crate) fn zeroed(len: usize) -> Self {
        if len <= INLINE { Self::Inline([0; INLINE]) } else { Self::Heap(vec![0; len].into()) }
    }

    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u64] {
        match self {
            Self::Inline(words) => words,
            Self::Heap(words) => words,
        }
    }

    #[inline(always)]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u64] {
        match self {
            Self::Inline(words) => words,
            Self::Heap(words) => words,
        }
    }

    pub(crate) fn contains(&self, bit: usize) -> bool {
        self.as_slice()[bit / WORD] >> (bit % WORD) & 1 == 1
    }

    pub(crate) fn insert(&mut self, bit: usize) {
        self.as_mut_slice()[bit / WORD] |= 1 << (bit % WORD);
    }

    pub(crate) fn bits(&self) -> impl Iterator<Item = usize> {
        bits_in(self.as_slice(), 0..self.as_slice().len() * WORD)
    }
}

/// The positions of the ones in a part of a row of words, lowest first.
pub(crate) fn bits_in(row: &[u64], range: Range<usize>) -> impl Iterator<Item = usize> {
    let words = range.start / WORD..range.end.div_ceil(WORD);
    words.flat_map(move |word| ones(row[word]).map(move |bit| word * WORD + bit)).filter(move |bit| range.contains(bit))
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Words {}

impl Hash for Words {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.bits()).finish()
    }
}
