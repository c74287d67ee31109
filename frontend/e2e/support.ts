// What the specs share: pictures made on the spot, accounts of their own, dropping files, and the accessibility check.
import { crc32, deflateSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

export const password = 'five plain words in a row';

export interface TestFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A PNG of soft stripes; `seed` makes its bytes its own. */
export function png(name: string, width: number, height: number, seed: number): TestFile {
  const rows: Buffer[] = [];
  for (let y = 0; y < height; y += 1) {
    const row = Buffer.alloc(1 + width * 3);
    for (let x = 0; x < width; x += 1) {
      // Odd steps: no two seeds below 256 give the same.
      row[1 + x * 3] = (x + seed * 41) % 256;
      row[2 + x * 3] = (y + seed * 81) % 256;
      row[3 + x * 3] = (x + y + seed * 121) % 256;
    }
    rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  const buffer = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { name, mimeType: 'image/png', buffer };
}

/** A PNG that is larger than the grid and the picture's page show it. */
export const landscape = (seed: number) => png(`large-${seed}.png`, 1800, 1200, seed);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

export function textNamedPng(name: string): TestFile {
  return { name, mimeType: 'image/png', buffer: Buffer.from('These are words, whatever the name says.\n'.repeat(8)) };
}

let accounts = 0;

export function newName(): string {
  accounts += 1;
  return `e2e_${Date.now().toString(36)}_${accounts}`;
}

/** Registers through the form, and is in the empty library then. */
export async function register(page: Page, username = newName()): Promise<string> {
  await page.goto('/register');
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('E-mail').fill(`${username}@example.org`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Your library is empty' })).toBeVisible();
  return username;
}

export async function login(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

export async function logout(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
}

/** As from a file manager: over the window, then let go. */
export async function drop(page: Page, files: readonly TestFile[]): Promise<void> {
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, mimeType, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: mimeType }));
    }
    return transfer;
  }, files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') })));
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
  await expect(page.getByText('Drop to upload')).toBeVisible();
  await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  await expect(page.getByText('Drop to upload')).toBeHidden();
}

/** Through the file picker of the header. */
export async function pick(page: Page, files: readonly TestFile[]): Promise<void> {
  await page.locator('header input[type="file"]').setInputFiles([...files]);
}

export function cards(page: Page) {
  return page.getByRole('list', { name: 'Pictures' }).getByRole('listitem');
}

export interface Shown {
  /** As drawn. */
  width: number;
  /** What `sizes` says: by that the browser reckons how wide a file is by nature. */
  said: number;
  offered: number[];
  file: string;
}

/** The pictures that a selector finds, once all of them are there. */
export async function shown(page: Page, selector: string): Promise<Shown[]> {
  const isThere = (all: string) => {
    const images = [...document.querySelectorAll<HTMLImageElement>(all)];
    return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
  };
  await expect.poll(() => page.evaluate(isThere, selector)).toBe(true);
  return page.evaluate(
    (all) =>
      [...document.querySelectorAll<HTMLImageElement>(all)].map((image) => ({
        // With the ends that are cut off of a panorama.
        width: Math.max(image.clientWidth, (image.clientHeight * Number(image.getAttribute('width'))) / Number(image.getAttribute('height'))),
        said: image.naturalWidth,
        offered: image.srcset.split(', ').map((one) => Number.parseInt(one.split(' ')[1] ?? '', 10)),
        file: image.currentSrc,
      })),
    selector,
  );
}

/** Holds media requests back until they are let go, or answers them with a status. */
export async function media(page: Page, answer: 'hold' | number) {
  let letGo = () => {};
  const gate = new Promise<void>((done) => {
    letGo = done;
  });
  await page.route('**/media/**', async (route) => {
    if (answer !== 'hold') return route.fulfill({ status: answer, body: 'No.' });
    await gate;
    return route.fallback();
  });
  return letGo;
}

export async function expectAccessible(page: Page, exclude: readonly string[] = []): Promise<void> {
  let builder = new AxeBuilder({ page });
  for (const selector of exclude) builder = builder.exclude(selector);
  const { violations } = await builder.analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { content, room } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(room);
}
