//! The visit: states, events, effects, which screen to show, failure codes.
