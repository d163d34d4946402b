"""Does the policy keep the promises that a run rests on?"""

from commuter import CommuterAccess

import settlement_sim as ss

report = ss.testing.check_policy(CommuterAccess)
print(report)
report.raise_if_failed()
