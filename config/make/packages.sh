#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Installs those of the named Debian packages that are missing.
#
# usage: packages.sh PACKAGE ...
#
# Asks dpkg first: when nothing is missing, nothing is run as root and nothing
# goes to the network. Services that come along are neither started nor left
# enabled: the tests start servers themselves.

set -eu

mark='# written by packages.sh, gone when it ends'
policy=/usr/sbin/policy-rc.d
wants=/etc/systemd/system/multi-user.target.wants

missing_of() {
    installed=$(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" \
        2>/dev/null) || true
    for package in "$@"; do
        case " $installed" in
        *" $package=installed "*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

no_way() {
    {
        echo "These Debian packages are missing and cannot be installed: $1"
        for package in $missing; do echo "    $package"; done
        echo "Have them installed, for example by"
        echo "    sudo apt-get install --no-install-recommends $missing"
        echo "or pass INSTALL=no to make if you have these tools elsewhere."
    } >&2
    exit 1
}

# A policy that is already there is the machine's own and stays in force.
forbid_services() {
    if [ -e "$policy" ] && ! grep -qF "$mark" "$policy"; then
        return 0
    fi
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
}

enabled_units() {
    ls "$wants" 2>/dev/null || true
}

# disable_new UNITS-BEFORE
disable_new() {
    command -v systemctl >/dev/null || return 0
    for unit in $(enabled_units); do
        case " $1 " in *" $unit "*) continue ;; esac
        systemctl disable "$unit" >/dev/null 2>&1 || continue
        echo "NOTE   $unit was installed and left disabled"
    done
}

install_as_root() {
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    before=$(enabled_units | tr '\n' ' ')
    forbid_services
    apt-get -q update >"$log" 2>&1 </dev/null || {
        cat "$log" >&2
        echo "NOTE   apt-get update failed; trying with what apt knows" >&2
    }
    apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
        install "$@" >"$log" 2>&1 </dev/null || {
        cat "$log" >&2
        rm -f "$log"
        echo "apt-get could not install: $*" >&2
        echo "Check this machine's network, proxy and apt set-up." >&2
        return 1
    }
    rm -f "$log"
    disable_new "$before"
}

# One at a time, with the script as the lock; what another run has installed
# meanwhile is not missing any more.
if [ "${1:-}" = --as-root ]; then
    shift
    exec 9<"$0"
    flock 9
    # shellcheck disable=SC2046
    set -- $(missing_of "$@")
    [ $# -gt 0 ] || exit 0
    install_as_root "$@"
    exit
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "NOTE   this is no Debian machine; you need the counterparts of: $*"
    exit 0
fi

missing=$(missing_of "$@")
[ -n "$missing" ] || exit 0
echo "APT    $missing"
if [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2086
    exec "$0" --as-root $missing
fi
command -v sudo >/dev/null || no_way "this is not root, and there is no sudo."
sudo -n true 2>/dev/null || [ -t 0 ] ||
    no_way "sudo wants a password, and nobody is at the keyboard."
# shellcheck disable=SC2086
exec sudo "$0" --as-root $missing
