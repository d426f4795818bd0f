#!/bin/sh
# Starts the engine, behind the rules: without them it does not start.
. /etc/slipway/environment
sh /etc/slipway/host-rules.sh || {
  echo 'slipway: the rules that keep agents apart could not be applied, so the engine does not start' >&2
  exit 1
}
exec dockerd --host=tcp://0.0.0.0:2376 "$@"
