#!/bin/sh
# Installs oob from this folder, without a network:  sh install.sh [FOLDER]
# FOLDER (~/.local/share/oob) is a virtual environment of its own. PYTHON names another python3, and PUBLIC_KEY the PEM
# file of the key that the list of hashes must be signed with: bring that file yourself, not on this stick.
set -eu
into=${1:-"$HOME/.local/share/oob"}
python=${PYTHON:-python3}
cd "$(dirname "$0")"
fail() { echo "install.sh: $1" >&2; exit "${2:-1}"; }

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || fail "there is no $python: name one with PYTHON=..." 2
case " @PYTHONS@ " in
*" $version "*) ;;
*) fail "$python is Python $version; this stick has wheels for: @PYTHONS@ (name another with PYTHON=...)" 2 ;;
esac

if [ -n "${PUBLIC_KEY:-}" ]; then
  openssl pkeyutl -verify -pubin -inkey "$PUBLIC_KEY" -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig >/dev/null ||
    fail "the list of hashes is not signed by $PUBLIC_KEY" 7
fi
if command -v sha256sum >/dev/null; then check="sha256sum"; else check="shasum -a 256"; fi
$check --check SHA256SUMS >/dev/null || fail "a file on this stick was changed; $check --check SHA256SUMS names it" 7
listed=$(wc -l <SHA256SUMS)
there=$(find . ! -type d ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig | wc -l)
[ "$listed" -eq "$there" ] || fail "$there files where the list has $listed: something was added to this stick" 7

[ ! -e "$into" ] || [ -f "$into/pyvenv.cfg" ] || fail "$into is there and is no virtual environment" 2
"$python" -m venv "$into"
"$into/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels --upgrade oob
"$into/bin/oob" --version
echo "installed: $into/bin/oob   (the documentation: $into/bin/oob docs)"
