//! What passes, what is refused and why, and what is known of what passes.

use image::ExtendedColorType;

use super::*;
use crate::pictures::fixtures;

fn limits() -> Limits {
    Limits { max_bytes: 25_000_000, max_pixels: 50_000_000, formats: Format::ALL.to_vec() }
}

fn corrupt(reason: &'static str) -> Rejection {
    Rejection::Corrupt { reason }
}

#[test]
fn a_good_picture_of_each_kind_passes() {
    let good = [
        (Format::Jpeg, fixtures::jpeg(120, 80)),
        (Format::Jpeg, fixtures::progressive_jpeg(120, 80)),
        (Format::Png, fixtures::png(120, 80)),
        (Format::Gif, fixtures::gif(120, 80, 1)),
        (Format::Gif, fixtures::gif(120, 80, 3)),
        (Format::WebP, fixtures::webp(120, 80)),
        (Format::WebP, fixtures::lossless_webp(120, 80)),
        (Format::WebP, fixtures::animated_webp(120, 80, 3)),
    ];
    for (format, bytes) in good {
        let picture = probe(&bytes, &limits()).unwrap();
        assert_eq!((picture.format, picture.width, picture.height), (format, 120, 80));
        assert!(!picture.has_alpha, "{format}");
        assert!(STANDARD.decode(&picture.thumbhash).unwrap().len() > 15);
    }
}

#[test]
fn a_picture_cut_off_at_any_quarter_is_refused() {
    let whole = [
        fixtures::jpeg(120, 80),
        fixtures::progressive_jpeg(120, 80),
        fixtures::png(120, 80),
        fixtures::gif(120, 80, 1),
        fixtures::gif(120, 80, 3),
        fixtures::webp(120, 80),
        fixtures::lossless_webp(120, 80),
        fixtures::animated_webp(120, 80, 3),
    ];
    for bytes in whole {
        for length in [bytes.len() / 4, bytes.len() / 2, bytes.len() * 3 / 4, bytes.len() - 2] {
            let answer = probe(&bytes[..length], &limits());
            assert_eq!(answer, Err(corrupt("the file is cut off")), "{length} of {}", bytes.len());
        }
    }
}

#[test]
fn noise_in_the_data_of_a_png_is_found() {
    let mut bytes = fixtures::png(120, 80);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    assert_eq!(probe(&bytes, &limits()), Err(corrupt("its data is damaged")));
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(probe(&[], &limits()), Err(corrupt("the file is empty")));
}

#[test]
fn text_is_refused_whatever_it_is_called() {
    let rejection = probe(b"this is not a picture", &limits()).unwrap_err();
    assert_eq!(
        rejection.to_string(),
        "The file is of another type (text); pictures in JPEG, PNG, GIF and WebP are accepted."
    );
}

#[test]
fn a_format_that_is_not_allowed_here_is_refused_by_its_name() {
    let limits = Limits { formats: vec![Format::Jpeg], ..limits() };
    let rejection = probe(&fixtures::png(8, 8), &limits).unwrap_err();
    assert_eq!(rejection.to_string(), "The file is of another type (PNG); pictures in JPEG are accepted.");
}

#[test]
fn a_magic_number_alone_makes_no_picture() {
    for magic in [
        &b"\xff\xd8\xff\xe0 hello"[..],
        b"\x89PNG\r\n\x1a\nhello",
        b"GIF89a\x08\0\x08\0\0\0\0hello",
        b"RIFF\x10\0\0\0WEBPVP8 hi",
    ] {
        let answer = probe(magic, &limits());
        assert!(matches!(answer, Err(Rejection::Corrupt { .. })), "{answer:?}");
    }
}

#[test]
fn a_png_of_thirty_thousand_pixels_a_side_is_refused_from_its_header() {
    // The data of a real bomb would be zeros, compressed; nothing of it is looked at.
    let data = vec![0; 300_000];
    let header = fixtures::ihdr(30_000, 30_000, 8, 2);
    let bomb = fixtures::png_of_chunks(&[(b"IHDR", &header), (b"IDAT", &data), (b"IEND", b"")]);
    let rejection = probe(&bomb, &limits()).unwrap_err();
    assert_eq!(rejection, Rejection::TooManyPixels { pixels: 900_000_000, max: 50_000_000 });
    assert_eq!(rejection.to_string(), "The picture has 900 megapixels; at most 50 are accepted.");
    assert_eq!(probe(&bomb[..40], &limits()), Err(rejection));
}

