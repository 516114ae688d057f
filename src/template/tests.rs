use super::*;
#[test]
fn a() {
    let _ = PREAMBLE.len();
}
