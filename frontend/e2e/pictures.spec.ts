// How pictures come to the screen: the file that fits, without a jump, those in sight first.
import { expect, test } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { cards, landscape, media, pick, png, register, shown } from './support';

/** "640x427.jpg" of a media URL. */
const fileOf = (url: string) => /\/([^/?]+)\?/.exec(url)?.[1] ?? '';
const widthOf = (url: string) => Number.parseInt(fileOf(url), 10);

/** The same account on another screen, with an empty cache. */
async function onScreen(browser: Browser, page: Page, options: { width: number; height: number; scale: number }): Promise<Page> {
  const { width, height, scale } = options;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, storageState: await page.context().storageState() });
  const other = await context.newPage();
  await other.goto(new URL('/', page.url()).href);
  return other;
}

test('each screen fetches the files that it shows, and no larger ones', async ({ page, browser }) => {
  await register(page);
  await pick(page, [landscape(1), landscape(2), png('small.png', 300, 200, 3), png('panorama.png', 2000, 300, 4)]);
  await expect(page.getByRole('heading', { name: '4 pictures uploaded' })).toBeVisible();
  let at = page;
  // Of three dots a pixel, two are enough for a thumbnail.
  for (const screen of [{ width: 1280, height: 860, scale: 1 }, { width: 390, height: 844, scale: 2 }, { width: 390, height: 844, scale: 3 }]) {
    const dots = Math.min(2, screen.scale);
    at = await onScreen(browser, at, screen);
    await expect(cards(at)).toHaveCount(4);
    for (const { width, said, offered, file } of await shown(at, '[role=listitem] img')) {
      expect(Math.abs((said * screen.scale) / dots - width), file).toBeLessThanOrEqual(4);
      const wanted = said * screen.scale;
      const enough = offered.filter((one) => one >= wanted);
      expect(widthOf(file)).toBe(enough[0] ?? Math.max(...offered));
      // From one step to the next it is 1.6 times as wide.
      expect(widthOf(file), file).toBeLessThanOrEqual(Math.max(256, 1.61 * wanted));
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
  return () =>
    page.evaluate(async () => {
      // What has just been laid out counts as well.
      for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
      return (window as unknown as { shifts: string[] }).shifts;
    });
}

for (const [name, viewport] of [['a desktop', { width: 1280, height: 860 }], ['a phone', { width: 390, height: 844 }]] as const) {
  test(`nothing moves while pictures come: ${name}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await register(page);
    // More than a page of the list.
    await pick(page, Array.from({ length: 43 }, (_, index) => png(`n${index}.png`, 300 + 40 * (index % 7), 200 + 60 * (index % 5), index)));
    await expect(page.getByRole('heading', { name: '43 pictures uploaded' })).toBeVisible({ timeout: 30_000 });
    const shifts = await watchShifts(page);
    await page.goto('/');
    await shown(page, '[role=listitem] img');
    await page.mouse.move(200, 500);
    for (const ready of [40, 43]) {
      await expect.poll(() => cards(page).count()).toBeGreaterThanOrEqual(ready);
      await page.mouse.wheel(0, 1500);
    }
    await shown(page, '[role=listitem] img');
    expect(await shifts()).toEqual([]);
    const address = await cards(page).first().getByRole('link').getAttribute('href');
    await page.goto(address ?? '');
    await shown(page, 'main img');
    await expect(page.getByRole('heading', { name: 'Facts' })).toBeVisible();
    expect(await shifts()).toEqual([]);
  });
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

/** A gallery of 40 pictures, of whose files the one that is asked for first waits until it is let go. */
async function openHolding(page: Page) {
  await register(page);
  await pick(page, Array.from({ length: 40 }, (_, index) => png(`n${index}.png`, 330, 220, index)));
  await expect(page.getByRole('heading', { name: '40 pictures uploaded' })).toBeVisible({ timeout: 30_000 });
  // What this page still fetches does not count.
  await page.goto('about:blank');
  let letGo = () => {};
  let count = 0;
  await page.route('**/media/**', async (route) => {
    count += 1;
    if (count === 1) await new Promise<void>((done) => (letGo = done));
    return route.fallback();
  });
  await page.goto('/');
  await expect(cards(page)).toHaveCount(40);
  return () => letGo();
}

test('the next screen’s pictures are fetched ahead once all in sight are there, and those far below are not', async ({ page }) => {
  const letGo = await openHolding(page);
  const pictures = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('[role=list] [role=listitem]')].map((cell, index) => {
        const image = cell.querySelector('img');
        const screens = cell.getBoundingClientRect().top / innerHeight;
        return { inSight: index < 6 || screens < 1, screens, asked: image !== null, there: image !== null && image.complete && image.naturalWidth > 0 };
      }),
    );
  const inSight = async () => (await pictures()).filter((one) => one.inSight);
  const below = async (from: number, to: number) => (await pictures()).filter((one) => !one.inSight && one.screens > from && one.screens < to);

  await expect.poll(async () => (await inSight()).filter(({ there }) => !there).length).toBe(1);
  expect((await below(0, 99)).map(({ asked }) => asked)).not.toContain(true);
  letGo();
  await expect.poll(async () => (await below(0, 1.9)).map(({ there }) => there)).not.toContain(false);
  expect((await below(0, 1.9)).length).toBeGreaterThan(3);
  expect((await below(2.1, 99)).map(({ asked }) => asked)).not.toContain(true);
  expect((await below(2.1, 99)).length).toBeGreaterThan(8);
});

test('what comes into sight is fetched at once, and what was passed is not waited for', async ({ page }) => {
  const letGo = await openHolding(page);
  const missing = () =>
    cards(page).evaluateAll((all) =>
      all.filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect();
        const image = cell.querySelector('img');
        return bottom > 0 && top < innerHeight && !(image?.complete && image.naturalWidth > 0);
      }).length,
    );
  // The requests of one moment come in any order: it is one of the first six.
  const waiting = () => cards(page).evaluateAll((all) => all.flatMap((cell, index) => (index < 6 && !cell.querySelector('img')?.complete ? [index] : [])));
  await expect.poll(waiting).toHaveLength(1);
  const held = cards(page).nth((await waiting())[0] ?? 0);
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 900);
  await expect(held).not.toBeInViewport();
  await expect.poll(missing).toBe(0);
  await expect(held.locator('img')).toHaveCount(1);
  await cards(page).last().scrollIntoViewIfNeeded();
  await expect(held.locator('img')).toHaveCount(0);
  await expect.poll(missing).toBe(0);
  // On the way back it is asked for again.
  letGo();
  await held.scrollIntoViewIfNeeded();
  await expect.poll(missing).toBe(0);
});

test('pictures that are read on leave those before where they are', async ({ page }) => {
  await register(page);
  // One alone would be as high as the screen: in rows over all of them, it would find room in another one.
  await pick(page, Array.from({ length: 41 }, (_, index) => png(`n${index}.png`, 36, 24, index)));
  await expect(page.getByRole('heading', { name: '41 pictures uploaded' })).toBeVisible({ timeout: 30_000 });
  let letGo = () => {};
  const gate = new Promise<void>((done) => (letGo = done));
  let asked = false;
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('"after"')) {
      asked = true;
      await gate;
    }
    return route.fallback();
  });
  const shifts = await watchShifts(page);
  await page.goto('/');
  await expect(cards(page)).toHaveCount(40);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const below = page.getByText('Loading more pictures…');
  await expect(below).toBeInViewport();
  const list = await page.getByRole('list', { name: 'Pictures' }).boundingBox();
  expect(((await below.boundingBox())?.y ?? 0) - (list ? list.y + list.height : 0)).toBeLessThan(60);
  await expect.poll(() => asked).toBe(true);
  const places = () => cards(page).evaluateAll((all) => all.slice(0, 40).map((cell) => cell.getBoundingClientRect().toJSON() as DOMRect));
  const before = await places();
  letGo();
  await expect(cards(page)).toHaveCount(41);
  expect(await places()).toEqual(before);
  expect(await shifts()).toEqual([]);
  // And it is no larger than they are.
  expect((await cards(page).last().boundingBox())?.height).toBeLessThan(300);
});
