//! Wire formats: bytes to located results, memory bounded. Pure.
