//! Turns a card signature into a session: OpenID Connect, tokens, expiry.
