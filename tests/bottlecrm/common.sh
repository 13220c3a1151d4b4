# Shared by setup and start: where things are, and how the CRM is called.

version=1.35.0
seed_format=3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${ZGODA_BOTTLECRM_CACHE:-$here/../../target/bottlecrm}/$version-$seed_format

name=bottlecrm
. "$here/../postgres/common.sh"

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

# No port: the database answers only on a socket in its own folder.
start_postgres() {
    start_server "$1" "-c listen_addresses=''"
}

# The server's settings. The intake's usual limit (120 a minute) is lifted unless the caller sets one.
crm_environment() {
    export SECRET_KEY=only-for-tests-on-this-machine-0123456789 ENV_TYPE=dev ALLOWED_HOSTS=127.0.0.1,localhost
    export DBNAME=bottlecrm DBUSER=crm_app DBPASSWORD=crm DBHOST=$1 DBPORT=5432
    export DJANGO_SETTINGS_MODULE=crm.settings CELERY_BROKER_URL=memory:// CELERY_RESULT_BACKEND=cache+memory://
    export LEAD_INTAKE_THROTTLE_MINUTE=${LEAD_INTAKE_THROTTLE_MINUTE:-1000000/min}
    export LEAD_INTAKE_THROTTLE_DAY=${LEAD_INTAKE_THROTTLE_DAY:-1000000/day}
    # Its own way to keep lines to the database open: a new one for each request takes nearly half of the request's time.
    export DB_POOL_ENABLED=true
    export PYTHONDONTWRITEBYTECODE=1
}
