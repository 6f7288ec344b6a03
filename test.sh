#!/usr/bin/env bash
# Builds everything once and runs every test project.
#
#   ./test.sh                  all tests
#   ./test.sh Holds Leases     tests whose full name contains one of the words
#   ./test.sh --long           the long runs too (FLAGS_LONG=1)
#
# The last line is always "N passed, N failed, N skipped"; a crash, a broken build and a project without tests count as a failure.
# Details of a run: TestResults/.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

filters=()
limit=900
for argument in "$@"; do
  case $argument in
    --long) export FLAGS_LONG=1; limit=7200 ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "Unknown option $argument; see ./test.sh --help" >&2; exit 2 ;;
    *) filters+=(-method "*$argument*") ;;
  esac
done

passed=0 failed=0 skipped=0
results=$PWD/TestResults
# Debug: tests of mechanisms take them out (MUTANTS), which no release allows.
configuration=Debug
rm -rf "$results" && mkdir -p "$results" || exit 1

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

fail() {
  echo "FAILED: $*"
  failed=$((failed + 1))
}

has_any() {
  local program
  for program in "$@"; do
    if command -v "$program" > /dev/null || [ -x "$program" ]; then return 0; fi
  done
  return 1
}

check_sdk() {
  if command -v dotnet > /dev/null && dotnet --version > "$results/sdk.log" 2>&1; then return; fi
  cat "$results/sdk.log" 2> /dev/null
  fail "the .NET 10 SDK is missing (global.json says which): https://dotnet.microsoft.com/download"
  finish
}

install_what_tests_need() {
  local missing=() program
  has_any initdb /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb \
    /usr/local/opt/postgresql*/bin/initdb /Applications/Postgres.app/Contents/Versions/*/bin/initdb || missing+=(postgresql)
  has_any chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" || missing+=(chromium)
  has_any cap || missing+=(capistrano)
  has_any node || missing+=(nodejs)
  has_any npm || missing+=(npm)
  if [ -n "${FLAGS_LONG:-}" ] && ! docker info > /dev/null 2>&1; then
    # The image is built and run without an engine: tests/Flags.EndToEnd.Tests/Containers/try.sh.
    for program in podman buildah runc docker-compose debootstrap iptables; do has_any $program /usr/sbin/$program || missing+=($program); done
    has_any /usr/lib/podman/netavark || missing+=(netavark aardvark-dns)
  fi
  [ ${#missing[@]} -gt 0 ] || return
  if command -v apt-get > /dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "Installing ${missing[*]} ..."
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
      > "$results/apt.log" 2>&1; then return; fi
    tail -n 5 "$results/apt.log"
  fi
  echo "Not installed, and tests will fail or be skipped for it: ${missing[*]}"
  echo "  Debian, Ubuntu: sudo apt install ${missing[*]}    macOS: brew install ${missing[*]}"
}

# OpenFeature's own providers, with the machine's own npm configuration; without them those tests are skipped and say so.
install_npm_packages() {
  local folder=tests/Flags.Api.Tests/Node
  has_any npm || return
  if cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed"; then return; fi
  echo "Installing npm packages ..."
  if npm ci --prefix "$folder" --no-audit --no-fund > "$results/npm.log" 2>&1; then
    cp "$folder/package-lock.json" "$folder/node_modules/.installed"
    return
  fi
  tail -n 5 "$results/npm.log"
}

build_one() {
  dotnet build "$1" -c $configuration --nologo -v quiet > "$results/build.log" 2>&1 && return
  grep -E ': (error|warning) ' "$results/build.log" | sort -u || cat "$results/build.log"
  fail "the build of $1"
  finish
}

build() {
  local start=$SECONDS project
  echo "Building ..."
  build_one Flags.sln
  for project in tests/*.Tests/*.csproj; do
    grep -q "$(basename "$project")" Flags.sln || build_one "$project"
  done
  echo "Built in $((SECONDS - start)) s"
}

# The projects are programs: run directly, without the second that dotnet test takes to find each of them.
run_project() {
  local name=$1 guard=()
  shift
  if command -v timeout > /dev/null; then guard=(timeout -k 20 "$limit"); fi
  ${guard[@]+"${guard[@]}"} dotnet "tests/$name/bin/$configuration/net10.0/$name.dll" -noColor -noLogo -xml "$results/$name.xml" "$@" \
    > "$results/$name.log" 2>&1 < /dev/null
  echo $? > "$results/$name.exit"
}

# Two at a time: most tests wait for a database or a clock, so one project alone leaves a core idle.
run_all() {
  export -f run_project
  export results configuration limit
  for project in tests/*.Tests/*.csproj; do basename "$project" .csproj; done |
    xargs -P 2 -I '{}' bash -c 'run_project "$@"' run '{}' ${filters[@]+"${filters[@]}"}
}

attribute() {
  sed -n "s/^.* $2=\"\([0-9.]*\)\".*$/\1/p" <<< "$1"
}

report_project() {
  local name=$1 code summary total
  code=$(cat "$results/$name.exit" 2> /dev/null || echo none)
  summary=$(grep -o '<assembly [^>]*>' "$results/$name.xml" 2> /dev/null | head -n 1)
  total=$(attribute "$summary" total)
  if [ -z "$total" ]; then
    tail -n 40 "$results/$name.log"
    fail "$name ended with code $code and no results$([ "$code" != 124 ] || echo ": not done after $limit s")"
    return
  fi

  local good bad errors left
  good=$(attribute "$summary" passed) bad=$(attribute "$summary" failed) left=$(attribute "$summary" skipped)
  errors=$(attribute "$summary" errors)
  passed=$((passed + good)) failed=$((failed + bad + errors)) skipped=$((skipped + left))
  if [ "$total" -eq 0 ] && [ ${#filters[@]} -gt 0 ]; then return; fi
  if [ "$code" -ne 0 ]; then grep -vE '^(Ok, passed|  (Discover|Start|Finish))' "$results/$name.log"; fi
  printf '%-24s %5d passed %3d failed %3d skipped %8.1f s\n' "$name" "$good" $((bad + errors)) "$left" "$(attribute "$summary" time)"
  if [ "$total" -eq 0 ]; then fail "$name ran no test"; fi
  if [ "$code" -ne 0 ] && [ $((bad + errors)) -eq 0 ]; then fail "$name ended with code $code"; fi
}

report() {
  local project
  for project in tests/*.Tests/*.csproj; do report_project "$(basename "$project" .csproj)"; done
  if [ ${#filters[@]} -gt 0 ] && [ $((passed + failed + skipped)) -eq 0 ]; then fail "no test has such a name"; fi
  if [ "$skipped" -gt 0 ]; then
    echo "Skipped:"
    awk '/ \[SKIP\]$/ { sub(/^ */, ""); sub(/ \[SKIP\]$/, ""); name = $0; getline; sub(/^ */, ""); print "  " name ": " $0 }' "$results"/*.log
  fi
}

# Once more and last, where also a log that was cut shows them.
list_failures() {
  [ "$failed" -gt 0 ] || return
  echo "Failed:"
  awk '/ \[FAIL\]$/ { left = 6 } left-- > 0 { print substr($0, 1, 300) }' "$results"/*.log
}

check_sdk
install_what_tests_need
install_npm_packages
build
start=$SECONDS
run_all
report
list_failures
echo "Ran in $((SECONDS - start)) s"
finish
