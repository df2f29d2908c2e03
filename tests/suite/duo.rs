//! The kernel and the reference side by side: every command goes to both, and they must agree on everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use sopflow::time::Timestamp;
use sopflow::{
    Actor, ActorIx, Actors, Capacity, CaseState, Command, CommandKind, DocumentIx, Duty, Event, EventKind, EventRecord,
    Grant, Outcome, OutcomeIx, Procedure, Refused, SoundProcedure, Status, Step, StepIx, apply, carry_out, decide,
    replay,
};

use crate::random::Dice;
use crate::reference::{Ask, Codes, Deed, Person, Phase, Reference, Right, Stand};
use crate::script::Part;

pub(crate) const MINUTE: i64 = 60_000;

/// Actors who hold each role and no other.
const HOLDERS: usize = 2;

/// An actor as both sides know it.
#[derive(Clone)]
pub(crate) struct Player {
    pub(crate) id: ActorIx,
    pub(crate) grants: Vec<Grant>,
    person: Person,
}

/// What a return has made undone and the step that returned it waits for.
struct Redo {
    returning: String,
    whole: BTreeSet<String>,
    open: BTreeSet<String>,
}

pub(crate) struct Duo<'p> {
    pub(crate) sound: &'p SoundProcedure,
    pub(crate) reference: Reference<'p>,
    pub(crate) actors: Actors,
    pub(crate) case: CaseState,
    pub(crate) stand: Stand<'p>,
    pub(crate) history: Vec<Event>,
    pub(crate) now: i64,
    cast: Vec<Player>,
    /// The same case, rebuilt from stored events.
    stored: CaseState,
    stored_actors: Actors,
    redos: Vec<Redo>,
    /// Events that a fork has without their history.
    inherited: usize,
}

impl<'p> Duo<'p> {
    /// Each role has holders, who come first in the cast, in the order of the roles; one actor holds all roles and comes
    /// next.
    pub(crate) fn new(sound: &'p SoundProcedure, parts: &[Part]) -> Self {
        let mut duo = Self {
            sound,
            reference: Reference::new(sound.procedure()),
            actors: Actors::new(),
            case: CaseState::new(sound),
            stand: Reference::blank(),
            history: Vec::new(),
            now: 0,
            cast: Vec::new(),
            stored: CaseState::new(sound),
            stored_actors: Actors::new(),
            redos: Vec::new(),
            inherited: 0,
        };
        for role in sound.roles() {
            for _ in 0..HOLDERS {
                duo.join(vec![Grant::holder(role)]);
            }
        }
        duo.join(sound.roles().map(Grant::holder).collect());
        for part in parts {
            let roles: Vec<_> = sound.roles().collect();
            let grants = part.grants.iter().map(|(role, capacity, from, until)| {
                let incumbent = (*capacity != Capacity::Holder).then(|| duo.cast[HOLDERS * (role % roles.len())].id);
                let [from, until] = [from, until].map(|minute| Timestamp::from_millis(minute * MINUTE));
                Grant::acting(roles[role % roles.len()], *capacity, incumbent, from, until)
            });
            let grants = grants.collect();
            duo.join(grants);
        }
        duo
    }

    /// Somebody new; the stored events name people from the same table, so that states can be compared.
    fn join(&mut self, grants: Vec<Grant>) -> usize {
        let (who, name) = (self.cast.len(), format!("actor {}", self.cast.len()));
        let id = self.actors.add(&name).expect("the name is short");
        assert_eq!(self.stored_actors.add(&name).expect("the name is short"), id);
        self.cast.push(Player { id, grants: Vec::new(), person: Person { who, rights: Vec::new() } });
        for grant in grants {
            self.appoint(who, grant);
        }
        who
    }

    fn appoint(&mut self, player: usize, grant: Grant) {
        let player = &mut self.cast[player];
        player.person.rights.push(Right {
            role: self.sound.role_at(grant.role).id.to_string(),
            from: grant.from.as_millis(),
            until: grant.until.as_millis(),
        });
        player.grants.push(grant);
    }

