// What a picture is called on screen, and what a screen reader says in its place.

export function pictureName(image: { title: string | null; filename: string }): string {
  return image.title || image.filename;
}

/** An empty alt text is a decision ("decorative"), so only null falls through. */
export function pictureAlt(image: { altText: string | null; description: string | null; filename: string }): string {
  return image.altText ?? image.description ?? image.filename;
}
