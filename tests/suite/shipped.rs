//! The two SOPs that come with the crate: sound, faithful to their source, and open about what they infer.

mod source;

use std::collections::{BTreeMap, BTreeSet};

use sopflow::{
    About, Code, Confidence, Direction, DocumentUse, Endorsement, Evidence, Outcome, Place, Procedure, Severity, Step,
    Target, Text, Verifier,
};

use source::{Row, Sop};

const FILES: [&str; 2] = ["examples/sop/forum-bisnis.toml", "examples/sop/forum-bisnis-virtual.toml"];

pub(crate) fn shipped() -> [Procedure; 2] {
    FILES
        .map(|path| Procedure::from_toml(&source::read(path)).unwrap_or_else(|error| panic!("{}", error.in_file(path))))
}

/// Each step of both procedures with the row of the source that it comes from; the SOP is 1 or 2.
fn for_each_step(mut examine: impl FnMut(usize, &Step, &Row)) {
    let sops = source::sops();
    for (position, (procedure, sop)) in shipped().iter().zip(&sops).enumerate() {
        for (step, row) in procedure.steps.iter().zip(&sop.rows) {
            examine(position + 1, step, row);
        }
    }
}

fn worded(uses: &[DocumentUse]) -> Vec<&Text> {
    uses.iter().filter_map(|used| used.wording.as_ref()).collect()
}

fn returns(step: &Step) -> Vec<&str> {
    step.outcomes.iter().filter(|outcome| outcome.returns).flat_map(|outcome| &outcome.to).map(Target::as_str).collect()
}

fn role_evidence(step: &Step) -> &Evidence {
    let mut found = step.evidence_about(About::Role);
    let evidence = found.next().unwrap_or_else(|| panic!("step {} has no evidence for its role", step.id));
    assert!(found.next().is_none(), "step {} has two kinds of evidence for its role", step.id);
    evidence
}

fn confidence(evidence: &Evidence) -> &'static str {
    match evidence.confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

// ── Soundness ───────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn both_are_sound_without_a_warning() {
    for procedure in shipped() {
        let sound = procedure.verify().unwrap_or_else(|report| panic!("{report}"));
        let report = sound.report();
        assert_eq!(report.with_severity(Severity::Error).count(), 0, "{report}");
        assert_eq!(report.with_severity(Severity::Warning).count(), 0, "{report}");
    }
}

/// Kasi, Kabid and Sekretaris initial the letters of the forum before Kepala signs: the three that the regulation allows.
#[test]
fn three_initials_are_enough_and_two_are_not() {
    let broken = |procedure: &Procedure, most| -> Vec<Place> {
        let sound = Verifier::new().initials_max(most).verify(procedure).expect("sound");
        let told = sound.report().with_severity(Severity::Warning).map(|found| {
            assert_eq!(found.code, Code::TooManyInitials, "{found}");
            found.place.clone()
        });
        told.collect()
    };
    let [forum, online] = shipped();
    assert_eq!([3, 2, 1].map(|most| broken(&forum, most)), [vec![], vec![step("13")], vec![step("12")]]);
    assert_eq!([3, 2, 1].map(|most| broken(&online, most)), [vec![], vec![], vec![step("10")]]);
}

/// Kabid initials the letters before Kasi when their steps are exchanged.
#[test]
fn initials_in_the_wrong_order_are_told() {
    let [mut forum, _] = shipped();
    let [kasi, kabid] = ["11", "12"].map(|id| forum.steps.iter().position(|step| step.id == *id).expect("a step"));
    (forum.steps[kasi].role, forum.steps[kabid].role) =
        (forum.steps[kabid].role.clone(), forum.steps[kasi].role.clone());
    let sound = forum.verify().expect("sound");
    let told: Vec<_> = sound.report().with_code(Code::InitialsOutOfOrder).collect();
    let [told] = told[..] else { panic!("{}", sound.report()) };
    assert_eq!(told.place, step("12"));
    assert_eq!(told.witness.as_ref().expect("a way").moves.len(), 11);
}

fn step(id: &str) -> Place {
    Place::Step(id.into())
}