    pub(crate) fn procedure(&self) -> &'p Procedure {
        self.reference.procedure
    }

    pub(crate) fn players(&self) -> usize {
        self.cast.len()
    }

    /// Those who hold the role alone.
    pub(crate) fn holders(&self, role: &str) -> std::ops::Range<usize> {
        let position = self.procedure().roles.iter().position(|known| known.id.as_str() == role);
        position.map_or(0..0, |position| HOLDERS * position..HOLDERS * (position + 1))
    }

    /// The one who holds all roles.
    pub(crate) fn omni(&self) -> usize {
        HOLDERS * self.procedure().roles.len()
    }

    /// Somebody whom the duties let do the step, appointed to its role where need be. There always is somebody: at worst
    /// one who has done nothing yet.
    pub(crate) fn doer(&mut self, step: &Step) -> usize {
        let is_free =
            |duo: &Self, player: &usize| duo.reference.judge_duties(&duo.stand, *player, step.id.as_str()).is_empty();
        let mut wanted = self.holders(step.role.as_str()).chain(0..self.players());
        let doer = wanted.find(|player| is_free(self, player)).unwrap_or_else(|| self.join(Vec::new()));
        assert!(is_free(self, &doer), "the duties let nobody do step {}: {:?}", step.id, self.stand);
        let role = Grant::holder(self.sound.role(step.role.as_str()).expect("the role exists"));
        if !self.cast[doer].grants.contains(&role) {
            self.appoint(doer, role);
        }
        doer
    }

    /// A role that may do it.
    pub(crate) fn role_for(&self, ask: &Ask) -> Option<String> {
        let step = match ask {
            Ask::Open => Some(self.sound.step_at(self.sound.first_step())),
            Ask::Start(step) | Ask::Recall(step) | Ask::Complete { step, .. } | Ask::Return { step, .. } => {
                self.reference.step(step)
            }
            Ask::Supply { .. } | Ask::Comment(_) => Some(&self.procedure().steps[0]),
            Ask::Suspend(_) | Ask::Resume | Ask::Cancel(_) => {
                return self.reference.supervisors().first().map(|role| (*role).to_owned());
            }
        };
        step.map(|step| step.role.to_string())
    }

    /// Puts a command to both sides; they agree on whether it is accepted, or else on all the reasons.
    pub(crate) fn judge(&self, player: usize, ask: &Ask) -> Result<Event, Codes> {
        let player = &self.cast[player];
        let expected = self.reference.judge(&self.stand, &player.person, ask, self.now);
        self.check_may_act(player, ask, &expected);
        match self.decide(player, ask) {
            Ok(event) => {
                assert!(expected.is_empty(), "{ask:?} was accepted; the reference refuses: {expected:?}");
                Ok(event)
            }
            Err(refused) => {
                let codes: Codes = refused.reasons().iter().map(sopflow::Refusal::code).collect();
                assert_eq!(codes, expected, "the reasons against {ask:?}: {refused}");
                assert!(!codes.is_empty(), "a refusal gives a reason");
                Err(codes)
            }
        }
    }

    fn decide(&self, player: &Player, ask: &Ask) -> Result<Event, Refused> {
        self.command(player, ask, |command| decide(self.sound, &self.case, command, Timestamp::from_millis(self.now)))
    }

    /// What an inbox is told is what a command is told, as far as it is about the person.
    fn check_may_act(&self, player: &Player, ask: &Ask, expected: &Codes) {
        let (Ask::Start(id) | Ask::Complete { step: id, .. } | Ask::Return { step: id, .. }) = ask else { return };
        let Some(step) = self.sound.step(id).filter(|_| !expected.contains("unknown")) else { return };
        let personal = ["role-required", "outside-period", "separation-of-duties", "binding-of-duties"];
        let expected: Codes = expected.iter().copied().filter(|code| personal.contains(code)).collect();
        let by = Actor { id: player.id, grants: &player.grants };
        let told = self.sound.may_act(&self.case, &by, step, Timestamp::from_millis(self.now));
        let codes = told.err().iter().flat_map(Refused::reasons).map(sopflow::Refusal::code).collect();
        assert_eq!(expected, codes, "{ask:?}");
    }

    /// Deciding and applying at one go is the same as one after the other.
    fn check_at_one_go(&self, player: usize, ask: &Ask, event: &Event) {
        let (mut one, mut other, now) = (self.case.clone(), self.case.clone(), Timestamp::from_millis(self.now));
        let made = self.command(&self.cast[player], ask, |command| carry_out(self.sound, &mut one, command, now));
        assert_eq!(made.as_ref(), Ok(event));
        apply(self.sound, &mut other, event).expect("an accepted command can be applied");
        assert_eq!(one, other, "carried out at one go");
    }

    fn command<T>(&self, player: &Player, ask: &Ask, then: impl FnOnce(&Command<'_>) -> T) -> T {
        let outputs: Vec<DocumentIx> = match ask {
            Ask::Complete { outputs, .. } => outputs.iter().map(|id| document_ix(self.sound, id)).collect(),
            _ => Vec::new(),
        };
        let text = |text: &String| -> Arc<str> { text.as_str().into() };
        let kind = match ask {
            Ask::Open => CommandKind::OpenCase,
            Ask::Start(step) => CommandKind::StartStep { step: step_ix(self.sound, step) },
            Ask::Complete { step, outcome, remark, .. } => CommandKind::CompleteStep {
                step: step_ix(self.sound, step),
                outcome: outcome_ix(self.sound, step, outcome),
                outputs: &outputs,
                remark: remark.as_ref().map(text),
            },
            Ask::Return { step, outcome, reason } => CommandKind::ReturnStep {
                step: step_ix(self.sound, step),
                outcome: outcome_ix(self.sound, step, outcome),
                reason: text(reason),
            },
            Ask::Recall(step) => CommandKind::RecallStep { step: step_ix(self.sound, step) },
            Ask::Supply { document, remark } => CommandKind::SupplyDocument {
                document: document_ix(self.sound, document),
                remark: remark.as_ref().map(text),
            },
            Ask::Suspend(reason) => CommandKind::SuspendCase { reason: text(reason) },
            Ask::Resume => CommandKind::ResumeCase,
            Ask::Cancel(reason) => CommandKind::CancelCase { reason: text(reason) },
            Ask::Comment(comment) => CommandKind::AddComment { text: text(comment) },
        };
        then(&Command { by: Actor { id: player.id, grants: &player.grants }, kind })
    }

    /// Puts a command to both sides and carries it out where it is accepted.
    pub(crate) fn ask(&mut self, player: usize, ask: &Ask) -> Result<(), Codes> {
        let event = self.judge(player, ask)?;
        self.check_right(player, &event);
        let deed = deed(self.sound, &event);
        self.check_inputs(deed);
        let before = self.stand.clone();
        self.check_at_one_go(player, ask, &event);
        apply(self.sound, &mut self.case, &event).expect("an accepted command can be applied");
        let clash = self.reference.perform(&mut self.stand, deed);
        if let Deed::Finish(id, _) = deed {
            Reference::remember(&mut self.stand, id, player);
        }
        assert_eq!(clash, None, "a flow gets two tokens by {deed:?}");
        self.check_store(&event);
        self.history.push(event);
        self.check_agreement();
        self.check_redone(&before, deed);
        Ok(())
    }

    pub(crate) fn must(&mut self, player: usize, ask: &Ask) {
        if let Err(codes) = self.ask(player, ask) {
            panic!("{ask:?} is refused: {codes:?}");
        }
    }

    /// Whoever did it had the role and the capacity at that moment.
    fn check_right(&self, player: usize, event: &Event) {
        let player = &self.cast[player];
        assert_eq!(event.by.actor, player.id);
        assert_eq!(event.at.as_millis(), self.now);
        let has_it = player.grants.iter().any(|grant| {
            grant.role == event.by.role
                && grant.capacity == event.by.capacity
                && grant.on_behalf_of == event.by.on_behalf_of
                && grant.from.as_millis() <= self.now
                && self.now < grant.until.as_millis()
        });
        assert!(has_it, "the actor has no such right: {event:?}");
        let role = &self.sound.role_at(event.by.role).id;
        match &event.kind {
            EventKind::CaseSuspended { .. } | EventKind::CaseResumed | EventKind::CaseCancelled { .. } => {
                assert!(self.reference.supervisors().contains(&role.as_str()), "{role} does not supervise");
            }
            kind => {
                let step = kind.step().map(|step| self.sound.step_at(step));
                assert!(step.is_none_or(|step| step.role == *role), "{role} does not do {step:?}");
            }
        }
    }

    /// What is finished or started has its inputs.
    fn check_inputs(&self, deed: Deed<'p>) {
        let (Deed::Finish(id, outcome), returns) = (match deed {
            Deed::Start(id) => (Deed::Finish(id, ""), false),
            Deed::Finish(id, name) => (deed, self.reference.outcome(id, name).is_some_and(|outcome| outcome.returns)),
            _ => return,
        }) else {
            return;
        };
        let step = self.reference.step(id).expect("the step exists");
        let lacking = self.reference.lacking(&self.stand, step, true);
        assert!(returns || lacking.is_empty(), "{id}:{outcome} was accepted without {lacking:?}");
    }

    /// The event comes back from JSON and CBOR as it was, and the case can be rebuilt from what is stored.
    fn check_store(&mut self, event: &Event) {
        let record = EventRecord::of(event, self.sound, &self.actors).expect("the event can be stored");
        let json = EventRecord::from_json(&record.to_json()).expect("the JSON can be read");
        let cbor = EventRecord::from_cbor(&record.to_cbor()).expect("the CBOR can be read");
        assert_eq!(json, record);
        assert_eq!(cbor, record);
        let mut same = self.actors.clone();
        assert_eq!(&json.resolve(self.sound, &mut same).expect("the record can be resolved"), event);
        let stored = cbor.resolve(self.sound, &mut self.stored_actors).expect("the record can be resolved");
        apply(self.sound, &mut self.stored, &stored).expect("the stored event can be applied");
        assert_eq!(self.stored, self.case, "rebuilt from stored events");
    }

    pub(crate) fn check_agreement(&self) {
        agree(self.sound, &self.case, &self.reference, &self.stand);
        assert_eq!(self.case.version() as usize, self.inherited + self.history.len());
    }

    pub(crate) fn check_replay(&self) {
        let replayed = replay(self.sound, &self.history).expect("the history can be replayed");
        assert_eq!(replayed, self.case);
    }

    /// Whoever was the last to do each step is the right one, by the words of each duty.
    pub(crate) fn check_duties_are_met(&self) {
        let mut doers = BTreeMap::new();
        for event in &self.history {
            if let Deed::Finish(id, _) = deed(self.sound, event) {
                doers.insert(id, event.by.actor.index());
            }
        }
        for duty in &self.procedure().duties {
            let who: Vec<usize> = duty.steps().iter().filter_map(|step| doers.get(step.as_str()).copied()).collect();
            let different: BTreeSet<usize> = who.iter().copied().collect();
            match duty {
                Duty::Distinct(_) => assert_eq!(different.len(), who.len(), "{duty:?}: {who:?}"),
                Duty::Same(_) => assert!(different.len() <= 1, "{duty:?}: {who:?}"),
                other => panic!("a duty of which nothing is known here: {other:?}"),
            }
        }
    }

    /// After a return, the step that returned work waits for everything between.
    fn check_redone(&mut self, before: &Stand<'p>, deed: Deed<'p>) {
        let Deed::Finish(id, outcome) = deed else {
            if let Deed::Recall(id, _) = deed {
                for redo in self.redos.iter_mut().filter(|redo| redo.whole.contains(id)) {
                    redo.open.insert(id.to_owned());
                }
            }
            return;
        };
        for redo in &mut self.redos {
            redo.open.remove(id);
        }
        for redo in self.redos.iter().filter(|redo| redo.returning == id) {
            assert!(redo.open.is_empty(), "{id} is finished again without {:?}", redo.open);
        }
        self.redos.retain(|redo| redo.returning != id);
        let found = self.reference.outcome(id, outcome).expect("the outcome exists");
        if !found.returns {
            return;
        }
        let between = self.reference.between(found, id);
        let endorsed: BTreeSet<&str> =
            self.case.endorsed(self.sound).map(|step| self.sound.step_at(step).id.as_str()).collect();
        assert!(endorsed.is_disjoint(&between), "endorsements given after the point returned to are void");
        let kept: BTreeSet<&str> = before.done.difference(&between).copied().collect();
        assert_eq!(self.stand.done, kept, "a return undoes nothing else");
        let first = self.sound.step_at(self.sound.first_step()).id.as_str();
        let whole: BTreeSet<String> = between
            .iter()
            .filter(|step| **step != id && self.is_on_every_way(first, step, id))
            .filter(|step| {
                found.to.iter().any(|to| to.as_str() == **step || !self.is_on_every_way(first, step, to.as_str()))
            })
            .map(|step| (*step).to_owned())
            .collect();
        self.redos.push(Redo { returning: id.to_owned(), open: whole.clone(), whole });
    }

    fn is_on_every_way(&self, from: &str, step: &str, to: &str) -> bool {
        step == from || step == to || (from != to && !self.reference.leads(from, to, &[step]))
    }

    /// Carries the case on to its end: wanders about for a while, then takes the shortest way out.
    pub(crate) fn carry_to_end(&mut self, dice: &mut Dice, wander: usize) {
        let distances = distances(self.procedure());
        for turn in 0..wander + 500 {
            match self.stand.phase {
                Phase::New => {
                    let opener = self.omni();
                    self.must(opener, &Ask::Open);
                }
                Phase::Suspended => {
                    let supervisor = self.omni();
                    self.must(supervisor, &Ask::Resume);
                }
                Phase::Completed => {
                    assert_eq!(self.stand.tokens.len(), 1, "nothing is left behind");
                    return;
                }
                Phase::Cancelled => return,
                Phase::Open => {
                    let enabled = self.reference.enabled(&self.stand);
                    let id = *dice.pick(&enabled).expect("an open case can go on");
                    let step = self.reference.step(id).expect("an enabled step exists");
                    let shortest = step
                        .outcomes
                        .iter()
                        .filter(|outcome| !outcome.returns)
                        .min_by_key(|outcome| outcome_distance(outcome, &distances))
                        .expect("a step of a sound procedure has a way on");
                    let outcome = if turn < wander { dice.pick(&step.outcomes).unwrap_or(shortest) } else { shortest };
                    self.finish(step, outcome);
                }
            }
        }
        panic!("the case does not end: {:?}", self.stand);
    }

    /// Supplies what a step needs from outside and finishes it, by one who holds its role and whom the duties let.
    pub(crate) fn finish(&mut self, step: &'p Step, outcome: &'p Outcome) {
        let player = self.doer(step);
        if !outcome.returns {
            self.supply_for(step);
        }
        let ask = finishing(step, outcome);
        self.must(player, &ask);
    }

    pub(crate) fn supply_for(&mut self, step: &'p Step) {
        for document in self.reference.lacking(&self.stand, step, true) {
            let known = self.procedure().documents.iter().find(|known| known.id.as_str() == document);
            assert!(known.is_some_and(|known| known.external), "step {} waits without {document}", step.id);
            let player = self.omni();
            self.must(player, &Ask::Supply { document: document.to_owned(), remark: None });
        }
    }

    /// A copy to try things on, without the history.
    pub(crate) fn fork(&self) -> Duo<'p> {
        let fork = Duo::resumed(self.sound, self.case.clone(), self.stand.clone());
        let (actors, stored_actors) = (self.actors.clone(), self.actors.clone());
        Duo { now: self.now, cast: self.cast.clone(), actors, stored_actors, ..fork }
    }

    /// A case that stands somewhere, without the history.
    pub(crate) fn resumed(sound: &'p SoundProcedure, case: CaseState, stand: Stand<'p>) -> Duo<'p> {
        let inherited = case.version() as usize;
        Duo { stored: case.clone(), case, stand, inherited, ..Duo::new(sound, &[]) }
    }

    /// Which of all thinkable commands are accepted from somebody.
    pub(crate) fn accepted_asks(&self) -> BTreeSet<String> {
        let mut duo = self.fork();
        let mut accepted = BTreeSet::new();
        for ask in self.battery() {
            let step = match &ask {
                Ask::Start(step) | Ask::Complete { step, .. } | Ask::Return { step, .. } | Ask::Recall(step) => {
                    duo.reference.step(step)
                }
                _ => None,
            };
            let player = step.map_or(duo.omni(), |step| duo.doer(step));
            if duo.judge(player, &ask).is_ok() {
                accepted.insert(format!("{ask:?}"));
            }
        }
        accepted
    }

    pub(crate) fn battery(&self) -> Vec<Ask> {
        let text = || "text".to_owned();
        let mut asks = vec![Ask::Open, Ask::Suspend(text()), Ask::Resume, Ask::Cancel(text()), Ask::Comment(text())];
        for step in &self.procedure().steps {
            asks.push(Ask::Start(step.id.to_string()));
            asks.push(Ask::Recall(step.id.to_string()));
            asks.extend(step.outcomes.iter().map(|outcome| finishing(step, outcome)));
        }
        asks
    }
}

