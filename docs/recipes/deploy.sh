#!/usr/bin/env bash
# Holds a feature, waits until the jobs inside have left, runs a command, releases. Needs bash and curl 7.82 or later.
#
#   FLAGS_URL=… FLAGS_API_KEY=… REASON="release 42" ./deploy.sh ./real-deploy.sh
#
# FEATURE   which feature                                                 (jobs_processing)
# TTL       how long jobs stay held after this script was killed, seconds (120)
# PATIENCE  how long to wait for running jobs, seconds                    (600)
# Exit codes: the command's; 75 when jobs were still running or the hold was refused: nothing was done.
set -euo pipefail
: "${FLAGS_URL:?}" "${FLAGS_API_KEY:?}" "${FEATURE:=jobs_processing}" "${REASON:=a deploy}" "${TTL:=120}" "${PATIENCE:=600}"

REASON=${REASON//\\/\\\\} REASON=${REASON//\"/\\\"} # it goes into JSON

flags() { curl --fail-with-body --silent --show-error --retry 5 --retry-connrefused --header "Authorization: Bearer $FLAGS_API_KEY" "$@"; }

# One id, however often a call is repeated: an answer that was lost places no second hold.
hold=$FLAGS_URL/api/v1/holds/$(cat /proc/sys/kernel/random/uuid)

# Renews as long as a process lives; when it was killed, the hold ends with its TTL.
renew_while() {
  while sleep $((TTL / 3)) && kill -0 "$1"; do
    flags "$hold/extend" --json "{\"token\": $token, \"ttl\": $TTL}"
  done > /dev/null 2>&1 &
  renewing=$!
}

release() {
  kill "$renewing" 2> /dev/null || true
  flags --request DELETE "$hold"
}

token=$(flags --request PUT "$hold" --json "{\"features\": [\"$FEATURE\"], \"reason\": \"$REASON\", \"ttl\": $TTL}" --header 'Accept: text/plain') || {
  echo "The hold was refused. $token" >&2
  exit 75
}
renew_while $$
trap release EXIT

end=$((SECONDS + PATIENCE))
until said=$(flags "$hold/drained?wait=5s" --header 'Accept: text/plain'); do
  echo "$said" >&2
  if [ "$SECONDS" -ge "$end" ]; then
    echo "Jobs are still running after $PATIENCE s; nothing was deployed." >&2
    exit 75
  fi
  sleep 0.2
done

"$@" &
deploy=$!
trap 'kill -TERM "$deploy"' TERM INT
kill "$renewing" 2> /dev/null || true
renew_while "$deploy"
code=0
while wait "$deploy" || code=$?; kill -0 "$deploy" 2> /dev/null; do code=0; done
exit "$code"
