//! Says that something changed, and lets the reader decide when to see it.
#![expect(unreachable_pub, reason = "`#[island]` writes public items")]

use leptos::prelude::*;

/// "3 new, show": counts what changed since the page was made. It stands in a place of its own and moves nothing.
/// The words come from the page, because the catalogue stays on the server.
#[island]
pub fn LiveNotice(
    /// Topics to listen to, apart by commas.
    topics: String,
    /// The words, `#` standing for the number.
    some: String,
    /// The words when it is too many to count, or when we lost count.
    many: String,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    browser::listen(&topics, some, many, text);
    #[cfg(not(feature = "hydrate"))]
    let _ = (topics, some, many);
    let show = move |_| {
        #[cfg(feature = "hydrate")]
        browser::reload();
    };
    view! {
        <div class="live" role="status">
            <button type="button" class="live__show" hidden=move || text.with(String::is_empty) on:click=show>
                {move || text.get()}
            </button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;
    use std::rc::Rc;

    use leptos::prelude::{RwSignal, Set, document, window};
    use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
    use web_sys::{EventSource, MessageEvent, VisibilityState};

    /// What is counted, and where the stream was left.
    struct Listener {
        topics: String,
        some: String,
        many: String,
        text: RwSignal<String>,
        changed: js_sys::Set,
        lost_count: bool,
        last: String,
        stream: Option<EventSource>,
    }

    type Shared = Rc<RefCell<Listener>>;

    impl Listener {
        fn noted(&mut self, event: &MessageEvent) {
            self.last = event.last_event_id();
            let Some(note) = event
                .data()
                .as_string()
                .and_then(|data| js_sys::JSON::parse(&data).ok())
            else {
                return;
            };
            let field = |name: &str| js_sys::Reflect::get(&note, &JsValue::from_str(name)).unwrap_or(JsValue::NULL);
            let ids = js_sys::Array::from(&field("ids"));
            self.lost_count |= field("many").is_truthy();
            for id in ids.iter() {
                self.changed.add(&id);
            }
            self.say();
        }

        fn say(&self) {
            let n = self.changed.size();
            if self.lost_count {
                self.text.set(self.many.clone());
            } else if n > 0 {
                self.text.set(self.some.replace('#', &n.to_string()));
            }
        }
    }

    /// Listens while the page is seen; a hidden tab holds no connection.
    pub(super) fn listen(topics: &str, some: String, many: String, text: RwSignal<String>) {
        let listener = Rc::new(RefCell::new(Listener {
            topics: topics.to_owned(),
            some,
            many,
            text,
            changed: js_sys::Set::new(&JsValue::UNDEFINED),
            lost_count: false,
            last: String::new(),
            stream: None,
        }));
        follow(&listener);
        let on_change = {
            let listener = Rc::clone(&listener);
            Closure::<dyn Fn()>::new(move || follow(&listener))
        };
        let _ = document().add_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
        on_change.forget();
    }

    fn follow(listener: &Shared) {
        let seen = document().visibility_state() == VisibilityState::Visible;
        let open = listener.borrow_mut().stream.take();
        if let Some(stream) = open {
            stream.close();
        }
        if seen {
            listener.borrow_mut().stream = connect(listener);
        }
    }

    fn connect(listener: &Shared) -> Option<EventSource> {
        let address = {
            let listener = listener.borrow();
            let after = if listener.last.is_empty() {
                String::new()
            } else {
                format!("&after={}", listener.last)
            };
            format!("/v1/live?topics={}{after}", listener.topics)
        };
        let stream = EventSource::new(&address).ok()?;
        let shared = Rc::clone(listener);
        on(&stream, "note", move |event| shared.borrow_mut().noted(&event));
        let shared = Rc::clone(listener);
        on(&stream, "reset", move |_| {
            let mut listener = shared.borrow_mut();
            listener.lost_count = true;
            listener.say();
        });
        Some(stream)
    }

    fn on(stream: &EventSource, name: &str, act: impl Fn(MessageEvent) + 'static) {
        let act = Closure::<dyn Fn(MessageEvent)>::new(act);
        let _ = stream.add_event_listener_with_callback(name, act.as_ref().unchecked_ref());
        act.forget();
    }

    pub(super) fn reload() {
        let _ = window().location().reload();
    }
}
