// The picture on the whole screen: by keys, by wheel, by touch, and with an entry of its own in the history.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { cards, expectAccessible, expectNoSidewaysScroll, pick, png, register } from './support';

const box = (page: Page) => page.getByRole('dialog', { name: 'Lightbox' });
const current = (page: Page) => box(page).locator('.yarl__slide_current img');
const position = (page: Page) => box(page).getByRole('status');

/** A library of pictures, and the lightbox with the second of them. */
async function openLightbox(page: Page, size = { width: 2400, height: 1600 }) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await register(page);
  for (const seed of [1, 2, 3]) {
    await pick(page, [png(`p${seed}.png`, size.width, size.height, seed)]);
    await expect(cards(page)).toHaveCount(seed);
  }
  await page.getByRole('button', { name: 'Close uploads' }).click();
  await page.getByRole('link', { name: 'p2.png' }).click();
  await page.getByRole('button', { name: 'Enlarge: p2.png' }).click();
  await expect(box(page)).toBeVisible();
  await expect(position(page)).toHaveText('p2.png, 2 of 3');
  await arrived(page);
}

async function arrived(page: Page) {
  await expect.poll(() => current(page).evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
}

/** How many CSS pixels wide the picture is now. */
const drawn = async (page: Page) => Math.round((await current(page).boundingBox())?.width ?? 0);

test('opens, moves and closes by keys, and gives the focus back', async ({ page }) => {
  await openLightbox(page);
  // What is behind it can neither be reached nor heard.
  await expect(page.locator('#root')).toHaveAttribute('inert', '');
  await expect(current(page)).toHaveAttribute('alt', 'p2.png');
  await expectAccessible(page);
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
  }
  await page.keyboard.press('ArrowRight');
  await expect(position(page)).toHaveText('p1.png, 3 of 3');
  await page.keyboard.press('ArrowRight');
  await expect(position(page)).toHaveText('p1.png, 3 of 3');
  await page.keyboard.press('Home');
  await expect(position(page)).toHaveText('p3.png, 1 of 3');
  await page.keyboard.press('End');
  await expect(position(page)).toHaveText('p1.png, 3 of 3');
  await page.keyboard.press('ArrowLeft');
  await expect(position(page)).toHaveText('p2.png, 2 of 3');
  await page.keyboard.press('Escape');
  await expect(box(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Enlarge: p2.png' })).toBeFocused();
});

test('“back” closes it, at the picture that was looked at last, and a reload keeps it', async ({ page }) => {
  await openLightbox(page);
  await expect(page).toHaveURL(/enlarged=true/);
  await page.keyboard.press('ArrowRight');
  await expect(position(page)).toHaveText('p1.png, 3 of 3');
  await page.goBack();
  await expect(box(page)).toBeHidden();
  await expect(page).toHaveTitle('p1.png · Image Manager');
  await expect(page).not.toHaveURL(/enlarged/);
  await page.goBack();
  await expect(page).toHaveURL('/');

  // Closed by a key it leaves nothing in the history.
  await page.getByRole('link', { name: 'p2.png' }).click();
  await page.getByRole('button', { name: 'Enlarge: p2.png' }).click();
  await expect(box(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(box(page)).toBeHidden();
  await page.goBack();
  await expect(page).toHaveURL('/');

  await page.getByRole('link', { name: 'p2.png' }).click();
  await page.getByRole('button', { name: 'Enlarge: p2.png' }).click();
  await expect(box(page)).toBeVisible();
  await page.reload();
  await expect(box(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(box(page)).toBeHidden();
  await expect(page).toHaveURL(/\/images\/[^?]+$/);
  await page.getByRole('button', { name: 'Back to your pictures' }).click();
  await expect(page).toHaveURL('/');
});

test('zooms by keys, buttons, wheel and double click, and fetches the large file only then', async ({ page }) => {
  const files: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/media/')) files.push(request.url());
  });
  await openLightbox(page);
  expect(await drawn(page)).toBe(1280);
  // 2400 of it are there, 1280 are shown.
  expect(files.filter((url) => url.includes('/2400x'))).toEqual([]);
  await page.keyboard.press('+');
  await expect.poll(() => drawn(page)).toBe(2560);
  await expect.poll(() => files.some((url) => url.includes('/2400x'))).toBe(true);
  await page.keyboard.press('-');
  await expect.poll(() => drawn(page)).toBe(1280);
  await page.keyboard.press('=');
  await expect.poll(() => drawn(page)).toBe(2560);
  await page.keyboard.press('0');
  await expect.poll(() => drawn(page)).toBe(1280);
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(() => drawn(page)).toBe(2560);
  // While zoomed the arrows move the picture, and it never leaves the screen.
  for (let presses = 0; presses < 40; presses += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round(((await current(page).boundingBox())?.x ?? 0) + (await drawn(page)))).toBe(1280);
  await expect(position(page)).toHaveText('p2.png, 2 of 3');
  await page.keyboard.press('0');
  await expect.poll(() => drawn(page)).toBe(1280);

  // Around the pointer: what is under it stays under it.
  const under = async (x: number, y: number) => {
    const rect = await current(page).boundingBox();
    return rect ? [(x - rect.x) / rect.width, (y - rect.y) / rect.height] : [];
  };
  const [across = 0, down = 0] = await under(400, 300);
  await page.mouse.move(400, 300);
  for (let turns = 0; turns < 3; turns += 1) await page.mouse.wheel(0, -60);
  await expect.poll(() => drawn(page)).toBeGreaterThan(2000);
  const [acrossNow = 0, downNow = 0] = await under(400, 300);
  expect(Math.abs(acrossNow - across) + Math.abs(downNow - down)).toBeLessThan(0.01);
  await page.keyboard.press('0');
  await expect.poll(() => drawn(page)).toBe(1280);
  await page.mouse.dblclick(640, 400);
  await expect.poll(() => drawn(page)).toBeGreaterThan(2000);
  await page.keyboard.press('Escape');
  await expect(box(page)).toBeHidden();
});

test('goes on beyond the pages that the gallery has loaded', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await register(page);
  await pick(page, Array.from({ length: 43 }, (_, index) => png(`n${index}.png`, 36, 24, index)));
  await expect(page.getByRole('heading', { name: '43 pictures uploaded' })).toBeVisible({ timeout: 40_000 });
  // Low, so that the gallery itself has no reason yet to read on.
  await page.setViewportSize({ width: 1280, height: 420 });
  await page.goto('/');
  await expect(cards(page)).toHaveCount(40);
  await cards(page).first().getByRole('link').click();
  await page.getByRole('button', { name: /^Enlarge/ }).click();
  await expect(position(page)).toContainText('1 of 43');
  await page.keyboard.press('End');
  await expect(position(page)).toContainText('40 of 43');
  // Once they are there, the end is that of the next page.
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(position(page)).toContainText('43 of 43', { timeout: 500 });
  }).toPass();
});

test('a small picture is not enlarged at first', async ({ page }) => {
  await openLightbox(page, { width: 300, height: 200 });
  expect(await drawn(page)).toBe(300);
});

test('a picture that does not come says so, and can be tried again', async ({ page }) => {
  await openLightbox(page);
  await page.route('**/media/**', (route) => route.fulfill({ status: 503, body: 'Later.' }));
  await page.reload();
  await expect(box(page).getByText('Can’t be reached right now')).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/media/**');
  await box(page).getByRole('button', { name: 'Try again: p2.png' }).click();
  await arrived(page);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  type Touch = [x: number, y: number];

  /** Fingers from one place to another. */
  async function touch(page: Page, from: Touch[], to: Touch[]) {
    const session = await page.context().newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: Touch[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    await send('touchStart', from);
    const steps = 10;
    for (let step = 1; step <= steps; step += 1) {
      await send('touchMove', from.map(([x, y], index) => [x + (((to[index]?.[0] ?? x) - x) * step) / steps, y + (((to[index]?.[1] ?? y) - y) * step) / steps]));
    }
    await send('touchEnd', []);
    await session.detach();
  }

  test('swipes to the neighbors, which are there already', async ({ page }) => {
    await openLightbox(page);
    await expectNoSidewaysScroll(page);
    await expect
      .poll(() => box(page).locator('.yarl__slide img').evaluateAll((images) => (images as HTMLImageElement[]).filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length))
      .toBe(3);
    await touch(page, [[330, 420]], [[40, 420]]);
    await expect(position(page)).toHaveText('p1.png, 3 of 3');
    await touch(page, [[40, 420]], [[330, 420]]);
    await expect(position(page)).toHaveText('p2.png, 2 of 3');
    // Down closes.
    await touch(page, [[200, 420]], [[200, 800]]);
    await expect(box(page)).toBeHidden();
  });

  test('zooms by two fingers, and then one finger moves the picture', async ({ page }) => {
    await openLightbox(page);
    expect(await drawn(page)).toBe(390);
    await touch(page, [[180, 420], [220, 420]], [[100, 420], [300, 420]]);
    await expect.poll(() => drawn(page)).toBeGreaterThan(390 * 3);
    const before = (await current(page).boundingBox())?.x ?? 0;
    await touch(page, [[300, 420]], [[200, 420]]);
    await expect.poll(async () => Math.round(((await current(page).boundingBox())?.x ?? 0) - before)).toBeLessThan(-60);
    await expect(position(page)).toHaveText('p2.png, 2 of 3');
  });

  test('its buttons are large enough', async ({ page }) => {
    await openLightbox(page);
    for (const button of await box(page).getByRole('button').all()) {
      const area = await button.boundingBox();
      if (area) expect(Math.round(Math.min(area.width, area.height)), (await button.getAttribute('aria-label')) ?? '').toBeGreaterThanOrEqual(44);
    }
  });
});
