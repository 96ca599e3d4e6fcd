//! Everything rendered: pages, islands, server functions.
