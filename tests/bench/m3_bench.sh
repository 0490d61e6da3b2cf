#!/usr/bin/env bash
# m3_bench.sh BIN_DIR SHARED_DIR [WORKERS]: the whole of M3 through the real binary: seconds by stage for each group, and sMAPE and
# MASE of the combination and of its members on the test files.
set -euo pipefail
bin=$1 shared=$2 workers=${3:-physical}
data=$shared/data/m3
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for group in "yearly 1 6" "quarterly 4 8" "monthly 12 18" "other 1 8"; do
  read -r name season horizon <<<"$group"
  echo "== $name"
  "$bin/fitd" train "$data/$name.train.csv" --season "$season" --horizon "$horizon" --workers "$workers" --store "$out/$name.db" --progress none
  for model in ensemble ets arima ces theta pooled-ar; do
    "$bin/fitd" forecast --store "$out/$name.db" --horizon "$horizon" --model "$model" >"$out/forecast.csv"
    python3 "$shared/tools/score.py" "$data/$name.train.csv" "$data/$name.test.csv" "$out/forecast.csv" "$season" "$model"
  done
done
