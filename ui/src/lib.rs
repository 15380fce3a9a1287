//! What the person sees.
#![allow(missing_docs)]
slint::include_modules!();
