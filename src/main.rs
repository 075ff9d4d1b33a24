//! Arguments in, exit code out.

fn main() -> std::process::ExitCode {
    letterpress::cli::main()
}
