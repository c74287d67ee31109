//! When a picture was taken: wall-clock time, and perhaps how far that was from UTC.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};

use super::block::Directory;

/// The time on the camera's clock when the shutter was released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Wall-clock time as the camera wrote it, with the fraction it gave: "2024-05-17T14:03:22.25".
    pub local: String,
    /// How far that is ahead of UTC, where the camera knew: "+02:00".
    pub utc_offset: Option<String>,
    unix_ms: i64,
}

/// The tags of one moment: date and time, fraction, offset.
type Tags = (u16, u16, u16);
const ORIGINAL: Tags = (0x9003, 0x9291, 0x9011);
/// When it was stored, which for a camera is the same moment.
const DIGITIZED: Tags = (0x9004, 0x9292, 0x9012);

/// No photograph is older, and no clock is that wrong.
const YEARS: std::ops::RangeInclusive<i32> = 1826..=2100;

impl Taken {
    /// The instant in milliseconds since 1970-01-01T00:00:00Z: by the offset where it was recorded, else with the
    /// wall-clock time taken as UTC.
    pub fn unix_ms(&self) -> i64 {
        self.unix_ms
    }
}

/// The date of the file (`DateTime`) is left alone: every editor moves it.
pub(super) fn read(exif: &Directory<'_>) -> Option<Taken> {
    [ORIGINAL, DIGITIZED].into_iter().find_map(|(time, fraction, offset)| {
        let at = wall_clock(exif.text(time)?)?;
        let digits = exif.text(fraction).and_then(fraction_digits).unwrap_or_default();
        let offset = exif.text(offset).and_then(offset_minutes);
        let mut local = at.format("%Y-%m-%dT%H:%M:%S").to_string();
        if !digits.is_empty() {
            local = format!("{local}.{digits}");
        }
        let milliseconds: i64 = format!("{digits:0<3}").get(..3)?.parse().ok()?;
        let unix_ms = at.and_utc().timestamp_millis() + milliseconds - offset.unwrap_or(0) * 60_000;
        Some(Taken { local, utc_offset: offset.map(written), unix_ms })
    })
}

/// "2024:05:17 14:03:22", with whatever else stands between the numbers.
fn wall_clock(text: &[u8]) -> Option<NaiveDateTime> {
    let text = str::from_utf8(text.trim_ascii()).ok()?;
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    let between = |at: usize| text.as_bytes().get(at).is_some_and(|byte| !byte.is_ascii_digit());
    if text.len() != 19 || ![4, 7, 10, 13, 16].into_iter().all(between) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    let time = date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?;
    YEARS.contains(&date.year()).then_some(time)
}

/// The decimals of a second, at most nine.
fn fraction_digits(text: &[u8]) -> Option<&str> {
    let text = str::from_utf8(text.trim_ascii()).ok()?;
    let text = text.get(..9).unwrap_or(text);
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

/// Minutes ahead of UTC, of "+02:00" or "Z".
fn offset_minutes(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.trim_ascii() {
        b"Z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let [h1, h0, b':', m1, m0] = digits else { return None };
    let number = |tens: &u8, ones: &u8| {
        let both = tens.is_ascii_digit() && ones.is_ascii_digit();
        both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes) = (number(h1, h0)?, number(m1, m0)?);
    let total = hours * 60 + minutes;
    // From Baker Island to the Line Islands.
    (minutes < 60 && (-12 * 60..=14 * 60).contains(&(sign * total))).then_some(sign * total)
}

fn written(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures::exif::{Entries, Value};
    use crate::pictures::metadata::Metadata;

    fn taken(entries: &[(u16, &'static str)]) -> Option<Taken> {
        let exif = entries.iter().map(|(tag, text)| (*tag, Value::Text(text))).collect();
        Metadata::read(&Entries { exif, ..Entries::default() }.block(false)).taken
    }

    #[test]
    fn the_instant_is_by_the_offset_or_else_as_if_in_utc() {
        let wall = (ORIGINAL.0, "2024:05:17 14:03:22");
        let plain = taken(&[wall]).unwrap();
        assert_eq!((&*plain.local, plain.utc_offset.as_ref()), ("2024-05-17T14:03:22", None));
        assert_eq!(plain.unix_ms(), 1_715_954_602_000);
        for (offset, written, minutes) in
            [("+02:00", "+02:00", 120), ("-03:30", "-03:30", -210), ("Z", "+00:00", 0), ("-00:00", "+00:00", 0)]
        {
            let known = taken(&[wall, (ORIGINAL.2, offset)]).unwrap();
            assert_eq!(known.utc_offset.as_deref(), Some(written));
            assert_eq!(known.unix_ms(), plain.unix_ms() - minutes * 60_000);
        }
    }

    #[test]
    fn fractions_of_a_second_are_kept_as_written() {
        for (fraction, written, milliseconds) in
            [("5", ".5", 500), ("07 ", ".07", 70), ("123456", ".123456", 123), ("x1", "", 0), ("  ", "", 0)]
        {
            let taken = taken(&[(ORIGINAL.0, "1970:01:01 00:00:00"), (ORIGINAL.1, fraction)]).unwrap();
            assert_eq!((taken.local, taken.unix_ms), (format!("1970-01-01T00:00:00{written}"), milliseconds));
        }
    }

    #[test]
    fn times_that_cannot_be_are_none() {
        for junk in [
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2024:13:01 00:00:00",
            "2023:02:29 12:00:00",
            "2024:05:17 25:00:00",
            "2024:05:17 12:00:60",
            "1800:01:01 00:00:00",
            "9999:12:31 23:59:59",
            "2024:05:17",
            "2024:05:17 14:03:2é",
            "20é4:05:17 14:03:22",
            "+024:05:17 14:03:22",
            "",
        ] {
            assert_eq!(taken(&[(ORIGINAL.0, junk)]), None, "{junk}");
        }
    }

    #[test]
    fn offsets_that_cannot_be_are_left_out() {
        for junk in ["+15:00", "-13:00", "+02:60", "+2:00", "02:00", "   :  ", "+aa:bb", "+02:00:00"] {
            let taken = taken(&[(ORIGINAL.0, "2024:05:17 14:03:22"), (ORIGINAL.2, junk)]).unwrap();
            assert_eq!(taken.utc_offset, None, "{junk}");
        }
    }

    #[test]
    fn when_it_was_stored_stands_in_for_when_it_was_taken() {
        let stored = (DIGITIZED.0, "2024-05-17T14:03:22");
        assert_eq!(taken(&[(ORIGINAL.0, "0000:00:00 00:00:00"), stored]).unwrap().local, "2024-05-17T14:03:22");
        // The offset of the one says nothing about the other.
        assert_eq!(taken(&[stored, (ORIGINAL.2, "+02:00")]).unwrap().utc_offset, None);
    }
}
