//! What the person sees: Slint pages and one adapter per page.
