//! What the kiosk touches: reader, network state, storage.
