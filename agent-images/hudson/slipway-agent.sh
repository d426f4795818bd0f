#!/bin/sh
# Starts Hudson's agent with what Slipway handed over. Hudson takes the key on the command line only: docs/security.md
# says what that means. The environment of builds does not have it.
set -eu

key=${HUDSON_SECRET:?no key was handed over}
unset HUDSON_SECRET
mkdir -p "$HUDSON_AGENT_WORKDIR"
cd "$HUDSON_AGENT_WORKDIR"

set -- -headless -url "$HUDSON_URL"
if [ -n "${HUDSON_TUNNEL:-}" ]; then set -- "$@" -tunnel "$HUDSON_TUNNEL"; fi

# It connects again by itself when the controller comes back; Slipway removes the container when its node is gone.
# shellcheck disable=SC2086 # options are words
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${HUDSON_JAVA_OPTS:-} -cp /opt/slipway/remoting.jar hudson.remoting.jnlp.Main \
  "$@" "$key" "$HUDSON_AGENT_NAME"
