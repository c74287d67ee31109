//! Check: the database and the storage compared both ways. What is written down must be stored, what is stored must be
//! written down, and the counters must be right. Repairing heals each difference where it is found; the server may run
//! meanwhile, so everything is looked at again before it is touched.

mod objects;
mod rows;
mod totals;

use uuid::Uuid;

use super::Images;
use crate::db::ids::Kind;
use crate::error::Fault;

/// Rows that are read with one statement.
const PAGE: u64 = 500;

/// Objects that are asked about, or mended, at once.
const AT_ONCE: usize = 8;

/// A difference between what should be and what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The image is listed, and its file is gone. Healed by deleting the image.
    OriginalMissing { image: Uuid },
    /// The file has another size than the one that was taken in. Healed by deleting the image.
    OriginalDamaged { image: Uuid, expected: u64, found: u64 },
    /// The file was taken in before files were asked for colors and metadata. Healed by asking it.
    MetadataMissing { image: Uuid },
    /// An object of nothing that is written down. Healed by removing it.
    Stray { name: String },
    /// An object that this program did not make. Left alone.
    Foreign { name: String },
    /// What a person stores was counted wrong. Healed by counting again.
    Miscounted { owner: Uuid, counted: (i64, i64), stored: (i64, i64) },
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let image = |id: &Uuid| Kind::Image.encode(*id);
        match self {
            Self::OriginalMissing { image: id } => write!(f, "{}: its file is gone", image(id)),
            Self::OriginalDamaged { image: id, expected, found } => {
                write!(f, "{}: its file has {found} bytes instead of {expected}", image(id))
            }
            Self::MetadataMissing { image: id } => write!(f, "{}: its file was never asked for metadata", image(id)),
            Self::Stray { name } => write!(f, "{}: a file of no image", name.escape_debug()),
            Self::Foreign { name } => write!(f, "{}: not a file of this program", name.escape_debug()),
            Self::Miscounted { owner, counted, stored } => write!(
                f,
                "{}: {} images with {} bytes are counted, {} with {} are stored",
                Kind::User.encode(*owner),
                counted.0,
                counted.1,
                stored.0,
                stored.1
            ),
        }
    }
}

/// What a check does right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Goes through the images.
    Images,
    /// Goes through the stored objects.
    Objects,
    /// Goes through the people.
    People,
}

/// Follows a check, and says whether to go on.
pub trait Watch: Send {
    /// A part begins, of so many steps where that is known.
    fn begins(&mut self, part: Part, steps: Option<u64>);
    /// So many steps are done.
    fn steps(&mut self, count: u64);
    /// A difference, and whether it was healed.
    fn found(&mut self, finding: &Finding, healed: bool);
    /// True: to be stopped.
    fn stopped(&self) -> bool;
}

/// The sum of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub images: u64,
    pub objects: u64,
    pub people: u64,
    /// Differences.
    pub found: u64,
    pub healed: u64,
    /// Files of others, which are left alone and are no differences.
    pub foreign: u64,
    /// Most files are gone, or most of those that are there are nobody's: nothing was deleted for that. Database and storage
    /// may not belong together.
    pub doubtful: bool,
    /// It was stopped before its end.
    pub stopped: bool,
}

/// A check that is under way.
struct Check<'a, W> {
    images: &'a Images,
    repair: bool,
    watch: &'a mut W,
    sum: Checked,
}

impl Images {
    /// Compares everything, and with `repair` heals what differs.
    pub async fn check(&self, repair: bool, watch: &mut impl Watch) -> Result<Checked, Fault> {
        if repair {
            self.sweep().await?;
        }
        let mut check = Check { images: self, repair, watch, sum: Checked::default() };
        check.rows().await?;
        check.objects().await?;
        check.people().await?;
        check.sum.stopped = check.watch.stopped();
        Ok(check.sum)
    }
}

impl<W: Watch> Check<'_, W> {
    fn note(&mut self, finding: &Finding, healed: bool) {
        if matches!(finding, Finding::Foreign { .. }) {
            self.sum.foreign += 1;
        } else {
            self.sum.found += 1;
            self.sum.healed += u64::from(healed);
        }
        self.watch.found(finding, healed);
    }
}
