"""Does the job as the Python service did it, with its parameters, at the photo's full size.

python3 pillow_job.py PHOTO MASK_PNG, the mask of the photo's size. Prints as JSON the CPU milliseconds of the whole
process, Pillow's version and the sizes of the files.
"""
import io
import json
import resource
import sys

import PIL
from PIL import Image, ImageFilter, ImageOps


def png(image):
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def with_shadow(image):
    size = (image.width + 40, image.height + 40)
    shadow = Image.new("RGBA", size, (0, 0, 0, 0))
    shadow.paste((0, 0, 0, 128), (20 + 15, 20 + 15), image.getchannel("A"))
    shadow = shadow.filter(ImageFilter.GaussianBlur(15))
    car = Image.new("RGBA", size, (0, 0, 0, 0))
    car.paste(image, (20, 20))
    return Image.alpha_composite(shadow, car)


photo_path, mask_path = sys.argv[1:]
photo = ImageOps.exif_transpose(Image.open(photo_path)).convert("RGB")
sent = io.BytesIO()
photo.save(sent, "PNG")  # the photo for API4.ai

cutout = photo.convert("RGBA")
cutout.putalpha(Image.open(mask_path).convert("L"))
box = cutout.getchannel("A").point(lambda alpha: 255 if alpha > 10 else 0).getbbox()
crop = cutout.crop((
    max(0, box[0] - 50),
    max(0, box[1] - 50),
    min(photo.width, box[2] + 50),
    min(photo.height, box[3] + 50),
))
processed = with_shadow(crop)
files = [
    png(processed),
    png(processed.resize((600, 400), Image.LANCZOS)),
    png(processed.resize((1200, 800), Image.LANCZOS)),
]

used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "firstMs": (used.ru_utime + used.ru_stime) * 1000,
    "version": PIL.__version__,
    "bytes": [len(file) for file in files],
}))
