-- Parts of decoded photos in the private bucket of the cutouts: what one isolate hands on to the next. Idempotent.

update storage.buckets
set allowed_mime_types = array['image/png', 'application/octet-stream']
where id = 'car-cutouts';
