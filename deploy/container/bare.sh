#!/usr/bin/env bash
# The stranger's machine, for our own proof: containers made from Debian packages alone, with no image registry.
# Needs root, podman, runc and debootstrap.
#
#   bare.sh images            makes the images: bare Debian with git, make and Python; RabbitMQ; PostgreSQL; the program
#   bare.sh run COMMAND       clones this project inside a bare container and runs COMMAND there, as an ordinary user
#   bare.sh root COMMAND      the same as root, where the tests may install Debian packages
#   bare.sh docker COMMAND    runs COMMAND here with a Docker API (podman's) that has the server images
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
work=${TMPDIR:-/tmp}/biaobing-bare
base=localhost/biaobing/debian
mkdir -p "$work"

# runc with modest limits also runs inside a container or a small virtual machine, where crun refuses.
export CONTAINERS_CONF=$work/containers.conf
cat > "$CONTAINERS_CONF" <<CONF
[containers]
default_ulimits=["nofile=1024:1024","nproc=2000:2000"]
[engine]
runtime="runc"
[engine.runtimes]
runc=["$(command -v runc)"]
CONF

# Where the way to the package index has a certificate authority of its own, pip is told of it as outside.
trust=()
if [ -n "${PIP_CERT:-}" ]; then
    trust=(--volume "$PIP_CERT:/etc/biaobing-ca.crt:ro" --env PIP_CERT=/etc/biaobing-ca.crt)
fi

build() { # NAME DOCKERFILE CONTEXT
    podman build --network=host --ulimit nofile=1024:1024 --ulimit nproc=2000:2000 "${trust[@]}" \
        --build-arg "BASE=$base" --tag "localhost/biaobing/$1" --file "$2" "$3"
}

images() {
    if ! podman image exists "$base"; then
        mirror=$(grep -rhoE --include='*.list' --include='*.sources' 'https?://[^ ]+/debian/?( |$)' /etc/apt | sed -n 1p)
        rm -rf "$work/root"
        debootstrap --variant=minbase bookworm "$work/root" "$mirror"
        tar -C "$work/root" -c . | podman import - "$base"
        rm -rf "$work/root"
    fi
    build bare - "$here" <<'BARE'
ARG BASE
FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends git make python3 python3-venv \
    && useradd --create-home stranger
BARE
    build rabbitmq "$project/tests/servers/images/rabbitmq.Dockerfile" "$project/tests/servers/images"
    build postgresql "$project/tests/servers/images/postgresql.Dockerfile" "$project/tests/servers/images"
    build program "$here/Dockerfile" "$project"
}

inside() { # USER COMMAND
    podman run --rm --network=host "${trust[@]}" --volume "$project/.git:/biaobing.git:ro" --user "$1" \
        localhost/biaobing/bare bash -euc "
            export HOME=\$(getent passwd $1 | cut -d: -f6)
            git config --global --add safe.directory '*'
            git clone --quiet /biaobing.git ~/biaobing && cd ~/biaobing
            $2"
}

with_docker() { # COMMAND
    socket=$work/docker.sock
    podman system service --time=0 "unix://$socket" &
    service=$!
    trap 'kill $service' EXIT
    until [ -S "$socket" ]; do kill -0 $service; sleep 0.1; done
    # The ports are published here, also where testcontainers takes this machine for a container.
    DOCKER_HOST=unix://$socket TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CONNECTION_MODE=docker_host \
        BIAOBING_TEST_RABBITMQ_IMAGE=localhost/biaobing/rabbitmq \
        BIAOBING_TEST_POSTGRESQL_IMAGE=localhost/biaobing/postgresql \
        bash -euc "$1"
}

case ${1:-} in
    images) images ;;
    run) inside stranger "$2" ;;
    root) inside root "$2" ;;
    docker) with_docker "$2" ;;
    *) sed -n '2,9p' "$0"; exit 2 ;;
esac
