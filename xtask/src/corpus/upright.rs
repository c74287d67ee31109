//! Pictures that say in their metadata how they are to be turned: those of a group (`Landscape_0` to `Landscape_8`) show
//! the same, however they are stored, so their renditions have to look like that of the group's first, which is stored
//! upright (orientation 1).

use image::RgbImage;
use serde_json::{Value, json};

use super::api::{Account, Outcome};
use super::{Line, Summary, files};
use crate::process::Problem;

const FOLDER: &str = "orientation";
const GROUPS: [&str; 2] = ["Landscape_", "Portrait_"];

/// Pixels asked for, each side.
const SIDE: u32 = 200;

/// The most by which two renditions of the same picture differ, as the mean of all samples (0 to 255). Each was
/// compressed by itself, which makes about one; a picture that lies on its side differs by dozens.
const BOUND: f64 = 8.0;

/// None without such pictures.
pub fn judge(lines: &[Line], account: &Account) -> Option<Summary> {
    let (mut faults, mut upright, mut all) = (Vec::new(), Vec::new(), 0);
    for group in GROUPS {
        let members: Vec<_> = lines
            .iter()
            .filter_map(|line| {
                let file = files::within(&line.name, FOLDER)?;
                Some((file.strip_prefix(group)?.split('.').next()?, line))
            })
            .collect();
        all += members.len();
        let Some((_, first)) = members.iter().find(|(number, _)| *number == "1") else {
            faults.extend(members.iter().map(|(_, line)| format!("{}: no {group}1 to compare it with", line.name)));
            continue;
        };
        let first = match rendition(first, account) {
            Ok(picture) => picture,
            Err(problem) => {
                faults.push(format!("{}: {problem}", first.name));
                continue;
            }
        };
        for (number, line) in members {
            match rendition(line, account).and_then(|picture| difference(&first, &picture)) {
                Ok(difference) if difference < BOUND => upright.push(format!("{group}{number} {difference:.1}")),
                Ok(difference) => faults.push(format!("{}: not upright, it differs by {difference:.1}", line.name)),
                Err(problem) => faults.push(format!("{}: {problem}", line.name)),
            }
        }
    }
    let text = format!("{FOLDER}: {} of {all} upright: {}", upright.len(), upright.join(", "));
    (all > 0).then_some(Summary { text, faults })
}

/// As PNG, so that nothing is lost on the way.
fn rendition(line: &Line, account: &Account) -> Result<RgbImage, Problem> {
    let Outcome::Accepted { id, .. } = &line.outcome else {
        return Err(Problem::Failed("was not accepted".to_owned()));
    };
    let query =
        "query($id: ID!, $transform: TransformInput!) { image(id: $id) { rendition(transform: $transform) { url } } }";
    let transform = json!({ "width": SIDE, "height": SIDE, "format": "PNG" });
    let answer = account.ask(query, &json!({ "id": id, "transform": transform }))?;
    let url = answer.pointer("/data/image/rendition/url").and_then(Value::as_str);
    let url = url.ok_or_else(|| Problem::Failed(format!("no rendition: {answer}")))?;
    let picture = image::load_from_memory(&account.fetch(url)?);
    Ok(picture.map_err(|error| Problem::Failed(format!("a rendition that is no picture: {error}")))?.into_rgb8())
}

/// The mean absolute difference of all samples. Sizes must be the same.
fn difference(one: &RgbImage, other: &RgbImage) -> Result<f64, Problem> {
    if one.dimensions() != other.dimensions() {
        let ((a, b), (c, d)) = (one.dimensions(), other.dimensions());
        return Err(Problem::Failed(format!("not upright, it is {c} × {d} where {a} × {b} was due")));
    }
    let samples = one.as_raw().iter().zip(other.as_raw());
    let sum: f64 = samples.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    let count: f64 = one.as_raw().chunks(1 << 20).map(|chunk| f64::from(u32::try_from(chunk.len()).unwrap_or(0))).sum();
    Ok(sum / count)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, imageops};

    use super::*;

    #[test]
    fn the_same_picture_does_not_differ_and_a_turned_one_does() {
        let picture =
            RgbImage::from_fn(40, 40, |x, y| Rgb([0, 5 * u8::try_from(x).unwrap(), u8::try_from(y).unwrap()]));
        assert!(difference(&picture, &picture).unwrap() < 0.001);
        assert!(difference(&picture, &imageops::rotate180(&picture)).unwrap() > BOUND);
        assert!(difference(&picture, &RgbImage::new(40, 30)).is_err());
    }
}