/// The command that finishes a step in order.
pub(crate) fn finishing(step: &Step, outcome: &Outcome) -> Ask {
    let (id, name) = (step.id.to_string(), outcome.id.to_string());
    if outcome.returns {
        return Ask::Return { step: id, outcome: name, reason: "Perbaiki".into() };
    }
    let outputs = step.outputs_of(outcome).iter().map(|used| used.document.to_string()).collect();
    Ask::Complete { step: id, outcome: name, outputs, remark: None }
}

/// The kernel and the reference see the same case.
pub(crate) fn agree<'p>(sound: &SoundProcedure, case: &CaseState, reference: &Reference<'p>, stand: &Stand<'p>) {
    let phase = match case.status() {
        Status::New => Phase::New,
        Status::Open => Phase::Open,
        Status::Suspended => Phase::Suspended,
        Status::Completed => Phase::Completed,
        Status::Cancelled => Phase::Cancelled,
        other => panic!("a status of which the reference knows nothing: {other}"),
    };
    assert_eq!(phase, stand.phase);
    let enabled: Vec<&str> = case.enabled(sound).into_iter().map(|step| sound.step_at(step).id.as_str()).collect();
    assert_eq!(enabled, reference.enabled(stand), "enabled");
    let documents: BTreeSet<&str> =
        case.documents(sound).map(|document| sound.document_at(document).id.as_str()).collect();
    assert_eq!(documents, stand.documents, "documents");
    let mut endorsed = Vec::new();
    for step in sound.steps() {
        let row = sound.step_at(step);
        let id = row.id.as_str();
        assert_eq!(case.is_enabled(sound, step), enabled.contains(&id), "{id} enabled");
        assert_eq!(case.is_done(sound, step), stand.done.contains(id), "{id} done");
        assert_eq!(case.is_started(sound, step), stand.started.contains(id), "{id} started");
        if row.endorsement.is_some() && stand.done.contains(id) {
            endorsed.push(step);
        }
    }
    assert_eq!(case.endorsed(sound).collect::<Vec<_>>(), endorsed, "endorsed");
}

