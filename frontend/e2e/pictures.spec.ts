// How pictures come to the screen: the file that fits, without a jump, and what is said of one that does not come.
import { expect, test } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { cards, expectAccessible, pick, png, register } from './support';

/** "640x427.jpg" of a media URL. */
const fileOf = (url: string) => /\/([^/?]+)\?/.exec(url)?.[1] ?? '';
const widthOf = (url: string) => Number.parseInt(fileOf(url), 10);

interface Shown {
  /** As drawn. */
  width: number;
  /** What `sizes` says: by that the browser reckons how wide a file is by nature. */
  said: number;
  offered: number[];
  file: string;
}

async function shown(page: Page, selector: string): Promise<Shown[]> {
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

/** The same account on another screen, with an empty cache. */
async function onScreen(browser: Browser, page: Page, options: { width: number; height: number; scale: number }): Promise<Page> {
  const { width, height, scale } = options;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, storageState: await page.context().storageState() });
  const other = await context.newPage();
  await other.goto(new URL('/', page.url()).href);
  return other;
}

const landscape = (seed: number) => png(`large-${seed}.png`, 1800, 1200, seed);

test('each screen fetches the files that it shows, and no larger ones', async ({ page, browser }) => {
  await register(page);
  await pick(page, [landscape(1), landscape(2), png('small.png', 300, 200, 3), png('panorama.png', 2000, 300, 4)]);
  await expect(page.getByRole('heading', { name: '4 pictures uploaded' })).toBeVisible();
  let at = page;
  for (const screen of [{ width: 1280, height: 860, scale: 1 }, { width: 390, height: 844, scale: 2 }]) {
    at = await onScreen(browser, at, screen);
    await expect(cards(at)).toHaveCount(4);
    for (const { width, said, offered, file } of await shown(at, '[role=listitem] img')) {
      expect(Math.abs(said - width), file).toBeLessThanOrEqual(4);
      const wanted = said * screen.scale;
      const enough = offered.filter((one) => one >= wanted);
      expect(widthOf(file)).toBe(enough[0] ?? Math.max(...offered));
    }
    // No file larger than the picture is offered twice.
    await expect(at.getByRole('link', { name: 'small.png' }).locator('img')).toHaveAttribute('srcset', /^\S+ 256w, \S+ 300w$/);
  }
});

test('the picture’s page tells the browser how wide the picture is, on every screen', async ({ page, browser }) => {
  await register(page);
  await pick(page, [png('wide.png', 1800, 1200, 1), png('tall.png', 1200, 1800, 2), png('small.png', 300, 200, 3)]);
  await expect(page.getByRole('heading', { name: '3 pictures uploaded' })).toBeVisible();
  let at = page;
  for (const screen of [{ width: 1280, height: 860, scale: 1 }, { width: 820, height: 1100, scale: 1 }, { width: 390, height: 844, scale: 2 }]) {
    at = await onScreen(browser, at, screen);
    for (const name of ['wide.png', 'tall.png', 'small.png']) {
      await at.getByRole('link', { name }).click();
      const [stage] = await shown(at, 'main img');
      expect(Math.abs((stage?.said ?? 0) - (stage?.width ?? 0)), `${name} at ${screen.width}`).toBeLessThanOrEqual(1);
      await at.getByRole('button', { name: 'Back to your pictures' }).click();
    }
  }
});

/** Layout shift from the first paint on, as browsers reckon it. */
async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
        if (!entry.hadRecentInput) shifts.push(`${entry.value} ${entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 120) : '')).join(' ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

for (const [name, viewport] of [['a desktop', { width: 1280, height: 860 }], ['a phone', { width: 390, height: 844 }]] as const) {
  test(`nothing moves while pictures come: ${name}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await register(page);
    await pick(page, Array.from({ length: 30 }, (_, index) => png(`n${index}.png`, 300 + 40 * (index % 7), 200 + 60 * (index % 5), index)));
    await expect(page.getByRole('heading', { name: '30 pictures uploaded' })).toBeVisible({ timeout: 30_000 });
    const shifts = await watchShifts(page);
    await page.goto('/');
    await expect(cards(page)).toHaveCount(30);
    await shown(page, '[role=listitem]:nth-child(-n+8) img');
    await page.mouse.move(200, 500);
    await page.mouse.wheel(0, 1500);
    await shown(page, '[role=listitem] img');
    expect(await shifts()).toEqual([]);
    const address = await cards(page).first().getByRole('link').getAttribute('href');
    await page.goto(address ?? '');
    await shown(page, 'main img');
    await expect(page.getByRole('heading', { name: 'Facts' })).toBeVisible();
    expect(await shifts()).toEqual([]);
  });
}