#[test]
fn notes_tell_exactly_what_is_of_low_confidence_and_who_is_idle() {
    let noted = |procedure: &Procedure| -> Vec<String> {
        let sound = procedure.verify().expect("sound");
        let notes = sound.report().with_severity(Severity::Note);
        notes
            .map(|note| match note.code {
                Code::LowConfidence => {
                    let about = note.message.strip_prefix("low confidence in the ").expect("a note");
                    let about = about.split([',', ';', '.']).next().expect("a note");
                    format!("{}: {about}", note.place)
                }
                code => format!("{}: {code}", note.place),
            })
            .collect()
    };
    let [forum, online] = shipped();
    assert_eq!(
        noted(&forum),
        [
            "step 17: document-never-needed",
            "step 2: document-twice",
            "step 10: document-twice",
            "procedure: supervisors",
            "step 1: role",
            "step 3: return",
            "step 9: input",
            "step 10: input",
            "step 17: role",
            "step 19: return",
        ],
    );
    assert_eq!(
        noted(&online),
        [
            "step 14: document-never-needed",
            "role sekretaris: idle-role",
            "procedure: supervisors",
            "step 2: return",
            "step 3: return",
            "step 8: input",
            "step 10: role",
            "step 14: role",
            "step 16: return",
        ],
    );
}

// ── Word for word ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn each_cell_of_all_39_rows_is_there_word_for_word() {
    let counts: Vec<usize> = source::sops().iter().map(|sop| sop.rows.len()).collect();
    assert_eq!(counts, [21, 18]);
    assert_eq!(shipped().map(|procedure| procedure.steps.len()), [21, 18]);
    for_each_step(|sop, step, row| {
        let at = format!("SOP {sop}, step {}", row.number);
        assert_eq!(step.id, row.number.as_str(), "{at}");
        assert_eq!(step.number(), row.number, "{at}");
        assert_eq!(step.activity.as_written(), row.activity, "{at}");
        assert_eq!(step.time.expect("a time").to_string(), row.time, "{at}");
        let as_written = |uses| worded(uses).into_iter().map(Text::as_written).collect::<Vec<_>>();
        assert_eq!(as_written(&step.inputs), [&row.input], "{at}");
        assert_eq!(as_written(&step.outputs), [&row.output], "{at}");
        assert!(step.note.is_none(), "{at}: the column of remarks is empty");
    });
}

#[test]
fn identity_and_roles_are_those_of_the_source() {
    for (procedure, sop) in shipped().iter().zip(&source::sops()) {
        let identity = &procedure.identity;
        assert_eq!(identity.title.as_written(), sop.title);
        let number = stated(sop, "NOMOR SOP").map(str::to_owned);
        assert_eq!(identity.number, number);
        for (day, name) in
            [(identity.made, "TGL. PEMBUATAN"), (identity.revised, "TGL. REVISI"), (identity.effective, "TGL. EFEKTIF")]
        {
            assert_eq!(day.map(|day| day.format("%d/%m/%Y").to_string()).as_deref(), stated(sop, name), "{name}");
        }
        let names: Vec<&str> = procedure.roles.iter().map(|role| role.name.as_written()).collect();
        assert_eq!(names, sop.role_names);
        let ids: Vec<&str> = procedure.roles.iter().map(|role| role.id.as_str()).collect();
        assert_eq!(ids, ["staf", "kasi", "kabid", "sekretaris", "kepala"], "lowest rank first");
        assert!(procedure.evidence.iter().any(|evidence| evidence.about == About::Identity));
    }
    let [forum, online] = shipped();
    assert_eq!(forum.identity.number.as_deref(), Some("SOP/BPM/03"));
    assert_eq!(online.identity.number, None);
}

fn stated<'a>(sop: &'a Sop, name: &str) -> Option<&'a str> {
    sop.identity.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).filter(|value| *value != "-")
}

