//! People for steps under duties: exact, by colouring a graph.
//!
//! Steps that are bound together, be it through third ones, are one *bundle*, as for the kernel; whoever can do all of them
//! that occur can do the bundle. A separation of two steps separates their bundles and makes them neighbours. A plan gives
//! each bundle of which something occurs somebody who can do it, and neighbours different people: colouring a graph from
//! lists.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::matching::can_all_differ;

/// Steps and the duties on them, all by position.
#[derive(Debug)]
pub(super) struct Problem {
    /// For each step, those who can do it.
    pub(super) able: Vec<FixedBitSet>,
    /// The duties; none separates what others bind.
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug)]
pub(super) enum Rule {
    Distinct(Vec<usize>),
    Same(Vec<usize>),
}

/// For each step, who does it; nobody where the step does not occur.
pub(super) type People = Vec<Option<usize>>;

/// Why there is no plan.
#[derive(Debug)]
pub(super) struct Unsolved {
    /// Steps for which there is proved to be none, even without all others.
    pub(super) refuted: FixedBitSet,
    /// Steps for which the search was given up.
    pub(super) open: FixedBitSet,
}

/// Steps and rules that cannot all hold.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) steps: FixedBitSet,
    pub(super) rules: FixedBitSet,
    /// Whether without any of them there would be a plan for the others.
    pub(super) is_minimal: bool,
}

impl Problem {
    /// Finds people for the steps that occur, under all rules.
    ///
    /// `trials` is how often somebody may still be tried; it is counted down.
    pub(super) fn solve(&self, occurring: &FixedBitSet, trials: &mut usize) -> Result<People, Unsolved> {
        self.solve_under(occurring, &all(self.rules.len()), trials)
    }

    fn solve_under(
        &self,
        occurring: &FixedBitSet,
        rules: &FixedBitSet,
        trials: &mut usize,
    ) -> Result<People, Unsolved> {
        let mut bundles = Bundles::of(self, occurring, rules);
        let later = bundles.trim();
        let mut unsolved = Unsolved { refuted: none(self.able.len()), open: none(self.able.len()) };
        for component in bundles.components() {
            let steps = match bundles.search(&component, trials) {
                Search::Found => continue,
                Search::Refuted => &mut unsolved.refuted,
                Search::GivenUp => &mut unsolved.open,
            };
            steps.extend(occurring.ones().filter(|step| component.contains(bundles.bundle_of[*step])));
        }
        if !unsolved.refuted.is_clear() || !unsolved.open.is_clear() {
            return Err(unsolved);
        }
        bundles.fill(later);
        let person = |step| occurring.contains(step).then(|| bundles.chosen[bundles.bundle_of[step]]).flatten();
        Ok((0..self.able.len()).map(person).collect())
    }

    /// Leaves out of steps without a plan whatever can be left out without there being one.
    pub(super) fn core(&self, refuted: FixedBitSet, trials: &mut usize) -> Core {
        let mut core = Core { steps: refuted, rules: all(self.rules.len()), is_minimal: true };
        for rule in 0..self.rules.len() {
            core.rules.remove(rule);
            let without = self.solve_under(&core.steps, &core.rules, trials);
            if !core.narrow(without) {
                core.rules.insert(rule);
            }
        }
        let steps: Vec<usize> = core.steps.ones().collect();
        for step in steps {
            if core.steps.contains(step) {
                let mut fewer = core.steps.clone();
                fewer.remove(step);
                let without = self.solve_under(&fewer, &core.rules, trials);
                core.narrow(without);
            }
        }
        core
    }
}

impl Core {
    /// Keeps only the steps for which there is no plan either without some part. False where that part is needed.
    fn narrow(&mut self, without: Result<People, Unsolved>) -> bool {
        let Err(unsolved) = without else { return false };
        let refuted = unsolved.proved();
        self.is_minimal &= refuted.is_some();
        refuted.map(|refuted| self.steps = refuted).is_some()
    }
}

impl Unsolved {
    /// The steps for which there is proved to be no plan.
    pub(super) fn proved(self) -> Option<FixedBitSet> {
        (!self.refuted.is_clear()).then_some(self.refuted)
    }

    pub(super) fn contested(mut self) -> FixedBitSet {
        self.refuted.union_with(&self.open);
        self.refuted
    }
}

/// Bundles of steps as the nodes of a graph, and a colouring under way.
struct Bundles {
    /// For each step, its bundle.
    bundle_of: Vec<usize>,
    /// For each bundle, those who can still do it.
    able: Vec<FixedBitSet>,
    neighbours: Vec<FixedBitSet>,
    /// The separations, as sets of bundles.
    separated: Vec<FixedBitSet>,
    /// The bundles that matter: others are left to the end and always find somebody.
    core: FixedBitSet,
    chosen: Vec<Option<usize>>,
}

