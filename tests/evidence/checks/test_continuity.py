from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from evidence.check import Ending
from evidence.checks.continuity import Continuity
from evidence.model import Outcome
from tests.evidence.fakes import HEIGHT, WIDTH, FakeAlbum, World, film, outcomes, watched

REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "video"
RATE = 30.0


def found(pictures, *, album=None, **options):
    return watched(Continuity(), film(pictures, **options), album=album)


def events(findings, code):
    return [f for f in findings if f.code == code]


def near(finding, second, within=0.25):
    return any(
        s.start.total_seconds() - within <= second <= s.end.total_seconds() + within
        for s in finding.when.spans
    )


@pytest.fixture(scope="module")
def world():
    return World(7)


@pytest.fixture(scope="module")
def take(world):
    return world.take(150)


def test_an_uncut_take_passes_and_says_no_more_than_that_no_cut_was_found(take):
    (finding,) = found(take)
    assert (finding.code, finding.outcome) == ("continuity.take", Outcome.PASS)
    assert "was found in 150 pictures" in finding.says


def test_a_film_cut_against_another_fails_at_the_join_and_shows_both_sides(take):
    album = FakeAlbum()
    findings = found(take[:60] + World(8).take(60), album=album)
    (cut,) = findings
    assert (cut.code, cut.outcome) == ("continuity.cut", Outcome.FAIL)
    assert near(cut, 60 / RATE, within=0.04)
    assert [album.kept[digest][0] for digest in cut.stills] == ["before", "after"]
    score = cut.measures[0]
    assert score.name == "score"
    assert score.value > score.limit


def test_seconds_taken_out_of_a_drifting_take_are_found(take):
    findings = found(take[:50] + take[110:])
    assert near(events(findings, "continuity.cut")[0], 50 / RATE)


def test_a_clip_put_in_is_found_at_both_ends(take):
    findings = found(take[:50] + World(9).take(30) + take[50:])
    ends = events(findings, "continuity.cut")
    assert len(ends) == 2
    assert near(ends[0], 50 / RATE)
    assert near(ends[1], 80 / RATE)


def test_a_part_that_changes_in_one_step_is_unsure_and_never_a_fail(take):
    changed = [p.copy() for p in take]
    for picture in changed[70:]:
        cv2.circle(picture, (60, 60), 22, 235, -1)
    findings = found(changed)
    assert outcomes(findings) == {"continuity.cut": "unsure"}


def test_a_flash_is_no_cut(take):
    lit = list(take)
    for i in (70, 71):
        lit[i] = np.clip(lit[i].astype(np.float32) * 1.5 + 40, 0, 255).astype(np.uint8)
    assert "fail" not in outcomes(found(lit)).values()


def test_a_lamp_switched_on_is_no_cut(take):
    lit = [
        p if i < 70 else np.clip((p / 255.0) ** 0.7 * 255, 0, 255).astype(np.uint8)
        for i, p in enumerate(take)
    ]
    assert outcomes(found(lit)) == {"continuity.take": "pass"}


def test_a_whip_pan_is_no_fail(world, take):
    pan = [cv2.blur(world.seen(200 + 30 * i, 120), (31, 1)) for i in range(10)]
    back = [cv2.blur(world.seen(200 + 30 * i, 120), (31, 1)) for i in range(10, 0, -1)]
    turned = found(take[:60] + pan + back + take[60:])
    assert outcomes(turned) == {"continuity.cut": "unsure"}
    (finding,) = (f for f in turned if "too fast to follow" in f.says)
    assert 1.8 <= finding.when.spans[0].start.total_seconds() <= 2.2


def test_a_hand_that_sweeps_over_the_lens_is_no_fail(take):
    covered = [p.copy() for p in take]
    for i, share in enumerate([0.3, 0.6, 0.9, *[1.0] * 12, 0.9, 0.6, 0.3]):
        covered[60 + i][:, : int(share * WIDTH)] = 70
    assert "fail" not in outcomes(found(covered)).values()


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_a_freeze_in_a_live_film_fails(world, noise):
    take = world.take(120, noise=noise)
    (freeze,) = found(take[:50] + [take[50]] * 45 + take[51:])
    assert (freeze.code, freeze.outcome) == ("continuity.freeze", Outcome.FAIL)
    assert near(freeze, 2.0)
    assert freeze.measures[0].value == pytest.approx(1.5, abs=0.1)


def test_half_a_second_without_change_is_no_freeze(take):
    assert events(found(take[:50] + [take[50]] * 15 + take[51:]), "continuity.freeze") == []


