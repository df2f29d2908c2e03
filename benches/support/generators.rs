//! Procedures of any size, the same for the same size.

use sopflow::{Join, Outcome, Procedure, Step, Target};

fn blank(id: &str) -> Procedure {
    Procedure::new(id, "1", "Generated").role("staff", "Staff").role("head", "Head")
}

/// A sound chain of blocks of ten steps: so many steps, a multiple of ten.
pub fn chain(steps: usize) -> Procedure {
    let mut procedure = blank("chain");
    for block in 0..steps / 10 {
        let id = |position: usize| format!("{}", block * 10 + position);
        let after = if (block + 1) * 10 == steps { "end".to_owned() } else { format!("{}", (block + 1) * 10) };
        let paper = |position: usize| format!("paper-{}", block * 10 + position);
        for position in 0..10 {
            procedure = procedure.document(paper(position), "Paper");
        }
        let step = |position: usize, role: &str| Step::new(id(position), role, "Act").output(paper(position).as_str());
        let to = |outcome: &str, target: &str| Outcome::new(outcome).to(target);
        procedure = procedure
            .step(step(0, "staff").outcome(to("long", &id(1))).outcome(to("short", &id(2))))
            .step(step(1, "staff").input(paper(0).as_str()).next(id(3).as_str()))
            .step(step(2, "staff").input(paper(0).as_str()).next(id(3).as_str()))
            .step(step(3, "staff").outcome(to("again", &id(3))).outcome(to("done", &id(4))))
            .step(step(4, "staff").input(paper(3).as_str()).outcome(to("done", &id(5)).to(id(6).as_str())))
            .step(step(5, "staff").next(id(7).as_str()))
            .step(step(6, "staff").next(id(7).as_str()))
            .step(
                step(7, "staff").input(paper(5).as_str()).input(paper(6).as_str()).join(Join::All).next(id(8).as_str()),
            )
            .step(step(8, "head").input(paper(7).as_str()).next(id(9).as_str()).returns_to(id(4)).returns_to(id(7)))
            .step(step(9, "staff").input(paper(8).as_str()).next(after.as_str()));
    }
    procedure
}

/// A sound procedure of so many steps, at least three: choices, loops, parallel parts and reviews within each other.
pub fn nested(steps: usize) -> Procedure {
    let mut nest = Nest { steps: Vec::new(), blocks: 0 };
    let start = nest.new_step("staff");
    let last = nest.new_step("staff");
    nest.add(last, Outcome::new("done").to("end"));
    let (entry, _) = nest.block(steps - 2, last, start);
    nest.add(start, Outcome::new("done").to(id(entry)));
    let mut procedure = blank("nested");
    for position in 0..nest.steps.len() {
        procedure = procedure.document(paper(position), "Paper");
    }
    procedure.steps = nest.steps;
    procedure
}

/// A sound procedure of one parallel split into so many branches of so many steps, and their join.
pub fn wide(branches: usize, steps: usize) -> Procedure {
    let branch_id = |branch: usize, step: usize| format!("{}-{}", branch + 1, step + 1);
    let split = (0..branches).fold(Outcome::new("done"), |split, branch| split.to(branch_id(branch, 0).as_str()));
    let mut procedure = blank("wide").document("order", "Order");
    procedure = procedure.step(Step::new("split", "staff", "Act").output("order").outcome(split));
    let mut join = Step::new("join", "head", "Act").join(Join::All).next("close");
    for branch in 0..branches {
        for step in 0..steps {
            let before = if step == 0 { "order".to_owned() } else { branch_id(branch, step - 1) };
            let after = if step + 1 == steps { "join".to_owned() } else { branch_id(branch, step + 1) };
            let own = branch_id(branch, step);
            procedure = procedure.document(own.as_str(), "Paper").step(
                Step::new(own.as_str(), "staff", "Act")
                    .input(before.as_str())
                    .output(own.as_str())
                    .next(after.as_str()),
            );
        }
        join = join.input(branch_id(branch, steps - 1).as_str());
    }
    procedure.step(join).step(Step::new("close", "staff", "Act").next("end"))
}

