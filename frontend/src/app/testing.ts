// What several tests of this folder need.
import type { Grant } from '../auth/session';

export function grant(accessToken: string): Grant {
  return {
    account: { id: 'user_1', username: 'ada', email: 'ada@example.org', language: 'en' },
    accessToken,
    accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
  };
}

const rendition = { __typename: 'Rendition', url: '/media/x', width: 1, expiresAt: new Date(Date.now() + 1e8).toISOString() };

/** A picture as lists bring it. */
export function image(number: number, part: Record<string, unknown> = {}) {
  return {
    __typename: 'Image',
    id: `image_${number}`,
    filename: `${number}.png`,
    title: null,
    description: null,
    altText: null,
    texts: [],
    contentType: 'image/png',
    favorite: false,
    tags: [] as string[],
    takenAt: null as string | null,
    width: 1,
    height: 1,
    thumbhash: '',
    byteSize: number * 10,
    uploadedAt: new Date(number * 1000).toISOString(),
    w256: rendition,
    w400: rendition,
    w640: rendition,
    w1024: rendition,
    w1600: rendition,
    latestAnalysis: null as { status: string } | null,
    ...part,
  };
}
