// A `fetch` made of XMLHttpRequest, for the one thing fetch cannot do: say how much of the body has gone.

interface Hooks {
  signal: AbortSignal;
  onProgress: (progress: number) => void;
  onSent: () => void;
}

/** `TypeError` where fetch would throw one, so that callers need not know the difference. */
export function xhrFetch({ signal, onProgress, onSent }: Hooks): typeof fetch {
  return (input, init) =>
    new Promise<Response>((resolve, reject) => {
      if (signal.aborted) {
        reject(new DOMException('Canceled.', 'AbortError'));
        return;
      }
      const xhr = new XMLHttpRequest();
      const stop = () => xhr.abort();
      const settle = (action: () => void) => () => {
        signal.removeEventListener('abort', stop);
        action();
      };

      xhr.open(init?.method ?? 'GET', input instanceof Request ? input.url : String(input));
      new Headers(init?.headers).forEach((value, name) => xhr.setRequestHeader(name, value));
      xhr.upload.onprogress = ({ loaded, total, lengthComputable }) => {
        if (lengthComputable && total > 0) onProgress(loaded / total);
      };
      xhr.upload.onload = onSent;
      xhr.onload = settle(() => {
        const headers = new Headers({ 'content-type': xhr.getResponseHeader('content-type') ?? 'application/json' });
        const wait = xhr.getResponseHeader('retry-after');
        if (wait) headers.set('retry-after', wait);
        resolve(new Response(xhr.responseText, { status: xhr.status, headers }));
      });
      xhr.onerror = settle(() => reject(new TypeError('Network request failed.')));
      xhr.ontimeout = xhr.onerror;
      xhr.onabort = settle(() => reject(new DOMException('Canceled.', 'AbortError')));
      signal.addEventListener('abort', stop);
      xhr.send(init?.body as XMLHttpRequestBodyInit | null | undefined);
    });
}