/// What an event does, by names.
pub(crate) fn deed<'p>(sound: &'p SoundProcedure, event: &Event) -> Deed<'p> {
    let name = |step: StepIx| sound.step_at(step).id.as_str();
    let both = |step, outcome| (name(step), sound.outcome_at(step, outcome).id.as_str());
    match &event.kind {
        EventKind::CaseOpened { .. } => Deed::Open,
        EventKind::StepStarted { step } => Deed::Start(name(*step)),
        EventKind::StepCompleted { step, outcome, .. } | EventKind::StepReturned { step, outcome, .. } => {
            let (step, outcome) = both(*step, *outcome);
            Deed::Finish(step, outcome)
        }
        EventKind::StepRecalled { step, outcome } => {
            let (step, outcome) = both(*step, *outcome);
            Deed::Recall(step, outcome)
        }
        EventKind::DocumentSupplied { document, .. } => Deed::Supply(sound.document_at(*document).id.as_str()),
        EventKind::CaseSuspended { .. } => Deed::Suspend,
        EventKind::CaseResumed => Deed::Resume,
        EventKind::CaseCancelled { .. } => Deed::Cancel,
        EventKind::CommentAdded { .. } => Deed::Comment,
        other => panic!("an event of which the reference knows nothing: {other:?}"),
    }
}