/// What is misspelt or cut off in the source: SOP, step, cell, what stands there, what is meant.
const CORRECTIONS: &[(usize, &str, &str, &str, &str)] = &[
    (1, "6", "input", "Nota dina syang", "Nota dinas yang"),
    (1, "8", "activity", "kagiatan", "kegiatan"),
    (1, "11", "activity", "membuhi ", "membubuhi "),
    (1, "12", "activity", "membuhi ", "membubuhi "),
    (1, "13", "activity", "membuhi ", "membubuhi "),
    (1, "14", "activity", "Manenerima", "Menerima"),
    (1, "14", "activity", "membubuh ", "membubuhkan "),
    (1, "14", "output", "moderator,", "moderator"),
    (1, "15", "activity", "membubuh ", "membubuhkan "),
    (1, "16", "output", "Surat siap telah didistribusikan", "Surat telah didistribusikan"),
    (1, "20", "output", "berparas", "berparaf"),
    (2, "2", "activity", "memberika ", "memberikan "),
    (2, "5", "input", "Nota dina syang", "Nota dinas yang"),
    (2, "7", "activity", "kagiatan", "kegiatan"),
    (2, "9", "activity", "membuhi ", "membubuhi "),
    (2, "9", "activity", "memeksa", "memeriksa"),
    (2, "9", "input", "kenala", "kepala"),
    (2, "9", "output", "laporan penyelenggaraan", "laporan penyelenggaraan, bahan paparan"),
    (2, "10", "activity", "membuhi ", "membubuhi "),
    (2, "10", "activity", "memeksa", "memeriksa"),
    (2, "10", "output", "dinas, laporan", "dinas, laporan penyelenggaraan, bahan paparan"),
    (2, "11", "activity", "membubuh ", "membubuhkan "),
    (2, "11", "output", "moderator sambutan", "moderator, sambutan"),
    (2, "12", "activity", "membubuh ", "membubuhkan "),
    (2, "13", "output", "Surat siap telah didistribusikan", "Surat telah didistribusikan"),
    (2, "17", "output", "berparas", "berparaf"),
];

#[test]
fn exactly_the_misspelt_and_cut_cells_are_corrected() {
    let mut corrected = BTreeSet::new();
    for_each_step(|sop, step, row| {
        for (cell, words) in row.cells() {
            let text = match cell {
                "activity" => &step.activity,
                "input" => worded(&step.inputs)[0],
                _ => worded(&step.outputs)[0],
            };
            let mut meant = words.to_owned();
            for (_, _, _, wrong, right) in
                CORRECTIONS.iter().filter(|entry| (entry.0, entry.1, entry.2) == (sop, row.number.as_str(), cell))
            {
                assert!(meant.contains(wrong), "SOP {sop}, step {}, {cell}: no “{wrong}” in “{meant}”", row.number);
                meant = meant.replacen(wrong, right, 1);
            }
            assert_eq!(text.in_language("id"), meant, "SOP {sop}, step {}, {cell}", row.number);
            if let Some(written) = text.source() {
                assert_ne!(written, text.in_language("id"), "SOP {sop}, step {}, {cell}", row.number);
                corrected.insert((sop, row.number.clone(), cell));
            }
        }
    });
    let listed = CORRECTIONS.iter().map(|(sop, step, cell, ..)| (*sop, (*step).to_owned(), *cell)).collect();
    assert_eq!(corrected, listed);
    for procedure in shipped() {
        let beside = texts(&procedure).filter(|text| text.source().is_some()).count();
        let in_steps = corrected.iter().filter(|(sop, ..)| (*sop == 2) == (procedure.id == "forum-bisnis-virtual"));
        assert_eq!(beside, in_steps.count(), "{}: nothing but cells is corrected", procedure.id);
    }
}

