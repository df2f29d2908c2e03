// SOP/BPM/03: pelaksanaan promosi penanaman modal melalui forum bisnis
// SOP/BPM/03: investment promotion through a business forum
//
// Disalin dari formulir resmi kata demi kata. Bila sumber salah ketik atau terpotong, `source` menyimpan kata-kata
// aslinya dan `id` pembetulannya. Simbol diagram alir dan tanda di kolom pelaksana hilang dari sumber, jadi pelaksana,
// jalan kembali dan pemetaan dokumen adalah pembacaan kami; setiap pembacaan dicatat sebagai `evidence`.
//
// Copied word for word from the official form. Where the source is misspelt or cut off, `source` keeps its own words and
// `id` the correction. The symbols of the flowchart and the marks in the performers' columns are lost from the source, so
// performers, returns and the mapping of documents are our reading; every such reading is recorded as `evidence`.
//
// Isinya sama dengan forum-bisnis.toml; sebuah pengujian membandingkan keduanya.
// Its content is that of forum-bisnis.toml; a test holds one against the other.

sopflow::procedure! {
    /// SOP for investment promotion through a business forum.
    pub mod forum_bisnis = "forum-bisnis": (
        id: "SOP PELAKSANAAN PROMOSI PENANAMAN MODAL MELALUI FORUM BISNIS",
        en: "SOP for investment promotion through a business forum",
    ) {
        identity {
            version: "1",
            // "hari" tanpa keterangan dibaca sebagai hari kerja. / A bare "hari" is read as a working day.
            day: Working,
            // Yang boleh menangguhkan, melanjutkan dan membatalkan. / Who may suspend, resume and cancel.
            supervisors: [Kepala],
            number: "SOP/BPM/03",
            made: "2021-04-19",
            effective: "2021-04-19",
            // TGL. REVISI di sumber: "-" / the date of revision is "-" in the source
            evidence: [
                {
                    about: Identity, confidence: High, words: "TGL. REVISI",
                    note: (
                        id: "Tanggal revisi di sumber diisi tanda \"-\": belum pernah direvisi.",
                        en: "The date of revision is \"-\" in the source: it has not been revised.",
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
            Staf = "staf": (id: "Staf Promosi dan Pengembangan", en: "Promotion and Development Staff"),
            Kasi = "kasi": (id: "Kasi Promosi dan Pengembangan", en: "Head of the Promotion and Development Section"),
            Kabid = "kabid": (id: "Kabid Penanaman Modal", en: "Head of the Investment Division"),
            Sekretaris = "sekretaris": (id: "Sekretaris DPMPTSP", en: "Secretary of the DPMPTSP"),
            Kepala = "kepala": (id: "Kepala DPMPTSP", en: "Head of the DPMPTSP"),
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
            KonsepSuratDiparafKabid = "konsep-surat-diparaf-kabid": (id: "Konsep surat berparaf Kabid", en: "Draft letters initialled by Kabid"),
            KonsepSuratDiparafSekretaris = "konsep-surat-diparaf-sekretaris": (id: "Konsep surat berparaf Sekretaris", en: "Draft letters initialled by Sekretaris"),
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

            SiapkanNotaDinas = "1": (
                id: "Menyiapkan konsep nota dinas pelaksanaan kegiatan",
                en: "Prepare the draft memorandum on holding the event",
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
                next: KetikNotaDinas,
                evidence: [
                    {
                        about: Role, confidence: Low, words: "Menyiapkan konsep", alternatives: [Kasi],
                        note: (
                            id: "Langkah 2 mengetik konsep yang sama: konsep dapat pula disiapkan Kasi, lalu diketik Staf.",
                            en: "Step 2 types the same draft: Kasi may as well prepare it for Staf to type.",
                        ),
                    },
                ],
            }

            KetikNotaDinas = "2": (
                id: "Mengetik konsep nota dinas pelaksanaan kegiatan",
                en: "Type the draft memorandum on holding the event",
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
                    { about: Role, confidence: High, words: "Mengetik" },
                    {
                        about: Input, confidence: Medium, words: "Dokumen Perencanaan (DPA)",
                        note: (
                            id: "Sumber menyebut DPA, bukan konsep dari langkah 1 yang diketik di sini.",
                            en: "The source names the DPA, not the draft of step 1 that is typed here.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "Konsep nota dinas persiapan pelaksanaan kegiatan",
                        note: (
                            id: "Output sama dengan langkah 1: dibaca sebagai satu dokumen, disiapkan lalu diketik.",
                            en: "The output is that of step 1: read as one document, prepared and then typed.",
                        ),
                    },
                ],
            }

            ParafNotaDinas = "3": (
                id: "Menerima konsep nota dinas persiapan pelaksanaan kegiatan dan membubuhkan paraf",
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
                returns: [KetikNotaDinas],
                evidence: [
                    { about: Role, confidence: High, words: "diparaf oleh kepala seksi" },
                    {
                        about: Input, confidence: High, words: "Konsep Nota Dinas",
                        note: (
                            id: "Nama pendek untuk konsep yang diketik pada langkah 2.",
                            en: "A short name for the draft typed in step 2.",
                        ),
                    },
                    {
                        about: Return, confidence: Low, words: "membubuhkan paraf",
                        note: (
                            id: "Paraf mengandaikan konsep dapat dikembalikan kepada pengetiknya; sumber tidak menyatakannya.",
                            en: "Initialling implies that the draft can go back to its typist; the source does not say so.",
                        ),
                    },
                ],
            }

            TandatanganiNotaDinas = "4": (
                id: "Memeriksa konsep nota dinas persiapan pelaksanaan kegiatan dan menandatangani nota dinas",
                en: "Review the draft memorandum on preparing the event and sign the memorandum",
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
                returns: [KetikNotaDinas],
                evidence: [
                    {
                        about: Role, confidence: High, words: "menandatangani nota dinas", alternatives: [Sekretaris],
                        note: (
                            id: "Langkah 5 mengembalikan nota dinas kepada kepala bidang: dialah yang mengajukannya.",
                            en: "Step 5 gives the memorandum back to the division head: it is he or she who submitted it.",
                        ),
                    },
                    {
                        about: Input, confidence: High, words: "Konsep Nota Dinas",
                        note: (
                            id: "Nama pendek; yang diterima adalah konsep berparaf Kasi dari langkah 3.",
                            en: "A short name; what is received is the draft initialled by Kasi in step 3.",
                        ),
                    },
                    {
                        about: Output, confidence: Medium, words: "beserta disposisi kepala",
                        note: (
                            id: "Disposisi baru ditulis pada langkah 5; output dibaca sebagai nota dinas bertanda tangan Kabid.",
                            en: "The instruction is written only in step 5; the output is read as the memorandum signed by Kabid.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "Memeriksa konsep",
                        note: (
                            id: "Pemeriksaan mengandaikan konsep dapat dikembalikan kepada pengetiknya; sumber tidak menyatakannya.",
                            en: "A review implies that the draft can go back to its typist; the source does not say so.",
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

            DisposisiNotaDinas = "5": (
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
                            id: "Nama pendek; yang diterima adalah nota dinas bertanda tangan Kabid dari langkah 4.",
                            en: "A short name; what is received is the memorandum signed by Kabid in step 4.",
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

            SerahkanDisposisi = "6": (
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
                            id: "Langkah 5 mengembalikan nota dinas kepada kepala bidang.",
                            en: "Step 5 gives the memorandum back to the division head.",
                        ),
                    },
                    {
                        about: Input, confidence: High, words: "Nota dina syang telah didisposisi oleh Kepala Dinas",
                        note: (
                            id: "Output langkah 5 dengan kata-kata lain.",
                            en: "The output of step 5 in other words.",
                        ),
                    },
                ],
            }

            // ── Persiapan: rencana dan tempat (preparation: plan and venue)

            BahasPersiapan = "7": (
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
                            id: "Langkah 6 menyerahkan disposisi kepada kepala seksi, yang lalu berkoordinasi dengan stafnya.",
                            en: "Step 6 hands the instruction to the section head, who then coordinates with his or her staff.",
                        ),
                    },
                ],
            }

            SiapkanTempat = "8": (
                source: "Berkoordinasi dengan hotel/pemilik gedung untuk pelaksanaan kagiatan",
                id: "Berkoordinasi dengan hotel/pemilik gedung untuk pelaksanaan kegiatan",
                en: "Coordinate with the hotel or the owner of the building for the event",
            ) {
                role: Staf,
                inputs: [
                    RancanganRencana: (id: "Draft rancangan rencana pelaksanaan kegiatan", en: "Draft outline of the event plan"),
                ],
                time: (4 x 60 menit),
                outputs: [
                    HasilKoordinasi: (
                        id: "Hasil koordinasi dengan hotel/pemilik gedung",
                        en: "Result of coordination with the hotel or the owner of the building",
                    ),
                ],
                next: SiapkanSurat,
                evidence: [
                    {
                        about: Role,
                        confidence: Medium,
                        words: "Berkoordinasi dengan hotel/pemilik gedung",
                        alternatives: [Kasi],
                        note: (
                            id: "Staf pelaksana kegiatan dibahas pada langkah 7; Kasi dapat pula menghubungi sendiri.",
                            en: "Step 7 speaks of the staff who hold the event; Kasi may as well make the contact.",
                        ),
                    },
                ],
            }

            // ── Surat dan naskah: konsep, paraf berjenjang, tanda tangan (letters and texts: draft, initials in tiers, signature)

            SiapkanSurat = "9": (
                id: "Menyiapkan konsep surat undangan kepada peserta, permohonan narasumber, moderator, sambutan kepala dinas, laporan penyelenggaraan, bahan paparan kepala, menaikkan konsep surat kepada kepala seksi",
                en: "Prepare the draft invitations to participants, requests to speakers and moderator, the agency head's address, the organisers' report and the head's presentation; submit the drafts to the section head",
            ) {
                role: Staf,
                inputs: [
                    HasilKoordinasi: (
                        id: "Hasil koordinasi dengan narasumber, moderator",
                        en: "Result of coordination with speakers and moderator",
                    ),
                ],
                time: (4 hari),
                outputs: [
                    KonsepSurat: (
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                next: KetikSurat,
                evidence: [
                    {
                        about: Role,
                        confidence: Medium,
                        words: "menaikkan konsep surat kepada kepala seksi",
                        alternatives: [Kasi],
                        note: (
                            id: "Yang menaikkan kepada kepala seksi adalah bawahannya; langkah 10 mengetik konsep yang sama.",
                            en: "Who submits to the section head ranks below; step 10 types the same draft.",
                        ),
                    },
                    {
                        about: Input, confidence: Low, words: "Hasil koordinasi dengan narasumber, moderator",
                        note: (
                            id: "Tidak ada langkah yang menghasilkannya, dan hasil langkah 8 dengan hotel tidak pernah dipakai; dipetakan ke hasil langkah 8. Bisa juga dari luar.",
                            en: "No step yields it, and step 8's result with the hotel is never used; mapped to the result of step 8. It may as well come from outside.",
                        ),
                    },
                ],
            }

            KetikSurat = "10": (
                id: "Mengetik konsep surat undangan kepada peserta, permohonan narasumber, moderator, sambutan kepala dinas, laporan penyelenggaraan, bahan paparan kepala, menaikkan konsep surat kepada kepala seksi",
                en: "Type the draft invitations to participants, requests to speakers and moderator, the agency head's address, the organisers' report and the head's presentation; submit the drafts to the section head",
            ) {
                role: Staf,
                inputs: [
                    HasilKoordinasi: (
                        id: "Hasil koordinasi dengan narasumber, moderator",
                        en: "Result of coordination with speakers and moderator",
                    ),
                ],
                time: (4 hari),
                outputs: [
                    KonsepSurat: (
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                next: ParafSuratKasi,
                evidence: [
                    { about: Role, confidence: High, words: "Mengetik" },
                    {
                        about: Input, confidence: Low, words: "Hasil koordinasi dengan narasumber, moderator",
                        note: (
                            id: "Tidak ada langkah yang menghasilkannya, dan hasil langkah 8 dengan hotel tidak pernah dipakai; dipetakan ke hasil langkah 8. Bisa juga dari luar.",
                            en: "No step yields it, and step 8's result with the hotel is never used; mapped to the result of step 8. It may as well come from outside.",
                        ),
                    },
                    {
                        about: Output,
                        confidence: High,
                        words: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        note: (
                            id: "Output sama dengan langkah 9: dibaca sebagai satu dokumen, disiapkan lalu diketik.",
                            en: "The output is that of step 9: read as one document, prepared and then typed.",
                        ),
                    },
                ],
            }

            ParafSuratKasi = "11": (
                source: "Menerima konsep, memeriksa konsep dan membuhi paraf",
                id: "Menerima konsep, memeriksa konsep dan membubuhi paraf",
                en: "Receive the drafts, review and initial them",
            ) {
                role: Kasi,
                inputs: [
                    KonsepSurat: (
                        id: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan kepala",
                        en: "Draft letters to speakers and moderator, organisers' report, the head's presentation",
                    ),
                ],
                time: (1 hari),
                outputs: [
                    KonsepSuratDiparafKasi: (
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                endorsement: Initials,
                next: ParafSuratKabid,
                returns: [KetikSurat],
                evidence: [
                    {
                        about: Role, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Langkah 10 menaikkan konsep kepada kepala seksi.",
                            en: "Step 10 submits the drafts to the section head.",
                        ),
                    },
                    {
                        about: Input,
                        confidence: High,
                        words: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan kepala",
                        note: (
                            id: "Nama pendek untuk konsep yang dinaikkan pada langkah 10.",
                            en: "A short name for the drafts submitted in step 10.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Kata-katanya sama dengan output sebelumnya, tetapi kini berparaf Kasi: dipetakan ke dokumen tersendiri.",
                            en: "Worded like the output before, but now initialled by Kasi: mapped to a document of its own.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "memeriksa konsep",
                        note: (
                            id: "Pemeriksaan mengandaikan konsep dapat dikembalikan kepada pengetiknya; sumber tidak menyatakannya.",
                            en: "A review implies that the drafts can go back to their typist; the source does not say so.",
                        ),
                    },
                ],
            }

            ParafSuratKabid = "12": (
                source: "Menerima konsep, memeriksa konsep dan membuhi paraf untuk dinaikkan ke Sekretaris",
                id: "Menerima konsep, memeriksa konsep dan membubuhi paraf untuk dinaikkan ke Sekretaris",
                en: "Receive the drafts, review and initial them, to be submitted to the Secretary",
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
                    KonsepSuratDiparafKabid: (
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                endorsement: Initials,
                next: ParafSuratSekretaris,
                returns: [KetikSurat],
                evidence: [
                    {
                        about: Role, confidence: High, words: "untuk dinaikkan ke Sekretaris",
                        note: (
                            id: "Antara Kasi dan Sekretaris hanya ada Kabid.",
                            en: "Between Kasi and Sekretaris there is only Kabid.",
                        ),
                    },
                    {
                        about: Input,
                        confidence: High,
                        words: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan",
                        note: (
                            id: "Yang diterima adalah konsep berparaf Kasi dari langkah 11, agar urutan paraf terjaga.",
                            en: "What is received is the drafts initialled by Kasi in step 11, so that the order of initials is kept.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Kata-katanya sama dengan output sebelumnya, tetapi kini berparaf Kabid pula: dipetakan ke dokumen tersendiri.",
                            en: "Worded like the output before, but now initialled by Kabid too: mapped to a document of its own.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "memeriksa konsep",
                        note: (
                            id: "Pemeriksaan mengandaikan konsep dapat dikembalikan kepada pengetiknya; sumber tidak menyatakannya.",
                            en: "A review implies that the drafts can go back to their typist; the source does not say so.",
                        ),
                    },
                ],
            }

            ParafSuratSekretaris = "13": (
                source: "Menerima konsep, memeriksa konsep dan membuhi paraf untuk dinaikkan ke Kepala",
                id: "Menerima konsep, memeriksa konsep dan membubuhi paraf untuk dinaikkan ke Kepala",
                en: "Receive the drafts, review and initial them, to be submitted to the Head",
            ) {
                role: Sekretaris,
                inputs: [
                    KonsepSuratDiparafKabid: (
                        id: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters to speakers and moderator, organisers' report, presentation",
                    ),
                ],
                time: (30 menit),
                outputs: [
                    KonsepSuratDiparafSekretaris: (
                        id: "Konsep surat undangan untuk peserta, narasumber, naskah sambutan kepala dinas, laporan penyelenggaraan, bahan paparan",
                        en: "Draft letters of invitation for participants and speakers, text of the agency head's address, organisers' report, presentation",
                    ),
                ],
                endorsement: Initials,
                next: TandatanganiSurat,
                returns: [KetikSurat],
                evidence: [
                    {
                        about: Role, confidence: High, words: "untuk dinaikkan ke Kepala",
                        note: (
                            id: "Langkah 12 menaikkan konsep ke Sekretaris.",
                            en: "Step 12 submits the drafts to Sekretaris.",
                        ),
                    },
                    {
                        about: Input,
                        confidence: High,
                        words: "Konsep surat narasumber, moderator, laporan penyelenggaraan, bahan paparan",
                        note: (
                            id: "Yang diterima adalah konsep berparaf Kabid dari langkah 12, agar urutan paraf terjaga.",
                            en: "What is received is the drafts initialled by Kabid in step 12, so that the order of initials is kept.",
                        ),
                    },
                    {
                        about: Output, confidence: High, words: "membuhi paraf",
                        note: (
                            id: "Kata-katanya sama dengan output sebelumnya, tetapi kini berparaf Sekretaris pula: dipetakan ke dokumen tersendiri.",
                            en: "Worded like the output before, but now initialled by Sekretaris too: mapped to a document of its own.",
                        ),
                    },
                    {
                        about: Return, confidence: Medium, words: "memeriksa konsep",
                        note: (
                            id: "Pemeriksaan mengandaikan konsep dapat dikembalikan kepada pengetiknya; sumber tidak menyatakannya.",
                            en: "A review implies that the drafts can go back to their typist; the source does not say so.",
                        ),
                    },
                ],
            }

            TandatanganiSurat = "14": (
                source: "Manenerima konsep dan apabila berkenan membubuh tanda tangan (ACC)",
                id: "Menerima konsep dan apabila berkenan membubuhkan tanda tangan (ACC)",
                en: "Receive the drafts and, if they find favour, sign them (ACC)",
            ) {
                role: Kepala,
                inputs: [
                    KonsepSuratDiparafSekretaris: (
                        id: "Konsep surat permohonan peserta forum bisnis",
                        en: "Draft letters of request for the participants of the business forum",
                    ),
                ],
                time: (30 menit),
                outputs: [
                    SuratDitandatangani: (
                        source: "Konsep surat undangan peserta forum bisnis, narasumber, moderator,",
                        id: "Konsep surat undangan peserta forum bisnis, narasumber, moderator",
                        en: "Draft letters of invitation to the participants of the business forum, speakers, moderator",
                    ),
                ],
                endorsement: Signature,
                next: NomoriSurat,
                returns: [ParafSuratSekretaris, ParafSuratKabid, ParafSuratKasi, KetikSurat],
                evidence: [
                    {
                        about: Role, confidence: High, words: "membubuh tanda tangan (ACC)",
                        note: (
                            id: "Langkah 13 menaikkan konsep ke Kepala.",
                            en: "Step 13 submits the drafts to Kepala.",
                        ),
                    },
                    {
                        about: Input, confidence: Medium, words: "Konsep surat permohonan peserta forum bisnis",
                        note: (
                            id: "Surat permohonan peserta tidak pernah dihasilkan; dipetakan ke konsep berparaf Sekretaris dari langkah 13.",
                            en: "A request for participants is never yielded; mapped to the drafts initialled by Sekretaris in step 13.",
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
                            id: "Penolakan dimungkinkan, jalan kembalinya tidak dinyatakan: biasanya kepada yang menaikkan, atau ke langkah lebih awal sampai pengetik.",
                            en: "Refusal is possible, the way back is not stated: usually to who submitted it, or to an earlier step down to the typist.",
                        ),
                    },
                ],
            }

            // ── Pengiriman dan kegiatan (dispatch and event)

            NomoriSurat = "15": (
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
                            id: "Tidak pernah dihasilkan dengan nama itu; dipetakan ke surat bertanda tangan dari langkah 14.",
                            en: "Never yielded under that name; mapped to the letters signed in step 14.",
                        ),
                    },
                ],
            }

            KirimSurat = "16": (
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
                            id: "Surat siap kirim dari langkah 15 dengan kata-kata lain.",
                            en: "The letters ready for distribution from step 15 in other words.",
                        ),
                    },
                ],
            }

            LaksanakanForum = "17": (id: "Pelaksanaan forum bisnis", en: "Hold the business forum") {
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
                            id: "Catatan atas kepeminatan, yang diperlukan langkah 18, tidak disebut sebagai output; dibaca sebagai hasil kegiatan ini.",
                            en: "The notes on the interest shown, which step 18 needs, are not listed as output; read as yielded by this event.",
                        ),
                    },
                ],
            }

            // ── Laporan (report)

            SusunLaporan = "18": (
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
                            id: "Tidak ada langkah yang menyebutnya sebagai output; dibaca sebagai hasil kegiatan pada langkah 17.",
                            en: "No step lists it as output; read as yielded by the event in step 17.",
                        ),
                    },
                    {
                        about: Output, confidence: Medium, words: "yang berparaf Kasi",
                        note: (
                            id: "Kasi baru menerima konsep pada langkah 19; output di sini dibaca sebagai konsep awal yang belum diparaf.",
                            en: "Kasi receives the draft only in step 19; the output here is read as the first draft, not yet initialled.",
                        ),
                    },
                    {
                        about: Endorsement, confidence: Medium, words: "yang berparaf Kasi",
                        note: (
                            id: "Paraf Kasi tidak diberikan di sini oleh Staf, melainkan pada langkah 19.",
                            en: "Kasi's initials are not given here, by Staf, but in step 19.",
                        ),
                    },
                ],
            }

            ParafLaporan = "19": (
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
                            id: "Output langkah 18 tanpa kata-kata tentang paraf.",
                            en: "The output of step 18 without the words about initials.",
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

            PeriksaLaporan = "20": (id: "Memeriksa laporan pelaksanaan kegiatan", en: "Review the report on the event") {
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
                            id: "Kata-kata output langkah 18; yang diterima adalah konsep berparaf Kasi dari langkah 19.",
                            en: "Worded like the output of step 18; what is received is the draft initialled by Kasi in step 19.",
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

            TerimaLaporan = "21": (
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
                            id: "Laporan bertanda tangan Kabid dari langkah 20 dengan kata-kata lain.",
                            en: "The report signed by Kabid in step 20 in other words.",
                        ),
                    },
                ],
            }
        }
    }
}
