#!/bin/sh
# Fetches images ahead of need. One that can't be had is told, and fetched again when an agent needs it.
. /etc/slipway/environment
while read -r image; do
  if docker image inspect "$image" >/dev/null 2>&1; then continue; fi
  docker pull -q "$image" || docker pull -q "$image" || echo "slipway: $image could not be fetched"
done </var/lib/slipway/images
