# Shared by setup and start: where things are, and how PostgreSQL is called.
# PostgreSQL refuses to run as root, so root hands its files to the user postgres.

version=1.35.0
seed_format=2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${ZGODA_BOTTLECRM_CACHE:-$here/../../target/bottlecrm}/$version-$seed_format

# The skip that the tests report by name: exit status 3, and why on stderr.
missing() {
    echo "bottlecrm: $1" >&2
    exit 3
}

python_313() {
    local found pyenv
    pyenv=${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "${HOME:-/root}/.pyenv")}
    for found in python3.13 "$pyenv"/versions/3.13.*/bin/python; do
        if "$found" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then
            command -v "$found"
            return
        fi
    done
    missing "no Python 3.13 (python3.13 on PATH, or one of pyenv's versions)"
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
    run=$(mktemp -d "${TMPDIR:-/tmp}/zgoda-bottlecrm.XXXXXX")
    if [ "$(id -u)" = 0 ]; then chown postgres "$run"; fi
    echo "$run"
}

# No port: the database answers only on a socket in its own folder. Nothing here outlives the test, so nothing is synced.
start_postgres() {
    as_postgres "$pg/pg_ctl" -s -w -D "$1/pgdata" -l "$1/postgres.log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$1' -c fsync=off -c full_page_writes=off" start
}

stop_postgres() {
    as_postgres "$pg/pg_ctl" -s -w -m "$2" -D "$1/pgdata" stop
}

# The server's settings. The intake's usual limit (120 a minute) is lifted unless the caller sets one.
crm_environment() {
    export SECRET_KEY=only-for-tests-on-this-machine-0123456789 ENV_TYPE=dev ALLOWED_HOSTS=127.0.0.1,localhost
    export DBNAME=bottlecrm DBUSER=crm_app DBPASSWORD=crm DBHOST=$1 DBPORT=5432
    export DJANGO_SETTINGS_MODULE=crm.settings CELERY_BROKER_URL=memory:// CELERY_RESULT_BACKEND=cache+memory://
    export LEAD_INTAKE_THROTTLE_MINUTE=${LEAD_INTAKE_THROTTLE_MINUTE:-1000000/min}
    export LEAD_INTAKE_THROTTLE_DAY=${LEAD_INTAKE_THROTTLE_DAY:-1000000/day}
    export PYTHONDONTWRITEBYTECODE=1
}
