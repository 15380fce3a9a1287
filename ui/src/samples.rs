pub fn all() -> Vec<(&'static str, flow::View)> { Vec::new() }
