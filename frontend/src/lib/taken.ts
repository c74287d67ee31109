// When a picture was taken, as people want to read it: by the clock of the place where it was, if the file tells.

interface Taken {
  takenAt: string | null;
  exif: { takenAtLocal: string | null; utcOffset: string | null } | null;
}

export interface TakenWords {
  text: string;
  /** False: the owner's word. */
  fromFile: boolean;
  /** For `<input type="datetime-local">`: the same clock. */
  input: string;
}

/** Null: nobody says. */
export function takenWords({ takenAt, exif }: Taken, locale?: string): TakenWords | null {
  if (takenAt === null) return null;
  const wall = wallClock(exif?.takenAtLocal);
  const offset = exif?.utcOffset ?? null;
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
  // Without an offset the server takes the camera's clock for UTC.
  if (wall && Math.abs(Date.parse(`${wall}${offset ?? 'Z'}`) - Date.parse(takenAt)) < 1000) {
    const text = new Date(`${wall}Z`).toLocaleString(locale, { ...style, timeZone: 'UTC' });
    return { text: offset ? `${text} (UTC${offset === 'Z' ? '' : offset})` : text, fromFile: true, input: wall };
  }
  return { text: new Date(takenAt).toLocaleString(locale, style), fromFile: false, input: localInput(takenAt) };
}

/** `2026-11-20T09:30:00`, whichever way the camera wrote it. */
function wallClock(text: string | null | undefined): string | null {
  const [, year, month, day, time] = /^(\d{4})[-:](\d\d)[-:](\d\d)[T ](\d\d:\d\d:\d\d)/.exec(text ?? '') ?? [];
  return time ? `${year}-${month}-${day}T${time}` : null;
}

/** By the viewer's clock. */
function localInput(instant: string): string {
  const date = new Date(instant);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
