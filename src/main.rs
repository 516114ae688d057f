//! The `rulecheck` command: everything is in `rulecheck::cli`.

fn main() -> std::process::ExitCode {
    rulecheck::cli::main()
}
