# bus.sh - a session bus for the test alone, on which nothing else is started:
# source it after lab.sh.
# shellcheck shell=sh

# start_bus: as $bus, its address in the environment.
start_bus()
{
    DBUS_SESSION_BUS_ADDRESS=unix:path=$work/bus
    GSETTINGS_BACKEND=memory
    export DBUS_SESSION_BUS_ADDRESS GSETTINGS_BACKEND
    cat >"$work/bus.conf" <<END
<busconfig>
  <type>session</type>
  <listen>$DBUS_SESSION_BUS_ADDRESS</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
    dbus-daemon --nofork --config-file="$work/bus.conf" >"$work/bus.log" 2>&1 &
    bus=$!
    keep "$bus"
    wait_file "$work/bus" "$bus"
}