/// The same, but the last branch also tells the closing step that it is done, and can do so without going to the join:
/// then the case gets stuck.
pub fn wide_unsound(branches: usize, steps: usize) -> Procedure {
    let mut procedure = wide(branches, steps);
    let [.., last, _, close] = &mut procedure.steps[..] else { return procedure };
    close.join = Join::All;
    last.outcomes[0].to.push("close".into());
    last.outcomes.push(Outcome::new("skip").to("close"));
    procedure
}

struct Nest {
    steps: Vec<Step>,
    blocks: usize,
}

fn id(step: usize) -> Target {
    Target::from((step + 1).to_string().as_str())
}

fn paper(step: usize) -> String {
    format!("paper-{}", step + 1)
}

impl Nest {
    fn new_step(&mut self, role: &str) -> usize {
        let number = self.steps.len();
        self.steps.push(Step::new((number + 1).to_string(), role, "Act").output(paper(number).as_str()));
        number
    }

    fn add(&mut self, step: usize, outcome: Outcome) {
        self.steps[step].outcomes.push(outcome);
    }

    /// Makes a step need the paper of one that is surely done before it.
    fn needs(&mut self, step: usize, before: usize) {
        self.steps[step].inputs = vec![paper(before).as_str().into()];
    }

    /// A block of so many steps behind a step that is surely done, going on to another: its first step, and one that is
    /// surely done behind it.
    fn block(&mut self, steps: usize, next: usize, before: usize) -> (usize, usize) {
        if steps < 5 {
            return self.chain(steps, next, before);
        }
        self.blocks += 1;
        match self.blocks % 4 {
            0 => self.looped(steps - 1, next, before),
            1 => self.split(steps - 2, next, before, true),
            2 => self.reviewed(steps - 1, next, before),
            _ => self.split(steps - 2, next, before, false),
        }
    }

    fn chain(&mut self, steps: usize, next: usize, before: usize) -> (usize, usize) {
        let first = self.steps.len();
        for position in 0..steps {
            let step = self.new_step("staff");
            self.needs(step, if position == 0 { before } else { step - 1 });
            let after = if position + 1 == steps { next } else { step + 1 };
            self.add(step, Outcome::new("done").to(id(after)));
        }
        (first, first + steps - 1)
    }

    /// A parallel split or an exclusive choice of two branches.
    fn split(&mut self, steps: usize, next: usize, before: usize, is_parallel: bool) -> (usize, usize) {
        let split = self.new_step("staff");
        self.needs(split, before);
        let join = self.new_step("staff");
        let (left, after_left) = self.block(steps / 2, join, split);
        let (right, _) = self.block(steps - steps / 2, join, split);
        if is_parallel {
            self.steps[join].join = Join::All;
            self.needs(join, after_left);
            self.add(split, Outcome::new("done").to(id(left)).to(id(right)));
        } else {
            self.needs(join, split);
            self.add(split, Outcome::new("left").to(id(left)));
            self.add(split, Outcome::new("right").to(id(right)));
        }
        self.add(join, Outcome::new("done").to(id(next)));
        (split, join)
    }

    fn looped(&mut self, steps: usize, next: usize, before: usize) -> (usize, usize) {
        let decide = self.new_step("staff");
        let (first, behind) = self.two(steps, decide, before);
        self.needs(decide, behind);
        self.add(decide, Outcome::new("again").to(id(first)));
        self.add(decide, Outcome::new("leave").to(id(next)));
        (first, decide)
    }

    fn reviewed(&mut self, steps: usize, next: usize, before: usize) -> (usize, usize) {
        let review = self.new_step("head");
        let (first, behind) = self.two(steps, review, before);
        self.needs(review, behind);
        self.add(review, Outcome::new("done").to(id(next)));
        let Target::Step(first_id) = id(first) else { unreachable!("a step is not the end") };
        self.add(review, Outcome::return_to(first_id));
        (first, review)
    }

    /// Two blocks, one after the other.
    fn two(&mut self, steps: usize, next: usize, before: usize) -> (usize, usize) {
        // The second begins where the first goes on to, so a step between them ties them together.
        let between = self.new_step("staff");
        let (first, behind) = self.block((steps - 1) / 2, between, before);
        self.needs(between, behind);
        let (second, behind) = self.block(steps - 1 - (steps - 1) / 2, next, between);
        self.add(between, Outcome::new("done").to(id(second)));
        (first, behind)
    }
}
