"""The process that the lab in a virtual machine runs in, with the protocol of `oob.lab.service`.

Only `oob.lab.control` starts `python -m oob.lab.vm.service`.
"""

from __future__ import annotations

from oob.lab.real.service import main
from oob.lab.vm.stage import VmStage

if __name__ == "__main__":
    main(VmStage)
