//! Durations as Go prints them.

/// Go's `Duration.String`: `1h30m0s`, `1.5s`, `250ms`.
pub(super) fn print(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    if nanos == 0 {
        return "0s".to_owned();
    }
    let with_unit = |unit: u64, name: &str| {
        format!(
            "{sign}{}{name}",
            print_decimal(nanos / unit, nanos % unit, unit)
        )
    };
    match nanos {
        0..1_000 => return format!("{sign}{nanos}ns"),
        1_000..1_000_000 => return with_unit(1_000, "µs"),
        1_000_000..1_000_000_000 => return with_unit(1_000_000, "ms"),
        _ => {}
    }
    let (minutes, rest) = (nanos / 60_000_000_000, nanos % 60_000_000_000);
    let seconds = print_decimal(rest / 1_000_000_000, rest % 1_000_000_000, 1_000_000_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `whole` and the fraction `part` of `unit`, a power of ten, without zeros at the end.
fn print_decimal(whole: u64, part: u64, unit: u64) -> String {
    if part == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let fraction = format!("{part:0width$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}
