//! The schema: made, brought up to date, and told from what belongs to something else.

use ::postgres::{Client, Row};

use super::fault;
use super::migrations::MIGRATIONS;
use crate::error::{Error, ErrorKind};

/// Bytes of a name in PostgreSQL.
const NAME_BYTES_MAX: usize = 63;

pub(super) fn checked(name: &str) -> Result<&str, Error> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name = !name.starts_with(|first: char| first.is_ascii_digit()) && name.bytes().all(is_word);
    if is_name && (1..=NAME_BYTES_MAX).contains(&name.len()) {
        return Ok(name);
    }
    let message = "the name of a schema has 1 to 63 ASCII letters, digits or `_`, the first no digit";
    Err(Error::single(ErrorKind::Format, message))
}

/// Makes a session ready: its parameters are set, and the schema is there in the latest form.
///
/// Plans are held to the indices: the tables are empty when the first plans are made, and what is best for an empty table is
/// not what is best for a full one.
pub(super) fn open(client: &mut Client, schema: &str) -> Result<(), Error> {
    let parameters = format!(
        "SET search_path = \"{schema}\", pg_temp; SET default_transaction_isolation = 'read committed'; SET jit = off;
        SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET client_min_messages = warning;
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';"
    );
    client.batch_execute(&parameters).map_err(fault::storage)?;
    if !is_up_to_date(client)? {
        migrate(client, schema)?;
    }
    Ok(())
}

/// Whether nothing is to be done to the schema.
fn is_up_to_date(client: &mut Client) -> Result<bool, Error> {
    let is_there = client.query("SELECT to_regclass('sopflow_store') IS NOT NULL", &[]).map_err(fault::storage)?;
    if !is_there.iter().all(|row| row.get(0)) {
        return Ok(false);
    }
    let found = client.query(FORM, &[]).map_err(fault::storage)?;
    Ok(version(&found)? == MIGRATIONS.len() && found.iter().all(|row| !row.get::<_, bool>(1)))
}

/// The stored form, and whether events are there whose transactions this server has yet to begin: it is not the one that they
/// were written on.
const FORM: &str = "SELECT version, coalesce((SELECT transaction FROM events ORDER BY transaction DESC LIMIT 1), -1)
    >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift FROM sopflow_store";

/// Begins to count where the events end.
const SHIFT: &str =
    "UPDATE sopflow_store SET shift = e.transaction + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    FROM (SELECT transaction FROM events ORDER BY transaction DESC LIMIT 1) e
    WHERE e.transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + shift";

fn migrate(client: &mut Client, schema: &str) -> Result<(), Error> {
    let mut transaction = client.transaction().map_err(fault::storage)?;
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('sopflow ' || $1, 0))";
    transaction.execute(lock, &[&schema]).map_err(fault::storage)?;
    // From here on, nobody else makes or changes it.
    let look = "SELECT current_setting('server_encoding'), to_regnamespace(quote_ident($1)) IS NOT NULL,
        to_regclass('sopflow_store') IS NOT NULL,
        EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident($1)))";
    let row = transaction.query_one(look, &[&schema]).map_err(fault::storage)?;
    let (encoding, has_schema, is_ours, has_tables): (&str, bool, bool, bool) =
        (row.get(0), row.get(1), row.get(2), row.get(3));
    if encoding != "UTF8" {
        return Err(Error::foreign(format!("the database has the encoding {encoding}; a store needs one in UTF8")));
    }
    if has_tables && !is_ours {
        return Err(Error::foreign(format!("the schema {schema} of the database belongs to something else")));
    }
    if !has_schema {
        transaction.batch_execute(&format!("CREATE SCHEMA \"{schema}\"")).map_err(fault::storage)?;
    }
    let found = if is_ours { version(&transaction.query(FORM, &[]).map_err(fault::storage)?)? } else { 0 };
    for migration in &MIGRATIONS[found..] {
        transaction.batch_execute(migration).map_err(fault::storage)?;
    }
    transaction.execute(SHIFT, &[]).map_err(fault::storage)?;
    transaction.commit().map_err(fault::storage)
}

fn version(found: &[Row]) -> Result<usize, Error> {
    let [row] = found else { return Err(Error::damaged("the schema does not tell its stored form")) };
    let version = usize::try_from(row.get::<_, i32>(0)).unwrap_or(0);
    if version > MIGRATIONS.len() {
        let known = MIGRATIONS.len();
        let message = format!("the schema has the stored form {version}, of a later sopflow; this one knows {known}");
        return Err(Error::foreign(message));
    }
    Ok(version)
}
