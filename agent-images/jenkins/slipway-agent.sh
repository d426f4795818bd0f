#!/bin/sh
# Starts Jenkins' agent with what Slipway handed over. The secret goes through a file that only this user can read, and
# is taken out of the environment: else every build could print it, and the engine's list of processes would show it.
set -eu

secret_file=$(umask 077 && mktemp)
printf '%s' "${JENKINS_SECRET:?no secret was handed over}" >"$secret_file"
unset JENKINS_SECRET

jar=${JENKINS_AGENT_FILE:-/usr/share/jenkins/agent.jar}
if [ -e "${0%/*}/old-agent-jar" ]; then
  set -- -cp "$jar" hudson.remoting.jnlp.Main -headless "@$secret_file" "$JENKINS_AGENT_NAME"
else
  set -- -jar "$jar" -name "$JENKINS_AGENT_NAME" -secret "@$secret_file"
fi
set -- "$@" -url "$JENKINS_URL" -workDir "$JENKINS_AGENT_WORKDIR"
if [ "${JENKINS_WEB_SOCKET:-}" = true ]; then set -- "$@" -webSocket; fi
if [ -n "${JENKINS_TUNNEL:-}" ]; then set -- "$@" -tunnel "$JENKINS_TUNNEL"; fi
unset JENKINS_WEB_SOCKET JENKINS_TUNNEL

# It connects again by itself when the controller comes back; Slipway removes the container when its node is gone.
# shellcheck disable=SC2086 # options are words
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${JENKINS_JAVA_OPTS:-} "$@"