enum Search {
    Found,
    Refuted,
    GivenUp,
}

/// A bundle whose people are tried one after the other.
struct Choice {
    bundle: usize,
    untried: Vec<usize>,
    /// The neighbours that can no longer have the one who is tried now.
    denied: Vec<usize>,
}

impl Bundles {
    fn of(problem: &Problem, occurring: &FixedBitSet, rules: &FixedBitSet) -> Self {
        let rules = || rules.ones().map(|rule| &problem.rules[rule]);
        let bonds = rules().filter_map(|rule| if let Rule::Same(steps) = rule { Some(steps.as_slice()) } else { None });
        let bundle_of = tied_together(problem.able.len(), bonds);
        let count = bundle_of.len();
        let mut core = none(count);
        let mut able = vec![FixedBitSet::new(); count];
        for step in occurring.ones() {
            let bundle = bundle_of[step];
            if core.put(bundle) {
                able[bundle].intersect_with(&problem.able[step]);
            } else {
                able[bundle].clone_from(&problem.able[step]);
            }
        }
        let mut bundles = Self {
            neighbours: vec![FixedBitSet::new(); count],
            separated: Vec::new(),
            chosen: vec![None; count],
            bundle_of,
            able,
            core,
        };
        for rule in rules() {
            if let Rule::Distinct(steps) = rule {
                bundles.separate(steps);
            }
        }
        bundles
    }

    fn separate(&mut self, steps: &[usize]) {
        let mut separated = none(self.bundle_of.len());
        separated.extend(steps.iter().map(|step| self.bundle_of[*step]));
        for bundle in separated.ones() {
            self.neighbours[bundle].union_with(&separated);
            self.neighbours[bundle].remove(bundle);
        }
        self.separated.push(separated);
    }

    /// Takes out, again and again, each bundle for which there are more people than neighbours left, and tells them in
    /// this order: whomever the neighbours take, somebody remains.
    fn trim(&mut self) -> Vec<usize> {
        let mut trimmed = Vec::new();
        let mut open: Vec<usize> = self.core.ones().collect();
        while let Some(bundle) = open.pop() {
            let neighbours = self.neighbours[bundle].intersection_count(&self.core);
            if self.core.contains(bundle) && self.able[bundle].count_ones(..) > neighbours {
                self.core.remove(bundle);
                trimmed.push(bundle);
                open.extend(self.neighbours[bundle].intersection(&self.core));
            }
        }
        trimmed
    }

    /// The parts of the graph that matter and have nothing to do with each other.
    fn components(&self) -> Vec<FixedBitSet> {
        let mut left = self.core.clone();
        let mut components = Vec::new();
        while let Some(first) = left.minimum() {
            let mut component = none(left.len());
            let mut open = vec![first];
            left.remove(first);
            while let Some(bundle) = open.pop() {
                component.insert(bundle);
                let new: Vec<usize> = self.neighbours[bundle].intersection(&left).collect();
                left.difference_with(&self.neighbours[bundle]);
                open.extend(new);
            }
            components.push(component);
        }
        components
    }

    /// Sets of bundles that all differ from each other: each separation, with every bundle more that fits.
    fn cliques(&self, component: &FixedBitSet) -> Vec<FixedBitSet> {
        let mut cliques: Vec<FixedBitSet> = Vec::new();
        for separated in &self.separated {
            let mut clique = separated.clone();
            clique.intersect_with(component);
            if clique.count_ones(..) < 2 || cliques.iter().any(|known| clique.is_subset(known)) {
                continue;
            }
            let mut more = component.clone();
            clique.ones().for_each(|bundle| more.intersect_with(&self.neighbours[bundle]));
            while let Some(bundle) = more.minimum() {
                clique.insert(bundle);
                more.intersect_with(&self.neighbours[bundle]);
            }
            cliques.push(clique);
        }
        cliques
    }

    /// Tries people for the bundles of a component, always at the bundle that has the fewest left.
    ///
    /// Of those who have nothing to do yet and can do the same bundles, only one is tried: what he cannot, no other can.
    fn search(&mut self, component: &FixedBitSet, trials: &mut usize) -> Search {
        let (cliques, alike) = (self.cliques(component), self.alike(component));
        let mut choices: Vec<Choice> = Vec::new();
        loop {
            let open = component.ones().filter(|bundle| self.chosen[*bundle].is_none());
            let Some(narrowest) = open.min_by_key(|bundle| self.able[*bundle].count_ones(..)) else {
                return Search::Found;
            };
            if !self.is_dead_end(&cliques) {
                let busy: FxHashSet<usize> = choices.iter().filter_map(|choice| self.chosen[choice.bundle]).collect();
                let mut tried = FxHashSet::default();
                let able = self.able[narrowest].ones();
                let untried = able.filter(|person| busy.contains(person) || tried.insert(alike[person])).collect();
                choices.push(Choice { bundle: narrowest, untried, denied: Vec::new() });
            }
            loop {
                let Some(choice) = choices.last_mut() else { return Search::Refuted };
                self.undo(choice);
                if let Some(person) = choice.untried.pop() {
                    self.choose(choice, person);
                    break;
                }
                choices.pop();
            }
            let Some(left) = trials.checked_sub(1) else { return Search::GivenUp };
            *trials = left;
        }
    }

