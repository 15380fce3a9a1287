//! The line compression of PWG raster (PWG 5102.4 section 4.4): how often a line repeats, then its pixels in runs.

/// Longest run of pixels.
const RUN: usize = 128;
/// Most equal lines told at once.
const REPEATS: usize = 256;

/// Lines of one page on their way out.
pub(super) struct Lines {
    /// Bytes a pixel.
    pixel: usize,
    last: Vec<u8>,
    times: usize,
}

impl Lines {
    pub(super) fn new(pixel: usize) -> Self {
        Self { pixel, last: Vec::new(), times: 0 }
    }

    /// The next line, of whole pixels, as many as the ones before.
    pub(super) fn push(&mut self, line: &[u8], out: &mut Vec<u8>) {
        if self.times > 0 && self.times < REPEATS && self.last == line {
            self.times += 1;
            return;
        }
        self.finish(out);
        self.last.clear();
        self.last.extend_from_slice(line);
        self.times = 1;
    }

    /// Ends the page.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if let Some(more) = self.times.checked_sub(1).and_then(|more| u8::try_from(more).ok()) {
            out.push(more);
            compress(&self.last, self.pixel, out);
        }
        self.times = 0;
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.last);
    }
}

/// Pixels in runs: `n` then one pixel, for `n + 1` equal ones; `257 - n` then `n` pixels, for different ones.
fn compress(line: &[u8], size: usize, out: &mut Vec<u8>) {
    let mut rest = line;
    while let Some(first) = rest.get(..size).filter(|first| !first.is_empty()) {
        let equal = rest.chunks_exact(size).take(RUN).take_while(|pixel| *pixel == first).count();
        // A run of different pixels ends where two equal ones begin.
        let different = if equal > 1 { 0 } else { different(rest, size) };
        let (code, pixels, taken) =
            if different > 1 { (257 - different, different, different) } else { (equal - 1, 1, equal) };
        out.push(u8::try_from(code).unwrap_or(0));
        out.extend_from_slice(rest.get(..pixels * size).unwrap_or_default());
        rest = rest.get(taken * size..).unwrap_or_default();
    }
}

/// How many pixels from the first on differ from the one after them.
fn different(line: &[u8], size: usize) -> usize {
    let pixels = || line.chunks_exact(size);
    let pairs = pixels().zip(pixels().skip(1).map(Some).chain(std::iter::once(None)));
    pairs.take(RUN).take_while(|(pixel, next)| next.is_none_or(|next| next != *pixel)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressed(line: &[u8], size: usize) -> Vec<u8> {
        let mut out = Vec::new();
        compress(line, size, &mut out);
        out
    }

    #[test]
    fn runs_are_written_as_in_the_specification() {
        assert_eq!(compressed(&[7], 1), [0, 7]);
        assert_eq!(compressed(&[7, 7, 7], 1), [2, 7]);
        assert_eq!(compressed(&[1, 2, 3], 1), [254, 1, 2, 3]);
        assert_eq!(compressed(&[1, 2, 2, 2, 3], 1), [0, 1, 2, 2, 0, 3]);
        assert_eq!(compressed(&[1, 2, 3, 3], 1), [255, 1, 2, 1, 3]);
        assert_eq!(compressed(&[1, 2, 3, 1, 2, 3, 9, 9, 9], 3), [1, 1, 2, 3, 0, 9, 9, 9]);
    }

    #[test]
    fn runs_are_no_longer_than_the_specification_lets_them() {
        assert_eq!(compressed(&[5; 129], 1), [127, 5, 0, 5]);
        let steps: Vec<u8> = (0..=255).collect();
        let out = compressed(&steps, 1);
        assert_eq!((out.len(), out.first(), out.get(129)), (258, Some(&129), Some(&129)));
    }

    #[test]
    fn equal_lines_are_counted() {
        let mut lines = Lines::new(1);
        let mut out = Vec::new();
        for _ in 0..257 {
            lines.push(&[9, 9], &mut out);
        }
        lines.push(&[1, 1], &mut out);
        lines.finish(&mut out);
        assert_eq!(out, [255, 1, 9, 0, 1, 9, 0, 1, 1]);
    }
}
