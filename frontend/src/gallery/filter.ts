// What the gallery is narrowed down to: in the URL, in the API, and in words.
import type { AnalysisStatus, ImageFilter } from '../gql/graphql';
import { formatDay, formatType } from '../lib/format';
import { mergeTags, splitTags, tagsProblem } from '../lib/tags';
import type { OrderSearch } from './order';
import { parseOrder } from './order';

/** The API takes at most that many tags at once. */
export const maxFilterTags = 10;

export const fileTypes = ['jpeg', 'png', 'gif', 'webp'] as const;
export type FileType = (typeof fileTypes)[number];

export const progresses = {
  pending: { label: 'In progress', is: ['QUEUED', 'RUNNING'] },
  done: { label: 'Done', is: ['COMPLETED'] },
  failed: { label: 'Failed', is: ['FAILED', 'CANCELED'] },
} as const satisfies Record<string, { label: string; is: readonly AnalysisStatus[] }>;
export type Progress = keyof typeof progresses;

/** As it stands in the URL. Days are `2026-11-20`, in the viewer's own time zone, and both ends belong to the range. */
export interface FilterSearch {
  favorite?: true;
  tag?: string[];
  type?: FileType[];
  taken_from?: string;
  taken_to?: string;
  uploaded_from?: string;
  uploaded_to?: string;
  alt?: 'with' | 'without';
  analysis?: Progress[];
}

export type GallerySearch = OrderSearch & FilterSearch;

type Raw = Record<string, unknown>;

/** What is no filter is left out, and the rest put into one form: the same choice is the same list to the cache. */
export function parseFilter(search: Raw): FilterSearch {
  const tags = mergeTags([], strings(search.tag).flatMap(splitTags)).filter((tag) => tagsProblem([tag]) === null);
  const wanted = strings(search.type).map((type) => type.toLowerCase());
  const type = fileTypes.filter((one) => wanted.includes(one));
  const analysis = (Object.keys(progresses) as Progress[]).filter((one) => strings(search.analysis).includes(one));
  const alt = search.alt === 'with' || search.alt === 'without' ? search.alt : undefined;
  return {
    ...(search.favorite === true || search.favorite === 'true' || search.favorite === '1' ? { favorite: true } : {}),
    ...(tags.length > 0 ? { tag: tags.slice(0, maxFilterTags) } : {}),
    // All of them is no filter.
    ...(type.length > 0 && type.length < fileTypes.length ? { type } : {}),
    ...range('taken', search),
    ...range('uploaded', search),
    ...(alt ? { alt } : {}),
    ...(analysis.length > 0 ? { analysis } : {}),
  };
}

export function parseGallerySearch(search: Raw): GallerySearch {
  return { ...parseOrder(search), ...parseFilter(search) };
}

function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

function range(name: 'taken' | 'uploaded', search: Raw): FilterSearch {
  let from = day(search[`${name}_from`]);
  let to = day(search[`${name}_to`]);
  if (from && to && from > to) [from, to] = [to, from];
  return { ...(from ? { [`${name}_from`]: from } : {}), ...(to ? { [`${name}_to`]: to } : {}) };
}

function day(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[12]\d{3}-\d\d-\d\d$/.test(value)) return undefined;
  const date = new Date(`${value}T00:00:00Z`);
  // The 31st of February is the 3rd of March to some browsers.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? value : undefined;
}

/** Midnight of the viewer, `days` later. */
function midnight(of: string, days = 0): string {
  const [year = 0, month = 1, date = 1] = of.split('-').map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}

/** Undefined where nothing is filtered, so that the cache has one list of everything. */
export function toImageFilter({ favorite, tag, type, alt, analysis, ...days }: FilterSearch): ImageFilter | undefined {
  const filter: ImageFilter = {
    ...(tag ? { tags: tag } : {}),
    ...(favorite ? { favorite } : {}),
    ...(type ? { contentTypes: type.map((one) => `image/${one}`) } : {}),
    ...(days.uploaded_from ? { uploadedAfter: midnight(days.uploaded_from) } : {}),
    ...(days.uploaded_to ? { uploadedBefore: midnight(days.uploaded_to, 1) } : {}),
    ...(days.taken_from ? { takenAfter: midnight(days.taken_from) } : {}),
    ...(days.taken_to ? { takenBefore: midnight(days.taken_to, 1) } : {}),
    ...(alt ? { hasAltText: alt === 'with' } : {}),
    ...(analysis ? { analysisStatus: analysis.flatMap((one) => [...progresses[one].is]) } : {}),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

/** One choice of the filter, in words, and the filter without it. */
export interface Choice {
  key: string;
  label: string;
  rest: FilterSearch;
}

export function choicesOf(filter: FilterSearch): Choice[] {
  const choices: Choice[] = [];
  const put = (key: string, label: string, without: FilterSearch) => choices.push({ key, label, rest: parseFilter({ ...filter, ...without }) });
  const list = <Name extends 'tag' | 'type' | 'analysis'>(name: Name, label: (one: string) => string) => {
    const all: readonly string[] = filter[name] ?? [];
    for (const one of all) put(`${name}:${one}`, label(one), { [name]: all.filter((other) => other !== one) });
  };

  if (filter.favorite) put('favorite', 'Favorites', { favorite: undefined });
  list('tag', (tag) => `#${tag}`);
  list('type', (type) => formatType(`image/${type}`));
  for (const name of ['taken', 'uploaded'] as const) {
    const [from, to] = [filter[`${name}_from`], filter[`${name}_to`]];
    if (from || to) put(name, `${name === 'taken' ? 'Taken' : 'Uploaded'} ${spell(from, to)}`, { [`${name}_from`]: undefined, [`${name}_to`]: undefined });
  }
  if (filter.alt) put('alt', filter.alt === 'with' ? 'With alt text' : 'Without alt text', { alt: undefined });
  list('analysis', (one) => `Description: ${progresses[one as Progress].label.toLowerCase()}`);
  return choices;
}

function spell(from: string | undefined, to: string | undefined): string {
  if (from && to) return from === to ? `on ${formatDay(from)}` : `${formatDay(from)} – ${formatDay(to)}`;
  return from ? `since ${formatDay(from)}` : `until ${formatDay(to ?? '')}`;
}
