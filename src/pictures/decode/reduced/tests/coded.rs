//! A gray picture from its coefficients, by the simplest Huffman code there is: each symbol is its own code of eight
//! bits. In one scan, or in those that begin with the higher bits, which the encoder of the other fixtures has not.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "small numbers, and low bits"
)]

pub(super) struct Coded {
    width: usize,
    height: usize,
    /// In the order of the file.
    blocks: Vec<[i32; 64]>,
}

/// The bit that a first scan of a band leaves to two others.
const LOW: u32 = 2;

impl Coded {
    /// So many blocks across and down, with coefficients that become less and smaller towards the end.
    pub(super) fn of_waves(width: usize, height: usize) -> Self {
        let mut state = 1_u32;
        let mut random = |limit: i32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i32 % (2 * limit + 1) - limit
        };
        let block = |_| {
            let rest = random(40).max(0);
            std::array::from_fn(|index| match index as i32 {
                0 => random(60),
                index if index > rest => 0,
                index => random(60 / index + 2) * i32::from(random(2) != 0),
            })
        };
        Self { width, height, blocks: (0..width * height).map(block).collect() }
    }

    pub(super) fn plain(&self) -> Vec<u8> {
        let mut file = self.head(0xC0, 0);
        let mut scan = Scan::begin(&mut file, 0, 63, 0, 0);
        let mut last = 0;
        for block in &self.blocks {
            scan.signed(0, block[0] - last);
            last = block[0];
            let mut zeros = 0;
            for value in &block[1..] {
                if *value == 0 {
                    zeros += 1;
                    continue;
                }
                for _ in 0..zeros / 16 {
                    scan.put(0xF0, 8);
                }
                scan.signed(zeros % 16, *value);
                zeros = 0;
            }
            if zeros > 0 {
                scan.put(0, 8);
            }
        }
        scan.end();
        file.extend([0xFF, 0xD9]);
        file
    }

    /// The first coefficient without its lowest bit, two bands without two, the second bit, the lowest bits. With restart
    /// markers after so many blocks.
    pub(super) fn refined(&self, restart: usize) -> Vec<u8> {
        let mut file = self.head(0xC2, restart);
        let mut scan = Scan::begin(&mut file, 0, 0, 0, 1);
        let mut last = 0;
        for (index, block) in self.blocks.iter().enumerate() {
            if scan.restart(index, restart) {
                last = 0;
            }
            scan.signed(0, (block[0] >> 1) - last);
            last = block[0] >> 1;
        }
        scan.end();
        self.band(&mut file, restart, 1, 5);
        self.band(&mut file, restart, 6, 63);
        self.more(&mut file, restart, LOW - 1);
        self.more(&mut file, restart, LOW - 2);
        let mut scan = Scan::begin(&mut file, 0, 0, 1, 0);
        for (index, block) in self.blocks.iter().enumerate() {
            scan.restart(index, restart);
            scan.put(block[0] as u32 & 1, 1);
        }
        scan.end();
        file.extend([0xFF, 0xD9]);
        file
    }

    fn band(&self, file: &mut Vec<u8>, restart: usize, from: usize, to: usize) {
        let mut scan = Scan::begin(file, from, to, 0, LOW);
        for (index, block) in self.blocks.iter().enumerate() {
            if restart > 0 && index > 0 && index % restart == 0 {
                scan.ended();
            }
            scan.restart(index, restart);
            let mut zeros = 0;
            for value in &block[from..=to] {
                let value = value.signum() * (value.abs() >> LOW);
                if value == 0 {
                    zeros += 1;
                    continue;
                }
                scan.ended();
                for _ in 0..zeros / 16 {
                    scan.put(0xF0, 8);
                }
                scan.signed(zeros % 16, value);
                zeros = 0;
            }
            if zeros > 0 {
                scan.blocks += 1;
            }
        }
        scan.ended();
        scan.end();
    }

    /// One more bit of all but the first coefficient (ITU T.81, G.1.2.3).
    fn more(&self, file: &mut Vec<u8>, restart: usize, bit: u32) {
        let mut scan = Scan::begin(file, 1, 63, bit + 1, bit);
        for (index, block) in self.blocks.iter().enumerate() {
            if restart > 0 && index > 0 && index % restart == 0 {
                scan.ended();
            }
            scan.restart(index, restart);
            let values = block.map(|value| value.abs() >> bit);
            let end = values.iter().rposition(|value| *value == 1).unwrap_or(0);
            let (mut zeros, mut added) = (0, Vec::new());
            for (at, value) in values.iter().enumerate().skip(1) {
                if *value > 1 {
                    added.push(*value as u32 & 1);
                } else if *value == 0 {
                    zeros += 1;
                }
                if at > end {
                    continue;
                }
                scan.ended();
                if zeros == 16 {
                    scan.put(0xF0, 8);
                    zeros = 0;
                    added.drain(..).for_each(|bit| scan.put(bit, 1));
                }
                if *value == 1 {
                    scan.put(zeros << 4 | 1, 8);
                    scan.put(u32::from(block[at] > 0), 1);
                    zeros = 0;
                    added.drain(..).for_each(|bit| scan.put(bit, 1));
                }
            }
            if zeros > 0 || !added.is_empty() {
                scan.blocks += 1;
                scan.added.append(&mut added);
            }
        }
        scan.ended();
        scan.end();
    }

    fn head(&self, frame: u8, restart: usize) -> Vec<u8> {
        let side = |blocks: usize| (u16::try_from(8 * blocks - 3).unwrap()).to_be_bytes();
        let mut file = vec![0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0];
        file.extend([6; 64]);
        file.extend([0xFF, frame, 0, 11, 8]);
        file.extend([side(self.height), side(self.width), [1, 1], [0x11, 0]].concat());
        for place in [0, 0x10] {
            // The first coefficient's symbols end at 15.
            let count = if place == 0 { 16 } else { 254 };
            file.extend([0xFF, 0xC4]);
            file.extend((u16::from(count) + 19).to_be_bytes());
            file.extend([place, 0, 0, 0, 0, 0, 0, 0, count, 0, 0, 0, 0, 0, 0, 0, 0]);
            file.extend(0..count);
        }
        file.extend([0xFF, 0xDD, 0, 4]);
        file.extend(u16::try_from(restart).unwrap().to_be_bytes());
        file
    }
}

