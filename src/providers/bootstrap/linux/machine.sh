# What follows is the same for every machine. Again changes nothing; `stay` as its argument keeps the engine running in
# the foreground, for machines that are containers.

PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LIB=/var/lib/slipway
ETC=/etc/slipway
MARK=slipway-ready
WATCHER=slipway-watcher
CHANGED=0
STEP=beginning
export PATH HOME="${HOME:-/root}"
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_TLS_CERTDIR

has() { command -v "$1" >/dev/null 2>&1; }
with_systemd() { [ -d /run/systemd/system ]; }

# Also on the serial console: what goes wrong before anybody can log in is seen there.
say() {
  echo "slipway: $*"
  if with_systemd && [ -w /dev/console ]; then (echo "slipway: $*" >/dev/console) 2>/dev/null || :; fi
}
step() {
  STEP=$1
  say "$1"
}
fail() {
  say "$*"
  exit 1
}
finish() {
  code=$?
  [ "$code" = 0 ] || say "FAILED ($code) while $STEP; $MACHINE is not ready"
}
trap finish EXIT

# put MODE PATH: the file gets what stands on stdin, all at once, and never more readable than MODE.
put() {
  mkdir -p "$(dirname "$2")"
  (umask 077 && cat >"$2.new")
  chmod "$1" "$2.new"
  if [ -f "$2" ] && [ "$(cat "$2")" = "$(cat "$2.new")" ]; then
    rm "$2.new"
  else
    mv "$2.new" "$2"
    CHANGED=1
  fi
}

# A script of the fleet's owner.
hook() {
  [ -f "$LIB/$1" ] || return 0
  step "running the owner's script: $1"
  SLIPWAY_MACHINE=$MACHINE SLIPWAY_OWNER=$OWNER "$LIB/$1" || fail "the script $1 ended with $?"
}

# The authority of the owner's own network beside the public ones.
trust() {
  [ -f "$ETC/authorities.pem" ] || return 0
  if has update-ca-certificates; then
    mkdir -p /usr/local/share/ca-certificates
    cp "$ETC/authorities.pem" /usr/local/share/ca-certificates/slipway.crt
    chmod 644 /usr/local/share/ca-certificates/slipway.crt
    update-ca-certificates >/dev/null 2>&1
  elif has update-ca-trust; then
    cp "$ETC/authorities.pem" /etc/pki/ca-trust/source/anchors/slipway.pem
    update-ca-trust
  elif [ "$1" = must ]; then
    fail 'neither update-ca-certificates nor update-ca-trust is there: the given authority can not be trusted'
  fi
}

# One name for what each distribution calls otherwise.
missing_packages() {
  engine=$1 client=$2 busybox=$3 missing=
  has dockerd || missing=$engine
  has docker || missing="$missing $client"
  has iptables || missing="$missing iptables"
  has update-ca-certificates || has update-ca-trust || missing="$missing ca-certificates"
  has busybox || has curl || missing="$missing $busybox"
  echo "$missing"
}

install_with_apt() {
  export DEBIAN_FRONTEND=noninteractive
  apt='apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120'
  # A failed update may still leave lists that are good enough; the install tells.
  $apt update || say 'the lists of packages could not be fetched'
  client=docker.io
  if apt-cache show docker-cli >/dev/null 2>&1; then client=docker-cli; fi
  packages=$(missing_packages docker.io "$client" busybox-static)
  # Without its parser an engine on a kernel with AppArmor refuses every container.
  if grep -qs Y /sys/module/apparmor/parameters/enabled && ! has apparmor_parser; then packages="$packages apparmor"; fi
  # shellcheck disable=SC2086
  [ -z "$packages" ] || $apt install -y --no-install-recommends $packages
}

# What the image lacks, from the distribution's own packages.
install_engine() {
  if has dockerd && has docker && has iptables && { has busybox || has curl; }; then return 0; fi
  # The packages of Debian start their services at once, and so before they are set up.
  policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then
    policy=
  else
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  # shellcheck disable=SC2046
  if has apt-get; then
    install_with_apt
  elif has tdnf; then
    tdnf install -y $(missing_packages moby-engine moby-cli busybox)
  elif has dnf; then
    dnf install -y $(missing_packages moby-engine moby-engine busybox)
  elif has zypper; then
    zypper -n install $(missing_packages docker docker busybox)
  elif has apk; then
    apk add --no-cache $(missing_packages docker docker-cli busybox)
  fi
  [ -z "$policy" ] || rm -f "$policy"
  { has dockerd && has docker; } || fail 'there is no engine, and the packages of this system gave none: use an image with one'
}

# Where the kernel lacks nftables, the usual iptables can't make rules; the older one can.
choose_packet_filter() {
  if iptables -w -S >/dev/null 2>&1; then return 0; fi
  if has update-alternatives && has iptables-legacy; then
    for tool in iptables ip6tables; do update-alternatives --set "$tool" "$(command -v "$tool-legacy")" >/dev/null; done
  elif [ -d /usr/local/sbin/.iptables-legacy ]; then
    PATH="/usr/local/sbin/.iptables-legacy:$PATH"
  fi
  iptables -w -S >/dev/null || fail 'iptables does not work: agents could not be kept from what they must not reach'
}

