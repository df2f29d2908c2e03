//! Cycles of places.

use super::graph::{Graph, Node, Side};

/// The places among which a token can go round by transitions from one place to one place: strongly connected parts, of
/// two places at least.
///
/// Source: R. Tarjan, *Depth-First Search and Linear Graph Algorithms*, SIAM Journal on Computing 1(2), 1972.
pub(super) fn cycles(graph: &Graph) -> Vec<Vec<Node>> {
    let mut search = Search { number: vec![0; graph.places().len()], lowest: Vec::new(), open: Vec::new(), seen: 0 };
    search.lowest.clone_from(&search.number);
    let mut found = Vec::new();
    for root in graph.places().filter(|place| graph.is_alive(*place)) {
        if search.number[root as usize] == 0 {
            search.from(graph, root, &mut found);
        }
    }
    found
}

struct Search {
    /// When each place was entered; zero where it was not.
    number: Vec<u32>,
    /// The earliest place that is known to be reached from each.
    lowest: Vec<u32>,
    /// The places entered whose part is not complete.
    open: Vec<Node>,
    seen: u32,
}

impl Search {
    fn from(&mut self, graph: &Graph, root: Node, found: &mut Vec<Vec<Node>>) {
        let after = |place| {
            let takers = graph.neighbours(place, Side::After);
            let alone = takers.filter(|taker| graph.degree(*taker, Side::Before) == 1);
            alone.filter_map(|taker| graph.only(taker, Side::After))
        };
        self.enter(root);
        let mut path = vec![(root, after(root))];
        while let Some((place, following)) = path.last_mut() {
            let place = *place;
            if let Some(to) = following.next() {
                if self.number[to as usize] == 0 {
                    self.enter(to);
                    path.push((to, after(to)));
                } else {
                    self.reaches(place, to);
                }
                continue;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                self.reaches(*before, place);
            }
            if self.lowest[place as usize] == self.number[place as usize] {
                found.extend(Some(self.close(place)).filter(|part| part.len() > 1));
            }
        }
    }

    fn enter(&mut self, place: Node) {
        self.seen += 1;
        self.number[place as usize] = self.seen;
        self.lowest[place as usize] = self.seen;
        self.open.push(place);
    }

    fn reaches(&mut self, place: Node, to: Node) {
        self.lowest[place as usize] = self.lowest[place as usize].min(self.lowest[to as usize]);
    }

    /// Takes the part that was entered at a place from those that are open; nothing reaches an earlier one through it.
    fn close(&mut self, entered: Node) -> Vec<Node> {
        let start = self.open.iter().rposition(|place| *place == entered).unwrap_or_default();
        let part = self.open.split_off(start);
        for place in &part {
            self.lowest[*place as usize] = u32::MAX;
        }
        part
    }
}
