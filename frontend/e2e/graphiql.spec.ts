import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { newName, password, pick, png, register } from './support';

async function openExample(page: Page, name: string) {
  await page.getByRole('button', { name: new RegExp(`^${name} `) }).click();
  await expect(page.getByRole('tab', { selected: true })).toContainText(new RegExp(name, 'i'));
}

async function getToken(page: Page, username: string) {
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Get a token' }).click();
  await expect(page.getByLabel('Access token')).not.toHaveValue('');
}

const run = (page: Page) => page.getByRole('button', { name: /^Execute query/ }).click();
const response = (page: Page) => page.locator('.result-window');

test('runs a query with a token, and a subscription that hears of an analysis', async ({ page, context }) => {
  const username = newName();
  await register(page, username);
  await pick(page, [png('one.png', 120, 80, 1)]);
  await expect(page.getByRole('heading', { name: '1 picture uploaded' })).toBeVisible();

  const api = await context.newPage();
  await api.goto('/graphiql');
  await openExample(api, 'me');
  await run(api);
  await expect(response(api)).toContainText('"me": null');
  await getToken(api, username);
  await run(api);
  await expect(response(api)).toContainText(username);

  await openExample(api, 'analysisEvents');
  await run(api);
  await page.getByRole('link', { name: 'one.png' }).first().click();
  await page.getByRole('button', { name: 'Describe this picture' }).click();
  await expect(response(api)).toContainText('AnalysisStatusChanged', { timeout: 20_000 });
});

test('the token lives as long as the tab', async ({ page, context }) => {
  const username = newName();
  await register(page, username);
  await page.goto('/graphiql');
  await getToken(page, username);
  await page.reload();
  await expect(page.getByLabel('Access token')).not.toHaveValue('');
  const other = await context.newPage();
  await other.goto('/graphiql');
  await expect(other.getByLabel('Access token')).toHaveValue('');
});
