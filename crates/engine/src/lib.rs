//! The two loops and the use cases. Moves data; rules are the domain's.
