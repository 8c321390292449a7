# shellcheck shell=sh
# SPDX-License-Identifier: MIT
#
# Read by deps.sh and debs.sh: what they ask apt for goes by the archive's
# address and proxies of the machine's own apt; apt runs on private state,
# needs no root and leaves the machine's lists alone.
#
# Takes $folder, where things go, and $kind: `deb` or `deb-src`. Sets $apt,
# where the private state is until the script ends, and lets one script work
# in the folder at a time.

fail() {
    printf 'make deps: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
apt=$folder/.apt

exec 9>"$folder/.lock"
flock 9
trap 'rm -rf "$apt"' EXIT
rm -rf "$apt"

# The host part of Debian's own archive, as this machine knows it.
archive_uri() {
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    [ -n "$codename" ] || return 0
    apt-get update --print-uris 2>/dev/null |
        sed -n "s,^'\(.*\)dists/$codename/InRelease'.*,\1,p" | head -n 1
}

private_apt() {
    APT_CONFIG=$apt/apt.conf apt-get -q \
        -o Dir::Etc::sourcelist="$apt/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null \
        -o Dir::Etc::preferencesparts=/dev/null \
        -o Dir::State::lists="$apt/lists" \
        -o Dir::State::status=/dev/null \
        -o Dir::Cache="$apt/cache" \
        -o Acquire::Languages=none \
        -o Acquire::Retries=3 \
        -o APT::Update::Error-Mode=any \
        -o APT::Sandbox::User=root \
        "$@"
}

# write_private_config SUITE ...
write_private_config() {
    command -v apt-get >/dev/null ||
        fail "there is no apt-get on this machine." "$offline_hint"
    uri=$(archive_uri)
    [ -n "$uri" ] ||
        fail "apt knows no Debian archive on this machine." "$offline_hint"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    cat >"$apt/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    signed=
    [ ! -r "$keyring" ] || signed="[signed-by=$keyring] "
    : >"$apt/sources.list"
    for suite in "$@"; do
        printf '%s %s%s %s main\n' "$kind" "$signed" "$uri" "$suite" \
            >>"$apt/sources.list"
    done
}

# update_once SUITE ...
update_once() {
    [ ! -e "$apt/updated" ] || return 0
    write_private_config "$@"
    private_apt update >"$apt/log" 2>&1 || {
        cat "$apt/log" >&2
        fail "apt-get update failed for the archive $uri." \
            "Check this machine's network, proxy and apt set-up." \
            "$offline_hint"
    }
    : >"$apt/updated"
}

has_sum() {
    [ -r "$1" ] && [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]
}
