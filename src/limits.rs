//! Every bound on input, in one place.
//!
//! Each is checked where the input enters, and an input beyond it is refused with an error that names the bound. The
//! bounds are far above what a written procedure needs; they exist so that no input can exhaust memory or time.

/// Bytes of a procedure file (TOML or JSON) or of an official table.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Lists and tables within each other in a procedure file.
pub const NESTING_MAX: usize = 32;
/// Steps of one procedure.
pub const STEPS_MAX: usize = 20_000;
/// Roles of one procedure.
pub const ROLES_MAX: usize = 256;
/// Documents of one procedure.
pub const DOCUMENTS_MAX: usize = 20_000;
/// Flows of one procedure, counted over all outcomes of all steps.
pub const FLOWS_MAX: usize = 60_000;
/// Outcomes of one step, returns included.
pub const OUTCOMES_PER_STEP_MAX: usize = 256;
/// Entries of any other list: inputs of a step, legal bases, evidence…
pub const LIST_MAX: usize = 1_000;
/// Characters of an id.
pub const ID_CHARS_MAX: usize = 64;
/// Characters of any other text of a procedure, in one language.
pub const TEXT_CHARS_MAX: usize = 10_000;
/// Languages of one text.
pub const LANGUAGES_MAX: usize = 32;
/// Characters of a standard time.
pub const TIME_CHARS_MAX: usize = 100;
/// The largest number in a standard time.
pub const TIME_COUNT_MAX: u32 = 1_000_000;
/// Bytes of a reason, a comment or a remark on a case.
pub const REMARK_BYTES_MAX: usize = 16 * 1024;
/// Events of one case.
pub const EVENTS_PER_CASE_MAX: u32 = 1_000_000;
/// Markings that verification visits before it answers *undecided*, unless told otherwise.
pub const MARKINGS_MAX: usize = 1_000_000;
/// Bytes that the markings which verification visits may take together; with many flows this is reached before
/// [`MARKINGS_MAX`].
pub const MARKINGS_BYTES_MAX: usize = 1 << 30;
/// Sets of steps occurring together that an examination of staffing tells apart before it answers *undecided*.
pub const STAFFING_PATHS_MAX: usize = 256;
/// People tried in all searches for plans before an examination of staffing answers *undecided*.
pub const STAFFING_TRIALS_MAX: usize = 200_000;
/// Markings that a comparison of two versions looks at: of running cases of the old one, and of the new one ahead of them.
pub const MARKINGS_COMPARED_MAX: usize = 250_000;
/// Diagnostics of one report; the report says when it left some out.
pub const DIAGNOSTICS_MAX: usize = 1_000;
/// Moves of all witnesses of one report; findings beyond them have none.
pub const WITNESS_MOVES_MAX: usize = 200_000;
/// Bytes of the name of an actor.
pub const ACTOR_BYTES_MAX: usize = 256;
/// Arcs of an exported net.
pub const ARCS_MAX: usize = 1_000_000;
/// Windows of working hours on one day.
pub const WINDOWS_PER_DAY_MAX: usize = 24;
/// Periods, days off and open days of a working calendar with all calendars before it.
pub const CALENDAR_ENTRIES_MAX: usize = 10_000;
/// Working calendars that are chained.
pub const CALENDARS_CHAINED_MAX: usize = 16;
