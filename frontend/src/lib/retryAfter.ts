// `Retry-After` (RFC 9110, section 10.2.3): how long a server wants to be left alone.

/** In whole seconds, at least one; null where the header is missing or makes no sense. */
export function retryAfter(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after')?.trim();
  if (!value) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : Math.max(1, seconds);
}
