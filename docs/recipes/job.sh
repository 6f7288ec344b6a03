#!/usr/bin/env bash
# Runs a command inside a feature: waits while a deploy holds it, and deploys wait for the command. Needs bash and curl 7.82 or later.
#
#   FLAGS_URL=… FLAGS_API_KEY=… ./job.sh ./real-job.sh
#
# FEATURE   which feature                                                        (jobs_processing)
# TTL       how long a deploy waits for this job after it was killed, seconds    (60)
# PATIENCE  how long to wait for the feature to open, seconds                    (1800)
# Exit codes: the command's; 75 when it did not start, 78 when the server refuses for good, 121 when the lease was lost and the command was stopped.
set -euo pipefail
: "${FLAGS_URL:?}" "${FLAGS_API_KEY:?}" "${FEATURE:=jobs_processing}" "${TTL:=60}" "${PATIENCE:=1800}"

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Prints the status, 000 without an answer; the answer itself is in a file.
flags() { curl --silent --show-error --header "Authorization: Bearer $FLAGS_API_KEY" --header 'Accept: text/plain' --output "$answer" --write-out '%{http_code}' "$@" || true; }

# One id, however often the call is repeated: an answer that was lost lets no second job in.
id=$(cat /proc/sys/kernel/random/uuid)
end=$((SECONDS + PATIENCE))
while
  started=$SECONDS
  status=$(flags --request PUT "$FLAGS_URL/api/v1/features/$FEATURE/leases/$id?wait=20s" --header 'Content-Type: application/json' --data "{\"ttl\": $TTL, \"holder\": \"${1##*/} on $HOSTNAME\"}")
  # A lease that was granted late in the wait may be half over: the same question once more says how much is left, from now.
  [[ $status != 20? ]] || [ $((SECONDS - started)) -gt 2 ]
do
  case $status in
    20?) continue ;;
    423) cat "$answer" >&2; echo >&2 ;;
    410) id=$(cat /proc/sys/kernel/random/uuid) ;;
    000 | 429 | 5??) echo "Flags does not answer ($status)." >&2 ;;
    *) cat "$answer" >&2; exit 78 ;;
  esac
  [ "$SECONDS" -lt "$end" ] || exit 75
  sleep 0.5
done
token=$(cat "$answer")

"$@" &
job=$!
trap 'kill -TERM "$job"' TERM INT

# As long as the job lives, also when this script was killed. Refused, or not answered for two thirds of the TTL: the job is stopped before the server may
# forget the lease.
renew() {
  local renewed=$SECONDS
  while sleep $((TTL / 4)) && kill -0 "$job"; do
    local asked=$SECONDS
    case $(curl --silent --max-time 5 --header "Authorization: Bearer $FLAGS_API_KEY" --json "{\"token\": $token}" --output /dev/null --write-out '%{http_code}' "$FLAGS_URL/api/v1/leases/$id/renew") in
      200) renewed=$asked ;;
      410) break ;;
    esac
    [ $((SECONDS - renewed)) -lt $((TTL * 2 / 3)) ] || break
  done
  kill -0 "$job" && echo lost > "$answer" && kill -TERM "$job"
}
: > "$answer"
renew > /dev/null 2>&1 &
renewing=$!

leave() {
  kill "$renewing" 2> /dev/null || true
  curl --silent --retry 5 --retry-connrefused --request DELETE --header "Authorization: Bearer $FLAGS_API_KEY" "$FLAGS_URL/api/v1/leases/$id?token=$token" || true
  rm -f "$answer"
}
trap leave EXIT

code=0
while wait "$job" || code=$?; kill -0 "$job" 2> /dev/null; do code=0; done
[ ! -s "$answer" ] || code=121
exit "$code"
