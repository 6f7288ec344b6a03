#!/usr/bin/env bash
# Builds the image and runs compose.yaml with it, as a person would: ready, not root, read-only, stopped and started again.
# Needs root and, where no Docker engine runs: podman, buildah, docker-compose, debootstrap, netavark, aardvark-dns, iptables (Debian's packages).
# Where the base images cannot be pulled it makes stand-ins of the same layout from Debian's packages and this machine's .NET SDK.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
service= health=
images=()

step() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
compose() { (cd "$work/site" && docker-compose -p flags-try "$@"); }

# Podman leaves the times of health checks to systemd, which need not be there.
check_health() {
  while sleep 1; do
    for container in $(podman ps -q); do podman healthcheck run "$container" > /dev/null 2>&1 || true; done
  done
}

finish() {
  [ -z "$health" ] || kill "$health" 2> /dev/null || true
  [ ! -d "$work/site" ] || compose down -v > /dev/null 2>&1 || true
  [ -z "$service" ] || kill "$service" 2> /dev/null || true
  rm -rf "$work"
}
trap finish EXIT

engine=podman
if command -v docker > /dev/null && docker info > /dev/null 2>&1; then engine=docker; fi

use_podman() {
  mkdir -p "$work/run"
  # What this machine allows itself: containers may not ask for more.
  printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=4096:4096"]\n[engine]\nruntime = "runc"\n[network]\nnetwork_backend = "netavark"\n' "$(ulimit -n)" "$(ulimit -n)" | sed 's/unlimited/65536/g' > "$work/containers.conf"
  CONTAINERS_CONF=$work/containers.conf podman system service --time=0 "unix://$work/run/podman.sock" 2> "$work/podman.log" &
  service=$!
  export DOCKER_HOST=unix://$work/run/podman.sock
  local i
  check_health &
  health=$!
  for i in $(seq 100); do [ -S "$work/run/podman.sock" ] && return; sleep 0.1; done
  fail "podman's service did not start: $(cat "$work/podman.log")"
}

# One root file system for all three; what differs is laid over it.
make_standins() {
  step "no base images here: stand-ins from Debian's packages"
  local root=${FLAGS_STANDIN_ROOT:-$work/root} dotnet
  [ -d "$root/usr" ] || debootstrap --variant=minbase --include=ca-certificates,libstdc++6,tzdata,postgresql bookworm "$root" > "$work/debootstrap.log" || fail "debootstrap: $(tail -n 3 "$work/debootstrap.log")"
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir -p "$work/sdk/opt" "$work/runtime/opt/dotnet" "$work/postgres/usr/local/bin"
  cp -a "$dotnet" "$work/sdk/opt/dotnet"
  cp -a "$dotnet"/{dotnet,host,shared} "$work/runtime/opt/dotnet/"
  cat > "$work/postgres/usr/local/bin/entrypoint" << 'POSTGRES'
#!/bin/sh
# As the official image does: password from a file, one user, one database.
set -e
export PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
data=/var/lib/postgresql/data
mkdir -p "$data" /var/run/postgresql && chown -R postgres "$data" /var/run/postgresql
if [ ! -s "$data/PG_VERSION" ]; then
  cp "$POSTGRES_PASSWORD_FILE" /tmp/password && chown postgres /tmp/password
  setpriv --reuid=postgres --regid=postgres --init-groups initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust > /dev/null
  echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
  echo "create database $POSTGRES_DB" | setpriv --reuid=postgres --regid=postgres --init-groups postgres --single -D "$data" postgres > /dev/null
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups postgres -D "$data" -c listen_addresses='*'
POSTGRES
  chmod 755 "$work/postgres/usr/local/bin/entrypoint"
  standin "$root" base
  standin "$work/sdk" sdk "ENV PATH=/opt/dotnet:/usr/bin:/bin DOTNET_ROOT=/opt/dotnet DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_PACKAGES=/packages"
  standin "$work/runtime" runtime "ENV PATH=/opt/dotnet:/usr/bin:/bin DOTNET_ROOT=/opt/dotnet"
  standin "$work/postgres" postgres 'ENTRYPOINT ["/usr/local/bin/entrypoint"]' "ENV PATH=/usr/local/bin:/usr/lib/postgresql/15/bin:/usr/bin:/bin"
  images=(--build-arg SDK=localhost/flags-try-sdk --build-arg RUNTIME=localhost/flags-try-runtime)
  export POSTGRES_IMAGE=localhost/flags-try-postgres
}

standin() {
  local folder=$1 name=$2 from=localhost/flags-try-base
  shift 2
  [ "$name" != base ] || from=scratch
  { echo "FROM $from"; echo "COPY . /"; printf '%s\n' "$@"; } > "$work/$name.dockerfile"
  buildah bud --quiet --isolation chroot -f "$work/$name.dockerfile" -t "localhost/flags-try-$name" "$folder" > /dev/null
}

build_image() {
  step "building the image"
  if [ $engine = docker ]; then docker build -t flags-try "$repository"; return; fi
  local packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
  mkdir -p "$packages"
  buildah bud --quiet --isolation chroot --network host --volume "$packages:/packages" "${images[@]}" -t localhost/flags-try "$repository" > "$work/build.log" 2>&1 || fail "the image: $(tail -n 20 "$work/build.log")"
}

answers() { curl -fsS --max-time 2 "http://127.0.0.1:5180$1" 2> /dev/null; }

wait_for() {
  local i
  for i in $(seq 240); do answers /readyz > /dev/null && return; sleep 0.5; done
  compose logs | tail -n 60
  fail "the server is not ready after 120 s"
}

if [ $engine = podman ]; then
  use_podman
  make_standins
fi
build_image
mkdir -p "$work/site/secrets"
cp "$repository/compose.yaml" "$work/site/"
openssl rand -hex 24 > "$work/site/secrets/postgres-password"
export FLAGS_IMAGE=$([ "${#images[@]}" -eq 0 ] && echo flags-try || echo localhost/flags-try)
step "compose up"
compose down -v > /dev/null 2>&1 || true
compose up -d --no-build
wait_for
compose logs flags | grep -q '/admin/setup#' || fail "the server printed no link"
container=$(compose ps -q flags)
run() { $engine exec "$container" "$@"; }
[ "$(run id -u)" = 1654 ] || fail "the server runs as $(run id -u)"
if run sh -c 'echo x > /app/x' 2> /dev/null; then fail "the root file system can be written"; fi
run dotnet /app/Flags.Api.dll --healthcheck || fail "the health check fails in a container that is ready"
step "ready, not root, read-only, healthy"
start=$SECONDS
compose stop flags > /dev/null 2>&1
[ $((SECONDS - start)) -le 15 ] || fail "it took $((SECONDS - start)) s to stop"
compose logs flags | tail -n 5
compose start flags > /dev/null 2>&1
wait_for
step "stopped in $((SECONDS - start)) s and started again with its data"
echo "OK"
