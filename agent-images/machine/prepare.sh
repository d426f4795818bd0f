#!/bin/sh
# Makes this system the image of machines: with an engine, what it needs, and the images that agents are made of, so that
# a machine is ready sooner. Run it as root on a fresh virtual machine, then capture that. Nothing of one machine is in
# it: its bootstrap finds what is there and adds the rest (key pair, rules for agents, settings of the engine).
#
#   IMAGES='registry.example.com/agent:2 docker:dind' sh prepare.sh

set -eu
IMAGES=${IMAGES:-}
export PATH="$PATH:/usr/sbin:/sbin"

has() { command -v "$1" >/dev/null 2>&1; }
with_systemd() { [ -d /run/systemd/system ]; }
say() { echo "slipway: $*"; }
fail() {
  say "$*"
  exit 1
}

# What follows is the bootstrap's own, to the letter.

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

# So far the bootstrap's own.

# Kept by the image, and found by the engine of each machine.
fetch_images() {
  [ -n "$IMAGES" ] || return 0
  with_systemd || fail 'images can be fetched only where systemd runs the engine'
  systemctl start docker
  for image in $IMAGES; do docker pull -q "$image"; done
  systemctl stop docker.socket docker
}

# What the next machine must not share with this one.
forget_this_machine() {
  rm -rf /var/lib/slipway /etc/slipway
  # The engine's own name, by which it would be taken for this very one.
  rm -f /etc/docker/key.json /var/lib/docker/engine-id
  if has cloud-init; then cloud-init clean --logs; fi
}

install_engine
choose_packet_filter
fetch_images
forget_this_machine
say 'done: capture this system now'
