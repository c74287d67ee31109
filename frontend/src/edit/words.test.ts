import { describe, expect, it } from 'vitest';
import type { Text } from './words';
import { changeOf, draftOf } from './words';

const text = (part: Partial<Text>): Text => ({ language: 'en', description: null, descriptionSource: null, altText: null, altTextSource: null, ...part });
const saved = text({ description: 'A beach.', descriptionSource: 'ANALYSIS', altText: 'Beach.', altTextSource: 'OWNER' });

describe('the words to save', () => {
  it('are none where nothing has changed', () => {
    expect(changeOf('en', saved, draftOf(saved))).toBeNull();
    expect(changeOf('de', undefined, draftOf(undefined))).toBeNull();
    const decorative = text({ altText: '', altTextSource: 'OWNER' });
    expect(changeOf('en', decorative, draftOf(decorative))).toBeNull();
    // What nobody sees is no change.
    expect(changeOf('en', saved, { ...draftOf(saved), description: ' A beach.\n' })).toBeNull();
  });

  it('are those that have changed, and no others: the words of an analysis do not become the owner’s by being shown', () => {
    expect(changeOf('en', saved, { ...draftOf(saved), altText: 'A wide beach.' })).toEqual({ language: 'en', altText: 'A wide beach.' });
    expect(changeOf('en', saved, { ...draftOf(saved), description: 'Ours.' })).toEqual({ language: 'en', description: 'Ours.' });
  });

  it('give way to an analysis where the field is emptied', () => {
    expect(changeOf('en', saved, { description: ' ', altText: '', decorative: false })).toEqual({ language: 'en', description: null, altText: null });
  });

  it('are the empty string for a decorative picture, whatever was typed before', () => {
    expect(changeOf('en', saved, { ...draftOf(saved), decorative: true })).toEqual({ language: 'en', altText: '' });
    expect(changeOf('en', text({ altText: '' }), { description: '', altText: '', decorative: false })).toEqual({ language: 'en', altText: null });
  });
});