/** Holds media requests back until they are let go, or answers them with a status. */
async function media(page: Page, answer: 'hold' | number) {
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

test('the ThumbHash is there until the picture is', async ({ page }) => {
  await register(page);
  await pick(page, [landscape(1)]);
  await expect(page.getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
  const letGo = await media(page, 'hold');
  await page.reload();
  const picture = cards(page).first().locator('[data-state]').last();
  await expect(picture).toHaveAttribute('data-state', 'loading');
  await expect(picture.locator('span').first()).toHaveCSS('background-image', /^url\("data:image\/png/);
  await expect(picture.locator('img')).toHaveCSS('opacity', '0');
  letGo();
  await expect(picture).toHaveAttribute('data-state', 'there');
  await expect(picture.locator('img')).toHaveCSS('opacity', '1');
  await expect(picture.locator('span').first()).toHaveCSS('opacity', '0');
});

test('the next screen’s pictures are fetched ahead, and not those far below', async ({ page }) => {
  await register(page);
  await pick(page, Array.from({ length: 40 }, (_, index) => png(`n${index}.png`, 330, 220, index)));
  await expect(page.getByRole('heading', { name: '40 pictures uploaded' })).toBeVisible({ timeout: 30_000 });
  await page.goto('/');
  await expect(cards(page)).toHaveCount(40);
  await shown(page, '[role=listitem]:nth-child(-n+12) img');
  const below = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLImageElement>('[role=listitem] img')].slice(12).map((image) => {
        const { top } = (image.closest('[role=listitem]') as Element).getBoundingClientRect();
        return { screens: top / innerHeight, ahead: image.loading === 'eager', there: image.complete && image.naturalWidth > 0 };
      }),
    );
  const next = async () => (await below()).filter(({ screens }) => screens < 1.9);
  const far = async () => (await below()).filter(({ screens }) => screens > 2.1);
  await expect.poll(async () => (await next()).every(({ ahead, there }) => ahead && there)).toBe(true);
  expect((await next()).length).toBeGreaterThan(0);
  // These are left to the browser, which has its own idea of what is near.
  expect((await far()).map(({ ahead }) => ahead)).not.toContain(true);
  expect((await far()).length).toBeGreaterThan(8);
});

test.describe('a picture that cannot be shown', () => {
  for (const [status, words] of [[503, 'Can’t be reached right now'], [500, 'Can’t be shown']] as const) {
    test(`says so and can be tried again: ${status}`, async ({ page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await register(page);
      await pick(page, [landscape(1)]);
      await expect(page.getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
      await page.getByRole('button', { name: 'Close uploads' }).click();
      await media(page, status);
      await page.reload();
      await expect(page.getByText(words)).toBeVisible();
      await expect(cards(page).locator('img')).toHaveCount(0);
      // It is still a link with the picture's name, and its ThumbHash is what is seen.
      await expect(page.getByRole('link', { name: 'large-1.png' })).toBeVisible();
      await expectAccessible(page);
      await page.unroute('**/media/**');
      await page.getByRole('button', { name: 'Try again: large-1.png' }).click();
      await expect(page.getByText(words)).toBeHidden();
      await shown(page, '[role=listitem] img');

      await media(page, status);
      await page.getByRole('link', { name: 'large-1.png' }).click();
      await page.reload();
      await expect(page.getByText(words)).toBeVisible();
      await expectAccessible(page);
      await page.unroute('**/media/**');
      await page.getByRole('button', { name: 'Try again: large-1.png' }).click();
      await shown(page, 'main img');
    });
  }

  test('is asked for by a new URL when its own has expired', async ({ page }) => {
    await register(page);
    await pick(page, [landscape(1), landscape(2)]);
    await expect(page.getByRole('heading', { name: '2 pictures uploaded' })).toBeVisible();
    let renewals = 0;
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const body = await response.text();
      if (body.includes('"nodes"')) renewals += 1;
      // As a day ago: signed for a time that is over.
      return route.fulfill({ response, body: body.includes('"edges"') ? body.replaceAll(/expires=\d+/g, 'expires=1') : body });
    });
    await page.reload();
    await expect(cards(page)).toHaveCount(2);
    await expect.poll(() => renewals).toBe(1);
    for (const { file } of await shown(page, '[role=listitem] img')) expect(file).not.toContain('expires=1&');
    // Both at once.
    expect(renewals).toBe(1);
  });

  test('is not asked for again and again when it has been deleted', async ({ page }) => {
    await register(page);
    await pick(page, [landscape(1)]);
    await expect(page.getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
    let asked = 0;
    await page.route('**/media/**', (route) => {
      asked += 1;
      return route.fulfill({ status: 404, body: 'There is no such picture.' });
    });
    await page.reload();
    await expect(page.getByText('No longer here')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Try again/ })).toHaveCount(0);
    // The picture, and why it did not come.
    expect(asked).toBe(2);
  });
});
