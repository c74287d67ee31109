// Every page: accessible in both color schemes, and at home on a phone.
import { expect, test } from '@playwright/test';
import { cards, expectAccessible, expectNoSidewaysScroll, pick, png, register } from './support';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('the signed-out pages are accessible', async ({ page }) => {
      await page.goto('/login');
      await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      await expectAccessible(page);
      await page.goto('/register');
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.locator('[aria-invalid="true"]').first()).toBeFocused();
      await expectAccessible(page);
      await page.goto('/no/such/page');
      await expect(page.getByRole('heading', { name: 'Nothing lives at this address' })).toBeVisible();
      await expectAccessible(page);
    });

    test('the signed-in pages are accessible', async ({ page }) => {
      // Fading panels have less contrast while they fade.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await register(page);
      await expectAccessible(page);
      await pick(page, [png('one.png', 300, 200, 1), png('two.png', 200, 300, 2)]);
      await expect(page.getByRole('heading', { name: '2 pictures uploaded' })).toBeVisible();
      await expect(cards(page)).toHaveCount(2);
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Close uploads' }).click();
      await page.getByRole('button', { name: 'Select', exact: true }).click();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'one.png' }).click();
      await page.getByRole('button', { name: 'Describe this picture' }).click();
      await expect(page.getByRole('heading', { name: 'Alt text' })).toBeVisible({ timeout: 20_000 });
      await expectAccessible(page);
      await page.goto('/images/image_unknown');
      await expect(page.getByRole('heading', { name: 'There is no such picture' })).toBeVisible();
      await expectAccessible(page);
    });

    test('GraphiQL is accessible', async ({ page }) => {
      await page.goto('/graphiql');
      await expect(page.getByRole('button', { name: /^server/ })).toBeVisible();
      // The editors and their tabs are Monaco's and GraphiQL's own.
      await expectAccessible(page, ['.graphiql-sessions']);
    });
  });
}

test('a chosen color scheme outlives a reload, and the first paint has it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await register(page);
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  // Without the client's own script: only color-scheme.js can have set it.
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('no page breaks the content security policy', async ({ page }) => {
  const broken: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) broken.push(message.text());
  });
  await register(page);
  await pick(page, [png('one.png', 300, 200, 1)]);
  await page.getByRole('link', { name: 'one.png' }).first().click();
  await page.getByRole('button', { name: /^Enlarge/ }).click();
  await expect(page.getByRole('dialog', { name: 'Lightbox' })).toBeVisible();
  await page.goto('/graphiql');
  await expect(page.locator('.monaco-editor').first()).toBeVisible();
  expect(broken).toEqual([]);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('nothing scrolls sideways', async ({ page }) => {
    await page.goto('/login');
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await register(page);
    await expectNoSidewaysScroll(page);
    await pick(page, [png('a-rather-long-file-name-without-any-space-that-could-break-a-line.png', 900, 200, 1), png('two.png', 200, 900, 2)]);
    await expect(page.getByRole('heading', { name: '2 pictures uploaded' })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Close uploads' }).click();
    await page.getByRole('button', { name: 'Select', exact: true }).click();
    await cards(page).first().getByRole('link').click();
    await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('1 selected');
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await cards(page).first().getByRole('link').click();
    await expect(page.getByRole('heading', { name: 'Facts' })).toBeVisible();
    await expectNoSidewaysScroll(page);
  });

  test('what is touched is large enough', async ({ page }) => {
    await register(page);
    await pick(page, [png('one.png', 300, 200, 1)]);
    await expect(cards(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Close uploads' }).click();
    await cards(page).first().getByRole('link').click();
    await expect(page.getByRole('heading', { name: 'Facts' })).toBeVisible();
    for (const button of await page.getByRole('button').all()) {
      const box = await button.boundingBox();
      if (box) expect(Math.round(Math.min(box.width, box.height)), await button.innerText()).toBeGreaterThanOrEqual(44);
    }
  });
});
