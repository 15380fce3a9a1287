//! Speaks to a CPS card over a byte exchange: holder, tries left, PIN, signature.
