// What is said of a picture that does not come, and how it comes after all.
import { expect, test } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { cards, expectAccessible, landscape, media, pick, png, register, shown } from './support';

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

  test('is large enough for words and a finger, however small it is', async ({ page }) => {
    await register(page);
    await pick(page, [png('tiny.png', 24, 16, 1)]);
    await expect(page.getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
    await cards(page).getByRole('link', { name: 'tiny.png' }).click();
    await media(page, 503);
    await page.reload();
    const expectRoom = async (place: Locator) => {
      const words = await place.getByText('Can’t be reached right now').boundingBox();
      expect(words?.width).toBeGreaterThan(60);
      const again = place.getByRole('button', { name: 'Try again: tiny.png' });
      await expect(again).toBeInViewport({ ratio: 1 });
      const area = await again.boundingBox();
      expect(Math.min(area?.width ?? 0, area?.height ?? 0)).toBeGreaterThanOrEqual(44);
    };
    await expectRoom(page.getByRole('main'));
    // Beside the words, it still opens.
    await page.getByRole('button', { name: 'Enlarge: tiny.png' }).click({ position: { x: 8, y: 8 } });
    await expectRoom(page.getByRole('dialog', { name: 'Lightbox' }));
  });

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
