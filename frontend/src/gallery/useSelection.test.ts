import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useSelection } from './useSelection';

const order = ['a', 'b', 'c', 'd', 'e'];
const setup = () => renderHook(() => useSelection(order));

describe('the selection', () => {
  it('begins with the first choice and ends with the last taken back', () => {
    const { result } = setup();
    act(() => result.current.toggle('b', false));
    expect(result.current.active).toBe(true);
    act(() => result.current.toggle('b', false));
    expect(result.current.active).toBe(false);
  });

  it('takes a range from the last choice, in either direction', () => {
    const { result } = setup();
    act(() => result.current.toggle('d', false));
    act(() => result.current.toggle('b', true));
    expect([...result.current.ids].sort()).toEqual(['b', 'c', 'd']);
  });

  it('takes one where there is nothing to range from', () => {
    const { result } = setup();
    act(() => result.current.toggle('c', true));
    expect([...result.current.ids]).toEqual(['c']);
  });

  it('forgets what was deleted, and keeps the rest', () => {
    const { result } = setup();
    act(() => result.current.selectAll());
    act(() => result.current.drop(['a', 'b']));
    expect([...result.current.ids]).toEqual(['c', 'd', 'e']);
    act(() => result.current.clear());
    expect(result.current.active).toBe(false);
  });
});
