//! Everything in a file but the scans' data: the frame, the tables as they are when each scan begins (ITU T.81, annex B).

use super::Stop;
use crate::pictures::jpeg::huffman::Definition;

/// More scans than this nobody writes; each may cost a pass over the whole picture.
const MAX_SCANS: usize = 100;

const FIRST_SEGMENT: usize = 2;

/// A picture before its scans are decoded.
pub(super) struct Picture<'a> {
    pub frame: Frame,
    /// Whether three components are red, green and blue as they are.
    pub rgb: bool,
    /// In the order of the file. Where the first one has all that there is, no other.
    pub scans: Vec<Scan<'a>>,
}

pub(super) struct Frame {
    pub progressive: bool,
    pub width: usize,
    pub height: usize,
    pub components: Vec<Component>,
}

pub(super) struct Component {
    id: u8,
    /// Blocks of it in a unit, across and down.
    pub across: usize,
    pub down: usize,
    /// The number of its quantization table.
    pub table: usize,
}

pub(super) struct Scan<'a> {
    pub components: Vec<ScanComponent>,
    /// The first and the last coefficient.
    pub from: usize,
    pub to: usize,
    /// The bit that had been reached before, zero if none was; the bit that is reached now.
    pub before: u32,
    pub bit: u32,
    pub tables: Tables<'a>,
    /// The file from the scan's data on.
    pub data: &'a [u8],
}

#[derive(Clone, Copy)]
pub(super) struct ScanComponent {
    /// Its place in the frame.
    pub index: usize,
    /// The numbers of its Huffman tables.
    dc: usize,
    ac: usize,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Tables<'a> {
    /// By the order of the coefficients in the file.
    quantization: [Option<[u16; 64]>; 4],
    dc: [Option<Definition<'a>>; 4],
    ac: [Option<Definition<'a>>; 4],
    /// Units between two restart markers; none if zero.
    pub restart: usize,
}

impl<'a> Tables<'a> {
    pub(super) fn quantization(&self, component: &Component) -> Result<[u16; 64], Stop> {
        self.quantization.get(component.table).copied().flatten().ok_or(Stop::Unknown)
    }

    pub(super) fn dc(&self, component: ScanComponent) -> Result<Definition<'a>, Stop> {
        self.dc.get(component.dc).copied().flatten().ok_or(Stop::Unknown)
    }

    pub(super) fn ac(&self, component: ScanComponent) -> Result<Definition<'a>, Stop> {
        self.ac.get(component.ac).copied().flatten().ok_or(Stop::Unknown)
    }
}

impl<'a> Picture<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Stop> {
        let (mut frame, mut tables, mut transform, mut scans) = (None, Tables::default(), None, Vec::new());
        let mut at = FIRST_SEGMENT;
        loop {
            let (marker, body) = next_marker(bytes, at)?;
            if marker == 0xD9 {
                break;
            }
            // TEM, restart markers and SOI stand alone.
            if matches!(marker, 0x01 | 0xD0..=0xD8) {
                at = body;
                continue;
            }
            let length = bytes.get(body..).and_then(<[u8]>::first_chunk).ok_or(Stop::Damaged)?;
            at = body + usize::from(u16::from_be_bytes(*length));
            let mut segment = Segment(bytes.get(body + 2..at).ok_or(Stop::Damaged)?);
            match marker {
                0xC0..=0xC2 if frame.is_none() => frame = Some(Frame::read(marker == 0xC2, &mut segment)?),
                0xC4 => tables.read_huffman(&mut segment)?,
                // Lossless, arithmetic, hierarchical, or two frames. DNL gives the height late.
                0xC0..=0xCF | 0xDC => return Err(Stop::Unknown),
                0xDB => tables.read_quantization(&mut segment)?,
                0xDD => tables.restart = usize::from(u16::from_be_bytes(segment.take()?)),
                0xEE if segment.0.starts_with(b"Adobe") => transform = segment.0.get(11).copied(),
                0xDA => {
                    let frame = frame.as_ref().ok_or(Stop::Damaged)?;
                    let data = bytes.get(at..).ok_or(Stop::Damaged)?;
                    scans.push(Scan::read(frame, &mut segment, &tables, data)?);
                    if scans.len() > MAX_SCANS {
                        return Err(Stop::Damaged);
                    }
                    if scans.len() == 1 && scans.first().is_some_and(|scan| scan.is_all_of(frame)) {
                        break;
                    }
                    at = after_scan(bytes, at)?;
                }
                _ => {}
            }
        }
        let frame = frame.filter(|_| !scans.is_empty()).ok_or(Stop::Damaged)?;
        let ids = frame.components.iter().map(|component| component.id);
        let rgb = match transform {
            _ if ids.eq(*b"RGB") => true,
            Some(0) => true,
            // Adobe's 2 is for four components, and is YCbCr with three.
            None | Some(1 | 2) => false,
            Some(_) => return Err(Stop::Unknown),
        };
        Ok(Self { frame, rgb, scans })
    }
}

impl Picture<'_> {
    /// Whether zune-jpeg may show it in wrong colors: baseline files of several scans, which cameras do not write.
    pub(super) fn is_rare(&self) -> bool {
        self.frame.components.len() > 1 && !self.frame.progressive && self.scans.len() > 1
    }
}

