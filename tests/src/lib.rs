//! Whole visits on a whole site, screens, benches.
