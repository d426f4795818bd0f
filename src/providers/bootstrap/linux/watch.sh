#!/bin/sh
# Follows the scheduled events of the cloud; a line of JSON for each new one that names this machine. $1: its name.
URL='http://169.254.169.254/metadata/scheduledevents?api-version=2020-07-01'
seen=
patience=130

fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl -s -f --noproxy '*' -m "$patience" -H 'Metadata:true' "$URL"
  else
    # Its own timeout crashes some builds of busybox.
    timeout "$patience" wget -q -O - --header 'Metadata:true' "$URL" 2>/dev/null
  fi
}

# Takes the array of events apart without being fooled by what stands in its texts.
events() {
  awk -v machine="$1" '
    function text(object, field, rest) {
      if (!match(object, "\"" field "\"[ \t]*:[ \t]*\"")) return ""
      rest = substr(object, RSTART + RLENGTH)
      match(rest, "^([^\"\\\\]|\\\\.)*")
      return substr(rest, 1, RLENGTH)
    }
    function names(object, list) {
      if (!match(object, "\"Resources\"[ \t]*:[ \t]*\\[[^]]*")) return 0
      list = substr(object, RSTART, RLENGTH)
      return index(list, "\"" machine "\"") > 0
    }
    { all = all $0 " " }
    END {
      for (i = 1; i <= length(all); i++) {
        c = substr(all, i, 1)
        if (quoted) {
          if (c == "\\") { if (depth == 2) object = object c; i++; c = substr(all, i, 1) }
          else if (c == "\"") quoted = 0
        } else if (c == "\"") quoted = 1
        else if (c == "{" && ++depth == 2) object = ""
        else if (c == "}" && depth-- == 2 && names(object))
          printf "%s {\"EventId\":\"%s\",\"EventType\":\"%s\",\"NotBefore\":\"%s\"}\n", text(object, "EventId"), text(object, "EventId"), text(object, "EventType"), text(object, "NotBefore")
        if (depth == 2) object = object c
      }
    }'
}

trap 'exit 0' TERM INT
echo "watching the events of $1"
while :; do
  # The first answer takes up to two minutes, which is how long the service needs to begin.
  if answer=$(fetch); then
    patience=10
    found=$(printf '%s\n' "$answer" | events "$1")
    while read -r id line; do
      case " $seen " in *" $id "*) continue ;; esac
      [ -n "$id" ] || continue
      seen="$seen $id"
      printf '%s\n' "$line"
    done <<EVENTS
$found
EVENTS
  fi
  # Half a minute of warning is all that there is.
  sleep 2 &
  wait $!
done
