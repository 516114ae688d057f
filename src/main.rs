//! The `rulecheck` command: everything is in `rulecheck::cli`.

/// Trees of many small nodes are built on all cores at once, which the allocator of the C library is slow at: it took a
/// third of the time of a large check.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    rulecheck::cli::main()
}
