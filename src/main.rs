//! The program: sets up what the whole process shares, and hands over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The one TLS implementation, for every client in the process. It fails only when one was installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(4 * 1024 * 1024).build();
    match runtime {
        Ok(runtime) => runtime.block_on(image_manager::cli::main()),
        Err(error) => {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "image-manager: {error}");
            ExitCode::FAILURE
        }
    }
}