impl Frame {
    fn read(progressive: bool, segment: &mut Segment<'_>) -> Result<Self, Stop> {
        let [precision, h1, h0, w1, w0, count] = segment.take()?;
        let (height, width) = (u16::from_be_bytes([h1, h0]).into(), u16::from_be_bytes([w1, w0]).into());
        if precision != 8 || !matches!(count, 1 | 3) {
            return Err(Stop::Unknown);
        }
        if height == 0 || width == 0 {
            return Err(Stop::Damaged);
        }
        let mut components = Vec::with_capacity(3);
        for _ in 0..count {
            let [id, sampling, table] = segment.take()?;
            let (across, down) = (usize::from(sampling >> 4), usize::from(sampling & 15));
            if !matches!((across, down), (1 | 2 | 4, 1 | 2 | 4)) {
                return Err(Stop::Unknown);
            }
            // With one component, units are blocks.
            let (across, down) = if count == 1 { (1, 1) } else { (across, down) };
            components.push(Component { id, across, down, table: table.into() });
        }
        Ok(Self { progressive, width, height, components })
    }
}

impl<'a> Scan<'a> {
    fn read(frame: &Frame, segment: &mut Segment<'_>, tables: &Tables<'a>, data: &'a [u8]) -> Result<Self, Stop> {
        let [count] = segment.take()?;
        let mut components: Vec<ScanComponent> = Vec::with_capacity(3);
        for _ in 0..count {
            let [id, table] = segment.take()?;
            let index = frame.components.iter().position(|component| component.id == id).ok_or(Stop::Damaged)?;
            if components.iter().any(|component| component.index == index) {
                return Err(Stop::Damaged);
            }
            components.push(ScanComponent { index, dc: (table >> 4).into(), ac: (table & 15).into() });
        }
        let [from, to, bits] = segment.take()?;
        let mut scan = Self {
            components,
            from: from.into(),
            to: to.into(),
            before: u32::from(bits >> 4),
            bit: u32::from(bits & 15),
            tables: *tables,
            data,
        };
        if !frame.progressive {
            // Some writers leave zeros here.
            (scan.from, scan.to, scan.before, scan.bit) = (0, 63, 0, 0);
        }
        let many = scan.components.len() > 1;
        if scan.components.is_empty()
            || scan.from > scan.to
            || scan.to > 63
            || scan.bit > 13
            || (frame.progressive && if scan.from == 0 { scan.to > 0 } else { many })
        {
            return Err(Stop::Damaged);
        }
        Ok(scan)
    }

    /// Its coefficients, as bits.
    pub(super) fn band(&self) -> u64 {
        u64::MAX >> (63 - self.to) & u64::MAX << self.from
    }

    /// Whether there is nothing in the picture that is not in this scan.
    pub(super) fn is_all_of(&self, frame: &Frame) -> bool {
        !frame.progressive && self.components.len() == frame.components.len()
    }
}

impl<'a> Tables<'a> {
    fn read_huffman(&mut self, segment: &mut Segment<'a>) -> Result<(), Stop> {
        while !segment.0.is_empty() {
            let [place] = segment.take()?;
            let lengths: &[u8; 16] = segment.slice(16)?.first_chunk().ok_or(Stop::Damaged)?;
            let symbols = segment.slice(lengths.iter().copied().map(usize::from).sum())?;
            let tables = if place & 0xF0 == 0 { &mut self.dc } else { &mut self.ac };
            let table = tables.get_mut(usize::from(place & 15)).ok_or(Stop::Damaged)?;
            *table = Some(Definition { lengths, symbols });
        }
        Ok(())
    }

    fn read_quantization(&mut self, segment: &mut Segment<'_>) -> Result<(), Stop> {
        while !segment.0.is_empty() {
            let [place] = segment.take()?;
            let mut values = [0; 64];
            for value in &mut values {
                *value = match place >> 4 {
                    0 => segment.take::<1>()?[0].into(),
                    1 => u16::from_be_bytes(segment.take()?),
                    _ => return Err(Stop::Damaged),
                };
            }
            *self.quantization.get_mut(usize::from(place & 15)).ok_or(Stop::Damaged)? = Some(values);
        }
        Ok(())
    }
}

/// What is left of a segment.
struct Segment<'a>(&'a [u8]);

impl<'a> Segment<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Stop::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], Stop> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Stop::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// The marker at or after an offset, and where its body begins. Stray bytes and fill bytes are passed.
fn next_marker(bytes: &[u8], mut at: usize) -> Result<(u8, usize), Stop> {
    loop {
        at += position(bytes, at, |byte| byte == 0xFF)?;
        at += position(bytes, at, |byte| byte != 0xFF)?;
        let marker = *bytes.get(at).ok_or(Stop::Damaged)?;
        at += 1;
        if marker != 0 {
            return Ok((marker, at));
        }
    }
}

/// Where the marker is that ends the data of a scan.
fn after_scan(bytes: &[u8], mut at: usize) -> Result<usize, Stop> {
    loop {
        // Most of the way in steps that the compiler makes wide.
        while bytes.get(at..).and_then(<[u8]>::first_chunk::<64>).is_some_and(|step| !step.contains(&0xFF)) {
            at += 64;
        }
        at += position(bytes, at, |byte| byte == 0xFF)?;
        match bytes.get(at + 1).ok_or(Stop::Damaged)? {
            0 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Ok(at),
        }
    }
}

fn position(bytes: &[u8], at: usize, wanted: impl Fn(u8) -> bool) -> Result<usize, Stop> {
    bytes.get(at..).and_then(|rest| rest.iter().position(|byte| wanted(*byte))).ok_or(Stop::Damaged)
}
