//! The floor: what somebody would write by hand for SOP/BPM/03 alone.
//!
//! An enum of steps and one `match` over step and outcome, with the checks that the crate makes on a completion: the case
//! is open, it is the step's turn, the actor holds the step's role now, every input is there, every output is named. It
//! makes the same event, with time, actor, role, capacity, step, outcome and remark. What it lacks is everything else: it serves one
//! procedure, and tells nothing when it refuses.

use std::hint::black_box;
use std::sync::Arc;

use sopflow::Capacity;
use sopflow::time::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Staf,
    Kasi,
    Kabid,
    Sekretaris,
    Kepala,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    S1,
    S2,
    S3,
    S4,
    S5,
    S6,
    S7,
    S8,
    S9,
    S10,
    S11,
    S12,
    S13,
    S14,
    S15,
    S16,
    S17,
    S18,
    S19,
    S20,
    S21,
    Ended,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Done,
    Returned,
}

#[derive(Clone, Copy)]
pub struct Grant {
    pub role: Role,
    pub capacity: Capacity,
    pub on_behalf_of: Option<u32>,
    pub from: Timestamp,
    pub until: Timestamp,
}

#[derive(Clone)]
pub struct Command<'a> {
    pub actor: u32,
    pub grants: &'a [Grant],
    pub step: Step,
    pub outcome: Outcome,
    pub outputs: u64,
    pub remark: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub struct Event {
    pub at: Timestamp,
    pub actor: u32,
    pub on_behalf_of: Option<u32>,
    pub role: Role,
    pub capacity: Capacity,
    pub step: Step,
    pub outcome: Outcome,
    pub remark: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub step: Step,
    pub is_open: bool,
    pub documents: u64,
    pub events: u32,
}

struct Way {
    role: Role,
    needs: u64,
    yields: u64,
    next: Step,
}

const DPA: u64 = 1 << 0;
const KONSEP_NOTA_DINAS: u64 = 1 << 1;
const NOTA_DINAS_DIPARAF: u64 = 1 << 2;
const NOTA_DINAS_DITANDATANGANI: u64 = 1 << 3;
const NOTA_DINAS_BERDISPOSISI: u64 = 1 << 4;
const DISPOSISI_KEPALA: u64 = 1 << 5;
const RANCANGAN_RENCANA: u64 = 1 << 6;
const HASIL_KOORDINASI: u64 = 1 << 7;
const KONSEP_SURAT: u64 = 1 << 8;
const KONSEP_SURAT_DIPARAF_KASI: u64 = 1 << 9;
const KONSEP_SURAT_DIPARAF_KABID: u64 = 1 << 10;
const KONSEP_SURAT_DIPARAF_SEKRETARIS: u64 = 1 << 11;
const SURAT_DITANDATANGANI: u64 = 1 << 12;
const SURAT_SIAP_KIRIM: u64 = 1 << 13;
const SURAT_TERKIRIM: u64 = 1 << 14;
const KEGIATAN: u64 = 1 << 15;
const CATATAN_KEPEMINATAN: u64 = 1 << 16;
const KONSEP_AWAL_LAPORAN: u64 = 1 << 17;
const LAPORAN_DIPARAF: u64 = 1 << 18;
const LAPORAN_DITANDATANGANI: u64 = 1 << 19;
const LAPORAN_FINAL: u64 = 1 << 20;

impl Case {
    pub fn opened() -> Self {
        Self { step: Step::S1, is_open: true, documents: DPA, events: 2 }
    }

