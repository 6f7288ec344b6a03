#!/usr/bin/env bash
# Blue-green for workers without a port: the new version has to take jobs before the old one stops taking them.
#
#   FLAGS_URL, FLAGS_API_KEY (permissions "hold" and "read")
#   ./blue-green.sh v2 worker-green worker-blue      new version, the service to start, the service to stop (compose-blue-green.yml)
set -euo pipefail
version=$1 new=$2 old=$3
role=${ROLE:-mailer} min=${MIN:-1} boot=${BOOT:-5m} grace=${GRACE:-30s}

VERSION=$version docker compose up -d "$new"
# 75: not ready in time. The old version has not heard of anything and goes on.
if ! flags workers ready --role "$role" --version "$version" --min "$min" --wait "$boot"; then
  docker compose stop "$new"
  exit 75
fi
flags workers quiet --role "$role" --except-version "$version"
# SIGTERM lets running jobs finish; what is left after the grace period is killed.
docker compose stop --timeout "${grace%s}" "$old"
