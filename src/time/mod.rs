//! Time as procedures state it.
