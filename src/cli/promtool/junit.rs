//! The file of `--junit`: it holds either nothing new or all of it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::report::promtool::junit::{Suite, xml};

/// A file that is to be written when all tests have run.
pub(super) struct JunitFile {
    path: PathBuf,
    /// A file beside it, which takes its name at the end; `None` for a pipe or a device, which is written to directly.
    draft: Option<PathBuf>,
    file: File,
}

impl JunitFile {
    /// Opens it before the tests run, so that a path where nothing can be written is told at once.
    pub fn open(path: &Path) -> io::Result<Self> {
        let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
        let draft = (!is_special).then(|| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.with_file_name(format!(".{name}.{}", std::process::id()))
        });
        let file = match &draft {
            Some(draft) => File::create(draft),
            None => fs::OpenOptions::new().write(true).open(path),
        };
        let told = |error: io::Error| io::Error::other(format!("open {}: {error}", path.display()));
        Ok(Self {
            path: path.to_owned(),
            draft,
            file: file.map_err(told)?,
        })
    }

    /// Writes all of it.
    pub fn write(mut self, suites: &[Suite]) -> io::Result<()> {
        let now = jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%S")
            .to_string();
        self.file.write_all(xml(suites, &now).as_bytes())?;
        match &self.draft {
            Some(draft) => {
                self.file.sync_all()?;
                fs::rename(draft, &self.path)
            }
            None => Ok(()),
        }
    }
}

impl Drop for JunitFile {
    fn drop(&mut self) {
        // Gone already where it has taken its name.
        if let Some(draft) = &self.draft {
            let _ = fs::remove_file(draft);
        }
    }
}
