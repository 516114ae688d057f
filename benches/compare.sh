#!/usr/bin/env bash
# promtool and rulecheck over the same generated files, side by side: wall time, processor time, peak memory.
#
#   benches/compare.sh            all cases            RUNS=7 benches/compare.sh check
#
#   check         10,000 rules in one file
#   rules         all rule files of the corpus in one call
#   one-file      one file of a project of 2,000 rules in 100 files, as a hook calls it; promtool sees that file alone
#   many-series   one fixture with 10,000 series of 1,000 samples; its rules and queries look at 100 series each
#   many-tests    1,000 small test groups
#   long-time     7 days at 15 seconds: sum by (le) (rate(latency_bucket[5m]))
#   corpus        all fixtures of the corpus that promtool passes, in one call; promtool needs minutes for it
#   all-series    rulecheck alone, as promtool refuses so many samples: ten rules over 10,000 series
#   growth        rulecheck alone: twice the series, tests and days
#
# The two take turns, so that both see the same machine, rulecheck three times a turn because one run is over so soon; the
# smallest time of each is the fairest where others work too.
# Exits with 1 where rulecheck misses its target: a fifth of promtool's time for `check`, half of it for `rules`, a median of
# 200 ms for `one-file`, a fiftieth of its time and a quarter of its memory for the fixtures.
set -euo pipefail
cd "$(dirname "$0")/.."
cases=("$@")
[ $# -gt 0 ] || cases=(check rules one-file many-series many-tests long-time corpus all-series growth)

if ! command -v promtool >/dev/null; then
  echo "skipped: no promtool"
  exit 0
fi

cargo build --release --locked --quiet --bin rulecheck --example generate
target=${CARGO_TARGET_DIR:-target}
folder=$target/tmp/compare
corpus=${RULECHECK_CORPUS:-../shared/corpus}/given
rulecheck=$target/release/rulecheck
row='%-12s %-10s %11s %13s %15s %12s\n'
missed=0

# generate CASE SIZE: the files of a case; prints those to name on the command line.
generate() {
  if [ "$1" = corpus ]; then
    awk -F'\t' -v folder="$corpus" '$2 == "unit" && $5 == "0" { print folder "/" $1 }' "$corpus/EXPECTED.tsv"
    return
  fi
  if [ "$1" = rules ]; then
    find "$corpus/rules" -type f | sort
    return
  fi
  "$target/release/examples/generate" "$folder/$1-$2" "$1" "$2"
  case $1 in
    one-file) echo "$folder/$1-$2/rules-0050.yml" ;;
    check) echo "$folder/$1-$2/rules.yml" ;;
    *) echo "$folder/$1-$2"/*_test.yaml ;;
  esac
}

# measure LABEL COMMAND…: appends "WALL CPU MEMORY", in milliseconds and MB, to the times of LABEL. The command must pass,
# but for files of the corpus, some of which are wrong.
measure() {
  local label=$1 times real user sys memory='?'
  shift
  TIMEFORMAT='%3R %3U %3S'
  times=$({ time "$@" >"$folder/output" 2>&1; } 2>&1) || [ "$name" = rules ] || {
    cat "$folder/output" >&2
    echo "$* failed on generated input" >&2
    exit 2
  }
  read -r real user sys <<<"${times//[.,]/}"
  if [ -x /usr/bin/time ] && [ ! -e "$folder/$label.memory" ]; then
    /usr/bin/time -o "$folder/output" -f %M "$@" >/dev/null 2>&1 || true
    memory=$(($(tail -n 1 "$folder/output") / 1000))
    echo "$memory" >"$folder/$label.memory"
  fi
  echo "$((10#$real)) $((10#$user + 10#$sys))" >>"$folder/$label.times"
}

# column LABEL FIELD: that field of all runs, smallest first.
column() { cut -d' ' -f"$2" "$folder/$1.times" | sort -n; }
smallest() { column "$1" "$2" | head -n 1; }
median() { column "$1" "$2" | sed -n "$((($(wc -l <"$folder/$1.times") + 1) / 2))p"; }
memory() { cat "$folder/$1.memory" 2>/dev/null || echo '?'; }
seconds() { printf '%d.%03d s' $(($1 / 1000)) $(($1 % 1000)); }
# ratio PROMTOOL RULECHECK: with one decimal.
ratio() {
  if [ "$1" = '?' ]; then
    echo '?'
  else
    printf '%d.%d x' $(($1 / $2)) $(($1 * 10 / $2 % 10))
  fi
}

# line CASE LABEL: one row of the table.
line() {
  printf "$row" "$1" "$2" "$(seconds "$(smallest "$2" 1)")" "$(seconds "$(median "$2" 1)")" \
    "$(seconds "$(smallest "$2" 2)")" "$(memory "$2") MB"
}

# compare CASE SIZE RUNS FACTOR PROMTOOL-ARGUMENTS… -- RULECHECK-ARGUMENTS…: in turns; at least FACTOR times faster.
compare() {
  local name=$1 size=$2 runs=$3 factor=$4 files promtool=()
  shift 4
  while [ "$1" != -- ]; do
    promtool+=("$1")
    shift
  done
  shift
  mapfile -t files < <(generate "$name" "$size")
  rm -f "$folder"/*.times "$folder"/*.memory
  for _ in $(seq "$runs"); do
    measure promtool promtool "${promtool[@]}" "${files[@]}"
    for _ in 1 2 3; do measure rulecheck "$rulecheck" "$@" "${files[@]}"; done
  done
  line "$name" promtool
  line '' rulecheck
  printf "$row" '' ratio "$(ratio "$(smallest promtool 1)" "$(smallest rulecheck 1)")" \
    "$(ratio "$(median promtool 1)" "$(median rulecheck 1)")" \
    "$(ratio "$(smallest promtool 2)" "$(smallest rulecheck 2)")" \
    "$(ratio "$(memory promtool)" "$(memory rulecheck)")"
  if [ $(($(smallest rulecheck 1) * factor)) -gt "$(smallest promtool 1)" ]; then
    echo "  missed: $factor times faster than promtool"
    missed=1
  fi
  if [ "$factor" = 50 ] && [ "$(memory promtool)" != '?' ] &&
    [ $(($(memory rulecheck) * 4)) -gt "$(memory promtool)" ]; then
    echo "  missed: a quarter of promtool's memory"
    missed=1
  fi
}

# alone CASE SIZE RUNS
alone() {
  local file
  file=$(generate "$1" "$2")
  rm -f "$folder"/*.times "$folder"/*.memory
  for _ in $(seq "$3"); do
    measure rulecheck "$rulecheck" test --isolated "$file"
  done
  line "$1 $2" rulecheck
}

mkdir -p "$folder"
version=$(promtool --version 2>&1 | sed -n '1s/.*version \([0-9.]*\).*/\1/p')
echo "promtool $version and $("$rulecheck" --version), in turns"
echo
printf "$row" '' '' 'wall, min' 'wall, median' 'processor, min' 'peak memory'
old=(--isolated --target-prometheus 2.42)
for name in "${cases[@]}"; do
  case $name in
    check) compare check 10000 "${RUNS:-5}" 5 check rules -- check --isolated ;;
    rules)
      if [ -d "$corpus" ]; then
        compare rules all "${RUNS:-5}" 2 check rules -- check --isolated
      else
        echo "rules: skipped: no corpus"
      fi
      ;;
    one-file)
      compare one-file 2000 "${RUNS:-20}" 0 check rules -- check
      if [ "$(median rulecheck 1)" -ge 200 ]; then
        echo "  missed: a median of 200 ms"
        missed=1
      fi
      ;;
    many-series) compare many-series 100 "${RUNS:-1}" 50 test rules -- test "${old[@]}" ;;
    many-tests) compare many-tests 1000 "${RUNS:-1}" 50 test rules -- test "${old[@]}" ;;
    long-time) compare long-time 7 "${RUNS:-1}" 50 test rules -- test "${old[@]}" ;;
    corpus)
      if [ -d "$corpus" ]; then
        compare corpus all "${RUNS:-1}" 50 test rules -- test "${old[@]}"
      else
        echo "corpus: skipped: no corpus"
      fi
      ;;
    all-series) alone all-series 100 "${RUNS:-3}" ;;
    growth)
      for jobs in 50 100 200 400; do alone many-series "$jobs" "${RUNS:-3}"; done
      for jobs in 25 50 100; do alone all-series "$jobs" "${RUNS:-3}"; done
      for tests in 500 1000 2000 4000; do alone many-tests "$tests" "${RUNS:-3}"; done
      for days in 4 8 16 32; do alone long-time "$days" "${RUNS:-3}"; done
      ;;
    *)
      echo "no such case: $name" >&2
      exit 2
      ;;
  esac
done
exit "$missed"
