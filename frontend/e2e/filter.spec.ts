// Narrowing the library down: by the panel, by the URL, by a tag.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { cards, expectAccessible, expectNoSidewaysScroll, pick, png, register } from './support';

const names = (page: Page) => cards(page).getByRole('link');

async function library(page: Page, count: number) {
  await register(page);
  await pick(page, Array.from({ length: count }, (_, index) => png(`p${index + 1}.png`, 120, 90, index + 1)));
  await expect(cards(page)).toHaveCount(count);
  await page.getByRole('button', { name: 'Close uploads' }).click();
}

/** The heart of a card shows when the card is pointed at. */
async function favor(page: Page, name: string) {
  const answer = page.waitForResponse((response) => response.request().postData()?.includes('"favorite"') === true);
  await page.getByRole('button', { name: `Favorite ${name}` }).focus();
  await page.keyboard.press('Enter');
  await answer;
}

async function tag(page: Page, name: string, text: string) {
  await page.getByRole('link', { name }).click();
  const answer = page.waitForResponse((response) => response.request().postData()?.includes('"tags"') === true);
  await page.getByLabel('Add a tag').fill(text);
  await page.getByLabel('Add a tag').press('Enter');
  await answer;
  await page.getByRole('button', { name: 'Back to your pictures' }).click();
  await expect(cards(page).first()).toBeVisible();
}

test('favorites and tags are filtered by, and the URL keeps it', async ({ page }) => {
  await library(page, 3);
  await favor(page, 'p2.png');
  await tag(page, 'p2.png', 'sea');
  await tag(page, 'p3.png', 'Sea, sun');

  await page.getByRole('button', { name: 'Filter' }).click();
  const panel = page.getByRole('dialog', { name: 'Filter' });
  await expectAccessible(page);
  await panel.getByLabel('Add a tag').fill('SEA');
  await panel.getByLabel('Add a tag').press('Enter');
  await expect(page).toHaveURL('/?tag=SEA');
  await expect(cards(page)).toHaveCount(2);
  await panel.getByLabel('Favorites').check();
  await expect(page).toHaveURL('/?favorite=true&tag=SEA');
  await expect(cards(page)).toHaveCount(1);
  await panel.getByRole('button', { name: 'Show 1 picture' }).click();
  await expect(panel).toBeHidden();
  await expectAccessible(page);

  await page.reload();
  await expect(names(page)).toHaveAccessibleName('p2.png');
  await page.getByRole('button', { name: 'Remove the filter Favorites' }).click();
  await expect(cards(page)).toHaveCount(2);
  await page.goBack();
  await expect(page).toHaveURL('/?favorite=true&tag=SEA');
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/');
  await expect(cards(page)).toHaveCount(3);
});

test('a picture that is no favorite any more leaves the favorites at once', async ({ page }) => {
  await library(page, 2);
  await favor(page, 'p1.png');
  await favor(page, 'p2.png');
  await page.goto('/?favorite=true');
  await expect(cards(page)).toHaveCount(2);
  await favor(page, 'p1.png');
  await expect(cards(page)).toHaveCount(1);
  await expect(page.getByRole('heading', { name: /^Pictures 1/ })).toBeVisible();
});

test('a tag of a picture leads to all pictures that have it', async ({ page }) => {
  await library(page, 2);
  await tag(page, 'p1.png', 'two people');
  await page.getByRole('link', { name: 'p1.png' }).click();
  await page.getByRole('group', { name: 'Tags' }).getByRole('link', { name: 'two people' }).click();
  await expect(page).toHaveURL('/?tag=two+people');
  await expect(names(page)).toHaveAccessibleName('p1.png');
});

test('the neighbors of a picture are those of the list that one comes from', async ({ page }) => {
  await library(page, 4);
  for (const name of ['p1.png', 'p3.png', 'p4.png']) await favor(page, name);
  await page.goto('/?favorite=true&order=name');
  await expect(cards(page)).toHaveCount(3);
  await names(page).first().click();
  await expect(page).toHaveURL(/\/images\/.*\?.*favorite=true/);
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveTitle('p3.png · Image Manager');
  // No favorite any more: the way on is still there.
  await page.getByRole('button', { name: 'Favorite' }).click();
  await expect(page.getByRole('button', { name: 'Favorite' })).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveTitle('p4.png · Image Manager');
  await page.getByRole('button', { name: 'Back to your pictures' }).click();
  await expect(page).toHaveURL('/?favorite=true&order=name');
  await expect(cards(page)).toHaveCount(2);
});

test('junk in the URL is ignored, and a filter that nothing passes says so', async ({ page }) => {
  await library(page, 1);
  await page.goto('/?order=toString&favorite=perhaps&tag=&taken_from=yesterday&uploaded_to=2026-02-31&analysis=__proto__');
  await expect(cards(page)).toHaveCount(1);
  await page.goto('/?tag=nothing&type=png');
  await expect(page.getByRole('heading', { name: 'No pictures match' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click();
  await expect(cards(page)).toHaveCount(1);
});

test('names are ordered by their numbers', async ({ page }) => {
  await register(page);
  await pick(page, ['img_10.png', 'IMG_9.png', 'Ähre.png'].map((name, index) => ({ ...png(name, 80, 60, index + 1) })));
  await expect(cards(page)).toHaveCount(3);
  await page.getByLabel('Order').selectOption('Name A–Z');
  await expect(page).toHaveURL(/order=name/);
  for (const [index, name] of ['Ähre.png', 'IMG_9.png', 'img_10.png'].entries()) await expect(names(page).nth(index)).toHaveAccessibleName(name);
  // An upload finds its place without the list being read again.
  await pick(page, [png('img_0009b.png', 80, 60, 9)]);
  await expect(cards(page)).toHaveCount(4);
  await expect(names(page).nth(2)).toHaveAccessibleName('img_0009b.png');
});

test('the account menu tells what the pictures take', async ({ page }) => {
  await library(page, 2);
  await page.getByRole('button', { name: /^Account/ }).click();
  await expect(page.getByText(/(bytes|KB).* · 2 pictures/)).toBeVisible();
  await expectAccessible(page);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the filters are a sheet that fits, in ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme });
      await library(page, 2);
      await page.getByRole('button', { name: 'Filter' }).click();
      const sheet = page.getByRole('dialog', { name: 'Filter' });
      await sheet.getByLabel('PNG').check();
      await sheet.getByLabel('Add a tag').fill('a tag that is about as long as a tag can ever be,');
      await expect(sheet.getByRole('button', { name: 'Show 0 pictures' })).toBeVisible();
      await expectAccessible(page);
      for (const button of await sheet.getByRole('button').all()) {
        const box = await button.boundingBox();
        if (box) expect(Math.round(Math.min(box.width, box.height)), (await button.getAttribute('aria-label')) ?? (await button.innerText())).toBeGreaterThanOrEqual(44);
      }
      await sheet.getByRole('button', { name: 'Show 0 pictures' }).click();
      await expect(sheet).toBeHidden();
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      await page.getByRole('button', { name: /^Remove the filter #a tag/ }).click();
      await expect(cards(page)).toHaveCount(2);
    });
  }
});
