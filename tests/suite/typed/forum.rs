//! The shipped SOPs as declarations: the same data, and cases that run the same with types and without.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use sopflow::runtime::Ask;
use sopflow::time::Timestamp;
use sopflow::typed::{self, Command, Named, Sound, State};
use sopflow::{Actor, ActorIx, Actors, Case, CaseState, CommandKind, Event, Grant, Refused, RoleIx, Status};

use crate::laws::cases;
use crate::random::Dice;
use crate::shipped::shipped;

#[path = "../../../examples/sop/forum_bisnis.rs"]
mod declared;
#[path = "../../../examples/sop/forum_bisnis_virtual.rs"]
mod declared_virtual;

use declared::forum_bisnis::{self as forum, Document, Role, Sop, Step, Work, back, step};
use declared_virtual::forum_bisnis_virtual as other;

const NOW: Timestamp = Timestamp::from_millis(1_618_794_000_000);

#[test]
fn both_sops_are_the_same_as_their_files() {
    let [file, virtual_file] = shipped();
    assert_eq!(Sop::procedure(), file);
    assert_eq!(other::Sop::procedure(), virtual_file);
    assert_eq!(Sop::procedure().to_toml(), file.to_toml());
    assert_eq!(Sop::verify().unwrap().erased().seal(), file.verify().unwrap().seal());
}

#[test]
fn names_lead_to_ids_and_back() {
    fn check<N: Named + serde::Serialize + serde::de::DeserializeOwned + std::str::FromStr<Err = typed::UnknownId>>(
        ids: &[&str],
    ) {
        assert_eq!(N::IDS, ids);
        for (position, named) in N::ALL.iter().enumerate() {
            assert_eq!(
                (named.index(), named.id(), named.to_string().as_str()),
                (position, ids[position], ids[position])
            );
            assert_eq!(ids[position].parse::<N>(), Ok(*named));
            let json = serde_json::to_string(named).unwrap();
            assert_eq!(json, format!("\"{}\"", ids[position]));
            assert_eq!(serde_json::from_str::<N>(&json).unwrap(), *named);
        }
        assert!(N::from_id("none").is_none());
    }
    let procedure = Sop::procedure();
    check::<Role>(&["staf", "kasi", "kabid", "sekretaris", "kepala"]);
    check::<Document>(&procedure.documents.iter().map(|document| document.id.as_str()).collect::<Vec<_>>());
    check::<Step>(&procedure.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>());
    check::<back::TandatanganiSurat>(&["13", "12", "11", "10"]);
    assert!(Role::Staf < Role::Kasi && Role::Sekretaris < Role::Kepala, "roles are ordered by rank");
    let unknown = "kadis".parse::<Role>().unwrap_err().to_string();
    assert_eq!(unknown, "there is no role `kadis`; there are `staf`, `kasi`, `kabid`, `sekretaris`, `kepala`");
    let unread = serde_json::from_str::<Role>("\"kadis\"").unwrap_err().to_string();
    assert!(unread.starts_with(&unknown), "{unread}");
}

/// One officer a role.
struct Office {
    officers: Vec<(ActorIx, [Grant; 1])>,
}

impl Office {
    fn new() -> Self {
        let mut actors = Actors::new();
        let officer = |role: &Role| (actors.add(role.id()).unwrap(), [Grant::holder(RoleIx::from(*role))]);
        Self { officers: Role::ALL.iter().map(officer).collect() }
    }

    fn actor(&self, role: Role) -> Actor<'_> {
        let (id, grants) = &self.officers[role.index()];
        Actor { id: *id, grants }
    }

    fn of(&self, procedure: &Sound<Sop>, step: Step) -> Actor<'_> {
        self.actor(procedure.step(step).role.as_str().parse().unwrap())
    }
}

/// Finishes the step, or returns work by the `back`-th of its returns.
fn act(work: Work<'_>, by: Actor<'_>, back: Option<usize>) -> Result<Event, Refused> {
    macro_rules! each {
        ($($plain:ident)*; $($reviewed:ident)*) => {
            match work {
                $(Work::$plain(item) => item.finish(by, NOW),)*
                $(Work::$reviewed(item) => match back {
                    Some(back) => {
                        let ways = back::$reviewed::ALL;
                        item.return_to(by, ways[back % ways.len()], "Perbaiki", NOW)
                    }
                    None => item.finish(by, NOW),
                },)*
            }
        };
    }
    each! {
        SiapkanNotaDinas KetikNotaDinas DisposisiNotaDinas SerahkanDisposisi BahasPersiapan SiapkanTempat SiapkanSurat
        KetikSurat NomoriSurat KirimSurat LaksanakanForum SusunLaporan TerimaLaporan;
        ParafNotaDinas TandatanganiNotaDinas ParafSuratKasi ParafSuratKabid ParafSuratSekretaris TandatanganiSurat
        ParafLaporan PeriksaLaporan
    }
}

