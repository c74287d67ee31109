import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { TagInput } from './TagInput';

afterEach(cleanup);

function setup(first: string[] = [], most = 100) {
  const changes: string[][] = [];
  function Field() {
    const [tags, setTags] = useState(first);
    return (
      <TagInput
        label="Tags"
        tags={tags}
        most={most}
        onChange={(next) => {
          changes.push(next);
          setTags(next);
        }}
      />
    );
  }
  render(<Field />);
  const input = () => screen.getByLabelText<HTMLInputElement>('Add a tag');
  return {
    changes,
    input,
    type: (value: string) => fireEvent.change(input(), { target: { value } }),
    press: (key: string) => fireEvent.keyDown(input(), { key }),
  };
}

describe('the tags', () => {
  it('are added by Enter and by the comma, several at once too', () => {
    const { changes, type, press, input } = setup();
    type('sea');
    press('Enter');
    type('two  people,');
    type('sun, moon, st');
    expect(changes.at(-1)).toEqual(['sea', 'two people', 'sun', 'moon']);
    expect(input().value).toBe('st');
    fireEvent.paste(input(), { clipboardData: { getData: () => 'ar\nplanet' } });
    expect(changes.at(-1)).toEqual(['sea', 'two people', 'sun', 'moon', 'star', 'planet']);
  });

  it('are not added twice', () => {
    const { changes, type, press, input } = setup(['Sea']);
    type('SEA');
    press('Enter');
    expect(changes).toEqual([]);
    expect(input().value).toBe('');
  });

  it('are taken away by Backspace in the empty field, and by their buttons', () => {
    const { changes, type, press } = setup(['a', 'b', 'c']);
    type('x');
    press('Backspace');
    expect(changes).toEqual([]);
    type('');
    press('Backspace');
    fireEvent.click(screen.getByRole('button', { name: 'Remove a' }));
    expect(changes).toEqual([['a', 'b'], ['b']]);
  });

  it('that are too long or too many stay in the field, with the reason', () => {
    const { changes, type, press, input } = setup(['a'], 2);
    type('x'.repeat(51));
    press('Enter');
    expect(screen.getByRole('alert').textContent).toContain('50 characters');
    expect(input().value).toHaveLength(51);
    expect(changes).toEqual([]);
    type('b, c');
    press('Enter');
    expect(screen.getByRole('alert').textContent).toContain('at most 2 tags');
    expect(input().value).toBe('c');
    expect(changes).toEqual([['a', 'b']]);
    press('Escape');
    expect(screen.queryByLabelText('Add a tag')).toBeNull();
  });
});
