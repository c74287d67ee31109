import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { xhrFetch } from './xhrFetch';

/** An XMLHttpRequest that does what the test says. */
class FakeXhr {
  static last: FakeXhr;
  upload: { onprogress?: (event: Partial<ProgressEvent>) => void; onload?: () => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = '';
  headers = new Map<string, string>();
  opened: string[] = [];
  body: unknown;
  aborted = false;

  constructor() {
    FakeXhr.last = this;
  }
  open(...args: string[]) {
    this.opened = args;
  }
  setRequestHeader(name: string, value: string) {
    this.headers.set(name, value);
  }
  getResponseHeader(name: string) {
    return { 'content-type': 'application/graphql-response+json', 'retry-after': '7' }[name] ?? null;
  }
  send(body: unknown) {
    this.body = body;
  }
  abort() {
    this.aborted = true;
    this.onabort?.();
  }
}

function setup() {
  const controller = new AbortController();
  const onProgress = vi.fn();
  const onSent = vi.fn();
  const fetch = xhrFetch({ signal: controller.signal, onProgress, onSent });
  return { controller, onProgress, onSent, fetch };
}

beforeEach(() => vi.stubGlobal('XMLHttpRequest', FakeXhr));
afterEach(() => vi.unstubAllGlobals());

describe('xhrFetch', () => {
  it('sends method, headers and body, and answers with a Response', async () => {
    const { fetch } = setup();
    const body = new FormData();
    const answer = fetch('/graphql', { method: 'POST', headers: { 'GraphQL-Preflight': '1' }, body });
    const xhr = FakeXhr.last;
    expect(xhr.opened.slice(0, 2)).toEqual(['POST', '/graphql']);
    expect(xhr.headers.get('graphql-preflight')).toBe('1');
    expect(xhr.body).toBe(body);
    xhr.status = 200;
    xhr.responseText = '{"data":{}}';
    xhr.onload?.();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json');
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({ data: {} });
  });

  it('tells how much has gone, and when all of it has', () => {
    const { fetch, onProgress, onSent } = setup();
    void fetch('/graphql', { method: 'POST' });
    const { upload } = FakeXhr.last;
    upload.onprogress?.({ loaded: 25, total: 100, lengthComputable: true });
    upload.onprogress?.({ loaded: 25, total: 0, lengthComputable: false });
    expect(onProgress.mock.calls).toEqual([[0.25]]);
    upload.onload?.();
    expect(onSent).toHaveBeenCalledTimes(1);
  });

  it('fails as fetch does when nobody is reached', async () => {
    const { fetch } = setup();
    const answer = fetch('/graphql');
    FakeXhr.last.onerror?.();
    await expect(answer).rejects.toBeInstanceOf(TypeError);
  });

  it('aborts with its signal', async () => {
    const { fetch, controller } = setup();
    const answer = fetch('/graphql');
    controller.abort();
    expect(FakeXhr.last.aborted).toBe(true);
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expect(fetch('/graphql')).rejects.toMatchObject({ name: 'AbortError' });
  });
});
