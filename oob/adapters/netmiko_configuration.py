"""Which command prints the whole configuration, by Netmiko's device types, and who says so.

Only commands that are in use for that purpose are here. Behind a device type stands the source: the model of Oxidized
(`lib/oxidized/model`) that backs such devices up, `netmiko` where Netmiko's own `SHOW_RUN_MAPPER` or the examples of
its tests (`tests/etc/commands.yml.example`) have it, `profile` where a profile of oob's does.
"""

from __future__ import annotations

_KNOWN = {
    "/export": "mikrotik_routeros=routeros",
    "admin display-config": "alcatel_sros=sros nokia_sros=sros",
    "config -g config": "opengear_linux=opengear",
    "configShow": "brocade_fos=netmiko",
    "configuration generate-script module all": "accedian=aen",
    "configuration show": "ciena_saos=saos",
    "display current-configuration": (
        "h3c_comware=profile hp_comware=profile huawei=netmiko huawei_smartax=netmiko huawei_vrp=profile "
        "huawei_vrpv8=profile"
    ),
    "export config to console": "watchguard_fireware=fireware",
    "get config": "juniper_screenos=netmiko",
    "info configure flat": "nokia_isam=isam",
    "info flat": "nokia_srl=profile",
    "running-config-show": "pluribus=netmiko",
    "show": "fortinet=fortios",
    "show config": "yamaha=yamaha",
    "show config current_config": "dlink_ds=netmiko",
    "show config running": "paloalto_panos=profile",
    "show configuration": (
        "aruba_os=aosw checkpoint_gaia=gaiaos ericsson_ipos=netmiko extreme=netmiko extreme_exos=netmiko "
        "hillstone_stoneos=netmiko juniper=profile juniper_junos=profile"
    ),
    "show configuration commands": "brocade_vyos=profile ubiquiti_edgerouter=edgeos vyatta_vyos=profile vyos=profile",
    "show configuration running": "garderos_grs=garderos",
    "show configuration snapshot": "alcatel_aos=netmiko",
    "show ns ns.conf": "netscaler=netscaler",
    "show run-config commands": "cisco_wlc=aireos",
    "show running config": "ciena_saos10=saos10",
    "show running-config": (
        "a10=acos adtran_os=adtran allied_telesis_awplus=awplus apresia_aeos=netmiko arista_eos=profile "
        "aruba_aoscx=profile aruba_osswitch=netmiko aruba_procurve=netmiko audiocode_72=audiocodes avaya_ers=netmiko "
        "avaya_vsp=netmiko brocade_fastiron=fastiron brocade_netiron=netmiko brocade_nos=netmiko brocade_vdx=netmiko "
        "casa_cmts=casa cdot_cros=netmiko centec_os=netmiko cisco_asa=netmiko cisco_ftd=firelinuxos cisco_ios=profile "
        "cisco_nxos=profile cisco_s300=ciscosmb cisco_s500=ciscosmb cisco_viptela=viptela cisco_xe=profile "
        "cisco_xr=profile coriant=coriant8600 dell_dnos9=dnos dell_force10=dnos dell_os10=netmiko dell_os9=dnos "
        "dell_powerconnect=netmiko eltex=eltex enterasys=netmiko extreme_ers=netmiko extreme_netiron=netmiko "
        "extreme_nos=netmiko extreme_slx=netmiko extreme_vdx=netmiko extreme_vsp=netmiko extreme_wing=netmiko "
        "fiberstore_fsos=fsos hp_procurve=netmiko ipinfusion_ocnos=ocnos keymile_nos=netmiko mellanox=mlnxos "
        "mellanox_mlnxos=mlnxos nec_ix=necix netgear_prosafe=netgear oneaccess_oneos=netmiko quanta_mesh=quantaos "
        "raisecom=raisecom raisecom_roap=raisecom raisecom_ros=raisecom ruckus_fastiron=fastiron ruijie_os=netmiko "
        "supermicro_smis=netmiko tplink_jetstream=netmiko ubiquiti_edge=netmiko ubiquiti_edgeswitch=edgeswitch "
        "ubiquiti_unifiswitch=netmiko"
    ),
    "show running-config current": "adva_fsp150f2=adva adva_fsp150f3=adva",
    "show running-configuration": "dell_sonic=enterprisesonic",
    "show runningconfiguration all": "asterfusion_asternos=asternos",
    "tmsh -q list": "f5_linux=tmos",
}
COMMANDS = {word.partition("=")[0]: command for command, said in _KNOWN.items() for word in said.split()}
