#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Gives root's commands to the program as its own user and with the service's settings, which it alone should use.
program=/usr/lib/ultimaparola/ultimaparola
case "${1-}" in
'' | help | --help | -h | --version | -v) exec "$program" "$@" ;;
esac
if [ "$(id -u)" != 0 ]; then
	echo "ultimaparola: sudo ultimaparola $*" >&2
	exit 1
fi
if [ ! -d /run/systemd/system ]; then
	echo 'ultimaparola: systemd does not run here, so the service has no settings' >&2
	exit 1
fi
exec systemd-run --quiet --collect --wait --pipe --pty --service-type=exec \
	--uid=ultimaparola --gid=ultimaparola --property=EnvironmentFile=/etc/ultimaparola/ultimaparola.env \
	--property="WorkingDirectory=-$PWD" --property=UMask=0077 --property=NoNewPrivileges=true \
	"$program" "$@"
