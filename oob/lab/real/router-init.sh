#!/bin/bash
# router-init.sh NAME FOLDER: process 1 of a router, in namespaces of its own. Its /etc, /run, /root and /var go away with
# its power; FOLDER/NAME.flash, mounted on /etc/frr, stays. The only way in is its serial line.
name=$1 folder=$2
tty=$(readlink -f "$folder/$name.tty")
exec <"$tty" >"$tty" 2>&1
stty sane
printf '\r\nBooting %s ...\n' "$name"

own=$folder/$name.fs
mkdir -p "$own"; mount -t tmpfs none "$own"
cp -a /etc "$own/etc"; mount --bind "$own/etc" /etc
mount --bind "$folder/$name.flash" /etc/frr
useradd --no-create-home --home-dir /root --shell /usr/bin/vtysh --groups frrvty netadmin
chpasswd <"$folder/accounts"  # before /tmp is its own, where the folder may be
for place in /run /root /tmp /var/log /var/tmp /var/lib; do
  mkdir -p "$own$place"; chmod --reference="$place" "$own$place"; mount --bind "$own$place" "$place"
done
install -d -o frr -g frr /run/frr /var/log/frr; mkdir -p /run/lock
hostname "$name"
rm -f /etc/resolv.conf /etc/motd /etc/update-motd.d/*
printf 'nameserver 203.0.113.53\noptions timeout:5 attempts:2\n' >/etc/resolv.conf
printf '127.0.0.1 localhost %s\n' "$name" >/etc/hosts
printf '%s' "$name" | md5sum | cut -c1-32 >/etc/machine-id

for daemon in mgmtd zebra staticd ospfd; do
  [ ! -x /usr/lib/frr/$daemon ] || /usr/lib/frr/$daemon -d -A 127.0.0.1 -P 0 2>/dev/null
done
vtysh -b
printf 'FRR is up\n'
while :; do setsid --wait /sbin/agetty --8bits --local-line --noclear "${tty#/dev/}" 9600 vt100; done
