"""What the product is made of, as CycloneDX 1.6: `make sbom`. Needs no network.

The lock says which packages; what native libraries they carry in their wheels no lock says, so those are
asked of the wheels themselves: system updates do not touch them, and a weakness in them is ours to notice.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import cv2
import imageio_ffmpeg
import pillow_heif
from PIL import features

LOCK = Path(__file__).resolve().parents[1] / "requirements.txt"


def bundled() -> dict[tuple[str, str], str]:
    """The version of each native library, by its name and the package that carries it."""
    info: dict[str, Any] = pillow_heif.libheif_info()
    version = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-version"], capture_output=True, text=True, check=True
    ).stdout
    built = cv2.getBuildInformation()
    found = {
        ("ffmpeg", "av"): str(av.ffmpeg_version_info),
        ("ffmpeg", "imageio-ffmpeg"): version.split()[2],
        ("libheif", "pillow-heif"): str(info["libheif"]),
        ("libde265", "pillow-heif"): _number(str(info["decoders"].get("libde265", ""))),
    }
    for name in ("avcodec", "avformat"):
        if told := re.search(rf"{name}:\s+YES \(([\d.]+)\)", built):
            found[f"lib{name}", "opencv-python-headless"] = told[1]
    for name in ("jpg", "zlib", "webp", "libjpeg_turbo"):
        if told := features.version(name):
            found[name, "pillow"] = str(told)
    return found


def _number(text: str) -> str:
    told = re.search(r"\d+(\.\d+)+", text)
    return told[0] if told else "unknown"


def made() -> dict[str, Any]:
    """The bill of materials."""
    command = (sys.executable, "-m", "cyclonedx_py", "requirements", "--spec-version", "1.6", "--of", "JSON")
    done = subprocess.run([*command, str(LOCK)], capture_output=True, text=True, check=True)
    bill: dict[str, Any] = json.loads(done.stdout)
    carriers = {each["name"].lower().replace("_", "-"): each["bom-ref"] for each in bill["components"]}
    for (name, carrier), version in bundled().items():
        ref = f"{carrier}/{name}@{version}"
        bill["components"].append(
            {
                "bom-ref": ref,
                "type": "library",
                "name": name,
                "version": version,
                "description": f"Native library inside the wheel of {carrier}.",
                "properties": [{"name": "sixface:carried_by", "value": carrier}],
            }
        )
        bill["dependencies"].append({"ref": ref})
        owner = next(each for each in bill["dependencies"] if each["ref"] == carriers[carrier])
        owner.setdefault("dependsOn", []).append(ref)
    return bill


if __name__ == "__main__":
    json.dump(made(), sys.stdout, indent=2)
