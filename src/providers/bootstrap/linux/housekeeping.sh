#!/bin/sh
# Every few minutes: puts the rules back if somebody took them away, and makes room when the disk fills.
. /etc/slipway/environment
sh /etc/slipway/host-rules.sh || echo 'slipway: the rules could not be applied'

# Without systemd nobody else cuts the engine's log.
log=/var/log/slipway-engine.log
if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt 10485760 ]; then : >"$log"; fi

root=$(docker info --format '{{.DockerRootDir}}') || exit 0
used() { df -P "$root" | awk 'NR == 2 { sub("%", "", $5); print $5 }'; }

[ "$(used)" -ge "$PRUNE_AT" ] || exit 0
echo "slipway: the disk is filled to $(used) %: removing images that nothing uses, the oldest first"
kept=$(while read -r image; do docker image inspect --format '{{.Id}}' "$image" 2>/dev/null; done </var/lib/slipway/images)
docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' |
  awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }' |
  while read -r id name; do
    [ "$(used)" -gt "$PRUNE_TO" ] || break
    case "$kept" in *"$id"*) continue ;; esac
    case "$name" in *'<none>'*) name=$id ;; esac
    # The engine refuses to remove what a container uses.
    docker image rm "$name" >/dev/null 2>&1 && echo "slipway: removed $name"
  done
