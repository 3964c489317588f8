"""Reads image files with Pillow for process_reader.ts, which says what goes in and out."""
import io
import json
import sys
import warnings

try:
    import PIL
    from PIL import Image, ImageCms, ImageOps
except ImportError as error:
    print(json.dumps({"absent": f"Pillow is not installed: {error}"}), flush=True)
    sys.exit(0)

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = 120_000_000
SRGB = ImageCms.createProfile("sRGB")
# The colour spaces of profiles, and the modes of images that they describe.
MODES = {"RGB ": ("RGB", "RGBX"), "GRAY": ("L",), "CMYK": ("CMYK",)}


def eight_bit(image):
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA"):
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def to_srgb(image):
    """Converts by the image's own profile, unless it describes another kind of image."""
    profile = image.info.get("icc_profile")
    image = eight_bit(image)
    alpha = image.getchannel("A") if "A" in image.getbands() and image.mode != "LAB" else None
    color = image.convert({"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode))
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if color.mode in MODES.get(source.profile.xcolor_space, ()):
                color = ImageCms.profileToProfile(color, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    color = color.convert("RGBA")
    if alpha is not None:
        color.putalpha(alpha)
    return color


def scaled(image, width, height):
    if (image.width > image.height) != (width > height):
        width, height = height, width
    if image.size == (width, height):
        return image
    return image.convert("RGBa").resize((width, height), Image.BOX).convert("RGBA")


def read(path, width=None, height=None):
    with Image.open(path) as image:
        kind = image.format
        image.load()
        # Loading turns a TIFF; up to Pillow 10.0, exif_transpose then turns it a second time.
        upright = image if kind == "TIFF" else ImageOps.exif_transpose(image)
    answer = {"width": upright.width, "height": upright.height, "format": kind}
    if width is None:
        return answer, b""
    picture = scaled(to_srgb(upright), width, height)
    return {**answer, "image": {"width": picture.width, "height": picture.height}}, picture.tobytes()


print(json.dumps({"ready": f"Pillow {PIL.__version__}"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer, pixels = read(**request)
    except Exception as error:  # whatever it is, it is this file's
        reason = f"{type(error).__name__}: {error}".replace(f" {request['path']!r}", "")
        answer, pixels = {"refused": reason[:200]}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + pixels)
    sys.stdout.buffer.flush()