def test_a_still_scene_whose_pictures_repeat_anyway_is_no_freeze(world):
    scene = [world.seen(200, 120) for _ in range(4)]
    pictures = [scene[i // 40 % 4] for i in range(240)]
    findings = found(pictures)
    assert outcomes(findings) == {"continuity.take": "pass"}


def test_a_photo_made_into_a_film_is_unsure(world):
    findings = found([world.seen(200, 120)] * 120)
    assert outcomes(findings) == {"continuity.freeze": "unsure"}


def test_black_that_comes_and_goes_in_one_step_fails(take):
    dark = np.zeros((HEIGHT, WIDTH), np.uint8)
    (black,) = found(take[:60] + [dark] * 15 + take[60:])
    assert (black.code, black.outcome) == ("continuity.black", Outcome.FAIL)
    assert black.when.spans[0].start == timedelta(seconds=2)
    assert black.when.spans[0].length == timedelta(seconds=0.5)


def test_black_that_comes_slowly_is_unsure(take):
    dark = np.zeros((HEIGHT, WIDTH), np.uint8)
    fading = [(take[60] * share).astype(np.uint8) for share in (0.8, 0.6, 0.4, 0.2)]
    findings = found(take[:60] + fading + [dark] * 15 + fading[::-1] + take[60:])
    assert [f.outcome for f in events(findings, "continuity.black")] == [Outcome.UNSURE]


def test_a_film_that_begins_and_ends_in_the_dark_is_not_cut_there(take):
    dark = np.zeros((HEIGHT, WIDTH), np.uint8)
    assert events(found([dark] * 15 + take + [dark] * 15), "continuity.black") == []


@pytest.mark.parametrize(("missing", "outcome"), [(6, Outcome.UNSURE), (45, Outcome.FAIL)])
def test_a_pause_between_two_pictures_is_a_gap(take, missing, outcome):
    stamps = [(i if i < 80 else i + missing) / RATE for i in range(len(take))]
    (gap,) = found(take, stamps=stamps)
    assert (gap.code, gap.outcome) == ("continuity.gap", outcome)
    assert near(gap, 79 / RATE)
    assert gap.measures[0].value == pytest.approx(missing + 1, rel=0.02)


def test_a_recorder_that_stumbles_in_dim_light_leaves_no_gap(take):
    random = np.random.default_rng(3)
    steps = np.clip(random.normal(1 / 18, 0.012, len(take)), 1 / 60, 1 / 8)
    steps[::17] *= 2.5
    assert events(found(take, stamps=np.cumsum(steps)), "continuity.gap") == []


def test_pulsing_key_frames_are_no_cuts(world):
    still = world.seen(200, 120, noise=0)
    soft = cv2.GaussianBlur(still, (0, 0), 2)
    pictures = []
    for i in range(240):  # sharp after each key frame, softer and softer until the next
        share = min(1.0, (i % 30) / 25)
        pictures.append(np.clip(still * (1 - share) + soft * share, 0, 255).astype(np.uint8))
    assert outcomes(found(pictures, keys=30)) == {"continuity.take": "pass"}


def test_time_that_runs_backwards_is_a_trace_of_joining(take):
    stamps = [(i if i < 80 else i - 20) / RATE for i in range(len(take))]
    findings = found(take, stamps=stamps)
    assert outcomes(findings)["continuity.splice"] == "unsure"


def test_a_picture_that_changes_its_size_is_a_trace_of_joining(take):
    small = [cv2.resize(p, (160, 120)) for p in take[:40]]
    assert outcomes(found(take[:60] + small))["continuity.splice"] == "unsure"


@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_too_few_pictures_are_unsure(take, count):
    ending = Ending(frames=count, duration=timedelta(seconds=count / RATE))
    (finding,) = watched(Continuity(), film(take[:count]), ending=ending)
    assert (finding.code, finding.outcome) == ("continuity.take", Outcome.UNSURE)


def test_a_film_of_nothing_but_cuts_gives_a_bounded_list():
    worlds = [World(seed, width=64, height=48) for seed in range(4)]
    pictures = [worlds[i // 9 % 4].seen(40 + i % 9, 30) for i in range(9 * 120)]
    findings = found(pictures)
    assert 0 < len(findings) <= 64


def test_a_portrait_film_is_looked_at_like_any_other(take):
    turned = [np.ascontiguousarray(np.rot90(p)) for p in take]
    other = [np.ascontiguousarray(np.rot90(p)) for p in World(8).take(60)]
    assert outcomes(found(turned)) == {"continuity.take": "pass"}
    assert outcomes(found(turned[:60] + other)) == {"continuity.cut": "fail"}


@pytest.mark.parametrize("name", ["arjs_magic-book.mp4", "iphone6_game_box.mov", "sam2_03_blocks.mp4"])
def test_real_one_take_films_are_not_called_cut(name, real_film):
    if not REAL.is_dir():
        pytest.skip(f"{REAL} is not here: the real films are not part of the project")
    with real_film(REAL / name) as (media, frames):
        observer = Continuity().start(media, FakeAlbum())
        for frame in frames:
            observer.see(frame)
        findings = list(observer.conclude(Ending(duration=frame.at)))
    assert outcomes(findings) == {"continuity.take": "pass"}


def test_a_stretch_that_runs_backwards_has_its_own_code(world):
    take = world.take(150)
    (reverse,) = found(take[:50] + take[50:100][::-1] + take[100:])
    assert (reverse.code, reverse.outcome) == ("continuity.reverse", Outcome.FAIL)
    assert reverse.when.spans[0].start.total_seconds() == pytest.approx(50 / RATE, abs=0.05)
    assert reverse.when.spans[0].end.total_seconds() == pytest.approx(99 / RATE, abs=0.05)


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_another_speed_is_doubted_by_its_rhythm(world, factor):
    take = world.take(210)
    quick = [take[int(60 + n * factor)] for n in range(int(80 / factor))]
    (speed,) = found(take[:60] + quick + take[140:])
    assert (speed.code, speed.outcome) == ("continuity.speed", Outcome.UNSURE)
    assert near(speed, 60 / RATE, within=0.4)


def test_a_recorder_that_changes_its_pace_has_no_other_speed(take):
    random = np.random.default_rng(3)
    steps = np.clip(random.normal(1 / 24, 0.008, len(take)), 1 / 60, 1 / 8)
    assert outcomes(found(take, stamps=np.cumsum(steps))) == {"continuity.take": "pass"}
