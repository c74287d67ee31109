//! Pictures as bytes: what format a file really is, whether it is whole, and every copy made of it. No domain
//! words here: a picture has no owner and no name.
//!
//! In reading order: `format` and `sniff` say what a file is, `container` whether it is all there, `decode` turns it
//! into pixels (in a `buffer`; what reading and writing JPEG share is in `jpeg`), `scale` and `color` into few upright sRGB ones, `metadata` and
//! `palette` tell what is kept about it, `probe` and `render` are what callers want, and `pool`
//! is the only way in from asynchronous code: it keeps the work off the async threads and within a memory budget.

mod buffer;
mod color;
mod container;
mod decode;
mod encode;
#[cfg(test)]
mod fixtures;
mod format;
mod jpeg;
mod metadata;
mod output;
mod palette;
mod pool;
mod probe;
mod rejection;
mod render;
mod scale;
mod size;
mod sketch;
mod sniff;
mod spec;
mod workers;

pub use format::{Format, UnknownFormat};
pub use metadata::{Location, Metadata, Taken};
pub use output::{Output, UnknownOutput};
pub use palette::Swatch;
pub use pool::{Pool, ProbeError, Source, Turn};
pub use probe::{Limits, Picture, probe};
pub use rejection::Rejection;
pub use render::{RenderError, render, render_all};
pub use size::{Fit, LADDER, Target, fit, fit_within};
pub use spec::{Quality, Spec, UnknownSpec};