    /// For each person a number that he shares with all who can do the same bundles of a component.
    fn alike(&self, component: &FixedBitSet) -> FxHashMap<usize, usize> {
        let mut bundles_of: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for bundle in component.ones() {
            self.able[bundle].ones().for_each(|person| bundles_of.entry(person).or_default().push(bundle));
        }
        let mut numbers: FxHashMap<Vec<usize>, usize> = FxHashMap::default();
        let numbered = bundles_of.into_iter().map(|(person, bundles)| {
            let next = numbers.len();
            (person, *numbers.entry(bundles).or_insert(next))
        });
        numbered.collect()
    }

    /// Whether the bundles still open of some clique do not find different people even by themselves.
    fn is_dead_end(&self, cliques: &[FixedBitSet]) -> bool {
        cliques.iter().any(|clique| {
            let open = clique.ones().filter(|bundle| self.chosen[*bundle].is_none());
            !can_all_differ(&open.map(|bundle| &self.able[bundle]).collect::<Vec<_>>())
        })
    }

    fn choose(&mut self, choice: &mut Choice, person: usize) {
        self.chosen[choice.bundle] = Some(person);
        for neighbour in self.neighbours[choice.bundle].intersection(&self.core) {
            if self.chosen[neighbour].is_none() && self.able[neighbour].contains(person) {
                self.able[neighbour].remove(person);
                choice.denied.push(neighbour);
            }
        }
    }

    fn undo(&mut self, choice: &mut Choice) {
        if let Some(person) = self.chosen[choice.bundle].take() {
            choice.denied.drain(..).for_each(|neighbour| self.able[neighbour].insert(person));
        }
    }

    /// Finds somebody for the bundles that were left to the end, the last first.
    fn fill(&mut self, trimmed: Vec<usize>) {
        for bundle in trimmed.into_iter().rev() {
            let taken: Vec<usize> = self.neighbours[bundle].ones().filter_map(|other| self.chosen[other]).collect();
            self.chosen[bundle] = self.able[bundle].ones().find(|person| !taken.contains(person));
        }
    }
}

/// For each step, the one that stands for all that ties lead to from it.
pub(super) fn tied_together<'a>(count: usize, ties: impl Iterator<Item = &'a [usize]>) -> Vec<usize> {
    fn chief(chiefs: &mut [usize], mut step: usize) -> usize {
        while chiefs[step] != step {
            chiefs[step] = chiefs[chiefs[step]];
            step = chiefs[step];
        }
        step
    }
    let mut chiefs: Vec<usize> = (0..count).collect();
    for tie in ties {
        for pair in tie.windows(2) {
            let [one, other] = [pair[0], pair[1]].map(|step| chief(&mut chiefs, step));
            chiefs[other] = one;
        }
    }
    (0..count).map(|step| chief(&mut chiefs, step)).collect()
}

fn none(count: usize) -> FixedBitSet {
    FixedBitSet::with_capacity(count)
}

fn all(count: usize) -> FixedBitSet {
    let mut set = none(count);
    set.insert_range(..);
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five steps in a ring, neighbours separated, and two people for each.
    fn ring() -> Problem {
        Problem { able: vec![all(2); 5], rules: (0..5).map(|at| Rule::Distinct(vec![at, (at + 1) % 5])).collect() }
    }

    #[test]
    fn a_search_given_up_proves_nothing() {
        let needed = {
            let mut trials = 1_000;
            let unsolved = ring().solve(&all(5), &mut trials).unwrap_err();
            assert_eq!((unsolved.refuted, unsolved.open), (all(5), none(5)));
            1_000 - trials
        };
        for mut trials in 0..needed {
            let unsolved = ring().solve(&all(5), &mut trials).unwrap_err();
            assert_eq!((unsolved.refuted, unsolved.open), (none(5), all(5)));
        }
    }

    #[test]
    fn what_could_not_be_examined_is_kept_and_not_called_minimal() {
        let mut ring = ring();
        ring.rules.push(Rule::Distinct(vec![0, 1]));
        let core = ring.core(all(5), &mut 1_000);
        assert!(core.is_minimal);
        assert_eq!((core.steps, core.rules.count_ones(..)), (all(5), 5));
        let core = ring.core(all(5), &mut 0);
        assert!(!core.is_minimal);
        assert_eq!((core.steps, core.rules), (all(5), all(6)));
    }
}