/// How many steps it takes from each step to the end, at best.
fn distances(procedure: &Procedure) -> std::collections::HashMap<&str, usize> {
    let mut distances = std::collections::HashMap::new();
    for _ in 0..=procedure.steps.len() {
        for step in &procedure.steps {
            let forward = step.outcomes.iter().filter(|outcome| !outcome.returns);
            let least = forward.map(|outcome| outcome_distance(outcome, &distances)).min().unwrap_or(usize::MAX);
            if least < usize::MAX {
                distances.insert(step.id.as_str(), least + 1);
            }
        }
    }
    distances
}

fn outcome_distance(outcome: &Outcome, distances: &std::collections::HashMap<&str, usize>) -> usize {
    let far = outcome.to.iter().map(|to| match to.as_str() {
        "end" => 0,
        step => distances.get(step).copied().unwrap_or(usize::MAX),
    });
    far.max().unwrap_or(usize::MAX)
}

/// A procedure larger than any other here; its last indices mean nothing to the others.
fn atlas() -> &'static SoundProcedure {
    static ATLAS: OnceLock<SoundProcedure> = OnceLock::new();
    ATLAS.get_or_init(|| {
        let mut procedure = Procedure::new("atlas", "1", "Atlas").role("r", "R");
        for number in 0..600 {
            procedure = procedure.document(format!("d{number}"), "D");
            let next = if number == 599 { "end".to_owned() } else { format!("{}", number + 1) };
            let mut step = Step::new(format!("{number}"), "r", "Do").output(format!("d{number}"));
            for way in 0..if number == 0 { 200 } else { 1 } {
                step = step.outcome(Outcome::new(format!("o{way}")).to(next.as_str()));
            }
            procedure = procedure.step(step);
        }
        procedure.verify().expect("a chain is sound")
    })
}

pub(crate) fn step_ix(sound: &SoundProcedure, id: &str) -> StepIx {
    sound.step(id).unwrap_or_else(|| atlas().step("599").expect("it has 600 steps"))
}

fn outcome_ix(sound: &SoundProcedure, step: &str, id: &str) -> OutcomeIx {
    let known = sound.step(step).and_then(|step| sound.outcome(step, id));
    known.unwrap_or_else(|| atlas().outcome(atlas().first_step(), "o199").expect("it has 200 outcomes"))
}

pub(crate) fn document_ix(sound: &SoundProcedure, id: &str) -> DocumentIx {
    sound.document(id).unwrap_or_else(|| atlas().document("d599").expect("it has 600 documents"))
}

/// The foreign indices that no procedure here knows.
pub(crate) fn foreign() -> (&'static SoundProcedure, StepIx, DocumentIx) {
    (atlas(), step_ix(atlas(), "599"), document_ix(atlas(), "d599"))
}
