//! The least a program with a window can be here: the windowing and the surface library that Slint uses, one colour,
//! nothing else.

use crate::town::PANEL;
use anyhow::Result;
use softbuffer::{Context, Surface};
use std::num::NonZeroU32;
use std::rc::Rc;
use winit::application::ApplicationHandler;
use winit::dpi::PhysicalSize;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, EventLoop, OwnedDisplayHandle};
use winit::window::{Window, WindowId};

/// A light grey.
const COLOUR: u32 = 0x00EE_EEEE;

struct Bare {
    display: OwnedDisplayHandle,
    surface: Option<Surface<OwnedDisplayHandle, Rc<Window>>>,
}

impl ApplicationHandler for Bare {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        let size = PhysicalSize::new(PANEL[0], PANEL[1]);
        let window = events.create_window(Window::default_attributes().with_inner_size(size)).expect("a window");
        let window = Rc::new(window);
        let context = Context::new(self.display.clone()).expect("a display");
        self.surface = Surface::new(&context, window).ok();
    }

    fn window_event(&mut self, events: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match (event, &mut self.surface) {
            (WindowEvent::CloseRequested, _) => events.exit(),
            (WindowEvent::RedrawRequested, Some(surface)) => {
                let [width, height] = PANEL.map(|length| NonZeroU32::new(length).expect("a panel has a size"));
                surface.resize(width, height).expect("a surface");
                let mut picture = surface.buffer_mut().expect("a buffer");
                picture.fill(COLOUR);
                picture.present().expect("a picture");
            }
            _ => {}
        }
    }
}

/// Shows it until it is killed.
pub fn open() -> Result<()> {
    let events = EventLoop::new()?;
    let mut bare = Bare { display: events.owned_display_handle(), surface: None };
    Ok(events.run_app(&mut bare)?)
}
