// Promosi forum bisnis virtual
// Promotion through a virtual business forum
//
// Disalin dari formulir resmi kata demi kata. Bila sumber salah ketik atau terpotong, `source` menyimpan kata-kata
// aslinya dan `id` pembetulannya. Simbol diagram alir dan tanda di kolom pelaksana hilang dari sumber, jadi pelaksana,
// jalan kembali dan pemetaan dokumen adalah pembacaan kami; setiap pembacaan dicatat sebagai `evidence`.
//
// Copied word for word from the official form. Where the source is misspelt or cut off, `source` keeps its own words and
// `id` the correction. The symbols of the flowchart and the marks in the performers' columns are lost from the source, so
// performers, returns and the mapping of documents are our reading; every such reading is recorded as `evidence`.
//
// Isinya sama dengan forum-bisnis-virtual.toml; sebuah pengujian membandingkan keduanya.
// Its content is that of forum-bisnis-virtual.toml; a test holds one against the other.

sopflow::procedure! {
    /// SOP for promotion through a virtual business forum.
    pub mod forum_bisnis_virtual = "forum-bisnis-virtual": (id: "SOP PROMOSI FORUM BISNIS VIRTUAL", en: "SOP for promotion through a virtual business forum") {
        identity {
            version: "1",
            // "hari" tanpa keterangan dibaca sebagai hari kerja. / A bare "hari" is read as a working day.
            day: Working,
            // Yang boleh menangguhkan, melanjutkan dan membatalkan. / Who may suspend, resume and cancel.
            supervisors: [Kepala],
            evidence: [
                {
                    about: Identity, confidence: High, words: "SOP PROMOSI FORUM BISNIS VIRTUAL",
                    note: (
                        id: "Sumber hanya memuat judul: tanpa nomor dan tanpa tanggal pembuatan, revisi maupun efektif; tidak diambil dari SOP/BPM/03.",
                        en: "The source has only the title: no number and no dates made, revised or effective; they are not taken from SOP/BPM/03.",
                    ),
                },
                {
                    about: Identity, confidence: High,
                    note: (
                        id: "Unit kerja, pengesah dan dasar hukum tidak ada di sumber, demikian pula isian lain blok identitas; dibiarkan kosong.",
                        en: "The unit, the approver and the legal basis are not in the source, nor are the other entries of the identity block; left out.",
                    ),
                },
                {
                    about: Flow, confidence: High, words: "Alur Proses",
                    note: (
                        id: "Simbol diagram alir hilang dari sumber; urutan dibaca dari penomoran. Legenda tidak memuat simbol keputusan.",
                        en: "The flowchart symbols are lost from the source; the order is read from the numbering. The legend has no decision symbol.",
                    ),
                },
                {
                    about: Time, confidence: Medium, words: "hari",
                    note: (
                        id: "Sumber tidak membedakan hari kerja dan hari kalender; dibaca sebagai hari kerja (7,5 jam).",
                        en: "The source does not tell working days from calendar days; read as a working day (7.5 hours).",
                    ),
                },
                {
                    about: Supervisors, confidence: Low,
                    note: (
                        id: "Sumber tidak menyebut siapa yang boleh menangguhkan, melanjutkan atau membatalkan; diberikan kepada pimpinan tertinggi.",
                        en: "The source does not say who may suspend, resume or cancel; given to the highest in rank.",
                    ),
                },
            ],
        }

        // Pelaksana, pangkat terendah lebih dahulu. / The roles, lowest rank first.
        roles {
            Staf = "staf": (id: "Staf", en: "Staff"),
            Kasi = "kasi": (id: "Kasi", en: "Section Head"),
            Kabid = "kabid": (id: "Kabid", en: "Division Head"),
            Sekretaris = "sekretaris": (id: "Sekretaris", en: "Agency Secretary"),
            Kepala = "kepala": (id: "Kepala", en: "Agency Head"),
        }

        // Satu dokumen untuk setiap tahap sebuah surat: paraf dan tanda tangan membuat dokumen baru, sehingga surat yang
        // dikembalikan kehilangan paraf dan tanda tangan sesudah titik kembalinya.
        // One document for each stage of a paper: initials and signatures make a new document, so that a paper sent back loses
        // the initials and signatures given after the point that it goes back to.
        documents {
            // Dari luar / from outside
            Dpa = "dpa": (id: "Dokumen Perencanaan (DPA)", en: "Planning document (DPA)") external,

            // Nota dinas / internal memorandum
            KonsepNotaDinas = "konsep-nota-dinas": (id: "Konsep nota dinas", en: "Draft memorandum"),
            NotaDinasDiparaf = "nota-dinas-diparaf": (id: "Konsep nota dinas berparaf Kasi", en: "Draft memorandum initialled by Kasi"),
            NotaDinasDitandatangani = "nota-dinas-ditandatangani": (id: "Nota dinas bertanda tangan Kabid", en: "Memorandum signed by Kabid"),
            NotaDinasBerdisposisi = "nota-dinas-berdisposisi": (id: "Nota dinas berdisposisi kepala", en: "Memorandum with the head's instruction"),
            DisposisiKepala = "disposisi-kepala": (id: "Disposisi kepala dinas", en: "Instruction of the agency head"),

            // Persiapan / preparation
            RancanganRencana = "rancangan-rencana": (id: "Draft rancangan rencana pelaksanaan kegiatan", en: "Draft outline of the event plan"),
            HasilKoordinasi = "hasil-koordinasi": (id: "Hasil koordinasi", en: "Result of coordination"),

            // Surat dan naskah / letters and texts
            KonsepSurat = "konsep-surat": (id: "Konsep surat dan naskah", en: "Draft letters and texts"),
            KonsepSuratDiparafKasi = "konsep-surat-diparaf-kasi": (id: "Konsep surat berparaf Kasi", en: "Draft letters initialled by Kasi"),
            // Paraf terakhir dari Kabid atau Sekretaris, menurut langkah 10. / The last initials are Kabid's or Sekretaris's: step 10.
            KonsepSuratDiparafLengkap = "konsep-surat-diparaf-lengkap": (id: "Konsep surat berparaf lengkap", en: "Draft letters with all initials"),
            SuratDitandatangani = "surat-ditandatangani": (id: "Surat bertanda tangan Kepala", en: "Letters signed by Kepala"),
            SuratSiapKirim = "surat-siap-kirim": (id: "Surat bernomor dan berstempel", en: "Letters numbered and stamped"),
            SuratTerkirim = "surat-terkirim": (id: "Surat terkirim", en: "Letters sent"),

            // Kegiatan dan laporan / the event and its report
            Kegiatan = "kegiatan": (id: "Kegiatan forum bisnis", en: "Business forum event"),
            CatatanKepeminatan = "catatan-kepeminatan": (id: "Catatan atas kepeminatan", en: "Notes on the interest shown"),
            KonsepAwalLaporan = "konsep-awal-laporan": (id: "Konsep awal laporan", en: "First draft of the report"),
            LaporanDiparaf = "laporan-diparaf": (id: "Konsep laporan berparaf Kasi", en: "Draft report initialled by Kasi"),
            LaporanDitandatangani = "laporan-ditandatangani": (id: "Laporan bertanda tangan Kabid", en: "Report signed by Kabid"),
            LaporanFinal = "laporan-final": (id: "Laporan final", en: "Final report"),
        }

        steps {
            // ── Nota dinas: dari konsep sampai disposisi (internal memorandum, from draft to instruction)

            SampaikanNotaDinas = "1": (
                id: "Menyampaikan konsep nota dinas pelaksanaan kegiatan",
                en: "Submit the draft memorandum on holding the event",
            ) {
                role: Staf,
                inputs: [Dpa: (id: "Dokumen Perencanaan (DPA)", en: "Planning document (DPA)")],
                time: (60 menit),
                outputs: [
                    KonsepNotaDinas: (
                        id: "Konsep nota dinas persiapan pelaksanaan kegiatan",
                        en: "Draft memorandum on preparing the event",
                    ),
                ],
                next: ParafNotaDinas,
                evidence: [
                    {
                        about: Role, confidence: High, words: "Menyampaikan konsep",
                        note: (
                            id: "Yang menerima konsep berikutnya adalah kepala seksi; yang menyampaikan adalah stafnya.",
                            en: "Who receives the draft next is the section head; who submits it is his or her staff.",
                        ),
                    },
                ],
            }

            ParafNotaDinas = "2": (
                source: "Menerima konsep nota dinas persiapan pelaksanaan kegiatan dan memberika paraf",
                id: "Menerima konsep nota dinas persiapan pelaksanaan kegiatan dan memberikan paraf",
                en: "Receive the draft memorandum on preparing the event and initial it",
            ) {
                role: Kasi,
                inputs: [KonsepNotaDinas: (id: "Konsep Nota Dinas", en: "Draft memorandum")],
                time: (30 menit),
                outputs: [
                    NotaDinasDiparaf: (
                        id: "Konsep nota dinas yang sudah diparaf oleh kepala seksi",
                        en: "Draft memorandum initialled by the section head",
                    ),
                ],
                endorsement: Initials,
                next: TandatanganiNotaDinas,
                returns: [SampaikanNotaDinas],
                evidence: [
                    { about: Role, confidence: High, words: "diparaf oleh kepala seksi" },
                    {
                        about: Input, confidence: High, words: "Konsep Nota Dinas",
                        note: (
                            id: "Nama pendek untuk konsep yang disampaikan pada langkah 1.",
                            en: "A short name for the draft submitted in step 1.",
                        ),
                    },
                    {
                        about: Return, confidence: Low, words: "memberika paraf",
                        note: (
                            id: "Paraf mengandaikan konsep dapat dikembalikan kepada pembuatnya; sumber tidak menyatakannya.",
                            en: "Initialling implies that the draft can go back to its drafter; the source does not say so.",
                        ),
                    },
                ],
            }

            TandatanganiNotaDinas = "3": (
                id: "Menerima konsep nota dinas persiapan pelaksanaan kegiatan dan menandatangani nota dinas",
                en: "Receive the draft memorandum on preparing the event and sign the memorandum",
            ) {
                role: Kabid,
                inputs: [NotaDinasDiparaf: (id: "Konsep Nota Dinas", en: "Draft memorandum")],
                time: (30 menit),
                outputs: [
                    NotaDinasDitandatangani: (
                        id: "Konsep nota dinas beserta disposisi kepala",
                        en: "Draft memorandum with the head's instruction",
                    ),
                ],
                endorsement: Signature,
                next: DisposisiNotaDinas,
                direct: true,
                returns: [SampaikanNotaDinas],
                evidence: [
                    {
                        about: Role, confidence: High, words: "menandatangani nota dinas", alternatives: [Sekretaris],
                        note: (
                            id: "Langkah 4 mengembalikan nota dinas kepada kepala bidang: dialah yang mengajukannya.",
                            en: "Step 4 gives the memorandum back to the division head: it is he or she who submitted it.",
                        ),
                    },
                    {
                        about: Input, confidence: High, words: "Konsep Nota Dinas",
                        note: (
                            id: "Nama pendek; yang diterima adalah konsep berparaf Kasi dari langkah 2.",
                            en: "A short name; what is received is the draft initialled by Kasi in step 2.",
                        ),
                    },
                    {
                        about: Output, confidence: Medium, words: "beserta disposisi kepala",
                        note: (
                            id: "Disposisi baru ditulis pada langkah 4; output dibaca sebagai nota dinas bertanda tangan Kabid.",
                            en: "The instruction is written only in step 4; the output is read as the memorandum signed by Kabid.",
                        ),
                    },
                    {
                        about: Return, confidence: Low, words: "menandatangani nota dinas",
                        note: (
                            id: "Tanda tangan mengandaikan konsep dapat dikembalikan kepada pembuatnya; sumber tidak menyatakannya.",
                            en: "Signing implies that the draft can go back to its drafter; the source does not say so.",
                        ),
                    },
                    {
                        about: Direct, confidence: Medium,
                        note: (
                            id: "Langkah berikut sudah milik Kepala; sumber tidak menyebut Sekretaris pada nota dinas ini.",
                            en: "The next step is already Kepala's; the source does not mention Sekretaris on this memorandum.",
                        ),
                    },
                ],
            }

            DisposisiNotaDinas = "4": (
                id: "Menerima konsep nota dinas mendisposisi nota dinas dan dikembalikan kepada kepala bidang untuk dilaksanakan",
                en: "Receive the draft memorandum, write an instruction on it and give it back to the division head to be carried out",
            ) {
                role: Kepala,
                inputs: [NotaDinasDitandatangani: (id: "Konsep Nota Dinas", en: "Draft memorandum")],
                time: (60 menit),
                outputs: [
                    NotaDinasBerdisposisi: (
                        id: "Nota dinas final beserta disposisi kepala",
                        en: "Final memorandum with the head's instruction",
                    ),
                ],
                next: SerahkanDisposisi,
                evidence: [
                    { about: Role, confidence: High, words: "mendisposisi nota dinas" },
                    {
                        about: Input, confidence: High, words: "Konsep Nota Dinas",
                        note: (
                            id: "Nama pendek; yang diterima adalah nota dinas bertanda tangan Kabid dari langkah 3.",
                            en: "A short name; what is received is the memorandum signed by Kabid in step 3.",
                        ),
                    },
                    {
                        about: Flow, confidence: High, words: "dikembalikan kepada kepala bidang untuk dilaksanakan",
                        note: (
                            id: "Bukan penolakan: nota dinas turun kembali bersama disposisi.",
                            en: "No refusal: the memorandum goes down again, with the instruction.",
                        ),
                    },
                ],
            }

            SerahkanDisposisi = "5": (
                id: "Menerima disposisi atau nota dinas yang telah diajukan dan menyerahkan disposisi tersebut kepada kepala seksi untuk dilaksanakan",
                en: "Receive the instruction or the memorandum submitted and hand the instruction to the section head to be carried out",
            ) {
                role: Kabid,
                inputs: [
                    NotaDinasBerdisposisi: (
                        source: "Nota dina syang telah didisposisi oleh Kepala Dinas",
                        id: "Nota dinas yang telah didisposisi oleh Kepala Dinas",
                        en: "Memorandum with the agency head's instruction",
                    ),
                ],
                time: (15 menit),
                outputs: [DisposisiKepala: (id: "Disposisi kepala dinas", en: "Instruction of the agency head")],
                next: BahasPersiapan,
                evidence: [
                    {
                        about: Role, confidence: High, words: "menyerahkan disposisi tersebut kepada kepala seksi",
                        note: (
                            id: "Langkah 4 mengembalikan nota dinas kepada kepala bidang.",
                            en: "Step 4 gives the memorandum back to the division head.",
                        ),
                    },
                    {
                        about: Input, confidence: High, words: "Nota dina syang telah didisposisi oleh Kepala Dinas",
                        note: (
                            id: "Output langkah 4 dengan kata-kata lain.",
                            en: "The output of step 4 in other words.",
                        ),
                    },
                ],
            }

            // ── Persiapan: rencana dan tempat (preparation: plan and venue)

            BahasPersiapan = "6": (
                id: "Berkoordinasi dengan staf pelaksana kegiatan untuk membahas persiapan pelaksanaan kegiatan",
                en: "Coordinate with the staff who hold the event to discuss its preparation",
            ) {
                role: Kasi,
                inputs: [DisposisiKepala: (id: "Disposisi Kepala Dinas", en: "Instruction of the Agency Head")],
                time: (30 menit),
                outputs: [
                    RancanganRencana: (id: "Draft rancangan rencana pelaksanaan kegiatan", en: "Draft outline of the event plan"),
                ],
                next: SiapkanTempat,
                evidence: [
                    {
                        about: Role, confidence: High, words: "Berkoordinasi dengan staf pelaksana kegiatan",
                        note: (
                            id: "Langkah 5 menyerahkan disposisi kepada kepala seksi, yang lalu berkoordinasi dengan stafnya.",
                            en: "Step 5 hands the instruction to the section head, who then coordinates with his or her staff.",
                        ),
                    },
                ],
            }

            SiapkanTempat = "7": (
                source: "Berkoordinasi dengan hotel/pemilik gedung untuk pelaksanaan kagiatan",
                id: "Berkoordinasi dengan hotel/pemilik gedung untuk pelaksanaan kegiatan",
                en: "Coordinate with the hotel or the owner of the building for the event",
            ) {
                role: Staf,
                inputs: [
                    RancanganRencana: (id: "Draft rancangan rencana pelaksanaan kegiatan", en: "Draft outline of the event plan"),
                ],
                time: (1 hari),
                outputs: [
                    HasilKoordinasi: (
                        id: "Hasil koordinasi dengan hotel/pemilik gedung",
                        en: "Result of coordination with the hotel or the owner of the building",
                    ),
                ],
                next: BuatSurat,
                evidence: [
                    {
                        about: Role,
                        confidence: Medium,
                        words: "Berkoordinasi dengan hotel/pemilik gedung",
                        alternatives: [Kasi],
                        note: (
                            id: "Staf pelaksana kegiatan dibahas pada langkah 6; Kasi dapat pula menghubungi sendiri.",
                            en: "Step 6 speaks of the staff who hold the event; Kasi may as well make the contact.",
                        ),
                    },
                ],
            }

            // ── Surat dan naskah: konsep, paraf berjenjang, tanda tangan (letters and texts: draft, initials in tiers, signature)

            BuatSurat = "8": (
                id: "Membuat konsep surat undangan kepada peserta, permohonan narasumber, moderator, sambutan kepala dinas, laporan penyelenggaraan, bahan paparan kepala, menaikkan konsep surat kepada kepala seksi",
                en: "Make the draft invitations to participants, requests to speakers and moderator, the agency head's address, the organisers' report and the head's presentation; submit the drafts to the section head",
            ) {
                role: Staf,
                inputs: [
                    HasilKoordinasi: (
                        id: "Hasil koordinasi dengan narasumber, moderator",
                        en: "Result of coordination with speakers and moderator",
                    ),
                ],
                time: (5 hari),
                outputs: [
                    KonsepSurat: (
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                next: ParafSuratKasi,
                evidence: [
                    {
                        about: Role, confidence: High, words: "menaikkan konsep surat kepada kepala seksi",
                        note: (
                            id: "Yang membuat konsep dan menaikkannya kepada kepala seksi adalah stafnya.",
                            en: "Who makes the drafts and submits them to the section head is his or her staff.",
                        ),
                    },
                    {
                        about: Input, confidence: Low, words: "Hasil koordinasi dengan narasumber, moderator",
                        note: (
                            id: "Tidak ada langkah yang menghasilkannya, dan hasil langkah 7 dengan hotel tidak pernah dipakai; dipetakan ke hasil langkah 7. Bisa juga dari luar.",
                            en: "No step yields it, and step 7's result with the hotel is never used; mapped to the result of step 7. It may as well come from outside.",
                        ),
                    },
                ],
            }

            ParafSuratKasi = "9": (
                source: "Menerima konsep, memeksa konsep dan membuhi paraf",
                id: "Menerima konsep, memeriksa konsep dan membubuhi paraf",
                en: "Receive the drafts, review and initial them",
            ) {
                role: Kasi,
                inputs: [
                    KonsepSurat: (
                        source: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan kenala",
                        id: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan kepala",
                        en: "Draft letters to speakers and moderator, organisers' report, the head's presentation",
                    ),
                ],
                time: (1 hari),
                outputs: [
                    KonsepSuratDiparafKasi: (
                        source: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan",
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                endorsement: Initials,
                next: ParafSuratLengkap,
                returns: [BuatSurat],
                evidence: [
                    {
                        about: Role, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Langkah 8 menaikkan konsep kepada kepala seksi.",
                            en: "Step 8 submits the drafts to the section head.",
                        ),
                    },
                    {
                        about: Input,
                        confidence: High,
                        words: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan kenala",
                        note: (
                            id: "Nama pendek untuk konsep yang dinaikkan pada langkah 8.",
                            en: "A short name for the drafts submitted in step 8.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Selnya terpotong; kata-katanya sama dengan output sebelumnya, tetapi kini berparaf Kasi: dipetakan ke dokumen tersendiri.",
                            en: "Its cell is cut off; worded like the output before, but now initialled by Kasi: mapped to a document of its own.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "memeksa konsep",
                        note: (
                            id: "Pemeriksaan mengandaikan konsep dapat dikembalikan kepada pembuatnya; sumber tidak menyatakannya.",
                            en: "A review implies that the drafts can go back to their drafter; the source does not say so.",
                        ),
                    },
                ],
            }

            ParafSuratLengkap = "10": (
                source: "Menerima konsep, memeksa konsep dan membuhi paraf untuk dinaikkan ke kepala",
                id: "Menerima konsep, memeriksa konsep dan membubuhi paraf untuk dinaikkan ke kepala",
                en: "Receive the drafts, review and initial them, to be submitted to the Head",
            ) {
                role: Kabid,
                inputs: [
                    KonsepSuratDiparafKasi: (
                        id: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters to speakers and moderator, organisers' report, presentation",
                    ),
                ],
                time: (30 menit),
                outputs: [
                    KonsepSuratDiparafLengkap: (
                        source: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan",
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                endorsement: Initials,
                next: TandatanganiSurat,
                direct: true,
                returns: [BuatSurat],
                evidence: [
                    {
                        about: Role, confidence: Low, words: "untuk dinaikkan ke kepala", alternatives: [Sekretaris],
                        note: (
                            id: "Menurut garis komando Kabid; menurut kata-kata langkah 13 SOP/BPM/03 Sekretaris. Mungkin Kabid lalu Sekretaris. Kantor yang memutuskan.",
                            en: "Kabid by the chain of command, Sekretaris by the wording of step 13 of SOP/BPM/03. Perhaps Kabid then Sekretaris. The office must decide.",
                        ),
                    },
                    {
                        about: Input,
                        confidence: High,
                        words: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan",
                        note: (
                            id: "Yang diterima adalah konsep berparaf Kasi dari langkah 9, agar urutan paraf terjaga.",
                            en: "What is received is the drafts initialled by Kasi in step 9, so that the order of initials is kept.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Selnya terpotong; kata-katanya sama dengan output sebelumnya, tetapi kini berparaf lengkap: dipetakan ke dokumen tersendiri.",
                            en: "Its cell is cut off; worded like the output before, but now with all initials: mapped to a document of its own.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "memeksa konsep",
                        note: (
                            id: "Pemeriksaan mengandaikan konsep dapat dikembalikan kepada pembuatnya; sumber tidak menyatakannya.",
                            en: "A review implies that the drafts can go back to their drafter; the source does not say so.",
                        ),
                    },
                    {
                        about: Direct, confidence: Medium, words: "untuk dinaikkan ke kepala",
                        note: (
                            id: "Konsep naik ke Kepala tanpa menyebut Sekretaris.",
                            en: "The drafts go up to Kepala without a word of Sekretaris.",
                        ),
                    },
                ],
            }

            TandatanganiSurat = "11": (
                source: "Menerima konsep dan apabila berkenan membubuh tanda tangan (ACC)",
                id: "Menerima konsep dan apabila berkenan membubuhkan tanda tangan (ACC)",
                en: "Receive the drafts and, if they find favour, sign them (ACC)",
            ) {
                role: Kepala,
                inputs: [
                    KonsepSuratDiparafLengkap: (
                        id: "Konsep surat permohonan peserta forum bisnis",
                        en: "Draft letters of request for the participants of the business forum",
                    ),
                ],
                time: (30 menit),
                outputs: [
                    SuratDitandatangani: (
                        source: "Konsep surat undangan peserta forum bisnis, narasumber, moderator sambutan",
                        id: "Konsep surat undangan peserta forum bisnis, narasumber, moderator, sambutan",
                        en: "Draft letters of invitation to the participants of the business forum, speakers, moderator, address",
                    ),
                ],
                endorsement: Signature,
                next: NomoriSurat,
                returns: [ParafSuratLengkap, ParafSuratKasi, BuatSurat],
                evidence: [
                    {
                        about: Role, confidence: High, words: "membubuh tanda tangan (ACC)",
                        note: (
                            id: "Langkah 10 menaikkan konsep ke Kepala.",
                            en: "Step 10 submits the drafts to Kepala.",
                        ),
                    },
                    {
                        about: Input, confidence: Medium, words: "Konsep surat permohonan peserta forum bisnis",
                        note: (
                            id: "Surat permohonan peserta tidak pernah dihasilkan; dipetakan ke konsep berparaf lengkap dari langkah 10.",
                            en: "A request for participants is never yielded; mapped to the drafts with all initials from step 10.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "membubuh tanda tangan (ACC)",
                        note: (
                            id: "Sumber masih menyebutnya konsep dan selnya terpotong; setelah ditandatangani dibaca sebagai surat final.",
                            en: "The source still calls it a draft and its cell is cut off; once signed it is read as the final letters.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "apabila berkenan",
                        note: (
                            id: "Penolakan dimungkinkan, jalan kembalinya tidak dinyatakan: biasanya kepada yang menaikkan, atau ke langkah lebih awal sampai pembuat konsep.",
                            en: "Refusal is possible, the way back is not stated: usually to who submitted it, or to an earlier step down to the drafter.",
                        ),
                    },
                ],
            }

            // ── Pengiriman dan kegiatan (dispatch and event)

            NomoriSurat = "12": (
                source: "Memberi nomor pada surat dan undangan serta membubuh stempel",
                id: "Memberi nomor pada surat dan undangan serta membubuhkan stempel",
                en: "Number the letters and invitations and stamp them",
            ) {
                role: Staf,
                inputs: [
                    SuratDitandatangani: (
                        id: "Final surat undangan narasumber, moderator",
                        en: "Final letters of invitation to speakers and moderator",
                    ),
                ],
                time: (15 menit),
                outputs: [
                    SuratSiapKirim: (id: "Surat siap untuk didistribusikan", en: "Letters ready for distribution"),
                ],
                next: KirimSurat,
                evidence: [
                    {
                        about: Role,
                        confidence: Medium,
                        words: "Memberi nomor pada surat",
                        alternatives: [Sekretaris],
                        note: (
                            id: "Penomoran dan stempel dapat pula menjadi urusan sekretariat.",
                            en: "Numbering and stamping may as well be the secretariat's business.",
                        ),
                    },
                    {
                        about: Input, confidence: Medium, words: "Final surat undangan narasumber, moderator",
                        note: (
                            id: "Tidak pernah dihasilkan dengan nama itu; dipetakan ke surat bertanda tangan dari langkah 11.",
                            en: "Never yielded under that name; mapped to the letters signed in step 11.",
                        ),
                    },
                ],
            }

            KirimSurat = "13": (
                id: "Mengirim surat undangan peserta forum bisnis, narasumber, moderator",
                en: "Send the letters of invitation to the participants of the business forum, speakers and moderator",
            ) {
                role: Staf,
                inputs: [
                    SuratSiapKirim: (
                        id: "Surat undangan ke peserta, narasumber, moderator",
                        en: "Letters of invitation to participants, speakers and moderator",
                    ),
                ],
                time: (2 hari),
                outputs: [
                    SuratTerkirim: (
                        source: "Surat siap telah didistribusikan",
                        id: "Surat telah didistribusikan",
                        en: "Letters distributed",
                    ),
                ],
                next: LaksanakanForum,
                evidence: [
                    {
                        about: Role, confidence: Medium, words: "Mengirim surat undangan", alternatives: [Sekretaris],
                        note: (
                            id: "Pengiriman dapat pula menjadi urusan sekretariat.",
                            en: "Sending may as well be the secretariat's business.",
                        ),
                    },
                    {
                        about: Input, confidence: High, words: "Surat undangan ke peserta, narasumber, moderator",
                        note: (
                            id: "Surat siap kirim dari langkah 12 dengan kata-kata lain.",
                            en: "The letters ready for distribution from step 12 in other words.",
                        ),
                    },
                ],
            }

            LaksanakanForum = "14": (id: "Pelaksanaan forum bisnis", en: "Hold the business forum") {
                role: Staf,
                inputs: [SuratTerkirim: (id: "Surat telah didistribusikan", en: "Letters distributed")],
                time: (1 hari),
                outputs: [Kegiatan: (id: "Kegiatan forum bisnis", en: "Business forum event"), CatatanKepeminatan],
                next: SusunLaporan,
                evidence: [
                    {
                        about: Role,
                        confidence: Low,
                        words: "Pelaksanaan forum bisnis",
                        alternatives: [Kasi, Kabid, Sekretaris, Kepala],
                        note: (
                            id: "Mungkin dilaksanakan kelima pelaksana bersama-sama, atau dipimpin Kasi.",
                            en: "Perhaps performed by all five roles together, or led by Kasi.",
                        ),
                    },
                    {
                        about: Output, confidence: Medium, words: "Kegiatan forum bisnis",
                        note: (
                            id: "Catatan atas kepeminatan, yang diperlukan langkah 15, tidak disebut sebagai output; dibaca sebagai hasil kegiatan ini.",
                            en: "The notes on the interest shown, which step 15 needs, are not listed as output; read as yielded by this event.",
                        ),
                    },
                ],
            }

            // ── Laporan (report)

            SusunLaporan = "15": (
                id: "Membuat konsep laporan pelaksanaan kegiatan dan menaikkan kepada kepala seksi",
                en: "Draft the report on the event and submit it to the section head",
            ) {
                role: Staf,
                inputs: [
                    CatatanKepeminatan: (
                        id: "Catatan atas kepeminatan dalam forum bisnis",
                        en: "Notes on the interest shown in the business forum",
                    ),
                ],
                time: (1 hari),
                outputs: [
                    KonsepAwalLaporan: (
                        id: "Konsep awal laporan pelaksanaan kegiatan yang berparaf Kasi",
                        en: "First draft of the report on the event, initialled by Kasi",
                    ),
                ],
                next: ParafLaporan,
                evidence: [
                    { about: Role, confidence: High, words: "menaikkan kepada kepala seksi" },
                    {
                        about: Input, confidence: Medium, words: "Catatan atas kepeminatan dalam forum bisnis",
                        note: (
                            id: "Tidak ada langkah yang menyebutnya sebagai output; dibaca sebagai hasil kegiatan pada langkah 14.",
                            en: "No step lists it as output; read as yielded by the event in step 14.",
                        ),
                    },
                    {
                        about: Output, confidence: Medium, words: "yang berparaf Kasi",
                        note: (
                            id: "Kasi baru menerima konsep pada langkah 16; output di sini dibaca sebagai konsep awal yang belum diparaf.",
                            en: "Kasi receives the draft only in step 16; the output here is read as the first draft, not yet initialled.",
                        ),
                    },
                    {
                        about: Endorsement, confidence: Medium, words: "yang berparaf Kasi",
                        note: (
                            id: "Paraf Kasi tidak diberikan di sini oleh Staf, melainkan pada langkah 16.",
                            en: "Kasi's initials are not given here, by Staf, but in step 16.",
                        ),
                    },
                ],
            }

            ParafLaporan = "16": (
                id: "Memberikan konsep laporan pelaksanaan kegiatan dan menaikkan kepada Kabid",
                en: "Hand on the draft report on the event and submit it to Kabid",
            ) {
                role: Kasi,
                inputs: [
                    KonsepAwalLaporan: (
                        id: "Konsep awal laporan pelaksanaan kegiatan",
                        en: "First draft of the report on the event",
                    ),
                ],
                time: (60 menit),
                outputs: [
                    LaporanDiparaf: (
                        id: "Konsep laporan pelaksanaan kegiatan yang berparaf Kasi",
                        en: "Draft report on the event, initialled by Kasi",
                    ),
                ],
                endorsement: Initials,
                next: PeriksaLaporan,
                returns: [SusunLaporan],
                evidence: [
                    { about: Role, confidence: High, words: "menaikkan kepada Kabid" },
                    {
                        about: Input, confidence: High, words: "Konsep awal laporan pelaksanaan kegiatan",
                        note: (
                            id: "Output langkah 15 tanpa kata-kata tentang paraf.",
                            en: "The output of step 15 without the words about initials.",
                        ),
                    },
                    {
                        about: Endorsement, confidence: High, words: "yang berparaf Kasi",
                        note: (
                            id: "Aktivitas tidak menyebut paraf; dibaca dari output.",
                            en: "The activity does not mention initials; read from the output.",
                        ),
                    },
                    {
                        about: Return, confidence: Low, words: "yang berparaf Kasi",
                        note: (
                            id: "Paraf mengandaikan laporan dapat dikembalikan kepada pembuatnya; sumber tidak menyatakannya.",
                            en: "Initialling implies that the report can go back to its drafter; the source does not say so.",
                        ),
                    },
                ],
            }

            PeriksaLaporan = "17": (id: "Memeriksa laporan pelaksanaan kegiatan", en: "Review the report on the event") {
                role: Kabid,
                inputs: [
                    LaporanDiparaf: (
                        id: "Konsep awal laporan pelaksanaan kegiatan yang berparaf Kasi",
                        en: "First draft of the report on the event, initialled by Kasi",
                    ),
                ],
                time: (60 menit),
                outputs: [
                    LaporanDitandatangani: (
                        source: "Laporan pelaksanaan kegiatan berparas Kasi dan bertanda tangan Kabid",
                        id: "Laporan pelaksanaan kegiatan berparaf Kasi dan bertanda tangan Kabid",
                        en: "Report on the event, initialled by Kasi and signed by Kabid",
                    ),
                ],
                endorsement: Signature,
                next: TerimaLaporan,
                direct: true,
                returns: [SusunLaporan],
                evidence: [
                    { about: Role, confidence: High, words: "bertanda tangan Kabid" },
                    {
                        about: Input,
                        confidence: High,
                        words: "Konsep awal laporan pelaksanaan kegiatan yang berparaf Kasi",
                        note: (
                            id: "Kata-kata output langkah 15; yang diterima adalah konsep berparaf Kasi dari langkah 16.",
                            en: "Worded like the output of step 15; what is received is the draft initialled by Kasi in step 16.",
                        ),
                    },
                    {
                        about: Endorsement, confidence: High, words: "bertanda tangan Kabid",
                        note: (
                            id: "Aktivitas hanya menyebut pemeriksaan; tanda tangan dibaca dari output.",
                            en: "The activity mentions only a review; the signature is read from the output.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "Memeriksa laporan",
                        note: (
                            id: "Pemeriksaan mengandaikan laporan dapat dikembalikan kepada pembuatnya; sumber tidak menyatakannya.",
                            en: "A review implies that the report can go back to its drafter; the source does not say so.",
                        ),
                    },
                    {
                        about: Direct, confidence: Medium,
                        note: (
                            id: "Langkah berikut sudah milik Kepala; sumber tidak menyebut Sekretaris pada laporan ini.",
                            en: "The next step is already Kepala's; the source does not mention Sekretaris on this report.",
                        ),
                    },
                ],
            }

            TerimaLaporan = "18": (
                id: "Menerima laporan pelaksanaan kegiatan forum bisnis",
                en: "Receive the report on the business forum",
            ) {
                role: Kepala,
                inputs: [
                    LaporanDitandatangani: (id: "Laporan pelaksanaan kegiatan forum bisnis", en: "Report on the business forum"),
                ],
                time: (60 menit),
                outputs: [
                    LaporanFinal: (
                        id: "Final laporan pelaksanaan kegiatan forum bisnis",
                        en: "Final report on the business forum",
                    ),
                ],
                next: end,
                evidence: [
                    {
                        about: Role, confidence: Medium, words: "Menerima laporan", alternatives: [Sekretaris],
                        note: (
                            id: "Laporan bertanda tangan Kabid naik kepada pimpinan; Sekretaris dapat pula menerimanya.",
                            en: "The report signed by Kabid goes up to the top; Sekretaris may as well receive it.",
                        ),
                    },
                    {
                        about: Input, confidence: High, words: "Laporan pelaksanaan kegiatan forum bisnis",
                        note: (
                            id: "Laporan bertanda tangan Kabid dari langkah 17 dengan kata-kata lain.",
                            en: "The report signed by Kabid in step 17 in other words.",
                        ),
                    },
                ],
            }
        }
    }
}
