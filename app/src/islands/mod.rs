//! What runs in the browser. A page is whole without it.

#[cfg_attr(
    feature = "hydrate",
    expect(unreachable_pub, reason = "the macro repeats the function inside one of its own")
)]
mod live;

pub use live::LiveNotice;
