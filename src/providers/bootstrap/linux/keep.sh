#!/bin/sh
# Keeps the engine running where no systemd does.
LOG=/var/log/slipway-engine.log
engine=
trap 'trap - TERM INT; kill -TERM "$engine" "$chores" 2>/dev/null; wait "$engine"; exit 0' TERM INT

# forget FILE NAME: a number left from before the last restart may be another process's now.
forget() {
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] || rm -f "$1"
}

(while sleep 300; do sh /var/lib/slipway/housekeeping.sh; done) &
chores=$!

while :; do
  forget /var/run/docker.pid dockerd
  forget /var/run/docker/containerd/containerd.pid containerd
  sh /var/lib/slipway/engine.sh --host=unix:///var/run/docker.sock >>"$LOG" 2>&1 &
  engine=$!
  wait "$engine"
  echo "slipway: the engine ended with $?; it is started again" >>"$LOG"
  sleep 1
done
