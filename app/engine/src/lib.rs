//! Runs the flow: one task, executes effects through ports, owns the clock.
