#!/bin/sh
# Says that the agent is at work. Slipway looks for this file; where it looks is fixed (JOB_MARKER of the runtime).
# A hook that fails fails the job: what can go wrong here must not.
marker=/tmp/.slipway-job
if true 2>/dev/null >"$marker"; then exit 0; fi
echo "slipway: could not write $marker; the agent counts as running by its processes" >&2
exit 0
