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
/// People of an office. Of each, [`LIST_MAX`] appointments and as many absences.
pub const OFFICE_PEOPLE_MAX: usize = 1_000_000;
/// Teams of an office.
pub const OFFICE_TEAMS_MAX: usize = 10_000;
/// Members of a team.
pub const TEAM_MEMBERS_MAX: usize = 10_000;
/// Arcs of an exported net.
pub const ARCS_MAX: usize = 1_000_000;
/// People of whom an engine keeps what the directory says, each for every version of a procedure asked for.
pub const PARTIES_CACHED_MAX: usize = 100_000;
/// Reviewers of one step.
pub const REVIEWERS_MAX: usize = 16;
/// Bytes of the id of a command.
pub const COMMAND_ID_BYTES_MAX: usize = 64;
/// Characters of the office's own number of a case.
pub const REFERENCE_CHARS_MAX: usize = 200;
/// Rounds in which a command is tried while other engines change the same case.
pub const ROUNDS_MAX: usize = 20;
/// Events that an engine reads from its store at once.
pub const EVENTS_READ_MAX: usize = 1_000;
/// Commands that wait for an engine, which refuses more until it has carried out some.
pub const COMMANDS_WAITING_MAX: usize = 65_536;
/// Commands that an engine commits at once.
pub const COMMANDS_PER_COMMIT_MAX: usize = 4_096;
/// Entries on one page of a list of work.
pub const ITEMS_PER_PAGE_MAX: usize = 1_000;
/// Entries of lists of work that are looked at for one page, where it is not filled before.
pub const ITEMS_SCANNED_MAX: usize = 2_000;
/// Entries of lists of work up to which they are counted.
pub const ITEMS_COUNTED_MAX: usize = 1_000;
/// Findings of one audit; the report says how many more there are.
pub const AUDIT_FINDINGS_MAX: usize = 1_000;
/// Bytes of one line of an export.
pub const EXPORT_LINE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Windows of working hours on one day.
pub const WINDOWS_PER_DAY_MAX: usize = 24;
/// Periods, days off and open days of a working calendar with all calendars before it.
pub const CALENDAR_ENTRIES_MAX: usize = 10_000;
/// Working calendars that are chained.
pub const CALENDARS_CHAINED_MAX: usize = 16;
