/**
 * ImageMagick's own security policy, which holds for all callers.
 *
 * It refuses everything except the input types, the two output types that ImageMagick writes (libwebp writes WebP), and
 * the raw pixels that they are written from. The last rule that matches a coder counts.
 */
export const MAGICK_POLICY = `<?xml version="1.0" encoding="UTF-8"?>
<policymap>
  <!-- stops SVG, MVG, MSL, PDF, PS, TEXT and 260 other types, which read files, addresses and scripts -->
  <policy domain="coder" rights="none" pattern="*"/>
  <policy domain="coder" rights="read" pattern="{RGBA,WEBP,HEIC,AVIF,TIFF,BMP,GIF}"/>
  <policy domain="coder" rights="read | write" pattern="{JPEG,PNG}"/>
  <!-- stops commands that are run for a type of file -->
  <policy domain="delegate" rights="none" pattern="*"/>
  <policy domain="filter" rights="none" pattern="*"/>
  <!-- stops names that stand for the contents of a file, or for a command -->
  <policy domain="path" rights="none" pattern="@*"/>
  <policy domain="path" rights="none" pattern="|*"/>
</policymap>
`;
