"""The process that the lab in a virtual machine runs in, spoken to as `oob.lab.service` is.

`python -m oob.lab.vm.service` is started by `oob.lab.control` and by nobody else.
"""

from __future__ import annotations

from oob.lab.real.service import main
from oob.lab.vm.stage import VmStage

if __name__ == "__main__":
    main(VmStage)
