//! What lies in the file.

/// What makes each version of the schema out of the one before; a new file goes through them all.
pub(super) const MIGRATIONS: &[&str] = &[VERSION_1];

const VERSION_1: &str = "\
-- Ids of cases are 16 bytes, the highest first. Moments are milliseconds since the Unix epoch.

-- The log of all cases. Positions run from 1 without a gap. `previous` is where the event before it in its case lies, 0 for
-- the first; so the history of a case is a chain, which costs nothing to keep, and a lost event is noticed.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    case_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    body BLOB NOT NULL,
    link BLOB NOT NULL,
    command TEXT
) STRICT;

-- Where reading the middle of a long history begins.
CREATE INDEX mileposts ON events (case_id, version) WHERE version % 256 = 0;

-- The last event of each case.
CREATE TABLE heads (
    case_id BLOB PRIMARY KEY,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last event that each command made.
CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
    case_id BLOB PRIMARY KEY,
    reference TEXT,
    procedure TEXT NOT NULL,
    status TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_reference ON cases (reference) WHERE reference IS NOT NULL;
CREATE INDEX cases_by_status ON cases (procedure, status);

CREATE TABLE lists (
    list INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE items (
    list INTEGER NOT NULL,
    due INTEGER NOT NULL,
    case_id BLOB NOT NULL,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (list, due, case_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_by_since ON items (list, since, case_id, name);

CREATE TABLE definitions (
    name TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoints (
    number INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
";
