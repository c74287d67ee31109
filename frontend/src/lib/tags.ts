// Tags as people type them. Two that differ only in case are one; which of the two stays is the first.

export const maxTags = 100;
/** In characters, as people count them. */
export const maxTagLength = 50;

const keyOf = (tag: string) => tag.toLowerCase();

export function sameTag(one: string, other: string): boolean {
  return keyOf(one) === keyOf(other);
}

/** What was typed or pasted, at its commas and line ends. */
export function splitTags(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((tag) => tag.trim().replace(/\s+/g, ' '))
    .filter((tag) => tag !== '');
}

export function mergeTags(tags: readonly string[], more: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const tag of [...tags, ...more]) if (!merged.has(keyOf(tag))) merged.set(keyOf(tag), tag);
  return [...merged.values()];
}

/** Why these cannot be tags of one picture; null when they can. */
export function tagsProblem(tags: readonly string[], most = maxTags): string | null {
  const long = tags.find((tag) => [...tag].length > maxTagLength);
  if (long !== undefined) return `A tag can have at most ${maxTagLength} characters.`;
  return tags.length > most ? `There can be at most ${most} tags.` : null;
}
