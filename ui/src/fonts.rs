//! The product's letters, for what is set elsewhere than on the screen: paper.

/// Inter, regular, as subset for the screens (OFL).
pub const REGULAR: &[u8] = include_bytes!("../slint/fonts/GuichetInter-Regular.otf");
/// Its bold.
pub const BOLD: &[u8] = include_bytes!("../slint/fonts/GuichetInter-Bold.otf");