/// Every text for people.
fn texts(procedure: &Procedure) -> impl Iterator<Item = &Text> {
    let Procedure { identity, roles, documents, evidence, steps, .. } = procedure;
    let lists = [
        &identity.legal_basis,
        &identity.qualifications,
        &identity.related,
        &identity.equipment,
        &identity.warnings,
        &identity.records,
    ];
    let of_steps = steps.iter().flat_map(|step| {
        let labels = step.outcomes.iter().filter_map(|outcome| outcome.label.as_ref());
        let own = step.outcomes.iter().filter_map(|outcome| outcome.outputs.as_deref()).flat_map(worded);
        [&step.activity]
            .into_iter()
            .chain(&step.note)
            .chain(labels)
            .chain(own)
            .chain(worded(&step.inputs).into_iter().chain(worded(&step.outputs)).chain(notes(&step.evidence)))
    });
    [&identity.title]
        .into_iter()
        .chain(&identity.unit)
        .chain(identity.approver.iter().map(|approver| &approver.post))
        .chain(lists.into_iter().flatten())
        .chain(roles.iter().map(|role| &role.name))
        .chain(documents.iter().map(|document| &document.name))
        .chain(notes(evidence))
        .chain(of_steps)
}

fn notes(evidence: &[Evidence]) -> impl Iterator<Item = &Text> {
    evidence.iter().filter_map(|evidence| evidence.note.as_ref())
}

#[test]
fn every_text_is_there_in_indonesian_and_in_english() {
    for procedure in shipped() {
        assert!(texts(&procedure).count() > 5 * procedure.steps.len(), "{}: texts were found", procedure.id);
        for text in texts(&procedure) {
            let tags: Vec<&str> = text.languages().map(|(tag, _)| tag).collect();
            assert_eq!(tags, ["id", "en"], "{text}");
            assert!(text.languages().all(|(_, words)| !words.trim().is_empty()), "{text}");
            assert_ne!(text.in_language("id"), text.in_language("en"));
        }
    }
}

// ── Roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn roles_are_those_read_from_the_wording_with_their_alternatives() {
    let procedures = shipped();
    let readings = source::role_readings();
    assert_eq!(readings.len(), 39);
    for reading in readings {
        let at = format!("SOP {}, step {}", reading.sop, reading.step);
        let procedure = &procedures[reading.sop - 1];
        let step = procedure.find_step(&reading.step).expect("a step");
        assert_eq!(step.activity.as_written(), reading.activity, "{at}");
        assert_eq!(step.role, reading.role.to_lowercase().as_str(), "{at}");
        let evidence = role_evidence(step);
        assert_eq!(confidence(evidence), reading.confidence, "{at}");
        let mut alternatives = BTreeSet::new();
        for alternative in reading.alternatives.split("; ").filter(|alternative| !alternative.is_empty()) {
            let note = evidence.note.as_ref().map_or("", |note| note.in_language("en"));
            if alternative == "all five" {
                assert!(note.contains("all five roles together"), "{at}: {note}");
                alternatives.extend(procedure.roles.iter().map(|role| role.id.to_string()));
            } else if alternative.contains(" then ") {
                assert!(note.contains(alternative), "{at}: {note}");
            } else {
                alternatives.insert(alternative.to_lowercase());
            }
        }
        alternatives.remove(step.role.as_str());
        assert_eq!(evidence.alternatives.iter().cloned().collect::<BTreeSet<_>>(), alternatives, "{at}");
    }
}

#[test]
fn a_step_may_be_given_to_each_role_that_its_evidence_names() {
    for procedure in shipped() {
        for step in &procedure.steps {
            for alternative in &role_evidence(step).alternatives {
                let given = procedure.clone().reassign(step.id.as_str(), alternative).expect("an alternative");
                assert_eq!(given.find_step(step.id.as_str()).expect("a step").role, alternative.as_str());
                if let Err(report) = given.verify() {
                    panic!("step {} given to {alternative}: {report}", step.id);
                }
                let back = given.reassign(step.id.as_str(), step.role.as_str()).expect("the choice is taken back");
                assert_eq!(back, procedure);
            }
        }
    }
}

#[test]
fn the_last_initials_of_the_virtual_forum_may_be_those_of_the_secretary() {
    let [_, online] = shipped();
    let sound = online.reassign("10", "sekretaris").expect("an alternative").verify().expect("sound");
    let warnings: Vec<_> = sound.report().with_severity(Severity::Warning).collect();
    let [warning] = warnings[..] else { panic!("{}", sound.report()) };
    assert_eq!(warning.code, Code::SkippedRole);
    assert_eq!(warning.place, Place::Outcome("9".into(), "done".into()));
    assert!(warning.message.contains("`kabid`"), "{warning}");
    assert!(!sound.report().has(Code::IdleRole), "the secretary has a step now");
}

