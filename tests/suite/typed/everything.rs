//! `tests/data/good/everything.toml` as a declaration: every part that one can have.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

sopflow::procedure! {
    mod everything = "grant-letter.v2": (source: "SOP PEMBERIAN SURAT", id: "SOP Pemberian Surat", en: "Granting a letter") {
        identity {
            version: "2021-04",
            day: Calendar,
            start: Prepare,
            supervisors: [Head, Secretary],
            evidence: [{ about: Supervisors, confidence: Medium, note: "The source names none" }],
            number: "SOP/BPM/03",
            unit: "DPMPTSP",
            made: "2021-04-19",
            revised: "2021-04-20",
            effective: "2021-05-01",
            approver: { post: "Kepala DPMPTSP", name: "Drs. Ménéng", nip: "19650101 199003 1 001" },
            legal_basis: ["PermenPAN-RB 35/2012", (id: "Perda 1/2019", en: "Local regulation 1/2019")],
            qualifications: ["Can write"],
            related: ["SOP/BPM/04"],
            equipment: ["Pen"],
            warnings: ["The letter is late"],
            records: ["Register"],
        }

        roles {
            Staff = "staff": "Staf",
            Section = "section": (id: "Kasi", "en-GB": "Head of section"),
            Secretary = "secretary": "Sekretaris",
            Head = "head": "Kepala",
        }

        documents {
            Request = "request": "Permohonan" external,
            Draft = "draft": "Konsep surat",
            Letter = "letter": "Surat",
            Refusal = "refusal": "Surat penolakan",
        }

        steps {
            Prepare = "1": (id: "Menyiapkan konsep", en: "Prepare the draft") {
                number: "1.",
                role: Staff,
                inputs: Request,
                time: (1-5 hari kerja),
                outputs: [Draft: "Konsep awal"],
                next: [Review, CheckBudget, CheckLaw],
                note: "Three read it at once",
            }
            Review = "2": "Memeriksa dan membubuhkan paraf" {
                role: Section,
                inputs: [Draft],
                time: (4 x 60 menit),
                endorsement: Initials,
                next: Gather,
            }
            CheckBudget = "3": "Memeriksa anggaran" { role: Section, time: segera, join: Any, next: [Gather] }
            CheckLaw = "4": "Memeriksa hukum" {
                role: Secretary,
                time: (90 minutes),
                next: Gather,
                evidence: [
                    {
                        about: Role, confidence: Low, words: "membuhi paraf", alternatives: [Section, Head],
                        note: (en: "Either"),
                    },
                    { about: Flow, confidence: High, alternatives: ["6"] },
                ],
            }
            Gather = "5": "Mengumpulkan" { role: Secretary, join: 2, next: Sign, direct: true }
            Sign = "6": "Menandatangani" {
                role: Head,
                inputs: [Draft],
                outputs: [Letter],
                endorsement: Signature,
                join: All,
                outcomes: {
                    Signed = "signed": { to: end, label: (id: "Ya", en: "Yes") },
                    Refused = "refused": {
                        to: [end], label: "Tidak", direct: true, cancels: [Gather], outputs: [Refusal],
                    },
                },
                returns: {
                    Again = "again": { to: Prepare, outputs: [] },
                    Prepare = "return-1": { to: Prepare },
                    Review = "return-2": { to: Review },
                },
            }
        }

        duties { distinct: [Prepare, Gather, Sign], same: [Review, CheckLaw] }
    }
}

#[test]
fn a_declaration_has_all_that_a_file_has() {
    let file = include_str!("../../data/good/everything.toml");
    let procedure = sopflow::Procedure::from_toml(file).unwrap();
    assert_eq!(everything::Sop::procedure(), procedure);
}
