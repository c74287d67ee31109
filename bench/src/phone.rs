//! The web client's grid on a slow phone with a slow network: how much moves, and how soon pictures are seen. Chromium does
//! it, by the scripts in `bench/phone`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Outcome;
use crate::home::Home;
use crate::report::{Row, Spread};
use crate::tools::{self, Toolbox};

const RUNS: usize = 5;

const LAYOUT_SHIFT: f64 = 0.02;
/// From the list's arrival.
const FIRST_THUMBNAIL: f64 = 1000.0;

/// Of Node, with what it needs in its environment.
struct Scripts {
    variables: Vec<(&'static str, String)>,
}

pub fn measure() -> Outcome<Vec<Row>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let photos = env::var_os("PHOTOS").map_or_else(|| root.join("../shared/corpus/photos"), PathBuf::from);
    if !photos.is_dir() {
        println!("there are no photographs in {} (PHOTOS names a folder): not measured", photos.display());
        return Ok(Vec::new());
    }
    let chromium = match Toolbox::new(false).require(&tools::CHROMIUM) {
        Ok(chromium) => chromium,
        Err(missing) => {
            println!("{missing}: not measured");
            return Ok(Vec::new());
        }
    };
    let home = Home::of(1)?;
    let server = home.start(&["--rate-limit", "0"])?;
    let scripts = Scripts {
        variables: vec![
            // By the name that the URLs of pictures have.
            ("BASE_URL", format!("http://localhost:{}", server.address.port())),
            ("PHOTOS", photos.display().to_string()),
            ("CHROMIUM", chromium.display().to_string()),
            ("RUNS", RUNS.to_string()),
        ],
    };
    println!("{}", scripts.run("upload.mjs")?.trim_end());
    let visits = scripts.run("measure.mjs")?;
    let visits: Vec<Value> = visits.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let of = |field: &str| -> Outcome<Spread> {
        let values = visits.iter().map(|visit| visit[field].as_f64());
        Ok(Spread::of(values.collect::<Option<Vec<_>>>().ok_or_else(|| format!("a visit has no {field}"))?))
    };
    let (shift, first) = (of("layoutShift")?, of("firstThumbnailMs")?);
    let row = |what: &str, result, unit, decimals| Row {
        what: what.to_owned(),
        target: "-".to_owned(),
        result,
        unit,
        decimals,
        met: None,
    };
    Ok(vec![
        Row {
            target: format!("below {LAYOUT_SHIFT}"),
            met: Some(shift.max < LAYOUT_SHIFT),
            ..row("layout shift of a grid with 200 images on a slow phone", shift, "", 4)
        },
        Row {
            target: format!("below {FIRST_THUMBNAIL} ms"),
            met: Some(first.median < FIRST_THUMBNAIL),
            ..row("  from the list to the first thumbnail", first, " ms", 0)
        },
        row("  from the list to all ThumbHashes of the screen", of("placeholdersMs")?, " ms", 0),
        row("  from the list to all thumbnails of the screen", of("allThumbnailsMs")?, " ms", 0),
        row("  bytes of the first screen's pictures", of("mediaBytes")?, "", 0),
    ])
}

impl Scripts {
    /// What it has printed.
    fn run(&self, name: &str) -> Outcome<String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("phone").join(name);
        let mut node = Command::new("node");
        node.arg(script).envs(self.variables.iter().cloned()).stderr(Stdio::inherit());
        let output = node.output()?;
        if output.status.success() {
            Ok(String::from_utf8(output.stdout)?)
        } else {
            Err(format!("{name} failed").into())
        }
    }
}
