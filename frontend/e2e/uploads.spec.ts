// What can become of a file that is sent: there already, lost on the way, no room for it.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { cards, expectAccessible, expectNoSidewaysScroll, pick, png, register } from './support';

const uploads = (page: Page) => page.getByRole('region', { name: 'Uploads' });
const row = (page: Page, name: string) => uploads(page).getByRole('listitem').filter({ hasText: name });

/** What the multipart requests carry, in order. The first `lost` of them never arrive. */
async function watchUploads(page: Page, lost = 0) {
  const keys: string[] = [];
  let left = lost;
  await page.route('**/graphql', async (route) => {
    const request = route.request();
    if (!request.headers()['content-type']?.startsWith('multipart/form-data')) return route.fallback();
    keys.push(/"idempotencyKey":"([^"]+)"/.exec(request.postDataBuffer()?.toString('latin1') ?? '')?.[1] ?? '');
    left -= 1;
    return left >= 0 ? route.abort() : route.fallback();
  });
  return keys;
}

test('a duplicate is shown as such, leads to the picture, and can be kept all the same', async ({ page }) => {
  await register(page);
  await pick(page, [png('first.png', 300, 200, 1)]);
  await expect(uploads(page).getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
  await pick(page, [{ ...png('first.png', 300, 200, 1), name: 'again.png' }]);
  await expect(row(page, 'again.png')).toContainText('Already in your library');
  await expect(row(page, 'again.png').locator('img')).toBeVisible();
  await expect(uploads(page).getByRole('heading', { name: '1 uploaded, 1 already there' })).toBeVisible();
  await expect(cards(page)).toHaveCount(1);
  await expectAccessible(page);

  const href = await cards(page).first().getByRole('link').getAttribute('href');
  await expect(row(page, 'again.png').getByRole('link')).toHaveAttribute('href', href ?? '');
  await row(page, 'again.png').getByRole('button', { name: 'Keep both' }).click();
  await expect(uploads(page).getByRole('heading', { name: '2 pictures uploaded' })).toBeVisible();
  await expect(cards(page)).toHaveCount(2);
});

test('a file that was lost on the way is sent again with one click and the same key', async ({ page }) => {
  await register(page);
  const keys = await watchUploads(page, 1);
  await pick(page, [png('one.png', 60, 40, 1)]);
  await expect(row(page, 'one.png')).toContainText('Not sent.');
  await expectAccessible(page);
  await row(page, 'one.png').getByRole('button', { name: 'Retry one.png' }).click();
  await expect(uploads(page).getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
  expect(keys).toHaveLength(2);
  expect(keys[0]).not.toBe('');
  expect(keys[1]).toBe(keys[0]);
});

test('an answer that got lost makes no second picture', async ({ page }) => {
  await register(page);
  let lost = false;
  await page.route('**/graphql', async (route) => {
    if (lost || !route.request().headers()['content-type']?.startsWith('multipart/form-data')) return route.fallback();
    lost = true;
    // The server has taken it in; nobody hears of it.
    await route.fetch();
    return route.abort();
  });
  await pick(page, [png('one.png', 60, 40, 1)]);
  await row(page, 'one.png').getByRole('button', { name: 'Retry one.png' }).click();
  await expect(uploads(page).getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
  await page.reload();
  await expect(cards(page)).toHaveCount(1);
});

test('several that failed are sent again together', async ({ page }) => {
  await register(page);
  await watchUploads(page, 3);
  await pick(page, [1, 2, 3, 4].map((seed) => png(`p${seed}.png`, 60, 40, seed)));
  await expect(uploads(page).getByRole('heading', { name: '1 uploaded, 3 not' })).toBeVisible();
  await uploads(page).getByRole('button', { name: 'Retry all' }).click();
  await expect(uploads(page).getByRole('heading', { name: '4 pictures uploaded' })).toBeVisible();
  await expect(cards(page)).toHaveCount(4);
});

test('a full library is told with its numbers, and can be tried again', async ({ page }) => {
  await register(page);
  await page.route('**/graphql', (route) => {
    if (!route.request().headers()['content-type']?.startsWith('multipart/form-data')) return route.fallback();
    const error = { __typename: 'LimitReachedError', code: 'QUOTA_EXCEEDED', message: 'Full.', path: ['input', 'file'], used: 998_200_000, limit: 1_000_000_000 };
    const uploadImage = { __typename: 'UploadImagePayload', duplicate: false, image: null, analysis: null, errors: [error] };
    return route.fulfill({ contentType: 'application/graphql-response+json', body: JSON.stringify({ data: { uploadImage } }) });
  });
  await pick(page, [png('one.png', 60, 40, 1)]);
  await expect(row(page, 'one.png')).toContainText('998 MB of 1 GB used');
  await expectAccessible(page);
  await page.unroute('**/graphql');
  await row(page, 'one.png').getByRole('button', { name: 'Try one.png again' }).click();
  await expect(uploads(page).getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
});

test('what is added to a long list comes into sight', async ({ page }) => {
  await register(page);
  await pick(page, Array.from({ length: 14 }, (_, index) => png(`f${index}.png`, 20 + index, 20, index)));
  await expect(uploads(page).getByRole('heading', { name: '14 pictures uploaded' })).toBeVisible();
  await uploads(page).getByRole('list').evaluate((list) => list.scrollTo(0, 0));
  await pick(page, [png('new.png', 60, 40, 99), png('newer.png', 60, 40, 100)]);
  await expect(row(page, 'new.png')).toBeInViewport({ ratio: 0.9 });
  await expect(row(page, 'newer.png')).toBeInViewport({ ratio: 0.9 });
});

test('hundreds of files at once are a bounded list', async ({ page }) => {
  await register(page);
  // Nothing arrives: only the list is of interest.
  await page.route('**/graphql', (route) => (route.request().headers()['content-type']?.startsWith('multipart/form-data') ? undefined : route.fallback()));
  const one = png('x.png', 8, 8, 1);
  await pick(page, Array.from({ length: 500 }, (_, index) => ({ ...one, name: `f${index}.png` })));
  await expect(uploads(page).getByRole('heading', { name: 'Uploading 0 of 500' })).toBeVisible();
  await expect(uploads(page).getByText('485 files more waiting')).toBeAttached();
  await expect(uploads(page).getByRole('listitem')).toHaveCount(16);
  await uploads(page).getByRole('button', { name: 'Cancel all' }).click();
  await expect(uploads(page).getByRole('heading', { name: '500 files not uploaded' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the panel’s buttons are large enough, and nothing scrolls sideways', async ({ page }) => {
    await register(page);
    await pick(page, [png('there.png', 300, 200, 1)]);
    await expect(uploads(page).getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();
    await watchUploads(page, 2);
    await pick(page, [png('lost-with-a-rather-long-name-of-its-own.png', 60, 40, 2), png('lost too.png', 60, 40, 3)]);
    await expect(uploads(page).getByRole('button', { name: 'Retry all' })).toBeVisible();
    await pick(page, [png('there.png', 300, 200, 1)]);
    await expect(uploads(page).getByText('Already in your library')).toBeVisible();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    for (const button of await uploads(page).getByRole('button').all()) {
      const box = await button.boundingBox();
      if (box) expect(Math.round(Math.min(box.width, box.height)), await button.getAttribute('aria-label') ?? '').toBeGreaterThanOrEqual(44);
    }
  });
});
