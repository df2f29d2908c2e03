//! The moves between markings as a graph.

/// The moves between markings, gathered by one of their ends.
pub(super) struct Edges {
    first: Vec<u32>,
    others: Vec<u32>,
}

impl Edges {
    pub(super) fn new(nodes: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut first = vec![0; nodes + 1];
        for (node, _) in edges.clone() {
            first[node as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut others = vec![0; first[nodes] as usize];
        for (node, other) in edges {
            others[next[node as usize] as usize] = other;
            next[node as usize] += 1;
        }
        Self { first, others }
    }

    pub(super) fn of(&self, node: usize) -> &[u32] {
        &self.others[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// For each node, whether moves lead from it to one of `goals`.
    pub(super) fn backward(&self, goals: impl Iterator<Item = u32>) -> Vec<bool> {
        let mut reached = vec![false; self.first.len() - 1];
        let mut open: Vec<u32> = goals.collect();
        for goal in &open {
            reached[*goal as usize] = true;
        }
        while let Some(node) = open.pop() {
            for &source in self.of(node as usize) {
                if !reached[source as usize] {
                    reached[source as usize] = true;
                    open.push(source);
                }
            }
        }
        reached
    }
}
