//! What runs in the browser: it wakes the islands of a page that the server has written.

// Named although nothing here uses it: without this the linker drops the islands.
extern crate app;

/// Called by the page once this file is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
