// The access token typed or fetched on this page. It lives as long as the tab.
import { useSyncExternalStore } from 'react';

const key = 'image-manager-graphiql-token';
const listeners = new Set<() => void>();
let token = sessionStorage.getItem(key) ?? '';

export function setToken(next: string): void {
  token = next.trim().replace(/^Bearer\s+/i, '');
  sessionStorage.setItem(key, token);
  for (const listener of listeners) listener();
}

export function getToken(): string {
  return token;
}

export function useToken(): string {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, getToken);
}

export function authorization(): { authorization?: string } {
  return token ? { authorization: `Bearer ${token}` } : {};
}
