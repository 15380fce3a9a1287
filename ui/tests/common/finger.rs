//! Fingers on the glass: one as a pointer, several as a touch screen tells them.

use super::{Desk, Element};
use i_slint_core::input::TouchPhase;
use i_slint_core::lengths::LogicalPoint;
use i_slint_core::platform::InternalEvent;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use std::time::Duration;

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

    /// A finger goes along these places: down at the first, up at the last.
    pub fn drag(&self, way: &[(f32, f32)]) {
        self.press(way[0]);
        way[1..].iter().for_each(|place| self.slide(*place));
        self.lift(way[way.len() - 1]);
    }

    /// A finger stays on an element for so long, then lifts.
    pub fn hold(&self, element: &Element, time: Duration) {
        self.press(middle(element));
        self.wait(time);
        self.lift(middle(element));
    }

    /// Time passes as it does on a panel: little by little, so that what repeats does.
    pub fn wait(&self, time: Duration) {
        for _ in 0..time.as_millis() / 10 {
            self.pass(Duration::from_millis(10));
        }
    }

    /// One of several fingers.
    pub fn finger(&self, id: i32, phase: TouchPhase, (x, y): (f32, f32)) {
        self.tell(WindowEvent::internal(InternalEvent::Touch { id, position: LogicalPoint::new(x, y), phase }));
    }
}