/// The same without types: outcomes by their ids.
fn act_erased(case: &mut Case<'_>, step: Step, by: Actor<'_>, back: Option<usize>) -> Result<Event, Refused> {
    let definition = case.procedure().procedure().find_step(step.id()).unwrap();
    let returns: Vec<String> =
        definition.outcomes.iter().filter(|outcome| outcome.returns).map(|outcome| outcome.to[0].to_string()).collect();
    let outputs: Vec<&str> = definition.outputs.iter().map(|used| used.document.as_str()).collect();
    match back {
        Some(back) if !returns.is_empty() => {
            case.return_to(by, step.id(), &returns[back % returns.len()], "Perbaiki", NOW)
        }
        _ => case.complete(by, step.id(), "done", &outputs, NOW),
    }
    .cloned()
}

proptest! {
    #![proptest_config(cases(60))]

    /// Random moves of one case with types, of one without, and of a bare state, by commands as values.
    #[test]
    fn a_case_runs_the_same_with_types(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let (procedure, office) = (Sop::verify().unwrap(), Office::new());
        let staf = office.actor(Role::Staf);
        let mut case = typed::Case::open(&procedure, staf, NOW).unwrap();
        let mut erased = Case::open(procedure.erased(), staf, NOW).unwrap();
        for _ in 0..60 {
            let waiting: Vec<Step> = case.enabled().collect();
            let Some(step) = dice.pick(&waiting).copied() else { break };
            let step = if dice.chance(5) { Step::ALL[dice.roll(Step::ALL.len())] } else { step };
            let by = if dice.chance(10) { office.actor(Role::ALL[dice.roll(5)]) } else { office.of(&procedure, step) };
            let back = dice.chance(15).then(|| dice.roll(4));
            let (one, other) = match dice.roll(12) {
                0 => (case.supply(by, Document::Dpa, NOW).cloned(), erased.supply(by, "dpa", NOW).cloned()),
                1 => (case.recall(by, step, NOW).cloned(), erased.recall(by, step.id(), NOW).cloned()),
                2 => {
                    let start = Command::start(step);
                    (case.carry_out(by, &start, NOW).cloned(), erased.start(by, step.id(), NOW).cloned())
                }
                _ => match case.work(step) {
                    Ok(work) => (act(work, by, back), act_erased(&mut erased, step, by, back)),
                    // An item of a step whose turn it is not does not exist; more than that is not examined.
                    Err(refused) => {
                        let refused_too = act_erased(&mut erased, step, by, back).unwrap_err();
                        prop_assert!(refused_too.reasons().contains(&refused.reasons()[0]));
                        continue;
                    }
                },
            };
            prop_assert_eq!(one, other);
        }
        prop_assert_eq!(case.erased().history(), erased.history());
        prop_assert_eq!(case.erased().state(), erased.state());
    }
}

/// The steps in turn, each by its type: what is done here is what the types offer.
fn run(
    procedure: &Sound<Sop>,
    office: &Office,
    state: &mut State<Sop>,
    mut happened: impl FnMut(Event),
) -> Result<(), Refused> {
    macro_rules! in_turn {
        ($($step:ident)*) => {$(
            let by = office.of(procedure, Step::$step);
            happened(state.item(procedure, step::$step)?.finish(by, NOW)?);
        )*};
    }
    let staf = office.actor(Role::Staf);
    happened(state.carry_out(procedure, &sopflow::Command { by: staf, kind: CommandKind::OpenCase }, NOW)?);
    happened(state.carry_out(procedure, &Command::supply(Document::Dpa).erased(procedure, staf), NOW)?);
    in_turn! {
        SiapkanNotaDinas KetikNotaDinas ParafNotaDinas TandatanganiNotaDinas DisposisiNotaDinas SerahkanDisposisi
        BahasPersiapan SiapkanTempat SiapkanSurat KetikSurat ParafSuratKasi ParafSuratKabid ParafSuratSekretaris
        TandatanganiSurat NomoriSurat KirimSurat LaksanakanForum SusunLaporan ParafLaporan PeriksaLaporan TerimaLaporan
    }
    Ok(())
}