struct Scan<'a> {
    file: &'a mut Vec<u8>,
    held: u32,
    count: u32,
    /// Blocks that have ended and are not written yet, and the bits added to coefficients in them.
    blocks: u32,
    added: Vec<u32>,
}

impl<'a> Scan<'a> {
    fn begin(file: &'a mut Vec<u8>, from: usize, to: usize, before: u32, bit: u32) -> Self {
        file.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, from as u8, to as u8, (before << 4 | bit) as u8]);
        Self { file, held: 0, count: 0, blocks: 0, added: Vec::new() }
    }

    fn put(&mut self, value: u32, count: u32) {
        for index in (0..count).rev() {
            self.held = self.held << 1 | value >> index & 1;
            self.count += 1;
            if self.count == 8 {
                self.file.push(self.held as u8);
                if self.held as u8 == 0xFF {
                    self.file.push(0);
                }
                self.count = 0;
            }
        }
    }

    /// A run of zeros, and a value.
    fn signed(&mut self, zeros: u32, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        self.put(zeros << 4 | size, 8);
        self.put((if value < 0 { value - 1 } else { value }) as u32, size);
    }

    /// The blocks that have ended, as one run.
    fn ended(&mut self) {
        if self.blocks > 0 {
            let size = self.blocks.ilog2();
            self.put(size << 4, 8);
            self.put(self.blocks - (1 << size), size);
            self.blocks = 0;
            for bit in std::mem::take(&mut self.added) {
                self.put(bit, 1);
            }
        }
    }

    fn restart(&mut self, index: usize, interval: usize) -> bool {
        let now = interval > 0 && index > 0 && index.is_multiple_of(interval);
        if now {
            self.end();
            self.file.extend([0xFF, 0xD0 | ((index / interval - 1) % 8) as u8]);
        }
        now
    }

    fn end(&mut self) {
        while self.count > 0 {
            self.put(1, 1);
        }
    }
}