# What an engine needs of a container that it runs in: writable control groups, shared mounts.
open_container() {
  for folder in /sys/fs/cgroup /sys/fs/cgroup/*; do
    mount -o remount,rw,bind "$folder" 2>/dev/null || :
  done
  if [ -f /sys/fs/cgroup/cgroup.controllers ] && mkdir -p /sys/fs/cgroup/init 2>/dev/null; then
    # Groups that have both processes and controllers of their own are not allowed: the processes move down.
    while read -r pid; do (echo "$pid" >/sys/fs/cgroup/init/cgroup.procs) 2>/dev/null || :; done </sys/fs/cgroup/cgroup.procs
    sed 's/ / +/g; s/^/+/' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || :
  fi
  mount --make-rshared / 2>/dev/null || :
}

keeper() {
  pid=$(cat /run/slipway-keeper.pid 2>/dev/null) || return 1
  grep -qs keep.sh "/proc/$pid/cmdline" && echo "$pid"
}

# The keeper starts it again, with what is in the files now.
end_engine() {
  pid=$(cat /var/run/docker.pid 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do sleep 1; done
}

start_engine() {
  if with_systemd; then
    systemctl daemon-reload
    systemctl enable --quiet docker slipway-housekeeping.timer
    systemctl start slipway-housekeeping.timer
    if [ "$CHANGED" = 1 ] || ! systemctl is-active --quiet docker; then systemctl restart docker; fi
  elif keeper >/dev/null; then
    if [ "$CHANGED" = 1 ]; then end_engine; fi
  else
    open_container
    (exec setsid sh "$LIB/keep.sh") </dev/null >>/var/log/slipway-engine.log 2>&1 &
    echo $! >/run/slipway-keeper.pid
  fi
  tries=0
  until docker version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 450 ] || engine_log_and_fail
    sleep 0.2 2>/dev/null || sleep 1
  done
}

engine_log_and_fail() {
  if with_systemd; then journalctl -u docker -n 20 --no-pager || :; else tail -n 20 /var/log/slipway-engine.log || :; fi
  fail 'the engine does not answer'
}

# Images come while agents may start already: what is needed first is fetched by whoever needs it.
fetch_images() {
  [ -s "$LIB/images" ] || return 0
  if with_systemd && has systemd-run; then
    systemctl reset-failed slipway-images.service 2>/dev/null || :
    systemd-run --quiet --collect --unit=slipway-images /bin/sh "$LIB/fetch.sh" || say 'images are being fetched already'
  else
    (exec setsid sh "$LIB/fetch.sh") </dev/null >>/var/log/slipway-images.log 2>&1 &
  fi
}

# copy PROGRAM FOLDER: with the libraries that it loads.
copy() {
  cp -L "$(command -v "$1")" "$2/bin/$1"
  for file in $(ldd "$(command -v "$1")" 2>/dev/null | grep -o '/[^ ):]*'); do
    mkdir -p "$2$(dirname "$file")"
    cp -L "$file" "$2$file"
  done
}

# An image of what the host has: nothing is fetched for it.
make_watcher_image() {
  if docker image inspect "$WATCHER_IMAGE" >/dev/null 2>&1; then return 0; fi
  root=$(mktemp -d)
  mkdir -p "$root/bin" "$root/tmp"
  if has busybox; then
    copy busybox "$root"
    for applet in sh wget awk sleep timeout; do ln -s busybox "$root/bin/$applet"; done
  else
    for program in sh curl awk sleep; do copy "$program" "$root"; done
  fi
  cp "$LIB/watch.sh" "$root/watch.sh"
  chmod -R a+rX "$root"
  tar -C "$root" -c . | docker import - "$WATCHER_IMAGE" >/dev/null
  rm -rf "$root"
}

# In the network of the host, where the rules for agents do not hold.
start_watcher() {
  docker rm -f "$WATCHER" >/dev/null 2>&1 || :
  [ "$WATCH" = 1 ] || return 0
  step 'starting the watcher of evictions'
  make_watcher_image
  docker run --detach --name "$WATCHER" --restart always --network host --read-only --user 65534:65534 \
    --cap-drop ALL --security-opt no-new-privileges --memory 64m --pids-limit 32 \
    "$WATCHER_IMAGE" /bin/sh /watch.sh "$MACHINE" >/dev/null
}

# For the engine and for what runs later on its own; PATH as it turned out to be.
write_environment() {
  put 600 "$ETC/environment" <<END
export PATH='$PATH'
PRUNE_AT=$PRUNE_AT PRUNE_TO=$PRUNE_TO
$PROXIES
END
}

main() {
  step "setting up $MACHINE"
  mkdir -p "$ETC/tls" "$LIB"
  chmod 700 "$ETC/tls"
  write_files
  if with_systemd; then write_units; fi
  hook before
  step 'installing what is missing'
  trust may
  install_engine
  trust must
  choose_packet_filter
  # What our rules refuse is refused by messages of which the kernel sends one a second: then each probe would be slow.
  echo 0 2>/dev/null >/proc/sys/net/ipv4/icmp_ratelimit || :
  write_environment
  step 'starting the engine'
  start_engine
  docker volume rm "$MARK" >/dev/null 2>&1 || :
  start_watcher
  hook after
  fetch_images
  docker volume create --label "slipway.machine=$MACHINE" "$MARK" >/dev/null
  step "$MACHINE is ready"
  [ "${1:-}" = stay ] || return 0
  STEP='keeping the engine'
  pid=$(keeper)
  # shellcheck disable=SC2064
  trap "kill -TERM $pid 2>/dev/null" TERM INT
  # A signal ends the wait, not what is waited for.
  while kill -0 "$pid" 2>/dev/null; do wait "$pid" || :; done
}

main "$@"
