"""The contributors' page on Rehearsal."""

import pytest

from app.rehearsal.control.routes import CONTROLS
from app.rehearsal.reference_page import with_printed_part
from tests.given.rehearsal import REPOSITORY


def test_the_page_prints_controls_methods_and_faults_as_the_code_has_them() -> None:
    # given
    page = (REPOSITORY / "docs" / "contributors" / "rehearsal.md").read_text(encoding="utf-8")
    # when
    fresh = with_printed_part(page)
    # then
    assert page == fresh, "print it again: python -m app.rehearsal.reference_page docs/contributors/rehearsal.md"


def test_a_page_without_markers_is_refused() -> None:
    # given / when / then
    with pytest.raises(ValueError, match="needs the markers"):
        with_printed_part("# Rehearsal")


def test_every_control_is_documented_and_has_a_path_of_its_own() -> None:
    # given / when
    paths = [(http_method, path) for http_method, path, _ in CONTROLS]
    # then
    assert len(paths) == len(set(paths))
    assert all(control.__doc__ for _, _, control in CONTROLS)