#[test]
fn nothing_is_allocated_and_a_state_takes_no_more_room() {
    let (procedure, office) = (Sop::verify().unwrap(), Office::new());
    procedure.erased().seal();
    let (mut state, mut history) = (State::new(&procedure), Vec::with_capacity(30));
    let allocated =
        allocation_counter::measure(|| run(&procedure, &office, &mut state, |event| history.push(event)).unwrap());
    assert_eq!(allocated.count_total, 0, "the typed face allocates");
    assert_eq!(size_of::<State<Sop>>(), size_of::<CaseState>());
    assert_eq!(state.erased().status(), Status::Completed);
    assert_eq!(sopflow::replay(procedure.erased(), &history).unwrap(), *state.erased());
}

#[test]
fn a_case_is_stored_and_read_back_with_its_type() {
    let (procedure, office) = (Sop::verify().unwrap(), Office::new());
    let (staf, kasi) = (office.actor(Role::Staf), office.actor(Role::Kasi));
    let mut actors = Actors::new();
    for role in Role::ALL {
        actors.add(role.id()).unwrap();
    }
    let mut case = typed::Case::open(&procedure, staf, NOW).unwrap();
    case.supply(staf, Document::Dpa, NOW).unwrap();
    let mut item = case.item(step::SiapkanNotaDinas).unwrap();
    assert!(!item.is_started() && item.step() == Step::SiapkanNotaDinas && item.may_act(kasi, NOW).is_err());
    item.start(staf, NOW).unwrap();
    assert!(item.is_started());
    item.finish(staf, NOW).unwrap();
    assert!(case.is_done(Step::SiapkanNotaDinas) && case.has(Document::KonsepNotaDinas));

    let records = case.erased().records(&actors).unwrap();
    let read = typed::Case::from_records(&procedure, &records, &mut actors).unwrap();
    assert_eq!(read.erased().state(), case.erased().state());
    let virtual_sop = other::Sop::verify().unwrap();
    let refused = typed::Case::from_records(&virtual_sop, &records, &mut actors).unwrap_err();
    assert!(refused.is_procedure_changed(), "{refused}");
    let refused = typed::Case::of(&virtual_sop, case.into_erased()).unwrap_err();
    assert!(refused.is_procedure_changed(), "{refused}");
    assert!(State::of(&virtual_sop, CaseState::new(procedure.erased())).is_err());
    assert!(State::of(&procedure, CaseState::new(procedure.erased())).is_ok());
}

#[test]
fn an_engine_is_asked_by_ids() {
    let ask = Ask::from(Command::<Sop>::finish(step::LaksanakanForum));
    let outputs = vec!["kegiatan".into(), "catatan-kepeminatan".into()];
    assert_eq!(ask, Ask::Complete { step: "17".into(), outcome: "done".into(), outputs, remark: None });
    let ask = Ask::from(Command::<Sop>::return_to(
        step::TandatanganiSurat,
        back::TandatanganiSurat::ParafSuratKasi,
        "Periksa",
    ));
    assert_eq!(ask, Ask::Return { step: "14".into(), to: "11".into(), reason: "Periksa".into() });
    assert_eq!(Ask::from(Command::<Sop>::start(Step::KetikSurat)), Ask::Start { step: "10".into() });
    assert_eq!(Ask::from(Command::<Sop>::recall(Step::KetikSurat)), Ask::Recall { step: "10".into() });
    let ask = Ask::from(Command::<Sop>::supply(Document::Dpa));
    assert_eq!(ask, Ask::Supply { document: "dpa".into(), remark: None });
}

#[test]
fn a_return_goes_where_its_name_says() {
    for back in back::TandatanganiSurat::ALL {
        let (procedure, office) = (Sop::verify().unwrap(), Office::new());
        let kepala = office.actor(Role::Kepala);
        let command = Command::<Sop>::return_to(step::TandatanganiSurat, *back, "Perbaiki");
        let CommandKind::ReturnStep { step, outcome, .. } = command.erased(&procedure, kepala).kind else { panic!() };
        let outcome = procedure.erased().outcome_at(step, outcome);
        assert_eq!(outcome.id, format!("return-{back}").as_str());
        assert_eq!(forum::Step::from_id(back.id()).unwrap().id(), back.id());
    }
}
