# A PostgreSQL server for as long as a test runs. The caller sets $name, which messages and folders bear.
# PostgreSQL refuses to run as root, so root hands its files to the user postgres.

# Exit status 3: something is not on this machine; why, on stderr.
missing() {
    echo "$name: $1" >&2
    exit 3
}

postgres_bin() {
    local found
    for found in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(dirname "$(command -v initdb || echo /none)")"; do
        if [ -x "$found/initdb" ] && [ -x "$found/postgres" ]; then
            echo "$found"
            return
        fi
    done
    missing "no PostgreSQL server (the package postgresql)"
}

as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# A folder that the user postgres can reach, wherever the repository stands.
run_folder() {
    local run
    run=$(mktemp -d "${TMPDIR:-/tmp}/zgoda-$name.XXXXXX")
    if [ "$(id -u)" = 0 ]; then chown postgres "$run"; fi
    echo "$run"
}

# Starts the server of folder $1 with the options $2. Nothing here outlives the test, so nothing is synced.
start_server() {
    as_postgres "$pg/pg_ctl" -s -w -D "$1/pgdata" -l "$1/postgres.log" \
        -o "-c unix_socket_directories='$1' -c fsync=off -c full_page_writes=off $2" start
}

stop_postgres() {
    as_postgres "$pg/pg_ctl" -s -w -m "$2" -D "$1/pgdata" stop
}