    #[inline]
    pub fn complete(&mut self, command: &Command<'_>, now: Timestamp) -> Option<Event> {
        use Outcome::Done;
        if !self.is_open || self.step != command.step {
            return None;
        }
        let way = match (self.step, command.outcome) {
            (Step::S1, Done) => Way { role: Role::Staf, needs: DPA, yields: KONSEP_NOTA_DINAS, next: Step::S2 },
            (Step::S2, Done) => Way { role: Role::Staf, needs: DPA, yields: KONSEP_NOTA_DINAS, next: Step::S3 },
            (Step::S3, Done) => {
                Way { role: Role::Kasi, needs: KONSEP_NOTA_DINAS, yields: NOTA_DINAS_DIPARAF, next: Step::S4 }
            }
            (Step::S4, Done) => {
                Way { role: Role::Kabid, needs: NOTA_DINAS_DIPARAF, yields: NOTA_DINAS_DITANDATANGANI, next: Step::S5 }
            }
            (Step::S5, Done) => Way {
                role: Role::Kepala,
                needs: NOTA_DINAS_DITANDATANGANI,
                yields: NOTA_DINAS_BERDISPOSISI,
                next: Step::S6,
            },
            (Step::S6, Done) => {
                Way { role: Role::Kabid, needs: NOTA_DINAS_BERDISPOSISI, yields: DISPOSISI_KEPALA, next: Step::S7 }
            }
            (Step::S7, Done) => {
                Way { role: Role::Kasi, needs: DISPOSISI_KEPALA, yields: RANCANGAN_RENCANA, next: Step::S8 }
            }
            (Step::S8, Done) => {
                Way { role: Role::Staf, needs: RANCANGAN_RENCANA, yields: HASIL_KOORDINASI, next: Step::S9 }
            }
            (Step::S9, Done) => {
                Way { role: Role::Staf, needs: HASIL_KOORDINASI, yields: KONSEP_SURAT, next: Step::S10 }
            }
            (Step::S10, Done) => {
                Way { role: Role::Staf, needs: HASIL_KOORDINASI, yields: KONSEP_SURAT, next: Step::S11 }
            }
            (Step::S11, Done) => {
                Way { role: Role::Kasi, needs: KONSEP_SURAT, yields: KONSEP_SURAT_DIPARAF_KASI, next: Step::S12 }
            }
            (Step::S12, Done) => Way {
                role: Role::Kabid,
                needs: KONSEP_SURAT_DIPARAF_KASI,
                yields: KONSEP_SURAT_DIPARAF_KABID,
                next: Step::S13,
            },
            (Step::S13, Done) => Way {
                role: Role::Sekretaris,
                needs: KONSEP_SURAT_DIPARAF_KABID,
                yields: KONSEP_SURAT_DIPARAF_SEKRETARIS,
                next: Step::S14,
            },
            (Step::S14, Done) => Way {
                role: Role::Kepala,
                needs: KONSEP_SURAT_DIPARAF_SEKRETARIS,
                yields: SURAT_DITANDATANGANI,
                next: Step::S15,
            },
            (Step::S15, Done) => {
                Way { role: Role::Staf, needs: SURAT_DITANDATANGANI, yields: SURAT_SIAP_KIRIM, next: Step::S16 }
            }
            (Step::S16, Done) => {
                Way { role: Role::Staf, needs: SURAT_SIAP_KIRIM, yields: SURAT_TERKIRIM, next: Step::S17 }
            }
            (Step::S17, Done) => {
                Way { role: Role::Staf, needs: SURAT_TERKIRIM, yields: KEGIATAN | CATATAN_KEPEMINATAN, next: Step::S18 }
            }
            (Step::S18, Done) => {
                Way { role: Role::Staf, needs: CATATAN_KEPEMINATAN, yields: KONSEP_AWAL_LAPORAN, next: Step::S19 }
            }
            (Step::S19, Done) => {
                Way { role: Role::Kasi, needs: KONSEP_AWAL_LAPORAN, yields: LAPORAN_DIPARAF, next: Step::S20 }
            }
            (Step::S20, Done) => {
                Way { role: Role::Kabid, needs: LAPORAN_DIPARAF, yields: LAPORAN_DITANDATANGANI, next: Step::S21 }
            }
            (Step::S21, Done) => {
                Way { role: Role::Kepala, needs: LAPORAN_DITANDATANGANI, yields: LAPORAN_FINAL, next: Step::Ended }
            }
            _ => return None,
        };
        let grant =
            command.grants.iter().find(|grant| grant.role == way.role && grant.from <= now && now < grant.until)?;
        if self.documents & way.needs != way.needs || command.outputs != way.yields {
            return None;
        }
        self.documents |= way.yields;
        self.step = way.next;
        self.is_open = way.next != Step::Ended;
        self.events += 1;
        Some(Event {
            at: now,
            actor: command.actor,
            on_behalf_of: grant.on_behalf_of,
            role: way.role,
            capacity: grant.capacity,
            step: command.step,
            outcome: command.outcome,
            remark: command.remark.clone(),
        })
    }
}

/// The commands that take a case from start to end, by one officer a role.
pub fn commands(grants: &[[Grant; 1]]) -> Vec<Command<'_>> {
    let arcs: [(Step, Role, u64); 21] = [
        (Step::S1, Role::Staf, KONSEP_NOTA_DINAS),
        (Step::S2, Role::Staf, KONSEP_NOTA_DINAS),
        (Step::S3, Role::Kasi, NOTA_DINAS_DIPARAF),
        (Step::S4, Role::Kabid, NOTA_DINAS_DITANDATANGANI),
        (Step::S5, Role::Kepala, NOTA_DINAS_BERDISPOSISI),
        (Step::S6, Role::Kabid, DISPOSISI_KEPALA),
        (Step::S7, Role::Kasi, RANCANGAN_RENCANA),
        (Step::S8, Role::Staf, HASIL_KOORDINASI),
        (Step::S9, Role::Staf, KONSEP_SURAT),
        (Step::S10, Role::Staf, KONSEP_SURAT),
        (Step::S11, Role::Kasi, KONSEP_SURAT_DIPARAF_KASI),
        (Step::S12, Role::Kabid, KONSEP_SURAT_DIPARAF_KABID),
        (Step::S13, Role::Sekretaris, KONSEP_SURAT_DIPARAF_SEKRETARIS),
        (Step::S14, Role::Kepala, SURAT_DITANDATANGANI),
        (Step::S15, Role::Staf, SURAT_SIAP_KIRIM),
        (Step::S16, Role::Staf, SURAT_TERKIRIM),
        (Step::S17, Role::Staf, KEGIATAN | CATATAN_KEPEMINATAN),
        (Step::S18, Role::Staf, KONSEP_AWAL_LAPORAN),
        (Step::S19, Role::Kasi, LAPORAN_DIPARAF),
        (Step::S20, Role::Kabid, LAPORAN_DITANDATANGANI),
        (Step::S21, Role::Kepala, LAPORAN_FINAL),
    ];
    let command = |(step, role, outputs)| Command {
        actor: role as u32,
        grants: &grants[role as usize],
        step,
        outcome: Outcome::Done,
        outputs,
        remark: None,
    };
    arcs.map(command).to_vec()
}

/// One officer a role, each for ever.
pub fn officers() -> [[Grant; 1]; 5] {
    [Role::Staf, Role::Kasi, Role::Kabid, Role::Sekretaris, Role::Kepala].map(|role| {
        [Grant {
            role,
            capacity: black_box(Capacity::Holder),
            on_behalf_of: None,
            from: Timestamp::MIN,
            until: Timestamp::MAX,
        }]
    })
}
