#!/bin/busybox sh
# The first and only program of the tiny guest: says on the serial console who it is.
/bin/busybox mkdir -p /proc /sys /dev /mnt /sbin
/bin/busybox --install -s /bin
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
exec </dev/ttyS0 >/dev/ttyS0 2>&1

# What a disk holds, by its magic number: this busybox has no blkid.
bytes() { dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null; }
content() {
    [ "$(bytes "$1" 4086 10)" = SWAPSPACE2 ] && echo swap && return
    [ "$(bytes "$1" 1080 2 | od -An -tx1)" = " 53 ef" ] && echo ext && return
    case "$(bytes "$1" 54 3)$(bytes "$1" 82 3)" in *FAT*) echo vfat && return ;; esac
    echo "without a file system"
}

say() { echo "tracenova-guest: $*"; }

for module in $(cat /modules/order); do insmod "/modules/$module"; done
say "kernel $(uname -r)"

tries=0
until drive=$(findfs LABEL=config-2 2>/dev/null) || [ $tries -ge 20 ]; do
    tries=$((tries + 1)); sleep 0.1
done
if [ -n "$drive" ] && mount -o ro -t iso9660 "$drive" /mnt; then
    json=/mnt/openstack/latest/meta_data.json
    entry() { tr ',' '\n' <"$2" | sed -n "s/^[ {]*\"$1\": \"\(.*\)\"}*\$/\1/p" | head -n 1; }
    address=$(entry local-ipv4 /mnt/ec2/latest/meta-data.json)
    say "name $(entry name $json)"
    say "uuid $(entry uuid $json)"
    say "address ${address:-none}"
    say "zone $(entry availability_zone $json)"
    # never the whole file: it holds the administrator's password
    metadata=$(sed -n 's/.*"meta": \({[^}]*}\).*/\1/p' $json)
    say "metadata ${metadata:-none}"
    hostname "$(entry hostname $json)"
else
    say "no config drive"
fi
for card in /sys/class/net/eth*; do
    [ -e "$card" ] || continue
    say "card $(cat "$card/address")"
    ip link set "${card##*/}" up
    [ -z "$address" ] || ip addr add "$address/24" dev "${card##*/}"
done
for disk in /sys/block/vd*; do
    [ -e "$disk" ] || continue
    say "disk ${disk##*/} $(cat "$disk/size") sectors $(content "/dev/${disk##*/}")"
done
# before the last word: who reads it may press the button at once
button=$(grep -A 5 'Power Button' /proc/bus/input/devices | grep -o 'event[0-9]*' | head -n 1)
[ -z "$button" ] || exec 3<"/dev/input/$button"
say "ready"

if [ -n "$button" ]; then
    head -c 1 <&3 >/dev/null
    say "power button"
    poweroff -f
fi
while :; do sleep 3600; done
