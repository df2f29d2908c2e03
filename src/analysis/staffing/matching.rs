//! Whether different people can be found.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

/// Whether one can be chosen of each set so that all are different.
///
/// A largest matching, grown by augmenting paths (H.W. Kuhn, *The Hungarian method for the assignment problem*, 1955). That
/// it is used on each separation of duties follows J.-C. Régin, *A filtering algorithm for constraints of difference in
/// CSPs*, AAAI 1994.
///
/// # Complexity
///
/// The number of sets, times the sum of their sizes.
pub(super) fn can_all_differ(sets: &[&FixedBitSet]) -> bool {
    if sets.iter().all(|set| set.count_ones(..) >= sets.len()) {
        return true;
    }
    let mut chosen: Vec<Option<usize>> = vec![None; sets.len()];
    let mut chosen_for: FxHashMap<usize, usize> = FxHashMap::default();
    for start in 0..sets.len() {
        let mut reached_from: FxHashMap<usize, usize> = FxHashMap::default();
        let Some(free) = free_person(sets, &chosen_for, start, &mut reached_from) else { return false };
        let mut person = free;
        loop {
            let set = reached_from[&person];
            chosen_for.insert(person, set);
            match chosen[set].replace(person) {
                Some(before) => person = before,
                None => break,
            }
        }
    }
    true
}

/// Somebody chosen for no set yet whom `start` can have, be it by letting others choose anew.
fn free_person(
    sets: &[&FixedBitSet],
    chosen_for: &FxHashMap<usize, usize>,
    start: usize,
    reached_from: &mut FxHashMap<usize, usize>,
) -> Option<usize> {
    let mut open = VecDeque::from([start]);
    while let Some(set) = open.pop_front() {
        for person in sets[set].ones() {
            if reached_from.contains_key(&person) {
                continue;
            }
            reached_from.insert(person, set);
            match chosen_for.get(&person) {
                Some(other) => open.push_back(*other),
                None => return Some(person),
            }
        }
    }
    None
}