#[test]
fn the_pixel_limit_holds_for_every_format_and_to_the_pixel() {
    let pictures = [fixtures::jpeg(40, 30), fixtures::png(40, 30), fixtures::gif(40, 30, 1), fixtures::webp(40, 30)];
    for bytes in pictures {
        assert!(probe(&bytes, &Limits { max_pixels: 1200, ..limits() }).is_ok());
        let rejection = probe(&bytes, &Limits { max_pixels: 1199, ..limits() }).unwrap_err();
        assert_eq!(rejection, Rejection::TooManyPixels { pixels: 1200, max: 1199 });
    }
}

#[test]
fn the_byte_limit_holds_to_the_byte() {
    let bytes = fixtures::jpeg(8, 8);
    let max = bytes.len() as u64;
    assert!(probe(&bytes, &Limits { max_bytes: max, ..limits() }).is_ok());
    let rejection = probe(&bytes, &Limits { max_bytes: max - 1, ..limits() }).unwrap_err();
    assert_eq!(rejection, Rejection::TooLarge { max: max - 1 });
    let rejection = Rejection::TooLarge { max: 25_000_000 };
    assert_eq!(rejection.to_string(), "The file is larger than 25.0 MB, the most that is accepted.");
}

#[test]
fn the_size_is_as_shown_and_the_thumbhash_of_the_upright_picture() {
    let data = fixtures::quarters(60, 40);
    let jpeg = fixtures::jpeg_of(&data, 60, 40, jpeg_encoder::ColorType::Rgb);
    let mut hashes = std::collections::HashSet::new();
    for orientation in 1..=8 {
        let picture = probe(&fixtures::with_orientation(&jpeg, orientation), &limits()).unwrap();
        let shown = if orientation < 5 { (60, 40) } else { (40, 60) };
        assert_eq!((picture.width, picture.height), shown, "{orientation}");
        hashes.insert(picture.thumbhash);
    }
    assert_eq!(hashes.len(), 8);
}

#[test]
fn what_the_camera_wrote_is_found_in_every_format() {
    let exif = fixtures::exif::photograph().block(true);
    let segment = [b"Exif\0\0", &exif[..]].concat();
    // Another kind of metadata in a segment of the same number comes first.
    let jpeg = fixtures::with_segment(&fixtures::jpeg(40, 30), 0xE1, &segment);
    let jpeg = fixtures::with_segment(&jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    for bytes in [
        jpeg,
        fixtures::png_with_chunk(&fixtures::png(40, 30), *b"eXIf", &exif),
        fixtures::webp_with_chunk(40, 30, *b"EXIF", &exif),
        fixtures::webp_with_chunk(40, 30, *b"EXIF", &segment),
    ] {
        let picture = probe(&bytes, &limits()).unwrap();
        assert_eq!(picture.metadata, Metadata::read(&exif), "{}", picture.format);
        assert!(picture.metadata.location.is_some());
    }
    assert_eq!(probe(&fixtures::png(40, 30), &limits()).unwrap().metadata, Metadata::default());
}

#[test]
fn broken_metadata_refuses_no_picture() {
    let exif = fixtures::exif::photograph().block(false);
    let mut circle = exif.clone();
    circle[4..8].copy_from_slice(&[0, 0, 0, 4]);
    for junk in [&exif[..exif.len() / 2], &circle, b"", b"MM\0*", &vec![0xFF; 60_000]] {
        let segment = [b"Exif\0\0", junk].concat();
        for bytes in [
            fixtures::with_segment(&fixtures::jpeg(40, 30), 0xE1, &segment),
            fixtures::png_with_chunk(&fixtures::png(40, 30), *b"eXIf", junk),
            fixtures::webp_with_chunk(40, 30, *b"EXIF", junk),
        ] {
            let picture = probe(&bytes, &limits()).unwrap();
            assert_eq!((picture.width, picture.height, picture.metadata.location), (40, 30, None));
        }
    }
}

#[test]
fn the_palette_is_of_the_colors_as_shown() {
    let data = fixtures::quarters(60, 40);
    let picture = probe(&fixtures::png_of(&data, 60, 40, ExtendedColorType::Rgb8), &limits()).unwrap();
    let colors = [[20, 20, 230], [20, 230, 20], [230, 20, 20], [230, 230, 230]];
    assert_eq!(picture.palette, colors.map(|rgb| Swatch { rgb, share: 0.25 }));
    let wide = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let data = [200, 100, 50].repeat(64);
    let jpeg = fixtures::jpeg_with_profile(&data, 8, 8, jpeg_encoder::ColorType::Rgb, &wide);
    let [Swatch { rgb: [red, ..], share: 1.0 }] = probe(&jpeg, &limits()).unwrap().palette[..] else {
        panic!("one color")
    };
    assert!(red > 205, "{red}");
    let clear = fixtures::png_of(&[9, 9, 9, 0].repeat(64), 8, 8, ExtendedColorType::Rgba8);
    assert_eq!(probe(&clear, &limits()).unwrap().palette, []);
}

#[test]
fn the_frames_of_an_animation_are_counted() {
    let frames = |bytes: &[u8]| probe(bytes, &limits()).unwrap().frames;
    assert_eq!([fixtures::gif(20, 10, 3), fixtures::animated_webp(20, 10, 4)].map(|bytes| frames(&bytes)), [3, 4]);
    let stills = [fixtures::jpeg(20, 10), fixtures::png(20, 10), fixtures::gif(20, 10, 1), fixtures::webp(20, 10)];
    assert_eq!(stills.map(|bytes| frames(&bytes)), [1; 4]);
}

#[test]
fn alpha_counts_only_where_something_shines_through() {
    let opaque = fixtures::png_of(&[9, 9, 9, 255].repeat(64), 8, 8, ExtendedColorType::Rgba8);
    let mut data = [9, 9, 9, 255].repeat(64);
    data[255] = 254;
    let glassy = fixtures::png_of(&data, 8, 8, ExtendedColorType::Rgba8);
    assert!(!probe(&opaque, &limits()).unwrap().has_alpha);
    assert!(probe(&glassy, &limits()).unwrap().has_alpha);
}

#[test]
fn a_bomb_costs_a_look_at_its_header() {
    let header = fixtures::ihdr(65_536, 65_536, 8, 6);
    let data = fixtures::compressed_zeros(40_000_000);
    let bomb = fixtures::png_of_chunks(&[(b"IHDR", &header), (b"IDAT", &data), (b"IEND", b"")]);
    assert!(bomb.len() > 200_000);
    assert_eq!(probe(&bomb, &limits()), Err(Rejection::TooManyPixels { pixels: 1 << 32, max: 50_000_000 }));
    let mut jpeg = fixtures::jpeg(16, 16);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[14_000_u16.to_be_bytes(), 20_000_u16.to_be_bytes()].concat());
    let rejection = probe(&jpeg, &limits()).unwrap_err();
    assert_eq!(rejection, Rejection::TooManyPixels { pixels: 280_000_000, max: 50_000_000 });
    // Nothing behind the header was looked at.
    assert_eq!(probe(&jpeg[..frame + 19], &limits()), Err(rejection));
}

