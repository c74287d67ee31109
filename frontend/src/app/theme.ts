// The look: neutral grays that leave the color to the pictures, one pine green for what is chosen or under way.
import type { CSSVariablesResolver, MantineColorsTuple, VariantColorsResolver } from '@mantine/core';
import { createTheme, defaultVariantColorsResolver } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#eef6f2',
  '#dcebe3',
  '#b7d6c6',
  '#8fc0a7',
  '#6dad8c',
  '#579f7a',
  '#3f8562',
  '#2c6c4e',
  '#1f5c43',
  '#144a34',
];

/** Mantine's dark shades, in our tones: 7 is the ground, 6 what lies on it, 5 what is hovered, 4 the lines. */
const dark: MantineColorsTuple = [
  '#eaedeb',
  '#c6ceca',
  '#a0aaa5',
  '#78827d',
  '#434a46',
  '#262a28',
  '#1b1e1d',
  '#121413',
  '#0e100f',
  '#090a0a',
];

/** Buttons take their colors from global.css, where both schemes are checked for contrast. */
const buttonColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const red = input.color === 'red';
  const gray = input.color === 'gray';
  const accent = red ? 'var(--im-danger)' : gray ? 'var(--im-ink)' : 'var(--im-accent)';
  const soft = red ? 'var(--im-danger-soft)' : gray ? 'var(--im-hover)' : 'var(--im-accent-soft)';
  switch (input.variant) {
    case 'filled': {
      const ink = red ? 'var(--im-danger-ink)' : 'var(--im-accent-ink)';
      return { ...colors, background: accent, hover: `color-mix(in srgb, ${accent} 88%, ${ink})`, color: ink };
    }
    case 'light':
      return { ...colors, background: soft, hover: soft, color: accent };
    case 'subtle':
      return { ...colors, hover: soft, color: accent };
    default:
      return colors;
  }
};

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 8, dark: 4 },
  colors: { pine, dark },
  variantColorResolver: buttonColors,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '620' },
  components: {
    Input: { vars: () => ({ wrapper: { '--input-height': '44px' } }) },
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 6 } } },
    Button: {
      defaultProps: { size: 'md', variant: 'filled' },
      // Large enough for a thumb, wherever no smaller size is asked for.
      vars: (_theme: unknown, { size }: { size?: unknown }) => ({ root: size === 'md' ? { '--button-height': '44px' } : {} }),
    },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    NativeSelect: { defaultProps: { size: 'md' } },
    Modal: {
      defaultProps: { centered: true, radius: 'lg' },
      styles: { content: { background: 'var(--im-surface)' } },
    },
    Switch: { styles: { track: { minWidth: 44, cursor: 'pointer' } } },
  },
});

/** Mantine's variables take their values from ours (global.css), so that there is one palette and not two. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--im-ground)',
    '--mantine-color-text': 'var(--im-ink)',
    '--mantine-color-dimmed': 'var(--im-dim)',
    '--mantine-color-placeholder': 'var(--im-dim)',
    '--mantine-color-default': 'var(--im-surface)',
    '--mantine-color-default-hover': 'var(--im-hover)',
    '--mantine-color-default-color': 'var(--im-ink)',
    '--mantine-color-default-border': 'var(--im-line-strong)',
    '--mantine-color-anchor': 'var(--im-accent)',
    '--mantine-primary-color-filled': 'var(--im-accent)',
    '--mantine-color-error': 'var(--im-danger)',
  };
  return { variables: {}, light: shared, dark: shared };
};
