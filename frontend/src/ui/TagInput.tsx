// Tags as chips, and a field for more. Enter and the comma add, Backspace in the empty field takes the last one away.
import type { KeyboardEvent, ReactNode } from 'react';
import { useId, useRef, useState } from 'react';
import { maxTags, mergeTags, splitTags, tagsProblem } from '../lib/tags';
import { announce } from './announcer';
import { CloseIcon } from './icons';
import classes from './TagInput.module.css';

interface TagInputProps {
  label: string;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
  /** Why the last change was not taken. */
  error?: string | null;
  most?: number;
  placeholder?: string;
  /** How a tag is shown; as its text unless given. */
  children?: (tag: string) => ReactNode;
}

export function TagInput({ label, tags, onChange, error = null, most = maxTags, placeholder = 'Add a tag', children }: TagInputProps) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wrong = problem ?? error;

  /** What is left of the text is still being typed. */
  function add(typed: string, left = '') {
    const more = splitTags(typed);
    const merged = mergeTags(tags, more);
    const found = tagsProblem(merged, most);
    setProblem(found);
    if (found) {
      setText(typed);
      return;
    }
    setText(left);
    if (more.length === 0) return;
    if (merged.length === tags.length) {
      announce(`${more.join(', ')}: there already.`);
      return;
    }
    announce(`Added ${merged.slice(tags.length).join(', ')}.`);
    onChange(merged);
  }

  function remove(tag: string) {
    const index = tags.indexOf(tag);
    announce(`Removed ${tag}.`);
    setProblem(null);
    onChange(tags.filter((one) => one !== tag));
    // The focus stays where it was: on the button that is there now.
    requestAnimationFrame(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      const buttons = list.current?.querySelectorAll('button') ?? [];
      (buttons[Math.min(index, buttons.length - 1)] ?? input.current)?.focus();
    });
  }

  function type(value: string) {
    const end = Math.max(value.lastIndexOf(','), value.lastIndexOf('\n'));
    setProblem(null);
    if (end < 0) setText(value);
    else add(value.slice(0, end), value.slice(end + 1).trimStart());
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    const last = tags.at(-1);
    if (event.key === 'Enter') {
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '' && last !== undefined) {
      announce(`Removed ${last}.`);
      onChange(tags.slice(0, -1));
    } else if (event.key === 'Escape' && text !== '') {
      // One step back at a time: the field first, what it is in later.
      event.stopPropagation();
      setText('');
      setProblem(null);
    }
  }

  return (
    <div className={classes.field} role="group" aria-labelledby={`${id}-label`}>
      <label id={`${id}-label`} htmlFor={id} className={classes.label}>
        {label}
      </label>
      <ul ref={list} className={classes.list}>
        {tags.map((tag) => (
          <li key={tag} className={classes.tag}>
            <span className={classes.text}>{children ? children(tag) : tag}</span>
            <button type="button" className={classes.remove} aria-label={`Remove ${tag}`} onClick={() => remove(tag)}>
              <CloseIcon width={14} height={14} strokeWidth={2} />
            </button>
          </li>
        ))}
        {(tags.length < most || text !== '') && (
          <li className={classes.more}>
            <input
              ref={input}
              id={id}
              className={classes.input}
              value={text}
              placeholder={placeholder}
              aria-label={placeholder}
              autoComplete="off"
              enterKeyHint="done"
              aria-invalid={wrong !== null}
              aria-describedby={wrong === null ? undefined : `${id}-error`}
              onChange={(event) => type(event.currentTarget.value)}
              onPaste={(event) => {
                const pasted = event.clipboardData.getData('text');
                if (!/[,\n]/.test(pasted)) return;
                event.preventDefault();
                add(`${text}${pasted}`);
              }}
              onKeyDown={onKeyDown}
              // Leaving the field is as good as Enter: what was typed must not get lost.
              onBlur={() => text.trim() !== '' && add(text)}
            />
          </li>
        )}
      </ul>
      {wrong !== null && (
        <p id={`${id}-error`} className={classes.error} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
