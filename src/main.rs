//! The program: sets up what the whole process shares, and hands over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    give_large_buffers_back();
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

/// Pictures are few and large: what holds one goes back to the system as soon as it is freed. Without this, glibc takes
/// the size of the first that is freed for the usual one, and each thread's arena keeps tens of megabytes that other
/// threads cannot use: 32 uploads of 20 MB at once held 200 MiB more.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_large_buffers_back() {
    const LARGE: libc::c_int = 1024 * 1024;
    #[expect(unsafe_code, reason = "the allocator has no other way to be told")]
    // SAFETY: mallopt(3) takes two integers and may be called at any time; no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_large_buffers_back() {}
