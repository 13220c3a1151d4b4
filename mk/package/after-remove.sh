#!/bin/sh
# The package never touches anybody's leads: it says where they lie.
set -e
case "${1:-}" in
  remove | purge | 0)
    echo "Zgoda is removed. Leads stay sealed where they are, for each person who used it:"
    echo "  ~/.local/share/org.zgoda.booth (or the folder in ZGODA_HOME)."
    echo "Installed again, Zgoda opens them as before. Close the events and sync before deleting that folder."
    ;;
esac
exit 0
