#!/bin/sh
# The main job on a real input: a bank statement becomes balanced entries and a trial balance.
# Builds the release binary; the book goes into ./quickstart.sqlite unless LEDGER_DB names another place.
set -eu
cd "$(dirname "$0")/.."
cargo build --release --quiet --package ledger-cli
ledger=${CARGO_TARGET_DIR:-target}/release/ledger
export LEDGER_DB="${LEDGER_DB:-quickstart.sqlite}"

[ -e "$LEDGER_DB" ] || "$ledger" init home --base EUR --template personal
"$ledger" import csv examples/statements/bank.csv --into Assets:Bank:Checking
"$ledger" trial-balance
"$ledger" verify
