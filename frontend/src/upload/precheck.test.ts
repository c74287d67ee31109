import { expect, it } from 'vitest';
import { precheck } from './precheck';

const server = { acceptedTypes: ['image/jpeg', 'image/png'], maxUploadBytes: 4 };
const file = (content: string, type: string) => new File([content], 'name', { type });

it('lets pass what may be a picture', () => {
  expect(precheck(file('1234', 'image/png'), server)).toBeNull();
  // Without a guess of the browser's, the server decides.
  expect(precheck(file('1234', ''), server)).toBeNull();
  expect(precheck(file('12345', 'text/plain'), null)).toBeNull();
});

it('refuses with the server’s own limits', () => {
  expect(precheck(file('', 'image/png'), server)).toBe('The file is empty.');
  expect(precheck(file('1', 'application/pdf'), server)).toContain('JPEG or PNG');
  expect(precheck(file('12345', 'image/png'), server)).toBe('Too large: 5 bytes. At most 4 bytes can be sent.');
});