#[test]
fn the_event_may_be_led_by_the_section_head_without_a_warning() {
    let [forum, _] = shipped();
    let sound = forum.reassign("17", "kasi").expect("an alternative").verify().expect("sound");
    assert_eq!(sound.report().with_severity(Severity::Warning).count(), 0, "{}", sound.report());
}

#[test]
fn a_step_is_not_given_to_a_role_that_its_evidence_does_not_name() {
    let refused = |position: usize, step: &str, role: &str| {
        let procedure = shipped().into_iter().nth(position).expect("two procedures");
        let error = procedure.reassign(step, role).expect_err("refused");
        assert!(error.is_reassignment());
        error.to_string()
    };
    assert_eq!(
        refused(1, "10", "kasi"),
        "step 10: `kasi` is no alternative to `kabid` (the alternatives are `sekretaris`)",
    );
    assert_eq!(refused(0, "1", "kabid"), "step 1: `kabid` is no alternative to `staf` (the alternatives are `kasi`)",);
    assert_eq!(refused(0, "5", "kabid"), "step 5: `kabid` is no alternative to `kepala`");
    assert_eq!(refused(0, "17", "bupati"), "step 17: there is no role `bupati`");
}

// ── Flows and returns ───────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn steps_follow_one_another_by_number() {
    for procedure in shipped() {
        assert_eq!(procedure.first_step().map(|step| step.id.as_str()), Some("1"));
        for (position, step) in procedure.steps.iter().enumerate() {
            let next = procedure.steps.get(position + 1).map_or("end", |next| next.id.as_str());
            let forward: Vec<&Outcome> = step.outcomes.iter().filter(|outcome| !outcome.returns).collect();
            let [done] = forward[..] else { panic!("step {} has {} ways on", step.id, forward.len()) };
            assert_eq!((done.id.as_str(), done.to.as_slice()), ("done", &[Target::from(next)][..]), "step {}", step.id);
        }
    }
}

#[test]
fn returns_are_those_that_were_read_from_the_wording() {
    let read = |procedure: &Procedure| -> BTreeMap<String, String> {
        let returning = procedure.steps.iter().filter(|step| !returns(step).is_empty());
        returning.map(|step| (step.id.to_string(), returns(step).join(" "))).collect()
    };
    let expected = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(step, targets)| ((*step).to_owned(), (*targets).to_owned())).collect()
    };
    let [forum, online] = shipped();
    assert_eq!(
        read(&forum),
        expected(&[
            ("3", "2"),
            ("4", "2"),
            ("11", "10"),
            ("12", "10"),
            ("13", "10"),
            ("14", "13 12 11 10"),
            ("19", "18"),
            ("20", "18"),
        ]),
    );
    assert_eq!(
        read(&online),
        expected(&[("2", "1"), ("3", "1"), ("9", "8"), ("10", "8"), ("11", "10 9 8"), ("16", "15"), ("17", "15"),]),
    );
}

/// A return voids the marks given after the point that it goes to, and nothing that the steps to be done again need.
#[test]
fn a_return_voids_the_marks_given_since_and_leaves_what_the_drafter_needs() {
    for procedure in shipped() {
        let position = |id: &str| procedure.steps.iter().position(|step| step.id == *id).expect("a step");
        for (at, step) in procedure.steps.iter().enumerate() {
            for target in returns(step).into_iter().map(position) {
                let again = &procedure.steps[target..=at];
                let before = &procedure.steps[..target];
                let yields = |steps: &[Step], document: &str| {
                    steps.iter().flat_map(|step| &step.outputs).any(|used| used.document == *document)
                };
                for marked in again.iter().filter(|step| step.endorsement.is_some()) {
                    for used in &marked.outputs {
                        assert!(
                            !yields(before, used.document.as_str()),
                            "a return from {} to {} leaves `{}`",
                            step.id,
                            procedure.steps[target].id,
                            used.document,
                        );
                    }
                }
                for needed in &procedure.steps[target].inputs {
                    let external = procedure.find_document(needed.document.as_str()).expect("listed").external;
                    assert!(external || yields(before, needed.document.as_str()), "`{}` is void", needed.document);
                }
                let marked_before = before.iter().filter(|step| step.endorsement.is_some());
                for used in marked_before.flat_map(|step| &step.outputs) {
                    assert!(!yields(again, used.document.as_str()), "`{}` is not voided alone", used.document);
                }
            }
        }
    }
}

