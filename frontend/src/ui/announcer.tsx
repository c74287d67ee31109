// Says things: aloud to screen readers (a live region that is always there), and in a short note at the bottom.
import { useSyncExternalStore } from 'react';
import classes from './announcer.module.css';

interface Note {
  id: number;
  text: string;
  tone: 'quiet' | 'error';
  visible: boolean;
}

let note: Note = { id: 0, text: '', tone: 'quiet', visible: false };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: Note) {
  note = next;
  for (const listener of listeners) listener();
}

/** Heard, not seen: for what the screen shows already. */
export function announce(text: string) {
  set({ ...note, id: note.id + 1, text, visible: false });
}

/** Heard and seen, for some seconds. */
export function notify(text: string, tone: Note['tone'] = 'quiet') {
  clearTimeout(timer);
  set({ id: note.id + 1, text, tone, visible: true });
  timer = setTimeout(() => set({ ...note, visible: false }), tone === 'error' ? 8000 : 4000);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const { id, text, tone, visible } = useSyncExternalStore(subscribe, () => note);
  return (
    <>
      <div role="status" aria-live="polite" aria-atomic className={classes.heard}>
        {/* A new key makes the same words be said again. */}
        <span key={id}>{text}</span>
      </div>
      {visible && (
        <div key={id} className={classes.note} data-tone={tone} aria-hidden>
          {text}
        </div>
      )}
    </>
  );
}
