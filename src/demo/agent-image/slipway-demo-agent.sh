#!/bin/sh
# The agent of the demo: takes one job from the stand-in, runs it, says how it went, and ends.
# Needs a POSIX shell with base64, sed, timeout, and either wget (busybox's will do) or curl.
set -u

newline='
'
config=$(printf '%s' "${ACTIONS_RUNNER_INPUT_JITCONFIG:-}" | base64 -d 2>/dev/null)
unset ACTIONS_RUNNER_INPUT_JITCONFIG
field() { printf '%s' "$config" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
url=$(field url)
runner=$(field runner)
if [ -z "$url" ] || [ -z "$runner" ]; then
  echo 'no JIT configuration was handed over'
  exit 1
fi

marker=${SLIPWAY_JOB_MARKER:-/tmp/.slipway-job}
work=$(mktemp -d) || exit 1
worker='' watcher=''
leave() {
  kill $watcher $worker 2>/dev/null
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 143' TERM INT

# The secret goes out of a file, so that no list of processes shows it.
(umask 077 && field secret >"$work/secret")

if command -v wget >/dev/null 2>&1; then
  post() { timeout 90 wget -q -O - --post-file "$work/secret" "$1" 2>/dev/null; }
else
  post() { timeout 90 curl -sf --data-binary "@$work/secret" "$1"; }
fi

# ask VERB [QUERY]: the answer; fails when there is none.
ask() { post "$url/_agent/$1?runner=$runner${2:-}"; }

# insist VERB [QUERY]: asks until there is an answer, slower each time; gives up after a few minutes.
insist() {
  for pause in 0.1 0.2 0.5 1 2 3 5 5 10 10 20 20 30 30 30; do
    ask "$@" && return
    sleep $pause
  done
  return 1
}

# Runs beside the job: ends it when it is cancelled or no longer ours.
watch() {
  while kill -0 "$worker" 2>/dev/null; do
    case $(ask hold "&job=$job") in
    none) ;;
    cancel | gone)
      kill "$worker" 2>/dev/null
      return
      ;;
    *) sleep 1 ;;
    esac
  done
}

while :; do
  answer=$(insist acquire) || {
    echo "no answer from $url"
    exit 1
  }
  case $answer in
  'job '*) ;;
  gone*)
    echo 'removed before a job came'
    exit 0
    ;;
  *) continue ;;
  esac

  job=${answer%%"$newline"*}
  job=${job#job }
  printf '%s\n' "${answer#*"$newline"}" >"$work/job.sh"
  : >"$marker"
  [ "$(insist start "&job=$job")" = ok ] && break
  # Taken away before it began.
  rm -f "$marker"
done

echo "job $job begins"
sh "$work/job.sh" &
worker=$!
watch &
watcher=$!
wait "$worker"
code=$?
worker=''
echo "job $job ended with $code"
insist result "&job=$job&exit=$code" >/dev/null || echo "the result of job $job could not be told"
exit 0
