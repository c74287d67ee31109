//! The command line: what the program can be told to do.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::{self, LogFormat, Settings};
use crate::error::chain;
use crate::{app, schema};

/// An image library with one GraphQL API: keeps pictures private, gives them out in every size, and has a vision model
/// describe them.
#[derive(Parser)]
#[command(name = "image-manager", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the web client (what happens without a command)
    Serve,
    /// Bring the database's schema up to date, and exit
    Migrate,
    /// Compare the database with the stored files, both ways, and tell every difference; fails while there is one
    Check {
        /// Heal them: files of no image are removed, images without their file are deleted, counters are set right
        #[arg(long)]
        repair: bool,
    },
    /// Take all pictures of a folder in. Skips what is there already, so it can be stopped and started again
    Import {
        /// The folder, with all folders in it
        dir: PathBuf,
        /// Whose they are: a username or an e-mail address
        #[arg(long, value_name = "NAME")]
        user: String,
    },
    /// Print the API's schema in the GraphQL schema definition language
    Schema,
}

/// Runs the program; what goes wrong at the start is one line.
pub async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "image-manager: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    config::load_dotenv()?;
    let matches = config::without_empty_variables(Cli::command()).get_matches();
    let Cli { command, settings } = Cli::from_arg_matches(&matches)?;
    if matches!(command, Some(Command::Schema)) {
        std::io::stdout().write_all(schema::sdl().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    start_log(&settings)?;
    let config = settings.check()?;
    let good = match command {
        Some(Command::Migrate) => app::migrate(&config).await.map(|()| true)?,
        Some(Command::Check { repair }) => app::check(config, repair).await?,
        Some(Command::Import { dir, user }) => app::import(config, dir, &user).await?,
        Some(Command::Serve | Command::Schema) | None => app::serve(config).await.map(|()| true)?,
    };
    // What is not as it should be was told line by line.
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn start_log(settings: &Settings) -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_new(&settings.rust_log).map_err(|error| format!("RUST_LOG: {error}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_writer(std::io::stderr);
    // Colors are for people: a file or a collector of logs would keep their escape codes.
    let log = if std::io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
