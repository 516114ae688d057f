#!/usr/bin/env bash
# promtool and rulecheck over the same generated rule file, side by side: wall time, processor time, peak memory.
#
#   benches/compare.sh            RUNS=7 RULES=10000 benches/compare.sh
#
# The two take turns, so that both see the same machine; the smallest time of each is the fairest where others work too.
# Exits with 1 where rulecheck needs more than a tenth of promtool's wall time.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${RUNS:-5}
rules=${RULES:-10000}

if ! command -v promtool >/dev/null; then
  echo "skipped: no promtool"
  exit 0
fi

cargo build --release --locked --quiet --bin rulecheck --example generate
target=${CARGO_TARGET_DIR:-target}
folder=$target/tmp/compare
"$target/release/examples/generate" "$folder" "$rules"
file=$folder/rules.yml

declare -A commands=(
  [promtool]="promtool check rules --lint=none $file"
  [rulecheck]="$target/release/rulecheck check --isolated $file"
)

# run NAME: appends "WALL CPU", in milliseconds, to the times of NAME. Both programs must be content with the file.
run() {
  local times real user sys
  TIMEFORMAT='%3R %3U %3S'
  times=$({ time ${commands[$1]} >"$folder/output" 2>&1; } 2>&1) || {
    cat "$folder/output" >&2
    echo "$1 refuses the generated file" >&2
    exit 2
  }
  read -r real user sys <<<"${times//[.,]/}"
  echo "$((10#$real)) $((10#$user + 10#$sys))" >>"$folder/$1.times"
}

# peak NAME: the largest resident memory in MB, or ? where GNU time is not installed.
peak() {
  local kilobytes
  if kilobytes=$({ /usr/bin/time -f %M ${commands[$1]} >/dev/null 2>"$folder/output"; tail -n 1 "$folder/output"; } 2>/dev/null); then
    echo "$((kilobytes / 1000))"
  else
    echo "?"
  fi
}

# column NAME FIELD: that field of all runs, smallest first.
column() { cut -d' ' -f"$2" "$folder/$1.times" | sort -n; }
smallest() { column "$1" "$2" | head -n 1; }
median() { column "$1" "$2" | sed -n "$(((runs + 1) / 2))p"; }
seconds() { printf '%d.%03d s' $(($1 / 1000)) $(($1 % 1000)); }
# ratio PROMTOOL RULECHECK: with one decimal.
ratio() { printf '%d.%d x' $(($1 / $2)) $(($1 * 10 / $2 % 10)); }

rm -f "$folder"/*.times
for name in promtool rulecheck; do ${commands[$name]} >/dev/null 2>&1 || true; done # warm the page cache
for _ in $(seq "$runs"); do
  run promtool
  run rulecheck
done

version=$(promtool --version 2>&1 | sed -n '1s/.*version \([0-9.]*\).*/\1/p')
size=$(wc -c <"$file")
printf 'promtool %s and rulecheck over %d rules in one file of %d.%d MB, %d runs each, in turns\n\n' \
  "$version" "$rules" $((size / 1000000)) $((size / 100000 % 10)) "$runs"
row='%-10s %12s %12s %14s %12s\n'
printf "$row" '' 'wall, min' 'wall, median' 'processor, min' 'peak memory'
declare -A memory
for name in promtool rulecheck; do
  memory[$name]=$(peak "$name")
  printf "$row" "$name" "$(seconds "$(smallest $name 1)")" "$(seconds "$(median $name 1)")" \
    "$(seconds "$(smallest $name 2)")" "${memory[$name]} MB"
done
memory_ratio='?'
if [ "${memory[promtool]}" != '?' ]; then
  memory_ratio=$(ratio "${memory[promtool]}" "${memory[rulecheck]}")
fi
printf "$row" 'ratio' "$(ratio "$(smallest promtool 1)" "$(smallest rulecheck 1)")" \
  "$(ratio "$(median promtool 1)" "$(median rulecheck 1)")" \
  "$(ratio "$(smallest promtool 2)" "$(smallest rulecheck 2)")" "$memory_ratio"

if [ $(($(smallest rulecheck 1) * 10)) -gt "$(smallest promtool 1)" ]; then
  echo
  echo "rulecheck needs more than a tenth of promtool's time"
  exit 1
fi
