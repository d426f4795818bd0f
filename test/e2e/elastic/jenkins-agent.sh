#!/bin/sh
# An agent of the stand-in of Jenkins, of busybox alone: it connects as `agent.jar -webSocket` does, with its name and
# secret in headers, works four seconds for each build that it is given, and says how that went. It ends by itself never.
set -u

secret=$JENKINS_SECRET
unset JENKINS_SECRET
host=${JENKINS_URL#http://}
host=${host%%/*}
replies=/tmp/replies
busybox mkfifo "$replies"

say() {
  # One frame of text, its mask all zeros.
  printf '\201%b\0\0\0\0%s\n' "\\0$(printf %o $((128 + ${#1} + 1)))" "$1"
}

ask() {
  printf 'GET /wsagents/ HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' "$host"
  printf 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2xpcHdheQ==\r\nNode-Name: %s\r\n' "$JENKINS_AGENT_NAME"
  printf 'Secret-Key: %s\r\n\r\n' "$secret"
  cat "$replies"
}

# Held open, so that the reader never sees an end.
exec 3<>"$replies"
while :; do
  ask | nc "${host%%:*}" "${host##*:}" | while read -r line; do
    case $line in
    *build\ *)
      number=${line##*build }
      echo "build $number begins"
      sleep 4
      say "done $number 0" >&3
      ;;
    esac
  done
  sleep 1
done
