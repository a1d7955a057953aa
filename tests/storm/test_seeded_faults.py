"""The faults that must make the storm fail still fit the code."""

import pytest

from tests.proofs.copying import REPOSITORY
from tests.storm.crossing import Boundary
from tests.storm.references import HANGING, REFERENCES
from tests.storm.seeded_faults import Fault, faults


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.fault)
def test_a_seeded_fault_fits_one_place_and_names_a_part_of_the_storm(fault: Fault) -> None:
    # given a fault, its file and the arguments of its storm
    text = (REPOSITORY / fault.file).read_text(encoding="utf-8")
    words = dict(zip(fault.storm, fault.storm[1:], strict=False))

    # then it is one change, and the storm that it names can be played
    assert text.count(fault.old) == 1
    assert words["--only"] in {one.name for one in (*REFERENCES, HANGING)}
    Boundary.parse(words["--boundary"])
