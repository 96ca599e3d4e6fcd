//! Integration tests of the domain.
