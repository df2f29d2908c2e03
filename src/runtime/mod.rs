//! What an embedder builds on: people and their rights, so far.

mod directory;

pub use directory::{Absence, Appointment, Directory, Office, OfficeError, Person, Right, Scope};
