//! Cases told one by one.
