// What the owner says of a picture: title, heart, tags, words, date.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { cards, expectAccessible, expectNoSidewaysScroll, pick, png, register } from './support';

/** A library of one picture, and its page. */
async function openPicture(page: Page) {
  await register(page);
  await pick(page, [png('beach.png', 300, 200, 1)]);
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Close uploads' }).click();
  await page.getByRole('link', { name: 'beach.png' }).click();
  await expect(page.getByRole('heading', { name: 'Facts' })).toBeVisible();
}

/** Until the server has answered: what is on screen is there before. */
function saved(page: Page) {
  return page.waitForResponse((response) => response.request().postData()?.includes('UpdateImage') === true || /updateImage/.test(response.request().postData() ?? ''));
}

const words = (page: Page) => page.getByRole('region', { name: 'In words' });

test('title, tags, favorite and words outlive a reload', async ({ page }) => {
  await openPicture(page);
  await page.getByLabel('Title', { exact: true }).fill('Low tide');
  await page.getByLabel('Title', { exact: true }).press('Enter');
  await expect(page).toHaveTitle('Low tide · Image Manager');

  const tags = page.getByRole('group', { name: 'Tags' });
  await tags.getByLabel('Add a tag').fill('sea, Evening');
  await tags.getByLabel('Add a tag').press('Enter');
  await tags.getByLabel('Add a tag').fill('SEA');
  await tags.getByLabel('Add a tag').press('Enter');
  await tags.getByLabel('Add a tag').pressSequentially('mistake,');
  await expect(tags.getByRole('link')).toHaveText(['sea', 'Evening', 'mistake']);
  await tags.getByLabel('Add a tag').press('Backspace');
  await expect(tags.getByRole('link')).toHaveText(['sea', 'Evening']);

  await page.getByRole('button', { name: 'Favorite' }).click();
  await expect(page.getByRole('button', { name: 'Favorite' })).toHaveAttribute('aria-pressed', 'true');

  await page.getByRole('button', { name: 'Edit the words' }).click();
  await expect(page.getByLabel('Description')).toBeFocused();
  await expectAccessible(page);
  await page.getByLabel('Description').fill('Two people on a wide beach.');
  await page.getByRole('textbox', { name: 'Alt text' }).fill('A wide beach.');
  await page.getByLabel('Language', { exact: true }).selectOption('German');
  await page.getByRole('textbox', { name: 'Alt text' }).fill('Ein weiter Strand.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(words(page).getByText('Two people on a wide beach.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edit the words' })).toBeFocused();

  await page.reload();
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Low tide');
  await expect(tags.getByRole('link')).toHaveText(['sea', 'Evening']);
  await expect(page.getByRole('button', { name: 'Favorite' })).toHaveAttribute('aria-pressed', 'true');
  await expect(words(page).getByText('Two people on a wide beach.')).toBeVisible();
  await expect(words(page).getByText('A wide beach.', { exact: true })).toBeVisible();
  await expect(words(page).getByText(/your words/i).first()).toBeVisible();
  await page.getByRole('button', { name: 'Edit the words' }).click();
  await page.getByLabel('Language', { exact: true }).selectOption('German');
  await expect(page.getByRole('textbox', { name: 'Alt text' })).toHaveValue('Ein weiter Strand.');
});

test('a decorative picture is a choice, and the words of an analysis can be had back', async ({ page }) => {
  await openPicture(page);
  await page.getByRole('button', { name: 'Edit the words' }).click();
  await page.getByLabel(/^Decorative/).check();
  await expect(page.getByRole('textbox', { name: 'Alt text' })).toBeDisabled();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(words(page).getByText('Decorative: screen readers skip this picture.')).toBeVisible();
  await page.getByRole('button', { name: 'Edit the words' }).click();
  await page.getByRole('button', { name: 'Use the analysis’s words again for the alt text' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(words(page).getByText('Nobody has described this picture yet.')).toBeVisible();
});

test('one’s own words lie over those of an analysis, which come back when they are given up', async ({ page }) => {
  await openPicture(page);
  await page.getByRole('button', { name: 'Describe this picture' }).click();
  await expect(words(page).getByRole('heading', { name: 'Alt text' })).toBeVisible({ timeout: 20_000 });
  const answered = await words(page).locator('p[lang="en"]').first().innerText();

  await page.getByRole('button', { name: 'Edit the words' }).click();
  await expect(page.getByText('From an analysis. What you change becomes yours.').first()).toBeVisible();
  await page.getByLabel('Description').fill('Our own beach.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(words(page).getByText('Our own beach.')).toBeVisible();
  await expect(words(page).getByText('Your words')).toBeVisible();

  await page.getByRole('button', { name: 'Describe again' }).click();
  await expect(words(page).getByRole('heading', { name: 'Earlier analyses' })).toBeVisible({ timeout: 20_000 });
  await expect(words(page).getByText('Our own beach.')).toBeVisible();

  await page.getByRole('button', { name: 'Edit the words' }).click();
  await page.getByRole('button', { name: 'Use the analysis’s words again for the description' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(words(page).getByText(answered, { exact: true }).first()).toBeVisible();
  await expect(words(page).getByText('Your words')).toBeHidden();
});

test('Escape takes a title back, and words that are not saved are not lost by going on', async ({ page }) => {
  await openPicture(page);
  await page.getByLabel('Title', { exact: true }).fill('A mistake');
  await page.getByLabel('Title', { exact: true }).press('Escape');
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('');
  await expect(page).toHaveURL(/\/images\//);

  // Of the form, wherever in it the focus is, and not of the page.
  await page.getByRole('button', { name: 'Edit the words' }).click();
  await page.getByRole('button', { name: 'Cancel' }).focus();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Edit the words' })).toBeFocused();
  await expect(page).toHaveURL(/\/images\//);

  await page.getByRole('button', { name: 'Edit the words' }).click();
  await page.getByLabel('Description').fill('Half a');
  await page.getByRole('button', { name: 'Back to your pictures' }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByLabel('Description')).toHaveValue('Half a');
  await page.getByRole('button', { name: 'Back to your pictures' }).click();
  await dialog.getByRole('button', { name: 'Discard the words' }).click();
  await expect(page).toHaveURL('/');
});

test('the date can be set, and given back to the file', async ({ page }) => {
  await openPicture(page);
  await page.getByRole('button', { name: 'Change when it was taken' }).click();
  await page.getByLabel('Taken', { exact: true }).fill('2020-01-02T03:04:05');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/Jan 2, 2020, 3:04\sAM/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/Jan 2, 2020, 3:04\sAM/)).toBeVisible();
  await page.getByRole('button', { name: 'Change when it was taken' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Unknown', { exact: true })).toBeVisible();
});

test('what the server refuses is taken back, with the reason', async ({ page }) => {
  await openPicture(page);
  let refuse = true;
  await page.route('**/graphql', (route) => {
    if (!refuse || !/"favorite":true|"tags":/.test(route.request().postData() ?? '')) return route.fallback();
    return route.abort();
  });
  await page.getByRole('button', { name: 'Favorite' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The favorite was not saved.' })).toBeAttached();
  await expect(page.getByRole('button', { name: 'Favorite' })).toHaveAttribute('aria-pressed', 'false');
  const tags = page.getByRole('group', { name: 'Tags' });
  await tags.getByLabel('Add a tag').fill('sea');
  await tags.getByLabel('Add a tag').press('Enter');
  await expect(tags.getByRole('alert')).toContainText('can’t be reached');
  await expect(tags.getByRole('link')).toHaveCount(0);
  refuse = false;
  const answer = saved(page);
  await page.getByRole('button', { name: 'Favorite' }).click();
  await answer;
  await page.reload();
  await expect(page.getByRole('button', { name: 'Favorite' })).toHaveAttribute('aria-pressed', 'true');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`on a phone, ${colorScheme}`, () => {
    test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme });

    test('editing is accessible, large enough, and fits', async ({ page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme });
      await openPicture(page);
      await page.getByLabel('Add a tag').fill('sea, a tag that is about as long as a tag can ever be,');
      await page.getByRole('button', { name: 'Edit the words' }).click();
      await page.getByLabel('Description').fill('Ours.');
      await page.getByRole('button', { name: 'Change when it was taken' }).click();
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      for (const button of await page.getByRole('button').all()) {
        const box = await button.boundingBox();
        if (box) expect(Math.round(Math.min(box.width, box.height)), (await button.getAttribute('aria-label')) ?? (await button.innerText())).toBeGreaterThanOrEqual(44);
      }
    });
  });
}
