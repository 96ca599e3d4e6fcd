//! What runs in the browser. A page is whole without it.

mod live;

pub use live::LiveNotice;