#[test]
fn ten_thousand_small_frames_are_an_animation() {
    let picture = probe(&fixtures::animation(20, 10, 10_000), &limits()).unwrap();
    assert_eq!((picture.frames, picture.width), (10_000, 20));
}

#[test]
fn compressed_text_and_metadata_cost_nothing() {
    let zeros = fixtures::compressed_zeros(1 << 30);
    assert!(zeros.len() < 7_000_000);
    let plain = fixtures::png(20, 10);
    let expected = probe(&plain, &limits()).unwrap();
    for (kind, head) in [(*b"zTXt", &b"Comment\0\0"[..]), (*b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0"), (*b"eXIf", b"")]
    {
        let bytes = fixtures::png_with_chunk(&plain, kind, &[head, &zeros].concat());
        assert_eq!(probe(&bytes, &limits()).unwrap(), expected);
    }
}

#[test]
fn what_is_also_something_else_is_the_picture_that_its_bytes_begin_with() {
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let jpeg = fixtures::with_segment(&fixtures::jpeg(20, 10), 0xFE, html);
    for (format, picture) in [
        (Format::Jpeg, jpeg),
        (Format::Png, fixtures::png(20, 10)),
        (Format::Gif, fixtures::gif(20, 10, 1)),
        (Format::WebP, fixtures::webp(20, 10)),
    ] {
        for tail in [&html[..], b"PK\x03\x04 an archive", b"*/=1;alert(1)", b"%PDF-1.7"] {
            let both = [&picture, tail].concat();
            assert_eq!(outline(&both, &limits()).unwrap().end, picture.len());
            assert_eq!(probe(&both, &limits()).unwrap().format, format);
        }
    }
}

#[test]
fn a_strip_of_next_to_no_height_is_refused_from_its_header_however_few_its_pixels() {
    for (width, height) in [(65_536, 1), (1, 65_536), (50_000_000, 1)] {
        let header = fixtures::ihdr(width, height, 1, 0);
        let strip = fixtures::png_of_chunks(&[(b"IHDR", &header), (b"IDAT", b""), (b"IEND", b"")]);
        let rejection = Rejection::TooLong { side: width.max(height), max: 65_535 };
        assert_eq!(probe(&strip, &limits()), Err(rejection));
    }
}
