//! Our own CPS3 and CPS4 behind the real pcscd.
