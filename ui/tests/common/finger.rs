//! Fingers on the glass: one as a pointer, several as a touch screen tells them.

use super::{Desk, Element};
use i_slint_core::input::TouchPhase;
use i_slint_core::lengths::LogicalPoint;
use i_slint_core::platform::InternalEvent;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};

/// The middle of an element.
pub fn middle(element: &Element) -> (f32, f32) {
    (element.x + element.width / 2.0, element.y + element.height / 2.0)
}

impl Desk {
    fn tell(&self, event: WindowEvent) {
        self.window.window().dispatch_event(event);
    }

    /// A finger comes down here, and stays.
    pub fn press(&self, (x, y): (f32, f32)) {
        let position = LogicalPosition::new(x, y);
        self.tell(WindowEvent::PointerMoved { position });
        self.tell(WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
    }

    /// It slides to here.
    pub fn slide(&self, (x, y): (f32, f32)) {
        self.tell(WindowEvent::PointerMoved { position: LogicalPosition::new(x, y) });
    }

    /// It lifts here.
    pub fn lift(&self, (x, y): (f32, f32)) {
        let position = LogicalPosition::new(x, y);
        self.tell(WindowEvent::PointerReleased { position, button: PointerEventButton::Left });
        self.tell(WindowEvent::PointerExited);
    }

    /// One of several fingers.
    pub fn finger(&self, id: i32, phase: TouchPhase, (x, y): (f32, f32)) {
        self.tell(WindowEvent::internal(InternalEvent::Touch { id, position: LogicalPoint::new(x, y), phase }));
    }
}
