//! Sets of bits as masks over words, stored once and applied to the row of a case.

/// Bits of a word.
pub(crate) const WORD: usize = 64;

/// A set of bits, as a part of [`Masks`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BitSet {
    start: u32,
    len: u32,
}

/// A change of bits, as a part of [`Masks`]: some are cleared, then some are set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rewrite {
    start: u32,
    /// How many of the words are flows; they come first.
    flow_len: u32,
    len: u32,
}

/// The masks of all sets and rewrites of one net.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks {
    tests: Vec<Test>,
    rewrites: Vec<WordRewrite>,
}

#[derive(Debug, Clone, Copy)]
struct Test {
    word: u32,
    mask: u64,
}

#[derive(Debug, Clone, Copy)]
struct WordRewrite {
    word: u32,
    keep: u64,
    put: u64,
}

impl BitSet {
    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl Masks {
    pub(crate) fn set_of(&mut self, bits: &[usize]) -> BitSet {
        let start = self.tests.len();
        for (word, mask) in by_word(bits) {
            self.tests.push(Test { word, mask });
        }
        BitSet { start: index(start), len: index(self.tests.len() - start) }
    }

    /// Clears, then sets; `flow_words` is how many words at the front of the row hold flows.
    pub(crate) fn rewrite(&mut self, clear: &[usize], put: &[usize], flow_words: u32) -> Rewrite {
        let start = self.rewrites.len();
        for (word, clear) in by_word(clear) {
            self.rewrites.push(WordRewrite { word, keep: !clear, put: 0 });
        }
        for (word, put) in by_word(put) {
            match self.rewrites[start..].iter_mut().find(|rewrite| rewrite.word == word) {
                Some(rewrite) => rewrite.put = put,
                None => self.rewrites.push(WordRewrite { word, keep: !0, put }),
            }
        }
        let rewrites = &mut self.rewrites[start..];
        rewrites.sort_unstable_by_key(|rewrite| rewrite.word);
        let flow_len = rewrites.iter().filter(|rewrite| rewrite.word < flow_words).count();
        Rewrite { start: index(start), flow_len: index(flow_len), len: index(rewrites.len()) }
    }

    #[inline]
    pub(crate) fn intersects(&self, set: BitSet, row: &[u64]) -> bool {
        self.tests(set).iter().any(|test| row[test.word as usize] & test.mask != 0)
    }

    #[inline]
    pub(crate) fn contained(&self, set: BitSet, row: &[u64]) -> bool {
        self.tests(set).iter().all(|test| row[test.word as usize] & test.mask == test.mask)
    }

    pub(crate) fn count(&self, set: BitSet, row: &[u64]) -> u32 {
        self.tests(set).iter().map(|test| (row[test.word as usize] & test.mask).count_ones()).sum()
    }

    /// The bits of the set, lowest first.
    pub(crate) fn bits(&self, set: BitSet) -> impl Iterator<Item = usize> {
        self.tests(set).iter().flat_map(|test| ones(test.mask).map(|bit| test.word as usize * WORD + bit))
    }

    /// Whether a rewrite clears the bit.
    pub(crate) fn clears(&self, rewrite: Rewrite, bit: usize) -> bool {
        let changes = &self.rewrites[rewrite.start as usize..][..rewrite.len as usize];
        changes.iter().any(|change| change.word as usize == bit / WORD && change.keep >> (bit % WORD) & 1 == 0)
    }

    #[inline]
    pub(crate) fn apply(&self, rewrite: Rewrite, row: &mut [u64]) {
        for change in &self.rewrites[rewrite.start as usize..][..rewrite.len as usize] {
            let word = &mut row[change.word as usize];
            *word = *word & change.keep | change.put;
        }
    }

    /// Applies the part of a rewrite that concerns flows, and tells the lowest flow that would hold two tokens.
    #[inline]
    pub(crate) fn apply_to_flows(&self, rewrite: Rewrite, flows: &mut [u64]) -> Result<(), usize> {
        for change in &self.rewrites[rewrite.start as usize..][..rewrite.flow_len as usize] {
            let word = &mut flows[change.word as usize];
            let kept = *word & change.keep;
            if kept & change.put != 0 {
                return Err(change.word as usize * WORD + (kept & change.put).trailing_zeros() as usize);
            }
            *word = kept | change.put;
        }
        Ok(())
    }

    #[inline]
    fn tests(&self, set: BitSet) -> &[Test] {
        &self.tests[set.start as usize..][..set.len as usize]
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
