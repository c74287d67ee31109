import { expect, test } from '@playwright/test';
import { cards, drop, login, logout, pick, png, register, textNamedPng } from './support';

test('the whole way: register, drop, watch, ask, delete, log out, log in', async ({ page }) => {
  const username = await register(page);

  await drop(page, [png('meadow.png', 320, 200, 1), png('harbor.png', 200, 300, 2)]);
  const uploads = page.getByRole('region', { name: 'Uploads' });
  await expect(uploads.getByText('meadow.png')).toBeVisible();
  await expect(uploads.getByRole('heading', { name: '2 pictures uploaded' })).toBeVisible();
  await expect(cards(page)).toHaveCount(2);
  await expect(page.getByRole('status').filter({ hasText: '2 pictures uploaded.' })).toBeAttached();
  await uploads.getByRole('button', { name: 'Close uploads' }).click();
  await expect(uploads).toBeHidden();

  await page.getByRole('link', { name: 'meadow.png' }).click();
  await expect(page).toHaveURL(/\/images\//);
  await expect(page).toHaveTitle('meadow.png · Image Manager');
  await expect(page.getByText('320 × 200 px')).toBeVisible();

  // The words have to arrive in this very document.
  await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
  await page.getByLabel('Your own question').fill('What is in the foreground?');
  await page.getByRole('button', { name: 'Ask' }).click();
  const words = page.getByRole('region', { name: 'In words' });
  await expect(words.getByRole('heading', { name: 'Alt text' })).toBeVisible({ timeout: 20_000 });
  await expect(words.getByText('What is in the foreground?', { exact: true })).toBeVisible();
  await expect(page.locator('body[data-same="yes"]')).toBeAttached();
  // And it is over: nothing is pending, the next question can be asked, and the first becomes history.
  await expect(page.getByText(/^(Looking at the picture|Waiting for its turn)/)).toBeHidden();
  await page.getByRole('button', { name: 'Describe again' }).click();
  await expect(words.getByRole('heading', { name: 'Earlier analyses' })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/^(Looking at the picture|Waiting for its turn)/)).toBeHidden({ timeout: 20_000 });
  await expect(words.getByRole('listitem').filter({ hasText: 'What is in the foreground?' })).toBeVisible();

  await page.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this picture?' });
  await expect(dialog.getByRole('button', { name: 'Keep' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Delete picture' }).click();
  await expect(page).toHaveURL('/');
  await expect(cards(page)).toHaveCount(1);
  await expect(page.getByRole('link', { name: 'harbor.png' })).toBeVisible();

  await logout(page);
  await page.goto('/');
  await expect(page).toHaveURL(/\/login/);
  await login(page, username);
  await expect(cards(page)).toHaveCount(1);
});

test('a text named .png is refused, with the reason', async ({ page }) => {
  await register(page);
  await pick(page, [textNamedPng('notes.png'), png('real.png', 64, 64, 3)]);
  const uploads = page.getByRole('region', { name: 'Uploads' });
  await expect(uploads.getByRole('heading', { name: '1 uploaded, 1 not' })).toBeVisible();
  const refused = uploads.getByRole('listitem').filter({ hasText: 'notes.png' });
  await expect(refused).toHaveAttribute('data-state', 'refused');
  // The server's own words, and no offer to send the same bytes again.
  await expect(refused).not.toContainText('Uploaded');
  await expect(refused.getByRole('button')).toHaveCount(0);
  await expect(cards(page)).toHaveCount(1);
});

test('a file of a kind that the server does not take is not even sent', async ({ page }) => {
  await register(page);
  let sent = 0;
  page.on('request', (request) => {
    if (request.headers()['content-type']?.startsWith('multipart/form-data')) sent += 1;
  });
  await pick(page, [{ name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') }]);
  const refused = page.getByRole('region', { name: 'Uploads' }).getByRole('listitem');
  await expect(refused).toContainText('Not a kind of picture that this server takes.');
  expect(sent).toBe(0);
});

test('a reload keeps the session, and nothing of it lies in storage', async ({ page }) => {
  await register(page);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Your library is empty' })).toBeVisible();
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toMatch(/eyJ|Bearer|token/i);
});

test('many are chosen with the keyboard and deleted together', async ({ page }) => {
  await register(page);
  await pick(page, [1, 2, 3, 4].map((seed) => png(`picture-${seed}.png`, 120, 90, seed)));
  await expect(cards(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Close uploads' }).click();

  await page.getByLabel('Select picture-1.png').focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('1 selected');
  await page.getByRole('button', { name: 'Select all' }).click();
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('4 selected');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toBeHidden();

  const boxes = page.getByRole('checkbox', { name: /^Select picture/ });
  await boxes.nth(0).click();
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('3 selected');
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Delete 3 pictures' }).click();
  await expect(cards(page)).toHaveCount(1);
});

test('more pictures come as one scrolls, and the place is kept on return', async ({ page }) => {
  await register(page);
  await pick(page, Array.from({ length: 45 }, (_, index) => png(`n${index}.png`, 36, 24, index)));
  await expect(page.getByRole('heading', { name: '45 pictures uploaded' })).toBeVisible({ timeout: 40_000 });
  // Read again, so that there are pages.
  await page.reload();
  await expect(cards(page).first()).toBeVisible();
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 20_000);
  await expect(cards(page)).toHaveCount(45);
  await page.mouse.wheel(0, 20_000);
  await expect(page.getByText('That is all: 45 pictures.')).toBeVisible();
  await cards(page).last().getByRole('link').click();
  await page.getByRole('button', { name: 'Back to your pictures' }).click();
  await expect(cards(page).last()).toBeInViewport();
});

test('the order is kept in the address', async ({ page }) => {
  await register(page);
  await pick(page, [png('small.png', 40, 40, 1), png('large.png', 400, 300, 2)]);
  await expect(cards(page)).toHaveCount(2);
  await page.getByLabel('Order').selectOption('Smallest first');
  await expect(page).toHaveURL(/order=smallest/);
  await expect(cards(page).first().getByRole('link')).toHaveAccessibleName('small.png');
  await page.reload();
  await expect(page.getByLabel('Order')).toHaveValue('smallest');
  await expect(cards(page).first().getByRole('link')).toHaveAccessibleName('small.png');
});

test('pictures follow one another by the arrow keys, also enlarged', async ({ page }) => {
  await register(page);
  await pick(page, [1, 2, 3].map((seed) => png(`p${seed}.png`, 200, 150, seed)));
  await expect(cards(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Close uploads' }).click();
  const first = await cards(page).nth(0).getByRole('link').getAttribute('href');
  const second = await cards(page).nth(1).getByRole('link').getAttribute('href');
  await cards(page).nth(0).getByRole('link').click();
  await expect(page).toHaveURL(first ?? '');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(second ?? '');
  await page.getByRole('button', { name: /^Enlarge/ }).click();
  await expect(page.getByRole('dialog', { name: 'Lightbox' })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(`${first}?enlarged=true`);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Lightbox' })).toBeHidden();
  await expect(page).toHaveURL(first ?? '');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/');
});
