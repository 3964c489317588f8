-- The manifest beside each photo's variants, which says what they are: the function finds by it what it need not render
-- again. Can be run again: the type is added once, whatever else the bucket allows.
update storage.buckets
set allowed_mime_types = array_append(allowed_mime_types, 'application/json')
where id = 'car-images'
  and allowed_mime_types is not null
  and not ('application/json' = any (allowed_mime_types));
