-- Allows the manifest next to each photo's variants, which describes them so that the function does not render them again.
-- Idempotent: adds the type once, and keeps the bucket's other types.
update storage.buckets
set allowed_mime_types = array_append(allowed_mime_types, 'application/json')
where id = 'car-images'
  and allowed_mime_types is not null
  and not ('application/json' = any (allowed_mime_types));
