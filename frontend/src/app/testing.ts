// What several tests of this folder need.
import type { Grant } from '../auth/session';

export function grant(accessToken: string): Grant {
  return {
    account: { id: 'user_1', username: 'ada', email: 'ada@example.org', language: 'en' },
    accessToken,
    accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
  };
}