// ── Documents and marks ─────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn only_the_budget_document_comes_from_outside() {
    for procedure in shipped() {
        let external: Vec<&str> = procedure
            .documents
            .iter()
            .filter(|document| document.external)
            .map(|document| document.name.in_language("id"))
            .collect();
        assert_eq!(external, ["Dokumen Perencanaan (DPA)"]);
    }
}

/// So each reviewer works on the paper that carries the mark of the one before.
#[test]
fn each_step_takes_up_what_the_step_before_it_yields() {
    let breaks = shipped().map(|procedure| {
        let pairs = procedure.steps.windows(2).filter(|pair| {
            let yielded = |used: &DocumentUse| pair[0].outputs.iter().any(|output| output.document == used.document);
            !pair[1].inputs.iter().any(yielded)
        });
        pairs.map(|pair| pair[1].id.to_string()).collect::<Vec<_>>()
    });
    // Typing goes back to the source of the draft: the budget document, the result of coordination.
    assert_eq!(breaks, [vec!["2", "10"], vec![]]);
}

#[test]
fn initials_and_signatures_are_given_in_tiers() {
    let marks = shipped().map(|procedure| {
        let marked = procedure.steps.iter().filter_map(|step| Some((step, step.endorsement?)));
        marked
            .map(|(step, mark)| {
                let mark = match mark {
                    Endorsement::Initials => "paraf",
                    Endorsement::Signature => "tanda tangan",
                    _ => panic!("another mark"),
                };
                format!("{} {} {mark}", step.id, step.role)
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(
        marks,
        [
            vec![
                "3 kasi paraf",
                "4 kabid tanda tangan",
                "11 kasi paraf",
                "12 kabid paraf",
                "13 sekretaris paraf",
                "14 kepala tanda tangan",
                "19 kasi paraf",
                "20 kabid tanda tangan",
            ],
            vec![
                "2 kasi paraf",
                "3 kabid tanda tangan",
                "9 kasi paraf",
                "10 kabid paraf",
                "11 kepala tanda tangan",
                "16 kasi paraf",
                "17 kabid tanda tangan",
            ],
        ],
    );
}

// ── Nothing is assumed in silence ───────────────────────────────────────────────────────────────────────────────────

#[test]
fn whatever_is_inferred_carries_evidence() {
    for procedure in shipped() {
        let about = |about| procedure.evidence.iter().filter(move |evidence| evidence.about == about).count();
        assert_eq!([About::Supervisors, About::Flow, About::Time].map(about), [1, 1, 1]);
        assert_eq!(procedure.supervisors, ["kepala"]);
        for step in &procedure.steps {
            let has = |about| step.evidence_about(about).count();
            assert_eq!(has(About::Role), 1, "step {}", step.id);
            assert_eq!(has(About::Return), usize::from(!returns(step).is_empty()), "step {}", step.id);
            let direct = step.outcomes.iter().any(|outcome| outcome.direct);
            assert_eq!(has(About::Direct), usize::from(direct), "step {}", step.id);
            let activity = step.activity.in_language("id");
            let said = ["paraf", "tanda tangan", "menandatangani"].iter().any(|word| activity.contains(word));
            assert!(step.endorsement.is_none() || said || has(About::Endorsement) == 1, "step {}", step.id);
            let silent = step.inputs.iter().chain(&step.outputs).any(|used| used.wording.is_none());
            assert!(!silent || has(About::Output) == 1, "step {}: a document that no cell names", step.id);
        }
    }
}

#[test]
fn upward_flows_are_direct_exactly_where_they_pass_over_a_role() {
    for procedure in shipped() {
        let rank = |role: &str| procedure.roles.iter().position(|known| known.id == *role).expect("a role");
        for flow in procedure.flows() {
            let passes_over = flow.direction == Direction::Submit
                && procedure
                    .find_step(flow.to.as_str())
                    .is_some_and(|to| rank(to.role.as_str()) > rank(flow.from.role.as_str()) + 1);
            assert_eq!(flow.outcome.direct, passes_over, "step {}", flow.from.id);
        }
    }
}

/// An input worded otherwise than the output it is mapped to, and an output worded like another document, is a mapping
/// that the source does not state.
#[test]
fn mappings_that_the_words_do_not_state_carry_evidence() {
    for procedure in shipped() {
        let mut yielded: Vec<(&str, String)> = procedure
            .documents
            .iter()
            .filter(|document| document.external)
            .map(|document| (document.id.as_str(), document.name.in_language("id").to_lowercase()))
            .collect();
        for step in &procedure.steps {
            for used in &step.inputs {
                let words = used.wording.as_ref().expect("a wording").in_language("id").to_lowercase();
                let stated = yielded.iter().any(|known| *known == (used.document.as_str(), words.clone()));
                let told = step.evidence_about(About::Input).any(|evidence| {
                    evidence.note.is_some() && evidence.words.as_deref() == used.wording.as_ref().map(Text::as_written)
                });
                assert!(stated || told, "{}, step {}: `{}`", procedure.id, step.id, used.document);
            }
            for used in &step.outputs {
                let words = used.wording.as_ref().map(|wording| wording.in_language("id").to_lowercase());
                let again = yielded.iter().any(|(document, _)| *document == used.document.as_str());
                let clash = yielded
                    .iter()
                    .any(|(document, known)| *document != used.document.as_str() && Some(known) == words.as_ref());
                let told = step.evidence_about(About::Output).any(|evidence| evidence.note.is_some());
                assert!(!(again || clash) || told, "{}, step {}: `{}`", procedure.id, step.id, used.document);
                yielded.extend(words.map(|words| (used.document.as_str(), words)));
            }
        }
    }
}

#[test]
fn each_known_mismatch_of_the_documents_is_told() {
    let told: [&[(&str, About)]; 2] = [
        &[
            ("2", About::Input),
            ("2", About::Output),
            ("3", About::Input),
            ("4", About::Input),
            ("4", About::Output),
            ("5", About::Input),
            ("9", About::Input),
            ("10", About::Input),
            ("14", About::Input),
            ("15", About::Input),
            ("17", About::Output),
            ("18", About::Input),
            ("18", About::Output),
            ("20", About::Input),
        ],
        &[
            ("2", About::Input),
            ("3", About::Input),
            ("3", About::Output),
            ("4", About::Input),
            ("8", About::Input),
            ("11", About::Input),
            ("12", About::Input),
            ("14", About::Output),
            ("15", About::Input),
            ("15", About::Output),
            ("17", About::Input),
        ],
    ];
    for (procedure, told) in shipped().iter().zip(told) {
        for (id, about) in told {
            let step = procedure.find_step(id).expect("a step");
            let entries: Vec<&Evidence> = step.evidence_about(*about).collect();
            let [entry] = entries[..] else { panic!("{}, step {id}: {entries:?}", procedure.id) };
            assert!(entry.words.is_some() && entry.note.is_some(), "{}, step {id}: {entry:?}", procedure.id);
        }
    }
}

#[test]
fn evidence_rests_on_words_that_stand_in_the_source() {
    for_each_step(|sop, step, row| {
        for evidence in &step.evidence {
            let Some(words) = &evidence.words else { continue };
            let there = row.cells().iter().any(|(_, cell)| cell.contains(words));
            assert!(there, "SOP {sop}, step {}: “{words}” does not stand in its row", step.id);
        }
    });
    for evidence in shipped().iter().flat_map(|procedure| &procedure.evidence) {
        assert!(evidence.words.as_ref().is_none_or(|words| source::whole().contains(words)), "{evidence:?}");
    }
}

// ── The two beside each other ───────────────────────────────────────────────────────────────────────────────────────

/// The steps of SOP 1 and the step of SOP 2 that takes their place.
const BESIDE: &[(&[&str], &str)] = &[
    (&["1", "2"], "1"),
    (&["3"], "2"),
    (&["4"], "3"),
    (&["5"], "4"),
    (&["6"], "5"),
    (&["7"], "6"),
    (&["8"], "7"),
    (&["9", "10"], "8"),
    (&["11"], "9"),
    (&["12", "13"], "10"),
    (&["14"], "11"),
    (&["15"], "12"),
    (&["16"], "13"),
    (&["17"], "14"),
    (&["18"], "15"),
    (&["19"], "16"),
    (&["20"], "17"),
    (&["21"], "18"),
];

#[test]
fn the_two_procedures_correspond_step_by_step() {
    let [forum, online] = shipped();
    let told = |procedure: &Procedure, ids: &[&str]| {
        let steps: Vec<&Step> = ids.iter().map(|id| procedure.find_step(id).expect("a step")).collect();
        let times: Vec<String> = steps.iter().map(|step| step.time.expect("a time").to_string()).collect();
        let roles: Vec<String> = steps.iter().map(|step| step.role.to_string()).collect();
        (times.join(" + "), roles)
    };
    let mapped: Vec<&str> = BESIDE.iter().flat_map(|(first, _)| *first).copied().collect();
    assert!(mapped.iter().eq(&forum.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>()));
    let onto: Vec<&str> = BESIDE.iter().map(|(_, second)| *second).collect();
    assert!(onto.iter().eq(&online.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>()));
    let mut differing = Vec::new();
    for (first, second) in BESIDE {
        let ((time, roles), (time_online, role)) = (told(&forum, first), told(&online, &[*second]));
        assert!(roles.contains(&role[0]), "{first:?} → {second}: {roles:?} and {role:?}");
        if *second != "10" {
            assert!(roles.iter().all(|known| *known == role[0]), "{first:?} → {second}: {roles:?} and {role:?}");
        }
        if time != time_online {
            differing.push(format!("{time} → {time_online}"));
        }
    }
    assert_eq!(
        differing,
        [
            "60 menit + 60 menit → 60 menit",
            "4 x 60 menit → 1 hari",
            "4 hari + 4 hari → 5 hari",
            "30 menit + 30 menit → 30 menit",
        ],
    );
}

#[test]
fn standard_times_add_up() {
    let minutes = |procedure: &Procedure| -> u64 {
        let times = procedure.steps.iter().filter_map(|step| step.time);
        times.map(|time| time.minutes(procedure.day, 450).expect("working time").most).sum()
    };
    assert_eq!(shipped().each_ref().map(minutes), [6_660, 5_430]);
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn both_survive_toml_and_json_unchanged() {
    for procedure in shipped() {
        let from_json = Procedure::from_json(&procedure.to_json()).expect("JSON is read back");
        assert_eq!(from_json, procedure);
        let toml = from_json.to_toml();
        let from_toml = Procedure::from_toml(&toml).expect("TOML is read back");
        assert_eq!(from_toml, procedure);
        assert_eq!(from_toml.to_toml(), toml);
        assert_eq!(from_toml.to_json(), procedure.to_json());
    }
}

#[test]
fn a_slip_in_a_shipped_file_is_found_at_its_place() {
    for path in FILES {
        let text = source::read(path);
        let last = text.rmatch_indices("role = \"kepala\"").next().expect("the last step is the head's").0;
        let slipped = format!("{}role = \"kepla\"{}", &text[..last], &text[last + "role = \"kepala\"".len()..]);
        let error = Procedure::from_toml(&slipped).expect_err("there is no such role");
        let [fault] = error.faults() else { panic!("{error}") };
        assert_eq!(fault.line, Some(text[..last].matches('\n').count() + 1), "{error}");
        assert_eq!(fault.help.as_deref(), Some("did you mean `kepala`?"));
    }
}
