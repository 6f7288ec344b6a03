#!/usr/bin/env bash
# Measures every goal of the admin pages with its full counts and prints the table.
#
#   tests/admin-goals.sh            build, run, print; exit code 1 when a goal is missed
#   tests/admin-goals.sh --print    print the figures of the last run
#
# One test after another, because they measure times: expect a quarter of an hour on a quiet machine.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

figures=$PWD/artifacts/figures/admin-goals
program=tests/Flags.Admin.Tests/bin/Debug/net10.0/Flags.Admin.Tests.dll
# Tests that prove a goal besides those in tests/Flags.Admin.Tests/Goals.
others=(LightPagesTests DarkPagesTests WeightTests NoScriptTests HelpBlockTests SessionTests SecurityTests DrainTests HostileTextTests)

goals=(
  "no axe violation on any page, state, dialog" "cold pages are light" "live: own view, other replica, no NOTIFY"
  "rendered fast with 5 000 features" "5 000 features stay searchable" "a phone of 320 px"
  "everything without a script" "killed, started, stopped with open streams" "500 viewers"
  "strict policy, hostile texts" "clicks after sign-in" "a first deploy within a minute"
  "every printed block runs" "conflicts" "protection" "undo and revert" "rows in 800 px"
  "Deploys against the store" "rights" "replicas restarted under clicks" "typing during foreign changes"
  "sessions and other sites"
)

run() {
  local classes=() name
  for name in "${others[@]}"; do classes+=(-class "Flags.Admin.Tests.$name"); done
  rm -rf "$figures"
  mkdir -p TestResults
  dotnet build tests/Flags.Admin.Tests -c Debug --nologo -v quiet > TestResults/admin-goals-build.log 2>&1 ||
    { grep -E ': error ' TestResults/admin-goals-build.log | sort -u; exit 1; }
  FLAGS_LONG=1 dotnet "$program" -noColor -noLogo -parallel none -class "*Goals" "${classes[@]}" \
    > TestResults/admin-goals.log 2>&1 < /dev/null
  local code=$?
  [ $code -eq 0 ] || grep -E '\[FAIL\]|Total:' TestResults/admin-goals.log
  return $code
}

print() {
  local number file missed=0
  for number in $(seq 1 ${#goals[@]}); do
    printf '%2d  %s\n' "$number" "${goals[number - 1]}"
    file=$figures/$(printf '%02d' "$number").txt
    if [ ! -s "$file" ]; then
      printf '      not measured\n'
      missed=1
      continue
    fi
    while IFS=$'\t' read -r goal figure limit met; do
      printf '      %-6s  %-58s %-34s (%s)\n' "$met" "$goal" "$figure" "$limit"
      [ "$met" = met ] || missed=1
    done < "$file"
  done
  return $missed
}

failed=0
case ${1:-} in
  '') run || failed=1 ;;
  --print) ;;
  *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
print || failed=1
exit $failed
