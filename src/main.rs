//! The program: an allocator, a command line, an exit code.

/// Argon2's blocks of 19 MiB and more come from here without a page fault for each page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tegata::cli::main()
}
